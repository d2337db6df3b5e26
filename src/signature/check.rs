//! Lint: what must be right about signatures and lists beyond their spelling.
//! The same for the built-in set and for overlays.

mod claims;
mod fields;

use super::library::{Entry, Library};
use super::schema::{EnvField, Signature};

/// What is wrong with one signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The signature, or the name in a list.
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

/// Lints every signature and list of a library.
#[must_use]
pub fn lint(library: &Library) -> Vec<Complaint> {
    // What a list names has no fields of its own.
    let written = library.entries().iter().filter(|entry| entry.family.is_none());
    let mut complaints: Vec<Complaint> = written.flat_map(lint_one).collect();
    complaints.extend(claims::lint(library));
    complaints.extend(library.families().values().flat_map(|entry| {
        let family = &entry.family;
        let mut what = Vec::new();
        if !is_id_part(&family.id) {
            what.push("the id of a family is one word in lower-case letters, digits and `-`");
        }
        if !family.test.iter().any(|test| !test.expect.is_empty()) {
            what.push("no test expects a match: add a positive `[[family.test]]`");
        }
        if !family.test.iter().any(|test| test.expect.is_empty()) {
            what.push("no test expects silence: add one with `expect = []`");
        }
        what.into_iter().map(|what| Complaint {
            signature: family.id.clone(),
            file: entry.file.clone(),
            what: what.to_owned(),
        })
    }));
    complaints.extend(library.switches().iter().flat_map(|switch| {
        let mut what = Vec::new();
        if switch.disabled && switch.reason.is_none() {
            what.push("`disabled` without a `reason`: say why it is switched off");
        }
        if switch.disabled && switch.expires.is_none() {
            what.push("`disabled` without `expires`: say until when, as YYYY-MM-DD");
        }
        if switch.expires.as_deref().is_some_and(|day| !is_date(day)) {
            what.push("`expires` is no date: write it as YYYY-MM-DD");
        }
        what.into_iter().map(|what| Complaint {
            signature: switch.id.clone(),
            file: switch.file.to_string(),
            what: what.to_owned(),
        })
    }));
    complaints.sort();
    complaints.dedup();
    complaints
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
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
        what.push(
            "`references` is empty: name the page the facts come from; tier A needs one".to_owned(),
        );
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
    what.extend(fields::lint(signature));
    what.into_iter()
        .map(|what| Complaint {
            signature: signature.id.clone(),
            file: entry.file.to_string(),
            what,
        })
        .collect()
}

fn is_id_part(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_id(id: &str) -> bool {
    id.split_once('.').is_some_and(|(family, thing)| is_id_part(family) && is_id_part(thing))
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
        + signature.key.len()
        + signature.library.len()
        + signature.symbol.len()
        + signature.mark.len()
        + signature.weights.len();
    let env = match &signature.env {
        EnvField::Names(names) => names.len(),
        EnvField::Blocks(blocks) => blocks.len(),
    };
    blocks + env == 0
}
