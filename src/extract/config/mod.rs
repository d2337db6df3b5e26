//! Configuration, one file per format. This file holds what all of them
//! share: the bounded teller, and which files the generic readers leave to
//! readers of their own. Knows no AI.

pub mod backstage;
pub mod bicep;
pub mod chart;
pub mod codeowners;
pub mod compose;
pub mod dockerfile;
pub mod dotenv;
pub mod editors;
pub mod flows;
pub mod gitmodules;
pub mod image;
pub mod json;
pub mod knowledge;
pub mod model_folder;
pub mod pipelines;
pub mod properties;
pub mod readme;
pub mod records;
pub mod resources;
pub mod scripts;
pub mod servers;
pub mod settings;
pub mod started;
pub mod template;
pub mod terraform;
pub mod toml;
pub mod xaml;
pub mod yaml;

use std::borrow::Cow;

use super::{Content, ExtractError, ProblemCode, Sink};
use crate::model::fact::{Fact, UnitKind};
use crate::model::place::{Span, folder_of};

/// Most attributes of an element that are looked at. Whether one stands twice
/// is not asked: to find out takes as many comparisons as there are pairs.
const ATTRIBUTES: usize = 1000;

/// What is said where XML cannot be read on: nothing where the file was cut,
/// for then it has to break off somewhere.
fn broken_xml(content: &Content<'_>, start: usize) -> Result<(), ExtractError> {
    if content.truncated {
        return Ok(());
    }
    let line = content.span_at(start).line;
    Err(ExtractError::malformed(format_args!("XML: line {line}")))
}

/// File names that have a reader of their own, or that say nothing about how
/// a program is set up. A trailing or leading `*` stands for anything.
const READ_ELSEWHERE: &[&str] = &[
    "*.lock",
    "*.lock.json",
    "*-lock.json",
    "*-lock.yaml",
    "npm-shrinkwrap.json",
    "package.json",
    "composer.json",
    "cargo-metadata.json",
    "cargo.toml",
    "pyproject.toml",
    "pixi.toml",
    "pylock*",
    "pipfile*",
    "go.sum",
    "setup.cfg",
    "tsconfig*",
    "jsconfig*",
    "environment.yml",
    "environment.yaml",
    "conda-lock.yml",
    "stack.yaml",
    "vcpkg.json",
    "*.podspec.json",
    "*.tf.json",
    "*.tfvars.json",
    "*.tofu.json",
    "docker-compose*",
    "compose.yml",
    "compose.yaml",
    "compose.*",
    "compose-*",
    "chart.yaml",
    "catalog-info.yaml",
    "catalog-info.yml",
];

/// Names of files that declare tool servers, wherever they lie.
const SERVER_FILE_NAMES: &[&str] = &[
    ".mcp.json",
    "mcp.json",
    "mcp_config.json",
    "mcp_settings.json",
    "claude_desktop_config.json",
    "cline_mcp_settings.json",
    "opencode.json",
    "opencode.jsonc",
];

/// Paths, below any folder, of further files that declare tool servers.
const SERVER_FILE_PATHS: &[&str] = &[
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".gemini/settings.json",
    ".codex/config.toml",
    ".zed/settings.json",
];

/// Folders whose files are texts in many languages.
const MESSAGE_FOLDERS: &[&str] = &["locales", "locale", "i18n", "messages", "translations"];

/// Whether the generic readers leave this file alone: it has a reader of its
/// own, or is a table of messages.
fn is_read_elsewhere(content: &Content<'_>) -> bool {
    let name = content.name().to_ascii_lowercase();
    READ_ELSEWHERE.iter().any(|pattern| fits(pattern, &name))
        || SERVER_FILE_NAMES.contains(&name.as_str())
        || SERVER_FILE_PATHS.iter().any(|path| {
            content
                .path
                .strip_suffix(path)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        })
        || is_message_file(content.path)
        || editors::reads(content.path, &name)
        || (is_yaml(&name) && pipelines::reads(content.path))
}

fn is_yaml(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "yml" | "yaml")))
}

fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(tail), _) => name.ends_with(tail),
        (_, Some(head)) => name.starts_with(head),
        _ => name == pattern,
    }
}

/// Whether the file holds the messages of a user interface.
fn is_message_file(path: &str) -> bool {
    folder_of(path)
        .split('/')
        .any(|folder| MESSAGE_FOLDERS.iter().any(|known| folder.eq_ignore_ascii_case(known)))
}

