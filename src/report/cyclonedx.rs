//! CycloneDX 1.6 and 1.7: systems as applications, products as libraries,
//! applications or services, models with a card that says facts only, data
//! sets as data. Classification stands in properties named `daylight:*`; it is
//! never written as an attestation. The serial number is made from the
//! document and the time from `as_of`: the same inventory gives the same bytes.

mod parts;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::lookup::Lookup;
use super::{Emitter, Style};
use crate::model::inventory::Inventory;
use crate::model::system::{AiSystem, Owner};
use parts::{Library, Parts};
use properties::Properties;

/// CycloneDX 1.6, which most readers know.
#[derive(Debug)]
pub struct CycloneDx16;

/// CycloneDX 1.7.
#[derive(Debug)]
pub struct CycloneDx17;

/// Reference of what was scanned as a whole.
const WHOLE: &str = "daylight:inventory";

impl Emitter for CycloneDx16 {
    fn id(&self) -> &'static str {
        "cyclonedx"
    }

    fn about(&self) -> &'static str {
        "CycloneDX 1.6 bill of materials in JSON"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        write(inventory, Version::V1_6, out)
    }
}

impl Emitter for CycloneDx17 {
    fn id(&self) -> &'static str {
        "cyclonedx-1.7"
    }

    fn about(&self) -> &'static str {
        "CycloneDX 1.7 bill of materials in JSON"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        write(inventory, Version::V1_7, out)
    }
}

/// Versions of the format, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    V1_6,
    V1_7,
}

impl Version {
    fn word(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

fn write(inventory: &Inventory, version: Version, out: &mut dyn Write) -> io::Result<()> {
    let lookup = Lookup::new(inventory);
    let parts = Parts::of(inventory, &lookup, version);
    let mut components: Vec<Value> =
        inventory.systems.iter().map(|system| application(system, &lookup)).collect();
    components.extend(parts.components);
    components.extend(parts.libraries.values().map(Library::component));
    let document = json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{}.schema.json", version.word()),
        "bomFormat": "CycloneDX",
        "specVersion": version.word(),
        "serialNumber": serial_number(inventory, version)?,
        "version": 1,
        "metadata": metadata(inventory),
        "components": components,
        "services": parts.services,
        "dependencies": dependencies(inventory, &lookup, &parts.packages),
        "compositions": [{
            // what static evidence does not show may be there all the same
            "aggregate": if inventory.coverage.complete { "unknown" } else { "incomplete" },
            "assemblies": [WHOLE],
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// A UUID (version 8) over the native document and the version of the format.
fn serial_number(inventory: &Inventory, version: Version) -> io::Result<String> {
    let mut digest = Sha256::new();
    digest.update(version.word());
    digest.update(serde_json::to_vec(inventory)?);
    let mut bytes = [0u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    Ok(format!("urn:uuid:{}", uuid::Uuid::new_v8(bytes)))
}

fn metadata(inventory: &Inventory) -> Value {
    let mut properties = Properties::default();
    properties.add("schema-version", &inventory.schema_version);
    properties.add("provisional", "true");
    for pack in &inventory.signature_packs {
        let said = format!("{} {} {}", pack.name, pack.version, pack.sha256);
        properties.add("signature-pack", &said);
    }
    for pack in &inventory.rule_packs {
        properties.add("rule-pack", &format!("{} {} {}", pack.name, pack.version, pack.sha256));
    }
    properties.of_coverage(&inventory.coverage);
    properties.of_gates(&inventory.gates);
    properties.of_document(inventory);
    let names: Vec<&str> = inventory
        .targets
        .iter()
        .map(|target| if target.name == "." { "repository" } else { target.name.as_str() })
        .collect();
    json!({
        "timestamp": format!("{}T00:00:00Z", inventory.as_of),
        "lifecycles": [{ "phase": "discovery" }],
        "tools": { "components": [{
            "type": "application",
            "name": inventory.tool.name,
            "version": inventory.tool.version,
        }]},
        "component": { "type": "application", "bom-ref": WHOLE, "name": names.join(", ") },
        "properties": properties.value(),
    })
}

fn application(system: &AiSystem, lookup: &Lookup<'_>) -> Value {
    let mut properties = Properties::default();
    properties.of_system(system);
    properties.of_policy(&system.id, lookup);
    let pieces: Vec<_> =
        system.components.iter().filter_map(|used| lookup.pieces(&used.evidence).next()).collect();
    let mut component = json!({
        "type": "application",
        "bom-ref": system.id,
        "name": named(&system.name),
        "properties": properties.value(),
        "evidence": { "occurrences": parts::occurrences(&pieces) },
    });
    let owners: Vec<String> = system.owners.iter().map(Owner::label).collect();
    if let (Some(fields), false) = (component.as_object_mut(), owners.is_empty()) {
        fields.insert("group".to_owned(), json!(owners.join(", ")));
        fields.insert("manufacturer".to_owned(), json!({ "name": owners.join(", ") }));
    }
    component
}

/// What stands on what: the whole on its systems, a system on what it uses, a
/// product on its packages and on what it gives access to.
fn dependencies(
    inventory: &Inventory,
    lookup: &Lookup<'_>,
    packages: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Value> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let whole = edges.entry(WHOLE).or_default();
    whole.extend(inventory.systems.iter().map(|system| system.id.as_str()));
    let alone = inventory.components.iter().filter(|c| lookup.is_alone(c));
    whole.extend(alone.map(|component| component.id.as_str()));
    for system in &inventory.systems {
        let uses = edges.entry(&system.id).or_default();
        uses.extend(lookup.uses(system).map(|(used, _)| used.component.as_str()));
    }
    for component in &inventory.components {
        edges.entry(&component.id).or_default();
    }
    for relation in &inventory.relations {
        edges.entry(&relation.from).or_default().insert(&relation.to);
    }
    for (component, of) in packages {
        edges.entry(component).or_default().extend(of.iter().map(String::as_str));
        for package in of {
            edges.entry(package).or_default();
        }
    }
    edges.into_iter().map(|(from, to)| json!({ "ref": from, "dependsOn": to })).collect()
}

/// The format wants a name that is not empty.
fn named(name: &str) -> &str {
    if name.trim().is_empty() { "unnamed" } else { name }
}
