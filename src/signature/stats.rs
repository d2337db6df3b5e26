//! How much is known: products, and names by kind, ecosystem and tier.

use std::collections::BTreeMap;

use super::library::{Entry, Library};
use super::list::ListKind;
use super::schema::EnvField;
use crate::model::vocabulary::Tier;

/// Names of one kind by tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tier A.
    pub a: usize,
    /// Tier B, confirmed.
    pub b: usize,
    /// Tier C.
    pub c: usize,
    /// Still to be confirmed: tier B, and not counted there.
    pub known: usize,
}

impl Counts {
    fn add(&mut self, tier: Tier, unconfirmed: bool) {
        match tier {
            _ if unconfirmed => self.known += 1,
            Tier::A => self.a += 1,
            Tier::B => self.b += 1,
            Tier::C => self.c += 1,
        }
    }
}

/// What a library knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Products with a signature of their own.
    pub curated: usize,
    /// Products that a list names.
    pub listed: usize,
    /// Families of such products.
    pub families: usize,
    /// Look-alikes that are refused.
    pub refused: usize,
    /// Published identifiers of models, each proved to be recognised.
    pub seen_models: usize,
    /// Exact names by kind (`package pypi`, `host`, `env`, ...).
    pub names: BTreeMap<String, Counts>,
    /// Beginnings of names and patterns by kind.
    pub patterns: BTreeMap<String, Counts>,
}

/// Counts a library.
#[must_use]
pub fn stats(library: &Library) -> Stats {
    let mut stats = Stats { families: library.families().len(), ..Stats::default() };
    for entry in library.entries() {
        if entry.family.is_some() {
            stats.listed += 1;
        } else {
            stats.curated += 1;
            of_entry(entry, &mut stats);
        }
    }
    for list in library.lists() {
        for row in list.rows() {
            match list.kind {
                kind if kind.is_refusal() => stats.refused += 1,
                ListKind::SeenModel => stats.seen_models += 1,
                ListKind::Product | ListKind::Route => {}
                kind => stats.count(&kind.words(), row.name, row.tier(), row.is_unconfirmed()),
            }
        }
    }
    stats
}

impl Stats {
    fn count(&mut self, kind: &str, name: &str, tier: Tier, unconfirmed: bool) {
        let open = name.contains('*') && kind != "file" && kind != "host";
        let table = if open { &mut self.patterns } else { &mut self.names };
        table.entry(kind.to_owned()).or_default().add(tier, unconfirmed);
    }

    fn counts<'n>(&mut self, kind: &str, names: impl IntoIterator<Item = &'n String>, tier: Tier) {
        names.into_iter().for_each(|name| self.count(kind, name, tier, false));
    }
}

fn of_entry(entry: &Entry, stats: &mut Stats) {
    let signature = &entry.signature;
    let tier = |given: Option<Tier>, usual: Tier| given.unwrap_or(usual);
    for text in &signature.packages {
        if let Some((kind, name)) = text.strip_prefix("pkg:").and_then(|text| text.split_once('/'))
        {
            stats.count(&format!("package {kind}"), name, Tier::A, false);
        }
    }
    for block in &signature.package {
        let kind = format!("package {}", block.ecosystem.purl_type());
        let tier = tier(block.tier, Tier::A);
        stats.counts(&kind, &block.names, tier);
        for prefix in &block.prefixes {
            stats.count(&kind, &format!("{prefix}*"), tier, false);
        }
    }
    for text in &signature.imports {
        let language = text.split(':').next().unwrap_or_default();
        stats.count(&format!("import {language}"), text, Tier::A, false);
    }
    for block in &signature.import {
        let kind = format!("import {}", block.lang.word());
        stats.counts(&kind, &block.modules, tier(block.tier, Tier::A));
    }
    for block in &signature.call {
        stats.counts("call", &block.symbols, tier(block.tier, Tier::A));
    }
    stats.counts("host", &signature.hosts, Tier::A);
    for block in &signature.host {
        stats.counts("host", &block.names, tier(block.tier, Tier::A));
    }
    match &signature.env {
        EnvField::Names(names) => stats.counts("env", names, Tier::B),
        EnvField::Blocks(blocks) => blocks
            .iter()
            .for_each(|block| stats.counts("env", &block.names, tier(block.tier, Tier::B))),
    }
    for block in &signature.model {
        let tier = tier(block.tier, Tier::B);
        stats.counts("model", &block.exact, tier);
        block.regex.iter().for_each(|_| stats.count("model", "*", tier, false));
    }
    stats.counts("image", &signature.images, Tier::A);
    for block in &signature.image {
        stats.counts("image", &block.names, tier(block.tier, Tier::A));
    }
    stats.counts("file", &signature.files, Tier::A);
    for block in &signature.file {
        stats.counts("file", &block.globs, tier(block.tier, Tier::A));
    }
    for block in &signature.setting {
        stats.counts("setting", &block.keys, tier(block.tier, Tier::A));
    }
    for block in &signature.key {
        stats.count("key", &block.kind, tier(block.tier, Tier::A), false);
    }
    for block in &signature.library {
        stats.counts("library", &block.names, tier(block.tier, Tier::A));
    }
    for block in &signature.symbol {
        stats.counts("symbol", &block.names, tier(block.tier, Tier::A));
    }
    for block in &signature.mark {
        stats.counts("mark", &block.texts, tier(block.tier, Tier::B));
    }
    for block in &signature.weights {
        stats.counts("weights", &block.formats, tier(block.tier, Tier::A));
    }
    for block in &signature.server {
        stats.count("server", &block.protocol, tier(block.tier, Tier::A), false);
    }
}
