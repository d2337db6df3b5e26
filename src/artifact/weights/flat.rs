//! Models that are a flat buffer: four letters behind the first offset say
//! which; the root table is looked up for the few fields that describe it.

use super::{Told, VALUE};
use crate::artifact::cursor::Cursor;
use crate::artifact::{Bytes, Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads `*.tflite`, `*.ort`, `*.pte`, `*.ptl`, `*.circle` and `*.ms` files by
/// the identifier in them; of the first also its description.
#[derive(Debug)]
pub struct Flatbuffer;

/// Identifier, format.
const IDENTIFIERS: &[(&[u8], &str)] = &[
    (b"TFL3", "tflite"),
    (b"ORTM", "ort"),
    (b"ET12", "executorch"),
    (b"PTMF", "pytorch-mobile"),
    (b"CIR0", "circle"),
    (b"MSL1", "mindspore-lite"),
    (b"MSL2", "mindspore-lite"),
];

fn format_of(head: &[u8]) -> Option<&'static str> {
    let identifier = head.get(4..8)?;
    // The root table lies behind the identifier.
    let root = head.first_chunk::<4>().map(|root| u32::from_le_bytes(*root))?;
    let (_, format) = IDENTIFIERS.iter().find(|(known, _)| *known == identifier)?;
    (root >= 8).then_some(format)
}

impl Reader for Flatbuffer {
    fn id(&self) -> &'static str {
        "flatbuffer-model"
    }

    fn about(&self) -> &'static str {
        "TensorFlow Lite, ONNX Runtime, ExecuTorch, PyTorch mobile, Circle and MindSpore Lite models"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        format_of(head).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(format) = format_of(input.head) else { return Ok(()) };
        let mut told = Told::new(format);
        let outcome = if format == "tflite" { described(input.bytes, &mut told) } else { Ok(()) };
        told.tell(sink);
        outcome
    }
}

fn described(bytes: &dyn Bytes, told: &mut Told) -> Result<(), ExtractError> {
    let mut cursor = Cursor::new(bytes);
    let root = u64::from(cursor.u32()?);
    if let Some(at) = field(&mut cursor, root, 0)? {
        cursor.go(at)?;
        told.say("format-version", cursor.u32()?.to_string());
    }
    if let Some(at) = field(&mut cursor, root, 3)? {
        cursor.go(at)?;
        let offset = u64::from(cursor.u32()?);
        cursor.go(at.saturating_add(offset))?;
        let length = u64::from(cursor.u32()?);
        told.say("description", cursor.text(length, VALUE)?);
    }
    Ok(())
}

/// Where a field of the table at `table` lies, if it has it.
fn field(cursor: &mut Cursor<'_>, table: u64, number: u64) -> Result<Option<u64>, ExtractError> {
    cursor.go(table)?;
    let back = cursor.u32()?.cast_signed();
    let astray = || ExtractError::malformed("a table leads out of the file");
    let fields = table.checked_add_signed(i64::from(back).saturating_neg()).ok_or_else(astray)?;
    cursor.go(fields)?;
    let size = u64::from(cursor.u16()?);
    let slot = number.saturating_mul(2).saturating_add(4);
    if slot.saturating_add(2) > size {
        return Ok(None);
    }
    cursor.go(fields.saturating_add(slot))?;
    let offset = u64::from(cursor.u16()?);
    Ok((offset > 0).then(|| table.saturating_add(offset)))
}
