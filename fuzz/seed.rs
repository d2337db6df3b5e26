//! Seeds of fuzzing, from the fixtures and from what tests assemble.
//!
//! `cargo run --example fuzz_seed` writes `fuzz/corpus/TARGET/NAME/…`, one
//! folder for each format that can be tried alone. None of it is committed.

#![allow(clippy::indexing_slicing, clippy::expect_used, missing_docs)]
#![allow(clippy::cast_possible_truncation)] // choices are bytes

#[path = "../tests/made/mod.rs"]
mod made;
#[allow(dead_code, unreachable_pub)]
#[path = "../tests/tree/packed.rs"]
mod packed;
#[allow(unreachable_pub)]
#[path = "src/paths.rs"]
mod paths;

use std::fs;
use std::path::{Path, PathBuf};

use daylight::artifact::READERS;
use daylight::artifact::archive::FORMS;
use daylight::extract::EXTRACTORS;
use daylight::report::{Style, emitter};
use daylight::scan::{Request, Silent};

fn main() -> std::io::Result<()> {
    extractors()?;
    readers()?;
    signatures()?;
    configuration()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn write(folder: &str, name: &str, choices: &[u8], content: &[u8]) -> std::io::Result<()> {
    let folder = root().join("fuzz/corpus").join(folder);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("seed-{name}")), [choices, content].concat())
}

/// The files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let into = if entry.path().is_dir() { &mut folders } else { &mut found };
            into.push(entry.path());
        }
    }
    found.sort();
    found
}

fn extractors() -> std::io::Result<()> {
    for (which, extractor) in EXTRACTORS.iter().enumerate() {
        let cases = root().join("fixtures/extract").join(extractor.id());
        let known = paths::paths_of(&extractor.interest());
        for (nth, file) in files(&cases).iter().enumerate() {
            let relative = file.strip_prefix(&cases).expect("below").to_string_lossy();
            let Some((_, path)) = relative.split_once('/').filter(|(_, p)| *p != "facts.json")
            else {
                continue;
            };
            let choices = [which as u8, paths::most_like(&known, path) as u8];
            let content = fs::read(file)?;
            let name = nth.to_string();
            write(&format!("extractor/{}", extractor.id()), &name, &choices, &content)?;
            write("file/all", &format!("{}-{name}", extractor.id()), &choices, &content)?;
        }
    }
    Ok(())
}

/// Programs and models of every kind that tests assemble.
fn artifacts() -> Vec<Vec<u8>> {
    let header = r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
    vec![
        made::program(&["libfoo.so.1"], &["foo"], &["text"]),
        made::elf_with(&[(".go.buildinfo", b"\xff Go buildinf:\x08\x02"), (".dep-v0", b"x\x9c")]),
        made::pe(&["FOO.dll"], &["Foo"], 2),
        made::mach_o("/a/Foo.framework/Foo", "_foo"),
        made::frozen(&["foo"], "libfoo.so"),
        made::gguf(&[("general.name", "x")], &[("w", &[2, 3])]),
        made::safetensors(header),
        made::pickle(),
        packed::gz(&made::pickle()),
        made::zip(&[("a/data.pkl", &made::pickle()), ("a/version", b"3")]),
        made::zip(&[("metadata.json", b"{}"), ("config.json", b"{}"), ("a.weights.h5", b"x")]),
        made::Message::new().number(1, 8).text(2, "x").blob(7, &[10, 0]).blob(8, &[16, 17]).0,
        b"\x10\0\0\0TFL3\x0c\0\x10\0\x04\0\0\0\x08\0\0\0\x01\0\0\0".to_vec(),
        b"\x89HDF\r\n\x1a\n\0keras_version backend tensorflow".to_vec(),
        b"<PMML version=\"4.4\"><TreeModel modelName=\"x\"/></PMML>".to_vec(),
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".to_vec(),
        b"tree\nversion=v4\nnum_class=1\nfeature_names=a b\n".to_vec(),
    ]
}

