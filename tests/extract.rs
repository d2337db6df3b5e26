//! Golden facts: every extractor over the files in `fixtures/extract/<id>/<case>/`.
//!
//! Each extractor has at least one `good…`, one `malformed…` and one `empty…`
//! case. `DAYLIGHT_BLESS=1 cargo test --test extract` writes `facts.json` anew;
//! read the diff before committing it.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use daylight::extract::dispatch::Dispatch;
use daylight::extract::{Content, EXTRACTORS, Extractor, ProblemCode, Sink};
use daylight::limits::Limits;
use daylight::model::fact::Fact;
use daylight::model::place::Span;
use serde_json::{Value, json};

#[derive(Default)]
struct Recorder(Vec<Value>);

impl Sink for Recorder {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        let at = span.map_or(Value::Null, |span| json!(format!("{}:{}", span.line, span.column)));
        self.0.push(json!({ "at": at, "fact": fact }));
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.0.push(json!({ "note": code.word(), "detail": detail }));
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/extract")
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(of)
        .map(|entries| {
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
        })
        .unwrap_or_default();
    found.sort();
    found
}

/// The one input file of a case, with its path relative to the case.
fn input_of(case: &Path) -> (String, Vec<u8>) {
    let mut stack = vec![case.to_path_buf()];
    while let Some(folder) = stack.pop() {
        for entry in fs::read_dir(&folder).expect("case folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                stack.push(path);
            } else if path.file_name().is_some_and(|name| name != "facts.json") {
                let relative = path.strip_prefix(case).expect("inside").to_string_lossy();
                return (relative.replace('\\', "/"), fs::read(&path).expect("input"));
            }
        }
    }
    panic!("{} has no input file", case.display());
}

fn facts_of(extractor: &dyn Extractor, path: &str, bytes: &[u8]) -> Vec<Value> {
    let limits = Limits::default();
    let text = String::from_utf8_lossy(bytes);
    let content = Content::new(path, &text, false, &limits);
    let mut recorder = Recorder::default();
    if let Err(error) = extractor.extract(&content, &mut recorder) {
        recorder.0.push(json!({ "error": error.code().word(), "detail": error.to_string() }));
    }
    recorder.0
}

/// One fact a line, so that a diff names the fact.
fn rendered(facts: &[Value]) -> String {
    let lines: Vec<String> = facts.iter().map(|fact| format!("  {fact}")).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

#[test]
fn every_extractor_tells_the_golden_facts_of_its_cases() {
    let bless = std::env::var_os("DAYLIGHT_BLESS").is_some();
    let dispatch = Dispatch::new().expect("globs compile");
    let mut differences = Vec::new();
    for extractor in EXTRACTORS {
        for case in folders(&fixtures().join(extractor.id())) {
            let (path, bytes) = input_of(&case);
            let mut readers = Vec::new();
            dispatch.readers_of(&path, &mut readers);
            let interest = extractor.interest();
            // One that reads only what others ask for has no files of its own.
            let is_asked = interest.names.is_empty()
                && interest.globs.is_empty()
                && interest.extensions.is_empty();
            assert!(
                is_asked || readers.iter().any(|index| EXTRACTORS[*index].id() == extractor.id()),
                "{}: `{path}` is not a file that {} reads",
                case.display(),
                extractor.id()
            );
            let told = rendered(&facts_of(*extractor, &path, &bytes));
            let golden = case.join("facts.json");
            if bless {
                fs::write(&golden, &told).expect("write golden");
            }
            let expected = fs::read_to_string(&golden).unwrap_or_default();
            if told != expected {
                differences
                    .push(format!("{}\n--- expected\n{expected}--- told\n{told}", case.display()));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_extractor_has_a_good_a_malformed_and_an_empty_case() {
    let mut missing = Vec::new();
    for extractor in EXTRACTORS {
        let cases: Vec<String> = folders(&fixtures().join(extractor.id()))
            .iter()
            .filter_map(|case| Some(case.file_name()?.to_string_lossy().into_owned()))
            .collect();
        for kind in ["good", "malformed", "empty"] {
            if !cases.iter().any(|case| case.starts_with(kind)) {
                missing.push(format!("{}: no `{kind}…` case", extractor.id()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_case_belongs_to_an_extractor() {
    for folder in folders(&fixtures()) {
        let id = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        assert!(
            EXTRACTORS.iter().any(|extractor| Some(extractor.id()) == id.as_deref()),
            "{} belongs to no extractor",
            folder.display()
        );
    }
}

#[test]
fn no_extractor_panics_on_any_prefix_of_its_good_cases() {
    for extractor in EXTRACTORS {
        for case in folders(&fixtures().join(extractor.id())) {
            let (path, bytes) = input_of(&case);
            let step = (bytes.len() / 200).max(1);
            for end in (0..bytes.len()).step_by(step) {
                facts_of(*extractor, &path, &bytes[..end]);
            }
        }
    }
}
