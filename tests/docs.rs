//! The documentation cannot rot: what a page shows is run, what it names
//! exists, and no page says more than evidence can.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Parser as _;
use daylight::cli::args::Arguments;
use daylight::extract::{Content, EXTRACTORS, Extractor, ProblemCode, Sink};
use daylight::limits::Limits;
use daylight::model::fact::Fact;
use daylight::model::inventory::Inventory;
use daylight::model::place::{Region, Span};
use daylight::model::vocabulary::{
    Capability, Egress, Grant, Lifecycle, Proves, Reach, Role, Technique, Tier, Usage,
};
use daylight::source::SkipReason;
use serde_json::Value;

#[path = "../docs/example/tool_versions.rs"]
#[allow(unreachable_pub)] // in the crate, where the page puts it, it is reachable
mod tool_versions;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file with one of the extensions below a folder, sorted.
fn files_below(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| extensions.iter().any(|known| e == *known)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every Markdown page of the project.
fn pages() -> Vec<(String, String)> {
    let mut paths = files_below("docs", &["md"]);
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        paths.push(root().join(name));
    }
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("page");
            (name, text)
        })
        .collect()
}

/// The fenced blocks of a page, with the word behind the fence.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), open.take()) {
            (Some(word), None) => open = Some((word.to_owned(), String::new())),
            (Some(_), Some(block)) => found.push(block),
            (None, Some((word, mut body))) => {
                body.push_str(line);
                body.push('\n');
                open = Some((word, body));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// What a page shows behind a prompt.
fn prompts(text: &str) -> Vec<String> {
    blocks(text)
        .iter()
        .filter(|(word, _)| word == "console")
        .flat_map(|(_, body)| body.lines())
        .filter_map(|line| Some(line.strip_prefix("$ ")?.to_owned()))
        .collect()
}

/// What a page shows in backticks outside of blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut prose = String::new();
        for line in paragraph.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                prose.push_str(line);
                prose.push(' ');
            }
        }
        found.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

