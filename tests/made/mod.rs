//! Programs and model files, assembled byte by byte, and what a reader tells.

#![allow(dead_code, unreachable_pub, missing_docs)] // each test uses a part
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

pub mod data;

use daylight::artifact::{HEAD, Input, reader_of};
use daylight::extract::{ExtractError, ProblemCode, Sink};
use daylight::limits::Limits;
use daylight::model::fact::Fact;
use daylight::model::place::Span;
use daylight::proof::program::elf_of;
use daylight::signature::schema::Program;

/// What a reader told of a file.
pub struct Read {
    pub reader: &'static str,
    /// Facts as JSON.
    pub facts: Vec<String>,
    pub notes: Vec<String>,
    pub outcome: Result<(), ExtractError>,
}

#[derive(Default)]
pub struct Listener {
    pub facts: Vec<String>,
    pub notes: Vec<String>,
}

impl Sink for Listener {
    fn fact(&mut self, fact: Fact<'_>, _: Option<Span>) {
        self.facts.push(serde_json::to_string(&fact).expect("a fact"));
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.notes.push(format!("{}: {detail}", code.word()));
    }
}

/// `None`: no reader claims it.
pub fn read(path: &str, bytes: &[u8]) -> Option<Read> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let reader = reader_of(path, head)?;
    let limits = Limits::default();
    let mut listener = Listener::default();
    let input = Input { path, head, bytes: &bytes, limits: &limits };
    let outcome = reader.read(&input, &mut listener);
    Some(Read { reader: reader.id(), facts: listener.facts, notes: listener.notes, outcome })
}

pub fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A protocol buffer.
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn number(mut self, field: u64, value: u64) -> Self {
        self.0.extend(varint(field << 3));
        self.0.extend(varint(value));
        self
    }

    pub fn blob(mut self, field: u64, bytes: &[u8]) -> Self {
        self.0.extend(varint(field << 3 | 2));
        self.0.extend(varint(bytes.len() as u64));
        self.0.extend(bytes);
        self
    }

    pub fn text(self, field: u64, text: &str) -> Self {
        self.blob(field, text.as_bytes())
    }
}

fn gguf_text(file: &mut Vec<u8>, text: &str) {
    file.extend((text.len() as u64).to_le_bytes());
    file.extend(text.as_bytes());
}

