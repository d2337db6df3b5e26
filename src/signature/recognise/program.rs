//! What programs and model files say becomes sightings.

use super::{At, Match, Matcher, Recogniser, no_line};
use crate::model::evidence::Subject;
use crate::model::fact::Weights;
use crate::model::place::name_of;
use crate::model::text::display_safe;
use crate::model::vocabulary::{Role, Technique, Tier, Usage};

/// Values kept of a word that a header says several times.
const VALUES: usize = 12;

impl Recogniser<'_> {
    pub(super) fn library_of(&mut self, name: &str, version: Option<&str>, own: bool, at: At<'_>) {
        let usage = if own { Usage::Configured } else { Usage::Imported };
        // `libx.so.1.17` says its version itself.
        let behind = name.split_once(".so.").map_or("", |(_, version)| version);
        let behind = if behind.contains('.') { behind } else { "" };
        let version = version.unwrap_or(behind);
        for (id, plain) in self.index().programs().libraries(name) {
            if let Some(matcher) = self.index().matcher(id) {
                let found = Match::new(matcher, display_safe(&plain), usage);
                self.keep(found.capture("version", version), at);
            }
        }
    }

    pub(super) fn symbol(&mut self, name: &str, defined: bool, at: At<'_>) {
        let usage = if defined { Usage::Configured } else { Usage::Imported };
        for (id, known) in self.index().programs().symbols(name) {
            if let Some(matcher) = self.index().matcher(id) {
                self.keep(Match::new(matcher, display_safe(&known), usage), at);
            }
        }
    }

    pub(super) fn data(&mut self, bytes: &[u8]) {
        let programs = self.index().programs();
        let marks = &mut self.marks;
        programs.marks(bytes, &mut |id, text| {
            if !marks.iter().any(|(known, of)| *known == id && of == text) {
                marks.insert((id, text.to_owned()));
            }
        });
    }

    /// Two different texts of one product prove, one alone is a hint.
    pub(super) fn judge_marks(&mut self) {
        let marks = std::mem::take(&mut self.marks);
        let entry_of = |id| self.index().matcher(id).map(|matcher| matcher.entry);
        let mut found: Vec<(usize, usize, String)> =
            marks.into_iter().filter_map(|(id, text)| Some((entry_of(id)?, id, text))).collect();
        found.sort();
        for (entry, id, text) in &found {
            let Some(matcher) = self.index().matcher(*id) else { continue };
            let several = found.iter().any(|(other, _, than)| other == entry && than != text);
            let mut sighting = Match::new(matcher, text.clone(), Usage::Configured);
            sighting.tier = if several { Tier::A } else { Tier::B };
            let nowhere = At { span: None, line_of: &no_line };
            self.keep_as(sighting, Technique::Mark, nowhere);
        }
    }

    pub(super) fn weights(&mut self, weights: &Weights<'_>, at: At<'_>) {
        let said: Vec<(&str, &str)> =
            weights.properties.iter().map(|(key, value)| (*key, value.as_ref())).collect();
        let index = self.index();
        let blocks = index.programs().weights().iter();
        let fitting: Vec<&Matcher> = blocks
            .filter(|block| block.fits(weights.format, &said))
            .filter_map(|block| index.matcher(block.matcher))
            .collect();
        let mut done: Vec<usize> = Vec::new();
        for first in &fitting {
            if done.contains(&first.entry) {
                continue;
            }
            done.push(first.entry);
            let merged = merged(fitting.iter().filter(|one| one.entry == first.entry), first);
            let mut found = Match::new(&merged, weights.format, Usage::Configured);
            let role = self.library.entry(first.entry).map(|entry| entry.signature.role);
            let name = weights.name.as_deref().map(str::trim).filter(|name| is_a_name(name));
            let name = name.map_or_else(|| name_by_place(&self.place.path), display_safe);
            // An index or a data set is no model: it shows the product that made it.
            if role == Some(Role::ModelArtifact) {
                let name = name.chars().take(super::MODEL_ID_CHARS).collect();
                found.subject = Subject::Model(name);
            }
            for (nth, (key, _)) in said.iter().enumerate() {
                if said.iter().take(nth).any(|(earlier, _)| earlier == key) {
                    continue;
                }
                let mut values: Vec<&str> =
                    said.iter().filter(|(of, _)| of == key).map(|(_, value)| *value).collect();
                values.dedup();
                let more = if values.len() > VALUES { ", …" } else { "" };
                values.truncate(VALUES);
                found = found.capture(key, format!("{}{more}", values.join(", ")));
            }
            self.keep(found, at);
        }
    }
}

