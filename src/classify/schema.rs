//! The governance tables as types: the exact spelling of
//! `signatures/governance/*.toml`.
//!
//! Unknown keys are errors. The closed words of the model stand here as the
//! model's own types, so that a typing error in a table cannot load. Knows
//! nothing of how a rule is applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::given::Given;
use super::reading::{Area, Marker, Pair, Tongue, Translation, Weighing};
use crate::model::fact::{Ecosystem, Scope, UnitKind};
use crate::model::place::Region;
use crate::model::reading::{Channel as Place, Level};
use crate::model::system::{DestinationBasis, SystemKind};
use crate::model::vocabulary::{
    Capability, Egress, Grant, Lifecycle, Role, Technique, Tier, Usage,
};

/// One governance file. Every part is optional; the parts of all files make
/// the library.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub(super) pack: PackHeader,
    #[serde(default)]
    pub(super) factor: Vec<Output>,
    #[serde(default)]
    pub(super) conclusion: Vec<Output>,
    #[serde(default)]
    pub(super) role_words: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    pub(super) reasons: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) trust: Option<Trust>,
    #[serde(default)]
    pub(super) channel: Vec<Channel>,
    #[serde(default)]
    pub(super) question_order: Vec<String>,
    #[serde(default)]
    pub(super) regime: Vec<Regime>,
    #[serde(default)]
    pub(super) date: Vec<LawDate>,
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
    #[serde(default)]
    pub(super) area: Vec<Area>,
    #[serde(default)]
    pub(super) translation: Vec<Translation>,
    #[serde(default)]
    pub(super) tongue: Vec<Tongue>,
    #[serde(default)]
    pub(super) marker: Vec<Marker>,
    #[serde(default)]
    pub(super) pair: Vec<Pair>,
    #[serde(default)]
    pub(super) weighing: Option<Weighing>,
    #[serde(default)]
    pub(super) criterion: Vec<Criterion>,
    #[serde(default)]
    pub(super) impact: Option<ImpactFactors>,
    #[serde(default)]
    pub(super) control: Vec<Control>,
    #[serde(default)]
    pub(super) drift: Vec<Drift>,
}

/// The head of every governance file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackHeader {
    /// The pack that the file belongs to.
    pub(super) id: String,
    /// Its version (semver; major = meaning changes).
    pub(super) version: String,
}

/// Something that rules give a value to: a factor, or a conclusion with a value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its word in `classification`.
    pub id: String,
    /// What it says, for people.
    pub title: String,
    /// Highest confidence that static evidence can give, per mille.
    pub ceiling: u16,
    /// The value when no rule fires.
    pub otherwise: String,
    /// The question when no rule fires.
    pub ask: String,
    /// Kinds of system it is asked of; empty means all.
    #[serde(default)]
    pub applies_to: Vec<SystemKind>,
    /// Every value that holds is a conclusion of its own.
    #[serde(default)]
    pub list: bool,
    /// The values, in order of preference for display.
    pub values: Vec<Value>,
}

/// One of the questions that come first: a factor's values in plain words.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// `decides` or `models`.
    pub id: String,
    /// The question.
    pub title: String,
    /// The factor that answers it.
    pub factor: String,
    /// The word when none of the others fits.
    pub otherwise: String,
    /// The words, and the values that each stands for.
    pub words: Vec<PlainWord>,
}

/// A plain word for values of a factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainWord {
    /// The word.
    pub word: String,
    /// The values.
    pub values: Vec<String>,
}

/// Which factors tell the impact, by dimension.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpactFactors {
    /// On people.
    pub people: Vec<String>,
    /// On processes.
    pub processes: Vec<String>,
    /// On data.
    pub data: Vec<String>,
    /// On decisions.
    pub decisions: Vec<String>,
    /// Values that tell of no impact.
    #[serde(default)]
    pub passes_by: Vec<String>,
}

/// What a change since a decision does to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The change.
    pub change: Change,
    /// What happened, for people.
    pub title: String,
    /// How much it matters: `high`, `medium`, `low`, `note`.
    pub severity: String,
    /// For `factors`: which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// What asks for it.
    pub basis: Vec<Basis>,
}

/// A change since a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Evidence that it relied on is gone.
    MaterialGone,
    /// A factor holds a value that it did not hold.
    Factors,
    /// The files speak of a new area.
    AreaAdded,
    /// Data may go to a new host.
    HostAdded,
    /// Models came or went.
    ModelChanged,
    /// The major version of the tables changed.
    PackMajor,
    /// A day of law has come.
    LawDate,
    /// The day of review has passed.
    ReviewPassed,
    /// The system is not found any more.
    SystemGone,
}

