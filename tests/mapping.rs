//! Which field of the inventory stands where in which format: every field is
//! changed, alone, and what then changes in each format is written to
//! docs/mapping.md. `DAYLIGHT_BLESS=1 cargo test --test mapping` writes the
//! page anew; read the diff before committing it.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use daylight::compare::compare;
use daylight::fail_on::Expression;
use daylight::model::change::Changes;
use daylight::model::inventory::Inventory;
use daylight::model::place::Place;
use daylight::model::policy::{
    Approval, ApprovalStatus, ConfigFile, Suppression, SuppressionState,
};
use daylight::model::reading::Channel;
use daylight::model::system::Adoption;
use daylight::model::vocabulary::{
    Capability, Egress, Grant, Lifecycle, Role, Technique, Tier, Usage,
};
use serde_json::Value;
use tree::{Tree, rendered};

/// Formats with columns of their own; `json` and `ndjson` hold every field
/// under its own name.
const FORMATS: &[&str] = &["cyclonedx", "sarif", "csv", "markdown", "junit", "prometheus"];

/// Places named in one cell.
const NAMED: usize = 3;

fn a_tree() -> Tree {
    let run = "aB3dE5gH7jK9aB3dE5gH";
    let key = format!("sk-{run}{}{run}", ["T3Blbk", "FJ"].concat());
    Tree::new()
        .file("CODEOWNERS", "* @org/all\n")
        .file(".claude/settings.json", "{\"permissions\": {\"defaultMode\": \"bypassPermissions\"}}")
        .file("app/package.json", "{\"name\": \"app\", \"dependencies\": {\"openai\": \"4.1.0\"}}")
        .file("app/app.ts", "import OpenAI from \"openai\";\nnew OpenAI().chat.completions.create({ model: \"gpt-4o\" });\n")
        .file("app/.env", format!("OPENAI_BASE_URL=https://api.openai.com/v1\nOPENAI_API_KEY={key}\n"))
        .file("ml/train.py", "from transformers import Trainer\nTrainer().train()\n")
        .file(".gitignore", "out\n")
        .file("out", "x")
        .file("broken/package.json", "{\"dependencies\": {\"openai\"")
        .bytes("logo.png", b"\0\0\0")
}

fn inventory() -> Inventory {
    let mut inventory = a_tree().scan();
    for system in &mut inventory.systems {
        system.classification.transparency = vec![system.classification.scope.clone()];
        system.adoption = Some(Adoption {
            users: Some(3),
            first_seen: Some("2026-02-01".to_owned()),
            last_seen: Some("2026-03-01".to_owned()),
            scopes: vec!["Mail.Read".to_owned()],
            reaches: vec!["mail".to_owned()],
            decided: vec!["requested".to_owned()],
            exports: vec!["entra.grants".to_owned()],
        });
    }
    let component = inventory.components[0].id.clone();
    inventory.configuration = vec![ConfigFile {
        name: "daylight.toml".to_owned(),
        sha256: "0".repeat(16),
        approves: false,
    }];
    inventory.suppressions = vec![Suppression {
        state: SuppressionState::InForce,
        id: "openai.api".to_owned(),
        path: Some("app/".to_owned()),
        reason: "agreed".to_owned(),
        approver: Some("@org/ai".to_owned()),
        expires: Some("2027-01-01".to_owned()),
        place: Place::new(".", "daylight.toml"),
        line: 2,
        matched: vec![component.clone()],
    }];
    inventory.approvals = vec![Approval {
        subject: component,
        status: ApprovalStatus::ConditionBroken,
        reason: "contract".to_owned(),
        owner: Some("@org/ai".to_owned()),
        expires: Some("2027-01-01".to_owned()),
        line: Some(3),
        broken: vec!["hosts".to_owned()],
        open: vec!["data".to_owned()],
    }];
    inventory.changes = Some(changes(&inventory));
    inventory.coverage.capped.insert("evidence-per-component".to_owned(), 1);
    inventory.gates = ["provider=OpenAI", "kind=low-code"]
        .iter()
        .map(|gate| Expression::parse(gate).expect("a gate").judge(&inventory))
        .collect();
    inventory
}

fn changes(inventory: &Inventory) -> Changes {
    let mut old = inventory.clone();
    "0".clone_into(&mut old.tool.version);
    let system = old.systems.first_mut().expect("a system");
    "other".clone_into(&mut system.classification.scope.value);
    system.destinations.clear();
    let mut changes = compare(&old, inventory);
    // a test's own words, not those of any signature
    changes.rows.truncate(3);
    assert!(!changes.rows.is_empty() && !changes.notes.is_empty());
    changes
}

