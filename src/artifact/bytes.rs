//! Bytes that can be read anywhere in, whatever holds them: a file of the tree,
//! a member of an archive that was inflated, a part of either. Knows no format
//! and touches no file: who opens one says how it is read.

use std::io;

/// Bytes that can be read anywhere in. Nothing is ever mapped: a file that
/// shrinks while it is read is an error, never a signal.
pub trait Bytes: Sync {
    /// How many there are.
    fn len(&self) -> u64;

    /// Reads from `offset` on into `buf`; fewer bytes than it holds only at
    /// the end, none beyond it.
    ///
    /// # Errors
    /// What the system says.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` from `offset` on.
    ///
    /// # Errors
    /// What the system says; `UnexpectedEof` where the bytes end before.
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let from = offset.checked_add(done as u64).ok_or(io::ErrorKind::UnexpectedEof)?;
            match self.read_at(from, rest)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                got => done = done.saturating_add(got),
            }
        }
        Ok(())
    }

    /// At most `limit` bytes from `offset` on; fewer where they end before.
    /// Never reserves more than is there.
    ///
    /// # Errors
    /// What the system says.
    fn part(&self, offset: u64, limit: usize) -> io::Result<Vec<u8>> {
        let there = self.len().saturating_sub(offset);
        let length = usize::try_from(there).unwrap_or(usize::MAX).min(limit);
        let mut part = vec![0; length];
        let mut done = 0;
        while let Some(rest) = part.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read_at(offset.saturating_add(done as u64), rest)? {
                0 => break,
                got => done = done.saturating_add(got),
            }
        }
        part.truncate(done);
        Ok(part)
    }
}

impl Bytes for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.get(from..).unwrap_or_default();
        let length = rest.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl Bytes for &[u8] {
    fn len(&self) -> u64 {
        Bytes::len(*self)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(offset, buf)
    }
}

/// A part of other bytes; what lies beyond their end is not there.
pub struct Window<'b> {
    whole: &'b dyn Bytes,
    start: u64,
    length: u64,
}

impl<'b> Window<'b> {
    /// `length` bytes of `whole` from `start` on, or as many as there are.
    #[must_use]
    pub fn new(whole: &'b dyn Bytes, start: u64, length: u64) -> Self {
        let length = length.min(whole.len().saturating_sub(start));
        Self { whole, start, length }
    }
}

impl std::fmt::Debug for Window<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("start", &self.start).field("length", &self.length).finish()
    }
}

impl Bytes for Window<'_> {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = there.min(buf.len());
        match buf.get_mut(..length) {
            Some(part) if !part.is_empty() => {
                self.whole.read_at(self.start.saturating_add(offset), part)
            }
            _ => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_its_part_and_nothing_beyond() {
        let bytes: &[u8] = b"0123456789";
        let window = Window::new(&bytes, 3, 4);
        assert_eq!(window.part(0, 100).expect("read"), b"3456");
        assert_eq!(window.part(2, 1).expect("read"), b"5");
        assert_eq!(window.part(9, 5).expect("read"), b"");
        assert_eq!(Window::new(&bytes, 8, u64::MAX).len(), 2);
        assert_eq!(Window::new(&bytes, u64::MAX, 5).len(), 0);
    }

    #[test]
    fn reading_beyond_the_end_is_an_error_and_reserves_nothing() {
        let bytes: &[u8] = b"0123";
        let mut buf = [0; 3];
        assert!(bytes.read_exact_at(2, &mut buf).is_err());
        assert!(bytes.read_exact_at(u64::MAX, &mut buf).is_err());
        assert_eq!(bytes.part(0, usize::MAX).expect("read").len(), 4);
    }
}
