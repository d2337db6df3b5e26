//! `daylight report`: a document for people, from a saved inventory.

use std::path::Path;

use anyhow::anyhow;

use crate::classify::RuleLibrary;
use crate::cli::args::{ReportArguments, ReportForm};
use crate::cli::command::render::load;
use crate::cli::decisions::decisions;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{print, write_text};
use crate::cli::policy::approved;
use crate::document::{Form, Kind, Page, Sources, document};

/// Runs the command.
///
/// # Errors
/// The kind is unknown, or a file cannot be read or written.
pub fn run(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let kind =
        Kind::ALL.into_iter().find(|kind| kind.word() == arguments.kind).ok_or_else(|| {
            let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            Failure::usage(anyhow!("`{}` is no kind of report", arguments.kind))
                .hint(format!("kinds: {}", all.join(", ")))
        })?;
    let mut inventory = load(&arguments.inventory)?;
    let rules = rules()?;
    let decisions = decisions(arguments.decisions.as_deref())?;
    if let Some(path) = &arguments.approved {
        inventory.approvals = approved(path)?.approvals(&inventory);
    }
    let sources = Sources { inventory: &inventory, decisions: &decisions, rules: &rules };
    hand_over(&document(kind, sources), arguments.form, arguments.output.as_deref())?;
    Ok(Exit::Done)
}

/// The governance tables.
///
/// # Errors
/// They are broken.
pub fn rules() -> Result<RuleLibrary, Failure> {
    RuleLibrary::built_in().map_err(|error| Failure::usage(anyhow!("{error}")))
}

/// Writes a page to stdout or a file.
///
/// # Errors
/// It cannot be written.
pub fn hand_over(page: &Page, form: ReportForm, output: Option<&Path>) -> Result<(), Failure> {
    let form = match form {
        ReportForm::Markdown => Form::Markdown,
        ReportForm::Csv => Form::Csv,
        ReportForm::Json => Form::Json,
    };
    let text = page.write(form).map_err(Failure::failed)?;
    match output {
        Some(path) if path != Path::new("-") => write_text(path, &text),
        _ => print(&text),
    }
}
