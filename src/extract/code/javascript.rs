//! JavaScript and TypeScript source.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// JavaScript and TypeScript source, Vue and Svelte included
#[derive(Debug)]
pub struct Javascript;

impl Extractor for Javascript {
    fn id(&self) -> &'static str {
        "javascript"
    }

    fn about(&self) -> &'static str {
        "JavaScript and TypeScript source, Vue and Svelte included"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
