//! Executables made of what a test says of one: a small but whole ELF, so that
//! the same reader reads it as any other.

use crate::signature::schema::Program;

/// Bytes from digits; `None`: they are none.
#[must_use]
pub fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect()
}

const HEADER: u64 = 64;
const SEGMENT: u64 = 56;
const SECTION: u64 = 64;
const SYMBOL: u64 = 24;

/// A 64-bit little-endian ELF that needs the program's libraries, takes its
/// symbols and holds its texts.
#[must_use]
pub fn elf_of(program: &Program) -> Vec<u8> {
    let mut texts = vec![0u8];
    let mut text = |name: &str| -> u64 {
        let at = texts.len() as u64;
        texts.extend_from_slice(name.as_bytes());
        texts.push(0);
        at
    };
    let needed: Vec<u64> = program.libraries.iter().map(|name| text(name)).collect();
    let taken: Vec<u64> = program.symbols.iter().map(|name| text(name)).collect();
    let constant: Vec<u8> =
        program.texts.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat()).collect();
    let names = b"\0.dynsym\0.dynstr\0.rodata\0.shstrtab\0";

    let texts_at = HEADER + 2 * SEGMENT;
    let constant_at = texts_at + texts.len() as u64;
    let names_at = constant_at + constant.len() as u64;
    let symbols_at = names_at + names.len() as u64;
    // One more than are named, and enough to be taken for the table.
    let symbol_count = (taken.len() as u64 + 1).max(5);
    let dynamic_at = symbols_at + symbol_count * SYMBOL;
    let dynamic_size = (needed.len() as u64 + 3) * 16;
    let sections_at = dynamic_at + dynamic_size;
    let end = sections_at + 5 * SECTION;

    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
    words(&mut file, &[0, HEADER, sections_at]);
    for half in [0u16, 0, 64, 56, 2, 64, 5, 4] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    for (kind, at, size) in [(1u32, 0, end), (2, dynamic_at, dynamic_size)] {
        file.extend_from_slice(&kind.to_le_bytes());
        file.extend_from_slice(&4u32.to_le_bytes());
        words(&mut file, &[at, at, at, size, size, 8]);
    }
    file.extend_from_slice(&texts);
    file.extend_from_slice(&constant);
    file.extend_from_slice(names);
    for nth in 0..symbol_count {
        let name = nth.checked_sub(1).and_then(|nth| taken.get(usize::try_from(nth).ok()?));
        let name = u32::try_from(name.copied().unwrap_or(0)).unwrap_or(0);
        file.extend_from_slice(&name.to_le_bytes());
        file.extend_from_slice(&[0x12, 0, 0, 0]);
        words(&mut file, &[0, 0]);
    }
    for name in &needed {
        words(&mut file, &[1, *name]);
    }
    words(&mut file, &[5, texts_at, 10, texts.len() as u64, 0, 0]);
    let sections = [
        (0u32, 0u32, 0u64, 0u64, 0u64, 0u32),
        (1, 11, 2, symbols_at, symbol_count * SYMBOL, 2),
        (9, 3, 2, texts_at, texts.len() as u64, 0),
        (17, 1, 2, constant_at, constant.len() as u64, 0),
        (25, 3, 0, names_at, names.len() as u64, 0),
    ];
    for (name, kind, flags, at, size, link) in sections {
        file.extend_from_slice(&name.to_le_bytes());
        file.extend_from_slice(&kind.to_le_bytes());
        words(&mut file, &[flags, at, at, size]);
        file.extend_from_slice(&link.to_le_bytes());
        file.extend_from_slice(&[0; 4]);
        words(&mut file, &[1, 0]);
    }
    file
}

fn words(file: &mut Vec<u8>, words: &[u64]) {
    for word in words {
        file.extend_from_slice(&word.to_le_bytes());
    }
}
