//! Sightings become evidence and components: one component per product,
//! whatever its package is called where.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Home, Located};
use super::{Description, Descriptions, alternatives, confidence};
use crate::model::component::Component;
use crate::model::evidence::{Evidence, Sighting, Subject};
use crate::model::id::stable_id;
use crate::model::inventory::Relation;
use crate::model::place::Region;
use crate::model::vocabulary::{Egress, Lifecycle, Role, Technique, Tier, Usage};

/// Versions and package URLs listed per component.
const LISTED: usize = 50;

/// Components and evidence, and which of it lies in which home.
#[derive(Debug, Default)]
pub struct Merged {
    /// Components by kind and name.
    pub components: Vec<Component>,
    /// Evidence by place.
    pub evidence: Vec<Evidence>,
    /// Relations between components.
    pub relations: Vec<Relation>,
    /// Pieces of evidence that the cap cut off.
    pub capped: u64,
    /// Per home: per component id, its evidence, best first.
    pub homes: BTreeMap<Home, BTreeMap<String, Vec<Evidence>>>,
    /// Homes whose evidence is strong enough to make an AI system.
    pub strong: BTreeSet<Home>,
    /// Components that only a single B-tier kind of evidence speaks for, by home.
    pub indicated: BTreeSet<(Home, String)>,
}

/// What a component is, before it is weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    id: String,
    kind: Role,
    name: String,
    signature: String,
    provider: String,
}

/// Merges located sightings. Evidence that is only a hint (tier C) is dropped
/// unless its component has better.
#[must_use]
pub fn merge(located: Vec<Located>, descriptions: &Descriptions, cap: usize) -> Merged {
    let standing = Standing::of(&located);
    let mut identities: BTreeMap<String, Identity> = BTreeMap::new();
    let mut pieces: BTreeMap<String, Vec<(Home, Evidence)>> = BTreeMap::new();
    let mut relations = BTreeSet::new();
    let mut ordinals: BTreeMap<(String, String, String, Technique, String), u32> = BTreeMap::new();
    for Located { sighting, home } in located {
        let Some(identity) = identity_of(&sighting, descriptions) else { continue };
        if sighting.tier == Tier::C && !standing.has_better_than_hints(&home, &sighting) {
            continue;
        }
        let ordinal = ordinals
            .entry((
                sighting.signature.clone(),
                sighting.place.target.clone(),
                sighting.place.path.clone(),
                sighting.technique,
                sighting.value.clone(),
            ))
            .or_default();
        let relation = relation_of(&sighting, &identity, descriptions);
        relations.extend(relation);
        let evidence = evidence_of(sighting, &identity.id, *ordinal);
        *ordinal += 1;
        pieces.entry(identity.id.clone()).or_default().push((home, evidence));
        identities.entry(identity.id.clone()).or_insert(identity);
    }
    let mut merged = Merged { strong: standing.strong_homes(), ..Merged::default() };
    for (id, of_component) in pieces {
        let Some(identity) = identities.get(&id) else { continue };
        // What is only offered is offered, whatever speaks for its use.
        let only_offered = of_component.iter().all(|(_, e)| e.usage == Usage::Offered);
        let indicated = !only_offered && !standing.is_proven(&identity.signature);
        let mut all: Vec<&Evidence> = of_component.iter().map(|(_, evidence)| evidence).collect();
        all.sort_by(|a, b| rank(a).cmp(&rank(b)));
        let mut component = component_of(identity, descriptions, &all, indicated);
        let mut by_home: BTreeMap<Home, Vec<Evidence>> = BTreeMap::new();
        for (home, evidence) in of_component {
            by_home.entry(home).or_default().push(evidence);
        }
        let mut kept_ids = BTreeSet::new();
        for (home, of_home) in by_home {
            if !standing.is_proven_at(&home, &identity.signature) {
                merged.indicated.insert((home.clone(), id.clone()));
            }
            let total = of_home.len();
            let kept = kept(of_home, cap);
            merged.capped += (total - kept.len()) as u64;
            kept_ids.extend(kept.iter().map(|evidence| evidence.id.clone()));
            merged.evidence.extend(kept.iter().cloned());
            merged.homes.entry(home).or_default().insert(id.clone(), kept);
        }
        component.evidence.retain(|evidence| kept_ids.contains(evidence));
        merged.components.push(component);
    }
    merged.components.sort_by(|a, b| (a.kind, &a.name, &a.id).cmp(&(b.kind, &b.name, &b.id)));
    merged.evidence.sort_by(|a, b| {
        (&a.place, a.span, &a.signature, a.technique, &a.value, &a.id).cmp(&(
            &b.place,
            b.span,
            &b.signature,
            b.technique,
            &b.value,
            &b.id,
        ))
    });
    let known: BTreeSet<&str> = merged.components.iter().map(|c| c.id.as_str()).collect();
    merged.relations = relations
        .into_iter()
        .filter(|relation| {
            known.contains(relation.from.as_str()) && known.contains(relation.to.as_str())
        })
        .collect();
    merged
}

