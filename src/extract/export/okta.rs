//! Okta: apps, grants, the system log.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "okta.apps",
        rows: &[],
        has: &["label", "signOnMode", "status"],
        any: &[],
        telling: &["signOnMode"],
        tell: app,
    },
    Kind {
        id: "okta.logs",
        rows: &[],
        has: &["eventType", "published", "target"],
        any: &["actor", "outcome"],
        telling: &["eventType"],
        tell: event,
    },
    Kind {
        id: "okta.grants",
        rows: &[],
        has: &["scopeId", "issuer", "status"],
        any: &[],
        telling: &["scopeId"],
        tell: grant,
    },
];

fn app(row: Row<'_>, tally: &mut Tally) {
    let off = row.text("status").is_some_and(|status| status != "ACTIVE");
    let seen = Seen::new()
        .id(row.text("name"))
        .name(row.text("label"))
        .host(row.text("settings.oauthClient.client_uri"))
        .host(row.text("settings.app.url"))
        .on(row.day("created"))
        .on(row.day("lastUpdated"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}

/// A log tells of the app that somebody signed in to or gave access.
fn event(row: Row<'_>, tally: &mut Tally) {
    let kind = row.text("eventType").unwrap_or_default();
    let failed = row.text("outcome.result").is_some_and(|result| result != "SUCCESS");
    let used = kind.contains("sso") || kind.contains("consent") || kind.contains("token");
    let person = row.text("actor.id").or(row.text("actor.alternateId"));
    for target in row.rows("target") {
        if !matches!(target.text("type"), Some("AppInstance" | "PublicClientApp")) {
            continue;
        }
        let seen = Seen::new()
            .name(target.text("displayName"))
            .person(person)
            .on(row.day("published"))
            .used(used && !failed)
            .state(failed.then_some(RecordState::Requested));
        tally.add(RecordKind::App, seen, row.offset());
    }
}

/// A grant gives an app scopes of the tenant's own API; the app is named beside
/// the link to it.
fn grant(row: Row<'_>, tally: &mut Tally) {
    let off = row.text("status").is_some_and(|status| status != "ACTIVE");
    let seen = Seen::new()
        .id(row.text("clientId"))
        .name(row.text("_links.app.title"))
        .scopes(row.text("scopeId"))
        .on(row.day("created"))
        .on(row.day("lastUpdated"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}
