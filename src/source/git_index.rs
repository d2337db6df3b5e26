//! What git tracks, from its index alone: git itself is never run.

use std::path::{Path, PathBuf};

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
    let Some(store) = store_of(root) else { return Vec::new() };
    let index = store.join("index");
    if !index.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
        return Vec::new();
    }
    let options = gix_index::decode::Options::default();
    let Ok(file) = gix_index::File::at(&index, gix_hash::Kind::Sha1, true, options) else {
        return Vec::new();
    };
    file.entries()
        .iter()
        .filter(|entry| !entry.mode.is_submodule())
        .map(|entry| Tracked {
            path: entry.path(&file).to_string(),
            sparse: entry.flags.contains(gix_index::entry::Flags::SKIP_WORKTREE),
        })
        .collect()
}

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
