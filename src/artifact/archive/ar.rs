//! `ar`, in which Debian packages come. Knows its headers, not what is in it.

use std::io::{self, Read};

use super::stream::{Stream, read_or_end};

/// How an archive begins.
pub(super) const MAGIC: &[u8] = b"!<arch>\n";

/// The members of an archive, one after the other; reading gives the bytes of
/// the one that was begun last.
pub(super) struct Members<'s> {
    from: &'s mut dyn Stream,
    left: u64,
    padding: u64,
}

impl<'s> Members<'s> {
    /// Begins to read.
    ///
    /// # Errors
    /// It does not begin like one, or what the stream says.
    pub(super) fn new(from: &'s mut dyn Stream) -> io::Result<Self> {
        let mut magic = [0; 8];
        from.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { from, left: 0, padding: 0 })
    }

    /// The name of the next member; `None` at the end.
    ///
    /// # Errors
    /// A header is none, or what the stream says.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.from.skip(self.left.saturating_add(self.padding))?;
        let mut header = [0; 60];
        if !read_or_end(self.from, &mut header)? {
            return Ok(None);
        }
        let (name, rest) = header.split_at(16);
        let size = rest.get(32..42).and_then(|field| std::str::from_utf8(field).ok());
        let size = size.and_then(|field| field.trim().parse::<u64>().ok());
        let Some(size) = size.filter(|_| header.ends_with(b"`\n")) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        (self.left, self.padding) = (size, size % 2);
        Ok(Some(name.trim_ascii_end().strip_suffix(b"/").unwrap_or(name.trim_ascii_end()).to_vec()))
    }
}

impl Read for Members<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let got = self.from.read(buf.get_mut(..most).unwrap_or_default())?;
        self.left = self.left.saturating_sub(got as u64);
        if got == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(got)
    }
}
