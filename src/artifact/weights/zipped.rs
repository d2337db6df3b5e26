//! Models that are a zip: told by the names of their members.

use super::Told;
use super::pickle::Walk;
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::zip::{Member, members};
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads checkpoints and scripted models (`data.pkl` in a zip), `*.keras`,
/// `*.skops`, ML.NET models, model archives for serving, task bundles and
/// MOJO files: what their few telling members say.
#[derive(Debug)]
pub struct Zipped;

/// Endings of names under which such files go; the content decides.
const ENDINGS: &[&str] = &[
    ".bin", ".ckpt", ".keras", ".mar", ".mlnet", ".model", ".mojo", ".pt", ".pt2", ".pth", ".ptl",
    ".skops", ".task", ".zip",
];

impl Reader for Zipped {
    fn id(&self) -> &'static str {
        "zipped-model"
    }

    fn about(&self) -> &'static str {
        "models that are a zip: checkpoints, scripted models, Keras v3, skops, ML.NET, MOJO, archives for serving"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let Some(first) = first_name(head) else { return false };
        let path = path.to_ascii_lowercase();
        let ends = |ending: &str| path.ends_with(ending);
        ENDINGS.iter().any(|ending| ends(ending))
            && (is_checkpoint(first)
                || (ends(".keras") && matches!(first, "metadata.json" | "config.json"))
                || (ends(".skops"))
                || (ends(".mar"))
                || (ends(".task") && first.ends_with(".tflite"))
                || (ends(".mlnet"))
                || (ends(".mojo"))
                || first.starts_with("TrainingInfo/")
                || first.starts_with("TransformerChain/"))
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let members = members(input.bytes)?;
        let has = |name: &str| members.iter().any(|member| member.name == name);
        let ends = |end: &str| members.iter().any(|member| member.name.ends_with(end));
        let begins = |start: &str| members.iter().any(|member| member.name.starts_with(start));
        if let Some(pickle) = members.iter().find(|member| is_named(member, "data.pkl")) {
            return checkpoint(input, &members, pickle, sink);
        }
        if has("config.json") && ends(".weights.h5") {
            return keras(input, &members, sink);
        }
        let format = if has("schema.json") {
            "skops"
        } else if has("MAR-INF/MANIFEST.json") {
            "torch-archive"
        } else if begins("TransformerChain/") || has("TrainingInfo/Version.txt") {
            "ml-net"
        } else if has("model.ini") {
            "mojo"
        } else if ends(".tflite") {
            "task-bundle"
        } else {
            return Ok(());
        };
        Told::new(format).tell(sink);
        Ok(())
    }
}

/// The name of the first member, as it stands before it.
fn first_name(head: &[u8]) -> Option<&str> {
    let length = head.strip_prefix(b"PK\x03\x04")?.get(22..24)?;
    let length = usize::from(u16::from_le_bytes(length.try_into().ok()?));
    std::str::from_utf8(head.get(30..30usize.checked_add(length)?)?).ok()
}

fn is_checkpoint(first: &str) -> bool {
    ["/data.pkl", "/version", "/constants.pkl", "/byteorder", "/archive_format", "/.format_version"]
        .iter()
        .any(|end| first.ends_with(end))
        || first.contains("/code/")
}

fn is_named(member: &Member, name: &str) -> bool {
    member.name.rsplit('/').next() == Some(name)
}

fn checkpoint(
    input: &Input<'_>,
    members: &[Member],
    pickle: &Member,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    let mut told = Told::new("pytorch");
    let scripted = members.iter().any(|member| is_named(member, "constants.pkl"));
    if scripted {
        told.say("type", "torchscript");
    }
    let most = input.limits.header_bytes;
    let read = pickle.head(input.bytes, most);
    let outcome = match read {
        Ok(bytes) => {
            let mut walk = Walk::new(Steps::new(input.limits.header_steps));
            let bytes = bytes.as_slice();
            let outcome = walk.pickle(&mut Cursor::new(&bytes));
            if walk.capped {
                sink.note(ProblemCode::Capped, "it has more operations than are looked at");
            }
            kinds(&walk, members, &mut told);
            walk.say(&mut told, sink);
            outcome
        }
        Err(error) => Err(error),
    };
    told.tell(sink);
    outcome
}

/// Kinds of stored numbers, by the class that holds them, with their size.
const KINDS: &[(&str, &str, u64)] = &[
    ("FloatStorage", "F32", 4),
    ("HalfStorage", "F16", 2),
    ("BFloat16Storage", "BF16", 2),
    ("DoubleStorage", "F64", 8),
    ("CharStorage", "I8", 1),
];

/// How many numbers there are, if all are of one kind.
fn kinds(walk: &Walk, members: &[Member], told: &mut Told) {
    let known: Vec<&(&str, &str, u64)> = KINDS
        .iter()
        .filter(|(class, _, _)| walk.imports.iter().any(|(_, name)| name == class))
        .collect();
    if let [(_, word, size)] = known.as_slice() {
        told.say("quantization", word);
        let data = members.iter().filter(|member| member.name.contains("/data/"));
        let bytes = data.fold(0u64, |sum, member| sum.saturating_add(member.size));
        told.parameters(bytes.checked_div(*size).unwrap_or(0));
    }
}

fn keras(input: &Input<'_>, members: &[Member], sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let mut told = Told::new("keras");
    let json = |name: &str| -> Option<serde_json::Value> {
        let member = members.iter().find(|member| member.name == name)?;
        let bytes = member.head(input.bytes, input.limits.header_bytes.min(4 << 20)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    if let Some(metadata) = json("metadata.json") {
        let version = metadata.get("keras_version").and_then(serde_json::Value::as_str);
        told.say("framework-version", version.unwrap_or_default());
    }
    let config = json("config.json");
    if let Some(config) = &config {
        let text = |value: &serde_json::Value, key: &str| {
            value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        };
        told.say("class", text(config, "class_name"));
        if let Some(inner) = config.get("config") {
            let layers = inner.get("layers").and_then(serde_json::Value::as_array);
            for layer in layers.into_iter().flatten() {
                told.say("layer", text(layer, "class_name"));
            }
        }
    }
    told.tell(sink);
    if config.is_none() {
        return Err(ExtractError::malformed("its configuration could not be read"));
    }
    Ok(())
}