/// One matcher of several blocks of a signature: each adds what it shows.
fn merged<'m>(blocks: impl Iterator<Item = &'m &'m Matcher>, first: &Matcher) -> Matcher {
    let mut merged = (*first).clone();
    for block in blocks {
        merged.tier = merged.tier.min(block.tier);
        merged.lifecycle = block.lifecycle.or(merged.lifecycle);
        merged.proves = block.proves.or(merged.proves);
        for capability in &block.capabilities {
            if !merged.capabilities.contains(capability) {
                merged.capabilities.push(*capability);
            }
        }
    }
    merged
}

/// Whether what a header gives for a name is one: converters put the folder
/// that they worked in there, or the number of a revision.
fn is_a_name(text: &str) -> bool {
    let is_path = text.starts_with(['/', '~', '.']) || text.contains('\\');
    let is_number = text.len() >= 20 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    !text.is_empty() && !is_path && !is_number
}

/// Names of files and folders that say nothing of the model in them.
const EMPTY_NAMES: &[&str] = &[
    "adapter_config",
    "adapter_model",
    "best",
    "checkpoint",
    "checkpoints",
    "config",
    "consolidated",
    "data",
    "diffusion_pytorch_model",
    "export",
    "files",
    "flax_model",
    "graph",
    "last",
    "meta",
    "mlmodel",
    "model",
    "model_index",
    "model_quantized",
    "models",
    "onnx",
    "open_clip_pytorch_model",
    "optimizer",
    "pipeline",
    "pytorch_model",
    "saved_model",
    "snapshots",
    "src",
    "tf_model",
    "weights",
];

/// What a model without a name is called: its file, or the folder that holds it.
fn name_by_place(path: &str) -> String {
    let file = name_of(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // One of several files that hold one model: `x-00001-of-00004`.
    let stem = match stem.split_once("-of-") {
        Some((head, _)) => head.rsplit_once('-').map_or(head, |(head, _)| head),
        None => stem,
    };
    let says_nothing = |name: &str| {
        let folded = name.to_lowercase();
        name.is_empty()
            || EMPTY_NAMES.contains(&folded.as_str())
            || name.bytes().all(|byte| byte.is_ascii_digit())
    };
    let folders = path.rsplit('/').skip(1).map(|folder| folder.trim_end_matches('!'));
    let named = std::iter::once(stem).chain(folders).find(|name| !says_nothing(name));
    named.unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{is_a_name, name_by_place};

    #[test]
    fn a_folder_or_a_revision_in_a_header_is_no_name() {
        for name in ["Tiny Chat", "meta-llama/Llama-3", "deadbeef", "v1.5", "GPT-2"] {
            assert!(is_a_name(name), "{name}");
        }
        let revision = "0123456789abcdef0123456789abcdef01234567";
        for other in ["", "D:\\work\\models", "/srv/models", "~/m", "./m", revision] {
            assert!(!is_a_name(other), "{other}");
        }
    }

    #[test]
    fn a_model_without_a_name_is_called_like_its_file_or_folder() {
        for (path, name) in [
            ("models/tiny-chat.gguf", "tiny-chat"),
            ("tiny/model-00001-of-00004.safetensors", "tiny"),
            ("tiny/big-00001-of-00004.safetensors", "big"),
            ("churn/1/model.onnx", "churn"),
            ("model.onnx", "model"),
            ("a.zip!/model.pkl", "a.zip"),
        ] {
            assert_eq!(name_by_place(path), name, "{path}");
        }
    }
}
