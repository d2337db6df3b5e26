//! Whether a rule's conditions hold for a system, and what speaks for it.
//!
//! A condition that does not hold has no support; there is no third answer,
//! because a rule that cannot be decided must not fire either: `absent` holds
//! only when the scan was complete. Knows no rule by name and no law.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{ById, Case, Settled, UsedComponent};
use super::schema::{
    AreaPattern, ComponentPattern, Condition, DestinationPattern, EvidencePattern, MarkerPattern,
    Reach, Rule, ScanExtent, Stated,
};
use crate::model::evidence::{Confidence, Evidence};
use crate::model::fact::UnitKind;
use crate::model::reading::Signal;
use crate::model::system::{Destination, Unit};

/// What speaks for a rule that fired.
#[derive(Debug)]
pub(super) struct Support<'a> {
    /// Evidence that matched, by id.
    pub(super) evidence: BTreeMap<&'a str, Piece<'a>>,
    /// Signals of the second reading that matched, by id.
    pub(super) signals: BTreeMap<&'a str, &'a Signal>,
    /// Evidence of the factor values that matched.
    pub(super) inherited: ById<'a>,
    /// Signals of the factor values that matched.
    pub(super) inherited_signals: BTreeMap<&'a str, &'a Signal>,
    /// What speaks against it.
    pub(super) contrary: Option<Box<Support<'a>>>,
    /// Declarations that matched.
    pub(super) units: BTreeSet<&'a Unit>,
    /// Destinations that matched.
    pub(super) destinations: BTreeSet<&'a Destination>,
    /// Handles of owners, if they were asked for.
    pub(super) owners: BTreeSet<&'a str>,
    /// Cap on the strength, from factor values and absences.
    pub(super) limit: Confidence,
    /// Whether strength comes from what was found here.
    pub(super) evidential: bool,
}

/// A matching piece of evidence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) evidence: &'a Evidence,
    /// The rule asked for this region, so the region does not weigh it down.
    pub(super) region_asked: bool,
}

/// What a condition is asked of.
#[derive(Clone, Copy)]
pub(super) struct Bench<'c, 'a> {
    pub(super) case: &'c Case<'a>,
    pub(super) settled: &'c Settled<'a>,
    /// Most that a conclusion from absence is worth.
    pub(super) absence: Confidence,
}

impl<'a> Bench<'_, 'a> {
    /// Whether a rule fires, and on what.
    pub(super) fn fires(self, rule: &Rule) -> Option<Support<'a>> {
        let mut support = Support::silent();
        for condition in &rule.when.all {
            support.and(self.holds(condition)?);
        }
        if !rule.when.any.is_empty() {
            let either = rule.when.any.iter().filter_map(|condition| self.holds(condition));
            support.and(either.reduce(Support::or)?);
        }
        if rule.unless.any.iter().any(|exception| self.holds(exception).is_some()) {
            return None;
        }
        let against = rule.contrary.any.iter().filter_map(|condition| self.holds(condition));
        support.contrary = against.reduce(Support::or).map(Box::new);
        Some(support)
    }

    fn holds(self, condition: &Condition) -> Option<Support<'a>> {
        let case = self.case;
        match condition {
            Condition::Component(pattern) => components(pattern, case),
            Condition::Evidence(pattern) => evidence(pattern, case),
            Condition::Destination(pattern) => destinations(pattern, case),
            Condition::Unit(kinds) => units(kinds, case),
            Condition::System(kinds) => kinds.contains(&case.system.kind).then(Support::silent),
            Condition::Region(regions) => {
                regions.contains(&case.system.region).then(Support::silent)
            }
            Condition::Owners(Stated::Present) => owners(case),
            Condition::Owners(Stated::Absent) => self.absent(owners(case).as_ref()),
            Condition::Scan(extent) => {
                (case.complete == (*extent == ScanExtent::Complete)).then(Support::silent)
            }
            Condition::Factor(wanted) => factors(wanted, self.settled),
            Condition::Area(pattern) => areas(pattern, case),
            Condition::Marker(pattern) => markers(pattern, case),
            Condition::Reading(extent) => {
                (case.reading.complete == (*extent == ScanExtent::Complete)).then(Support::silent)
            }
            Condition::Absent(inner) => {
                // words that were not looked for are not absent
                let by_words = matches!(**inner, Condition::Area(_) | Condition::Marker(_));
                if by_words && !case.reading.complete {
                    return None;
                }
                self.absent(self.holds(inner).as_ref())
            }
        }
    }

    fn absent(self, found: Option<&Support<'a>>) -> Option<Support<'a>> {
        (found.is_none() && self.case.complete)
            .then(|| Support { limit: self.absence, ..Support::silent() })
    }
}

impl<'a> Support<'a> {
    /// Holds, but says nothing by itself.
    fn silent() -> Self {
        Self {
            evidence: BTreeMap::new(),
            signals: BTreeMap::new(),
            inherited: BTreeMap::new(),
            inherited_signals: BTreeMap::new(),
            contrary: None,
            units: BTreeSet::new(),
            destinations: BTreeSet::new(),
            owners: BTreeSet::new(),
            limit: 1000,
            evidential: false,
        }
    }

