//! Turns `signatures/**/*.toml` into one sorted JSON blob in `OUT_DIR`.
//!
//! Knows no schema: each file becomes an untyped value under its relative
//! path. `signature::library` and `classify::rules` read the blob with the same
//! types that they use for files on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    println!("cargo::rerun-if-changed=signatures");
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = embed() {
        println!("cargo::error={error}");
    }
}

fn embed() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("signatures");
    let mut blob = BTreeMap::new();
    for path in toml_files(&root)? {
        let text = fs::read_to_string(&path)?;
        let value: toml::Value =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        blob.insert(name, value);
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("signatures.json");
    fs::write(out, serde_json::to_vec(&blob)?)?;
    Ok(())
}

fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
