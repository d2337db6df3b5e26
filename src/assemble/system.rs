//! AI systems: the homes whose evidence is strong enough, with everything
//! that lies in them.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Boundaries, Home};
use super::merge::{Merged, confidence_of, usage_of};
use super::owner::Ownership;
use super::{Descriptions, adoption, alternatives};
use crate::model::classification::Classification;
use crate::model::evidence::Evidence;
use crate::model::id::stable_id;
use crate::model::place::{Place, Region};
use crate::model::system::{AiSystem, ComponentUse, Destination, DestinationBasis, SystemKind};
use crate::model::vocabulary::{Egress, Technique, Tier, Usage};

/// Makes the systems, sorted by target, root and kind.
#[must_use]
pub fn systems(
    merged: &Merged,
    boundaries: &Boundaries,
    owners: &Ownership,
    descriptions: &Descriptions,
) -> Vec<AiSystem> {
    let mut systems: Vec<AiSystem> = merged
        .homes
        .iter()
        .filter(|(home, _)| merged.strong.contains(home))
        .map(|(home, content)| system_of(home, content, merged, boundaries, owners, descriptions))
        .collect();
    systems.sort_by(|a, b| (a.kind, &a.root, &a.id).cmp(&(b.kind, &b.root, &b.id)));
    systems
}

fn system_of(
    home: &Home,
    content: &BTreeMap<String, Vec<Evidence>>,
    merged: &Merged,
    boundaries: &Boundaries,
    owners: &Ownership,
    descriptions: &Descriptions,
) -> AiSystem {
    let all: Vec<&Evidence> = content.values().flatten().collect();
    let region = region_of_system(&all);
    let (kind, target, root, name) = match home {
        Home::Unit(target, root) => {
            (SystemKind::Software, target, root.as_str(), boundaries.name_of(target, root))
        }
        Home::DeveloperTools(target) => {
            (SystemKind::DeveloperTools, target, ".", "developer tools".to_owned())
        }
        Home::InUse(target, product) => {
            let name = descriptions.get(product).map_or(product, |d| &d.name);
            (SystemKind::InUse, target, ".", name.clone())
        }
    };
    let sample = all.iter().min_by_key(|e| (e.region, &e.place)).map(|e| e.place.path.as_str());
    AiSystem {
        previous_ids: Vec::new(),
        id: stable_id("ais-", 8, &[kind_word(kind), target, root, &name]),
        name,
        kind,
        root: Place::new(target.clone(), root),
        region,
        units: match kind {
            SystemKind::Software => boundaries.declarations(target, root),
            SystemKind::DeveloperTools | SystemKind::InUse => Vec::new(),
        },
        owners: match kind {
            // Who owns the folder of an export does not answer for the product.
            SystemKind::InUse => Vec::new(),
            _ => owners.owners_of(target, root, sample),
        },
        components: uses_of(home, content, merged),
        destinations: destinations_of(content, region, descriptions),
        adoption: (kind == SystemKind::InUse).then(|| adoption::of(&all)),
        classification: Classification::default(),
    }
}

fn kind_word(kind: SystemKind) -> &'static str {
    match kind {
        SystemKind::Software => "software",
        SystemKind::DeveloperTools => "developer-tools",
        SystemKind::InUse => "in-use",
    }
}

/// The region that counts most among evidence that could make a system:
/// a lock file's indirect entry in the product does not make tests a product.
fn region_of_system(evidence: &[&Evidence]) -> Region {
    let telling = |e: &&&Evidence| {
        e.tier != Tier::C
            && (e.usage != Usage::Offered || e.captured.contains_key(alternatives::ALTERNATIVES))
            && e.captured.get("direct").is_none_or(|direct| direct != "false")
    };
    evidence
        .iter()
        .filter(telling)
        .map(|e| e.region)
        .min()
        .or_else(|| evidence.iter().map(|e| e.region).min())
        .unwrap_or_default()
}

/// How this system uses each component, strongest first.
fn uses_of(
    home: &Home,
    content: &BTreeMap<String, Vec<Evidence>>,
    merged: &Merged,
) -> Vec<ComponentUse> {
    let names: BTreeMap<&str, &str> =
        merged.components.iter().map(|c| (c.id.as_str(), c.name.as_str())).collect();
    let mut uses: Vec<ComponentUse> = content
        .iter()
        .map(|(component, evidence)| {
            let evidence: Vec<&Evidence> = evidence.iter().collect();
            let indicated = merged.indicated.contains(&(home.clone(), component.clone()));
            let (region, usage, usages) = usage_of(&evidence, indicated);
            ComponentUse {
                component: component.clone(),
                usage,
                usages,
                region,
                indicated,
                confidence: confidence_of(&evidence),
                evidence: evidence.iter().map(|e| e.id.clone()).collect(),
            }
        })
        .collect();
    uses.sort_by_key(|u| {
        (
            u.region,
            std::cmp::Reverse(u.usage),
            std::cmp::Reverse(u.confidence),
            names.get(u.component.as_str()).copied().unwrap_or_default().to_owned(),
        )
    });
    uses
}

