//! The decoders, each with its bound on memory; which of them reads a stream
//! is told by how it begins. Knows nothing of archives.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use lzma_rust2::XzReader;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Largest window of a zstd frame, in bytes.
const ZSTD_WINDOW: u64 = 64 << 20;
/// Most memory of an xz decoder, in KiB: enough for its strongest preset.
const XZ_KIB: u32 = 80 << 10;
/// Bytes that are read from below at a time.
const CHUNK: usize = 64 << 10;

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// Deflate without any frame: members of zip.
    Deflate,
    /// gzip, several in a row too.
    Gzip,
    /// xz.
    Xz,
    /// zstd.
    Zstd,
    /// bzip2.
    Bzip2,
}

/// The codec of a stream that begins so.
#[must_use]
pub(super) fn codec_of(head: &[u8]) -> Option<Codec> {
    Some(match head {
        [0x1F, 0x8B, ..] => Codec::Gzip,
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Codec::Xz,
        // Frames may be preceded by others that decoders skip.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Codec::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Codec::Bzip2,
        _ => return None,
    })
}

/// What `from` holds, inflated as it is read.
#[must_use]
pub(super) fn inflated<'r>(codec: Codec, from: Box<dyn Read + 'r>) -> Box<dyn Read + 'r> {
    let from = BufReader::with_capacity(CHUNK, from);
    match codec {
        Codec::Deflate => Box::new(DeflateDecoder::new(from)),
        Codec::Gzip => Box::new(MultiGzDecoder::new(from)),
        Codec::Xz => Box::new(XzReader::new_mem_limit(from, true, XZ_KIB)),
        Codec::Zstd => Box::new(Zstd::new(from)),
        Codec::Bzip2 => Box::new(MultiBzDecoder::new(from)),
    }
}

/// All frames of a zstd stream; its crate reads one.
struct Zstd<R> {
    from: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(from: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW);
        Self { from, decoder, in_frame: false }
    }

    /// Begins the next frame; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let next = self.from.fill_buf()?;
            if next.is_empty() {
                return Ok(false);
            }
            let mut magic = [0; 4];
            self.from.read_exact(&mut magic)?;
            if let [0x50..=0x5F, 0x2A, 0x4D, 0x18] = magic {
                let mut length = [0; 4];
                self.from.read_exact(&mut length)?;
                let length = u64::from(u32::from_le_bytes(length));
                io::copy(&mut self.from.by_ref().take(length), &mut io::sink())?;
                continue;
            }
            let frame = magic.chain(&mut self.from);
            self.decoder.reset(frame).map_err(io::Error::other)?;
            return Ok(true);
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.in_frame {
                if self.decoder.can_collect() > 0 {
                    return self.decoder.read(buf);
                }
                if !self.decoder.is_finished() {
                    self.decoder
                        .decode_blocks(&mut self.from, BlockDecodingStrategy::UptoBlocks(1))
                        .map_err(io::Error::other)?;
                    continue;
                }
            }
            self.in_frame = self.next_frame()?;
            if !self.in_frame {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_tells_its_codec_by_how_it_begins() {
        assert_eq!(codec_of(&[0x1F, 0x8B, 8]), Some(Codec::Gzip));
        assert_eq!(codec_of(b"BZh91AY"), Some(Codec::Bzip2));
        assert_eq!(codec_of(b"BZhA"), None);
        assert_eq!(codec_of(b"PK\x03\x04"), None);
        assert_eq!(codec_of(b""), None);
    }

    #[test]
    fn frames_of_zstd_follow_each_other_and_some_are_skipped() {
        let frame = |text: &[u8]| {
            let level = ruzstd::encoding::CompressionLevel::Fastest;
            ruzstd::encoding::compress_to_vec(text, level)
        };
        let mut bytes = vec![0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        bytes.extend(frame(b"one "));
        bytes.extend(frame(b"two"));
        assert_eq!(codec_of(&bytes), Some(Codec::Zstd));
        let mut read = String::new();
        inflated(Codec::Zstd, Box::new(&bytes[..])).read_to_string(&mut read).expect("zstd");
        assert_eq!(read, "one two");
        bytes.truncate(bytes.len() - 4);
        assert!(inflated(Codec::Zstd, Box::new(&bytes[..])).read_to_end(&mut vec![]).is_err());
    }
}
