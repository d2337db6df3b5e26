//! Reading one file of a target: whole, by its head, line by line or unpacked;
//! and the files that other files ask for.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::HEAVY;
use super::gather::{Watch, problem};
use crate::artifact::{self, Bytes};
use crate::examine::{Artifact, Examiner, GIVING, Harvest, is_binary};
use crate::extract::dispatch::extractor_by_id;
use crate::extract::{EXTRACTORS, ProblemCode};
use crate::source::Entry;
use crate::source::read::{Opened, passes_link, read_head};
use crate::unpack::unpack;

/// What an archive or an image holds.
pub(super) fn opened_up(entry: &Entry, examiner: &Examiner<'_>, watch: &Watch<'_>) -> Harvest {
    let mut harvest = Harvest::default();
    if watch.may_go_on() {
        let begun = Instant::now();
        let most = Duration::from_secs(examiner.limits.archive_seconds as u64);
        let may_go_on = || begun.elapsed() < most && watch.may_go_on();
        match unpack(examiner, entry, &may_go_on, &mut harvest) {
            Ok(bytes) => watch.read(bytes, harvest.sightings.len() as u64),
            Err(error) => harvest.problems.push(problem(
                examiner.target,
                &entry.path,
                ProblemCode::Unreadable,
                &error.kind().to_string(),
            )),
        }
    }
    harvest
}

pub(super) fn read_and_examine(
    entry: &Entry,
    readers: &[usize],
    opened: io::Result<Opened>,
    (examiner, watch): (&Examiner<'_>, &Watch<'_>),
    buffer: &mut Vec<u8>,
    harvest: &mut Harvest,
) {
    let mut limit = examiner.bytes_to_read(readers);
    let before = harvest.sightings.len();
    let opened = match opened {
        // A log is read line by line, whatever its size, and other exports whole.
        Ok(opened) if opened.size > limit as u64 && !readers.is_empty() => {
            match streamed(entry, readers, opened, examiner, harvest) {
                Ok(Streamed::Read(bytes)) => return watch.read(bytes, 0),
                Ok(Streamed::Claimed) => {
                    limit = examiner.limits.manifest_bytes;
                    Opened::new(&entry.file)
                }
                Ok(Streamed::No) => Opened::new(&entry.file),
                Err(error) => Err(error),
            }
        }
        opened => opened,
    };
    let read = opened.and_then(|opened| {
        if opened.size > HEAVY {
            let head = head_of(&opened)?;
            if examiner.examine_artifact(&entry.path, &head, &OnDisk(&opened), harvest) {
                return Ok(opened.size);
            }
            // What no reader takes is not read to its end to find that out.
            if readers.is_empty() && is_binary(&head) {
                let artifact = Artifact { path: &entry.path, bytes: &head, truncated: true };
                examiner.examine_by(artifact, readers, harvest);
                return Ok(head.len() as u64);
            }
        }
        let head = opened.read_head(limit, buffer)?;
        let artifact = Artifact { path: &entry.path, bytes: buffer, truncated: head.truncated };
        examiner.examine_by(artifact, readers, harvest);
        Ok(buffer.len() as u64)
    });
    match read {
        Ok(bytes) => watch.read(bytes, (harvest.sightings.len() - before) as u64),
        Err(error) => {
            let detail = error.kind().to_string();
            harvest.problems.push(problem(
                examiner.target,
                &entry.path,
                ProblemCode::Unreadable,
                &detail,
            ));
        }
    }
}

/// What came of the attempt to read a file line by line.
enum Streamed {
    /// It was read: so many bytes.
    Read(u64),
    /// It is to be read whole.
    Claimed,
    /// It is no such file.
    No,
}

fn streamed(
    entry: &Entry,
    readers: &[usize],
    opened: Opened,
    examiner: &Examiner<'_>,
    harvest: &mut Harvest,
) -> io::Result<Streamed> {
    let mut pieces = opened.pieces();
    let mut reading = None;
    let mut bytes = 0;
    while let Some(piece) = pieces.next_piece()? {
        if reading.is_none() {
            reading = examiner.lines_of(readers, piece);
        }
        let Some((_, lines)) = reading.as_mut() else {
            let claimed = examiner.is_claimed(readers, piece);
            return Ok(if claimed { Streamed::Claimed } else { Streamed::No });
        };
        bytes += piece.len() as u64;
        examiner.read_lines(lines.as_mut(), piece);
    }
    let Some(reading) = reading else { return Ok(Streamed::No) };
    examiner.conclude_lines(&entry.path, reading, bytes, harvest);
    Ok(Streamed::Read(bytes))
}

/// A file whose reader reads anywhere in it; as long as when it was opened.
struct OnDisk<'o>(&'o Opened);

impl Bytes for OnDisk<'_> {
    fn len(&self) -> u64 {
        self.0.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buf)
    }
}

/// The bytes of a file by which a reader claims it.
pub(super) fn head_of(opened: &Opened) -> io::Result<Vec<u8>> {
    OnDisk(opened).part(0, artifact::HEAD)
}

/// Reads the files that other files asked for (`-r base.txt`) and that were
/// not read by that extractor already, until none is left.
pub(super) fn follow_includes(
    root: &Path,
    examiner: &Examiner<'_>,
    watch: &Watch<'_>,
    harvest: &mut Harvest,
) {
    let mut done: BTreeSet<(String, &'static str)> = harvest.read_by.iter().cloned().collect();
    let mut due = std::mem::take(&mut harvest.includes);
    let mut buffer = Vec::new();
    while !due.is_empty() && watch.may_go_on() {
        due.sort();
        due.dedup();
        for include in std::mem::take(&mut due) {
            harvest.followed.push(include.clone());
            let Some(reader) = extractor_by_id(include.reader) else { continue };
            if !done.insert((include.path.clone(), include.reader)) {
                continue;
            }
            let file = root.join(&include.path);
            let is_plain = include.path != ".." && !passes_link(root, &include.path);
            let read = is_plain
                .then(|| read_head(&file, examiner.limits.manifest_bytes, &mut buffer).ok())
                .flatten();
            let Some(head) = read else {
                if GIVING.iter().any(|(_, known)| *known == include.reader) {
                    continue;
                }
                let detail = "the file it refers to is not there or lies outside the target";
                harvest.problems.push(problem(
                    examiner.target,
                    &include.from,
                    ProblemCode::BrokenReference,
                    detail,
                ));
                continue;
            };
            let artifact =
                Artifact { path: &include.path, bytes: &buffer, truncated: head.truncated };
            let mut gained = Harvest::default();
            examiner.examine_with(artifact, &[reader], &mut gained);
            // The walk counted the file already.
            gained.read = crate::model::inventory::Counts::default();
            gained.gated_out = crate::model::inventory::Counts::default();
            // Another part reads the file as well, by its name, and counts there.
            let elsewhere = !watch.is_ours(examiner.target, &include.path);
            let mut readers = Vec::new();
            examiner.dispatch.readers_of(&include.path, &mut readers);
            let by_name = readers
                .iter()
                .any(|at| EXTRACTORS.get(*at).is_some_and(|known| known.id() == include.reader));
            if elsewhere && by_name {
                (gained.capped_hits, gained.capped_facts) = (0, 0);
            }
            due.append(&mut gained.includes);
            harvest.merge(gained);
        }
    }
}