/// The `cap` best pieces, best first. The best of every kind comes before the
/// second of any, so that no usage, region, part of a model's life or package
/// goes untold because another is met a thousand times.
fn kept(mut evidence: Vec<Evidence>, cap: usize) -> Vec<Evidence> {
    evidence.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut seen = BTreeSet::new();
    let (first, further): (Vec<Evidence>, Vec<Evidence>) = evidence.into_iter().partition(|e| {
        // a package is one of its own, and so is what a tool does
        let own = ["purl", "name", "effect", "approval", "unattended", "loop-limit"];
        let package = own.iter().find_map(|key| e.captured.get(*key).cloned());
        seen.insert((e.technique, e.usage, e.region, e.lifecycle, e.grant, package))
    });
    let mut kept: Vec<Evidence> = first.into_iter().chain(further).take(cap).collect();
    kept.sort_by(|a, b| rank(a).cmp(&rank(b)));
    kept
}

/// Best evidence first: region, then usage, then what a signature asked for by
/// name (a call with a meaning of its own), then place.
fn rank(evidence: &Evidence) -> impl Ord + '_ {
    let meaningful = evidence.lifecycle.is_some() || !evidence.capabilities.is_empty();
    (
        evidence.region,
        std::cmp::Reverse(evidence.usage),
        evidence.tier,
        !meaningful,
        &evidence.place,
        evidence.span,
        &evidence.id,
    )
}

/// How strongly each signature is evidenced, in each home and overall:
/// one A proves; a B needs a second, different kind.
struct Standing {
    /// (home, signature) → tier-A seen, kinds of B seen.
    at_home: BTreeMap<(Home, String), (bool, BTreeSet<Technique>)>,
}

impl Standing {
    fn of(located: &[Located]) -> Self {
        let mut at_home: BTreeMap<(Home, String), (bool, BTreeSet<Technique>)> = BTreeMap::new();
        for Located { sighting, home } in located {
            let slot = at_home.entry((home.clone(), spoken_of(sighting))).or_default();
            // What only something else pulled in makes no system by itself.
            let only_listed = sighting.usage == Usage::Offered
                && !sighting.captured.contains_key(alternatives::ALTERNATIVES);
            if sighting.tier == Tier::C || is_transitive(sighting) || only_listed {
                continue;
            }
            slot.0 |= sighting.tier == Tier::A;
            slot.1.insert(sighting.technique);
        }
        Self { at_home }
    }

    fn strong_homes(&self) -> BTreeSet<Home> {
        self.at_home
            .iter()
            // What an administrator's export names is there, though it may be
            // a namesake: shown, as indicated.
            .filter(|((home, _), (proven, kinds))| {
                let least = if matches!(home, Home::InUse(..)) { 1 } else { 2 };
                *proven || kinds.len() >= least
            })
            .map(|((home, _), _)| home.clone())
            .collect()
    }

    fn is_proven(&self, signature: &str) -> bool {
        self.at_home
            .iter()
            .filter(|((_, of), _)| of == signature)
            .any(|(_, (proven, kinds))| *proven || kinds.len() >= 2)
    }

    /// Whether one A or two kinds of B speak for a signature in a home.
    fn is_proven_at(&self, home: &Home, signature: &str) -> bool {
        self.at_home
            .get(&(home.clone(), signature.to_owned()))
            .is_some_and(|(proven, kinds)| *proven || kinds.len() >= 2)
    }

    fn has_better_than_hints(&self, home: &Home, sighting: &Sighting) -> bool {
        self.at_home
            .get(&(home.clone(), spoken_of(sighting)))
            .is_some_and(|(proven, kinds)| *proven || !kinds.is_empty())
    }
}

/// The signature whose product a sighting speaks of: an edge speaks of its target.
fn spoken_of(sighting: &Sighting) -> String {
    if sighting.technique == Technique::Edge {
        sighting.value.clone()
    } else {
        sighting.signature.clone()
    }
}

fn is_transitive(sighting: &Sighting) -> bool {
    sighting.captured.get("direct").is_some_and(|direct| direct == "false")
}

fn identity_of(sighting: &Sighting, descriptions: &Descriptions) -> Option<Identity> {
    let signature = spoken_of(sighting);
    let description: &Description = descriptions.get(&signature)?;
    let identity = match &sighting.subject {
        Subject::Product => Identity {
            id: stable_id("cmp-", 8, &["product", &signature]),
            kind: description.role,
            name: description.name.clone(),
            signature,
            provider: description.vendor.clone(),
        },
        Subject::Model(name) => {
            let provider = sighting.captured.get("org").unwrap_or(&description.vendor).clone();
            Identity {
                id: stable_id(
                    "cmp-",
                    8,
                    &["model", &provider.to_lowercase(), &name.to_lowercase()],
                ),
                kind: Role::Model,
                name: name.clone(),
                signature,
                provider,
            }
        }
        Subject::Server(name) => Identity {
            id: stable_id("cmp-", 8, &["server", name]),
            kind: Role::McpServer,
            name: name.clone(),
            signature,
            provider: String::new(),
        },
    };
    Some(identity)
}

