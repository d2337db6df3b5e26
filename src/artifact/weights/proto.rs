//! Models that are a protocol buffer. No schema is compiled in: fields are
//! walked by number, what lies within them is skipped, and the outline of the
//! numbers tells which format it is.

use super::{Told, VALUE};
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::{Bytes, Input, Reader, Window};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads ONNX, Core ML, `SavedModel` and frozen graphs, Paddle programs and
/// Caffe models: producer, operator sets, number of nodes and parameters,
/// licence, author and kind of model, as far as each format says them.
#[derive(Debug)]
pub struct Protobuf;

/// Fields kept of one message.
const FIELDS: usize = 200_000;

impl Reader for Protobuf {
    fn id(&self) -> &'static str {
        "protobuf-model"
    }

    fn about(&self) -> &'static str {
        "ONNX, Core ML, SavedModel, frozen graphs, Paddle and Caffe models: producer, parameters, kind, licence"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        match head {
            [0x08, 1..=30, 0x12 | 0x1A | 0x22 | 0x28 | 0x2A | 0x32 | 0x3A | 0x42, ..] => true,
            [0x0A, ..] => promised(path).is_some(),
            _ => false,
        }
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut steps = Steps::new(input.limits.header_steps);
        let outline = match Outline::of(input.bytes, &mut steps) {
            Ok(outline) => outline,
            // Bytes that only begin like a message are none.
            Err(_) if promised(input.path).is_none() => return Ok(()),
            Err(error) => return Err(error),
        };
        let told = if outline.is_onnx() {
            Some(onnx(input.bytes, &outline, &mut steps)?)
        } else if let Some(kind) = outline.core_ml() {
            Some(core_ml(input.bytes, &outline, kind, &mut steps)?)
        } else if outline.is_saved_model() {
            saved_model(input.bytes, &outline, &mut steps)?
        } else {
            match promised(input.path) {
                Some("paddle") if outline.has(1) => Some(Told::new("paddle")),
                Some("caffe") if outline.has(100) || outline.has(2) => {
                    Some(caffe(input.bytes, &outline)?)
                }
                Some("graph") => graph(input.bytes, &outline, &mut steps)?,
                _ => None,
            }
        };
        if outline.capped {
            sink.note(ProblemCode::Capped, "it has more fields than are looked at");
        }
        if let Some(told) = told {
            told.tell(sink);
        }
        Ok(())
    }
}

/// What a name promises.
fn promised(path: &str) -> Option<&'static str> {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "onnx" => Some("onnx"),
        "mlmodel" => Some("core-ml"),
        "pb" if name == "saved_model.pb" => Some("saved-model"),
        "pb" => Some("graph"),
        "pdmodel" => Some("paddle"),
        "caffemodel" => Some("caffe"),
        _ if name == "__model__" => Some("paddle"),
        _ => None,
    }
}

/// A field that holds bytes.
#[derive(Debug, Clone, Copy)]
struct Blob {
    number: u64,
    at: u64,
    length: u64,
}

impl Blob {
    fn within<'b>(&self, bytes: &'b dyn Bytes) -> Window<'b> {
        Window::new(bytes, self.at, self.length)
    }

    fn text(&self, bytes: &dyn Bytes) -> Result<String, ExtractError> {
        let mut cursor = Cursor::new(bytes);
        cursor.go(self.at)?;
        cursor.text(self.length, VALUE)
    }
}

/// The fields of one message, without what is in them.
#[derive(Debug, Default)]
struct Outline {
    numbers: Vec<(u64, u64)>,
    blobs: Vec<Blob>,
    capped: bool,
}

