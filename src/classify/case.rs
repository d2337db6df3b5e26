//! One system as the rules see it: its components and evidence joined, and
//! the factor values settled so far. Knows no rule.

use std::collections::BTreeMap;

use crate::model::component::Component;
use crate::model::evidence::{Confidence, Evidence};
use crate::model::system::{AiSystem, ComponentUse};

/// Evidence by its id.
pub(super) type ById<'a> = BTreeMap<&'a str, &'a Evidence>;

/// One system, joined.
pub(super) struct Case<'a> {
    pub(super) system: &'a AiSystem,
    pub(super) uses: Vec<UsedComponent<'a>>,
    pub(super) complete: bool,
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
        complete: bool,
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
        Self { system, uses, complete }
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
}
