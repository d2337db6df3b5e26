//! Parts of a scan become one inventory, and so do the scans of several
//! repositories: what each gathered is joined and assembled anew, so that the
//! outcome is that of one scan. Knows the pipeline from assembling on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use thiserror::Error;

use crate::assemble::{Assembled, Gathered};
use crate::classify::RuleLibrary;
use crate::extract::ProblemCode;
use crate::model::inventory::{Coverage, Inventory, Problem, Target};
use crate::model::place::Place;
use crate::model::policy::Allow;
use crate::model::reading::Signal;
use crate::model::shard::{PolicyText, SkippedPlace, SystemReading};
use crate::policy::{Policy, PolicyError};
use crate::scan::{Request, ScanError, assemble_all, inventory, skipped};
use crate::second_reading::{self, Shelves};
use crate::signature::library::Library;

/// One inventory to merge.
#[derive(Debug)]
pub struct MergePart {
    /// How errors name it.
    pub file: String,
    /// What its target is called in the outcome; as it is, if absent.
    pub name: Option<String>,
    /// The inventory of a scan with `--shard`.
    pub inventory: Inventory,
}

/// Why parts do not make a whole.
#[derive(Debug, Error)]
pub enum MergeError {
    /// An inventory was not taken for merging.
    #[error("`{0}` holds an inventory that was not taken with `--shard`")]
    NoShard(String),
    /// A part is missing, or there twice.
    #[error("shard {number} of {of} is {what}{group}")]
    Parts {
        /// Which part.
        number: u32,
        /// Of how many.
        of: u32,
        /// `missing`, or `there twice`.
        what: &'static str,
        /// Which repository, if they have names.
        group: String,
    },
    /// Two parts were not made alike.
    #[error("`{file}` differs from `{first}` in {what}")]
    Differs {
        /// The part.
        file: String,
        /// The first part.
        first: String,
        /// What differs.
        what: &'static str,
    },
    /// Two repositories have the same name.
    #[error("two repositories are called `{0}`")]
    SameName(String),
    /// A part with a name has several targets.
    #[error("`{0}` has several targets and cannot be given one name")]
    SeveralTargets(String),
    /// A folder is not there or belongs to no target of the parts.
    #[error("`--tree {0}` is no folder of one of the targets")]
    Tree(String),
    /// A policy file in a part is malformed.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Signatures or rules cannot be loaded.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

/// Where the files of a target lie, for the second reading.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The target; the only one, if absent.
    pub name: Option<String>,
    /// Its folder, in the state that was scanned.
    pub root: PathBuf,
}

/// Joins the parts. `signatures` are the overlay folders that the scans had.
/// With the trees of all targets the outcome equals that of one scan of the
/// same files. Without the tree of a target that was shared out, words around
/// its AI are not read and the coverage says so; a target scanned as one part
/// brings its own reading along.
///
/// # Errors
/// The parts are not those of whole scans made alike.
pub fn merge(
    parts: Vec<MergePart>,
    signatures: &[PathBuf],
    trees: &[Tree],
) -> Result<Inventory, MergeError> {
    whole(&parts)?;
    alike(&parts)?;
    let mut whole = Whole::default();
    whole.coverage.complete = true;
    let mut as_of = String::new();
    for part in parts {
        as_of.clone_from(&part.inventory.as_of);
        whole.take(part)?;
    }
    let rules = RuleLibrary::built_in().map_err(|error| ScanError::Rules(error.to_string()))?;
    let library = Library::for_scan(signatures, &as_of).map_err(ScanError::from)?;
    if library.packs() != whole.packs {
        return Err(MergeError::Differs {
            file: "these signatures".to_owned(),
            first: "those of the scans".to_owned(),
            what: "content: name the same folders with `--signatures`",
        });
    }
    let mut request = Request::new(".", as_of);
    request.include_identities = whole.include_identities;
    request.policy = Policy::from_texts(&whole.policies)?;
    let places = request.limits.places_per_skip;
    whole.coverage.skipped = skipped(&whole.targets, whole.skips, places);
    whole.coverage.ignored.sort();
    whole.coverage.ignored.dedup();
    let mut shelves = whole.shelves;
    lay_out(&mut shelves, trees)?;
    let (targets, mut coverage) = (whole.targets, whole.coverage);
    let gathered = whole.gathered;
    let assembled =
        assemble_all(&request, &library, gathered, &targets, &mut coverage, &mut shelves, &rules)?;
    coverage.problems.extend(unread(&shelves, &assembled.0));
    let mut merged = inventory(&request, &library, &rules, assembled, targets, coverage);
    whole.allows.sort();
    whole.allows.dedup();
    request.policy.apply(&mut merged, whole.allows);
    Ok(merged)
}

