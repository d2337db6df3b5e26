//! Cargo.lock.

use std::collections::HashSet;

use super::super::{FirstMistake, Locked, LockedPackages, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `Cargo.lock`.
///
/// Packages with a `source` come from elsewhere; those without are the
/// workspace's own and no packages. What one of its own lists is direct,
/// everything else is not. The format does not say what a package is needed
/// for.
#[derive(Debug)]
pub struct CargoLock;

impl Extractor for CargoLock {
    fn id(&self) -> &'static str {
        "cargo-lock"
    }

    fn about(&self) -> &'static str {
        "Cargo.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Cargo.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        let packages = root.get("package").map_or(&[][..], Node::items);
        let own = packages.iter().filter(|package| package.get("source").is_none());
        // The oldest files keep the project itself in `[root]`.
        let asked: HashSet<(&str, &str)> = own
            .chain(root.get("root"))
            .filter_map(|package| package.get("dependencies"))
            .flat_map(Node::items)
            .filter_map(Node::as_str)
            .map(name_and_version)
            .collect();
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for package in packages.iter().filter(|package| package.get("source").is_some()) {
            let Some(node) = package.get("name") else {
                mistake.at(package.offset, "a package without a name");
                continue;
            };
            let (name, version) =
                (node.as_str().unwrap_or_default(), text_under(package, "version"));
            // The version stands in a list only where the name alone is ambiguous.
            let direct = asked.contains(&(name, "")) || asked.contains(&(name, version));
            locked.merge(Locked {
                name,
                version,
                direct: Some(direct),
                scope: Scope::Runtime,
                offset: node.offset,
            });
        }
        locked.tell(Ecosystem::Cargo, content, sink);
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}

/// `name`, `name version` or `name version (source)`.
fn name_and_version(dependency: &str) -> (&str, &str) {
    let mut parts = dependency.split(' ');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
