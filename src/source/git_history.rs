//! The commits of a repository, from its object database alone: git itself is
//! never run, no hook, filter or configuration is heeded, and nothing outside
//! of the target is opened. Knows no product.

use std::collections::{BTreeSet, BinaryHeap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_object::{CommitRef, Find, FindHeader, Kind};
use thiserror::Error;

use super::git_index::store_of;
use crate::model::history::{Commit, Extent, Identity};

/// Largest commit that is read, in bytes.
const COMMIT_BYTES: u64 = 1 << 20;
/// Largest piece of memory that an object may ask for while it is unpacked.
const OBJECT_BYTES: usize = 16 << 20;
/// Bytes kept of either end of a message.
const MESSAGE_BYTES: usize = 8 << 10;
/// References that are read.
const REFERENCES: usize = 20_000;
/// Largest file of the store that is read as text, in bytes.
const TEXT_BYTES: u64 = 16 << 20;
/// Folders of references within folders.
const DEPTH: usize = 16;
/// Indices of packs that are open at a time.
const SLOTS: u16 = 256;

/// Why there is no history to read.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// Neither a `.git` nor a bare repository.
    #[error("there is no repository at the target, or its store lies outside of it")]
    NoStore,
    /// Objects are borrowed from another repository.
    #[error("objects lie in another repository outside of the target")]
    Elsewhere,
    /// The repository is of a kind that is not read.
    #[error("the repository is kept in a way that is not read: {0}")]
    Unsupported(&'static str),
    /// The object database cannot be opened.
    #[error("the object database cannot be opened")]
    Broken,
}

/// Hands every commit that can be reached from a branch to `take`, newest
/// first, `limit` of them at most.
///
/// # Errors
/// There is no history that may or can be read. What is broken within it is
/// counted, not an error.
pub fn read(
    root: &Path,
    limit: usize,
    take: &mut dyn FnMut(&Commit),
) -> Result<Extent, HistoryError> {
    let store = Store::of(root)?;
    let options = gix_odb::store::init::Options {
        slots: gix_odb::store::init::Slots::Given(SLOTS),
        alloc_limit_bytes: Some(OBJECT_BYTES),
        ..Default::default()
    };
    let hash = gix_hash::Kind::Sha1;
    let objects = gix_odb::at_opts(store.common.join("objects"), hash, None, options)
        .map_err(|_| HistoryError::Broken)?;
    let (tips, branches) = store.references();
    let absent = store.shallow();
    let mut extent = Extent {
        shallow: !absent.is_empty(),
        branches: branches.into_iter().collect(),
        ..Extent::default()
    };
    let mut walk =
        Walk { seen: HashSet::new(), due: BinaryHeap::new(), most: limit.saturating_mul(4) };
    for tip in tips {
        walk.push(i64::MAX, tip);
    }
    let mut buffer = Vec::new();
    while let Some((_, id)) = walk.due.pop() {
        if extent.commits >= limit as u64 {
            extent.capped = true;
            break;
        }
        let Some(object) = commit_of(&objects, &id, &mut buffer) else {
            extent.broken += 1;
            continue;
        };
        let Some((commit, seconds)) = decoded(&object) else {
            extent.broken += 1;
            continue;
        };
        extent.commits += 1;
        take(&commit);
        if !absent.contains(&id) {
            for parent in object.parents() {
                walk.push(seconds, parent);
            }
        }
    }
    extent.capped |= walk.seen.len() >= walk.most;
    Ok(extent)
}

/// Commits that are due, the newest first.
struct Walk {
    seen: HashSet<ObjectId>,
    due: BinaryHeap<(i64, ObjectId)>,
    /// Most commits that are remembered.
    most: usize,
}

impl Walk {
    fn push(&mut self, seconds: i64, id: ObjectId) {
        if self.seen.len() < self.most && self.seen.insert(id) {
            self.due.push((seconds, id));
        }
    }
}

/// The commit of an id; a branch may also point at something else.
fn commit_of<'b>(
    objects: &gix_odb::Handle,
    id: &ObjectId,
    buffer: &'b mut Vec<u8>,
) -> Option<CommitRef<'b>> {
    let header = objects.try_header(id).ok()??;
    if header.kind != Kind::Commit || header.size > COMMIT_BYTES {
        return None;
    }
    let data = objects.try_find(id, buffer).ok()??;
    CommitRef::from_bytes(data.data, gix_hash::Kind::Sha1).ok()
}

fn decoded(commit: &CommitRef<'_>) -> Option<(Commit, i64)> {
    let committer = commit.committer().ok()?;
    let seconds = committer.time().ok()?.seconds;
    let identity = |name: &[u8], mail: &[u8]| Identity {
        name: String::from_utf8_lossy(name).into_owned(),
        mail: String::from_utf8_lossy(mail).into_owned(),
    };
    let author = commit.author().map_or_else(
        |_| Identity::default(),
        |author| identity(author.name.as_ref(), author.email.as_ref()),
    );
    let stamp = jiff::Timestamp::from_second(seconds).ok()?;
    let day = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
    let read = Commit {
        month: format!("{:04}-{:02}", day.year(), day.month()),
        author,
        committer: identity(committer.name.as_ref(), committer.email.as_ref()),
        message: ends_of(commit.message.as_ref()),
    };
    Some((read, seconds))
}

