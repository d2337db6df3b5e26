//! `daylight scan`: the main job.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
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
use crate::since::{Since, SinceError};

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
    let mut request = request_of(arguments)?;
    if let (Some(revision), Some(baseline)) = (&arguments.since, &baseline) {
        request.since = Some(since(arguments, revision, baseline)?);
        // so that the next scan can go on from this one
        request.part = Part::parse("1/1");
    }
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
        part: arguments.shard.as_deref().map(|text| part(text, arguments)).transpose()?,
        since: None,
        limits: Limits::default(),
    })
}

fn since(
    arguments: &ScanArguments,
    revision: &str,
    baseline: &Inventory,
) -> Result<Arc<Since>, Failure> {
    let [root] = arguments.paths.as_slice() else {
        return Err(Failure::usage(anyhow!("`--since` takes one folder")));
    };
    Since::new(root, revision, baseline).map(Arc::new).map_err(no_since)
}

fn no_since(error: SinceError) -> Failure {
    let hint = match &error {
        SinceError::NoShard => "write the baseline with `daylight scan --shard 1/1`",
        SinceError::Revision(_) => "name a branch, a tag or a commit whose history was fetched",
        SinceError::OtherCommit { .. } => "name the commit that the baseline is of",
        SinceError::NotWhole | SinceError::Incomplete => "scan the folder as a whole once",
        SinceError::OtherKnowledge | SinceError::OtherIdentities => "write the baseline anew",
    };
    Failure::usage(error).hint(hint)
}

fn part(text: &str, arguments: &ScanArguments) -> Result<Part, Failure> {
    let part = Part::parse(text).ok_or_else(|| {
        Failure::usage(anyhow!("`--shard {text}` is no part of a scan"))
            .hint("write K/N, with K from 1 to N and N at most 10000")
    })?;
    let judges =
        !arguments.fail_on.is_empty() || arguments.baseline.is_some() || arguments.lock.is_some();
    if part.of() > 1 && judges {
        let error = anyhow!("a part of a scan cannot be judged, compared or followed");
        return Err(Failure::usage(error).hint("give gates and baseline to `daylight merge`"));
    }
    Ok(part)
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
        ScanError::Since(error) => no_since(error),
        ScanError::Signatures(_) => {
            Failure::usage(error).hint("run `daylight signature check DIR` on the overlay")
        }
        _ => Failure::failed(error),
    }
}
