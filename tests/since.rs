//! `--since`: what has not changed since a revision is taken from the
//! baseline, and what comes out is what a scan of everything says.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use daylight::model::inventory::{Counts, Inventory};
use gix_hash::ObjectId;
use gix_object::{Kind, Write as _};
use tree::{OPENAI, Ran, Tree};

fn a_tree() -> Tree {
    Tree::new()
        .file("chat/requirements.txt", "-r ../base/base.txt\n")
        .file("chat/main.py", "import anthropic\nanthropic.Anthropic()\n")
        .file("base/base.txt", "anthropic==0.30\n")
        .file("web/package.json", "{\"name\": \"web\", \"dependencies\": {\"openai\": \"^4\"}}")
        .file("web/broken/package.json", "{\"name\": ")
        .file("CODEOWNERS", "chat/ @chat\n")
        .file("notes.txt", "nothing\n")
}

/// Writes the tree as a commit of the branch `main`, with loose objects.
fn committed(tree: &Tree) -> ObjectId {
    committed_after(tree, None)
}

fn committed_after(tree: &Tree, parent: Option<ObjectId>) -> ObjectId {
    let store = tree.path(".git");
    for folder in ["objects", "refs/heads"] {
        fs::create_dir_all(store.join(folder)).expect("folder");
    }
    let objects = gix_odb::loose::Store::at(store.join("objects"), gix_hash::Kind::Sha1);
    let root = folder_written(&objects, &tree.root());
    let person = "A <a@example.org> 0 +0000";
    let parent = parent.map(|id| format!("parent {id}\n")).unwrap_or_default();
    let commit = format!("tree {root}\n{parent}author {person}\ncommitter {person}\n\nState\n");
    let id = objects.write_buf(Kind::Commit, commit.as_bytes()).expect("commit");
    fs::write(store.join("HEAD"), "ref: refs/heads/main\n").expect("HEAD");
    fs::write(store.join("refs/heads/main"), format!("{id}\n")).expect("branch");
    id
}

fn folder_written(objects: &gix_odb::loose::Store, folder: &Path) -> ObjectId {
    let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let name = entry.file_name().into_string().expect("UTF-8");
        let path = entry.path();
        if name == ".git" {
            continue;
        }
        let (mode, id, sorted_as) = if path.is_dir() {
            ("40000", folder_written(objects, &path), format!("{name}/"))
        } else {
            let bytes = fs::read(&path).expect("file");
            ("100644", objects.write_buf(Kind::Blob, &bytes).expect("blob"), name.clone())
        };
        let mut row = format!("{mode} {name}\0").into_bytes();
        row.extend(id.as_slice());
        entries.insert(sorted_as, row);
    }
    let bytes: Vec<u8> = entries.into_values().flatten().collect();
    objects.write_buf(Kind::Tree, &bytes).expect("tree")
}

