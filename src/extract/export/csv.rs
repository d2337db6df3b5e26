//! Exports as tables: known by the names of their columns, whatever their
//! order. Only columns that a kind names are read.

use std::collections::HashMap;

use super::row::day_of;
use super::tally::{Seen, Tally};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::{Fact, RecordKind, RecordState};

/// Reads tables that consoles export.
///
/// Headers compare without regard to case, blanks and signs. The spelling of
/// some could not be verified; docs/exports/ says which. A row with too few
/// fields ends nothing: what it has is read.
#[derive(Debug)]
pub struct ExportCsv;

/// What one kind of table looks like: columns by their folded names.
struct Table {
    id: &'static str,
    about: RecordKind,
    /// Each of these groups has a column.
    needs: &'static [&'static [&'static str]],
    used: bool,
    /// The product, where the table as a whole is about one.
    of: Option<&'static str>,
}

const IDS: &[&str] = &[
    "id",
    "clientid",
    "appid",
    "applicationid",
    "bundleid",
    "extensionid",
    "identifier",
    "skupartnumber",
];
const NAMES: &[&str] = &[
    "appname",
    "displaytext",
    "displayname",
    "applicationname",
    "name",
    "application",
    "title",
    "software",
    "softwarename",
    "extensionname",
    "productname",
    "license",
    "licence",
];
const USERS: &[&str] = &[
    "users",
    "numberofusers",
    "usercount",
    "devicecount",
    "installs",
    "installcount",
    "devices",
    "assignedlicenses",
    "consumedunits",
];
const PERSONS: &[&str] =
    &["user", "login", "userprincipalname", "useremail", "email", "username", "devicename"];
const SCOPES: &[&str] = &["scopes", "apiscopes", "requestedservices", "permissions", "oauthscopes"];
const DAYS: &[&str] = &[
    "createddatetime",
    "created",
    "createdat",
    "lastseen",
    "lastused",
    "lastactivitydate",
    "lastactivityat",
    "lastlogin",
    "installedat",
    "dateinstalled",
    "firstseen",
    "lastauthenticated",
];
const STATES: &[&str] = &["access", "accountenabled", "status", "state", "verdict"];

const TABLES: &[Table] = &[
    Table {
        id: "google.accessed-apps",
        about: RecordKind::App,
        needs: &[
            &["appname", "name"],
            &["id", "clientid", "appid"],
            &["verifiedstatus", "requestedservices", "access", "apiscopes"],
            &["users", "numberofusers", "type", "apptype"],
        ],
        used: false,
        of: None,
    },
    Table {
        id: "google.tokens",
        about: RecordKind::App,
        needs: &[&["user"], &["clientid"], &["displaytext"], &["scopes", "nativeapp", "anonymous"]],
        used: false,
        of: None,
    },
    Table {
        id: "entra.enterprise-apps",
        about: RecordKind::App,
        needs: &[
            &["appid", "applicationid"],
            &["displayname", "name"],
            &[
                "accountenabled",
                "applicationvisibility",
                "assignmentrequired",
                "applicationtype",
                "homepage",
            ],
        ],
        used: false,
        of: None,
    },
    Table {
        id: "intune.detected-apps",
        about: RecordKind::Program,
        needs: &[
            &["applicationname", "displayname"],
            &["devicecount"],
            &["applicationversion", "platform", "publisher"],
        ],
        used: false,
        of: None,
    },
    Table {
        id: "github.copilot-seats",
        about: RecordKind::Licence,
        needs: &[
            &["login"],
            &["lastauthenticatedat", "lastactivityat", "lastusageat"],
            &["lasteditorused", "lastactivityeditor", "lastsurfaceused"],
        ],
        used: true,
        of: Some("github-copilot-seat"),
    },
    Table {
        id: "microsoft.copilot-usage",
        about: RecordKind::Licence,
        needs: &[
            &["userprincipalname"],
            &[
                "copilotchatlastactivitydate",
                "microsoftteamscopilotlastactivitydate",
                "wordcopilotlastactivitydate",
            ],
        ],
        used: true,
        of: Some("Microsoft_365_Copilot"),
    },
    Table {
        id: "okta.app-usage",
        about: RecordKind::App,
        needs: &[
            &["application", "applicationname", "appinstancename"],
            &["login", "userid", "username"],
            &["lastlogin", "lastsso", "lastaccess", "lastaccesstime"],
        ],
        used: true,
        of: None,
    },
    Table {
        id: "slack.apps",
        about: RecordKind::App,
        needs: &[
            &["appname", "name"],
            &["appid", "id"],
            &["installedby", "dateinstalled", "appdirectoryurl", "scopes"],
        ],
        used: false,
        of: None,
    },
    Table {
        id: "osquery.extensions",
        about: RecordKind::Extension,
        needs: &[
            &["identifier", "extensionid"],
            &["name", "extensionname"],
            &["browsertype", "fromwebstore", "vscodeedition", "publisher", "browser"],
        ],
        used: false,
        of: None,
    },
    Table {
        id: "mdm.programs",
        about: RecordKind::Program,
        needs: &[
            &["bundleid", "bundleidentifier"],
            &["name", "applicationname", "software", "softwarename"],
        ],
        used: false,
        of: None,
    },
];

impl Extractor for ExportCsv {
    fn id(&self) -> &'static str {
        "export-csv"
    }

