//! Tools whose flows are graphs of nodes: n8n, Flowise, Langflow, `ComfyUI`, Dify, Rivet.
//! Knows their shapes, not what a node does.

use std::borrow::Cow;

use super::{inputs, is_address, is_addressed, node_of, part, text};
use crate::extract::config::Teller;
use crate::extract::structured::{Node, Value};
use crate::model::fact::{Ecosystem, Fact};

/// `nodes` with a dotted `type`, and `connections`: alone, several in a list,
/// or under `workflows`, `workflow` or `data`.
pub(super) fn n8n(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    if n8n_flow(document, document, teller) {
        return true;
    }
    let mut found = false;
    for key in ["workflows", "workflow", "data"] {
        let Some(inner) = document.get(key) else { continue };
        found |= n8n_flow(inner, document, teller);
        for flow in inner.items() {
            found |= n8n_flow(flow, flow, teller);
        }
    }
    for flow in document.items() {
        found |= n8n_flow(flow, flow, teller);
    }
    found
}

fn n8n_flow(flow: &Node<'_>, outer: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let nodes = flow.get("nodes").map(Node::items).unwrap_or_default();
    let is_node = |node: &Node<'_>| text(node, &["type"]).is_some_and(|kind| kind.contains('.'));
    let graph = matches!(flow.get("connections").map(|it| &it.value), Some(Value::Table(_)));
    if !graph || !nodes.iter().any(is_node) {
        return false;
    }
    let on = text(flow, &["active"]).or_else(|| text(outer, &["active"])) == Some("true");
    for node in nodes {
        let Some(named) = node.get("type") else { continue };
        let kind = named.as_str().unwrap_or_default();
        let active = on && text(node, &["disabled"]) != Some("true");
        let version = text(node, &["typeVersion"]).unwrap_or_default();
        let addressed = node.get("parameters").is_some_and(is_addressed);
        node_of("n8n", kind, version, (named.offset, active, addressed), teller);
        // Nodes come in packages; the part behind the last dot is the node.
        if let Some((package, _)) = kind.rsplit_once('.') {
            let name = Cow::Borrowed(package);
            let catalogue = Ecosystem::Npm;
            let version = Cow::Borrowed("");
            let fact = Fact::Part { catalogue, name, version, active, addressed: false };
            teller.at(named.offset, fact);
        }
        if let Some(given) = node.get("parameters") {
            inputs(given, "", active, teller);
        }
    }
    true
}

/// `nodes` whose `data` has a `name` and a `category`, and `edges`.
pub(super) fn flowise(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let flow = document.get("flowData").filter(|it| it.get("nodes").is_some()).unwrap_or(document);
    let nodes = flow.get("nodes").map(Node::items).unwrap_or_default();
    let is_node = |node: &Node<'_>| {
        text(node, &["data", "name"]).is_some() && text(node, &["data", "category"]).is_some()
    };
    if flow.get("edges").is_none() || !nodes.iter().any(is_node) {
        return false;
    }
    part("flowise", "flow", "", (flow.offset, false), teller);
    for node in nodes {
        let Some(named) = node.at(&["data", "name"]) else { continue };
        let version = text(node, &["data", "version"]).unwrap_or_default();
        let kind = named.as_str().unwrap_or_default();
        let addressed = node.at(&["data", "inputs"]).is_some_and(is_addressed);
        node_of("flowise", kind, version, (named.offset, false, addressed), teller);
        if let Some(given) = node.at(&["data", "inputs"]) {
            inputs(given, "", false, teller);
        }
    }
    true
}

/// `data.nodes` whose `data` has a `type` and a `node`, and `data.edges`.
pub(super) fn langflow(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let mut found = langflow_flow(document, teller);
    let flows = document.get("flows").map(Node::items).unwrap_or_default();
    for flow in flows.iter().chain(document.items()) {
        found |= langflow_flow(flow, teller);
    }
    found
}

fn langflow_flow(flow: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let nodes = flow.at(&["data", "nodes"]).map(Node::items).unwrap_or_default();
    let is_node = |node: &Node<'_>| {
        text(node, &["data", "type"]).is_some() && node.at(&["data", "node"]).is_some()
    };
    if flow.at(&["data", "edges"]).is_none() || !nodes.iter().any(is_node) {
        return false;
    }
    part("langflow", "flow", "", (flow.offset, false), teller);
    for node in nodes {
        let Some(named) = node.at(&["data", "type"]) else { continue };
        let kind = named.as_str().unwrap_or_default();
        let fields = node.at(&["data", "node", "template"]).map(Node::entries).unwrap_or_default();
        let addressed = fields.iter().any(|field| {
            is_address(&field.key)
                && text(&field.node, &["value"]).is_some_and(|value| !value.trim().is_empty())
        });
        node_of("langflow", kind, "", (named.offset, false, addressed), teller);
        // Every field says how it is shown; only its value was given. The
        // component's own source stands in `code`.
        for field in fields.iter().filter(|field| field.key != "code") {
            let Some(value) = field.node.get("value") else { continue };
            if let Some(given) = value.as_str().filter(|given| given.len() <= super::INPUT_BYTES) {
                teller.setting(value.offset, &field.key, given, true);
            }
        }
    }
    true
}

