//! Lays down what `signatures/` holds in `OUT_DIR`, sorted: signatures without
//! their tests, the tests apart (a scan has no use for them), governance tables,
//! the lists as they are written, a digest over what signatures mean, and the
//! stems of their patterns, which would cost every start a quarter of its time.
//!
//! Knows no schema: each TOML file becomes an untyped value under its relative
//! path. `signature::pack` and `classify::library` read them with the same
//! types that they use for files on disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

#[allow(dead_code, unreachable_pub)] // it is a module of the library first
#[path = "src/signature/index/pattern.rs"]
mod pattern;

/// Fields that hold a regular expression, or a list of them.
const PATTERNS: &[&str] = &["regex", "line_any", "line_all"];

type Values = BTreeMap<String, serde_json::Value>;

fn main() {
    println!("cargo::rerun-if-changed=signatures");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/signature/index/pattern.rs");
    if let Err(error) = embed() {
        println!("cargo::error={error}");
    }
}

fn embed() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("signatures");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let (mut signatures, mut tests, mut governance) = (Values::new(), Values::new(), Values::new());
    let mut digest = Sha256::new();
    for (name, path) in files(&root, "toml")? {
        if !name.contains('/') {
            continue; // bookkeeping of the folder itself, such as SOURCES.toml
        }
        let text = fs::read_to_string(&path)?;
        let mut value: serde_json::Value =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        if name.starts_with("governance/") {
            governance.insert(name, value);
            continue;
        }
        tests.insert(name.clone(), tests_of(&mut value));
        digest.update(serde_json::to_vec(&value)?);
        signatures.insert(name, value);
    }
    let mut lists = String::from("&[\n");
    for (name, path) in files(&root, "tsv")? {
        digest.update(fs::read(&path)?);
        writeln!(lists, "    ({name:?}, include_str!({:?})),", path.display().to_string())?;
    }
    lists.push(']');
    fs::write(out.join("signatures.json"), serde_json::to_vec(&signatures)?)?;
    fs::write(out.join("tests.json"), serde_json::to_vec(&tests)?)?;
    fs::write(out.join("governance.json"), serde_json::to_vec(&governance)?)?;
    fs::write(out.join("lists.rs"), lists)?;
    fs::write(out.join("stems.rs"), stems(&signatures)?)?;
    let mut hex = String::new();
    for byte in digest.finalize().iter().take(8) {
        write!(hex, "{byte:02x}")?;
    }
    fs::write(out.join("digest.txt"), hex)?;
    Ok(())
}

/// Takes the tests out of every table of every list of a file: per list, per
/// table, its tests.
fn tests_of(file: &mut serde_json::Value) -> serde_json::Value {
    let mut taken = serde_json::Map::new();
    for (key, list) in file.as_object_mut().into_iter().flatten() {
        let Some(tables) = list.as_array_mut() else { continue };
        let of_tables = tables.iter_mut().map(|table| {
            let tests = table.as_object_mut().and_then(|table| table.remove("test"));
            tests.unwrap_or_else(|| serde_json::Value::Array(Vec::new()))
        });
        taken.insert(key.clone(), of_tables.collect());
    }
    serde_json::Value::Object(taken)
}

/// A table of the patterns with their stems, by pattern. One that is wrong is
/// left out: who loads it finds out and says where it stands.
fn stems(signatures: &Values) -> Result<String, std::fmt::Error> {
    let mut patterns = BTreeMap::new();
    let mut left: Vec<&serde_json::Value> = signatures.values().collect();
    while let Some(value) = left.pop() {
        for (key, value) in value.as_object().into_iter().flatten() {
            if !PATTERNS.contains(&key.as_str()) {
                left.push(value);
                continue;
            }
            let one = std::slice::from_ref(value);
            let texts = value.as_array().map_or(one, Vec::as_slice);
            for text in texts.iter().filter_map(serde_json::Value::as_str) {
                patterns.extend(pattern::stems_of(text).ok().map(|stems| (text, stems)));
            }
        }
        left.extend(value.as_array().into_iter().flatten());
    }
    let mut table = String::from("&[\n");
    for (pattern, pattern::Stems { texts, place }) in patterns {
        writeln!(table, "    ({pattern:?}, Place::{place:?}, &{texts:?}),")?;
    }
    table.push(']');
    Ok(table)
}

/// The files with an extension below a folder, by relative name.
fn files(root: &Path, wanted: &str) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == wanted) {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
                found.insert(name.replace('\\', "/"), path.clone());
            }
        }
    }
    Ok(found)
}
