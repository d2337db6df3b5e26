//! The governance tables in force: read, joined and checked for sense.
//!
//! Loading refuses what the judge could not work with (unknown words, unknown
//! keys, a rule that looks at what is settled after it); whether the tables
//! are *good* is for `check`. Knows no system.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use thiserror::Error;

use super::reading::Lexicon;
use super::schema::{
    Channel, Condition, Control, Criterion, Drift, ImpactFactors, LawDate, Output, PackHeader,
    Regime, Rule, RuleFile, Trust, Value,
};
use crate::embedded;
use crate::model::id::sha256_hex;
use crate::model::inventory::Pack;

/// What rules set besides factors and conclusions.
pub(super) const ROLES: &str = "roles";

/// The three role vocabularies, by the names they have in `classification.roles`.
pub(super) const ROLE_VOCABULARIES: [&str; 3] = ["plain", "iso22989", "eu_ai_act"];

/// Why governance tables could not be taken into force.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleError {
    /// The text is not what the tables are made of.
    #[error("governance file `{file}` could not be read: {detail}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// What the parser said.
        detail: String,
    },
    /// The tables do not fit together.
    #[error("governance tables: {at}: {detail}")]
    Invalid {
        /// The rule, factor or file.
        at: String,
        /// What does not fit.
        detail: String,
    },
}

/// The governance tables in force.
#[derive(Debug, Clone, Serialize)]
pub struct RuleLibrary {
    #[serde(skip)]
    version: String,
    /// Over everything else, once it is whole.
    #[serde(skip)]
    sha256: String,
    factors: Vec<Output>,
    conclusions: Vec<Output>,
    role_words: BTreeMap<String, Vec<Value>>,
    reasons: BTreeMap<String, String>,
    trust: Trust,
    channels: Vec<Channel>,
    question_order: Vec<String>,
    regimes: Vec<Regime>,
    dates: Vec<LawDate>,
    rules: Vec<Rule>,
    lexicon: Lexicon,
    criteria: Vec<Criterion>,
    impact: ImpactFactors,
    controls: Vec<Control>,
    drift: Vec<Drift>,
}

impl RuleLibrary {
    /// The tables that come with Daylight.
    ///
    /// # Errors
    /// When a built-in table is broken; a test sees to it that none is.
    pub fn built_in() -> Result<Self, RuleError> {
        let files = embedded::governance().map_err(|error| RuleError::Unreadable {
            file: error.path.clone(),
            detail: error.cause.to_string(),
        })?;
        let bare = |path: String| {
            path.strip_prefix(embedded::GOVERNANCE).map_or_else(|| path.clone(), str::to_owned)
        };
        Self::from_files(files.into_iter().map(|(path, file)| (bare(path), file)).collect())
    }

    /// Tables from TOML texts, each with its file name.
    ///
    /// # Errors
    /// When a text does not parse or the tables do not fit together.
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Self, RuleError> {
        let files = sources
            .iter()
            .map(|(name, text)| {
                let file = toml::from_str(text).map_err(|error| RuleError::Unreadable {
                    file: (*name).to_owned(),
                    detail: error.to_string(),
                })?;
                Ok(((*name).to_owned(), file))
            })
            .collect::<Result<Vec<_>, RuleError>>()?;
        Self::from_files(files)
    }

