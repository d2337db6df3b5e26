//! `--since`: files that have not changed since a revision are not examined
//! again, because an earlier scan of that revision has said what there is to
//! say of them. What comes out is what a scan of everything would have said.
//!
//! Knows the raw gain of a scan and git's store; joins and judges nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use thiserror::Error;

use crate::examine::{Harvest, Include};
use crate::extract::dispatch::extractor_by_id;
use crate::extract::export::grants;
use crate::model::evidence::EXPORT;
use crate::model::inventory::{Inventory, Pack};
use crate::model::place::{Place, lies_in};
use crate::model::shard::{Asked, Shard};
use crate::source::Entry;
use crate::source::revision::{RevisionError, Snapshot, snapshot};

/// Why an earlier inventory cannot stand in for the files of a revision.
#[derive(Debug, Error)]
pub enum SinceError {
    /// The revision cannot be read.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// The inventory does not hold what a scan gathered.
    #[error("the baseline does not hold what its scan gathered")]
    NoShard,
    /// It is of a part of the files, or of several folders.
    #[error("the baseline is not of one folder as a whole")]
    NotWhole,
    /// It was cut short.
    #[error("the scan of the baseline was cut short")]
    Incomplete,
    /// It is of another state.
    #[error("the baseline is of commit {was}, `{revision}` is {is}")]
    OtherCommit {
        /// The commit of the baseline, or that it names none.
        was: String,
        /// The revision asked for.
        revision: String,
        /// Its commit.
        is: String,
    },
    /// It was made with other knowledge.
    #[error("the baseline was made by another Daylight or with other signatures")]
    OtherKnowledge,
    /// It shows persons and this scan does not, or the reverse.
    #[error("the baseline and this scan differ in `--include-identities`")]
    OtherIdentities,
}

/// An earlier scan, and what the files were then. Of a single target.
#[derive(Debug)]
pub struct Since {
    snapshot: Snapshot,
    /// What the earlier scan gathered.
    shard: Shard,
    /// What it was told to pass by.
    ignored: Vec<Place>,
    /// What its caps cut off.
    capped: BTreeMap<String, u64>,
    packs: Vec<Pack>,
    /// Files that are examined all the same.
    anew: BTreeSet<String>,
}

impl Since {
    /// An earlier inventory of the folder `root`, taken at `revision`.
    ///
    /// # Errors
    /// The revision cannot be read, or the inventory is not of it.
    pub fn new(root: &Path, revision: &str, baseline: &Inventory) -> Result<Self, SinceError> {
        let shard = baseline.shard.clone().ok_or(SinceError::NoShard)?;
        let [target] = baseline.targets.as_slice() else { return Err(SinceError::NotWhole) };
        if shard.of != 1 || target.kind != "directory" {
            return Err(SinceError::NotWhole);
        }
        if !baseline.coverage.complete {
            return Err(SinceError::Incomplete);
        }
        let snapshot = snapshot(root, revision)?;
        let was = shard.commits.get(&target.name);
        if was != Some(&snapshot.commit) {
            return Err(SinceError::OtherCommit {
                was: was.cloned().unwrap_or_else(|| "none".to_owned()),
                revision: revision.to_owned(),
                is: snapshot.commit,
            });
        }
        if baseline.tool.version != env!("CARGO_PKG_VERSION") {
            return Err(SinceError::OtherKnowledge);
        }
        let coverage = &baseline.coverage;
        // Others ask for these, and who asks may have changed; or something
        // kept them from being read, and may be gone; or the earlier scan saw
        // them with changes that were in no commit.
        let asked = shard.includes.iter().map(|asked| &asked.path);
        let skips = shard.skips.iter().map(|skip| &skip.place.path);
        let problems = coverage.problems.iter().map(|row| &row.place.path);
        let changed = shard.changed.iter().map(|place| &place.path);
        // What these say, another file of the folder may now explain otherwise.
        let grants = shard
            .sightings
            .iter()
            .filter(|row| row.captured.get(EXPORT).is_some_and(|kind| kind == grants::KIND));
        let anew = asked
            .chain(skips)
            .chain(problems)
            .chain(changed)
            .chain(grants.map(|row| &row.place.path))
            .map(|path| outermost(path).to_owned());
        Ok(Self {
            snapshot,
            anew: anew.collect(),
            ignored: coverage.ignored.iter().map(|row| row.place.clone()).collect(),
            capped: coverage.capped.clone(),
            packs: baseline.signature_packs.clone(),
            shard,
        })
    }

    /// Whether the earlier scan went by the same knowledge and rules.
    ///
    /// # Errors
    /// It did not.
    pub fn agrees(&self, packs: &[Pack], include_identities: bool) -> Result<(), SinceError> {
        if self.packs != packs {
            return Err(SinceError::OtherKnowledge);
        }
        if self.shard.include_identities != include_identities {
            return Err(SinceError::OtherIdentities);
        }
        Ok(())
    }

    /// Whether the earlier scan has said what there is to say of a file.
    #[must_use]
    pub fn knows(&self, entry: &Entry) -> bool {
        !entry.renamed
            && !self.anew.contains(&entry.path)
            && !self.ignored.iter().any(|root| lies_in(&entry.path, &root.path))
            && self.snapshot.holds(&entry.path, &entry.file)
    }

    /// Adds what stands in the files that were left as they were.
    pub fn carry(&self, harvest: &mut Harvest) {
        let paths: BTreeSet<&str> = harvest.carried.iter().map(String::as_str).collect();
        let same = |place: &Place| paths.contains(outermost(&place.path));
        let shard = &self.shard;
        harvest.sightings.extend(shard.sightings.iter().filter(|row| same(&row.place)).cloned());
        harvest.units.extend(shard.units.iter().filter(|row| same(&row.place)).cloned());
        harvest.owners.extend(shard.owners.iter().filter(|row| same(&row.place)).cloned());
        harvest.allows.extend(shard.allows.iter().filter(|row| same(&row.place)).cloned());
        let definitions = shard.definitions.iter().filter(|row| same(&row.place));
        harvest.definitions.extend(definitions.cloned());
        let asking = shard.includes.iter().filter(|asked| same(&asked.place));
        harvest.includes.extend(asking.filter_map(include_of));
    }

    /// What the caps of the earlier scan cut off.
    pub fn capped(&self) -> impl Iterator<Item = (&String, &u64)> {
        self.capped.iter()
    }
}

fn include_of(asked: &Asked) -> Option<Include> {
    let reader = extractor_by_id(&asked.reader)?.id();
    Some(Include { from: asked.place.path.clone(), path: asked.path.clone(), reader })
}

/// The file on disk that a path lies in: `a.zip!/b` lies in `a.zip`.
fn outermost(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(file, _)| file)
}
