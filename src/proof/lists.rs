//! What lists claim, tried: every family by its tests, every name in a file of
//! the kind in which it stands, every look-alike in files where it must be
//! silent.

use super::{Proof, seen, unmet};
use crate::examine::Examiner;
use crate::model::evidence::Sighting;
use crate::model::fact::Ecosystem;
use crate::signature::check::Complaint;
use crate::signature::list::{List, ListKind, Row};

/// Stands where a pattern leaves a part open.
const ANY: &str = "xq7";

pub(super) fn prove(examiner: &Examiner<'_>, proof: &mut Proof) {
    families(examiner, proof);
    for list in examiner.library.lists() {
        for row in list.rows() {
            match list.kind {
                ListKind::NotPackage(ecosystem) => {
                    silent(examiner, proof, list, &row, &lookalike(ecosystem, row.name));
                }
                ListKind::NotWord => {
                    silent(examiner, proof, list, &row, &prose(row.name));
                }
                _ => named(examiner, proof, list, &row),
            }
        }
    }
}

fn families(examiner: &Examiner<'_>, proof: &mut Proof) {
    let library = examiner.library;
    let family_of = |signature: &str| {
        library.by_id(signature).and_then(|entry| entry.family.as_deref().map(str::to_owned))
    };
    for (entry, test) in library.family_tests() {
        proof.tests += 1;
        let sightings = seen(examiner, &test.file, &test.text);
        let own: Vec<&Sighting> = match &test.id {
            Some(id) => sightings.iter().filter(|s| s.signature == *id).collect(),
            None => sightings
                .iter()
                .filter(|s| family_of(&s.signature).is_some_and(|f| f == entry.family.id))
                .collect(),
        };
        if let Some(what) = unmet(&own, &test.expect) {
            proof.failures.push(Complaint {
                signature: entry.family.id.clone(),
                file: entry.file.clone(),
                what: format!("test of `{}`: {what}", test.file),
            });
        }
    }
}

/// A name in the file in which it would stand must be seen as what it points at.
fn named(examiner: &Examiner<'_>, proof: &mut Proof, list: &List, row: &Row<'_>) {
    let Some(entry) = examiner.library.entry_of_row(list.kind, row) else { return };
    let Some((path, text)) = sample(list.kind, row.name) else { return };
    proof.tests += 1;
    let sightings = seen(examiner, &path, &text);
    if !sightings.iter().any(|s| s.signature == entry.signature.id) {
        let others: Vec<&str> = sightings.iter().map(|s| s.signature.as_str()).collect();
        complain(
            proof,
            list,
            row,
            format!("not seen as `{}` in `{path}`, but as {others:?}", entry.signature.id),
        );
    }
}

fn silent(
    examiner: &Examiner<'_>,
    proof: &mut Proof,
    list: &List,
    row: &Row<'_>,
    files: &[(String, String)],
) {
    for (path, text) in files {
        proof.tests += 1;
        let seen: Vec<String> = seen(examiner, path, text)
            .iter()
            .map(|s| format!("{} `{}` of `{}`", s.technique.word(), s.value, s.signature))
            .collect();
        if !seen.is_empty() {
            complain(proof, list, row, format!("not silent in `{path}`: {}", seen.join(", ")));
        }
    }
}

fn complain(proof: &mut Proof, list: &List, row: &Row<'_>, what: String) {
    proof.failures.push(Complaint {
        signature: row.name.to_owned(),
        file: format!("{}:{}", list.path, row.line),
        what,
    });
}

/// A file in which a name of a list stands; `None` where none is made up yet.
fn sample(kind: ListKind, name: &str) -> Option<(String, String)> {
    let name = name.replace('*', ANY);
    let (path, text) = match kind {
        ListKind::Package(ecosystem) => return manifest(ecosystem, &name),
        ListKind::Host => {
            let address = if name.contains('/') { name } else { format!("{name}/v1") };
            ("app.py", format!("BASE = \"https://{address}\"\n"))
        }
        ListKind::Env => ("app.py", format!("import os\nvalue = os.environ[\"{name}\"]\n")),
        ListKind::Model => ("settings.json", format!("{{\"model\": \"{name}\"}}\n")),
        ListKind::Image => ("Dockerfile", format!("FROM {name}:1\n")),
        ListKind::File => {
            return Some((name.replace(&format!("{ANY}{ANY}"), ANY), "x\n".to_owned()));
        }
        ListKind::Product | ListKind::NotPackage(_) | ListKind::NotWord | ListKind::Route => {
            return None;
        }
    };
    Some((path.to_owned(), text))
}

fn manifest(ecosystem: Ecosystem, name: &str) -> Option<(String, String)> {
    let (path, text) = match ecosystem {
        Ecosystem::Pypi => ("requirements.txt", format!("{name}==1.0\n")),
        Ecosystem::Npm => (
            "package.json",
            format!("{{\"name\":\"x\",\"dependencies\":{{\"{name}\":\"1.0.0\"}}}}"),
        ),
        Ecosystem::Cargo => {
            ("Cargo.toml", format!("[package]\nname = \"x\"\n[dependencies]\n{name} = \"1\"\n"))
        }
        Ecosystem::Golang => ("go.mod", format!("module x\n\nrequire {name} v1.0.0\n")),
        _ => return None,
    };
    Some((path.to_owned(), text))
}

/// A package that is no AI: in a manifest, imported, and in prose.
fn lookalike(ecosystem: Ecosystem, name: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = manifest(ecosystem, name).into_iter().collect();
    if ecosystem == Ecosystem::Npm {
        files.push(("app.js".to_owned(), format!("import x from \"{name}\";\nx.start();\n")));
    }
    files.extend(prose(name));
    files
}

/// A word in a sentence, a comment and a title.
fn prose(word: &str) -> Vec<(String, String)> {
    vec![
        ("README.md".to_owned(), format!("# {word}\n\nHere {word} is only talked about.\n")),
        ("app.py".to_owned(), format!("# {word}\ntitle = \"About {word} and more\"\n")),
    ]
}
