//! npm manifests.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// package.json, with workspaces
#[derive(Debug)]
pub struct PackageJson;

impl Extractor for PackageJson {
    fn id(&self) -> &'static str {
        "npm-package-json"
    }

    fn about(&self) -> &'static str {
        "package.json, with workspaces"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["package.json"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
