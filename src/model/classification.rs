//! Provisional classification: indicators with reasons and questions, never
//! a verdict of law. Absence of a finding is `undetermined`, never "minimal".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Confidence;
use super::reading::{Level, Reading};

/// What the evidence suggests about a system. Everything here is provisional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Classification {
    /// The three questions that come first: decides or supports, trained or
    /// used, impact on whom and what.
    #[serde(default)]
    pub criteria: Criteria,
    /// Proposal for the scope of the management system (ISO/IEC 42001, 4.3).
    pub scope: Conclusion,
    /// Roles of the organisation, each list in its own vocabulary.
    pub roles: Roles,
    /// EU AI Act risk indicator; `undetermined` unless the evidence supports more.
    pub risk: Conclusion,
    /// Areas of law that the files around the AI speak of, most clearly first.
    #[serde(default)]
    pub areas: Vec<AreaFinding>,
    /// Transparency triggers (EU AI Act, Art. 50): beside the risk, not instead.
    pub transparency: Vec<Conclusion>,
    /// What the law asks next and no file can answer.
    #[serde(default)]
    pub asks: Vec<Conclusion>,
    /// Whether it looks like an AI system in the sense of the EU AI Act, Art. 3(1).
    #[serde(default)]
    pub definition: Conclusion,
    /// Factor values by factor name (`presence`, `technique`, `learning`, …).
    pub factors: BTreeMap<String, Conclusion>,
    /// What a person must still answer, most important first, without repeats.
    pub questions: Vec<String>,
    /// What a person decided about the scope, and how that stands.
    #[serde(default)]
    pub human: Human,
    /// What the second reading met.
    #[serde(default)]
    pub reading: Reading,
}

/// What a person decided about the scope of a system, and how that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Human {
    /// `undecided`, `decided`, `stale`, `expired` or `contested`.
    pub state: String,
    /// What was decided: `in-scope` or `out-of-scope`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope: Option<String>,
    /// Id of the decision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<String>,
    /// How much a change since matters: `high`, `medium`, `low`, `note`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity: Option<String>,
}

impl Default for Human {
    fn default() -> Self {
        Self { state: "undecided".to_owned(), scope: None, decision: None, severity: None }
    }
}

/// The three questions that come first in every output, in the words of the
/// governance tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Criteria {
    /// `independently`, `supports`, or `unknown`.
    pub decides: String,
    /// `trained`, `fine-tuned`, `used`, or `unknown`.
    pub models: String,
    /// Whom and what it touches.
    pub impact: Impact,
}

/// Whom and what a system touches: values of factors, by dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Impact {
    /// On people.
    pub people: Vec<String>,
    /// On processes.
    pub processes: Vec<String>,
    /// On data.
    pub data: Vec<String>,
    /// On decisions.
    pub decisions: Vec<String>,
}

/// An area of law that the files around the AI speak of: an indicator by
/// words, never a finding of purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AreaFinding {
    /// The area's id, such as `annex3.4`.
    pub area: String,
    /// What it is, in own words.
    pub title: String,
    /// How clearly it is spoken of.
    pub level: Level,
    /// Points over all channels, in thousandths.
    pub points: u32,
    /// Distinct strong terms outside prose.
    pub strong_terms: u32,
    /// Channels in which it is spoken of.
    pub channels: Vec<String>,
    /// Guards that lowered the level.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub guards: Vec<String>,
    /// Terms of a public vocabulary.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub iri: Vec<String>,
    /// Ids of the best signals.
    pub evidence: Vec<String>,
}

/// A value with its confidence, reasons and the open question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// The value, a word of the factor's vocabulary.
    pub value: String,
    /// Further values that rules gave (a factor may hold several).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// The value's term in a public vocabulary (W3C DPV), where one is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iri: Option<String>,
    /// Per mille, capped by the ceiling of what static evidence can show.
    pub confidence: Confidence,
    /// `high`, `medium`, `low` or `unknown`, by the confidence.
    #[serde(default)]
    pub level: String,
    /// Ids of evidence that speaks against it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contrary: Vec<String>,
    /// As much speaks against it as for it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub conflict: bool,
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
            iri: None,
            confidence: 0,
            level: "unknown".to_owned(),
            contrary: Vec::new(),
            conflict: false,
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
    /// Ids of the evidence and of the reading's signals, best first.
    pub evidence: Vec<String>,
    /// The day from which the duties behind it apply, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub applies_from: Option<String>,
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
