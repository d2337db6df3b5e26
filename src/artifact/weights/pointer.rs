//! Weights that are elsewhere: a file of a few lines stands in their place.

use super::Told;
use crate::artifact::{Input, Reader};
use crate::extract::structured::{Node, yaml};
use crate::extract::{Content, ExtractError, Sink};
use crate::model::place::name_of;

/// Reads Git LFS pointers whose name promises a model, and what `*.dvc` and
/// `dvc.lock` files point to under such names: the format by the name, and the
/// size. An LFS pointer stays counted as not read.
#[derive(Debug)]
pub struct Pointer;

/// How every pointer begins.
pub const BEGINS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Endings that promise one format only.
const ENDINGS: &[(&str, &str)] = &[
    (".caffemodel", "caffe"),
    (".cbm", "catboost"),
    (".ckpt", "pytorch"),
    (".gguf", "gguf"),
    (".keras", "keras"),
    (".mlmodel", "core-ml"),
    (".onnx", "onnx"),
    (".ort", "ort"),
    (".pdmodel", "paddle"),
    (".pt", "pytorch"),
    (".pte", "executorch"),
    (".pth", "pytorch"),
    (".rknn", "rknn"),
    (".safetensors", "safetensors"),
    (".tflite", "tflite"),
];

/// Longest list of what is tracked elsewhere.
const TRACKED: usize = 4 << 20;

/// Whether a file lists what is tracked elsewhere, by its name.
#[must_use]
pub fn is_tracking(path: &str) -> bool {
    let name = name_of(path);
    name == "dvc.lock" || name.strip_suffix(".dvc").is_some_and(|stem| !stem.is_empty())
}

fn promised(path: &str) -> Option<&'static str> {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    if name.starts_with("pytorch_model") && name.rsplit('.').next() == Some("bin") {
        return Some("pytorch");
    }
    ENDINGS.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, format)| *format)
}

impl Reader for Pointer {
    fn id(&self) -> &'static str {
        "model-pointer"
    }

    fn about(&self) -> &'static str {
        "pointers in place of a model (Git LFS, DVC): its format by name, its size"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        is_tracking(path) || head.starts_with(BEGINS) && promised(path).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_tracking(input.path) && !input.head.starts_with(BEGINS) {
            return tracked(input, sink);
        }
        let Some(format) = promised(input.path) else { return Ok(()) };
        let mut told = Told::new(format);
        told.say("pointer", "git-lfs");
        let text = String::from_utf8_lossy(input.head);
        let size = text.lines().find_map(|line| line.strip_prefix("size "));
        let is_number = |size: &&str| size.bytes().all(|byte| byte.is_ascii_digit());
        told.say("bytes", size.filter(is_number).unwrap_or_default());
        told.tell(sink);
        Ok(())
    }
}

/// What the file of a data versioning tool lists, by the path of each.
fn tracked(input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let unreadable = |_| ExtractError::malformed("it could not be read");
    let bytes = input.bytes.part(0, TRACKED).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    let truncated = input.bytes.len() > TRACKED as u64;
    let (documents, error) = yaml(&Content::new(input.path, &text, truncated, input.limits));
    for document in &documents {
        let stages = document.get("stages").map(Node::entries).unwrap_or_default();
        for owner in std::iter::once(document).chain(stages.iter().map(|stage| &stage.node)) {
            for out in owner.get("outs").map(Node::items).unwrap_or_default() {
                tell(out, sink);
            }
        }
    }
    error.map_or(Ok(()), Err)
}

fn tell(out: &Node<'_>, sink: &mut dyn Sink) {
    let text = |key: &str| out.get(key).and_then(Node::as_str).unwrap_or_default();
    let path = text("path");
    let Some(format) = promised(path) else { return };
    let mut told = Told::new(format);
    let name = name_of(path);
    told.name(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    told.say("pointer", "dvc");
    let size = text("size");
    if size.bytes().all(|byte| byte.is_ascii_digit()) {
        told.say("bytes", size);
    }
    told.tell(sink);
}
