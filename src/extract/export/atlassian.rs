//! Atlassian: apps that the plug-in manager of a site lists.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[Kind {
    id: "atlassian.plugins",
    rows: &["plugins"],
    has: &["key", "name", "enabled"],
    any: &["userInstalled", "vendor"],
    telling: &["userInstalled"],
    tell: plugin,
}];

fn plugin(row: Row<'_>, tally: &mut Tally) {
    let off = row.is("enabled", "false");
    let seen = Seen::new()
        .id(row.text("key"))
        .name(row.text("name"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}