/// Says where the files of the targets lie.
fn lay_out(shelves: &mut Shelves, trees: &[Tree]) -> Result<(), MergeError> {
    for tree in trees {
        let shelf = match &tree.name {
            Some(name) => shelves.get_mut(name),
            None if shelves.len() == 1 => shelves.values_mut().next(),
            None => None,
        };
        let Some(shelf) = shelf.filter(|_| tree.root.is_dir()) else {
            let name = tree.name.as_ref().map_or_else(String::new, |name| format!("{name}="));
            return Err(MergeError::Tree(format!("{name}{}", tree.root.display())));
        };
        shelf.root = Some(tree.root.clone());
    }
    Ok(())
}

/// Targets with AI around which no word was read.
fn unread(shelves: &Shelves, assembled: &Assembled) -> Vec<Problem> {
    let missing =
        |target: &str| shelves.get(target).is_none_or(|shelf| shelf.root.is_none() && !shelf.whole);
    let targets: BTreeSet<&str> = assembled
        .systems
        .iter()
        .filter(|system| second_reading::is_due(system))
        .map(|system| system.root.target.as_str())
        .filter(|target| missing(target))
        .collect();
    let detail = "the words around its AI were not read: the merge had not the files (`--tree`)";
    targets
        .into_iter()
        .map(|target| Problem {
            place: Place::new(target, "."),
            code: ProblemCode::NotReadAgain.word().to_owned(),
            detail: detail.to_owned(),
            extractor: None,
        })
        .collect()
}

/// Everything must have been judged by the same knowledge and date.
fn alike(parts: &[MergePart]) -> Result<(), MergeError> {
    let Some(first) = parts.first() else { return Ok(()) };
    for part in parts {
        let (a, b) = (&first.inventory, &part.inventory);
        let identities = |of: &Inventory| of.shard.as_ref().map(|s| s.include_identities);
        let differing = [
            (a.schema_version != b.schema_version, "schema_version"),
            (a.tool != b.tool, "the version of daylight"),
            (a.as_of != b.as_of, "the date (`--as-of`)"),
            (a.signature_packs != b.signature_packs, "signatures"),
            (a.rule_packs != b.rule_packs, "rules"),
            (identities(a) != identities(b), "`--include-identities`"),
        ];
        if let Some((_, what)) = differing.into_iter().find(|(differs, _)| *differs) {
            let (file, first) = (part.file.clone(), first.file.clone());
            return Err(MergeError::Differs { file, first, what });
        }
    }
    Ok(())
}

