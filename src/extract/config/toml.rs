//! TOML as generic configuration. Knows nothing of any particular file but
//! whether another reader has it.

use super::{Teller, is_read_elsewhere, knowledge, settings};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink, structured};
use crate::model::fact::Fact;

/// Reads TOML. Every scalar is a setting under the dotted path of its keys;
/// array indices are left out.
///
/// Tells nothing of files that have a reader of their own (manifests, lock
/// files, tool server declarations) and of message tables. Rule sets are
/// knowledge.
#[derive(Debug)]
pub struct Toml;

impl Extractor for Toml {
    fn id(&self) -> &'static str {
        "toml"
    }

    fn about(&self) -> &'static str {
        "TOML configuration: scalars with their keys"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["toml"], gate: Gate::Anchors }
    }

    fn glances(&self) -> bool {
        true
    }

    fn glance(&self, content: &Content<'_>) -> Option<ExtractError> {
        crate::extract::structured::glance_nesting(content)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_read_elsewhere(content) {
            return Ok(());
        }
        let document = match structured::toml(content) {
            Ok(document) => document,
            Err(_) if content.truncated => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut teller = Teller::new(content, sink);
        if knowledge::is_knowledge(&document) {
            teller.whole(Fact::Knowledge);
        } else {
            settings::tell(&document, "", &mut teller);
        }
        Ok(())
    }
}
