//! Exports of one folder together: what a manifest says of the others, and what
//! one names by an id that another explains.

use std::collections::BTreeSet;
use std::path::Path;

use super::gather::problem;
use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::dispatch::extractor_by_id;
use crate::extract::export::grants::Directory;
use crate::extract::export::manifest::{self, Entry, Manifest};
use crate::extract::{Content, EXTRACTORS, ProblemCode};
use crate::model::place::{folder_of, name_of};
use crate::source::read::read_head;

/// Exports of one folder that are read to explain another.
const LISTS: usize = 1000;

/// In a folder whose manifest says that it holds exports, a file that was not
/// understood is told, and one whose kind the manifest says is read as such.
pub(super) fn follow_manifests(root: &Path, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let is_manifest = |path: &&String| name_of(path) == manifest::NAME && !path.contains("!/");
    let manifests: BTreeSet<String> = harvest.exports.iter().filter(is_manifest).cloned().collect();
    let known: BTreeSet<String> = harvest.exports.iter().cloned().collect();
    for path in manifests {
        let folder = folder_of(&path);
        let said = read(&root.join(&path), examiner.limits.text_bytes);
        let Some(Ok(said)) = said.map(|text| Manifest::parse(&text)) else { continue };
        let entry_of = |name: &str| said.export.iter().find(|entry| entry.file == name);
        let names = files_of(&root.join(folder), |name| {
            name != manifest::NAME && (manifest::may_be_export(name) || entry_of(name).is_some())
        });
        let missing = said.export.iter().filter(|entry| !names.contains(&entry.file)).count();
        if missing > 0 {
            let detail = format!("{missing} files that the manifest names are not beside it");
            let code = ProblemCode::BrokenReference;
            harvest.problems.push(problem(examiner.target, &path, code, &detail));
        }
        for name in names {
            let own = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
            match entry_of(&name).filter(|entry| entry.is_known()) {
                Some(entry) => read_as(root, &own, entry, examiner, harvest),
                None if known.contains(&own) => {}
                None => tell_strange(root, &own, examiner, harvest),
            }
        }
    }
}

/// Reads a file as the manifest says, whatever was made of it before.
fn read_as(root: &Path, own: &str, entry: &Entry, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let Some(text) = read(&root.join(own), examiner.limits.manifest_bytes) else { return };
    harvest.sightings.retain(|sighting| sighting.place.path != own);
    harvest.problems.retain(|problem| problem.place.path != own);
    harvest.grants.retain(|path| path != own);
    if entry.is_bill() {
        let Some(reader) = extractor_by_id("sbom-json") else { return };
        let mut gained = Harvest::default();
        let artifact = Artifact { path: own, bytes: text.as_bytes(), truncated: false };
        examiner.examine_with(artifact, &[reader], &mut gained);
        harvest.sightings.extend(gained.sightings);
        harvest.problems.extend(gained.problems);
        return;
    }
    harvest.exports.push(own.to_owned());
    examiner.tell_export(own, &text, "export-manifest", harvest, |content, sink| {
        entry.extract(content, sink)
    });
}

/// Tells of a file among exports that it is none that is known.
fn tell_strange(root: &Path, own: &str, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let Some(text) = read(&root.join(own), 64 << 10) else { return };
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
    harvest.exports.push(own.to_owned());
    harvest.sightings.retain(|sighting| sighting.place.path != own);
    harvest.problems.push(problem(examiner.target, own, ProblemCode::NotUnderstood, &detail));
}

/// Tells every export of grants again, with the apps named that a list of the
/// same folder names. Every file of the folder is looked at, whichever part of
/// a scan it belongs to, so that parts say what the whole says.
pub(super) fn join_grants(root: &Path, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let mut paths = std::mem::take(&mut harvest.grants);
    paths.sort();
    paths.dedup();
    let mut last: Option<(String, Directory)> = None;
    for path in paths {
        if path.contains("!/") {
            let detail = "grants that lie in an archive are not joined with the list of apps";
            let code = ProblemCode::BrokenReference;
            harvest.problems.push(problem(examiner.target, &path, code, detail));
            continue;
        }
        let folder = folder_of(&path).to_owned();
        let mut directory = match last.take() {
            Some((of, directory)) if of == folder => directory,
            _ => directory_of(&root.join(&folder), examiner),
        };
        if let Some(text) = read(&root.join(&path), examiner.limits.manifest_bytes) {
            harvest.sightings.retain(|sighting| sighting.place.path != path);
            examiner.tell_export(&path, &text, "export-json", harvest, |content, sink| {
                directory.tell(content, sink)
            });
        }
        last = Some((folder, directory));
    }
}

/// What the lists of a folder say of apps.
fn directory_of(folder: &Path, examiner: &Examiner<'_>) -> Directory {
    let mut directory = Directory::default();
    for name in files_of(folder, Directory::may_explain).into_iter().take(LISTS) {
        let file = folder.join(&name);
        if !read(&file, Directory::HEAD).is_some_and(|head| Directory::tells(&head)) {
            continue;
        }
        let Some(text) = read(&file, examiner.limits.manifest_bytes) else { continue };
        directory.take_in(&Content::new(&name, &text, false, examiner.limits));
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

fn read(file: &Path, limit: usize) -> Option<String> {
    let mut buffer = Vec::new();
    read_head(file, limit, &mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer).trim_start_matches('\u{FEFF}').to_owned())
}
