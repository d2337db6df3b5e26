//! Hints for the statement of applicability: the 38 controls by number, in own
//! words, with what the inventory evidences for each. Nothing is excluded and
//! nothing is called implemented: these are a person's words.

use std::collections::BTreeSet;

use super::{Page, Section, Sources, Table, joined};
use crate::classify::Control;
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;
use crate::model::vocabulary::Egress;

pub(super) fn page(sources: Sources<'_>) -> Page {
    let mut table = Table::new(&[
        "control",
        "about (own words)",
        "grade",
        "looks applicable because",
        "what the inventory holds",
        "what a person must bring",
        "applicable?",
        "justification",
        "implemented?",
        "owner",
    ]);
    let blank = String::new;
    for control in sources.rules.controls() {
        table.row(vec![
            control.id.clone(),
            control.title.clone(),
            control.grade.clone(),
            because(control, &sources.inventory.systems),
            held(control, sources.inventory),
            control.missing.clone(),
            blank(),
            blank(),
            blank(),
            blank(),
        ]);
    }
    Page {
        title: "Hints for the statement of applicability (ISO/IEC 42001, 6.1.3)".to_owned(),
        lead: vec![
            "Controls by number, in own words; the standard's text is not here. S: the inventory is a \
             large part of the evidence, P: a part or a pointer, H: a hint, -: nothing."
                .to_owned(),
        ],
        sections: vec![Section {
            heading: "Annex A".to_owned(),
            text: Vec::new(),
            table: Some(table),
        }],
        ..Page::default()
    }
}

fn because(control: &Control, systems: &[AiSystem]) -> String {
    if control.applies.is_empty() {
        return if systems.is_empty() { "ask" } else { "AI systems were found" }.to_owned();
    }
    let fits = |system: &&AiSystem| {
        control.applies.iter().any(|(factor, values)| {
            system.classification.factors.get(factor).is_some_and(|found| {
                values.contains(&found.value) || found.also.iter().any(|v| values.contains(v))
            })
        })
    };
    let names = joined(systems.iter().filter(fits).map(|system| system.name.as_str()));
    if names == "-" { "no sign was found: ask".to_owned() } else { names }
}

/// What the inventory holds of what serves the control.
fn held(control: &Control, inventory: &Inventory) -> String {
    let mut parts: Vec<String> = Vec::new();
    for source in &control.serves {
        let part = match source.as_str() {
            "components" => counted(inventory.components.len(), "components"),
            "destinations" => {
                let hosts: BTreeSet<&str> = inventory
                    .systems
                    .iter()
                    .flat_map(|system| &system.destinations)
                    .map(|known| known.host.as_str())
                    .collect();
                counted(hosts.len(), "addresses")
            }
            "units" => counted(
                inventory.systems.iter().map(|system| system.units.len()).sum(),
                "declarations",
            ),
            "owners" => {
                let owned = inventory.systems.iter().filter(|s| s.is_answered_for()).count();
                Some(format!("{owned} of {} systems have an owner", inventory.systems.len()))
            }
            "questions" => {
                let open = inventory.systems.iter().map(|s| s.classification.questions.len()).sum();
                counted(open, "open questions")
            }
            "areas" => {
                let areas: BTreeSet<&str> = inventory
                    .systems
                    .iter()
                    .flat_map(|system| &system.classification.areas)
                    .filter(|area| area.level > crate::model::reading::Level::Mention)
                    .map(|area| area.area.as_str())
                    .collect();
                (!areas.is_empty()).then(|| format!("areas: {}", joined(areas)))
            }
            "grants" => counted(
                inventory.evidence.iter().filter(|e| e.grant.is_some()).count(),
                "powers given",
            ),
            "providers" => {
                let providers: BTreeSet<&str> = inventory
                    .components
                    .iter()
                    .filter(|component| component.egress == Egress::ThirdParty)
                    .map(|component| component.provider.as_str())
                    .filter(|provider| !provider.is_empty())
                    .collect();
                (!providers.is_empty()).then(|| format!("providers: {}", joined(providers)))
            }
            other => of_kind_or_factor(other, inventory),
        };
        parts.extend(part);
    }
    if parts.is_empty() { "nothing found".to_owned() } else { parts.join("; ") }
}

fn counted(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {what}"))
}

fn of_kind_or_factor(source: &str, inventory: &Inventory) -> Option<String> {
    if let Some(kind) = source.strip_prefix("kind:") {
        let names: BTreeSet<&str> = inventory
            .components
            .iter()
            .filter(|component| component.kind.word() == kind)
            .map(|component| component.name.as_str())
            .collect();
        return (!names.is_empty()).then(|| format!("{kind}: {}", joined(names)));
    }
    let factor = source.strip_prefix("factor:")?;
    let values: BTreeSet<&str> = inventory
        .systems
        .iter()
        .filter_map(|system| system.classification.factors.get(factor))
        .flat_map(|found| std::iter::once(&found.value).chain(&found.also))
        .map(String::as_str)
        .filter(|value| *value != "unknown" && *value != "none_seen")
        .collect();
    (!values.is_empty()).then(|| format!("{}: {}", factor.replace('_', " "), joined(values)))
}