/// Words of a command line, quotes taken off, up to a pipe or redirection.
fn words(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut begun = false;
    for c in line.chars() {
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, '|' | '>') => break,
            (None, ' ') => {
                if begun {
                    found.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (_, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        found.push(word);
    }
    found
}

fn daylight(folder: &Path, arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daylight"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

fn shown(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn the_page_on_signatures_works_from_top_to_bottom() {
    const COMMANDS: &[&str] = &[
        "daylight signature new acme.inference --into acme-signatures",
        "daylight signature check acme-signatures",
        "daylight signature test acme-signatures",
        "daylight scan . --signatures acme-signatures",
        "daylight signature check",
        "daylight signature test",
    ];
    let text = page("docs/add-a-signature.md");
    assert_eq!(prompts(&text), COMMANDS, "the page shows other commands than this test walks");
    let toml: Vec<String> = blocks(&text)
        .into_iter()
        .filter(|(word, _)| word == "toml")
        .map(|(_, body)| body)
        .collect();
    let [whole, further_test] = toml.as_slice() else { panic!("two blocks of TOML expected") };

    let folder = tempfile::tempdir().expect("folder");
    let run = |line: &str| daylight(folder.path(), &words(line)[1..]);
    let file = folder.path().join("acme-signatures/acme.toml");

    let made = run(COMMANDS[0]);
    assert!(made.status.success(), "{}", shown(&made));
    assert!(fs::read_to_string(&file).is_ok_and(|text| text.contains("acme.inference")));
    let unfilled = run(COMMANDS[1]);
    assert_eq!(unfilled.status.code(), Some(1), "an unfilled scaffold passes the check");

    fs::write(&file, whole).expect("fill in");
    for line in &COMMANDS[1..3] {
        let output = run(line);
        assert!(output.status.success(), "{line}: {}", shown(&output));
    }

    fs::write(folder.path().join("requirements.txt"), "acme-inference==1.4.0\n").expect("tree");
    let scanned = run(COMMANDS[3]);
    assert!(scanned.status.success(), "{}", shown(&scanned));
    let inventory: Value = serde_json::from_slice(&scanned.stdout).expect("JSON");
    assert_eq!(inventory["components"][0]["signature"], "acme.inference");
    assert_eq!(inventory["components"][0]["name"], "Acme Inference");
    assert_eq!(inventory["signature_packs"][1]["name"], "acme-signatures");

    // The further test is well spelt; what it expects is for the readers' own tests.
    fs::write(&file, format!("{whole}\n{further_test}")).expect("add the test");
    let output = run(COMMANDS[1]);
    assert!(output.status.success(), "{}", shown(&output));
}

#[test]
fn what_the_page_on_formats_names_exists() {
    let text = page("docs/add-a-format.md");
    let trait_file = page("src/extract/mod.rs");
    for name in quoted(&text) {
        if name.contains("tool_versions") || name.contains("tool-versions") {
            continue; // the example
        }
        let is_path = name.starts_with("src/") || name.starts_with("fixtures/");
        if is_path {
            assert!(root().join(&name).exists(), "`{name}` is not there");
        } else if let Some(function) = name.strip_prefix("fn ") {
            assert!(
                trait_file.contains(&format!("fn {function}(")),
                "no `{name}` in src/extract/mod.rs"
            );
        } else if ["EXTRACTORS", "Extractor", "Interest", "Sink", "Content"]
            .contains(&name.as_str())
            || name.starts_with("Gate::")
        {
            let word = name.rsplit("::").next().unwrap_or(&name);
            assert!(trait_file.contains(word), "no `{name}` in src/extract/mod.rs");
        }
    }
    for field in ["names", "globs", "extensions", "gate"] {
        assert!(text.contains(&format!("`{field}`")), "the page does not name `{field}`");
        assert!(trait_file.contains(&format!("pub {field}:")), "no field `{field}` in Interest");
    }
    for function in ["id", "about", "interest", "needs_whole", "extract"] {
        assert!(text.contains(&format!("`fn {function}`")), "the page leaves out `fn {function}`");
    }
    // Every reader that has fixtures keeps to the layout which the page describes.
    for extractor in EXTRACTORS {
        let folder = root().join("fixtures/extract").join(extractor.id());
        for case in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = case.file_name().to_string_lossy().into_owned();
            let fits = ["good", "malformed", "empty"].iter().any(|kind| name.starts_with(kind));
            assert!(fits, "{}/{name} begins with none of the three words", extractor.id());
            assert!(case.path().join("facts.json").is_file(), "{name} has no facts.json");
        }
    }
}

#[derive(Default)]
struct Recorder(Vec<String>);

impl Sink for Recorder {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        let line = span.map_or(0, |span| span.line);
        if let Fact::Setting { key, value, listed } = fact {
            self.0.push(format!("{line} {key}={value} {listed}"));
        }
    }

    fn note(&mut self, _: ProblemCode, _: &str) {}
}

#[test]
fn the_example_on_the_page_on_formats_is_the_one_that_runs() {
    let source = page("docs/example/tool_versions.rs").replace("daylight::", "crate::");
    let text = page("docs/add-a-format.md");
    assert!(blocks(&text).contains(&("rust".to_owned(), source)), "the page shows another file");

    let limits = Limits::default();
    let read = |text: &str| {
        let content = Content::new(".tool-versions", text, false, &limits);
        let mut recorder = Recorder::default();
        let result = tool_versions::ToolVersions.extract(&content, &mut recorder);
        (recorder.0, result.is_ok())
    };
    assert_eq!(read(""), (vec![], true));
    assert_eq!(
        read("# tools\npython 3.12.1 3.11.9\nnode 22.1.0 # for the page\n"),
        (
            vec![
                "2 python=3.12.1 true".to_owned(),
                "2 python=3.11.9 true".to_owned(),
                "3 node=22.1.0 false".to_owned()
            ],
            true
        )
    );
    assert_eq!(read("node 22\npython\n"), (vec!["1 node=22 false".to_owned()], false));
}

/// Command lines of Daylight that a page shows, each as arguments.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let in_blocks = blocks(text)
        .into_iter()
        .filter(|(word, _)| matches!(word.as_str(), "console" | "sh"))
        .flat_map(|(_, body)| body.lines().map(str::to_owned).collect::<Vec<_>>());
    in_blocks
        .chain(quoted(text))
        .filter_map(|line| {
            let line = line.trim().trim_start_matches("$ ").to_owned();
            let line = match line.strip_prefix("cargo run --release -- ") {
                Some(rest) => format!("daylight {rest}"),
                None => line,
            };
            line.starts_with("daylight ").then(|| words(&line))
        })
        .collect()
}

#[test]
fn every_command_line_in_the_docs_is_understood() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (name, text) in pages() {
        for line in command_lines(&text) {
            // `daylight signature` alone names a group of commands.
            let is_group = matches!(line.as_slice(), [_, group] if ["signature", "rules", "list"]
                .contains(&group.as_str()));
            // Commands named without their arguments: `daylight render`.
            let is_name = line.len() == 2
                && [
                    "explain",
                    "compare",
                    "render",
                    "sample",
                    "completions",
                    "decide",
                    "review",
                    "report",
                    "reconcile",
                ]
                .contains(&line[1].as_str());
            count += 1;
            if !is_group
                && !is_name
                && let Err(error) = Arguments::try_parse_from(&line)
                && !(line.ends_with(&["new".to_owned()]) || line.ends_with(&["show".to_owned()]))
            {
                wrong.push(format!("{name}: {}\n{error}", line.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 20, "only {count} command lines were found");
}

const REGIONS: &[Region] = &[
    Region::Product,
    Region::Generated,
    Region::Example,
    Region::Test,
    Region::Docs,
    Region::Vendored,
];
const REASONS: &[SkipReason] = &[
    SkipReason::Link,
    SkipReason::LinkLoop,
    SkipReason::SpecialFile,
    SkipReason::Submodule,
    SkipReason::LfsPointer,
    SkipReason::Sparse,
    SkipReason::Binary,
    SkipReason::OtherFilesystem,
    SkipReason::Knowledge,
];

/// The words of a section's tables: what stands in backticks in their first two columns.
fn explained(text: &str, title: &str) -> Vec<String> {
    let start = text.find(&format!("\n## {title}\n")).unwrap_or_else(|| panic!("no {title}"));
    let section = &text[start + 4..];
    let section = &section[..section.find("\n## ").unwrap_or(section.len())];
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| Some(line.split('`').nth(1)?.to_owned()))
        .collect()
}

#[test]
fn the_vocabulary_page_explains_every_word() {
    let text = page("docs/vocabulary.md");
    macro_rules! same {
        ($($title:literal: $list:expr),+ $(,)?) => {$(
            let words: Vec<String> = $list.iter().map(|word| word.word().to_owned()).collect();
            assert_eq!(explained(&text, $title), words, "section {}", $title);
        )+};
    }
    same! {
        "Usage": Usage::ALL,
        "Region": REGIONS,
        "Tier": Tier::ALL,
        "Proves": Proves::ALL,
        "Technique": Technique::ALL,
        "Role of a component": Role::ALL,
        "Capability": Capability::ALL,
        "Egress": Egress::ALL,
        "Lifecycle": Lifecycle::ALL,
        "Grant": Grant::ALL,
        "Reach": Reach::ALL,
        "Reasons not to read a place": REASONS,
        "Problems": ProblemCode::ALL,
    }
    for code in ProblemCode::ALL {
        let row = format!("| `{}` | {} |", code.word(), code.meaning());
        assert!(text.contains(&row), "{row}");
    }
    // A new region or reason does not compile until it is in the lists above.
    let known = |region: Region, reason: SkipReason| match (region, reason) {
        (
            Region::Product
            | Region::Generated
            | Region::Example
            | Region::Test
            | Region::Docs
            | Region::Vendored,
            SkipReason::Link
            | SkipReason::LinkLoop
            | SkipReason::SpecialFile
            | SkipReason::Submodule
            | SkipReason::LfsPointer
            | SkipReason::Sparse
            | SkipReason::Binary
            | SkipReason::OtherFilesystem
            | SkipReason::Knowledge,
        ) => REGIONS.contains(&region) && REASONS.contains(&reason),
    };
    assert!(known(Region::Product, SkipReason::Link));
}

#[test]
fn the_vocabulary_page_explains_every_role_and_scope_that_a_rule_gives() {
    let text = page("docs/vocabulary.md");
    let mut count = 0;
    let mut words = |value: &toml::Value, keys: &[&str]| {
        for key in keys {
            for row in value.get(key).and_then(toml::Value::as_array).into_iter().flatten() {
                let word = row.get("word").and_then(toml::Value::as_str).expect("word");
                assert!(text.contains(&format!("`{word}`")), "`{word}` is not explained");
                count += 1;
            }
        }
    };
    let read = |name: &str| -> toml::Value {
        toml::from_str(&page(&format!("signatures/governance/{name}.toml"))).expect("TOML")
    };
    let roles = read("roles");
    words(roles.get("role_words").expect("role words"), &["plain", "iso22989", "eu_ai_act"]);
    for name in ["iso42001", "risk"] {
        let table = read(name);
        for conclusion in table.get("conclusion").and_then(toml::Value::as_array).expect("rows") {
            words(conclusion, &["values"]);
        }
    }
    assert!(count > 10, "only {count} words were found");
}

#[test]
fn the_signature_page_names_every_field_and_no_other() {
    let text = page("docs/signatures.md");
    let schema =
        serde_json::to_value(schemars::schema_for!(daylight::signature::schema::SignatureFile))
            .expect("schema");
    let mut fields: Vec<String> = Vec::new();
    let mut due = vec![&schema];
    while let Some(value) = due.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(properties)) = map.get("properties") {
                    fields.extend(properties.keys().cloned());
                }
                due.extend(map.values());
            }
            Value::Array(items) => due.extend(items),
            _ => {}
        }
    }
    fields.sort();
    fields.dedup();
    for field in &fields {
        let named = text.contains(&format!("`{field}`"))
            || text.contains(&format!("`[[signature.{field}]]`"))
            || text.contains(&format!("`[[{field}]]`"));
        assert!(named, "the page does not name `{field}`");
    }
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let field = row.split('`').nth(1).unwrap_or_default();
        let bare = field.trim_matches(['[', ']']);
        assert!(fields.iter().any(|known| known == bare), "there is no field `{field}`");
    }
}

