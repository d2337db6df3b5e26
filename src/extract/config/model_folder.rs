//! The small files that lie beside weights and say what they are: settings of a
//! model, of an adapter, of a pipeline. Knows keys, no model.

use serde_json::Value;

use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Sink};
use crate::model::fact::{Fact, Weights};
use crate::model::place::name_of;

/// Reads `config.json`, `adapter_config.json`, `model_index.json`, `meta.json`
/// and `MLmodel` where their keys are those of a model's folder: architecture,
/// class, base model, quantisation, licence, what made it.
#[derive(Debug)]
pub struct ModelFolder;

impl Extractor for ModelFolder {
    fn id(&self) -> &'static str {
        "model-folder"
    }

    fn about(&self) -> &'static str {
        "settings beside weights: architecture, adapter and base model, pipeline, flavours"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[
                "config.json",
                "adapter_config.json",
                "model_index.json",
                "meta.json",
                "MLmodel",
            ],
            globs: &[],
            extensions: &[],
            // A look at two keys decides.
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if name_of(content.path).eq_ignore_ascii_case("MLmodel") {
            flavours(content, sink);
            return Ok(());
        }
        let Some(kind) = KINDS.iter().find(|kind| kind.fits(content)) else { return Ok(()) };
        let value: Value = serde_json::from_str(content.text).map_err(|error| {
            ExtractError::malformed(format!("no JSON from line {} on", error.line()))
        })?;
        let mut said = Said { properties: Vec::new(), name: None };
        (kind.read)(&value, &mut said);
        let at = content.find_from(kind.keys.first().copied().unwrap_or_default(), 0);
        let weights = Weights {
            format: kind.format,
            name: said.name.map(Into::into),
            properties: said.properties,
        };
        sink.fact(Fact::Weights(weights), at.map(|at| content.span_at(at)));
        if content.truncated {
            sink.note(ProblemCode::Truncated, "the settings go on");
        }
        Ok(())
    }
}

/// A kind of settings, by the keys that all such files have.
struct Kind {
    format: &'static str,
    file: &'static str,
    keys: &'static [&'static str],
    read: fn(&Value, &mut Said),
}

impl Kind {
    fn fits(&self, content: &Content<'_>) -> bool {
        name_of(content.path).eq_ignore_ascii_case(self.file)
            && self.keys.iter().all(|key| content.text.contains(key))
    }
}

const KINDS: &[Kind] = &[
    Kind {
        format: "hub-model",
        file: "config.json",
        keys: &["\"model_type\"", "\"architectures\""],
        read: model,
    },
    Kind {
        format: "hub-model",
        file: "config.json",
        keys: &["\"model_type\"", "\"transformers_version\""],
        read: model,
    },
    Kind {
        format: "adapter",
        file: "adapter_config.json",
        keys: &["\"peft_type\""],
        read: adapter,
    },
    Kind {
        format: "diffusion-pipeline",
        file: "model_index.json",
        keys: &["\"_class_name\"", "\"_diffusers_version\""],
        read: pipeline,
    },
    Kind {
        format: "language-pipeline",
        file: "meta.json",
        keys: &["\"spacy_version\"", "\"pipeline\""],
        read: language,
    },
];

/// What a file says, on its way to a fact.
struct Said {
    properties: Vec<(&'static str, std::borrow::Cow<'static, str>)>,
    name: Option<String>,
}

/// Longest value kept, in characters.
const VALUE: usize = 256;

impl Said {
    fn say(&mut self, key: &'static str, value: Option<&Value>) {
        let text = match value {
            Some(Value::String(text)) => text.chars().take(VALUE).collect(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return,
        };
        if !text.is_empty() {
            self.properties.push((key, text.into()));
        }
    }
}

fn model(value: &Value, said: &mut Said) {
    said.say("architecture", value.get("model_type"));
    let class = value.get("architectures").and_then(|list| list.get(0));
    said.say("class", class);
    // `LlamaForCausalLM`: what the head of the network is for.
    let task = class.and_then(Value::as_str).and_then(|class| class.split_once("For"));
    said.say("task", task.map(|(_, task)| Value::from(task)).as_ref());
    let quantised = value.get("quantization_config");
    said.say("quantization", quantised.and_then(|of| of.get("quant_method")));
    said.say("context-length", value.get("max_position_embeddings"));
    said.say("framework-version", value.get("transformers_version"));
    said.say("base-model", value.get("_name_or_path").filter(|name| is_published(name)));
}

fn adapter(value: &Value, said: &mut Said) {
    said.say("adapter", value.get("peft_type"));
    said.say("task", value.get("task_type"));
    said.say("base-model", value.get("base_model_name_or_path"));
}

fn pipeline(value: &Value, said: &mut Said) {
    said.say("class", value.get("_class_name"));
    said.say("framework-version", value.get("_diffusers_version"));
    said.say("base-model", value.get("_name_or_path").filter(|name| is_published(name)));
}

fn language(value: &Value, said: &mut Said) {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    said.name = Some(format!("{}_{}", text("lang"), text("name")));
    said.say("version", value.get("version"));
    said.say("license", value.get("license"));
    said.say("framework-version", value.get("spacy_version"));
    for part in value.get("pipeline").and_then(Value::as_array).into_iter().flatten().take(20) {
        said.say("layer", Some(part));
    }
}

/// Whether a name is that of a published model and no folder of somebody's machine.
fn is_published(name: &Value) -> bool {
    name.as_str().is_some_and(|name| {
        !name.starts_with(['.', '/', '~', '\\']) && name.matches('/').count() == 1
    })
}

/// The flavours of a tracked model: keys one step below `flavors`.
fn flavours(content: &Content<'_>, sink: &mut dyn Sink) {
    let mut properties: Vec<(&'static str, std::borrow::Cow<'_, str>)> = Vec::new();
    let (mut inside, mut from) = (false, None);
    let mut offset = 0usize;
    for line in content.text.lines().take(2000) {
        let at = offset;
        offset = offset.saturating_add(line.len()).saturating_add(1);
        let Some((key, value)) = line.split_once(':') else { continue };
        if !line.starts_with(' ') {
            inside = key == "flavors";
            from = if inside { Some(at) } else { from };
            if key == "mlflow_version" {
                let version = value.trim().trim_matches(['\'', '"']);
                properties.push(("framework-version", version.into()));
            }
        } else if inside && line.starts_with("  ") && !line.starts_with("   ") {
            properties.push(("flavor", key.trim().into()));
        }
    }
    if let Some(from) = from.filter(|_| properties.iter().any(|(key, _)| *key == "flavor")) {
        let weights = Weights { format: "tracked-model", name: None, properties };
        sink.fact(Fact::Weights(weights), Some(content.span_at(from)));
    }
}
