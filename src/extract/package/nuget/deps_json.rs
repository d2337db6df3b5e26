//! What a built .NET program is made of.

use std::collections::HashSet;

use super::super::{Locked, LockedPackages, is_table, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `*.deps.json`, which a build leaves beside the program.
///
/// Libraries of the type `package` with the version in use. What a library of
/// the type `project` depends on is direct, everything else is not.
#[derive(Debug)]
pub struct DepsJson;

impl Extractor for DepsJson {
    fn id(&self) -> &'static str {
        "nuget-deps-json"
    }

    fn about(&self) -> &'static str {
        "*.deps.json beside built .NET programs"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &["*.deps.json"], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let libraries = root.get("libraries").map_or(&[][..], Node::entries);
        let of_type = |kind: &'static str| {
            libraries.iter().filter(move |entry| text_under(&entry.node, "type") == kind)
        };
        let projects: HashSet<&str> = of_type("project").map(|entry| entry.key.as_ref()).collect();
        let targets = root.get("targets").map_or(&[][..], Node::entries);
        let asked: HashSet<&str> = targets
            .iter()
            .flat_map(|target| target.node.entries())
            .filter(|library| projects.contains(library.key.as_ref()))
            .filter_map(|library| library.node.get("dependencies"))
            .flat_map(Node::entries)
            .map(|dependency| dependency.key.as_ref())
            .collect();
        let mut locked = LockedPackages::default();
        for entry in of_type("package") {
            let (name, version) = entry.key.split_once('/').unwrap_or((&entry.key, ""));
            locked.merge(Locked {
                name,
                version,
                direct: if projects.is_empty() { None } else { Some(asked.contains(name)) },
                scope: Scope::Runtime,
                offset: entry.key_offset,
            });
        }
        locked.tell(Ecosystem::Nuget, content, sink);
        Ok(())
    }
}
