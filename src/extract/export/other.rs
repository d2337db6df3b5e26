//! Consoles with one or two lists each: Salesforce, Zoom, Notion, `ServiceNow`,
//! Zendesk, Intercom. Their shapes are from documentation, not from recordings;
//! the pages of docs/exports say which.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "salesforce.oauth-tokens",
        rows: &["records"],
        has: &["AppName"],
        any: &["UseCount", "User", "attributes"],
        telling: &["AppName"],
        tell: salesforce_token,
    },
    Kind {
        id: "salesforce.connected-apps",
        rows: &["records"],
        has: &["Name", "OptionsAllowAdminApprovedUsersOnly"],
        any: &[],
        telling: &["OptionsAllowAdminApprovedUsersOnly"],
        tell: salesforce_app,
    },
    Kind {
        id: "zoom.apps",
        rows: &["apps"],
        has: &["app_id", "app_name"],
        any: &[],
        telling: &["app_name"],
        tell: zoom_app,
    },
    Kind {
        id: "zoom.settings",
        rows: &[],
        has: &["in_meeting.meeting_summary_with_ai_companion"],
        any: &[],
        telling: &["in_meeting", "schedule_meeting"],
        tell: zoom_settings,
    },
    Kind {
        id: "notion.users",
        rows: &["results"],
        has: &["object", "type"],
        any: &["bot", "person"],
        telling: &["bot"],
        tell: notion_bot,
    },
    Kind {
        id: "servicenow.plugins",
        rows: &["result"],
        has: &["name", "active"],
        any: &["source", "scope", "id"],
        telling: &["sys_class_name", "sys_created_on", "sys_scope"],
        tell: servicenow_plugin,
    },
    Kind {
        id: "zendesk.installations",
        rows: &["installations"],
        has: &["app_id", "settings", "enabled"],
        any: &["product", "updated_at"],
        telling: &["role_restrictions", "group_restrictions"],
        tell: zendesk_app,
    },
    Kind {
        id: "intercom.activity",
        rows: &["activity_logs"],
        has: &["activity_type"],
        any: &["metadata", "performed_by"],
        telling: &["activity_logs"],
        tell: intercom_activity,
    },
];

fn salesforce_token(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new()
        .name(row.text("AppName"))
        .person(row.text("UserId").or(row.text("User.Username")))
        .on(row.day("CreatedDate"))
        .on(row.day("LastUsedDate"))
        .used(row.number("UseCount").is_some_and(|count| count > 0));
    tally.add(RecordKind::App, seen, row.offset());
}

fn salesforce_app(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new().name(row.text("Name")).on(row.day("CreatedDate"));
    tally.add(RecordKind::App, seen, row.offset());
}

fn zoom_app(row: Row<'_>, tally: &mut Tally) {
    let state = match row.text("approval_info.approver_action").or(row.text("app_status")) {
        Some("declined" | "UNPUBLISHED") => Some(RecordState::Blocked),
        _ => None,
    };
    let seen = Seen::new()
        .id(row.text("app_id"))
        .name(row.text("app_name"))
        .scopes(row.words("scopes"))
        .state(state);
    tally.add(RecordKind::App, seen, row.offset());
}

fn zoom_settings(row: Row<'_>, tally: &mut Tally) {
    let keys = row.keys("in_meeting").into_iter();
    let mut of_ai = keys.filter(|key| key.contains("ai_companion") || key.starts_with("ai_"));
    let on = of_ai.any(|key| {
        let path = format!("in_meeting.{key}");
        row.is(&path, "true") || row.is(&format!("{path}.enable"), "true")
    });
    let state = if on { RecordState::Approved } else { RecordState::Blocked };
    let seen = Seen::new().id(Some("zoom-ai-companion")).state(Some(state));
    tally.add(RecordKind::Licence, seen, row.offset());
}

/// Only bots: the others are persons.
fn notion_bot(row: Row<'_>, tally: &mut Tally) {
    if row.is("object", "user") && row.is("type", "bot") {
        tally.add(RecordKind::App, Seen::new().name(row.text("name")), row.offset());
    }
}

fn servicenow_plugin(row: Row<'_>, tally: &mut Tally) {
    let on = ["true", "active", "1"].iter().any(|word| row.is("active", word));
    let seen = Seen::new()
        .id(row.text("id").or(row.text("source")).or(row.text("scope")))
        .name(row.text("name"))
        .on(row.day("sys_created_on"))
        .state((!on).then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}

fn zendesk_app(row: Row<'_>, tally: &mut Tally) {
    let off = row.is("enabled", "false");
    let seen = Seen::new()
        .name(row.text("settings.name"))
        .name(row.text("settings.title"))
        .on(row.day("created_at"))
        .on(row.day("updated_at"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}

fn intercom_activity(row: Row<'_>, tally: &mut Tally) {
    let gone = match row.text("activity_type") {
        Some("app_package_installation") => false,
        Some("app_package_uninstallation") => true,
        _ => return,
    };
    let seen = Seen::new()
        .name(row.text("metadata.app_package_name").or(row.text("metadata.name")))
        .person(row.text("performed_by.id"))
        .on(row.day("created_at"))
        .state(gone.then_some(RecordState::Blocked));
    tally.add(RecordKind::App, seen, row.offset());
}
