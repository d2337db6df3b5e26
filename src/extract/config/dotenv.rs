//! Environment files. Knows their lines and quotes; knows no variable.

use super::{Teller, lines_of, mistaken_at};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::{Fact, UnitKind};

/// Reads environment files: `NAME=value`, with or without `export`, in single,
/// double or back quotes (which may hold several lines) or bare. Every
/// variable is a setting under its bare name, its value as written; a name
/// alone, which container engines pass on, has an empty value. One that is the
/// path of a container file is a link to that file's folder, too.
#[derive(Debug)]
pub struct Dotenv;

/// Endings of files that are named like environment files and are none.
const OTHER_FORMATS: &[&str] =
    &[".ts", ".js", ".mjs", ".py", ".json", ".yaml", ".yml", ".toml", ".md", ".sh"];

impl Extractor for Dotenv {
    fn id(&self) -> &'static str {
        "dotenv"
    }

    fn about(&self) -> &'static str {
        "environment files: variables with their values"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["env.example", "env.sample", "env.template"],
            globs: &[".env", ".env.*", ".env-*", ".env_*", "*.env"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if OTHER_FORMATS.iter().any(|ending| content.name().ends_with(ending)) {
            return Ok(());
        }
        let mut teller = Teller::new(content, sink);
        let mut mistake = None;
        // Where the last quoted value ended; lines before are part of it.
        let mut done = 0;
        for (start, line) in lines_of(content.text) {
            let trimmed = line.trim();
            if start < done || trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            match variable(content.text, start, line) {
                Some(found) => {
                    teller.setting(found.name_offset, found.name, found.value, false);
                    if let Some(folder) = container_folder(found.value) {
                        let (name, root) = (Some(found.name.into()), Some(folder.into()));
                        let link = Fact::Unit { kind: UnitKind::Alias, name, root };
                        teller.at(found.name_offset, link);
                    }
                    done = found.end;
                    if !found.closed {
                        mistake.get_or_insert(start);
                    }
                }
                None => {
                    mistake.get_or_insert(start);
                }
            }
            if teller.is_full() {
                return Ok(());
            }
        }
        mistaken_at(content, mistake)
    }
}

/// The folder of a value that is the relative path of a container file.
fn container_folder(value: &str) -> Option<&str> {
    let (folder, file) = value.rsplit_once('/')?;
    let is_container_file =
        ["Dockerfile", "Containerfile"].iter().any(|name| file.starts_with(name));
    let is_plain = !folder.is_empty() && !folder.contains(['$', ':', '\\']);
    (is_container_file && is_plain && !folder.starts_with('/')).then_some(folder)
}

struct Variable<'a> {
    name: &'a str,
    name_offset: usize,
    value: &'a str,
    /// Where its text ends in the file.
    end: usize,
    /// Its quotes, if any, are closed.
    closed: bool,
}

/// The variable that the line starts, if it does.
fn variable<'a>(text: &'a str, start: usize, line: &'a str) -> Option<Variable<'a>> {
    let indent = line.len() - line.trim_start().len();
    let rest = line.trim_start();
    let assignment = rest
        .strip_prefix("export")
        .filter(|after| after.starts_with([' ', '\t']))
        .map_or(rest, str::trim_start);
    let name_offset = start + indent + (rest.len() - assignment.len());
    let (name, value) = match assignment.split_once('=') {
        Some((name, value)) => (name.trim_end(), Some(value)),
        None => (assignment.trim_end(), None),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().all(is_name)
    {
        return None;
    }
    let end = start + line.len();
    let Some(value) = value.map(str::trim_start) else {
        return Some(Variable { name, name_offset, value: "", end, closed: true });
    };
    let quote = value.bytes().next().filter(|first| b"\"'`".contains(first));
    let Some(quote) = quote else {
        let value = bare(value);
        return Some(Variable { name, name_offset, value, end, closed: true });
    };
    let inner = end - value.len() + 1;
    match closing(text, inner, quote) {
        Some(close) => {
            let value = text.get(inner..close)?;
            Some(Variable { name, name_offset, value, end: close + 1, closed: true })
        }
        None => {
            Some(Variable { name, name_offset, value: text.get(inner..end)?, end, closed: false })
        }
    }
}

/// A value without quotes ends at a comment.
fn bare(value: &str) -> &str {
    let end = if value.starts_with('#') {
        0
    } else {
        [" #", "\t#"].iter().filter_map(|mark| value.find(mark)).min().unwrap_or(value.len())
    };
    value.get(..end).unwrap_or(value).trim_end()
}

/// Where the quote is closed. What follows it must end the line: otherwise the
/// quote was forgotten and the next one belongs to another variable.
fn closing(text: &str, from: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&quote) {
            let after = bytes.get(found + 1..).unwrap_or_default();
            let next = after.iter().take(64).find(|byte| !b" \t\r".contains(byte));
            return matches!(next, None | Some(b'\n' | b'#')).then_some(found);
        }
        // Single quotes take a backslash as it is.
        at = found + if quote == b'\'' { 1 } else { 2 };
    }
}
