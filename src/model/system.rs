//! AI systems: the unit that an organisation decides about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classification::Classification;
use super::evidence::Confidence;
use super::fact::UnitKind;
use super::place::{Place, Region};
use super::vocabulary::Usage;

/// A group of components in one deployable or declared unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AiSystem {
    /// Stable id: made of the target's and the unit's names.
    pub id: String,
    /// Ids that it had before, as the lock file knows them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub previous_ids: Vec<String>,
    /// The unit's declared name, else its folder's.
    pub name: String,
    /// What sort of system it is.
    pub kind: SystemKind,
    /// The unit's root folder.
    pub root: Place,
    /// Strongest region over its evidence: a `test` system has AI in tests only.
    pub region: Region,
    /// Everything that declares or deploys this unit.
    pub units: Vec<Unit>,
    /// Who answers for it, as far as files say.
    pub owners: Vec<Owner>,
    /// What it consists of, strongest first.
    pub components: Vec<ComponentUse>,
    /// Where its data may go.
    pub destinations: Vec<Destination>,
    /// How the organisation uses it, as exports say; absent for code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub adoption: Option<Adoption>,
    /// The provisional classification.
    pub classification: Classification,
}

impl AiSystem {
    /// Whether somebody answers for it: whom a package names as its maintainer
    /// is only a lead.
    #[must_use]
    pub fn is_answered_for(&self) -> bool {
        self.owners.iter().any(|owner| !owner.maintainer)
    }
}

/// How an organisation uses a product, as exports say. Persons are counted,
/// never named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Adoption {
    /// Persons or devices, by the export that tells of most; there may be more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub users: Option<u64>,
    /// First day on which it was seen, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_seen: Option<String>,
    /// Last day on which it was seen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_seen: Option<String>,
    /// What it was allowed, as the source names it.
    pub scopes: Vec<String>,
    /// What that opens: `mail`, `files`, `code`, ...
    pub reaches: Vec<String>,
    /// What the sources say was decided: `approved`, `requested`, `blocked`.
    pub decided: Vec<String>,
    /// Kinds of the exports that say so.
    pub exports: Vec<String>,
}

/// What sort of system.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SystemKind {
    /// A unit of software.
    Software,
    /// The development assistants of a repository.
    DeveloperTools,
    /// A product that people of the organisation use, as exports say.
    InUse,
}

/// A file that declares or deploys a unit.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Unit {
    /// What kind of declaration.
    pub kind: UnitKind,
    /// The declaring file.
    pub place: Place,
    /// The unit's root folder, relative to the target.
    pub root: String,
    /// The declared name, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
}

/// Who answers for a system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// A team handle, or a pseudonym for a person unless identities were asked for.
    pub handle: String,
    /// The file that says so.
    pub place: Place,
    /// The package names them as author or maintainer, which is a lead and no
    /// more: it does not say who answers for the system.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub maintainer: bool,
}

impl Owner {
    /// The handle, and how far it goes.
    #[must_use]
    pub fn label(&self) -> String {
        let only = if self.maintainer { " (package maintainer)" } else { "" };
        format!("{}{only}", self.handle)
    }
}

/// How one system uses one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentUse {
    /// The component's id.
    pub component: String,
    /// Strongest usage state in this system's strongest region.
    pub usage: Usage,
    /// Every usage state seen here.
    pub usages: Vec<Usage>,
    /// Region of the evidence that counts most here.
    pub region: Region,
    /// Only a single B-tier kind of evidence speaks for it here.
    pub indicated: bool,
    /// Confidence here, per mille.
    pub confidence: Confidence,
    /// Ids of the evidence kept here.
    pub evidence: Vec<String>,
}

/// A host that data may go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Destination {
    /// Host name, with a port if one was given.
    pub host: String,
    /// Who runs it; empty if unknown.
    pub provider: String,
    /// How it is known: an address in code or configuration, or the default
    /// of a client library that is used.
    pub basis: DestinationBasis,
    /// Ids of the evidence.
    pub evidence: Vec<String>,
}

/// How a destination is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationBasis {
    /// An address stands in code or configuration.
    Address,
    /// The library's documented default, no address seen.
    LibraryDefault,
    /// One of several that the program can be set to use.
    Alternative,
}

/// An owner line with its pattern, on its way to the systems it covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OwnerRule {
    /// The file that says so.
    pub place: Place,
    /// Order within the file: later lines win.
    pub line: u32,
    /// The pattern as written; empty for "the folder of this file".
    pub pattern: String,
    /// The handles as written.
    pub owners: Vec<String>,
    /// They are persons whom a package names as authors or maintainers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub maintainers: bool,
}
