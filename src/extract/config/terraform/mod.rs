//! Terraform and `OpenTofu`: resources, modules, variables. Says what is
//! declared and with which attributes; evaluates nothing and knows no provider.

mod hcl;
mod names;

pub use names::TerraformValues;

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
/// `local.x` is filled in where this file gives it a literal. Where it does not,
/// and where it is `var.x`, which values and uses of the module may give another
/// value than its default, what is said with it is kept until the other files of
/// the folder and the modules that use it are read ([`names`]). Whatever
/// else is no literal stays as written (`${…}`); of an expression that chooses
/// between literals each is one of several. JSON in a here-document is read as
/// JSON. Descriptions, outputs and providers' requirements say nothing. After a
/// mistake the next line is read.
#[derive(Debug)]
pub struct Terraform;

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
        let of_values = names::are_values(content);
        let known = names::known(&root, of_values);
        let locals = known.iter().filter(|(name, _)| name.starts_with("local."));
        fill(&mut root, &locals.collect());
        let mut open = names::Open { sink };
        let mut teller = Teller::new(content, &mut open);
        names::tell(&root, &known, &mut teller);
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

/// Fills in scalars that are nothing but a known name. The nesting is bounded.
fn fill(node: &mut Node<'_>, known: &BTreeMap<&String, &String>) {
    if known.is_empty() {
        return;
    }
    match &mut node.value {
        Value::Scalar(text) => {
            let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            let value = name.and_then(|name| known.get(&name.trim().to_owned()));
            if let Some(value) = value.filter(|value| !value.contains("${")) {
                *text = Cow::Owned((*value).clone());
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Value::Table(entries) => entries.iter_mut().for_each(|entry| fill(&mut entry.node, known)),
        Value::Null => {}
    }
}
