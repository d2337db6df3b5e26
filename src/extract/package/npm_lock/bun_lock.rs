//! bun.lock.

use std::collections::HashMap;

use super::super::{FirstMistake, Locked, LockedPackages, is_table, npm_locator, text_under};
use super::version_only;
use crate::extract::structured::{self, Node};
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
        Interest { names: &["bun.lock"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let asked = root.get("workspaces").map(asked_by_workspaces).unwrap_or_default();
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for entry in root.get("packages").map_or(&[][..], Node::entries) {
            let locator = entry.node.items().first().and_then(Node::as_str);
            let Some((name, version)) = locator.and_then(npm_locator::split) else {
                mistake.at(entry.key_offset, "a package without name and version");
                continue;
            };
            if npm_locator::is_local(version) {
                continue;
            }
            // A key is a path of names; what a project asks for stands under
            // its name alone, or below the project's own name.
            let scope = scope_of(&entry.key, &asked);
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

/// What is asked for, by the asking workspace's name (empty: by any) and the
/// name asked for.
type Asked<'t> = HashMap<(&'t str, &'t str), Scope>;

fn asked_by_workspaces<'t>(workspaces: &'t Node<'_>) -> Asked<'t> {
    let mut asked = Asked::new();
    for workspace in workspaces.entries() {
        let own = text_under(&workspace.node, "name");
        for (table, scope) in TABLES {
            for entry in workspace.node.get(table).map_or(&[][..], Node::entries) {
                for asker in ["", own] {
                    let known = asked.entry((asker, entry.key.as_ref())).or_insert(*scope);
                    *known = (*known).min(*scope);
                }
            }
        }
    }
    asked
}

fn scope_of(key: &str, asked: &Asked<'_>) -> Option<Scope> {
    let name_at = |path: &str| {
        // A scoped name holds a slash itself.
        let last = path.rfind('/')?;
        let before = path.get(..last)?;
        let start = before.rfind('/').map_or(0, |slash| slash + 1);
        Some(if path.get(start..)?.starts_with('@') { start } else { last + 1 })
    };
    let start = name_at(key).unwrap_or(0);
    let (parents, name) = key.split_at_checked(start)?;
    asked.get(&(parents.trim_end_matches('/'), name)).copied()
}
