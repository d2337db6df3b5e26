//! What the commits of a repository say: read from objects that are written
//! here, by nothing but a library. Git is never run.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;

use daylight::model::inventory::Inventory;
use daylight::scan::{Request, Silent, scan};
use gix_object::Write;

/// Writes a commit and gives its id.
fn commit(root: &Path, parents: &[&str], author: &str, seconds: i64, message: &str) -> String {
    let objects = gix_odb::at(root.join(".git/objects"), gix_hash::Kind::Sha1).expect("objects");
    let parents: String = parents.iter().map(|parent| ["parent ", parent, "\n"].concat()).collect();
    let text = format!(
        "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n{parents}author {author} {seconds} +0000\n\
         committer Jo <jo@acme.example> {seconds} +0000\n\n{message}"
    );
    let id = objects.write_buf(gix_object::Kind::Commit, text.as_bytes()).expect("a commit");
    id.to_string()
}

/// A folder with an empty repository.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join(".git/objects/pack")).expect("objects");
    fs::create_dir_all(folder.path().join(".git/refs/heads")).expect("references");
    fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("HEAD");
    folder
}

fn branch(root: &Path, name: &str, id: &str) {
    let path = root.join(".git/refs/heads").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, format!("{id}\n")).expect("a branch");
}

fn scanned(root: &Path, change: impl FnOnce(&mut Request)) -> Inventory {
    let mut request = Request::new(root, "2026-11-22");
    request.git = true;
    change(&mut request);
    scan(&request, &Silent).expect("an inventory")
}

/// Signature, value, and what was captured.
fn told(inventory: &Inventory) -> Vec<String> {
    let pieces = inventory.evidence.iter();
    let mut rows: Vec<String> = pieces
        .map(|piece| {
            let captured: Vec<String> =
                piece.captured.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{} {} {}", piece.signature, piece.value, captured.join(" "))
        })
        .collect();
    rows.sort();
    rows
}

fn problems(inventory: &Inventory) -> Vec<&str> {
    inventory.coverage.problems.iter().map(|problem| problem.code.as_str()).collect()
}

const JANUARY: i64 = 1_767_225_600; // 2026-01-01
const DAY: i64 = 86_400;
const BY_CLAUDE: &str = "Fix\n\nCo-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>\n";

#[test]
fn assistants_are_counted_by_month_and_persons_are_not_named() {
    let folder = repository();
    let root = folder.path();
    let person = "Ann Example <ann@acme.example>";
    let first = commit(root, &[], person, JANUARY, BY_CLAUDE);
    let second = commit(root, &[&first], person, JANUARY + DAY, BY_CLAUDE);
    let plain = commit(root, &[&second], person, JANUARY + 40 * DAY, "Fix\n\nBy hand.\n");
    let bot = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>";
    let last = commit(root, &[&plain], bot, JANUARY + 41 * DAY, "Add\n");
    branch(root, "main", &last);
    branch(root, "cursor/fix-it", &second);
    let rows = told(&scanned(root, |_| {}));
    assert_eq!(
        rows,
        [
            "anthropic.claude-code 2026-01 commits=2 marks=co-author",
            "cursor.editor branches branches=1 marks=branch",
            "github.copilot 2026-02 commits=1 marks=author",
        ]
    );
    let named = told(&scanned(root, |request| request.include_identities = true)).join("\n");
    assert!(named.contains("authors=Ann Example"), "{named}");
    assert!(told(&scanned(root, |request| request.git = false)).is_empty());
}

#[test]
fn what_only_looks_like_a_mark_is_silent() {
    let folder = repository();
    let root = folder.path();
    let author = "Claude Example <claude@acme.example>";
    let quoted = "Document trailers\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\nis what \
                  they look like.\n";
    let other = "Fix\n\nCo-authored-by: Claude <noreply@anthropic.com.evil.example>\n";
    let first = commit(root, &[], author, JANUARY, quoted);
    let last = commit(root, &[&first], author, JANUARY, other);
    branch(root, "main", &last);
    branch(root, "cursors/fix", &first);
    let inventory = scanned(root, |_| {});
    assert!(told(&inventory).is_empty(), "{:?}", told(&inventory));
    assert!(problems(&inventory).is_empty());
}

#[test]
fn what_is_not_there_is_told() {
    let folder = repository();
    let root = folder.path();
    let author = "Jo <jo@acme.example>";
    let absent = "1".repeat(40);
    let last = commit(root, &[&absent], author, JANUARY, BY_CLAUDE);
    branch(root, "main", &last);
    let broken = scanned(root, |_| {});
    assert_eq!(problems(&broken), ["broken-reference"]);
    assert_eq!(told(&broken).len(), 1);
    fs::write(root.join(".git/shallow"), format!("{last}\n")).expect("a file");
    assert_eq!(problems(&scanned(root, |_| {})), ["truncated"]);
    let next = commit(root, &[&last], author, JANUARY + DAY, "Fix\n");
    branch(root, "main", &next);
    let one = scanned(root, |request| request.limits.commits = 1);
    assert!(problems(&one).contains(&"capped"));
    assert!(told(&one).is_empty());
}

#[test]
fn objects_outside_of_the_target_and_broken_ones_are_not_read() {
    let folder = repository();
    let root = folder.path();
    let last = commit(root, &[], "Jo <jo@acme.example>", JANUARY, BY_CLAUDE);
    branch(root, "main", &last);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let alternates = root.join(".git/objects/info/alternates");
    fs::create_dir_all(alternates.parent().expect("a folder")).expect("a folder");
    fs::write(&alternates, format!("{}\n", elsewhere.path().display())).expect("a file");
    let inventory = scanned(root, |_| {});
    assert_eq!(problems(&inventory), ["unreadable"]);
    assert!(told(&inventory).is_empty());
    fs::remove_file(alternates).expect("removed");
    let (head, tail) = last.split_at(2);
    let object = root.join(".git/objects").join(head).join(tail);
    let mut rights = fs::metadata(&object).expect("an object").permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    rights.set_readonly(false);
    fs::set_permissions(&object, rights).expect("rights");
    fs::write(&object, b"no zlib").expect("broken");
    let inventory = scanned(root, |_| {});
    assert_eq!(problems(&inventory), ["broken-reference"]);
    assert!(told(&inventory).is_empty());
    let nothing = tempfile::tempdir().expect("a folder");
    assert_eq!(problems(&scanned(nothing.path(), |_| {})), ["unreadable"]);
}
