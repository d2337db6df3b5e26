//! From words to levels: how clearly a system's files speak of an area.
//!
//! A pure function of the signals. Guards: two kinds of place and two strong
//! words outside prose (G2), a cap per kind of place (G3), words of several
//! senses count only beside another word of the area (G5), many areas at once
//! are a text about law and no purpose (G7), a library shows capability and no
//! purpose (G8). Knows no law.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Area, Demand, Lexicon, Weighing};
use crate::model::classification::AreaFinding;
use crate::model::reading::{Channel, Level, Reading, Signal, Weight};

/// Signals that a level cites (G9).
const CITED: usize = 5;
/// The group of practices, which no breadth is judged by.
const PRACTICES: &str = "art5";

/// The areas that a reading speaks of, most clearly first.
#[must_use]
pub(crate) fn findings(lexicon: &Lexicon, reading: &Reading) -> Vec<AreaFinding> {
    let Some(weighing) = &lexicon.weighing else { return Vec::new() };
    let mut found: Vec<(&Area, AreaFinding)> = lexicon
        .areas
        .iter()
        .filter_map(|area| Some((area, finding(area, reading, weighing)?)))
        .collect();
    let groups: BTreeSet<&str> = found
        .iter()
        .filter(|(area, finding)| finding.level == Level::Indicated && area.group != PRACTICES)
        .map(|(area, _)| area.group.as_str())
        .collect();
    if groups.len() >= weighing.breadth {
        for (_, finding) in &mut found {
            if finding.level == Level::Indicated {
                finding.level = Level::Possible;
                finding.guards.push("G7".to_owned());
            }
        }
    }
    let mut found: Vec<AreaFinding> = found.into_iter().map(|(_, finding)| finding).collect();
    found.sort_by(|a, b| {
        (Reverse(a.level), Reverse(a.points), &a.area).cmp(&(
            Reverse(b.level),
            Reverse(b.points),
            &b.area,
        ))
    });
    found
}

fn finding(area: &Area, reading: &Reading, weighing: &Weighing) -> Option<AreaFinding> {
    let signals: Vec<&Signal> =
        reading.signals.iter().filter(|signal| signal.about == area.id).collect();
    if signals.is_empty() {
        return None;
    }
    let mut channels: BTreeMap<Channel, BTreeMap<&str, u32>> = BTreeMap::new();
    for signal in &signals {
        let points = channels.entry(signal.channel).or_default().entry(&signal.term).or_default();
        *points = (*points).max(signal.points);
    }
    let points: u32 =
        channels.values().map(|terms| terms.values().sum::<u32>().min(weighing.channel_cap)).sum();
    let strong = |weights: &[Weight]| -> usize {
        let terms: BTreeSet<&str> = signals
            .iter()
            .filter(|signal| !signal.channel.is_prose() && weights.contains(&signal.weight))
            .map(|signal| signal.term.as_str())
            .collect();
        terms.len()
    };
    let words = strong(&[Weight::Strong]);
    let with_libraries = strong(&[Weight::Strong, Weight::Library]);
    let meets = |demand: &Demand, strong: usize| {
        points >= demand.points
            && channels.len() >= demand.channels
            && channels.keys().any(|channel| !channel.is_prose())
            && strong >= demand.strong
    };
    let mut guards = Vec::new();
    let level = if meets(&weighing.indicated, words) {
        Level::Indicated
    } else if meets(&weighing.possible, with_libraries) {
        if meets(&weighing.indicated, with_libraries) {
            guards.push("G8".to_owned());
        }
        Level::Possible
    } else {
        Level::Mention
    };
    let level = if level > Level::Mention && signals.iter().all(|signal| has_senses(area, signal)) {
        guards.push("G5".to_owned());
        Level::Mention
    } else {
        level
    };
    let mut best = signals.clone();
    best.sort_by_key(|signal| (Reverse(signal.points), &signal.place, signal.span));
    Some(AreaFinding {
        area: area.id.clone(),
        title: area.title.clone(),
        level,
        points,
        strong_terms: u32::try_from(words).unwrap_or(u32::MAX),
        channels: channels.keys().map(|channel| channel.word().to_owned()).collect(),
        guards,
        iri: area.iri.clone(),
        evidence: best.iter().take(CITED).map(|signal| signal.id.clone()).collect(),
    })
}

/// The areas of which a strong word that has no other sense stands somewhere, be
/// it once and in prose. That is no sign of use, but it is a sign. A package alone
/// shows what can be done and names nothing.
#[must_use]
pub(crate) fn named(lexicon: &Lexicon, reading: &Reading) -> BTreeSet<String> {
    let names = |signal: &&Signal| {
        let area = lexicon.areas.iter().find(|area| area.id == signal.about);
        signal.weight == Weight::Strong && area.is_some_and(|area| !has_senses(area, signal))
    };
    reading.signals.iter().filter(names).map(|signal| signal.about.clone()).collect()
}

/// Whether the word begins with one that has other senses: "candidate", "verdict".
fn has_senses(area: &Area, signal: &Signal) -> bool {
    signal.weight != Weight::Library
        && area.ambiguous.iter().any(|word| signal.term.starts_with(word.as_str()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::indexing_slicing)]

    use super::*;
    use crate::classify::RuleLibrary;
    use crate::model::place::{Place, Region};

    fn reading(terms: &[(&str, Weight, Channel)]) -> Reading {
        let signal = |(at, (term, weight, channel)): (usize, &(&str, Weight, Channel))| Signal {
            id: format!("sig-{at}"),
            about: "annex3.4".to_owned(),
            term: (*term).to_owned(),
            weight: *weight,
            points: 3000,
            channel: *channel,
            place: Place::new(".", format!("file{at}.py")),
            span: None,
            region: Region::Product,
            excerpt: String::new(),
        };
        Reading { signals: terms.iter().enumerate().map(signal).collect(), ..Reading::default() }
    }

    #[test]
    fn an_area_is_named_by_a_strong_word_without_other_senses_even_in_prose() {
        let rules = RuleLibrary::built_in().expect("tables");
        let is_named = |term: &str, weight, channel| {
            !named(rules.lexicon(), &reading(&[(term, weight, channel)])).is_empty()
        };
        assert!(is_named("employee attrition", Weight::Strong, Channel::Document));
        assert!(!is_named("pyresparser", Weight::Library, Channel::Library));
        assert!(!is_named("candidate* + score", Weight::Strong, Channel::Code));
        assert!(!is_named("recruit*", Weight::Medium, Channel::Code));
    }

    #[test]
    fn a_word_of_several_senses_needs_another_word_of_the_area_beside_it() {
        let rules = RuleLibrary::built_in().expect("tables");
        let mut terms = vec![
            ("candidate* + score", Weight::Strong, Channel::Code),
            ("candidate* + decision", Weight::Strong, Channel::Interface),
            ("candidate scor*", Weight::Strong, Channel::Code),
            ("resume*", Weight::Medium, Channel::Config),
        ];
        let alone = findings(rules.lexicon(), &reading(&terms));
        assert_eq!((alone[0].level, alone[0].guards.join(" ")), (Level::Mention, "G5".to_owned()));
        terms.push(("hiring", Weight::Medium, Channel::Prompt));
        let beside = findings(rules.lexicon(), &reading(&terms));
        assert_eq!(beside[0].level, Level::Indicated);
    }
}
