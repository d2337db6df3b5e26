//! `daylight explain`: the chain from a conclusion to `file:line` and
//! signature, for any id that the inventory, the signatures or the rules know.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;

use crate::cli::args::ExplainArguments;
use crate::cli::command::render::load;
use crate::cli::command::scan::{as_of, told};
use crate::cli::command::signature::{describe, known_of};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::model::classification::{Classification, Conclusion, Reason};
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;
use crate::report::policy::suppression_line;
use crate::report::text::place_text;
use crate::scan::{Request, Silent, scan};
use crate::signature::library::Library;

/// Inventory that is asked when none is named.
const DEFAULT: &str = "daylight.json";
/// Pieces of evidence shown per component.
const SHOWN: usize = 5;

/// Runs the command.
///
/// # Errors
/// The id is unknown, or there is no inventory to ask.
pub fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let library = Library::built_in().map_err(Failure::usage)?;
    if let Some(text) = describe(&library, &arguments.id) {
        print(&text)?;
        return Ok(Exit::Done);
    }
    let inventory = match &arguments.inventory {
        Some(path) => load(path)?,
        None if Path::new(DEFAULT).is_file() => load(Path::new(DEFAULT))?,
        None => scan(&Request::new(".", as_of(None)?), &Silent).map_err(told)?,
    };
    let told = explain(&inventory, &arguments.id);
    let text = told.or_else(|| known_of(&library, &arguments.id)).ok_or_else(|| {
        Failure::usage(anyhow!("nothing in the inventory has the id `{}`", arguments.id)).hint(
            "ids of systems begin with `ais-`, of components with `cmp-`, of evidence with `ev-`",
        )
    })?;
    print(&text)?;
    Ok(Exit::Done)
}

/// The explanation of an id; `None` if nothing has it.
#[must_use]
pub fn explain(inventory: &Inventory, id: &str) -> Option<String> {
    let mut text = String::new();
    if let Some(system) = inventory.systems.iter().find(|system| system.id == id) {
        of_system(inventory, system, &mut text);
    } else if let Some(component) = inventory.components.iter().find(|c| c.id == id) {
        of_component(inventory, component, &mut text);
    } else {
        let evidence = inventory.evidence.iter().find(|e| e.id == id)?;
        of_evidence(evidence, "", &mut text);
        let component = inventory.components.iter().find(|c| c.id == evidence.component);
        if let Some(component) = component {
            let _ = writeln!(text, "speaks of {}  {}", component.name, component.id);
        }
    }
    of_policy(inventory, id, &mut text);
    Some(text)
}

/// What the organisation says of the thing: its approval, and who suppressed
/// it and why.
fn of_policy(inventory: &Inventory, id: &str, text: &mut String) {
    if let Some(approval) = inventory.approvals.iter().find(|approval| approval.subject == id) {
        let _ = write!(text, "\napproval    {}", approval.status.word());
        let notes = approval.broken.iter().chain(&approval.open);
        for note in std::iter::once(&approval.reason).chain(notes).filter(|n| !n.is_empty()) {
            let _ = write!(text, "; {note}");
        }
        text.push('\n');
    }
    for suppression in &inventory.suppressions {
        if suppression.matched.iter().any(|matched| matched == id) || suppression.id == id {
            let _ = writeln!(text, "suppressed  {}", suppression_line(suppression));
        }
    }
}

fn of_system(inventory: &Inventory, system: &AiSystem, text: &mut String) {
    let classification = &system.classification;
    let _ = writeln!(text, "{}  {}  (provisional)", system.name, system.id);
    let _ = writeln!(text, "root        {}  region {}", system.root.path, system.region.word());
    for unit in &system.units {
        let name = unit.name.as_deref().unwrap_or("-");
        let _ = writeln!(text, "declared by {} ({}, {name})", unit.place.path, unit.kind.word());
    }
    for owner in &system.owners {
        let _ = writeln!(text, "owner       {}  ({})", owner.label(), owner.place.path);
    }
    for destination in &system.destinations {
        let _ = writeln!(text, "data may go to {}  {}", destination.host, destination.provider);
    }
    of_criteria(classification, text);
    let _ = writeln!(text, "\nConclusions");
    of_conclusion(inventory, "scope", &classification.scope, text);
    let roles = &classification.roles;
    let _ = writeln!(
        text,
        "  roles: {} (Daylight's words); {} (ISO/IEC 22989); {} (EU AI Act)  {} per mille",
        joined(&roles.plain),
        joined(&roles.iso22989),
        joined(&roles.eu_ai_act),
        roles.confidence
    );
    roles.reasons.iter().for_each(|reason| of_reason(inventory, reason, text));
    of_conclusion(inventory, "risk", &classification.risk, text);
    for trigger in &classification.transparency {
        of_conclusion(inventory, "transparency", trigger, text);
    }
    for ask in &classification.asks {
        of_conclusion(inventory, "asks", ask, text);
    }
    of_conclusion(inventory, "definition", &classification.definition, text);
    for (name, factor) in &classification.factors {
        of_conclusion(inventory, name, factor, text);
    }
    of_reading(inventory, system, text);
    let _ = writeln!(text, "\nComponents");
    for usage in &system.components {
        let component = inventory.components.iter().find(|c| c.id == usage.component);
        let Some(component) = component else { continue };
        let _ = writeln!(
            text,
            "  {}  {}, {}, {} code  {}",
            component.name,
            component.kind.word(),
            usage.usage.word(),
            usage.region.word(),
            component.id
        );
        for id in usage.evidence.iter().take(SHOWN) {
            if let Some(evidence) = inventory.evidence.iter().find(|e| e.id == *id) {
                of_evidence(evidence, "    ", text);
            }
        }
        if usage.evidence.len() > SHOWN {
            let _ = writeln!(text, "    and {} more", usage.evidence.len() - SHOWN);
        }
    }
    if !classification.questions.is_empty() {
        let _ = writeln!(text, "\nA person must still answer");
        for question in &classification.questions {
            let _ = writeln!(text, "  - {question}");
        }
    }
}

