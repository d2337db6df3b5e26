//! What a revision of git holds, read from its store alone: git itself is
//! never run, and only the store inside the target is looked at.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use gix_hash::{Kind as Hash, ObjectId, Prefix};
use gix_object::{Find, FindExt, Kind, tree::EntryKind};
use gix_ref::file::ReferenceExt;
use thiserror::Error;

use super::git_index::{CheckedOut, store_of};
use super::read::Opened;

/// Files of one revision that are looked at; beyond it is no tree of source.
const MOST_FILES: usize = 5_000_000;
/// Largest piece of memory that an object may ask for while it is unpacked.
const OBJECT_BYTES: usize = 64 << 20;
/// Tags of tags that are followed.
const MOST_TAGS: usize = 10;

/// Why a revision cannot be read.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// There is no store of git at the root of the target.
    #[error("`{0}` is not the root of a git repository that holds its own store")]
    NoStore(String),
    /// Nothing has this name.
    #[error("no branch, tag or commit `{0}` is in the repository's store")]
    Unknown(String),
    /// The store is damaged, or not all of it was fetched.
    #[error("the store of git cannot be read at `{revision}`: {cause}")]
    Broken {
        /// The revision.
        revision: String,
        /// What went wrong.
        cause: String,
    },
}

/// The files of one revision.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Id of the commit.
    pub commit: String,
    blobs: BTreeMap<String, ObjectId>,
    checked_out: CheckedOut,
}

impl Snapshot {
    /// Whether the revision has the file, with other bytes.
    #[must_use]
    pub fn differs(&self, path: &str, file: &Path) -> bool {
        self.blobs.contains_key(path) && !self.holds(path, file)
    }

    /// Whether the file has the bytes it had in the revision. What cannot be
    /// read has not.
    #[must_use]
    pub fn holds(&self, path: &str, file: &Path) -> bool {
        self.blobs.get(path).is_some_and(|before| match self.checked_out.blob_of(path, file) {
            Some(now) => now == *before,
            None => digest(file).is_ok_and(|now| now.is_some_and(|now| now == *before)),
        })
    }
}

/// Id that git would give to the content of a file.
fn digest(file: &Path) -> io::Result<Option<ObjectId>> {
    let opened = Opened::new(file)?;
    let mut hasher = gix_hash::hasher(Hash::Sha1);
    hasher.update(format!("blob {}\0", opened.size).as_bytes());
    opened.read_all(|piece| hasher.update(piece))?;
    Ok(hasher.try_finalize().ok())
}

/// Reads which files a revision holds: a branch, a tag, or the id of a commit,
/// in full or its beginning, with `~N` or `^` for a first parent of it.
///
/// # Errors
/// There is no store, nothing has this name, or the store is damaged.
pub fn snapshot(root: &Path, revision: &str) -> Result<Snapshot, RevisionError> {
    let (objects, commit) = resolved(root, revision)?;
    let broken = |cause: String| RevisionError::Broken { revision: revision.to_owned(), cause };
    let mut buffer = Vec::new();
    let found = objects.find_commit(&commit, &mut buffer);
    let tree = found.map_err(|error| broken(error.to_string()))?.tree();
    let blobs = blobs_of(&objects, tree).map_err(broken)?;
    let checked_out = CheckedOut::of(root);
    Ok(Snapshot { commit: commit.to_string(), blobs, checked_out })
}

fn resolved(root: &Path, revision: &str) -> Result<(gix_odb::Handle, ObjectId), RevisionError> {
    let store = store_of(root).ok_or_else(|| RevisionError::NoStore(root.display().to_string()))?;
    let broken = |cause: String| RevisionError::Broken { revision: revision.to_owned(), cause };
    let unknown = || RevisionError::Unknown(revision.to_owned());
    if store.join("objects/info/alternates").exists() {
        return Err(broken("its objects lie in another repository".to_owned()));
    }
    let options = gix_odb::store::init::Options {
        alloc_limit_bytes: Some(OBJECT_BYTES),
        ..Default::default()
    };
    let objects = gix_odb::at_opts(store.join("objects"), Hash::Sha1, None, options)
        .map_err(|error| broken(error.to_string()))?;
    let refs = gix_ref::file::Store::at(store, Hash::Sha1);
    let (name, back) = steps_of(revision).ok_or_else(unknown)?;
    let named = refs.try_find(name).ok().flatten();
    let id = match named {
        Some(mut reference) => reference.peel_to_id(&refs, &objects).ok(),
        None => Prefix::from_hex(name)
            .ok()
            .and_then(|prefix| objects.lookup_prefix(prefix, None).ok().flatten()?.ok()),
    };
    let mut id = id.ok_or_else(unknown)?;
    let mut buffer = Vec::new();
    for _ in 0..MOST_TAGS {
        let found = objects.try_find(&id, &mut buffer).ok().flatten();
        match found.ok_or_else(|| broken(format!("object {id} is not there")))?.kind {
            Kind::Tag => {
                let tag = objects.find_tag(&id, &mut buffer);
                id = tag.map_err(|error| broken(error.to_string()))?.target();
            }
            Kind::Commit => {
                let id = parent_of(&objects, id, back).ok_or_else(unknown)?;
                return Ok((objects, id));
            }
            Kind::Tree | Kind::Blob => break,
        }
    }
    Err(unknown())
}

/// The name in `name~3` or `name^`, and how many first parents to go back.
fn steps_of(revision: &str) -> Option<(&str, u32)> {
    match (revision.split_once('~'), revision.strip_suffix('^')) {
        (Some((name, "")), _) | (None, Some(name)) => Some((name, 1)),
        (Some((name, steps)), _) => Some((name, steps.parse().ok()?)),
        (None, None) => Some((revision, 0)),
    }
}

/// The commit so many first parents back; `None` where history ends before.
fn parent_of(objects: &impl Find, mut id: ObjectId, back: u32) -> Option<ObjectId> {
    let mut buffer = Vec::new();
    for _ in 0..back {
        let commit = objects.find_commit(&id, &mut buffer).ok()?;
        id = commit.parents().next()?;
    }
    Some(id)
}

/// Every file below a tree; links and submodules are no files.
fn blobs_of(objects: &impl Find, tree: ObjectId) -> Result<BTreeMap<String, ObjectId>, String> {
    let mut blobs = BTreeMap::new();
    let mut due = vec![(String::new(), tree)];
    let mut buffer = Vec::new();
    while let Some((folder, id)) = due.pop() {
        let entries =
            objects.find_tree_iter(&id, &mut buffer).map_err(|error| error.to_string())?;
        for entry in entries {
            let entry = entry.map_err(|error| error.to_string())?;
            // a name that is no text is no path of ours: such a file counts as changed
            let Ok(name) = std::str::from_utf8(entry.filename) else { continue };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            match entry.mode.kind() {
                EntryKind::Tree => due.push((path, entry.oid.to_owned())),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    blobs.insert(path, entry.oid.to_owned());
                }
                EntryKind::Link | EntryKind::Commit => {}
            }
        }
        if blobs.len() + due.len() > MOST_FILES {
            return Err(format!("it holds more than {MOST_FILES} files"));
        }
    }
    Ok(blobs)
}
