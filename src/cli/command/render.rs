//! `daylight render`: a saved inventory in another format.

use std::path::Path;

use anyhow::Context;

use crate::cli::args::{Colour, RenderArguments, ShowArguments};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{outputs, write_all};
use crate::model::inventory::{Inventory, SCHEMA_VERSION};
use crate::select::{Filter, select};

/// Runs the command.
///
/// # Errors
/// The inventory cannot be read, or an output not written.
pub fn run(arguments: &RenderArguments) -> Result<Exit, Failure> {
    let outputs = outputs(&arguments.outputs, None)?;
    let inventory = load(&arguments.inventory)?;
    write_all(&outputs, &shown(inventory, &arguments.show), Colour::Auto)?;
    Ok(Exit::Done)
}

/// The part of an inventory that is asked for.
#[must_use]
pub fn shown(inventory: Inventory, asked: &ShowArguments) -> Inventory {
    let filter = Filter { owners: asked.owners.clone(), paths: asked.within.clone() };
    select(inventory, &filter)
}

/// Reads a saved inventory.
///
/// # Errors
/// It is not there, no inventory, or of another major version.
pub fn load(path: &Path) -> Result<Inventory, Failure> {
    let inventory = read(path)?;
    let major = |version: &str| numbers(version).map(|(major, _)| major);
    if major(&inventory.schema_version) != major(SCHEMA_VERSION) {
        return Err(other_schema(path, &inventory));
    }
    Ok(inventory)
}

/// Reads an inventory to compare with: an older one is read, and the
/// comparison says so; a newer one may hold what this version cannot see.
///
/// # Errors
/// It is not there, no inventory, or of a newer version.
pub fn baseline(path: &Path) -> Result<Inventory, Failure> {
    let inventory = load(path)?;
    if inventory.selection.is_some() {
        let error = anyhow::anyhow!("`{}` shows a part only", path.display());
        return Err(Failure::usage(error).hint("write the baseline without `--owner` and `--path`"));
    }
    match (numbers(&inventory.schema_version), numbers(SCHEMA_VERSION)) {
        (Some(its), Some(ours)) if its <= ours => Ok(inventory),
        _ => Err(other_schema(path, &inventory).hint("take the baseline with this version")),
    }
}

fn read(path: &Path) -> Result<Inventory, Failure> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read inventory `{}`", path.display()))
        .map_err(Failure::usage)?;
    serde_json::from_str(&text).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line(), error.column());
        let error = anyhow::Error::new(error)
            .context(format!("`{}` is no inventory of daylight: {place}", path.display()));
        Failure::usage(error).hint("an inventory is what `daylight scan -o json=FILE` writes")
    })
}

fn other_schema(path: &Path, inventory: &Inventory) -> Failure {
    Failure::usage(anyhow::anyhow!(
        "`{}` has schema_version {}, this daylight reads {SCHEMA_VERSION}",
        path.display(),
        inventory.schema_version
    ))
}

/// Major and minor version.
fn numbers(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
    Some((parts.next()??, parts.next()??))
}
