//! Grants that name their app by an id of the tenant, and the lists of the same
//! folder that tell which app that is. Knows no app, and no file: what lies in
//! a folder is handed over.

use std::collections::{BTreeMap, BTreeSet};

use super::json::Reading;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::extract::{Content, ExtractError, ProblemCode, Sink};
use crate::model::fact::{Fact, RecordState};

/// The kind of export whose rows name apps by ids that another one explains.
pub const KIND: &str = "entra.grants";
/// The kind that explains them.
pub const EXPLAINED_BY: &str = "entra.service-principals";
/// Apps that one tenant may have; more are not looked up.
const APPS: usize = 150_000;
/// Longest id or name that is kept.
const NAME_BYTES: usize = 256;

/// What the lists of a folder say of the apps of a tenant, by the tenant's ids.
#[derive(Debug, Default)]
pub struct Directory {
    apps: BTreeMap<String, App>,
    /// Ids that were asked for and are in no list.
    missed: BTreeSet<String>,
}

#[derive(Debug)]
struct App {
    id: String,
    names: Vec<String>,
    home: Option<String>,
    /// Nobody may sign in to it; grants of before may be left.
    blocked: bool,
}

impl Directory {
    /// Bytes of a file that tell whether it may be a list.
    pub const HEAD: usize = super::HEAD;

    /// Whether a list may have this name.
    #[must_use]
    pub fn may_explain(name: &str) -> bool {
        let extension = name.rsplit('.').next().unwrap_or_default();
        ["json", "jsonl", "ndjson"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    }

    /// Whether a file that begins like this may be a list.
    #[must_use]
    pub fn tells(head: &str) -> bool {
        super::tells(head.as_bytes())
    }

    /// Takes in a list, if this export is one.
    pub fn take_in(&mut self, content: &Content<'_>) {
        let mut reading = Reading::of(Tally::with(std::mem::take(self)));
        // What can be read of a broken list still explains; its own reading
        // tells what is wrong.
        reading.documents(content).ok();
        *self = reading.tally.take_directory();
    }

    /// An app that a list names.
    pub(super) fn note(&mut self, row: Row<'_>) {
        let (Some(own), Some(id)) = (row.text("id"), row.text("appId")) else { return };
        if self.apps.len() >= APPS || own.len() > NAME_BYTES || id.len() > NAME_BYTES {
            return;
        }
        let names = ["displayName", "appDisplayName"].map(|key| row.text(key));
        let fits = |text: &&str| text.len() <= NAME_BYTES;
        let names = names.into_iter().flatten().filter(fits).map(str::to_owned).collect();
        let home = row.text("homepage").filter(fits).map(str::to_owned);
        let blocked = row.is("accountEnabled", "false");
        let app = App { id: id.to_owned(), names, home, blocked };
        self.apps.entry(own.to_lowercase()).or_insert(app);
    }

    /// Names the app of a grant, else tells the tenant's id. An app that is
    /// turned off is blocked, whatever was granted to it.
    pub(super) fn named<'r>(&'r self, own: Option<&'r str>, seen: Seen<'r>) -> Seen<'r> {
        let Some(app) = own.and_then(|own| self.apps.get(&own.to_lowercase())) else {
            return seen.id(own);
        };
        let seen = seen.id(Some(&app.id)).host(app.home.as_deref());
        let seen = if app.blocked { seen.state(Some(RecordState::Blocked)) } else { seen };
        app.names.iter().fold(seen, |seen, name| seen.name(Some(name)))
    }

    /// Remembers an id that no list explains.
    pub(super) fn ask(&mut self, own: Option<&str>) {
        let Some(own) = own.map(str::to_lowercase) else { return };
        if self.missed.len() < APPS && !self.apps.contains_key(&own) {
            self.missed.insert(own);
        }
    }

    /// Tells an export of grants again, with the apps named; how many could not
    /// be is told, never which.
    ///
    /// # Errors
    /// The export is broken.
    pub fn tell(&mut self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        self.missed.clear();
        let mut reading = Reading::of(Tally::with(std::mem::take(self)));
        let outcome = reading.documents(content);
        *self = reading.tally.take_directory();
        let missed = self.missed.len();
        sink.fact(Fact::Export { kind: KIND }, None);
        reading.tally.tell(content, sink);
        if missed > 0 {
            let detail = format!(
                "grants to {missed} apps that no `{EXPLAINED_BY}` in the same folder names"
            );
            sink.note(ProblemCode::BrokenReference, &detail);
        }
        outcome.map(|_| ())
    }
}
