//! Hostile and broken input: every case is made here, none ends the scan, and
//! each is told in the coverage with place, code and reason.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::format_collect, clippy::format_push_string)] // input is put together once
#![allow(clippy::many_single_char_names, clippy::needless_for_each)]

mod made;
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use daylight::artifact::{HEAD, Input, READERS};
use daylight::cli::command::explain::explain;
use daylight::cli::command::sample::sample;
use daylight::extract::{Content, EXTRACTORS};
use daylight::limits::Limits;
use daylight::model::evidence::Evidence;
use daylight::model::inventory::Inventory;
use daylight::model::place::Region;
use daylight::model::text::excerpt;
use daylight::model::vocabulary::Technique;
use tree::packed::{self, Zip};
use tree::{OPENAI, Tree, codes_of, found_at, rendered, skipped};

const IMPORT: &str = "import openai\nclient = openai.OpenAI()\n";

/// A good file beside each bad one: what must be found whatever else lies there.
fn beside_a_good_file() -> Tree {
    Tree::new().file("good/requirements.txt", OPENAI)
}

fn assert_good_file_was_read(inventory: &Inventory) {
    assert!(found_at(inventory).contains(&"good/requirements.txt"));
    let panicked: Vec<_> =
        inventory.coverage.problems.iter().filter(|p| p.code == "extractor-panicked").collect();
    assert!(panicked.is_empty(), "{panicked:?}");
}

/// Everything Daylight can say about an inventory, in one text.
fn everything_said(inventory: &Inventory) -> String {
    let mut said = rendered(inventory, "json");
    said.push_str(&rendered(inventory, "text"));
    said.push_str(&sample(inventory, 1, 10_000));
    let systems = inventory.systems.iter().map(|system| &system.id);
    let components = inventory.components.iter().map(|component| &component.id);
    let evidence = inventory.evidence.iter().map(|evidence| &evidence.id);
    for id in systems.chain(components).chain(evidence) {
        said.push_str(&explain(inventory, id).expect("an explanation"));
    }
    said
}

/// Every string and key of a document; a line break in one is shown as U+0007.
fn strings_of(value: &serde_json::Value, into: &mut String) {
    use serde_json::Value;
    match value {
        Value::String(text) => into.push_str(&text.replace('\n', "\u{7}")),
        Value::Array(items) => items.iter().for_each(|item| strings_of(item, into)),
        Value::Object(fields) => {
            for (key, field) in fields {
                into.push_str(&key.replace('\n', "\u{7}"));
                strings_of(field, into);
            }
        }
        _ => {}
    }
}

fn keys(inventory: &Inventory) -> Vec<&Evidence> {
    inventory.evidence.iter().filter(|e| e.technique == Technique::Key).collect()
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    })
    .take(length)
    .collect()
}

fn quickly<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(40), "{what} took {took:?}");
    result
}

// --- bytes that are not what they seem -----------------------------------

#[test]
fn binary_garbage_under_a_name_of_text_is_told() {
    let mut garbage = b"\0".to_vec();
    garbage.extend(noise(20_000));
    let names = ["app.py", "app.js", "package.json", "package-lock.json", "settings.yaml"];
    let tree = names.iter().fold(beside_a_good_file(), |tree, name| tree.bytes(name, &garbage));
    let inventory = tree.scan();
    for name in names {
        assert_eq!(codes_of(&inventory, name), ["encoding"], "{name}");
    }
    assert_good_file_was_read(&inventory);
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    let encode = |text: &str, little: bool, mark: bool| -> Vec<u8> {
        let units: Vec<u16> =
            mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).collect();
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        units.into_iter().flat_map(bytes).collect()
    };
    for (little, mark) in [(true, true), (false, true), (true, false), (false, false)] {
        let requirements = format!("# what we need\n{OPENAI}");
        let inventory = beside_a_good_file()
            .bytes("requirements.txt", &encode(&requirements, little, mark))
            .bytes("app.py", &encode(IMPORT, little, mark))
            .scan();
        let case = format!("little-endian: {little}, mark: {mark}");
        for path in ["requirements.txt", "app.py"] {
            assert_eq!(codes_of(&inventory, path), ["transcoded"], "{path}, {case}");
            assert!(found_at(&inventory).contains(&path), "{path}, {case}");
        }
    }
}

#[test]
fn invalid_utf_8_is_told_and_the_rest_is_read() {
    let mut requirements = b"# caf\xe9\n".to_vec();
    requirements.extend(OPENAI.as_bytes());
    let mut source = b"# caf\xe9 \xff\xfe\n".to_vec();
    source.extend(IMPORT.as_bytes());
    let inventory = beside_a_good_file()
        .bytes("requirements.txt", &requirements)
        .bytes("app.py", &source)
        .scan();
    for path in ["requirements.txt", "app.py"] {
        assert_eq!(codes_of(&inventory, path), ["encoding"], "{path}");
        assert!(found_at(&inventory).contains(&path), "{path}");
    }
}

#[test]
fn a_byte_order_mark_hides_nothing() {
    let inventory = Tree::new()
        .file("requirements.txt", format!("\u{FEFF}{OPENAI}"))
        .file("a/package.json", "\u{FEFF}{\"dependencies\": {\"openai\": \"4\"}}")
        .scan();
    assert_eq!(found_at(&inventory), ["a/package.json", "requirements.txt"]);
    assert_eq!(inventory.coverage.problems, []);
}

// --- size ------------------------------------------------------------------

#[test]
fn a_sparse_file_of_two_gigabytes_is_not_swallowed() {
    let tree = beside_a_good_file().sparse("huge.py", 2 << 30).sparse("huge.bin", 2 << 30);
    let inventory = quickly("a sparse file", || tree.scan());
    assert_eq!(codes_of(&inventory, "huge.py"), ["encoding"]);
    assert_eq!(skipped(&inventory, "binary"), ["huge.bin"]);
    assert!(inventory.coverage.read.bytes < 40 << 20, "more than the head was read");
    assert_good_file_was_read(&inventory);
}

#[test]
fn one_line_of_fifty_megabytes_ends_in_bounded_time() {
    let script = format!("import OpenAI from \"openai\";{}", "f(\"x\");".repeat(50 << 17));
    let json = format!("{{\"model\": \"gpt-4o\", \"data\": [{}0]}}", "1234567,".repeat(50 << 17));
    let tree = beside_a_good_file().file("bundle.js", script).file("settings.json", json);
    let inventory = quickly("a line of 50 MB", || tree.scan());
    for path in ["bundle.js", "settings.json"] {
        assert!(codes_of(&inventory, path).contains(&"truncated"), "{path}");
    }
    assert!(found_at(&inventory).contains(&"bundle.js"), "the head was not read");
    assert!(rendered(&inventory, "json").len() < 1 << 20);
    assert_good_file_was_read(&inventory);
}

#[test]
fn a_lock_file_in_one_line_of_megabytes_ends_in_bounded_time() {
    let entries: String = (0..30_000)
        .map(|number| format!("\"node_modules/p{number}\":{{\"version\":\"1.0.{number}\"}},"))
        .collect();
    let lock = format!(
        "{{\"lockfileVersion\":3,\"packages\":{{{entries}\"node_modules/openai\":{{\"version\":\"4.0.0\"}}}}}}"
    );
    let inventory =
        quickly("a long lock file", || beside_a_good_file().file("package-lock.json", lock).scan());
    assert!(found_at(&inventory).contains(&"package-lock.json"));
}

#[test]
fn twenty_thousand_tiny_files_in_one_folder_are_all_counted() {
    let mut tree = beside_a_good_file();
    for number in 0..20_000 {
        tree = tree.file(format!("many/{number}.txt"), "x");
    }
    let inventory = quickly("many files", || tree.scan());
    assert_eq!(inventory.coverage.read.files, 20_001);
    assert!(inventory.coverage.complete);
    assert_good_file_was_read(&inventory);
}

