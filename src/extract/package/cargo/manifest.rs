//! Cargo.toml.

use super::super::{is_set, persons, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};

/// `Cargo.toml`.
///
/// | table | scope |
/// |---|---|
/// | `[dependencies]` | runtime, or optional if it says so |
/// | `[dev-dependencies]` | development |
/// | `[build-dependencies]` | build |
/// | the same under `[target.*]` | the same |
///
/// `package = "real"` gives the real name. `workspace = true` keeps the name,
/// with `workspace` as its version: the number stands in the workspace's own
/// `[workspace.dependencies]`, whose packages are offered to the members and
/// therefore neither direct nor not. A `path` without a version is local and
/// no package; it and what is inherited from the workspace link to the unit of
/// that name, if the repository holds one. `[package] name` declares a unit.
#[derive(Debug)]
pub struct CargoToml;

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Runtime),
    ("dev-dependencies", Scope::Development),
    ("dev_dependencies", Scope::Development),
    ("build-dependencies", Scope::Build),
    ("build_dependencies", Scope::Build),
];

impl Extractor for CargoToml {
    fn id(&self) -> &'static str {
        "cargo-toml"
    }

    fn about(&self) -> &'static str {
        "Cargo.toml, with workspace inheritance"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Cargo.toml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        if let Some(node) = root.at(&["package", "name"])
            && let Some(name) = node.as_str().filter(|name| !name.trim().is_empty())
        {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        persons::tell([root.at(&["package", "authors"])], content, sink);
        for entry in root.get("dependencies").map_or(&[][..], Node::entries) {
            if entry.node.get("path").is_some() || is_set(&entry.node, "workspace") {
                let real = text_under(&entry.node, "package");
                let name = Some(if real.is_empty() { &entry.key } else { real }.into());
                let link = Fact::Unit { kind: UnitKind::Needed, name, root: None };
                sink.fact(link, Some(content.span_at(entry.key_offset)));
            }
        }
        let mut tell = |table: Option<&Node<'_>>, scope, direct| {
            for entry in table.map_or(&[][..], Node::entries) {
                if let Some(package) = package(&entry.key, &entry.node, scope, direct) {
                    let span = content.span_at(entry.key_offset);
                    sink.fact(Fact::Package(package), Some(span));
                }
            }
        };
        let targets = root.get("target").map_or(&[][..], Node::entries);
        for holder in std::iter::once(&root).chain(targets.iter().map(|target| &target.node)) {
            for (table, scope) in TABLES {
                tell(holder.get(table), *scope, Some(true));
            }
        }
        tell(root.at(&["workspace", "dependencies"]), Scope::Runtime, None);
        error.map_or(Ok(()), Err)
    }
}

fn package<'t>(
    key: &'t str,
    node: &'t Node<'_>,
    scope: Scope,
    direct: Option<bool>,
) -> Option<Package<'t>> {
    let version = match node.as_str() {
        Some(version) => version,
        None if is_set(node, "workspace") => "workspace",
        None => text_under(node, "version"),
    };
    if version.is_empty() && node.get("path").is_some() {
        return None;
    }
    let real = text_under(node, "package");
    let is_optional = scope == Scope::Runtime && is_set(node, "optional");
    Some(Package {
        ecosystem: Ecosystem::Cargo,
        name: if real.is_empty() { key } else { real }.into(),
        version: version.into(),
        resolved: false,
        direct,
        scope: if is_optional { Scope::Optional } else { scope },
    })
}
