//! Exports of one folder together: what a manifest says of the others, and what
//! one names by an id that another explains.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::gather::{Watch, problem};
use crate::examine::{Artifact, Decoded, Examiner, Harvest, decoded};
use crate::extract::dispatch::extractor_by_id;
use crate::extract::export::grants::Directory;
use crate::extract::export::manifest::{self, Entry, Manifest};
use crate::extract::{Content, EXTRACTORS, ProblemCode};
use crate::model::place::{folder_of, name_of};
use crate::source::read::read_head;

/// Exports of one folder that are read to explain another.
const LISTS: usize = 1000;

/// What a second look at files says of them.
#[derive(Default)]
struct Anew {
    /// Files of which nothing counts that was recognised before.
    replaced: BTreeSet<String>,
    /// Of these: of which no problem counts either.
    forgotten: BTreeSet<String>,
    gained: Harvest,
}

impl Anew {
    /// Takes the place of what was said before; each list is gone through once.
    fn settle(self, harvest: &mut Harvest) {
        let Self { replaced, forgotten, gained } = self;
        harvest.sightings.retain(|sighting| !replaced.contains(&sighting.place.path));
        harvest.problems.retain(|problem| !forgotten.contains(&problem.place.path));
        harvest.grants.retain(|path| !forgotten.contains(path));
        harvest.merge(gained);
    }
}

/// In a folder whose manifest says that it holds exports, a file that was not
/// understood is told, and one whose kind the manifest says is read as such.
pub(super) fn follow_manifests(
    root: &Path,
    examiner: &Examiner<'_>,
    watch: &Watch<'_>,
    harvest: &mut Harvest,
) {
    let is_manifest = |path: &&String| name_of(path) == manifest::NAME && !path.contains("!/");
    let manifests: BTreeSet<String> = harvest.exports.iter().filter(is_manifest).cloned().collect();
    let known: BTreeSet<String> = harvest.exports.iter().cloned().collect();
    let kinds: BTreeMap<String, &str> = std::mem::take(&mut harvest.kinds).into_iter().collect();
    let mut anew = Anew::default();
    for path in manifests {
        let folder = folder_of(&path);
        let said = read(&root.join(&path), examiner.limits.text_bytes);
        let Some(Ok(said)) = said.map(|said| Manifest::parse(&said.text)) else { continue };
        let mut entries: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in &said.export {
            entries.entry(&entry.file).or_insert(entry);
        }
        let names = files_of(&root.join(folder), |name| {
            name != manifest::NAME && (manifest::may_be_export(name) || entries.contains_key(name))
        });
        let missing = said.export.iter().filter(|entry| !names.contains(&entry.file)).count();
        if missing > 0 {
            let detail = format!("{missing} files that the manifest names are not beside it");
            let code = ProblemCode::BrokenReference;
            anew.gained.problems.push(problem(examiner.target, &path, code, &detail));
        }
        for name in names {
            if !watch.may_go_on() {
                break;
            }
            let own = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
            match entries.get(name.as_str()).filter(|entry| entry.is_known()) {
                // It was read as that already, and a log of any size to its end.
                Some(entry) if kinds.get(&own).is_some_and(|kind| entry.says_only(kind)) => {}
                Some(entry) => read_as(root, &own, entry, examiner, &mut anew),
                None if known.contains(&own) => {}
                None => tell_strange(root, &own, examiner, &mut anew),
            }
        }
    }
    anew.settle(harvest);
}

/// Reads a file as the manifest says, whatever was made of it before.
fn read_as(root: &Path, own: &str, entry: &Entry, examiner: &Examiner<'_>, anew: &mut Anew) {
    let limit = examiner.limits.manifest_bytes;
    let Some(Head { text, truncated }) = read(&root.join(own), limit) else { return };
    anew.replaced.insert(own.to_owned());
    anew.forgotten.insert(own.to_owned());
    if entry.is_bill() {
        let Some(reader) = extractor_by_id("sbom-json") else { return };
        let mut gained = Harvest::default();
        let artifact = Artifact { path: own, bytes: text.as_bytes(), truncated };
        examiner.examine_with(artifact, &[reader], &mut gained);
        anew.gained.sightings.extend(gained.sightings);
        anew.gained.problems.extend(gained.problems);
        return;
    }
    anew.gained.exports.push(own.to_owned());
    let content = Content::new(own, &text, truncated, examiner.limits);
    examiner.tell_export(&content, "export-manifest", &mut anew.gained, |sink| {
        entry.extract(&content, sink)
    });
}