#[test]
fn a_file_in_five_hundred_folders_is_found() {
    let path = format!("{}requirements.txt", "d/".repeat(500));
    let inventory = quickly("deep folders", || Tree::new().file(&path, OPENAI).scan());
    assert_eq!(found_at(&inventory), [path]);
}

#[test]
fn more_facts_than_the_limit_are_counted_and_told() {
    let lines: String = (0..300).map(|number| format!("package-{number}==1\n")).collect();
    let tree = Tree::new().file("requirements.txt", format!("{OPENAI}{lines}"));
    let inventory = tree.scan_with(|request| request.limits.facts_per_file = 100);
    assert_eq!(codes_of(&inventory, "requirements.txt"), ["capped"]);
    assert_eq!(inventory.coverage.capped["facts-per-file"], 202); // 301 packages and the unit
}

#[test]
fn a_thousand_ignore_files_and_rules_end_in_bounded_time() {
    let rules: String = (0..20_000).map(|number| format!("name-{number}-*.x\n")).collect();
    let tree = beside_a_good_file().file(".gitignore", rules).file("name-7-a.x", "x");
    let inventory = quickly("many ignore rules", || tree.scan());
    assert_eq!(inventory.coverage.ignored.len(), 1);
    assert_good_file_was_read(&inventory);
}

// --- what cannot be opened --------------------------------------------------

#[cfg(target_os = "linux")]
#[test]
fn a_fifo_and_a_link_loop_are_told_and_never_opened() {
    let tree = beside_a_good_file().fifo("app.py").link("loop.py", "loop.py").link("up", ".");
    let inventory = quickly("a FIFO", || tree.scan());
    assert_eq!(codes_of(&inventory, "app.py"), ["special-file"]);
    assert_eq!(skipped(&inventory, "special-file"), ["app.py"]);
    for link in ["loop.py", "up"] {
        assert_eq!(codes_of(&inventory, link), ["link-loop"]);
    }
    assert_eq!(skipped(&inventory, "link-loop"), ["loop.py", "up"]);
    assert_good_file_was_read(&inventory);
}

#[cfg(target_os = "linux")]
#[test]
fn a_fifo_given_as_the_target_does_not_hang() {
    let tree = Tree::new().fifo("pipe");
    let ran = quickly("a FIFO", || tree.command(&["scan", "pipe"]));
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    assert_eq!(codes_of(&inventory, "pipe"), ["unreadable"]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let tree =
        beside_a_good_file().file("secret.py", IMPORT).file("closed/requirements.txt", OPENAI);
    let set = |path: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(tree.path(path), mode).expect("permissions");
    };
    set("secret.py", 0);
    set("closed", 0);
    let is_root = std::fs::read(tree.path("secret.py")).is_ok();
    let inventory = tree.scan();
    set("closed", 0o755);
    if !is_root {
        assert_eq!(codes_of(&inventory, "secret.py"), ["unreadable"]);
        assert_eq!(codes_of(&inventory, "closed"), ["unreadable"]);
        assert!(!rendered(&inventory, "json").contains(tree.root().to_str().expect("UTF-8")));
    }
    assert_good_file_was_read(&inventory);
}

// --- nesting -----------------------------------------------------------------

#[test]
fn a_document_nested_a_hundred_thousand_deep_is_told() {
    let deep = 100_000;
    let openings = "[".repeat(deep);
    let objects = "{\"openai\":".repeat(deep);
    let cases = [
        ("package.json", objects.clone()),
        ("a/package.json", openings.clone()),
        ("package-lock.json", objects.clone()),
        ("bun.lock", objects),
        ("Pipfile.lock", format!("{{\"default\": {{\"openai\": {openings}")),
        ("pyproject.toml", format!("openai = {openings}")),
        ("Cargo.lock", format!("openai = {openings}")),
        ("environment.yml", format!("dependencies: {openings}")),
        ("a/environment.yml", format!("dependencies:\n{}openai", "- ".repeat(deep))),
        ("b/environment.yml", format!("dependencies: {}", "{a: ".repeat(deep))),
        ("settings.json", format!("{{\"model\": \"gpt-4o\", \"x\": {openings}")),
        ("settings.toml", format!("model = \"gpt-4o\"\nhost = \"api.openai.com\"\nx = {openings}")),
        ("settings.yaml", format!("host: api.openai.com\nx: {openings}")),
    ];
    let tree = cases.iter().fold(beside_a_good_file(), |tree, (name, text)| tree.file(name, text));
    let inventory = quickly("deep documents", || tree.scan_apart());
    for (name, _) in &cases {
        let codes = codes_of(&inventory, name);
        assert!(codes == ["too-deep"] || codes == ["malformed"], "{name}: {codes:?}");
    }
    assert_eq!(codes_of(&inventory, "package.json"), ["too-deep"]);
    assert_eq!(codes_of(&inventory, "pyproject.toml"), ["too-deep"]);
    assert_good_file_was_read(&inventory);
}

#[test]
fn quotes_and_comments_do_not_hide_nesting() {
    let openings = "[".repeat(100_000);
    let cases = [
        ("a/package.json", format!("/* \" */{openings}")),
        ("b/package.json", format!("{{'\"': {openings}")),
        ("c/package.json", format!("{{\"a\": 'it\"s', \"b\": {openings}")),
        ("d/package.json", format!("// \"\n{openings}")),
        ("a/pyproject.toml", format!("a = ['\"', {openings}")),
        ("b/pyproject.toml", format!("a = '''\"''' # \"\nb = {openings}")),
        ("c/pyproject.toml", format!("'\"' = {openings}")),
    ];
    for (name, text) in cases {
        let tree = beside_a_good_file().file(name, text);
        let inventory = quickly(name, || tree.scan_apart());
        let codes = codes_of(&inventory, name);
        assert!(codes == ["too-deep"] || codes == ["malformed"], "{name}: {codes:?}");
        assert_good_file_was_read(&inventory);
    }
}

#[test]
fn dotted_keys_cannot_nest_without_end() {
    let dotted = vec!["a"; 50_000].join(".");
    let cases = [
        ("a/pyproject.toml", format!("{dotted} = 1\n")),
        ("b/pyproject.toml", format!("[{dotted}]\nx = 1\n")),
        ("c/pyproject.toml", format!("[[{dotted}]]\nx = 1\n")),
        ("d/pyproject.toml", format!("x = {{ {dotted} = 1 }}\n")),
    ];
    for (name, text) in cases {
        let tree = beside_a_good_file().file(name, text);
        let inventory = quickly(name, || tree.scan_apart());
        let codes = codes_of(&inventory, name);
        assert!(codes == ["too-deep"] || codes == ["malformed"], "{name}: {codes:?}");
        assert_good_file_was_read(&inventory);
    }
}

#[test]
fn a_megabyte_of_brackets_in_source_ends_in_bounded_time() {
    let brackets = "[".repeat(1 << 20);
    let mixed = "([{".repeat(1 << 18);
    let cases = [
        ("a.py", format!("import openai\nx = {brackets}")),
        ("b.py", format!("import openai\nopenai.OpenAI{}", "(".repeat(1 << 20))),
        ("c.py", format!("import openai\nx = f\"{}", "{f'".repeat(1 << 18))),
        ("a.js", format!("import OpenAI from \"openai\";\nx = {brackets}")),
        ("b.js", format!("import OpenAI from \"openai\";\nx = {mixed}")),
        ("c.js", format!("import OpenAI from \"openai\";\nx = {}", "`${".repeat(1 << 18))),
        ("d.tsx", format!("import OpenAI from \"openai\";\nx = {}", "<a>".repeat(1 << 18))),
        ("setup.py", format!("setup(install_requires=[\"openai\"], x={brackets}")),
        ("s/setup.py", format!("setup(install_requires={mixed}")),
    ];
    let tree = cases.iter().fold(beside_a_good_file(), |tree, (name, text)| tree.file(name, text));
    let inventory = quickly("brackets", || tree.scan_apart());
    for name in ["a.py", "b.py", "c.py", "a.js", "b.js", "c.js", "d.tsx"] {
        assert!(found_at(&inventory).contains(&name), "{name}");
    }
    assert_good_file_was_read(&inventory);
}

