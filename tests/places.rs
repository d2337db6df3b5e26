//! Every place in which AI is declared or called: a tiny folder that must show
//! it, beside a near miss that must show nothing.
//!
//! The folders are rows of `fixtures/places/*.toml` and lie in memory; each is
//! examined and assembled alone, with one library for all.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use daylight::assemble::{AssembleOptions, Assembled, Descriptions, Gathered, assemble};
use daylight::examine::{Artifact, Examiner, Harvest};
use daylight::extract::dispatch::Dispatch;
use daylight::filling;
use daylight::limits::Limits;
use daylight::proof::program::{bytes_of, elf_of};
use daylight::scan::descriptions;
use daylight::signature::library::Library;
use daylight::signature::schema::Program;
use serde::Deserialize;
use tree::Tree;
use tree::packed::zip;

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
    let mut gathered = Gathered {
        sightings: harvest.sightings,
        units: harvest.units,
        owners: harvest.owners,
        definitions: harvest.definitions,
    };
    filling::fill(&mut gathered, examiner.library, 100);
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
    /// Where in `file`, which is an archive then, the text stands.
    member: Option<String>,
    /// What reads it is not there yet.
    later: Option<String>,
}

/// What may still be missing.
const LATER: &[&str] = &[];

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
        let packed = probe.member.as_ref().map(|member| {
            let archive = zip(&[(member, bytes.as_slice())]);
            Tree::new().bytes(&probe.file, &archive).scan().components
        });
        let found = shown_in(&examiner, &known, &probe.file, &bytes);
        let names: Vec<&str> = match &packed {
            Some(found) => found.iter().map(|one| one.signature.as_str()).collect(),
            None => signatures(&found),
        };
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

/// The roots of the systems, each with the signatures of its components and
/// the files that deploy it.
fn systems_of(found: &Assembled) -> Vec<(String, Vec<String>, Vec<String>)> {
    let signature = |id: &String| {
        let component = found.components.iter().find(|one| one.id == *id).expect("a component");
        component.signature.clone()
    };
    let of = |system: &daylight::model::system::AiSystem| {
        let mut parts: Vec<String> =
            system.components.iter().map(|part| signature(&part.component)).collect();
        parts.sort();
        let deployed = system.units.iter().filter(|unit| unit.kind.word() == "deployment");
        let files = deployed.map(|unit| unit.place.path.clone()).collect();
        (system.root.path.clone(), parts, files)
    };
    found.systems.iter().map(of).collect()
}

#[test]
fn what_deploys_a_unit_belongs_to_it_where_both_say_the_same_name() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let package = "[project]\nname = \"ranker\"\ndependencies = [\"scikit-learn\"]\n";
    let cluster = |image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n    - image: {image}\n      \
             env:\n        - name: MLFLOW_TRACKING_URI\n          value: http://mlflow:5000\n"
        )
    };
    let (same, other) = (cluster("registry.example/ranker:1"), cluster("registry.example/web:1"));
    let cases = [(&same, 1, vec!["k8s/app.yaml".to_owned()]), (&other, 2, Vec::new())];
    for (text, count, files) in cases {
        let tree = [("services/ranker/pyproject.toml", package), ("k8s/app.yaml", text.as_str())];
        let systems = systems_of(&shown_of(&examiner, &known, &tree));
        assert_eq!(systems.len(), count, "{systems:?}");
        let ranker = systems.iter().find(|one| one.0 == "services/ranker").expect("a system");
        assert_eq!(ranker.2, files, "{systems:?}");
        assert_eq!(ranker.1.contains(&"mlflow.tracking".to_owned()), count == 1, "{systems:?}");
    }
    let values = "image:\n  repository: registry.example/ranker\nenv:\n  MLFLOW_TRACKING_URI: http://m:5000\n";
    let chart = [
        ("services/ranker/pyproject.toml", package),
        ("charts/ranker/Chart.yaml", "apiVersion: v2\nname: ranker\n"),
        ("charts/ranker/values.yaml", values),
    ];
    let systems = systems_of(&shown_of(&examiner, &known, &chart));
    assert_eq!(systems.len(), 1, "{systems:?}");
    assert_eq!(systems[0].0, "services/ranker");
}

#[test]
fn a_resource_belongs_to_the_one_unit_that_calls_it_by_its_name() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let package = "[project]\nname = \"app\"\ndependencies = [\"sagemaker\"]\n";
    let code = "import sagemaker\npredictor = sagemaker.predictor.Predictor(endpoint_name=\"ranker-prod\")\n";
    let terraform = |name: &str| {
        format!("resource \"aws_sagemaker_endpoint\" \"e\" {{\n  name = \"{name}\"\n}}\n")
    };
    for (name, roots) in [
        ("ranker-prod", vec!["services/app"]),
        ("ranker-test", vec![".", "services/app"]),
        ("ranker-${var.stage}", vec![".", "services/app"]),
    ] {
        let infra = terraform(name);
        let tree = [
            ("services/app/pyproject.toml", package),
            ("services/app/main.py", code),
            ("infra/main.tf", infra.as_str()),
        ];
        let found = shown_of(&examiner, &known, &tree);
        let mut got: Vec<String> = systems_of(&found).into_iter().map(|one| one.0).collect();
        got.sort();
        assert_eq!(got, roots, "{name}");
    }
}

