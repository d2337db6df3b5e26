//! Weights that are elsewhere: a file of a few lines stands in their place.

use super::Told;
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads Git LFS pointers whose name promises a model: the format by the name,
/// and the size of what they point to. The file stays counted as not read.
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
        "Git LFS pointers in place of a model: its format by name, its size"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        head.starts_with(BEGINS) && promised(path).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
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
