//! What is used and what is approved, as the list of approved AI was applied
//! to the inventory: denied, not on the list, approved under a condition that
//! does not hold, approved.

use super::{Page, Section, Sources, Table, joined};
use crate::model::place::Region;
use crate::model::policy::{Approval, ApprovalStatus};

pub(super) fn page(sources: Sources<'_>) -> Page {
    let mut table = Table::new(&[
        "status",
        "component",
        "kind",
        "provider",
        "used by",
        "usage",
        "why",
        "conditions that do not hold",
        "conditions nobody knows of",
        "answers for it",
        "until",
    ]);
    let inventory = sources.inventory;
    let given = !inventory.approvals.is_empty();
    let mut rows: Vec<(std::cmp::Reverse<ApprovalStatus>, Vec<String>)> = Vec::new();
    for component in &inventory.components {
        if matches!(component.region, Region::Test | Region::Docs | Region::Vendored) {
            continue;
        }
        let approval = inventory.approvals.iter().find(|known| known.subject == component.id);
        let status = approval.map_or(ApprovalStatus::Unapproved, |known| known.status);
        let users = inventory
            .systems
            .iter()
            .filter(|system| system.components.iter().any(|used| used.component == component.id))
            .map(|system| system.name.as_str());
        let said = |of: fn(&Approval) -> Option<&str>| joined(approval.and_then(of));
        let list = |of: fn(&Approval) -> &Vec<String>| {
            joined(approval.into_iter().flat_map(of).map(String::as_str))
        };
        rows.push((
            std::cmp::Reverse(status),
            vec![
                status.word().to_owned(),
                component.name.clone(),
                component.kind.word().to_owned(),
                joined([component.provider.as_str()]),
                joined(users),
                component.usage.word().to_owned(),
                said(|known| Some(&known.reason)),
                list(|known| &known.broken),
                list(|known| &known.open),
                said(|known| known.owner.as_deref()),
                said(|known| known.expires.as_deref()),
            ],
        ));
    }
    rows.sort();
    let count = |wanted: ApprovalStatus| rows.iter().filter(|(s, _)| s.0 == wanted).count();
    let lead = if given {
        format!(
            "{} components are denied by the list, {} are not on it, {} are approved under a condition \
             that does not hold, {} are approved.",
            count(ApprovalStatus::Denied),
            count(ApprovalStatus::Unapproved),
            count(ApprovalStatus::ConditionBroken),
            count(ApprovalStatus::Approved)
        )
    } else {
        "No list of approved AI was given, so nothing is shown as approved.".to_owned()
    };
    for (_, row) in rows {
        table.row(row);
    }
    Page {
        title: "AI in use against the list of approved AI".to_owned(),
        lead: vec![lead],
        sections: vec![Section {
            heading: "Components".to_owned(),
            text: Vec::new(),
            table: Some(table),
        }],
        ..Page::default()
    }
}