fn baseline_of(tree: &Tree) {
    let ran = tree.command(&["scan", ".", "--shard", "1/1", "-o", "json=../base.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn since(tree: &Tree, revision: &str) -> Ran {
    let base = ["scan", ".", "--since", revision, "--baseline", "../base.json"];
    tree.command(&[&base[..], &["--format", "json"]].concat())
}

fn inventory(ran: &Ran) -> Inventory {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("an inventory")
}

/// All but what tells how it came about.
fn told(mut inventory: Inventory) -> String {
    inventory.changes = None;
    inventory.shard = None;
    inventory.coverage.read = Counts::default();
    inventory.coverage.gated_out = Counts::default();
    inventory.coverage.carried = 0;
    serde_json::to_string_pretty(&inventory).expect("JSON")
}

/// Holds what `--since` says equal to what a scan of everything says: both.
fn assert_as_a_scan_of_everything(tree: &Tree) -> (Inventory, Inventory) {
    let part = inventory(&since(tree, "main"));
    let whole = inventory(&tree.command(&["scan", ".", "--format", "json"]));
    assert_eq!(told(part.clone()), told(whole.clone()));
    (part, whole)
}

fn changed(tree: Tree) -> Tree {
    fs::remove_file(tree.path("web/broken/package.json")).expect("removed");
    tree.file("web/pay.ts", "import Groq from 'groq-sdk'; new Groq()")
        .file("base/base.txt", "anthropic==0.31\n")
        .file("notes.txt", "still nothing\n")
}

#[test]
fn what_comes_out_is_what_a_scan_of_everything_says() {
    let tree = a_tree();
    committed(&tree);
    baseline_of(&tree);
    let tree = changed(tree);
    let (part, whole) = assert_as_a_scan_of_everything(&tree);
    let (part, whole) = (part.coverage, whole.coverage);
    assert!(part.carried >= 3, "{part:?}");
    assert_eq!(part.read.files + part.carried, whole.read.files);
}

#[test]
fn a_revision_is_a_branch_a_tag_or_a_commit_or_the_beginning_of_one() {
    let tree = a_tree();
    let commit = committed(&tree).to_string();
    baseline_of(&tree);
    let tree = tree.file(".git/refs/tags/v1", format!("{commit}\n"));
    for revision in ["main", "v1", "HEAD", &commit, commit.get(..9).expect("long")] {
        assert!(inventory(&since(&tree, revision)).coverage.carried > 0, "{revision}");
    }
    let unknown = since(&tree, "nowhere");
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no branch, tag or commit `nowhere`"), "{}", unknown.stderr);
}

#[test]
fn a_revision_may_be_counted_back_from_another() {
    let tree = a_tree();
    let first = committed(&tree);
    baseline_of(&tree);
    let tree = changed(tree);
    let second = committed_after(&tree, Some(first));
    committed_after(&tree, Some(second));
    for revision in ["HEAD~2", "main~2", &format!("{second}^"), &format!("{second}~1")] {
        assert!(inventory(&since(&tree, revision)).coverage.carried > 0, "{revision}");
    }
    for nothing in ["main~3", "main~x", "~1", "^"] {
        assert_eq!(since(&tree, nothing).code, 2, "{nothing}");
    }
}

#[test]
fn one_scan_goes_on_from_another() {
    let tree = a_tree();
    committed(&tree);
    baseline_of(&tree);
    let tree = changed(tree);
    let first = since(&tree, "main");
    // The second commit is what the first scan with `--since` saw.
    let second = committed(&tree).to_string();
    let mut next = inventory(&first);
    let shard = next.shard.as_mut().expect("what was gathered");
    shard.commits.insert(".".to_owned(), second);
    let text = serde_json::to_string(&next).expect("JSON");
    let tree = tree.file_above("base.json", text).file("more/requirements.txt", OPENAI);
    assert_as_a_scan_of_everything(&tree);
}

#[test]
fn what_the_baseline_saw_with_changes_in_no_commit_is_read_anew() {
    let tree = a_tree();
    committed(&tree);
    let clean = fs::read(tree.path("chat/main.py")).expect("file");
    let tree = tree.file("chat/main.py", "import openai\nopenai.OpenAI()\n");
    baseline_of(&tree);
    let tree = tree.bytes("chat/main.py", &clean);
    assert_as_a_scan_of_everything(&tree);
}

#[test]
fn a_baseline_of_another_commit_is_refused() {
    let tree = a_tree();
    let first = committed(&tree).to_string();
    baseline_of(&tree);
    let tree = changed(tree);
    committed(&tree);
    let ran = since(&tree, "main");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains(&first), "{}", ran.stderr);
    // … but the commit that it is of will do
    assert!(inventory(&since(&tree, &first)).coverage.carried > 0);
}

#[test]
fn a_baseline_without_what_was_gathered_is_refused() {
    let tree = a_tree();
    committed(&tree);
    let ran = tree.command(&["scan", ".", "-o", "json=../base.json"]);
    assert_eq!(ran.code, 0);
    let ran = since(&tree, "main");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--shard 1/1"), "{}", ran.stderr);
}

#[test]
fn a_baseline_of_other_signatures_is_refused() {
    let tree = a_tree().file_above("pack/acme.toml", acme());
    committed(&tree);
    baseline_of(&tree);
    let base = ["scan", ".", "--since", "main", "--baseline", "../base.json"];
    let ran = tree.command(&[&base[..], &["--signatures", "../pack"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("other signatures"), "{}", ran.stderr);
}

fn acme() -> &'static str {
    "schema_version = 1\nvendor = \"Acme\"\n\n[[signature]]\nid = \"acme.ai\"\nname = \"Acme AI\"\n\
     role = \"provider-api\"\npackages = [\"pkg:pypi/acme-ai\"]\n"
}

#[test]
fn what_was_passed_by_then_is_read_now() {
    let tree = a_tree().file("old/requirements.txt", OPENAI);
    committed(&tree);
    let ran = tree.command(&[
        "scan",
        ".",
        "--shard",
        "1/1",
        "--exclude",
        "old",
        "-o",
        "json=../base.json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = inventory(&since(&tree, "main"));
    assert!(tree::found_at(&found).contains(&"old/requirements.txt"));
}

#[test]
fn a_scan_of_everything_may_be_judged_and_gone_on_from() {
    let tree = a_tree();
    committed(&tree);
    let ran = tree.command(&[
        "scan",
        ".",
        "--shard",
        "1/1",
        "--fail-on",
        "any",
        "-o",
        "json=../base.json",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(inventory(&since(&tree, "main")).coverage.carried > 0);
    let part = tree.command(&["scan", ".", "--shard", "1/2", "--fail-on", "any"]);
    assert_eq!(part.code, 2);
    assert!(part.stderr.contains("cannot be judged"), "{}", part.stderr);
}

#[test]
fn a_damaged_store_is_told_and_nothing_is_scanned() {
    let tree = a_tree();
    let commit = committed(&tree).to_string();
    baseline_of(&tree);
    let object = format!(".git/objects/{}/{}", &commit[..2], &commit[2..]);
    fs::remove_file(tree.path(&object)).expect("removed");
    let tree = tree.bytes(&object, b"no object");
    let ran = since(&tree, "main");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
}
