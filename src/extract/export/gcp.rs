//! Google Cloud: services that are switched on, and resources found by asset
//! search.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "gcp.services",
        rows: &["services"],
        has: &["name", "state", "config"],
        any: &[],
        telling: &[],
        tell: enabled,
    },
    Kind {
        id: "gcp.services",
        rows: &[],
        has: &["name", "state", "config"],
        any: &[],
        telling: &[],
        tell: enabled,
    },
    Kind {
        id: "gcp.assets",
        rows: &["results"],
        has: &["assetType", "name"],
        any: &[],
        telling: &["assetType"],
        tell: asset,
    },
    Kind {
        id: "gcp.assets",
        rows: &[],
        has: &["assetType", "name"],
        any: &["project", "location", "displayName", "folders"],
        telling: &[],
        tell: asset,
    },
];

/// A service that is switched on may never have been asked: it is there.
fn enabled(row: Row<'_>, tally: &mut Tally) {
    let name = row.text("config.name").or(row.text("name").and_then(|it| it.rsplit('/').next()));
    if !name.is_some_and(|name| name.ends_with(".googleapis.com")) {
        return;
    }
    let off = row.text("state").is_some_and(|state| state != "ENABLED");
    let seen = Seen::new().id(name).state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::Service, seen, row.offset());
}

fn asset(row: Row<'_>, tally: &mut Tally) {
    // A row of the list of services would otherwise count twice.
    let of = row.text("assetType").and_then(|kind| kind.split_once('/'));
    let Some((service, thing)) = of else { return };
    let id = format!("{service}#resource");
    let seen = Seen::new()
        .id(Some(&id))
        .scopes([thing.to_owned()])
        .on(row.day("createTime"))
        .on(row.day("updateTime"));
    tally.add(RecordKind::Service, seen, row.offset());
}
