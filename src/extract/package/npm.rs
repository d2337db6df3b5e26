//! npm manifests.

use super::{asked, npm_locator, persons};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `package.json`.
///
/// | table | scope |
/// |---|---|
/// | `dependencies` | runtime |
/// | `devDependencies` | development |
/// | `peerDependencies`, `optionalDependencies` | optional |
///
/// An alias (`npm:real@1`) counts as the real package. What is taken from a
/// folder (`workspace:`, `file:`, `link:`) is no package; to run, it links to
/// the unit of that name, if the repository holds one. `overrides`,
/// `resolutions` and `bundledDependencies` only change how others are
/// installed. A file with a name declares a unit; the members of a workspace
/// are units by their own files.
///
/// The manifest of an installed package (`node_modules/NAME/package.json`) or
/// of one that is packed by itself tells that package and nothing else.
#[derive(Debug)]
pub struct PackageJson;

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Runtime),
    ("devDependencies", Scope::Development),
    ("peerDependencies", Scope::Optional),
    ("optionalDependencies", Scope::Optional),
];

impl Extractor for PackageJson {
    fn id(&self) -> &'static str {
        "npm-package-json"
    }

    fn about(&self) -> &'static str {
        "package.json"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["package.json"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::json_so_far(content);
        if error.is_none() && !super::is_table(&root)? {
            return Ok(());
        }
        if is_installed(content.path) {
            installed(&root, content, sink);
            return error.map_or(Ok(()), Err);
        }
        if let Some(node) = root.get("name")
            && let Some(name) = node.as_str().filter(|name| !name.trim().is_empty())
        {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        persons::tell([root.get("maintainers"), root.get("author")], content, sink);
        for (table, scope) in TABLES {
            for entry in root.get(table).map_or(&[][..], Node::entries) {
                let specifier = entry.node.as_str().unwrap_or_default();
                if let Some((name, version)) = npm_locator::asked(&entry.key, specifier) {
                    let fact = asked(Ecosystem::Npm, name, version, *scope);
                    sink.fact(fact, Some(content.span_at(entry.key_offset)));
                } else if *scope == Scope::Runtime && is_folder(specifier) {
                    let name = Some(entry.key.as_ref().into());
                    let link = Fact::Unit { kind: UnitKind::Needed, name, root: None };
                    sink.fact(link, Some(content.span_at(entry.key_offset)));
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// Whether a manifest is that of a package that lies there as it was
/// published: installed, or packed by itself.
fn is_installed(path: &str) -> bool {
    if path.ends_with(".tgz!/package/package.json") {
        return true;
    }
    let Some((_, package)) = path.rsplit_once("node_modules/") else { return false };
    let depth = package.matches('/').count();
    depth == 1 || depth == 2 && package.starts_with('@')
}

/// The package itself: what it asked for lies beside it, or is not there.
fn installed(root: &Node<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let Some(name) = root.get("name") else { return };
    let text = name.as_str().unwrap_or_default();
    if !text.trim().is_empty() {
        let fact = super::there(Ecosystem::Npm, text, super::text_under(root, "version"));
        sink.fact(fact, Some(content.span_at(name.offset)));
    }
}

/// Whether a package is taken from a folder.
fn is_folder(specifier: &str) -> bool {
    ["workspace:", "file:", "link:", "portal:"].iter().any(|start| specifier.starts_with(start))
}
