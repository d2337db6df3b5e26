//! Compose files: services with their images, environment and build contexts.
//! Opens none of the files that they name.

use std::borrow::Cow;

use super::{Teller, settings, unless_excused};
use crate::extract::commands::{self, Style, Tokens, Word};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, UnitKind};
use crate::model::place::folder_of;

/// Reads compose files. Of each service: its `image` (interpolated variables
/// are filled in by their defaults), its `environment` under bare names, the
/// value of `--model` in `command` and `entrypoint`; and a unit for its build
/// context, unless that lies outside of the target or is interpolated, or the
/// service only starts a workbench (a notebook server). A container file that
/// is named by nothing but a variable leaves that variable as the root. The
/// names of the unit's variables link to it.
///
/// Extension fields (`x-…`) are read like services, because services take
/// their environment from them by aliases; an extension that is a table of
/// upper-case names is an environment. Of the other top-level tables only
/// `models` is told, as settings. A file without `services` tells nothing.
#[derive(Debug)]
pub struct Compose;

impl Extractor for Compose {
    fn id(&self) -> &'static str {
        "compose"
    }

    fn about(&self) -> &'static str {
        "compose files: services, images, environment, build contexts"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["compose.yml", "compose.yaml"],
            globs: &[
                "docker-compose*.yml",
                "docker-compose*.yaml",
                "compose.*.yml",
                "compose.*.yaml",
                "compose-*.yml",
                "compose-*.yaml",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut teller = Teller::new(content, sink);
        for document in &documents {
            if let Some(services) = document.get("services") {
                file(document, services, &mut teller);
            }
        }
        unless_excused(content, error)
    }
}

fn file(document: &Node<'_>, services: &Node<'_>, teller: &mut Teller<'_, '_>) {
    for entry in document.entries() {
        match entry.key.as_ref() {
            "models" => settings::tell(&entry.node, "models", teller),
            key if key.starts_with("x-") => extension(&entry.node, teller),
            _ => {}
        }
    }
    for entry in services.entries() {
        if teller.is_full() {
            return;
        }
        service(&entry.node, teller);
        if starts_workbench(&entry.node) {
            continue;
        }
        if let Some(root) = entry.node.get("build").and_then(|it| build_root(it, teller.content)) {
            let name = Some(Cow::Borrowed(entry.key.as_ref()));
            let root = (!root.is_empty()).then_some(Cow::Owned(root));
            let kind = UnitKind::ComposeService;
            given(&entry.node, root.as_ref(), teller);
            teller.at(entry.key_offset, Fact::Unit { kind, name, root });
        }
    }
}

/// The fields of a service, except for the unit that it may be.
fn service(service: &Node<'_>, teller: &mut Teller<'_, '_>) {
    for entry in service.entries() {
        let node = &entry.node;
        match entry.key.as_ref() {
            "image" => {
                if let Some(image) = node.as_str().filter(|image| !image.is_empty()) {
                    let reference = with_defaults(image);
                    teller.at(node.offset, Fact::Image { reference });
                }
            }
            "environment" => environment(node, teller),
            "command" | "entrypoint" => command(node, teller),
            "models" | "provider" => settings::tell(node, &entry.key, teller),
            _ => {}
        }
    }
}

