//! Slack: approved, restricted and requested apps, the log of integrations,
//! the audit log.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "slack.approved-apps",
        rows: &["approved_apps"],
        has: &["app"],
        any: &[],
        telling: &["approved_apps"],
        tell: approved,
    },
    Kind {
        id: "slack.restricted-apps",
        rows: &["restricted_apps"],
        has: &["app"],
        any: &[],
        telling: &["restricted_apps"],
        tell: restricted,
    },
    Kind {
        id: "slack.requested-apps",
        rows: &["app_requests"],
        has: &["app"],
        any: &[],
        telling: &["app_requests"],
        tell: requested,
    },
    Kind {
        id: "slack.integration-logs",
        rows: &["logs"],
        has: &["change_type", "date"],
        any: &["app_id", "service_id", "app_type", "service_type"],
        telling: &["change_type"],
        tell: changed,
    },
    Kind {
        id: "slack.audit",
        rows: &["entries"],
        has: &["action", "date_create"],
        any: &[],
        telling: &["date_create"],
        tell: audited,
    },
    Kind {
        id: "slack.audit",
        rows: &[],
        has: &["action", "date_create", "entity"],
        any: &[],
        telling: &[],
        tell: audited,
    },
];

fn app(row: Row<'_>, state: RecordState, tally: &mut Tally) {
    let scopes = row.rows("scopes").into_iter().filter_map(|scope| scope.text("name"));
    let seen = Seen::new()
        .id(row.text("app.id"))
        .name(row.text("app.name"))
        .host(row.text("app.app_homepage_url"))
        .scopes(scopes)
        .on(row.day("date_updated").or(row.day("date_created")))
        .state(Some(state));
    tally.add(RecordKind::App, seen, row.offset());
}

fn approved(row: Row<'_>, tally: &mut Tally) {
    app(row, RecordState::Approved, tally);
}

fn restricted(row: Row<'_>, tally: &mut Tally) {
    app(row, RecordState::Blocked, tally);
}

fn requested(row: Row<'_>, tally: &mut Tally) {
    app(row, RecordState::Requested, tally);
}

fn changed(row: Row<'_>, tally: &mut Tally) {
    let gone = matches!(row.text("change_type"), Some("removed" | "disabled"));
    let seen = Seen::new()
        .id(row.text("app_id").or(row.text("service_id")))
        .name(row.text("app_type"))
        .name(row.text("service_type"))
        .scopes(row.words("scope"))
        .person(row.text("user_id"))
        .on(row.day("date"))
        .state(gone.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}

/// Only what says that an app or a feature is there: an app that was removed
/// or only asked about is no use.
fn audited(row: Row<'_>, tally: &mut Tally) {
    let action = row.text("action").unwrap_or_default();
    let (person, day) = (row.text("actor.user.id"), row.day("date_create"));
    let feature = if action.starts_with("slack_ai_") {
        Some("slack-ai")
    } else if action.starts_with("app_agentforce_") {
        Some("agentforce-in-slack")
    } else {
        None
    };
    if feature.is_some() {
        let seen = Seen::new().id(feature).person(person).on(day).used(true);
        tally.add(RecordKind::Licence, seen, row.offset());
        return;
    }
    if !action.starts_with("app_") {
        return;
    }
    let state = match action {
        "app_restricted" | "app_uninstalled" | "app_deleted" => Some(RecordState::Blocked),
        "app_approved" => Some(RecordState::Approved),
        "app_requested" => Some(RecordState::Requested),
        _ => None,
    };
    let scopes = row.words("entity.app.scopes");
    let seen = Seen::new()
        .id(row.text("entity.app.id"))
        .name(row.text("entity.app.name"))
        .scopes(scopes)
        .person(person)
        .on(day)
        .state(state);
    tally.add(RecordKind::App, seen, row.offset());
}
