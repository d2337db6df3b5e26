//! Programs and libraries. One reader per container (ELF, PE, Mach-O) tells
//! what it is linked with, its symbols, and hands on its constant data; what
//! languages and packagers leave within any container has a file of its own.
//!
//! Nothing is parsed eagerly: headers and tables are read where they lie, the
//! constant data goes by in pieces.

pub mod audit;
pub mod dotnet;
pub mod elf;
pub mod frozen;
pub mod golang;
pub mod macho;
pub mod pe;

use crate::artifact::{Bytes, Input};
use crate::extract::{ProblemCode, Sink};
use crate::model::fact::Fact;

/// Most sections, segments, load commands or libraries looked at.
pub(super) const PARTS: usize = 4096;
/// Longest name of a symbol or library.
pub(super) const NAME: usize = 1024;

/// A range of the file, from where and how long.
pub(super) type Range = (u64, u64);

/// A table of texts that end with a NUL.
#[derive(Debug, Default)]
pub(super) struct Texts(Vec<u8>);

impl Texts {
    /// The table that lies in a range of the file.
    pub(super) fn of(input: &Input<'_>, (at, length): Range, sink: &mut dyn Sink) -> Self {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > input.limits.table_bytes {
            sink.note(ProblemCode::Capped, "a table of names is larger than is read");
        }
        Self(input.bytes.part(at, length.min(input.limits.table_bytes)).unwrap_or_default())
    }

    /// The text at an offset; empty where there is none.
    pub(super) fn at(&self, offset: u64) -> &str {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.0.get(from..).unwrap_or_default();
        text_in(rest)
    }
}

/// The text at the beginning of bytes, up to a NUL.
pub(super) fn text_in(bytes: &[u8]) -> &str {
    let head = bytes.get(..bytes.len().min(NAME)).unwrap_or_default();
    let end = memchr::memchr(0, head).unwrap_or(0);
    std::str::from_utf8(head.get(..end).unwrap_or_default()).unwrap_or_default()
}

/// The text at an offset of the file, up to a NUL.
pub(super) fn text_at(bytes: &dyn Bytes, offset: u64) -> String {
    text_in(&bytes.part(offset, NAME).unwrap_or_default()).to_owned()
}

/// Tells a library; a name that is no text tells nothing.
pub(super) fn library(name: &str, own: bool, sink: &mut dyn Sink) {
    if !name.is_empty() {
        sink.fact(Fact::Library { name: name.into(), version: None, own }, None);
    }
}

/// Counts symbols and tells them.
#[derive(Debug)]
pub(super) struct Symbols {
    left: usize,
    cut: bool,
}

impl Symbols {
    pub(super) fn new(input: &Input<'_>) -> Self {
        Self { left: input.limits.symbols, cut: false }
    }

    /// Tells one; `false`: enough were told.
    pub(super) fn tell(&mut self, name: &str, defined: bool, sink: &mut dyn Sink) -> bool {
        if self.left == 0 {
            if !self.cut {
                sink.note(ProblemCode::Capped, "it has more symbols than are looked at");
            }
            self.cut = true;
            return false;
        }
        self.left = self.left.saturating_sub(1);
        if name.len() > 2 {
            sink.fact(Fact::Symbol { name: name.into(), defined }, None);
        }
        true
    }
}

/// Bytes of constant data that are in memory at once, and those of the end of
/// a piece that are seen again with the next.
const PIECE: usize = 1 << 20;
const OVERLAP: usize = 256;

/// Hands on the constant data in the given ranges, each byte once however they
/// overlap, up to the limit.
pub(super) fn look_through(input: &Input<'_>, mut ranges: Vec<Range>, sink: &mut dyn Sink) {
    ranges.sort_unstable();
    let mut left = input.limits.data_bytes as u64;
    let mut done = 0u64;
    for (start, length) in ranges {
        let end = start.saturating_add(length).min(input.bytes.len());
        let mut at = start.max(done);
        done = done.max(end);
        while at < end {
            if left == 0 {
                sink.note(ProblemCode::Capped, "it has more constant data than is looked through");
                return;
            }
            let most = end.saturating_sub(at).min(PIECE as u64).min(left);
            let most = usize::try_from(most).unwrap_or(PIECE);
            let Ok(piece) = input.bytes.part(at, most) else { return };
            if piece.is_empty() {
                return;
            }
            sink.fact(Fact::Data { bytes: &piece }, None);
            let read = piece.len() as u64;
            left = left.saturating_sub(read);
            let next = at.saturating_add(read);
            at = if next < end {
                next.saturating_sub(OVERLAP as u64).max(at.saturating_add(1))
            } else {
                next
            };
        }
    }
}
