//! Databricks notebooks that are exported as source: cells in other languages
//! than the file's stand in comments of a special form.
//!
//! Knows the form; what the code means is the languages' readers'.

use super::{Archipelago, reader_named};
use crate::extract::commands::{Style, Tokens, installs};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Language;

/// Exports of Databricks notebooks (`*.py`, `*.sql`, `*.scala`, `*.r`).
///
/// The first line says that a file is one. Code in the file's own language is
/// the business of that language's reader; this reads the cells whose lines
/// begin with `# MAGIC` (`-- MAGIC`, `// MAGIC`): `%sql`, `%python`, `%scala`
/// and `%r` as code, `%pip`, `%conda` and `%sh` as commands that may install
/// packages. Cells of text (`%md`) are not read.
#[derive(Debug)]
pub struct Databricks;

const FIRST_LINE: &str = "Databricks notebook source";

impl Extractor for Databricks {
    fn id(&self) -> &'static str {
        "databricks"
    }

    fn about(&self) -> &'static str {
        "Databricks notebooks exported as source: cells in other languages, installs"
    }

    fn reads(&self) -> Reads {
        Reads::Sources(&[Language::Python, Language::Sql, Language::Scala, Language::R])
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["py", "sql", "scala", "r"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let first = content.text.lines().next().unwrap_or_default();
        let Some(mark) = ["#", "--", "//"].into_iter().find(|mark| {
            first.strip_prefix(mark).is_some_and(|rest| rest.trim_start().starts_with(FIRST_LINE))
        }) else {
            return Ok(());
        };
        let magic = format!("{mark} MAGIC");
        let mut code = Archipelago::default();
        let mut cell = Cell::Text;
        let mut offset = 0;
        for (number, line) in content.text.split_inclusive('\n').enumerate() {
            let start = offset;
            offset += line.len();
            let Some(rest) = line.strip_prefix(&magic).map(str::trim_end) else {
                cell = Cell::Text;
                continue;
            };
            let indent = magic.len() + rest.len() - rest.trim_start().len();
            let mut rest = rest.trim_start();
            let mut at = indent;
            if let Some(words) = rest.strip_prefix('%') {
                let word = words.split_whitespace().next().unwrap_or_default();
                cell = Cell::of(word);
                if !matches!(cell, Cell::Package) {
                    at += 1 + word.len();
                    rest = words.get(word.len()..).unwrap_or_default();
                }
            }
            match cell {
                Cell::Text => {}
                Cell::Code(reader) => {
                    let blanks = if rest.is_empty() { 0 } else { at };
                    code.add(reader, number, blanks, rest);
                }
                Cell::Package | Cell::Command => {
                    let line = rest.trim_start_matches('%');
                    let from = start + at + rest.len() - line.len();
                    installs::tell(Tokens::new(line, from, Style::Shell), &mut |at, fact| {
                        sink.fact(fact, Some(content.span_at(at)));
                    });
                }
            }
        }
        code.read(content, sink)
    }
}

/// What a cell holds.
#[derive(Clone, Copy)]
enum Cell {
    /// Prose, or nothing yet.
    Text,
    /// Code in another language.
    Code(&'static dyn Extractor),
    /// Commands of a package manager: the magic word is the command.
    Package,
    /// Commands of a shell.
    Command,
}

impl Cell {
    fn of(word: &str) -> Self {
        match word {
            "pip" | "conda" | "uv" => Self::Package,
            "sh" => Self::Command,
            _ => reader_named(word).map_or(Self::Text, Self::Code),
        }
    }
}
