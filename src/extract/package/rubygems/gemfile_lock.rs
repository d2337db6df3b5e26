//! Gemfile.lock, read line by line.

use std::collections::HashSet;

use super::super::{FirstMistake, Locked, LockedPackages, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `Gemfile.lock`, `gems.locked` and `*.gemfile.lock`.
///
/// Every gem of the sections `GEM`, `GIT` and `PLUGIN SOURCE` with its version,
/// without the platform. Those under `DEPENDENCIES`, and those that a gem of
/// the section `PATH` (the project's own) needs, are direct. What for is not
/// said.
#[derive(Debug)]
pub struct GemfileLock;

impl Extractor for GemfileLock {
    fn id(&self) -> &'static str {
        "gem-gemfile-lock"
    }

    fn about(&self) -> &'static str {
        "Gemfile.lock and gems.locked"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Gemfile.lock", "gems.locked"],
            globs: &["*.gemfile.lock"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let asked: HashSet<&str> = entries(content.text)
            .filter(|entry| match entry.section {
                "DEPENDENCIES" => entry.indent == 2,
                "PATH" => entry.indent == 6,
                _ => false,
            })
            .map(|entry| name_and_version(entry.body).0)
            .collect();
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for Entry { section, indent, body, offset } in entries(content.text) {
            let is_marked =
                ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| body.starts_with(mark));
            if is_marked && indent == 0 {
                mistake.at(offset, "a mark of a merge conflict");
            }
            if indent != 4 || !matches!(section, "GEM" | "GIT" | "PLUGIN SOURCE") {
                continue;
            }
            let (name, version) = name_and_version(body);
            if version.is_empty() {
                mistake.at(offset, "a gem without a version");
                continue;
            }
            locked.merge(Locked {
                name,
                version: version.split('-').next().unwrap_or_default(),
                direct: Some(asked.contains(name)),
                scope: Scope::Runtime,
                offset,
            });
        }
        locked.tell(Ecosystem::Gem, content, sink);
        mistake.into_result(content)
    }
}

struct Entry<'a> {
    section: &'a str,
    indent: usize,
    body: &'a str,
    offset: usize,
}

/// The lines with the sections that they stand in.
fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut section = "";
    lines(text).filter_map(move |(start, line)| {
        let body = line.trim();
        let indent = line.len() - line.trim_start().len();
        if body.is_empty() {
            return None;
        }
        if indent == 0 && body.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            section = body;
        }
        Some(Entry { section, indent, body, offset: start + indent })
    })
}

/// `name`, `name!`, `name (1.0)`, `name (~> 1.0)`.
fn name_and_version(body: &str) -> (&str, &str) {
    let (name, rest) = body.split_once(' ').unwrap_or((body, ""));
    (name.trim_end_matches('!'), rest.trim_start_matches('(').trim_end_matches(['!', ')']))
}
