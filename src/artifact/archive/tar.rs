//! tar: ustar, GNU and pax. Knows its headers, not what is in it.
//!
//! Own code because a name, a size or a table in a header must cost no more
//! than this file allows, before anything is reserved for it.

use std::io::{self, Read};

use super::stream::{Stream, read_or_end};

/// Bytes of a header, and what data is filled up to.
pub(super) const BLOCK: usize = 512;

/// Longest long name or table of a header that is read.
const LONGEST: u64 = 64 << 10;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file with its bytes.
    File,
    /// A link, hard or not: a name and no bytes.
    Link,
    /// A folder, a device, anything else.
    Other,
}

/// A member's header.
#[derive(Debug)]
pub(super) struct Header {
    /// Its name as written.
    pub(super) name: Vec<u8>,
    /// What it is.
    pub(super) kind: Kind,
}

/// The members of an archive, one after the other; reading gives the bytes of
/// the one that was begun last.
pub(super) struct Members<'s> {
    from: &'s mut dyn Stream,
    left: u64,
    padding: u64,
}

/// Whether bytes begin with a header.
#[must_use]
pub(super) fn is_header(block: &[u8]) -> bool {
    block.get(..BLOCK).is_some_and(checksum_fits)
}

impl<'s> Members<'s> {
    /// Begins to read.
    pub(super) fn new(from: &'s mut dyn Stream) -> Self {
        Self { from, left: 0, padding: 0 }
    }

    /// The next member; `None` at the end.
    ///
    /// # Errors
    /// A header is none, or what the stream says.
    pub(super) fn next(&mut self) -> io::Result<Option<Header>> {
        let mut long_name = None;
        let mut pax = Pax::default();
        loop {
            self.from.skip(self.left.saturating_add(self.padding))?;
            self.left = 0;
            self.padding = 0;
            let mut block = [0; BLOCK];
            // The end is two blocks of zeros; many writers leave out one or both.
            if !read_or_end(self.from, &mut block)? || block.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            if !checksum_fits(&block) {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let size = number(field(&block, 124, 12)).ok_or(io::ErrorKind::InvalidData)?;
            let kind = block.get(156).copied().unwrap_or_default();
            self.set(size);
            match kind {
                b'L' => long_name = self.table()?,
                b'x' => pax = self.table()?.map(|table| Pax::new(&table)).unwrap_or_default(),
                b'K' | b'g' | b'V' | b'X' => {}
                _ => {
                    let size = pax.size.unwrap_or(size);
                    self.set(size);
                    if kind == b'S' {
                        self.pass_sparse_maps(&block)?;
                    }
                    let name = pax.path.or(long_name).unwrap_or_else(|| name_in(&block));
                    return Ok(Some(self.header(name, kind)));
                }
            }
        }
    }

    fn header(&mut self, name: Vec<u8>, kind: u8) -> Header {
        let kind = match kind {
            b'0' | 0 | b'7' | b'S' if !name.ends_with(b"/") => Kind::File,
            b'1' | b'2' => Kind::Link,
            _ => Kind::Other,
        };
        if kind == Kind::Link {
            self.set(0); // some writers give links the size of what they lead to
        }
        Header { name, kind }
    }

    fn set(&mut self, size: u64) {
        self.left = size;
        let over = size % BLOCK as u64;
        self.padding = if over == 0 { 0 } else { BLOCK as u64 - over };
    }

    /// The data of a header that says something of the next one; `None` if
    /// there is too much of it.
    fn table(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left > LONGEST {
            return Ok(None);
        }
        let mut table = Vec::new();
        self.take(LONGEST).read_to_end(&mut table)?;
        while table.last() == Some(&0) {
            table.pop();
        }
        Ok(Some(table))
    }

    /// Maps of a sparse file that go on in blocks of their own.
    fn pass_sparse_maps(&mut self, header: &[u8]) -> io::Result<()> {
        let mut goes_on = header.get(482).is_some_and(|flag| *flag != 0);
        while goes_on {
            let mut block = [0; BLOCK];
            self.from.read_exact(&mut block)?;
            goes_on = block.get(504).is_some_and(|flag| *flag != 0);
        }
        Ok(())
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

fn field(block: &[u8], at: usize, length: usize) -> &[u8] {
    block.get(at..at + length).unwrap_or_default()
}

/// A field of text ends with the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn name_in(block: &[u8]) -> Vec<u8> {
    let name = text(field(block, 0, 100));
    let prefix = text(field(block, 345, 155));
    // GNU keeps times where ustar has the first folders.
    if field(block, 257, 6) != b"ustar\0" || prefix.is_empty() {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}

/// Octal text, or a binary number after a set bit.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
        let fits = high.iter().all(|byte| *byte == 0) && *first == 0x80;
        return fits.then(|| low.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    }
    let digits = text(field).trim_ascii();
    digits.iter().try_fold(0u64, |sum, digit| match digit {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

fn checksum_fits(block: &[u8]) -> bool {
    let told = number(field(block, 148, 8));
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    told == Some(sum)
}

/// What a pax header says of the member after it.
#[derive(Debug, Default)]
struct Pax {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Pax {
    /// Lines `LENGTH KEY=VALUE\n`, the length counting all of the line.
    fn new(mut table: &[u8]) -> Self {
        let mut pax = Self::default();
        while let Some(space) = memchr::memchr(b' ', table.get(..8.min(table.len())).unwrap_or(&[]))
        {
            let length = table.get(..space).and_then(|text| std::str::from_utf8(text).ok());
            let length = length.and_then(|text| text.parse::<usize>().ok());
            let Some((line, rest)) = length.and_then(|length| table.split_at_checked(length))
            else {
                // The last line has lost the NULs behind it, nothing else.
                break;
            };
            let Some(line) = line.get(space + 1..) else { break };
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            if let Some(path) = line.strip_prefix(b"path=") {
                pax.path = Some(path.to_vec());
            } else if let Some(size) = line.strip_prefix(b"size=") {
                pax.size = std::str::from_utf8(size).ok().and_then(|text| text.parse().ok());
            }
            table = rest;
        }
        pax
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary_and_never_overflow() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"  17 \0\0"), Some(0o17));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(number(b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), None);
        assert_eq!(number(b"00008"), None);
        assert_eq!(number(b""), None);
    }

    #[test]
    fn a_pax_table_tells_a_path_and_a_size() {
        let pax = Pax::new(b"12 path=a/b\n11 size=42\n");
        assert_eq!(pax.path.as_deref(), Some(&b"a/b"[..]));
        assert_eq!(pax.size, Some(42));
        for broken in [&b"99 path=x\n"[..], b"x", b"0 path=x\n", b"3 ", b""] {
            assert_eq!(Pax::new(broken).path, None);
        }
    }
}