    /// Tables from files that are already parsed, whatever they were written in.
    pub(crate) fn from_files(files: Vec<(String, RuleFile)>) -> Result<Self, RuleError> {
        let mut pack: Option<PackHeader> = None;
        let mut trust = None;
        let (mut factors, mut conclusions) = (Vec::new(), Vec::new());
        let (mut role_words, mut reasons) = (BTreeMap::new(), BTreeMap::new());
        let (mut channels, mut question_order) = (Vec::new(), Vec::new());
        let (mut regimes, mut dates, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        let (mut criteria, mut controls, mut drift) = (Vec::new(), Vec::new(), Vec::new());
        let mut impact = ImpactFactors::default();
        let mut lexicon = Lexicon::default();
        for (name, file) in files {
            match &pack {
                None => pack = Some(file.pack),
                Some(known) if *known == file.pack => {}
                Some(_) => return Err(invalid(&name, "is of another pack or version")),
            }
            if file.trust.is_some() && trust.replace(file.trust).is_some() {
                return Err(invalid(&name, "says `trust` a second time"));
            }
            factors.extend(file.factor);
            conclusions.extend(file.conclusion);
            role_words.extend(file.role_words);
            reasons.extend(file.reasons);
            channels.extend(file.channel);
            question_order.extend(file.question_order);
            regimes.extend(file.regime);
            dates.extend(file.date);
            rules.extend(file.rule);
            criteria.extend(file.criterion);
            controls.extend(file.control);
            drift.extend(file.drift);
            impact = file.impact.unwrap_or(impact);
            lexicon.areas.extend(file.area);
            lexicon.translations.extend(file.translation);
            lexicon.tongues.extend(file.tongue);
            lexicon.markers.extend(file.marker);
            lexicon.pairs.extend(file.pair);
            if file.weighing.is_some()
                && std::mem::replace(&mut lexicon.weighing, file.weighing).is_some()
            {
                return Err(invalid(&name, "says `weighing` a second time"));
            }
        }
        lexicon.areas.sort_by(|a, b| a.id.cmp(&b.id));
        lexicon.translations.sort_by(|a, b| (&a.area, &a.lang).cmp(&(&b.area, &b.lang)));
        lexicon.markers.sort_by(|a, b| a.id.cmp(&b.id));
        lexicon.pairs.sort_by(|a, b| a.id.cmp(&b.id));
        // by id, so that neither the order of files nor of rules shows
        rules.sort_by(|a: &Rule, b: &Rule| a.id.cmp(&b.id));
        let mut library = Self {
            sha256: String::new(),
            version: pack.ok_or_else(|| invalid("pack", "there is no file"))?.version,
            factors,
            conclusions,
            role_words,
            reasons,
            trust: trust.flatten().ok_or_else(|| invalid("trust", "is not said in any file"))?,
            channels,
            question_order,
            regimes,
            dates,
            rules,
            lexicon,
            criteria,
            impact,
            controls,
            drift,
        };
        library.validate()?;
        // plain data with string keys: serialising it cannot fail
        let canonical = serde_json::to_vec(&library).unwrap_or_default();
        library.sha256 = sha256_hex(&canonical, 16);
        Ok(library)
    }

    /// The rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The factors, in the order in which they are settled.
    pub fn factors(&self) -> &[Output] {
        &self.factors
    }

    /// The conclusions that have a value: scope and risk.
    pub fn conclusions(&self) -> &[Output] {
        &self.conclusions
    }

    /// The words of a role vocabulary (`plain`, `iso22989`, `eu_ai_act`), in order.
    pub fn role_words(&self, vocabulary: &str) -> &[Value] {
        self.role_words.get(vocabulary).map_or(&[], Vec::as_slice)
    }

    /// The reason codes with their meanings.
    pub fn reasons(&self) -> &BTreeMap<String, String> {
        &self.reasons
    }

    /// The standards and laws that rules rest on.
    pub fn regimes(&self) -> &[Regime] {
        &self.regimes
    }

    /// The days from which provisions apply.
    pub fn dates(&self) -> &[LawDate] {
        &self.dates
    }

    /// The words of the second reading.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The questions that come first.
    pub fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }

    /// The factors that tell the impact.
    pub fn impact(&self) -> &ImpactFactors {
        &self.impact
    }

    /// The controls of Annex A, in the order of the standard.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// What a change since a decision does to it.
    pub fn drift(&self) -> &[Drift] {
        &self.drift
    }

    /// Outputs in the order in which their questions are asked.
    pub fn question_order(&self) -> &[String] {
        &self.question_order
    }

    pub(super) fn trust(&self) -> &Trust {
        &self.trust
    }

    pub(super) fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// What identifies these tables in an inventory. The digest is over their
    /// meaning: comments, spacing, order and examples do not change it.
    pub fn pack(&self) -> Pack {
        Pack {
            name: "built-in".to_owned(),
            version: self.version.clone(),
            sha256: self.sha256.clone(),
            entries: u32::try_from(self.rules.len()).unwrap_or(u32::MAX),
        }
    }

    fn validate(&self) -> Result<(), RuleError> {
        let mut seen = BTreeSet::new();
        for output in self.factors.iter().chain(&self.conclusions) {
            if output.id == ROLES || !seen.insert(output.id.as_str()) {
                return Err(invalid(&output.id, "is declared twice"));
            }
            if !has_word(&output.values, &output.otherwise) {
                return Err(invalid(&output.id, "`otherwise` is not one of its values"));
            }
        }
        for vocabulary in self.role_words.keys() {
            if !ROLE_VOCABULARIES.contains(&vocabulary.as_str()) {
                return Err(invalid(vocabulary, "is not a vocabulary of roles"));
            }
        }
        for id in &self.question_order {
            if id != ROLES && !seen.contains(id.as_str()) {
                return Err(invalid("question_order", &format!("`{id}` is not declared")));
            }
        }
        if let Some((at, detail)) = self.lexicon.mistake() {
            return Err(invalid(&at, &detail));
        }
        self.validate_criteria()?;
        let mut ids = BTreeSet::new();
        for rule in &self.rules {
            if !ids.insert(rule.id.as_str()) {
                return Err(invalid(&rule.id, "is declared twice"));
            }
            self.validate_effect(rule)?;
            self.validate_stratum(rule)?;
            self.validate_words(rule)?;
        }
        Ok(())
    }