impl Outline {
    fn of(bytes: &dyn Bytes, steps: &mut Steps) -> Result<Self, ExtractError> {
        let mut cursor = Cursor::new(bytes);
        let mut outline = Self::default();
        while cursor.left() > 0 {
            if !steps.take() || outline.blobs.len() >= FIELDS || outline.numbers.len() >= FIELDS {
                outline.capped = true;
                break;
            }
            let key = cursor.varint()?;
            let number = key >> 3;
            if number == 0 {
                return Err(ExtractError::malformed("a field has no number"));
            }
            match key & 7 {
                0 => {
                    let value = cursor.varint()?;
                    outline.numbers.push((number, value));
                }
                1 => cursor.skip(8)?,
                2 => {
                    let length = cursor.varint()?;
                    outline.blobs.push(Blob { number, at: cursor.at(), length });
                    cursor.skip(length)?;
                }
                5 => cursor.skip(4)?,
                _ => return Err(ExtractError::malformed("a field has a kind that does not exist")),
            }
        }
        Ok(outline)
    }

    fn number(&self, number: u64) -> Option<u64> {
        self.numbers.iter().find(|(of, _)| *of == number).map(|(_, value)| *value)
    }

    fn blobs(&self, number: u64) -> impl Iterator<Item = &Blob> {
        self.blobs.iter().filter(move |blob| blob.number == number)
    }

    fn has(&self, number: u64) -> bool {
        self.blobs(number).next().is_some()
    }

    fn text(&self, number: u64, bytes: &dyn Bytes) -> Result<String, ExtractError> {
        self.blobs(number).next().map_or_else(|| Ok(String::new()), |blob| blob.text(bytes))
    }

    /// Version, graph and operator sets, and nothing that ONNX has not.
    fn is_onnx(&self) -> bool {
        let known = |number: u64| matches!(number, 1..=8 | 14 | 20 | 25 | 26);
        self.number(1).is_some_and(|version| (1..=30).contains(&version))
            && self.has(7)
            && self.has(8)
            && self.blobs.iter().all(|blob| known(blob.number))
            && self.numbers.iter().all(|(number, _)| known(*number))
    }

    /// Version, description, and one of the many kinds of model.
    fn core_ml(&self) -> Option<u64> {
        let known = |number: u64| matches!(number, 2 | 200..=3000);
        let plausible = self.number(1).is_some_and(|version| (1..=20).contains(&version))
            && self.has(2)
            && self.blobs.iter().all(|blob| known(blob.number));
        let kind = self.blobs.iter().map(|blob| blob.number).find(|number| *number >= 200);
        kind.filter(|_| plausible)
    }

    /// Version 1 and graphs with their remarks, nothing else.
    fn is_saved_model(&self) -> bool {
        self.numbers == [(1, 1)] && self.has(2) && self.blobs.iter().all(|blob| blob.number == 2)
    }
}

fn onnx(bytes: &dyn Bytes, outline: &Outline, steps: &mut Steps) -> Result<Told, ExtractError> {
    let mut told = Told::new("onnx");
    let producer = outline.text(2, bytes)?;
    let version = outline.text(3, bytes)?;
    told.say("producer", format!("{producer} {version}"));
    for opset in outline.blobs(8).take(8) {
        let window = opset.within(bytes);
        let set = Outline::of(&window, steps)?;
        let domain = set.text(1, &window)?;
        let version = set.number(2).unwrap_or(0);
        let domain = if domain.is_empty() { "ai.onnx" } else { &domain };
        told.say("opset", format!("{domain} {version}"));
    }
    for remark in outline.blobs(14).take(64) {
        let window = remark.within(bytes);
        let pair = Outline::of(&window, steps)?;
        let (key, value) = (pair.text(1, &window)?, pair.text(2, &window)?);
        match key.as_str() {
            "license" => told.say("license", value),
            "author" => told.say("author", value),
            "task" | "pipeline_tag" => told.say("task", value),
            "base_model" => told.say("base-model", value),
            "model_type" | "architecture" => told.say("architecture", value),
            "model_name" => told.name(&value),
            _ => {}
        }
    }
    if let Some(graph) = outline.blobs(7).next() {
        let window = graph.within(bytes);
        let graph = Outline::of(&window, steps)?;
        told.say("nodes", graph.blobs(1).count().to_string());
        let mut sum = 0u64;
        for initializer in graph.blobs(5) {
            sum = sum.saturating_add(elements_of(&initializer.within(&window), steps)?);
        }
        told.parameters(sum);
    }
    Ok(told)
}

