//! Gathering: walks one target with threads, hands every file to its readers,
//! puts off what is large or packed, and joins what was gained. Knows no
//! system and no judgement.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rayon::prelude::*;

use super::joining::{follow_manifests, join_grants};
use super::reading::{follow_includes, head_of, opened_up, read_and_examine};
use super::{Counters, HEAVY, Observer, Request, ScanError};
use crate::artifact;
use crate::classify::reading::may_be_read;
use crate::examine::{Examiner, Harvest};
use crate::extract::ProblemCode;
use crate::model::evidence::EXPORT;
use crate::model::inventory::{Coverage, Ignored, Problem};
use crate::model::place::Place;
use crate::model::shard::Part;
use crate::policy::CONFIG;
use crate::signature::history::{self, Historian};
use crate::since::Since;
use crate::source::directory::{SourceError, Visitor, WalkOptions, walk};
use crate::source::ignore_rules::IgnoreOptions;
use crate::source::read::Opened;
use crate::source::revision::{Snapshot, snapshot};
use crate::source::{Entry, Found, SkipReason, git_history};
use crate::unpack::{is_archive, is_blob_of_layout, is_layout};

/// Time, cancellation and counters of a running scan.
pub(super) struct Watch<'o> {
    observer: &'o dyn Observer,
    since: Option<&'o Since>,
    part: Option<Part>,
    deadline: Option<Instant>,
    ended: AtomicBool,
    files: AtomicU64,
    bytes: AtomicU64,
    sightings: AtomicU64,
}

impl<'o> Watch<'o> {
    pub(super) fn new(request: &'o Request, observer: &'o dyn Observer) -> Self {
        Self {
            observer,
            since: request.since.as_deref(),
            part: request.part,
            deadline: request.max_time.and_then(|time| Instant::now().checked_add(time)),
            ended: AtomicBool::new(false),
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            sightings: AtomicU64::new(0),
        }
    }

    /// Whether a file belongs to the part of the scan that is asked for.
    pub(super) fn is_ours(&self, target: &str, path: &str) -> bool {
        self.part.is_none_or(|part| part.holds(target, path))
    }

    /// Whether time ran out or somebody ended the scan.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    pub(super) fn may_go_on(&self) -> bool {
        let late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if late || self.observer.cancelled() {
            self.ended.store(true, Ordering::Relaxed);
        }
        !self.ended.load(Ordering::Relaxed)
    }

    pub(super) fn read(&self, bytes: u64, sightings: u64) {
        let counters = Counters {
            files: self.files.fetch_add(1, Ordering::Relaxed) + 1,
            bytes: self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes,
            sightings: self.sightings.fetch_add(sightings, Ordering::Relaxed) + sightings,
        };
        self.observer.progress(&counters);
    }
}

pub(super) fn harvest_target(
    path: &Path,
    request: &Request,
    examiner: &Examiner<'_>,
    watch: &Watch<'_>,
    coverage: &mut Coverage,
) -> Result<(&'static str, Harvest, Option<String>), ScanError> {
    let whole = request.part.is_some_and(|part| part.of() == 1);
    let head = whole.then(|| snapshot(path, "HEAD").ok()).flatten();
    let gatherer = Gatherer { head, ..Gatherer::default() };
    let meta = std::fs::metadata(path)
        .map_err(|cause| SourceError::Missing { path: path.display().to_string(), cause })?;
    let kind = if meta.is_dir() {
        let configured = request.policy.excludes(examiner.target);
        let options = WalkOptions {
            ignore: IgnoreOptions {
                no_gitignore: request.no_gitignore,
                exclude: request.exclude.iter().chain(&configured).cloned().collect(),
            },
            cross_filesystems: request.cross_filesystems,
            jobs: jobs(request),
        };
        let walked = walk(path, &options, &|| Box::new(Worker::new(examiner, watch, &gatherer)))?;
        coverage.ignored.extend(
            walked
                .ignored
                .into_iter()
                .map(|row| Ignored { place: Place::new(examiner.target, row.place.path), ..row })
                .map(|row| {
                    let by_flag = request.exclude.contains(&row.rule);
                    let configured = row.source == "--exclude" && !by_flag;
                    Ignored {
                        source: if configured { CONFIG.to_owned() } else { row.source },
                        ..row
                    }
                }),
        );
        "directory"
    } else {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let name = crate::model::text::display_safe(&name);
        let entry = Entry { path: name, file: path.to_path_buf(), renamed: false };
        Worker::new(examiner, watch, &gatherer).file(&entry);
        "file"
    };
    let commit = gatherer.head.as_ref().map(|head| head.commit.clone());
    let mut harvest = gatherer.finish(examiner, watch, jobs(request))?;
    if let Some(since) = watch.since {
        since.carry(&mut harvest);
        // What was an export then is not read for words now.
        let told = harvest.sightings.iter().filter(|one| one.captured.contains_key(EXPORT));
        let exports: Vec<String> = told.map(|one| one.place.path.clone()).collect();
        harvest.exports.extend(exports);
    }
    if meta.is_dir() {
        follow_includes(path, examiner, watch, &mut harvest);
        follow_manifests(path, examiner, watch, &mut harvest);
        join_grants(path, examiner, watch, &mut harvest);
        if request.git && watch.is_ours(examiner.target, history::PLACE) {
            read_history(path, request, examiner, &mut harvest);
        }
    }
    Ok((kind, harvest, commit))
}