fn relation_of(
    sighting: &Sighting,
    to: &Identity,
    descriptions: &Descriptions,
) -> Option<Relation> {
    let own = || stable_id("cmp-", 8, &["product", &sighting.signature]);
    descriptions.get(&sighting.signature)?;
    let kind = match (&sighting.subject, sighting.technique) {
        (_, Technique::Edge) => "gives-access-to",
        (Subject::Model(_), _) => "offers-model",
        _ => return None,
    };
    let from = own();
    (from != to.id).then(|| Relation { from, to: to.id.clone(), kind: kind.to_owned() })
}

fn evidence_of(sighting: Sighting, component: &str, ordinal: u32) -> Evidence {
    let id = stable_id(
        "ev-",
        12,
        &[
            &sighting.signature,
            &sighting.place.target,
            &sighting.place.path,
            sighting.technique.word(),
            &sighting.value,
            &ordinal.to_string(),
        ],
    );
    let confidence =
        confidence::of_piece(sighting.technique, sighting.usage, sighting.tier, sighting.region);
    Evidence {
        id,
        component: component.to_owned(),
        signature: sighting.signature,
        place: sighting.place,
        span: sighting.span,
        technique: sighting.technique,
        value: sighting.value,
        tier: sighting.tier,
        usage: sighting.usage,
        region: sighting.region,
        confidence,
        excerpt: sighting.excerpt,
        captured: sighting.captured,
        capabilities: sighting.capabilities,
        lifecycle: sighting.lifecycle,
        grant: sighting.grant,
    }
}

/// Strongest region, strongest usage there, and every usage, of some evidence.
/// What is only indicated is said to be configured at most.
#[must_use]
pub fn usage_of(evidence: &[&Evidence], indicated: bool) -> (Region, Usage, Vec<Usage>) {
    let region = evidence.iter().map(|e| e.region).min().unwrap_or_default();
    let strongest = evidence
        .iter()
        .filter(|e| e.region == region)
        .map(|e| e.usage)
        .max()
        .unwrap_or(Usage::Offered);
    // Code that can be set to use it says more than a declaration.
    let selectable = evidence.iter().any(|e| e.captured.contains_key(alternatives::ALTERNATIVES));
    let strongest =
        if selectable && strongest <= Usage::Declared { Usage::Offered } else { strongest };
    let strongest = if indicated { strongest.min(Usage::Configured) } else { strongest };
    let usages: BTreeSet<Usage> = evidence.iter().map(|e| e.usage).collect();
    (region, strongest, usages.into_iter().collect())
}

/// Joined confidence of some evidence.
#[must_use]
pub fn confidence_of(evidence: &[&Evidence]) -> u16 {
    confidence::joined(evidence.iter().map(|e| (e.technique, e.confidence)))
}

fn component_of(
    identity: &Identity,
    descriptions: &Descriptions,
    evidence: &[&Evidence],
    indicated: bool,
) -> Component {
    let description = descriptions.get(&identity.signature);
    let is_product = identity.kind != Role::Model && identity.kind != Role::McpServer;
    let (region, usage, usages) = usage_of(evidence, indicated);
    let captured = |key: &str| -> Vec<String> {
        let values: BTreeSet<String> =
            evidence.iter().filter_map(|e| e.captured.get(key)).cloned().collect();
        values.into_iter().take(LISTED).collect()
    };
    let mut capabilities: BTreeSet<_> =
        evidence.iter().flat_map(|e| e.capabilities.iter().copied()).collect();
    if let Some(description) = description.filter(|_| is_product) {
        capabilities.extend(description.capabilities.iter().copied());
    }
    let transitive = evidence.iter().all(|e| {
        e.usage == Usage::Locked && e.captured.get("direct").is_some_and(|d| d == "false")
    });
    Component {
        id: identity.id.clone(),
        kind: identity.kind,
        name: identity.name.clone(),
        signature: identity.signature.clone(),
        provider: identity.provider.clone(),
        country: description
            .filter(|d| d.vendor == identity.provider)
            .and_then(|d| d.country.clone()),
        capabilities: capabilities.into_iter().collect(),
        // An identifier does not say where the model runs.
        egress: description.filter(|_| is_product).map_or(Egress::Depends, |d| d.egress),
        lifecycle: if is_product {
            description.map_or(Lifecycle::Inference, |d| d.lifecycle)
        } else {
            Lifecycle::Inference
        },
        usage,
        usages,
        region,
        indicated,
        transitive,
        purls: captured("purl"),
        versions: captured("version"),
        confidence: confidence_of(evidence),
        evidence: evidence.iter().map(|e| e.id.clone()).collect(),
        evidence_total: u32::try_from(evidence.len()).unwrap_or(u32::MAX),
    }
}
