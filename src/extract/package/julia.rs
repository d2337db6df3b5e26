//! Julia projects and their manifests.

use super::{Locked, LockedPackages, asked, text_under};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `Project.toml` and `JuliaProject.toml`.
///
/// `deps` are needed to run, `weakdeps` are optional, `extras` are for
/// development; versions come from `compat`. Only a file with `deps` or a
/// `uuid` is one. `name` declares a unit.
#[derive(Debug)]
pub struct JuliaProject;

impl Extractor for JuliaProject {
    fn id(&self) -> &'static str {
        "julia-project"
    }

    fn about(&self) -> &'static str {
        "Project.toml of Julia"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Project.toml", "JuliaProject.toml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        if root.get("deps").is_none() && root.get("uuid").is_none() {
            return error.map_or(Ok(()), Err);
        }
        let name = text_under(&root, "name");
        if let Some(node) = root.get("name").filter(|_| !name.is_empty()) {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        let tables = [
            ("deps", Scope::Runtime),
            ("weakdeps", Scope::Optional),
            ("extras", Scope::Development),
        ];
        for (table, scope) in tables {
            for entry in root.get(table).map_or(&[][..], Node::entries) {
                let version =
                    root.get("compat").map_or("", |compat| text_under(compat, &entry.key));
                let fact = asked(Ecosystem::Julia, entry.key.as_ref(), version, scope);
                sink.fact(fact, Some(content.span_at(entry.key_offset)));
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// `Manifest.toml` of Julia, in both of its versions: every package with its
/// version; what belongs to the language itself has none and is left out. The
/// file does not say which are direct.
#[derive(Debug)]
pub struct JuliaManifest;

impl Extractor for JuliaManifest {
    fn id(&self) -> &'static str {
        "julia-manifest"
    }

    fn about(&self) -> &'static str {
        "Manifest.toml of Julia"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Manifest.toml", "JuliaManifest.toml"],
            globs: &["Manifest-v*.toml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        let packages = match root.get("deps") {
            Some(packages) if matches!(packages.value, Value::Table(_)) => packages,
            _ => &root,
        };
        let mut locked = LockedPackages::default();
        for entry in packages.entries() {
            for package in entry.node.items() {
                let version = text_under(package, "version");
                if !version.is_empty() && package.get("uuid").is_some() {
                    locked.merge(Locked {
                        name: &entry.key,
                        version,
                        direct: None,
                        scope: Scope::Runtime,
                        offset: entry.key_offset,
                    });
                }
            }
        }
        locked.tell(Ecosystem::Julia, content, sink);
        error.map_or(Ok(()), Err)
    }
}
