//! `daylight reconcile`: an organisation's register against what was found.

use std::path::Path;

use anyhow::{Context, anyhow};

use crate::cli::args::ReconcileArguments;
use crate::cli::command::render::load;
use crate::cli::command::report::{hand_over, rules};
use crate::cli::exit::{Exit, Failure};
use crate::document::{Registered, reconcile};

/// Names that the columns of registers have.
const IDS: &[&str] = &["system id", "system_id", "id"];
const NAMES: &[&str] = &["name", "system", "system name", "system_name"];
const OWNERS: &[&str] = &["owner", "owners", "responsible", "verantwortlich"];

/// Runs the command.
///
/// # Errors
/// The register or the inventory cannot be read, or has no column of names.
pub fn run(arguments: &ReconcileArguments) -> Result<Exit, Failure> {
    let inventory = load(&arguments.inventory)?;
    let registered = read(&arguments.register)?;
    hand_over(
        &reconcile(&inventory, &registered, &rules()?),
        arguments.form,
        arguments.output.as_deref(),
    )?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Vec<Registered>, Failure> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read `{}`", path.display()))
        .map_err(Failure::usage)?;
    // spreadsheets write a mark before the text
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if first.contains(&b';') && !first.contains(&b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .from_reader(text);
    let wrong =
        |error: csv::Error| Failure::usage(anyhow!("`{}` is no table: {error}", path.display()));
    let headers = reader.headers().map_err(wrong)?.clone();
    let column = |known: &[&str]| {
        headers.iter().position(|header| known.contains(&header.trim().to_lowercase().as_str()))
    };
    let (id, name, owner) = (column(IDS), column(NAMES), column(OWNERS));
    if id.is_none() && name.is_none() {
        return Err(Failure::usage(anyhow!("`{}` has no column of ids or names", path.display()))
            .hint("name a column `system id` or `name`"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let cell = |column: Option<usize>| {
            column.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned()
        };
        let row = Registered { id: cell(id), name: cell(name), owner: cell(owner) };
        if row != Registered::default() && !row.id.starts_with("# ") {
            rows.push(row);
        }
    }
    Ok(rows)
}
