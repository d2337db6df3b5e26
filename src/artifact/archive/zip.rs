//! zip: its directory, read in pieces, and where each member's bytes lie.
//! Knows the format, not what is in it.
//!
//! Own code because the directory must be walked without keeping it: a crate
//! that lists it first reserves what a hostile archive asks for.

use std::collections::BTreeMap;
use std::io;

use super::inflate::Codec;
use crate::artifact::Bytes;

/// How archives begin: with a member, or with the end of an empty directory.
pub(super) const MAGICS: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06"];

const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;
/// Bytes of the directory that are read at a time; more than the longest entry.
const CHUNK: usize = 256 << 10;

/// How a member is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Stored,
    /// By a known codec.
    Packed(Codec),
    /// By one that is not known here.
    Unknown,
    /// Under a password.
    Encrypted,
}

/// One member as the directory tells it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its name as written.
    pub(super) name: Vec<u8>,
    /// How it is packed.
    pub(super) packing: Packing,
    /// How many bytes it takes in the archive.
    pub(super) packed: u64,
    /// Where it begins.
    start: u64,
}

/// The directory of an archive.
pub(super) struct Directory<'b> {
    bytes: &'b dyn Bytes,
    /// What stands before the archive proper.
    before: u64,
    at: u64,
    end: u64,
    chunk: Vec<u8>,
    given: usize,
    /// Where the members lie that were opened.
    opened: BTreeMap<u64, u64>,
}

fn broken() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

impl<'b> Directory<'b> {
    /// Finds the directory of an archive.
    ///
    /// # Errors
    /// There is none, it lies elsewhere than it says, or what the bytes say.
    pub(super) fn new(bytes: &'b dyn Bytes) -> io::Result<Self> {
        let (size, end) = end_of(bytes)?;
        let at = end.checked_sub(size.0).ok_or_else(broken)?;
        // Programs may stand before an archive; offsets may count them or not.
        let before = at.checked_sub(size.1).ok_or_else(broken)?;
        Ok(Self { bytes, before, at, end, chunk: Vec::new(), given: 0, opened: BTreeMap::new() })
    }

    /// At least `length` bytes of the directory that have not been given, or
    /// what there is.
    fn ahead(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.chunk.len().saturating_sub(self.given) < length {
            let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
            self.chunk = self.bytes.part(self.at, most.min(CHUNK))?;
            self.given = 0;
        }
        Ok(self.chunk.get(self.given..).unwrap_or_default())
    }

    fn advance(&mut self, length: usize) {
        self.given = self.given.saturating_add(length);
        self.at = self.at.saturating_add(length as u64);
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// The directory is broken there.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let fixed = self.ahead(ENTRY_LENGTH)?;
        let Some(fixed) = fixed.get(..ENTRY_LENGTH).filter(|fixed| fixed.starts_with(ENTRY)) else {
            return Err(broken());
        };
        let (flags, method) = (u16_at(fixed, 8), u16_at(fixed, 10));
        let (mut packed, unpacked) = (u64::from(u32_at(fixed, 20)), u32_at(fixed, 24));
        let mut start = u64::from(u32_at(fixed, 42));
        let name_length = usize::from(u16_at(fixed, 28));
        let extra_length = usize::from(u16_at(fixed, 30));
        let whole = ENTRY_LENGTH + name_length + extra_length + usize::from(u16_at(fixed, 32));
        let entry = self.ahead(whole)?.get(..whole).ok_or_else(broken)?;
        let name = entry.get(ENTRY_LENGTH..ENTRY_LENGTH + name_length).unwrap_or_default().to_vec();
        let extra = entry.get(ENTRY_LENGTH + name_length..).unwrap_or_default();
        let extra = extra.get(..extra_length).unwrap_or_default();
        let extra = extra.to_vec();
        let mut wide = wide_numbers(&extra);
        if unpacked == u32::MAX {
            wide.next();
        }
        if packed == u64::from(u32::MAX) {
            packed = wide.next().unwrap_or(packed);
        }
        if start == u64::from(u32::MAX) {
            start = wide.next().unwrap_or(start);
        }
        let packing = match (flags & 1, method) {
            (1, _) => Packing::Encrypted,
            (_, 0) => Packing::Stored,
            (_, 8) => Packing::Packed(Codec::Deflate),
            (_, 12) => Packing::Packed(Codec::Bzip2),
            (_, 93) => Packing::Packed(Codec::Zstd),
            (_, 95) => Packing::Packed(Codec::Xz),
            _ => Packing::Unknown,
        };
        self.advance(whole);
        Ok(Some(Entry { name, packing, packed, start }))
    }