    fn found() -> Self {
        Self { evidential: true, ..Self::silent() }
    }

    /// Both are needed: the less sure one caps.
    fn and(&mut self, other: Self) {
        self.limit = self.limit.min(other.limit);
        self.join(other);
    }

    /// One is enough: the surer one caps.
    fn or(mut self, other: Self) -> Self {
        self.limit = self.limit.max(other.limit);
        self.join(other);
        self
    }

    fn join(&mut self, other: Self) {
        for (id, piece) in other.evidence {
            self.evidence
                .entry(id)
                .and_modify(|known| known.region_asked |= piece.region_asked)
                .or_insert(piece);
        }
        self.signals.extend(other.signals);
        self.inherited.extend(other.inherited);
        self.inherited_signals.extend(other.inherited_signals);
        self.units.extend(other.units);
        self.destinations.extend(other.destinations);
        self.owners.extend(other.owners);
        self.evidential |= other.evidential;
    }

    fn cite(&mut self, evidence: impl Iterator<Item = &'a Evidence>, region_asked: bool) {
        self.evidence
            .extend(evidence.map(|piece| (&*piece.id, Piece { evidence: piece, region_asked })));
    }
}

fn components<'a>(pattern: &ComponentPattern, case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    let mut any = false;
    for used in case.uses.iter().filter(|used| component_matches(pattern, used)) {
        any = true;
        support.cite(used.evidence.iter().copied(), !pattern.region.is_empty());
    }
    any.then_some(support)
}

fn component_matches(pattern: &ComponentPattern, used: &UsedComponent<'_>) -> bool {
    let UsedComponent { component, here, .. } = used;
    asked(&pattern.role, &component.kind)
        && asked_any(&pattern.capability, &component.capabilities)
        && !component.capabilities.iter().any(|can| pattern.lacks.contains(can))
        && asked(&pattern.egress, &component.egress)
        && asked(&pattern.lifecycle, &component.lifecycle)
        && (asked_any(&pattern.usage, &here.usages) || pattern.usage.contains(&here.usage))
        && asked(&pattern.region, &here.region)
}

fn evidence<'a>(pattern: &EvidencePattern, case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    for used in &case.uses {
        let matching =
            used.evidence.iter().copied().filter(|piece| evidence_matches(pattern, used, piece));
        support.cite(matching, !pattern.region.is_empty());
    }
    (!support.evidence.is_empty()).then_some(support)
}

fn evidence_matches(pattern: &EvidencePattern, used: &UsedComponent<'_>, piece: &Evidence) -> bool {
    let component = used.component;
    asked(&pattern.role, &component.kind)
        && (asked_any(&pattern.capability, &component.capabilities)
            || asked_any(&pattern.capability, &piece.capabilities))
        && asked_any(&pattern.shows, &piece.capabilities)
        && asked(&pattern.egress, &component.egress)
        && asked(&pattern.technique, &piece.technique)
        && asked(&pattern.usage, &piece.usage)
        && asked(&pattern.region, &piece.region)
        && asked_of(&pattern.lifecycle, piece.lifecycle.as_ref())
        && asked_of(&pattern.grant, piece.grant.as_ref())
        && (pattern.scope.is_empty()
            || captured(piece, "scope")
                .is_some_and(|word| pattern.scope.iter().any(|scope| scope.word() == word)))
        && (pattern.ecosystem.is_empty()
            || purl_type(piece)
                .is_some_and(|word| pattern.ecosystem.iter().any(|e| e.purl_type() == word)))
        && (pattern.within.is_empty() || stands_in(&piece.place.path, &pattern.within))
        && !stands_in(&piece.place.path, &pattern.outside)
}

/// No list asks nothing.
fn asked<T: PartialEq>(wanted: &[T], word: &T) -> bool {
    wanted.is_empty() || wanted.contains(word)
}

fn asked_any<T: PartialEq>(wanted: &[T], words: &[T]) -> bool {
    wanted.is_empty() || words.iter().any(|word| wanted.contains(word))
}

fn asked_of<T: PartialEq>(wanted: &[T], word: Option<&T>) -> bool {
    wanted.is_empty() || word.is_some_and(|word| wanted.contains(word))
}

fn captured<'e>(piece: &'e Evidence, key: &str) -> Option<&'e str> {
    piece.captured.get(key).map(String::as_str)
}

fn purl_type(piece: &Evidence) -> Option<&str> {
    captured(piece, "purl")?.strip_prefix("pkg:")?.split('/').next()
}

/// Whether the path is one of the folders' or lies below one, at any depth:
/// a target may hold several repositories.
fn stands_in(path: &str, folders: &[String]) -> bool {
    folders.iter().any(|folder| {
        path.match_indices(folder.as_str()).any(|(start, _)| {
            let before = path.get(..start).unwrap_or_default();
            let after = path.get(start + folder.len()..).unwrap_or_default();
            (before.is_empty() || before.ends_with('/'))
                && (after.is_empty() || after.starts_with('/'))
        })
    })
}