/// A control of Annex A, in own words, and what of an inventory serves it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its number.
    pub id: String,
    /// What it is about, in own words.
    pub title: String,
    /// How much of the evidence an inventory can be: `S` large part, `P`
    /// partial, `H` a hint, `-` none.
    pub grade: String,
    /// What of the inventory serves it: `components`, `destinations`,
    /// `owners`, `questions`, `factor:NAME`, `kind:WORD`.
    #[serde(default)]
    pub serves: Vec<String>,
    /// It looks applicable where one of these factors holds one of its values.
    #[serde(default)]
    pub applies: BTreeMap<String, Vec<String>>,
    /// What a person must bring, since no file shows it.
    pub missing: String,
}

/// One word of a governance vocabulary.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The word.
    pub word: String,
    /// What it means, in own words.
    pub title: String,
    /// Its term in a public vocabulary, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
    /// A ceiling of its own, where the value can be shown less surely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<u16>,
    /// True for a word that static evidence of this version cannot reach, or
    /// that only a person may give: no rule may set it.
    #[serde(default)]
    pub unreached: bool,
}

/// How much evidence is trusted, per mille.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Most that a conclusion from absence is worth.
    pub absence: u16,
    /// Ceiling of the roles.
    pub roles: u16,
    /// Points at which a channel says all it can.
    pub full: u16,
    /// Least confidence, per mille, at which a level is shown, highest first.
    #[serde(default)]
    pub levels: Vec<NamedLevel>,
    /// Points of a match, by tier.
    pub points: BTreeMap<Tier, u16>,
    /// Weight of a place, per mille, unless the rule itself asks for the region.
    pub region: BTreeMap<Region, u16>,
}

/// A word for a confidence.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLevel {
    /// The word.
    pub word: String,
    /// From this confidence on, per mille.
    pub from: u16,
}

impl Trust {
    /// The word for a confidence.
    #[must_use]
    pub fn level(&self, confidence: u16) -> String {
        let level = self.levels.iter().find(|level| confidence >= level.from);
        level.map_or("unknown", |level| &level.word).to_owned()
    }
}

/// A channel of evidence: what stands in one channel is one independent signal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Channel {
    /// Its name.
    pub(super) id: String,
    /// How far it is trusted, per mille.
    pub(super) reliability: u16,
    /// Techniques of evidence that it carries.
    #[serde(default)]
    pub(super) techniques: Vec<Technique>,
    /// Unit declarations that it carries.
    #[serde(default)]
    pub(super) units: Vec<UnitKind>,
    /// Destinations that it carries, by how they are known.
    #[serde(default)]
    pub(super) destinations: Vec<DestinationBasis>,
    /// Whether it carries owners.
    #[serde(default)]
    pub(super) owners: bool,
    /// Kinds of place of the second reading that it carries.
    #[serde(default)]
    pub(super) reading: Vec<Place>,
}

/// A standard or a law that rules rest on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The word before the colon in a rule's basis.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Day on which the table was last compared with its sources.
    pub checked_on: String,
    /// Provisions that a basis may name; empty if they are not listed here.
    #[serde(default)]
    pub provisions: Vec<String>,
}

/// A day from which a provision applies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawDate {
    /// The regime's id.
    pub regime: String,
    /// The day, `YYYY-MM-DD`.
    pub from: String,
    /// What starts on it.
    pub what: String,
    /// How well this is known.
    pub verify: Verify,
}

/// How well a statement about law is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verify {
    /// Two or more independent public sources agree.
    V2,
    /// One public source.
    V1,
    /// Measured or read directly.
    M,
    /// Background knowledge, not confirmed.
    K,
}

/// A provision that a rule rests on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// `regime:provision`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// How well the reading is known.
    pub verify: Verify,
}

/// One rule. Its stratum follows from what it sets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable id, such as `PRS-SERVICE`.
    pub id: String,
    /// Raised with every change of meaning.
    pub version: u32,
    /// What it says, for people.
    pub title: String,
    /// What must hold.
    pub when: Conditions,
    /// What must not hold.
    #[serde(default)]
    pub unless: Exceptions,
    /// What speaks against it without undoing it.
    #[serde(default)]
    pub contrary: Exceptions,
    /// The day from which the duties behind it apply, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_from: Option<String>,
    /// What it gives.
    pub then: Effect,
    /// What it rests on.
    pub basis: Vec<Basis>,
    /// One sentence for people, with placeholders.
    pub rationale: String,
    /// What a person must still answer.
    pub question: Vec<String>,
    /// Its own examples.
    #[serde(default, rename = "test", skip_serializing)]
    pub tests: Vec<RuleTest>,
}

/// All of `all`, and one of `any` if there is any.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// Every one must hold.
    pub all: Vec<Condition>,
    /// One at least must hold; no condition means no demand.
    pub any: Vec<Condition>,
}

/// The known exceptions of a rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exceptions {
    /// None may hold.
    pub any: Vec<Condition>,
}