/// Every path to a leaf, lists as `[]`; the keys of open maps as `*`.
fn leaves(value: &Value, path: &str, found: &mut BTreeMap<String, Vec<Value>>) {
    const OPEN: &[&str] = &["captured", "factors", "capped"];
    match value {
        Value::Object(map) => {
            let open = OPEN.iter().any(|name| path.ends_with(name));
            for (key, value) in map {
                let key = if open { "*" } else { key };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                leaves(value, &path, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                leaves(item, &format!("{path}[]"), found);
            }
        }
        leaf => found.entry(path.to_owned()).or_default().push(leaf.clone()),
    }
}

/// Changes every leaf at a path.
fn change(value: &mut Value, path: &str, at: &str, with: &dyn Fn(&Value) -> Value) {
    const OPEN: &[&str] = &["captured", "factors", "capped"];
    match value {
        Value::Object(map) => {
            let open = OPEN.iter().any(|name| at.ends_with(name));
            for (key, value) in map.iter_mut() {
                let key = if open { "*" } else { key.as_str() };
                let at = if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
                if path.starts_with(&at) {
                    change(value, path, &at, with);
                }
            }
        }
        Value::Array(items) => {
            let at = format!("{at}[]");
            for item in items.iter_mut() {
                change(item, path, &at, with);
            }
        }
        leaf if at == path => *leaf = with(leaf),
        _ => {}
    }
}

/// Gives another value for a leaf.
type Change = Box<dyn Fn(&Value) -> Value>;

/// The inventory with every leaf at `path` changed to something else that
/// its type allows.
fn changed(whole: &Value, path: &str) -> Inventory {
    let words = |list: Vec<&'static str>| list;
    let mut candidates: Vec<Change> = vec![Box::new(|leaf| match leaf {
        Value::Bool(given) => Value::Bool(!given),
        Value::Number(given) => Value::from(given.as_u64().unwrap_or(0) + 7),
        Value::String(given) => match given.strip_prefix("2026-") {
            Some(rest) if given.len() == 10 => Value::from(format!("2025-{rest}")),
            _ => Value::from(format!("{given}zq")),
        },
        other => other.clone(),
    })];
    let known = [
        words(Role::ALL.iter().map(|w| w.word()).collect()),
        words(Capability::ALL.iter().map(|w| w.word()).collect()),
        words(Egress::ALL.iter().map(|w| w.word()).collect()),
        words(Lifecycle::ALL.iter().map(|w| w.word()).collect()),
        words(Tier::ALL.iter().map(|w| w.word()).collect()),
        words(Grant::ALL.iter().map(|w| w.word()).collect()),
        words(Technique::ALL.iter().map(|w| w.word()).collect()),
        words(Usage::ALL.iter().map(|w| w.word()).collect()),
        vec!["product", "example", "test"],
        vec!["software", "developer-tools"],
        vec!["address", "library-default", "alternative"],
        vec!["package", "chart", "dockerfile", "catalog", "compose-service"],
        vec!["approved", "unapproved", "denied", "condition-broken"],
        vec!["in-force", "expired", "unmatched"],
        vec!["code", "unclear"],
        vec!["new", "gone", "changed"],
        vec!["system", "component", "use", "host", "factor", "conclusion"],
        vec!["strong", "library", "medium", "weak", "marker"],
        vec!["mention", "possible", "indicated"],
        words(Channel::ALL.iter().map(|w| w.word()).collect()),
    ];
    for list in known {
        candidates.push(Box::new(move |leaf| {
            let at = list.iter().position(|word| leaf == word);
            let next = at.map_or(0, |at| (at + 1) % list.len());
            Value::from(list[next])
        }));
    }
    for with in candidates {
        let mut other = whole.clone();
        change(&mut other, path, "", with.as_ref());
        if &other != whole
            && let Ok(inventory) = serde_json::from_value::<Inventory>(other)
        {
            return inventory;
        }
    }
    panic!("`{path}` cannot be changed: its words are not known to this test")
}

/// What a format shows, by place: for JSON the path to each leaf, for CSV the
/// column, for metrics the name, for text the line it begins like.
fn shown(inventory: &Inventory, format: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = rendered(inventory, format);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut put = |place: String, what: String| {
        found.entry(place).or_default().insert(what);
    };
    match format {
        "cyclonedx" | "sarif" => {
            let document: Value = serde_json::from_str(&text).expect("JSON");
            named_leaves(&document, "", "", &mut put);
        }
        "csv" => {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let head = reader.headers().expect("head").clone();
            for (number, row) in reader.records().enumerate() {
                let row = row.expect("row");
                for (column, cell) in head.iter().zip(row.iter()) {
                    put(format!("`{column}`"), format!("{number} {cell}"));
                }
            }
        }
        "prometheus" => {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let name = line.split(['{', ' ']).next().unwrap_or_default();
                put(format!("`{name}`"), line.to_owned());
            }
        }
        "junit" => text.lines().for_each(|line| {
            let tag = line.trim_start().trim_start_matches(['<', '/']);
            let tag: String = tag.chars().take_while(char::is_ascii_lowercase).collect();
            let known = ["testsuites", "testsuite", "testcase", "failure", "error", "system"];
            let tag = if known.contains(&tag.as_str()) { tag.as_str() } else { "failure" };
            put(format!("`{tag}`"), line.to_owned());
        }),
        _ => {
            let mut section = "head".to_owned();
            for line in text.lines() {
                if let Some(title) = line.trim_start_matches('#').strip_prefix(' ')
                    && line.starts_with('#')
                {
                    let title =
                        if title.starts_with("Since ") { "since the baseline" } else { title };
                    title.split([':', '(']).next().unwrap_or(title).clone_into(&mut section);
                }
                put(section.to_lowercase(), line.to_owned());
            }
        }
    }
    found
}

