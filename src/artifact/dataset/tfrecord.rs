//! Records one behind the other, each with its length and a check sum of that:
//! the sum tells the format. Of the first record the names of its features are
//! read, what they hold is not.

use super::COLUMNS;
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::weights::{Told, VALUE};
use crate::artifact::{Input, Reader, Window};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads `TFRecord` files by their first record: the names of the features of
/// an example, or that they are events of a training.
#[derive(Debug)]
pub struct TfRecord;

impl Reader for TfRecord {
    fn id(&self) -> &'static str {
        "tfrecord"
    }

    fn about(&self) -> &'static str {
        "TFRecord: names of features, or that it holds events of a training"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        first_length(head).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(length) = first_length(input.head) else { return Ok(()) };
        // A first event begins with its time, a double.
        let events = input.head.get(12) == Some(&0x09);
        let mut told = Told::new(if events { "tf-events" } else { "tfrecord" });
        if length > input.bytes.len().saturating_sub(16) {
            told.tell(sink);
            return Err(ExtractError::malformed("its first record is longer than the file"));
        }
        let record = Window::new(input.bytes, 12, length);
        let mut steps = Steps::new(input.limits.header_steps);
        if !events {
            match features(&record, &mut steps) {
                Ok((names, count)) => {
                    for name in names {
                        told.say("column", name);
                    }
                    told.say("columns", count.to_string());
                }
                // Records may hold anything.
                Err(_) => told.say("type", "other"),
            }
        }
        if !steps.take() {
            sink.note(ProblemCode::Capped, "it has more features than are looked at");
        }
        told.tell(sink);
        Ok(())
    }
}

/// The length of the first record, if its check sum is that of the length.
fn first_length(head: &[u8]) -> Option<u64> {
    let (length, rest) = head.split_first_chunk::<8>()?;
    let said = u32::from_le_bytes(*rest.first_chunk::<4>()?);
    let (high, value) = (length.get(4..)?, u64::from_le_bytes(*length));
    // No record of four gibibytes: spares nearly all files the sum.
    if value == 0 || high.iter().any(|byte| *byte != 0) {
        return None;
    }
    (masked(checksum(length)) == said).then_some(value)
}

/// CRC-32C, bit by bit: eight bytes are too few for a table.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = sum & 1;
            sum >>= 1;
            if carry == 1 {
                sum ^= 0x82F6_3B78;
            }
        }
    }
    !sum
}

/// How the format stores a sum.
fn masked(sum: u32) -> u32 {
    sum.rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// Names of the features, and how many there are. Whatever else lies where an
/// example has its map may be what somebody wrote: one thing amiss, and no name
/// is told.
fn features(record: &Window<'_>, steps: &mut Steps) -> Result<(Vec<String>, usize), ExtractError> {
    let mut outer = Cursor::new(record);
    let (mut names, mut count) = (Vec::new(), 0usize);
    let (at, length) = first_field(&mut outer, steps)?.ok_or_else(no_example)?;
    let map = Window::new(record, at, length);
    let mut entries = Cursor::new(&map);
    while let Some((number, at, length)) = next_field(&mut entries, steps)? {
        let entry = Window::new(&map, at, length);
        let name = (number == 1).then(|| feature(&entry, steps)).ok_or_else(no_example)??;
        count = count.saturating_add(1);
        if names.contains(&name) {
            return Err(no_example());
        }
        if names.len() < COLUMNS {
            names.push(name);
        }
    }
    // A list of messages has several where an example has one.
    if count == 0 || first_field(&mut outer, steps)?.is_some() {
        return Err(no_example());
    }
    Ok((names, count))
}

/// The name of an entry of the map: a short text, and behind it a list of bytes,
/// of fractions or of numbers.
fn feature(entry: &Window<'_>, steps: &mut Steps) -> Result<String, ExtractError> {
    let mut fields = Cursor::new(entry);
    let (mut name, mut holds_list) = (None, false);
    while let Some((number, at, length)) = next_field(&mut fields, steps)? {
        let field = Window::new(entry, at, length);
        match number {
            1 if name.is_none() && length <= VALUE as u64 => {
                let length = usize::try_from(length).map_err(|_| no_example())?;
                let bytes = Cursor::new(&field).slice(length)?.to_vec();
                let text = String::from_utf8(bytes).map_err(|_| no_example())?;
                name = (!text.contains(char::is_control)).then_some(text);
            }
            2 if !holds_list => holds_list = is_list(&field)?,
            _ => return Err(no_example()),
        }
    }
    name.filter(|_| holds_list).ok_or_else(no_example)
}

/// Whether a value is one list and nothing behind it; what the list holds is
/// not read, but that its first field is one of such a list.
fn is_list(value: &Window<'_>) -> Result<bool, ExtractError> {
    let mut cursor = Cursor::new(value);
    let kind = cursor.u8()?;
    let length = cursor.varint()?;
    if length != cursor.left() {
        return Ok(false);
    }
    let first = if length == 0 { None } else { Some(cursor.u8()?) };
    Ok(match kind {
        0x0A => matches!(first, None | Some(0x0A)),
        0x12 => matches!(first, None | Some(0x0A | 0x0D)),
        0x1A => matches!(first, None | Some(0x0A | 0x08)),
        _ => false,
    })
}

fn no_example() -> ExtractError {
    ExtractError::malformed("its first record is no example")
}

/// The next field of number one, which holds bytes: where and how many.
fn first_field(
    cursor: &mut Cursor<'_>,
    steps: &mut Steps,
) -> Result<Option<(u64, u64)>, ExtractError> {
    while let Some((number, at, length)) = next_field(cursor, steps)? {
        if number == 1 {
            return Ok(Some((at, length)));
        }
    }
    Ok(None)
}

/// The next field that holds bytes: its number, where and how many. Others
/// are passed.
fn next_field(
    cursor: &mut Cursor<'_>,
    steps: &mut Steps,
) -> Result<Option<(u64, u64, u64)>, ExtractError> {
    while cursor.left() > 0 && steps.take() {
        let key = cursor.varint()?;
        match key & 7 {
            0 => {
                cursor.varint()?;
            }
            1 => cursor.skip(8)?,
            2 => {
                let length = cursor.varint()?;
                let at = cursor.at();
                cursor.skip(length)?;
                return Ok(Some((key >> 3, at, length)));
            }
            5 => cursor.skip(4)?,
            _ => return Err(ExtractError::malformed("a field has a kind that does not exist")),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_the_one_of_the_standard() {
        // The check value of CRC-32C, and the length 24 as a library writes it.
        assert_eq!(checksum(b"123456789"), 0xE306_9283);
        assert_eq!(first_length(b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22"), Some(24));
        assert_eq!(first_length(b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x23"), None);
    }
}
