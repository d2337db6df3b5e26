//! Joining exports of one folder: what one names by an id that another explains.

use std::path::Path;

use super::gather::problem;
use crate::examine::{Examiner, Harvest};
use crate::extract::export::grants::Directory;
use crate::extract::{Content, ProblemCode};
use crate::model::place::{folder_of, name_of};
use crate::source::read::read_head;

/// Exports of one folder that are read to explain another.
const LISTS: usize = 1000;

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
    let Ok(files) = std::fs::read_dir(folder) else { return directory };
    let mut names: Vec<String> = files
        .flatten()
        .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| Directory::may_explain(name_of(name)))
        .collect();
    names.sort();
    names.truncate(LISTS);
    for name in names {
        let file = folder.join(&name);
        if !read(&file, Directory::HEAD).is_some_and(|head| Directory::tells(&head)) {
            continue;
        }
        let Some(text) = read(&file, examiner.limits.manifest_bytes) else { continue };
        directory.take_in(&Content::new(&name, &text, false, examiner.limits));
    }
    directory
}

fn read(file: &Path, limit: usize) -> Option<String> {
    let mut buffer = Vec::new();
    read_head(file, limit, &mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer).trim_start_matches('\u{FEFF}').to_owned())
}
