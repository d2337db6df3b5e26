//! Bytes that come one after the other, of which some may be passed over.

use std::io::{self, Read};

use crate::artifact::Bytes;

/// A reader in which one can go on without having what lies between.
pub(super) trait Stream: Read {
    /// Passes over so many bytes.
    ///
    /// # Errors
    /// What the reader says; the end where there are fewer.
    fn skip(&mut self, count: u64) -> io::Result<()>;
}

/// Reads bytes from their beginning on; what is passed over is not read.
#[derive(Clone)]
pub(super) struct Cursor<'b> {
    bytes: &'b dyn Bytes,
    at: u64,
}

impl<'b> Cursor<'b> {
    /// At the beginning of `bytes`.
    #[must_use]
    pub(super) fn new(bytes: &'b dyn Bytes) -> Self {
        Self { bytes, at: 0 }
    }
}

impl Read for Cursor<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read_at(self.at, buf)?;
        self.at = self.at.saturating_add(got as u64);
        Ok(got)
    }
}

impl Stream for Cursor<'_> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let to = self.at.saturating_add(count);
        if to > self.bytes.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at = to;
        Ok(())
    }
}

/// A reader of which the head was looked at.
pub(super) struct Looked<'r> {
    head: Vec<u8>,
    given: usize,
    rest: Box<dyn Read + 'r>,
}

impl<'r> Looked<'r> {
    /// Looks at the first `length` bytes of a reader.
    ///
    /// # Errors
    /// What the reader says.
    pub(super) fn new(mut rest: Box<dyn Read + 'r>, length: usize) -> io::Result<Self> {
        let mut head = Vec::with_capacity(length);
        rest.by_ref().take(length as u64).read_to_end(&mut head)?;
        Ok(Self { head, given: 0, rest })
    }

    /// The head.
    #[must_use]
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl Read for Looked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut left = self.head.get(self.given..).unwrap_or_default();
        if left.is_empty() {
            return self.rest.read(buf);
        }
        let got = left.read(buf)?;
        self.given = self.given.saturating_add(got);
        Ok(got)
    }
}

impl Stream for Looked<'_> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.by_ref().take(count), &mut io::sink())?;
        if passed < count { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// Fills `buf`; false if there is nothing left at all.
///
/// # Errors
/// What the reader says; `UnexpectedEof` where it ends within.
pub(super) fn read_or_end(from: &mut dyn Stream, buf: &mut [u8]) -> io::Result<bool> {
    let mut done = 0;
    while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if done == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(got) => done = done.saturating_add(got),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
