//! compose files: services, images, environment, build contexts
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// compose files: services, images, environment, build contexts
#[derive(Debug)]
pub struct Compose;

impl Extractor for Compose {
    fn id(&self) -> &'static str {
        "compose"
    }

    fn about(&self) -> &'static str {
        "compose files: services, images, environment, build contexts"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[
                "docker-compose*.yml",
                "docker-compose*.yaml",
                "compose*.yml",
                "compose*.yaml",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
