//! Suppressions: what someone said need not be told again, in a configuration
//! or beside the line itself. They keep gates from saying no and are listed;
//! nothing leaves the inventory because of them.

use std::collections::BTreeSet;

use super::config::{Config, SuppressRow, is_id};
use crate::model::evidence::Evidence;
use crate::model::inventory::Inventory;
use crate::model::place::Place;
use crate::model::policy::{Allow, REMARK, Suppression, SuppressionState};
use crate::model::text::label;

/// Remarks taken from one file: a file of nothing else says nothing.
const MOST_ALLOWS: usize = 1000;

/// The remarks of a file. What has no id in its brackets is none.
#[must_use]
pub fn allows_of(place: &Place, text: &str) -> Vec<Allow> {
    let mut allows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(at) = line.find(REMARK) else { continue };
        let rest = line.get(at + REMARK.len()..).unwrap_or_default();
        let Some((id, reason)) = rest.split_once(')') else { continue };
        if !is_id(id.trim()) || allows.len() >= MOST_ALLOWS {
            continue;
        }
        let reason = ["*/", "-->", "#}", "%}"]
            .iter()
            .fold(reason, |text, end| text.split(end).next().unwrap_or(text).trim());
        allows.push(Allow {
            place: place.clone(),
            line: u32::try_from(number + 1).unwrap_or(u32::MAX),
            id: id.trim().to_owned(),
            reason: label(&crate::model::text::redact(reason)),
        });
    }
    allows
}

/// Every suppression with what it is about, sorted.
pub(super) fn suppressions(
    configs: &[(Option<String>, Config)],
    allows: &[Allow],
    inventory: &Inventory,
) -> Vec<Suppression> {
    let mut all = Vec::new();
    for (target, config) in configs {
        let target = target.as_deref();
        all.extend(config.suppress.iter().map(|row| of_row(row, config, target, inventory)));
    }
    all.extend(allows.iter().map(|allow| of_allow(allow, inventory)));
    mute(&mut all, inventory);
    all.sort();
    all.dedup();
    all
}

fn of_row(
    row: &SuppressRow,
    config: &Config,
    target: Option<&str>,
    inventory: &Inventory,
) -> Suppression {
    let matched = matched(&row.id, inventory, |evidence| {
        target.is_none_or(|target| evidence.place.target == target)
            && row.path.as_ref().is_none_or(|path| path.matches(&evidence.place.path))
    });
    let state = if row.expires < inventory.as_of {
        SuppressionState::Expired
    } else if matched.is_empty() {
        SuppressionState::Unmatched
    } else {
        SuppressionState::InForce
    };
    Suppression {
        state,
        id: row.id.clone(),
        path: row.path.as_ref().map(|path| path.text().to_owned()),
        reason: row.reason.clone(),
        approver: Some(row.approver.clone()),
        expires: Some(row.expires.clone()),
        place: Place::new(target.unwrap_or("."), config.file.clone()),
        line: row.line,
        matched,
    }
}

fn of_allow(allow: &Allow, inventory: &Inventory) -> Suppression {
    let matched = matched(&allow.id, inventory, |evidence| {
        evidence.place == allow.place
            && evidence
                .span
                .is_some_and(|span| span.line == allow.line || span.line == allow.line + 1)
    });
    let state = if allow.reason.is_empty() {
        SuppressionState::NoReason
    } else if matched.is_empty() {
        SuppressionState::Unmatched
    } else {
        SuppressionState::InForce
    };
    Suppression {
        state,
        id: allow.id.clone(),
        path: None,
        reason: allow.reason.clone(),
        approver: None,
        expires: None,
        place: allow.place.clone(),
        line: allow.line,
        matched,
    }
}

/// Ids of the evidence that an id is about, where it may be.
fn matched(id: &str, inventory: &Inventory, here: impl Fn(&Evidence) -> bool) -> Vec<String> {
    let of_system: Option<BTreeSet<&String>> = inventory
        .systems
        .iter()
        .find(|system| system.id == id)
        .map(|system| system.components.iter().flat_map(|used| &used.evidence).collect());
    let found = inventory.evidence.iter().filter(|evidence| {
        let about = evidence.id == id
            || evidence.component == id
            || evidence.signature == id
            || of_system.as_ref().is_some_and(|ids| ids.contains(&evidence.id));
        about && here(evidence)
    });
    found.map(|evidence| evidence.id.clone()).collect()
}

/// Adds the components and systems of which nothing is left to tell: all their
/// evidence is kept in the inventory, and suppressed.
fn mute(all: &mut [Suppression], inventory: &Inventory) {
    let silenced: BTreeSet<String> = all
        .iter()
        .filter(|suppression| suppression.state == SuppressionState::InForce)
        .flat_map(|suppression| suppression.matched.iter().cloned())
        .collect();
    let mut muted: Vec<(&String, BTreeSet<&String>)> = Vec::new();
    for component in &inventory.components {
        let whole = component.evidence.len() == component.evidence_total as usize;
        let ids: BTreeSet<&String> = component.evidence.iter().collect();
        if whole && !ids.is_empty() && ids.iter().all(|id| silenced.contains(*id)) {
            muted.push((&component.id, ids));
        }
    }
    for system in &inventory.systems {
        let ids: BTreeSet<&String> = system.components.iter().flat_map(|u| &u.evidence).collect();
        if !ids.is_empty() && ids.iter().all(|id| silenced.contains(*id)) {
            muted.push((&system.id, ids));
        }
    }
    for suppression in all.iter_mut().filter(|s| s.state == SuppressionState::InForce) {
        let further: Vec<String> = muted
            .iter()
            .filter(|(_, ids)| suppression.matched.iter().any(|id| ids.contains(id)))
            .map(|(id, _)| (*id).clone())
            .collect();
        suppression.matched.extend(further);
    }
    for suppression in all.iter_mut() {
        suppression.matched.sort();
        suppression.matched.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_gives_id_and_reason_and_ends_with_its_comment() {
        let text = "x = 1  # daylight:allow(openai.api) agreed in review\n\
                    /* daylight:allow(cmp-6x3w846d) */ y\n\
                    <!-- daylight:allow(ID) as the page says -->\n\
                    /* daylight:allow(a.b) old code */\n\
                    daylight:allow(a.b";
        let allows = allows_of(&Place::new(".", "a.py"), text);
        let told: Vec<(u32, &str, &str)> =
            allows.iter().map(|a| (a.line, a.id.as_str(), a.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "openai.api", "agreed in review"),
                (2, "cmp-6x3w846d", ""),
                (4, "a.b", "old code")
            ]
        );
    }
}