    fn validate_criteria(&self) -> Result<(), RuleError> {
        let dimensions = [
            &self.impact.people,
            &self.impact.processes,
            &self.impact.data,
            &self.impact.decisions,
        ];
        let asked = self.criteria.iter().map(|criterion| &criterion.factor);
        for factor in asked.chain(dimensions.into_iter().flatten()) {
            if !self.factors.iter().any(|known| known.id == *factor) {
                return Err(invalid(factor, "is asked for by the criteria and is no factor"));
            }
        }
        Ok(())
    }

    /// A rule that asks for an area or a marker that is not there would never
    /// fire, and nobody would notice.
    fn validate_words(&self, rule: &Rule) -> Result<(), RuleError> {
        let wrong = |id: &str, what: &str| Err(invalid(&rule.id, &format!("`{id}` is not {what}")));
        for condition in conditions(rule).map(innermost) {
            match condition {
                Condition::Area(pattern) => {
                    let ids = pattern.id.iter().chain(&pattern.except);
                    if let Some(id) = ids.into_iter().find(|id| !self.lexicon.is_area(id)) {
                        return wrong(id, "an area");
                    }
                }
                Condition::Marker(pattern) => {
                    if let Some(id) = pattern.id.iter().find(|id| !self.lexicon.is_marker(id)) {
                        return wrong(id, "a marker");
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn validate_effect(&self, rule: &Rule) -> Result<(), RuleError> {
        let wrong = |detail: String| Err(invalid(&rule.id, &detail));
        let then = &rule.then;
        if !then.code.is_empty() && !self.reasons.contains_key(&then.code) {
            return wrong(format!("`{}` is not a reason code", then.code));
        }
        let role_words =
            [("plain", &then.plain), ("iso22989", &then.iso22989), ("eu_ai_act", &then.eu_ai_act)];
        if then.set == ROLES {
            if then.value.is_some() || then.plain.is_empty() {
                return wrong("roles take `plain` words and no `value`".to_owned());
            }
            for (vocabulary, words) in role_words {
                let known = self.role_words(vocabulary);
                if let Some(word) = words.iter().find(|word| !has_word(known, word)) {
                    return wrong(format!("`{word}` is not a word of `{vocabulary}`"));
                }
            }
            return Ok(());
        }
        if role_words.iter().any(|(_, words)| !words.is_empty()) {
            return wrong("only a rule that sets `roles` may give role words".to_owned());
        }
        let Some(output) = self.output(&then.set) else {
            return wrong(format!("`{}` is neither a factor nor a conclusion", then.set));
        };
        let value = then.value.as_deref().unwrap_or_default();
        match output.values.iter().find(|known| known.word == value) {
            None => wrong(format!("`{value}` is not a value of `{}`", output.id)),
            Some(known) if known.unreached => wrong(format!("no rule may set `{value}`")),
            Some(_) => Ok(()),
        }
    }

    /// A rule may look only at what is settled before it, so that the order
    /// of rules never matters: factors declared before its own; for a
    /// conclusion all factors.
    fn validate_stratum(&self, rule: &Rule) -> Result<(), RuleError> {
        let own = self.factors.iter().position(|factor| factor.id == rule.then.set);
        let visible = self.factors.get(..own.unwrap_or(self.factors.len())).unwrap_or_default();
        for (factor, values) in conditions(rule).filter_map(asked_factors).flatten() {
            let Some(known) = visible.iter().find(|visible| visible.id == *factor) else {
                return Err(invalid(
                    &rule.id,
                    &format!("asks for `{factor}`, which is not settled before it"),
                ));
            };
            if let Some(value) = values.iter().find(|value| !has_word(&known.values, value)) {
                return Err(invalid(&rule.id, &format!("`{value}` is not a value of `{factor}`")));
            }
        }
        Ok(())
    }

    pub(super) fn output(&self, id: &str) -> Option<&Output> {
        self.factors.iter().chain(&self.conclusions).find(|output| output.id == id)
    }
}

/// Every condition of a rule, exceptions included.
pub(super) fn conditions(rule: &Rule) -> impl Iterator<Item = &Condition> {
    let when = rule.when.all.iter().chain(&rule.when.any);
    when.chain(&rule.unless.any).chain(&rule.contrary.any)
}

fn innermost(condition: &Condition) -> &Condition {
    let mut innermost = condition;
    while let Condition::Absent(inner) = innermost {
        innermost = inner;
    }
    innermost
}

fn asked_factors(condition: &Condition) -> Option<&BTreeMap<String, Vec<String>>> {
    match innermost(condition) {
        Condition::Factor(wanted) => Some(wanted),
        _ => None,
    }
}

fn has_word(values: &[Value], word: &str) -> bool {
    values.iter().any(|value| value.word == word)
}

fn invalid(at: &str, detail: &str) -> RuleError {
    RuleError::Invalid { at: at.to_owned(), detail: detail.to_owned() }
}
