//! Models that are a flat buffer: four letters behind the first offset say
//! which; the root table is looked up for the few fields that describe it.

use super::{Told, VALUE};
use crate::artifact::cursor::Cursor;
use crate::artifact::flatbuffer::{field, tables, text};
use crate::artifact::{Bytes, Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads `*.tflite`, `*.ort`, `*.pte`, `*.ptl`, `*.circle` and `*.ms` files by
/// the identifier in them, of the first also its description; and `*.mnn`, which
/// have none, by their root table.
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

/// Whether a name promises a network without an identifier.
fn is_named(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".mnn")
}

impl Reader for Flatbuffer {
    fn id(&self) -> &'static str {
        "flatbuffer-model"
    }

    fn about(&self) -> &'static str {
        "TensorFlow Lite, ONNX Runtime, ExecuTorch, PyTorch mobile, Circle, MindSpore Lite and MNN models"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        format_of(head).is_some() || is_named(path)
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(format) = format_of(input.head) else {
            let mut told = Told::new("mnn");
            if is_named(input.path) && network(input.bytes, &mut told)? {
                told.tell(sink);
            }
            return Ok(());
        };
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
    let description = text(&mut cursor, root, 3, VALUE)?;
    told.say("description", description);
    Ok(())
}

/// Where a network without an identifier says what it was converted from.
const SOURCES: &[&str] = &["caffe", "tensorflow", "tflite", "onnx", "torch"];

/// Whether the root table is that of a network: operators and names of tensors.
fn network(bytes: &dyn Bytes, told: &mut Told) -> Result<bool, ExtractError> {
    let mut cursor = Cursor::new(bytes);
    let root = u64::from(cursor.u32()?);
    for number in [3, 7] {
        let (_, count) = tables(&mut cursor, root, number, 1)?;
        if count == 0 || count > bytes.len() {
            return Ok(false);
        }
    }
    if let Some(at) = field(&mut cursor, root, 6)? {
        cursor.go(at)?;
        let source = SOURCES.get(usize::from(cursor.u8()?));
        told.say("converted-from", source.copied().unwrap_or_default());
    }
    let version = text(&mut cursor, root, 12, VALUE)?;
    told.say("framework-version", version);
    Ok(true)
}
