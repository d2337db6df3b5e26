//! JSON as generic configuration. Knows nothing of any particular file but
//! whether another reader has it.

use super::{Teller, flows, is_read_elsewhere, knowledge, settings};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink, structured};
use crate::model::fact::Fact;

/// Reads JSON, JSON with comments and JSON5. Every scalar is a setting under
/// the dotted path of its keys; array indices are left out.
///
/// Tells nothing of files that have a reader of their own (manifests, lock
/// files, tool server declarations), of notebooks and of message tables. Rule
/// sets, schemas and interface descriptions are knowledge; so is what a scanner
/// has written. Of bills of materials their own reader tells. Exports of flows
/// (n8n, Flowise, Langflow, `ComfyUI`, Dify, Power Platform, Zapier, Make, `UiPath`)
/// are told as nodes and what these are given. Of rules by which versions are kept
/// up to date (Renovate) every setting is one of several.
#[derive(Debug)]
pub struct Json;

impl Extractor for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "JSON configuration: scalars with their keys"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["json", "jsonc", "json5"],
            gate: Gate::Anchors,
        }
    }

    fn glances(&self) -> bool {
        true
    }

    fn glance(&self, content: &Content<'_>) -> Option<ExtractError> {
        crate::extract::structured::glance_json(content)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_read_elsewhere(content) {
            return Ok(());
        }
        let document = match structured::json(content) {
            Ok(document) => document,
            Err(_) if content.truncated => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut teller = Teller::new(content, sink);
        if knowledge::is_bill(&document) {
            return Ok(());
        }
        if knowledge::is_knowledge(&document) {
            teller.whole(Fact::Knowledge);
        } else if !knowledge::is_other_json(&document) && !flows::tell(&document, &mut teller) {
            // A rule says what would be updated, were it there.
            let is_rule = is_of_updates(content.name());
            settings::tell_as(&document, "", is_rule, &|_, _| false, &mut teller);
        }
        Ok(())
    }
}

/// Whether the file holds rules by which a bot proposes new versions.
fn is_of_updates(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = ["renovate", ".renovaterc"];
    let stem = [".json5", ".jsonc", ".json"].iter().find_map(|end| name.strip_suffix(end));
    known.contains(&stem.unwrap_or(&name)) || name.starts_with("renovate-")
}
