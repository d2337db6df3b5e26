//! package-lock.json in its three versions, and npm-shrinkwrap.json.

use std::collections::HashSet;

use super::super::{Locked, LockedPackages, is_set, is_table, npm_locator, text_under};
use super::version_only;
use crate::extract::structured::{self, Entry, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `package-lock.json` (lock file versions 1, 2 and 3) and
/// `npm-shrinkwrap.json`.
///
/// Versions 2 and 3 list the project itself and the members of its
/// workspace, so a package is known to be direct or not; version 1 does not
/// say. `dev` means development; `optional` and `peer` mean optional. Links
/// are local and no packages; an alias counts as the real package.
#[derive(Debug)]
pub struct PackageLock;

impl Extractor for PackageLock {
    fn id(&self) -> &'static str {
        "npm-package-lock"
    }

    fn about(&self) -> &'static str {
        "package-lock.json and npm-shrinkwrap.json"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["package-lock.json", "npm-shrinkwrap.json"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
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
        // Version 2 says everything twice, for old clients; the new way says more.
        match (root.get("packages"), root.get("dependencies")) {
            (Some(packages), _) => by_path(packages.entries(), &mut locked),
            (None, Some(dependencies)) => nested(dependencies.entries(), &mut locked),
            (None, None) => {}
        }
        locked.tell(Ecosystem::Npm, content, sink);
        Ok(())
    }
}

const FOLDER: &str = "node_modules/";

const TABLES: &[&str] =
    &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// Versions 2 and 3: one table whose keys are paths.
fn by_path<'t>(entries: &'t [Entry<'_>], locked: &mut LockedPackages<'t>) {
    let asked = asked_by_projects(entries);
    for Entry { key, key_offset, node } in entries {
        let Some(last) = key.rfind(FOLDER) else { continue };
        let installed_as = key.get(last + FOLDER.len()..).unwrap_or_default();
        if installed_as.is_empty() || is_set(node, "link") {
            continue;
        }
        let real = text_under(node, "name");
        locked.merge(Locked {
            name: if real.is_empty() { installed_as } else { real },
            version: version_only(text_under(node, "version")),
            direct: asked.as_ref().map(|asked| asked.contains(key.as_ref())),
            scope: scope_of(node),
            offset: *key_offset,
        });
    }
}

/// The keys of what the project and its workspace members ask for; `None` if
/// the file does not hold the project. A member's packages lie in its own
/// folder if others need another version, else in the project's.
fn asked_by_projects(entries: &[Entry<'_>]) -> Option<HashSet<String>> {
    let keys: HashSet<&str> = entries.iter().map(|entry| entry.key.as_ref()).collect();
    if !keys.contains("") {
        return None;
    }
    let mut asked = HashSet::new();
    for project in entries.iter().filter(|entry| !entry.key.contains(FOLDER)) {
        for table in TABLES.iter().filter_map(|table| project.node.get(table)) {
            for Entry { key: name, .. } in table.entries() {
                let own = format!("{}/{FOLDER}{name}", project.key);
                let is_own = keys.contains(own.as_str());
                asked.insert(if is_own { own } else { format!("{FOLDER}{name}") });
            }
        }
    }
    Some(asked)
}

/// Version 1: tables within tables.
fn nested<'t>(entries: &'t [Entry<'_>], locked: &mut LockedPackages<'t>) {
    let mut pending = vec![entries.iter()];
    while let Some(level) = pending.last_mut() {
        let Some(entry) = level.next() else {
            pending.pop();
            continue;
        };
        let specifier = text_under(&entry.node, "version");
        if let Some((name, version)) = npm_locator::asked(&entry.key, specifier) {
            locked.merge(Locked {
                name,
                version: version_only(version),
                direct: None,
                scope: scope_of(&entry.node),
                offset: entry.key_offset,
            });
        }
        if let Some(inner) = entry.node.get("dependencies") {
            pending.push(inner.entries().iter());
        }
    }
}

fn scope_of(node: &Node<'_>) -> Scope {
    if is_set(node, "dev") {
        Scope::Development
    } else if ["optional", "devOptional", "peer"].iter().any(|flag| is_set(node, flag)) {
        Scope::Optional
    } else {
        Scope::Runtime
    }
}
