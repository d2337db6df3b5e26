//! Flows that are clicked together and exported: known by their shape, for
//! their names are anything. Called by the readers of JSON and YAML. Knows the
//! shapes of the tools' files; knows no node's meaning.
//!
//! A node becomes a part under `tool:node`, and what it is given becomes
//! settings. Where a flow says that it is on, its parts are put to work; an
//! export that does not say so, or is off, only stands there, and its settings
//! are told as one of several.

mod connectors;
mod graphs;

pub use connectors::FlowProject;

use std::borrow::Cow;

use super::{Teller, settings};
use crate::extract::structured::{Entry, Node, Value};
use crate::model::fact::{Ecosystem, Fact};

/// Longest name of a node.
const NODE_BYTES: usize = 200;

/// Longest text among the inputs of a node that is a setting: longer ones are
/// prompts, code and pictures.
const INPUT_BYTES: usize = 4096;

/// Tells a document that is a flow; `false` if it is none.
pub(super) fn tell(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    const READERS: &[fn(&Node<'_>, &mut Teller<'_, '_>) -> bool] = &[
        graphs::n8n,
        graphs::flowise,
        graphs::langflow,
        graphs::comfyui,
        graphs::dify,
        graphs::rivet,
        connectors::power_platform,
        connectors::zapier,
        connectors::make,
        connectors::is_uipath,
    ];
    READERS.iter().any(|reader| reader(document, teller))
}

fn text<'n>(node: &'n Node<'_>, keys: &[&str]) -> Option<&'n str> {
    node.at(keys).and_then(Node::as_str)
}

/// A node of a flow, `tool:node`.
fn part(
    tool: &str,
    node: &str,
    version: &str,
    (offset, active): (usize, bool),
    teller: &mut Teller<'_, '_>,
) {
    node_of(tool, node, version, (offset, active, false), teller);
}

/// The same for a node that may be told where to send its requests.
fn node_of(
    tool: &str,
    node: &str,
    version: &str,
    (offset, active, addressed): (usize, bool, bool),
    teller: &mut Teller<'_, '_>,
) {
    if node.is_empty() || node.len() > NODE_BYTES {
        return;
    }
    let name = Cow::Owned(format!("{tool}:{node}"));
    let (catalogue, version) = (Ecosystem::FlowNode, Cow::Borrowed(version));
    teller.at(offset, Fact::Part { catalogue, name, version, active, addressed });
}

/// Whether the inputs of a node, or the options among them, hold an address.
fn is_addressed(given: &Node<'_>) -> bool {
    let own = given.entries().iter();
    let options = given.get("options").map(Node::entries).unwrap_or_default().iter();
    own.chain(options).any(|entry| {
        is_address(&entry.key) && entry.node.as_str().is_some_and(|text| !text.trim().is_empty())
    })
}

/// Whether an input of this name holds an address.
fn is_address(key: &str) -> bool {
    const ADDRESSES: &[&str] = &["baseurl", "basepath", "openaiapibase", "apibase"];
    let plain: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    ADDRESSES.contains(&plain.as_str())
}

/// What a node is given. A value that was picked from a list stands in a table
/// beside how it was picked.
fn inputs(node: &Node<'_>, path: &str, active: bool, teller: &mut Teller<'_, '_>) {
    for entry in node.entries() {
        if teller.is_full() {
            return;
        }
        let key = entry.key.as_ref();
        let picked = entry.node.get("__rl").and_then(|_| entry.node.get("value"));
        let value = picked.unwrap_or(&entry.node);
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match &value.value {
            Value::Scalar(text) if text.len() <= INPUT_BYTES => {
                teller.setting(value.offset, &path, text, !active);
            }
            Value::Table(entries) if entries.iter().any(|one| one.node.get("__rl").is_some()) => {
                inputs(value, &path, active, teller);
            }
            Value::Table(_) | Value::List(_) => {
                settings::tell_as(value, &path, !active, &is_long, teller);
            }
            _ => {}
        }
    }
}

fn is_long(_: usize, entry: &Entry<'_>) -> bool {
    entry.node.as_str().is_some_and(|text| text.len() > INPUT_BYTES)
}
