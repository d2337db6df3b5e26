//! Parts of a scan, joined, are the scan: byte for byte.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::merge::{MergeError, MergePart, Tree as Files, merge};
use daylight::model::inventory::Inventory;
use daylight::model::shard::Part;
use tree::{AS_OF, OPENAI, Tree, rendered};

const PARTS: u32 = 8;

/// Units, owners, links, ignored files, references between files, remarks and
/// words of law, spread over enough files that every part has some.
fn a_repository() -> Tree {
    let mut tree = Tree::new()
        .file("CODEOWNERS", "* @org/all\n/hiring/ @org/people @someone\n")
        .file(".gitignore", "build/\n")
        .file("build/left-out.py", "import openai\n")
        .file("approved-ai.toml", "[[approved]]\nprovider = \"OpenAI\"\nreason = \"contract\"\nowner = \"@org/ai\"\nexpires = \"2027-06-30\"\n")
        .file("daylight.toml", "exclude = [\"third_party/\"]\n\n[[region]]\npath = \"demo/\"\nregion = \"example\"\n\n[[system]]\nroot = \"legacy\"\nname = \"Old claims\"\npurposes = [\"claims\"]\n")
        .file("third_party/x/requirements.txt", OPENAI)
        .file("demo/requirements.txt", "anthropic\n")
        .file("legacy/job.py", "import anthropic  # daylight:allow(anthropic.api) goes in March\n")
        .file("requirements.txt", "-r hiring/requirements/base.in\n-r missing.txt\n")
        .file("hiring/requirements/base.in", OPENAI)
        .file("hiring/pyproject.toml", "[project]\nname = \"hiring\"\ndescription = \"Ranks applicants for a vacancy\"\ndependencies = [\"openai\", \"torch\"]\n")
        .file("hiring/rank.py", "import openai\nfrom screening import shortlist\n\ndef rank(candidate, cv):\n    score = openai.chat.completions.create(model=\"gpt-4o\", messages=[])\n    candidate.status = \"REJECTED\" if score < 0.5 else \"INVITED\"\n    return shortlist(candidate)\n")
        .file("hiring/README.md", "# Recruitment\nScreens job applicants and ranks candidates by their CV before the interview.\n")
        .file("hiring/sql/schema.sql", "create table applicants (id int, cv text, hiring_decision text, interview_score int);\n");
    for number in 0..90 {
        let path = format!("hiring/far/away/{number}/screening_{number}.py");
        tree = tree.file(path, "def shortlist(applicant):\n    return applicant.interview_score\n");
    }
    for number in 0..20 {
        let manifest = format!(
            "{{\"name\": \"app-{number}\", \"dependencies\": {{\"openai\": \"4.{number}.0\"}}}}"
        );
        let code = "import OpenAI from \"openai\";\nnew OpenAI().chat.completions.create({ model: \"gpt-4o\" });\nfetch(\"https://api.mistral.ai/v1/chat\");\n";
        tree = tree
            .file(format!("apps/{number}/package.json"), manifest)
            .file(format!("apps/{number}/src/chat.ts"), code);
    }
    tree
}

fn json(inventory: &Inventory) -> String {
    rendered(inventory, "json")
}

/// The parts as `daylight merge` gets them: written and read again.
fn parts(tree: &Tree, of: u32, name: Option<&str>) -> Vec<MergePart> {
    (1..=of)
        .map(|number| {
            let inventory = tree.scan_with(|request| {
                request.part = Part::parse(&format!("{number}/{of}"));
            });
            MergePart {
                file: format!("{number}.json"),
                name: name.map(str::to_owned),
                inventory: serde_json::from_str(&json(&inventory)).expect("an inventory"),
            }
        })
        .collect()
}

fn files(tree: &Tree, name: Option<&str>) -> Files {
    Files { name: name.map(str::to_owned), root: tree.root() }
}

