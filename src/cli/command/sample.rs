//! `daylight sample`: components drawn at random, with the place to read, so
//! that a person can say right or wrong. Same seed, same draw.

use std::fmt::Write as _;

use crate::cli::args::SampleArguments;
use crate::cli::command::render::load;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::model::id::sha256_hex;
use crate::model::inventory::Inventory;
use crate::report::text::place_text;

/// Runs the command.
///
/// # Errors
/// The inventory cannot be read.
pub fn run(arguments: &SampleArguments) -> Result<Exit, Failure> {
    let inventory = load(&arguments.inventory)?;
    print(&sample(&inventory, arguments.seed, arguments.count))?;
    Ok(Exit::Done)
}

/// A table of `count` components: number, name, kind, usage, region, place,
/// what matched. One row a line, columns separated by ` | `.
#[must_use]
pub fn sample(inventory: &Inventory, seed: u64, count: usize) -> String {
    let mut drawn: Vec<(String, &crate::model::component::Component)> = inventory
        .components
        .iter()
        .map(|component| {
            (sha256_hex(format!("{seed}\0{}", component.id).as_bytes(), 32), component)
        })
        .collect();
    drawn.sort_by(|a, b| a.0.cmp(&b.0));
    let mut text = String::from(
        "| # | component | kind | usage | region | place | what matched |\n|---|---|---|---|---|---|---|\n",
    );
    for (number, (_, component)) in drawn.iter().take(count).enumerate() {
        let first = component
            .evidence
            .first()
            .and_then(|id| inventory.evidence.iter().find(|evidence| evidence.id == *id));
        let place = first.map(place_text).unwrap_or_default();
        let matched = first
            .map(|evidence| format!("{} `{}`", evidence.technique.word(), evidence.value))
            .unwrap_or_default();
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {place} | {matched} |",
            number + 1,
            component.name,
            component.kind.word(),
            if component.indicated {
                format!("{} (indicated)", component.usage.word())
            } else {
                component.usage.word().to_owned()
            },
            component.region.word(),
        );
    }
    text
}
