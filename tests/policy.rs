//! What an organisation says: configuration, suppressions, the list of
//! approved AI. It is heeded whole or not at all, and told in the report.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::collections::BTreeMap;

use daylight::model::inventory::Inventory;
use daylight::model::place::Region;
use daylight::model::policy::{ApprovalStatus, Suppression, SuppressionState};
use tree::{OPENAI, Ran, Tree, found_at};

fn inventory(ran: &Ran) -> Inventory {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

fn scanned(tree: &Tree, arguments: &[&str]) -> Inventory {
    let mut all = vec!["scan", "."];
    all.extend(arguments);
    inventory(&tree.command(&all))
}

/// Exit code of a scan with one gate.
fn gate(tree: &Tree, gate: &str) -> i32 {
    let ran = tree.command(&["scan", ".", "--fail-on", gate]);
    assert!(ran.code < 2, "{}", ran.stderr);
    ran.code
}

fn a_tree() -> Tree {
    Tree::new()
        .file("app/package.json", "{\"name\": \"app\", \"dependencies\": {\"openai\": \"4\"}}")
        .file("legacy/requirements.txt", "anthropic\n")
}

// --- daylight.toml ----------------------------------------------------------------

#[test]
fn what_a_configuration_excludes_is_not_read_and_told_with_its_rule() {
    let tree = a_tree().file("daylight.toml", "exclude = [\"legacy/\"]\n");
    let inventory = scanned(&tree, &[]);
    assert_eq!(found_at(&inventory), ["app/package.json"]);
    let row = &inventory.coverage.ignored[0];
    assert_eq!(
        (row.place.path.as_str(), row.rule.as_str(), row.source.as_str()),
        ("legacy", "legacy/", "daylight.toml")
    );
    assert_eq!(inventory.configuration[0].name, "daylight.toml");
}

#[test]
fn a_configuration_says_what_a_folder_is() {
    let tree =
        a_tree().file("daylight.toml", "[[region]]\npath = \"legacy/\"\nregion = \"vendored\"\n");
    let inventory = scanned(&tree, &[]);
    let of = |path: &str| {
        inventory.evidence.iter().find(|e| e.place.path == path).expect("evidence").region
    };
    assert_eq!(of("legacy/requirements.txt"), Region::Vendored);
    assert_eq!(of("app/package.json"), Region::Product);
    assert_eq!(gate(&tree, "provider=Anthropic"), 0);
}

#[test]
fn a_configuration_declares_a_system_with_name_and_owner() {
    let tree = a_tree().file(
        "daylight.toml",
        "[[system]]\nroot = \"legacy\"\nname = \"Old claims\"\nowners = [\"@org/claims\", \"@someone\"]\n",
    );
    let inventory = scanned(&tree, &[]);
    let system = inventory.systems.iter().find(|s| s.name == "Old claims").expect("the system");
    assert_eq!(system.root.path, "legacy");
    let owners: Vec<&str> = system.owners.iter().map(|o| o.handle.as_str()).collect();
    assert_eq!(owners[0], "@org/claims");
    assert!(owners[1].starts_with("person-"), "{owners:?}");
    assert_eq!(system.owners[0].place.path, "daylight.toml");
}

const SUPPRESS: &str =
    "[[suppress]]\nid = \"ID\"\nreason = \"agreed\"\napprover = \"@org/ai\"\nexpires = \"UNTIL\"\n";

fn suppress(id: &str, until: &str, path: &str) -> String {
    let row = SUPPRESS.replace("ID", id).replace("UNTIL", until);
    if path.is_empty() { row } else { format!("{row}path = \"{path}\"\n") }
}

fn states(inventory: &Inventory) -> Vec<(&str, SuppressionState)> {
    inventory.suppressions.iter().map(|s| (s.id.as_str(), s.state)).collect()
}

#[test]
fn a_suppression_keeps_the_gate_from_saying_no_and_the_inventory_whole() {
    let plain = a_tree();
    let without = scanned(&plain, &[]);
    assert_eq!(gate(&plain, "provider=OpenAI"), 1);
    let tree = a_tree().file("daylight.toml", suppress("openai.api", "2026-11-22", ""));
    assert_eq!(gate(&tree, "provider=OpenAI"), 0);
    assert_eq!(gate(&tree, "provider=Anthropic"), 1, "of another component it says nothing");
    let with = scanned(&tree, &[]);
    assert_eq!(with.components, without.components);
    assert_eq!(with.evidence, without.evidence);
    assert_eq!(states(&with), [("openai.api", SuppressionState::InForce)]);
    let told: &Suppression = &with.suppressions[0];
    assert_eq!(
        (told.reason.as_str(), told.approver.as_deref(), told.line),
        ("agreed", Some("@org/ai"), 2)
    );
    let component = with.components.iter().find(|c| c.provider == "OpenAI").expect("one");
    assert!(told.matched.contains(&component.id) && told.matched.contains(&component.evidence[0]));
}

#[test]
fn an_expired_suppression_is_void_and_said() {
    let tree = a_tree().file("daylight.toml", suppress("openai.api", "2026-11-21", ""));
    assert_eq!(gate(&tree, "provider=OpenAI"), 1);
    assert_eq!(states(&scanned(&tree, &[])), [("openai.api", SuppressionState::Expired)]);
    let before = ["scan", ".", "--fail-on", "provider=OpenAI", "--as-of", "2026-11-20"];
    assert_eq!(tree.command(&before).code, 0);
}

#[test]
fn a_suppression_that_matches_nothing_is_reported() {
    let tree = a_tree().file(
        "daylight.toml",
        suppress("cohere.api", "2027-01-01", "") + &suppress("openai.api", "2027-01-01", "other/"),
    );
    let inventory = scanned(&tree, &[]);
    assert_eq!(
        states(&inventory),
        [("cohere.api", SuppressionState::Unmatched), ("openai.api", SuppressionState::Unmatched)]
    );
    let text = tree.command(&["scan", ".", "--format", "text"]).stdout;
    assert!(text.contains("Suppressions: 0 in force, 2 void"), "{text}");
    assert!(text.contains("unmatched cohere.api  daylight.toml:2  agreed, @org/ai"), "{text}");
}

#[test]
fn a_suppression_of_a_place_leaves_the_other_places_alone() {
    let tree = a_tree().file("more/requirements.txt", OPENAI);
    let tree = tree.file("daylight.toml", suppress("openai.api", "2027-01-01", "more/"));
    assert_eq!(gate(&tree, "provider=OpenAI"), 1);
    let tree = tree.file(
        "daylight.toml",
        suppress("openai.api", "2027-01-01", "more/")
            + &suppress("openai.api", "2027-01-01", "app/"),
    );
    assert_eq!(gate(&tree, "provider=OpenAI"), 0, "together they cover all places");
}

#[test]
fn explain_says_what_was_suppressed_and_why() {
    let tree = a_tree().file("daylight.toml", suppress("openai.api", "2027-01-01", ""));
    let inventory = scanned(&tree, &["-o", "json=daylight.json", "-o", "json=-"]);
    let component = inventory.components.iter().find(|c| c.provider == "OpenAI").expect("one");
    let told = tree.command(&["explain", &component.id]).stdout;
    assert!(told.contains("suppressed  in-force  openai.api  daylight.toml:2  agreed"), "{told}");
    let other = inventory.components.iter().find(|c| c.provider != "OpenAI").expect("one");
    assert!(!tree.command(&["explain", &other.id]).stdout.contains("suppressed"));
}

#[test]
fn a_system_can_be_suppressed_by_its_id() {
    let plain = scanned(&a_tree(), &[]);
    let id = plain.systems.iter().find(|s| s.name == "app").expect("app").id.clone();
    let tree = a_tree().file("daylight.toml", suppress(&id, "2027-01-01", ""));
    assert_eq!(gate(&tree, "provider=OpenAI"), 0);
    assert!(scanned(&tree, &[]).suppressions[0].matched.contains(&id));
}

#[test]
fn a_remark_beside_the_line_suppresses_that_line_only() {
    let remark = |text: &str| Tree::new().file("app/requirements.txt", text);
    let allowed = remark("openai==1.0  # daylight:allow(openai.api) agreed in review\n");
    assert_eq!(gate(&allowed, "any"), 0);
    let told = &scanned(&allowed, &[]).suppressions[0];
    assert_eq!((told.reason.as_str(), told.line), ("agreed in review", 1));
    let above = remark("# daylight:allow(openai.api) agreed\nopenai==1.0\n");
    assert_eq!(gate(&above, "any"), 0);
    let far = remark("# daylight:allow(openai.api) agreed\n\nopenai==1.0\n");
    assert_eq!(
        (gate(&far, "any"), scanned(&far, &[]).suppressions[0].state),
        (1, SuppressionState::Unmatched)
    );
    let bare = remark("openai==1.0  # daylight:allow(openai.api)\n");
    assert_eq!(
        (gate(&bare, "any"), scanned(&bare, &[]).suppressions[0].state),
        (1, SuppressionState::NoReason)
    );
    let other = remark("openai==1.0  # daylight:allow(anthropic.api) agreed\n");
    assert_eq!(gate(&other, "any"), 1);
    let page =
        remark("openai==1.0\n").file("docs/page.md", "Write `daylight:allow(openai.api) why`.\n");
    assert_eq!(scanned(&page, &[]).suppressions, []);
}

#[test]
fn a_scanned_tree_cannot_weaken_a_scan_that_heeds_nothing_it_says() {
    let tree = Tree::new()
        .file("app/requirements.txt", "openai==1.0  # daylight:allow(openai.api) ours\n")
        .file("daylight.toml", "exclude = [\"app/\"]\n")
        .file("approved-ai.toml", "[[approved]]\nprovider = \"*\"\nreason = \"all\"\nowner = \"us\"\nexpires = \"2030-01-01\"\n");
    let heeding = scanned(&tree, &[]);
    assert!(heeding.components.is_empty() && heeding.configuration.len() == 2);
    let strict = scanned(&tree, &["--no-repo-config"]);
    assert_eq!(strict.components.len(), 1);
    assert_eq!((strict.suppressions.len(), strict.configuration.len()), (0, 0));
    let ran = tree.command(&["scan", ".", "--no-repo-config", "--fail-on", "any"]);
    assert_eq!(ran.code, 1);
    // a broken one does not stop it either
    let tree = tree.file("daylight.toml", "exclude = [");
    assert_eq!(tree.command(&["scan", "."]).code, 2);
    assert_eq!(tree.command(&["scan", ".", "--no-repo-config"]).code, 0);
}

#[test]
fn a_named_configuration_takes_the_place_of_the_trees_own() {
    let tree = a_tree()
        .file("daylight.toml", "exclude = [\"app/\"]\n")
        .file_above("org.toml", "exclude = [\"legacy/\"]\n");
    assert_eq!(found_at(&scanned(&tree, &[])), ["legacy/requirements.txt"]);
    let by_flag = scanned(&tree, &["--config", "../org.toml"]);
    assert_eq!(found_at(&by_flag), ["app/package.json"]);
    let both = scanned(&tree, &["--config", "../org.toml", "--no-repo-config"]);
    assert_eq!(found_at(&both), ["app/package.json"]);
}

#[test]
fn a_malformed_file_ends_with_2_before_anything_is_scanned() {
    for (file, text, says) in [
        ("daylight.toml", "exclude = [", "daylight.toml:1:"),
        (
            "daylight.toml",
            "\n\nexlude = []\n",
            "daylight.toml:3:1: unknown field `exlude`, expected",
        ),
        ("approved-ai.toml", "[[approved]]\nprovider = 1\n", "approved-ai.toml:2:12: invalid type"),
        (
            "approved-ai.toml",
            "[[denied]]\nreason = \"r\"\nowner = \"o\"\n",
            "approved-ai.toml:1:1: the entry is about nothing",
        ),
    ] {
        let tree = a_tree().file(file, text);
        let ran = tree.command(&["scan", ".", "-o", "json=../out.json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{text}");
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
        assert!(ran.stderr.contains("\n\nhint: "), "{}", ran.stderr);
        assert!(!tree.above().join("out.json").exists(), "nothing is written");
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_is_not_followed() {
    let tree = a_tree().file_above("secret", "token = \"hidden-value\"\n");
    let tree = tree.link("daylight.toml", "../secret");
    let ran = tree.command(&["scan", "."]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(!ran.stderr.contains("hidden-value") && ran.stderr.contains("not followed"));
}

// --- approved-ai.toml ----------------------------------------------------------------

const LIST: &str = r#"
[[approved]]
provider = "openai"
reason = "contract 7"
owner = "@org/ai"
expires = "2027-06-30"
when.purposes = ["support"]
when.hosts = ["*.openai.com"]

[[approved]]
tool = "pytorch.*"
reason = "runs here"
owner = "@org/ml"
expires = "2027-06-30"

[[approved]]
provider = "Cohere"
reason = "trial"
owner = "@org/ai"
expires = "2026-01-31"

[[denied]]
provider = "DeepSeek"
reason = "no terms"
owner = "@org/legal"
"#;

fn listed() -> Tree {
    Tree::new()
        .file("chat/package.json", "{\"name\": \"chat\", \"dependencies\": {\"openai\": \"4\"}}")
        .file("chat/app.ts", "import OpenAI from \"openai\";\nnew OpenAI();\n")
        .file("ml/requirements.txt", "torch\ncohere\nanthropic\n")
        .file(
            "lab/app.py",
            "URL = \"https://api.deepseek.com/v1\"\nimport requests\nrequests.post(URL)\n",
        )
        .file("approved-ai.toml", LIST)
}

fn statuses(inventory: &Inventory) -> BTreeMap<String, ApprovalStatus> {
    inventory
        .approvals
        .iter()
        .map(|approval| {
            let component = inventory.components.iter().find(|c| c.id == approval.subject);
            let system = || inventory.systems.iter().find(|s| s.id == approval.subject);
            let name = component.map(|c| c.provider.clone());
            (name.or_else(|| system().map(|s| s.name.clone())).expect("known"), approval.status)
        })
        .collect()
}

#[test]
fn each_system_and_component_is_approved_or_not() {
    let inventory = scanned(&listed(), &[]);
    assert_eq!(inventory.approvals.len(), inventory.systems.len() + inventory.components.len());
    let statuses = statuses(&inventory);
    assert_eq!(statuses["OpenAI"], ApprovalStatus::Approved);
    assert_eq!(statuses["PyTorch Foundation"], ApprovalStatus::Approved);
    assert_eq!(statuses["Anthropic"], ApprovalStatus::Unapproved);
    assert_eq!(statuses["Cohere"], ApprovalStatus::Unapproved, "its approval has expired");
    assert_eq!(statuses["DeepSeek"], ApprovalStatus::Denied);
    assert_eq!(statuses["chat"], ApprovalStatus::Approved);
    let of = |provider: &str| {
        let id = &inventory.components.iter().find(|c| c.provider == provider).expect("one").id;
        inventory.approvals.iter().find(|a| a.subject == *id).expect("an approval")
    };
    assert_eq!(of("OpenAI").open, ["purposes: the configuration does not say"]);
    assert_eq!(of("OpenAI").owner.as_deref(), Some("@org/ai"));
    assert_eq!(of("Cohere").broken, ["the approval in line 16 expired on 2026-01-31"]);
    assert_eq!(of("DeepSeek").reason, "no terms");
}

#[test]
fn a_condition_is_broken_by_what_is_declared_and_by_what_is_seen() {
    let declared = |purpose: &str| {
        listed().file(
            "daylight.toml",
            format!("[[system]]\nroot = \"chat\"\npurposes = [\"{purpose}\"]\n"),
        )
    };
    let fits = scanned(&declared("Support"), &[]);
    assert_eq!(statuses(&fits)["OpenAI"], ApprovalStatus::Approved);
    assert!(fits.approvals.iter().all(|a| a.open.is_empty()));
    let broken = scanned(&declared("hiring"), &[]);
    assert_eq!(statuses(&broken)["OpenAI"], ApprovalStatus::ConditionBroken);
    let elsewhere = LIST.replace("*.openai.com", "eu.openai.example");
    let seen = scanned(&listed().file("approved-ai.toml", elsewhere), &[]);
    assert_eq!(statuses(&seen)["OpenAI"], ApprovalStatus::ConditionBroken);
    let broken: Vec<&String> = seen.approvals.iter().flat_map(|a| &a.broken).collect();
    assert!(
        broken.contains(&&"hosts: `api.openai.com` is not among them".to_owned()),
        "{broken:?}"
    );
}

#[test]
fn the_gates_of_the_list_say_no_when_they_should() {
    let tree = listed();
    assert_eq!(gate(&tree, "denied"), 1);
    assert_eq!(gate(&tree, "unapproved and provider=Anthropic"), 1);
    assert_eq!(gate(&tree, "unapproved and provider=OpenAI"), 0);
    assert_eq!(gate(&tree, "denied and provider=Anthropic"), 0);
    let only = Tree::new().file("a/requirements.txt", "torch\n").file("approved-ai.toml", LIST);
    assert_eq!((gate(&only, "denied"), gate(&only, "unapproved")), (0, 0));
    let none = a_tree().command(&["scan", ".", "--fail-on", "unapproved"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("`--approved FILE`"), "{}", none.stderr);
}

#[test]
fn a_pull_request_is_stopped_and_let_through_once_it_is_approved() {
    let list = "[[approved]]\nprovider = \"OpenAI\"\nreason = \"contract\"\nowner = \"@org/ai\"\nexpires = \"2027-01-01\"\n";
    let tree = a_tree().file("legacy/requirements.txt", "flask\n").file("approved-ai.toml", list);
    let nightly = tree.command(&["scan", ".", "-o", "json=../nightly.json"]);
    assert_eq!(nightly.code, 0);
    let check = |tree: &Tree| {
        tree.command(&[
            "scan",
            ".",
            "--baseline",
            "../nightly.json",
            "--fail-on",
            "new and unapproved",
            "-o",
            "markdown=../comment.md",
        ])
    };
    assert_eq!(check(&tree).code, 0);
    let tree = tree.file(
        "app/call.py",
        "import anthropic\nanthropic.Anthropic().messages.create(model=\"claude-sonnet-4-5\")\n",
    );
    assert_eq!(check(&tree).code, 1);
    let comment = std::fs::read_to_string(tree.above().join("comment.md")).expect("a comment");
    assert!(
        comment.contains("**`new and unapproved` said no**: `Anthropic API (Claude)`"),
        "{comment}"
    );
    assert!(comment.contains("new: `component Anthropic API (Claude)"), "{comment}");
    let more = list.replace("OpenAI", "Anthropic");
    let tree = tree.file("approved-ai.toml", format!("{list}\n{more}"));
    let passed = check(&tree);
    assert_eq!(passed.code, 0, "{}", passed.stdout);
}
