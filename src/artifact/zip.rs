//! The directory of a zip, and its members one by one: read for the few names
//! that tell what the file is, and never unpacked. Knows no format within.

use std::io::Read;

use super::bytes::{Bytes, Window};
use super::cursor::Cursor;
use crate::extract::ExtractError;

/// Most members looked at.
const MEMBERS: usize = 20_000;
/// Most bytes of a directory.
const DIRECTORY: u64 = 16 << 20;
/// Longest name.
const NAME: usize = 1024;

/// A member as the directory describes it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) size: u64,
    packed: u64,
    offset: u64,
    method: u16,
}

/// The members of the zip in `bytes`, in their order.
pub(super) fn members(bytes: &dyn Bytes) -> Result<Vec<Member>, ExtractError> {
    let (start, length) = directory(bytes)?;
    let window = Window::new(bytes, start, length.min(DIRECTORY));
    let mut cursor = Cursor::new(&window);
    let mut members = Vec::new();
    while members.len() < MEMBERS && cursor.left() >= 46 {
        let Some(member) = member(&mut cursor)? else { break };
        members.push(member);
    }
    Ok(members)
}

fn member(cursor: &mut Cursor<'_>) -> Result<Option<Member>, ExtractError> {
    if cursor.u32()? != 0x0201_4B50 {
        return Ok(None);
    }
    cursor.skip(6)?;
    let method = cursor.u16()?;
    cursor.skip(8)?;
    let mut packed = u64::from(cursor.u32()?);
    let mut size = u64::from(cursor.u32()?);
    let name_length = u64::from(cursor.u16()?);
    let extra = cursor.u16()?;
    let comment = cursor.u16()?;
    cursor.skip(8)?;
    let mut offset = u64::from(cursor.u32()?);
    let name = cursor.text(name_length, NAME)?;
    let end = cursor.at().saturating_add(u64::from(extra));
    while cursor.at().saturating_add(4) <= end {
        let (kind, length) = (cursor.u16()?, u64::from(cursor.u16()?));
        let next = cursor.at().saturating_add(length);
        if kind == 1 {
            for slot in [&mut size, &mut packed, &mut offset] {
                if *slot == u64::from(u32::MAX) && cursor.at().saturating_add(8) <= next {
                    *slot = cursor.u64()?;
                }
            }
        }
        cursor.go(next)?;
    }
    cursor.go(end)?;
    cursor.skip(u64::from(comment))?;
    Ok(Some(Member { name, size, packed, offset, method }))
}

/// Where the directory lies.
fn directory(bytes: &dyn Bytes) -> Result<(u64, u64), ExtractError> {
    const TAIL: usize = 66_000;
    let from = bytes.len().saturating_sub(TAIL as u64);
    let unreadable = |_| ExtractError::malformed("its end could not be read");
    let tail = bytes.part(from, TAIL).map_err(unreadable)?;
    let no_directory = || ExtractError::malformed("it has no directory");
    let at = memchr::memmem::rfind(&tail, b"PK\x05\x06").ok_or_else(no_directory)?;
    let end = from.saturating_add(at as u64);
    let mut cursor = Cursor::new(bytes);
    cursor.go(end.saturating_add(12))?;
    let length = cursor.u32()?;
    let start = cursor.u32()?;
    if length != u32::MAX && start != u32::MAX {
        return Ok((u64::from(start), u64::from(length)));
    }
    cursor.go(end.checked_sub(20).ok_or_else(no_directory)?)?;
    if cursor.u32()? != 0x0706_4B50 {
        return Err(no_directory());
    }
    cursor.skip(4)?;
    let large = cursor.u64()?;
    cursor.go(large)?;
    if cursor.u32()? != 0x0606_4B50 {
        return Err(no_directory());
    }
    cursor.skip(36)?;
    let length = cursor.u64()?;
    Ok((cursor.u64()?, length))
}

impl Member {
    /// The first `most` bytes of the member, inflated if need be.
    pub(super) fn head(&self, bytes: &dyn Bytes, most: usize) -> Result<Vec<u8>, ExtractError> {
        let mut cursor = Cursor::new(bytes);
        cursor.go(self.offset)?;
        if cursor.u32()? != 0x0403_4B50 {
            return Err(ExtractError::malformed("a member is not where the directory says"));
        }
        cursor.skip(22)?;
        let skipped = u64::from(cursor.u16()?).saturating_add(u64::from(cursor.u16()?));
        cursor.skip(skipped)?;
        let packed = Window::new(bytes, cursor.at(), self.packed);
        let unreadable = |_| ExtractError::malformed("a member could not be read");
        match self.method {
            0 => packed.part(0, most).map_err(unreadable),
            8 => {
                // Deflate makes at most about a thousand bytes of one.
                let packed = packed.part(0, most).map_err(unreadable)?;
                let mut out = Vec::new();
                let inflater = flate2::read::DeflateDecoder::new(packed.as_slice());
                let read = inflater.take(most as u64).read_to_end(&mut out);
                if read.is_err() && out.is_empty() {
                    return Err(ExtractError::malformed("a member could not be inflated"));
                }
                Ok(out)
            }
            _ => Err(ExtractError::malformed("a member is packed in a way that is not read")),
        }
    }
}
