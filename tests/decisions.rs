//! Decisions of people and the documents made with them: what is recorded
//! stays, what changed makes a decision stale, and no document says more than
//! evidence can. `DAYLIGHT_BLESS=1 cargo test --test decisions` writes the
//! golden documents anew; read the diff before you commit it.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::fs;
use std::path::Path;

use daylight::classify::RuleLibrary;
use daylight::decision::{Decision, DecisionFile, Standing, State, digest_of, standings};
use daylight::document::{Form, Kind, Sources, document};
use daylight::lock::Lock;
use daylight::model::inventory::Inventory;
use daylight::policy::approved::ApprovedList;
use daylight::scan::{Request, Silent};
use tree::{AS_OF, Tree};

fn rules() -> RuleLibrary {
    RuleLibrary::built_in().expect("tables")
}

fn fixture(name: &str) -> Inventory {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems").join(name);
    daylight::scan(&Request::new(folder, AS_OF), &Silent).expect("an inventory")
}

/// A tree that holds a saved inventory of a fixture.
fn saved(name: &str) -> (Tree, Inventory) {
    let inventory = fixture(name);
    let json = serde_json::to_string(&inventory).expect("json");
    (Tree::new().file("inventory.json", json), inventory)
}

const SAYS: [&str; 10] = [
    "--value",
    "in-scope",
    "--by",
    "The AIMS manager",
    "--capacity",
    "AIMS manager",
    "--because",
    "Ranks applicants; a recruiter confirms.",
    "--inventory",
    "inventory.json",
];

fn decide(tree: &Tree, id: &str, more: &[&str]) -> tree::Ran {
    let mut arguments = vec!["decide", id];
    arguments.extend(SAYS);
    arguments.extend(more);
    tree.command(&arguments)
}

fn read(tree: &Tree) -> DecisionFile {
    let text = fs::read_to_string(tree.path("ai-decisions.toml")).expect("decisions");
    DecisionFile::parse(&text).expect("a file of decisions")
}

fn scope_of(inventory: &Inventory, decisions: &DecisionFile) -> Standing {
    let all = standings(inventory, decisions, &rules());
    let mut scopes = all.into_iter().filter(|standing| standing.about == "scope");
    scopes.next().expect("a standing")
}

/// A decision about a fixture's only system, as `daylight decide` records it.
fn decided(name: &str) -> (Inventory, DecisionFile) {
    let (tree, inventory) = saved(name);
    let ran = decide(&tree, &inventory.systems[0].id, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    (inventory, read(&tree))
}

// ---- recording ----

#[test]
fn a_decision_is_appended_with_its_evidence_and_day_of_review() {
    let (inventory, file) = decided("S01-hr-screen-llm");
    let decision = &file.decision[0];
    assert_eq!(decision.value, "in-scope");
    assert_eq!(
        (decision.decided_on.as_str(), decision.review_by.as_str()),
        ("2026-11-22", "2027-05-22")
    );
    assert!(decision.is_whole() && !decision.material.is_empty());
    assert_eq!(decision.seen.areas.iter().collect::<Vec<_>>(), ["annex3.4"]);
    assert_eq!(scope_of(&inventory, &file).state, State::Decided);
}

#[test]
fn a_second_decision_leaves_the_first_as_it_stands() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let id = inventory.systems[0].id.clone();
    decide(&tree, &id, &[]);
    let first = fs::read_to_string(tree.path("ai-decisions.toml")).unwrap();
    let old = read(&tree).decision[0].id.clone();
    let ran = decide(&tree, &id, &["--value", "out-of-scope"]);
    assert_ne!(ran.code, 0, "a flag is given twice: {}", ran.stdout);
    let ran = tree.command(&[
        "decide",
        &id,
        "--value",
        "out-of-scope",
        "--by",
        "The board",
        "--capacity",
        "Board",
        "--because",
        "Switched off.",
        "--supersedes",
        &old,
        "--inventory",
        "inventory.json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(fs::read_to_string(tree.path("ai-decisions.toml")).unwrap().starts_with(&first));
    let all = standings(&inventory, &read(&tree), &rules());
    let states: Vec<State> = all.iter().map(|standing| standing.state).collect();
    assert_eq!(states, [State::Decided, State::Superseded]);
}

#[test]
fn two_that_append_at_once_lose_no_line() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let id = &inventory.systems[0].id;
    std::thread::scope(|scope| {
        for number in 0..6 {
            let tree = &tree;
            scope.spawn(move || {
                let answer = format!("--answer=R{number}=yes");
                let day = format!("--review-by=2027-0{}-01", number + 1);
                let reason = format!("Reason {number}.");
                let ran = tree.command(&[
                    "decide",
                    id,
                    "--value",
                    "in-scope",
                    "--by",
                    "A",
                    "--capacity",
                    "B",
                    "--because",
                    &reason,
                    &answer,
                    &day,
                    "--inventory",
                    "inventory.json",
                ]);
                assert_eq!(ran.code, 0, "{}", ran.stderr);
            });
        }
    });
    assert_eq!(read(&tree).decision.len(), 6);
}

#[test]
fn of_some_that_say_the_same_at_once_one_is_recorded() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let id = &inventory.systems[0].id;
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| decide(&tree, id, &[]).code)).collect();
        all.into_iter().map(|one| one.join().expect("an end")).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 2).count(), 5, "{codes:?}");
    assert_eq!(read(&tree).decision.len(), 1);
}

