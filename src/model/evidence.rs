//! Evidence: a fact that a signature recognised. The atom of the product.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{Place, Region, Span};
use super::vocabulary::{Capability, Grant, Lifecycle, Technique, Tier, Usage};

/// Confidence in per mille, 0 to 1000. An integer: no drift between machines.
pub type Confidence = u16;

/// Key of a captured fact: the variable whose value the match is.
pub const UNDER: &str = "under";
/// Key of a captured fact, on its way to the inventory only: the module whose
/// function a model is given to in a test.
pub const CALLEE: &str = "callee";

/// Key of a captured fact: the kind of export that says so.
pub const EXPORT: &str = "export";
/// Key of a captured fact: the name that a resource is given, and by which it
/// is called.
pub const NAMED: &str = "named";

/// What a match is about: the signature's own product, or a thing of its own
/// that the match names.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The product that the signature describes.
    Product,
    /// A model, by its identifier.
    Model(String),
    /// A declared tool server, by its entry's name.
    Server(String),
}

/// One match, as the recogniser makes it: not yet weighed, owned or numbered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    /// Where.
    pub place: Place,
    /// The point in the file; `None` when the file as a whole is the match.
    pub span: Option<Span>,
    /// Id of the signature that matched.
    pub signature: String,
    /// What it is about.
    pub subject: Subject,
    /// The block that matched.
    pub technique: Technique,
    /// What matched, normalised: package name, host, module, … Never a secret.
    pub value: String,
    /// Strength of the block.
    pub tier: Tier,
    /// What it says about use.
    pub usage: Usage,
    /// Neighbourhood of the place.
    pub region: Region,
    /// The line, redacted and cut; empty for whole-file matches.
    pub excerpt: String,
    /// Further facts: `version`, `scope`, `direct`, `purl`, `reached_by`, …
    pub captured: BTreeMap<String, String>,
    /// Capabilities that this match shows beyond the signature's own.
    pub capabilities: Vec<Capability>,
    /// Which part of a model's life this match belongs to, if it says so.
    pub lifecycle: Option<Lifecycle>,
    /// Power that a setting gives.
    pub grant: Option<Grant>,
}

/// One piece of evidence in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Stable id: no line number in it.
    pub id: String,
    /// The component it is evidence of.
    pub component: String,
    /// The signature that recognised it.
    pub signature: String,
    /// Where it stands.
    pub place: Place,
    /// The point in the file; absent when the file as a whole is the match.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// The kind of match.
    pub technique: Technique,
    /// What matched. Never a secret's value.
    pub value: String,
    /// Strength of the match.
    pub tier: Tier,
    /// What it says about use.
    pub usage: Usage,
    /// Neighbourhood of the place.
    pub region: Region,
    /// Confidence of this piece alone, per mille.
    pub confidence: Confidence,
    /// The line, redacted and cut to 160 characters; empty for whole-file matches.
    pub excerpt: String,
    /// Further facts: `version`, `scope`, `direct`, `purl`, `reached_by`, …
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub captured: BTreeMap<String, String>,
    /// Capabilities that this match shows beyond the product's own.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub capabilities: Vec<Capability>,
    /// Which part of a model's life this match belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lifecycle: Option<Lifecycle>,
    /// Power that a setting gives to a tool.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grant: Option<Grant>,
}