/// Counts who took part in the target's commits. The object database was
/// written by nobody we know: whatever its reader does ends in a problem.
fn read_history(root: &Path, request: &Request, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let target = examiner.target;
    let mut tell = |code: ProblemCode, detail: &str| {
        harvest.problems.push(problem(target, history::PLACE, code, detail));
    };
    let mut historian = Historian::new(examiner.library, request.include_identities);
    let limit = examiner.limits.commits;
    let read = catch_unwind(AssertUnwindSafe(|| {
        git_history::read(root, limit, &mut |commit| historian.commit(commit))
    }));
    match read {
        Err(_) => tell(ProblemCode::ExtractorPanicked, "the reader of the history failed"),
        Ok(Err(error)) => tell(ProblemCode::Unreadable, &error.to_string()),
        Ok(Ok(extent)) => {
            extent.branches.iter().for_each(|branch| historian.branch(branch));
            let commits = extent.commits;
            if extent.capped {
                tell(ProblemCode::Capped, &format!("the {commits} newest commits were read"));
            }
            if extent.shallow {
                tell(ProblemCode::Truncated, "older commits were left out when it was cloned");
            }
            if extent.broken > 0 {
                let detail = format!("{} commits cannot be read", extent.broken);
                tell(ProblemCode::BrokenReference, &detail);
            }
        }
    }
    harvest.sightings.extend(historian.finish(target));
}

pub(super) fn jobs(request: &Request) -> usize {
    if request.jobs > 0 {
        request.jobs
    } else {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }
}

/// Where the threads of a walk leave what they gained.
#[derive(Default)]
struct Gatherer {
    harvests: Mutex<Vec<Harvest>>,
    /// Files put off, with their readers.
    heavy: Mutex<Vec<(Entry, Vec<usize>)>>,
    /// What is checked out, for scans that others will go on from.
    head: Option<Snapshot>,
    /// Archives and images, put off too.
    packed: Mutex<Vec<Entry>>,
}

impl Gatherer {
    /// Examines what was put off and joins everything.
    fn finish(
        self,
        examiner: &Examiner<'_>,
        watch: &Watch<'_>,
        jobs: usize,
    ) -> Result<Harvest, ScanError> {
        let heavy = self.heavy.into_inner().unwrap_or_else(PoisonError::into_inner);
        let packed = self.packed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut harvests = self.harvests.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !heavy.is_empty() || !packed.is_empty() {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(jobs)
                .build()
                .map_err(|error| ScanError::Machine(error.to_string()))?;
            harvests.extend(pool.install(|| {
                heavy
                    .par_iter()
                    .map(|(entry, readers)| {
                        let mut harvest = Harvest::default();
                        if watch.may_go_on() {
                            let opened = Opened::new(&entry.file);
                            let with = (examiner, watch);
                            let buffer = &mut Vec::new();
                            read_and_examine(entry, readers, opened, with, buffer, &mut harvest);
                        }
                        harvest
                    })
                    .collect::<Vec<_>>()
            }));
            harvests.extend(pool.install(|| {
                packed.par_iter().map(|entry| opened_up(entry, examiner, watch)).collect::<Vec<_>>()
            }));
        }
        let mut all = Harvest::default();
        for harvest in harvests {
            all.merge(harvest);
        }
        Ok(all)
    }
}

