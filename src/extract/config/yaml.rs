//! YAML configuration: scalars with their keys
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// YAML configuration: scalars with their keys
#[derive(Debug)]
pub struct Yaml;

impl Extractor for Yaml {
    fn id(&self) -> &'static str {
        "yaml"
    }

    fn about(&self) -> &'static str {
        "YAML configuration: scalars with their keys"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["yaml", "yml"], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
