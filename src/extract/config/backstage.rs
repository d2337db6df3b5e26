//! Backstage catalog-info.yaml: declared components and owners
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Backstage catalog-info.yaml: declared components and owners
#[derive(Debug)]
pub struct Catalog;

impl Extractor for Catalog {
    fn id(&self) -> &'static str {
        "backstage-catalog"
    }

    fn about(&self) -> &'static str {
        "Backstage catalog-info.yaml: declared components and owners"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["catalog-info.yaml", "catalog-info.yml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