#[test]
fn eight_parts_merge_into_the_bytes_of_the_scan() {
    let tree = a_repository();
    let ran = |arguments: &[&str]| {
        let ran = tree.command(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.stdout
    };
    let whole = ran(&["scan", ".", "--format", "json"]);
    let folder = tree.above().join("parts");
    std::fs::create_dir(&folder).expect("folder");
    let mut command = vec!["merge".to_owned(), "--tree".to_owned(), ".".to_owned()];
    let mut counts = Vec::new();
    // backwards: the order in which parts arrive says nothing
    for number in (1..=PARTS).rev() {
        let file = folder.join(format!("{number}.json")).display().to_string();
        let output = format!("json={file}");
        ran(&["scan", ".", "--shard", &format!("{number}/{PARTS}"), "-o", &output]);
        let text = std::fs::read_to_string(&file).expect("a part");
        let part: Inventory = serde_json::from_str(&text).expect("an inventory");
        counts.push(part.coverage.read.files);
        command.push(file);
    }
    assert!(counts.iter().all(|count| *count > 0), "a part is empty: {counts:?}");
    command.extend(["--format".to_owned(), "json".to_owned()]);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let merged = ran(&command);
    assert!(whole.contains("Old claims") && whole.contains("broken-reference"));
    assert!(whole.contains("hiring"), "nothing to compare");
    assert_eq!(merged, whole);
}

#[test]
fn the_words_around_the_ai_reach_the_merged_classification() {
    let tree = a_repository();
    let whole = tree.scan();
    let with = merge(parts(&tree, 3, None), &[], &[files(&tree, None)]).expect("a whole");
    assert_eq!(json(&with), json(&whole));
    let without = merge(parts(&tree, 3, None), &[], &[]).expect("a whole");
    assert_ne!(json(&without), json(&whole), "the words say nothing here");
    let rows = &without.coverage.problems;
    let unread: Vec<&str> = rows
        .iter()
        .filter(|row| row.code == "not-read-again")
        .map(|row| row.place.path.as_str())
        .collect();
    assert_eq!(unread, ["."]);
    let ids = |inventory: &Inventory| -> Vec<String> {
        inventory.systems.iter().map(|system| system.id.clone()).collect()
    };
    assert_eq!(ids(&without), ids(&whole));
}

#[test]
fn repositories_merge_into_the_bytes_of_one_scan_of_both_and_bring_their_reading() {
    let (a, b) = (a_repository(), Tree::new().file("requirements.txt", OPENAI));
    let mut all = parts(&a, 1, Some("a"));
    all.extend(parts(&b, 2, Some("b")));
    let merged = merge(all, &[], &[files(&b, Some("b"))]).expect("a whole");
    assert!(!json(&merged).contains("not-read-again"));
    let both = Tree::new();
    let move_to = |tree: &Tree, name: &str| {
        std::fs::rename(tree.root(), both.path(name)).expect("moved");
    };
    move_to(&a, "a");
    move_to(&b, "b");
    let whole = both.scan_with(|request| {
        request.targets = vec![both.path("a"), both.path("b")];
    });
    let ids = |inventory: &Inventory| -> Vec<String> {
        let systems = inventory.systems.iter().map(|system| system.id.clone());
        let components = inventory.components.iter().map(|component| component.id.clone());
        let evidence = inventory.evidence.iter().map(|piece| piece.id.clone());
        systems.chain(components).chain(evidence).collect()
    };
    assert_eq!(ids(&merged), ids(&whole));
    let classified = |inventory: &Inventory| -> Vec<String> {
        let of = |s: &daylight::model::system::AiSystem| format!("{:#?}", s.classification);
        inventory.systems.iter().map(of).collect()
    };
    assert_eq!(classified(&merged), classified(&whole));
}

#[test]
fn parts_that_are_missing_doubled_or_of_another_scan_are_refused() {
    let tree = Tree::new().file("requirements.txt", OPENAI);
    let refused = |parts: Vec<MergePart>| {
        merge(parts, &[], &[]).err().map_or_else(|| panic!("merged"), |error| error.to_string())
    };
    let mut missing = parts(&tree, 3, None);
    missing.remove(1);
    assert_eq!(refused(missing), "shard 2 of 3 is missing");
    let mut doubled = parts(&tree, 2, None);
    doubled.extend(parts(&tree, 2, None).into_iter().take(1));
    assert_eq!(refused(doubled), "shard 1 of 2 is there twice");
    let mut mixed = parts(&tree, 2, None);
    mixed.extend(parts(&tree, 3, None).into_iter().skip(2));
    assert!(refused(mixed).contains("the number of shards"));
    let mut later = parts(&tree, 2, None);
    later[1].inventory.as_of = "2027-01-01".to_owned();
    assert!(refused(later).contains("the date (`--as-of`)"), "{AS_OF}");
    let mut whole = parts(&tree, 2, None);
    whole[1].inventory = tree.scan();
    assert!(refused(whole).contains("was not taken with `--shard`"));
    let mut twins = parts(&tree, 1, Some("a"));
    twins.extend(parts(&tree, 1, Some("b")));
    let nowhere = merge(twins, &[], &[files(&tree, Some("c"))]);
    assert!(matches!(nowhere, Err(MergeError::Tree(_))));
}
