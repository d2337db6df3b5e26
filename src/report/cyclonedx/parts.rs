//! Products, models, data and services as the format has them. What somebody
//! else runs is a service; a package through which it is reached is a library
//! of its own.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::properties::Properties;
use super::{Version, named};
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::inventory::Inventory;
use crate::model::vocabulary::{Egress, Lifecycle, Role, Technique, Usage};
use crate::report::lookup::{Lookup, path_of};
use crate::report::text::place_text;

/// Occurrences listed of one component; all are counted in its properties.
const LISTED: usize = 100;

/// What no address may hold as it is.
const NOT_IN_ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');

/// A package, with everything that was seen of it.
#[derive(Default)]
pub(super) struct Library {
    purl: String,
    versions: BTreeSet<String>,
    confidence: u16,
    pieces: Vec<(String, Option<u32>)>,
}

/// The parts of a bill of materials.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) components: Vec<Value>,
    pub(super) services: Vec<Value>,
    /// Packages by their purl.
    pub(super) libraries: BTreeMap<String, Library>,
    /// The packages of each component.
    pub(super) packages: BTreeMap<String, BTreeSet<String>>,
}

impl Parts {
    pub(super) fn of(inventory: &Inventory, lookup: &Lookup<'_>, version: Version) -> Self {
        let mut parts = Self::default();
        let hosts = hosts_of(inventory, lookup);
        for component in &inventory.components {
            let pieces: Vec<&Evidence> = lookup.pieces(&component.evidence).collect();
            if is_service(component) {
                let hosts = hosts.get(component.id.as_str());
                parts.services.push(service(component, &pieces, hosts, lookup));
            } else {
                parts.components.push(thing(component, &pieces, version, lookup));
            }
            parts.take_packages(component, &pieces);
        }
        parts
    }

    fn take_packages(&mut self, component: &Component, pieces: &[&Evidence]) {
        for piece in pieces {
            let Some(purl) = piece.captured.get("purl") else { continue };
            let library = self.libraries.entry(purl.clone()).or_default();
            library.purl.clone_from(purl);
            library.confidence = library.confidence.max(piece.confidence);
            library.versions.extend(piece.captured.get("version").cloned());
            let place = (path_of(&piece.place), piece.span.map(|span| span.line));
            if library.pieces.len() < LISTED && !library.pieces.contains(&place) {
                library.pieces.push(place);
            }
            self.packages.entry(component.id.clone()).or_default().insert(purl.clone());
        }
    }
}

impl Library {
    pub(super) fn component(&self) -> Value {
        let name = self.purl.rsplit('/').next().unwrap_or(&self.purl);
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let occurrences: Vec<Value> = self
            .pieces
            .iter()
            .map(|(path, line)| match line {
                Some(line) => json!({ "location": path, "line": line }),
                None => json!({ "location": path }),
            })
            .collect();
        let mut properties = Properties::default();
        let mut fields = Map::new();
        if let ([only], true) =
            (self.versions.iter().collect::<Vec<_>>().as_slice(), self.versions.len() == 1)
            && let Some(exact) = exact(only)
        {
            fields.insert("version".to_owned(), json!(exact));
            fields.insert("purl".to_owned(), json!(with_version(&self.purl, exact)));
        } else {
            fields.insert("purl".to_owned(), json!(self.purl));
            for version in &self.versions {
                properties.add("component:version", version);
            }
        }
        fields.insert("type".to_owned(), json!("library"));
        fields.insert("bom-ref".to_owned(), json!(self.purl));
        fields.insert("name".to_owned(), json!(named(&name)));
        fields.insert("properties".to_owned(), properties.value());
        fields.insert(
            "evidence".to_owned(),
            json!({
                "identity": [{
                    "field": "purl",
                    "confidence": share(self.confidence),
                    "concludedValue": self.purl,
                    "methods": [{
                        "technique": "manifest-analysis",
                        "confidence": share(self.confidence),
                    }],
                }],
                "occurrences": occurrences,
            }),
        );
        Value::Object(fields)
    }
}

