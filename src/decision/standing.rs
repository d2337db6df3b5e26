//! How each decision stands today: decided, stale, expired, contested,
//! superseded; and what nobody decided yet. Which change does what is in the
//! drift table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::file::{Decision, DecisionFile, Seen, seen_in};
use crate::classify::{Change, RuleLibrary};
use crate::model::classification::Human;
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;

/// How a decision stands, most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Two decisions say different things, or one was altered.
    Contested,
    /// The evidence has changed since.
    Stale,
    /// Its day of review has passed.
    Expired,
    /// The system is no longer found; a person must confirm that it is gone.
    Retired,
    /// Nobody decided.
    Undecided,
    /// It holds.
    Decided,
    /// Another decision took its place.
    Superseded,
}

impl State {
    /// The word for people and programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contested => "contested",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Retired => "retired?",
            Self::Undecided => "undecided",
            Self::Decided => "decided",
            Self::Superseded => "superseded",
        }
    }
}

/// One decision, or the lack of one, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The system.
    pub system_id: String,
    /// What is decided.
    pub about: String,
    /// How it stands.
    pub state: State,
    /// How much a change matters: `high`, `medium`, `low`, `note`; empty if nothing changed.
    pub severity: String,
    /// The decision's id; empty if there is none.
    pub decision: String,
    /// What was decided; empty if nothing was.
    pub value: String,
    /// The day of review; empty if nothing was decided.
    pub review_by: String,
    /// Why it stands so, one sentence each.
    pub why: Vec<String>,
}

/// How everything stands: every decision of the file, and for every system
/// whether its scope is decided. By system, then by what is decided.
#[must_use]
pub fn standings(
    inventory: &Inventory,
    decisions: &DecisionFile,
    rules: &RuleLibrary,
) -> Vec<Standing> {
    let systems: BTreeMap<&str, &AiSystem> =
        inventory.systems.iter().map(|system| (system.id.as_str(), system)).collect();
    // a system that was renamed keeps what was decided about it
    let mut by_any_id = systems.clone();
    for system in &inventory.systems {
        by_any_id.extend(system.previous_ids.iter().map(|old| (old.as_str(), system)));
    }
    let superseded: BTreeSet<&str> =
        decisions.decision.iter().map(|decision| decision.supersedes.as_str()).collect();
    let mut all: Vec<Standing> = decisions
        .decision
        .iter()
        .map(|decision| {
            let system = by_any_id.get(decision.system_id.as_str()).copied();
            let mut standing = Standing {
                system_id: system.map_or(&decision.system_id, |system| &system.id).clone(),
                about: decision.about.clone(),
                state: State::Decided,
                severity: String::new(),
                decision: decision.id.clone(),
                value: decision.value.clone(),
                review_by: decision.review_by.clone(),
                why: Vec::new(),
            };
            if superseded.contains(decision.id.as_str()) {
                standing.state = State::Superseded;
            } else {
                judge(&mut standing, decision, system, inventory, rules);
                contest(&mut standing, decision, decisions, &superseded);
            }
            standing
        })
        .collect();
    for id in systems.keys() {
        let decided = all.iter().any(|standing| {
            standing.system_id == *id && ["scope", "not-ai"].contains(&standing.about.as_str())
        });
        if !decided {
            all.push(Standing {
                system_id: (*id).to_owned(),
                about: "scope".to_owned(),
                state: State::Undecided,
                severity: String::new(),
                decision: String::new(),
                value: String::new(),
                review_by: String::new(),
                why: vec!["nobody decided about its scope yet".to_owned()],
            });
        }
    }
    all.sort_by(|a, b| {
        (&a.system_id, &a.about, a.state, &a.decision).cmp(&(
            &b.system_id,
            &b.about,
            b.state,
            &b.decision,
        ))
    });
    all
}

/// Notes in an inventory how the decision about each system's scope stands.
pub fn note(inventory: &mut Inventory, decisions: &DecisionFile, rules: &RuleLibrary) {
    let all = standings(inventory, decisions, rules);
    for system in &mut inventory.systems {
        let known = all
            .iter()
            .filter(|standing| {
                standing.system_id == system.id
                    && ["scope", "not-ai"].contains(&standing.about.as_str())
            })
            .min_by_key(|standing| standing.state);
        let Some(known) = known else { continue };
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        system.classification.human = Human {
            state: known.state.word().to_owned(),
            scope: said(&known.value),
            decision: said(&known.decision),
            severity: said(&known.severity),
        };
    }
}