    fn about(&self) -> &'static str {
        "exports of administrators' consoles and devices as tables"
    }

    fn reads(&self) -> Reads {
        Reads::Exports
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["csv", "tsv"], gate: Gate::Telling }
    }

    fn claims(&self, head: &[u8]) -> bool {
        let head = head.get(..super::HEAD.min(head.len())).unwrap_or_default();
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let text = String::from_utf8_lossy(line);
        table_of(&columns_of(&text)).is_some()
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let header = content.text.lines().next().unwrap_or_default();
        let columns = columns_of(header);
        let Some(table) = table_of(&columns) else { return Ok(()) };
        table_told(table, &columns, content, sink)
    }
}

fn table_told(
    table: &Table,
    columns: &HashMap<String, usize>,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    sink.fact(Fact::Export { kind: table.id }, None);
    let header = content.text.lines().next().unwrap_or_default();
    let mut tally = Tally::default();
    let outcome = rows(content, delimiter_of(header), columns, table, &mut tally);
    tally.tell(content, sink);
    if content.truncated {
        sink.note(ProblemCode::Incomplete, "the export ends in the middle");
    }
    outcome
}

/// Names of the kinds of tables.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.id)
}

/// Reads a file as the table that somebody says it is, with the columns that
/// they name: id, name, who, time. `false`: a column is not there, or no
/// column is known.
///
/// # Errors
/// The file is broken.
pub(super) fn extract_as(
    id: &str,
    named: [Option<&str>; 4],
    content: &Content<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, ExtractError> {
    let Some(table) = TABLES.iter().find(|table| table.id == id) else { return Ok(false) };
    let header = content.text.lines().next().unwrap_or_default();
    let mut columns = columns_of(header);
    for (name, lists) in named.into_iter().zip([IDS, NAMES, PERSONS, DAYS]) {
        let Some(name) = name else { continue };
        let name = folded(name);
        let at = columns.get(&name).copied().filter(|_| !name.is_empty());
        let (Some(at), Some(first)) = (at, lists.first()) else { return Ok(false) };
        columns.insert((*first).to_owned(), at);
    }
    let lists = if table.of.is_some() { [PERSONS, DAYS] } else { [IDS, NAMES] };
    if !lists.into_iter().flatten().any(|name| columns.contains_key(*name)) {
        return Ok(false);
    }
    table_told(table, &columns, content, sink).map(|()| true)
}

fn delimiter_of(header: &str) -> u8 {
    let count = |byte: u8| header.bytes().filter(|one| *one == byte).count();
    let by_count = [b',', b';', b'\t'].into_iter().max_by_key(|byte| (count(*byte), *byte == b','));
    by_count.unwrap_or(b',')
}

/// Letters and digits of a header, of whatever script, in lower case.
fn folded(name: &str) -> String {
    let signs = name.chars().filter(|sign| sign.is_alphanumeric());
    signs.flat_map(char::to_lowercase).collect()
}

/// The columns of a header line, by folded name.
fn columns_of(header: &str) -> HashMap<String, usize> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter_of(header))
        .from_reader(header.trim_start_matches('\u{FEFF}').as_bytes());
    let mut record = ::csv::StringRecord::new();
    if !reader.read_record(&mut record).unwrap_or(false) {
        return HashMap::new();
    }
    let names = record.iter().enumerate().take(200);
    let mut columns = HashMap::new();
    for (at, name) in names {
        columns.entry(folded(name)).or_insert(at);
    }
    columns
}

