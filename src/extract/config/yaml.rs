//! YAML as generic configuration. Knows nothing of any particular file but
//! whether another reader has it.

use super::{Teller, flows, is_read_elsewhere, knowledge, settings, unless_excused};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink, structured};
use crate::model::fact::Fact;

/// Reads YAML, several documents to a file. Every scalar is a setting under
/// the dotted path of its keys; sequence indices are left out.
///
/// A scalar under `image`, and a table with `repository` under it, is a
/// container image; a list of `{name, value}` under `env` is environment
/// variables by their bare names. Aliases are not followed.
///
/// What stands before a mistake is told. Templates (`{{`, `{%`, `<%`) are not
/// expected to be YAML; a chart's `templates/` folder is not read at all.
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
        Interest { names: &[], globs: &[], extensions: &["yaml", "yml"], gate: Gate::Anchors }
    }

    fn glances(&self) -> bool {
        true
    }

    fn glance(&self, content: &Content<'_>) -> Option<ExtractError> {
        crate::extract::structured::glance_nesting(content)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_read_elsewhere(content) || is_chart_template(content) {
            return Ok(());
        }
        let (documents, error) = structured::yaml(content);
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
        unless_excused(content, error)
    }
}

fn is_chart_template(content: &Content<'_>) -> bool {
    let in_templates =
        content.path.starts_with("templates/") || content.path.contains("/templates/");
    in_templates && content.find_from("{{", 0).is_some()
}
