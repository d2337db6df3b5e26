//! The draft of a scope statement. It stays a draft while anything that may
//! belong in is undecided, and it names what was not scanned.

use super::{Page, Section, Sources, Table, joined, standing};
use crate::decision::{Standing, State};
use crate::model::system::AiSystem;

pub(super) fn page(sources: Sources<'_>, standings: &[Standing]) -> Page {
    let systems = &sources.inventory.systems;
    let settled = |system: &&AiSystem| {
        standing(standings, system, "scope").is_some_and(|known| known.state == State::Decided)
    };
    let open: Vec<&AiSystem> = systems
        .iter()
        .filter(|system| !settled(system))
        .filter(|system| system.classification.scope.value != "likely-out-of-scope")
        .collect();
    let is = |value: &'static str| {
        move |system: &&AiSystem| {
            standing(standings, system, "scope").is_some_and(|known| known.value == value)
        }
    };
    let inside: Vec<&AiSystem> = systems.iter().filter(settled).filter(is("in-scope")).collect();
    let outside: Vec<&AiSystem> =
        systems.iter().filter(settled).filter(is("out-of-scope")).collect();
    let lead = if open.is_empty() {
        "Every system that may belong in is decided. To be approved by a person.".to_owned()
    } else {
        format!(
            "DRAFT. {} systems that may belong in are not decided, so this cannot be a final scope \
             statement.",
            open.len()
        )
    };
    Page {
        title: "Scope of the AI management system (ISO/IEC 42001, 4.3)".to_owned(),
        lead: vec![lead],
        sections: vec![
            roles(systems),
            list("In scope, as decided", &inside, sources, standings),
            list("Not decided", &open, sources, standings),
            list("Out of scope, as decided", &outside, sources, standings),
            interfaces(systems),
            unseen(sources),
            approval(),
        ],
        ..Page::default()
    }
}

fn roles(systems: &[AiSystem]) -> Section {
    let all = |of: fn(&AiSystem) -> &Vec<String>| {
        joined(systems.iter().flat_map(|system| of(system).iter().map(String::as_str)))
    };
    Section {
        heading: "Roles".to_owned(),
        text: vec![
            format!("- in Daylight's words: {}", all(|s| &s.classification.roles.plain)),
            format!("- of ISO/IEC 22989: {}", all(|s| &s.classification.roles.iso22989)),
            format!(
                "- of the EU AI Act, each a question: {}",
                all(|s| &s.classification.roles.eu_ai_act)
            ),
        ],
        table: None,
    }
}

fn list(
    heading: &str,
    systems: &[&AiSystem],
    sources: Sources<'_>,
    standings: &[Standing],
) -> Section {
    let mut table = Table::new(&[
        "system",
        "id",
        "where",
        "decides",
        "models",
        "proposal",
        "state",
        "reason",
        "who decided",
        "review by",
    ]);
    for system in systems {
        let found = &system.classification;
        let known = standing(standings, system, "scope");
        let decision = known.and_then(|known| {
            sources.decisions.decision.iter().find(|decision| decision.id == known.decision)
        });
        let reason = decision.map_or_else(
            || joined(found.scope.reasons.iter().map(|reason| reason.rationale.as_str())),
            |decision| decision.justification.clone(),
        );
        table.row(vec![
            system.name.clone(),
            system.id.clone(),
            system.root.path.clone(),
            found.criteria.decides.clone(),
            found.criteria.models.clone(),
            found.scope.value.clone(),
            known.map_or(State::Undecided, |known| known.state).word().to_owned(),
            reason,
            decision
                .map_or_else(|| "-".to_owned(), |d| format!("{}, {}", d.decided_by, d.capacity)),
            decision.map_or_else(|| "-".to_owned(), |decision| decision.review_by.clone()),
        ]);
    }
    let text = if systems.is_empty() { vec!["None.".to_owned()] } else { Vec::new() };
    Section { heading: heading.to_owned(), text, table: (!systems.is_empty()).then_some(table) }
}

fn interfaces(systems: &[AiSystem]) -> Section {
    let mut hosts: Vec<String> = systems
        .iter()
        .flat_map(|system| &system.destinations)
        .map(|known| {
            if known.provider.is_empty() {
                format!("- {} (operator not known)", known.host)
            } else {
                format!("- {} ({})", known.host, known.provider)
            }
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    if hosts.is_empty() {
        hosts.push("No address was found that data may go to.".to_owned());
    }
    Section { heading: "Interfaces and suppliers".to_owned(), text: hosts, table: None }
}

/// Absence means something only as far as coverage goes.
fn unseen(sources: Sources<'_>) -> Section {
    let coverage = &sources.inventory.coverage;
    let mut text: Vec<String> = sources
        .inventory
        .targets
        .iter()
        .map(|target| format!("- scanned: `{}` ({})", target.name, target.kind))
        .collect();
    if !coverage.complete {
        text.push("- the scan was cut before its end".to_owned());
    }
    for row in &coverage.skipped {
        text.push(format!("- not read, {}: {} files", row.reason, row.files));
    }
    if !coverage.ignored.is_empty() {
        text.push(format!("- {} places cut off by ignore rules", coverage.ignored.len()));
    }
    if !coverage.problems.is_empty() {
        text.push(format!("- {} files not understood in full", coverage.problems.len()));
    }
    for system in &sources.inventory.systems {
        let reading = &system.classification.reading;
        if reading.files > 0 && !reading.complete {
            text.push(format!("- not every file around `{}` was read for words", system.name));
        }
    }
    text.push(
        "- not seen at all: other repositories, tenants of services, machines of staff".to_owned(),
    );
    Section { heading: "What was scanned and what was not".to_owned(), text, table: None }
}

fn approval() -> Section {
    Section {
        heading: "Approval".to_owned(),
        text: vec![
            "- [ ] organisation and locations:".to_owned(),
            "- [ ] approved by, capacity, date:".to_owned(),
        ],
        table: None,
    }
}
