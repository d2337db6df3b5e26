//! The pipeline, from paths to an inventory. The one file that names all
//! wings; reads from top to bottom like the drawing in docs/architecture.md.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use thiserror::Error;

use crate::artifact::{self, Bytes};
use crate::assemble::{self, AssembleOptions, Assembled, Description, Descriptions, Gathered};
use crate::classify::reading::may_be_read;
use crate::classify::{self, RuleLibrary};
use crate::examine::{Artifact, Examiner, Harvest, is_binary};
use crate::extract::dispatch::{Dispatch, extractor_by_id};
use crate::extract::export::manifest;
use crate::extract::{EXTRACTORS, ProblemCode};
use crate::limits::Limits;
use crate::model::component::Component;
use crate::model::evidence::{EXPORT, Evidence};
use crate::model::inventory::{
    Coverage, Ignored, Inventory, Problem, SCHEMA_VERSION, Skipped, Target, Tool,
};
use crate::model::place::Place;
use crate::model::reading::Reading;
use crate::model::shard::{Asked, Part, Shard, SkippedPlace, SystemReading};
use crate::model::vocabulary::Technique;
use crate::policy::{CONFIG, Policy};
use crate::second_reading::{self, Shelf, Shelves};
use crate::signature::history::{self, Historian};
use crate::signature::library::{self, Library, SignatureError};
use crate::signature::schema::Signature;
use crate::since::{Since, SinceError};
use crate::source::directory::{SourceError, Visitor, WalkOptions, walk};
use crate::source::git_history;
use crate::source::ignore_rules::IgnoreOptions;
use crate::source::read::{Opened, passes_link, read_head};
use crate::source::revision::{Snapshot, snapshot};
use crate::source::{Entry, Found, Skip, SkipReason};
use crate::unpack::{is_archive, is_blob_of_layout, is_layout, unpack};

/// Files above this size that some extractor reads wait for the second,
/// evenly shared pass, so that one fat lock file does not hold up the walk.
const HEAVY: u64 = 1 << 20;

/// The cap that assembling counts.
const PER_COMPONENT: &str = "evidence-per-component";

/// What to scan, and how.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // flags are what they are
pub struct Request {
    /// Folders and files, scanned in this order into one inventory.
    pub targets: Vec<PathBuf>,
    /// Overlay folders of signatures, weakest first.
    pub signatures: Vec<PathBuf>,
    /// Threads; 0 means one per core.
    pub jobs: usize,
    /// Ends the scan after this time; the inventory is then incomplete.
    pub max_time: Option<Duration>,
    /// The date by which dates are judged, `YYYY-MM-DD`.
    pub as_of: String,
    /// `--no-gitignore`.
    pub no_gitignore: bool,
    /// `--exclude` globs.
    pub exclude: Vec<String>,
    /// `--cross-filesystems`.
    pub cross_filesystems: bool,
    /// `--git`: the history is read as well.
    pub git: bool,
    /// `--include-identities`.
    pub include_identities: bool,
    /// What the organisation says: exclusions, suppressions, approvals.
    pub policy: Policy,
    /// Only this part of the files; the inventory then holds what a merge needs.
    pub part: Option<Part>,
    /// Files that have not changed are not examined: an earlier scan did.
    pub since: Option<Arc<Since>>,
    /// The bounds.
    pub limits: Limits,
}

impl Request {
    /// A request for one path with every default, judged as of `as_of`.
    #[must_use]
    pub fn new(target: impl Into<PathBuf>, as_of: impl Into<String>) -> Self {
        Self {
            targets: vec![target.into()],
            signatures: Vec::new(),
            jobs: 0,
            max_time: None,
            as_of: as_of.into(),
            no_gitignore: false,
            exclude: Vec::new(),
            cross_filesystems: false,
            git: false,
            include_identities: false,
            policy: Policy::default(),
            part: None,
            since: None,
            limits: Limits::default(),
        }
    }
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Files read so far.
    pub files: u64,
    /// Bytes read so far.
    pub bytes: u64,
    /// Matches so far.
    pub sightings: u64,
}

