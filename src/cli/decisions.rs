//! The file of decisions as it lies on disk: read under a lock that readers
//! share, added to under one that is held alone, so that nobody meets half a
//! decision. What a decision means is not known here.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::exit::Failure;
use crate::decision::{Decision, DecisionFile};

/// Decisions that are read when none are named.
pub const DECISIONS: &str = "ai-decisions.toml";

/// Some thousands of decisions: beyond this it is something else.
const MOST_BYTES: u64 = 16 << 20;

/// The decisions: those named, else those of the folder, else none.
///
/// # Errors
/// A named file is missing, or the file is not understood: nothing is judged
/// with half a file.
pub fn decisions(named: Option<&Path>) -> Result<DecisionFile, Failure> {
    match named {
        Some(path) => there(path)?.ok_or_else(|| unreadable(path, io::ErrorKind::NotFound.into())),
        None => Ok(there(Path::new(DECISIONS))?.unwrap_or_default()),
    }
}

/// Adds a decision at the end of a file, which is made if it is not there.
/// `check` is asked with what stands in it, before anything is made and again
/// while nobody else can add: of two that say the same at once, one is refused,
/// and neither is lost.
///
/// # Errors
/// What `check` says; the file is not understood, or cannot be written.
pub fn append(
    path: &Path,
    decision: &Decision,
    check: impl Fn(&DecisionFile) -> Result<(), Failure>,
) -> Result<(), Failure> {
    check(&there(path)?.unwrap_or_default())?;
    let cannot = |error: io::Error| {
        Failure::failed(
            anyhow::Error::new(error).context(format!("cannot write `{}`", path.display())),
        )
    };
    let text = decision.text().map_err(Failure::failed)?;
    let mut file =
        OpenOptions::new().create(true).read(true).append(true).open(path).map_err(cannot)?;
    file.lock().map_err(cannot)?;
    let stands = text_of(&mut file).map_err(|error| unreadable(path, error))?;
    check(&understood(path, &stands)?)?;
    let whole = if stands.is_empty() { format!("{}{text}", DecisionFile::head()) } else { text };
    file.write_all(whole.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)
}

/// What stands in a file; `None` if there is no such file.
///
/// # Errors
/// The file cannot be read or is not understood.
pub fn there(path: &Path) -> Result<Option<DecisionFile>, Failure> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, error)),
    };
    // where a file system knows no locks, reading is better than refusing
    let _ = file.lock_shared();
    let text = text_of(&mut file).map_err(|error| unreadable(path, error))?;
    understood(path, &text).map(Some)
}

fn text_of(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it is larger than {MOST_BYTES} bytes")));
    }
    Ok(text)
}

/// An empty file is one that somebody is about to write the first decision to.
fn understood(path: &Path, text: &str) -> Result<DecisionFile, Failure> {
    if text.is_empty() {
        return Ok(DecisionFile::default());
    }
    DecisionFile::parse(text)
        .with_context(|| format!("`{}` cannot be used", path.display()))
        .map_err(Failure::usage)
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::usage(anyhow!(error).context(format!("cannot read `{}`", path.display())))
}

/// The file that is added to: the one named, else the usual one.
#[must_use]
pub fn place(named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| PathBuf::from(DECISIONS), Path::to_path_buf)
}
