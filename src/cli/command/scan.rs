//! `daylight scan`: the main job.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;

use crate::cli::args::ScanArguments;
use crate::cli::command::render::{baseline, shown};
use crate::cli::command::report::rules;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{outputs, write_all, write_text};
use crate::cli::policy::{decisions_of, policy_of};
use crate::cli::progress::Progress;
use crate::compare::compare;
use crate::decision::note;
use crate::fail_on::Expression;
use crate::limits::Limits;
use crate::lock::Lock;
use crate::model::inventory::Inventory;
use crate::model::shard::Part;
use crate::scan::{Request, ScanError, scan};

/// Runs the command.
///
/// # Errors
/// Bad usage, a missing path, an invalid overlay, an unwritable output.
pub fn run(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let outputs = outputs(&arguments.outputs, arguments.format.as_deref())?;
    let gates = gates(&arguments.fail_on)?;
    let baseline = arguments.baseline.as_deref().map(baseline).transpose()?;
    // before the long work: a file that is not understood ends it
    let decisions = decisions_of(arguments)?;
    let lock = arguments.lock.as_deref().map(lock_at).transpose()?;
    let request = request_of(arguments)?;
    for gate in &gates {
        judgeable(gate, baseline.is_some(), request.policy.approved.is_some())?;
    }
    let progress = Progress::new(arguments.quiet);
    let result = scan(&request, &progress);
    progress.finish();
    let mut inventory = result.map_err(told)?;
    inventory.changes = baseline.map(|baseline| compare(&baseline, &inventory));
    if let (Some(lock), Some(path)) = (&lock, &arguments.lock) {
        follow(lock, path, &mut inventory, arguments.quiet)?;
    }
    if let Some(decisions) = &decisions {
        note(&mut inventory, decisions, &rules()?);
    }
    inventory.gates = gates.iter().map(|gate| gate.judge(&inventory)).collect();
    let inventory = shown(inventory, &arguments.show);
    write_all(&outputs, &inventory, arguments.color)?;
    let coverage = &inventory.coverage;
    Ok(if inventory.gates.iter().any(|gate| gate.failed) {
        Exit::Gate
    } else if !coverage.complete || (arguments.strict && !coverage.problems.is_empty()) {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}

/// The lock file; an empty one where none lies.
fn lock_at(path: &Path) -> Result<Lock, Failure> {
    let wrong = |error: anyhow::Error| {
        Failure::usage(error.context(format!("`{}` cannot be used", path.display())))
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Lock::parse(&text).map_err(|error| wrong(error.into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => Err(wrong(error.into())),
    }
}

/// Follows renamed systems, says so, and writes the lock anew.
fn follow(lock: &Lock, path: &Path, inventory: &mut Inventory, quiet: bool) -> Result<(), Failure> {
    // what was not looked for is not gone
    if !inventory.coverage.complete {
        return Ok(());
    }
    let (now, told) = lock.follow(inventory);
    if !quiet {
        let mut talk = std::io::stderr().lock();
        for sentence in &told {
            // nobody reads it any more: no reason to fail
            let _ = writeln!(talk, "note: {sentence}");
        }
    }
    write_text(path, &now.text().map_err(Failure::failed)?)
}

/// Gives `--fail-on` its meaning.
///
/// # Errors
/// An expression is none.
pub fn gates(given: &[String]) -> Result<Vec<Expression>, Failure> {
    let parsed: Result<Vec<_>, _> = given.iter().map(|text| Expression::parse(text)).collect();
    parsed.map_err(Failure::usage)
}

/// Refuses a gate that could never say no.
///
/// # Errors
/// The gate needs what is not there.
pub fn judgeable(gate: &Expression, baseline: bool, approved: bool) -> Result<(), Failure> {
    if gate.needs_baseline() && !baseline {
        let error = anyhow!("gate `{}` needs an earlier inventory", gate.text());
        return Err(Failure::usage(error).hint("name one with `--baseline FILE`"));
    }
    if gate.needs_approvals() && !approved {
        let error = anyhow!("gate `{}` needs a list of approved AI", gate.text());
        return Err(Failure::usage(error)
            .hint("name one with `--approved FILE`, or lay `approved-ai.toml` into the target"));
    }
    Ok(())
}

fn request_of(arguments: &ScanArguments) -> Result<Request, Failure> {
    Ok(Request {
        targets: arguments.paths.clone(),
        signatures: arguments.signatures.clone(),
        jobs: arguments.jobs,
        max_time: arguments.max_time.map(Duration::from_secs),
        as_of: as_of(arguments.as_of.as_deref())?,
        no_gitignore: arguments.no_gitignore,
        exclude: arguments.exclude.clone(),
        cross_filesystems: arguments.cross_filesystems,
        git: arguments.git,
        include_identities: arguments.include_identities,
        policy: policy_of(arguments)?,
        part: arguments.shard.as_deref().map(part).transpose()?,
        limits: Limits::default(),
    })
}

fn part(text: &str) -> Result<Part, Failure> {
    Part::parse(text).ok_or_else(|| {
        Failure::usage(anyhow!("`--shard {text}` is no part of a scan"))
            .hint("write K/N, with K from 1 to N and N at most 10000")
    })
}

/// The date that everything is judged by: given, else that of
/// `SOURCE_DATE_EPOCH`, else today in UTC.
///
/// # Errors
/// The date given is none.
pub fn as_of(given: Option<&str>) -> Result<String, Failure> {
    if let Some(text) = given {
        let date: jiff::civil::Date = text.parse().map_err(|_| {
            Failure::usage(anyhow!("`--as-of {text}` is no date")).hint("write it as YYYY-MM-DD")
        })?;
        return Ok(date.to_string());
    }
    let fixed = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse::<i64>().ok())
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let now = fixed.unwrap_or_else(jiff::Timestamp::now);
    Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

/// A scan's failure with its exit code and a hint.
#[must_use]
pub fn told(error: ScanError) -> Failure {
    match error {
        ScanError::Source(crate::source::directory::SourceError::Missing { .. }) => {
            Failure::failed(error)
                .hint("give the path of a folder or file that exists and can be read")
        }
        ScanError::Source(_) => Failure::usage(error),
        ScanError::Signatures(_) => {
            Failure::usage(error).hint("run `daylight signature check DIR` on the overlay")
        }
        _ => Failure::failed(error),
    }
}
