//! `daylight review`: what needs a person, most important first.

use std::fmt::Write as _;

use crate::classify::RuleLibrary;
use crate::cli::args::ReviewArguments;
use crate::cli::command::render::load;
use crate::cli::command::report::rules;
use crate::cli::decisions::decisions;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::decision::{DecisionFile, Standing, State, standings};
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;

/// Runs the command.
///
/// # Errors
/// The inventory or the decisions cannot be read.
pub fn run(arguments: &ReviewArguments) -> Result<Exit, Failure> {
    let inventory = load(&arguments.inventory)?;
    let decisions = decisions(arguments.decisions.as_deref())?;
    print(&review(&inventory, &decisions, &rules()?))?;
    Ok(Exit::Done)
}

/// The list, as text.
#[must_use]
pub fn review(inventory: &Inventory, decisions: &DecisionFile, rules: &RuleLibrary) -> String {
    let all = standings(inventory, decisions, rules);
    let mut due: Vec<(&Standing, Option<&AiSystem>)> = all
        .iter()
        .filter(|standing| !matches!(standing.state, State::Decided | State::Superseded))
        .map(|standing| {
            let system = inventory.systems.iter().find(|system| system.id == standing.system_id);
            (standing, system)
        })
        .collect();
    due.sort_by_key(|(standing, system)| {
        (weight(standing, *system), &standing.system_id, &standing.about)
    });
    let mut text = String::new();
    // writing to a String cannot fail
    let _ = writeln!(text, "{} due, {} as they were decided\n", due.len(), all.len() - due.len());
    for (number, (standing, system)) in due.iter().enumerate() {
        let name = system.map_or("(not found)", |system| system.name.as_str());
        let _ = writeln!(
            text,
            "{:>3}  {name}: {} {}  {}",
            number + 1,
            standing.about,
            standing.state.word(),
            standing.system_id
        );
        if let Some(system) = system {
            let found = &system.classification;
            let _ = writeln!(
                text,
                "     decides {}, models {}, {}, {}",
                found.criteria.decides, found.criteria.models, found.scope.value, found.risk.value
            );
        }
        for why in &standing.why {
            let _ = writeln!(text, "     because {why}");
        }
        if let Some(question) = system.and_then(|system| system.classification.questions.first()) {
            let _ = writeln!(text, "     ask: {question}");
        }
        let _ = writeln!(
            text,
            "     daylight decide {} --about {}",
            standing.system_id, standing.about
        );
    }
    text.push_str("\nProvisional, from static evidence; not legal advice.\n");
    text
}

/// What presses most comes first.
fn weight(standing: &Standing, system: Option<&AiSystem>) -> (u8, u8) {
    let state = match standing.state {
        State::Contested => 0,
        State::Stale if standing.severity == "high" => 1,
        State::Undecided => 2,
        State::Stale | State::Expired => 3,
        State::Retired | State::Decided | State::Superseded => 4,
    };
    let risk = system.map_or(5, |system| match system.classification.risk.value.as_str() {
        "prohibited-practice-indicator" => 0,
        "high-risk-indicator" => 1,
        "undetermined" => 2,
        "limited-risk-indicator" => 3,
        _ => 4,
    });
    // an undecided indicator presses more than a stale formality
    if risk <= 1 && standing.state == State::Undecided { (1, risk) } else { (state, risk) }
}