/// Examines files in one of the walker's threads, with a buffer of its own.
struct Worker<'w> {
    examiner: &'w Examiner<'w>,
    watch: &'w Watch<'w>,
    gatherer: &'w Gatherer,
    harvest: Harvest,
    buffer: Vec<u8>,
    readers: Vec<usize>,
}

impl<'w> Worker<'w> {
    fn new(examiner: &'w Examiner<'w>, watch: &'w Watch<'w>, gatherer: &'w Gatherer) -> Self {
        Self {
            examiner,
            watch,
            gatherer,
            harvest: Harvest::default(),
            buffer: Vec::new(),
            readers: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, path: &str, code: ProblemCode, detail: &str) {
        self.harvest.problems.push(problem(self.examiner.target, path, code, detail));
    }

    /// Whether some reader reads a large file, by its name or its head.
    fn is_read(&self, opened: &Opened, path: &str) -> bool {
        !self.readers.is_empty()
            || head_of(opened).is_ok_and(|head| artifact::reader_of(path, &head).is_some())
    }

    fn file(&mut self, entry: &Entry) {
        if !self.watch.is_ours(self.examiner.target, &entry.path) {
            return;
        }
        if entry.renamed {
            let detail = "characters of the name are shown as U+FFFD";
            self.problem(&entry.path, ProblemCode::UnsafeName, detail);
        }
        if is_archive(self.examiner, &entry.path) || is_layout(&entry.path) {
            let mut packed = self.gatherer.packed.lock().unwrap_or_else(PoisonError::into_inner);
            packed.push(entry.clone());
            return;
        }
        if is_blob_of_layout(entry) {
            return;
        }
        self.examiner.dispatch.readers_of(&entry.path, &mut self.readers);
        if may_be_read(&entry.path) {
            self.harvest.wanted.push(entry.path.clone());
        }
        let head = self.gatherer.head.as_ref();
        if head.is_some_and(|head| head.differs(&entry.path, &entry.file)) {
            self.harvest.changed.push(entry.path.clone());
        }
        if self.watch.since.is_some_and(|since| since.knows(entry)) {
            self.harvest.carried.push(entry.path.clone());
            return;
        }
        match Opened::new(&entry.file) {
            Ok(opened) if opened.size > HEAVY && self.is_read(&opened, &entry.path) => {
                let mut heavy = self.gatherer.heavy.lock().unwrap_or_else(PoisonError::into_inner);
                heavy.push((entry.clone(), self.readers.clone()));
            }
            opened => {
                let Self { examiner, watch, buffer, harvest, readers, .. } = self;
                read_and_examine(entry, readers, opened, (examiner, watch), buffer, harvest);
            }
        }
    }
}

impl Visitor for Worker<'_> {
    fn visit(&mut self, found: Found) -> bool {
        if !self.watch.may_go_on() {
            return false;
        }
        match found {
            Found::File(entry) => self.file(&entry),
            Found::Skipped(skip) if !self.watch.is_ours(self.examiner.target, &skip.path) => {}
            Found::Failed { path, .. } if !self.watch.is_ours(self.examiner.target, &path) => {}
            Found::Skipped(skip) => {
                match skip.reason {
                    SkipReason::SpecialFile => {
                        self.problem(
                            &skip.path,
                            ProblemCode::SpecialFile,
                            "not a regular file; not opened",
                        );
                    }
                    SkipReason::LinkLoop => {
                        self.problem(
                            &skip.path,
                            ProblemCode::LinkLoop,
                            "leads back to a folder it lies in; not followed",
                        );
                    }
                    _ => {}
                }
                self.harvest.skips.push(skip);
            }
            Found::Failed { path, detail } => self.problem(&path, ProblemCode::Unreadable, &detail),
        }
        true
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let harvest = std::mem::take(&mut self.harvest);
        self.gatherer.harvests.lock().unwrap_or_else(PoisonError::into_inner).push(harvest);
    }
}

pub(super) fn problem(target: &str, path: &str, code: ProblemCode, detail: &str) -> Problem {
    Problem {
        place: Place::new(target, path),
        code: code.word().to_owned(),
        detail: detail.to_owned(),
        extractor: None,
    }
}