fn extension(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let is_name = |key: &str| {
        key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let entries = node.entries();
    if !entries.is_empty() && entries.iter().all(|entry| is_name(&entry.key) || entry.key == "<<") {
        environment(node, teller);
    } else {
        service(node, teller);
    }
}

/// A table of names and values, or a list of `NAME=value`.
fn environment(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    for entry in node.entries().iter().filter(|entry| entry.key != "<<") {
        let value = match &entry.node.value {
            Value::Scalar(text) => text.as_ref(),
            _ => "",
        };
        teller.setting(entry.key_offset, &entry.key, value, false);
    }
    for item in node.items() {
        if let Some(text) = item.as_str().filter(|text| !text.is_empty()) {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            teller.setting(item.offset, name, value, false);
        }
    }
}

fn command(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    if let Some(line) = node.as_str() {
        let content = teller.content;
        commands::each_model(Tokens::new(line, 0, Style::Shell).words(), &mut |model, at| {
            teller.setting(
                place_of(model, node.offset, at, line.len(), content),
                "model",
                model,
                false,
            );
        });
    }
    let words = node.items().iter().filter_map(|item| {
        item.as_str().map(|text| Word { text: Cow::Borrowed(text), offset: item.offset })
    });
    commands::each_model(words, &mut |model, at| teller.setting(at, "model", model, false));
}

/// Links the variables of a service to the unit that it builds.
fn given(service: &Node<'_>, root: Option<&Cow<'_, str>>, teller: &mut Teller<'_, '_>) {
    let Some(environment) = service.get("environment") else { return };
    let keys = environment.entries().iter().map(|entry| (entry.key_offset, entry.key.as_ref()));
    let items = environment.items().iter().filter_map(|item| {
        let text = item.as_str()?;
        Some((item.offset, text.split_once('=').map_or(text, |(name, _)| name)))
    });
    for (offset, name) in keys.chain(items).filter(|(_, name)| !name.is_empty() && *name != "<<") {
        let (kind, root) = (UnitKind::Given, root.map(|root| Cow::Borrowed(root.as_ref())));
        teller.at(offset, Fact::Unit { kind, name: Some(Cow::Borrowed(name)), root });
    }
}

/// Whether what the service starts is a workbench for a person.
fn starts_workbench(service: &Node<'_>) -> bool {
    ["command", "entrypoint"].iter().filter_map(|key| service.get(key)).any(|node| {
        let line = node.as_str().into_iter();
        line.chain(node.items().iter().take(20).filter_map(Node::as_str))
            .any(commands::starts_workbench)
    })
}

/// Where a word of a scalar stands in the file. A folded scalar is longer in
/// the file than its text, so the word is looked for near where it should be.
fn place_of(word: &str, scalar: usize, at: usize, length: usize, content: &Content<'_>) -> usize {
    let start = scalar + at;
    let end = (start + 2 * length + 64).min(content.text.len());
    let near = content.text.as_bytes().get(start..end).unwrap_or_default();
    start + memchr::memmem::find(near, word.as_bytes()).unwrap_or(0)
}

/// Fills in `${NAME:-default}` and `${NAME-default}`; anything else stays.
fn with_defaults(text: &str) -> Cow<'_, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        let Some(end) = from.find('}') else { break };
        let (variable, beyond) = from.split_at(end + 1);
        let default = default_of(variable);
        filled.push_str(before);
        filled.push_str(default.unwrap_or(variable));
        rest = beyond;
    }
    filled.push_str(rest);
    Cow::Owned(filled)
}

/// The default in `${NAME:-default}`.
fn default_of(variable: &str) -> Option<&str> {
    let inner = variable.strip_prefix("${")?.strip_suffix('}')?;
    let modifier = inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    modifier.strip_prefix(':').unwrap_or(modifier).strip_prefix('-')
}

/// The build context relative to the file's folder, empty for that folder;
/// none if it is interpolated, remote or outside of the target.
fn build_root(build: &Node<'_>, content: &Content<'_>) -> Option<String> {
    let source = match &build.value {
        Value::Scalar(source) => source.as_ref(),
        Value::Table(_) => {
            let from = build.get("context").map_or(Some("."), Node::as_str)?;
            let dockerfile = build.get("dockerfile").and_then(Node::as_str).unwrap_or_default();
            // With the whole repository as context, the Dockerfile tells the service's folder.
            match dockerfile.rsplit_once('/') {
                Some((folder, _)) if matches!(from, "." | "./") => folder,
                _ if matches!(from, "." | "./") && is_variable(dockerfile) => {
                    return Some(dockerfile.to_owned());
                }
                _ if matches!(from, "." | "./") && dockerfile.contains('$') => return None,
                _ => from,
            }
        }
        _ => return None,
    };
    if source.contains(['$', ':', '@', '\\', '#']) || source.starts_with(['/', '~']) {
        return None;
    }
    let folder = folder_of(content.path);
    let depth = if folder == "." { 0 } else { folder.split('/').count() };
    let mut climbed = 0;
    let mut below: Vec<&str> = Vec::new();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if below.pop().is_none() {
                    climbed += 1;
                }
            }
            name => below.push(name),
        }
    }
    if climbed > depth {
        return None;
    }
    let parts: Vec<&str> = std::iter::repeat_n("..", climbed).chain(below).collect();
    Some(parts.join("/"))
}

/// `${NAME}` and nothing else.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn root(path: &str, context: &str) -> Option<String> {
        let limits = Limits::default();
        let build = Node { offset: 0, value: Value::Scalar(Cow::Borrowed(context)) };
        build_root(&build, &Content::new(path, "", false, &limits))
    }

    #[test]
    fn a_context_never_climbs_out_of_the_target() {
        assert_eq!(root("compose.yml", "./api/").as_deref(), Some("api"));
        assert_eq!(root("compose.yml", ".").as_deref(), Some(""));
        assert_eq!(root("compose.yml", "a/../../b"), None);
        assert_eq!(root("deploy/compose.yml", "../api").as_deref(), Some("../api"));
        assert_eq!(root("deploy/compose.yml", "../.."), None);
        assert_eq!(root("compose.yml", "${CONTEXT}"), None);
        assert_eq!(root("compose.yml", "https://host.example/a.git"), None);
    }

    #[test]
    fn defaults_are_filled_in_and_other_variables_stay() {
        assert_eq!(with_defaults("${R:-a/b}:${T-1}"), "a/b:1");
        assert_eq!(with_defaults("a:${T}"), "a:${T}");
        assert_eq!(with_defaults("a:${T:?not-set}"), "a:${T:?not-set}");
        assert_eq!(with_defaults("a:${T"), "a:${T");
    }
}