/// A table of nodes with `class_type` and `inputs`, or `nodes` with `links`
/// and a `type` without a package.
pub(super) fn comfyui(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let prompt = document.get("prompt").unwrap_or(document);
    let called: Vec<&Node<'_>> = prompt
        .entries()
        .iter()
        .map(|entry| &entry.node)
        .filter(|node| node.get("class_type").is_some() && node.get("inputs").is_some())
        .collect();
    if !called.is_empty() {
        part("comfyui", "graph", "", (document.offset, false), teller);
    }
    for node in &called {
        let Some(named) = node.get("class_type") else { continue };
        let kind = named.as_str().unwrap_or_default();
        part("comfyui", kind, "", (named.offset, false), teller);
        if let Some(given) = node.get("inputs") {
            inputs(given, "", false, teller);
        }
    }
    if !called.is_empty() {
        return true;
    }
    let drawn = document.get("links").is_some()
        && ["last_node_id", "last_link_id"].iter().any(|key| document.get(key).is_some());
    let nodes = document.get("nodes").map(Node::items).unwrap_or_default();
    if !drawn || nodes.is_empty() {
        return false;
    }
    part("comfyui", "graph", "", (document.offset, false), teller);
    for node in nodes {
        let Some(named) = node.get("type") else { continue };
        let kind = named.as_str().unwrap_or_default();
        part("comfyui", kind, "", (named.offset, false), teller);
        // Values stand without their names: files are told by themselves.
        for value in node.get("widgets_values").map(Node::items).unwrap_or_default() {
            if let Some(given) = value.as_str().filter(|it| it.len() <= super::INPUT_BYTES) {
                teller.setting(value.offset, "widgets_values", given, true);
            }
        }
    }
    true
}

/// `kind: app` with `app`: the models of its configuration or of its graph, and
/// the plugins that it needs.
pub(super) fn dify(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let Some(kind) = document.get("kind").filter(|kind| kind.as_str() == Some("app")) else {
        return false;
    };
    if text(document, &["app", "mode"]).is_none() {
        return false;
    }
    part(
        "dify",
        "app",
        text(document, &["version"]).unwrap_or_default(),
        (kind.offset, false),
        teller,
    );
    if let Some(settings) = document.get("model_config") {
        dify_model(settings.get("model"), teller);
    }
    let nodes = document.at(&["workflow", "graph", "nodes"]).map(Node::items).unwrap_or_default();
    for node in nodes {
        let Some(data) = node.get("data") else { continue };
        if let Some(named) = data.get("type") {
            let kind = named.as_str().unwrap_or_default();
            part("dify", kind, "", (named.offset, false), teller);
        }
        dify_model(data.get("model"), teller);
        dify_model(data.at(&["single_retrieval_config", "model"]), teller);
        for key in ["url", "provider_id", "tool_name"] {
            if let Some(value) = data.get(key)
                && let Some(given) = value.as_str()
            {
                teller.setting(value.offset, key, given, true);
            }
        }
    }
    let needs = document.get("dependencies").map(Node::items).unwrap_or_default();
    for need in needs {
        let Some(value) = need.at(&["value", "marketplace_plugin_unique_identifier"]) else {
            continue;
        };
        let id = value.as_str().unwrap_or_default();
        let (name, version) = id.split_once(':').unwrap_or((id, ""));
        let version = version.split('@').next().unwrap_or_default();
        part("dify", name, version, (value.offset, false), teller);
    }
    true
}

/// Graphs under `data`, whose nodes have keys of an id, a type and a title:
/// `[id]:type "title"`.
pub(super) fn rivet(document: &Node<'_>, teller: &mut Teller<'_, '_>) -> bool {
    let data = document.get("data").unwrap_or(document);
    let one = std::slice::from_ref(data).iter();
    let several = data.get("graphs").map(Node::entries).unwrap_or_default();
    let graphs = several.iter().map(|entry| &entry.node).chain(one);
    let nodes = graphs.flat_map(|graph| graph.get("nodes").map(Node::entries).unwrap_or_default());
    let mut found = false;
    for entry in nodes {
        let typed = entry.key.strip_prefix('[').and_then(|key| key.split_once("]:"));
        let Some((_, named)) = typed else { continue };
        let kind = named.split(' ').next().unwrap_or(named);
        found = true;
        let given = entry.node.get("data");
        let active = text(&entry.node, &["disabled"]) != Some("true");
        let addressed = given.is_some_and(|given| {
            text(given, &["endpoint"]).is_some_and(|address| !address.trim().is_empty())
        });
        node_of("rivet", kind, "", (entry.key_offset, false, addressed), teller);
        if let Some(given) = given.filter(|_| active) {
            inputs(given, "", false, teller);
        }
    }
    found
}

/// `{provider, name}`.
fn dify_model(model: Option<&Node<'_>>, teller: &mut Teller<'_, '_>) {
    let Some(model) = model else { return };
    if let Some(provider) = model.get("provider") {
        let name = provider.as_str().unwrap_or_default();
        part("dify", name, "", (provider.offset, false), teller);
    }
    if let Some(named) = model.get("name") {
        teller.setting(named.offset, "model", named.as_str().unwrap_or_default(), true);
    }
}
