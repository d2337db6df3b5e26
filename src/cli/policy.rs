//! Finds and reads the files in which an organisation says what it wants: by
//! flag, else at the root of the target. A link is not followed.

use std::path::Path;

use anyhow::anyhow;

use super::args::ScanArguments;
use super::decisions::{DECISIONS, decisions};
use super::exit::Failure;
use crate::decision::DecisionFile;
use crate::policy::approved::ApprovedList;
use crate::policy::config::Config;
use crate::policy::{APPROVED, CONFIG, Policy, PolicyError};
use crate::scan::named;

/// A policy file is written by hand: beyond this it is something else.
const MOST_BYTES: u64 = 1 << 20;

/// Reads what the arguments ask for.
///
/// # Errors
/// A file is not there or malformed: nothing is scanned with half of it.
pub fn policy_of(arguments: &ScanArguments) -> Result<Policy, Failure> {
    let mut policy = Policy { without_inline: arguments.no_repo_config, ..Policy::default() };
    let targets = named(&arguments.paths);
    let own = !arguments.no_repo_config;
    if let Some(path) = &arguments.config {
        policy.configs.push((None, config(path)?));
    } else if own {
        for (name, path) in &targets {
            if let Some(path) = there(&path.join(CONFIG))? {
                policy.configs.push((Some(name.clone()), config(path)?));
            }
        }
    }
    if let Some(path) = &arguments.approved {
        policy.approved = Some(approved(path)?);
    } else if own && let [(_, only)] = targets.as_slice() {
        // several targets may hold several lists: which one counts is the user's to say
        if let Some(path) = there(&only.join(APPROVED))? {
            policy.approved = Some(approved(path)?);
        }
    }
    Ok(policy)
}

/// The decisions of people that a scan heeds: by flag, else those at the root
/// of its one target.
///
/// # Errors
/// The file is not there or malformed.
pub fn decisions_of(arguments: &ScanArguments) -> Result<Option<DecisionFile>, Failure> {
    if let Some(path) = &arguments.decisions {
        return decisions(Some(path)).map(Some);
    }
    let targets = named(&arguments.paths);
    let [(_, only)] = targets.as_slice() else { return Ok(None) };
    if arguments.no_repo_config {
        return Ok(None);
    }
    match there(&only.join(DECISIONS))? {
        Some(path) => decisions(Some(path)).map(Some),
        None => Ok(None),
    }
}

/// The path, if a file lies there.
fn there(path: &Path) -> Result<Option<&Path>, Failure> {
    let Ok(meta) = path.symlink_metadata() else { return Ok(None) };
    if meta.is_file() {
        return Ok(Some(path));
    }
    let error = anyhow!("`{}` is no regular file; it is not followed", path.display());
    Err(Failure::usage(error).hint("`--no-repo-config` passes by what the target says"))
}

fn config(path: &Path) -> Result<Config, Failure> {
    Config::parse(&path.display().to_string(), &text(path)?).map_err(malformed)
}

/// Reads a list of approved AI.
///
/// # Errors
/// It is not there or malformed.
pub fn approved(path: &Path) -> Result<ApprovedList, Failure> {
    ApprovedList::parse(&path.display().to_string(), &text(path)?).map_err(malformed)
}

fn malformed(error: PolicyError) -> Failure {
    Failure::usage(error).hint("docs/configuration.md lists every field")
}

fn text(path: &Path) -> Result<String, Failure> {
    let unreadable =
        |why: String| Failure::usage(anyhow!("cannot read `{}`: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(unreadable(format!("it is larger than {MOST_BYTES} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}
