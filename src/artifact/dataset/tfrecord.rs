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
        if !events && features(&record, &mut told, &mut steps).is_err() {
            // Records may hold anything.
            told.say("type", "other");
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

/// Names of the features: of a message its first field, a map, has them.
fn features(record: &Window<'_>, told: &mut Told, steps: &mut Steps) -> Result<(), ExtractError> {
    let mut outer = Cursor::new(record);
    let mut names = 0usize;
    while let Some((at, length)) = first_field(&mut outer, steps)? {
        let map = Window::new(record, at, length);
        let mut entries = Cursor::new(&map);
        while let Some((at, length)) = first_field(&mut entries, steps)? {
            let entry = Window::new(&map, at, length);
            let mut key = Cursor::new(&entry);
            if let Some((at, length)) = first_field(&mut key, steps)? {
                key.go(at)?;
                names = names.saturating_add(1);
                if names <= COLUMNS {
                    let name = key.text(length, VALUE)?;
                    told.say("column", name);
                }
            }
        }
    }
    told.say("columns", names.to_string());
    Ok(())
}

/// The next field of number one, which holds bytes: where and how many. Others
/// are passed.
fn first_field(
    cursor: &mut Cursor<'_>,
    steps: &mut Steps,
) -> Result<Option<(u64, u64)>, ExtractError> {
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
                if key >> 3 == 1 {
                    return Ok(Some((at, length)));
                }
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