/// Several files, and what they show together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    hides: Vec<String>,
    files: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[test]
fn a_name_of_terraform_stands_for_what_the_files_around_it_give() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terraform-names.toml");
    let text = fs::read_to_string(path).expect("the cases");
    let cases: Cases = toml::from_str(&text).expect("the cases");
    for Case { name, shows, hides, files } in &cases.case {
        let tree = files.iter().fold(Tree::new(), |tree, (path, text)| tree.file(path, text));
        let inventory = tree.scan();
        assert!(
            inventory.coverage.problems.is_empty(),
            "{name}: {:?}",
            inventory.coverage.problems
        );
        let found: Vec<&String> = inventory.components.iter().map(|one| &one.signature).collect();
        assert!(shows.iter().all(|one| found.contains(&one)), "{name}: only {found:?}");
        assert!(!hides.iter().any(|one| found.contains(&one)), "{name}: {found:?}");
    }
}

#[test]
fn a_resource_whose_name_is_put_together_belongs_to_the_unit_that_calls_it_in_full() {
    for (team, count) in [("ranking", 1), ("sorting", 2)] {
        let values = format!(
            "variable \"team\" {{\n  default = \"{team}\"\n}}\nlocals {{\n  stage = \"prod\"\n}}\n"
        );
        let named = "resource \"aws_sagemaker_endpoint\" \"e\" {\n  name = \"${var.team}-${local.stage}\"\n}\n";
        let code =
            "import sagemaker\nsagemaker.predictor.Predictor(endpoint_name=\"ranking-prod\")\n";
        let package = "[project]\nname = \"app\"\ndependencies = [\"sagemaker\"]\n";
        let tree = Tree::new()
            .file("app/pyproject.toml", package)
            .file("app/main.py", code)
            .file("infra/main.tf", named)
            .file("infra/locals.tf", values);
        assert_eq!(tree.scan().systems.len(), count, "{team}");
    }
}

#[test]
fn what_trains_belongs_to_the_one_service_that_loads_the_result() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let package = |name: &str| {
        format!("[project]\nname = \"{name}\"\ndependencies = [\"scikit-learn\", \"mlflow\"]\n")
    };
    let train = "import mlflow\nfrom sklearn.svm import SVC\nmodel = SVC().fit(x, y)\n";
    let by_name = |name: &str| {
        format!("{train}mlflow.sklearn.log_model(model, registered_model_name=\"{name}\")\n")
    };
    let by_path = |path: &str| format!("{train}import joblib\njoblib.dump(model, \"{path}\")\n");
    let load = |of: &str| format!("import mlflow\nmodel = mlflow.sklearn.load_model(\"{of}\")\n");
    let read = |of: &str| format!("import sklearn, joblib\nmodel = joblib.load(\"{of}\")\n");
    let cases = [
        (by_name("churn"), load("models:/churn/Production"), 1),
        (by_name("churn"), load("models:/fraud/Production"), 2),
        (by_path("../models/churn.joblib"), read("models/churn.joblib"), 1),
        (by_path("models/model.joblib"), read("models/model.joblib"), 2),
    ];
    for (training, serving, count) in &cases {
        let tree = [
            ("training/pyproject.toml", package("training")),
            ("training/fit.py", training.clone()),
            ("api/pyproject.toml", package("api")),
            ("api/main.py", serving.clone()),
        ];
        let tree: Vec<(&str, &str)> =
            tree.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let systems = systems_of(&shown_of(&examiner, &known, &tree));
        assert_eq!(systems.len(), *count, "{training}{serving}{systems:?}");
        assert!(systems.iter().any(|one| one.0 == "api"), "{systems:?}");
    }
}

#[test]
fn a_rule_that_updates_a_model_is_a_mention_and_no_use() {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let known = descriptions(&library);
    let rule = r#"{"customManagers": [{"customType": "regex", "datasourceTemplate": "custom.models",
        "depNameTemplate": "meta-llama/Llama-3.1-8B-Instruct"}]}"#;
    for (file, systems) in [("renovate.json", 0), (".github/renovate.json5", 0), ("app.json", 1)] {
        let found = shown(&examiner, &known, file, rule);
        assert_eq!(found.components.len(), 1, "{file}");
        assert_eq!(found.systems.len(), systems, "{file}");
    }
    let packages = r#"{"packageRules": [{"matchPackageNames": ["openai"], "enabled": false}]}"#;
    assert!(shown(&examiner, &known, "renovate.json", packages).components.is_empty());
}
