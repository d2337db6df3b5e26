//! PyPI lock files: the TOML family, whose packages all stand in one list,
//! and Pipfile.lock.

use std::collections::HashMap;

use super::{FirstMistake, Locked, LockedPackages, is_set, speaks_of_development, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml` (PEP 751).
///
/// Every package with its version, once. Only `uv.lock` holds the project
/// itself with what it asks for, so only there a package is known to be
/// direct or not. What a package is needed for comes from `category`,
/// `groups` or `optional`, or from the project's own entry in `uv.lock`.
/// Entries whose source is a folder are the project's own and no packages.
#[derive(Debug)]
pub struct TomlLock;

impl Extractor for TomlLock {
    fn id(&self) -> &'static str {
        "pypi-lock"
    }

    fn about(&self) -> &'static str {
        "poetry.lock, uv.lock, pdm.lock and pylock.toml"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["poetry.lock", "uv.lock", "pdm.lock"],
            globs: &["pylock.toml", "pylock.*.toml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        // `[[package]]` everywhere but in pylock.toml, which says `[[packages]]`.
        let list = root.get("package").or_else(|| root.get("packages"));
        let packages = list.map_or(&[][..], Node::items);
        let asked = asked_for(packages);
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for package in packages.iter().filter(|package| !is_local(package)) {
            let Some(name) = package.get("name") else {
                mistake.at(package.offset, "a package without a name");
                continue;
            };
            let name_text = name.as_str().unwrap_or_default();
            let scope = asked.as_ref().and_then(|asked| asked.get(name_text)).copied();
            locked.merge(Locked {
                name: name_text,
                version: text_under(package, "version"),
                direct: asked.as_ref().map(|_| scope.is_some()),
                scope: scope.unwrap_or_else(|| scope_of(package)),
                offset: name.offset,
            });
        }
        locked.tell(Ecosystem::Pypi, content, sink);
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}

/// A folder of one's own, as each of the formats says it.
fn is_local(package: &Node<'_>) -> bool {
    is_project(package)
        || package.get("directory").is_some()
        || package.get("path").is_some()
        || package.at(&["source", "type"]).and_then(Node::as_str) == Some("directory")
}

/// The project itself or a member of its workspace, in `uv.lock`.
fn is_project(package: &Node<'_>) -> bool {
    package.get("source").is_some_and(|source| {
        ["virtual", "editable", "directory"].iter().any(|kind| source.get(kind).is_some())
    })
}

/// What the project asks for; `None` if the file does not hold the project.
fn asked_for<'t>(packages: &'t [Node<'_>]) -> Option<HashMap<&'t str, Scope>> {
    let mut asked: Option<HashMap<&str, Scope>> = None;
    for project in packages.iter().filter(|package| is_project(package)) {
        let asked = asked.get_or_insert_default();
        let mut ask = |list: &'t Node<'_>, scope: Scope| {
            for item in list.items() {
                let known = asked.entry(text_under(item, "name")).or_insert(scope);
                *known = scope.min(*known);
            }
        };
        if let Some(list) = project.get("dependencies") {
            ask(list, Scope::Runtime);
        }
        for (table, scope) in
            [("optional-dependencies", Scope::Optional), ("dev-dependencies", Scope::Development)]
        {
            for group in project.get(table).map_or(&[][..], Node::entries) {
                ask(&group.node, scope);
            }
        }
    }
    asked
}

fn scope_of(package: &Node<'_>) -> Scope {
    let groups = package.get("groups").map_or(&[][..], Node::items);
    let mut names = groups.iter().filter_map(Node::as_str).peekable();
    let is_grouped = names.peek().is_some();
    let mut all_develop = true;
    for name in names {
        if matches!(name, "main" | "default") {
            let optional = is_set(package, "optional");
            return if optional { Scope::Optional } else { Scope::Runtime };
        }
        all_develop &= speaks_of_development(name);
    }
    let category = text_under(package, "category");
    match (is_grouped, all_develop) {
        (true, true) => Scope::Development,
        (true, false) => Scope::Optional,
        _ if !matches!(category, "" | "main") => Scope::Development,
        _ if is_set(package, "optional") => Scope::Optional,
        _ => Scope::Runtime,
    }
}

/// `Pipfile.lock`: the packages under `default` are needed to run, those
/// under `develop` to develop. Whether the project asked for a package itself
/// stands only in the Pipfile. The `==` before a version is left out.
#[derive(Debug)]
pub struct PipfileLock;

impl Extractor for PipfileLock {
    fn id(&self) -> &'static str {
        "pypi-pipfile-lock"
    }

    fn about(&self) -> &'static str {
        "Pipfile.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Pipfile.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !super::is_table(&root)? {
            return Ok(());
        }
        let mut locked = LockedPackages::default();
        for (table, scope) in [("default", Scope::Runtime), ("develop", Scope::Development)] {
            for entry in root.get(table).map_or(&[][..], Node::entries) {
                if entry.node.get("path").is_some() || entry.node.get("file").is_some() {
                    continue;
                }
                let version = text_under(&entry.node, "version");
                locked.merge(Locked {
                    name: &entry.key,
                    version: version.strip_prefix("==").unwrap_or(version),
                    direct: None,
                    scope,
                    offset: entry.key_offset,
                });
            }
        }
        locked.tell(Ecosystem::Pypi, content, sink);
        Ok(())
    }
}
