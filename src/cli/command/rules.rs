//! `daylight rules`: lint and list the governance tables.

use std::fmt::Write as _;

use anyhow::anyhow;

use crate::classify::{RuleLibrary, check};
use crate::cli::args::{RulesArguments, RulesCommand};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;

/// Runs the command.
///
/// # Errors
/// The tables cannot be loaded.
pub fn run(arguments: &RulesArguments) -> Result<Exit, Failure> {
    let rules = RuleLibrary::built_in().map_err(|error| Failure::usage(anyhow!("{error}")))?;
    let mut text = String::new();
    match arguments.command {
        RulesCommand::Check => {
            let complaints = check(&rules);
            for complaint in &complaints {
                let _ = writeln!(text, "{complaint}");
            }
            if !complaints.is_empty() {
                print(&text)?;
                return Ok(Exit::Gate);
            }
            let _ = writeln!(text, "{} rules checked", rules.rules().len());
        }
        RulesCommand::List => {
            for rule in rules.rules() {
                let _ = writeln!(text, "{}\t{}", rule.id, rule.title);
            }
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}