#[test]
fn a_bomb_of_aliases_stays_small() {
    let mut bomb = String::from("name: &a0 openai\n");
    for level in 1..200 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{before}, {before}, {before}]\n"));
    }
    bomb.push_str("dependencies:\n  - *a199\n  - pip:\n    - openai\nhost: api.openai.com\n");
    let inventory = quickly("a bomb of aliases", || {
        let names = ["environment.yml", "settings.yaml", "docker-compose.yml", "pnpm-lock.yaml"];
        names.iter().fold(beside_a_good_file(), |tree, name| tree.file(name, &bomb)).scan()
    });
    assert!(found_at(&inventory).contains(&"environment.yml"));
    assert!(rendered(&inventory, "json").len() < 1 << 20);
    assert_good_file_was_read(&inventory);
}

// --- grammar -----------------------------------------------------------------

#[test]
fn a_broken_lock_file_or_manifest_of_each_kind_is_told() {
    let cases = [
        (
            "package-lock.json",
            "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/openai\": {\"ver",
        ),
        ("npm-shrinkwrap.json", "{\"packages\": {\"node_modules/openai\": ]"),
        ("package.json", "{\"dependencies\": {\"openai\": \"4\""),
        ("yarn.lock", "# yarn lockfile v1\nopenai@^4.0.0:\n\tversion\n]]]\n<<<<<<< HEAD\n"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n  openai@4.0.0: {\n}}}\n\t- [\n"),
        ("bun.lock", "{\"lockfileVersion\": 1, \"packages\": {\"openai\": [\"openai@4"),
        ("poetry.lock", "[[package]]\nname = \"openai\nversion"),
        ("uv.lock", "[[package]\nname = \"openai\"\n"),
        ("pdm.lock", "[[package]]\nname = openai\n"),
        ("pylock.toml", "[[packages]]\nname = \"openai\"\nversion =\n"),
        ("Pipfile.lock", "{\"default\": {\"openai\": "),
        ("Pipfile", "[packages\nopenai = \"*\"\n"),
        ("pyproject.toml", "[project\ndependencies = [\"openai\"]\n"),
        ("environment.yml", "dependencies:\n  - openai\n - [\n"),
        ("Cargo.toml", "[dependencies]\nasync-openai = \n"),
        ("Cargo.lock", "[[package]]\nname = \"async-openai\"\nversion = \n"),
    ];
    let tree = cases.iter().fold(beside_a_good_file(), |tree, (name, text)| tree.file(name, text));
    let inventory = tree.scan();
    for (name, _) in &cases {
        assert_eq!(codes_of(&inventory, name), ["malformed"], "{name}");
    }
    assert_good_file_was_read(&inventory);
}

#[test]
fn a_truncated_lock_file_is_told_at_every_length() {
    let lock = "{\"name\":\"api.openai.com\",\"packages\":{\"\":{\"name\":\"x\"},\
                \"node_modules/openai\":{\"version\":\"4.0.0\"}}}";
    let mut tree = beside_a_good_file();
    for end in 26..lock.len() {
        tree = tree.file(format!("{end}/package-lock.json"), &lock[..end]);
    }
    let inventory = tree.scan();
    for end in 26..lock.len() {
        let name = format!("{end}/package-lock.json");
        assert_eq!(codes_of(&inventory, &name), ["malformed"], "{name}");
    }
}

#[test]
fn a_broken_notebook_is_told() {
    let cases = [
        ("a.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"import openai\\n\""),
        ("b.ipynb", "import openai\n"),
    ];
    let tree = cases.iter().fold(beside_a_good_file(), |tree, (name, text)| tree.file(name, text));
    let inventory = tree.scan();
    for (name, _) in cases {
        assert_eq!(codes_of(&inventory, name), ["malformed"], "{name}");
    }
}

#[test]
fn documents_of_an_unexpected_shape_panic_nobody() {
    let shapes = [
        "",
        " ",
        "null",
        "true",
        "1",
        "\"openai\"",
        "[]",
        "{}",
        "[null]",
        "{\"\":null}",
        "[[[\"openai\"]]]",
        "{\"dependencies\":\"openai\",\"packages\":[],\"name\":7}",
        "{\"dependencies\":{\"openai\":{}},\"packages\":{\"\":null,\"openai\":[]},\"default\":1}",
        "{\"cells\":{},\"mcpServers\":[\"openai\"],\"services\":null,\"model\":[{}]}",
        "a = 1\n[project]\ndependencies = 3\n[package]\nname = []\n",
        "dependencies: openai\nservices: [openai]\npackages: 1\n",
        "dependencies:\n- pip: openai\n- 7\n- pip: {a: b}\n",
        "---\n---\n...\n--- !!python/object/apply:os.system [openai]\n",
    ];
    let names = [
        "package.json",
        "package-lock.json",
        "bun.lock",
        "yarn.lock",
        "pnpm-lock.yaml",
        "Pipfile",
        "Pipfile.lock",
        "pyproject.toml",
        "poetry.lock",
        "uv.lock",
        "environment.yml",
        "Cargo.toml",
        "Cargo.lock",
        "cargo-metadata.json",
        "go.mod",
        "setup.py",
        "setup.cfg",
        "requirements.txt",
        "app.py",
        "app.js",
        "app.vue",
        "book.ipynb",
        "CODEOWNERS",
        "catalog-info.yaml",
        "Chart.yaml",
        "Dockerfile",
        "docker-compose.yml",
        ".mcp.json",
        ".env",
        "app.properties",
        "settings.json",
        "settings.toml",
        "settings.yaml",
    ];
    let mut tree = beside_a_good_file();
    for (number, shape) in shapes.iter().enumerate() {
        for name in names {
            tree = tree.file(format!("{number}/{name}"), shape);
        }
    }
    assert_good_file_was_read(&tree.scan());
}

#[test]
fn mutated_manifests_panic_nobody() {
    let seeds = [
        (
            "requirements.txt",
            "openai[x]>=1.0 ; python_version < '3' # c\n-r a\n--hash=a:b \\\n x\n",
        ),
        (
            "setup.py",
            "from setuptools import setup\nsetup(name='x', install_requires=['openai>=1'])\n",
        ),
        ("setup.cfg", "[options]\ninstall_requires =\n  openai>=1\n"),
        ("go.mod", "module x\nrequire (\n github.com/openai/openai-go v1.0.0 // indirect\n)\n"),
        ("yarn.lock", "openai@^4.0.0:\n  version \"4.0.0\"\n  dependencies:\n    a \"1\"\n"),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      openai:\n        specifier: 4\n        version: 4.0.0\n",
        ),
        (
            "app.py",
            "import openai\nx = openai.OpenAI(api_key=f\"{a!r:>{b}}\").create(model='gpt-4o')\n",
        ),
        (
            "app.ts",
            "import OpenAI from 'openai';\nconst x = new OpenAI({ model: `gpt-${a}`, b: /[/]/g });\n",
        ),
    ];
    let random = noise(100_000);
    let mut random = random.iter().cycle();
    let mut next = move || usize::from(*random.next().expect("endless"));
    let alphabet: Vec<char> =
        "\"'`\\\n\t ()[]{}<>=:;,.#/*@$&|!-\u{0}\u{e9}\u{1F600}a1".chars().collect();
    let mut tree = beside_a_good_file();
    for round in 0..40 {
        for (name, seed) in seeds {
            let mut text: Vec<char> = seed.chars().collect();
            for _ in 0..=next() % 5 {
                if text.is_empty() {
                    break;
                }
                let at = (next() * 256 + next()) % text.len();
                match next() % 3 {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, alphabet[next() % alphabet.len()]),
                    _ => text.truncate(at.max(1)),
                }
            }
            let text: String = text.into_iter().collect();
            tree = tree.file(format!("{round}/{name}"), text);
        }
    }
    assert_good_file_was_read(&tree.scan());
}

