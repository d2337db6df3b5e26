//! The walk that JSON, TOML and YAML configuration share: every scalar
//! becomes a setting under the dotted path of its keys. A few shapes that mean
//! the same in every orchestrator are told as what they are: container images,
//! lists of environment variables, the words of a command line.
//!
//! Knows no grammar and no file name.

use std::slice::Iter;

use super::{Teller, resources, started};
use crate::extract::commands::model_option;
use crate::extract::structured::{Entry, Node, Value};

/// Longest dotted key, in bytes. A segment that does not fit is left out, so
/// that one key of megabytes cannot be copied for each of its children.
const KEY_BYTES: usize = 1024;

/// Longest text that is taken for an image reference.
const IMAGE_BYTES: usize = 512;

/// The parts of an image that is written as a table.
const IMAGE_PARTS: &[&str] = &["registry", "repository", "tag", "digest"];

/// Endings of pictures, which also stand under keys named `image`.
const PICTURES: &[&str] =
    &[".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".avif", ".bmp", ".tif", ".tiff"];

/// Tells every scalar below `root`, whose own key is `path`.
pub(super) fn tell(root: &Node<'_>, path: &str, teller: &mut Teller<'_, '_>) {
    tell_except(root, path, &|_, _| false, teller);
}

/// Whether an entry of a table at this depth below the root (the root's own
/// are at 1) is left for the caller to tell.
pub(super) type LeaveOut<'l> = dyn Fn(usize, &Entry<'_>) -> bool + 'l;

/// Tells every scalar below `root` but those in entries that are left out.
pub(super) fn tell_except(
    root: &Node<'_>,
    path: &str,
    leave_out: &LeaveOut<'_>,
    teller: &mut Teller<'_, '_>,
) {
    tell_as(root, path, false, leave_out, teller);
}

/// The same; `listed` where all of it is one of several choices, or switched off.
pub(super) fn tell_as(
    root: &Node<'_>,
    path: &str,
    listed: bool,
    leave_out: &LeaveOut<'_>,
    teller: &mut Teller<'_, '_>,
) {
    let key = path.rsplit('.').next().unwrap_or(path);
    let mut walk = Walk { path: String::new(), frames: Vec::new(), leave_out, teller };
    walk.push_key(path);
    walk.visit(root, key, listed);
    while let Some(step) = walk.next_step() {
        if walk.teller.is_full() {
            return;
        }
        walk.take(step);
    }
}

/// A collection that is being walked.
struct Frame<'n, 'a> {
    rest: Rest<'n, 'a>,
    /// The key under which the collection stands.
    key: &'n str,
    /// Length of the path up to and including that key.
    path_length: usize,
    listed: bool,
    /// The last item was the option whose value comes next.
    expects_model: bool,
}

enum Rest<'n, 'a> {
    Items(Iter<'n, Node<'a>>),
    Entries(Iter<'n, Entry<'a>>),
}

#[derive(Clone, Copy)]
enum Step<'n, 'a> {
    Item { node: &'n Node<'a>, key: &'n str, listed: bool },
    Entry { entry: &'n Entry<'a>, parent: &'n str, listed: bool },
}

/// A walk with a stack of its own: no recursion on input.
struct Walk<'w, 'n, 'a, 't, 'c> {
    path: String,
    frames: Vec<Frame<'n, 'a>>,
    leave_out: &'w LeaveOut<'w>,
    teller: &'w mut Teller<'t, 'c>,
}

impl<'n, 'a> Walk<'_, 'n, 'a, '_, '_> {
    /// What comes next, with the path set to the collection it stands in.
    fn next_step(&mut self) -> Option<Step<'n, 'a>> {
        loop {
            let frame = self.frames.last_mut()?;
            let (key, listed) = (frame.key, frame.listed);
            let step = match &mut frame.rest {
                Rest::Items(items) => items.next().map(|node| Step::Item { node, key, listed }),
                Rest::Entries(entries) => {
                    entries.next().map(|entry| Step::Entry { entry, parent: key, listed })
                }
            };
            let length = frame.path_length;
            self.path.truncate(length);
            if step.is_some() {
                return step;
            }
            self.frames.pop();
        }
    }

    fn take(&mut self, step: Step<'n, 'a>) {
        match step {
            Step::Item { node, key, listed } => self.item(node, key, listed),
            Step::Entry { entry, parent, listed } => {
                let key = entry.key.as_ref();
                let told = parent == "image" && IMAGE_PARTS.contains(&key);
                if !told && !(self.leave_out)(self.frames.len(), entry) {
                    if !is_default(key, &entry.node, &self.path) {
                        self.push_key(key);
                    }
                    self.visit(&entry.node, key, listed);
                }
            }
        }
    }

    fn push_key(&mut self, key: &str) {
        if key.is_empty() || self.path.len() + key.len() >= KEY_BYTES {
            return;
        }
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
    }

