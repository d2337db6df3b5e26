//! The walk over a pipeline's tree. Knows the words under which parts,
//! scripts, images and variables stand; knows no product.

use std::borrow::Cow;

use super::state;
use crate::extract::code::reader_named;
use crate::extract::config::{Teller, scripts, settings};
use crate::extract::structured::{Entry, Node, Value};
use crate::model::fact::{Ecosystem, Fact};

/// Keys under which a script stands, or a list of lines of one.
const SCRIPTS: &[&str] = &[
    "after_script",
    "bash",
    "before_script",
    "command",
    "commands",
    "entry",
    "inlineScript",
    "powershell",
    "pwsh",
    "run",
    "script",
];

/// Keys under which variables stand by their names.
const VARIABLES: &[&str] = &["env", "environment", "variables"];

/// Longest dotted key, in bytes.
const KEY_BYTES: usize = 1024;

/// Where the walk is.
#[derive(Clone, Copy)]
struct State<'n> {
    /// Nothing above is switched off.
    active: bool,
    /// One of several scalars in a list.
    listed: bool,
    /// The key of the table that is being read.
    parent: &'n str,
    /// What reads the scripts of the step, if it says so.
    interpreter: Option<&'n str>,
}

/// Tells a pipeline, or one that is switched off.
pub(super) fn tell(document: &Node<'_>, active: bool, teller: &mut Teller<'_, '_>) {
    let mut walk = Walk { path: String::new(), teller };
    walk.visit(document, "", State { active, listed: false, parent: "", interpreter: None });
}

struct Walk<'w, 't, 'c> {
    path: String,
    teller: &'w mut Teller<'t, 'c>,
}

