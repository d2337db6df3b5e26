//! Backstage's catalogue descriptors: declared units and their owners.

use std::borrow::Cow;

use super::{Teller, unless_excused};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, UnitKind};

/// Reads `catalog-info.yaml`, several documents to a file. Components, systems
/// and APIs are units by their `metadata.name`; `spec.owner` answers for the
/// folder (a pattern of nothing). Groups, users, templates and locations
/// declare no unit.
#[derive(Debug)]
pub struct Catalog;

impl Extractor for Catalog {
    fn id(&self) -> &'static str {
        "backstage-catalog"
    }

    fn about(&self) -> &'static str {
        "Backstage catalog-info.yaml: declared components and owners"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["catalog-info.yaml", "catalog-info.yml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut teller = Teller::new(content, sink);
        for document in &documents {
            entity(document, &mut teller);
        }
        unless_excused(content, error)
    }
}

fn entity(document: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let kind = document.get("kind").and_then(Node::as_str).unwrap_or_default();
    if !matches!(kind, "Component" | "System" | "API") {
        return;
    }
    let Some(named) = document.at(&["metadata", "name"]) else { return };
    let Some(name) = named.as_str().filter(|name| !name.is_empty()) else { return };
    let name = Some(Cow::Borrowed(name));
    teller.at(named.offset, Fact::Unit { kind: UnitKind::Catalog, name, root: None });
    if let Some(owned) = document.at(&["spec", "owner"])
        && let Some(owner) = owned.as_str().filter(|owner| !owner.is_empty())
    {
        let owners = vec![Cow::Borrowed(owner)];
        teller.at(owned.offset, Fact::Owner { pattern: Cow::Borrowed(""), owners });
    }
}
