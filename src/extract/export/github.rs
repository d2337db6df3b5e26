//! GitHub: installed apps, Copilot seats and billing, names of secrets and
//! variables, the audit log. Never the value of a variable.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "github.installations",
        rows: &["installations"],
        has: &["app_slug", "app_id"],
        any: &[],
        // the account stands first and is long; this follows it at once
        telling: &["app_slug", "access_tokens_url"],
        tell: installation,
    },
    Kind {
        id: "github.installations",
        rows: &[],
        has: &["app_slug", "app_id", "permissions"],
        any: &[],
        telling: &[],
        tell: installation,
    },
    Kind {
        id: "github.copilot-seats",
        rows: &["seats"],
        has: &["assignee", "created_at"],
        any: &["last_activity_at", "plan_type", "pending_cancellation_date"],
        telling: &["total_seats", "last_activity_editor", "pending_cancellation_date"],
        tell: seat,
    },
    Kind {
        id: "github.copilot-seats",
        rows: &[],
        has: &["assignee", "last_activity_at", "last_activity_editor"],
        any: &[],
        telling: &[],
        tell: seat,
    },
    Kind {
        id: "github.copilot-billing",
        rows: &[],
        has: &["seat_breakdown", "seat_management_setting"],
        any: &[],
        telling: &["seat_breakdown"],
        tell: billing,
    },
    Kind {
        id: "github.secrets",
        rows: &["secrets"],
        has: &["name", "created_at", "updated_at"],
        any: &[],
        telling: &["secrets"],
        tell: secret,
    },
    Kind {
        id: "github.variables",
        rows: &["variables"],
        has: &["name", "created_at", "updated_at"],
        any: &[],
        telling: &["variables"],
        tell: secret,
    },
    Kind {
        id: "github.secrets",
        rows: &[],
        has: &["name", "updatedAt", "numSelectedRepos"],
        any: &[],
        telling: &["numSelectedRepos"],
        tell: secret,
    },
    Kind {
        id: "github.audit-log",
        rows: &[],
        has: &["@timestamp", "action", "actor"],
        any: &["org", "business", "org_id"],
        telling: &["@timestamp"],
        tell: audited,
    },
];

fn installation(row: Row<'_>, tally: &mut Tally) {
    let scopes = row.keys("permissions").into_iter().map(|part| {
        let level = row.text(&format!("permissions.{part}")).unwrap_or("read");
        format!("{part}:{level}")
    });
    let seen = Seen::new()
        .id(row.text("app_slug"))
        .id(row.text("client_id"))
        .scopes(scopes)
        .on(row.day("created_at"))
        .on(row.day("updated_at"))
        .state(row.text("suspended_at").map(|_| RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}

fn seat(row: Row<'_>, tally: &mut Tally) {
    let person = row.text("assignee.id").or(row.text("assignee.login"));
    let active = row.day("last_activity_at");
    let seen = Seen::new()
        .id(Some("github-copilot-seat"))
        .person(person)
        .used(active.is_some())
        .on(row.day("created_at"))
        .on(active);
    tally.add(RecordKind::Licence, seen, row.offset());
}

fn billing(row: Row<'_>, tally: &mut Tally) {
    let total = row.number("seat_breakdown.total");
    let active = row.number("seat_breakdown.active_this_cycle").unwrap_or(0);
    if total.is_some_and(|total| total > 0) {
        let seen = Seen::new().id(Some("github-copilot-seat")).users(total).used(active > 0);
        tally.add(RecordKind::Licence, seen, row.offset());
    }
}

fn secret(row: Row<'_>, tally: &mut Tally) {
    tally.variable(row.text("name"), row.offset());
}

fn audited(row: Row<'_>, tally: &mut Tally) {
    let action = row.text("action").unwrap_or_default();
    let day = row.day("@timestamp").or(row.day("created_at"));
    let person = row.text("actor_id").or(row.text("actor"));
    if action.starts_with("copilot.") {
        let seen = Seen::new().id(Some("github-copilot-seat")).person(person).on(day);
        tally.add(RecordKind::Licence, seen, row.offset());
    } else if action.starts_with("integration_installation") {
        let gone = action.ends_with(".destroy") || action.ends_with(".suspend");
        let asked = action.contains("request");
        let state = if gone { Some(RecordState::Blocked) } else { None };
        let state = if asked { Some(RecordState::Requested) } else { state };
        let seen = Seen::new()
            .id(row.text("integration").or(row.text("name")))
            .person(person)
            .on(day)
            .state(state);
        tally.add(RecordKind::App, seen, row.offset());
    }
}
