//! Lint across signatures and lists: a name belongs to one product, and what a
//! list refuses belongs to none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Complaint, fields};
use crate::model::fact::Ecosystem;
use crate::model::vocabulary::Tier;
use crate::signature::library::{Entry, Library};
use crate::signature::list::{ListKind, Row};
use crate::signature::names::normalised_package;
use crate::signature::schema::EnvField;

/// Who claims a name: the signature or the list, and where.
struct Claim<'l> {
    kind: ListKind,
    name: String,
    owner: &'l str,
    place: String,
}

pub(super) fn lint(library: &Library) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut claims: Vec<Claim<'_>> = Vec::new();
    for entry in library.entries().iter().filter(|entry| entry.family.is_none()) {
        of_entry(entry, &mut claims);
    }
    let mut refused: BTreeMap<(ListKind, String), &str> = BTreeMap::new();
    let mut products: BTreeSet<&str> = BTreeSet::new();
    let mut pointed_at: BTreeSet<&str> = BTreeSet::new();
    for list in library.lists() {
        for row in list.rows() {
            let place = format!("{}:{}", list.path, row.line);
            for what in of_row(list.kind, &row) {
                complaints.push(complaint(row.name, &place, what));
            }
            match list.kind {
                ListKind::NotPackage(ecosystem) => {
                    let name = normalised_package(ecosystem, row.name);
                    refused.insert((ListKind::Package(ecosystem), name), row.reason());
                }
                ListKind::Product => {
                    if !products.insert(row.name) {
                        let what = "stands in a list of products already".to_owned();
                        complaints.push(complaint(row.name, &place, what));
                    }
                }
                ListKind::NotHost | ListKind::NotEnv | ListKind::NotImage | ListKind::NotModel => {
                    let (claimed, name) = refused_name(list.kind, row.name);
                    refused.insert((claimed, name), row.reason());
                }
                ListKind::NotWord | ListKind::Route => {}
                ListKind::SeenModel => {
                    if library.by_id(row.target()).is_none() {
                        let what = format!("`{}` is no signature and no product", row.target());
                        complaints.push(complaint(row.name, &place, what));
                    }
                }
                kind => {
                    pointed_at.insert(row.target());
                    let name = folded(kind, row.name);
                    let owner = library
                        .entry_of_row(kind, &row)
                        .map_or(row.target(), |entry| entry.signature.id.as_str());
                    claims.push(Claim { kind, name, owner, place });
                }
            }
        }
    }
    for id in products.difference(&pointed_at) {
        let what = "no list points at this product".to_owned();
        complaints.push(complaint(id, "lists", what));
    }
    complaints.extend(contested(&claims, &refused));
    complaints
}

fn contested(claims: &[Claim<'_>], refused: &BTreeMap<(ListKind, String), &str>) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut first: BTreeMap<(ListKind, &str), &Claim<'_>> = BTreeMap::new();
    for claim in claims {
        if let Some(reason) = refused.get(&(claim.kind, claim.name.clone())) {
            let what = format!("{} `{}` is refused: {reason}", claim.kind.words(), claim.name);
            complaints.push(complaint(claim.owner, &claim.place, what));
        }
        let Some(known) = first.insert((claim.kind, claim.name.as_str()), claim) else { continue };
        let twice_by_list = known.owner == claim.owner && claim.place.contains(".tsv:");
        // Two products may read one variable; a list has no need to say it twice.
        let shared = claim.kind == ListKind::Env && !claim.place.contains(".tsv:");
        if (known.owner != claim.owner && !shared) || twice_by_list {
            let what = format!(
                "{} `{}` is claimed by `{}` as well ({})",
                claim.kind.words(),
                claim.name,
                known.owner,
                known.place
            );
            complaints.push(complaint(claim.owner, &claim.place, what));
        }
    }
    complaints
}

fn complaint(signature: &str, place: &str, what: String) -> Complaint {
    Complaint { signature: signature.to_owned(), file: place.to_owned(), what }
}

/// The claim that a look-alike rules out.
fn refused_name(kind: ListKind, name: &str) -> (ListKind, String) {
    let claimed = match kind {
        ListKind::NotHost => ListKind::Host,
        ListKind::NotEnv => ListKind::Env,
        ListKind::NotImage => ListKind::Image,
        _ => ListKind::Model,
    };
    (claimed, folded(claimed, name))
}

/// A name as its kind compares it.
fn folded(kind: ListKind, name: &str) -> String {
    match kind {
        ListKind::Package(ecosystem) => normalised_package(ecosystem, name),
        ListKind::Host | ListKind::Model => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// What is wrong with a row by itself.
fn of_row(kind: ListKind, row: &Row<'_>) -> Vec<String> {
    let mut what = Vec::new();
    if row.name.trim_end_matches('*').chars().count() < 2 {
        what.push("a one-letter name: it would match by chance".to_owned());
    }
    match kind {
        ListKind::Host => what.extend(fields::of_host(row.name)),
        ListKind::Package(_) if row.name.ends_with('*') && row.tier() == Tier::A => {
            let scoped = row.name.starts_with('@') && row.name.ends_with("/*");
            if !scoped {
                what.push("anyone may publish under a prefix: tier B at most".to_owned());
            }
        }
        _ => {}
    }
    if kind.has_tier() && row.is_unconfirmed() && row.tier() == Tier::A {
        what.push("a name that is still to be confirmed is tier B at most".to_owned());
    }
    what
}

/// The names that a signature claims for itself alone.
fn of_entry<'l>(entry: &'l Entry, claims: &mut Vec<Claim<'l>>) {
    let signature = &entry.signature;
    let mut claim = |kind: ListKind, name: String| {
        claims.push(Claim {
            kind,
            name,
            owner: signature.id.as_str(),
            place: entry.file.to_string(),
        });
    };
    for text in &signature.packages {
        let named = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/'));
        let Some((kind, name)) = named else { continue };
        let ecosystem = serde_json::from_value::<Ecosystem>(kind.into());
        if let (Ok(ecosystem), false) = (ecosystem, name.ends_with('*')) {
            claim(ListKind::Package(ecosystem), normalised_package(ecosystem, name));
        }
    }
    for block in &signature.package {
        for name in &block.names {
            let name = normalised_package(block.ecosystem, name);
            claim(ListKind::Package(block.ecosystem), name);
        }
    }
    for name in &signature.hosts {
        claim(ListKind::Host, name.to_lowercase());
    }
    // Services on one host are told apart by their paths.
    for block in signature.host.iter().filter(|block| block.paths.is_empty()) {
        block.names.iter().for_each(|name| claim(ListKind::Host, name.to_lowercase()));
    }
    match &signature.env {
        EnvField::Names(names) => names.iter().for_each(|name| claim(ListKind::Env, name.clone())),
        EnvField::Blocks(blocks) => blocks
            .iter()
            .flat_map(|block| &block.names)
            .for_each(|name| claim(ListKind::Env, name.clone())),
    }
    let images = signature.images.iter().chain(signature.image.iter().flat_map(|b| &b.names));
    images.for_each(|name| claim(ListKind::Image, name.clone()));
    let models = signature.model.iter().flat_map(|block| &block.exact);
    models.for_each(|id| claim(ListKind::Model, id.to_lowercase()));
}
