//! Equal input gives equal bytes: whatever the thread count, the place of the
//! tree, the locale, the home, or the order in which things were found.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::assemble::{AssembleOptions, Assembled, Descriptions, Gathered, assemble};
use daylight::examine::{Artifact, Examiner, Harvest};
use daylight::extract::dispatch::Dispatch;
use daylight::limits::Limits;
use daylight::model::evidence::Sighting;
use daylight::scan::descriptions;
use daylight::signature::library::Library;
use proptest::prelude::*;
use tree::{Tree, rendered};

/// The files of a middling repository: a few hundred, of every sort.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        (".gitignore".to_owned(), "build/\n*.log\n".to_owned()),
        ("CODEOWNERS".to_owned(), "* @org/all\n/apps/ @org/apps @jdoe\n".to_owned()),
        (
            ".mcp.json".to_owned(),
            r#"{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files"]}}}"#.to_owned(),
        ),
        ("CLAUDE.md".to_owned(), "# How we work\n".to_owned()),
        ("build/requirements.txt".to_owned(), "openai\n".to_owned()),
        ("broken/package-lock.json".to_owned(), "{\"packages\": {\"node_modules/openai".to_owned()),
    ];
    for number in 0..60 {
        let app = format!("apps/app-{}", number % 12);
        let folder = format!("{app}/part-{number}");
        let region = ["src", "tests", "examples", "vendor", "docs"][number % 5];
        files.extend([
            (format!("{app}/package.json"), format!("{{\"name\": \"app-{}\", \"dependencies\": {{\"openai\": \"^4\", \"ai\": \"^3\"}}}}", number % 12)),
            (format!("{folder}/requirements.txt"), format!("openai=={number}\nlangchain-openai\ntorch\nanthropic>={number}\n-r {}.txt\n", number % 3)),
            (format!("{folder}/{region}/app.py"), format!("import openai\nimport anthropic\nclient = openai.OpenAI()\nclient.chat.completions.create(model=\"gpt-4o-{number}\")\n")),
            (format!("{folder}/{region}/app.ts"), "import OpenAI from \"openai\";\nconst url = \"https://api.openai.com/v1\";\n".to_owned()),
            (format!("{folder}/settings.yaml"), format!("model: gpt-4o-{number}\nhost: api.anthropic.com\n")),
            (format!("{folder}/{number}.log"), "ignored\n".to_owned()),
        ]);
    }
    files
}

fn tree_of(files: &[(String, String)]) -> Tree {
    files.iter().fold(Tree::new(), |tree, (path, text)| tree.file(path, text))
}

fn both(tree: &Tree, jobs: usize) -> (String, String) {
    let inventory = tree.scan_with(|request| request.jobs = jobs);
    (rendered(&inventory, "json"), rendered(&inventory, "text"))
}

#[test]
fn one_thread_and_eight_give_the_same_bytes() {
    let tree = tree_of(&files());
    let (json, text) = both(&tree, 1);
    assert!(json.contains("OpenAI API") && text.contains("AI systems: "));
    assert!(json.lines().count() > 5000, "the tree is too small to show anything");
    for _ in 0..3 {
        let again = both(&tree, 8);
        assert!(again.0 == json, "the JSON differs");
        assert_eq!(again.1, text);
    }
}

#[test]
fn two_copies_in_places_of_other_names_give_the_same_bytes() {
    let files = files();
    let first = tree_of(&files);
    let mut backwards = files.clone();
    backwards.reverse();
    let second = tree_of(&backwards);
    let elsewhere = second.above().join("another-name");
    std::fs::rename(second.root(), &elsewhere).expect("rename");
    let jobs = |request: &mut daylight::scan::Request| request.jobs = 2;
    let one = first.scan_with(jobs);
    let other = first.scan_with(|request| {
        jobs(request);
        request.targets = vec![elsewhere];
    });
    assert!(rendered(&one, "json") == rendered(&other, "json"), "the JSON differs");
    assert_eq!(rendered(&one, "text"), rendered(&other, "text"));
}

