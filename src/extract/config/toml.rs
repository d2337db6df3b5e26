//! TOML configuration: scalars with their keys
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// TOML configuration: scalars with their keys
#[derive(Debug)]
pub struct Toml;

impl Extractor for Toml {
    fn id(&self) -> &'static str {
        "toml"
    }

    fn about(&self) -> &'static str {
        "TOML configuration: scalars with their keys"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["toml"], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
