//! GGUF: a table of keys and values, then a table of tensors. Also the forms
//! that came before it, which say nothing but that they are one.

use super::{Told, VALUE, elements};
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads `*.gguf`: architecture, name, size, quantisation, licence, base model,
/// tokenizer, context length; and knows its predecessors `ggml`, `ggmf`, `ggjt`
/// and `ggla` by their magic.
#[derive(Debug)]
pub struct Gguf;

/// Magics of the older forms.
const OLDER: &[&[u8]] = &[b"lmgg", b"fmgg", b"tjgg", b"algg"];

/// Longest key.
const KEY: usize = 128;

impl Reader for Gguf {
    fn id(&self) -> &'static str {
        "gguf"
    }

    fn about(&self) -> &'static str {
        "GGUF and GGML: architecture, name, parameters, quantisation, licence and base model"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        head.starts_with(b"GGUF") || OLDER.iter().any(|magic| head.starts_with(magic))
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if !input.head.starts_with(b"GGUF") {
            Told::new("ggml").tell(sink);
            return Ok(());
        }
        // A version that is small when read from the other end: big-endian.
        let version = input.head.get(4..8).unwrap_or_default();
        let big = matches!(version, [0, 0, 0, low] if *low != 0);
        let mut told = Told::new("gguf");
        let mut steps = Steps::new(input.limits.header_steps);
        let mut cursor = Cursor::new(input.bytes).big_endian(big);
        let outcome = header(&mut cursor, &mut told, &mut steps, sink);
        told.tell(sink);
        outcome
    }
}

fn header(
    cursor: &mut Cursor<'_>,
    told: &mut Told,
    steps: &mut Steps,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    cursor.skip(4)?;
    let version = cursor.u32()?;
    if !(1..=16).contains(&version) {
        return Err(ExtractError::malformed("the version is none that exists"));
    }
    let count = |cursor: &mut Cursor<'_>| {
        if version == 1 { cursor.u32().map(u64::from) } else { cursor.u64() }
    };
    let tensors = count(cursor)?;
    let pairs = count(cursor)?;
    told.say("format-version", version.to_string());
    let mut reader = Pairs { cursor, told, steps, short: version == 1 };
    for _ in 0..pairs {
        if !reader.pair()? {
            sink.note(ProblemCode::Capped, "the header has more entries than are looked at");
            return Ok(());
        }
    }
    let sum = reader.tensors(tensors)?;
    match sum {
        Some(sum) => reader.told.parameters(sum),
        None => sink.note(ProblemCode::Capped, "the header has more tensors than are looked at"),
    }
    Ok(())
}

struct Pairs<'p, 'b> {
    cursor: &'p mut Cursor<'b>,
    told: &'p mut Told,
    steps: &'p mut Steps,
    /// Lengths have four bytes.
    short: bool,
}

impl Pairs<'_, '_> {
    fn length(&mut self) -> Result<u64, ExtractError> {
        if self.short { self.cursor.u32().map(u64::from) } else { self.cursor.u64() }
    }

    fn string(&mut self, keep: usize) -> Result<String, ExtractError> {
        let length = self.length()?;
        self.cursor.text(length, keep)
    }

    /// One key and its value; `false`: enough was done.
    fn pair(&mut self) -> Result<bool, ExtractError> {
        let key = self.string(KEY)?;
        let kind = self.cursor.u32()?;
        let Some(value) = self.value(kind)? else { return Ok(false) };
        self.note(&key, &value);
        Ok(self.steps.take())
    }

    /// A value as text, of an array nothing; `None`: enough was done.
    fn value(&mut self, kind: u32) -> Result<Option<String>, ExtractError> {
        let text = match kind {
            8 => self.string(VALUE)?,
            9 => return self.array(),
            4 => self.cursor.u32()?.to_string(),
            10 => self.cursor.u64()?.to_string(),
            kind => {
                let size = size_of(kind).ok_or_else(unknown_kind)?;
                self.cursor.skip(size)?;
                String::new()
            }
        };
        Ok(Some(text))
    }

