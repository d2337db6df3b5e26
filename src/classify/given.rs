//! A system in short: the notation in which a rule's examples, and our own
//! tests, say what is given.
//!
//! ```toml
//! given.units = ["dockerfile"]
//! given.found = [{ role = "sdk", egress = "third-party", usage = "called" }]
//! ```
//!
//! Builds the same types that a scan builds. Knows no rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::Extent;
use super::judge::judge_extent;
use super::library::RuleLibrary;
use crate::model::classification::{AreaFinding, Classification};
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::fact::{Ecosystem, Scope, UnitKind};
use crate::model::place::{Place, Region};
use crate::model::reading::{Channel, Level, Reading, Signal, Weight};
use crate::model::system::{
    AiSystem, ComponentUse, Destination, DestinationBasis, Owner, SystemKind, Unit,
};
use crate::model::vocabulary::{
    Capability, Egress, Grant, Lifecycle, Role, Technique, Tier, Usage,
};

/// A system in short. What is left out has the most common value.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// Kind of system; `software` if left out.
    pub system: Option<SystemKind>,
    /// What declares or deploys the unit.
    pub units: Vec<UnitKind>,
    /// Handles of owners.
    pub owners: Vec<String>,
    /// Hosts that data may go to.
    pub destinations: Vec<GivenDestination>,
    /// The evidence.
    pub found: Vec<GivenEvidence>,
    /// The scan was cut.
    pub partial: bool,
    /// Areas that the files speak of.
    pub areas: Vec<GivenArea>,
    /// Markers that the files hold.
    pub markers: Vec<GivenMarker>,
    /// Not every file near the AI was read for words.
    pub unread: bool,
    /// Factor values already settled; only for a rule's own examples.
    pub factors: BTreeMap<String, Vec<String>>,
}

/// An area in short.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenArea {
    /// Its id.
    pub id: String,
    /// How clearly it is spoken of.
    pub level: Level,
    /// A guard that lowered it.
    #[serde(default)]
    pub guard: Option<String>,
    /// A strong word names it which has no other sense.
    #[serde(default)]
    pub named: bool,
}

/// A marker in short: its id, or a table with the kind of place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GivenMarker {
    /// In code.
    Id(String),
    /// Anywhere.
    Placed {
        /// The marker.
        id: String,
        /// The kind of place.
        channel: Channel,
    },
}

/// A destination in short.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenDestination {
    /// The host.
    pub host: String,
    /// Who runs it; nobody knows whom if left out.
    #[serde(default)]
    pub provider: String,
    /// How it is known; an address if left out.
    #[serde(default)]
    pub basis: Option<DestinationBasis>,
}

/// A piece of evidence and its component in short. Pieces with the same name
/// belong to one component, which the first of them describes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenEvidence {
    /// Name of the component; one of its own if left out.
    pub name: Option<String>,
    /// What the component is; `sdk` if left out.
    pub role: Option<Role>,
    /// What the component can do.
    pub capabilities: Vec<Capability>,
    /// What the match itself shows.
    pub shows: Vec<Capability>,
    /// Where its data goes; `depends` if left out.
    pub egress: Option<Egress>,
    /// The component's part of a model's life; `inference` if left out.
    pub part: Option<Lifecycle>,
    /// What the match says about use; `called` if left out.
    pub usage: Option<Usage>,
    /// The kind of match; if left out, what goes with the usage.
    pub technique: Option<Technique>,
    /// Strength of the match; A if left out.
    pub tier: Option<Tier>,
    /// Neighbourhood; `product` if left out.
    pub region: Region,
    /// The part of a model's life that the match shows.
    pub lifecycle: Option<Lifecycle>,
    /// Power that a setting gives.
    pub grant: Option<Grant>,
    /// What the package is declared for.
    pub scope: Option<Scope>,
    /// Where the package is registered.
    pub ecosystem: Option<Ecosystem>,
    /// Path of the file.
    pub at: Option<String>,
}

const TARGET: &str = "given";

impl Given {
    /// Judges the given system as a whole.
    #[must_use]
    pub fn judge(&self, rules: &RuleLibrary) -> Classification {
        let (system, components, evidence) = self.build();
        let components = components.iter().map(|one| (one.id.as_str(), one)).collect();
        let evidence = evidence.iter().map(|one| (one.id.as_str(), one)).collect();
        let reading = self.reading();
        let extent = self.extent(&reading);
        judge_extent(rules, &system, &components, &evidence, extent)
    }

