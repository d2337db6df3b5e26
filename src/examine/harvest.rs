//! What is gained from files, whoever reads them. Knows neither gate nor reader.

use crate::model::definition::Definition;
use crate::model::evidence::Sighting;
use crate::model::inventory::{Counts, Packed, Problem};
use crate::model::policy::Allow;
use crate::model::system::{OwnerRule, Unit};
use crate::source::Skip;

/// What was gained from files, and what was not. Harvests are merged in any
/// order and sorted at the end.
#[derive(Debug, Default)]
pub struct Harvest {
    /// What signatures recognised.
    pub sightings: Vec<Sighting>,
    /// What declares units.
    pub units: Vec<Unit>,
    /// Who answers for what.
    pub owners: Vec<OwnerRule>,
    /// Values that files name for others.
    pub definitions: Vec<Definition>,
    /// Remarks that something need not be told.
    pub allows: Vec<Allow>,
    /// Files that other files ask to be read, and by which extractor.
    pub includes: Vec<Include>,
    /// Files read through an include or by their own name, by extractor.
    pub read_by: Vec<(String, &'static str)>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// What was not read.
    pub skips: Vec<Skip>,
    /// Files and bytes read.
    pub read: Counts,
    /// Of these: nothing stood there that a reader, or of credentials, looks for.
    pub gated_out: Counts,
    /// Matches beyond a cap, by cap.
    pub capped_hits: u64,
    /// Facts beyond the cap.
    pub capped_facts: u64,
    /// Files that are not as they are in the commit that is checked out.
    pub changed: Vec<String>,
    /// Files left as an earlier scan has them.
    pub carried: Vec<String>,
    /// Every file that another asked for, once these were read.
    pub followed: Vec<Include>,
    /// Files that the second reading may ask for.
    pub wanted: Vec<String>,
    /// Source files that were read in windows only.
    pub capped_sources: u64,
    /// The same, of those that others or a tool wrote.
    pub capped_carried: u64,
    /// What was packed in archives.
    pub packed: Packed,
    /// Exports of consoles and logs.
    pub exports: Vec<String>,
    /// As which kind each of these was read.
    pub kinds: Vec<(String, &'static str)>,
    /// Of these: whose rows another export of the folder explains.
    pub grants: Vec<String>,
}

/// A file that another file asks to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Include {
    /// The asking file.
    pub from: String,
    /// The asked file, relative to the target; may lead out of it.
    pub path: String,
    /// The extractor that shall read it.
    pub reader: &'static str,
}

impl Harvest {
    /// Adds another harvest.
    pub fn merge(&mut self, other: Self) {
        self.sightings.extend(other.sightings);
        self.units.extend(other.units);
        self.owners.extend(other.owners);
        self.definitions.extend(other.definitions);
        self.allows.extend(other.allows);
        self.includes.extend(other.includes);
        self.read_by.extend(other.read_by);
        self.problems.extend(other.problems);
        self.skips.extend(other.skips);
        self.read.files += other.read.files;
        self.read.bytes += other.read.bytes;
        self.gated_out.files += other.gated_out.files;
        self.gated_out.bytes += other.gated_out.bytes;
        self.capped_hits += other.capped_hits;
        self.capped_facts += other.capped_facts;
        self.wanted.extend(other.wanted);
        self.changed.extend(other.changed);
        self.carried.extend(other.carried);
        self.followed.extend(other.followed);
        self.capped_sources += other.capped_sources;
        self.capped_carried += other.capped_carried;
        self.packed.add(other.packed);
        self.exports.extend(other.exports);
        self.kinds.extend(other.kinds);
        self.grants.extend(other.grants);
    }
}