/// As `leaves`, but a property is named by its name, and each leaf says in
/// which part it stands.
fn named_leaves(value: &Value, path: &str, part: &str, put: &mut dyn FnMut(String, String)) {
    match value {
        Value::Object(map) => {
            if let (Some(Value::String(name)), Some(given), 2) =
                (map.get("name"), map.get("value"), map.len())
            {
                let mut name = name.clone();
                for group in ["factor:", "skipped:", "capped:"] {
                    if let Some(at) = name.find(group) {
                        let rest = &name[at + group.len()..];
                        let tail = rest.find(':').map_or("", |colon| &rest[colon..]);
                        name = format!("{}*{tail}", &name[..at + group.len()]);
                    }
                }
                return put(format!("`{name}`"), format!("{part} {given}"));
            }
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                named_leaves(value, &path, part, put);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                // properties have names, and one more moves the others
                let part = if path.ends_with("properties") {
                    part.to_owned()
                } else {
                    format!("{part}/{number}")
                };
                named_leaves(item, &format!("{path}[]"), &part, put);
            }
        }
        leaf => put(format!("`{}`", path.replace("runs[].", "")), format!("{part} {leaf}")),
    }
}

/// Where a format shows something else, fewest words first.
fn differences(
    before: &BTreeMap<String, BTreeSet<String>>,
    after: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let places: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut differing: Vec<String> = places
        .into_iter()
        .filter(|place| before.get(*place) != after.get(*place))
        // it stands for the whole document
        .filter(|place| place.as_str() != "`serialNumber`")
        .cloned()
        .collect();
    differing.sort_by_key(|place| (place.len(), place.clone()));
    differing
}

#[test]
fn the_page_says_where_each_field_stands_in_each_format() {
    let inventory = inventory();
    let whole = serde_json::to_value(&inventory).expect("JSON");
    let mut fields = BTreeMap::new();
    leaves(&whole, "", &mut fields);
    let before: Vec<_> = FORMATS.iter().map(|format| shown(&inventory, format)).collect();

    let mut page = String::from(HEAD);
    let _ = writeln!(page, "| field | {} |", FORMATS.join(" | "));
    let _ = writeln!(page, "|{}", "---|".repeat(FORMATS.len() + 1));
    for path in fields.keys() {
        let changed = changed(&whole, path);
        let json = rendered(&changed, "json");
        assert_ne!(json, rendered(&inventory, "json"), "`{path}` does not show in json");
        let ndjson = rendered(&changed, "ndjson");
        assert_ne!(ndjson, rendered(&inventory, "ndjson"), "`{path}` does not show in ndjson");
        let cells: Vec<String> = FORMATS
            .iter()
            .zip(&before)
            .map(|(format, before)| {
                let places = differences(before, &shown(&changed, format));
                let mut cell: Vec<String> = places.iter().take(NAMED).cloned().collect();
                if places.len() > NAMED {
                    cell.push("…".to_owned());
                }
                if cell.is_empty() { "-".to_owned() } else { cell.join(", ") }
            })
            .collect();
        let _ = writeln!(page, "| `{path}` | {} |", cells.join(" | "));
    }

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mapping.md");
    if std::env::var_os("DAYLIGHT_BLESS").is_some() {
        fs::write(&file, &page).expect("write");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "docs/mapping.md is stale: run `DAYLIGHT_BLESS=1 cargo test --test mapping`"
    );
}

#[test]
fn what_every_reader_needs_stands_in_every_format_for_findings() {
    let inventory = inventory();
    let whole = serde_json::to_value(&inventory).expect("JSON");
    for path in [
        "systems[].name",
        "systems[].classification.scope.value",
        "systems[].classification.risk.value",
        "components[].name",
        "components[].provider",
        "evidence[].place.path",
        "evidence[].span.line",
        "gates[].failed",
    ] {
        let changed = changed(&whole, path);
        for format in ["cyclonedx", "sarif", "csv", "markdown"] {
            let places = differences(&shown(&inventory, format), &shown(&changed, format));
            assert!(!places.is_empty(), "`{path}` does not show in {format}");
        }
    }
}

const HEAD: &str = "# Where each field stands

Which field of the [inventory](json.md) stands where in which format. `json` and `ndjson` hold every field under its
own name. The table is made by a test, which changes each field alone and looks at what changes in each format; a
field may stand in further places, marked `…`. For JSON formats a cell names paths or properties, for CSV columns,
for JUnit elements, for Prometheus metrics, for Markdown sections. `cyclonedx-1.7` has the places of
`cyclonedx`; the serial number of a bill of materials stands for the whole document. A `-` means that the format has
no room for it: ask the JSON.

";
