//! `daylight compare`: what appeared, went and changed, with the gates of a scan.

use crate::cli::args::{Colour, CompareArguments};
use crate::cli::command::render::baseline;
use crate::cli::command::scan::{gates, judgeable};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{outputs, print, write_all};
use crate::compare::compare;
use crate::report::policy::changes_text;

/// Runs the command.
///
/// # Errors
/// An inventory cannot be read, a gate cannot be judged, an output not written.
pub fn run(arguments: &CompareArguments) -> Result<Exit, Failure> {
    let outputs = match arguments.outputs.as_slice() {
        [] => Vec::new(),
        given => outputs(given, None)?,
    };
    let gates = gates(&arguments.fail_on)?;
    let old = baseline(&arguments.old)?;
    let mut new = baseline(&arguments.new)?;
    for gate in &gates {
        judgeable(gate, true, !new.approvals.is_empty())?;
    }
    let changes = compare(&old, &new);
    let text = changes_text(&changes);
    new.changes = Some(changes);
    new.gates = gates.iter().map(|gate| gate.judge(&new)).collect();
    if outputs.is_empty() {
        print(&text)?;
    } else {
        write_all(&outputs, &new, Colour::Auto)?;
    }
    Ok(if new.gates.iter().any(|gate| gate.failed) { Exit::Gate } else { Exit::Done })
}
