//! PE: programs and libraries of Windows, and .NET assemblies.

use super::{PARTS, Range, Symbols, audit, dotnet, frozen, golang, library, look_through, text_at};
use crate::artifact::cursor::Cursor;
use crate::artifact::weights::Told;
use crate::artifact::{Bytes, Input, Reader};
use crate::extract::{ExtractError, Sink};
use crate::model::fact::Fact;

/// Reads PE of 32 and 64 bits: libraries (delayed ones too) and functions taken
/// from them, offered functions, version information, .NET assemblies and what
/// they refer to, Go modules, Rust packages, packed Python programs, texts;
/// and portable executables that carry a model in a zip behind them.
#[derive(Debug)]
pub struct Pe;

/// How a portable executable of several systems begins.
const PORTABLE: &[u8] = b"MZqFpD='";

impl Reader for Pe {
    fn id(&self) -> &'static str {
        "pe"
    }

    fn about(&self) -> &'static str {
        "PE and .NET assemblies: libraries, functions, version, referred assemblies, texts in constant data"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        head.starts_with(PORTABLE)
            || (head.starts_with(b"MZ")
                && head.get(0x3C..0x40).is_some_and(|at| at.get(3) == Some(&0)))
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if input.head.starts_with(PORTABLE) {
            carried(input, sink);
        }
        let Some(file) = File::of(input.bytes)? else { return Ok(()) };
        file.imports(input, sink);
        file.exports(input, sink);
        if let Some((at, size)) = file.directory(14) {
            let _ = size;
            dotnet::tell(input, at, &|address| file.offset_of(address), sink);
        }
        let first = |names: &[&str]| {
            file.sections.iter().find(|section| names.contains(&section.name.as_str()))
        };
        if let Some(section) = first(audit::SECTIONS) {
            audit::tell(input, section.range(), sink);
        }
        if let Some(section) = first(&[".go.buildinfo", ".data"]) {
            golang::tell(input.bytes, section.offset, sink);
        }
        frozen::tell(input, sink);
        let constant = file.sections.iter().filter(|section| {
            section.name.starts_with(".rdata") || section.name.starts_with(".data")
        });
        look_through(input, constant.map(Section::range).collect(), sink);
        Ok(())
    }
}

/// Models in the zip behind a portable executable.
fn carried(input: &Input<'_>, sink: &mut dyn Sink) {
    let Ok(members) = crate::artifact::zip::members(input.bytes) else { return };
    for member in
        members.iter().filter(|member| member.name.rsplit('.').next() == Some("gguf")).take(16)
    {
        let mut told = Told::new("llamafile");
        told.name(member.name.rsplit('/').next().unwrap_or(&member.name));
        told.tell(sink);
    }
}

struct Section {
    name: String,
    address: u64,
    span: u64,
    offset: u64,
    size: u64,
}

impl Section {
    fn range(&self) -> Range {
        (self.offset, self.size)
    }
}

struct File<'b> {
    bytes: &'b dyn Bytes,
    wide: bool,
    directories: Vec<(u64, u64)>,
    sections: Vec<Section>,
}

impl<'b> File<'b> {
    /// `None`: a program for DOS.
    fn of(bytes: &'b dyn Bytes) -> Result<Option<Self>, ExtractError> {
        let mut cursor = Cursor::new(bytes);
        cursor.go(0x3C)?;
        let header = u64::from(cursor.u32()?);
        if cursor.go(header).is_err() || cursor.left() < 24 || &cursor.array::<4>()? != b"PE\0\0" {
            return Ok(None);
        }
        cursor.skip(2)?;
        let count = cursor.u16()?;
        cursor.skip(12)?;
        let optional_size = u64::from(cursor.u16()?);
        cursor.skip(2)?;
        let optional = cursor.at();
        let wide = cursor.u16()? == 0x20B;
        cursor.go(optional.saturating_add(if wide { 108 } else { 92 }))?;
        let directory_count = cursor.u32()?.min(16);
        let mut directories = Vec::new();
        for _ in 0..directory_count {
            directories.push((u64::from(cursor.u32()?), u64::from(cursor.u32()?)));
        }
        cursor.go(optional.saturating_add(optional_size))?;
        let mut sections = Vec::new();
        for _ in 0..usize::from(count).min(PARTS) {
            let mut name = cursor.array::<8>()?.to_vec();
            name.push(0);
            let span = u64::from(cursor.u32()?);
            let address = u64::from(cursor.u32()?);
            let size = u64::from(cursor.u32()?);
            let offset = u64::from(cursor.u32()?);
            cursor.skip(16)?;
            let name = super::text_in(&name).to_owned();
            sections.push(Section { name, address, span, offset, size });
        }
        Ok(Some(Self { bytes, wide, directories, sections }))
    }

