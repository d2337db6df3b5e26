//! The pipeline, from paths to an inventory. The one file that names all
//! wings; reads from top to bottom like the drawing in docs/architecture.md.

mod gather;
mod joining;
mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::assemble::{
    self, AssembleOptions, Assembled, Description, Descriptions, Gathered, owner,
};
use crate::classify::{self, RuleLibrary};
use crate::examine::{Examiner, Harvest};
use crate::extract::EXTRACTORS;
use crate::extract::dispatch::Dispatch;
use crate::filling;
use crate::limits::Limits;
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::inventory::{Coverage, Inventory, SCHEMA_VERSION, Skipped, Target, Tool};
use crate::model::place::Place;
use crate::model::reading::Reading;
use crate::model::shard::{Asked, Part, Shard, SkippedPlace, SystemReading};
use crate::model::system::OwnerRule;
use crate::model::vocabulary::Technique;
use crate::policy::Policy;
use crate::second_reading::{self, Shelf, Shelves};
use crate::signature::library::{self, Library, SignatureError};
use crate::signature::schema::Signature;
use crate::since::{Since, SinceError};
use crate::source::directory::SourceError;
use crate::source::{Skip, SkipReason};
use gather::{Watch, harvest_target, jobs};

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
    coverage.complete = !watch.has_ended();
    coverage.skipped = skipped(&targets, skips.clone(), request.limits.places_per_skip);
    let mut shard = request.part.map(|part| Shard {
        number: part.number(),
        of: part.of(),
        include_identities: request.include_identities,
        sightings: sorted(gathered.sightings.clone()),
        units: sorted(gathered.units.clone()),
        owners: sorted(owners_told(&gathered.owners, request.include_identities)),
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
    if let Some(trouble) = library.trouble() {
        return Err(ScanError::Machine(trouble.to_string()));
    }
    Ok(inventory)
}

fn owners_told(rules: &[OwnerRule], include_identities: bool) -> Vec<OwnerRule> {
    if include_identities { rules.to_vec() } else { owner::without_persons(rules.to_vec()) }
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
    let cap = request.limits.hits_per_file_and_signature;
    filling::fill(&mut gathered, library, cap);
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
        ("carried-source-bytes", harvest.capped_carried),
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
