//! Safetensors: a length, a JSON object of tensors, and a map of remarks.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Told, elements};
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, ProblemCode, Sink};

/// Reads `*.safetensors`: how many parameters, in which kind of number, and
/// the remarks that trainers leave (title, architecture, base model, licence).
#[derive(Debug)]
pub struct Safetensors;

impl Reader for Safetensors {
    fn id(&self) -> &'static str {
        "safetensors"
    }

    fn about(&self) -> &'static str {
        "safetensors: parameters, kinds of numbers, and the remarks that trainers leave"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let Some((length, rest)) = head.split_first_chunk::<8>() else { return false };
        let object = rest.starts_with(b"{\"") || rest.starts_with(b"{}");
        let named = path.to_ascii_lowercase().ends_with(".safetensors");
        object && (named || u64::from_le_bytes(*length) < 1 << 32)
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let length = input.head.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
        if length > input.bytes.len().saturating_sub(8) {
            Told::new("safetensors").tell(sink);
            return Err(ExtractError::malformed("the header is longer than the file"));
        }
        let most = input.limits.header_bytes;
        if length > most as u64 {
            Told::new("safetensors").tell(sink);
            sink.note(ProblemCode::Capped, "the header is larger than is read");
            return Ok(());
        }
        let length = usize::try_from(length).unwrap_or(most);
        let unreadable = |_| ExtractError::malformed("the header could not be read");
        let bytes = input.bytes.part(8, length).map_err(unreadable)?;
        let header: Header = match serde_json::from_slice(&bytes) {
            Ok(header) => header,
            Err(error) => {
                // Eight bytes before a brace are no proof by themselves.
                if input.path.to_ascii_lowercase().ends_with(".safetensors") {
                    Told::new("safetensors").tell(sink);
                }
                return Err(ExtractError::malformed(format!(
                    "the header is no JSON object of tensors (column {})",
                    error.column()
                )));
            }
        };
        if header.tensors == 0 && header.remarks.is_empty() {
            return Ok(());
        }
        told_of(&header).tell(sink);
        Ok(())
    }
}

fn told_of(header: &Header) -> Told {
    let mut told = Told::new("safetensors");
    told.parameters(header.parameters);
    let common = header.kinds.iter().max_by_key(|(_, elements)| **elements);
    if let Some((kind, _)) = common {
        told.say("quantization", kind);
    }
    if header.adapts {
        told.say("adapter", "lora");
    }
    if header.diffuses {
        told.say("architecture", "latent-diffusion");
    }
    for (key, value) in &header.remarks {
        match key.as_str() {
            "modelspec.title" => told.name(value),
            "modelspec.architecture" => told.say("architecture", value),
            "modelspec.license" | "license" => told.say("license", value),
            "modelspec.author" | "author" => told.say("author", value),
            "ss_base_model_version" | "ss_sd_model_name" | "base_model" => {
                told.say("base-model", value);
            }
            "format" => told.say("framework", framework(value)),
            _ => {}
        }
    }
    told
}

/// The frameworks that the remark `format` names.
fn framework(word: &str) -> &str {
    match word {
        "pt" => "pytorch",
        "tf" => "tensorflow",
        "np" => "numpy",
        other => other,
    }
}

#[derive(Default)]
struct Header {
    tensors: u64,
    parameters: u64,
    /// Elements by kind of number.
    kinds: BTreeMap<String, u64>,
    remarks: BTreeMap<String, String>,
    adapts: bool,
    diffuses: bool,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    #[serde(rename = "data_offsets")]
    _offsets: IgnoredAny,
}

/// Most remarks that are kept.
const REMARKS: usize = 200;

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tensors;
        impl<'de> Visitor<'de> for Tensors {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "__metadata__" {
                        let remarks: BTreeMap<String, String> = map.next_value()?;
                        header.remarks = remarks.into_iter().take(REMARKS).collect();
                        continue;
                    }
                    header.add(&key, map.next_value()?);
                }
                Ok(header)
            }
        }
        deserializer.deserialize_map(Tensors)
    }
}

impl Header {
    fn add(&mut self, name: &str, tensor: Tensor) {
        self.tensors = self.tensors.saturating_add(1);
        let elements = elements(&tensor.shape).unwrap_or(0);
        self.parameters = self.parameters.saturating_add(elements);
        // There are two dozen kinds; more are made up.
        if self.kinds.len() < 64 || self.kinds.contains_key(&tensor.dtype) {
            let slot = self.kinds.entry(tensor.dtype).or_default();
            *slot = slot.saturating_add(elements);
        }
        self.adapts |= name.contains(".lora_A.") || name.contains(".lora_down.");
        self.diffuses |= name.starts_with("model.diffusion_model.");
    }
}
