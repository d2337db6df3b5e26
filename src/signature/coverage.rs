//! Why a name matches or does not: which signature claims it, by which mark and
//! at which tier, or which list refuses it.

use super::index::MatcherId;
use super::library::Library;
use super::list::{ListKind, technique_of};
use super::names::image_repository;
use crate::model::fact::{Ecosystem, Language, RecordKind};
use crate::model::vocabulary::{Technique, Tier};

/// What is known of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A signature claims it.
    Claimed {
        /// The kind of mark.
        technique: Technique,
        /// Ecosystem or language; empty where there is none.
        of: String,
        /// The signature.
        signature: String,
        /// The name of its product.
        product: String,
        /// Strength of one match.
        tier: Tier,
        /// File of the signature, or of the list that names its product.
        file: String,
    },
    /// A list says that it is none, and why.
    Refused {
        /// What it is not.
        kind: String,
        /// Why not.
        reason: String,
    },
}

/// Every ecosystem, as signatures spell it.
const ECOSYSTEMS: &[Ecosystem] = &[
    Ecosystem::Pypi,
    Ecosystem::Npm,
    Ecosystem::Cargo,
    Ecosystem::Golang,
    Ecosystem::Maven,
    Ecosystem::Nuget,
    Ecosystem::Gem,
    Ecosystem::Composer,
    Ecosystem::Conda,
    Ecosystem::Hex,
    Ecosystem::Pub,
    Ecosystem::Swift,
    Ecosystem::Cocoapods,
    Ecosystem::Conan,
    Ecosystem::Vcpkg,
    Ecosystem::Cran,
    Ecosystem::Julia,
    Ecosystem::Hackage,
    Ecosystem::Luarocks,
    Ecosystem::Bazel,
    Ecosystem::Deb,
    Ecosystem::Apk,
    Ecosystem::Rpm,
    Ecosystem::Github,
    Ecosystem::Generic,
    Ecosystem::VscodeExtension,
    Ecosystem::JetbrainsPlugin,
    Ecosystem::FlowNode,
];

const LANGUAGES: &[Language] = &[
    Language::Python,
    Language::Javascript,
    Language::Go,
    Language::Rust,
    Language::Java,
    Language::Csharp,
    Language::C,
    Language::Ruby,
    Language::Php,
    Language::Swift,
];

/// Everything that is known of a name, sorted. `pkg:ECOSYSTEM/NAME`,
/// `import:LANGUAGE/MODULE`, `host:`, `env:`, `model:`, `image:`, `resource:`,
/// `permission:`, `app:`, `licence:`, `extension:`, `program:`, `service:` and
/// `traffic:` before it narrow the question; without one, all are asked.
#[must_use]
pub fn coverage(library: &Library, question: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    match question.split_once(':') {
        Some(("pkg", rest)) => {
            let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
            let name = name.replace("%40", "@");
            for ecosystem in ECOSYSTEMS.iter().filter(|one| one.purl_type() == kind) {
                packages(library, *ecosystem, &name, &mut found);
            }
        }
        Some(("import", rest)) => {
            let (kind, module) = rest.split_once('/').unwrap_or((rest, ""));
            for language in LANGUAGES.iter().filter(|one| one.word() == kind) {
                imports(library, *language, module, &mut found);
            }
        }
        Some(("host", name)) => hosts(library, name, &mut found),
        Some(("env", name)) => variables(library, name, &mut found),
        Some(("model", name)) => models(library, name, &mut found),
        Some(("image", name)) => images(library, name, &mut found),
        Some(("resource", name)) => deployed(library, ListKind::Resource, name, &mut found),
        Some(("permission", name)) => deployed(library, ListKind::Permission, name, &mut found),
        Some((word, name)) if record_of(word).is_some() => {
            if let Some(kind) = record_of(word) {
                records(library, kind, name, &mut found);
            }
        }
        _ => everything(library, question, &mut found),
    }
    found.sort();
    found.dedup();
    found
}

/// The blocks that claim a name of a list's kind by the name alone.
#[must_use]
pub fn ids(library: &Library, kind: ListKind, name: &str) -> Vec<MatcherId> {
    let index = library.index();
    let name = &name.replace('*', "x");
    match kind {
        ListKind::Package(ecosystem) => index.packages(ecosystem, name),
        ListKind::Host => {
            let (host, path) = name.split_at(name.find('/').unwrap_or(name.len()));
            index.hosts(&host.to_lowercase(), path)
        }
        ListKind::Env => index.env(name).to_vec(),
        ListKind::Image => index.images(image_repository(name)),
        ListKind::Resource => {
            let (of, kind) = name.split_once('#').unwrap_or((name, ""));
            index.resources(of, Some(kind))
        }
        ListKind::Permission => index.permissions(name),
        ListKind::File => index.files(name).iter().map(|file| file.matcher).collect(),
        ListKind::Model => {
            let blocks = index.models().all().iter().filter(|block| block.matches(name));
            blocks.map(|block| block.matcher).collect()
        }
        ListKind::Record(kind) => index.records(kind, name),
        _ => Vec::new(),
    }
}

