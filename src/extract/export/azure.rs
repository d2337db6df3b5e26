//! Azure: accounts of AI services and what is deployed in them, and lists of
//! resources in general. Keys are never exported by these lists.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::RecordKind;

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "azure.resources",
        rows: &["value", "data"],
        has: &["id", "type", "name"],
        any: RESOURCE,
        telling: &["resourceGroup", "subscriptionId"],
        tell: resource,
    },
    Kind {
        id: "azure.resources",
        rows: &[],
        has: &["id", "type", "name"],
        any: RESOURCE,
        telling: &[],
        tell: resource,
    },
];

const RESOURCE: &[&str] =
    &["resourceGroup", "subscriptionId", "properties.provisioningState", "kind"];

/// An account says by its kind what it is; one that says nothing is known by
/// its type.
fn resource(row: Row<'_>, tally: &mut Tally) {
    if !row.text("id").is_some_and(|id| id.starts_with("/subscriptions/")) {
        return;
    }
    let Some(kind) = row.text("type") else { return };
    let id = row.text("kind").map_or_else(|| kind.to_owned(), |of| format!("{kind}#{of}"));
    let model = row.text("properties.model.name");
    let seen = Seen::new()
        .id(Some(&id))
        .scopes(model)
        .on(row.day("systemData.createdAt"))
        .on(row.day("systemData.lastModifiedAt"));
    tally.add(RecordKind::Service, seen, row.offset());
}
