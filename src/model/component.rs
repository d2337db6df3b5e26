//! Components: one per product, whatever its package is called where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Confidence;
use super::place::Region;
use super::vocabulary::{Capability, Egress, Lifecycle, Role, Usage};

/// One product, model or tool server that evidence speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Stable id, the same in every repository.
    pub id: String,
    /// What it is within an AI system.
    pub kind: Role,
    /// Its name, as shown to people.
    pub name: String,
    /// The signature that describes it.
    pub signature: String,
    /// Who makes or runs it; empty if no one in particular.
    pub provider: String,
    /// Seat of the provider, ISO 3166-1 alpha-2, where known. Not where data is processed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<String>,
    /// What it can do, as far as the signature and the evidence say.
    pub capabilities: Vec<Capability>,
    /// Where data goes when it is used.
    pub egress: Egress,
    /// Which part of a model's life it belongs to.
    pub lifecycle: Lifecycle,
    /// Strongest usage state over the evidence in the strongest region.
    pub usage: Usage,
    /// Every usage state seen.
    pub usages: Vec<Usage>,
    /// Region of the evidence that counts most.
    pub region: Region,
    /// `indicated` when only a single B-tier kind of evidence speaks for it:
    /// such a component makes no AI system by itself.
    pub indicated: bool,
    /// Whether it is only locked because something else pulled it in.
    pub transitive: bool,
    /// Package URLs under which it was found, without versions.
    pub purls: Vec<String>,
    /// Versions and requirements that were seen.
    pub versions: Vec<String>,
    /// Confidence that it is there, per mille.
    pub confidence: Confidence,
    /// Ids of the evidence kept.
    pub evidence: Vec<String>,
    /// How many pieces there were, kept or not.
    pub evidence_total: u32,
}