/// What stands first, and by which conclusion further down.
fn of_criteria(classification: &Classification, text: &mut String) {
    let criteria = &classification.criteria;
    let _ = writeln!(text, "decides     {}  (by `autonomy` below)", criteria.decides);
    let _ = writeln!(text, "models      {}  (by `learning` below)", criteria.models);
    for (dimension, values) in [
        ("people", &criteria.impact.people),
        ("processes", &criteria.impact.processes),
        ("data", &criteria.impact.data),
        ("decisions", &criteria.impact.decisions),
    ] {
        let _ = writeln!(text, "impact on {dimension}: {}", joined(values));
    }
    for (label, name) in [("purpose", "purpose"), ("trained on", "training_data")] {
        if let Some(factor) = classification.factors.get(name) {
            let _ = writeln!(text, "{label:<11} {}  (by `{name}` below)", factor.value);
        }
    }
    let human = &classification.human;
    let _ = writeln!(
        text,
        "decided     {}{}",
        human.state,
        human.scope.as_ref().map_or_else(String::new, |scope| format!(": {scope}"))
    );
}

/// Areas with the words behind them, and what a guard dropped.
fn of_reading(inventory: &Inventory, system: &AiSystem, text: &mut String) {
    let found = &system.classification;
    if found.reading.files == 0 {
        return;
    }
    let whole = if found.reading.complete { "" } else { ", not all of them in full" };
    let _ = writeln!(text, "\nWords near the AI, in {} files{whole}", found.reading.files);
    for area in &found.areas {
        let guards = area.guards.join(", ");
        let _ = writeln!(text, "  {}: {} ({})  {guards}", area.area, area.level.word(), area.title);
        for id in area.evidence.iter().take(3) {
            see(inventory, id, text);
        }
    }
    for dropped in found.reading.suppressed.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "  dropped `{}` of {} because of `{}`  {}:{}",
            dropped.term, dropped.about, dropped.because, dropped.place.path, dropped.line
        );
    }
}

/// Where a piece of evidence or a signal stands.
fn see(inventory: &Inventory, id: &str, text: &mut String) {
    if let Some(evidence) = inventory.evidence.iter().find(|e| e.id == *id) {
        let _ = writeln!(text, "      see {}", place_text(evidence));
        return;
    }
    let mut signals = inventory.systems.iter().flat_map(|s| &s.classification.reading.signals);
    if let Some(signal) = signals.find(|signal| signal.id == *id) {
        let line = signal.span.map_or_else(String::new, |span| format!(":{}", span.line));
        let _ = writeln!(
            text,
            "      see {}{line}  `{}`  {}",
            signal.place.path, signal.term, signal.excerpt
        );
    }
}

fn joined(words: &[String]) -> String {
    if words.is_empty() { "none indicated".to_owned() } else { words.join(", ") }
}

fn of_conclusion(inventory: &Inventory, name: &str, conclusion: &Conclusion, text: &mut String) {
    let also = if conclusion.also.is_empty() {
        String::new()
    } else {
        format!(" (also: {})", conclusion.also.join(", "))
    };
    let _ =
        writeln!(text, "  {name}: {}{also}  {} per mille", conclusion.value, conclusion.confidence);
    conclusion.reasons.iter().for_each(|reason| of_reason(inventory, reason, text));
}

fn of_reason(inventory: &Inventory, reason: &Reason, text: &mut String) {
    let _ = writeln!(text, "    because {}  [{} {}]", reason.rationale, reason.rule, reason.code);
    if !reason.basis.is_empty() {
        let _ = writeln!(text, "      basis {}", reason.basis.join(", "));
    }
    for id in reason.evidence.iter().take(3) {
        see(inventory, id, text);
    }
}

fn of_component(inventory: &Inventory, component: &Component, text: &mut String) {
    let _ = writeln!(text, "{}  {}", component.name, component.id);
    let _ = writeln!(text, "kind        {}", component.kind.word());
    let _ = writeln!(text, "provider    {}", component.provider);
    let _ = writeln!(text, "signature   {}", component.signature);
    let _ = writeln!(
        text,
        "usage       {} in {} code, {} per mille{}",
        component.usage.word(),
        component.region.word(),
        component.confidence,
        if component.indicated { ", indicated only" } else { "" }
    );
    for system in &inventory.systems {
        if system.components.iter().any(|usage| usage.component == component.id) {
            let _ = writeln!(text, "part of     {}  {}", system.name, system.id);
        }
    }
    let _ = writeln!(text, "\n{} pieces of evidence", component.evidence_total);
    for id in &component.evidence {
        if let Some(evidence) = inventory.evidence.iter().find(|e| e.id == *id) {
            of_evidence(evidence, "  ", text);
        }
    }
}

fn of_evidence(evidence: &Evidence, indent: &str, text: &mut String) {
    let captured: Vec<String> =
        evidence.captured.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let _ = writeln!(
        text,
        "{indent}{}  {} `{}`  {} (tier {}, signature {}, {} per mille) {}",
        place_text(evidence),
        evidence.technique.word(),
        evidence.value,
        evidence.usage.word(),
        evidence.tier.word(),
        evidence.signature,
        evidence.confidence,
        captured.join(" ")
    );
    if !evidence.excerpt.is_empty() {
        let _ = writeln!(text, "{indent}  | {}", evidence.excerpt);
    }
}
