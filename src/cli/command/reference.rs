//! `daylight completions` and `daylight manual`: made from the arguments.

use clap::CommandFactory;

use crate::cli::args::Arguments;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;

/// Shell completions.
///
/// # Errors
/// stdout cannot be written.
pub fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "daylight", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}

/// The manual page.
///
/// # Errors
/// stdout cannot be written.
pub fn manual() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut text).map_err(Failure::failed)?;
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
