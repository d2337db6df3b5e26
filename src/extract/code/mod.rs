//! Source code: imports, calls and literals, never comments or docstrings.
//!
//! [`lexer`] goes over the text by the rules of [`languages`]; [`tokens`]
//! pairs brackets; a reader per language ([`python`], [`javascript`]) says
//! what brackets and names mean; [`dotted`] is one reader for the languages
//! that differ in little more than words and signs; [`reading`] does what all
//! readers do alike.

pub mod bindings;
pub mod databricks;
pub mod dotted;
pub mod frames;
pub mod javascript;
pub mod languages;
pub mod lexer;
pub mod literate;
pub mod notebook;
pub mod placing;
pub mod python;
pub mod reading;
pub mod shell;
pub mod strings;
pub mod telling;
pub mod tokens;

use super::Extractor;
use crate::model::fact::Language;

/// Languages whose source is read, with their extensions: for the docs.
#[must_use]
pub fn languages_and_extensions() -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for row in languages::TABLE {
        let extensions = row.extensions.join(" ");
        match found.last_mut().filter(|(name, _)| *name == row.language.word()) {
            Some((_, dialects)) => *dialects = format!("{dialects} {extensions}"),
            None => found.push((row.language.word(), extensions)),
        }
    }
    found.push((Language::Shell.word(), languages::SHELL_EXTENSIONS.join(" ")));
    found
}

/// The reader of a language as a document names it that holds code in several.
pub(in crate::extract) fn reader_named(word: &str) -> Option<&'static dyn Extractor> {
    Some(match word.to_ascii_lowercase().as_str() {
        "python" | "py" => &python::Python,
        "r" | "ir" => &dotted::R,
        "julia" => &dotted::JULIA,
        "sql" => &dotted::SQL,
        "scala" => &dotted::SCALA,
        "js" | "javascript" | "ojs" => &javascript::Javascript,
        "bash" | "sh" | "shell" | "zsh" => &shell::Shell,
        "powershell" | "pwsh" => &dotted::POWERSHELL,
        _ => return None,
    })
}

/// The lines of a document that are code in one language; all others are empty,
/// so that what stands in them stands where it stood.
struct Islands {
    reader: &'static dyn Extractor,
    text: String,
    lines: usize,
}

/// The code in a document, by language.
#[derive(Default)]
struct Archipelago(Vec<Islands>);

impl Archipelago {
    /// Adds what stands in a line, with `indent` blanks before it.
    fn add(&mut self, reader: &'static dyn Extractor, line: usize, indent: usize, code: &str) {
        let at = self.0.iter().position(|one| one.reader.id() == reader.id());
        let at = at.unwrap_or_else(|| {
            self.0.push(Islands { reader, text: String::new(), lines: 0 });
            self.0.len() - 1
        });
        let Some(islands) = self.0.get_mut(at) else { return };
        for _ in islands.lines..line {
            islands.text.push('\n');
        }
        islands.lines = line + 1;
        islands.text.extend(std::iter::repeat_n(' ', indent));
        islands.text.push_str(code);
        islands.text.push('\n');
    }

    /// Reads every language's part.
    fn read(
        &self,
        content: &super::Content<'_>,
        sink: &mut dyn super::Sink,
    ) -> Result<(), super::ExtractError> {
        let mut result = Ok(());
        for Islands { reader, text, .. } in &self.0 {
            let part = super::Content::new(content.path, text, content.truncated, content.limits);
            result = result.and(reader.extract(&part, sink));
        }
        result
    }
}