fn everything(library: &Library, name: &str, found: &mut Vec<Finding>) {
    for ecosystem in ECOSYSTEMS {
        packages(library, *ecosystem, name, found);
    }
    for language in LANGUAGES {
        imports(library, *language, name, found);
    }
    hosts(library, name, found);
    variables(library, name, found);
    models(library, name, found);
    images(library, name, found);
    deployed(library, ListKind::Resource, name, found);
    deployed(library, ListKind::Permission, name, found);
    for kind in RECORDS {
        records(library, *kind, name, found);
    }
    refused(library, ListKind::NotWord, name, "word", found);
}

fn packages(library: &Library, ecosystem: Ecosystem, name: &str, found: &mut Vec<Finding>) {
    let ids = library.index().packages(ecosystem, name);
    claimed(library, Technique::Package, ecosystem.purl_type(), &ids, found);
    let kind = format!("package {}", ecosystem.purl_type());
    refused(library, ListKind::NotPackage(ecosystem), name, &kind, found);
}

fn refused(library: &Library, kind: ListKind, name: &str, words: &str, found: &mut Vec<Finding>) {
    if let Some(reason) = library.refusal(kind, name) {
        found.push(Finding::Refused { kind: words.to_owned(), reason: reason.to_owned() });
    }
}

fn imports(library: &Library, language: Language, module: &str, found: &mut Vec<Finding>) {
    let ids = library.index().imports(language, module);
    claimed(library, Technique::Import, language.word(), &ids, found);
}

fn hosts(library: &Library, given: &str, found: &mut Vec<Finding>) {
    let name = given.to_lowercase().replace('*', "x");
    let (host, path) = name.split_at(name.find('/').unwrap_or(name.len()));
    let ids = library.index().hosts(host, path);
    claimed(library, Technique::Host, "", &ids, found);
    if ids.is_empty() {
        refused(library, ListKind::NotHost, given, "host", found);
    }
}

fn variables(library: &Library, name: &str, found: &mut Vec<Finding>) {
    claimed(library, Technique::Env, "", library.index().env(name), found);
    refused(library, ListKind::NotEnv, name, "env", found);
}

fn models(library: &Library, id: &str, found: &mut Vec<Finding>) {
    refused(library, ListKind::NotModel, id, "model", found);
    let index = library.index();
    let mut id = id;
    loop {
        let (org, bare) = id.split_once('/').map_or((None, id), |(org, bare)| (Some(org), bare));
        let ids: Vec<MatcherId> = index
            .models()
            .all()
            .iter()
            .filter(|block| {
                let by_org = org.is_some_and(|org| block.orgs.contains(&org.to_lowercase()));
                block.matches(id) || (by_org && block.matches(bare))
            })
            .map(|block| block.matcher)
            .collect();
        if !ids.is_empty() {
            claimed(library, Technique::Model, "", &ids, found);
            return;
        }
        let shorter = index.without_route(id);
        if shorter.len() == id.len() {
            return;
        }
        id = shorter;
    }
}

fn images(library: &Library, reference: &str, found: &mut Vec<Finding>) {
    let ids = library.index().images(image_repository(reference));
    claimed(library, Technique::Image, "", &ids, found);
    refused(library, ListKind::NotImage, reference, "image", found);
}

/// The kinds of records that lists name.
const RECORDS: &[RecordKind] = &[
    RecordKind::App,
    RecordKind::Licence,
    RecordKind::Extension,
    RecordKind::Program,
    RecordKind::Service,
    RecordKind::Host,
];

fn record_of(word: &str) -> Option<RecordKind> {
    RECORDS.iter().copied().find(|kind| technique_of(*kind).word() == word)
}

fn records(library: &Library, kind: RecordKind, name: &str, found: &mut Vec<Finding>) {
    let ids = library.index().records(kind, name);
    claimed(library, technique_of(kind), "", &ids, found);
}

/// Types of infrastructure, and what is granted.
fn deployed(library: &Library, kind: ListKind, name: &str, found: &mut Vec<Finding>) {
    let technique = match kind {
        ListKind::Permission => Technique::Permission,
        _ => Technique::Resource,
    };
    claimed(library, technique, "", &ids(library, kind, name), found);
}

fn claimed(
    library: &Library,
    technique: Technique,
    of: &str,
    ids: &[MatcherId],
    found: &mut Vec<Finding>,
) {
    for matcher in ids.iter().filter_map(|id| library.index().matcher(*id)) {
        let Some(entry) = library.entry(matcher.entry) else { continue };
        found.push(Finding::Claimed {
            technique,
            of: of.to_owned(),
            signature: entry.signature.id.clone(),
            product: entry.signature.name.clone(),
            tier: matcher.tier,
            file: entry.file.to_string(),
        });
    }
}