/// Of every repository, every part must be there once.
fn whole(parts: &[MergePart]) -> Result<(), MergeError> {
    let mut groups: BTreeMap<Vec<String>, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut sizes: BTreeMap<Vec<String>, (u32, String)> = BTreeMap::new();
    for part in parts {
        let Some(shard) = &part.inventory.shard else {
            return Err(MergeError::NoShard(part.file.clone()));
        };
        let targets = part.inventory.targets.iter().map(|target| target.name.clone());
        let group = part.name.clone().map_or_else(|| targets.collect(), |name| vec![name]);
        let (of, first) =
            sizes.entry(group.clone()).or_insert_with(|| (shard.of, part.file.clone()));
        if *of != shard.of {
            let (file, first) = (part.file.clone(), first.clone());
            return Err(MergeError::Differs { file, first, what: "the number of shards" });
        }
        *groups.entry(group).or_default().entry(shard.number).or_default() += 1;
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = groups.keys().flatten().find(|name| !names.insert(*name)) {
        return Err(MergeError::SameName(twice.clone()));
    }
    for (group, found) in &groups {
        let of = sizes.get(group).map_or(1, |(of, _)| *of);
        for number in 1..=of {
            let what = match found.get(&number) {
                None => "missing",
                Some(1) => continue,
                Some(_) => "there twice",
            };
            let group = match group.as_slice() {
                [only] if only == "." => String::new(),
                names => format!(" for {}", names.join(", ")),
            };
            return Err(MergeError::Parts { number, of, what, group });
        }
    }
    Ok(())
}

#[derive(Default)]
struct Whole {
    gathered: Gathered,
    shelves: Shelves,
    targets: Vec<Target>,
    allows: Vec<Allow>,
    skips: Vec<SkippedPlace>,
    policies: Vec<PolicyText>,
    packs: Vec<crate::model::inventory::Pack>,
    include_identities: bool,
    coverage: Coverage,
}

impl Whole {
    fn take(&mut self, part: MergePart) -> Result<(), MergeError> {
        let MergePart { file, name, mut inventory } = part;
        let Some(mut shard) = inventory.shard.take() else {
            return Err(MergeError::NoShard(file));
        };
        if let Some(name) = &name {
            if inventory.targets.len() != 1 {
                return Err(MergeError::SeveralTargets(file));
            }
            let places = shard.sightings.iter_mut().map(|s| &mut s.place);
            let places = places.chain(shard.units.iter_mut().map(|unit| &mut unit.place));
            let places = places.chain(shard.owners.iter_mut().map(|rule| &mut rule.place));
            let places = places.chain(shard.allows.iter_mut().map(|allow| &mut allow.place));
            let places = places.chain(shard.skips.iter_mut().map(|skip| &mut skip.place));
            let places = places.chain(shard.readable.iter_mut());
            let places = places.chain(shard.definitions.iter_mut().map(|row| &mut row.place));
            let coverage = &mut inventory.coverage;
            let places = places.chain(coverage.ignored.iter_mut().map(|row| &mut row.place));
            let places = places.chain(coverage.problems.iter_mut().map(|row| &mut row.place));
            rename(places, name);
            shard.readings.iter_mut().for_each(|told| rename_reading(told, name));
            for target in &mut inventory.targets {
                target.name.clone_from(name);
            }
            for policy in shard.policies.iter_mut().filter(|policy| policy.target.is_some()) {
                policy.target = Some(name.clone());
            }
        }
        for target in &inventory.targets {
            self.shelves.entry(target.name.clone()).or_default().whole = shard.of == 1;
        }
        for place in shard.readable {
            self.shelves.entry(place.target).or_default().files.push(place.path);
        }
        for told in shard.readings {
            self.shelves.entry(told.root.target.clone()).or_default().known.push(told);
        }
        for target in inventory.targets {
            if !self.targets.contains(&target) {
                self.targets.push(target);
            }
        }
        self.packs = inventory.signature_packs;
        self.include_identities = shard.include_identities;
        self.gathered.sightings.extend(shard.sightings);
        self.gathered.units.extend(shard.units);
        self.gathered.owners.extend(shard.owners);
        self.gathered.definitions.extend(shard.definitions);
        self.allows.extend(shard.allows);
        self.skips.extend(shard.skips);
        self.policies.extend(shard.policies);
        self.cover(inventory.coverage);
        Ok(())
    }

    fn cover(&mut self, part: Coverage) {
        self.coverage.complete &= part.complete;
        self.coverage.read.files += part.read.files;
        self.coverage.read.bytes += part.read.bytes;
        self.coverage.gated_out.files += part.gated_out.files;
        self.coverage.gated_out.bytes += part.gated_out.bytes;
        self.coverage.ignored.extend(part.ignored);
        self.coverage.problems.extend(part.problems);
        self.coverage.packed.add(part.packed);
        for (cap, count) in part.capped {
            // counted anew when the whole is assembled
            if cap != "evidence-per-component" {
                *self.coverage.capped.entry(cap).or_default() += count;
            }
        }
    }
}

/// Ids of what was read hold the name of the target.
fn rename_reading(told: &mut SystemReading, name: &str) {
    let SystemReading { root, reading, .. } = told;
    let places = reading.signals.iter_mut().map(|signal| &mut signal.place);
    let places = places.chain(reading.suppressed.iter_mut().map(|dropped| &mut dropped.place));
    rename(places.chain([root]), name);
    for signal in &mut reading.signals {
        signal.id = Signal::id_of(&signal.about, &signal.term, signal.channel, &signal.place);
    }
}

fn rename<'p>(places: impl Iterator<Item = &'p mut Place>, name: &str) {
    for place in places {
        name.clone_into(&mut place.target);
    }
}