/// Watches a scan; called from its threads.
pub trait Observer: Sync {
    /// Called after every file.
    fn progress(&self, _counters: &Counters) {}
    /// Asked before every file; `true` ends the scan with what it has.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}

/// Why there is no inventory. Bad files are never a reason.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// A target cannot be scanned.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Signatures cannot be loaded.
    #[error(transparent)]
    Signatures(#[from] SignatureError),
    /// Governance tables cannot be loaded.
    #[error("the governance tables are broken: {0}")]
    Rules(String),
    /// An earlier inventory cannot stand in for what has not changed.
    #[error(transparent)]
    Since(#[from] SinceError),
    /// The machine refuses something the scan needs.
    #[error("{0}")]
    Machine(String),
}

/// Scans the targets of a request into one inventory.
///
/// Reads files only: runs nothing, opens no socket, follows no link, writes
/// nothing. Equal input gives an equal inventory, whatever the thread count,
/// the place of the tree or the locale.
///
/// # Errors
/// A target is missing, or signatures or rules cannot be loaded. A bad file
/// is never an error: it is a problem in the inventory's coverage.
///
/// # Examples
/// ```
/// use daylight::scan::{Request, Silent};
///
/// let folder = std::env::temp_dir().join("daylight-doc-example");
/// std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("requirements.txt"), "openai==1.51.0\n")?;
///
/// let inventory = daylight::scan(&Request::new(&folder, "2026-11-22"), &Silent)?;
/// assert_eq!(inventory.components[0].name, "OpenAI API");
/// assert_eq!(inventory.systems.len(), 1);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(request: &Request, observer: &dyn Observer) -> Result<Inventory, ScanError> {
    let (library, rules, dispatch) = knowledge(request)?;
    if let Some(since) = &request.since {
        since.agrees(library.packs(), request.include_identities)?;
    }
    let watch = Watch::new(request, observer);
    let mut coverage = Coverage::default();
    let mut gathered = Gathered::default();
    let mut targets = Vec::new();
    let mut shelves = Shelves::new();
    let mut allows = Vec::new();
    let mut skips = Vec::new();
    let mut includes = Vec::new();
    let (mut commits, mut changed) = (BTreeMap::new(), Vec::new());
    for (name, path) in named(&request.targets) {
        let examiner = Examiner {
            library: &library,
            dispatch: &dispatch,
            limits: &request.limits,
            target: &name,
        };
        let (kind, harvest, commit) =
            harvest_target(&path, request, &examiner, &watch, &mut coverage)?;
        targets.push(Target { name: name.clone(), kind: kind.to_owned() });
        cover(&mut coverage, &harvest);
        skips.extend(harvest.skips.iter().map(|skip| SkippedPlace {
            place: Place::new(name.clone(), skip.path.clone()),
            reason: skip.reason.word().to_owned(),
        }));
        gathered.sightings.extend(harvest.sightings);
        gathered.units.extend(harvest.units);
        gathered.owners.extend(harvest.owners);
        includes.extend(harvest.followed.into_iter().map(|include| Asked {
            place: Place::new(name.clone(), include.from),
            path: include.path,
            reader: include.reader.to_owned(),
        }));
        commits.extend(commit.map(|commit| (name.clone(), commit)));
        changed.extend(harvest.changed.into_iter().map(|path| Place::new(name.clone(), path)));
        shelves.insert(name, shelf_of(path, harvest.wanted, &harvest.skips, &harvest.exports));
        gathered.definitions.extend(harvest.definitions);
        allows.extend(harvest.allows);
    }
    if let Some(since) = &request.since {
        for (cap, count) in since.capped().filter(|(cap, _)| *cap != PER_COMPONENT) {
            *coverage.capped.entry(cap.clone()).or_default() += count;
        }
    }
    coverage.complete = !watch.ended.load(Ordering::Relaxed);
    coverage.skipped = skipped(&targets, skips.clone(), request.limits.places_per_skip);
    let mut shard = request.part.map(|part| Shard {
        number: part.number(),
        of: part.of(),
        include_identities: request.include_identities,
        sightings: sorted(gathered.sightings.clone()),
        units: sorted(gathered.units.clone()),
        owners: sorted(gathered.owners.clone()),
        definitions: sorted(gathered.definitions.clone()),
        allows: if request.policy.without_inline { Vec::new() } else { sorted(allows.clone()) },
        skips: sorted(skips),
        policies: request.policy.texts(),
        readable: readable(&shelves),
        includes: sorted(includes),
        commits,
        changed: sorted(changed),
        readings: Vec::new(),
    });
    let assembled =
        assemble_all(request, &library, gathered, &targets, &mut coverage, &mut shelves, &rules)?;
    if let Some(shard) = shard.as_mut().filter(|shard| shard.of == 1) {
        shard.readings = readings_of(&assembled);
    }
    let mut inventory = inventory(request, &library, &rules, assembled, targets, coverage);
    request.policy.apply(&mut inventory, allows);
    inventory.shard = shard;
    Ok(inventory)
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

/// Everything that a scan knows beforehand. Signatures take longest, so the
/// rest is made ready beside them.
fn knowledge(request: &Request) -> Result<(Arc<Library>, RuleLibrary, Dispatch), ScanError> {
    let (library, (rules, dispatch)) = std::thread::scope(|scope| {
        let others = scope.spawn(|| (RuleLibrary::built_in(), Dispatch::new()));
        let library = Library::for_scan(&request.signatures, &request.as_of);
        let others = others.join().unwrap_or_else(|_| (RuleLibrary::built_in(), Dispatch::new()));
        (library, others)
    });
    let rules = rules.map_err(|error| ScanError::Rules(error.to_string()))?;
    let dispatch = dispatch.map_err(|error| ScanError::Machine(error.to_string()))?;
    Ok((library?, rules, dispatch))
}

/// What may be read again of one target: knowledge about AI is no use of it,
/// and exports speak of persons.
fn shelf_of(root: PathBuf, mut files: Vec<String>, skips: &[Skip], exports: &[String]) -> Shelf {
    let mut left: BTreeSet<&str> = skips
        .iter()
        .filter(|skip| skip.reason == SkipReason::Knowledge)
        .map(|skip| skip.path.as_str())
        .collect();
    left.extend(exports.iter().map(String::as_str));
    files.retain(|file| !left.contains(file.as_str()));
    Shelf { root: Some(root), files, known: Vec::new(), whole: true }
}

/// The shelves as a part tells them to a merge.
fn readable(shelves: &Shelves) -> Vec<Place> {
    let of = |(target, shelf): (&String, &Shelf)| -> Vec<Place> {
        shelf.files.iter().map(|file| Place::new(target.clone(), file.clone())).collect()
    };
    sorted(shelves.iter().flat_map(of).collect())
}

/// What was read of each system, for a merge that has not the files.
fn readings_of((assembled, readings): &(Assembled, Vec<Reading>)) -> Vec<SystemReading> {
    let told = assembled.systems.iter().zip(readings);
    told.filter(|(_, reading)| reading.files > 0)
        .map(|(system, reading)| SystemReading {
            root: system.root.clone(),
            region: system.region,
            reading: reading.clone(),
        })
        .collect()
}

/// Assembling, and the second reading around what was assembled.
pub(crate) fn assemble_all(
    request: &Request,
    library: &Library,
    mut gathered: Gathered,
    targets: &[Target],
    coverage: &mut Coverage,
    shelves: &mut Shelves,
    rules: &RuleLibrary,
) -> Result<(Assembled, Vec<Reading>), ScanError> {
    request.policy.regions(&mut gathered.sightings);
    let names: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
    gathered.units.extend(request.policy.units(&names));
    let options = AssembleOptions {
        include_identities: request.include_identities,
        evidence_per_component: request.limits.evidence_per_component,
    };
    let units = gathered.units.clone();
    let descriptions = descriptions_of(&gathered, library);
    let assembled = assemble::assemble(gathered, &descriptions, options);
    if assembled.capped_evidence > 0 {
        coverage.capped.insert(PER_COMPONENT.to_owned(), assembled.capped_evidence);
    }
    let readings = second_reading::read(
        rules,
        &assembled.systems,
        &assembled.evidence,
        &units,
        shelves,
        &request.limits,
        jobs(request),
    )
    .map_err(ScanError::Machine)?;
    Ok((assembled, readings))
}

/// Judging: from everything assembled and read to the document.
pub(crate) fn inventory(
    request: &Request,
    library: &Library,
    rules: &RuleLibrary,
    (mut assembled, readings): (Assembled, Vec<Reading>),
    targets: Vec<Target>,
    mut coverage: Coverage,
) -> Inventory {
    coverage.ignored.sort();
    coverage.problems.sort();
    coverage.problems.dedup();
    let components: BTreeMap<&str, &Component> =
        assembled.components.iter().map(|c| (c.id.as_str(), c)).collect();
    let evidence: BTreeMap<&str, &Evidence> =
        assembled.evidence.iter().map(|e| (e.id.as_str(), e)).collect();
    let policy = &request.policy;
    for (system, reading) in assembled.systems.iter_mut().zip(&readings) {
        if let Some((config, row)) = policy.said_of(system)
            && !row.owners.is_empty()
        {
            let place = Place::new(system.root.target.clone(), config.file.clone());
            system.owners =
                assemble::owner::stated(&row.owners, &place, request.include_identities);
        }
        system.classification =
            classify::judge(rules, system, &components, &evidence, coverage.complete, reading);
    }
    Inventory {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        as_of: request.as_of.clone(),
        signature_packs: library.packs().to_vec(),
        rule_packs: vec![rules.pack()],
        targets,
        systems: assembled.systems,
        components: assembled.components,
        evidence: assembled.evidence,
        relations: assembled.relations,
        gates: Vec::new(),
        configuration: Vec::new(),
        suppressions: Vec::new(),
        approvals: Vec::new(),
        changes: None,
        shard: None,
        selection: None,
        coverage,
    }
}

/// What assembling must know of the signatures.
#[must_use]
pub fn descriptions(library: &Library) -> Descriptions {
    library.entries().iter().map(described).collect()
}

/// The same for those alone that were seen: lists name thousands.
fn descriptions_of(gathered: &Gathered, library: &Library) -> Descriptions {
    let seen: BTreeSet<&str> = gathered
        .sightings
        .iter()
        .flat_map(|sighting| {
            // An edge speaks of the signature that is its value.
            let target = (sighting.technique == Technique::Edge).then_some(&sighting.value);
            std::iter::once(&sighting.signature).chain(target)
        })
        .map(String::as_str)
        .collect();
    seen.into_iter().filter_map(|id| library.by_id(id)).map(described).collect()
}

fn described(entry: &library::Entry) -> (String, Description) {
    let signature = &entry.signature;
    let description = Description {
        name: signature.name.clone(),
        vendor: entry.vendor.clone(),
        country: entry.country.clone(),
        role: signature.role,
        capabilities: signature.capabilities.clone(),
        egress: signature.egress,
        lifecycle: signature.lifecycle,
        default_host: signature.default_host.clone(),
        is_server: is_server(signature),
    };
    (signature.id.clone(), description)
}

/// Whether a signature knows an address on the machine itself: a port.
fn is_server(signature: &Signature) -> bool {
    let names = signature.host.iter().flat_map(|block| &block.names).chain(&signature.hosts);
    names.into_iter().any(|name| name.contains(':'))
}

/// Names of targets: `.` for a single one, so that the same tree gives the
/// same inventory wherever it lies; base names, made unique, for several.
#[must_use]
pub fn named(paths: &[PathBuf]) -> Vec<(String, PathBuf)> {
    if let [only] = paths {
        return vec![(".".to_owned(), only.clone())];
    }
    let mut taken = BTreeSet::new();
    paths
        .iter()
        .map(|path| {
            let base = path
                .canonicalize()
                .ok()
                .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
                .unwrap_or_else(|| "target".to_owned());
            let base = crate::model::text::display_safe(&base);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}-{number}");
                number += 1;
            }
            (name, path.clone())
        })
        .collect()
}

