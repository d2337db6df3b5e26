//! Google Workspace and Chrome: tokens of third-party apps, activity, licences,
//! extensions in managed browsers. Persons are counted.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "google.tokens",
        rows: &["items"],
        has: &["clientId", "displayText"],
        any: &["scopes", "userKey", "nativeApp"],
        telling: &["displayText"],
        tell: token,
    },
    Kind {
        id: "google.tokens",
        rows: &[],
        has: &["clientId", "displayText"],
        any: &["scopes", "userKey", "nativeApp"],
        telling: &[],
        tell: token,
    },
    Kind {
        id: "google.activity",
        rows: &["items"],
        has: &["id.applicationName", "events"],
        any: &[],
        telling: &["applicationName"],
        tell: activity,
    },
    Kind {
        id: "google.activity",
        rows: &[],
        has: &["id.applicationName", "events"],
        any: &[],
        telling: &[],
        tell: activity,
    },
    Kind {
        id: "google.chrome-apps",
        rows: &["installedApps"],
        has: &["appId", "displayName"],
        any: &[],
        telling: &["installedApps", "browserDeviceCount", "appInstallType"],
        tell: chrome_app,
    },
    Kind {
        id: "google.chrome-app-requests",
        rows: &["requestedApps"],
        has: &["appId", "displayName"],
        any: &[],
        telling: &["requestedApps"],
        tell: chrome_request,
    },
    Kind {
        id: "google.licences",
        rows: &["items"],
        has: &["skuId", "userId"],
        any: &["skuName", "productId"],
        telling: &["skuName", "skuId"],
        tell: licence,
    },
];

fn token(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new()
        .id(row.text("clientId"))
        .name(row.text("displayText"))
        .scopes(row.words("scopes"))
        .person(row.text("userKey"));
    tally.add(RecordKind::App, seen, row.offset());
}

fn activity(row: Row<'_>, tally: &mut Tally) {
    let application = row.text("id.applicationName").unwrap_or_default();
    let person = row.text("actor.profileId").or(row.text("actor.email"));
    let day = row.day("id.time");
    if application != "token" {
        let seen = Seen::new().id(row.text("id.applicationName")).person(person).on(day).used(true);
        tally.add(RecordKind::Service, seen, row.offset());
        return;
    }
    // Some collectors leave the one event without its list.
    let mut events = row.rows("events");
    events.extend(row.inner("events"));
    for event in events {
        let of = |name: &str| {
            let parameters = event.rows("parameters");
            parameters.into_iter().find(|parameter| parameter.is("name", name))
        };
        let scopes = of("scope").map(|it| it.words("multiValue")).unwrap_or_default();
        let revoked = event.is("name", "revoke");
        let seen = Seen::new()
            .id(of("client_id").and_then(|it| it.text("value")))
            .name(of("app_name").and_then(|it| it.text("value")))
            .scopes(scopes)
            .person(person)
            .on(day.clone())
            .used(event.is("name", "activity"))
            .state(revoked.then_some(RecordState::Blocked));
        tally.add(RecordKind::App, seen, row.offset());
    }
}

fn chrome_app(row: Row<'_>, tally: &mut Tally) {
    let users = row.number("browserDeviceCount").max(row.number("osUserCount"));
    let state = match row.text("appInstallType") {
        Some("ADMIN") => Some(RecordState::Approved),
        _ => None,
    };
    let seen = Seen::new()
        .id(row.text("appId"))
        .name(row.text("displayName"))
        .host(row.text("homepageUri"))
        .scopes(row.words("permissions"))
        .users(users)
        .state(state);
    tally.add(RecordKind::Extension, seen, row.offset());
}

fn chrome_request(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new()
        .id(row.text("appId"))
        .name(row.text("displayName"))
        .users(row.number("requestCount"))
        .on(row.day("latestRequestTime"))
        .state(Some(RecordState::Requested));
    tally.add(RecordKind::Extension, seen, row.offset());
}

fn licence(row: Row<'_>, tally: &mut Tally) {
    let seen =
        Seen::new().id(row.text("skuId")).name(row.text("skuName")).person(row.text("userId"));
    tally.add(RecordKind::Licence, seen, row.offset());
}
