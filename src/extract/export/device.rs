//! Devices: tables of osquery (as answers and as logs of results) and lists of
//! Jamf. Command lines and the values of variables are not read.

use super::Kind;
use super::row::{Row, owned};
use super::tally::{Seen, Tally};
use crate::model::fact::{Ecosystem, Fact, Package, RecordKind, Scope};

pub(super) const KINDS: &[Kind] = &[
    table(
        "osquery.chrome-extensions",
        &["identifier", "version"],
        BROWSER,
        BROWSER,
        browser_extension,
    ),
    table(
        "osquery.firefox-addons",
        &["identifier", "creator", "version"],
        &[],
        &["creator"],
        browser_extension,
    ),
    table(
        "osquery.vscode-extensions",
        &["name", "uuid", "publisher"],
        &[],
        &["vscode_edition", "publisher_id"],
        editor_extension,
    ),
    table(
        "osquery.jetbrains-plugins",
        &["product_type", "name", "vendor"],
        &[],
        &["product_type"],
        jetbrains,
    ),
    table(
        "osquery.apps",
        &["bundle_identifier", "name"],
        &[],
        &["bundle_identifier", "bundle_short_version"],
        app,
    ),
    table(
        "osquery.programs",
        &["identifying_number", "name", "publisher"],
        &[],
        &["identifying_number"],
        program,
    ),
    table("osquery.processes", &["cmdline", "name"], &["pid", "path"], &["cmdline"], process),
    table(
        "osquery.docker-containers",
        &["image", "image_id"],
        &["env_variables", "command"],
        &["env_variables"],
        container,
    ),
    table(
        "osquery.python-packages",
        &["name", "version", "path"],
        &["directory", "summary", "author", "license"],
        &[],
        python,
    ),
    table(
        "osquery.results",
        &["hostIdentifier"],
        &["columns", "snapshot", "diffResults"],
        &["hostIdentifier"],
        results,
    ),
    Kind {
        id: "jamf.computers",
        rows: &["results"],
        has: &["applications"],
        any: &["general", "id", "udid"],
        telling: &["bundleId", "applications"],
        tell: jamf,
    },
];

const BROWSER: &[&str] = &["browser_type", "from_webstore", "update_url"];

const fn table(
    id: &'static str,
    has: &'static [&'static str],
    any: &'static [&'static str],
    telling: &'static [&'static str],
    tell: fn(Row<'_>, &mut Tally),
) -> Kind {
    Kind { id, rows: &[], has, any, telling, tell }
}

/// The rows of one table in a log of results, by what they hold.
fn results(row: Row<'_>, tally: &mut Tally) {
    let mut inner: Vec<Row<'_>> = row.inner("columns").into_iter().collect();
    inner.extend(row.rows("snapshot"));
    inner.extend(row.rows("diffResults.added"));
    if row.is("action", "removed") {
        return;
    }
    for one in inner {
        let kind = KINDS.iter().find(|kind| kind.id != "osquery.results" && kind.fits(one));
        if let Some(kind) = kind {
            tally.on_device(row.text("hostIdentifier"));
            (kind.tell)(one, tally);
        }
    }
    tally.on_device(None);
}

fn browser_extension(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new()
        .id(row.text("identifier"))
        .name(row.text("name"))
        .scopes(row.words("permissions"))
        .person(row.text("uid"));
    tally.add(RecordKind::Extension, seen, row.offset());
}

/// The name is `publisher.name` in newer tables, and the bare one in older.
fn editor_extension(row: Row<'_>, tally: &mut Tally) {
    let (publisher, name) = (row.text("publisher"), row.text("name"));
    let joined = match (publisher, name) {
        (Some(publisher), Some(name)) if !name.contains('.') => Some(format!("{publisher}.{name}")),
        (_, Some(name)) => Some(name.to_owned()),
        _ => None,
    };
    let seen =
        Seen::new().id(joined.as_deref()).on(row.day("installed_at")).person(row.text("uid"));
    tally.add(RecordKind::Extension, seen, row.offset());
}

fn jetbrains(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new().name(row.text("name")).person(row.text("uid"));
    tally.add(RecordKind::Extension, seen, row.offset());
}

fn app(row: Row<'_>, tally: &mut Tally) {
    let name = row.text("name").map(|name| name.trim_end_matches(".app"));
    let opened = row.day("last_opened_time").filter(|day| !day.starts_with("1970"));
    let seen =
        Seen::new().id(row.text("bundle_identifier")).name(name).used(opened.is_some()).on(opened);
    tally.add(RecordKind::Program, seen, row.offset());
}

fn program(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new().name(row.text("name")).on(row.day("install_date"));
    tally.add(RecordKind::Program, seen, row.offset());
}

fn process(row: Row<'_>, tally: &mut Tally) {
    let name = row.text("name").map(|name| name.trim_end_matches(".exe"));
    tally.add(RecordKind::Program, Seen::new().name(name).used(true), row.offset());
}

fn container(row: Row<'_>, tally: &mut Tally) {
    if let Some(image) = row.text("image").filter(|image| image.len() < 256) {
        tally.fact(Fact::Image { reference: owned(image) }, row.offset());
    }
}

fn python(row: Row<'_>, tally: &mut Tally) {
    let of_python = row.text("path").is_some_and(|path| path.contains("-packages"));
    if let Some(name) = row.text("name").filter(|name| of_python && name.len() < 128) {
        let package = Package {
            ecosystem: Ecosystem::Pypi,
            name: owned(name),
            version: owned(row.text("version").unwrap_or_default()),
            resolved: true,
            direct: None,
            scope: Scope::Runtime,
        };
        tally.fact(Fact::Package(package), row.offset());
    }
}

fn jamf(row: Row<'_>, tally: &mut Tally) {
    let device = row.text("udid").or(row.text("id"));
    for app in row.rows("applications") {
        let name = app.text("name").map(|name| name.trim_end_matches(".app"));
        let seen = Seen::new()
            .id(app.text("bundleId"))
            .name(name)
            .person(device)
            .on(row.day("general.lastContactTime"));
        tally.add(RecordKind::Program, seen, app.offset());
    }
}
