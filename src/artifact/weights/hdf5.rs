//! HDF5: a container of arrays for every science. A model is told by the
//! attributes that a training library leaves at its root; the tree of groups
//! is not followed, its two ends are looked through.

use super::Told;
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads `*.h5`, `*.hdf5` and older `*.keras` files: the library's version, its
/// backend, and the class of model, if they are a model at all.
#[derive(Debug)]
pub struct Hdf5;

/// Bytes looked through at either end.
const END: usize = 1 << 20;

impl Reader for Hdf5 {
    fn id(&self) -> &'static str {
        "hdf5-model"
    }

    fn about(&self) -> &'static str {
        "HDF5 files that hold a Keras model or its weights"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        head.starts_with(b"\x89HDF\r\n\x1a\n")
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let unreadable = |_| ExtractError::malformed("it could not be read to its end");
        let mut ends = input.bytes.part(0, END).map_err(unreadable)?;
        let rest = input.bytes.len().saturating_sub(ends.len() as u64);
        if rest > 0 {
            let from = input.bytes.len().saturating_sub(rest.min(END as u64));
            ends.extend(input.bytes.part(from, END).map_err(unreadable)?);
        }
        let at = |text: &str| memchr::memmem::find(&ends, text.as_bytes());
        let trained = at("keras_version").is_some();
        let configured = at("model_config").is_some();
        let layered = at("layer_names").is_some() && at("weight_names").is_some();
        if !trained && !layered {
            return Ok(());
        }
        let mut told = Told::new("keras");
        told.say("type", if configured { "model" } else { "weights" });
        if let Some(class) = value_after(&ends, b"\"class_name\": \"") {
            told.say("class", class);
        }
        for backend in ["tensorflow", "torch", "jax", "theano"] {
            let near = at("backend").and_then(|from| ends.get(from..from.saturating_add(256)));
            if near.is_some_and(|near| memchr::memmem::find(near, backend.as_bytes()).is_some()) {
                told.say("framework", backend);
                break;
            }
        }
        told.tell(sink);
        Ok(())
    }
}

/// The text from behind a mark to the next quote.
fn value_after(bytes: &[u8], mark: &[u8]) -> Option<String> {
    let from = memchr::memmem::find(bytes, mark)?.checked_add(mark.len())?;
    let rest = bytes.get(from..from.saturating_add(64).min(bytes.len()))?;
    let end = memchr::memchr(b'"', rest)?;
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then(|| text.to_owned())
}
