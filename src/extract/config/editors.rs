//! What a repository asks an editor to install: recommended extensions, dev
//! containers, plugins. Knows the files, not what an extension does.

use std::borrow::Cow;

use super::{ATTRIBUTES, Teller, broken_xml, is_yaml, scripts, settings, unless_excused};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact};

/// Paths of the files, below any folder.
const FILES: &[&str] = &[
    ".vscode/extensions.json",
    "*.code-workspace",
    "devcontainer.json",
    ".devcontainer.json",
    ".devcontainer/**/*.json",
    ".gitpod.yml",
    ".gitpod.yaml",
];

/// Commands of a dev container, by their moment.
const COMMANDS: &[&str] = &[
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
];

/// Recommended extensions (`.vscode/extensions.json`, `*.code-workspace`), dev
/// containers (`devcontainer.json`) and Gitpod.
///
/// An extension under `recommendations` is a part that only stands there: who
/// opens the folder may say no. One that a container installs is put to work.
/// `unwantedRecommendations`, and an entry that begins with `-`, say that
/// something shall not be used, and tell nothing. The features of a container
/// are images, its commands are scripts; all else in a container or a workspace
/// is a setting.
#[derive(Debug)]
pub struct Editors;

impl Extractor for Editors {
    fn id(&self) -> &'static str {
        "editors"
    }

    fn about(&self) -> &'static str {
        "extensions of editors: recommended, or installed in a dev container"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: FILES, extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let name = content.name().to_ascii_lowercase();
        if is_yaml(&name) {
            let (documents, error) = structured::yaml(content);
            for document in &documents {
                editors_of(document, &mut teller);
                rest_of(document, &mut teller);
            }
            return unless_excused(content, error);
        }
        let (document, error) = structured::json_so_far(content);
        if name == "extensions.json" {
            extensions(document.get("recommendations"), false, &mut teller);
        } else if name.ends_with(".code-workspace") {
            extensions(document.at(&["extensions", "recommendations"]), false, &mut teller);
            let own = |depth: usize, key: &str| depth == 1 && key == "extensions";
            settings::tell_except(
                &document,
                "",
                &|depth, entry| own(depth, &entry.key),
                &mut teller,
            );
        } else {
            editors_of(&document, &mut teller);
            container(&document, &mut teller);
            rest_of(&document, &mut teller);
        }
        unless_excused(content, error)
    }
}

/// Whether the generic readers leave a file to this one.
pub(super) fn reads(path: &str, name: &str) -> bool {
    let below = |known: &str| {
        path.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    matches!(name, "devcontainer.json" | ".devcontainer.json" | ".gitpod.yml" | ".gitpod.yaml")
        || below(".vscode/extensions.json")
        || (matches!(name.rsplit_once('.'), Some((_, "json")))
            && format!("/{path}").contains("/.devcontainer/"))
}

/// What a container installs into editors.
fn editors_of(document: &Node<'_>, teller: &mut Teller<'_, '_>) {
    for keys in [
        &["customizations", "vscode", "extensions"][..],
        &["customizations", "codespaces", "extensions"],
        &["extensions"],
        &["vscode", "extensions"],
    ] {
        extensions(document.at(keys), true, teller);
    }
    for keys in [&["customizations", "jetbrains", "plugins"][..], &["jetbrains", "plugins"]] {
        for item in document.at(keys).map(Node::items).unwrap_or_default() {
            let Some(id) = item.as_str().filter(|id| !id.is_empty()) else { continue };
            part(Ecosystem::JetbrainsPlugin, id, item.offset, true, teller);
        }
    }
}

/// `publisher.name` or `publisher.name@version`.
fn extensions(list: Option<&Node<'_>>, active: bool, teller: &mut Teller<'_, '_>) {
    for item in list.map(Node::items).unwrap_or_default() {
        let Some(id) = item.as_str() else { continue };
        let is_id = id.split_once('.').is_some_and(|(publisher, name)| {
            !publisher.is_empty() && !publisher.starts_with('-') && !name.is_empty()
        });
        if is_id && !id.contains(char::is_whitespace) && !id.contains('/') {
            part(Ecosystem::VscodeExtension, id, item.offset, active, teller);
        }
    }
}

fn part(catalogue: Ecosystem, id: &str, offset: usize, active: bool, teller: &mut Teller<'_, '_>) {
    let (name, version) = id.split_once('@').unwrap_or((id, ""));
    let (name, version) = (Cow::Borrowed(name), Cow::Borrowed(version));
    teller.at(offset, Fact::Part { catalogue, name, version, active, addressed: false });
}

/// The features and commands of a container.
fn container(document: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let features = document.get("features").map(Node::entries).unwrap_or_default();
    for entry in features.iter().filter(|entry| entry.key.contains('/')) {
        if !entry.key.starts_with('.') && settings::is_image(&entry.key) {
            let reference = Cow::Borrowed(entry.key.as_ref());
            teller.at(entry.key_offset, Fact::Image { reference });
        }
    }
    for command in COMMANDS.iter().filter_map(|key| document.get(key)) {
        script(command, teller);
        for entry in command.entries() {
            script(&entry.node, teller);
        }
    }
}

/// A command line, or the words of one.
fn script(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let words: Vec<&str> = node.items().iter().filter_map(Node::as_str).collect();
    let (line, offset) = match (node.as_str(), node.items().first()) {
        (Some(line), _) => (Cow::Borrowed(line), node.offset),
        (None, Some(first)) => (Cow::Owned(words.join(" ")), first.offset),
        (None, None) => return,
    };
    if let Some(reader) = scripts::reader_of(None).filter(|_| !teller.is_full()) {
        scripts::read(&line, offset, reader, teller.content, teller.sink);
    }
}

/// All else: environment, image, the settings of editors.
fn rest_of(document: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let told = |depth: usize, key: &str| {
        (depth == 1 && (key == "features" || COMMANDS.contains(&key)))
            || (depth <= 3 && matches!(key, "extensions" | "plugins"))
    };
    settings::tell_except(document, "", &|depth, entry| told(depth, &entry.key), teller);
}

/// Plugins that a project of a `JetBrains` editor requires
/// (`.idea/externalDependencies.xml`): `<plugin id="...">`.
///
/// The editor asks for each when the project is opened, so that one only
/// stands there. Comments are not read.
#[derive(Debug)]
pub struct RequiredPlugins;

impl Extractor for RequiredPlugins {
    fn id(&self) -> &'static str {
        "required-plugins"
    }

    fn about(&self) -> &'static str {
        "plugins that a JetBrains project requires"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["externalDependencies.xml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let mut reader = quick_xml::Reader::from_str(content.text);
        loop {
            use quick_xml::events::Event;
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) if tag.name().as_ref() == "plugin" => {
                    let id = tag
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .take(ATTRIBUTES)
                        .find(|it| it.key.as_ref() == "id");
                    let id = id.map(|it| it.value.into_owned());
                    if let Some(id) = id.filter(|id| !id.is_empty()) {
                        part(Ecosystem::JetbrainsPlugin, &id, start, false, &mut teller);
                    }
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(_) => return broken_xml(content, start),
            }
        }
    }
}