    fn visit(&mut self, node: &'n Node<'a>, key: &'n str, listed: bool) {
        match &node.value {
            Value::Null => {}
            Value::Scalar(text) if matches!(key, "image" | "newName") && is_image(text) => {
                self.teller.image(node.offset, text);
            }
            Value::Scalar(text) => {
                if resources::names_a_role(key) {
                    resources::permission(node, self.teller);
                }
                self.teller.setting(node.offset, &self.path, text, listed);
            }
            Value::List(items) => {
                self.open(Rest::Items(items.iter()), key, listed || items.len() > 1);
            }
            Value::Table(entries) => {
                resources::of_table(node, key, self.teller);
                started::tell(node, self.teller);
                if key == "image" {
                    self.image_of_parts(node);
                }
                self.open(Rest::Entries(entries.iter()), key, listed);
            }
        }
    }

    fn open(&mut self, rest: Rest<'n, 'a>, key: &'n str, listed: bool) {
        let path_length = self.path.len();
        self.frames.push(Frame { rest, key, path_length, listed, expects_model: false });
    }

    /// An item of a list that stands under `key`.
    fn item(&mut self, node: &'n Node<'a>, key: &'n str, listed: bool) {
        match key {
            _ if is_environment(key) && self.variable(node, key) => {}
            "args" | "command" | "entrypoint" if self.word_of_command(node) => {}
            // The key of a list is not the key of its items: `image: [a, b]` is no image.
            "image" => self.visit(node, "", listed),
            _ => self.visit(node, key, listed),
        }
    }

    /// `{name, value}` or `{name, valueFrom}` in a list of environment variables.
    fn variable(&mut self, node: &Node<'_>, key: &str) -> bool {
        let Some(named) = node.get("name") else { return false };
        let Some(name) = named.as_str() else { return false };
        let value = node.get("value");
        // A chart's `extraEnv` is sure only by its shape: `environments` may list places.
        if key != "env" && value.is_none() && node.get("valueFrom").is_none() {
            return false;
        }
        let value = value.filter(|value| value.as_str().is_some());
        let offset = value.map_or(named.offset, |value| value.offset);
        let value = value.and_then(Node::as_str).unwrap_or_default();
        self.teller.setting(offset, name, value, false);
        true
    }

    /// `--model X` and `--model=X` among the words of a command, which are one
    /// choice and not a list of choices.
    fn word_of_command(&mut self, node: &Node<'_>) -> bool {
        let Some(word) = node.as_str() else { return false };
        let Some(frame) = self.frames.last_mut() else { return false };
        let option = model_option(word);
        let expected = std::mem::replace(&mut frame.expects_model, option == Some(None));
        let given = option.flatten().or_else(|| expected.then_some(word));
        let Some(model) = given.filter(|it| !it.starts_with('-')) else { return false };
        self.teller.setting(node.offset, "model", model, false);
        true
    }

    /// `{registry, repository, tag}` as Helm values write it.
    fn image_of_parts(&mut self, node: &Node<'_>) {
        let part = |key: &str| node.get(key).and_then(Node::as_str).filter(|it| !it.is_empty());
        let (Some(place), Some(repository)) = (node.get("repository"), part("repository")) else {
            return;
        };
        let mut reference = String::new();
        if let Some(registry) = part("registry") {
            reference.push_str(registry);
            reference.push('/');
        }
        reference.push_str(repository);
        for (key, mark) in [("tag", ':'), ("digest", '@')] {
            if let Some(text) = part(key) {
                reference.push(mark);
                reference.push_str(text);
            }
        }
        if is_image(&reference) {
            self.teller.image(place.offset, &reference);
        }
    }
}

/// Whether the key only says that the value is what the key above it stands
/// for: the default of a template's parameter, or what it is given.
fn is_default(key: &str, node: &Node<'_>, path: &str) -> bool {
    let of_parameter =
        |path: &str| path.strip_prefix("parameters.").is_some_and(|name| !name.contains('.'));
    node.as_str().is_some()
        && !path.is_empty()
        && (matches!(key, "Default" | "defaultValue") || key == "value" && of_parameter(path))
}

/// Whether a list under this key may hold environment variables: `env`,
/// `environment`, `extraEnv`, `envVars`.
fn is_environment(key: &str) -> bool {
    let mut ends = key.as_bytes().windows(3);
    ends.any(|part| part.eq_ignore_ascii_case(b"env"))
}

/// Whether the text can name a container image, rather than a picture or an address.
pub(super) fn is_image(text: &str) -> bool {
    let lower_end = |ending: &str| {
        text.len()
            .checked_sub(ending.len())
            .and_then(|at| text.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    text.len() <= IMAGE_BYTES
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '$')
        && !text.contains(char::is_whitespace)
        && !text.contains("://")
        && !text.starts_with("data:")
        && !PICTURES.iter().any(|ending| lower_end(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_addresses_are_no_container_images() {
        for image in ["redis", "ghcr.io/a/b:1.2@sha256:00", "${REGISTRY}/a", "python:3.12-slim"] {
            assert!(is_image(image), "{image}");
        }
        for other in ["", "a b", "/img/a", "./a", "https://cdn.example/a", "logo.PNG", "data:x"] {
            assert!(!is_image(other), "{other}");
        }
    }
}
