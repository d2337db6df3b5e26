//! Gradle's version catalogs.

use super::super::text_under;
use super::coordinates;
use super::demand::marker;
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `gradle/libs.versions.toml` and other `*.versions.toml`.
///
/// | table | scope |
/// |---|---|
/// | `[libraries]` | runtime: the catalog does not say what for |
/// | `[plugins]` | build, as `id:id.gradle.plugin` |
///
/// Scripts ask for what stands here by an alias that is no name, so the entries
/// count as direct. `version.ref` is resolved by `[versions]`; of a rich version
/// `strictly`, `require` or `prefer` counts.
#[derive(Debug)]
pub struct VersionCatalog;

impl Extractor for VersionCatalog {
    fn id(&self) -> &'static str {
        "maven-gradle-catalog"
    }

    fn about(&self) -> &'static str {
        "version catalogs of Gradle"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &["*.versions.toml"], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        let mut tell = |name: String, version: &str, scope: Scope, offset: usize| {
            sink.fact(
                Fact::Package(Package {
                    ecosystem: Ecosystem::Maven,
                    name: name.into(),
                    version: version.into(),
                    resolved: false,
                    direct: Some(true),
                    scope,
                }),
                Some(content.span_at(offset)),
            );
        };
        for entry in root.get("libraries").map_or(&[][..], Node::entries) {
            let module = text_under(&entry.node, "module");
            let (group, artifact) =
                (text_under(&entry.node, "group"), text_under(&entry.node, "name"));
            if let Some(read) = entry.node.as_str().and_then(coordinates) {
                tell(read.name.to_owned(), read.version, Scope::Runtime, entry.key_offset);
            } else if module.contains(':') {
                tell(
                    module.to_owned(),
                    version(&entry.node, &root),
                    Scope::Runtime,
                    entry.key_offset,
                );
            } else if !group.is_empty() && !artifact.is_empty() {
                let name = format!("{group}:{artifact}");
                tell(name, version(&entry.node, &root), Scope::Runtime, entry.key_offset);
            }
        }
        for entry in root.get("plugins").map_or(&[][..], Node::entries) {
            let id = text_under(&entry.node, "id");
            if let Some((id, version)) = entry.node.as_str().and_then(|text| text.split_once(':')) {
                tell(marker(id), version, Scope::Build, entry.key_offset);
            } else if !id.is_empty() {
                tell(marker(id), version(&entry.node, &root), Scope::Build, entry.key_offset);
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// The version of an entry, by reference or as it stands there.
fn version<'t>(entry: &'t Node<'_>, root: &'t Node<'_>) -> &'t str {
    let Some(node) = entry.get("version") else { return "" };
    match node.get("ref").and_then(Node::as_str) {
        Some(name) => root.at(&["versions", name]).map_or("", plain),
        None => plain(node),
    }
}

fn plain<'t>(node: &'t Node<'_>) -> &'t str {
    let rich = || ["strictly", "require", "prefer"].iter().find_map(|key| node.get(key)?.as_str());
    node.as_str().or_else(rich).unwrap_or_default()
}