/// Time, cancellation and counters of a running scan.
struct Watch<'o> {
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
    fn new(request: &'o Request, observer: &'o dyn Observer) -> Self {
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
    fn is_ours(&self, target: &str, path: &str) -> bool {
        self.part.is_none_or(|part| part.holds(target, path))
    }

    fn may_go_on(&self) -> bool {
        let late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if late || self.observer.cancelled() {
            self.ended.store(true, Ordering::Relaxed);
        }
        !self.ended.load(Ordering::Relaxed)
    }

    fn read(&self, bytes: u64, sightings: u64) {
        let counters = Counters {
            files: self.files.fetch_add(1, Ordering::Relaxed) + 1,
            bytes: self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes,
            sightings: self.sightings.fetch_add(sightings, Ordering::Relaxed) + sightings,
        };
        self.observer.progress(&counters);
    }
}

fn harvest_target(
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
        follow_manifests(path, examiner, &mut harvest);
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

fn jobs(request: &Request) -> usize {
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

    fn problem(&mut self, path: &str, code: ProblemCode, detail: &str) {
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

fn problem(target: &str, path: &str, code: ProblemCode, detail: &str) -> Problem {
    Problem {
        place: Place::new(target, path),
        code: code.word().to_owned(),
        detail: detail.to_owned(),
        extractor: None,
    }
}

/// What an archive or an image holds.
fn opened_up(entry: &Entry, examiner: &Examiner<'_>, watch: &Watch<'_>) -> Harvest {
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

fn read_and_examine(
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

/// In a folder whose manifest says that it holds exports, a file that was not
/// understood is told, and one whose kind the manifest says is read as such.
fn follow_manifests(root: &Path, examiner: &Examiner<'_>, harvest: &mut Harvest) {
    let name = |path: &str| crate::model::place::name_of(path).to_owned();
    let manifests: Vec<String> =
        harvest.exports.iter().filter(|path| name(path) == manifest::NAME).cloned().collect();
    let known: BTreeSet<String> = harvest.exports.iter().cloned().collect();
    for path in manifests {
        let folder = crate::model::place::folder_of(&path);
        let mut buffer = Vec::new();
        let mut read = |file: &Path, limit: usize| -> Option<String> {
            read_head(file, limit, &mut buffer).ok()?;
            Some(String::from_utf8_lossy(&buffer).into_owned())
        };
        let said = read(&root.join(&path), examiner.limits.text_bytes);
        let Some(Ok(said)) = said.map(|text| manifest::Manifest::parse(&text)) else { continue };
        let Ok(files) = std::fs::read_dir(root.join(folder)) else { continue };
        let mut names: Vec<String> = files
            .flatten()
            .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
            .filter_map(|file| file.file_name().into_string().ok())
            .filter(|name| manifest::may_be_export(name))
            .collect();
        names.sort();
        for name in names {
            let own = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
            if known.contains(&own) {
                continue;
            }
            let forced = said.export.iter().find(|entry| entry.file == name);
            let limit = forced.map_or(64 << 10, |_| examiner.limits.manifest_bytes);
            let Some(text) = read(&root.join(&own), limit) else { continue };
            harvest.exports.push(own.clone());
            harvest.sightings.retain(|sighting| sighting.place.path != own);
            if let Some(entry) = forced {
                let reader = "export-manifest";
                examiner.tell_export(&own, &text, reader, harvest, |content, sink| {
                    entry.extract(content, sink)
                });
                continue;
            }
            let nearest = manifest::nearest(&text).map_or_else(
                || "nothing in it is known".to_owned(),
                |kind| format!("nearest is `{kind}`"),
            );
            let detail = format!("of no known kind of export; {nearest}");
            let found = problem(examiner.target, &own, ProblemCode::NotUnderstood, &detail);
            harvest.problems.push(found);
        }
    }
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
fn head_of(opened: &Opened) -> io::Result<Vec<u8>> {
    OnDisk(opened).part(0, artifact::HEAD)
}

/// Reads the files that other files asked for (`-r base.txt`) and that were
/// not read by that extractor already, until none is left.
fn follow_includes(root: &Path, examiner: &Examiner<'_>, watch: &Watch<'_>, harvest: &mut Harvest) {
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

/// Adds what one target's harvest says about coverage.
fn cover(coverage: &mut Coverage, harvest: &Harvest) {
    coverage.read.files += harvest.read.files;
    coverage.read.bytes += harvest.read.bytes;
    coverage.carried += harvest.carried.len() as u64;
    coverage.gated_out.files += harvest.gated_out.files;
    coverage.gated_out.bytes += harvest.gated_out.bytes;
    coverage.packed.add(harvest.packed);
    coverage.problems.extend(harvest.problems.iter().cloned());
    for (cap, count) in [
        ("hits-per-file-and-signature", harvest.capped_hits),
        ("facts-per-file", harvest.capped_facts),
        ("source-bytes", harvest.capped_sources),
    ] {
        if count > 0 {
            *coverage.capped.entry(cap.to_owned()).or_default() += count;
        }
    }
}

/// What was not read, by target and reason; a place counts once.
pub(crate) fn skipped(targets: &[Target], skips: Vec<SkippedPlace>, places: usize) -> Vec<Skipped> {
    let mut by_target: BTreeMap<String, BTreeMap<String, BTreeSet<Place>>> = BTreeMap::new();
    for SkippedPlace { place, reason } in skips {
        let of_target = by_target.entry(place.target.clone()).or_default();
        of_target.entry(reason).or_default().insert(place);
    }
    let mut of = |target: &Target| by_target.remove(&target.name).unwrap_or_default();
    let rows = targets.iter().map(&mut of).collect::<Vec<_>>().into_iter().flatten();
    rows.map(|(reason, found)| Skipped {
        reason,
        files: found.len() as u64,
        places: found.into_iter().take(places).collect(),
    })
    .collect()
}

/// How many extractors there are: for `daylight list` and the docs.
#[must_use]
pub fn extractor_count() -> usize {
    EXTRACTORS.len()
}
