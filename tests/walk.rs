//! What a scan reads and what it leaves, and that it tells which.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::model::inventory::Inventory;
use daylight::model::place::Region;
use tree::{OPENAI, Tree, codes_of, found_at, rendered, skipped};

/// The ignored places with rule and source, sorted.
fn ignored(inventory: &Inventory) -> Vec<(&str, &str, &str)> {
    inventory
        .coverage
        .ignored
        .iter()
        .map(|row| (row.place.path.as_str(), row.rule.as_str(), row.source.as_str()))
        .collect()
}

#[test]
fn hidden_files_and_folders_are_read() {
    let tree = Tree::new()
        .file(".hidden/requirements.txt", OPENAI)
        .file(".github/tools/requirements.txt", OPENAI);
    assert_eq!(
        found_at(&tree.scan()),
        [".github/tools/requirements.txt", ".hidden/requirements.txt"]
    );
}

#[test]
fn a_hidden_settings_file_is_evidence() {
    let tree = Tree::new().file(
        ".mcp.json",
        r#"{"mcpServers": {"files": {"command": "npx", "args": ["-y", "some-server"]}}}"#,
    );
    assert!(found_at(&tree.scan()).contains(&".mcp.json"));
}

#[test]
fn stores_of_version_control_are_not_read() {
    let mut tree = Tree::new().file("requirements.txt", OPENAI);
    for store in [".git", ".hg", ".svn", ".jj", "sub/.git"] {
        tree = tree.file(format!("{store}/requirements.txt"), OPENAI);
    }
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["requirements.txt"]);
    assert_eq!(inventory.coverage.read.files, 1);
}

