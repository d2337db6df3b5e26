//! YAML as generic configuration. Knows nothing of any particular file but
//! whether another reader has it.

use super::{Teller, flows, is_read_elsewhere, knowledge, settings, template, unless_excused};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink, structured};
use crate::model::fact::Fact;

/// Reads YAML, several documents to a file. Every scalar is a setting under
/// the dotted path of its keys; sequence indices are left out.
///
/// A scalar under `image`, and a table with `repository` under it, is a
/// container image; a list of `{name, value}` under `env` is environment
/// variables by their bare names. Aliases are not followed.
///
/// What stands before a mistake is told, and line by line what stands behind
/// it. Templates (`{{`, `{%`, `<%`) are not expected to be YAML; a chart's
/// `templates/` folder has a reader of its own.
#[derive(Debug)]
pub struct Yaml;

impl Extractor for Yaml {
    fn id(&self) -> &'static str {
        "yaml"
    }

    fn about(&self) -> &'static str {
        "YAML configuration: scalars with their keys"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["yaml", "yml", "rivet-project", "rivet-graph"],
            gate: Gate::Anchors,
        }
    }

    fn glances(&self) -> bool {
        true
    }

    fn glance(&self, content: &Content<'_>) -> Option<ExtractError> {
        crate::extract::structured::glance_nesting(content)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_read_elsewhere(content) || template::is_template_of_chart(content) {
            return Ok(());
        }
        let (documents, stopped) = structured::yaml_so_far(content);
        let mut teller = Teller::new(content, sink);
        let is_knowledge = |document: &structured::Node<'_>| {
            document.value == structured::Value::Null || knowledge::is_knowledge(document)
        };
        // One schema among deployments must not hide the deployments.
        if documents.iter().any(knowledge::is_knowledge) && documents.iter().all(is_knowledge) {
            teller.whole(Fact::Knowledge);
        } else {
            for document in documents.iter().filter(|document| !is_knowledge(document)) {
                if !flows::tell(document, &mut teller) {
                    settings::tell(document, "", &mut teller);
                }
            }
        }
        match stopped {
            Some((error @ ExtractError::Malformed { .. }, at)) => {
                template::rest(content, at, &mut teller);
                unless_excused(content, Some(error))
            }
            stopped => unless_excused(content, stopped.map(|(error, _)| error)),
        }
    }
}
