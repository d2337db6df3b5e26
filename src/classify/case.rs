//! One system as the rules see it: its components and evidence joined, and
//! the factor values settled so far. Knows no rule.

use std::collections::{BTreeMap, BTreeSet};

use super::library::RuleLibrary;
use super::reading::{findings, named};
use crate::model::classification::AreaFinding;
use crate::model::component::Component;
use crate::model::evidence::{Confidence, Evidence};
use crate::model::reading::{Reading, Signal};
use crate::model::system::{AiSystem, ComponentUse};

/// Evidence by its id.
pub(super) type ById<'a> = BTreeMap<&'a str, &'a Evidence>;

/// One system, joined.
pub(super) struct Case<'a> {
    pub(super) system: &'a AiSystem,
    pub(super) uses: Vec<UsedComponent<'a>>,
    pub(super) complete: bool,
    pub(super) reading: &'a Reading,
    pub(super) areas: Vec<AreaFinding>,
    /// Areas that a word names which says nothing else.
    pub(super) named: BTreeSet<String>,
}

/// How much was seen of a system.
#[derive(Debug, Clone)]
pub(super) struct Extent<'a> {
    /// Whether the scan saw everything.
    pub(super) complete: bool,
    /// What the second reading met.
    pub(super) reading: &'a Reading,
    /// Areas that are given instead of found: in a rule's own examples.
    pub(super) areas: Option<Vec<AreaFinding>>,
}

/// A component of the system with its evidence here.
pub(super) struct UsedComponent<'a> {
    pub(super) component: &'a Component,
    pub(super) here: &'a ComponentUse,
    pub(super) evidence: Vec<&'a Evidence>,
}

impl<'a> Case<'a> {
    /// Joins a system with its components and evidence. What the inventory
    /// does not hold cannot be cited and is left out.
    pub(super) fn new(
        system: &'a AiSystem,
        components: &BTreeMap<&'a str, &'a Component>,
        evidence: &BTreeMap<&'a str, &'a Evidence>,
        extent: Extent<'a>,
        rules: &RuleLibrary,
    ) -> Self {
        let uses = system
            .components
            .iter()
            .filter_map(|here| {
                let component = *components.get(here.component.as_str())?;
                let evidence = here
                    .evidence
                    .iter()
                    .filter_map(|id| evidence.get(id.as_str()).copied())
                    .collect();
                Some(UsedComponent { component, here, evidence })
            })
            .collect();
        let areas = extent.areas.unwrap_or_else(|| findings(rules.lexicon(), extent.reading));
        let named = named(rules.lexicon(), extent.reading);
        Self { system, uses, complete: extent.complete, reading: extent.reading, areas, named }
    }

    /// The signals about one marker or area.
    pub(super) fn signals(&self, about: &str) -> impl Iterator<Item = &'a Signal> {
        self.reading.signals.iter().filter(move |signal| signal.about == about)
    }

    /// The evidence behind ids that a destination or the like names.
    pub(super) fn evidence(&self, ids: &[String]) -> impl Iterator<Item = &'a Evidence> {
        self.uses
            .iter()
            .flat_map(|used| used.evidence.iter().copied())
            .filter(move |evidence| ids.contains(&evidence.id))
    }
}

/// The factor values settled so far, by factor.
pub(super) type Settled<'a> = BTreeMap<&'a str, Vec<Holding<'a>>>;

/// A value that a factor holds.
#[derive(Debug, Clone)]
pub(super) struct Holding<'a> {
    pub(super) value: &'a str,
    pub(super) confidence: Confidence,
    pub(super) evidence: ById<'a>,
    pub(super) signals: BTreeMap<&'a str, &'a Signal>,
    /// The value says no more than that nothing was found.
    pub(super) is_silent: bool,
}
