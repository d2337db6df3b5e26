//! dotenv files
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// dotenv files
#[derive(Debug)]
pub struct Dotenv;

impl Extractor for Dotenv {
    fn id(&self) -> &'static str {
        "dotenv"
    }

    fn about(&self) -> &'static str {
        "dotenv files"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[".env", ".env.*", "*.env"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