/// `==1.2.3`, or a bare version of a lock file; a range is none.
fn exact(version: &str) -> Option<&str> {
    let bare = version.strip_prefix("==").unwrap_or(version).trim();
    let plain = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-_".contains(&b));
    (plain && bare.bytes().any(|b| b.is_ascii_digit())).then_some(bare)
}

fn with_version(purl: &str, version: &str) -> String {
    let version = utf8_percent_encode(version, percent_encoding::NON_ALPHANUMERIC).to_string();
    let version = version.replace("%2E", ".").replace("%2D", "-").replace("%5F", "_");
    let at = purl.find(['?', '#']).unwrap_or(purl.len());
    let (head, tail) = purl.split_at(at);
    format!("{head}@{version}{tail}")
}

/// Run by somebody else, and reached over the network.
fn is_service(component: &Component) -> bool {
    let kind = matches!(component.kind, Role::ProviderApi | Role::Gateway | Role::SaasFeature);
    kind && component.egress != Egress::Local
}

/// Hosts by the component whose evidence they rest on.
fn hosts_of<'i>(
    inventory: &'i Inventory,
    lookup: &Lookup<'i>,
) -> BTreeMap<&'i str, BTreeSet<&'i str>> {
    let mut hosts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for system in &inventory.systems {
        for destination in &system.destinations {
            for piece in lookup.pieces(&destination.evidence) {
                hosts.entry(piece.component.as_str()).or_default().insert(&destination.host);
            }
        }
    }
    hosts
}

fn service(
    component: &Component,
    pieces: &[&Evidence],
    hosts: Option<&BTreeSet<&str>>,
    lookup: &Lookup<'_>,
) -> Value {
    let mut properties = Properties::default();
    properties.of_component(component);
    properties.of_policy(&component.id, lookup);
    for piece in pieces.iter().take(LISTED) {
        properties.add("component:place", &place_text(piece));
    }
    let mut fields = Map::new();
    fields.insert("bom-ref".to_owned(), json!(component.id));
    fields.insert("name".to_owned(), json!(named(&component.name)));
    if !component.provider.is_empty() {
        fields.insert("provider".to_owned(), json!({ "name": component.provider }));
    }
    let endpoints: Vec<String> = hosts
        .into_iter()
        .flatten()
        .map(|host| format!("https://{}", utf8_percent_encode(host, NOT_IN_ADDRESS)))
        .collect();
    if !endpoints.is_empty() {
        fields.insert("endpoints".to_owned(), json!(endpoints));
    }
    if component.egress == Egress::ThirdParty {
        fields.insert("x-trust-boundary".to_owned(), json!(true));
    }
    fields.insert("properties".to_owned(), properties.value());
    Value::Object(fields)
}

fn thing(
    component: &Component,
    pieces: &[&Evidence],
    version: Version,
    lookup: &Lookup<'_>,
) -> Value {
    let mut properties = Properties::default();
    properties.of_component(component);
    properties.of_policy(&component.id, lookup);
    let kind = type_of(component.kind);
    let mut fields = Map::new();
    fields.insert("type".to_owned(), json!(kind));
    fields.insert("bom-ref".to_owned(), json!(component.id));
    fields.insert("name".to_owned(), json!(named(&component.name)));
    if !component.provider.is_empty() {
        fields.insert("supplier".to_owned(), json!({ "name": component.provider }));
    }
    fields.insert("properties".to_owned(), properties.value());
    fields.insert(
        "evidence".to_owned(),
        json!({
            "identity": [identity(component, pieces)],
            "occurrences": occurrences(pieces),
        }),
    );
    match kind {
        "machine-learning-model" => {
            fields.insert("modelCard".to_owned(), card(component, pieces));
        }
        "data" => {
            let data = json!([{ "type": "dataset", "name": named(&component.name) }]);
            fields.insert("data".to_owned(), data);
        }
        _ => {}
    }
    // A model that is named, and not carried along, is somebody else's to provide.
    if version >= Version::V1_7 && component.kind == Role::Model {
        fields.insert("isExternal".to_owned(), json!(true));
    }
    Value::Object(fields)
}

