//! vcpkg manifests.

use super::super::{asked, is_set, is_table, speaks_of_development, text_under};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `vcpkg.json`.
///
/// `dependencies` are packages; those for the `host` are for building. What a
/// feature asks for is optional, or for development if its name says so. The
/// least version is told as `>=version`. `name` declares a unit. Registries
/// and overrides only change where versions come from.
#[derive(Debug)]
pub struct Vcpkg;

impl Extractor for Vcpkg {
    fn id(&self) -> &'static str {
        "vcpkg-manifest"
    }

    fn about(&self) -> &'static str {
        "vcpkg.json"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["vcpkg.json"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::json_so_far(content);
        if error.is_none() && !is_table(&root)? {
            return Ok(());
        }
        let own = text_under(&root, "name");
        if let Some(node) = root.get("name").filter(|_| !own.is_empty()) {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(own.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        dependencies(&root, own, Scope::Runtime, content, sink);
        for feature in root.get("features").map_or(&[][..], Node::entries) {
            let develops = speaks_of_development(&feature.key);
            let scope = if develops { Scope::Development } else { Scope::Optional };
            dependencies(&feature.node, own, scope, content, sink);
        }
        error.map_or(Ok(()), Err)
    }
}

fn dependencies(
    node: &Node<'_>,
    own: &str,
    scope: Scope,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    for item in node.get("dependencies").map_or(&[][..], Node::items) {
        let named = match item.value {
            Value::Table(_) => item.get("name"),
            _ => Some(item),
        };
        let Some((node, name)) = named.and_then(|node| Some((node, node.as_str()?))) else {
            continue;
        };
        if name == own {
            continue; // another feature of the project itself
        }
        let least = text_under(item, "version>=");
        let version = if least.is_empty() { String::new() } else { format!(">={least}") };
        let scope = if is_set(item, "host") { Scope::Build } else { scope };
        let fact = asked(Ecosystem::Vcpkg, name, version, scope);
        sink.fact(fact, Some(content.span_at(node.offset)));
    }
}
