//! Dart's manifest and lock file.

use super::{FirstMistake, Locked, LockedPackages, asked, declared, text_under};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `pubspec.yaml`.
///
/// | table | scope |
/// |---|---|
/// | `dependencies` | runtime |
/// | `dev_dependencies` | development |
///
/// What comes with the kit (`sdk`) or from a folder (`path`) is no package.
/// `dependency_overrides` only set versions. `name` declares a unit.
#[derive(Debug)]
pub struct Pubspec;

impl Extractor for Pubspec {
    fn id(&self) -> &'static str {
        "pub-pubspec"
    }

    fn about(&self) -> &'static str {
        "pubspec.yaml of Dart"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["pubspec.yaml", "pubspec.yml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        for root in &documents {
            if let Some(node) = root.get("name")
                && let Some(name) = node.as_str().filter(|name| !name.trim().is_empty())
            {
                sink.fact(declared(Some(name)), Some(content.span_at(node.offset)));
            }
            let tables =
                [("dependencies", Scope::Runtime), ("dev_dependencies", Scope::Development)];
            for (table, scope) in tables {
                for entry in root.get(table).map_or(&[][..], Node::entries) {
                    if is_local(&entry.node) {
                        continue;
                    }
                    let version =
                        entry.node.as_str().unwrap_or_else(|| text_under(&entry.node, "version"));
                    let hosted = entry.node.get("hosted");
                    let real = hosted.map_or("", |hosted| text_under(hosted, "name"));
                    let name = if real.is_empty() { entry.key.as_ref() } else { real };
                    let fact = asked(Ecosystem::Pub, name, version, scope);
                    sink.fact(fact, Some(content.span_at(entry.key_offset)));
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

fn is_local(node: &Node<'_>) -> bool {
    node.get("sdk").is_some() || node.get("path").is_some()
}

/// `pubspec.lock`.
///
/// Every package with its version; `dependency` says whether it is direct and
/// whether it is needed to develop only. What comes with the kit or from a
/// folder is no package.
#[derive(Debug)]
pub struct PubspecLock;

impl Extractor for PubspecLock {
    fn id(&self) -> &'static str {
        "pub-pubspec-lock"
    }

    fn about(&self) -> &'static str {
        "pubspec.lock of Dart"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pubspec.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        let packages = documents.iter().filter_map(|root| root.get("packages"));
        for entry in packages.flat_map(Node::entries) {
            if !matches!(entry.node.value, Value::Table(_)) {
                mistake.at(entry.key_offset, "a package without a version");
                continue;
            }
            if matches!(text_under(&entry.node, "source"), "sdk" | "path") {
                continue;
            }
            let dependency = text_under(&entry.node, "dependency");
            let is_development = dependency == "direct dev";
            locked.merge(Locked {
                name: &entry.key,
                version: text_under(&entry.node, "version"),
                direct: Some(dependency.starts_with("direct")),
                scope: if is_development { Scope::Development } else { Scope::Runtime },
                offset: entry.key_offset,
            });
        }
        locked.tell(Ecosystem::Pub, content, sink);
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}
