//! Look-ups over the document that several formats need: by id, by gate, and
//! places as paths. Knows the inventory, knows no format.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::inventory::Inventory;
use crate::model::place::Place;
use crate::model::policy::{Approval, Suppression, SuppressionState};
use crate::model::system::{AiSystem, ComponentUse, DestinationBasis, SystemKind};

/// What a file name may hold in an address as it is.
const IN_ADDRESS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The document by its ids.
pub(super) struct Lookup<'i> {
    components: BTreeMap<&'i str, &'i Component>,
    evidence: BTreeMap<&'i str, &'i Evidence>,
    in_systems: BTreeSet<&'i str>,
    refused: BTreeMap<&'i str, Vec<&'i str>>,
    approvals: BTreeMap<&'i str, &'i Approval>,
    muted: BTreeMap<&'i str, &'i Suppression>,
}

impl<'i> Lookup<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        let mut refused: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for gate in inventory.gates.iter().filter(|gate| gate.failed) {
            for id in &gate.matched {
                refused.entry(id).or_default().push(&gate.expression);
            }
        }
        Self {
            components: inventory.components.iter().map(|c| (c.id.as_str(), c)).collect(),
            evidence: inventory.evidence.iter().map(|e| (e.id.as_str(), e)).collect(),
            in_systems: inventory
                .systems
                .iter()
                .flat_map(|system| system.components.iter().map(|used| used.component.as_str()))
                .collect(),
            refused,
            approvals: inventory.approvals.iter().map(|a| (a.subject.as_str(), a)).collect(),
            muted: inventory
                .suppressions
                .iter()
                .filter(|suppression| suppression.state == SuppressionState::InForce)
                .flat_map(|s| s.matched.iter().map(move |id| (id.as_str(), s)))
                .collect(),
        }
    }

    pub(super) fn component(&self, id: &str) -> Option<&'i Component> {
        self.components.get(id).copied()
    }

    /// The pieces that the document holds, in the given order.
    pub(super) fn pieces<'s>(
        &'s self,
        ids: &'s [String],
    ) -> impl Iterator<Item = &'i Evidence> + 's {
        ids.iter().filter_map(|id| self.evidence.get(id.as_str()).copied())
    }

    /// What a system uses, each with its component.
    pub(super) fn uses(
        &self,
        system: &'i AiSystem,
    ) -> impl Iterator<Item = (&'i ComponentUse, &'i Component)> {
        system.components.iter().filter_map(|used| Some((used, self.component(&used.component)?)))
    }

    /// Whether a component belongs to no system.
    pub(super) fn is_alone(&self, component: &Component) -> bool {
        !self.in_systems.contains(component.id.as_str())
    }

    /// The gates that said no because of the thing with this id.
    pub(super) fn refused_by(&self, id: &str) -> &[&'i str] {
        self.refused.get(id).map_or(&[], Vec::as_slice)
    }

    /// What the list of approved AI says of a system or component.
    pub(super) fn approval(&self, id: &str) -> Option<&'i Approval> {
        self.approvals.get(id).copied()
    }

    /// The suppression in force that covers a thing whole.
    pub(super) fn muted_by(&self, id: &str) -> Option<&'i Suppression> {
        self.muted.get(id).copied()
    }
}

/// The path of a place below the folder that all targets lie in.
pub(super) fn path_of(place: &Place) -> String {
    match (place.target.as_str(), place.path.as_str()) {
        (".", path) => path.to_owned(),
        (target, ".") => target.to_owned(),
        (target, path) => format!("{target}/{path}"),
    }
}

/// The same as a relative address.
pub(super) fn address_of(place: &Place) -> String {
    utf8_percent_encode(&path_of(place), IN_ADDRESS).to_string()
}

/// The word of a kind of system.
pub(super) fn kind_of(system: &AiSystem) -> &'static str {
    match system.kind {
        SystemKind::Software => "software",
        SystemKind::DeveloperTools => "developer-tools",
        SystemKind::InUse => "in-use",
    }
}

/// The word for how a destination is known.
pub(super) fn basis_of(basis: DestinationBasis) -> &'static str {
    match basis {
        DestinationBasis::Address => "address",
        DestinationBasis::LibraryDefault => "library-default",
        DestinationBasis::Alternative => "alternative",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_encoded_as_an_address() {
        let place = Place::new(".", "src/a b#c?d%é.py");
        assert_eq!(address_of(&place), "src/a%20b%23c%3Fd%25%C3%A9.py");
        assert_eq!(address_of(&Place::new("repo", ".")), "repo");
        assert_eq!(path_of(&Place::new("repo", "a.py")), "repo/a.py");
    }
}
