//! Archives made for one test: good ones, and such as only an attacker makes.

#![allow(clippy::indexing_slicing, clippy::expect_used)] // what is packed is known here

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

pub type Member<'m> = (&'m str, &'m [u8]);

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(bytes, level)
}

fn number(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).expect("small").to_le_bytes()
}

/// A zip that is put together by hand, so that it may lie.
#[derive(Default)]
pub struct Zip {
    pub bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: usize,
}

impl Zip {
    pub fn stored(self, name: &str, bytes: &[u8]) -> Self {
        self.raw(name, (0, 0), bytes, bytes.len())
    }

    pub fn packed(self, name: &str, bytes: &[u8]) -> Self {
        self.raw(name, (0, 8), &deflated(bytes), bytes.len())
    }

    /// A member with flags, method and bytes as given.
    pub fn raw(
        mut self,
        name: &str,
        (flags, method): (u16, u16),
        bytes: &[u8],
        size: usize,
    ) -> Self {
        let start = self.bytes.len();
        self.bytes.extend(b"PK\x03\x04\x14\0");
        self.bytes.extend(flags.to_le_bytes());
        self.bytes.extend(method.to_le_bytes());
        self.bytes.extend([0; 8]);
        self.bytes.extend(number(bytes.len()));
        self.bytes.extend(number(size));
        self.bytes.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(bytes);
        self.entry(name, (flags, method), (bytes.len(), size), start)
    }

    /// An entry of the directory alone.
    pub fn entry(
        mut self,
        name: &str,
        (flags, method): (u16, u16),
        (packed, size): (usize, usize),
        start: usize,
    ) -> Self {
        self.directory.extend(b"PK\x01\x02\x14\0\x14\0");
        self.directory.extend(flags.to_le_bytes());
        self.directory.extend(method.to_le_bytes());
        self.directory.extend([0; 8]);
        self.directory.extend(number(packed));
        self.directory.extend(number(size));
        self.directory.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        self.directory.extend([0; 12]);
        self.directory.extend(number(start));
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        self
    }

    pub fn done(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX - 1).to_le_bytes();
        self.bytes.extend(entries);
        self.bytes.extend(entries);
        self.bytes.extend(number(self.directory.len()));
        self.bytes.extend(number(start));
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

pub fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let zip = members.iter().fold(Zip::default(), |zip, (name, bytes)| zip.packed(name, bytes));
    zip.done()
}

/// One header of a tar.
pub fn tar_header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[148..156].copy_from_slice(b"        ");
    block[156] = kind;
    block[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.to_vec()
}

pub fn tar(members: &[Member<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members {
        if name.len() > 100 {
            bytes.extend(tar_header("././@LongLink", b'L', name.len() as u64 + 1));
            bytes.extend(name.as_bytes());
            bytes.push(0);
            bytes.resize(bytes.len().next_multiple_of(512), 0);
        }
        let short = &name[..name.len().min(100)];
        bytes.extend(tar_header(short, b'0', content.len() as u64));
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

pub fn ar(members: &[Member<'_>]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, content) in members {
        bytes.extend(
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100_644, content.len())
                .as_bytes(),
        );
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

/// An asar whose files lie in one folder each: `a/b`.
pub fn asar(members: &[Member<'_>]) -> Vec<u8> {
    let mut root = serde_json::Map::new();
    let mut data: Vec<u8> = Vec::new();
    for (name, content) in members {
        let mut files = &mut root;
        let mut parts: Vec<&str> = name.split('/').collect();
        let last = parts.pop().expect("a name");
        for part in parts {
            let folder = files
                .entry(part)
                .or_insert_with(|| serde_json::json!({ "files": {} }))
                .as_object_mut()
                .expect("a folder");
            files = folder["files"].as_object_mut().expect("files");
        }
        let row = serde_json::json!({ "size": content.len(), "offset": data.len().to_string() });
        files.insert(last.to_owned(), row);
        data.extend(*content);
    }
    let table = serde_json::json!({ "files": root }).to_string().into_bytes();
    let padded = table.len().next_multiple_of(4);
    let mut bytes = Vec::new();
    for part in [4, padded + 8, padded + 4, table.len()] {
        bytes.extend(number(part));
    }
    bytes.extend(&table);
    bytes.resize(16 + padded, 0);
    bytes.extend(data);
    bytes
}
