//! `manifest.toml` beside exports: says that the folder holds nothing else, and
//! of what kind a file is that does not say so itself.

use serde::Deserialize;

use super::json::ExportJson;
use super::log::LogReading;
use super::{csv, kinds};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Fact;

/// The file's name.
pub const NAME: &str = "manifest.toml";

/// Reads the manifest of a folder of exports.
///
/// A file of this name is one if it has a table `[[export]]`. Each says `file`
/// and `kind`; a table of a network log (`log.table`) may name its columns:
/// `host`, `who`, `time`, `action`.
#[derive(Debug)]
pub struct ExportManifest;

/// What a manifest says.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// Its entries.
    #[serde(default)]
    pub export: Vec<Entry>,
}

/// What a manifest says of one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name.
    pub file: String,
    /// Its kind, as docs/exports/ lists them.
    pub kind: String,
    /// Column of the host, for `log.table`.
    pub host: Option<String>,
    /// Column of who asked.
    pub who: Option<String>,
    /// Column of the time.
    pub time: Option<String>,
    /// Column of what was decided.
    pub action: Option<String>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// It is no TOML, or an entry says something else than it may.
    pub fn parse(text: &str) -> Result<Self, ExtractError> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start));
            let line = line.map_or(1, |before| before.matches('\n').count() + 1);
            ExtractError::malformed(format_args!("manifest of exports: line {line}"))
        })
    }
}

impl Entry {
    /// Reads the text of a file as what the manifest says that it is.
    ///
    /// # Errors
    /// The kind is not known, or the file is not of it.
    pub fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if self.kind != "log.table" {
            return Err(ExtractError::malformed(
                "it is not of the kind that the manifest says, or that kind is not known",
            ));
        }
        let names = [&self.host, &self.who, &self.time, &self.action];
        let names = names.map(|name| name.as_deref());
        let Some(mut reading) = LogReading::with_columns(content.text, names) else {
            return Err(ExtractError::malformed(
                "the columns that the manifest names are not there",
            ));
        };
        for line in content.text.split_inclusive('\n') {
            reading.line(line);
        }
        reading.finish(sink)
    }
}

impl Extractor for ExportManifest {
    fn id(&self) -> &'static str {
        "export-manifest"
    }

    fn about(&self) -> &'static str {
        "manifests of folders of exports"
    }

    fn reads(&self) -> Reads {
        Reads::Exports
    }

    fn interest(&self) -> Interest {
        Interest { names: &[NAME], globs: &[], extensions: &[], gate: Gate::Telling }
    }

    fn claims(&self, head: &[u8]) -> bool {
        memchr::memmem::find(head, b"[[export]]").is_some()
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if !self.claims(content.text.as_bytes()) {
            return Ok(());
        }
        Manifest::parse(content.text)?;
        sink.fact(Fact::Export { kind: "manifest" }, None);
        Ok(())
    }
}

/// Whether an export is read from files of this name.
#[must_use]
pub fn may_be_export(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let of = |reader: &dyn Extractor| reader.interest().extensions.contains(&extension.as_str());
    of(&ExportJson) || of(&csv::ExportCsv) || of(&super::log::ExportLog)
}

/// The kind that a file which is of none comes nearest to, by the words of its
/// beginning; `None` if nothing in it is known.
#[must_use]
pub fn nearest(text: &str) -> Option<&'static str> {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    let named = |key: &&str| {
        let last = key.rsplit('.').next().unwrap_or(key);
        last.len() > 2 && head.contains(&format!("\"{last}\""))
    };
    let score = |kind: &super::Kind| {
        let keys = kind.has.iter().chain(kind.any).chain(kind.rows).chain(kind.telling);
        keys.filter(|key| named(key)).count()
    };
    let best = kinds().map(|kind| (score(kind), kind.id)).max_by_key(|(score, _)| *score);
    let of_tables = csv::nearest(head);
    match best {
        Some((score, id)) if score > 1 => Some(id),
        _ => of_tables,
    }
}
