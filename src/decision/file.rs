//! `ai-decisions.toml`: append-only, in git. Reading refuses what is not
//! understood, with line and column; a half-read file would lose a decision.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::id::{sha256_hex, stable_id};
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;
use crate::model::vocabulary::Role;

/// Version of the file's spelling.
const SCHEMA: u32 = 1;
/// Pieces of evidence that a decision is bound to.
const MATERIAL: usize = 40;

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionFile {
    /// Version of the spelling: 1.
    pub schema: u32,
    /// The decisions, in the order in which they were made.
    #[serde(default)]
    pub decision: Vec<Decision>,
}

/// One decision of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Stable id, `dec-` and ten letters.
    pub id: String,
    /// The system.
    pub system_id: String,
    /// What is decided: `scope`, `risk`, `role`, `factor:NAME`, `same-as`,
    /// `not-ai`, `accept-gap`.
    pub about: String,
    /// The value.
    pub value: String,
    /// Who decided.
    pub decided_by: String,
    /// In which capacity.
    pub capacity: String,
    /// Who looked at it besides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub second_reviewer: String,
    /// The day, `YYYY-MM-DD`.
    pub decided_on: String,
    /// The day by which it is looked at again.
    pub review_by: String,
    /// Why.
    pub justification: String,
    /// Provisions it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// Digest over the material.
    pub evidence_digest: String,
    /// Ids of the evidence that was there.
    #[serde(default)]
    pub material: Vec<String>,
    /// The tables that were in force, `name@version`.
    pub rule_pack: String,
    /// The decision that this one takes the place of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub supersedes: String,
    /// Answers to the questions of rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What the inventory said then.
    #[serde(default)]
    pub seen: Seen,
}

/// An answer to a rule's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The rule.
    pub question: String,
    /// What was answered.
    pub answer: String,
}

/// What the inventory said when a decision was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seen {
    /// Areas that the files spoke of, above a mention.
    pub areas: BTreeSet<String>,
    /// Hosts that data could go to.
    pub hosts: BTreeSet<String>,
    /// Models by name.
    pub models: BTreeSet<String>,
    /// Values of the factors.
    pub factors: BTreeMap<String, BTreeSet<String>>,
}

/// Why a file of decisions is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecisionError {
    /// The text is not what the file is made of; says line and column.
    #[error("{0}")]
    Unreadable(String),
    /// Written by a newer version.
    #[error("schema {0} is newer than this daylight reads ({SCHEMA})")]
    Newer(u32),
    /// A day that is none.
    #[error("decision `{id}`: `{field}` is `{value}`, and a day is written YYYY-MM-DD")]
    Day {
        /// The decision.
        id: String,
        /// The field.
        field: &'static str,
        /// What stands there.
        value: String,
    },
}

impl DecisionFile {
    /// Reads the file's text.
    ///
    /// # Errors
    /// The text is not understood, whole and exactly: nothing is judged with
    /// half a file.
    pub fn parse(text: &str) -> Result<Self, DecisionError> {
        let file: Self =
            toml::from_str(text).map_err(|error| DecisionError::Unreadable(error.to_string()))?;
        if file.schema > SCHEMA {
            return Err(DecisionError::Newer(file.schema));
        }
        for decision in &file.decision {
            let days = [("decided_on", &decision.decided_on), ("review_by", &decision.review_by)];
            for (field, value) in days {
                if value.parse::<jiff::civil::Date>().is_err() {
                    let (id, value) = (decision.id.clone(), value.clone());
                    return Err(DecisionError::Day { id, field, value });
                }
            }
        }
        Ok(file)
    }

    /// The beginning of a new file.
    #[must_use]
    pub fn head() -> String {
        format!(
            "# Decisions of people about AI systems. Append only; kept in git.\n\
             # `daylight decide` adds to it, `daylight review` says what is due.\n\
             schema = {SCHEMA}\n"
        )
    }
}

impl Decision {
    /// The id that its content gives.
    #[must_use]
    pub fn own_id(&self) -> String {
        let parts = [
            self.system_id.as_str(),
            &self.about,
            &self.value,
            &self.decided_by,
            &self.decided_on,
            &self.justification,
            &self.evidence_digest,
        ];
        stable_id("dec-", 10, &parts)
    }

    /// The text to append for it.
    ///
    /// # Errors
    /// What the writer of TOML says.
    pub fn text(&self) -> Result<String, toml::ser::Error> {
        #[derive(Serialize)]
        struct One<'d> {
            decision: [&'d Decision; 1],
        }
        Ok(format!("\n{}", toml::to_string(&One { decision: [self] })?))
    }

    /// Whether the digest is that of the material.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.evidence_digest == digest_of(&self.material)
    }
}

/// The digest over a list of evidence.
#[must_use]
pub fn digest_of(material: &[String]) -> String {
    let mut sorted: Vec<&str> = material.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    format!("sha256:{}", sha256_hex(sorted.join("\n").as_bytes(), 32))
}

/// The evidence that a decision about a system rests on: what its scope and
/// risk cite, best first.
#[must_use]
pub fn material_of(system: &AiSystem) -> Vec<String> {
    let found = &system.classification;
    let reasons = found.risk.reasons.iter().chain(&found.scope.reasons);
    let mut material: Vec<String> = Vec::new();
    for id in reasons.flat_map(|reason| &reason.evidence) {
        if material.len() < MATERIAL && !material.contains(id) {
            material.push(id.clone());
        }
    }
    material.sort();
    material
}

/// What the inventory says about a system now.
#[must_use]
pub fn seen_in(inventory: &Inventory, system: &AiSystem) -> Seen {
    let found = &system.classification;
    let models = inventory
        .components
        .iter()
        .filter(|component| component.kind == Role::Model)
        .filter(|component| system.components.iter().any(|used| used.component == component.id))
        .map(|component| component.name.clone());
    Seen {
        areas: found
            .areas
            .iter()
            .filter(|area| area.level > crate::model::reading::Level::Mention)
            .map(|area| area.area.clone())
            .collect(),
        hosts: system.destinations.iter().map(|known| known.host.clone()).collect(),
        models: models.collect(),
        factors: found
            .factors
            .iter()
            .map(|(name, factor)| {
                let values = std::iter::once(&factor.value).chain(&factor.also);
                (name.clone(), values.cloned().collect())
            })
            .collect(),
    }
}
