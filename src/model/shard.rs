//! What one shard of a scan gathered, for `daylight merge`: everything that
//! assembling needs, before anything was joined, weighed or capped.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::evidence::Sighting;
use super::place::{Place, Region};
use super::policy::Allow;
use super::reading::Reading;
use super::system::{OwnerRule, Unit};

/// The raw gain of a part of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// Whether persons' handles were asked for.
    pub include_identities: bool,
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
    /// Places that were not read.
    pub skips: Vec<SkippedPlace>,
    /// The policy files that were in force.
    pub policies: Vec<PolicyText>,
    /// Files that may be read again around the AI of the whole. What is near
    /// AI shows only when the parts are joined, so a merge does that reading.
    pub readable: Vec<Place>,
    /// Files that other files ask to be read.
    #[serde(default)]
    pub includes: Vec<Asked>,
    /// The commit that was checked out, by target, where git's store says so.
    #[serde(default)]
    pub commits: BTreeMap<String, String>,
    /// Files that were not as they are in that commit.
    #[serde(default)]
    pub changed: Vec<Place>,
    /// What was read again, if this part is the whole of its targets.
    pub readings: Vec<SystemReading>,
}

/// A file that another file asks to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The asking file.
    pub place: Place,
    /// The asked file, relative to the target.
    pub path: String,
    /// The extractor that shall read it.
    pub reader: String,
}

/// What the second reading met around one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemReading {
    /// Root of the system.
    pub root: Place,
    /// Its neighbourhood.
    pub region: Region,
    /// What was met.
    pub reading: Reading,
}

/// A place that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SkippedPlace {
    /// The place.
    pub place: Place,
    /// The stable kebab word of the reason.
    pub reason: String,
}

/// A policy file, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyText {
    /// `true` for the list of approved AI, `false` for a configuration.
    pub approved: bool,
    /// The target whose own it is; all, if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<String>,
    /// Its name, without the folder.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Which part of a scan, as `K/N`: files are shared out by a hash over target
/// and path, so that each file belongs to one part on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    number: u32,
    of: u32,
}

/// The most parts that a scan can be shared out to.
const MOST_PARTS: u32 = 10_000;

impl Part {
    /// The part of `K/N`; `None` unless 1 ≤ K ≤ N ≤ 10,000.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (1..=of).contains(&number).then_some(Self { number, of }).filter(|_| of <= MOST_PARTS)
    }

    /// Which, from 1.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// Of how many.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether a file belongs to this part.
    #[must_use]
    pub fn holds(self, target: &str, path: &str) -> bool {
        // FNV-1a: even enough over paths, and the same everywhere
        let bytes = target.bytes().chain([0]).chain(path.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        (hash ^ (hash >> 32)) % u64::from(self.of) == u64::from(self.number - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_belongs_to_one_part_and_the_parts_are_even() {
        let parts: Vec<Part> =
            (1..=8).map(|k| Part::parse(&format!("{k}/8")).expect("a part")).collect();
        let mut counts = [0u32; 8];
        for number in 0..8000 {
            let path = format!("apps/app-{}/src/file-{number}.py", number % 12);
            let holding: Vec<usize> = (0..8).filter(|at| parts[*at].holds(".", &path)).collect();
            assert_eq!(holding.len(), 1);
            counts[holding[0]] += 1;
        }
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }

    #[test]
    fn parts_are_counted_from_one() {
        for text in ["0/8", "9/8", "1", "1/0", "a/b", "1/2/3", "-1/2", "1/10001", ""] {
            assert!(Part::parse(text).is_none(), "{text}");
        }
        assert!(Part::parse("1/1").is_some_and(|part| part.holds(".", "any")));
    }
}