// --- names -------------------------------------------------------------------

#[cfg(unix)]
#[test]
fn names_with_escape_codes_bidi_marks_and_newlines_are_never_shown_raw() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let nasty = "\u{1b}[31mred\u{202e}txt\nline\u{7}\u{200b}\u{2066}";
    let json_nasty = "\\u001b[31m\\u202etxt\\nline\\u0007";
    let manifest = format!(
        "{{\"name\": \"{json_nasty}\", \"dependencies\": {{\"openai\": \"4.0{json_nasty}\"}}}}"
    );
    let mut tree = Tree::new()
        .file(format!("{nasty}/package.json"), manifest)
        .file(format!("{nasty}/{nasty}.bin"), "\0\0")
        .file(format!("{nasty}/{nasty}.json"), "{broken")
        .file(".gitignore", format!("*.cut{}\n", nasty.replace('\n', "")))
        .file(format!("x.cut{}", nasty.replace('\n', "")), "x")
        .file("poetry.lock", "[[package]]\nname = \"openai\"\nversion = \"1\u{202e}\"\n")
        .file("requirements.txt", format!("openai==1\u{1b}[31m\u{202e}\n-r {nasty}\n"))
        .file("go.mod", "module x\nrequire github.com/openai/openai-go v1\u{1b}[2J\u{202e}\n")
        .file(
            "app.py",
            format!("import openai\nx = openai.OpenAI(\"{nasty}\", model=\"gpt-4o\")\n"),
        )
        .file(
            ".mcp.json",
            format!(
                "{{\"mcpServers\": {{\"{json_nasty}\": {{\"command\": \"npx {json_nasty}\"}}}}}}"
            ),
        )
        .file("CODEOWNERS", format!("* @org/{}\n", nasty.replace('\n', "")))
        .link(format!("{nasty}.link"), nasty);
    tree = tree.file(OsStr::from_bytes(b"bytes\xff\xfe/requirements.txt"), OPENAI);
    let inventory = tree.scan();
    let mut said = everything_said(&inventory);
    // and what a reader of the JSON gets
    let document = serde_json::to_value(&inventory).expect("JSON");
    strings_of(&document, &mut said);
    for (at, c) in said.char_indices() {
        let steers = c.is_control() && c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let start = said[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
        assert!(!steers, "{c:?} after {:?}", &said[start..at]);
    }
    let renamed = inventory.coverage.problems.iter().filter(|p| p.code == "unsafe-name").count();
    assert!(renamed >= 4, "{:?}", inventory.coverage.problems);
    assert!(found_at(&inventory).iter().any(|path| path.contains("red\u{fffd}txt")));
    assert!(found_at(&inventory).contains(&"bytes\u{fffd}\u{fffd}/requirements.txt"));
}

#[test]
fn a_failure_on_the_command_line_shows_no_escape_codes() {
    let ran = Tree::new().command(&["scan", "no\u{1b}[31m\u{202e}where"]);
    assert_eq!(ran.code, 3);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']), "{}", ran.stderr);
}

#[test]
fn a_giant_name_makes_no_giant_report() {
    let long = "n".repeat(1 << 20);
    let inventory = Tree::new()
        .file(
            "package.json",
            format!("{{\"name\": \"{long}\", \"dependencies\": {{\"openai\": \"{long}\"}}}}"),
        )
        .file("requirements.txt", format!("openai=={long}\n"))
        .scan();
    assert_eq!(found_at(&inventory).len(), 2);
    assert!(everything_said(&inventory).len() < 1 << 20);
}

// --- secrets -----------------------------------------------------------------

/// Fake credentials are put together here so that none stands in the source.
fn random_part(length: usize, seed: u8) -> String {
    let letters = b"ABCDEFGHJKLMNPQRSTUVWYZabcdefghjkmnpqrstuvwyz23456789";
    noise(length + usize::from(seed))
        .iter()
        .skip(usize::from(seed))
        .map(|byte| char::from(letters[usize::from(*byte) % letters.len()]))
        .collect()
}

/// A key with its kind and its secret parts.
fn fake_keys() -> Vec<(&'static str, String, Vec<String>)> {
    let (a, b) = (random_part(74, 1), random_part(74, 2));
    let c = random_part(93, 3);
    let (d, e) = (random_part(20, 4), random_part(20, 5));
    let joint = concat!("T3Blbk", "FJ");
    vec![
        ("OpenAI API key", format!("sk-{}-{a}{joint}{b}", "proj"), vec![a, b]),
        ("Anthropic API key", format!("sk-{}-api03-{c}AA", "ant"), vec![c]),
        ("OpenAI API key (legacy)", format!("sk-{d}{joint}{e}"), vec![d, e]),
    ]
}

#[track_caller]
fn assert_no_slice_of(secret: &str, said: &str, case: &str) {
    for slice in secret.as_bytes().windows(8) {
        let slice = std::str::from_utf8(slice).expect("ASCII");
        assert!(!said.contains(slice), "{case}: `{slice}` is told");
    }
}

#[test]
fn a_key_is_told_by_kind_and_place_and_never_by_value() {
    for (kind, key, parts) in fake_keys() {
        let cases = [
            (".env", format!("# settings\nOPENAI_API_KEY={key}\n")),
            ("app.py", format!("import openai\n\nclient = openai.OpenAI(api_key=\"{key}\")\n")),
            (
                "app.ts",
                format!(
                    "import OpenAI from \"openai\";\n\nconst c = new OpenAI({{ apiKey: \"{key}\" }});\n"
                ),
            ),
            (
                "settings.json",
                format!(
                    "{{\"model\": \"gpt-4o\",\n \"host\": \"https://api.openai.com\",\n \"apiKey\": \"{key}\"}}\n"
                ),
            ),
            ("settings.yaml", format!("host: https://api.openai.com\nmodel: gpt-4o\nkey: {key}\n")),
            (
                "settings.toml",
                format!("host = \"https://api.openai.com\"\nmodel = \"gpt-4o\"\nkey = \"{key}\"\n"),
            ),
            (
                ".mcp.json",
                format!(
                    "{{\"mcpServers\": {{\"x\":\n{{\"command\": \"npx\", \"args\": [\"--key\",\"{key}\"], \"env\": {{\"OPENAI_API_KEY\": \"{key}\"}}}}}}}}\n"
                ),
            ),
            (
                "Dockerfile",
                format!("FROM ollama/ollama\nENV OPENAI_API_KEY={key}\nCMD run --key {key}\n"),
            ),
            (
                "docker-compose.yml",
                format!(
                    "services:\n  a:\n    image: ollama/ollama\n    environment: [\"OPENAI_API_KEY={key}\"]\n"
                ),
            ),
            ("requirements.txt", format!("openai @ https://user:{key}@example.org/openai.whl\n")),
            (
                "package.json",
                format!(
                    "{{\"name\": \"x\", \"dependencies\":\n {{\"openai\": \"git+https://{key}@github.com/x/openai.git\"}}}}\n"
                ),
            ),
            ("notes.md", format!("# Keys\nuse {key} for api.openai.com\n")),
        ];
        let tree = cases.iter().fold(Tree::new(), |tree, (file, text)| tree.file(file, text));
        let inventory = tree.scan();
        for (file, text) in cases {
            let line = text.lines().position(|line| line.contains(&key)).expect("a line") + 1;
            let told: Vec<&Evidence> =
                keys(&inventory).into_iter().filter(|e| e.place.path == file).collect();
            assert!(
                told.iter().any(|evidence| evidence.value == kind
                    && evidence.span.is_some_and(|span| span.line as usize == line)
                    && evidence.excerpt.is_empty()),
                "{kind} in {file}: {told:?}"
            );
        }
        let said = everything_said(&inventory);
        parts.iter().for_each(|part| assert_no_slice_of(part, &said, kind));
    }
}