/// Two decisions in force about one thing that say different values.
fn contest(
    standing: &mut Standing,
    decision: &Decision,
    decisions: &DecisionFile,
    superseded: &BTreeSet<&str>,
) {
    let other = decisions.decision.iter().find(|other| {
        other.system_id == decision.system_id
            && other.about == decision.about
            && other.value != decision.value
            && !superseded.contains(other.id.as_str())
    });
    if let Some(other) = other {
        standing.state = State::Contested;
        standing.why.push(format!("`{}` says `{}`", other.id, other.value));
    }
    // Two branches that were merged may bring one decision twice; what else has
    // its id was written by hand.
    let same_id = decisions.decision.iter().filter(|other| other.id == decision.id);
    let (same, altered): (Vec<_>, Vec<_>) = same_id.partition(|other| *other == decision);
    if !altered.is_empty() {
        standing.state = State::Contested;
        standing.why.push("its id stands twice, and not for the same".to_owned());
    } else if same.len() > 1 {
        standing.why.push("it stands twice, word for word".to_owned());
    }
    if !decision.is_whole() {
        standing.state = State::Contested;
        standing.why.push("its digest does not match its material".to_owned());
    }
    if decision.review_by < decision.decided_on {
        standing.why.push("its day of review lies before the day of the decision".to_owned());
    }
}

fn judge(
    standing: &mut Standing,
    decision: &Decision,
    system: Option<&AiSystem>,
    inventory: &Inventory,
    rules: &RuleLibrary,
) {
    let now = system.map(|system| seen_in(inventory, system));
    for row in rules.drift() {
        let changed = match (&row.change, system, &now) {
            (Change::SystemGone, None, _) => vec![String::new()],
            (Change::SystemGone, Some(_), _) | (_, None, _) | (_, _, None) => Vec::new(),
            (Change::MaterialGone, Some(system), _) => gone(decision, inventory, system),
            (Change::Factors, _, Some(now)) => values_added(&row.factors, &decision.seen, now),
            (Change::AreaAdded, _, Some(now)) => added(&decision.seen.areas, &now.areas),
            (Change::HostAdded, _, Some(now)) => added(&decision.seen.hosts, &now.hosts),
            (Change::ModelChanged, _, Some(now)) => {
                let mut changed = added(&decision.seen.models, &now.models);
                changed.extend(added(&now.models, &decision.seen.models));
                changed
            }
            (Change::PackMajor, _, _) => pack_changed(decision, inventory),
            (Change::LawDate, _, _) => law_days(decision, inventory, rules),
            (Change::ReviewPassed, _, _) => {
                let passed = decision.review_by.as_str() < inventory.as_of.as_str();
                if passed { vec![decision.review_by.clone()] } else { Vec::new() }
            }
        };
        if changed.is_empty() {
            continue;
        }
        let state = match row.change {
            Change::SystemGone => State::Retired,
            Change::ReviewPassed => State::Expired,
            Change::LawDate => standing.state,
            _ => State::Stale,
        };
        standing.state = standing.state.min(state);
        if rank(&row.severity) > rank(&standing.severity) {
            standing.severity.clone_from(&row.severity);
        }
        let what = changed.iter().filter(|what| !what.is_empty()).cloned().collect::<Vec<_>>();
        let list = if what.is_empty() { String::new() } else { format!(": {}", what.join(", ")) };
        standing.why.push(format!("{}{list}", row.title));
    }
}

fn rank(severity: &str) -> u8 {
    match severity {
        "high" => 4,
        "medium" => 3,
        "low" => 2,
        "note" => 1,
        _ => 0,
    }
}

fn added(before: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<String> {
    now.difference(before).cloned().collect()
}

fn values_added(factors: &[String], before: &Seen, now: &Seen) -> Vec<String> {
    let none = BTreeSet::new();
    factors
        .iter()
        .flat_map(|factor| {
            let before = before.factors.get(factor).unwrap_or(&none);
            let now = now.factors.get(factor).unwrap_or(&none);
            added(before, now)
                .into_iter()
                .filter(|value| !["unknown", "none_seen", "undetermined"].contains(&value.as_str()))
                .map(move |value| format!("{factor} is now {value}"))
        })
        .collect()
}

/// Material that neither the evidence nor the reading holds any more.
fn gone(decision: &Decision, inventory: &Inventory, system: &AiSystem) -> Vec<String> {
    let here: BTreeSet<&str> = inventory
        .evidence
        .iter()
        .map(|piece| piece.id.as_str())
        .chain(system.classification.reading.signals.iter().map(|signal| signal.id.as_str()))
        .collect();
    let gone = decision.material.iter().filter(|id| !here.contains(id.as_str()));
    gone.cloned().collect()
}

fn pack_changed(decision: &Decision, inventory: &Inventory) -> Vec<String> {
    let major = |pack: &str| {
        let version = pack.split('@').nth(1).unwrap_or_default();
        version.split('.').next().unwrap_or_default().to_owned()
    };
    let now = inventory.rule_packs.first().map(|pack| format!("{}@{}", pack.name, pack.version));
    match now {
        Some(now) if major(&now) != major(&decision.rule_pack) => vec![now],
        _ => Vec::new(),
    }
}

/// Days of law that came since the decision.
fn law_days(decision: &Decision, inventory: &Inventory, rules: &RuleLibrary) -> Vec<String> {
    rules
        .dates()
        .iter()
        .filter(|day| {
            day.from.as_str() > decision.decided_on.as_str()
                && day.from.as_str() <= inventory.as_of.as_str()
        })
        .map(|day| format!("{} since {}", day.what, day.from))
        .collect()
}
