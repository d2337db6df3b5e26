//! Walks a directory in parallel. Links are not followed, stores of version
//! control are passed by, what an ignore rule cuts off is told with the rule,
//! and files that git tracks although a rule matches are handed out all the same.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::git_index::tracked_files;
use super::ignore_rules::{Cut, IgnoreOptions, IgnoreRules};
use super::read::passes_link;
use super::{Entry, Found, Skip, SkipReason, Walked};
use crate::model::inventory::Ignored;
use crate::model::place::Place;
use crate::model::text::display_safe;

/// Stores of version control: their content is no working file of anyone.
const STORES: &[&str] = &[".git", ".hg", ".svn", ".jj"];

/// How to walk.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Ignore rules in force.
    pub ignore: IgnoreOptions,
    /// Enter mounted file systems.
    pub cross_filesystems: bool,
    /// Threads; at least one.
    pub jobs: usize,
}

/// Takes what a walk finds; one per thread.
pub trait Visitor: Send {
    /// Takes one thing. `false` ends the walk.
    fn visit(&mut self, found: Found) -> bool;
}

/// Why a walk could not begin.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is nothing at the path, or it cannot be opened.
    #[error("cannot scan `{path}`: {cause}")]
    Missing {
        /// The path as given.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// An `--exclude` glob is invalid.
    #[error("invalid `--exclude` glob: {0}")]
    Exclude(String),
}

/// Walks `root` and hands every find to the visitor of the thread that made
/// it; `make` makes one visitor per thread.
///
/// # Errors
/// The root is not there, or an exclude glob is invalid. Anything that goes
/// wrong below the root is a find, not an error.
pub fn walk<'env>(
    root: &Path,
    options: &WalkOptions,
    make: &(dyn Fn() -> Box<dyn Visitor + 'env> + Sync),
) -> Result<Walked, SourceError> {
    let missing = |cause| SourceError::Missing { path: root.display().to_string(), cause };
    let meta = std::fs::metadata(root).map_err(missing)?;
    std::fs::read_dir(root).map_err(missing)?;
    let rules = IgnoreRules::new(root, options.ignore.clone())
        .map(Arc::new)
        .map_err(|error| SourceError::Exclude(error.to_string()))?;
    let cuts: Arc<Mutex<Vec<Ignored>>> = Arc::default();
    let others: Arc<Mutex<Vec<Found>>> = Arc::default();

    let filter = EntryFilter {
        root: root.to_path_buf(),
        rules: Arc::clone(&rules),
        device: device_of(&meta),
        cross_filesystems: options.cross_filesystems,
        cuts: Arc::clone(&cuts),
        others: Arc::clone(&others),
    };
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .threads(options.jobs.max(1))
        .filter_entry(move |entry| filter.keeps(entry))
        .build_parallel();
    walker.run(|| {
        let mut visitor = make();
        Box::new(move |result| {
            if found_of(root, result).is_none_or(|found| visitor.visit(found)) {
                WalkState::Continue
            } else {
                WalkState::Quit
            }
        })
    });

    let mut visitor = make();
    for found in std::mem::take(&mut *others.lock().unwrap_or_else(PoisonError::into_inner)) {
        visitor.visit(found);
    }
    let mut ignored = std::mem::take(&mut *cuts.lock().unwrap_or_else(PoisonError::into_inner));
    hand_out_tracked(root, &rules, &mut ignored, visitor.as_mut());
    ignored.sort();
    ignored.dedup();
    hand_out_submodules(root, visitor.as_mut());
    Ok(Walked { ignored })
}

/// Decides, before anything is opened or entered, what the walk keeps.
struct EntryFilter {
    root: PathBuf,
    rules: Arc<IgnoreRules>,
    device: Option<u64>,
    cross_filesystems: bool,
    cuts: Arc<Mutex<Vec<Ignored>>>,
    others: Arc<Mutex<Vec<Found>>>,
}

