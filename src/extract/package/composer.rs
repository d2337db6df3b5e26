//! Composer's manifest and lock file.

use super::{FirstMistake, Locked, LockedPackages, asked, declared, is_table, persons, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `composer.json`.
///
/// | table | scope |
/// |---|---|
/// | `require` | runtime |
/// | `require-dev` | development |
///
/// Names without a vendor (`php`, `ext-json`, `lib-curl`) are the platform and
/// no packages; `suggest`, `replace` and `conflict` install nothing. `name`
/// declares a unit.
#[derive(Debug)]
pub struct ComposerJson;

impl Extractor for ComposerJson {
    fn id(&self) -> &'static str {
        "composer-json"
    }

    fn about(&self) -> &'static str {
        "composer.json"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["composer.json"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::json_so_far(content);
        if error.is_none() && !is_table(&root)? {
            return Ok(());
        }
        if let Some(node) = root.get("name")
            && let Some(name) = node.as_str().filter(|name| !name.trim().is_empty())
        {
            sink.fact(declared(Some(name)), Some(content.span_at(node.offset)));
        }
        persons::tell([root.get("authors")], content, sink);
        for (table, scope) in [("require", Scope::Runtime), ("require-dev", Scope::Development)] {
            for entry in root.get(table).map_or(&[][..], Node::entries) {
                if entry.key.contains('/') {
                    let version = entry.node.as_str().unwrap_or_default();
                    let fact = asked(Ecosystem::Composer, entry.key.as_ref(), version, scope);
                    sink.fact(fact, Some(content.span_at(entry.key_offset)));
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// `composer.lock`.
///
/// `packages` are needed to run, `packages-dev` to develop. Which of them the
/// project asks for is not said. Those from a folder (`path`) are the project's
/// own and no packages.
#[derive(Debug)]
pub struct ComposerLock;

impl Extractor for ComposerLock {
    fn id(&self) -> &'static str {
        "composer-lock"
    }

    fn about(&self) -> &'static str {
        "composer.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["composer.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for (list, scope) in [("packages", Scope::Runtime), ("packages-dev", Scope::Development)] {
            for package in root.get(list).map_or(&[][..], Node::items) {
                let Some(name) = package.get("name") else {
                    mistake.at(package.offset, "a package without a name");
                    continue;
                };
                if package.at(&["dist", "type"]).and_then(Node::as_str) == Some("path") {
                    continue;
                }
                locked.merge(Locked {
                    name: name.as_str().unwrap_or_default(),
                    version: text_under(package, "version"),
                    direct: None,
                    scope,
                    offset: name.offset,
                });
            }
        }
        locked.tell(Ecosystem::Composer, content, sink);
        mistake.into_result(content)
    }
}
