//! What people read of suppressions, approvals and changes: as text for the
//! terminal, and as lines that other formats take over.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::lookup::path_of;
use crate::model::change::{Cause, Change, ChangeKind, Changes, Subject};
use crate::model::inventory::Inventory;
use crate::model::policy::{ApprovalStatus, Suppression, SuppressionState};

/// Rows of each kind that are shown at a terminal.
const SHOWN: usize = 20;

/// Writes what there is: nothing where no baseline, list or suppression was given.
///
/// # Errors
/// Whatever the writer says.
pub fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    if let Some(changes) = &inventory.changes {
        text.push_str(&changes_text(changes));
        text.push('\n');
    }
    approvals_text(inventory, &mut text);
    suppressions_text(inventory, &mut text);
    out.write_all(text.as_bytes())
}

/// The changes, for people.
#[must_use]
pub fn changes_text(changes: &Changes) -> String {
    let mut text = String::new();
    // writing to a String cannot fail
    let _ =
        writeln!(text, "Since the inventory of {}: {}", changes.baseline.as_of, counts(changes));
    for note in &changes.notes {
        let _ = writeln!(text, "  note  {}: {}", note.code, note.detail);
    }
    for row in changes.rows.iter().take(SHOWN) {
        let unclear = if row.cause == Cause::Unclear { "  (may not be the code)" } else { "" };
        let _ = writeln!(text, "  {:<8}{}{unclear}", row.change.word(), sentence(row));
    }
    if changes.rows.len() > SHOWN {
        let _ = writeln!(text, "  and {} more", changes.rows.len() - SHOWN);
    }
    text
}

/// `2 new, 1 gone`, or that nothing changed.
#[must_use]
pub fn counts(changes: &Changes) -> String {
    let mut by_kind: BTreeMap<ChangeKind, usize> = BTreeMap::new();
    for row in &changes.rows {
        *by_kind.entry(row.change).or_default() += 1;
    }
    let parts: Vec<String> =
        by_kind.into_iter().map(|(kind, count)| format!("{count} {}", kind.word())).collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

/// One change in words.
#[must_use]
pub fn sentence(row: &Change) -> String {
    let system = row.system.as_deref().map(|id| format!(" in {id}")).unwrap_or_default();
    let what = match row.subject {
        Subject::Use => format!("component {}", row.name),
        Subject::Factor | Subject::Conclusion => row.name.clone(),
        subject => format!("{} {}", subject.word(), row.name),
    };
    let said = |value: &str| if value.is_empty() { "-".to_owned() } else { value.to_owned() };
    let change = if row.change == ChangeKind::Changed {
        format!(": {} was {}, is {}", row.field, said(&row.from), said(&row.to))
    } else {
        String::new()
    };
    format!("{what}{system}{change}")
}

fn approvals_text(inventory: &Inventory, text: &mut String) {
    let of = |status: ApprovalStatus| {
        inventory.approvals.iter().filter(move |approval| {
            approval.status == status && approval.subject.starts_with("cmp-")
        })
    };
    if inventory.approvals.is_empty() {
        return;
    }
    let counted: Vec<String> = [
        ApprovalStatus::Approved,
        ApprovalStatus::ConditionBroken,
        ApprovalStatus::Unapproved,
        ApprovalStatus::Denied,
    ]
    .into_iter()
    .map(|status| (of(status).count(), status.word().replace('-', " ")))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let _ = writeln!(text, "Components by the list of approved AI: {}", counted.join(", "));
    for status in
        [ApprovalStatus::Denied, ApprovalStatus::ConditionBroken, ApprovalStatus::Unapproved]
    {
        for approval in of(status).take(SHOWN) {
            let name = inventory.components.iter().find(|c| c.id == approval.subject);
            let name = name.map_or(approval.subject.as_str(), |component| &component.name);
            let why = if approval.broken.is_empty() {
                approval.reason.clone()
            } else {
                approval.broken.join("; ")
            };
            let why = if why.is_empty() { why } else { format!(": {why}") };
            let _ = writeln!(text, "  {:<17}{name}{why}", status.word().replace('-', " "));
        }
        if of(status).count() > SHOWN {
            let _ = writeln!(text, "  and {} more", of(status).count() - SHOWN);
        }
    }
    text.push('\n');
}

fn suppressions_text(inventory: &Inventory, text: &mut String) {
    let all = &inventory.suppressions;
    if all.is_empty() {
        return;
    }
    let in_force = all.iter().filter(|s| s.state == SuppressionState::InForce).count();
    let _ = writeln!(text, "Suppressions: {in_force} in force, {} void", all.len() - in_force);
    for suppression in all.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", suppression_line(suppression));
    }
    if all.len() > SHOWN {
        let _ = writeln!(text, "  and {} more", all.len() - SHOWN);
    }
    text.push('\n');
}

/// One suppression in words.
#[must_use]
pub fn suppression_line(suppression: &Suppression) -> String {
    let mut line = format!(
        "{:<10}{}  {}:{}",
        suppression.state.word(),
        suppression.id,
        path_of(&suppression.place),
        suppression.line
    );
    if !suppression.reason.is_empty() {
        let _ = write!(line, "  {}", suppression.reason);
    }
    if let Some(approver) = &suppression.approver {
        let _ = write!(line, ", {approver}");
    }
    if let Some(expires) = &suppression.expires {
        let _ = write!(line, ", until {expires}");
    }
    line
}
