//! Mach-O: programs and libraries of Apple's systems, one or several in a file.

use super::{PARTS, Range, Symbols, Texts, audit, frozen, golang, library, look_through, text_in};
use crate::artifact::cursor::Cursor;
use crate::artifact::{Bytes, Input, Reader, Window};
use crate::extract::{ExtractError, Sink};

/// Reads Mach-O, fat files included (of each architecture): linked libraries and
/// frameworks, its own name, symbols, Go modules, Rust packages, texts.
#[derive(Debug)]
pub struct MachO;

impl Reader for MachO {
    fn id(&self) -> &'static str {
        "mach-o"
    }

    fn about(&self) -> &'static str {
        "Mach-O, fat too: libraries, frameworks, symbols, Go modules, Rust packages, texts in constant data"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        // Java's classes begin like fat files, but no file has 40 architectures.
        matches!(
            head,
            [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..]
                | [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..]
                | [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 1..=39, ..]
        )
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if !input.head.starts_with(&[0xCA, 0xFE, 0xBA, 0xBE]) {
            return one(input, sink);
        }
        let mut cursor = Cursor::new(input.bytes).big_endian(true);
        cursor.skip(4)?;
        let count = cursor.u32()?;
        let mut outcome = Ok(());
        for _ in 0..count.min(40) {
            cursor.skip(8)?;
            let (offset, size) = (u64::from(cursor.u32()?), u64::from(cursor.u32()?));
            cursor.skip(4)?;
            // The architectures hold the same: one of them says all.
            let window = Window::new(input.bytes, offset, size);
            let head = window.part(0, crate::artifact::HEAD).unwrap_or_default();
            if head.starts_with(&[0xCA]) {
                continue;
            }
            let inner = Input { bytes: &window, head: &head, ..*input };
            outcome = one(&inner, sink);
            if outcome.is_ok() {
                return Ok(());
            }
        }
        outcome
    }
}

/// Sections that are read after all load commands: the first of each kind.
#[derive(Default)]
struct Found {
    constant: Vec<Range>,
    modules: Option<u64>,
    packages: Option<Range>,
}

fn one(input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let head = input.head;
    let big = head.starts_with(&[0xFE]);
    let wide = if big { head.get(3) } else { head.first() } == Some(&0xCF);
    let mut cursor = Cursor::new(input.bytes).big_endian(big);
    cursor.go(16)?;
    let count = cursor.u32()?;
    cursor.skip(if wide { 12 } else { 8 })?;
    let mut found = Found::default();
    let mut symbols_told = false;
    for _ in 0..count.min(u32::try_from(PARTS).unwrap_or(u32::MAX)) {
        let start = cursor.at();
        let command = cursor.u32()?;
        let size = u64::from(cursor.u32()?);
        if size < 8 {
            return Err(ExtractError::malformed("a load command is shorter than its own head"));
        }
        match command {
            0xC | 0xD | 0x8000_0018 | 0x8000_001F => {
                let name = u64::from(cursor.u32()?);
                let length = size.saturating_sub(name).min(1024);
                cursor.go(start.saturating_add(name))?;
                let mut name = cursor.slice(usize::try_from(length).unwrap_or(0))?.to_vec();
                name.push(0);
                library(text_in(&name), command == 0xD, sink);
            }
            // There is one table; more would be read over and over.
            2 if !symbols_told => {
                symbols_told = true;
                symbols(input, &mut cursor, wide, sink)?;
            }
            1 | 0x19 => sections(&mut cursor, wide, &mut found)?,
            _ => {}
        }
        cursor.go(start.saturating_add(size))?;
    }
    if let Some(offset) = found.modules {
        golang::tell(input.bytes, offset, sink);
    }
    if let Some(range) = found.packages {
        audit::tell(input, range, sink);
    }
    frozen::tell(input, sink);
    look_through(input, found.constant, sink);
    Ok(())
}

fn symbols(
    input: &Input<'_>,
    cursor: &mut Cursor<'_>,
    wide: bool,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    let at = u64::from(cursor.u32()?);
    let count = cursor.u32()?;
    let texts = (u64::from(cursor.u32()?), u64::from(cursor.u32()?));
    let texts = Texts::of(input, texts, sink);
    let mut told = Symbols::new(input);
    cursor.go(at)?;
    for _ in 0..count {
        let name = cursor.u32()?;
        let kind = cursor.u8()?;
        cursor.skip(if wide { 11 } else { 7 })?;
        // Symbols for debuggers name files and lines; they count all the same.
        let text = if kind & 0xE0 == 0 { texts.at(u64::from(name)) } else { "" };
        if !told.tell(text, kind & 0x0E != 0, sink) {
            break;
        }
    }
    Ok(())
}

/// The sections of a segment: constant data, and what languages leave.
fn sections(cursor: &mut Cursor<'_>, wide: bool, found: &mut Found) -> Result<(), ExtractError> {
    cursor.skip(if wide { 16 + 32 + 8 } else { 16 + 16 + 8 })?;
    let count = cursor.u32()?;
    cursor.skip(4)?;
    for _ in 0..count.min(255) {
        let mut name = cursor.array::<16>()?.to_vec();
        name.push(0);
        let name = text_in(&name);
        cursor.skip(16)?;
        cursor.skip(if wide { 8 } else { 4 })?;
        let size = if wide { cursor.u64()? } else { u64::from(cursor.u32()?) };
        let offset = u64::from(cursor.u32()?);
        cursor.skip(if wide { 28 } else { 24 })?;
        if golang::SECTIONS.contains(&name) {
            found.modules = found.modules.or(Some(offset));
        } else if audit::SECTIONS.iter().any(|known| name.starts_with(known)) {
            found.packages = found.packages.or(Some((offset, size)));
        } else if matches!(
            name,
            "__cstring" | "__const" | "__rodata" | "__data" | "__objc_methname"
        ) {
            found.constant.push((offset, size));
        }
    }
    Ok(())
}
