//! `daylight merge`: parts of a scan, or scans of several repositories, as one.

use std::path::{Path, PathBuf};

use crate::cli::args::{Colour, MergeArguments};
use crate::cli::command::render::{baseline, load, shown};
use crate::cli::command::report::rules;
use crate::cli::command::scan::{gates, judgeable};
use crate::cli::decisions::decisions;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{outputs, write_all};
use crate::compare::compare;
use crate::decision::note;
use crate::merge::{MergePart, Tree, merge};
use crate::model::text::label;

/// Runs the command.
///
/// # Errors
/// A file cannot be read, or the parts do not make a whole.
pub fn run(arguments: &MergeArguments) -> Result<Exit, Failure> {
    let outputs = outputs(&arguments.outputs, arguments.format.as_deref())?;
    let gates = gates(&arguments.fail_on)?;
    let before = arguments.baseline.as_deref().map(baseline).transpose()?;
    let decisions = arguments.decisions.as_deref().map(|path| decisions(Some(path))).transpose()?;
    let mut parts = Vec::new();
    for given in &arguments.files {
        let (name, file) = named(given);
        parts.push(MergePart { file: file.to_owned(), name, inventory: load(Path::new(file))? });
    }
    let trees: Vec<Tree> = arguments
        .tree
        .iter()
        .map(|given| named(given))
        .map(|(name, root)| Tree { name, root: PathBuf::from(root) })
        .collect();
    let mut merged = merge(parts, &arguments.signatures, &trees).map_err(|error| {
        Failure::usage(error)
            .hint("scan every part with `--shard K/N`, and name repositories: NAME=FILE")
    })?;
    for gate in &gates {
        judgeable(gate, before.is_some(), !merged.approvals.is_empty())?;
    }
    merged.changes = before.map(|before| compare(&before, &merged));
    if let Some(decisions) = &decisions {
        note(&mut merged, decisions, &rules()?);
    }
    merged.gates = gates.iter().map(|gate| gate.judge(&merged)).collect();
    let merged = shown(merged, &arguments.show);
    write_all(&outputs, &merged, Colour::Auto)?;
    Ok(if merged.gates.iter().any(|gate| gate.failed) {
        Exit::Gate
    } else if merged.coverage.complete {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

/// `NAME=PATH`, or a path alone; a name holds no folder.
fn named(given: &str) -> (Option<String>, &str) {
    match given.split_once('=') {
        Some((name, path)) if !name.is_empty() && !name.contains(['/', '\\']) => {
            (Some(label(name)), path)
        }
        _ => (None, given),
    }
}