fn table_of(columns: &HashMap<String, usize>) -> Option<&'static Table> {
    if columns.len() < 3 {
        return None;
    }
    let has = |group: &&[&str]| group.iter().any(|name| columns.contains_key(*name));
    TABLES.iter().find(|table| table.needs.iter().all(has))
}

/// The table that a header comes nearest to, if two of its columns are there.
pub(super) fn nearest(head: &str) -> Option<&'static str> {
    let columns = columns_of(head.lines().next().unwrap_or_default());
    let score = |table: &Table| {
        let has = |group: &&&[&str]| group.iter().any(|name| columns.contains_key(*name));
        table.needs.iter().filter(has).count()
    };
    let best = TABLES.iter().map(|table| (score(table), table.id)).max_by_key(|(score, _)| *score);
    best.filter(|(score, _)| *score > 1).map(|(_, id)| id)
}

fn rows(
    content: &Content<'_>,
    delimiter: u8,
    columns: &HashMap<String, usize>,
    table: &Table,
    tally: &mut Tally,
) -> Result<(), ExtractError> {
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(content.text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                let line = error.position().map_or(0, ::csv::Position::line);
                return Err(ExtractError::malformed(format_args!("CSV: line {line}")));
            }
        }
        let offset = record.position().map_or(0, ::csv::Position::byte);
        let offset = usize::try_from(offset).unwrap_or(0).min(content.text.len());
        let of = |names: &[&str]| {
            let at = names.iter().filter_map(|name| columns.get(*name));
            at.filter_map(|at| record.get(*at)).map(str::trim).find(|field| !field.is_empty())
        };
        // A quote that nothing closes takes in the lines behind it.
        if [IDS, NAMES, PERSONS].iter().any(|names| of(names).is_some_and(|it| it.contains('\n'))) {
            let line = record.position().map_or(0, ::csv::Position::line);
            return Err(ExtractError::malformed(format_args!(
                "CSV: a quote of line {line} is open"
            )));
        }
        let scopes: Vec<&str> = of(SCOPES)
            .map(|all| all.split([' ', ',', ';', '|', '\n']).filter(|it| !it.is_empty()).collect())
            .unwrap_or_default();
        let day = of(DAYS).and_then(day_of);
        let state = of(STATES).and_then(state_of);
        let mut seen = Seen::new()
            .scopes(scopes)
            .users(of(USERS).and_then(|text| text.replace([',', '.', ' '], "").parse().ok()))
            .person(of(PERSONS))
            .used(table.used && day.is_some())
            .on(day)
            .state(state);
        seen = match table.of {
            Some(product) => seen.id(Some(product)),
            None => seen.id(of(IDS)).name(of(NAMES)),
        };
        tally.add(table.about, seen, offset);
    }
}

/// What a column on access says.
fn state_of(word: &str) -> Option<RecordState> {
    match word.to_ascii_lowercase().as_str() {
        "trusted" | "approved" | "allowed" => Some(RecordState::Approved),
        "blocked" | "false" | "disabled" | "inactive" | "restricted" | "denied" => {
            Some(RecordState::Blocked)
        }
        "requested" | "pending" => Some(RecordState::Requested),
        _ => None,
    }
}
