//! Formats that a few bytes at the beginning tell, and of which little more is
//! public: one row each.

use super::Told;
use crate::artifact::cursor::Cursor;
use crate::artifact::{Bytes, Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads models of gradient boosting libraries, compiled models for
/// accelerators, word vectors, vector indexes and others by their magic.
#[derive(Debug)]
pub struct Marked;

struct Row {
    format: &'static str,
    magic: &'static [u8],
    /// Endings of names, one of which it must have; none: any name.
    endings: &'static [&'static str],
}

const fn row(format: &'static str, magic: &'static [u8]) -> Row {
    Row { format, magic, endings: &[] }
}

const ROWS: &[Row] = &[
    row("catboost", b"CBM1"),
    row("xgboost", b"{L\0\0\0\0\0\0\0\x07learner"),
    row("xgboost", b"{i\x07learner"),
    row("xgboost", b"{U\x07learner"),
    Row { format: "xgboost", magic: b"binf", endings: &[".model", ".bin", ".bst", ".xgb"] },
    row("fasttext", b"\xBA\x16\x4F\x2F\x0C\0\0\0"),
    row("fasttext", b"\xBA\x16\x4F\x2F\x0B\0\0\0"),
    Row { format: "mxnet", magic: b"\x12\x01\0\0\0\0\0\0", endings: &[".params"] },
    row("rknn", b"RKNN\0"),
    row("rknn", b"CYPTRKNN"),
    row("hailo", b"\x01HEF"),
    row("kmodel", b"KMDL"),
    row("kmodel", b"LDMK"),
    Row { format: "ascend", magic: b"IMOD", endings: &[".om"] },
    row("esp-dl", b"EDL2"),
    row("ncnn", b"\xDD\x85\x76\0"),
    row("tensorrt", b"ptrt"),
    row("tensorrt", b"ftrt"),
    row("cntk", b"B\0C\0N\0\0\0"),
    row("litert-lm", b"LITERTLM"),
    row("usearch", b"usearch"),
    // Its vectors stand before the mark, unless they are kept elsewhere.
    Row { format: "usearch", magic: b"", endings: &[".usearch"] },
    Row { format: "tf-checkpoint", magic: b"", endings: &[".index"] },
];

/// Kinds of vector indexes, by four letters.
const INDEXES: &[&[u8]] = &[
    b"IxFI", b"IxF2", b"IxFl", b"IwFl", b"IwPQ", b"IwSq", b"IxPq", b"IxSQ", b"IHNf", b"IHNp",
    b"IHNs", b"IxMp", b"IxM2", b"IxPT", b"IxHe",
];

/// What stands in the last eight bytes of a checkpoint's index.
const TABLE_FOOTER: [u8; 8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];

fn row_of(path: &str, head: &[u8]) -> Option<&'static Row> {
    let path = path.to_ascii_lowercase();
    ROWS.iter().find(|row| {
        head.starts_with(row.magic)
            && (row.endings.is_empty() || row.endings.iter().any(|ending| path.ends_with(ending)))
    })
}

/// The size of the vectors of an index, if it is one.
fn dimension(head: &[u8]) -> Option<u32> {
    let known = INDEXES.iter().any(|letters| head.starts_with(letters));
    let size = head.get(4..8).and_then(|size| size.first_chunk::<4>());
    let size = u32::from_le_bytes(*size.filter(|_| known)?);
    (1..=65_536).contains(&size).then_some(size)
}

impl Reader for Marked {
    fn id(&self) -> &'static str {
        "marked-model"
    }

    fn about(&self) -> &'static str {
        "models and vector indexes that their first bytes tell: gradient boosting, accelerators, word vectors"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        row_of(path, head).is_some() || dimension(head).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if let Some(dimension) = dimension(input.head) {
            let mut told = Told::new("faiss");
            told.say("dimension", dimension.to_string());
            told.tell(sink);
            return Ok(());
        }
        let Some(row) = row_of(input.path, input.head) else { return Ok(()) };
        let mut told = Told::new(row.format);
        match row.format {
            "tf-checkpoint" => {
                let mut cursor = Cursor::new(input.bytes);
                let footer = cursor.end().saturating_sub(8);
                cursor.go(footer)?;
                if cursor.array::<8>().ok() != Some(TABLE_FOOTER) {
                    return Ok(());
                }
            }
            "usearch" => {
                let mut cursor = Cursor::new(input.bytes);
                if !input.head.starts_with(b"usearch") {
                    let vectors = u64::from(cursor.u32()?).saturating_mul(u64::from(cursor.u32()?));
                    cursor.skip(vectors)?;
                    if cursor.slice(7)? != b"usearch" {
                        return Ok(());
                    }
                }
            }
            "xgboost" => told.say("objective", objective(input.bytes)),
            "fasttext" => {
                let mut cursor = Cursor::new(input.bytes);
                cursor.go(8)?;
                told.say("dimension", cursor.u32()?.to_string());
                cursor.skip(24)?;
                told.say(
                    "type",
                    match cursor.u32()? {
                        1 => "cbow",
                        2 => "skip-gram",
                        3 => "supervised",
                        _ => "",
                    },
                );
            }
            _ => {}
        }
        told.tell(sink);
        Ok(())
    }
}

/// Families of objectives of a gradient boosting library.
const OBJECTIVES: &[&str] = &["binary:", "multi:", "reg:", "rank:", "survival:", "count:"];

/// What a boosted model was trained for; it stands near the end.
pub(super) fn objective(bytes: &dyn Bytes) -> String {
    const TAIL: usize = 64 << 10;
    let from = bytes.len().saturating_sub(TAIL as u64);
    let Ok(tail) = bytes.part(from, TAIL) else { return String::new() };
    let after = memchr::memmem::rfind(&tail, b"objective").unwrap_or(0);
    let tail = tail.get(after..).unwrap_or_default();
    let at = OBJECTIVES.iter().filter_map(|word| memchr::memmem::find(tail, word.as_bytes())).min();
    let rest = at.and_then(|at| tail.get(at..)).unwrap_or_default();
    let is_word = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b':' | b'_')
    };
    rest.iter().take(64).take_while(|byte| is_word(byte)).map(|byte| char::from(*byte)).collect()
}
