//! A position in bytes that moves forward: numbers, texts and varints, each
//! checked against what is there. Knows no format.

use super::Bytes;
use crate::extract::ExtractError;

/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// A position in bytes, with the piece around it in memory.
pub(super) struct Cursor<'b> {
    bytes: &'b dyn Bytes,
    at: u64,
    end: u64,
    chunk: Vec<u8>,
    chunk_at: u64,
    big_endian: bool,
}

type Read<T> = Result<T, ExtractError>;

/// What is said of a file that ends too early.
pub(super) fn ended() -> ExtractError {
    ExtractError::malformed("it ends before what it announces")
}

impl<'b> Cursor<'b> {
    /// At the beginning of `bytes`.
    pub(super) fn new(bytes: &'b dyn Bytes) -> Self {
        Self { bytes, at: 0, end: bytes.len(), chunk: Vec::new(), chunk_at: 0, big_endian: false }
    }

    /// The same with numbers whose first byte counts most.
    pub(super) fn big_endian(mut self, yes: bool) -> Self {
        self.big_endian = yes;
        self
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// Goes to a place; one beyond the end is an error.
    pub(super) fn go(&mut self, to: u64) -> Read<()> {
        if to > self.end {
            return Err(ended());
        }
        self.at = to;
        Ok(())
    }

    pub(super) fn skip(&mut self, count: u64) -> Read<()> {
        self.go(self.at.checked_add(count).ok_or_else(ended)?)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.slice(N)?);
        Ok(out)
    }

    /// The next bytes, at most [`CHUNK`] of them.
    pub(super) fn slice(&mut self, count: usize) -> Read<&[u8]> {
        if count > CHUNK || count as u64 > self.left() {
            return Err(ended());
        }
        let from = self.at.checked_sub(self.chunk_at).and_then(|from| usize::try_from(from).ok());
        let inside = from
            .and_then(|from| from.checked_add(count))
            .is_some_and(|end| end <= self.chunk.len());
        if !inside {
            let most = usize::try_from(self.left()).unwrap_or(usize::MAX).min(CHUNK);
            let unreadable = |_| ExtractError::malformed("it could not be read to its end");
            self.chunk = self.bytes.part(self.at, most).map_err(unreadable)?;
            self.chunk_at = self.at;
        }
        let from = usize::try_from(self.at.saturating_sub(self.chunk_at)).unwrap_or(usize::MAX);
        self.at = self.at.saturating_add(count as u64);
        let end = from.saturating_add(count);
        self.chunk.get(from..end).ok_or_else(ended)
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u16(&mut self) -> Read<u16> {
        let bytes = self.array()?;
        Ok(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn u32(&mut self) -> Read<u32> {
        let bytes = self.array()?;
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub(super) fn u64(&mut self) -> Read<u64> {
        let bytes = self.array()?;
        Ok(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    /// A number of seven bits a byte, as protocol buffers write it.
    pub(super) fn varint(&mut self) -> Read<u64> {
        let mut value = 0u64;
        for shift in (0..70u32).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ExtractError::malformed("a number has more than ten bytes"))
    }

    /// `length` bytes of text, of which the first `keep` are kept.
    pub(super) fn text(&mut self, length: u64, keep: usize) -> Read<String> {
        let kept = usize::try_from(length).unwrap_or(usize::MAX).min(keep).min(CHUNK);
        let text = String::from_utf8_lossy(self.slice(kept)?).into_owned();
        self.skip(length.saturating_sub(kept as u64))?;
        Ok(text)
    }
}

/// Counts what a reader does, so that no file keeps it busy.
pub(super) struct Steps {
    left: usize,
}

impl Steps {
    pub(super) fn new(most: usize) -> Self {
        Self { left: most }
    }

    /// Whether one more may be done.
    pub(super) fn take(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_both_orders_and_never_beyond_the_end() {
        let bytes: &[u8] = &[1, 2, 3, 4, 5, 6, 0xAC, 0x02];
        let mut cursor = Cursor::new(&bytes);
        assert_eq!(cursor.u16(), Ok(0x0201));
        assert_eq!(cursor.u32(), Ok(0x0605_0403));
        assert_eq!(cursor.varint(), Ok(300));
        assert!(cursor.u8().is_err() && cursor.skip(1).is_err() && cursor.skip(u64::MAX).is_err());
        let mut cursor = Cursor::new(&bytes).big_endian(true);
        assert_eq!(cursor.u16(), Ok(0x0102));
    }

    #[test]
    fn a_text_longer_than_the_file_is_an_error() {
        let bytes: &[u8] = b"abc";
        assert_eq!(Cursor::new(&bytes).text(3, 2), Ok("ab".to_owned()));
        assert!(Cursor::new(&bytes).text(u64::MAX, 2).is_err());
        let endless: &[u8] = &[0xFF; 40];
        assert!(Cursor::new(&endless).varint().is_err());
    }
}