    /// Arrays of arrays are no part of any file that exists: one level.
    fn array(&mut self) -> Result<Option<String>, ExtractError> {
        let kind = self.cursor.u32()?;
        let count = self.length()?;
        if kind == 8 {
            for _ in 0..count {
                self.string(0)?;
                if !self.steps.take() {
                    return Ok(None);
                }
            }
        } else {
            let size = size_of(kind).ok_or_else(unknown_kind)?;
            let all = size.checked_mul(count).ok_or_else(unknown_kind)?;
            self.cursor.skip(all)?;
        }
        Ok(Some(String::new()))
    }

    fn note(&mut self, key: &str, value: &str) {
        let told = &mut *self.told;
        match key {
            "general.name" => told.name(value),
            "general.architecture" => told.say("architecture", value),
            "general.organization" => told.say("org", value),
            "general.license" => told.say("license", value),
            "general.size_label" => told.say("size", value),
            "general.type" => told.say("type", value),
            "general.quantized_by" => told.say("quantized-by", value),
            "general.file_type" => told.say("quantization", file_type(value)),
            "general.base_model.0.name" | "general.source.url" => told.say("base-model", value),
            "general.base_model.0.repo_url" => told.say("base-url", value),
            "tokenizer.ggml.model" => told.say("tokenizer", value),
            "adapter.type" => told.say("adapter", value),
            key if key.ends_with(".context_length") => told.say("context-length", value),
            _ => {}
        }
    }

    /// The sum of all tensors' elements; `None`: enough was done.
    fn tensors(&mut self, count: u64) -> Result<Option<u64>, ExtractError> {
        let mut sum = 0u64;
        for _ in 0..count {
            self.string(0)?;
            let dimensions = self.cursor.u32()?;
            if dimensions > 8 {
                return Err(ExtractError::malformed("a tensor has more than eight dimensions"));
            }
            let mut shape = Vec::new();
            for _ in 0..dimensions {
                let size = self.length()?;
                shape.push(size);
            }
            self.cursor.skip(12)?;
            let elements = elements(&shape).and_then(|of_tensor| sum.checked_add(of_tensor));
            sum = elements
                .ok_or_else(|| ExtractError::malformed("a tensor has more elements than exist"))?;
            if !self.steps.take() {
                return Ok(None);
            }
        }
        Ok(Some(sum))
    }
}

fn unknown_kind() -> ExtractError {
    ExtractError::malformed("a value has a kind that does not exist")
}

/// Bytes of a value of fixed size.
fn size_of(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

/// The word for the kind of number that most tensors hold.
fn file_type(number: &str) -> &str {
    const WORDS: &[(&str, &str)] = &[
        ("0", "F32"),
        ("1", "F16"),
        ("2", "Q4_0"),
        ("3", "Q4_1"),
        ("7", "Q8_0"),
        ("8", "Q5_0"),
        ("9", "Q5_1"),
        ("10", "Q2_K"),
        ("11", "Q3_K_S"),
        ("12", "Q3_K_M"),
        ("13", "Q3_K_L"),
        ("14", "Q4_K_S"),
        ("15", "Q4_K_M"),
        ("16", "Q5_K_S"),
        ("17", "Q5_K_M"),
        ("18", "Q6_K"),
        ("19", "IQ2_XXS"),
        ("20", "IQ2_XS"),
        ("21", "Q2_K_S"),
        ("22", "IQ3_XS"),
        ("23", "IQ3_XXS"),
        ("24", "IQ1_S"),
        ("25", "IQ4_NL"),
        ("26", "IQ3_S"),
        ("27", "IQ3_M"),
        ("28", "IQ2_S"),
        ("29", "IQ2_M"),
        ("30", "IQ4_XS"),
        ("31", "IQ1_M"),
        ("32", "BF16"),
        ("36", "TQ1_0"),
        ("37", "TQ2_0"),
        ("38", "MXFP4"),
    ];
    WORDS.iter().find(|(known, _)| *known == number).map_or(number, |(_, word)| word)
}
