//! The plan of the house: which room may know which.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The ground floor, on which every room stands.
const GROUND: &[&str] = &["model", "limits", "embedded"];

/// The wings, which never know each other.
const WINGS: &[&str] =
    &["source", "extract", "artifact", "signature", "assemble", "classify", "report"];

/// Files that may hold `unsafe`: at most one, in the gate.
const UNSAFE_FILES: &[&str] = &["signature/gate/vectors.rs"];

struct Source {
    /// Relative to `src` or `tests`, with `/`.
    path: String,
    /// Without comments.
    code: String,
}

fn sources(of: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(of);
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&root).expect("inside").to_string_lossy();
                let text = fs::read_to_string(&path).expect("source");
                let code: Vec<&str> = text
                    .lines()
                    .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
                    .collect();
                found.push(Source { path: relative.replace('\\', "/"), code: code.join("\n") });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 3, "{of} holds sources");
    found
}

/// The room of a file: its first folder, or its own name.
fn room_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// What a file asks of the crate by full name: `X` of `crate::X`, `Y` and `Z`
/// of `crate::{Y, Z}`.
fn rooms_asked_by(code: &str, root: &str) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + root.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list),
            None => rest.split([';', '\n']).next().unwrap_or(rest),
        };
        let names = if rest.starts_with('{') { list.split(',').collect() } else { vec![list] };
        for name in names {
            let name: String =
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                asked.insert(name);
            }
        }
    }
    asked
}

/// The rooms that a room may know besides itself; `None`: all.
fn known_to(room: &str) -> Option<Vec<&'static str>> {
    let wings_and = |more: &[&'static str]| -> Vec<&'static str> {
        GROUND.iter().chain(WINGS).chain(more).copied().collect()
    };
    match room {
        "model" | "limits" | "embedded" => Some(vec!["model", "limits"]),
        // Tells the same facts to the same listener as text does.
        "artifact" => Some(GROUND.iter().chain(&["extract"]).copied().collect()),
        wing if WINGS.contains(&wing) => Some(GROUND.to_vec()),
        "fail_on" | "compare" | "policy" | "lock" | "select" => Some(vec!["model"]),
        "examine" => Some(wings_and(&["policy"])),
        "second_reading" | "filling" => Some(wings_and(&[])),
        "proof" | "since" | "unpack" => Some(wings_and(&["examine"])),
        "scan" => {
            let more = ["examine", "fail_on", "filling", "policy", "second_reading"];
            Some(wings_and(&[&more[..], &["since", "unpack"]].concat()))
        }
        "merge" => Some(wings_and(&["policy", "scan", "second_reading"])),
        "decision" => Some(vec!["model", "classify"]),
        "document" => Some(vec!["model", "classify", "decision"]),
        "cli" => None,
        "lib" | "main" => Some(vec![]),
        other => panic!("`{other}` is a new room: say here what it may know"),
    }
}

#[test]
fn no_room_knows_a_room_above_or_beside_it() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for source in sources("src") {
        let room = room_of(&source.path);
        let Some(known) = known_to(room) else { continue };
        for asked in rooms_asked_by(&source.code, "crate::") {
            looked_at += 1;
            if asked != room && !known.contains(&asked.as_str()) {
                wrong.push(format!(
                    "`{}` may not use `crate::{asked}`: {room} knows only itself and {known:?}",
                    source.path
                ));
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} uses were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_binary_knows_the_command_line_only() {
    let main = sources("src").into_iter().find(|source| source.path == "main.rs").expect("main");
    assert_eq!(rooms_asked_by(&main.code, "daylight::"), BTreeSet::from(["cli".to_owned()]));
    assert!(main.code.lines().count() <= 50);
}

#[test]
fn the_reader_of_uses_sees_every_spelling() {
    let code = "use crate::scan::{Request, scan};\nuse crate::{model, report::text};\n\
                fn f() -> crate::cli::exit::Exit { $crate::macros!() }\n";
    let asked: Vec<String> = rooms_asked_by(code, "crate::").into_iter().collect();
    assert_eq!(asked, ["cli", "model", "report", "scan"]);
}

#[test]
fn unsafe_code_stands_in_one_named_file_of_the_gate_at_most() {
    assert!(UNSAFE_FILES.len() <= 1);
    assert!(UNSAFE_FILES.iter().all(|path| path.starts_with("signature/gate/")));
    let mut found = Vec::new();
    for source in sources("src") {
        let blocks = ["{", "fn ", "impl ", "extern ", "trait ", "(no_mangle"]
            .iter()
            .any(|after| source.code.contains(&format!("{} {after}", "unsafe")));
        if blocks || source.code.contains(concat!("allow(unsafe", "_code)")) {
            found.push(source.path);
        }
    }
    assert_eq!(found, UNSAFE_FILES);
}

/// Whether `word` stands in `code` by itself, not as the tail of a longer one.
fn uses(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[track_caller]
fn only_in(folder: &str, words: &[&str], may: impl Fn(&str) -> bool, why: &str) {
    let mut wrong = Vec::new();
    for source in sources(folder).into_iter().filter(|source| !may(&source.path)) {
        if source.path == "architecture.rs" {
            continue; // it names them all
        }
        for word in words.iter().filter(|word| uses(&source.code, word)) {
            wrong.push(format!("`{folder}/{}` may not use `{word}`: {why}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_cli(path: &str) -> bool {
    path.starts_with("cli/")
}

#[test]
fn only_the_command_line_prints() {
    let words = ["println!", "eprintln!", "print!", "eprint!", "dbg!", "io::stdout", "io::stderr"];
    only_in("src", &words, is_cli, "stdout is data, stderr is talk, and both are the CLI's");
    only_in("tests", &words[..5], |_| false, "a test that fails says so by failing");
}

#[test]
fn nothing_runs_a_program_or_opens_a_socket() {
    let words = ["process::Command", "Command::new", "std::net", "TcpStream", "UdpSocket"];
    only_in("src", &words, |_| false, "a scan never runs what it scans and never dials");
    let may = |path: &str| ["tree/mod.rs", "docs.rs"].contains(&path);
    only_in(
        "tests",
        &words,
        may,
        "`Tree` runs the binary, and the tests of the docs what they say",
    );
}

#[test]
fn only_the_command_line_asks_the_clock_and_the_environment() {
    let clocks = ["SystemTime", "Timestamp::now", "Zoned::now", "UNIX_EPOCH"];
    only_in("src", &clocks, is_cli, "`--as-of` is the only clock");
    only_in("tests", &clocks, |_| false, "a test must mean the same tomorrow");
    let environment = ["env::var", "env::vars", "env::current_dir", "env::home_dir", "env::args"];
    only_in("src", &environment, is_cli, "equal input gives equal output");
}

#[test]
fn only_sources_overlays_and_the_command_line_touch_files() {
    let may = |path: &str| {
        is_cli(path)
            || path.starts_with("source/")
            || path.starts_with("scan/")
            || path == "signature/pack.rs"
    };
    let words = ["std::fs", "fs::read", "fs::write", "File::open", "OpenOptions", "read_dir"];
    only_in("src", &words, may, "everything else works on what it is handed");
}

#[test]
fn no_source_file_has_grown_into_a_thousand_lines() {
    let long: Vec<String> = sources("src")
        .into_iter()
        .filter(|source| source.code.lines().count() > 1000)
        .map(|source| source.path)
        .collect();
    assert_eq!(long, [""; 0]);
}