/// Texts as given, and beside them a file type, a context length and a vocabulary.
pub fn gguf(texts: &[(&str, &str)], tensors: &[(&str, &[u64])]) -> Vec<u8> {
    let mut file = b"GGUF\x03\0\0\0".to_vec();
    file.extend((tensors.len() as u64).to_le_bytes());
    file.extend((texts.len() as u64 + 3).to_le_bytes());
    for (key, value) in texts {
        gguf_text(&mut file, key);
        file.extend(8u32.to_le_bytes());
        gguf_text(&mut file, value);
    }
    for (key, value) in [("general.file_type", 15u32), ("llama.context_length", 4096)] {
        gguf_text(&mut file, key);
        file.extend(4u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    gguf_text(&mut file, "tokenizer.ggml.tokens");
    file.extend(9u32.to_le_bytes());
    file.extend(8u32.to_le_bytes());
    file.extend(2u64.to_le_bytes());
    gguf_text(&mut file, "<s>");
    gguf_text(&mut file, "a");
    for (name, shape) in tensors {
        gguf_text(&mut file, name);
        file.extend((shape.len() as u32).to_le_bytes());
        shape.iter().for_each(|size| file.extend(size.to_le_bytes()));
        file.extend([0; 12]);
    }
    file
}

pub fn safetensors(header: &str) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend([0; 32]);
    file
}

/// Protocol 4: a class by names on the stack, a version, and a call of a shell.
pub fn pickle() -> Vec<u8> {
    let text = |text: &str| [&[0x8C, text.len() as u8], text.as_bytes(), &[0x94]].concat();
    [
        b"\x80\x04\x95\x50\0\0\0\0\0\0\0".to_vec(),
        text("sklearn.svm._classes"),
        text("SVC"),
        b"\x93\x94)\x81\x94}\x94(".to_vec(),
        text("_sklearn_version"),
        text("1.5.2"),
        text("posix"),
        text("system"),
        b"\x93\x94".to_vec(),
        text("echo"),
        b"\x85Rub.".to_vec(),
    ]
    .concat()
}

/// Members as they are, nothing deflated.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let at = file.len() as u32;
        let size = (bytes.len() as u32).to_le_bytes();
        let length = (name.len() as u16).to_le_bytes();
        file.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        file.extend([size, size].concat());
        file.extend([length, [0, 0]].concat());
        file.extend(name.as_bytes());
        file.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend([size, size].concat());
        directory.extend([length, [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]].concat());
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = (file.len() as u32).to_le_bytes();
    let size = (directory.len() as u32).to_le_bytes();
    let count = (members.len() as u16).to_le_bytes();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend([size, at].concat());
    file.extend([0, 0]);
    file
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn program(libraries: &[&str], symbols: &[&str], texts: &[&str]) -> Vec<u8> {
    elf_of(&Program { libraries: owned(libraries), symbols: owned(symbols), texts: owned(texts) })
}

/// An ELF with nothing but sections.
pub fn elf_with(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut names = vec![0u8];
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
    file.resize(64, 0);
    let mut rows: Vec<(u32, u64, u64)> = Vec::new();
    for (name, bytes) in sections {
        rows.push((names.len() as u32, file.len() as u64, bytes.len() as u64));
        names.extend(name.as_bytes());
        names.push(0);
        file.extend(*bytes);
    }
    rows.push((0, file.len() as u64, names.len() as u64));
    file.extend(&names);
    let table = file.len() as u64;
    for (name, at, size) in &rows {
        file.extend(name.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        for word in [2, *at, *at, *size] {
            file.extend(word.to_le_bytes());
        }
        file.extend([0; 24]);
    }
    file[40..48].copy_from_slice(&table.to_le_bytes());
    let halves = [64u16, 56, 0, 64, rows.len() as u16, rows.len() as u16 - 1];
    for (nth, half) in halves.iter().enumerate() {
        file[52 + nth * 2..54 + nth * 2].copy_from_slice(&half.to_le_bytes());
    }
    file
}

/// A PE with one library and its functions; its one section stands in the
/// table `sections` times.
pub fn pe(libraries: &[&str], functions: &[&str], sections: u16) -> Vec<u8> {
    let header_end = 0x40 + 24 + 240 + 40 * usize::from(sections);
    let base = header_end as u32;
    let mut data = vec![0u8; 40 + 8 * (functions.len() + 1)];
    let put = |data: &mut Vec<u8>, at: usize, number: u32| {
        data[at..at + 4].copy_from_slice(&number.to_le_bytes());
    };
    put(&mut data, 0, base + 40);
    for (nth, function) in functions.iter().enumerate() {
        let at = data.len() as u32;
        data.extend([0, 0]);
        data.extend(function.as_bytes());
        data.push(0);
        put(&mut data, 40 + 8 * nth, base + at);
    }
    let name = data.len() as u32;
    data.extend(libraries[0].as_bytes());
    data.push(0);
    put(&mut data, 12, base + name);
    let mut file = b"MZ".to_vec();
    file.resize(0x3C, 0);
    file.extend(0x40u32.to_le_bytes());
    file.extend(b"PE\0\0\x64\x86");
    file.extend(sections.to_le_bytes());
    file.extend([0; 12]);
    file.extend(240u16.to_le_bytes());
    file.extend([0, 0]);
    let mut optional = vec![0u8; 240];
    optional[..2].copy_from_slice(&0x20Bu16.to_le_bytes());
    put(&mut optional, 108, 16);
    put(&mut optional, 112 + 8, base);
    put(&mut optional, 112 + 12, 40);
    file.extend(optional);
    for _ in 0..sections {
        file.extend(b".rdata\0\0");
        for number in [data.len() as u32, base, data.len() as u32, base, 0, 0, 0, 0] {
            file.extend(number.to_le_bytes());
        }
    }
    file.extend(data);
    file
}

/// A Mach-O that is linked with one framework and takes one symbol.
pub fn mach_o(framework: &str, symbol: &str) -> Vec<u8> {
    let padded = (framework.len() + 1).next_multiple_of(8);
    let size = 24 + padded as u32;
    let mut file = b"\xCF\xFA\xED\xFE\x0C\0\0\x01\0\0\0\0\x02\0\0\0".to_vec();
    let words = |file: &mut Vec<u8>, words: &[u32]| {
        for word in words {
            file.extend(word.to_le_bytes());
        }
    };
    words(&mut file, &[2, size + 24, 0, 0]);
    words(&mut file, &[0xC, size, 24, 0, 0, 0]);
    file.extend(framework.as_bytes());
    file.resize(32 + size as usize, 0);
    let symbols = file.len() as u32 + 24;
    words(&mut file, &[2, 24, symbols, 1, symbols + 16, symbol.len() as u32 + 2]);
    words(&mut file, &[1, 1, 0, 0]);
    file.push(0);
    file.extend(symbol.as_bytes());
    file.push(0);
    file
}

/// An executable with a packed Python program behind it.
pub fn frozen(modules: &[&str], library: &str) -> Vec<u8> {
    let mut file = program(&["libc.so.6"], &[], &["x"]);
    let mut table = vec![b'[' | 0x80];
    table.extend((modules.len() as u32).to_le_bytes());
    for module in modules {
        table.extend([b')', 2, b'z' | 0x80, module.len() as u8]);
        table.extend(module.as_bytes());
        table.extend(b")\x03i\0\0\0\0i\0\0\0\0i\0\0\0\0");
    }
    let mut archive = b"PYZ\0\0\0\0\0\0\0\0\x0C".to_vec();
    archive.extend(table);
    let mut contents = Vec::new();
    for (kind, name, size) in [(b'z', "PYZ-00.pyz", archive.len() as u32), (b'b', library, 0)] {
        let length = 18 + name.len() as u32 + 1;
        for word in [length, 0, size, size] {
            contents.extend(word.to_be_bytes());
        }
        contents.extend([0, kind]);
        contents.extend(name.as_bytes());
        contents.push(0);
    }
    let length = archive.len() + contents.len() + 88;
    let at = archive.len() as u32;
    let size = contents.len() as u32;
    file.extend(archive);
    file.extend(contents);
    file.extend(b"MEI\x0C\x0B\x0A\x0B\x0E");
    for word in [length as u32, at, size, 312] {
        file.extend(word.to_be_bytes());
    }
    file.extend([0; 64]);
    file
}
