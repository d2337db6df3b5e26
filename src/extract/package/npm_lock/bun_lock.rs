//! bun.lock.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::{FirstMistake, Locked, LockedPackages, is_table, npm_locator, text_under};
use super::version_only;
use crate::extract::structured::{self, Entry, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `bun.lock` (the text format; JSON with trailing commas).
///
/// `workspaces` tells what the project and its members ask for and what for,
/// `packages` which version each is resolved to. Everything else there is
/// not direct. Workspaces, links and local files are no packages.
#[derive(Debug)]
pub struct BunLock;

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Runtime),
    ("devDependencies", Scope::Development),
    ("peerDependencies", Scope::Optional),
    ("optionalDependencies", Scope::Optional),
];

impl Extractor for BunLock {
    fn id(&self) -> &'static str {
        "npm-bun-lock"
    }

    fn about(&self) -> &'static str {
        "bun.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["bun.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let packages = root.get("packages").map_or(&[][..], Node::entries);
        let asked = root.get("workspaces").map(|all| asked_by_workspaces(all, packages));
        let asked = asked.unwrap_or_default();
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for entry in packages {
            let locator = entry.node.items().first().and_then(Node::as_str);
            let Some((name, version)) = locator.and_then(npm_locator::split) else {
                mistake.at(entry.key_offset, "a package without name and version");
                continue;
            };
            if npm_locator::is_local(version) {
                continue;
            }
            let scope = asked.get(entry.key.as_ref()).copied();
            locked.merge(Locked {
                name,
                version: version_only(version),
                direct: Some(scope.is_some()),
                scope: scope.unwrap_or_default(),
                offset: entry.key_offset,
            });
        }
        locked.tell(Ecosystem::Npm, content, sink);
        mistake.into_result(content)
    }
}

/// The keys of what the workspaces ask for. A key is a path of names: what a
/// workspace asks for stands below its own name if others need another
/// version, else under its name alone.
fn asked_by_workspaces<'t>(
    workspaces: &'t Node<'_>,
    packages: &[Entry<'_>],
) -> HashMap<Cow<'t, str>, Scope> {
    let keys: HashSet<&str> = packages.iter().map(|entry| entry.key.as_ref()).collect();
    let mut asked = HashMap::new();
    for workspace in workspaces.entries() {
        let own = text_under(&workspace.node, "name");
        for (table, scope) in TABLES {
            for entry in workspace.node.get(table).map_or(&[][..], Node::entries) {
                let below = format!("{own}/{}", entry.key);
                let key = if keys.contains(below.as_str()) {
                    Cow::Owned(below)
                } else {
                    Cow::Borrowed(entry.key.as_ref())
                };
                let known = asked.entry(key).or_insert(*scope);
                *known = (*known).min(*scope);
            }
        }
    }
    asked
}
