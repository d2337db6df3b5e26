//! Tools whose flows are lists of actions on connected services: Power
//! Platform, Zapier, Make, `UiPath`. Knows their shapes, not the services.

use std::borrow::Cow;

use super::{inputs, part, text};
use crate::extract::config::Teller;
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// How many scenarios within scenarios are read.
const ROUTES: usize = 10_000;

/// A cloud flow or a logic app: `connectionReferences` beside a `definition`.
/// Whether it is on stands in another file.
pub(super) fn power_platform(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let flow = document.get("properties").unwrap_or(document);
    let Some(references) = flow.get("connectionReferences") else { return false };
    if flow.get("definition").is_none() || references.entries().is_empty() {
        return false;
    }
    for entry in references.entries() {
        let named = entry.node.at(&["api", "name"]).or_else(|| entry.node.get("id"));
        let Some(named) = named else { continue };
        let name = named.as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        part("power-platform", name, "", (named.offset, false), teller);
    }
    if let Some(definition) = flow.get("definition") {
        operations(definition, teller);
        inputs(definition, "definition", false, teller);
    }
    true
}

/// What the actions of a flow do: `host.operationId`, wherever it is nested.
fn operations(definition: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let mut open = vec![definition];
    while let Some(node) = open.pop() {
        if teller.is_full() {
            return;
        }
        for entry in node.entries() {
            match entry.node.as_str() {
                Some(operation) if entry.key == "operationId" => {
                    let at = (entry.node.offset, false);
                    part("power-platform", operation, "", at, teller);
                }
                _ => open.push(&entry.node),
            }
        }
        open.extend(node.items());
    }
}

/// `zaps`, each with a `status` and `nodes` of an app.
pub(super) fn zapier(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let zaps = document.get("zaps").map(Node::items).unwrap_or_default();
    let mut found = false;
    for zap in zaps {
        let active = matches!(text(zap, &["status"]), Some("on" | "active" | "enabled"));
        let nodes = zap.get("nodes");
        let listed = nodes.map(Node::items).unwrap_or_default().iter();
        let keyed = nodes.map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.node);
        for node in listed.chain(keyed) {
            let Some(app) = node.get("selected_api") else { continue };
            found = true;
            let id = app.as_str().unwrap_or_default();
            let (name, version) = id.split_once('@').unwrap_or((id, ""));
            part("zapier", name, version, (app.offset, active), teller);
            if let Some(given) = node.get("params") {
                inputs(given, "", active, teller);
            }
        }
    }
    found
}

/// A blueprint: `flow`, a list of modules `app:action`, with routes in it.
pub(super) fn make(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let is_module = |node: &Node<'_>| {
        node.get("id").is_some() && text(node, &["module"]).is_some_and(|it| it.contains(':'))
    };
    let flow = document.get("flow").map(Node::items).unwrap_or_default();
    if !flow.iter().any(is_module) {
        return false;
    }
    let mut open: Vec<&Node<'_>> = flow.iter().rev().collect();
    let mut left = ROUTES;
    while let Some(node) = open.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        if let Some(module) = node.get("module") {
            let id = module.as_str().unwrap_or_default();
            let app = id.split_once(':').map_or(id, |(app, _)| app);
            let version = text(node, &["version"]).unwrap_or_default();
            part("make", app, version, (module.offset, false), teller);
        }
        for key in ["mapper", "parameters"] {
            if let Some(given) = node.get(key) {
                inputs(given, "", false, teller);
            }
        }
        for route in node.get("routes").map(Node::items).unwrap_or_default().iter().rev() {
            open.extend(route.get("flow").map(Node::items).unwrap_or_default().iter().rev());
        }
    }
    true
}

/// Keys of which a project of `UiPath` has one.
const OF_PROJECT: &[&str] = &["expressionLanguage", "studioVersion", "projectProfile"];

/// A project of `UiPath`, which has a reader of its own: nothing is told.
pub(super) fn is_uipath(document: &Node<'_>, _: &mut Teller<'_, '_>) -> bool {
    OF_PROJECT.iter().any(|key| document.get(key).is_some())
        && document.get("dependencies").is_some_and(|it| matches!(it.value, Value::Table(_)))
}

/// Reads `project.json` of `UiPath`: `dependencies` that are packages of `NuGet`,
/// each with the version asked for. Any other file of that name says nothing.
#[derive(Debug)]
pub struct FlowProject;

impl Extractor for FlowProject {
    fn id(&self) -> &'static str {
        "flow-project"
    }

    fn about(&self) -> &'static str {
        "projects of UiPath: packages of activities"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["project.json"], globs: &[], extensions: &[], gate: Gate::Telling }
    }

    fn claims(&self, head: &[u8]) -> bool {
        OF_PROJECT.iter().any(|key| memchr::memmem::find(head, key.as_bytes()).is_some())
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let document = structured::json(content)?;
        let mut teller = Teller::new(content, sink);
        if is_uipath(&document, &mut teller) {
            packages(&document, &mut teller);
        }
        Ok(())
    }
}

/// The packages that a project needs.
fn packages(document: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let Some(needs) = document.get("dependencies") else { return };
    for entry in needs.entries() {
        let version = entry.node.as_str().unwrap_or_default().trim_matches(['[', ']', '(', ')']);
        let package = Package {
            ecosystem: Ecosystem::Nuget,
            name: Cow::Borrowed(entry.key.as_ref()),
            version: Cow::Borrowed(version),
            resolved: false,
            direct: Some(true),
            scope: Scope::Runtime,
        };
        teller.at(entry.key_offset, Fact::Package(package));
    }
}
