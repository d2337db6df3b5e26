//! The inventory: the one document that everything after the scan reads.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::Changes;
use super::component::Component;
use super::evidence::Evidence;
use super::place::Place;
use super::policy::{Approval, ConfigFile, Suppression};
use super::shard::Shard;
use super::system::AiSystem;

/// Version of the document's shape (semver; major = meaning changes).
pub const SCHEMA_VERSION: &str = "1.2.0";

/// Everything a scan found, and everything it did not look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    /// Version of this document's shape.
    pub schema_version: String,
    /// What made it.
    pub tool: Tool,
    /// The date by which dates are judged, `YYYY-MM-DD`; the only clock.
    pub as_of: String,
    /// Signature packs that were in force.
    pub signature_packs: Vec<Pack>,
    /// Rule packs that were in force.
    pub rule_packs: Vec<Pack>,
    /// What was scanned.
    pub targets: Vec<Target>,
    /// AI systems, by root and name.
    pub systems: Vec<AiSystem>,
    /// Components, by kind and name.
    pub components: Vec<Component>,
    /// Evidence, by place.
    pub evidence: Vec<Evidence>,
    /// How components hang together.
    pub relations: Vec<Relation>,
    /// The gates that were set, and what they said.
    pub gates: Vec<Gate>,
    /// Files that set how was scanned and judged.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub configuration: Vec<ConfigFile>,
    /// What someone said need not be told again: in force, void, or about nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub suppressions: Vec<Suppression>,
    /// What the list of approved AI says of each system and component; empty
    /// without such a list.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub approvals: Vec<Approval>,
    /// How it differs from a baseline; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub changes: Option<Changes>,
    /// What this part of a scan gathered, for `daylight merge`; absent unless
    /// the scan was shared out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
    /// Which part of the whole this shows; absent if it is the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub selection: Option<Selection>,
    /// What was read, what was not, and why.
    pub coverage: Coverage,
}

/// Which systems an inventory shows. Gates, coverage and classification are
/// those of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Selection {
    /// Those of these owners.
    pub owners: Vec<String>,
    /// Those below these paths.
    pub paths: Vec<String>,
    /// How many systems are not shown.
    pub left_out: u32,
}

impl Selection {
    /// The same as a sentence.
    #[must_use]
    pub fn told(&self) -> String {
        let part = |word: &str, list: &[String]| match list {
            [] => String::new(),
            list => format!(" {word} {}", list.join(" or ")),
        };
        let (owners, paths) = (part("of", &self.owners), part("below", &self.paths));
        format!("Shown: systems{owners}{paths}; left out: {}.", self.left_out)
    }
}

/// The program that made an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A set of signatures or rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pack {
    /// Its name: `built-in`, or the overlay folder's.
    pub name: String,
    /// Its version, if it says one.
    pub version: String,
    /// SHA-256 over its canonical content, first 16 hex digits.
    pub sha256: String,
    /// How many signatures or rules it holds.
    pub entries: u32,
}

/// Something that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// Name used in places.
    pub name: String,
    /// `directory` or `file`.
    pub kind: String,
}

/// A directed relation between two components.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// From this component …
    pub from: String,
    /// … to this one.
    pub to: String,
    /// What kind: `gives-access-to`, `offers-model`.
    pub kind: String,
}

/// A gate that a user set with `--fail-on`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// The expression as given.
    pub expression: String,
    /// Whether it said no.
    pub failed: bool,
    /// Ids of what made it say no.
    pub matched: Vec<String>,
}

/// What was read, what was not, and why. Absence is only a finding where this
/// is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Coverage {
    /// False when a time limit or an interruption cut the scan.
    pub complete: bool,
    /// Files whose bytes were read.
    pub read: Counts,
    /// Files that are as they were in the revision of `--since`: what is said
    /// of them stands in the baseline.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub carried: u64,
    /// Of those read: files in which nothing stands that one of their readers, or
    /// of credentials, looks for.
    pub gated_out: Counts,
    /// Places cut off by an ignore rule, one row per root.
    pub ignored: Vec<Ignored>,
    /// Places not read for another reason, counted by reason.
    pub skipped: Vec<Skipped>,
    /// Files that could not be read or understood in full.
    pub problems: Vec<Problem>,
    /// How many matches each cap cut off, by cap.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub capped: BTreeMap<String, u64>,
    /// What was packed in archives; absent if there were none.
    #[serde(skip_serializing_if = "Packed::is_none", default)]
    pub packed: Packed,
}

impl Coverage {
    /// Files that were read for what they say. `read` counts those besides whose
    /// beginning showed content that no reader takes; `skipped` counts these too.
    #[must_use]
    pub fn files_understood(&self) -> u64 {
        let binary = self.skipped.iter().filter(|row| row.reason == "binary");
        self.read.files.saturating_sub(binary.map(|row| row.files).sum())
    }
}

/// What was packed in archives and images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Packed {
    /// Archives and images that lie in the tree.
    pub archives: u64,
    /// Their members, with those of archives nested in them. Those that were
    /// read count in `read`; the others are of no format that is read.
    pub members: u64,
    /// Bytes that were inflated to get at them.
    pub inflated: u64,
}

impl Packed {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.archives += other.archives;
        self.members += other.members;
        self.inflated += other.inflated;
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A number of files and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Counts {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// A place that an ignore rule cut off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Ignored {
    /// The ignored file or folder; what lies below is not listed.
    pub place: Place,
    /// The rule, as written.
    pub rule: String,
    /// The file that holds the rule, relative to the target, or `--exclude`.
    pub source: String,
}

/// Places that were not read, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Stable kebab word: `link`, `special-file`, `submodule`, `lfs-pointer`,
    /// `binary`, `store`, `other-filesystem`, `knowledge-file`, …
    pub reason: String,
    /// How many.
    pub files: u64,
    /// Up to 20 of the places, sorted.
    pub places: Vec<Place>,
}

/// A file that could not be read or understood in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Which file.
    pub place: Place,
    /// Stable kebab code, as in `daylight list problems`.
    pub code: String,
    /// What happened, for people. Never file content.
    pub detail: String,
    /// The extractor that met it, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub extractor: Option<String>,
}
