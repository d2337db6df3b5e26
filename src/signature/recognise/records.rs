//! Records of exports become sightings: one for each product that an id, a
//! name or a host of the record belongs to.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Match, Recogniser, shown};
use crate::model::fact::{Record, RecordKind, RecordState};
use crate::model::vocabulary::{Tier, Usage};
use crate::signature::index::{Matcher, MatcherId};
use crate::signature::list::technique_of;
use crate::signature::names::hosts_in;

/// First labels under which a vendor speaks to readers and serves no product.
const FOR_READERS: &[&str] = &[
    "academy",
    "blog",
    "careers",
    "community",
    "developer",
    "developers",
    "docs",
    "forum",
    "help",
    "learn",
    "news",
    "status",
    "support",
    "trust",
];
/// A label that no signature asks for.
const NOBODY: &str = "tenant-of-nobody";
/// Scopes kept of one record.
const SCOPES: usize = 40;

/// What speaks for a product in one record.
struct Marks<'l> {
    matcher: &'l Matcher,
    tier: Tier,
    value: String,
    /// Kinds of marks: id, name, host.
    kinds: BTreeSet<u8>,
}

impl<'l> Recogniser<'l> {
    pub(super) fn record(&mut self, record: &Record<'_>, at: At<'_>) {
        let mut marks: BTreeMap<usize, Marks<'l>> = BTreeMap::new();
        for id in &record.ids {
            if record.about == RecordKind::Host {
                self.asked_for(id, &mut marks);
            } else {
                let ids = self.index().records(record.about, id);
                self.mark(ids, id, 0, None, &mut marks);
            }
        }
        for name in &record.names {
            let ids = self.index().records(record.about, name);
            self.mark(ids, name, 1, None, &mut marks);
        }
        for host in &record.hosts {
            for mention in hosts_in(host) {
                // A page of a vendor is no more than a second mark.
                let ids = self.index().hosts(&mention.host, mention.path);
                let told = self.without_tenant(&mention.host, mention.path, &ids);
                self.mark(ids, &told, 2, Some(Tier::B), &mut marks);
            }
        }
        for of_product in marks.into_values() {
            self.keep_record(record, &of_product, at);
        }
    }

    fn mark(
        &self,
        ids: Vec<MatcherId>,
        value: &str,
        kind: u8,
        at_most: Option<Tier>,
        marks: &mut BTreeMap<usize, Marks<'l>>,
    ) {
        for matcher in self.matchers(ids) {
            let tier = at_most.map_or(matcher.tier, |most| matcher.tier.max(most));
            let value = value.to_owned();
            let slot = marks.entry(matcher.entry).or_insert_with(|| Marks {
                matcher,
                tier,
                value,
                kinds: BTreeSet::new(),
            });
            slot.tier = slot.tier.min(tier);
            slot.kinds.insert(kind);
        }
    }

    /// A host that devices asked for: itself, else the nearest name above it
    /// that a signature claims.
    fn asked_for(&self, host: &str, marks: &mut BTreeMap<usize, Marks<'l>>) {
        let host = host.trim_end_matches('.').to_lowercase();
        let found = self.claimed(&host);
        if !found.is_empty() {
            let told = self.without_tenant(&host, "", &found);
            self.mark(found, &told, 0, None, marks);
            return;
        }
        let Some((label, mut above)) = host.split_once('.') else { return };
        if FOR_READERS.contains(&label) {
            return;
        }
        while above.contains('.') {
            let found = self.claimed(above);
            if !found.is_empty() {
                let told = self.without_tenant(above, "", &found);
                let told = if told.starts_with("*.") { told } else { format!("*.{told}") };
                self.mark(found, &told, 0, Some(Tier::B), marks);
                return;
            }
            let Some((_, rest)) = above.split_once('.') else { return };
            above = rest;
        }
    }

    /// A host as it may be told: labels that no signature asks for are the
    /// tenant's own, and `*` stands for them.
    fn without_tenant(&self, host: &str, path: &str, claims: &[MatcherId]) -> String {
        let mut told = host.to_owned();
        if self.index().names_host(host) {
            return told;
        }
        let mut rest = host;
        while let Some((_, behind)) = rest.split_once('.') {
            let found = self.index().hosts(&format!("{NOBODY}.{behind}"), path);
            if !claims.iter().any(|claim| found.contains(claim)) {
                break;
            }
            told = format!("*.{behind}");
            rest = behind;
        }
        told
    }

    /// What is known of a host in logs goes before what is known of it in code.
    fn claimed(&self, host: &str) -> Vec<MatcherId> {
        let found = self.index().records(RecordKind::Host, host);
        if found.is_empty() { self.index().hosts(host, "") } else { found }
    }

    fn keep_record(&mut self, record: &Record<'_>, marks: &Marks<'l>, at: At<'_>) {
        let usage = match record.state {
            Some(RecordState::Blocked) => Usage::Offered,
            Some(RecordState::Requested) => Usage::Declared,
            _ if record.used => Usage::Called,
            _ => Usage::Configured,
        };
        let scopes: Vec<&str> = record.scopes.iter().map(AsRef::as_ref).take(SCOPES).collect();
        let number = |number: Option<u64>| number.map_or(String::new(), |it| it.to_string());
        // Who goes to a page is no mention of it.
        let matcher = Matcher { proves: None, ..marks.matcher.clone() };
        let mut found = Match::new(&matcher, shown(&marks.value), usage)
            .capture("users", number(record.users))
            .capture("times", record.times.to_string())
            .capture("first_seen", record.first_seen.as_deref().unwrap_or_default())
            .capture("last_seen", record.last_seen.as_deref().unwrap_or_default())
            .capture("decided", record.state.map_or("", RecordState::word))
            .capture("reaches", record.reaches.join(" "));
        if !scopes.is_empty() {
            // one by one: a label is cut where it is long
            let told: Vec<String> = scopes.iter().map(|scope| shown(scope)).collect();
            found.captured.insert("scopes".to_owned(), told.join(" "));
        }
        // Two marks of different kinds in one record leave no doubt.
        found.tier =
            if marks.kinds.len() > 1 && marks.tier <= Tier::B { Tier::A } else { marks.tier };
        let technique = technique_of(record.about);
        self.keep_as(found, technique, at);
    }
}
