//! Pipfile.

use super::tell_entry;
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Scope;

/// `Pipfile`: `[packages]` are needed to run, `[dev-packages]` to develop.
/// Versions are as written (`*` included); local paths are no packages.
#[derive(Debug)]
pub struct Pipfile;

impl Extractor for Pipfile {
    fn id(&self) -> &'static str {
        "pypi-pipfile"
    }

    fn about(&self) -> &'static str {
        "Pipfile"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Pipfile"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        for (table, scope) in [("packages", Scope::Runtime), ("dev-packages", Scope::Development)] {
            for entry in root.get(table).map_or(&[][..], Node::entries) {
                let place = (entry.key.as_ref(), entry.key_offset);
                tell_entry(place, &entry.node, scope, content, sink);
            }
        }
        error.map_or(Ok(()), Err)
    }
}