#[test]
fn a_file_in_which_nothing_stands_yet_is_one_without_decisions() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    fs::write(tree.path("ai-decisions.toml"), "").unwrap();
    let ran = tree.command(&["review", "--inventory", "inventory.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = decide(&tree, &inventory.systems[0].id, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(read(&tree).decision.len(), 1);
}

#[test]
fn a_file_that_is_named_and_not_there_yet_has_nothing_to_do_with_the_usual_one() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let id = &inventory.systems[0].id;
    let ran = decide(&tree, id, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = decide(&tree, id, &["--decisions", "board.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let board = fs::read_to_string(tree.path("board.toml")).unwrap();
    assert_eq!(DecisionFile::parse(&board).unwrap().decision.len(), 1);
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let ran = tree.command(&["decide", &inventory.systems[0].id, "--inventory", "inventory.json"]);
    assert_eq!(ran.code, 2);
    for flag in ["--value", "--by", "--capacity", "--because"] {
        assert!(ran.stderr.contains(flag), "{}", ran.stderr);
    }
    assert!(!tree.path("ai-decisions.toml").exists());
}

#[test]
fn words_that_are_none_and_days_that_lie_behind_are_refused() {
    let (tree, inventory) = saved("S01-hr-screen-llm");
    let id = &inventory.systems[0].id;
    let with = |value: &str, more: &[&str]| {
        let mut arguments = vec![
            "decide",
            id,
            "--value",
            value,
            "--by",
            "A",
            "--capacity",
            "B",
            "--because",
            "C",
            "--inventory",
            "inventory.json",
        ];
        arguments.extend(more);
        tree.command(&arguments).code
    };
    assert_eq!(with("likely-in-scope", &[]), 2, "a proposal is no decision");
    assert_eq!(with("in-scope", &["--review-by", "2026-01-01"]), 2);
    assert_eq!(with("in-scope", &["--supersedes", "dec-unknown"]), 2);
    assert_eq!(with("minimal-risk", &["--about", "risk"]), 2, "needs a second reviewer");
    assert_eq!(with("minimal-risk", &["--about", "risk", "--second-reviewer", "The DPO"]), 0);
    assert_eq!(read(&tree).decision[0].review_by, "2027-11-22");
}

// ---- reading ----

#[test]
fn a_malformed_file_is_refused_with_line_and_column() {
    let (_, file) = decided("S04-mail-spam-sklearn");
    let good = toml::to_string(&file).unwrap();
    for (bad, says) in [
        (good.replace("value = ", "valeu = "), "line"),
        (good.replace("schema = 1", "schema = 9"), "newer"),
        (good.replace("2026-11-22", "yesterday"), "YYYY-MM-DD"),
        ("schema = ".to_owned(), "line 1, column"),
    ] {
        let error = DecisionFile::parse(&bad).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}

// ---- standing ----

#[test]
fn what_is_added_since_makes_a_decision_stale() {
    let (inventory, file) = decided("S13-log-anomaly");
    let change = |alter: &dyn Fn(&mut Inventory)| {
        let mut later = inventory.clone();
        alter(&mut later);
        scope_of(&later, &file)
    };
    let same = change(&|_| {});
    assert_eq!(same.state, State::Decided);
    let acts = change(&|later| {
        later.systems[0].classification.factors.get_mut("autonomy").unwrap().value =
            "decides_and_acts".to_owned();
    });
    assert_eq!((acts.state, acts.severity.as_str()), (State::Stale, "high"));
    assert!(acts.why[0].contains("autonomy is now decides_and_acts"), "{:?}", acts.why);
    let less = change(&|later| {
        later.systems[0].classification.factors.get_mut("autonomy").unwrap().value =
            "unknown".to_owned();
    });
    assert_eq!(less.state, State::Decided, "what is less does not press");
    let gone = change(&|later| later.evidence.clear());
    assert_eq!((gone.state, gone.severity.as_str()), (State::Stale, "low"));
    let moved = change(&|later| {
        for piece in &mut later.evidence {
            if let Some(span) = &mut piece.span {
                span.line += 40;
            }
        }
    });
    assert_eq!(moved.state, State::Decided, "moved lines are no change");
}

#[test]
fn a_day_of_review_that_passed_expires_a_decision_and_a_law_only_reminds() {
    let (mut inventory, file) = decided("S13-log-anomaly");
    inventory.as_of = "2026-12-03".to_owned();
    let reminded = scope_of(&inventory, &file);
    assert_eq!((reminded.state, reminded.severity.as_str()), (State::Decided, "note"));
    assert!(reminded.why[0].contains("2026-12-02"), "{:?}", reminded.why);
    inventory.as_of = "2027-06-01".to_owned();
    assert_eq!(scope_of(&inventory, &file).state, State::Expired);
}

#[test]
fn a_system_that_is_gone_is_never_dropped() {
    let (mut inventory, file) = decided("S13-log-anomaly");
    inventory.systems.clear();
    assert_eq!(scope_of(&inventory, &file).state, State::Retired);
}

#[test]
fn two_values_in_force_and_an_altered_entry_are_contested() {
    let (inventory, file) = decided("S13-log-anomaly");
    let mut two = file.clone();
    let other = Decision {
        value: "out-of-scope".to_owned(),
        id: "dec-other".to_owned(),
        ..file.decision[0].clone()
    };
    two.decision.push(other);
    assert_eq!(scope_of(&inventory, &two).state, State::Contested);
    let mut altered = file.clone();
    altered.decision[0].material.push("ev-added".to_owned());
    let standing = scope_of(&inventory, &altered);
    assert_eq!(standing.state, State::Contested);
    assert!(standing.why.iter().any(|why| why.contains("digest")), "{:?}", standing.why);
}

#[test]
fn an_id_that_stands_twice_is_told_and_loses_neither_entry() {
    let (inventory, file) = decided("S13-log-anomaly");
    let rows = |file: &DecisionFile| {
        let rows = standings(&inventory, file, &rules());
        rows.into_iter().filter(|row| row.decision == file.decision[0].id).collect::<Vec<_>>()
    };
    // As two merged branches bring it.
    let mut merged = file.clone();
    merged.decision.push(file.decision[0].clone());
    let text = toml::to_string(&merged).unwrap();
    let merged = rows(&DecisionFile::parse(&text).expect("both are read"));
    assert_eq!(merged.len(), 2);
    assert!(merged.iter().all(|row| row.state == State::Decided), "{merged:?}");
    assert!(
        merged.iter().all(|row| row.why.contains(&"it stands twice, word for word".to_owned()))
    );

    let mut altered = file.clone();
    altered
        .decision
        .push(Decision { justification: "another reason".to_owned(), ..file.decision[0].clone() });
    let altered = rows(&altered);
    assert_eq!(altered.len(), 2);
    for row in altered {
        assert_eq!(row.state, State::Contested);
        assert!(row.why.iter().any(|why| why.contains("stands twice")), "{:?}", row.why);
    }
}

#[test]
fn the_digest_does_not_depend_on_the_order_of_material() {
    let one = ["b".to_owned(), "a".to_owned()];
    let two = ["a".to_owned(), "b".to_owned()];
    assert_eq!(digest_of(&one), digest_of(&two));
    assert_ne!(digest_of(&one), digest_of(&one[..1]));
}

#[test]
fn review_puts_what_presses_first() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems");
    let request = Request {
        targets: ["S13-log-anomaly", "S11-exam-proctor", "S01-hr-screen-llm"]
            .iter()
            .map(|name| folder.join(name))
            .collect(),
        ..Request::new(".", AS_OF)
    };
    let inventory = daylight::scan(&request, &Silent).expect("scan");
    let tree = Tree::new().file("inventory.json", serde_json::to_string(&inventory).unwrap());
    let ran = tree.command(&["review", "--inventory", "inventory.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let at = |word: &str| ran.stdout.find(word).unwrap_or_else(|| panic!("{word}: {}", ran.stdout));
    assert!(at("prohibited-practice-indicator") < at("high-risk-indicator"));
    assert!(at("high-risk-indicator") < at("no-indicator-found"));
    assert!(ran.stdout.contains("daylight decide ais-"));
}

#[test]
fn a_scan_says_how_the_decision_about_each_system_stands() {
    let (_, file) = decided("S13-log-anomaly");
    let tree = Tree::new().file("decisions.toml", toml::to_string(&file).unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems/S13-log-anomaly");
    let folder = folder.to_str().expect("path");
    let human = |arguments: &[&str]| {
        let mut all = vec!["scan", folder, "--format", "json"];
        all.extend(arguments);
        let ran = tree.command(&all);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("inventory");
        inventory.systems[0].classification.human.clone()
    };
    assert_eq!(human(&[]).state, "undecided");
    let known = human(&["--decisions", "decisions.toml"]);
    assert_eq!((known.state.as_str(), known.scope.as_deref()), ("decided", Some("in-scope")));
    let ran = tree.command(&["scan", folder, "--decisions", "nowhere.toml"]);
    assert_eq!(ran.code, 2, "a named file that is not there is a mistake");
}

// ---- documents ----

/// Two systems, one decided: what every document is made from here.
fn sources() -> (Inventory, DecisionFile) {
    let (mut inventory, file) = decided("S01-hr-screen-llm");
    // what changes with every signature is not what these tests are about
    for pack in inventory.signature_packs.iter_mut().chain(&mut inventory.rule_packs) {
        "0".repeat(16).clone_into(&mut pack.sha256);
    }
    inventory.approvals = approved().approvals(&inventory);
    (inventory, file)
}

fn approved() -> ApprovedList {
    let list = "[[approved]]\nprovider = \"OpenAI\"\nreason = \"contract 17\"\nowner = \"@ai-board\"\nexpires = \"2027-06-30\"\n[approved.when]\ndata = [\"no data about people\"]\n";
    ApprovedList::parse("approved-ai.toml", list).expect("a list")
}

#[test]
fn every_document_is_as_it_was() {
    let (inventory, decisions) = sources();
    let rules = rules();
    let sources = Sources { inventory: &inventory, decisions: &decisions, rules: &rules };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    for kind in Kind::ALL {
        let page = document(kind, sources);
        for (form, ending) in [(Form::Markdown, "md"), (Form::Csv, "csv"), (Form::Json, "json")] {
            let text = page.write(form).expect("written");
            assert_eq!(
                text,
                document(kind, sources).write(form).expect("written"),
                "twice the same"
            );
            let golden = folder.join(format!("{}.{ending}", kind.word()));
            if std::env::var_os("DAYLIGHT_BLESS").is_some() {
                fs::create_dir_all(&folder).expect("folder");
                fs::write(&golden, &text).expect("golden");
            }
            let known = fs::read_to_string(&golden).unwrap_or_default();
            assert!(
                known == text,
                "{} differs: run with DAYLIGHT_BLESS=1 and read the diff",
                golden.display()
            );
        }
    }
}

#[test]
fn no_document_says_what_only_a_court_or_an_auditor_can() {
    let forbidden = ["is prohibited", "is compliant", "is high-risk", "certified", "violates", "!"];
    let rules = rules();
    for name in [
        "S01-hr-screen-llm",
        "S03-support-chatbot",
        "S06-devtool-copilot-only",
        "S11-exam-proctor",
        "S16-hidden-ai-rest",
    ] {
        let inventory = fixture(name);
        let empty = DecisionFile::default();
        let sources = Sources { inventory: &inventory, decisions: &empty, rules: &rules };
        for kind in Kind::ALL {
            let page = document(kind, sources);
            for form in [Form::Markdown, Form::Csv, Form::Json] {
                let text = page.write(form).expect("written");
                for phrase in forbidden {
                    assert!(
                        !text.to_lowercase().contains(phrase),
                        "{name} {}: says `{phrase}`",
                        kind.word()
                    );
                }
                for part in ["daylight", "Rules:", "Coverage:", "2026-11-22", "Not legal advice"] {
                    assert!(text.contains(part), "{} does not say `{part}`", kind.word());
                }
            }
        }
    }
}

#[test]
fn a_scope_statement_stays_a_draft_while_something_is_open() {
    let rules = rules();
    let (inventory, decisions) = sources();
    let none = DecisionFile::default();
    let text = |decisions: &DecisionFile| {
        let sources = Sources { inventory: &inventory, decisions, rules: &rules };
        document(Kind::ScopeDraft, sources).write(Form::Markdown).expect("written")
    };
    assert!(text(&none).contains("DRAFT. 1 systems"));
    assert!(!text(&decisions).contains("DRAFT"), "every system is decided");
    assert!(text(&none).contains("not seen at all"), "what was not scanned is named");
}

#[test]
fn hints_name_all_38_controls_and_exclude_none() {
    let rules = rules();
    let (inventory, decisions) = sources();
    let sources = Sources { inventory: &inventory, decisions: &decisions, rules: &rules };
    let page = document(Kind::SoaHints, sources);
    let table = page.sections[0].table.as_ref().expect("table");
    let standard = rules.regimes().iter().find(|regime| regime.id == "iso42001").expect("regime");
    let controls: Vec<&String> =
        standard.provisions.iter().filter(|provision| provision.starts_with("A.")).collect();
    let listed: Vec<&String> = table.rows.iter().map(|row| &row[0]).collect();
    assert_eq!(listed, controls);
    assert!(!page.write(Form::Csv).expect("csv").contains("not applicable"));
}

#[test]
fn the_list_of_approved_ai_decides_what_is_not_on_it() {
    let rules = rules();
    let (mut inventory, decisions) = sources();
    let text = |inventory: &Inventory| {
        let sources = Sources { inventory, decisions: &decisions, rules: &rules };
        document(Kind::ShadowDelta, sources).write(Form::Csv).expect("csv")
    };
    assert!(text(&inventory).contains("approved,OpenAI API"), "{}", text(&inventory));
    assert!(text(&inventory).contains("data: the configuration does not say"));
    let denied =
        "[[denied]]\ntool = \"OpenAI API\"\nreason = \"no contract\"\nowner = \"@ai-board\"\n";
    let denied = ApprovedList::parse("approved-ai.toml", denied).expect("a list");
    inventory.approvals = denied.approvals(&inventory);
    assert!(text(&inventory).contains("denied,OpenAI API"));
    inventory.approvals.clear();
    assert!(text(&inventory).contains("unapproved,OpenAI API"));
}

// ---- gates ----

#[test]
fn gates_ask_for_decisions_and_for_decisions_that_still_hold() {
    let (_, file) = decided("S13-log-anomaly");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems/S13-log-anomaly");
    let tree = Tree::new().file("decisions.toml", toml::to_string(&file).unwrap());
    let code = |gate: &str, more: &[&str]| {
        let mut all = vec!["scan", folder.to_str().expect("path"), "--format", "json"];
        all.extend(["--as-of", AS_OF, "--fail-on", gate]);
        all.extend(more);
        tree.command(&all).code
    };
    assert_eq!(code("undecided", &[]), 1);
    assert_eq!(code("undecided", &["--decisions", "decisions.toml"]), 0);
    assert_eq!(code("stale", &["--decisions", "decisions.toml"]), 0);
    let later = ["--decisions", "decisions.toml", "--as-of", "2028-01-01"];
    let ran = tree.command(&[
        "scan",
        folder.to_str().expect("path"),
        "--format",
        "json",
        "--fail-on",
        "stale",
        later[0],
        later[1],
        later[2],
        later[3],
    ]);
    assert_eq!(ran.code, 1, "its day of review has passed: {}", ran.stderr);
    assert_eq!(code("undecided and risk>=high", &[]), 0);
}

#[test]
fn decisions_lie_in_the_tree_unless_the_tree_is_not_heeded() {
    let (_, file) = decided("S13-log-anomaly");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems/S13-log-anomaly");
    let mut tree = Tree::new().file("ai-decisions.toml", toml::to_string(&file).unwrap());
    for path in files_of(&root) {
        let text = fs::read_to_string(root.join(&path)).expect("text");
        tree = tree.file(path, text);
    }
    let gate = ["scan", ".", "--format", "json", "--as-of", AS_OF, "--fail-on", "undecided"];
    assert_eq!(tree.command(&gate).code, 0);
    let mut alone = gate.to_vec();
    alone.push("--no-repo-config");
    assert_eq!(tree.command(&alone).code, 1);
}

fn files_of(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let relative = path.strip_prefix(root).expect("inside");
                files.push(relative.to_string_lossy().into_owned());
            }
        }
    }
    files
}

// ---- ids of before ----

const CHAT: &str = "from openai import OpenAI\n\nclient = OpenAI()\nclient.chat.completions.create(model=\"gpt-4o\", messages=[])\n";

fn at(folder: &str) -> Tree {
    Tree::new()
        .file(format!("{folder}/requirements.txt"), "openai==1.54.3\n")
        .file(format!("{folder}/answer_mail.py"), CHAT)
}

#[test]
fn a_folder_that_moved_keeps_what_was_decided_about_it() {
    let before = at("services/mail").scan();
    let (lock, told) = Lock::default().follow(&mut before.clone());
    assert!(told.is_empty(), "{told:?}");
    let lock = Lock::parse(&lock.text().expect("text")).expect("reads what it wrote");
    let mut after = at("apps/post").scan();
    let old = before.systems[0].id.clone();
    assert_ne!(after.systems[0].id, old, "an id is made of names");
    let (lock, told) = lock.follow(&mut after);
    assert_eq!(after.systems[0].previous_ids.as_slice(), std::slice::from_ref(&old));
    assert!(told[0].contains("is now `"), "{told:?}");
    let (again, told) = lock.follow(&mut after);
    assert_eq!((again, told.len()), (lock, 0), "nothing more happened");
    assert_eq!(
        after.systems[0].previous_ids.as_slice(),
        std::slice::from_ref(&old),
        "it is not forgotten"
    );
    let decision = Decision {
        id: "dec-1".to_owned(),
        system_id: old,
        about: "scope".to_owned(),
        value: "in-scope".to_owned(),
        decided_on: AS_OF.to_owned(),
        review_by: "2027-05-22".to_owned(),
        evidence_digest: digest_of(&[]),
        rule_pack: "built-in@0.2.0".to_owned(),
        seen: daylight::decision::seen_in(&after, &after.systems[0]),
        ..Decision::default()
    };
    let file = DecisionFile { schema: 1, decision: vec![decision] };
    assert_eq!(scope_of(&after, &file).state, State::Decided);
}

#[test]
fn splits_merges_and_losses_are_told() {
    let one = at("a").scan();
    let (lock, _) = Lock::default().follow(&mut one.clone());
    let mut two = at("b")
        .file("c/requirements.txt", "openai==1.54.3\n")
        .file("c/answer_mail.py", CHAT)
        .scan();
    let (both, told) = lock.follow(&mut two);
    assert!(told[0].contains("was split into"), "{told:?}");
    assert!(two.systems.iter().all(|system| system.previous_ids == [one.systems[0].id.clone()]));
    let mut merged = at("d").scan();
    let (_, told) = both.follow(&mut merged);
    assert!(told.iter().all(|sentence| sentence.contains("was merged into")), "{told:?}");
    assert_eq!(merged.systems[0].previous_ids.len(), 3);
    let mut none = Tree::new().file("a.txt", "x").scan();
    let (kept, told) = both.follow(&mut none);
    assert!(told[0].contains("not found any more"), "{told:?}");
    assert!(kept.system.len() == 2 && kept.system.iter().all(|system| system.gone));
    assert!(kept.follow(&mut none).1.is_empty(), "it is told once");
}

#[test]
fn a_scan_reads_and_writes_the_lock_it_is_given() {
    let tree = at("services/mail");
    let scan = ["scan", ".", "--format", "json", "--as-of", AS_OF, "--lock", "ai-systems.lock"];
    assert_eq!(tree.command(&scan).code, 0);
    let text = fs::read_to_string(tree.path("ai-systems.lock")).expect("lock");
    assert_eq!(Lock::parse(&text).expect("lock").system.len(), 1);
    fs::write(tree.path("ai-systems.lock"), text.replace("schema = 1", "schema = \"x\"")).unwrap();
    let ran = tree.command(&scan);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("line 2, column"), "{}", ran.stderr);
    let twice = format!("{text}{}", &text[text.find("[[system]]").expect("entry")..]);
    assert!(Lock::parse(&twice).expect_err("twice").to_string().contains("twice"));
}

// ---- registers of others ----

#[test]
fn a_register_is_compared_by_id_and_by_name() {
    let (tree, inventory) = saved("S03-support-chatbot");
    let id = &inventory.systems[0].id;
    let of = |register: &str| {
        fs::write(tree.path("register.csv"), register).expect("register");
        tree.command(&[
            "reconcile",
            "register.csv",
            "--inventory",
            "inventory.json",
            "--format",
            "csv",
        ])
    };
    let ran = of(&format!("system id,owner\n{id},The desk\nais-unknown,Nobody\n"));
    assert!(ran.stdout.contains("registered and found,support-chat"), "{}", ran.stdout);
    assert!(ran.stdout.contains("registered only,-,ais-unknown"), "{}", ran.stdout);
    let ran = of("Name;Verantwortlich\nSupport Chat;Alle\n");
    assert!(ran.stdout.contains("registered and found"), "{}", ran.stdout);
    let ran = of("colour\nred\n");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no column"), "{}", ran.stderr);
    let ran = of("");
    assert_eq!(ran.code, 2, "{}", ran.stdout);
}

#[test]
fn a_report_is_written_to_a_file_and_an_unknown_kind_is_told() {
    let (tree, _) = saved("S03-support-chatbot");
    let ran =
        tree.command(&["report", "register", "--inventory", "inventory.json", "-o", "register.md"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(fs::read_to_string(tree.path("register.md")).unwrap().contains("support-chat"));
    let ran = tree.command(&["report", "poem", "--inventory", "inventory.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("soa-hints"));
}
