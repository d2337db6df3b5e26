//! The command line as its users and their scripts meet it.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::cli::command::explain::explain;
use daylight::fail_on::Expression;
use daylight::model::inventory::Inventory;
use tree::{AS_OF, OPENAI, Ran, Tree, found_at};

fn inventory(ran: &Ran) -> Inventory {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

fn a_tree() -> Tree {
    Tree::new()
        .file("app/package.json", "{\"name\": \"chat\", \"dependencies\": {\"openai\": \"^4\"}}")
        .file("app/.env", "OPENAI_BASE_URL=https://api.openai.com/v1\n")
        .file("tests/requirements.txt", "anthropic==0.30\n")
}

/// A tree with its inventory saved beside it, and that inventory.
fn a_saved_tree() -> (Tree, Inventory) {
    let tree = a_tree();
    let ran = tree.command(&["scan", ".", "-o", "json=../saved.json"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let text = std::fs::read_to_string(tree.above().join("saved.json")).expect("saved");
    let inventory = serde_json::from_str(&text).expect("an inventory");
    (tree, inventory)
}

fn explained(tree: &Tree, id: &str) -> Ran {
    tree.command(&["explain", id, "--inventory", "../saved.json"])
}

// --- help ----------------------------------------------------------------------

#[test]
fn help_and_version_go_to_stdout() {
    let tree = Tree::new();
    let help = tree.command(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in [
        "scan",
        "explain",
        "compare",
        "render",
        "sample",
        "signature",
        "rules",
        "list",
        "completions",
        "manual",
    ] {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}: {}", help.stdout);
        let own = tree.command(&[command, "--help"]);
        assert_eq!((own.code, own.stderr.as_str()), (0, ""), "{command}");
        assert!(own.stdout.contains("Usage: daylight"), "{command}");
    }
    let version = tree.command(&["--version"]);
    assert_eq!(version.stdout, format!("daylight {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn mistakes_go_to_stderr_with_code_2() {
    let tree = a_tree();
    for arguments in [
        &[][..],
        &["scna"],
        &["scan", "--no-such-flag"],
        &["scan", "--jobs", "many"],
        &["scan", "--format", "yaml"],
        &["scan", "-o", "yaml=out.yaml"],
        &["scan", "-o", "json=-", "-o", "text=-"],
        &["scan", "--as-of", "tomorrow"],
        &["scan", "--as-of", "2026-02-30"],
        &["scan", "--max-time", "-1"],
        &["scan", "--color", "sometimes"],
        &["scan", "--fail-on", ""],
        &["scan", "--fail-on", "kind="],
        &["scan", "--fail-on", "confidence>=2000"],
        &["scan", "--fail-on", "confidence>=many"],
        &["scan", "--fail-on", "provider=OpenAI or any"],
        &["scan", "--fail-on", "kind=provider_api"],
        &["scan", "--fail-on", "new"],
        &["scan", "--fail-on", "unapproved"],
        &["scan", "--decisions", "missing.toml"],
        &["scan", "--lock", "."],
        &["scan", "--fail-on", "risk>=huge"],
        &["scan", "--baseline", "missing.json"],
        &["scan", "--config", "missing.toml"],
        &["scan", "--approved", "missing.toml"],
        &["compare", "missing.json", "missing.json"],
        &["list", "nothing"],
        &["completions", "edlin"],
        &["render", "--inventory", "missing.json", "-o", "text=-"],
        &["sample", "--inventory", "missing.json"],
        &["explain", "ais-00000000", "--inventory", "missing.json"],
        &["signature", "show", "no.such"],
        &["signature", "new", "NoDot"],
    ] {
        let ran = tree.command(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.trim().is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_unknown_format_names_the_known_ones() {
    let ran = Tree::new().command(&["scan", "--format", "yaml"]);
    assert!(ran.stderr.starts_with("error: unknown format `yaml`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n\nhint: ") && ran.stderr.contains("json, ndjson, text"));
}

// --- exit codes -------------------------------------------------------------------

#[test]
fn findings_alone_are_no_error() {
    let ran = a_tree().command(&["scan", "."]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(!inventory(&ran).systems.is_empty());
    assert_eq!(Tree::new().command(&["scan", "."]).code, 0);
}

#[test]
fn the_path_defaults_to_the_current_folder() {
    let ran = a_tree().command(&["scan"]);
    assert!(found_at(&inventory(&ran)).contains(&"app/package.json"));
}

#[test]
fn each_gate_says_no_when_it_holds_and_only_then() {
    let tree = a_tree();
    let scanned = tree.scan();
    for (gate, holds) in [
        ("any", true),
        ("kind=provider-api", true),
        ("kind=vector-store", false),
        ("provider=OpenAI", true),
        ("provider=openai", true),
        ("provider=Cohere", false),
        ("host=api.openai.com", true),
        ("host=*.openai.com", true),
        ("host=openai.com", false),
        ("host=api.anthropic.com", false),
        ("confidence>=1", true),
        ("confidence>=1000", false),
        ("provider=OpenAI and confidence>=600", true),
        ("provider=OpenAI and kind=provider-api and host=api.openai.com", true),
        ("provider=OpenAI and confidence>=1000", false),
        ("provider=OpenAI and kind=vector-store", false),
        // the other vendor is in tests only
        ("provider=Anthropic", false),
    ] {
        let judged = Expression::parse(gate).expect("a gate").judge(&scanned);
        assert_eq!(judged.expression, gate);
        assert_eq!((judged.failed, judged.matched.is_empty()), (holds, !holds), "{gate}");
    }
    for (gate, code) in [
        ("any", 1),
        ("kind=vector-store", 0),
        ("host=api.openai.com", 1),
        ("provider=OpenAI and confidence>=1000", 0),
        ("provider=OpenAI and confidence>=600", 1),
    ] {
        let ran = tree.command(&["scan", ".", "--fail-on", gate]);
        assert_eq!(ran.code, code, "{gate}: {}", ran.stderr);
        assert_eq!(inventory(&ran).gates[0].expression, gate);
    }
}

#[test]
fn no_gate_says_no_where_nothing_is() {
    let tree = Tree::new().file("notes.md", "no such thing here\n");
    assert_eq!(tree.command(&["scan", ".", "--fail-on", "any"]).code, 0);
}

#[test]
fn of_several_gates_one_is_enough_and_all_are_recorded() {
    let ran = a_tree().command(&["scan", ".", "--fail-on", "provider=Cohere", "--fail-on", "any"]);
    let failed: Vec<bool> = inventory(&ran).gates.iter().map(|gate| gate.failed).collect();
    assert_eq!((ran.code, failed), (1, vec![false, true]));
    let text = a_tree().command(&["scan", ".", "--fail-on", "any", "--format", "text"]);
    assert!(text.stdout.contains("Gate `any` said no"), "{}", text.stdout);
}

#[test]
fn strict_ends_with_4_where_something_could_not_be_read() {
    let broken = Tree::new().file("package.json", "{\"dependencies\": ");
    assert_eq!(broken.command(&["scan", "."]).code, 0);
    assert_eq!(broken.command(&["scan", ".", "--strict"]).code, 4);
    assert_eq!(a_tree().command(&["scan", ".", "--strict"]).code, 0);
    // a gate's no is the stronger answer
    let both = Tree::new().file("package.json", "{\"a\": ").file("requirements.txt", OPENAI);
    assert_eq!(both.command(&["scan", ".", "--strict", "--fail-on", "any"]).code, 1);
}

#[test]
fn no_time_gives_a_partial_inventory_and_4() {
    let ran = a_tree().command(&["scan", ".", "--max-time", "0"]);
    assert_eq!(ran.code, 4);
    assert!(!inventory(&ran).coverage.complete);
    let text = a_tree().command(&["scan", ".", "--max-time", "0", "--format", "text"]);
    assert!(text.stdout.contains("cut short"), "{}", text.stdout);
    let enough = a_tree().command(&["scan", ".", "--max-time", "3600"]);
    assert_eq!((enough.code, inventory(&enough).coverage.complete), (0, true));
}

#[test]
fn a_missing_path_is_3_even_among_good_ones() {
    let ran = a_tree().command(&["scan", "app", "nowhere"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("nowhere"));
}

// --- output -----------------------------------------------------------------------

#[test]
fn outputs_go_where_they_are_told() {
    let tree = a_tree();
    let ran = tree.command(&["scan", ".", "-o", "json=../out.json", "-o", "text=-"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("AI systems: 1"), "{}", ran.stdout);
    let json = std::fs::read_to_string(tree.above().join("out.json")).expect("written");
    assert_eq!(json, tree.command(&["scan", ".", "-o", "json=-"]).stdout);
    assert_eq!(json, tree.command(&["scan", ".", "--format", "json", "-o", "-"]).stdout);
    assert_eq!(json, tree.command(&["scan", "."]).stdout, "json is the default of a pipe");
}

#[test]
fn an_output_replaces_an_older_one_whole() {
    let tree = a_tree().file_above("out.json", "x".repeat(1 << 20));
    assert_eq!(tree.command(&["scan", ".", "-o", "json=../out.json"]).code, 0);
    let json = std::fs::read_to_string(tree.above().join("out.json")).expect("written");
    serde_json::from_str::<Inventory>(&json).expect("an inventory and nothing else");
    let left = std::fs::read_dir(tree.above()).expect("folder").flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
    assert!(left.iter().all(|name| !name.starts_with(".daylight")), "{left:?}");
}

/// A report that was renamed over `/dev/null` would leave the machine with a
/// plain file there.
#[cfg(target_os = "linux")]
#[test]
fn a_device_or_pipe_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let tree = a_tree().fifo("../pipe");
    let pipe = tree.above().join("pipe");
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).expect("what was written")
    });
    assert_eq!(tree.command(&["scan", ".", "-o", "json=../pipe"]).code, 0);
    assert!(std::fs::metadata(&pipe).expect("there").file_type().is_fifo());
    serde_json::from_str::<Inventory>(&reader.join().expect("read")).expect("an inventory");
}

#[cfg(unix)]
#[test]
fn a_written_report_can_be_read_by_others() {
    use std::os::unix::fs::PermissionsExt;
    let (tree, _) = a_saved_tree();
    let meta = std::fs::metadata(tree.above().join("saved.json")).expect("saved");
    assert_eq!(meta.permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_report_in_the_tree_changes_no_later_scan() {
    let tree = a_tree();
    let scan = || {
        assert_eq!(tree.command(&["scan", ".", "-o", "json=daylight.json"]).code, 0);
        let json = std::fs::read_to_string(tree.path("daylight.json")).expect("written");
        serde_json::from_str::<Inventory>(&json).expect("an inventory")
    };
    let (first, second) = (scan(), scan());
    assert_eq!(second.components, first.components);
    assert_eq!(second.systems, first.systems);
    assert_eq!(second.evidence, first.evidence);
}

#[test]
fn render_gives_the_bytes_of_the_scan() {
    let (tree, _) = a_saved_tree();
    for format in ["json", "text"] {
        let scanned = tree.command(&["scan", ".", "--format", format]);
        let output = format!("{format}=-");
        let rendered = tree.command(&["render", "--inventory", "../saved.json", "-o", &output]);
        assert_eq!((rendered.code, rendered.stderr.as_str()), (0, ""));
        assert_eq!(rendered.stdout, scanned.stdout, "{format}");
    }
}

#[test]
fn a_part_can_be_shown_in_every_format_and_says_that_it_is_one() {
    let tree = Tree::new()
        .file("CODEOWNERS", "/a/ @org/one\n/b/ @org/two\n")
        .file("a/package.json", "{\"name\": \"alpha\", \"dependencies\": {\"openai\": \"4\"}}")
        .file("b/pyproject.toml", "[project]\nname = \"beta\"\ndependencies = [\"torch\"]\n");
    let names = |inventory: &Inventory| -> Vec<String> {
        let systems = inventory.systems.iter().map(|system| system.name.clone());
        systems.chain(inventory.components.iter().map(|part| part.name.clone())).collect()
    };
    let scanned = |arguments: &[&str]| {
        inventory(&tree.command(&[&["scan", ".", "--format", "json"], arguments].concat()))
    };
    assert_eq!(scanned(&[]).selection, None);
    for asked in [["--owner", "ORG/ONE"], ["--path", "./a/"], ["--path", "a/package.json"]] {
        let part = scanned(&asked);
        assert_eq!(names(&part), ["alpha", "OpenAI API"], "{asked:?}");
        assert!(part.evidence.iter().all(|piece| piece.place.path.starts_with("a/")));
        assert_eq!(part.selection.as_ref().map(|selection| selection.left_out), Some(1));
    }
    assert!(names(&scanned(&["--owner", "org/one", "--path", "b"])).is_empty());
    // a gate judges the whole, whatever is shown
    let gate = ["scan", ".", "--owner", "@org/two", "--fail-on", "provider=OpenAI"];
    assert_eq!(tree.command(&gate).code, 1);
    let saved = tree.command(&["scan", ".", "-o", "json=../whole.json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    for format in daylight::report::EMITTERS.iter().map(|emitter| emitter.id()) {
        let output = format!("{format}=-");
        let mut command = vec!["render", "--inventory", "../whole.json", "--path", "b"];
        command.extend(["-o", &output]);
        let ran = tree.command(&command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stdout.contains("alpha"), "{format} tells what was left out");
        if ["text", "markdown", "json", "ndjson"].contains(&format) {
            assert!(
                ran.stdout.contains("left out: 1") || ran.stdout.contains("left_out"),
                "{format}"
            );
        }
    }
    tree.command(&["scan", ".", "--path", "b", "-o", "json=../part.json"]);
    let refused = tree.command(&["scan", ".", "--baseline", "../part.json"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("shows a part only"),
        "{}",
        refused.stderr
    );
}

#[test]
fn what_is_no_inventory_is_refused() {
    let (tree, good) = a_saved_tree();
    let mut newer = good;
    newer.schema_version = "9.0.0".to_owned();
    let tree = tree
        .file("empty.json", "")
        .file("other.json", "{\"name\": \"x\"}")
        .file("newer.json", serde_json::to_string(&newer).expect("JSON"));
    for (file, says) in
        [("empty.json", "no inventory"), ("other.json", "no inventory"), ("newer.json", "9.0.0")]
    {
        let ran = tree.command(&["render", "--inventory", file, "-o", "text=-"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{file}");
        assert!(ran.stderr.contains(says), "{file}: {}", ran.stderr);
    }
}

#[test]
fn stdout_is_data_and_stderr_is_quiet_in_ci_and_without_a_terminal() {
    let tree = a_tree();
    for variables in [&[][..], &[("CI", "true")], &[("NO_COLOR", "1")], &[("TERM", "dumb")]] {
        let ran = tree.command_in(variables, &["scan", ".", "--format", "text"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{variables:?}");
        assert!(!ran.stdout.contains('\u{1b}'), "{variables:?}");
    }
    let quiet = tree.command(&["scan", ".", "--quiet", "--offline"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
}

#[test]
fn colour_is_given_only_when_asked_for() {
    let tree = a_tree();
    let run = |colour: &str| {
        let ran = tree.command_in(
            &[("NO_COLOR", "1")],
            &["scan", ".", "--format", "text", "--color", colour],
        );
        ran.stdout
    };
    let (always, never) = (run("always"), run("never"));
    assert!(always.contains("\u{1b}[1m") && !never.contains('\u{1b}'));
    assert_eq!(run("auto"), never);
    let plain = always.replace("\u{1b}[1m", "").replace("\u{1b}[2m", "").replace("\u{1b}[0m", "");
    assert_eq!(plain, never, "colour adds nothing but colour");
    let json = tree.command(&["scan", ".", "--format", "json", "--color", "always"]);
    assert!(!json.stdout.contains('\u{1b}'));
}

// --- the clock -----------------------------------------------------------------------

#[test]
fn the_date_is_the_one_given_else_that_of_the_build() {
    let tree = a_tree();
    let of = |variables: &[(&str, &str)], arguments: &[&str]| {
        inventory(&tree.command_in(variables, arguments)).as_of
    };
    assert_eq!(of(&[], &["scan", "."]), AS_OF, "SOURCE_DATE_EPOCH of the test");
    assert_eq!(of(&[], &["scan", ".", "--as-of", "2027-08-02"]), "2027-08-02");
    let epoch = [("SOURCE_DATE_EPOCH", "0")];
    assert_eq!(of(&epoch, &["scan", "."]), "1970-01-01");
    assert_eq!(of(&epoch, &["scan", ".", "--as-of", "2027-08-02"]), "2027-08-02");
    let broken = of(&[("SOURCE_DATE_EPOCH", "soon")], &["scan", "."]);
    assert!(broken.len() == 10 && broken != "1970-01-01", "today: {broken}");
}

// --- explain, sample -------------------------------------------------------------------

#[test]
fn explain_leads_from_a_system_to_file_and_line() {
    let (tree, inventory) = a_saved_tree();
    let system = inventory.systems.iter().find(|system| system.name == "chat").expect("chat");
    let ran = explained(&tree, &system.id);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for said in [
        &system.id,
        "provisional",
        "scope:",
        "because ",
        "OpenAI API",
        "app/package.json:1",
        "basis",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
}

#[test]
fn explain_knows_components_evidence_and_signatures() {
    let (tree, inventory) = a_saved_tree();
    let component = &inventory.components[0];
    let of_component = explained(&tree, &component.id);
    assert_eq!(of_component.code, 0);
    assert!(of_component.stdout.contains(&component.name));
    assert!(of_component.stdout.contains(&component.signature));
    let evidence = &inventory.evidence[0];
    let of_evidence = explained(&tree, &evidence.id);
    assert_eq!(of_evidence.code, 0);
    assert!(of_evidence.stdout.contains(&evidence.place.path));
    assert!(of_evidence.stdout.contains(&evidence.signature));
    let of_signature = explained(&tree, "openai.api");
    assert_eq!(of_signature.code, 0);
    assert!(of_signature.stdout.starts_with("openai.api  OpenAI API\n"));
}

#[test]
fn explain_says_what_an_id_looks_like_when_nothing_has_it() {
    let (tree, _) = a_saved_tree();
    let ran = explained(&tree, "ais-00000000");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains("`ais-00000000`"));
    assert!(ran.stderr.contains("\n\nhint: ") && ran.stderr.contains("`cmp-`"));
}

#[test]
fn explain_asks_the_saved_inventory_of_the_folder_else_scans_it() {
    let (tree, inventory) = a_saved_tree();
    let id = inventory.systems.iter().find(|s| s.name == "chat").expect("chat").id.clone();
    let scanned = tree.command(&["explain", &id]);
    assert_eq!(scanned.code, 0, "{}", scanned.stderr);
    std::fs::copy(tree.above().join("saved.json"), tree.path("daylight.json")).expect("copy");
    std::fs::remove_dir_all(tree.path("app")).expect("removed");
    let saved = tree.command(&["explain", &id]);
    assert_eq!((saved.code, saved.stdout), (0, scanned.stdout));
}

#[test]
fn every_id_of_an_inventory_can_be_explained() {
    let inventory = a_tree().scan();
    let ids = inventory.systems.iter().map(|s| &s.id);
    let ids = ids.chain(inventory.components.iter().map(|c| &c.id));
    for id in ids.chain(inventory.evidence.iter().map(|e| &e.id)) {
        assert!(
            explain(&inventory, id)
                .is_some_and(|text| text.contains(id.as_str()) || id.starts_with("ev-")),
            "{id}"
        );
    }
}

#[test]
fn the_same_seed_draws_the_same_sample() {
    let packages = ["openai", "anthropic", "torch", "langchain", "cohere", "chromadb", "vllm"];
    let tree = Tree::new().file("requirements.txt", packages.join("\n"));
    assert_eq!(tree.command(&["scan", ".", "-o", "json=../saved.json"]).code, 0);
    let draw = |seed: &str, count: &str| {
        let ran = tree.command(&[
            "sample",
            "--inventory",
            "../saved.json",
            "--seed",
            seed,
            "--count",
            count,
        ]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        ran.stdout
    };
    let drawn = draw("7", "3");
    assert_eq!(drawn, draw("7", "3"));
    assert_eq!(drawn.lines().count(), 2 + 3);
    assert!(drawn.contains("requirements.txt:"), "{drawn}");
    assert!((0..5).any(|seed| draw(&seed.to_string(), "3") != drawn), "the seed means nothing");
    assert!(draw("7", "5").starts_with(&drawn), "a larger draw begins with the smaller one");
    assert_eq!(draw("7", "0").lines().count(), 2);
    assert!(draw("7", "1000").lines().count() >= 2 + packages.len());
}

// --- tables --------------------------------------------------------------------------

#[test]
fn each_table_is_listed_one_row_a_line() {
    let tree = Tree::new();
    for (table, first) in [
        ("extractors", "pypi-requirements\t"),
        ("languages", "python\t"),
        ("formats", "json\t"),
        ("limits", "text-bytes\t"),
        ("problems", "unreadable\t"),
    ] {
        let ran = tree.command(&["list", table]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{table}");
        assert!(ran.stdout.contains(first), "{table}: {}", ran.stdout);
        let columns: Vec<usize> = ran.stdout.lines().map(|l| l.split('\t').count()).collect();
        assert!(columns.iter().all(|count| *count == columns[0] && *count > 1), "{table}");
    }
}

#[test]
fn rules_and_signatures_are_listed_and_pass_their_check() {
    let tree = Tree::new();
    let list = tree.command(&["signature", "list"]);
    assert!(list.stdout.lines().any(|line| line.starts_with("openai.api\tprovider-api\t")));
    let show = tree.command(&["signature", "show", "openai.api"]);
    assert!(show.stdout.contains("file        providers/openai.toml"), "{}", show.stdout);
    let check = tree.command(&["signature", "check"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
    let rules = tree.command(&["rules", "check"]);
    assert_eq!(rules.code, 0, "{}", rules.stdout);
    assert!(tree.command(&["rules", "list"]).stdout.lines().count() > 10);
}

#[test]
fn a_new_signature_is_a_scaffold_that_says_what_it_lacks() {
    let tree = Tree::new();
    let new = tree.command(&["signature", "new", "acme.inference", "--into", "pack"]);
    assert_eq!(new.code, 0, "{}", new.stderr);
    let check = tree.command(&["signature", "check", "pack"]);
    assert_eq!(check.code, 1, "{}", check.stderr);
    assert!(check.stdout.contains("`name` is missing"), "{}", check.stdout);
    let again = tree.command(&["signature", "new", "acme.inference", "--into", "pack"]);
    assert_eq!(again.code, 2, "an existing file is never overwritten");
}

#[test]
fn the_scaffold_of_a_new_signature_passes_its_own_tests() {
    let tree = Tree::new();
    assert_eq!(tree.command(&["signature", "new", "acme.inference", "--into", "pack"]).code, 0);
    let test = tree.command(&["signature", "test", "pack"]);
    assert_eq!(test.code, 0, "{}{}", test.stdout, test.stderr);
}

#[test]
fn completions_are_written_for_every_shell() {
    let tree = Tree::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = tree.command(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        assert!(ran.stdout.contains("daylight") && ran.stdout.contains("explain"), "{shell}");
    }
}

#[test]
fn the_manual_is_a_manual_page() {
    let ran = Tree::new().command(&["manual"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains(".TH daylight 1"), "{}", ran.stdout);
}

#[test]
fn no_message_of_ours_shouts_or_judges() {
    let (tree, inventory) = a_saved_tree();
    let mut said = tree.command(&["scan", ".", "--format", "text"]).stdout;
    said.push_str(&explained(&tree, &inventory.systems[0].id).stdout);
    for arguments in [&["scan", "nowhere"][..], &["explain", "x.y"], &["scan", "--format", "x"]] {
        said.push_str(&tree.command(arguments).stderr);
    }
    for word in ["!", "is compliant", "is prohibited", "is high-risk", "is certified", "violat"] {
        assert!(!said.to_lowercase().contains(word), "{word}: {said}");
    }
}