fn type_of(kind: Role) -> &'static str {
    match kind {
        Role::Model | Role::ModelArtifact => "machine-learning-model",
        Role::Dataset | Role::Prompt => "data",
        Role::Framework => "framework",
        Role::ModelRuntime => "platform",
        Role::Accelerator => "device-driver",
        Role::Sdk
        | Role::AgentProtocol
        | Role::Training
        | Role::EvalObservability
        | Role::Guardrail
        | Role::ClassicalMl => "library",
        Role::ProviderApi
        | Role::Gateway
        | Role::Agent
        | Role::AgentTool
        | Role::Mlops
        | Role::VectorStore
        | Role::CodingAssistant
        | Role::AppBuilder
        | Role::SaasFeature
        | Role::LowCode
        | Role::McpServer => "application",
    }
}

/// Facts only: what the evidence says a model is used for, and how.
fn card(component: &Component, pieces: &[&Evidence]) -> Value {
    let mut properties = Properties::default();
    let lifecycles: BTreeSet<&str> =
        pieces.iter().filter_map(|piece| piece.lifecycle).map(Lifecycle::word).collect();
    for part in lifecycles {
        properties.add("model:lifecycle", part);
    }
    let tasks: Vec<&str> = component.capabilities.iter().map(|c| c.word()).collect();
    let mut card = Map::new();
    if !tasks.is_empty() {
        card.insert("modelParameters".to_owned(), json!({ "task": tasks.join(", ") }));
    }
    properties.add("model:identifier", &component.name);
    card.insert("properties".to_owned(), properties.value());
    Value::Object(card)
}

/// The best piece of each technique.
fn identity(component: &Component, pieces: &[&Evidence]) -> Value {
    let mut best: BTreeMap<&str, (u16, &str)> = BTreeMap::new();
    for piece in pieces {
        let slot = best.entry(technique_of(piece)).or_default();
        if piece.confidence > slot.0 {
            *slot = (piece.confidence, &piece.value);
        }
    }
    let methods: Vec<Value> = best
        .into_iter()
        .map(|(technique, (confidence, value))| {
            json!({ "technique": technique, "confidence": share(confidence), "value": value })
        })
        .collect();
    json!({
        "field": "name",
        "confidence": share(component.confidence),
        "concludedValue": named(&component.name),
        "methods": methods,
    })
}

fn technique_of(piece: &Evidence) -> &'static str {
    match piece.technique {
        Technique::Package => "manifest-analysis",
        Technique::File => "filename",
        Technique::Import | Technique::Call | Technique::Edge => "source-code-analysis",
        _ if piece.captured.contains_key(crate::model::evidence::EXPORT) => "other",
        _ if piece.usage >= Usage::Imported => "source-code-analysis",
        _ => "other",
    }
}

pub(super) fn occurrences(pieces: &[&Evidence]) -> Vec<Value> {
    let mut told = BTreeSet::new();
    pieces
        .iter()
        .filter(|piece| told.insert(&piece.id))
        .take(LISTED)
        .map(|piece| {
            let mut fields = Map::new();
            fields.insert("location".to_owned(), json!(path_of(&piece.place)));
            if let Some(span) = piece.span {
                fields.insert("line".to_owned(), json!(span.line));
            }
            if !piece.value.is_empty() {
                fields.insert("symbol".to_owned(), json!(piece.value));
            }
            let context = format!("{} {}", piece.technique.word(), piece.id);
            fields.insert("additionalContext".to_owned(), json!(context));
            Value::Object(fields)
        })
        .collect()
}

/// Per mille as a share of one.
fn share(confidence: u16) -> f64 {
    f64::from(confidence) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_exact_version_is_a_version() {
        assert_eq!(exact("==1.51.0"), Some("1.51.0"));
        assert_eq!(exact("1.51.0-rc.1"), Some("1.51.0-rc.1"));
        for range in ["^4", ">=1", "~=2.0", "1.x || 2", "*", "latest", ""] {
            assert_eq!(exact(range), None, "{range}");
        }
    }

    #[test]
    fn a_version_goes_before_the_qualifiers_of_a_purl() {
        assert_eq!(with_version("pkg:npm/a", "1.0"), "pkg:npm/a@1.0");
        assert_eq!(with_version("pkg:npm/a?x=y#z", "1.0+b"), "pkg:npm/a@1.0%2Bb?x=y#z");
    }
}
