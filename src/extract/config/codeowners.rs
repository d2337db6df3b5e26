//! CODEOWNERS: who answers for which paths
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// CODEOWNERS: who answers for which paths
#[derive(Debug)]
pub struct Codeowners;

impl Extractor for Codeowners {
    fn id(&self) -> &'static str {
        "codeowners"
    }

    fn about(&self) -> &'static str {
        "CODEOWNERS: who answers for which paths"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["CODEOWNERS"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