fn destinations<'a>(pattern: &DestinationPattern, case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    for destination in &case.system.destinations {
        if asked(&pattern.basis, &destination.basis)
            && asked(&pattern.reach, &reach(&destination.host))
            && pattern
                .provider
                .is_none_or(|known| (known == Stated::Absent) == destination.provider.is_empty())
        {
            support.destinations.insert(destination);
            support.cite(case.evidence(&destination.evidence), false);
        }
    }
    (!support.destinations.is_empty()).then_some(support)
}

/// How far away a host is, by its name: a bare name is a neighbour in the same
/// compose file or cluster.
fn reach(host: &str) -> Reach {
    let name = host_name(host);
    let octets: Vec<u8> = name.split('.').map_while(|octet| octet.parse().ok()).collect();
    let private = match octets.as_slice() {
        [127 | 10, _, _, _] | [192, 168, _, _] | [0, 0, 0, 0] => true,
        [172, second, _, _] => (16..32).contains(second),
        _ => false,
    };
    let local =
        [".localhost", ".local", ".internal", ".svc"].iter().any(|suffix| name.ends_with(suffix));
    let bare = !name.contains('.') && !name.contains(':');
    if private || local || bare || name == "::1" { Reach::Near } else { Reach::Far }
}

/// The host without its port and brackets.
fn host_name(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    match host.split_once(':') {
        Some((name, port)) if !port.contains(':') => name,
        _ => host,
    }
}

fn units<'a>(kinds: &[UnitKind], case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    support.units.extend(case.system.units.iter().filter(|unit| asked(kinds, &unit.kind)));
    (!support.units.is_empty()).then_some(support)
}

fn owners<'a>(case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    let answering = case.system.owners.iter().filter(|owner| !owner.maintainer);
    support.owners.extend(answering.map(|owner| owner.handle.as_str()));
    (!support.owners.is_empty()).then_some(support)
}

fn areas<'a>(pattern: &AreaPattern, case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    let mut any = false;
    for finding in &case.areas {
        let guarded = (pattern.guard.is_empty()
            || finding.guards.iter().any(|guard| pattern.guard.contains(guard)))
            && !finding.guards.iter().any(|guard| pattern.unguarded.contains(guard));
        if asked(&pattern.id, &finding.area)
            && !pattern.except.contains(&finding.area)
            && asked(&pattern.level, &finding.level)
            && (!pattern.named || case.named.contains(&finding.area))
            && guarded
        {
            any = true;
            let signals = case.signals(&finding.area);
            support.signals.extend(signals.map(|signal| (&*signal.id, signal)));
        }
    }
    any.then_some(support)
}

fn markers<'a>(pattern: &MarkerPattern, case: &Case<'a>) -> Option<Support<'a>> {
    let mut support = Support::found();
    let mut terms = BTreeSet::new();
    for signal in &case.reading.signals {
        if pattern.id.contains(&signal.about) && asked(&pattern.channel, &signal.channel) {
            terms.insert((&signal.about, &signal.term));
            support.signals.insert(&*signal.id, signal);
        }
    }
    (terms.len() >= pattern.distinct.max(1)).then_some(support)
}

fn factors<'a>(
    wanted: &BTreeMap<String, Vec<String>>,
    settled: &Settled<'a>,
) -> Option<Support<'a>> {
    let mut support = Support::silent();
    for (factor, values) in wanted {
        let held = settled.get(factor.as_str())?;
        let mut surest = None;
        for holding in held.iter().filter(|held| values.iter().any(|value| value == held.value)) {
            surest = surest.max(Some(holding.confidence));
            support.inherited.extend(&holding.evidence);
            support.inherited_signals.extend(&holding.signals);
        }
        support.limit = support.limit.min(surest?);
    }
    Some(support)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_private_and_bare_names_are_near() {
        for host in [
            "localhost:11434",
            "127.0.0.1",
            "10.1.2.3:80",
            "172.20.0.4",
            "192.168.1.1",
            "ollama:11434",
            "host.docker.internal",
            "[::1]:8000",
            "llm.prod.svc",
        ] {
            assert_eq!(reach(host), Reach::Near, "{host}");
        }
    }

    #[test]
    fn public_names_and_addresses_are_far() {
        for host in
            ["api.example.com", "172.32.0.1", "1.2.3.4:443", "10.example.com", "[2001:db8::1]"]
        {
            assert_eq!(reach(host), Reach::Far, "{host}");
        }
    }

    #[test]
    fn a_folder_is_met_at_any_depth_but_only_whole() {
        let folders = [".github/workflows".to_owned()];
        assert!(stands_in(".github/workflows/ci.yml", &folders));
        assert!(stands_in("repo/.github/workflows/ci.yml", &folders));
        assert!(!stands_in("x.github/workflows/ci.yml", &folders));
        assert!(!stands_in(".github/workflows-old/ci.yml", &folders));
    }
}
