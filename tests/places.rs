//! Every place in which AI is declared or called: a tiny folder that must show
//! it, beside a near miss that must show nothing.
//!
//! The folders are rows of `fixtures/places/*.toml` and lie in memory; each is
//! examined and assembled alone, with one library for all.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;

use daylight::assemble::{AssembleOptions, Assembled, Descriptions, Gathered, assemble};
use daylight::examine::{Artifact, Examiner, Harvest};
use daylight::extract::dispatch::Dispatch;
use daylight::limits::Limits;
use daylight::scan::descriptions;
use daylight::signature::library::Library;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    place: Vec<Place>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    /// What the place is called.
    name: String,
    /// The signatures whose components must be shown.
    finds: Vec<String>,
    /// The file's path.
    file: String,
    /// Its text.
    text: String,
    /// The path of the near miss, where it differs.
    near_file: Option<String>,
    /// The text of the near miss.
    near: String,
}

fn tables() -> Vec<(String, Place)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/places");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the tables").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut rows = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a table");
        let table: Table =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let group = path.file_stem().expect("a name").to_string_lossy().into_owned();
        rows.extend(table.place.into_iter().map(|place| (group.clone(), place)));
    }
    rows
}

/// The signatures of the components that a folder with one file shows.
fn shown(examiner: &Examiner<'_>, known: &Descriptions, file: &str, text: &str) -> Assembled {
    let mut harvest = Harvest::default();
    let artifact = Artifact { path: file, bytes: text.as_bytes(), truncated: false };
    examiner.examine(artifact, &mut harvest);
    let gathered =
        Gathered { sightings: harvest.sightings, units: harvest.units, owners: harvest.owners };
    let options = AssembleOptions { include_identities: false, evidence_per_component: 100 };
    assemble(gathered, known, options)
}

fn signatures(assembled: &Assembled) -> Vec<&str> {
    assembled.components.iter().map(|component| component.signature.as_str()).collect()
}

#[test]
fn every_place_shows_its_ai_and_every_near_miss_nothing() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let mut failures = Vec::new();
    let rows = tables();
    for (group, place) in &rows {
        let found = shown(&examiner, &known, &place.file, &place.text);
        let names = signatures(&found);
        for wanted in &place.finds {
            if !names.contains(&wanted.as_str()) {
                failures.push(format!("{group}: {}: no {wanted}, found {names:?}", place.name));
            }
        }
        let near_file = place.near_file.as_ref().unwrap_or(&place.file);
        let near = shown(&examiner, &known, near_file, &place.near);
        if !near.components.is_empty() {
            let names = signatures(&near);
            failures.push(format!("{group}: {}: the near miss shows {names:?}", place.name));
        }
    }
    assert!(rows.len() > 100, "only {} places", rows.len());
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), rows.len(), failures.join("\n"));
}
