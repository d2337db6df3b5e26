//! Java properties and INI-like configuration
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Java properties and INI-like configuration
#[derive(Debug)]
pub struct Properties;

impl Extractor for Properties {
    fn id(&self) -> &'static str {
        "properties"
    }

    fn about(&self) -> &'static str {
        "Java properties and INI-like configuration"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["properties", "ini", "cfg", "conf"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
