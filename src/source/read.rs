//! Reads one file once: never through a link, never a special file, never
//! more than the limit, into a buffer that the thread keeps.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// Size to which the kept buffer shrinks after a large file.
const KEPT_BUFFER: usize = 256 << 10;

/// The bytes of a file, or of its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadHead {
    /// Size of the whole file, as the system said when it was opened.
    pub size: u64,
    /// Whether the file goes on beyond what was read.
    pub truncated: bool,
}

/// A regular file, opened and not yet read.
#[derive(Debug)]
pub struct Opened {
    file: File,
    /// Its size, as the system says.
    pub size: u64,
}

impl Opened {
    /// Opens `path`: never a link, never a special file.
    ///
    /// # Errors
    /// What the system says; `InvalidInput` if it is no regular file.
    pub fn new(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Self { file, size: meta.len() })
    }

    /// The file in pieces that end where a line does.
    #[must_use]
    pub fn pieces(self) -> Pieces {
        Pieces { file: self.file, buffer: vec![0; PIECE], filled: 0, told: 0 }
    }

    /// Hands over all bytes in pieces.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_all(mut self, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let mut piece = vec![0; 64 << 10];
        loop {
            match self.file.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(got) => take(piece.get(..got).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads from `offset` on into `buf`, without moving on.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buf, offset)
    }

    /// Reads from `offset` on into `buf`.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(windows)]
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buf, offset)
    }

    /// Reads at most `limit` bytes into `buffer`, replacing its content.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_head(&self, limit: usize, buffer: &mut Vec<u8>) -> io::Result<ReadHead> {
        buffer.clear();
        if buffer.capacity() > 4 * KEPT_BUFFER {
            buffer.shrink_to(KEPT_BUFFER);
        }
        let expected = usize::try_from(self.size).unwrap_or(usize::MAX).min(limit);
        buffer.reserve(expected.max(512) + 1);
        fill(&self.file, expected, limit, buffer)?;
        let truncated = buffer.len() > limit;
        buffer.truncate(limit);
        Ok(ReadHead { size: self.size.max(buffer.len() as u64), truncated })
    }
}

/// Size of a piece, and of the longest line that stays whole.
const PIECE: usize = 1 << 20;

/// A file that is read piece by piece, in bounded memory.
#[derive(Debug)]
pub struct Pieces {
    file: File,
    buffer: Vec<u8>,
    filled: usize,
    told: usize,
}

impl Pieces {
    /// The next piece: whole lines, but for a line longer than a piece and for
    /// the last line of the file; `None` at the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn next_piece(&mut self) -> io::Result<Option<&[u8]>> {
        self.buffer.copy_within(self.told..self.filled, 0);
        self.filled -= self.told;
        self.told = 0;
        loop {
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let got = if room.is_empty() { 0 } else { (&self.file).read(room)? };
            self.filled += got;
            let filled = self.buffer.get(..self.filled).unwrap_or_default();
            let line = memchr::memrchr(b'\n', filled).map(|at| at + 1);
            let full = self.filled == self.buffer.len();
            self.told = match line {
                Some(end) if got > 0 || full => end,
                None if got > 0 && !full => continue,
                // the last line, or one that is longer than a piece
                _ => self.filled,
            };
            return Ok((self.told > 0).then(|| self.buffer.get(..self.told).unwrap_or_default()));
        }
    }
}

/// Opens `path` and reads at most `limit` bytes into `buffer`, replacing its content.
///
/// # Errors
/// What the system says; `InvalidInput` if it is no regular file.
pub fn read_head(path: &Path, limit: usize, buffer: &mut Vec<u8>) -> io::Result<ReadHead> {
    Opened::new(path)?.read_head(limit, buffer)
}

/// Reads up to one byte more than `limit`. A regular file gives all it has in
/// one piece, so a read that comes out short of the room it had is the last
/// one, if the file is then as long as it said; else reading goes on to the
/// end, as for files that grow or whose size means nothing.
#[cfg(unix)]
fn fill(file: &File, expected: usize, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    use rustix::buffer::spare_capacity;
    loop {
        let room = buffer.capacity() - buffer.len();
        let got = match rustix::io::read(file, spare_capacity(buffer)) {
            Ok(got) => got,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        let ended = got == 0 || (got < room && buffer.len() == expected && expected > 0);
        if ended || buffer.len() > limit {
            return Ok(());
        }
        if buffer.len() == buffer.capacity() {
            buffer.reserve(buffer.len().clamp(512, 1 << 20));
        }
    }
}

#[cfg(not(unix))]
fn fill(file: &File, _: usize, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    file.take(limit as u64 + 1).read_to_end(buffer).map(|_| ())
}

/// Whether a link lies on the way from `root` to a file: such a file may lie
/// anywhere, whatever its path says.
#[must_use]
pub fn passes_link(root: &Path, relative: &str) -> bool {
    let mut path = root.to_path_buf();
    relative.split('/').any(|part| {
        path.push(part);
        path.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink())
    })
}

/// Opens without following a link and without blocking on a FIFO that took
/// the file's place since the walk saw it.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}