#[test]
fn a_store_of_git_that_tracks_no_ignored_file_changes_nothing() {
    let tree = tree_of(&files());
    let without = both(&tree, 2);
    let tree = tree.git(&["CLAUDE.md", "CODEOWNERS", "apps/app-0/package.json"]);
    assert!(both(&tree, 2) == without, "the store shows");
}

#[test]
fn locale_home_zone_and_terminal_never_show() {
    let tree = tree_of(&files()[..60]);
    let run = |variables: &[(&str, &str)], format: &str| {
        let ran = tree.command_in(variables, &["scan", ".", "--format", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        ran.stdout
    };
    for format in ["json", "text"] {
        let plain = run(&[], format);
        for variables in [
            [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nowhere")],
            [("LC_ALL", "C"), ("TZ", "America/Adak"), ("USER", "someone")],
            [("COLUMNS", "40"), ("TERM", "xterm-256color"), ("XDG_CONFIG_HOME", "/")],
            [("RAYON_NUM_THREADS", "7"), ("PWD", "/"), ("LANG", "de_DE.UTF-8")],
        ] {
            assert!(run(&variables, format) == plain, "{variables:?} show in {format}");
        }
    }
}

#[test]
fn no_absolute_path_stands_in_the_output() {
    let tree = tree_of(&files()[..60]);
    let above = tree.above().to_str().expect("UTF-8").to_owned();
    let root = tree.root();
    let root = root.to_str().expect("UTF-8");
    for format in ["json", "text"] {
        let ran = tree.command(&["scan", root, "--format", format]);
        assert!(ran.code == 0 && !ran.stdout.contains(&above), "{format}");
    }
}

#[test]
fn ids_stay_when_lines_move_and_versions_change() {
    let ids = |text: &str| -> Vec<String> {
        let inventory = Tree::new().file("a/requirements.txt", text).scan();
        let evidence = inventory.evidence.iter().map(|e| e.id.clone());
        let components = inventory.components.iter().map(|c| c.id.clone());
        let systems = inventory.systems.iter().map(|s| s.id.clone());
        evidence.chain(components).chain(systems).collect()
    };
    let before = ids("openai==1.0\n");
    assert_eq!(before.len(), 3);
    assert_eq!(before, ids("# moved\n\n\nopenai==2.5\n"));
}

/// Sightings, units and owners as the readers leave them.
fn gathered() -> (Harvest, Descriptions) {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let mut harvest = Harvest::default();
    for (path, text) in &files()[..80] {
        let artifact = Artifact { path, bytes: text.as_bytes(), truncated: false };
        examiner.examine(artifact, &mut harvest);
    }
    (harvest, descriptions(&library))
}

fn shown(assembled: &Assembled) -> String {
    format!("{assembled:#?}")
}

const OPTIONS: AssembleOptions =
    AssembleOptions { include_identities: false, evidence_per_component: 20 };

#[test]
fn assembling_does_not_depend_on_the_order_of_what_was_seen() {
    let (harvest, descriptions) = gathered();
    assert!(harvest.sightings.len() > 40 && harvest.units.len() > 5);
    let of = |sightings: Vec<Sighting>, units: Vec<_>, owners: Vec<_>| {
        shown(&assemble(
            Gathered { sightings, units, owners, ..Gathered::default() },
            &descriptions,
            OPTIONS,
        ))
    };
    let expected = of(harvest.sightings.clone(), harvest.units.clone(), harvest.owners.clone());
    let shuffled = (
        Just(harvest.sightings).prop_shuffle(),
        Just(harvest.units).prop_shuffle(),
        Just(harvest.owners).prop_shuffle(),
        0usize..40,
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&shuffled, |(mut sightings, units, owners, repeats)| {
            // a file seen twice says no more than one seen once
            sightings.extend(sightings.clone().into_iter().take(repeats));
            prop_assert!(of(sightings, units, owners) == expected, "the order shows");
            Ok(())
        })
        .expect("the same whatever the order");
}