/// Tells of a file among exports that it is none that is known.
fn tell_strange(root: &Path, own: &str, examiner: &Examiner<'_>, anew: &mut Anew) {
    let Some(Head { text, .. }) = read(&root.join(own), 64 << 10) else { return };
    let detail = if manifest::is_bill(&text) {
        let mut readers = Vec::new();
        examiner.dispatch.readers_of(own, &mut readers);
        let mut ids = readers.iter().filter_map(|at| EXTRACTORS.get(*at)).map(|one| one.id());
        if ids.any(|id| id == "sbom-json") {
            return;
        }
        format!(
            "a bill of materials under a name that promises none; its kind is `{}`",
            manifest::BILL
        )
    } else {
        let nearest = manifest::nearest(&text).map_or_else(
            || "nothing in it is known".to_owned(),
            |kind| format!("nearest is `{kind}`"),
        );
        format!("of no known kind of export; {nearest}")
    };
    anew.gained.exports.push(own.to_owned());
    anew.replaced.insert(own.to_owned());
    let code = ProblemCode::NotUnderstood;
    anew.gained.problems.push(problem(examiner.target, own, code, &detail));
}

/// Tells every export of grants again, with the apps named that a list of the
/// same folder names. Every file of the folder is looked at, whichever part of
/// a scan it belongs to, so that parts say what the whole says.
pub(super) fn join_grants(
    root: &Path,
    examiner: &Examiner<'_>,
    watch: &Watch<'_>,
    harvest: &mut Harvest,
) {
    let mut paths = std::mem::take(&mut harvest.grants);
    // Those of one folder together: its lists are read once.
    paths.sort_by(|one, other| (folder_of(one), one).cmp(&(folder_of(other), other)));
    paths.dedup();
    let mut anew = Anew::default();
    let mut last: Option<(String, Directory)> = None;
    for path in paths {
        if !watch.may_go_on() {
            break;
        }
        if path.contains("!/") {
            let detail = "grants that lie in an archive are not joined with the list of apps";
            let code = ProblemCode::BrokenReference;
            anew.gained.problems.push(problem(examiner.target, &path, code, detail));
            continue;
        }
        let folder = folder_of(&path).to_owned();
        let mut directory = match last.take() {
            Some((of, directory)) if of == folder => directory,
            _ => directory_of(&root.join(&folder), examiner),
        };
        let read = read(&root.join(&path), examiner.limits.manifest_bytes);
        if let Some(Head { text, truncated }) = read {
            let content = Content::new(&path, &text, truncated, examiner.limits);
            examiner.tell_export(&content, "export-json", &mut anew.gained, |sink| {
                directory.tell(&content, sink)
            });
            anew.replaced.insert(path);
        }
        last = Some((folder, directory));
    }
    anew.settle(harvest);
}

/// What the lists of a folder say of apps.
fn directory_of(folder: &Path, examiner: &Examiner<'_>) -> Directory {
    let mut directory = Directory::default();
    for name in files_of(folder, Directory::may_explain).into_iter().take(LISTS) {
        let file = folder.join(&name);
        // Where a sign takes two bytes, the head does too.
        let head = read(&file, 2 * Directory::HEAD + 2);
        if !head.is_some_and(|head| Directory::tells(&head.text)) {
            continue;
        }
        let Some(Head { text, truncated }) = read(&file, examiner.limits.manifest_bytes) else {
            continue;
        };
        directory.take_in(&Content::new(&name, &text, truncated, examiner.limits));
    }
    directory
}

/// Names of the plain files of a folder, sorted.
fn files_of(folder: &Path, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| wanted(name))
        .collect()
}

/// The text of a file, or of its head.
struct Head {
    text: String,
    truncated: bool,
}

/// Reads a file; `None`: it cannot be read, or is no text.
fn read(file: &Path, limit: usize) -> Option<Head> {
    let mut buffer = Vec::new();
    let truncated = read_head(file, limit, &mut buffer).ok()?.truncated;
    let text = match decoded(&buffer) {
        Decoded::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Decoded::Transcoded(text) => text,
        Decoded::Binary => return None,
    };
    let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
    Some(Head { text, truncated })
}
