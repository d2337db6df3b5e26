//! Tells documents that are knowledge about programs (rule sets, schemas,
//! interface descriptions, bills of materials) from configuration that makes
//! a program do something. Judges by shape alone.

use crate::extract::structured::{Node, Value};

/// Top-level arrays of rules, whose elements then have an `id`.
const RULE_TABLES: &[&str] = &[
    "signature",
    "signatures",
    "family",
    "families",
    "rule",
    "rules",
    "detectors",
    "negative",
    "negatives",
];

/// Whether the document describes instead of configuring.
pub(super) fn is_knowledge(document: &Node<'_>) -> bool {
    is_rule_set(document)
        || is_json_schema(document)
        || is_interface(document)
        || is_inventory(document)
        || is_bill(document)
}

/// A bill of materials: no settings, but its packages are told by its own reader.
pub(super) fn is_bill(document: &Node<'_>) -> bool {
    ["bomFormat", "spdxVersion"]
        .iter()
        .any(|key| document.get(key).and_then(Node::as_str).is_some())
}

fn is_rule_set(document: &Node<'_>) -> bool {
    RULE_TABLES.iter().filter_map(|name| document.get(name)).any(|rules| {
        let rules = rules.items();
        !rules.is_empty() && rules.iter().all(|rule| rule.get("id").is_some())
    })
}

fn is_json_schema(document: &Node<'_>) -> bool {
    document.get("$schema").and_then(Node::as_str).is_some_and(|it| it.contains("json-schema.org"))
        && ["properties", "$defs", "definitions"].iter().any(|key| document.get(key).is_some())
}

/// An inventory of a scanner such as this one, left in the tree.
fn is_inventory(document: &Node<'_>) -> bool {
    document.at(&["tool", "name"]).is_some()
        && ["schema_version", "components", "evidence", "coverage"]
            .iter()
            .all(|key| document.get(key).is_some())
}

/// `OpenAPI` and Swagger. A program's own setting named `openapi` holds no version number.
fn is_interface(document: &Node<'_>) -> bool {
    ["openapi", "swagger"].iter().filter_map(|key| document.get(key)).any(|version| {
        version.as_str().is_some_and(|it| it.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// Whether the JSON is a notebook or a lock file, which are no settings.
pub(super) fn is_other_json(document: &Node<'_>) -> bool {
    let notebook = document.get("nbformat").is_some() && document.get("cells").is_some();
    let lock = document.get("lockfileVersion").is_some();
    notebook || lock || matches!(document.value, Value::Null)
}