/// Hosts that data may go to: addresses that were seen, and for client
/// libraries in use without any address, their documented default.
fn destinations_of(
    content: &BTreeMap<String, Vec<Evidence>>,
    region: Region,
    descriptions: &Descriptions,
) -> Vec<Destination> {
    let mut found: BTreeMap<(String, DestinationBasis), (String, Vec<String>)> = BTreeMap::new();
    let given = Addresses::of(content);
    let mut addressed: BTreeSet<&str> = BTreeSet::new();
    // what is only fetched from is sent nothing that is asked
    let is_fetched = |evidence: &Evidence| {
        descriptions.get(&evidence.signature).is_some_and(|d| d.egress == Egress::BuildTime)
    };
    let here: Vec<&Evidence> =
        content.values().flatten().filter(|e| e.region == region && e.tier != Tier::C).collect();
    for evidence in &here {
        let reached = matches!(evidence.technique, Technique::Host | Technique::Traffic);
        if reached && !is_fetched(evidence) && evidence.usage >= Usage::Configured {
            addressed.insert(&evidence.signature);
            if !is_loopback(&evidence.value) {
                let provider = descriptions.get(&evidence.signature).map_or("", |d| &d.vendor);
                let key = (evidence.value.clone(), DestinationBasis::Address);
                let slot = found.entry(key).or_insert_with(|| (provider.to_owned(), Vec::new()));
                slot.1.push(evidence.id.clone());
            }
        }
    }
    for evidence in &here {
        let signature = match evidence.technique {
            Technique::Edge => evidence.value.as_str(),
            Technique::Model | Technique::Server => continue,
            _ => evidence.signature.as_str(),
        };
        if evidence.captured.contains_key("optional") {
            continue; // for types only, or guarded: no proof that data goes there
        }
        if !given.leave_default(signature, evidence) {
            continue; // its client is told where to go
        }
        let alternative = evidence.captured.contains_key(alternatives::ALTERNATIVES);
        let says_where = evidence.technique == Technique::Host && !is_loopback(&evidence.value);
        if alternative && says_where && !is_fetched(evidence) {
            // one of several that a setting chooses among says where itself
            let provider = descriptions.get(signature).map_or("", |d| &d.vendor);
            let key = (evidence.value.clone(), DestinationBasis::Alternative);
            let slot = found.entry(key).or_insert_with(|| (provider.to_owned(), Vec::new()));
            slot.1.push(evidence.id.clone());
            continue;
        }
        let in_use = evidence.usage >= Usage::Imported
            || alternative
            || matches!(evidence.technique, Technique::File | Technique::Setting);
        let Some(description) = descriptions.get(signature) else { continue };
        let Some(host) = &description.default_host else { continue };
        if in_use && description.egress == Egress::ThirdParty && !addressed.contains(signature) {
            let basis = if alternative {
                DestinationBasis::Alternative
            } else {
                DestinationBasis::LibraryDefault
            };
            let key = (host.clone(), basis);
            let slot = found.entry(key).or_insert_with(|| (description.vendor.clone(), Vec::new()));
            if slot.1.len() < 20 {
                slot.1.push(evidence.id.clone());
            }
        }
    }
    let certain: BTreeSet<String> = found
        .keys()
        .filter(|(_, basis)| *basis != DestinationBasis::Alternative)
        .map(|(host, _)| host.clone())
        .collect();
    found
        .into_iter()
        .filter(|((host, basis), _)| {
            *basis != DestinationBasis::Alternative || !certain.contains(host)
        })
        .map(|((host, basis), (provider, evidence))| Destination {
            host,
            provider,
            basis,
            evidence,
        })
        .collect()
}

/// Which clients are told where to send their requests.
struct Addresses<'e> {
    /// By signature: the files in which one is told, and by which call.
    given: BTreeMap<&'e str, BTreeSet<(&'e str, &'e str)>>,
}

impl<'e> Addresses<'e> {
    fn of(content: &'e BTreeMap<String, Vec<Evidence>>) -> Self {
        let mut given: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for evidence in content.values().flatten() {
            if evidence.captured.contains_key("address") && evidence.region == Region::Product {
                let edge = evidence.technique == Technique::Edge;
                let signature = if edge { &evidence.value } else { &evidence.signature };
                let by = (evidence.place.path.as_str(), if edge { "" } else { &evidence.value });
                given.entry(signature).or_default().insert(by);
            }
        }
        Self { given }
    }

    /// Whether evidence may still speak for the address that a library has by
    /// itself: where no client is told one, or where the same client is made
    /// without one in another file.
    fn leave_default(&self, signature: &str, evidence: &Evidence) -> bool {
        let Some(given) = self.given.get(signature) else { return true };
        evidence.technique == Technique::Call
            && given.iter().all(|(file, _)| *file != evidence.place.path)
            && given.iter().any(|(_, call)| *call == evidence.value)
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal")
        || !name.contains('.')
}