#[test]
fn a_key_is_found_whatever_the_encoding_of_its_file() {
    for (kind, key, parts) in fake_keys() {
        let text = format!("OPENAI_API_KEY={key}\n");
        let mut latin = b"# caf\xe9\n".to_vec();
        latin.extend(text.as_bytes());
        let wide: Vec<u8> = "\u{FEFF}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = format!("\u{FEFF}{text}").into_bytes();
        for (case, bytes) in [("a mark", marked), ("Latin-1", latin), ("UTF-16", wide)] {
            let inventory = Tree::new().bytes(".env", &bytes).scan();
            let kinds: Vec<&str> = keys(&inventory).iter().map(|e| e.value.as_str()).collect();
            assert_eq!(kinds, [kind], "{case}");
            let said = everything_said(&inventory);
            parts.iter().for_each(|part| assert_no_slice_of(part, &said, case));
        }
    }
}

#[test]
fn an_excerpt_cut_anywhere_in_a_long_line_shows_no_part_of_a_key() {
    for (kind, key, parts) in fake_keys() {
        for padding in (0..800).step_by(7) {
            let before = format!("{key}:{key},{}", "x ".repeat(padding / 2));
            let after = format!("{} {key} {key}", " y".repeat(padding / 2));
            let line = format!("{before}api.openai.com{after}");
            let mut shown = excerpt(&line, before.len());
            for focus in [0, key.len() / 2, key.len() + 3, line.len() - 20, line.len()] {
                shown.push_str(&excerpt(&line, focus));
            }
            let case = format!("{kind}, padding {padding}");
            parts.iter().for_each(|part| assert_no_slice_of(part, &shown, &case));
        }
    }
}

#[test]
fn a_password_beside_evidence_is_never_shown() {
    let passwords = [
        "Tr0ub4dor&3",
        "hunter2",
        "correct horse battery",
        "correct_horse_battery",
        "p@ss(w0rd)!",
        "a$b,c;d{e}f",
        "kitten",
        "SHOUTING",
        "pass.word.dotted",
        "it's-me-again",
    ];
    for password in passwords {
        for line in [
            format!("openai.OpenAI(password=\"{password}\", base_url=\"https://api.openai.com\")"),
            format!("x = {{\"host\": \"api.openai.com\", \"password\": \"{password}\"}}"),
            format!("db_password = \"{password}\"; host = \"api.openai.com\""),
            format!("apiKey: \"{password}\", url: \"https://api.openai.com\""),
            format!("secret=\"{password}\" curl https://api.openai.com"),
        ] {
            let shown = excerpt(&line, line.find("api.openai.com").unwrap_or(0));
            assert!(!shown.contains(password), "{line}\n{shown}");
            assert!(shown.contains("openai"), "{line}\n{shown}");
        }
    }
}

#[test]
fn passwords_in_addresses_are_never_shown() {
    let password = ["Wint", "er&2026"].concat();
    for address in [
        format!("https://app:{password}@api.openai.com/v1"),
        format!("postgres://app:{password}@db.internal/app"),
        format!("https://app:p@{password}@api.openai.com/v1"),
        format!("redis://:{password}@cache:6379/0"),
    ] {
        let inventory = Tree::new()
            .file("app.py", format!("import openai\nc = openai.OpenAI(base_url=\"{address}\", model=\"gpt-4o\")\n"))
            .file("settings.yaml", format!("model: gpt-4o # {address}\nurl: {address}\nb: https://api.openai.com\n"))
            .file("requirements.txt", format!("openai @ {address}/openai.whl\n--index-url {address}\n"))
            .file("package.json", format!("{{\"dependencies\": {{\"openai\": \"{address}\"}}}}"))
            .file("poetry.lock", "[[package]]\nname = \"openai\"\nversion = \"{address}\"\n")
            .file("environment.yml", format!("dependencies:\n  - pip:\n    - openai @ {address}\n"))
            .file("pyproject.toml", format!("[tool.poetry.dependencies]\nopenai = {{ git = \"{address}\" }}\n"))
            .file(".mcp.json", format!("{{\"mcpServers\": {{\"db\": {{\"command\": \"npx\", \"args\": [\"pg\", \"{address}\"]}}, \"web\": {{\"url\": \"{address}\"}}}}}}"))
            .scan();
        let said = everything_said(&inventory);
        assert!(said.contains("openai"));
        let start = said.find(&password).map(|at| at.saturating_sub(120));
        assert!(start.is_none(), "{address}: {}", &said[start.unwrap_or(0)..][..240]);
    }
}

#[test]
fn mail_addresses_are_redacted() {
    let mail = ["jo.doe", "example.org"].join("@");
    let inventory = Tree::new()
        .file("requirements.txt", format!("openai==1.0  # ask {mail}\n"))
        .file("package.json", format!("{{\"name\": \"x\", \"author\": \"{mail}\", \"dependencies\": {{\"openai\": \"4\"}}}}"))
        .file("app.py", format!("import openai  # by {mail}\n"))
        .file(".mcp.json", format!("{{\"mcpServers\": {{\"{mail}\": {{\"command\": \"npx --user {mail}\"}}}}}}"))
        .file("CODEOWNERS", format!("* {mail} @someone @org/team\n"))
        .scan();
    let said = everything_said(&inventory);
    assert!(said.contains("‹mail›"), "{said}");
    assert!(!said.contains("jo.doe"), "{said}");
}

#[test]
fn persons_are_pseudonymised_unless_identities_were_asked_for() {
    let tree =
        Tree::new().file("requirements.txt", OPENAI).file("CODEOWNERS", "* @jdoe @org/team\n");
    let handles = |inventory: &Inventory| -> Vec<String> {
        inventory.systems[0].owners.iter().map(|owner| owner.handle.clone()).collect()
    };
    let hidden = handles(&tree.scan());
    assert!(hidden.iter().any(|handle| handle == "@org/team"), "{hidden:?}");
    assert!(hidden.len() == 2 && !hidden.concat().contains("jdoe"), "{hidden:?}");
    let shown = handles(&tree.scan_with(|request| request.include_identities = true));
    assert!(shown.iter().any(|handle| handle == "@jdoe"), "{shown:?}");
}

// --- the command line ----------------------------------------------------------

