//! How an inventory differs from an earlier one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What appeared, went and changed since a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// What it is compared with.
    pub baseline: Baseline,
    /// What limits the comparison; empty if nothing does.
    pub notes: Vec<ChangeNote>,
    /// The differences, by subject, system and name.
    pub rows: Vec<Change>,
}

/// The earlier inventory, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// SHA-256 over the document, first 16 hex digits.
    pub sha256: String,
    /// Its date.
    pub as_of: String,
    /// Version of its shape.
    pub schema_version: String,
    /// Version of the program that made it.
    pub tool_version: String,
}

/// Something that limits what a comparison means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ChangeNote {
    /// Stable word: `older-schema`, `other-tool`, `other-signatures`,
    /// `other-rules`, `other-configuration`, `baseline-incomplete`,
    /// `inventory-incomplete`, `other-targets`.
    pub code: String,
    /// What it means here, for people.
    pub detail: String,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What differs.
    pub subject: Subject,
    /// How.
    pub change: ChangeKind,
    /// Whether the scanned code made it, as far as that can be told.
    pub cause: Cause,
    /// Id of the system or component.
    pub id: String,
    /// Its name; a host for [`Subject::Host`].
    pub name: String,
    /// Id of the system in which it differs, if it is part of one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub system: Option<String>,
    /// What of it differs: `owners`, `usage`, a factor's name, `scope`, …
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub field: String,
    /// What it was.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub from: String,
    /// What it is.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub to: String,
}

/// What differs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ChangeSubject")]
pub enum Subject {
    /// An AI system.
    System,
    /// A component that is no model.
    Component,
    /// A model.
    Model,
    /// A component in a system that was there before.
    Use,
    /// A host that data of a system may go to.
    Host,
    /// A factor of a system.
    Factor,
    /// A conclusion about a system: `scope`, `roles`, `risk`, `transparency`.
    Conclusion,
}

/// How something differs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It was not there.
    New,
    /// It is not there any more.
    Gone,
    /// It is there, and different.
    Changed,
}

/// What made a difference.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Both inventories were made by the same knowledge: it is the code.
    Code,
    /// What judged differs, or one of the scans was cut short: the notes say
    /// which. The code may have stayed as it was.
    Unclear,
}

impl Subject {
    /// The word used in JSON and by people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Component => "component",
            Self::Model => "model",
            Self::Use => "use",
            Self::Host => "host",
            Self::Factor => "factor",
            Self::Conclusion => "conclusion",
        }
    }
}

impl ChangeKind {
    /// The word used in JSON and by people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        }
    }
}