#[test]
fn gitignore_and_ignore_are_honoured_without_git() {
    let tree = Tree::new()
        .file(".gitignore", "build/\n*.bak.txt\n")
        .file("sub/.ignore", "/local\n")
        .file("build/requirements.txt", OPENAI)
        .file("requirements.bak.txt", OPENAI)
        .file("sub/local/requirements.txt", OPENAI)
        .file("local/requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["local/requirements.txt"]);
    assert_eq!(
        ignored(&inventory),
        [
            ("build", "build/", ".gitignore"),
            ("requirements.bak.txt", "*.bak.txt", ".gitignore"),
            ("sub/local", "/local", "sub/.ignore"),
        ]
    );
}

#[test]
fn a_deeper_rule_wins_over_a_higher_one() {
    let tree = Tree::new()
        .file(".gitignore", "requirements.txt\n")
        .file("kept/.gitignore", "!requirements.txt\n")
        .file("kept/requirements.txt", OPENAI)
        .file("cut/requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["kept/requirements.txt"]);
    assert_eq!(ignored(&inventory), [("cut/requirements.txt", "requirements.txt", ".gitignore")]);
}

#[test]
fn rules_above_the_target_and_of_the_user_are_never_asked() {
    let tree = Tree::new()
        .file_above(".gitignore", "*\n")
        .file_above(".ignore", "*\n")
        .file_above(".git/HEAD", "ref: refs/heads/main\n")
        .file_above("home/.config/git/ignore", "*\n")
        .file_above("home/.gitignore", "*\n")
        .file_above("home/.gitconfig", "[core]\n\texcludesFile = ~/.gitignore\n")
        .file_above("settings/git/ignore", "*\n")
        .file("requirements.txt", OPENAI);
    let settings = tree.above().join("settings");
    let variables = [("XDG_CONFIG_HOME", settings.to_str().expect("UTF-8"))];
    for path in [".", "../tree", "../tree/"] {
        let ran = tree.command_in(&variables, &["scan", path, "--format", "json"]);
        let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
        assert_eq!(found_at(&inventory), ["requirements.txt"], "{path}");
        assert_eq!(ignored(&inventory), [], "{path}");
    }
}

#[test]
fn the_exclude_file_of_a_clone_is_never_asked() {
    let tree =
        Tree::new().git(&[]).file(".git/info/exclude", "*\n").file("requirements.txt", OPENAI);
    assert_eq!(found_at(&tree.scan()), ["requirements.txt"]);
}

#[test]
fn a_tracked_file_is_read_although_a_rule_matches() {
    let tree = Tree::new()
        .git(&["build/deep/requirements.txt", "requirements.txt"])
        .file(".gitignore", "build/\nrequirements.txt\n")
        .file("build/deep/requirements.txt", OPENAI)
        .file("build/other/requirements.txt", OPENAI)
        .file("requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["build/deep/requirements.txt", "requirements.txt"]);
    assert_eq!(
        ignored(&inventory),
        [("build", "build/", ".gitignore"), ("requirements.txt", "requirements.txt", ".gitignore")]
    );
    // two requirements files and the ignore file, each read once
    assert_eq!(inventory.coverage.read.files, 3);
}

#[test]
fn daylightignore_and_exclude_cut_what_git_tracks_too() {
    let tree = Tree::new()
        .git(&["build/a/requirements.txt", "build/b/requirements.txt", "build/c/requirements.txt"])
        .file(".gitignore", "build/\n")
        .file(".daylightignore", "build/b\n")
        .file("build/a/requirements.txt", OPENAI)
        .file("build/b/requirements.txt", OPENAI)
        .file("build/c/requirements.txt", OPENAI);
    let inventory = tree.scan_with(|request| request.exclude = vec!["build/a/*.txt".to_owned()]);
    assert_eq!(found_at(&inventory), ["build/c/requirements.txt"]);
    assert_eq!(
        ignored(&inventory),
        [
            ("build", "build/", ".gitignore"),
            ("build/a/requirements.txt", "build/a/*.txt", "--exclude"),
            ("build/b", "build/b", ".daylightignore"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn an_index_cannot_lead_out_of_the_target() {
    let tree = Tree::new()
        .git(&["away/requirements.txt", "cut/../../secret/requirements.txt", "/etc/hostname"])
        .file(".gitignore", "away\ncut\n")
        .folder("cut")
        .file_above("secret/requirements.txt", OPENAI)
        .link("away", "../secret");
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), [""; 0]);
    assert_eq!(inventory.coverage.read.files, 1, "only the ignore file");
}

#[test]
fn a_broken_index_tracks_nothing_and_ends_nothing() {
    for index in [&b""[..], b"DIRC", b"DIRC\0\0\0\x02\xff\xff\xff\xff", b"garbage and more garbage"]
    {
        let tree = Tree::new()
            .bytes(".git/index", index)
            .file(".gitignore", "cut.txt\n")
            .file("requirements.txt", OPENAI);
        assert_eq!(found_at(&tree.scan()), ["requirements.txt"]);
    }
}

#[test]
fn a_file_left_out_of_a_sparse_checkout_is_told() {
    let tree = Tree::new()
        .git(&["gone/requirements.txt(sparse)", "requirements.txt"])
        .file("requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(skipped(&inventory, "sparse"), ["gone/requirements.txt"]);
}

#[test]
fn no_gitignore_reads_all_but_what_daylightignore_and_exclude_cut() {
    let tree = Tree::new()
        .file(".gitignore", "a\n")
        .file(".ignore", "b\n")
        .file(".daylightignore", "c\n")
        .file("a/requirements.txt", OPENAI)
        .file("b/requirements.txt", OPENAI)
        .file("c/requirements.txt", OPENAI)
        .file("d/requirements.txt", OPENAI);
    let inventory = tree.scan_with(|request| {
        request.no_gitignore = true;
        request.exclude = vec!["/d".to_owned()];
    });
    assert_eq!(found_at(&inventory), ["a/requirements.txt", "b/requirements.txt"]);
    assert_eq!(ignored(&inventory), [("c", "c", ".daylightignore"), ("d", "/d", "--exclude")]);
}

#[test]
fn an_ignored_root_is_counted_once_however_much_lies_in_it() {
    let mut tree = Tree::new().file(".gitignore", "data/\n").file("requirements.txt", OPENAI);
    for number in 0..50 {
        tree = tree.file(format!("data/{}/{number}.txt", number % 5), "x");
    }
    let inventory = tree.scan_with(|request| request.jobs = 8);
    assert_eq!(ignored(&inventory), [("data", "data/", ".gitignore")]);
    assert!(rendered(&inventory, "text").contains("1 place ignored by 1 rule"));
}

#[test]
fn a_broken_exclude_glob_is_bad_usage() {
    let ran = Tree::new().command(&["scan", ".", "--exclude", "[z-a]"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("--exclude"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_counted() {
    let tree = Tree::new()
        .file("real/requirements.txt", OPENAI)
        .file_above("outside/requirements.txt", OPENAI)
        .link("folder", "real")
        .link("requirements.txt", "real/requirements.txt")
        .link("out", "../outside")
        .link("broken", "nowhere");
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["real/requirements.txt"]);
    assert_eq!(skipped(&inventory, "link"), ["broken", "folder", "out", "requirements.txt"]);
    assert!(rendered(&inventory, "text").contains("4 links"));
}

#[cfg(unix)]
#[test]
fn a_link_loop_is_told_as_one() {
    let tree = Tree::new()
        .file("a/requirements.txt", OPENAI)
        .link("a/up", "..")
        .link("self", "self")
        .link("there", "back")
        .link("back", "there");
    let inventory = tree.scan();
    assert_eq!(skipped(&inventory, "link-loop"), ["a/up", "back", "self", "there"]);
    assert_eq!(codes_of(&inventory, "a/up"), ["link-loop"]);
    assert_eq!(found_at(&inventory), ["a/requirements.txt"]);
}

#[cfg(unix)]
#[test]
fn a_target_that_is_a_link_is_what_it_leads_to() {
    let tree = Tree::new().file("real/requirements.txt", OPENAI).link("alias", "real");
    let ran = tree.command(&["scan", "alias"]);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    assert_eq!(found_at(&inventory), ["requirements.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn special_files_are_not_opened() {
    let tree = Tree::new()
        .fifo("requirements.txt")
        .fifo(".gitignore")
        .fifo(".gitmodules")
        .folder(".git")
        .fifo(".git/index")
        .file("a/requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(
        skipped(&inventory, "special-file"),
        [".gitignore", ".gitmodules", "requirements.txt"]
    );
    assert_eq!(codes_of(&inventory, "requirements.txt"), ["special-file"]);
    assert_eq!(found_at(&inventory), ["a/requirements.txt"]);
}

#[test]
fn a_submodule_that_is_not_checked_out_is_told() {
    let tree = Tree::new()
        .file(
            ".gitmodules",
            "[submodule \"a\"]\n\tpath = libs/a\n\turl = https://example.com/a\n\
             [submodule \"b\"]\n\tpath = libs/b\n[submodule \"c\"]\n\tpath = libs/c\n\
             [submodule \"evil\"]\n\tpath = ../../etc\n",
        )
        .folder("libs/a")
        .file("libs/b/requirements.txt", OPENAI);
    let inventory = tree.scan();
    assert_eq!(skipped(&inventory, "submodule"), ["libs/a", "libs/c"]);
    assert!(rendered(&inventory, "text").contains("2 submodules not checked out"));
}

#[test]
fn a_git_lfs_pointer_is_told_and_not_taken_for_its_file() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let tree = Tree::new()
        .file("requirements.txt", format!("{pointer}{OPENAI}"))
        .file("weights/model.safetensors", pointer);
    let inventory = tree.scan();
    assert_eq!(
        skipped(&inventory, "lfs-pointer"),
        ["requirements.txt", "weights/model.safetensors"]
    );
    // What the pointer stands for is a model by its name; its bytes are not there.
    assert_eq!(found_at(&inventory), ["weights/model.safetensors"]);
}

#[test]
fn a_binary_file_that_nobody_reads_is_told() {
    let tree = Tree::new().bytes("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert_eq!(skipped(&tree.scan(), "binary"), ["logo.png"]);
}

#[test]
fn a_long_list_of_skipped_places_is_cut_but_counted() {
    let mut tree = Tree::new();
    for number in 0..30 {
        tree = tree.bytes(format!("{number:02}.bin"), b"\0\0\0\0");
    }
    let inventory = tree.scan();
    let row = &inventory.coverage.skipped[0];
    assert_eq!((row.reason.as_str(), row.files, row.places.len()), ("binary", 30, 20));
    assert_eq!(row.places[0].path, "00.bin");
}

#[test]
fn regions_weigh_and_are_shown() {
    let cases = [
        ("requirements.txt", Region::Product),
        ("tests/requirements.txt", Region::Test),
        ("examples/requirements.txt", Region::Example),
        ("docs/requirements.txt", Region::Docs),
        ("vendor/requirements.txt", Region::Vendored),
        ("generated/requirements.txt", Region::Generated),
    ];
    let mut product = 0;
    for (path, region) in cases {
        let inventory = Tree::new().file(path, OPENAI).scan();
        let component = &inventory.components[0];
        assert_eq!(component.region, region, "{path}");
        assert_eq!(inventory.evidence[0].region, region, "{path}");
        let text = rendered(&inventory, "text");
        if region == Region::Product {
            product = component.confidence;
        } else {
            assert!(component.confidence < product, "{path} weighs as much as the product");
        }
        let aside = !matches!(region, Region::Product | Region::Generated);
        assert_eq!(
            text.contains(&format!("AI only in {} code", region.word())),
            aside,
            "{path}: {text}"
        );
    }
}

#[test]
fn a_single_file_can_be_the_target() {
    let tree = Tree::new().file("sub/requirements.txt", OPENAI).file("package.json", "{}");
    let ran = tree.command(&["scan", "sub/requirements.txt"]);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    assert_eq!(inventory.targets[0].kind, "file");
    assert_eq!(found_at(&inventory), ["requirements.txt"]);
    assert_eq!(inventory.coverage.read.files, 1);
}

#[test]
fn several_targets_of_one_name_are_told_apart() {
    let tree = Tree::new()
        .file("x/app/requirements.txt", OPENAI)
        .file("y/app/requirements.txt", "anthropic==0.30\n");
    let ran = tree.command(&["scan", "x/app", "y/app"]);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    let names: Vec<&str> = inventory.targets.iter().map(|target| target.name.as_str()).collect();
    assert_eq!(names, ["app", "app-2"]);
    assert_eq!(inventory.systems.len(), 2);
}

#[test]
fn a_file_that_another_one_includes_is_read_but_not_counted_twice() {
    let tree = Tree::new()
        .file("requirements.txt", "-r requirements/base.in\n-r requirements/base.in\n")
        .file("requirements/base.in", format!("-r ../requirements.txt\n{OPENAI}"));
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), ["requirements/base.in"]);
    assert_eq!(inventory.coverage.read.files, 2);
    assert_eq!(inventory.coverage.problems, []);
}

#[cfg(unix)]
#[test]
fn an_include_cannot_lead_out_of_the_target() {
    let tree = Tree::new().file_above("secret.txt", OPENAI).link("away", "..").file(
        "requirements.txt",
        "-r ../secret.txt\n-r away/secret.txt\n-r /etc/hostname\n-r missing.txt\n",
    );
    let inventory = tree.scan();
    assert_eq!(found_at(&inventory), [""; 0]);
    assert_eq!(codes_of(&inventory, "requirements.txt"), ["broken-reference"]);
}
