//! What is missing, with its clause, why it matters, and who might close it.

use super::{Page, Section, Sources, Table, joined};
use crate::classify::RuleLibrary;
use crate::decision::{Standing, State};
use crate::model::inventory::Inventory;
use crate::model::system::{AiSystem, Owner, SystemKind};
use crate::model::vocabulary::{Grant, Technique};

/// One gap, before it has a number.
struct Gap {
    clause: &'static str,
    system: String,
    missing: String,
    why: &'static str,
    severity: &'static str,
    closes: &'static str,
}

pub(super) fn page(sources: Sources<'_>, standings: &[Standing]) -> Page {
    let mut gaps: Vec<(u8, Gap)> = Vec::new();
    for system in &sources.inventory.systems {
        for gap in of_system(system, sources.inventory, sources.rules, standings) {
            gaps.push((rank(gap.severity), gap));
        }
    }
    gaps.sort_by(|a, b| {
        (a.0, &a.1.system, a.1.clause, &a.1.missing).cmp(&(
            b.0,
            &b.1.system,
            b.1.clause,
            &b.1.missing,
        ))
    });
    let mut table = Table::new(&[
        "severity",
        "system",
        "clause",
        "missing",
        "why it matters",
        "suggested owner",
        "closed by",
        "status",
    ]);
    for (_, gap) in &gaps {
        let owner = sources
            .inventory
            .systems
            .iter()
            .find(|system| system.name == gap.system)
            .map(|system| joined(system.owners.iter().map(Owner::label)));
        table.row(vec![
            gap.severity.to_owned(),
            gap.system.clone(),
            gap.clause.to_owned(),
            gap.missing.clone(),
            gap.why.to_owned(),
            owner.unwrap_or_else(|| "-".to_owned()),
            gap.closes.to_owned(),
            "open".to_owned(),
        ]);
    }
    Page {
        title: "Gaps".to_owned(),
        lead: vec![format!(
            "{} gaps were found. A gap is something that evidence suggests is missing, not a breach.",
            gaps.len()
        )],
        sections: vec![Section {
            heading: "Open".to_owned(),
            text: Vec::new(),
            table: Some(table),
        }],
        ..Page::default()
    }
}

fn rank(severity: &str) -> u8 {
    match severity {
        "high" => 0,
        "medium" => 1,
        _ => 2,
    }
}

fn of_system(
    system: &AiSystem,
    inventory: &Inventory,
    rules: &RuleLibrary,
    standings: &[Standing],
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut add = |clause, missing: String, why, severity, closes| {
        gaps.push(Gap { clause, system: system.name.clone(), missing, why, severity, closes });
    };
    let found = &system.classification;
    let holds = |name: &str, value: &str| {
        found
            .factors
            .get(name)
            .is_some_and(|factor| factor.value == value || factor.also.iter().any(|v| v == value))
    };
    governed(system, rules, standings, &mut add);
    let area = found.risk.value == "high-risk-indicator"
        || found.risk.value == "prohibited-practice-indicator";
    if area && !holds("documents", "impact_assessment") {
        let missing = format!("an impact assessment ({})", found.risk.value);
        let why = "words of a sensitive area stand beside the AI";
        add("6.1.4, A.5.2", missing, why, "high", "the assessment, and a decision about the risk");
    }
    if found.criteria.decides == "independently" {
        let why = "something follows from the output, and no approval was found";
        let missing = "a person who can confirm or stop".to_owned();
        add("A.9.3", missing, why, "high", "an approval before it takes effect, or a decision");
    }
    if holds("disclosure", "none_seen") && found.transparency.iter().any(|t| t.value == "50(1)") {
        let why = "people deal with it and may not know that it is AI";
        add(
            "A.8.2",
            "a text that tells people".to_owned(),
            why,
            "medium",
            "the text at first contact",
        );
    }
    let personal =
        holds("personal_data", "personal_indicated") || holds("personal_data", "special_indicated");
    if personal && holds("egress", "third_party") {
        let hosts = joined(system.destinations.iter().map(|known| known.host.as_str()));
        let missing =
            format!("the ground and contract for data about people that may go to {hosts}");
        let why = "data about people stands beside a call to somebody else's service";
        add("A.7.3, A.10.3", missing, why, "high", "the contract, and where data is processed");
    }
    for known in system.destinations.iter().filter(|known| known.provider.is_empty()) {
        let missing = format!("who runs `{}`", known.host);
        let why = "a supplier that nobody names cannot be watched";
        add("A.10.3", missing, why, "medium", "the supplier's name and terms");
    }
    made(system, inventory, &holds, &mut add);
    gaps
}

