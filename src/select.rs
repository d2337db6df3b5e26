//! A part of an inventory for those whom it concerns: the systems of an owner
//! or below a path, and what these use. Says of itself that it is a part.
//! Knows the model only.

use std::collections::BTreeSet;

use crate::model::inventory::{Inventory, Selection};
use crate::model::place::{Place, lies_in};
use crate::model::system::AiSystem;

/// What is asked for; both lists must fit, an empty one fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Handles of owners, with or without `@`; case does not count.
    pub owners: Vec<String>,
    /// Folders or files, relative to a target; `NAME:PATH` for one of several.
    pub paths: Vec<String>,
}

impl Filter {
    /// Whether all is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.paths.is_empty()
    }

    fn owns(&self, system: &AiSystem) -> bool {
        let plain = |handle: &str| handle.trim_start_matches('@').to_lowercase();
        self.owners.is_empty()
            || system
                .owners
                .iter()
                .any(|owner| self.owners.iter().any(|asked| plain(asked) == plain(&owner.handle)))
    }

    fn holds(&self, place: &Place) -> bool {
        self.paths.is_empty()
            || self.paths.iter().any(|asked| {
                let (target, path) = asked.split_once(':').unwrap_or((&place.target, asked));
                target == place.target && lies_in(&place.path, folder(path))
            })
    }
}

/// `./services/` and `services` are the same folder.
fn folder(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    if path.is_empty() { "." } else { path }
}

/// Keeps the systems that fit, with all they use: one whose root lies below a
/// path, or of which some evidence does. Evidence of no system stays if it
/// lies there and no owner is asked for. Gates and coverage are those of the
/// whole.
#[must_use]
pub fn select(mut inventory: Inventory, filter: &Filter) -> Inventory {
    if filter.is_empty() {
        return inventory;
    }
    let below: BTreeSet<String> = inventory
        .evidence
        .iter()
        .filter(|piece| filter.holds(&piece.place))
        .map(|piece| piece.id.clone())
        .collect();
    let told_by = |system: &AiSystem| -> Vec<String> {
        system.components.iter().flat_map(|used| &used.evidence).cloned().collect()
    };
    let mut claimed = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let all = inventory.systems.len();
    inventory.systems.retain(|system| {
        let used = told_by(system);
        let is_there = filter.holds(&system.root) || used.iter().any(|id| below.contains(id));
        let kept = filter.owns(system) && is_there;
        if kept {
            evidence.extend(used.iter().cloned());
            evidence.extend(system.destinations.iter().flat_map(|to| &to.evidence).cloned());
        }
        claimed.extend(used);
        kept
    });
    if filter.owners.is_empty() {
        evidence.extend(below.into_iter().filter(|id| !claimed.contains(id)));
    }
    inventory.selection = Some(Selection {
        owners: filter.owners.clone(),
        paths: filter.paths.clone(),
        left_out: u32::try_from(all - inventory.systems.len()).unwrap_or(u32::MAX),
    });
    prune(&mut inventory, &evidence);
    inventory
}

/// Drops whatever speaks of what was left out.
fn prune(inventory: &mut Inventory, evidence: &BTreeSet<String>) {
    inventory.evidence.retain(|piece| evidence.contains(&piece.id));
    let components: BTreeSet<String> = inventory
        .systems
        .iter()
        .flat_map(|system| &system.components)
        .map(|used| used.component.clone())
        .chain(inventory.evidence.iter().map(|piece| piece.component.clone()))
        .collect();
    inventory.components.retain(|component| components.contains(&component.id));
    for component in &mut inventory.components {
        component.evidence.retain(|id| evidence.contains(id));
    }
    inventory
        .relations
        .retain(|row| components.contains(&row.from) && components.contains(&row.to));
    let systems: BTreeSet<String> =
        inventory.systems.iter().map(|system| system.id.clone()).collect();
    let kept =
        |id: &String| systems.contains(id) || components.contains(id) || evidence.contains(id);
    inventory.approvals.retain(|row| kept(&row.subject));
    inventory.suppressions.retain(|row| row.matched.iter().any(&kept));
    if let Some(changes) = &mut inventory.changes {
        changes.rows.retain(|row| kept(&row.id) || row.system.as_ref().is_some_and(&kept));
    }
}