    /// How much was seen.
    pub(super) fn extent<'r>(&self, reading: &'r Reading) -> Extent<'r> {
        let areas = self.areas.iter().map(GivenArea::finding).collect();
        Extent { complete: !self.partial, reading, areas: Some(areas) }
    }

    /// What the second reading met.
    pub(super) fn reading(&self) -> Reading {
        let words = self.areas.iter().map(|area| {
            let weight = if area.named { Weight::Strong } else { Weight::Marker };
            (area.id.as_str(), Channel::Code, weight)
        });
        let markers = self.markers.iter().map(|marker| match marker {
            GivenMarker::Id(id) => (id.as_str(), Channel::Code, Weight::Marker),
            GivenMarker::Placed { id, channel } => (id.as_str(), *channel, Weight::Marker),
        });
        let signals = words.chain(markers).enumerate();
        Reading {
            complete: !self.unread,
            files: 1,
            bytes: 1,
            signals: signals.map(|(index, of)| signal(index, of)).collect(),
            ..Reading::default()
        }
    }

    /// The system, its components and its evidence.
    pub(super) fn build(&self) -> (AiSystem, Vec<Component>, Vec<Evidence>) {
        let mut components: Vec<Component> = Vec::new();
        let mut uses: Vec<ComponentUse> = Vec::new();
        let mut evidence = Vec::new();
        for (index, found) in self.found.iter().enumerate() {
            let name = found.name.clone().unwrap_or_else(|| format!("Thing {}", index + 1));
            let piece = found.evidence(index, &name);
            if !components.iter().any(|known| known.id == name) {
                components.push(found.component(&name));
                uses.push(unused(&name));
            }
            if let Some(here) = uses.iter_mut().find(|here| here.component == name) {
                note(here, &piece);
            }
            evidence.push(piece);
        }
        let system = AiSystem {
            adoption: None,
            previous_ids: Vec::new(),
            id: "ais-given".to_owned(),
            name: "given".to_owned(),
            kind: self.system.unwrap_or(SystemKind::Software),
            root: Place::new(TARGET, "."),
            region: evidence.iter().map(|piece| piece.region).min().unwrap_or_default(),
            units: self.units.iter().map(|kind| unit(*kind)).collect(),
            owners: self.owners.iter().map(|handle| owner(handle)).collect(),
            components: uses,
            destinations: self.destinations.iter().map(GivenDestination::destination).collect(),
            classification: Classification::default(),
        };
        (system, components, evidence)
    }
}

impl GivenArea {
    fn finding(&self) -> AreaFinding {
        AreaFinding {
            area: self.id.clone(),
            title: self.id.clone(),
            level: self.level,
            points: 9000,
            strong_terms: 2,
            channels: vec![Channel::Code.word().to_owned()],
            guards: self.guard.iter().cloned().collect(),
            iri: Vec::new(),
            evidence: Vec::new(),
        }
    }
}

fn signal(index: usize, (about, channel, weight): (&str, Channel, Weight)) -> Signal {
    Signal {
        id: format!("sig-{index:03}"),
        about: about.to_owned(),
        term: format!("word {index}"),
        weight,
        points: 6000,
        channel,
        place: Place::new(TARGET, "src/app.py"),
        span: None,
        region: Region::Product,
        excerpt: String::new(),
    }
}

fn unit(kind: UnitKind) -> Unit {
    let place = Place::new(TARGET, kind.word());
    Unit { kind, place, root: ".".to_owned(), name: None }
}

fn owner(handle: &str) -> Owner {
    Owner { handle: handle.to_owned(), place: Place::new(TARGET, "CODEOWNERS"), maintainer: false }
}

impl GivenDestination {
    fn destination(&self) -> Destination {
        Destination {
            host: self.host.clone(),
            provider: self.provider.clone(),
            basis: self.basis.unwrap_or(DestinationBasis::Address),
            evidence: Vec::new(),
        }
    }
}

impl GivenEvidence {
    fn component(&self, name: &str) -> Component {
        Component {
            id: name.to_owned(),
            kind: self.role.unwrap_or(Role::Sdk),
            name: name.to_owned(),
            signature: "given.thing".to_owned(),
            provider: String::new(),
            country: None,
            capabilities: self.capabilities.clone(),
            egress: self.egress.unwrap_or(Egress::Depends),
            lifecycle: self.part.unwrap_or(Lifecycle::Inference),
            usage: Usage::Offered,
            usages: Vec::new(),
            region: self.region,
            indicated: false,
            transitive: false,
            purls: Vec::new(),
            versions: Vec::new(),
            confidence: 900,
            evidence: Vec::new(),
            evidence_total: 0,
        }
    }

    fn evidence(&self, index: usize, name: &str) -> Evidence {
        let usage = self.usage.unwrap_or(Usage::Called);
        let technique = self.technique.unwrap_or(match usage {
            Usage::Called => Technique::Call,
            Usage::Imported => Technique::Import,
            Usage::Declared | Usage::Locked => Technique::Package,
            Usage::Configured => Technique::Setting,
            Usage::Offered => Technique::Model,
        });
        let mut captured = BTreeMap::new();
        if let Some(scope) = self.scope {
            captured.insert("scope".to_owned(), scope.word().to_owned());
        }
        if let Some(ecosystem) = self.ecosystem {
            captured.insert("purl".to_owned(), format!("pkg:{}/thing", ecosystem.purl_type()));
        }
        Evidence {
            id: format!("ev-{index:03}"),
            component: name.to_owned(),
            signature: "given.thing".to_owned(),
            place: Place::new(TARGET, self.at.as_deref().unwrap_or("src/app.py")),
            span: None,
            technique,
            value: String::new(),
            tier: self.tier.unwrap_or(Tier::A),
            usage,
            region: self.region,
            confidence: 900,
            excerpt: String::new(),
            captured,
            capabilities: self.shows.clone(),
            lifecycle: self.lifecycle,
            grant: self.grant,
        }
    }
}

/// A component of which nothing was seen yet.
fn unused(component: &str) -> ComponentUse {
    ComponentUse {
        component: component.to_owned(),
        usage: Usage::Offered,
        usages: Vec::new(),
        indicated: false,
        region: Region::Vendored,
        confidence: 900,
        evidence: Vec::new(),
    }
}

fn note(here: &mut ComponentUse, piece: &Evidence) {
    here.usage = here.usage.max(piece.usage);
    if !here.usages.contains(&piece.usage) {
        here.usages.push(piece.usage);
    }
    here.region = here.region.min(piece.region);
    here.evidence.push(piece.id.clone());
}
