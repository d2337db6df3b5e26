//! Arrow: the first message of a file or stream is its schema, a flat buffer.

use super::{COLUMNS, REMARKS};
use crate::artifact::cursor::Cursor;
use crate::artifact::flatbuffer::{field, referred, tables, text};
use crate::artifact::weights::{Told, VALUE};
use crate::artifact::{Input, Reader, Window};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads Arrow and Feather files, and streams that are called `*.arrow`,
/// `*.arrows`, `*.feather` or `*.ipc`: names of columns and remarks.
#[derive(Debug)]
pub struct Arrow;

const FILE: &[u8] = b"ARROW1\0\0";
const OLD: &[u8] = b"FEA1";
const GOES_ON: &[u8] = &[0xFF; 4];
const STREAMS: &[&str] = &[".arrow", ".arrows", ".feather", ".ipc"];

impl Reader for Arrow {
    fn id(&self) -> &'static str {
        "arrow"
    }

    fn about(&self) -> &'static str {
        "Arrow and Feather: names of columns"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let stream = || {
            let path = path.to_ascii_lowercase();
            head.starts_with(GOES_ON) && STREAMS.iter().any(|end| path.ends_with(end))
        };
        head.starts_with(FILE) || head.starts_with(OLD) || stream()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut told = Told::new("arrow");
        if input.head.starts_with(OLD) {
            told.say("type", "feather-1");
            told.tell(sink);
            return Ok(());
        }
        let mut cursor = Cursor::new(input.bytes);
        cursor.go(if input.head.starts_with(FILE) { 8 } else { 0 })?;
        let mut length = u64::from(cursor.u32()?);
        if length == u64::from(u32::MAX) {
            length = u64::from(cursor.u32()?);
        }
        if length > cursor.left() {
            return Err(ExtractError::malformed("its schema is longer than the file"));
        }
        if length > input.limits.header_bytes as u64 {
            told.tell(sink);
            sink.note(ProblemCode::Capped, "its schema is larger than is read");
            return Ok(());
        }
        let message = Window::new(input.bytes, cursor.at(), length);
        let outcome = schema(&mut Cursor::new(&message), &mut told);
        told.tell(sink);
        outcome
    }
}

fn schema(cursor: &mut Cursor<'_>, told: &mut Told) -> Result<(), ExtractError> {
    const SCHEMA: u8 = 1;
    let message = u64::from(cursor.u32()?);
    let kind = match field(cursor, message, 1)? {
        Some(at) => {
            cursor.go(at)?;
            cursor.u8()?
        }
        None => 0,
    };
    let (SCHEMA, Some(schema)) = (kind, referred(cursor, message, 2)?) else {
        return Err(ExtractError::malformed("its first message is no schema"));
    };
    let (columns, count) = tables(cursor, schema, 1, COLUMNS)?;
    for column in columns {
        let name = text(cursor, column, 0, VALUE)?;
        told.say("column", name);
    }
    told.say("columns", count.to_string());
    let (remarks, _) = tables(cursor, schema, 2, REMARKS)?;
    for remark in remarks {
        let key = text(cursor, remark, 0, VALUE)?;
        told.say("remark", key);
    }
    Ok(())
}
