//! The register: every AI system with what is known, proposed and decided.
//! Columns in the order of the dimensions: who, in which context, with which
//! data, which models, what for, how governed.

use super::{Page, Section, Sources, Table, factor, joined, standing};
use crate::decision::{Standing, State};
use crate::model::component::Component;
use crate::model::system::{AiSystem, Owner};
use crate::model::vocabulary::{Egress, Role};

const COLUMNS: &[&str] = &[
    "system id",
    "name",
    "previous ids",
    "decides",
    "models",
    "impact on people",
    "impact on processes",
    "impact on data",
    "impact on decisions",
    "root",
    "region",
    "units",
    "purpose",
    "presence",
    "owner",
    "roles (Daylight)",
    "roles (ISO/IEC 22989)",
    "roles (EU AI Act)",
    "deployment",
    "surface",
    "affected people",
    "personal data",
    "training data",
    "data may go to",
    "technique",
    "models named",
    "providers",
    "supply",
    "autonomy",
    "oversight",
    "makes",
    "told to people",
    "areas",
    "risk indicator",
    "transparency",
    "asks",
    "applies from",
    "scope proposal",
    "reasons",
    "confidence",
    "scope decided",
    "state",
    "review by",
    "open questions",
    "files read",
    "read whole",
];

pub(super) fn page(sources: Sources<'_>, standings: &[Standing]) -> Page {
    let mut table = Table::new(COLUMNS);
    for system in &sources.inventory.systems {
        table.row(row(sources, system, standings));
    }
    let count = sources.inventory.systems.len();
    Page {
        title: "Register of AI systems".to_owned(),
        lead: vec![format!(
            "{count} AI systems were found. Proposals are the tool's; what is decided is a person's."
        )],
        sections: vec![Section {
            heading: "Systems".to_owned(),
            text: Vec::new(),
            table: Some(table),
        }],
        ..Page::default()
    }
}

fn row(sources: Sources<'_>, system: &AiSystem, standings: &[Standing]) -> Vec<String> {
    let found = &system.classification;
    let components: Vec<&Component> = sources
        .inventory
        .components
        .iter()
        .filter(|component| system.components.iter().any(|used| used.component == component.id))
        .collect();
    let of = |words: &[String]| joined(words.iter().map(String::as_str));
    let decided = standing(standings, system, "scope");
    let areas: Vec<String> =
        found.areas.iter().map(|area| format!("{} {}", area.area, area.level.word())).collect();
    let hosts = joined(system.destinations.iter().map(|known| known.host.as_str()));
    vec![
        system.id.clone(),
        system.name.clone(),
        of(&system.previous_ids),
        found.criteria.decides.clone(),
        found.criteria.models.clone(),
        of(&found.criteria.impact.people),
        of(&found.criteria.impact.processes),
        of(&found.criteria.impact.data),
        of(&found.criteria.impact.decisions),
        system.root.path.clone(),
        system.region.word().to_owned(),
        joined(system.units.iter().map(|unit| unit.kind.word())),
        factor(system, "purpose"),
        factor(system, "presence"),
        joined(system.owners.iter().map(Owner::label)),
        of(&found.roles.plain),
        of(&found.roles.iso22989),
        of(&found.roles.eu_ai_act),
        factor(system, "deployment"),
        factor(system, "surface"),
        factor(system, "affected_subjects"),
        factor(system, "personal_data"),
        factor(system, "training_data"),
        hosts,
        factor(system, "technique"),
        joined(components.iter().filter(|c| c.kind == Role::Model).map(|c| c.name.as_str())),
        joined(
            components
                .iter()
                .filter(|c| c.egress == Egress::ThirdParty)
                .map(|c| c.provider.as_str()),
        ),
        factor(system, "supply"),
        factor(system, "autonomy"),
        factor(system, "oversight"),
        factor(system, "generative"),
        factor(system, "disclosure"),
        of(&areas),
        found.risk.value.clone(),
        joined(found.transparency.iter().map(|trigger| trigger.value.as_str())),
        joined(found.asks.iter().map(|ask| ask.value.as_str())),
        joined(found.risk.reasons.iter().filter_map(|reason| reason.applies_from.as_deref())),
        found.scope.value.clone(),
        joined(found.scope.reasons.iter().map(|reason| reason.code.as_str())),
        found.scope.confidence.to_string(),
        decided.map_or_else(|| "-".to_owned(), |standing| joined([standing.value.as_str()])),
        decided.map_or(State::Undecided, |standing| standing.state).word().to_owned(),
        decided.map_or_else(|| "-".to_owned(), |standing| joined([standing.review_by.as_str()])),
        found.questions.len().to_string(),
        found.reading.files.to_string(),
        if found.reading.complete { "yes" } else { "no" }.to_owned(),
    ]
}
