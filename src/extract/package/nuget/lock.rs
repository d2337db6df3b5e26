//! packages.lock.json.

use super::super::{Locked, LockedPackages, is_table, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `packages.lock.json`.
///
/// Every package with the version in use, once for all target frameworks.
/// `Direct` is direct, `Transitive` and `CentralTransitive` are not, and a
/// `Project` is no package. What for is not said.
#[derive(Debug)]
pub struct PackagesLock;

impl Extractor for PackagesLock {
    fn id(&self) -> &'static str {
        "nuget-packages-lock"
    }

    fn about(&self) -> &'static str {
        "packages.lock.json"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["packages.lock.json"],
            globs: &["packages.*.lock.json"],
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
        let frameworks = root.get("dependencies").map_or(&[][..], Node::entries);
        for entry in frameworks.iter().flat_map(|framework| framework.node.entries()) {
            let kind = text_under(&entry.node, "type");
            if kind.eq_ignore_ascii_case("project") {
                continue;
            }
            locked.merge(Locked {
                name: &entry.key,
                version: text_under(&entry.node, "resolved"),
                direct: Some(kind.eq_ignore_ascii_case("direct")),
                scope: Scope::Runtime,
                offset: entry.key_offset,
            });
        }
        locked.tell(Ecosystem::Nuget, content, sink);
        Ok(())
    }
}
