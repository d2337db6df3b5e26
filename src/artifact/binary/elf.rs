//! ELF: programs and libraries of Linux, Android and most else.

use super::{PARTS, Range, Symbols, Texts, audit, frozen, golang, library, look_through};
use crate::artifact::cursor::Cursor;
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, Sink};
use crate::model::fact::Fact;
use crate::model::place::name_of;

/// Reads ELF of 32 and 64 bits in either byte order: needed libraries, its own
/// name, dynamic symbols (those of a static program where there are none), Go
/// modules, Rust packages, packed Python programs, texts in constant data.
#[derive(Debug)]
pub struct Elf;

impl Reader for Elf {
    fn id(&self) -> &'static str {
        "elf"
    }

    fn about(&self) -> &'static str {
        "ELF: libraries, symbols, Go modules, Rust packages, packed Python programs, texts in constant data"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        matches!(head, [0x7F, b'E', b'L', b'F', 1 | 2, 1 | 2, ..])
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let wide = input.head.get(4) == Some(&2);
        let big = input.head.get(5) == Some(&2);
        let cursor = Cursor::new(input.bytes).big_endian(big);
        let mut file = File { cursor, wide, sections: Vec::new(), segments: Vec::new() };
        let outcome = file.tables();
        // One that is cut off no longer says its own name.
        let name = name_of(input.path);
        if outcome.is_err() && is_shared(name) {
            library(name, true, sink);
        }
        file.dynamic(input, sink);
        file.symbols(input, sink);
        // A program has one of each; a thousand would be inflated a thousand times.
        let first = |names: &[&str]| {
            file.sections.iter().find(|section| names.contains(&section.name.as_str()))
        };
        if let Some(section) = first(audit::SECTIONS) {
            audit::tell(input, section.range(), sink);
        }
        if let Some(section) = first(golang::SECTIONS) {
            golang::tell(input.bytes, section.offset, sink);
        }
        frozen::tell(input, sink);
        look_through(input, file.constant_data(), sink);
        outcome
    }
}

struct Section {
    name: String,
    name_at: u32,
    kind: u32,
    flags: u64,
    offset: u64,
    size: u64,
    link: u32,
}

impl Section {
    fn range(&self) -> Range {
        (self.offset, self.size)
    }
}

struct Segment {
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    size: u64,
}

/// Whether a file of this name is a library, by its ending or its version.
fn is_shared(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "so") || name.contains(".so.")
}

const SYMBOLS: u32 = 2;
const DYNAMIC_SYMBOLS: u32 = 11;
const NO_BITS: u32 = 8;
const LOADED: u32 = 1;
const DYNAMIC: u32 = 2;

struct File<'b> {
    cursor: Cursor<'b>,
    wide: bool,
    sections: Vec<Section>,
    segments: Vec<Segment>,
}

