//! Python source.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Python source: imports, calls, string literals
#[derive(Debug)]
pub struct Python;

impl Extractor for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn about(&self) -> &'static str {
        "Python source: imports, calls, string literals"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["py", "pyi", "pyw"], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