#[test]
fn a_missing_path_ends_the_scan_and_is_named() {
    let ran = Tree::new().command(&["scan", "no/such/place"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains("no/such/place"));
    assert!(ran.stderr.contains("\n\nhint: "), "{}", ran.stderr);
}

#[test]
fn an_invalid_overlay_is_bad_usage_and_says_where() {
    let good = "schema_version = 1\nvendor = \"Acme\"\n";
    let cases = [
        ("a key without value", "schema_version = 1\nvendor =\n".to_owned(), "line 2, column"),
        ("an unknown key", format!("{good}colour = \"red\"\n"), "colour"),
        (
            "an unknown key of a signature",
            format!("{good}[[signature]]\nid = \"a.b\"\ncolour = 1\n"),
            "colour",
        ),
        ("a newer version", "schema_version = 99\nfuture = true\n".to_owned(), "99"),
        (
            "an unknown word",
            format!("{good}[[signature]]\nid = \"a.b\"\nrole = \"butler\"\n"),
            "butler",
        ),
        (
            "a broken pattern",
            format!(
                "{good}[[signature]]\nid = \"a.b\"\n[[signature.key]]\nkind = \"k\"\nregex = 'acme-(['\n"
            ),
            "a.b",
        ),
        (
            "one id twice",
            format!("{good}[[signature]]\nid = \"a.b\"\n[[signature]]\nid = \"a.b\"\n"),
            "a.b",
        ),
    ];
    for (case, text, says) in cases {
        let tree =
            Tree::new().file_above("overlay/acme.toml", text).file("requirements.txt", OPENAI);
        let ran = tree.command(&["scan", ".", "--signatures", "../overlay"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{case}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{case}: {}", ran.stderr);
        assert!(ran.stderr.contains("hint: "), "{case}: {}", ran.stderr);
    }
    for overlay in ["../nowhere", "."] {
        let ran = Tree::new().command(&["scan", ".", "--signatures", overlay]);
        assert_eq!(ran.code, 2, "{overlay}: {}", ran.stderr);
    }
}

#[test]
fn an_output_that_cannot_be_written_leaves_nothing_half_done() {
    let tree = Tree::new().file("requirements.txt", OPENAI).file("plain", "kept").folder("folder");
    for output in ["json=missing/out.json", "json=plain/out.json", "json=folder", "json="] {
        let ran = tree.command(&["scan", ".", "-o", output]);
        assert!(matches!(ran.code, 2 | 3), "{output}: {} {}", ran.code, ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{output}: {}", ran.stderr);
    }
    let mut left: Vec<_> = std::fs::read_dir(tree.root())
        .expect("tree")
        .map(|entry| entry.expect("entry").file_name().into_string().expect("UTF-8"))
        .collect();
    left.sort();
    assert_eq!(left, ["folder", "plain", "requirements.txt"]);
    assert_eq!(std::fs::read_to_string(tree.path("plain")).expect("plain"), "kept");
    assert_eq!(std::fs::read_dir(tree.path("folder")).expect("folder").count(), 0);
}

#[test]
fn an_old_report_stays_when_the_scan_fails() {
    let tree = Tree::new().file("out.json", "old");
    let ran = tree.command(&["scan", "nowhere", "-o", "json=out.json"]);
    assert_eq!(ran.code, 3);
    assert_eq!(std::fs::read_to_string(tree.path("out.json")).expect("out.json"), "old");
}

#[test]
fn a_bundle_is_read_in_windows_around_what_it_holds() {
    let filler = "function f(a){return a+1}\n".repeat(30_000);
    let code = "import OpenAI from \"openai\";\nconst client = new OpenAI();\n";
    let tree = Tree::new().file("src/app.js", format!("{filler}{code}{filler}"));
    let inventory = tree.scan();
    let line = inventory.evidence.iter().find(|one| one.technique == Technique::Call);
    assert_eq!(line.and_then(|one| one.span).map(|span| span.line), Some(30_002));
    assert_eq!(inventory.coverage.capped.get("source-bytes"), Some(&1));
    assert!(inventory.coverage.problems.is_empty(), "{:?}", inventory.coverage.problems);
}

#[test]
fn code_that_is_carried_along_is_read_in_windows_much_sooner() {
    let filler = "function f(a){return a+1}\n".repeat(2_000);
    let code = "import OpenAI from \"openai\";\nconst client = new OpenAI();\n";
    let text = format!("{filler}{code}{filler}");
    let tree = Tree::new()
        .file("src/app.js", text.as_str())
        .file("src/vendor/other/app.js", text.as_str())
        .file("web/dist/app.js", text.as_str());
    let inventory = tree.scan();
    let mut called: Vec<_> =
        inventory.evidence.iter().filter(|one| one.technique == Technique::Call).collect();
    called.sort_by_key(|one| &one.place.path);
    let lines = called.iter().filter_map(|one| one.span).map(|span| span.line);
    assert_eq!(lines.collect::<Vec<_>>(), [2_002, 2_002, 2_002]);
    assert_eq!(inventory.coverage.capped.get("carried-source-bytes"), Some(&2));
    assert_eq!(inventory.coverage.capped.get("source-bytes"), None);
}

#[test]
fn declarations_and_packed_text_are_read_in_windows_as_soon_and_stay_the_product() {
    let declared = "export declare function f(a: string): number;\n".repeat(1_000);
    let packed = "function f(a){return a+1};".repeat(2_000);
    let code = "import OpenAI from \"openai\";\nconst client = new OpenAI();\n";
    let tree = Tree::new()
        .file("src/app.d.ts", format!("{declared}{code}{declared}"))
        .file("src/app.js", format!("{packed}{code}{packed}"))
        .file("src/app.pyi", format!("{}import openai\n", "def f() -> int: ...\n".repeat(2_000)));
    let inventory = tree.scan();
    let files: BTreeSet<_> = inventory
        .evidence
        .iter()
        .filter(|one| one.technique == Technique::Import && one.region == Region::Product)
        .map(|one| one.place.path.as_str())
        .collect();
    assert_eq!(
        files.into_iter().collect::<Vec<_>>(),
        ["src/app.d.ts", "src/app.js", "src/app.pyi"]
    );
    assert_eq!(inventory.coverage.capped.get("carried-source-bytes"), Some(&3));
    assert!(inventory.coverage.problems.is_empty(), "{:?}", inventory.coverage.problems);
}

#[test]
fn a_component_is_read_whole_and_is_not_said_to_be_read_in_windows() {
    let filler = "  function f(a) { return a + 1 }\n".repeat(20_000);
    let code = "import OpenAI from \"openai\"\nconst client = new OpenAI()\n";
    let text = format!("<script>\n{filler}{code}</script>\n<template><p/></template>\n");
    let inventory = Tree::new().file("src/App.vue", text).scan();
    assert!(inventory.evidence.iter().any(|one| one.technique == Technique::Call));
    assert_eq!(inventory.coverage.capped.get("source-bytes"), None);
}

#[test]
fn what_a_bundle_says_again_and_again_does_not_hide_its_use() {
    let again = "// import OpenAI from \"openai\"; new OpenAI()\n".repeat(70);
    let filler = "function f(a){return a+1}\n".repeat(30_000);
    let code = "import OpenAI from \"openai\";\nconst client = new OpenAI();\n";
    let inventory = Tree::new().file("src/app.js", format!("{again}{filler}{code}{filler}")).scan();
    let call = inventory.evidence.iter().find(|one| one.technique == Technique::Call);
    assert_eq!(call.and_then(|one| one.span).map(|span| span.line), Some(30_072));
    assert_eq!(inventory.coverage.capped.get("source-bytes"), Some(&1));
}

#[test]
fn what_begins_like_credentials_all_over_costs_no_more_than_other_text() {
    let text = "fw_".repeat(1 << 20);
    let inventory = quickly("beginnings of keys", || Tree::new().file("notes.txt", text).scan());
    assert!(inventory.evidence.is_empty());
}

/// What each file of lies must end as: quickly, told, and with nothing read that is not there.
fn assert_told_quickly(what: &str, path: &str, bytes: &[u8]) {
    let tree = beside_a_good_file().bytes(path, bytes);
    let inventory = quickly(what, || tree.scan());
    assert_good_file_was_read(&inventory);
    let problems = &inventory.coverage.problems;
    assert!(problems.iter().any(|problem| problem.place.path == path), "{what}: {problems:?}");
}

#[test]
fn headers_that_announce_more_than_there_is_are_told() {
    let mut counts = b"GGUF\x03\0\0\0".to_vec();
    counts.extend([0xFF; 16]);
    counts.resize(4096, 0);
    assert_told_quickly("counts", "m/a.gguf", &counts);
    let mut length = (1u64 << 63).to_le_bytes().to_vec();
    length.extend(b"{\"a\":{}}");
    assert_told_quickly("a header of 2^63 bytes", "m/a.safetensors", &length);
    let mut graph = b"\x08\x08\x12\x01x\x3a".to_vec();
    graph.extend([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0]);
    assert_told_quickly("a graph of 2^63 bytes", "m/a.onnx", &graph);
    let mut sections = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
    sections.extend([0xFF; 40]);
    assert_told_quickly("sections far away", "bin/app", &sections);
}

#[test]
fn a_pickle_of_a_million_memo_operations_ends_in_bounded_time() {
    let mut pickle = b"\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x01a".to_vec();
    pickle.resize(1_000_000, 0x94);
    assert_told_quickly("memo", "m/a.pkl", &pickle);
}

#[test]
fn overlapping_sections_are_looked_through_once() {
    let mut program = made::pe(&["FOO.dll"], &["Foo"], 4000);
    program.extend(noise(3 << 20));
    // every section now holds the whole file
    let size = small(program.len()).to_le_bytes();
    for nth in 0..4000 {
        let row = 0x40 + 24 + 240 + 40 * nth;
        program[row + 16..row + 20].copy_from_slice(&size);
        program[row + 20..row + 24].copy_from_slice(&[0; 4]);
    }
    let tree = beside_a_good_file().bytes("bin/app.exe", &program);
    let inventory = quickly("sections", || tree.scan());
    assert_good_file_was_read(&inventory);
}

fn small(length: usize) -> u32 {
    u32::try_from(length).expect("less than four GiB")
}

/// The same file with bytes flipped, cut out, repeated and set to their extremes.
fn mutations(bytes: &[u8], seed: u64, how_many: usize) -> Vec<Vec<u8>> {
    let mut state = seed | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or(0)
    };
    (0..how_many)
        .map(|nth| {
            let mut file = bytes.to_vec();
            let at = next(file.len());
            let end = (at + 1 + next(16)).min(file.len());
            match nth % 5 {
                0 => file.truncate(at),
                1 => file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (at % 8)),
                2 => file.get_mut(at..end).unwrap_or_default().fill(0xFF),
                3 => {
                    let piece = bytes.get(at..end).unwrap_or_default().repeat(40);
                    file.splice(at..at, piece);
                }
                _ => {
                    file.drain(at..end);
                }
            }
            file
        })
        .collect()
}

#[test]
fn mutated_programs_and_models_panic_no_reader() {
    let files = [
        made::program(&["libfoo.so.1"], &["foo"], &["text"]),
        made::elf_with(&[(".go.buildinfo", b"\xff Go buildinf:\x08\x02"), (".dep-v0", b"x\x9c")]),
        made::pe(&["FOO.dll"], &["Foo"], 2),
        made::mach_o("/a/Foo.framework/Foo", "_foo"),
        made::frozen(&["foo"], "libfoo.so"),
        made::gguf(&[("general.name", "x")], &[("w", &[2, 3])]),
        made::safetensors(r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#),
        made::pickle(),
        made::zip(&[("a/data.pkl", &made::pickle()), ("a/version", b"3")]),
        made::zip(&[("metadata.json", b"{}"), ("config.json", b"{}"), ("a.weights.h5", b"x")]),
        made::Message::new().number(1, 8).text(2, "x").blob(7, &[10, 0]).blob(8, &[16, 17]).0,
        b"\x10\0\0\0TFL3\x0c\0\x10\0\x04\0\0\0\x08\0\0\0\x01\0\0\0".to_vec(),
        b"\x89HDF\r\n\x1a\n\0keras_version backend tensorflow".to_vec(),
        b"<PMML version=\"4.4\"><TreeModel modelName=\"x\"/></PMML>".to_vec(),
        made::data::parquet(&[("a", 1), ("b", 0)], &["c"]),
        made::data::arrow_stream(),
        made::data::record(&made::data::example("a")),
        made::data::network(),
        made::data::assembly(&[("Foo", [1, 2, 3, 4])]),
    ];
    let limits = Limits::default();
    quickly("mutations", || {
        for (seed, file) in files.iter().enumerate() {
            for mutated in mutations(file, seed as u64 + 7, 150) {
                let head = &mutated[..mutated.len().min(HEAD)];
                for reader in READERS {
                    let bytes = mutated.as_slice();
                    for path in ["m/a.keras", "m/a.mnn", "m/a.dvc"] {
                        let input = Input { path, head, bytes: &bytes, limits: &limits };
                        let mut listener = made::Listener::default();
                        // An error is told; a panic would end the test.
                        let _ = reader.read(&input, &mut listener);
                    }
                }
            }
        }
    });
}

#[test]
fn mutated_fixtures_panic_no_extractor() {
    let limits = Limits::default();
    for (seed, extractor) in EXTRACTORS.iter().enumerate() {
        let folder = Path::new("fixtures/extract").join(extractor.id());
        let cases = fs::read_dir(folder).into_iter().flatten().flatten();
        for file in cases.flat_map(|case| fs::read_dir(case.path())).flatten().flatten() {
            if file.file_name() == "facts.json" || file.path().is_dir() {
                continue;
            }
            let bytes = fs::read(file.path()).expect("a fixture");
            let path = file.file_name().to_string_lossy().into_owned();
            for mutated in mutations(&bytes, seed as u64 + 3, 10) {
                let text = String::from_utf8_lossy(&mutated);
                let content = Content::new(&path, &text, false, &limits);
                let _ = extractor.extract(&content, &mut made::Listener::default());
            }
        }
    }
}

// --- archives that are traps ---------------------------------------------------

const LAZY: &[u8] = &[b'#'; 1 << 20];

/// What a trap in an archive leads to: it is told, and what lies beside it is read.
#[track_caller]
fn trapped(path: &str, bytes: &[u8], code: &str) -> Inventory {
    let inventory = quickly(path, || beside_a_good_file().bytes(path, bytes).scan());
    assert_eq!(codes_of(&inventory, path), [code]);
    assert_good_file_was_read(&inventory);
    inventory
}

#[test]
fn a_gzip_of_zeros_is_cut_by_its_ratio() {
    let zeros = packed::gz(&vec![0; 100 << 20]);
    let mut member = packed::tar_header("a.py", b'0', 100 << 20);
    member.resize(512, 0);
    let bytes = [packed::gz(&member), zeros].concat();
    let inventory = trapped("zeros.tar.gz", &bytes, "archive-limit");
    assert!(inventory.coverage.packed.inflated < 64 << 20);
}

#[test]
fn a_zip_of_zips_of_zips_is_cut_by_its_depth() {
    let mut bytes = packed::zip(&[("requirements.txt", OPENAI.as_bytes())]);
    for level in 0..10 {
        let again: Vec<(String, &[u8])> =
            (0..3).map(|copy| (format!("{level}-{copy}.jar"), &bytes[..])).collect();
        let members: Vec<_> = again.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        bytes = packed::zip(&members);
    }
    let inventory = quickly("zips of zips", || beside_a_good_file().bytes("42.zip", &bytes).scan());
    let cut: Vec<_> = inventory.coverage.problems.iter().map(|one| one.code.as_str()).collect();
    assert!(!cut.is_empty() && cut.iter().all(|code| *code == "archive-limit"), "{cut:?}");
    assert_good_file_was_read(&inventory);
}

#[test]
fn members_that_lie_within_each_other_are_not_inflated_again() {
    let kernel = packed::deflated(LAZY);
    let mut zip = Zip::default().raw("0.py", (0, 8), &kernel, LAZY.len());
    for number in 1..20_000 {
        zip = zip.entry(&format!("{number}.py"), (0, 8), (kernel.len(), LAZY.len()), 0);
    }
    let inventory = trapped("overlap.zip", &zip.done(), "malformed");
    assert!(inventory.coverage.packed.inflated < 4 << 20);
}

#[test]
fn sizes_that_lie_change_nothing() {
    let source = IMPORT.as_bytes();
    let packed = packed::deflated(source);
    let zip = Zip::default()
        .raw("huge.py", (0, 8), &packed, u32::MAX as usize - 1)
        .raw("none.py", (0, 8), &packed, 0)
        .entry("beyond.py", (0, 0), (1 << 30, 1 << 30), 0)
        .done();
    let inventory = trapped("lies.zip", &zip, "malformed");
    assert!(found_at(&inventory).contains(&"lies.zip!/huge.py"));
    assert!(found_at(&inventory).contains(&"lies.zip!/none.py"));
    let mut tar = packed::tar_header("a.py", b'0', 0o77_777_777_777);
    tar.extend(source);
    trapped("lies.tar", &tar, "malformed");
    let mut asar = packed::asar(&[("a.py", source)]);
    asar[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    trapped("lies.asar", &asar, "malformed");
}

#[test]
fn an_archive_that_takes_too_long_is_cut() {
    let members: Vec<(String, &[u8])> =
        (0..3000).map(|number| (format!("{number}.txt"), &b""[..])).collect();
    let members: Vec<_> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let tree = beside_a_good_file().bytes("slow.tar", &packed::tar(&members));
    let inventory = tree.scan_with(|request| request.limits.archive_seconds = 0);
    assert_eq!(codes_of(&inventory, "slow.tar"), ["archive-limit"]);
    assert_eq!(inventory.coverage.packed.members, 1024);
    assert!(inventory.coverage.complete);
    assert_good_file_was_read(&inventory);
}

#[test]
fn ten_thousand_links_in_a_tar_are_passed_by() {
    let mut tar: Vec<u8> = (0..10_000)
        .flat_map(|number| packed::tar_header(&format!("link-{number}.py"), b'2', 0))
        .collect();
    tar.extend(packed::tar(&[("a.py", IMPORT.as_bytes())]));
    let inventory = quickly("links", || Tree::new().bytes("links.tar", &tar).scan());
    assert_eq!(found_at(&inventory), ["links.tar!/a.py"]);
    assert_eq!(inventory.coverage.packed.members, 10_001);
}

#[test]
fn a_directory_of_a_million_members_is_cut() {
    let mut zip = Zip::default().stored("a", b"");
    for number in 0..300_000 {
        zip = zip.entry(&format!("{number}/"), (0, 0), (0, 0), 0);
    }
    trapped("many.zip", &zip.done(), "archive-limit");
}

#[test]
fn names_of_members_lead_nowhere() {
    let inventory = trapped(
        "slip.zip",
        &packed::zip(&[("../../up.py", IMPORT.as_bytes()), ("/root.py", IMPORT.as_bytes())]),
        "unsafe-name",
    );
    assert!(found_at(&inventory).contains(&"slip.zip!/up.py"));
    assert!(found_at(&inventory).contains(&"slip.zip!/root.py"));
}

#[test]
fn what_is_encrypted_or_packed_otherwise_is_told_once() {
    let zip = Zip::default().raw("a.py", (1, 8), b"noise", 5).raw("b.py", (1, 8), b"noise", 5);
    trapped("secret.zip", &zip.done(), "encrypted");
    let zip = Zip::default().raw("a.py", (0, 99), b"noise", 5).raw("b.class", (0, 99), b"", 0);
    trapped("other.zip", &zip.done(), "unsupported");
}

#[test]
fn archives_that_are_none_or_end_in_the_middle_are_told() {
    let whole = packed::zip(&[("a.py", IMPORT.as_bytes())]);
    trapped("cut.zip", &whole[..whole.len() / 2], "malformed");
    trapped("text.jar", b"no jar", "malformed");
    trapped("empty.zip", b"", "malformed");
    let tar = packed::gz(&packed::tar(&[("a.py", &noise(5000))]));
    trapped("cut.tgz", &tar[..tar.len() / 2], "malformed");
    let mut bomb = b"\xFD7zXZ\0".to_vec();
    bomb.extend(noise(100));
    trapped("noise.tar.xz", &bomb, "malformed");
    // A frame of zstd that asks for a window of terabytes.
    trapped("window.tar.zst", b"\x28\xB5\x2F\xFD\x00\xFF\x01\x00\x00", "malformed");
}

#[test]
fn cut_and_bent_archives_end_nothing() {
    let inner = packed::zip(&[("META-INF/maven/g/a/pom.properties", b"artifactId=a")]);
    let whole: Vec<(&str, Vec<u8>)> = vec![
        ("a.zip", packed::zip(&[("a.py", IMPORT.as_bytes()), ("x.jar", &inner)])),
        ("a.tar", packed::tar(&[("a.py", IMPORT.as_bytes()), ("x.jar", &inner)])),
        ("a.tar.gz", packed::gz(&packed::tar(&[("a.py", IMPORT.as_bytes())]))),
        ("a.tar.zst", packed::zst(&packed::tar(&[("a.py", IMPORT.as_bytes())]))),
        ("a.deb", packed::ar(&[("data.tar.gz", &packed::gz(&packed::tar(&[("a.py", b"")])))])),
        ("a.asar", packed::asar(&[("a/a.py", IMPORT.as_bytes())])),
        ("a.tar.xz", include_bytes!("../fixtures/archives/a.tar.xz").to_vec()),
        ("a.tar.bz2", include_bytes!("../fixtures/archives/a.tar.bz2").to_vec()),
    ];
    let mut tree = beside_a_good_file();
    for (name, bytes) in &whole {
        let step = bytes.len() / 24 + 1;
        for at in (0..bytes.len()).step_by(step) {
            let mut bent = bytes.clone();
            bent[at] ^= 0xFF;
            tree = tree.bytes(format!("bent/{at}/{name}"), &bent);
            tree = tree.bytes(format!("cut/{at}/{name}"), &bytes[..at]);
        }
    }
    let inventory = quickly("bent archives", || tree.scan());
    assert_good_file_was_read(&inventory);
}

#[test]
fn a_program_that_repeats_its_tables_is_read_once() {
    // Four thousand libraries, each with the same million numbered functions.
    let mut program = made::pe(&["FOO.dll"], &["Foo"], 1);
    let base = 0x40 + 24 + 240 + 40;
    let row = program[base..base + 20].to_vec();
    let at = small(program.len());
    (0..4000).for_each(|_| program.extend(&row));
    let thunks = small(program.len());
    program.extend((0..100_000u64).flat_map(|_| (1u64 << 63 | 7).to_le_bytes()));
    for nth in 0..4000 {
        let row = at as usize + nth * 20;
        program[row..row + 4].copy_from_slice(&thunks.to_le_bytes());
    }
    let directory = 0x40 + 24 + 112 + 8;
    program[directory..directory + 4].copy_from_slice(&at.to_le_bytes());
    let size = small(program.len()).to_le_bytes();
    let section = 0x40 + 24 + 240;
    program[section + 8..section + 12].copy_from_slice(&size);
    program[section + 16..section + 20].copy_from_slice(&size);
    assert_told_quickly("imports", "bin/app.exe", &program);
}
