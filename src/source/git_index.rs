//! What git tracks, from its index alone: git itself is never run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_index::entry::{Stat, stat::Options};

/// A tracked file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// Path relative to the work tree, as raw bytes made a string without loss check.
    pub path: String,
    /// Left out of a sparse checkout.
    pub sparse: bool,
}

/// The files that the repository at `root` tracks; empty if `root` is no work
/// tree or its index cannot be read. Submodules are left out.
///
/// A `.git` file (a linked work tree) is only followed into the target itself.
#[must_use]
pub fn tracked_files(root: &Path) -> Vec<Tracked> {
    let Some(file) = index_of(root) else { return Vec::new() };
    file.entries()
        .iter()
        .filter(|entry| !entry.mode.is_submodule())
        .map(|entry| Tracked {
            path: entry.path(&file).to_string(),
            sparse: entry.flags.contains(gix_index::entry::Flags::SKIP_WORKTREE),
        })
        .collect()
}

/// What lies in the work tree, by the index alone: files that nobody has
/// touched since git wrote them down.
#[derive(Debug, Clone, Default)]
pub struct CheckedOut {
    files: BTreeMap<String, (Stat, ObjectId)>,
}

impl CheckedOut {
    /// Of the work tree at `root`; knows no file where there is no index.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let Some(file) = index_of(root) else { return Self::default() };
        let written = file.timestamp();
        let files = file
            .entries()
            .iter()
            // written in the same moment as the index: touched later or not
            .filter(|entry| !entry.stat.is_racy(written, OPTIONS))
            .map(|entry| (entry.path(&file).to_string(), (entry.stat, entry.id)))
            .collect();
        Self { files }
    }

    /// Id of a file's content; `None` where only the content itself can tell.
    #[must_use]
    pub fn blob_of(&self, path: &str, file: &Path) -> Option<ObjectId> {
        let (stat, id) = self.files.get(path)?;
        let now = gix_index::fs::Metadata::from_path_no_follow(file).ok()?;
        let now = now.is_file().then(|| Stat::from_fs(&now).ok()).flatten()?;
        stat.matches(&now, OPTIONS).then_some(*id)
    }
}

/// Times to the nanosecond, size and inode; not when the inode changed last,
/// which copying a whole checkout does.
const OPTIONS: Options =
    Options { trust_ctime: false, check_stat: true, use_nsec: true, use_stdev: false };

fn index_of(root: &Path) -> Option<gix_index::File> {
    let index = store_of(root)?.join("index");
    if !index.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
        return None;
    }
    let options = gix_index::decode::Options::default();
    gix_index::File::at(&index, gix_hash::Kind::Sha1, true, options).ok()
}

/// The store of the repository whose work tree is `root`, if it lies in it.
pub(super) fn store_of(root: &Path) -> Option<PathBuf> {
    let dot_git = root.join(".git");
    let meta = dot_git.symlink_metadata().ok()?;
    if meta.is_dir() {
        return Some(dot_git);
    }
    if !meta.is_file() || meta.len() > 4096 {
        return None;
    }
    let text = std::fs::read_to_string(&dot_git).ok()?;
    let store = root.join(text.strip_prefix("gitdir:")?.trim());
    let (root, store) = (root.canonicalize().ok()?, store.canonicalize().ok()?);
    store.starts_with(root).then_some(store)
}
