//! What changed since an earlier inventory: told whole, and blamed on the code
//! only where the same knowledge judged both.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::compare::compare;
use daylight::fail_on::Expression;
use daylight::model::change::{Cause, Change, ChangeKind, Changes, Subject};
use daylight::model::inventory::Inventory;
use tree::{OPENAI, Tree};

fn before() -> Tree {
    Tree::new()
        .file("chat/package.json", "{\"name\": \"chat\", \"dependencies\": {\"openai\": \"4.0.0\"}}")
        .file("chat/app.ts", "import OpenAI from \"openai\";\nnew OpenAI().chat.completions.create({ model: \"gpt-4o\" });\n")
        .file("ml/pyproject.toml", "[project]\nname = \"ml\"\ndependencies = [\"torch\"]\n")
}

fn after() -> Tree {
    Tree::new()
        .file("CODEOWNERS", "* @org/all\n")
        .file("chat/package.json", "{\"name\": \"chat\", \"dependencies\": {\"openai\": \"4.2.0\", \"@anthropic-ai/sdk\": \"1\"}}")
        .file("chat/app.ts", "import OpenAI from \"openai\";\nnew OpenAI().chat.completions.create({ model: \"gpt-5\" });\nfetch(\"https://api.mistral.ai/v1/chat\");\n")
        .file("search/package.json", "{\"name\": \"search\", \"dependencies\": {\"openai\": \"4.2.0\"}}")
}

fn rows<'c>(changes: &'c Changes, subject: Subject, kind: ChangeKind) -> Vec<&'c str> {
    let of = |row: &&'c Change| row.subject == subject && row.change == kind;
    changes.rows.iter().filter(of).map(|row| row.name.as_str()).collect()
}

#[test]
fn what_appeared_went_and_changed_is_told_by_subject() {
    let (old, new) = (before().scan(), after().scan());
    let changes = compare(&old, &new);
    assert_eq!(changes.notes, []);
    assert!(changes.rows.iter().all(|row| row.cause == Cause::Code));
    assert_eq!(rows(&changes, Subject::System, ChangeKind::New), ["search"]);
    assert_eq!(rows(&changes, Subject::System, ChangeKind::Gone), ["ml"]);
    assert!(
        rows(&changes, Subject::Component, ChangeKind::New).contains(&"Anthropic API (Claude)")
    );
    assert!(rows(&changes, Subject::Component, ChangeKind::Gone).contains(&"PyTorch"));
    assert_eq!(rows(&changes, Subject::Model, ChangeKind::New), ["gpt-5"]);
    assert_eq!(rows(&changes, Subject::Model, ChangeKind::Gone), ["gpt-4o"]);
    assert!(rows(&changes, Subject::Use, ChangeKind::New).contains(&"Anthropic API (Claude)"));
    assert_eq!(rows(&changes, Subject::Host, ChangeKind::New), ["api.mistral.ai"]);
    let fields: Vec<(&str, &str, &str, &str)> = changes
        .rows
        .iter()
        .filter(|row| row.change == ChangeKind::Changed)
        .map(|row| (row.name.as_str(), row.field.as_str(), row.from.as_str(), row.to.as_str()))
        .collect();
    assert!(fields.contains(&("OpenAI API", "versions", "4.0.0", "4.2.0")), "{fields:?}");
    assert!(fields.contains(&("chat", "owners", "", "@org/all")), "{fields:?}");
}

#[test]
fn nothing_changes_between_equal_inventories_or_when_lines_move() {
    let old = before().scan();
    assert_eq!(compare(&old, &old).rows, []);
    let moved = before().file("chat/app.ts", "// moved\n\n\nimport OpenAI from \"openai\";\nnew OpenAI().chat.completions.create({ model: \"gpt-4o\" });\n");
    assert_eq!(compare(&old, &moved.scan()).rows, []);
}

#[test]
fn going_back_is_the_mirror_of_going_forth() {
    let (old, new) = (before().scan(), after().scan());
    let (forth, back) = (compare(&old, &new), compare(&new, &old));
    for subject in
        [Subject::System, Subject::Component, Subject::Model, Subject::Use, Subject::Host]
    {
        assert_eq!(
            rows(&forth, subject, ChangeKind::New),
            rows(&back, subject, ChangeKind::Gone),
            "{subject:?}"
        );
    }
}