impl File<'_> {
    /// A number as wide as an address.
    fn word(&mut self) -> Result<u64, ExtractError> {
        if self.wide { self.cursor.u64() } else { self.cursor.u32().map(u64::from) }
    }

    fn tables(&mut self) -> Result<(), ExtractError> {
        self.cursor.go(if self.wide { 32 } else { 28 })?;
        let segments = self.word()?;
        let sections = self.word()?;
        self.cursor.skip(6)?;
        let segment_size = self.cursor.u16()?;
        let segment_count = self.cursor.u16()?;
        let section_size = self.cursor.u16()?;
        let section_count = self.cursor.u16()?;
        let names = self.cursor.u16()?;
        let first = self.segments(segments, segment_size, segment_count);
        self.sections(sections, section_size, section_count, names)?;
        first
    }

    fn segments(&mut self, at: u64, size: u16, count: u16) -> Result<(), ExtractError> {
        for nth in 0..u64::from(count).min(PARTS as u64) {
            self.cursor.go(at.saturating_add(nth.saturating_mul(u64::from(size))))?;
            let kind = self.cursor.u32()?;
            let mut flags = if self.wide { self.cursor.u32()? } else { 0 };
            let (offset, address) = (self.word()?, self.word()?);
            self.word()?;
            let size = self.word()?;
            if !self.wide {
                self.cursor.skip(4)?;
                flags = self.cursor.u32()?;
            }
            self.segments.push(Segment { kind, flags, offset, address, size });
        }
        Ok(())
    }

    fn sections(&mut self, at: u64, size: u16, count: u16, names: u16) -> Result<(), ExtractError> {
        if at == 0 {
            return Ok(());
        }
        for nth in 0..u64::from(count).min(PARTS as u64) {
            self.cursor.go(at.saturating_add(nth.saturating_mul(u64::from(size))))?;
            let name_at = self.cursor.u32()?;
            let kind = self.cursor.u32()?;
            let flags = self.word()?;
            self.word()?;
            let (offset, size) = (self.word()?, self.word()?);
            let link = self.cursor.u32()?;
            let name = String::new();
            self.sections.push(Section { name, name_at, kind, flags, offset, size, link });
        }
        let Some(table) = self.sections.get(usize::from(names)) else { return Ok(()) };
        let (offset, size) = table.range();
        for section in &mut self.sections {
            let at = u64::from(section.name_at);
            if at < size && self.cursor.go(offset.saturating_add(at)).is_ok() {
                let most = usize::try_from(self.cursor.left()).unwrap_or(usize::MAX).min(64);
                super::text_in(self.cursor.slice(most)?).clone_into(&mut section.name);
            }
        }
        Ok(())
    }

    /// Where an address lies in the file.
    fn offset_of(&self, address: u64) -> Option<u64> {
        let holds = |segment: &&Segment| {
            segment.kind == LOADED
                && address >= segment.address
                && address < segment.address.saturating_add(segment.size)
        };
        let segment = self.segments.iter().find(holds)?;
        segment.offset.checked_add(address.checked_sub(segment.address)?)
    }

    /// Needed libraries and the library's own name.
    fn dynamic(&mut self, input: &Input<'_>, sink: &mut dyn Sink) {
        let Some(table) = self.segments.iter().find(|segment| segment.kind == DYNAMIC) else {
            return;
        };
        let (at, size) = (table.offset, table.size);
        let mut entries: Vec<(u64, u64)> = Vec::new();
        let width = if self.wide { 16 } else { 8 };
        if self.cursor.go(at).is_err() {
            return;
        }
        for _ in 0..size.checked_div(width).unwrap_or(0).min(PARTS as u64) {
            let (Ok(tag), Ok(value)) = (self.word(), self.word()) else { break };
            if tag == 0 {
                break;
            }
            entries.push((tag, value));
        }
        let value = |tag: u64| entries.iter().find(|(of, _)| *of == tag).map(|(_, value)| *value);
        let Some(texts) = value(5).and_then(|address| self.offset_of(address)) else { return };
        let texts = Texts::of(input, (texts, value(10).unwrap_or(0)), sink);
        // A library that does not say its name goes by that of its file.
        let file = crate::model::place::name_of(input.path);
        let is_library = is_shared(file) || file.rsplit('.').next() == Some("node");
        if is_library && value(14).is_none() {
            library(file, true, sink);
        }
        // What stands behind its file's name is the whole version.
        let version = file.split_once(".so.").map(|(_, version)| version);
        for (tag, value) in &entries {
            match tag {
                1 => library(texts.at(*value), false, sink),
                14 => {
                    let (name, version) = (texts.at(*value).into(), version.map(Into::into));
                    sink.fact(Fact::Library { name, version, own: true }, None);
                }
                _ => {}
            }
        }
    }

    fn symbols(&mut self, input: &Input<'_>, sink: &mut dyn Sink) {
        let of = |kind| self.sections.iter().find(|section| section.kind == kind);
        let Some(table) = of(DYNAMIC_SYMBOLS).filter(|table| table.size > 100).or(of(SYMBOLS))
        else {
            return;
        };
        let (at, size) = table.range();
        let link = usize::try_from(table.link).unwrap_or(usize::MAX);
        let Some(texts) = self.sections.get(link) else { return };
        let texts = Texts::of(input, texts.range(), sink);
        let width: u64 = if self.wide { 24 } else { 16 };
        let mut symbols = Symbols::new(input);
        if self.cursor.go(at).is_err() {
            return;
        }
        for _ in 0..size.checked_div(width).unwrap_or(0) {
            let Some((name, section)) = self.symbol() else { return };
            if name != 0 && !symbols.tell(texts.at(u64::from(name)), section != 0, sink) {
                return;
            }
        }
    }

    /// The next symbol: where its name stands, and its section.
    fn symbol(&mut self) -> Option<(u32, u16)> {
        let name = self.cursor.u32().ok()?;
        self.cursor.skip(if self.wide { 2 } else { 10 }).ok()?;
        let section = self.cursor.u16().ok()?;
        self.cursor.skip(if self.wide { 16 } else { 0 }).ok()?;
        Some((name, section))
    }

    /// Loaded, not run, and in the file: by section, or by segment where a
    /// program has lost its sections.
    fn constant_data(&self) -> Vec<Range> {
        let is_constant = |section: &&Section| {
            let name = section.name.as_str();
            section.kind != NO_BITS
                && section.flags & 2 != 0
                && section.flags & 4 == 0
                && [".rodata", ".lrodata", ".data", ".rdata"]
                    .iter()
                    .any(|start| name.starts_with(start))
        };
        let sections: Vec<Range> =
            self.sections.iter().filter(is_constant).map(Section::range).collect();
        if !sections.is_empty() {
            return sections;
        }
        let loaded = self.segments.iter().filter(|segment| segment.kind == LOADED);
        loaded
            .filter(|segment| segment.flags & 1 == 0)
            .map(|segment| (segment.offset, segment.size))
            .collect()
    }
}
