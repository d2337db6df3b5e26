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
use daylight::proof::program::{bytes_of, elf_of};
use daylight::scan::descriptions;
use daylight::signature::library::Library;
use daylight::signature::schema::Program;
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

/// What a folder with one file shows.
fn shown(examiner: &Examiner<'_>, known: &Descriptions, file: &str, text: &str) -> Assembled {
    shown_of(examiner, known, &[(file, text)])
}

fn shown_in(examiner: &Examiner<'_>, known: &Descriptions, file: &str, bytes: &[u8]) -> Assembled {
    shown_in_all(examiner, known, &[(file, bytes)])
}

fn shown_of(examiner: &Examiner<'_>, known: &Descriptions, files: &[(&str, &str)]) -> Assembled {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(file, text)| (*file, text.as_bytes())).collect();
    shown_in_all(examiner, known, &files)
}

fn shown_in_all(
    examiner: &Examiner<'_>,
    known: &Descriptions,
    files: &[(&str, &[u8])],
) -> Assembled {
    let mut harvest = Harvest::default();
    for (file, bytes) in files {
        let artifact = Artifact { path: file, bytes, truncated: false };
        examiner.examine(artifact, &mut harvest);
    }
    let gathered = Gathered {
        sightings: harvest.sightings,
        units: harvest.units,
        owners: harvest.owners,
        definitions: harvest.definitions,
    };
    let options = AssembleOptions { include_identities: false, evidence_per_component: 100 };
    assemble(gathered, known, options)
}

fn signatures(assembled: &Assembled) -> Vec<&str> {
    assembled.components.iter().map(|component| component.signature.as_str()).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probes {
    probe: Vec<Probe>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    name: String,
    file: String,
    #[serde(default)]
    text: String,
    /// Instead of a text: bytes, two digits each.
    #[serde(default)]
    hex: String,
    /// Instead of a text: a program.
    program: Option<Program>,
    finds: Vec<String>,
    /// What reads it is not there yet.
    later: Option<String>,
}

/// What may still be missing.
const LATER: &[&str] = &["jar"];

#[test]
fn where_other_scanners_were_probed_nothing_is_missed_but_what_is_said_to_come() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/peers.toml");
    let text = fs::read_to_string(path).expect("the probes");
    let probes: Probes = toml::from_str(&text).expect("the probes");
    assert_eq!(probes.probe.len(), 32);
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let mut failures = Vec::new();
    for probe in &probes.probe {
        if let Some(later) = &probe.later {
            assert!(LATER.contains(&later.as_str()), "{}: {later}", probe.name);
            continue;
        }
        let bytes = match &probe.program {
            Some(program) => elf_of(program),
            None if probe.hex.is_empty() => probe.text.as_bytes().to_vec(),
            None => bytes_of(&probe.hex).expect("digits"),
        };
        let found = shown_in(&examiner, &known, &probe.file, &bytes);
        let names = signatures(&found);
        let missing = probe.finds.iter().any(|wanted| !names.contains(&wanted.as_str()));
        if missing || probe.finds.is_empty() && !names.is_empty() {
            failures.push(format!("{}: {:?} wanted, found {names:?}", probe.name, probe.finds));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_version_is_found_in_the_parent_the_properties_and_the_shared_project() {
    let pom = |parent: &str, properties: &str, dependency: &str| {
        format!(
            "<project>{parent}<artifactId>a</artifactId><properties>{properties}</properties>\
             <dependencies>{dependency}</dependencies></project>"
        )
    };
    let dependency = "<dependency><groupId>dev.langchain4j</groupId>\
                      <artifactId>langchain4j</artifactId><version>${ai.version}</version></dependency>";
    let above = pom("", "<ai.version>1.2.3</ai.version>", "");
    let of = |path: &str| {
        let parent = format!(
            "<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version>{path}</parent>"
        );
        pom(&parent, "", dependency)
    };
    let beside = of("<relativePath>../parent/pom.xml</relativePath>");
    let below = of("");
    let nowhere = of("<relativePath/>");
    let gradle = "dependencies { implementation \"dev.langchain4j:langchain4j:$aiVersion\" }\n";
    let project = "<Project><ItemGroup><PackageReference Include=\"Azure.AI.OpenAI\" \
                   Version=\"$(AiVersion)\" /></ItemGroup></Project>";
    let shared = "<Project><PropertyGroup><AiVersion>1.2.3</AiVersion></PropertyGroup></Project>";
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("pom.xml", &above), ("chat/pom.xml", &below)], "1.2.3"),
        (&[("parent/pom.xml", &above), ("chat/pom.xml", &beside)], "1.2.3"),
        (&[("parent/pom.xml", &above), ("chat/pom.xml", &nowhere)], "${ai.version}"),
        (&[("gradle.properties", "aiVersion=1.2.3\n"), ("chat/build.gradle", gradle)], "1.2.3"),
        (
            &[("build.gradle", "ext { aiVersion = '1.2.3' }\n"), ("chat/build.gradle", gradle)],
            "1.2.3",
        ),
        (&[("Directory.Build.props", shared), ("src/App.csproj", project)], "1.2.3"),
    ];
    for (files, expected) in cases {
        let found = shown_of(&examiner, &known, files);
        let versions: Vec<&str> =
            found.components.iter().flat_map(|one| &one.versions).map(String::as_str).collect();
        assert_eq!(versions, [expected], "{files:?}");
    }
}

#[test]
fn a_path_or_a_field_of_a_verdict_is_silent_until_the_other_joins() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let path = "import requests\nanswer = requests.post(\"https://risk.corp.example/predict\", json=row)\n";
    let field = "score = answer.json().get(\"fraud_score\")\n";
    let both = format!("{path}{field}");
    for (text, expected) in [(path, 0), (field, 0), (&both, 1)] {
        let found = shown(&examiner, &known, "src/check.py", text);
        assert_eq!(found.components.len(), expected, "{text}");
        assert!(found.components.iter().all(|one| one.indicated), "only indicated");
        assert!(found.systems.is_empty(), "no system");
    }
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
