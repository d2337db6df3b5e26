//! The output of `cargo metadata`, if someone left it as a file. Cargo is
//! never run.

use std::collections::{HashMap, HashSet};

use cargo_metadata::{DependencyKind, Error, Metadata, MetadataCommand, NodeDep, PackageId};

use super::super::{Locked, LockedPackages, asked};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `cargo-metadata.json`, the output of `cargo metadata`.
///
/// Packages with a source come from elsewhere. What a member of the
/// workspace depends on is direct, for what its kind says; everything else is
/// not direct. If the dependency graph is missing (`--no-deps`), the
/// requirements of the members are told instead.
#[derive(Debug)]
pub struct CargoMetadata;

impl Extractor for CargoMetadata {
    fn id(&self) -> &'static str {
        "cargo-metadata"
    }

    fn about(&self) -> &'static str {
        "the output of `cargo metadata`, if it lies there as a file"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["cargo-metadata.json"],
            globs: &[],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if content.text.trim().is_empty() {
            return Ok(());
        }
        let metadata = MetadataCommand::parse(content.text).map_err(|error| match error {
            // Its own text may quote the file.
            Error::Json(error) => {
                ExtractError::malformed(format_args!("cargo metadata: line {}", error.line()))
            }
            _ => ExtractError::malformed("not the output of cargo metadata"),
        })?;
        let places = places_of_ids(content);
        let place = |id: &PackageId| places.get(id.repr.as_str()).copied().unwrap_or(0);
        if metadata.resolve.is_none() {
            requirements(&metadata, &place, content, sink);
            return Ok(());
        }
        let direct = asked_by_members(&metadata);
        let versions: Vec<String> =
            metadata.packages.iter().map(|package| package.version.to_string()).collect();
        let mut locked = LockedPackages::default();
        for (package, version) in metadata.packages.iter().zip(&versions) {
            if package.source.is_none() {
                continue;
            }
            let scope = direct.get(&package.id).copied();
            locked.merge(Locked {
                name: package.name.as_str(),
                version,
                direct: Some(scope.is_some()),
                scope: scope.unwrap_or_default(),
                offset: place(&package.id),
            });
        }
        locked.tell(Ecosystem::Cargo, content, sink);
        Ok(())
    }
}

/// What the graph's nodes of the workspace's members depend on.
fn asked_by_members(metadata: &Metadata) -> HashMap<&PackageId, Scope> {
    let members: HashSet<&PackageId> = metadata.workspace_members.iter().collect();
    let mut asked = HashMap::new();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    for dependency in nodes.filter(|node| members.contains(&node.id)).flat_map(|node| &node.deps) {
        let scope = scope_of(dependency);
        let known = asked.entry(&dependency.pkg).or_insert(scope);
        *known = scope.min(*known);
    }
    asked
}

fn scope_of(dependency: &NodeDep) -> Scope {
    let kinds = dependency.dep_kinds.iter().map(|kind| scope_of_kind(kind.kind));
    kinds.min().unwrap_or_default()
}

fn scope_of_kind(kind: DependencyKind) -> Scope {
    match kind {
        DependencyKind::Development => Scope::Development,
        DependencyKind::Build => Scope::Build,
        _ => Scope::Runtime,
    }
}

/// Without a graph: what the members ask for, at the member's place.
fn requirements(
    metadata: &Metadata,
    place: &dyn Fn(&PackageId) -> usize,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let span = content.span_at(place(&package.id));
        for dependency in package.dependencies.iter().filter(|found| found.source.is_some()) {
            let scope = match scope_of_kind(dependency.kind) {
                Scope::Runtime if dependency.optional => Scope::Optional,
                scope => scope,
            };
            let version = dependency.req.to_string();
            sink.fact(asked(Ecosystem::Cargo, &*dependency.name, version, scope), Some(span));
        }
    }
}

/// Where each package's id stands first: the parser keeps no positions, and
/// an id names its package only. One pass, however many packages there are.
fn places_of_ids<'a>(content: &Content<'a>) -> HashMap<&'a str, usize> {
    const KEY: &str = "\"id\"";
    let mut places = HashMap::new();
    for at in memchr::memmem::find_iter(content.text.as_bytes(), KEY) {
        let rest = content.text.get(at + KEY.len()..).unwrap_or_default().trim_start();
        let value = rest.strip_prefix(':').map(str::trim_start);
        let id =
            value.and_then(|value| value.strip_prefix('"')).and_then(|id| id.split('"').next());
        if let Some(id) = id {
            places.entry(id).or_insert(at);
        }
    }
    places
}
