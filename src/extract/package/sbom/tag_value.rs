//! SPDX as lines of tags and values.

use super::graph::Graph;
use super::json::relate;
use crate::extract::package::{FirstMistake, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Scope;

/// SPDX 2 as `Tag: value` (`*.spdx`): the package URLs under `ExternalRef`
/// with the relationships of their packages. What counts is as in the JSON
/// form. Texts between `<text>` marks are not read.
#[derive(Debug)]
pub struct SpdxTagValue;

impl Extractor for SpdxTagValue {
    fn id(&self) -> &'static str {
        "sbom-spdx"
    }

    fn about(&self) -> &'static str {
        "SPDX bills of materials as tags and values"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["spdx"], gate: Gate::Anchors }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut graph = Graph::default();
        let mut mistake = FirstMistake::default();
        let mut package = "";
        let mut in_text = false;
        if !content.text.contains("SPDXVersion:") {
            return Ok(());
        }
        for (start, line) in lines(content.text) {
            if in_text {
                in_text = !line.contains("</text>");
                continue;
            }
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let Some((tag, value)) = line.split_once(':') else {
                mistake.at(start, "a tag without a value");
                continue;
            };
            in_text = value.contains("<text>") && !value.contains("</text>");
            let value = value.trim();
            match tag.trim() {
                "SPDXID" => package = value,
                "ExternalRef" => {
                    let mut words = value.split_whitespace().skip(1);
                    if let (Some("purl"), Some(purl)) = (words.next(), words.next()) {
                        let at = line.find(purl).unwrap_or_default();
                        graph.component(package, purl, start + at, Scope::Runtime);
                    }
                }
                "Relationship" => {
                    let mut words = value.split_whitespace();
                    if let (Some(one), Some(word), Some(other)) =
                        (words.next(), words.next(), words.next())
                    {
                        relate(one, word, other, &mut graph);
                    }
                }
                _ => {}
            }
        }
        graph.tell(content, sink);
        mistake.into_result(content)
    }
}