/// Whether the text is meant for a template engine first and so need not keep
/// the grammar that its name promises.
fn is_template(text: &str) -> bool {
    ["{{", "{%", "<%"]
        .iter()
        .any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// A grammar error as a problem, unless the file is a template, or only its
/// head was read (which is a problem of its own already).
fn unless_excused(content: &Content<'_>, error: Option<ExtractError>) -> Result<(), ExtractError> {
    match error {
        Some(ExtractError::Malformed { .. }) if content.truncated || is_template(content.text) => {
            Ok(())
        }
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The line of the first mistake as a problem, with the same excuses.
fn mistaken_at(content: &Content<'_>, mistake: Option<usize>) -> Result<(), ExtractError> {
    let error = mistake.map(|offset| {
        ExtractError::malformed(format_args!(
            "line {} is not understood",
            content.span_at(offset).line
        ))
    });
    unless_excused(content, error)
}

/// Tells the facts of one file up to the limit.
struct Teller<'t, 'a> {
    content: &'t Content<'a>,
    sink: &'t mut dyn Sink,
    left: usize,
    capped: bool,
    /// Where the last fact stood, so that a line with many facts is counted once.
    last: Option<(usize, Span)>,
}

impl<'t, 'a> Teller<'t, 'a> {
    fn new(content: &'t Content<'a>, sink: &'t mut dyn Sink) -> Self {
        Self { content, sink, left: content.limits.facts_per_file, capped: false, last: None }
    }

    /// Whether the limit was reached: nothing more needs to be looked at.
    fn is_full(&self) -> bool {
        self.capped
    }

    /// A fact about the file as a whole.
    fn whole(&mut self, fact: Fact<'_>) {
        if self.has_room() {
            self.sink.fact(fact, None);
        }
    }

    /// A fact with the byte offset where it stands.
    fn at(&mut self, offset: usize, fact: Fact<'_>) {
        if self.has_room() {
            let span = self.span_at(offset);
            self.sink.fact(fact, Some(span));
        }
    }

    /// The point at the offset, counted from the last one if that stands
    /// before it on the same line.
    fn span_at(&mut self, offset: usize) -> Span {
        let since = |from: usize| self.content.text.as_bytes().get(from..offset);
        let span = match self.last.map(|(from, span)| (since(from), span)) {
            Some((Some(between), span)) if memchr::memchr(b'\n', between).is_none() => {
                let passed = between.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
                let passed = u32::try_from(passed).unwrap_or(u32::MAX);
                Span { line: span.line, column: span.column.saturating_add(passed) }
            }
            _ => self.content.span_at(offset),
        };
        self.last = Some((offset, span));
        span
    }

    /// A container image with the byte offset where it stands, and that what
    /// the file says runs it.
    fn image(&mut self, offset: usize, reference: &str) {
        self.at(offset, Fact::Image { reference: Cow::Borrowed(reference) });
        let plain = reference.split('@').next().unwrap_or(reference);
        let name = plain.rsplit('/').next().unwrap_or(plain);
        let name = name.split(':').next().unwrap_or(name);
        // A name by itself may be anybody's; what stands for another is nobody's.
        if plain.contains('/') && !name.is_empty() && !reference.contains(['{', '$', '!', '<']) {
            let name = Some(Cow::Borrowed(name));
            self.at(offset, Fact::Unit { kind: UnitKind::Deployment, name, root: None });
        }
    }

    /// A setting with the byte offset where its value stands.
    fn setting(&mut self, offset: usize, key: &str, value: &str, listed: bool) {
        let (key, value) = (Cow::Borrowed(key), Cow::Borrowed(value));
        self.at(offset, Fact::Setting { key, value, listed });
    }

    fn has_room(&mut self) -> bool {
        if self.left > 0 {
            self.left -= 1;
            return true;
        }
        if !self.capped {
            self.capped = true;
            self.sink.note(ProblemCode::Capped, "more facts than the limit for one file");
        }
        false
    }
}

/// Lines with their byte offsets, without line ends.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (
            start,
            line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractor;
    use crate::limits::Limits;

    #[test]
    fn generic_readers_leave_files_to_their_own_readers() {
        let limits = Limits::default();
        let left = |path: &str| is_read_elsewhere(&Content::new(path, "", false, &limits));
        for path in [
            "web/package.json",
            "pnpm-lock.yaml",
            "Pipfile.lock",
            "tsconfig.build.json",
            "docker-compose.dev.yml",
            "a/.claude/settings.json",
            ".cursor/mcp.json",
            "src/locales/de.json",
        ] {
            assert!(left(path), "{path}");
        }
        for path in ["settings.json", "composer.yaml", "a/x.claude/settings.json", "clock.json"] {
            assert!(!left(path), "{path}");
        }
    }

    #[derive(Default)]
    struct Counter {
        facts: usize,
        notes: Vec<ProblemCode>,
    }

    impl Sink for Counter {
        fn fact(&mut self, _: Fact<'_>, _: Option<Span>) {
            self.facts += 1;
        }

        fn note(&mut self, code: ProblemCode, _: &str) {
            self.notes.push(code);
        }
    }

    #[test]
    fn beyond_the_limit_no_fact_is_told_and_that_is_noted_once() {
        let limits = Limits { facts_per_file: 3, ..Limits::default() };
        let read = |extractor: &dyn Extractor, path: &str, text: &str| {
            let mut counter = Counter::default();
            let told = extractor.extract(&Content::new(path, text, false, &limits), &mut counter);
            assert_eq!(told, Ok(()), "{path}");
            assert_eq!((counter.facts, counter.notes), (3, vec![ProblemCode::Capped]), "{path}");
        };
        read(&json::Json, "a.json", "[1, 2, 3, 4, 5, 6]");
        read(&toml::Toml, "a.toml", "a = [1, 2, 3, 4, 5, 6]");
        read(&yaml::Yaml, "a.yaml", "[1, 2, 3, 4]\n---\n[5, 6]\n---\n[7]\n");
        read(&dotenv::Dotenv, ".env", "A=1\nB=2\nC=3\nD=4\nE=5\n");
        read(&properties::Properties, "a.ini", "A=1\nB=2\nC=3\nD=4\nE=5\n");
        read(&dockerfile::Dockerfile, "Dockerfile", "FROM a\nENV A=1 B=2 C=3 D=4\nENV E=5\n");
        read(&codeowners::Codeowners, "CODEOWNERS", "a @a\nb @b\nc @c\nd @d\ne @e\n");
    }

    #[test]
    fn lines_know_where_they_start() {
        let lines: Vec<_> = lines_of("a\r\n\nbc").collect();
        assert_eq!(lines, [(0, "a"), (3, ""), (4, "bc")]);
    }
}
