//! What an organisation says about its AI, as it was applied to an inventory:
//! configuration, suppressions, approvals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Place;

/// How a remark in a scanned file begins that something need not be told.
pub const REMARK: &str = "daylight:allow(";

/// A file that set how was scanned or judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ConfigFile {
    /// Its name, without the folder.
    pub name: String,
    /// SHA-256 over its bytes, first 16 hex digits.
    pub sha256: String,
    /// It is a list of approved AI: it changes what is said of what is found,
    /// and nothing that is found.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub approves: bool,
}

/// Something that someone said need not be told again. It keeps gates from
/// saying no; the inventory holds what it is about all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// Whether it counts.
    pub state: SuppressionState,
    /// Id of a signature, component, system or piece of evidence.
    pub id: String,
    /// Only below what matches this; everywhere if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// Who said so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approver: Option<String>,
    /// The last day on which it counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires: Option<String>,
    /// The file that says so.
    pub place: Place,
    /// The line in it.
    pub line: u32,
    /// Ids of the evidence, components and systems it is about.
    pub matched: Vec<String>,
}

/// `daylight:allow(ID) reason`, as it stands in a scanned file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Allow {
    /// The file.
    pub place: Place,
    /// The line; it speaks of this line and of the next.
    pub line: u32,
    /// What it allows.
    pub id: String,
    /// Why; empty if it does not say.
    pub reason: String,
}

/// Whether a suppression counts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressionState {
    /// It counts.
    InForce,
    /// Its last day is over: void.
    Expired,
    /// It gives no reason: void.
    NoReason,
    /// Nothing is there that it could be about.
    Unmatched,
}

/// What the list of approved AI says about one system or component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// Id of the system or component.
    pub subject: String,
    /// What the list says.
    pub status: ApprovalStatus,
    /// Why: the reason of the entry that decides, in its words.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Who answers for the entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<String>,
    /// The last day of the entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires: Option<String>,
    /// Line of the entry in the list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// Conditions that do not hold, and entries that have expired.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub broken: Vec<String>,
    /// Conditions of which nothing is known here: a person must say.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub open: Vec<String>,
}

/// What the list of approved AI says. Later is worse.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalStatus {
    /// An entry approves it and no condition is known to be broken.
    Approved,
    /// An entry approves it, but a condition of that entry does not hold.
    ConditionBroken,
    /// No entry approves it.
    Unapproved,
    /// An entry denies it.
    Denied,
}

impl SuppressionState {
    /// The word used in JSON and by people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::Expired => "expired",
            Self::NoReason => "no-reason",
            Self::Unmatched => "unmatched",
        }
    }
}

impl ApprovalStatus {
    /// The word used in JSON and by people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::ConditionBroken => "condition-broken",
            Self::Unapproved => "unapproved",
            Self::Denied => "denied",
        }
    }
}
