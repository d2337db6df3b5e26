//! Python programs that were packed into an executable: the table of contents
//! at its end names the modules and libraries within.

use super::NAME;
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::{Bytes, Input, Window};
use crate::extract::{ExtractError, ProblemCode, Sink};
use crate::model::fact::{Fact, Language};

const COOKIE: &[u8] = b"MEI\x0C\x0B\x0A\x0B\x0E";
/// Bytes at the end in which the mark is looked for.
const TAIL: usize = 16 << 10;

/// Tells modules and libraries, if the mark stands near the end.
pub(super) fn tell(input: &Input<'_>, sink: &mut dyn Sink) {
    let from = input.bytes.len().saturating_sub(TAIL as u64);
    let tail = input.bytes.part(from, TAIL).unwrap_or_default();
    let Some(at) = memchr::memmem::rfind(&tail, COOKIE) else { return };
    let at = from.saturating_add(at as u64);
    if contents(input, at, sink).is_err() {
        sink.note(ProblemCode::Malformed, "its table of contents could not be read");
    }
}

fn contents(input: &Input<'_>, cookie: u64, sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let mut cursor = Cursor::new(input.bytes).big_endian(true);
    cursor.go(cookie.saturating_add(8))?;
    let (length, offset, size) = (cursor.u32()?, cursor.u32()?, cursor.u32()?);
    // Newer packers write the name of a library behind the version.
    let end = [88u64, 24].map(|cookie_size| cookie.saturating_add(cookie_size));
    let starts = end.map(|end| end.min(input.bytes.len()).checked_sub(u64::from(length)));
    let mut steps = Steps::new(input.limits.header_steps);
    let mut outcome = Ok(());
    for start in starts.into_iter().flatten() {
        let table =
            Window::new(input.bytes, start.saturating_add(u64::from(offset)), u64::from(size));
        outcome = entries(input, &table, start, &mut steps, sink);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn entries(
    input: &Input<'_>,
    table: &dyn Bytes,
    start: u64,
    steps: &mut Steps,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    let mut cursor = Cursor::new(table).big_endian(true);
    while cursor.left() > 0 && steps.take() {
        let length = u64::from(cursor.u32()?);
        let (position, packed) = (cursor.u32()?, cursor.u32()?);
        cursor.skip(5)?;
        let kind = cursor.u8()?;
        let rest = length.checked_sub(18).ok_or_else(|| ExtractError::malformed("too short"))?;
        let name = cursor.text(rest, NAME)?;
        let name = name.trim_end_matches('\0');
        match kind {
            b'z' | b'Z' => {
                let at = start.saturating_add(u64::from(position));
                let archive = Window::new(input.bytes, at, u64::from(packed));
                // Modules that are not listed are not told; the rest is.
                let _ = modules(&archive, steps, sink);
            }
            b'b' => super::library(name, true, sink),
            b'm' | b'M' => module(name, sink),
            _ => {}
        }
    }
    Ok(())
}

fn module(name: &str, sink: &mut dyn Sink) {
    let plain =
        |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    if !name.is_empty() && plain(name) {
        let module = name.into();
        sink.fact(Fact::Import { language: Language::Python, module, optional: false }, None);
    }
}

/// The names in the archive of modules: a marshalled table of which the texts
/// are told. They are modules that the program carries.
fn modules(
    archive: &dyn Bytes,
    steps: &mut Steps,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    let mut cursor = Cursor::new(archive).big_endian(true);
    if &cursor.array::<4>()? != b"PYZ\0" {
        return Ok(());
    }
    cursor.skip(4)?;
    let table = cursor.u32()?;
    let mut cursor = Cursor::new(archive);
    cursor.go(u64::from(table))?;
    while cursor.left() > 0 && steps.take() {
        match cursor.u8()? & 0x7F {
            b'z' | b'Z' => {
                let length = u64::from(cursor.u8()?);
                module(&cursor.text(length, NAME)?, sink);
            }
            b'u' | b'a' | b'A' | b't' => {
                let length = u64::from(cursor.u32()?);
                module(&cursor.text(length, NAME)?, sink);
            }
            b'[' | b'(' | b'i' | b'r' => cursor.skip(4)?,
            b')' => cursor.skip(1)?,
            b'l' => {
                let digits = u64::from(cursor.u32()?.cast_signed().unsigned_abs());
                cursor.skip(digits.saturating_mul(2))?;
            }
            b'{' | b'0' | b'N' | b'T' | b'F' => {}
            _ => return Err(ExtractError::malformed("a value of an unknown kind")),
        }
    }
    Ok(())
}