#[test]
fn other_conclusions_and_factors_are_told_with_both_values() {
    let old = before().scan();
    let mut new = old.clone();
    let classification = &mut new.systems[0].classification;
    "needs-review".clone_into(&mut classification.scope.value);
    let (name, factor) = classification.factors.iter_mut().next().expect("a factor");
    let name = name.clone();
    "other".clone_into(&mut factor.value);
    let changes = compare(&old, &new);
    let told: Vec<(Subject, &str, &str)> =
        changes.rows.iter().map(|r| (r.subject, r.field.as_str(), r.to.as_str())).collect();
    assert!(told.contains(&(Subject::Conclusion, "scope", "needs-review")), "{told:?}");
    assert!(told.iter().any(|(s, f, _)| *s == Subject::Factor && *f == name), "{told:?}");
    assert_eq!(changes.rows.len(), 2);
}

#[test]
fn the_code_is_not_blamed_where_what_judged_differs() {
    let (mut old, new) = (before().scan(), after().scan());
    let causes = |changes: &Changes, concluded: bool| -> Vec<Cause> {
        let of = |row: &&Change| {
            matches!(row.subject, Subject::Factor | Subject::Conclusion) == concluded
        };
        let mut causes: Vec<Cause> = changes.rows.iter().filter(of).map(|r| r.cause).collect();
        causes.sort();
        causes.dedup();
        causes
    };
    let codes = |changes: &Changes| -> Vec<String> {
        changes.notes.iter().map(|note| note.code.clone()).collect()
    };
    "0123456789abcdef".clone_into(&mut old.rule_packs[0].sha256);
    let changes = compare(&old, &new);
    assert_eq!(codes(&changes), ["other-rules"]);
    assert!(changes.notes[0].detail.contains("0123456789abcdef"));
    assert_eq!(causes(&changes, false), [Cause::Code]);
    assert_eq!(causes(&changes, true), [Cause::Unclear]);
    "0123456789abcdef".clone_into(&mut old.signature_packs[0].sha256);
    let changes = compare(&old, &new);
    assert_eq!(codes(&changes), ["other-rules", "other-signatures"]);
    assert_eq!(causes(&changes, false), [Cause::Unclear]);
    let mut judged = new;
    judged.changes = Some(changes);
    assert!(!Expression::parse("new").expect("gate").judge(&judged).failed);
}

#[test]
fn a_change_cannot_excuse_what_it_brings_by_touching_a_file_of_settings() {
    let old = before().scan_apart();
    let settings = "# touched\n";
    let list = "[[approved]]\nprovider = \"Nobody\"\nreason = \"r\"\nowner = \"@org\"\nexpires = \"2099-01-01\"\n";
    for (file, text) in [("daylight.toml", settings), ("approved-ai.toml", list)] {
        let mut new = after().file(file, text).scan_apart();
        let changes = compare(&old, &new);
        let is_new = |row: &&Change| row.change == ChangeKind::New;
        assert!(changes.rows.iter().filter(is_new).any(|row| row.subject == Subject::Component));
        let mut blamed = changes
            .rows
            .iter()
            .filter(is_new)
            .filter(|row| row.subject != Subject::Factor && row.subject != Subject::Conclusion);
        assert!(blamed.all(|row| row.cause == Cause::Code), "{file}: {:?}", changes.rows);
        let noted = changes.notes.iter().any(|note| note.code == "other-configuration");
        assert_eq!(noted, file == "daylight.toml");
        new.changes = Some(changes);
        assert!(Expression::parse("new").expect("gate").judge(&new).failed, "{file}");
    }
}

#[test]
fn a_scan_that_was_cut_short_leaves_doubt_on_one_side() {
    let (mut old, mut new) = (before().scan(), after().scan());
    let cause_of = |old: &Inventory, new: &Inventory, kind: ChangeKind| {
        let changes = compare(old, new);
        let mut causes = changes.rows.iter().filter(|r| r.change == kind).map(|r| r.cause);
        causes.next().expect("a row")
    };
    old.coverage.complete = false;
    assert_eq!(cause_of(&old, &new, ChangeKind::New), Cause::Unclear);
    assert_eq!(cause_of(&old, &new, ChangeKind::Gone), Cause::Code);
    (old.coverage.complete, new.coverage.complete) = (true, false);
    assert_eq!(cause_of(&old, &new, ChangeKind::New), Cause::Code);
    assert_eq!(cause_of(&old, &new, ChangeKind::Gone), Cause::Unclear);
}

// --- the command line -----------------------------------------------------------

