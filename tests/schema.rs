//! The contracts in docs/schema are those of the types, and what a scan
//! writes keeps to them. `DAYLIGHT_BLESS=1 cargo test --test schema` writes
//! them anew; read the diff before committing it.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use daylight::model::inventory::Inventory;
use daylight::signature::schema::SignatureFile;
use schemars::{Schema, schema_for};
use serde_json::Value;
use tree::{OPENAI, Tree, rendered};

fn manifest_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn assert_fresh(name: &str, schema: &Schema) {
    let path: PathBuf = manifest_dir().join("docs/schema").join(name);
    let mut text = serde_json::to_string_pretty(schema).expect("JSON");
    text.push('\n');
    if std::env::var_os("DAYLIGHT_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(&path, &text).expect("write");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/schema/{name} is stale: run `DAYLIGHT_BLESS=1 cargo test --test schema`"
    );
}

#[test]
fn the_schema_of_the_inventory_is_fresh() {
    assert_fresh("inventory.json", &schema_for!(Inventory));
}

#[test]
fn the_schema_of_signatures_is_fresh() {
    assert_fresh("signature.json", &schema_for!(SignatureFile));
}

fn validator(schema: &Schema) -> jsonschema::Validator {
    jsonschema::validator_for(schema.as_value()).expect("a valid schema")
}

#[track_caller]
fn assert_valid(validator: &jsonschema::Validator, document: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{what}: {}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn a_scanned_inventory_keeps_to_its_schema() {
    let tree = Tree::new()
        .file("requirements.txt", format!("{OPENAI}torch\n"))
        .file("app/package.json", "{\"name\": \"app\", \"dependencies\": {\"ai\": \"1\"}}")
        .file("app/app.py", "import openai\nopenai.OpenAI().create(model=\"gpt-4o\")\n")
        .file("tests/requirements.txt", "anthropic\n")
        .file(".mcp.json", "{\"mcpServers\": {\"x\": {\"command\": \"npx\"}}}")
        .file(".gitignore", "cut\n")
        .file("cut", "x")
        .file("pyproject.toml", "[project\nopenai")
        .bytes("logo.png", b"\0\0");
    let ran = tree.command(&["scan", ".", "--fail-on", "any"]);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    for list in ["systems", "components", "evidence", "gates"] {
        assert!(!document[list].as_array().expect("a list").is_empty(), "{list} is empty");
    }
    let validator = validator(&schema_for!(Inventory));
    assert_valid(&validator, &document, "inventory");
    let empty: Value = serde_json::from_str(&rendered(&Tree::new().scan(), "json")).expect("JSON");
    assert_valid(&validator, &empty, "inventory of nothing");
}

#[test]
fn the_schema_refuses_what_is_no_inventory() {
    let inventory = Tree::new().file("requirements.txt", OPENAI).scan();
    let good: Value = serde_json::to_value(&inventory).expect("JSON");
    let validator = validator(&schema_for!(Inventory));
    let mut without_coverage = good.clone();
    without_coverage.as_object_mut().expect("object").remove("coverage");
    let mut unknown_word = good.clone();
    unknown_word["components"][0]["kind"] = "butler".into();
    let mut text_as_number = good.clone();
    text_as_number["evidence"][0]["confidence"] = "sure".into();
    for bad in [without_coverage, unknown_word, text_as_number] {
        assert!(!validator.is_valid(&bad));
    }
    assert!(validator.is_valid(&good));
}

#[test]
fn a_saved_inventory_reads_back_as_it_was() {
    let inventory = Tree::new().file("requirements.txt", OPENAI).scan();
    let json = rendered(&inventory, "json");
    let again: Inventory = serde_json::from_str(&json).expect("an inventory");
    assert_eq!(again, inventory);
    assert!(json.ends_with("}\n"));
}

#[test]
fn every_built_in_signature_file_keeps_to_its_schema() {
    let validator = validator(&schema_for!(SignatureFile));
    let mut folders = vec![manifest_dir().join("signatures")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "governance") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "toml")
                && !path.ends_with("SOURCES.toml")
            {
                let text = fs::read_to_string(&path).expect("text");
                let document: Value = toml::from_str(&text).expect("TOML");
                assert_valid(&validator, &document, &path.display().to_string());
                files += 1;
            }
        }
    }
    assert!(files > 50, "only {files} files");
}
