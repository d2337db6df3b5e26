//! Conda environment files.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// conda environment files, with their pip section
#[derive(Debug)]
pub struct Environment;

impl Extractor for Environment {
    fn id(&self) -> &'static str {
        "conda-environment"
    }

    fn about(&self) -> &'static str {
        "conda environment files, with their pip section"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["environment*.yml", "environment*.yaml", "conda*.yml", "conda*.yaml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