fn saved(tree: &Tree, name: &str, arguments: &[&str]) {
    let output = format!("json=../{name}");
    let mut all = vec!["scan", ".", "-o", &output];
    all.extend(arguments);
    let ran = tree.command(&all);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn compare_tells_people_and_its_gate_says_no() {
    let tree = after();
    let old = before();
    saved(&old, "old.json", &[]);
    std::fs::copy(old.above().join("old.json"), tree.above().join("old.json")).expect("copy");
    saved(&tree, "new.json", &[]);
    let ran = tree.command(&["compare", "../old.json", "../new.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for said in [
        "Since the inventory of 2026-11-22: ",
        "new     system search",
        "gone    system ml",
        "new     model gpt-5",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let gate = |old: &str, new: &str, gate: &str| {
        tree.command(&["compare", old, new, "--fail-on", gate]).code
    };
    assert_eq!(gate("../old.json", "../new.json", "new"), 1);
    assert_eq!(gate("../new.json", "../new.json", "new"), 0);
    assert_eq!(gate("../old.json", "../new.json", "new and provider=Anthropic"), 1);
    assert_eq!(gate("../old.json", "../new.json", "new and provider=Cohere"), 0);
    assert_eq!(gate("../old.json", "../new.json", "denied"), 2, "there is no list");
    let ran = tree.command(&["compare", "../old.json", "../new.json", "-o", "json=-"]);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    assert!(!inventory.changes.expect("changes").rows.is_empty());
}

#[test]
fn a_scan_with_a_baseline_fails_for_what_is_new_and_only_then() {
    let tree = before();
    saved(&tree, "old.json", &[]);
    let run = |tree: &Tree| {
        tree.command(&[
            "scan",
            ".",
            "--baseline",
            "../old.json",
            "--fail-on",
            "new",
            "--format",
            "text",
        ])
    };
    let same = run(&tree);
    assert_eq!(same.code, 0, "{}", same.stdout);
    assert!(same.stdout.contains("nothing changed"), "{}", same.stdout);
    // a known product in a system that did not use it is new there
    let tree = tree.file("ml/requirements.txt", OPENAI);
    let more = run(&tree);
    assert_eq!(more.code, 1, "{}", more.stdout);
    assert!(more.stdout.contains("component OpenAI API in ais-"), "{}", more.stdout);
    assert!(more.stdout.contains("Gate `new` said no"), "{}", more.stdout);
}

#[test]
fn what_is_new_in_tests_only_passes_the_gate() {
    let tree = before();
    saved(&tree, "old.json", &[]);
    let tree = tree.file("tests/requirements.txt", "anthropic\n");
    let ran = tree.command(&["scan", ".", "--baseline", "../old.json", "--fail-on", "new"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    let changes = inventory.changes.expect("changes");
    assert!(
        rows(&changes, Subject::Component, ChangeKind::New).contains(&"Anthropic API (Claude)")
    );
}

#[test]
fn a_baseline_of_a_newer_shape_is_refused_and_an_older_one_read_with_a_note() {
    let tree = before();
    let mut inventory = tree.scan();
    for (version, code) in [("1.0.0", 0), ("1.99.0", 2), ("2.0.0", 2), ("0.9.0", 2), ("new", 2)] {
        version.clone_into(&mut inventory.schema_version);
        let text = serde_json::to_string(&inventory).expect("JSON");
        std::fs::write(tree.above().join("old.json"), text).expect("write");
        let ran = tree.command(&["scan", ".", "--baseline", "../old.json", "--format", "text"]);
        assert_eq!(ran.code, code, "{version}: {}", ran.stderr);
        if code == 0 {
            assert!(ran.stdout.contains("note  older-schema"), "{}", ran.stdout);
        } else {
            assert!(ran.stdout.is_empty() && ran.stderr.contains(version), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_malformed_baseline_is_told_with_line_and_column() {
    let tree = before()
        .file_above("a.json", "{\n  \"schema_version\": 3\n}\n")
        .file_above("b.json", "")
        .file_above("c.json", "[]");
    for (file, says) in
        [("a.json", "../a.json:2:"), ("b.json", "../b.json:1:0"), ("c.json", "../c.json:1:")]
    {
        let file = format!("../{file}");
        for arguments in [vec!["scan", ".", "--baseline", &file], vec!["compare", &file, &file]] {
            let ran = tree.command(&arguments);
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
            assert!(
                ran.stderr.contains(says) && ran.stderr.contains("caused by: "),
                "{}",
                ran.stderr
            );
        }
    }
}
