//! Terraform and `OpenTofu`: resources, modules, variables. Says what is
//! declared and with which attributes; evaluates nothing and knows no provider.

mod hcl;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Teller, resources, settings, unless_excused};
use crate::extract::structured::{self, Entry, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Fact;

/// Reads `*.tf`, `*.tofu`, their JSON spelling, `*.tfvars` and `terragrunt.hcl`.
///
/// Every `resource` and `data` block is a resource of its type, with the name
/// that it is given and the attribute that says of which kind it is; one with
/// `count = 0` is not there. A `module` that is fetched is a resource by its
/// source; what a local one is given is told as settings, as are all
/// attributes, the defaults of variables under the variable's name, and locals
/// under theirs. Actions and roles that are granted are permissions.
///
/// `var.x` and `local.x` are filled in where this file gives them a literal;
/// for names of resources also where another file of the folder does. Whatever
/// else is no literal stays as written (`${…}`); of an expression that chooses
/// between literals each is one of several. JSON in a here-document is read as
/// JSON. Descriptions, outputs and providers' requirements say nothing. After a
/// mistake the next line is read.
#[derive(Debug)]
pub struct Terraform;

/// Longest value that a name stands for, in bytes.
const VALUE_BYTES: usize = 512;

/// Blocks that declare something of a type.
const DECLARING: &[&str] = &["resource", "data", "ephemeral"];

impl Extractor for Terraform {
    fn id(&self) -> &'static str {
        "terraform"
    }

    fn about(&self) -> &'static str {
        "Terraform and OpenTofu: resources, modules, variables, permissions"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["terragrunt.hcl"],
            globs: &["*.tf.json", "*.tfvars.json", "*.tofu.json"],
            extensions: &["tf", "tofu", "tfvars"],
            gate: Gate::Anchors,
        }
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let is_json = content.name().to_ascii_lowercase().ends_with(".json");
        let (mut root, error) =
            if is_json { structured::json_so_far(content) } else { hcl::read(content) };
        let known = known_values(&root);
        fill(&mut root, &known);
        let mut teller = Teller::new(content, sink);
        for (name, value) in &known {
            let (name, value) = (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str()));
            teller.whole(Fact::Defined { name, value });
        }
        let of_values = content.name().to_ascii_lowercase().contains(".tfvars");
        for entry in root.entries() {
            if teller.is_full() {
                break;
            }
            if of_values {
                told(&entry.node, &entry.key, &mut teller);
            } else {
                top_level(entry, &mut teller);
            }
        }
        unless_excused(content, error)
    }
}

fn top_level(entry: &Entry<'_>, teller: &mut Teller<'_, '_>) {
    match entry.key.as_ref() {
        key if DECLARING.contains(&key) => {
            for of in below(&entry.node) {
                for named in below(&of.node) {
                    resource(of, named, teller);
                }
            }
        }
        "module" => {
            for named in below(&entry.node) {
                module(named, teller);
            }
        }
        "variable" => {
            for named in below(&entry.node) {
                if let Some(default) = named.node.get("default") {
                    told(default, &named.key, teller);
                }
            }
        }
        "locals" | "inputs" => {
            for named in below(&entry.node) {
                told(&named.node, &named.key, teller);
            }
        }
        "provider" => told(&entry.node, "provider", teller),
        "terraform" => {
            if let Some(source) = entry.node.get("source") {
                source_of(source, entry.key_offset, teller);
            }
        }
        _ => {}
    }
}

/// The entries of a table, or of the tables of a list: JSON may write either.
fn below<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = &'n Entry<'a>> {
    node.entries().iter().chain(node.items().iter().flat_map(Node::entries))
}

fn resource(of: &Entry<'_>, named: &Entry<'_>, teller: &mut Teller<'_, '_>) {
    for body in bodies(&named.node) {
        if body.get("count").and_then(Node::as_str) == Some("0") {
            continue;
        }
        let offset = if of.key_offset == 0 { named.key_offset } else { of.key_offset };
        resources::tell(&of.key, body, offset, teller);
        told(body, &format!("{}.{}", of.key, named.key), teller);
    }
}

/// What a block says: the table, or each of several.
fn bodies<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

fn module(named: &Entry<'_>, teller: &mut Teller<'_, '_>) {
    for body in bodies(&named.node) {
        if body.get("count").and_then(Node::as_str) == Some("0") {
            continue;
        }
        if let Some(source) = body.get("source") {
            source_of(source, source.offset, teller);
        }
        told(body, &format!("module.{}", named.key), teller);
    }
}

/// Where a module is fetched from; one that lies in the tree is read there.
fn source_of(source: &Node<'_>, offset: usize, teller: &mut Teller<'_, '_>) {
    let Some(text) = source.as_str().filter(|it| !it.starts_with(['.', '/', '$'])) else { return };
    let of = text.split("//").next().unwrap_or(text);
    if !of.is_empty() && !of.contains(':') {
        teller.at(offset, Fact::Resource { of: Cow::Borrowed(of), kind: None, name: None });
    }
}

/// Every scalar below a node but those that are written for people.
fn told(node: &Node<'_>, path: &str, teller: &mut Teller<'_, '_>) {
    let for_people = |_: usize, entry: &Entry<'_>| {
        matches!(entry.key.as_ref(), "description" | "error_message" | "source" | "depends_on")
    };
    settings::tell_except(node, path, &for_people, teller);
}

/// What this file gives a literal: defaults of variables, and locals.
fn known_values(root: &Node<'_>) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    let mut know = |name: String, node: Option<&Node<'_>>| {
        let text = node.and_then(Node::as_str);
        let literal = text.filter(|it| !it.is_empty() && it.len() <= VALUE_BYTES);
        if let Some(text) = literal.filter(|it| !it.contains("${") && !it.contains('\n')) {
            known.entry(name).or_insert_with(|| text.to_owned());
        }
    };
    for entry in root.entries() {
        for named in below(&entry.node) {
            match entry.key.as_ref() {
                "variable" => know(format!("var.{}", named.key), named.node.get("default")),
                "locals" => know(format!("local.{}", named.key), Some(&named.node)),
                _ => {}
            }
        }
    }
    known
}

/// Fills in scalars that are nothing but a known name. The nesting is bounded.
fn fill(node: &mut Node<'_>, known: &BTreeMap<String, String>) {
    if known.is_empty() {
        return;
    }
    match &mut node.value {
        Value::Scalar(text) => {
            let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            if let Some(value) = name.and_then(|name| known.get(name.trim())) {
                *text = Cow::Owned(value.clone());
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Value::Table(entries) => entries.iter_mut().for_each(|entry| fill(&mut entry.node, known)),
        Value::Null => {}
    }
}
