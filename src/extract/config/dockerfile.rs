//! Dockerfile and Containerfile: base images, environment, installs
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Dockerfile and Containerfile: base images, environment, installs
#[derive(Debug)]
pub struct Dockerfile;

impl Extractor for Dockerfile {
    fn id(&self) -> &'static str {
        "dockerfile"
    }

    fn about(&self) -> &'static str {
        "Dockerfile and Containerfile: base images, environment, installs"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Dockerfile", "Containerfile"],
            globs: &["Dockerfile.*", "*.Dockerfile", "*.dockerfile"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
