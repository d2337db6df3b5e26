//! The page on what is read is generated from the tables by which files are
//! dispatched, so that it cannot say anything else.
//!
//! `DAYLIGHT_BLESS=1 cargo test --test support` writes it anew.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use daylight::artifact::READERS;
use daylight::extract::{EXTRACTORS, Gate};
use daylight::limits::Limits;

const HEAD: &str = "\
# What is read

Generated from the registration tables by `DAYLIGHT_BLESS=1 cargo test --test support`; a test keeps it fresh.

One row per reader. *When*: `always`, or only if an anchor of some signature stands in the file (`anchor`), or its beginning tells the format (`beginning`). *Up to*:
the bytes of one file that are read; a longer one is read to there, or not at all where it is only valid whole
(`whole`). What was not read stands in `coverage`.
";

/// The families of readers and where they live below `src/extract`.
const FAMILIES: &[(&str, &str)] =
    &[("Packages", "package"), ("Source", "code"), ("Configuration", "config")];

/// Where a reader lives: told by its place in the table, which goes family by family.
fn home(at: usize) -> &'static str {
    let position = |id: &str| EXTRACTORS.iter().position(|one| one.id() == id).expect("a reader");
    if at < position("python") {
        "package"
    } else if at < position("codeowners") {
        "code"
    } else {
        "config"
    }
}

fn rendered() -> String {
    let limits = Limits::default();
    let mut page = HEAD.to_owned();
    for (title, family) in FAMILIES {
        let _ = write!(page, "\n## {title}\n\n| place | what is read | when | up to | reader |\n");
        page.push_str("|---|---|---|---|---|\n");
        for (at, extractor) in EXTRACTORS.iter().enumerate() {
            if home(at) != *family {
                continue;
            }
            let interest = extractor.interest();
            let mut places: Vec<String> = Vec::new();
            places.extend(interest.names.iter().map(|name| format!("`{name}`")));
            places.extend(interest.globs.iter().map(|glob| format!("`{glob}`")));
            places.extend(interest.extensions.iter().map(|end| format!("`*.{end}`")));
            let when = match interest.gate {
                Gate::Open => "always",
                Gate::Anchors => "anchor",
                Gate::Telling => "beginning",
            };
            let bytes =
                if extractor.needs_whole() { limits.manifest_bytes } else { limits.text_bytes };
            let whole = if extractor.needs_whole() { ", whole" } else { "" };
            let _ = writeln!(
                page,
                "| {} | {} | {when} | {} MiB{whole} | `{}` |",
                places.join(" "),
                extractor.about().replace('|', "\\|"),
                bytes >> 20,
                extractor.id(),
            );
        }
    }
    page.push_str(
        "\n## Programs and model files\n\nTold by their content, whatever they are called; ",
    );
    page.push_str(
        "read where they lie, in pieces, at any size.\n\n| what is read | reader |\n|---|---|\n",
    );
    for reader in READERS {
        let _ = writeln!(page, "| {} | `{}` |", reader.about(), reader.id());
    }
    page
}

#[test]
fn the_page_on_what_is_read_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/support.md");
    let page = rendered();
    if std::env::var_os("DAYLIGHT_BLESS").is_some() {
        fs::write(&path, &page).expect("write the page");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == page, "docs/support.md is stale: bless it as its head says");
}

#[test]
fn every_reader_stands_on_the_page_once() {
    let page = rendered();
    let readers = READERS.iter().map(|reader| reader.id());
    for id in EXTRACTORS.iter().map(|extractor| extractor.id()).chain(readers) {
        let cell = format!("| `{id}` |\n");
        assert_eq!(page.matches(&cell).count(), 1, "{id}");
    }
}