/// A message, or both ends of a long one.
fn ends_of(message: &[u8]) -> String {
    let head = message.get(..MESSAGE_BYTES).filter(|_| message.len() > 2 * MESSAGE_BYTES);
    let tail = message.len().checked_sub(MESSAGE_BYTES).and_then(|from| message.get(from..));
    match (head, tail) {
        (Some(head), Some(tail)) => {
            let (head, tail) = (String::from_utf8_lossy(head), String::from_utf8_lossy(tail));
            format!("{head}\n\n{tail}")
        }
        _ => String::from_utf8_lossy(message).into_owned(),
    }
}

/// Where a repository keeps what belongs to it.
struct Store {
    /// `HEAD` lies here.
    own: PathBuf,
    /// Objects and branches lie here; the same but for linked work trees.
    common: PathBuf,
}

impl Store {
    fn of(root: &Path) -> Result<Self, HistoryError> {
        let bare = || is_folder(&root.join("objects")) && root.join("HEAD").is_file();
        let own = store_of(root)
            .or_else(|| bare().then(|| root.to_path_buf()))
            .ok_or(HistoryError::NoStore)?;
        let inside = |path: PathBuf| -> Option<PathBuf> {
            let (root, path) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
            path.starts_with(root).then_some(path)
        };
        let common = match text_of(&own.join("commondir")) {
            Some(text) => inside(own.join(text.trim())).ok_or(HistoryError::NoStore)?,
            None => own.clone(),
        };
        if !is_folder(&common.join("objects")) {
            return Err(HistoryError::NoStore);
        }
        if is_folder(&common.join("reftable")) {
            return Err(HistoryError::Unsupported("references in tables"));
        }
        let config = text_of(&common.join("config")).unwrap_or_default().to_ascii_lowercase();
        if config
            .lines()
            .any(|line| line.trim().starts_with("objectformat") && line.contains("sha256"))
        {
            return Err(HistoryError::Unsupported("objects named by SHA-256"));
        }
        let borrowed = text_of(&common.join("objects/info/alternates")).unwrap_or_default();
        let from = |line: &str| inside(common.join("objects").join(line.trim()));
        // An alternate may have alternates in turn: only plain ones are followed.
        let plain = |path: PathBuf| !path.join("info/alternates").exists();
        let mut lines = borrowed.lines().filter(|line| !line.trim().is_empty());
        if lines.any(|line| line.starts_with('"') || !from(line).is_some_and(plain)) {
            return Err(HistoryError::Elsewhere);
        }
        Ok(Self { own, common })
    }

    /// The commits at which branches point, and the branches' short names.
    fn references(&self) -> (BTreeSet<ObjectId>, BTreeSet<String>) {
        let mut found = References::default();
        if let Some(id) = text_of(&self.own.join("HEAD")).and_then(|text| id_of(&text)) {
            found.tips.insert(id);
        }
        for line in text_of(&self.common.join("packed-refs")).unwrap_or_default().lines() {
            if let Some((id, name)) = line.split_once(' ') {
                found.add(name.trim(), id);
            }
        }
        for kind in ["refs/heads", "refs/remotes"] {
            found.folder(&self.common.join(kind), kind, DEPTH);
        }
        (found.tips, found.branches)
    }

    /// Commits whose parents were left out when the repository was cloned.
    fn shallow(&self) -> HashSet<ObjectId> {
        let text = text_of(&self.common.join("shallow")).unwrap_or_default();
        text.lines().filter_map(id_of).collect()
    }
}

#[derive(Default)]
struct References {
    tips: BTreeSet<ObjectId>,
    branches: BTreeSet<String>,
    count: usize,
}

impl References {
    /// A reference by its full name, if it is a branch.
    fn add(&mut self, name: &str, id: &str) {
        let local = name.strip_prefix("refs/heads/");
        let remote = || name.strip_prefix("refs/remotes/").and_then(|rest| rest.split_once('/'));
        let Some(short) = local.or_else(|| remote().map(|(_, short)| short)) else { return };
        self.count += 1;
        if self.count > REFERENCES || short == "HEAD" {
            return;
        }
        if let Some(id) = id_of(id) {
            self.tips.insert(id);
            self.branches.insert(short.to_owned());
        }
    }

    /// The references in a folder; the depth is bounded.
    fn folder(&mut self, folder: &Path, name: &str, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            if self.count > REFERENCES {
                return;
            }
            let (Ok(kind), Some(part)) =
                (entry.file_type(), entry.file_name().to_str().map(str::to_owned))
            else {
                continue;
            };
            let name = format!("{name}/{part}");
            if kind.is_dir() {
                self.folder(&entry.path(), &name, depth);
            } else if kind.is_file() {
                let text = text_of(&entry.path()).unwrap_or_default();
                self.add(&name, &text);
            }
        }
    }
}

fn id_of(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.trim().as_bytes()).ok()
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_dir())
}

/// The text of a plain file of bounded size.
fn text_of(path: &Path) -> Option<String> {
    let meta = path.symlink_metadata().ok()?;
    (meta.is_file() && meta.len() <= TEXT_BYTES).then(|| fs::read(path).ok()).flatten().map(
        |bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    )
}