/// What can be asked about a system. An empty list in a pattern asks nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// A component of this system.
    Component(ComponentPattern),
    /// A piece of evidence in this system.
    Evidence(EvidencePattern),
    /// A host that data may go to.
    Destination(DestinationPattern),
    /// A declaration of this system's unit, by kind.
    Unit(Vec<UnitKind>),
    /// The kind of system.
    System(Vec<SystemKind>),
    /// The system's strongest region.
    Region(Vec<Region>),
    /// Whether someone answers for it; `absent` holds only when the scan was
    /// complete.
    Owners(Stated),
    /// Whether the scan saw everything.
    Scan(ScanExtent),
    /// Factors hold one of these values.
    Factor(BTreeMap<String, Vec<String>>),
    /// The files around the AI speak of an area of law.
    Area(AreaPattern),
    /// The files around the AI hold a marker.
    Marker(MarkerPattern),
    /// Whether every file near the AI was read for words.
    Reading(ScanExtent),
    /// Not there: holds only when the scan was complete, because what was not
    /// read is not absent.
    Absent(Box<Condition>),
}

/// Which components count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ComponentPattern {
    /// What it is.
    pub role: Vec<Role>,
    /// What it can do (one of these).
    pub capability: Vec<Capability>,
    /// What it cannot do (none of these).
    pub lacks: Vec<Capability>,
    /// Where data goes.
    pub egress: Vec<Egress>,
    /// The part of a model's life it belongs to.
    pub lifecycle: Vec<Lifecycle>,
    /// A usage state seen in this system.
    pub usage: Vec<Usage>,
    /// Region of its strongest evidence here.
    pub region: Vec<Region>,
}

/// Which evidence counts. The first three lines are its component's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidencePattern {
    /// What its component is.
    pub role: Vec<Role>,
    /// What its component, or this match, can do.
    pub capability: Vec<Capability>,
    /// What this match itself shows, beyond what its component can do.
    pub shows: Vec<Capability>,
    /// Where its component's data goes.
    pub egress: Vec<Egress>,
    /// The kind of match.
    pub technique: Vec<Technique>,
    /// What it says about use.
    pub usage: Vec<Usage>,
    /// Neighbourhood of its place.
    pub region: Vec<Region>,
    /// The part of a model's life that the match itself shows.
    pub lifecycle: Vec<Lifecycle>,
    /// Power that a setting gives.
    pub grant: Vec<Grant>,
    /// What the package is declared for.
    pub scope: Vec<Scope>,
    /// Where the package is registered.
    pub ecosystem: Vec<Ecosystem>,
    /// It stands in or below one of these folders or files, at any depth.
    pub within: Vec<String>,
    /// It stands in none of these.
    pub outside: Vec<String>,
}

/// Which areas count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AreaPattern {
    /// One of these; none: any.
    pub id: Vec<String>,
    /// None of these.
    pub except: Vec<String>,
    /// How clearly it is spoken of; none: any level.
    pub level: Vec<Level>,
    /// Only one that a strong word names which has no other sense.
    pub named: bool,
    /// A guard that lowered it.
    pub guard: Vec<String>,
    /// None of these guards lowered it.
    pub unguarded: Vec<String>,
}

/// Which markers count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MarkerPattern {
    /// One of these markers or pairs.
    pub id: Vec<String>,
    /// In one of these kinds of place; none: anywhere.
    pub channel: Vec<Place>,
    /// So many different words at least; nothing said means one.
    pub distinct: usize,
}

/// Which destinations count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DestinationPattern {
    /// How it is known.
    pub basis: Vec<DestinationBasis>,
    /// How far away it is.
    pub reach: Vec<Reach>,
    /// Whether who runs it is known.
    pub provider: Option<Stated>,
}

/// How far away a host is, by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The same machine or the same private network.
    Near,
    /// Anything else.
    Far,
}

/// Whether something is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stated {
    /// It is.
    Present,
    /// It is not.
    Absent,
}

/// Whether the scan saw everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanExtent {
    /// It did.
    Complete,
    /// A limit or an interruption cut it.
    Partial,
}

/// What a rule gives: one value of a factor or conclusion, or role words.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// A factor's or conclusion's id, or `roles`.
    pub set: String,
    /// The value; for roles none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Daylight's plain role words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plain: Vec<String>,
    /// Words of ISO/IEC 22989.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub iso22989: Vec<String>,
    /// Words of the EU AI Act, each with its question mark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eu_ai_act: Vec<String>,
    /// Stable reason code; a factor's rule may go without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The surest that this rule alone can make it, per mille; nothing said
    /// means as sure as the value can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<u16>,
}

/// An example of a rule: what is given, and whether the rule fires on it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleTest {
    /// The example in words.
    pub says: String,
    /// The system, in short.
    pub given: Given,
    /// What the rule must do.
    pub fires: bool,
}
