//! Lint: what must be right about signatures beyond their spelling. The
//! same for the built-in set and for overlays.

use std::collections::BTreeMap;

use super::library::{Entry, Library};
use super::names::normalised_package;
use super::schema::Signature;

/// What is wrong with one signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The signature.
    pub signature: String,
    /// The file it stands in.
    pub file: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.signature, self.what)
    }
}

/// Lints every signature of a library.
#[must_use]
pub fn lint(library: &Library) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = library.entries().iter().flat_map(lint_one).collect();
    complaints.extend(double_claims(library));
    complaints.sort();
    complaints
}

fn lint_one(entry: &Entry) -> Vec<Complaint> {
    let signature = &entry.signature;
    let mut what: Vec<String> = Vec::new();
    if !is_id(&signature.id) {
        what.push("the id must be `family.thing` in lower-case letters, digits and `-`".to_owned());
    }
    if signature.name.trim().is_empty() {
        what.push("`name` is missing".to_owned());
    }
    if signature.references.is_empty() {
        what.push("`references` is empty: name the page the facts come from".to_owned());
    }
    if !signature.test.iter().any(|test| !test.expect.is_empty()) {
        what.push("no test expects a match: add a positive `[[signature.test]]`".to_owned());
    }
    if !signature.test.iter().any(|test| test.expect.is_empty()) {
        what.push("no test expects silence: add one with `expect = []`".to_owned());
    }
    if is_empty(signature) {
        what.push("it has no matcher at all".to_owned());
    }
    what.into_iter()
        .map(|what| Complaint { signature: signature.id.clone(), file: entry.file.clone(), what })
        .collect()
}

fn is_id(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.split_once('.').is_some_and(|(family, thing)| part(family) && part(thing))
}

fn is_empty(signature: &Signature) -> bool {
    let blocks = signature.packages.len()
        + signature.imports.len()
        + signature.hosts.len()
        + signature.images.len()
        + signature.files.len()
        + signature.package.len()
        + signature.import.len()
        + signature.call.len()
        + signature.host.len()
        + signature.model.len()
        + signature.image.len()
        + signature.file.len()
        + signature.setting.len()
        + signature.server.len()
        + signature.key.len();
    let env = match &signature.env {
        super::schema::EnvField::Names(names) => names.len(),
        super::schema::EnvField::Blocks(blocks) => blocks.len(),
    };
    blocks + env == 0
}

/// Two signatures that claim one package: the second would count it twice.
fn double_claims(library: &Library) -> Vec<Complaint> {
    let mut claims: BTreeMap<(String, String), &Entry> = BTreeMap::new();
    let mut complaints = Vec::new();
    for entry in library.entries() {
        let signature = &entry.signature;
        let short = signature.packages.iter().filter_map(|text| {
            let (ecosystem, name) = text.strip_prefix("pkg:")?.split_once('/')?;
            (!name.ends_with('*')).then(|| (ecosystem.to_owned(), name.to_owned()))
        });
        let blocks = signature.package.iter().flat_map(|block| {
            let ecosystem = block.ecosystem;
            block.names.iter().map(move |name| {
                (ecosystem.purl_type().to_owned(), normalised_package(ecosystem, name))
            })
        });
        for claim in short.chain(blocks) {
            match claims.get(&claim) {
                Some(first) if first.signature.id != signature.id => complaints.push(Complaint {
                    signature: signature.id.clone(),
                    file: entry.file.clone(),
                    what: format!(
                        "package `{}` of {} is claimed by `{}` as well",
                        claim.1, claim.0, first.signature.id
                    ),
                }),
                Some(_) => {}
                None => {
                    claims.insert(claim, entry);
                }
            }
        }
    }
    complaints
}