    /// Where a member's bytes lie.
    ///
    /// # Errors
    /// They lie outside of the archive, or within those of another member
    /// that was opened: only traps are packed so.
    pub(super) fn open(&mut self, entry: &Entry) -> io::Result<(u64, u64)> {
        let header = self.before.checked_add(entry.start).ok_or_else(broken)?;
        let mut local = [0; LOCAL_LENGTH];
        self.bytes.read_exact_at(header, &mut local)?;
        if !local.starts_with(b"PK\x03\x04") {
            return Err(broken());
        }
        let names = u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let start = header.checked_add(LOCAL_LENGTH as u64 + names).ok_or_else(broken)?;
        let end = start.checked_add(entry.packed).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(broken)?;
        let before = self.opened.range(..end).next_back();
        if before.is_some_and(|(_, other_end)| *other_end > header) {
            return Err(broken());
        }
        self.opened.insert(header, end);
        Ok((start, entry.packed))
    }
}

/// Size and offset of the directory as they are told, and where it ends.
fn end_of(bytes: &dyn Bytes) -> io::Result<((u64, u64), u64)> {
    let reach = END_LENGTH + usize::from(u16::MAX);
    let start = bytes.len().saturating_sub(reach as u64);
    let tail = bytes.part(start, reach)?;
    let fits = |at: &usize| {
        tail.get(*at..).is_some_and(|end| {
            end.len() >= END_LENGTH && end.len() >= END_LENGTH + usize::from(u16_at(end, 20))
        })
    };
    let at = memchr::memmem::rfind_iter(&tail, END).find(fits).ok_or_else(broken)?;
    let end = tail.get(at..).unwrap_or_default();
    let (size, offset) = (u32_at(end, 12), u32_at(end, 16));
    let position = start.saturating_add(at as u64);
    let is_wide = size == u32::MAX || offset == u32::MAX || u16_at(end, 10) == u16::MAX;
    if is_wide && let Some(wide) = wide_end(bytes, position)? {
        return Ok(wide);
    }
    Ok(((u64::from(size), u64::from(offset)), position))
}

/// The same where the numbers are too large for it.
fn wide_end(bytes: &dyn Bytes, end: u64) -> io::Result<Option<((u64, u64), u64)>> {
    let mut locator = [0; 20];
    let Some(at) = end.checked_sub(20) else { return Ok(None) };
    bytes.read_exact_at(at, &mut locator)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let mut record = [0; 56];
    let told = u64_at(&locator, 8);
    // Where something stands before the archive, the record lies before its locator.
    for at in [told, at.saturating_sub(56)] {
        let is_there = bytes.read_exact_at(at, &mut record).is_ok();
        if is_there && record.starts_with(b"PK\x06\x06") {
            return Ok(Some(((u64_at(&record, 40), u64_at(&record, 48)), at)));
        }
    }
    Err(broken())
}

/// The numbers of an entry that are too large for it, in their order.
fn wide_numbers(mut extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut numbers: &[u8] = &[];
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let field = extra.get(4..4 + length).unwrap_or_default();
        if id == 1 {
            numbers = field;
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    numbers.chunks_exact(8).map(|number| u64_at(number, 0))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |number| u16::from_le_bytes(*number))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |number| u32::from_le_bytes(*number))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |number| u64::from_le_bytes(*number))
}
