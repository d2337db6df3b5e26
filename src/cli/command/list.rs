//! `daylight list`: the tables that the docs are made of, one row a line,
//! columns separated by tabs.

use std::fmt::Write as _;

use crate::artifact::READERS;
use crate::cli::args::{ListArguments, Table};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::extract::{EXTRACTORS, Gate, ProblemCode};
use crate::limits::LIMITS;
use crate::report::EMITTERS;

/// Runs the command.
///
/// # Errors
/// stdout cannot be written.
pub fn run(arguments: &ListArguments) -> Result<Exit, Failure> {
    print(&table(arguments.table))?;
    Ok(Exit::Done)
}

/// A table as text.
#[must_use]
pub fn table(table: Table) -> String {
    let mut text = String::new();
    // writing to a String cannot fail
    match table {
        Table::Extractors => {
            for extractor in EXTRACTORS {
                let interest = extractor.interest();
                let mut files: Vec<String> = Vec::new();
                files.extend(interest.names.iter().map(|name| (*name).to_owned()));
                files.extend(interest.globs.iter().map(|glob| (*glob).to_owned()));
                files.extend(interest.extensions.iter().map(|ext| format!("*.{ext}")));
                let gate = match interest.gate {
                    Gate::Open => "always",
                    Gate::Anchors => "if an anchor stands in it",
                    Gate::Telling => "if its beginning tells the format",
                };
                let _ = writeln!(
                    text,
                    "{}\t{}\t{}\t{gate}",
                    extractor.id(),
                    extractor.about(),
                    files.join(" ")
                );
            }
            for reader in READERS {
                let _ = writeln!(text, "{}\t{}\t\tby content", reader.id(), reader.about());
            }
        }
        Table::Languages => {
            for (language, extensions) in crate::extract::code::languages_and_extensions() {
                let _ = writeln!(text, "{language}\t{extensions}");
            }
        }
        Table::Formats => {
            for emitter in EMITTERS {
                let _ = writeln!(text, "{}\t{}", emitter.id(), emitter.about());
            }
        }
        Table::Limits => {
            for limit in LIMITS {
                let _ = writeln!(text, "{}\t{}\t{}", limit.name, limit.default, limit.why);
            }
        }
        Table::Problems => {
            for code in ProblemCode::ALL {
                let _ = writeln!(text, "{}\t{}", code.word(), code.meaning());
            }
        }
    }
    text
}