#[test]
fn the_inventory_page_names_fields_that_exist() {
    let text = page("docs/json.md");
    let schema = schemars::schema_for!(Inventory).to_value().to_string();
    let top: Vec<String> = schemars::schema_for!(Inventory).as_value()["properties"]
        .as_object()
        .expect("properties")
        .keys()
        .cloned()
        .collect();
    for field in top {
        assert!(text.contains(&format!("`{field}`")), "the page leaves out `{field}`");
    }
    let mut count = 0;
    for (_, body) in blocks(&text).iter().filter(|(word, _)| word == "sh") {
        for part in body.split('.').skip(1) {
            let field: String =
                part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if field.is_empty() || field == "json" {
                continue; // `.[0]`, a file's name
            }
            count += 1;
            assert!(schema.contains(&format!("\"{field}\":")), "there is no field `{field}`");
        }
    }
    assert!(count > 20, "only {count} fields were found");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for (name, text) in pages() {
        let folder = root().join(&name);
        let folder = folder.parent().expect("folder");
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            let path = target.split('#').next().unwrap_or_default();
            if !target.contains("://") && !path.is_empty() && !folder.join(path).exists() {
                broken.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_decision_is_listed_and_names_what_lost() {
    let list = page("docs/adr/README.md");
    for path in files_below("docs/adr", &["md"]) {
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("page");
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let (number, title) = title.split_once(' ').expect("number and title");
        assert!(name.starts_with(number), "{name} calls itself {number}");
        assert!(list.contains(&format!("[{number}]({name}) | {title} |")), "{name} is not listed");
        for part in ["Status: ", "\n## Decision\n", "\n## Why\n", "\n## What lost\n", "\n## Cost\n"]
        {
            assert!(text.contains(part), "{name} has no `{}`", part.trim());
        }
    }
}

#[test]
fn nothing_states_what_only_a_court_or_an_auditor_can() {
    const STATEMENTS: &[&str] = &["compliant", "prohibited", "high-risk", "certified"];
    // What forbids the words must name them.
    const EXCEPTIONS: &[(&str, &str)] = &[
        (
            "src/classify/wording.rs",
            r#"&["is prohibited", "is compliant", "is high-risk", "certified", "violates"];"#,
        ),
        (
            "src/classify/wording.rs",
            r#"assert_eq!(forbidden("This IS High-Risk."), Some("is high-risk"));"#,
        ),
    ];
    let mut found = Vec::new();
    let mut paths = files_below("docs", &["md", "rs"]);
    paths.extend(files_below("src", &["rs"]));
    paths.extend(files_below("signatures", &["toml"]));
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "NOTICE"] {
        paths.push(root().join(name));
    }
    for path in paths {
        let name = path.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
        for line in fs::read_to_string(&path).expect("text").lines() {
            let folded = line.to_lowercase();
            let states = STATEMENTS.iter().any(|word| {
                ["is", "are", "is not", "are not"]
                    .iter()
                    .any(|verb| folded.contains(&format!("{verb} {word}")))
            });
            let excepted = EXCEPTIONS.contains(&(name.as_str(), line.trim()));
            if states && !excepted {
                found.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_files_on_the_page_on_configuration_are_understood() {
    use daylight::policy::approved::ApprovedList;
    use daylight::policy::config::Config;
    let text = page("docs/configuration.md");
    let toml: Vec<String> = blocks(&text)
        .into_iter()
        .filter(|(word, _)| word == "toml")
        .map(|(_, body)| body)
        .collect();
    let [config, list] = toml.as_slice() else { panic!("two blocks of TOML expected") };
    let config = Config::parse("daylight.toml", config).expect("a configuration");
    assert_eq!((config.regions.len(), config.systems.len(), config.suppress.len()), (1, 1, 1));
    ApprovedList::parse("approved-ai.toml", list).expect("a list");
    for gate in explained(&text, "Gates") {
        let gate = gate.replace("WORD", "sdk").replace("NAME", "x").replace("=N", "=1");
        daylight::fail_on::Expression::parse(&gate).unwrap_or_else(|error| panic!("{error}"));
    }
}
