//! Go modules.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// go.mod
#[derive(Debug)]
pub struct GoMod;

impl Extractor for GoMod {
    fn id(&self) -> &'static str {
        "golang-go-mod"
    }

    fn about(&self) -> &'static str {
        "go.mod"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["go.mod"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