/// How many numbers a tensor holds, by its dimensions.
fn elements_of(tensor: &dyn Bytes, steps: &mut Steps) -> Result<u64, ExtractError> {
    let mut cursor = Cursor::new(tensor);
    let mut dimensions = Vec::new();
    // The dimensions stand first.
    while cursor.left() > 0 && dimensions.len() < 16 && steps.take() {
        match cursor.varint()? {
            0x08 => dimensions.push(cursor.varint()?),
            0x0A => {
                let length = cursor.varint()?;
                let end = cursor.at().saturating_add(length);
                while cursor.at() < end && dimensions.len() < 16 {
                    dimensions.push(cursor.varint()?);
                }
            }
            _ => break,
        }
    }
    Ok(super::elements(&dimensions).unwrap_or(0))
}

fn core_ml(
    bytes: &dyn Bytes,
    outline: &Outline,
    kind: u64,
    steps: &mut Steps,
) -> Result<Told, ExtractError> {
    let mut told = Told::new("core-ml");
    told.say("format-version", outline.number(1).unwrap_or(0).to_string());
    told.say(
        "type",
        match kind {
            200..=202 => "pipeline",
            300..=304 => "regressor",
            400..=404 => "classifier",
            500 => "neural-network",
            501 => "recommender",
            502 => "program",
            555 | 556 => "custom",
            2000..=2010 => "language-or-vision",
            _ => "other",
        },
    );
    if let Some(description) = outline.blobs(2).next() {
        let window = description.within(bytes);
        let description = Outline::of(&window, steps)?;
        if let Some(metadata) = description.blobs(100).next() {
            let window = metadata.within(&window);
            let metadata = Outline::of(&window, steps)?;
            told.say("description", metadata.text(1, &window)?);
            told.say("author", metadata.text(3, &window)?);
            told.say("license", metadata.text(4, &window)?);
        }
    }
    Ok(told)
}

/// `None`: there is no graph in it.
fn saved_model(
    bytes: &dyn Bytes,
    outline: &Outline,
    steps: &mut Steps,
) -> Result<Option<Told>, ExtractError> {
    let mut told = Told::new("saved-model");
    let mut graphs = 0usize;
    for graph in outline.blobs(2).take(16) {
        let window = graph.within(bytes);
        let Ok(meta) = Outline::of(&window, steps) else { return Ok(None) };
        graphs = graphs.saturating_add(usize::from(meta.has(2)));
        if let Some(info) = meta.blobs(1).next() {
            let window = info.within(&window);
            let info = Outline::of(&window, steps)?;
            for tag in info.blobs(4).take(8) {
                told.say("tag", tag.text(&window)?);
            }
            told.say("framework-version", info.text(5, &window)?);
        }
    }
    Ok((graphs > 0).then_some(told))
}

/// Operations that stand in every graph that takes and gives something.
const PLAIN_OPERATIONS: &[&str] =
    &["Const", "Identity", "NoOp", "Placeholder", "VarHandleOp", "Variable", "VariableV2"];

/// Nodes with a name and an operation; `None`: it is some other message.
fn graph(
    bytes: &dyn Bytes,
    outline: &Outline,
    steps: &mut Steps,
) -> Result<Option<Told>, ExtractError> {
    let mut plain = false;
    for node in outline.blobs(1).take(200) {
        let window = node.within(bytes);
        let Ok(node) = Outline::of(&window, steps) else { return Ok(None) };
        let (name, operation) = (node.text(1, &window)?, node.text(2, &window)?);
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if name.is_empty() || !is_word(&operation) {
            return Ok(None);
        }
        plain |= PLAIN_OPERATIONS.contains(&operation.as_str());
    }
    let mut told = Told::new("frozen-graph");
    told.say("nodes", outline.blobs(1).count().to_string());
    Ok(plain.then_some(told))
}

fn caffe(bytes: &dyn Bytes, outline: &Outline) -> Result<Told, ExtractError> {
    let mut told = Told::new("caffe");
    told.name(&outline.text(1, bytes)?);
    Ok(told)
}