impl EntryFilter {
    fn keeps(&self, entry: &DirEntry) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if STORES.iter().any(|store| entry.file_name() == *store) {
            return false;
        }
        if let Some(cut) = self.rules.cut(entry.path(), is_folder) {
            let row = row_of(&self.root, entry.path(), cut);
            self.cuts.lock().unwrap_or_else(PoisonError::into_inner).push(row);
            return false;
        }
        if is_folder && !self.cross_filesystems && self.is_other_filesystem(entry) {
            let path = relative_of(&self.root, entry.path());
            let skip = Found::Skipped(Skip { path, reason: SkipReason::OtherFilesystem });
            self.others.lock().unwrap_or_else(PoisonError::into_inner).push(skip);
            return false;
        }
        true
    }

    fn is_other_filesystem(&self, entry: &DirEntry) -> bool {
        let device = entry.path().symlink_metadata().ok().and_then(|meta| device_of(&meta));
        device.is_some() && device != self.device
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // other systems have none
fn device_of(meta: &std::fs::Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    Some(meta.dev())
}

#[cfg(not(unix))]
fn device_of(_: &std::fs::Metadata) -> Option<u64> {
    None
}

fn found_of(root: &Path, result: Result<DirEntry, ignore::Error>) -> Option<Found> {
    let entry = match result {
        Ok(entry) => entry,
        Err(error) => return Some(failed(root, &error)),
    };
    let kind = entry.file_type()?;
    if kind.is_dir() {
        return None;
    }
    if kind.is_file() {
        return Some(Found::File(entry_of(root, entry.path())));
    }
    let path = relative_of(root, entry.path());
    let reason = if kind.is_symlink() {
        if is_loop(entry.path()) { SkipReason::LinkLoop } else { SkipReason::Link }
    } else {
        SkipReason::SpecialFile
    };
    Some(Found::Skipped(Skip { path, reason }))
}

/// Whether a link leads to itself or to a folder that it lies in.
fn is_loop(link: &Path) -> bool {
    match (link.canonicalize(), link.parent().map(Path::canonicalize)) {
        (Ok(target), Some(Ok(folder))) => folder.starts_with(target),
        (Err(error), _) => error.kind() != std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn failed(root: &Path, error: &ignore::Error) -> Found {
    fn path_in(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                path_in(err)
            }
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        }
    }
    let path = path_in(error).map_or_else(|| ".".to_owned(), |path| relative_of(root, path));
    // The kind, not the text: the text holds absolute paths.
    let detail =
        error.io_error().map_or_else(|| "walk error".to_owned(), |io| io.kind().to_string());
    Found::Failed { path, detail }
}

fn entry_of(root: &Path, file: &Path) -> Entry {
    let file = file.to_path_buf();
    let plain = plain_relative(root, &file);
    if plain.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Entry { renamed: false, path: plain, file };
    }
    let path = display_safe(&plain);
    Entry { renamed: path != plain || plain.contains('\u{FFFD}'), path, file }
}

fn relative_of(root: &Path, path: &Path) -> String {
    display_safe(&plain_relative(root, path))
}

fn plain_relative(root: &Path, path: &Path) -> String {
    let below =
        path.as_os_str().as_encoded_bytes().strip_prefix(root.as_os_str().as_encoded_bytes());
    let relative = match below.map(std::str::from_utf8) {
        // as the walk writes it: no need to take it apart
        Some(Ok(below)) if below.starts_with('/') && !below.starts_with("//") => {
            std::borrow::Cow::Borrowed(below.trim_start_matches('/'))
        }
        _ => path.strip_prefix(root).unwrap_or(path).to_string_lossy(),
    };
    if std::path::MAIN_SEPARATOR == '\\' {
        relative.replace('\\', "/")
    } else {
        relative.into_owned()
    }
}

fn row_of(root: &Path, path: &Path, cut: Cut) -> Ignored {
    let place = Place::new("", relative_of(root, path));
    Ignored { place, rule: display_safe(&cut.rule), source: cut.source }
}

/// Files that git tracks below a place that a rule of `.gitignore` or
/// `.ignore` cut off, unless `--exclude` or `.daylightignore` cuts them too.
fn hand_out_tracked(
    root: &Path,
    rules: &IgnoreRules,
    ignored: &mut Vec<Ignored>,
    visitor: &mut dyn Visitor,
) {
    let cut: HashSet<String> = ignored.iter().map(|row| row.place.path.clone()).collect();
    for tracked in tracked_files(root).into_iter().filter(|tracked| is_plain(&tracked.path)) {
        let file = root.join(&tracked.path);
        let meta = file.symlink_metadata();
        if tracked.sparse && meta.is_err() {
            let skip = Skip { path: display_safe(&tracked.path), reason: SkipReason::Sparse };
            visitor.visit(Found::Skipped(skip));
        } else if is_below(&tracked.path, &cut)
            && meta.is_ok_and(|meta| meta.is_file())
            && !passes_link(root, &tracked.path)
        {
            match rules.cut_by_choice(&file) {
                Some((path, cut)) => ignored.push(row_of(root, &path, cut)),
                None => {
                    visitor.visit(Found::File(entry_of(root, &file)));
                }
            }
        }
    }
}

/// Whether a path of the index names a working file below the root: an index
/// may be anyone's work, and git itself would refuse such paths.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..") && !STORES.contains(&part))
}

fn is_below(path: &str, cut: &HashSet<String>) -> bool {
    !cut.is_empty()
        && (cut.contains(path)
            || path
                .match_indices('/')
                .any(|(at, _)| path.get(..at).is_some_and(|p| cut.contains(p))))
}

/// Submodules that `.gitmodules` names and that are not there.
fn hand_out_submodules(root: &Path, visitor: &mut dyn Visitor) {
    let file = root.join(".gitmodules");
    if !file.symlink_metadata().is_ok_and(|meta| meta.is_file() && meta.len() < 1 << 20) {
        return;
    }
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let path = value.trim().trim_end_matches('/');
        let climbs =
            path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..");
        if key.trim() != "path" || climbs {
            continue;
        }
        let is_empty =
            std::fs::read_dir(root.join(path)).map_or(true, |mut entries| entries.next().is_none());
        if is_empty {
            let skip = Skip { path: display_safe(path), reason: SkipReason::Submodule };
            visitor.visit(Found::Skipped(skip));
        }
    }
}
