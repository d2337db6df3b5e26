//! Sightings become components, components become AI systems. Single-threaded
//! and independent of the order in which sightings come in.
//!
//! Knows the signatures' descriptions, no file format and no law.

pub mod adoption;
pub mod alternatives;
pub mod boundary;
pub mod confidence;
pub mod definitions;
pub mod deployed;
pub mod joining;
pub mod mentions;
pub mod merge;
pub mod own;
pub mod owner;
pub mod system;
pub mod tooling;
pub mod trained;

use std::collections::BTreeMap;

use crate::model::component::Component;
use crate::model::definition::Definition;
use crate::model::evidence::{Evidence, Sighting};
use crate::model::inventory::Relation;
use crate::model::system::{AiSystem, OwnerRule, Unit};
use crate::model::vocabulary::{Capability, Egress, Lifecycle, Role};

/// What assembling must know of a signature. The pipeline hands it over, so
/// that this wing does not depend on the signature wing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The name shown to people.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Seat of the vendor.
    pub country: Option<String>,
    /// What it is.
    pub role: Role,
    /// What it can do.
    pub capabilities: Vec<Capability>,
    /// Where data goes.
    pub egress: Egress,
    /// Which part of a model's life it belongs to.
    pub lifecycle: Lifecycle,
    /// Where its client sends data by default.
    pub default_host: Option<String>,
    /// It is reached over an address of the machine it runs on.
    pub is_server: bool,
}

/// Descriptions by signature id.
pub type Descriptions = BTreeMap<String, Description>;

/// Everything that was gathered, on its way to the inventory.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What signatures recognised.
    pub sightings: Vec<Sighting>,
    /// What declares units.
    pub units: Vec<Unit>,
    /// Who answers for what.
    pub owners: Vec<OwnerRule>,
    /// Values that files name for others.
    pub definitions: Vec<Definition>,
}

/// How to assemble.
#[derive(Debug, Clone, Copy)]
pub struct AssembleOptions {
    /// Keep the handles of persons instead of pseudonyms.
    pub include_identities: bool,
    /// Pieces of evidence kept per component.
    pub evidence_per_component: usize,
}

/// What comes out, sorted, without classifications.
#[derive(Debug, Default)]
pub struct Assembled {
    /// AI systems.
    pub systems: Vec<AiSystem>,
    /// Components.
    pub components: Vec<Component>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Relations between components.
    pub relations: Vec<Relation>,
    /// Pieces of evidence that the cap cut off.
    pub capped_evidence: u64,
}

/// Assembles everything gathered from all targets.
#[must_use]
pub fn assemble(
    mut gathered: Gathered,
    descriptions: &Descriptions,
    options: AssembleOptions,
) -> Assembled {
    gathered.sightings.sort();
    gathered.sightings.dedup();
    gathered.units.sort();
    gathered.units.dedup();
    gathered.owners.sort();
    gathered.definitions.sort();
    definitions::fill(&mut gathered.sightings, &gathered.definitions);
    own::leave_out(&mut gathered.sightings, &gathered.units);
    tooling::mark(&mut gathered.sightings, descriptions);
    let boundaries = boundary::Boundaries::new(&gathered.units);
    let mut located = boundary::locate(gathered.sightings, &boundaries, descriptions);
    deployed::join(&mut located);
    mentions::join(&mut located);
    alternatives::mark(&mut located, descriptions);
    let merged = merge::merge(located, descriptions, options.evidence_per_component);
    let owners = owner::Ownership::new(&gathered.owners, options.include_identities);
    let systems = system::systems(&merged, &boundaries, &owners, descriptions);
    Assembled {
        systems,
        components: merged.components,
        evidence: merged.evidence,
        relations: merged.relations,
        capped_evidence: merged.capped,
    }
}
