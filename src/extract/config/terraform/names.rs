//! Names of Terraform that stand for values: defaults of variables, values
//! files, locals, arguments of modules that lie in the tree. What each file says
//! of them is told, and what is said with a name that this file does not know.
//!
//! Knows one file: what a name stands for is decided where all are known.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::Teller;
use super::{below, bodies, hcl};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::Fact;
use crate::model::place::Span;
use crate::model::text::redact;

/// Longest value that a name stands for, in bytes.
const VALUE_BYTES: usize = 512;

/// Reads what gives names their values, where another file of the folder uses
/// such a name: `variables.tf`, `locals.tf`, `terraform.tfvars`. No file is
/// read by this for its own sake.
///
/// Tells defaults of variables, locals, values and what local modules are given,
/// and nothing else.
#[derive(Debug)]
pub struct TerraformValues;

impl Extractor for TerraformValues {
    fn id(&self) -> &'static str {
        "terraform-values"
    }

    fn about(&self) -> &'static str {
        "values of Terraform's variables and locals, where another file uses them"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let is_json = content.name().to_ascii_lowercase().ends_with(".json");
        let (root, error) =
            if is_json { structured::json_so_far(content) } else { hcl::read(content) };
        let known = known(&root, are_values(content));
        tell(&root, &known, &mut Teller::new(content, sink));
        super::unless_excused(content, error)
    }
}

/// Whether the file gives values to variables, and nothing else.
pub(super) fn are_values(content: &Content<'_>) -> bool {
    content.name().to_ascii_lowercase().contains(".tfvars")
}

/// What this file says that names stand for: defaults of variables (`var.x`),
/// locals (`local.x`), and in a file of values the variables (`given.x`). A
/// value may have names in it.
pub(super) fn known(root: &Node<'_>, of_values: bool) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    let mut know = |name: String, node: Option<&Node<'_>>| {
        let text = node.and_then(Node::as_str);
        let literal = text.filter(|it| !it.is_empty() && it.len() <= VALUE_BYTES);
        if let Some(text) = literal.filter(|it| !it.contains('\n') && is_plain(&name, it)) {
            known.entry(name).or_insert_with(|| text.to_owned());
        }
    };
    for entry in root.entries() {
        if of_values {
            know(format!("given.{}", entry.key), Some(&entry.node));
            continue;
        }
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

/// Whether what a name stands for is no secret: it may be kept.
fn is_plain(name: &str, value: &str) -> bool {
    let line = format!("{name} = \"{value}\"");
    redact(&line) == line
}

/// Tells what names stand for, and what modules of the tree are given.
pub(super) fn tell(root: &Node<'_>, known: &BTreeMap<String, String>, teller: &mut Teller<'_, '_>) {
    for (name, value) in known {
        let (name, value) = (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str()));
        teller.whole(Fact::Defined { name, value });
    }
    for entry in root.entries().iter().filter(|entry| entry.key == "module") {
        for named in below(&entry.node) {
            for body in bodies(&named.node) {
                given(&named.key, body, teller);
            }
        }
    }
}

/// What a use of a module that lies in the tree gives it. What is no scalar is
/// given as nothing that is known.
fn given(call: &str, body: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let source = body.get("source").and_then(Node::as_str).unwrap_or_default();
    if !source.starts_with("./") && !source.starts_with("../") {
        return;
    }
    let mut fact = |name: &str, value: &str| {
        teller.whole(Fact::Given {
            folder: Cow::Borrowed(source),
            call: Cow::Borrowed(call),
            name: Cow::Borrowed(name),
            value: Cow::Borrowed(value),
        });
    };
    fact("", "");
    for entry in body.entries() {
        let name = entry.key.as_ref();
        if matches!(name, "" | "source" | "version" | "providers" | "depends_on" | "for_each") {
            continue;
        }
        let value = entry.node.as_str().filter(|text| text.len() <= VALUE_BYTES);
        let value = value.filter(|text| !text.contains('\n') && is_plain(name, text));
        fact(name, value.unwrap_or_default());
    }
}

/// Passes facts on, and tells apart what is said with a name of another file.
pub(super) struct Open<'s> {
    pub(super) sink: &'s mut dyn Sink,
}

impl Sink for Open<'_> {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        if awaits_a_name(&fact) {
            self.sink.fact(Fact::Unfilled(Box::new(fact.clone())), span);
        }
        self.sink.fact(fact, span);
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.sink.note(code, detail);
    }
}

/// Whether the kind or name of a resource, an image or a whole setting stands
/// under a name. One of several choices is no answer, whatever it is.
fn awaits_a_name(fact: &Fact<'_>) -> bool {
    let holds = |text: &str| text.contains("${var.") || text.contains("${local.");
    match fact {
        Fact::Resource { kind, name, .. } => {
            kind.as_deref().is_some_and(holds) || name.as_deref().is_some_and(holds)
        }
        Fact::Setting { value, listed: false, .. } => {
            value.starts_with("${") && value.ends_with('}') && holds(value)
        }
        Fact::Image { reference } => holds(reference),
        _ => false,
    }
}
