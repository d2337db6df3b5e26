//! `daylight render`: a saved inventory in another format.

use std::path::Path;

use anyhow::Context;

use crate::cli::args::{Colour, RenderArguments};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{outputs, write_all};
use crate::model::inventory::{Inventory, SCHEMA_VERSION};

/// Runs the command.
///
/// # Errors
/// The inventory cannot be read, or an output not written.
pub fn run(arguments: &RenderArguments) -> Result<Exit, Failure> {
    let outputs = outputs(&arguments.outputs, None)?;
    let inventory = load(&arguments.inventory)?;
    write_all(&outputs, &inventory, Colour::Auto)?;
    Ok(Exit::Done)
}

/// Reads a saved inventory.
///
/// # Errors
/// It is not there, no inventory, or of another major version.
pub fn load(path: &Path) -> Result<Inventory, Failure> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read inventory `{}`", path.display()))
        .map_err(Failure::usage)?;
    let inventory: Inventory = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is no inventory of daylight", path.display()))
        .map_err(Failure::usage)?;
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(&inventory.schema_version) != major(SCHEMA_VERSION) {
        return Err(Failure::usage(anyhow::anyhow!(
            "`{}` has schema_version {}, this daylight reads {SCHEMA_VERSION}",
            path.display(),
            inventory.schema_version
        )));
    }
    Ok(inventory)
}
