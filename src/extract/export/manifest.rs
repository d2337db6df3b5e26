//! `manifest.toml` beside exports: says that the folder holds nothing else, and
//! of what kind a file is that does not say so itself.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::json::{self, ExportJson};
use super::log::LogReading;
use super::{csv, kinds};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::Fact;

/// The file's name.
pub const NAME: &str = "manifest.toml";

/// A bill of materials that a forge wraps: read as one, whatever its name.
pub const BILL: &str = "github.sbom";

/// Reads the manifest of a folder of exports.
///
/// A file of this name is one if it has a table `[[export]]`. Each says `file`
/// and `kind`, any that docs/exports/ lists; a table may name its columns:
/// `host`, `who`, `time`, `action` for `log.table`, `id`, `name`, `who`, `time`
/// for others.
#[derive(Debug)]
pub struct ExportManifest;

/// Entries of no kind that there is that are told one by one.
const STRANGE: usize = 20;

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
    #[serde(alias = "path")]
    pub file: String,
    /// Its kind, as docs/exports/ lists them.
    pub kind: Spanned<String>,
    /// Column of the id of what a row is about.
    pub id: Option<String>,
    /// Column of its name.
    pub name: Option<String>,
    /// Column of the host, for `log.table`.
    pub host: Option<String>,
    /// Column of who asked or uses it.
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
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            ExtractError::malformed(format_args!("manifest of exports: line {line}"))
        })
    }

    /// What of it names no kind that there is: the first are told, the others
    /// counted.
    fn strange(&self, text: &str) -> Vec<String> {
        let mut unknown = self.export.iter().filter(|entry| !entry.is_known());
        let (mut line, mut from) = (1, 0);
        let mut told: Vec<String> = Vec::new();
        for entry in unknown.by_ref().take(STRANGE) {
            let start = entry.kind.span().start;
            line += text.get(from..start).map_or(0, |between| between.matches('\n').count());
            from = start.max(from);
            let nearest = nearest_name(entry.kind.get_ref());
            told.push(format!(
                "line {line}: there is no such kind of export; nearest is `{nearest}`"
            ));
        }
        let more = unknown.count();
        if more > 0 {
            told.push(format!("{more} more entries name no kind of export that there is"));
        }
        told
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
}

/// Every kind that a manifest may name.
fn names() -> impl Iterator<Item = &'static str> {
    let of_json = kinds().map(|kind| kind.id);
    of_json.chain(csv::ids()).chain(LogReading::ids()).chain([BILL])
}

/// The kind whose name has most pairs of letters in common with a name.
fn nearest_name(name: &str) -> &'static str {
    let pairs = |name: &str| -> BTreeSet<(char, char)> {
        let name = name.to_lowercase();
        name.chars().take(60).zip(name.chars().skip(1)).collect()
    };
    let wanted = pairs(name);
    let likeness = |known: &&'static str| {
        let known = pairs(known);
        1000 * known.intersection(&wanted).count() / (known.len() + wanted.len()).max(1)
    };
    let names: BTreeSet<&'static str> = names().collect();
    names.into_iter().max_by_key(likeness).unwrap_or_default()
}

impl Entry {
    /// Whether there is such a kind.
    #[must_use]
    pub fn is_known(&self) -> bool {
        names().any(|known| known == self.kind.get_ref())
    }

    /// Whether it says nothing that a file of this kind does not say itself.
    #[must_use]
    pub fn says_only(&self, kind: &str) -> bool {
        let columns = [&self.id, &self.name, &self.host, &self.who, &self.time, &self.action];
        self.kind.get_ref() == kind && columns.iter().all(|column| column.is_none())
    }

    /// Whether the file is a bill of materials, which others read.
    #[must_use]
    pub fn is_bill(&self) -> bool {
        self.kind.get_ref() == BILL
    }

    /// Reads the text of a file as what the manifest says that it is.
    ///
    /// # Errors
    /// The kind is not known, or the file is not of it, or it is broken.
    pub fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let kind = self.kind.get_ref().as_str();
        let Some(kind) = names().find(|known| *known == kind) else {
            return Err(ExtractError::malformed("the manifest names a kind that is not known"));
        };
        if kind.starts_with("log.") {
            let names = [&self.host, &self.who, &self.time, &self.action];
            let names = names.map(|name| name.as_deref());
            if let Some(mut reading) = LogReading::taken_for(kind, content.text, names) {
                for line in whole_lines(content).split_inclusive('\n') {
                    reading.line(line);
                }
                if content.truncated {
                    let detail = "the log goes on beyond what is read of it";
                    sink.note(ProblemCode::Incomplete, detail);
                }
                return reading.finish(sink);
            }
        } else {
            let is_json = content.text.trim_start().starts_with(['{', '[']);
            let read = if is_json {
                json::extract_as(kind, content, sink)?
            } else {
                let columns = [&self.id, &self.name, &self.who, &self.time];
                csv::extract_as(kind, columns.map(|name| name.as_deref()), content, sink)?
            };
            if read {
                return Ok(());
            }
        }
        Err(ExtractError::malformed(format_args!(
            "it is no `{kind}`, as the manifest says, or columns that it names are not there"
        )))
    }
}

/// The text but for a line that is cut off.
fn whole_lines<'t>(content: &Content<'t>) -> &'t str {
    let end = content.text.rfind('\n').filter(|_| content.truncated);
    end.and_then(|end| content.text.get(..=end)).unwrap_or(content.text)
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
        let manifest = Manifest::parse(content.text)?;
        sink.fact(Fact::Export { kind: "manifest" }, None);
        for strange in manifest.strange(content.text) {
            sink.note(ProblemCode::NotUnderstood, &strange);
        }
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

/// Whether a text is a bill of materials, by its beginning: no export, and read
/// by others.
#[must_use]
pub fn is_bill(text: &str) -> bool {
    let head = text.as_bytes().get(..text.len().min(4096)).unwrap_or_default();
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    has(b"\"spdxVersion\"") || has(b"\"bomFormat\"")
}
