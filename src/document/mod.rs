//! Documents for people who prepare an audit, made from the inventory, the
//! decisions and the governance tables: register, draft of a scope statement,
//! gaps, hints for a statement of applicability, and what is used without being
//! on a list. Pure and reproducible byte for byte.
//!
//! Every document names tool and tables, coverage, the day the law was checked
//! and that it is no legal advice. None says that a system is in a class of
//! law: `wording` in the tests looks at every one.

mod controls;
mod gaps;
mod page;
mod reconcile;
mod register;
mod scope;
mod shadow;

pub use page::{Form, Page, Section, Table};
pub use reconcile::Registered;

use crate::classify::RuleLibrary;
use crate::decision::{DecisionFile, Standing, standings};
use crate::model::inventory::Inventory;
use crate::model::system::AiSystem;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Every AI system with what is known, proposed and decided.
    Register,
    /// Draft of the scope statement (ISO/IEC 42001, 4.3).
    ScopeDraft,
    /// What is missing, with its clause.
    Gaps,
    /// Hints for the statement of applicability (6.1.3).
    SoaHints,
    /// What is used against what is approved.
    ShadowDelta,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Register, Self::ScopeDraft, Self::Gaps, Self::SoaHints, Self::ShadowDelta];

    /// The word after `daylight report`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::ScopeDraft => "scope-draft",
            Self::Gaps => "gaps",
            Self::SoaHints => "soa-hints",
            Self::ShadowDelta => "shadow-delta",
        }
    }
}

/// What documents are made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'s> {
    /// The inventory.
    pub inventory: &'s Inventory,
    /// What people decided.
    pub decisions: &'s DecisionFile,
    /// The tables.
    pub rules: &'s RuleLibrary,
}

/// Makes a document.
#[must_use]
pub fn document(kind: Kind, sources: Sources<'_>) -> Page {
    let standings = standings(sources.inventory, sources.decisions, sources.rules);
    let mut page = match kind {
        Kind::Register => register::page(sources, &standings),
        Kind::ScopeDraft => scope::page(sources, &standings),
        Kind::Gaps => gaps::page(sources, &standings),
        Kind::SoaHints => controls::page(sources),
        Kind::ShadowDelta => shadow::page(sources),
    };
    kind.word().clone_into(&mut page.kind);
    page.as_of.clone_from(&sources.inventory.as_of);
    page.footer = footer(sources.inventory, sources.rules);
    page
}

/// Compares somebody's register with an inventory. By id where the register
/// has one, else by name without regard to case, spaces and signs.
#[must_use]
pub fn reconcile(inventory: &Inventory, registered: &[Registered], rules: &RuleLibrary) -> Page {
    let mut page = reconcile::reconcile(inventory, registered);
    page.footer = footer(inventory, rules);
    page
}

/// What stands below every document.
fn footer(inventory: &Inventory, rules: &RuleLibrary) -> Vec<String> {
    let coverage = &inventory.coverage;
    let pack = |packs: &[crate::model::inventory::Pack]| {
        let all: Vec<String> = packs
            .iter()
            .map(|pack| format!("{} {} ({})", pack.name, pack.version, pack.sha256))
            .collect();
        all.join(", ")
    };
    let skipped: u64 = coverage.skipped.iter().map(|row| row.files).sum();
    let whole = if coverage.complete { "to its end" } else { "not to its end" };
    let checked: Vec<String> = rules
        .regimes()
        .iter()
        .map(|regime| format!("{} on {}", regime.title, regime.checked_on))
        .collect();
    vec![
        format!(
            "Made by {} {}, as of {}.",
            inventory.tool.name, inventory.tool.version, inventory.as_of
        ),
        format!(
            "Signatures: {}. Rules: {}.",
            pack(&inventory.signature_packs),
            pack(&inventory.rule_packs)
        ),
        format!(
            "Coverage: {} files read, scanned {whole}; {} places ignored by rules, {skipped} files \
             skipped, {} not understood in full.",
            coverage.files_understood(),
            coverage.ignored.len(),
            coverage.problems.len()
        ),
        format!("Law and standards were last checked: {}.", checked.join("; ")),
        "Provisional, from static evidence. Not legal advice.".to_owned(),
    ]
}

/// How the decision about one thing of a system stands, if there is one.
fn standing<'s>(standings: &'s [Standing], system: &AiSystem, about: &str) -> Option<&'s Standing> {
    standings
        .iter()
        .filter(|standing| standing.system_id == system.id && standing.about == about)
        .min_by_key(|standing| standing.state)
}

/// Values of a factor, joined; `-` where nothing is known.
fn factor(system: &AiSystem, name: &str) -> String {
    let Some(factor) = system.classification.factors.get(name) else { return "-".to_owned() };
    let values: Vec<&str> =
        std::iter::once(&factor.value).chain(&factor.also).map(String::as_str).collect();
    if values == ["unknown"] { "-".to_owned() } else { values.join(", ") }
}

fn joined<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for word in words {
        let word = word.as_ref();
        if !word.is_empty() && !unique.iter().any(|known| known == word) {
            unique.push(word.to_owned());
        }
    }
    if unique.is_empty() { "-".to_owned() } else { unique.join(", ") }
}
