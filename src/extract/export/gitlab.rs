//! GitLab: integrations, names of variables, settings of Duo. The endpoint of
//! variables answers with their values; they are not read.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "gitlab.integrations",
        rows: &[],
        has: &["slug", "title", "active"],
        any: &["push_events", "commit_events", "job_events", "pipeline_events"],
        telling: &["push_events", "commit_events", "job_events", "pipeline_events"],
        tell: integration,
    },
    Kind {
        id: "gitlab.variables",
        rows: &[],
        has: &["variable_type", "key"],
        any: &["protected", "masked", "environment_scope"],
        telling: &["variable_type"],
        tell: variable,
    },
    Kind {
        id: "gitlab.duo",
        rows: &[],
        has: &["duo_features_enabled"],
        any: &[],
        telling: &["duo_features_enabled"],
        tell: duo,
    },
];

fn integration(row: Row<'_>, tally: &mut Tally) {
    let state = if row.is("active", "true") { None } else { Some(RecordState::Blocked) };
    let seen = Seen::new()
        .id(row.text("slug"))
        .name(row.text("title"))
        .on(row.day("created_at"))
        .on(row.day("updated_at"))
        .state(state);
    tally.add(RecordKind::App, seen, row.offset());
}

fn variable(row: Row<'_>, tally: &mut Tally) {
    tally.variable(row.text("key"), row.offset());
}

fn duo(row: Row<'_>, tally: &mut Tally) {
    let on = row.is("duo_features_enabled", "true");
    let state = if on { RecordState::Approved } else { RecordState::Blocked };
    let seen = Seen::new().id(Some("gitlab-duo")).state(Some(state));
    tally.add(RecordKind::Licence, seen, row.offset());
}
