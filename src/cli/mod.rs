//! The face: arguments in, exit code out. stdout is data, stderr is talk.
//! The only wing that prints.

pub mod args;
pub mod command;
pub mod decisions;
pub mod exit;
pub mod output;
pub mod policy;
pub mod progress;

use clap::Parser;

use args::{Arguments, Command};
use exit::{Exit, Failure};

/// Parses the process's arguments, runs the command, and says how it ended.
#[must_use]
pub fn main() -> std::process::ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap's own choice of stream: help to stdout, mistakes to stderr
            let _ = error.print();
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            return code.into();
        }
    };
    // A panic in an extractor is recorded in the inventory; its default
    // message could carry scanned text to the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(|| run(arguments.command))
        .unwrap_or_else(|_| Err(Failure::internal()));
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit.into()
        }
    }
}

fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(arguments) => command::scan::run(&arguments),
        Command::Explain(arguments) => command::explain::run(&arguments),
        Command::Compare(arguments) => command::compare::run(&arguments),
        Command::Merge(arguments) => command::merge::run(&arguments),
        Command::Render(arguments) => command::render::run(&arguments),
        Command::Report(arguments) => command::report::run(&arguments),
        Command::Decide(arguments) => command::decide::run(&arguments),
        Command::Review(arguments) => command::review::run(&arguments),
        Command::Reconcile(arguments) => command::reconcile::run(&arguments),
        Command::Sample(arguments) => command::sample::run(&arguments),
        Command::Signature(arguments) => command::signature::run(&arguments),
        Command::Rules(arguments) => command::rules::run(&arguments),
        Command::List(arguments) => command::list::run(&arguments),
        Command::Completions { shell } => command::reference::completions(shell),
        Command::Manual => command::reference::manual(),
    }
}