impl Walk<'_, '_, '_> {
    /// The nesting of the tree is bounded.
    fn visit(&mut self, node: &Node<'_>, key: &str, state: State<'_>) {
        if self.teller.is_full() {
            return;
        }
        match &node.value {
            Value::Null => {}
            Value::Scalar(text) => self.scalar(node, key, text, state),
            Value::List(items) => self.list(items, key, state),
            Value::Table(_) => self.table(node, key, state),
        }
    }

    fn list(&mut self, items: &[Node<'_>], key: &str, state: State<'_>) {
        let scalars = items.iter().filter(|item| item.as_str().is_some()).count();
        for item in items {
            if item.as_str().is_some() && is_script(key, state.parent) {
                self.script(item, state);
            } else if !(VARIABLES.contains(&key) && self.variable(item, state)) {
                let listed = state.listed || scalars > 1;
                self.visit(item, key, State { listed, ..state });
            }
        }
    }

    fn table(&mut self, table: &Node<'_>, key: &str, state: State<'_>) {
        let says = |key: &str| table.get(key).and_then(Node::as_str);
        let state = State {
            active: state.active && !state::is_off(table),
            listed: state.listed,
            parent: key,
            interpreter: match (says("shell"), says("uses")) {
                (Some(shell), _) => Some(shell),
                // The one action whose script is not for a shell.
                (None, Some(action)) if action.starts_with("actions/github-script") => {
                    Some("javascript")
                }
                _ => state.interpreter,
            },
        };
        for entry in table.entries() {
            let (key, node) = (entry.key.as_ref(), &entry.node);
            let length = self.path.len();
            self.push(key);
            if is_script(key, state.parent) && node.as_str().is_some() {
                let own = matches!(key, "powershell" | "pwsh").then_some("pwsh");
                self.script(node, State { interpreter: own.or(state.interpreter), ..state });
            } else if VARIABLES.contains(&key) && is_plain_table(node) {
                self.variables(node, state);
            } else if key == "orbs" && self.path == "orbs" {
                self.packages(node, state);
            } else if let ("repo", Some(repository)) = (key, node.as_str()) {
                self.part(node, repository, says("rev").unwrap_or_default(), state);
            } else {
                self.visit(node, key, state);
            }
            self.path.truncate(length);
        }
    }

    fn push(&mut self, key: &str) {
        if key.is_empty() || self.path.len() + key.len() >= KEY_BYTES {
            return;
        }
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
    }

    fn scalar(&mut self, node: &Node<'_>, key: &str, text: &str, state: State<'_>) {
        match key {
            "uses" => self.part(node, text, "", state),
            "image" | "container" if settings::is_image(text) => self.image(node, text, state),
            "name" if state.parent == "image" && settings::is_image(text) => {
                self.image(node, text, state);
            }
            _ => {
                self.named_in(node, text, state);
                let listed = state.listed || !state.active;
                self.teller.setting(node.offset, &self.path, text, listed);
            }
        }
    }

    fn image(&mut self, node: &Node<'_>, text: &str, state: State<'_>) {
        if state.active && !text.contains("${{") {
            let reference = Cow::Borrowed(text);
            self.teller.at(node.offset, Fact::Image { reference });
        }
    }

    /// `owner/name/folder@ref`, `docker://image`, the address of a repository.
    fn part(&mut self, node: &Node<'_>, text: &str, version: &str, state: State<'_>) {
        if let Some(image) = text.strip_prefix("docker://") {
            return self.image(node, image, state);
        }
        let path = text
            .strip_prefix("https://")
            .and_then(|rest| {
                rest.strip_prefix("github.com/").or(rest.strip_prefix("www.github.com/"))
            })
            .or_else(|| text.strip_prefix("git@github.com:"))
            .unwrap_or(text);
        let (name, reference) = path.split_once('@').unwrap_or((path, version));
        let name = name.strip_suffix(".git").unwrap_or(name).trim_end_matches('/');
        let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let owned = name.split('/').filter(|part| !part.is_empty()).count() > 1;
        if !owned || name.starts_with('.') || !name.chars().all(is_word) {
            return;
        }
        let fact = Fact::Part {
            catalogue: Ecosystem::Github,
            name: Cow::Borrowed(name),
            version: Cow::Borrowed(reference),
            active: state.active,
            addressed: false,
        };
        self.teller.at(node.offset, fact);
    }

    /// Packages of ready-made jobs under names of the file's own: `owner/name@version`.
    fn packages(&mut self, table: &Node<'_>, state: State<'_>) {
        for entry in table.entries() {
            let Some(package) = entry.node.as_str() else {
                // One that is written here is made of steps as well.
                self.visit(&entry.node, &entry.key, state);
                continue;
            };
            let (name, version) = package.split_once('@').unwrap_or((package, ""));
            if !name.contains('/') || name.len() > 200 {
                continue;
            }
            let fact = Fact::Part {
                catalogue: Ecosystem::FlowNode,
                name: Cow::Owned(format!("circleci:{name}")),
                version: Cow::Borrowed(version),
                active: state.active,
                addressed: false,
            };
            self.teller.at(entry.node.offset, fact);
        }
    }

    /// Variables by their bare names.
    fn variables(&mut self, table: &Node<'_>, state: State<'_>) {
        for entry in table.entries() {
            self.named(&entry.node, &entry.key, entry.node.as_str().unwrap_or_default(), state);
        }
    }

    /// `{name, value}` or `NAME=value` in a list of variables.
    fn variable(&mut self, item: &Node<'_>, state: State<'_>) -> bool {
        let says = |key: &str| item.get(key).and_then(Node::as_str);
        let pair = match (item.as_str(), says("name")) {
            (Some(line), _) => line.split_once('='),
            (None, Some(name)) => Some((name, says("value").unwrap_or_default())),
            (None, None) => None,
        };
        let Some((name, value)) = pair.filter(|(name, _)| !name.contains(char::is_whitespace))
        else {
            return false;
        };
        self.named(item, name, value, state);
        true
    }

    /// What an expression fills in is set up all the same, so that is told first.
    fn named(&mut self, node: &Node<'_>, name: &str, value: &str, state: State<'_>) {
        self.named_in(node, value, state);
        if state.active && value.contains("${{") {
            self.teller.at(node.offset, Fact::Variable { name: Cow::Borrowed(name) });
        }
        self.teller.setting(node.offset, name, value, !state.active);
    }

    /// `secrets.NAME` and `vars.NAME` in the expressions of a value. A secret is
    /// there to be used; a variable of the host is often left empty.
    fn named_in(&mut self, node: &Node<'_>, text: &str, state: State<'_>) {
        if !state.active || !text.contains("${{") {
            return;
        }
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || "_.".contains(c))) {
            if let Some(name) = word.strip_prefix("secrets.").filter(|name| !name.is_empty()) {
                self.teller.at(node.offset, Fact::Variable { name: Cow::Borrowed(name) });
            }
            if let Some(name) = word.strip_prefix("vars.").filter(|name| !name.is_empty()) {
                self.teller.setting(node.offset, name, "${{ vars }}", false);
            }
        }
    }

    fn script(&mut self, node: &Node<'_>, state: State<'_>) {
        let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { return };
        let reader = match state.interpreter {
            Some("javascript") => reader_named("javascript"),
            other => scripts::reader_of(other),
        };
        match reader.filter(|_| state.active) {
            Some(_) if self.teller.is_full() => {}
            Some(reader) => {
                self.named_in(node, text, state);
                scripts::read(text, node.offset, reader, self.teller.content, self.teller.sink);
            }
            None => self.teller.setting(node.offset, &self.path, text, !state.active),
        }
    }
}

/// Whether a script stands under this key of that table.
fn is_script(key: &str, parent: &str) -> bool {
    SCRIPTS.contains(&key) && !VARIABLES.contains(&parent)
}

/// Whether this is a table of nothing but scalars.
fn is_plain_table(node: &Node<'_>) -> bool {
    let nested = |entry: &Entry<'_>| matches!(entry.node.value, Value::List(_) | Value::Table(_));
    matches!(node.value, Value::Table(_)) && !node.entries().iter().any(nested)
}
