//! How sure a rule's support makes it: noisy-or over channels, in integers.
//!
//! What stands in one channel is one independent signal, so a hundred equal
//! hits do not become certainty. Knows numbers and channels, no rule.

use std::collections::BTreeMap;

use super::condition::{Piece, Support};
use super::library::RuleLibrary;
use super::schema::{Channel, Trust};
use crate::model::evidence::Confidence;

const WHOLE: u64 = 1000;

/// Confidence of a rule that fired, before any ceiling, per mille.
pub(super) fn strength(rules: &RuleLibrary, support: &Support<'_>) -> Confidence {
    let own = if support.evidential { noisy_or(rules, support) } else { per_mille(WHOLE) };
    let own = own.min(support.limit);
    let Some(contrary) = &support.contrary else { return own };
    // what speaks against it takes up to half
    let against = u64::from(noisy_or(rules, contrary));
    per_mille(u64::from(own) * (2 * WHOLE - against) / (2 * WHOLE))
}

/// Whether as much speaks against a value as for it.
pub(super) fn is_in_conflict(rules: &RuleLibrary, support: &Support<'_>) -> bool {
    let half = |confidence: Confidence| u64::from(confidence) * 2 >= WHOLE;
    support.contrary.as_ref().is_some_and(|contrary| half(noisy_or(rules, contrary)))
        && half(noisy_or(rules, support))
}

/// `1 - product(1 - reliability * share)` over the channels that said something.
fn noisy_or(rules: &RuleLibrary, support: &Support<'_>) -> Confidence {
    let trust = rules.trust();
    let full = u64::from(trust.full) * WHOLE;
    // the order of the table, so that rounding is the same everywhere
    let mut points: BTreeMap<usize, u64> = BTreeMap::new();
    let mut add = |rules: &RuleLibrary, speaks: &dyn Fn(&Channel) -> bool, amount: u64| {
        if let Some(index) = rules.channels().iter().position(speaks) {
            *points.entry(index).or_default() += amount;
        }
    };
    for piece in support.evidence.values() {
        let technique = piece.evidence.technique;
        add(rules, &|channel| channel.techniques.contains(&technique), weight(trust, *piece));
    }
    for signal in support.signals.values() {
        let channel = signal.channel;
        add(rules, &|known| known.reading.contains(&channel), u64::from(signal.points));
    }
    for unit in &support.units {
        add(rules, &|channel| channel.units.contains(&unit.kind), full);
    }
    for destination in &support.destinations {
        add(rules, &|channel| channel.destinations.contains(&destination.basis), full);
    }
    if !support.owners.is_empty() {
        add(rules, &|channel| channel.owners, full);
    }
    // parts per million, so that a dozen channels lose nothing to rounding
    let mut miss = WHOLE * WHOLE;
    for (index, points) in points {
        let reliability = rules.channels().get(index).map_or(0, |channel| channel.reliability);
        let share = points.min(full) * WHOLE / full.max(1);
        let hit = u64::from(reliability) * share / WHOLE;
        miss = miss * WHOLE.saturating_sub(hit) / WHOLE;
    }
    per_mille((WHOLE * WHOLE - miss) / WHOLE)
}

/// Points of one piece, in thousandths: its tier's, weighed by its place.
fn weight(trust: &Trust, piece: Piece<'_>) -> u64 {
    let points = trust.points.get(&piece.evidence.tier).copied().unwrap_or(0);
    let place = if piece.region_asked {
        WHOLE
    } else {
        trust.region.get(&piece.evidence.region).copied().map_or(0, u64::from)
    };
    u64::from(points) * place
}

fn per_mille(value: u64) -> Confidence {
    Confidence::try_from(value.min(WHOLE)).unwrap_or(Confidence::MAX)
}
