//! Parquet: a footer in the compact form of Thrift, walked once and with bounds.

use super::{COLUMNS, REMARKS};
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::weights::{Told, VALUE};
use crate::artifact::{Input, Reader, Window};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads the footer of `*.parquet` files: names of the outer columns, number of
/// rows, names of remarks, what wrote it. Of an encrypted one, that it is one.
#[derive(Debug)]
pub struct Parquet;

const MAGIC: &[u8] = b"PAR1";
/// Structures within each other; the format has eight.
const DEPTH: usize = 24;

impl Reader for Parquet {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn about(&self) -> &'static str {
        "Parquet: names of columns, number of rows, what wrote it"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC) || head.starts_with(b"PARE")
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let size = input.bytes.len();
        let mut told = Told::new("parquet");
        let mut end = Cursor::new(input.bytes);
        end.go(size.saturating_sub(8))?;
        let length = u64::from(end.u32()?);
        let mark = end.array::<4>()?;
        if &mark == b"PARE" {
            told.say("type", "encrypted");
            told.tell(sink);
            return Ok(());
        }
        if mark != MAGIC || length > size.saturating_sub(12) {
            return Err(ExtractError::malformed("its footer is not where it says"));
        }
        if length > input.limits.header_bytes as u64 {
            told.tell(sink);
            sink.note(ProblemCode::Capped, "its footer is larger than is read");
            return Ok(());
        }
        let footer =
            Window::new(input.bytes, size.saturating_sub(8).saturating_sub(length), length);
        let mut walk = Walk {
            cursor: Cursor::new(&footer),
            steps: Steps::new(input.limits.header_steps),
            capped: false,
        };
        let outcome = walk.file(&mut told);
        told.tell(sink);
        if walk.capped {
            sink.note(ProblemCode::Capped, "its footer has more entries than are looked at");
            return Ok(());
        }
        outcome
    }
}

type Read<T> = Result<T, ExtractError>;

const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A walk through the footer, forward only.
struct Walk<'b> {
    cursor: Cursor<'b>,
    steps: Steps,
    capped: bool,
}

impl Walk<'_> {
    fn step(&mut self) -> Read<()> {
        if self.steps.take() {
            return Ok(());
        }
        self.capped = true;
        Err(ExtractError::malformed("enough was looked at"))
    }

    /// The next field of a structure after `last`: its number and kind.
    fn field(&mut self, last: u64) -> Read<Option<(u64, u8)>> {
        self.step()?;
        let byte = self.cursor.u8()?;
        if byte == 0 {
            return Ok(None);
        }
        let number = match byte >> 4 {
            0 => self.cursor.varint()? >> 1,
            delta => last.saturating_add(u64::from(delta)),
        };
        Ok(Some((number, byte & 15)))
    }

    /// A list's length and the kind of its items.
    fn list(&mut self) -> Read<(u64, u8)> {
        let byte = self.cursor.u8()?;
        let count = match byte >> 4 {
            15 => self.cursor.varint()?,
            count => u64::from(count),
        };
        Ok((count, byte & 15))
    }

    fn text(&mut self) -> Read<String> {
        let length = self.cursor.varint()?;
        self.cursor.text(length, VALUE)
    }

    /// A number that counts; one below zero counts nothing.
    fn count(&mut self) -> Read<u64> {
        let number = self.cursor.varint()?;
        Ok(if number & 1 == 0 { number >> 1 } else { 0 })
    }

    fn skip(&mut self, kind: u8, within: bool, depth: usize) -> Read<()> {
        self.step()?;
        if depth > DEPTH {
            return Err(ExtractError::malformed("its footer is nested too deep"));
        }
        let deeper = depth.saturating_add(1);
        match kind {
            // In a list a truth value has a byte of its own, in a structure none.
            1 | 2 if within => self.cursor.skip(1),
            1 | 2 => Ok(()),
            3 => self.cursor.skip(1),
            4..=6 => self.cursor.varint().map(|_| ()),
            7 => self.cursor.skip(8),
            BINARY => {
                let length = self.cursor.varint()?;
                self.cursor.skip(length)
            }
            LIST | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip(kind, true, deeper)?;
                }
                Ok(())
            }
            11 => self.skip_map(deeper),
            STRUCT => {
                let mut last = 0;
                while let Some((number, kind)) = self.field(last)? {
                    last = number;
                    self.skip(kind, false, deeper)?;
                }
                Ok(())
            }
            13 => self.cursor.skip(16),
            _ => Err(ExtractError::malformed("its footer has a kind that does not exist")),
        }
    }

    fn skip_map(&mut self, deeper: usize) -> Read<()> {
        let count = self.cursor.varint()?;
        if count == 0 {
            return Ok(());
        }
        let kinds = self.cursor.u8()?;
        for _ in 0..count {
            self.skip(kinds >> 4, true, deeper)?;
            self.skip(kinds & 15, true, deeper)?;
        }
        Ok(())
    }

    fn file(&mut self, told: &mut Told) -> Read<()> {
        let mut last = 0;
        while let Some((number, kind)) = self.field(last)? {
            last = number;
            match (number, kind) {
                (2, LIST) => self.schema(told)?,
                (3, 4..=6) => {
                    let rows = self.count()?;
                    told.say("rows", rows.to_string());
                }
                (5, LIST) => self.remarks(told)?,
                (6, BINARY) => {
                    let producer = self.text()?;
                    told.say("producer", producer);
                }
                _ => self.skip(kind, false, 0)?,
            }
        }
        Ok(())
    }

    /// The tree of columns, each before its children; the first is the root.
    fn schema(&mut self, told: &mut Told) -> Read<()> {
        let (count, _) = self.list()?;
        let mut below = 0u64;
        let mut columns = 0usize;
        for nth in 0..count {
            let (name, children) = self.column()?;
            if nth == 0 {
                continue;
            }
            if below > 0 {
                below = below.saturating_sub(1).saturating_add(children);
                continue;
            }
            below = children;
            columns = columns.saturating_add(1);
            if columns <= COLUMNS {
                told.say("column", name);
            }
        }
        told.say("columns", columns.to_string());
        Ok(())
    }

    fn column(&mut self) -> Read<(String, u64)> {
        let (mut name, mut children, mut last) = (String::new(), 0, 0);
        while let Some((number, kind)) = self.field(last)? {
            last = number;
            match (number, kind) {
                (4, BINARY) => name = self.text()?,
                (5, 4..=6) => children = self.count()?,
                _ => self.skip(kind, false, 0)?,
            }
        }
        Ok((name, children))
    }

    /// Names of remarks; what they say may be long, and is not looked at.
    fn remarks(&mut self, told: &mut Told) -> Read<()> {
        let (count, _) = self.list()?;
        for nth in 0..count {
            let mut last = 0;
            while let Some((number, kind)) = self.field(last)? {
                last = number;
                if (number, kind) == (1, BINARY) && nth < REMARKS as u64 {
                    let key = self.text()?;
                    told.say("remark", key);
                } else {
                    self.skip(kind, false, 0)?;
                }
            }
        }
        Ok(())
    }
}