type Add<'a> = dyn FnMut(&'static str, String, &'static str, &'static str, &'static str) + 'a;

/// Owner, decision and questions.
fn governed(system: &AiSystem, rules: &RuleLibrary, standings: &[Standing], add: &mut Add<'_>) {
    if !system.is_answered_for() {
        let why = "nobody can be asked, and nobody answers for it";
        add(
            "5.3, A.3.2",
            "an owner".to_owned(),
            why,
            "high",
            "a name in CODEOWNERS or a catalogue",
        );
    }
    for standing in standings.iter().filter(|standing| standing.system_id == system.id) {
        let why = "the scope follows from decisions of people";
        match standing.state {
            State::Undecided => {
                let missing = "a decision about its scope".to_owned();
                add("4.3", missing, why, "medium", "`daylight decide`");
            }
            State::Stale | State::Expired | State::Contested => {
                let state = standing.state.word();
                let missing = format!("a fresh decision about {} ({state})", standing.about);
                let severity = if standing.severity == "high" { "high" } else { "medium" };
                add(
                    "8.2, 8.4",
                    missing,
                    why,
                    severity,
                    "`daylight decide`, after `daylight review`",
                );
            }
            State::Retired | State::Decided | State::Superseded => {}
        }
    }
    let conflicts: Vec<&str> = rules
        .factors()
        .iter()
        .filter(|factor| {
            let found = system.classification.factors.get(&factor.id);
            found.is_some_and(|found| found.conflict)
        })
        .map(|factor| factor.title.as_str())
        .collect();
    if !conflicts.is_empty() {
        let missing = format!("an answer where evidence disagrees: {}", conflicts.join("; "));
        add("6.1.2", missing, "as much speaks against it as for it", "medium", "a decision");
    }
}

/// Documents, checks, logs, models and powers.
fn made(
    system: &AiSystem,
    inventory: &Inventory,
    holds: &dyn Fn(&str, &str) -> bool,
    add: &mut Add<'_>,
) {
    if system.kind == SystemKind::Software && holds("documents", "none_seen") {
        let why = "what it is for and how it was judged is written down nowhere that was read";
        add(
            "A.6.2.7",
            "a document about the AI".to_owned(),
            why,
            "low",
            "a model card beside the code",
        );
    }
    if system.kind == SystemKind::Software && holds("oversight", "none_seen") {
        let why = "nobody would notice when it goes wrong";
        add(
            "A.6.2.6, A.6.2.8",
            "watching and logs".to_owned(),
            why,
            "medium",
            "logs around the calls",
        );
    }
    let trains = ["trained", "fine_tuned", "mixed"].iter().any(|value| holds("learning", value));
    if trains && !holds("training_data", "checked") {
        let why = "a model is as good as its data";
        add(
            "A.7.4",
            "a check of the training data".to_owned(),
            why,
            "low",
            "rules that data must meet",
        );
    }
    let here: Vec<_> = inventory
        .evidence
        .iter()
        .filter(|piece| system.components.iter().any(|used| used.evidence.contains(&piece.id)))
        .collect();
    let acts = here.iter().filter(|piece| piece.grant == Some(Grant::ActsWithoutAsking));
    for piece in acts.take(3) {
        let missing = format!("a limit to what may act without asking ({})", piece.place.path);
        let why = "a setting lets it act without asking";
        add("A.9.2", missing, why, "high", "the setting changed, or a decision");
    }
    if let Some(key) = here.iter().find(|piece| piece.technique == Technique::Key) {
        let missing = format!("a safe place for a credential ({})", key.place.path);
        add(
            "A.6.2.5",
            missing,
            "whoever reads the repository can use it",
            "high",
            "the credential replaced",
        );
    }
}
