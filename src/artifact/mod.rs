//! Files that are no text become facts. Knows formats, knows no AI.
//!
//! One reader per format, one row per reader in [`READERS`]. A reader claims a
//! file by its head, not by its name, and reads anywhere in it, but little:
//! what it reads and keeps is bounded by [`Limits`], never by what the file says.

#![deny(clippy::arithmetic_side_effects)]

// What is summed there has 16 bits or is bounded by a limit; what an archive says
// of sizes and places is added checked or saturating.
#[allow(clippy::arithmetic_side_effects)]
pub mod archive;
pub mod binary;
pub mod bytes;
mod cursor;
pub mod dataset;
mod flatbuffer;
pub mod weights;
mod zip;

use crate::extract::{ExtractError, Sink};
use crate::limits::Limits;
pub use bytes::{Bytes, Window};

/// Bytes at the beginning of a file by which readers claim it.
pub const HEAD: usize = 1024;

/// A file on its way to its reader.
pub struct Input<'a> {
    /// Relative path, safe to show; `a.zip!/b` for a member of an archive.
    pub path: &'a str,
    /// The first [`HEAD`] bytes, or all if there are fewer.
    pub head: &'a [u8],
    /// All of it.
    pub bytes: &'a dyn Bytes,
    /// The bounds.
    pub limits: &'a Limits,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Reads one format that is no text.
pub trait Reader: Sync {
    /// Stable id; appears in problems and docs.
    fn id(&self) -> &'static str;
    /// One sentence for `daylight list extractors`.
    fn about(&self) -> &'static str;
    /// Whether it reads the file that begins so: by magic and structure first,
    /// by name only second. Called for every file that is no text: cheap.
    fn claims(&self, path: &str, head: &[u8]) -> bool;
    /// Tells the facts of one file. Must not panic on any input (if it does,
    /// the pipeline records `extractor-panicked`); facts told before an error count.
    ///
    /// # Errors
    /// What is wrong with the file; it becomes a problem in the coverage.
    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError>;
}

/// Every reader, in the order in which they are asked: the first that claims a
/// file reads it. To add a format, add its file and its row here.
pub static READERS: &[&dyn Reader] = &[
    &binary::elf::Elf,
    &binary::pe::Pe,
    &binary::macho::MachO,
    &weights::gguf::Gguf,
    &weights::safetensors::Safetensors,
    &dataset::parquet::Parquet,
    &dataset::arrow::Arrow,
    &dataset::tfrecord::TfRecord,
    &weights::flat::Flatbuffer,
    &weights::pickle::Pickle,
    &weights::zipped::Zipped,
    &weights::hdf5::Hdf5,
    &weights::proto::Protobuf,
    &weights::marked::Marked,
    &weights::text::TextModel,
    &weights::pointer::Pointer,
];

/// Whether a file that begins so is worth asking readers about: a NUL in its
/// head, or a first byte that begins no text.
#[must_use]
pub fn may_claim(head: &[u8]) -> bool {
    let head = head.get(..head.len().min(HEAD)).unwrap_or_default();
    let starts_no_text = head
        .first()
        .is_some_and(|first| matches!(*first, 0..=8 | 0x0E..=0x1F | 0x7F..=0xBF | 0xF5..=0xFD));
    starts_no_text || memchr::memchr(0, head).is_some()
}

/// The reader that claims the file that begins so.
#[must_use]
pub fn reader_of(path: &str, head: &[u8]) -> Option<&'static dyn Reader> {
    let text = || {
        weights::text::format_of(head).is_some()
            || head.starts_with(weights::pointer::BEGINS)
            || weights::pointer::is_tracking(path)
            || weights::pickle::is_deflated(head)
    };
    if !may_claim(head) && !text() {
        return None;
    }
    let head = head.get(..head.len().min(HEAD)).unwrap_or_default();
    READERS.iter().copied().find(|reader| reader.claims(path, head))
}
