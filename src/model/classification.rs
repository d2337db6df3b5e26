//! Provisional classification: indicators with reasons and questions, never
//! a verdict of law. Absence of a finding is `undetermined`, never "minimal".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Confidence;

/// What the evidence suggests about a system. Everything here is provisional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Classification {
    /// Proposal for the scope of the management system (ISO/IEC 42001, 4.3).
    pub scope: Conclusion,
    /// Roles of the organisation, each list in its own vocabulary.
    pub roles: Roles,
    /// EU AI Act risk indicator; `undetermined` until rules for it exist.
    pub risk: Conclusion,
    /// Transparency triggers (EU AI Act, Art. 50).
    pub transparency: Vec<Conclusion>,
    /// Factor values by factor name (`presence`, `technique`, `learning`, …).
    pub factors: BTreeMap<String, Conclusion>,
    /// What a person must still answer, most important first, without repeats.
    pub questions: Vec<String>,
}

/// A value with its confidence, reasons and the open question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// The value, a word of the factor's vocabulary.
    pub value: String,
    /// Further values that rules gave (a factor may hold several).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// Per mille, capped by the ceiling of what static evidence can show.
    pub confidence: Confidence,
    /// Why: one entry per rule that fired.
    pub reasons: Vec<Reason>,
    /// The question whose answer would settle it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub question: Option<String>,
}

impl Default for Conclusion {
    fn default() -> Self {
        Self {
            value: "undetermined".to_owned(),
            also: Vec::new(),
            confidence: 0,
            reasons: Vec::new(),
            question: None,
        }
    }
}

/// Why a conclusion was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Id of the rule, as in `daylight rules list`.
    pub rule: String,
    /// Stable reason code, such as `RC-REMOTE-API`.
    pub code: String,
    /// One sentence for people.
    pub rationale: String,
    /// Provisions the rule rests on (`iso42001:4.3`, `eu-ai-act:Annex III(4)(a)`).
    pub basis: Vec<String>,
    /// Ids of the evidence, best first.
    pub evidence: Vec<String>,
}

/// The organisation's roles. The plain words are Daylight's; the others name
/// their vocabulary, because "producer" means different things in each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Roles {
    /// Daylight's plain words: `developer`, `producer`, `user`.
    pub plain: Vec<String>,
    /// Words of ISO/IEC 22989.
    pub iso22989: Vec<String>,
    /// Words of the EU AI Act; a trailing `?` marks a question, not a finding.
    pub eu_ai_act: Vec<String>,
    /// Per mille, capped.
    pub confidence: Confidence,
    /// Why.
    pub reasons: Vec<Reason>,
}