    /// Where an address lies in the file.
    fn offset_of(&self, address: u64) -> Option<u64> {
        let section = self.sections.iter().find(|section| {
            let span = section.span.max(section.size);
            address >= section.address && address < section.address.saturating_add(span)
        })?;
        section.offset.checked_add(address.checked_sub(section.address)?)
    }

    /// Where the table of a kind lies in the file, and its size.
    fn directory(&self, kind: usize) -> Option<Range> {
        let (address, size) = *self.directories.get(kind)?;
        Some((self.offset_of(address).filter(|_| address > 0)?, size))
    }

    fn text(&self, address: u64) -> String {
        self.offset_of(address).map(|at| text_at(self.bytes, at)).unwrap_or_default()
    }

    /// Libraries and what is taken of them, now or later.
    fn imports(&self, input: &Input<'_>, sink: &mut dyn Sink) {
        let mut symbols = Symbols::new(input);
        for (kind, size, name_at, thunk_at) in [(1usize, 20u64, 12u64, 0u64), (13, 32, 4, 16)] {
            let Some((table, _)) = self.directory(kind) else { continue };
            let mut cursor = Cursor::new(self.bytes);
            for nth in 0..PARTS as u64 {
                let entry = table.saturating_add(nth.saturating_mul(size));
                let mut number = |at: u64| -> Option<u64> {
                    cursor.go(entry.checked_add(at)?).ok()?;
                    cursor.u32().ok().map(u64::from)
                };
                let name = number(name_at).unwrap_or(0);
                if name == 0 {
                    break;
                }
                library(&self.text(name), false, sink);
                let thunks = number(thunk_at).filter(|at| *at > 0).or_else(|| number(16));
                if !self.functions(thunks.unwrap_or(0), &mut symbols, sink) {
                    return;
                }
            }
        }
    }

    /// The functions that are taken by name; `false`: enough were told.
    fn functions(&self, table: u64, symbols: &mut Symbols, sink: &mut dyn Sink) -> bool {
        let Some(at) = self.offset_of(table) else { return true };
        let mut cursor = Cursor::new(self.bytes);
        if cursor.go(at).is_err() {
            return true;
        }
        loop {
            let entry = if self.wide { cursor.u64() } else { cursor.u32().map(u64::from) };
            let Some(entry) = entry.ok().filter(|entry| *entry > 0) else { return true };
            let by_number = entry >> (if self.wide { 63 } else { 31 }) == 1;
            // One that is taken by its number has no name, but counts.
            let name = if by_number { String::new() } else { self.text(entry.saturating_add(2)) };
            if !symbols.tell(&name, false, sink) {
                return false;
            }
        }
    }

    /// The name it has as a library, its version, and what it offers.
    fn exports(&self, input: &Input<'_>, sink: &mut dyn Sink) {
        let version = self.version();
        let Some((table, _)) = self.directory(0) else { return };
        let mut cursor = Cursor::new(self.bytes);
        let mut number = |at: u64| -> Option<u64> {
            cursor.go(table.checked_add(at)?).ok()?;
            cursor.u32().ok().map(u64::from)
        };
        let (Some(name), Some(count), Some(names)) = (number(12), number(24), number(32)) else {
            return;
        };
        let name = self.text(name);
        if !name.is_empty() {
            let version = version.map(Into::into);
            sink.fact(Fact::Library { name: name.into(), version, own: true }, None);
        }
        let mut symbols = Symbols::new(input);
        let Some(names) = self.offset_of(names) else { return };
        let mut cursor = Cursor::new(self.bytes);
        if cursor.go(names).is_err() {
            return;
        }
        for _ in 0..count {
            let Ok(address) = cursor.u32() else { return };
            if !symbols.tell(&self.text(u64::from(address)), true, sink) {
                return;
            }
        }
    }

    /// The version of the product, as the resources say it.
    fn version(&self) -> Option<String> {
        const LOOKED_AT: usize = 1 << 20;
        let (at, _) = self.directory(2)?;
        let resources = self.bytes.part(at, LOOKED_AT).ok()?;
        let key: Vec<u8> = "ProductVersion\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let from = memchr::memmem::find(&resources, &key)?.checked_add(key.len())?;
        let pairs = resources.get(from..)?.chunks_exact(2).take(48);
        let letters = pairs.filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)));
        let text: String = letters
            .skip_while(|letter| *letter == 0)
            .take_while(|letter| *letter != 0)
            .filter_map(|letter| char::from_u32(u32::from(letter)))
            .collect();
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+, ".contains(&b));
        (plain && !text.is_empty()).then(|| text.replace(", ", "."))
    }
}
