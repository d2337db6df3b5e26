//! JSON configuration: scalars with their keys
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// JSON configuration: scalars with their keys
#[derive(Debug)]
pub struct Json;

impl Extractor for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "JSON configuration: scalars with their keys"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["json", "jsonc", "json5"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