/// One archive of each kind, and such as hold others.
fn archives() -> Vec<Vec<u8>> {
    let members: &[packed::Member<'_>] =
        &[("a/requirements.txt", b"a==1\n"), ("METADATA", b"Name: a\nVersion: 1\n")];
    let (zip, tar) = (packed::zip(members), packed::tar(members));
    let inner = packed::gz(&tar);
    let layer = "b".repeat(64);
    let manifest = format!(r#"[{{"Config":"{layer}.json","Layers":["{layer}/layer.tar"]}}]"#);
    let image: &[packed::Member<'_>] = &[
        ("manifest.json", manifest.as_bytes()),
        (&format!("{layer}.json"), br#"{"config":{"Env":["A=b"]},"rootfs":{"diff_ids":[]}}"#),
        (&format!("{layer}/layer.tar"), &packed::tar(&[("a/.wh.b", b""), ("a/c.py", b"x")])),
    ];
    vec![
        packed::zip(&[("lib/a.jar", &zip), ("a.tgz", &inner)]),
        packed::ar(&[("debian-binary", b"2.0\n"), ("data.tar.gz", &inner)]),
        packed::asar(members),
        packed::tar(image),
        packed::zst(&tar),
        packed::gz(b"{\"a\": 1}"),
        zip,
        tar,
        inner,
    ]
}

fn readers() -> std::io::Result<()> {
    let files = fs::read_dir(root().join("fixtures/archives"))?.flatten().map(|file| file.path());
    let mut archives = archives();
    for file in files {
        archives.push(fs::read(file)?);
    }
    let forms = FORMS.iter().map(|(form, _)| format!("archive-{form:?}").to_lowercase());
    let names: Vec<String> = READERS.iter().map(|one| one.id().to_owned()).chain(forms).collect();
    let artifacts = artifacts();
    for (which, name) in names.iter().enumerate() {
        let of = if which < READERS.len() { &artifacts } else { &archives };
        for (nth, bytes) in of.iter().enumerate() {
            // Each under a few of the paths that the target knows.
            for path in [0, 6, 9, 10, 13] {
                let choices = [which as u8, path];
                write(&format!("reader/{name}"), &format!("{nth}-{path}"), &choices, bytes)?;
            }
        }
    }
    Ok(())
}

fn signatures() -> std::io::Result<()> {
    for (nth, file) in files(&root().join("signatures")).iter().enumerate() {
        let text = fs::read_to_string(file)?;
        let is_governance = file.components().any(|part| part.as_os_str() == "governance");
        let (kind, name) = match file.extension().and_then(|end| end.to_str()) {
            Some("tsv") => (1, "list"),
            Some("toml") if is_governance => (2, "governance"),
            Some("toml") if nth % 5 == 0 => (0, "signatures"),
            _ => continue,
        };
        // Large files are cut at a line: their kinds of rows come early.
        let end = text.char_indices().take_while(|(at, _)| *at < 8000).last().map_or(0, |at| at.0);
        let end =
            if text.len() < 8000 { text.len() } else { text[..end].rfind("\n\n").unwrap_or(end) };
        let folder = format!("signature/{name}");
        write(&folder, &nth.to_string(), &[kind], &text.as_bytes()[..end])?;
    }
    Ok(())
}

fn configuration() -> std::io::Result<()> {
    let settings = include_str!("seeds/daylight.toml");
    let approved = include_str!("seeds/approved.toml");
    let lock = include_str!("seeds/lock.toml");
    let decisions = include_str!("seeds/decisions.toml");
    write("configuration/settings", "0", &[0], settings.as_bytes())?;
    write("configuration/approved", "0", &[1], approved.as_bytes())?;
    write("configuration/lock", "0", &[2], lock.as_bytes())?;
    write("configuration/decisions", "0", &[3], decisions.as_bytes())?;
    for folder in ["fixtures/archives", "fixtures/extract/pypi-requirements"] {
        let inventory = daylight::scan(&Request::new(root().join(folder), "2026-11-22"), &Silent)
            .map_err(std::io::Error::other)?;
        let mut json = Vec::new();
        let known = emitter("json").ok_or(std::io::ErrorKind::NotFound)?;
        known.emit(&inventory, Style::default(), &mut json)?;
        // Without the spaces, so that less of it is cut.
        let value: serde_json::Value = serde_json::from_slice(&json)?;
        let name = folder.rsplit('/').next().unwrap_or(folder);
        write("configuration/inventory", name, &[4], value.to_string().as_bytes())?;
    }
    Ok(())
}
