//! What a container image says of itself. Knows the keys of configurations and
//! manifests, not what runs in the image.

use super::Teller;
use crate::extract::commands::{self, Style, Tokens, Word, installs};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Fact;

/// Reads the configuration of an image, and the manifest of `docker save`.
///
/// The environment and labels are settings, `Cmd` and `Entrypoint` tell the
/// value of `--model`, each step of the history that ran a command tells what
/// it installed; the label of the base and the image's own names tell images.
#[derive(Debug)]
pub struct ImageConfig;

/// Keys under which an image is named.
const NAMES: &[&str] = &["org.opencontainers.image.base.name", "io.containerd.image.name"];

impl Extractor for ImageConfig {
    fn id(&self) -> &'static str {
        "image-config"
    }

    fn about(&self) -> &'static str {
        "configuration and names of container images"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["blobs/sha256/*", "*.tar!/manifest.json", "*.tar!/index.json"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if !content.text.trim_start().starts_with(['{', '[']) {
            return if content.text.trim().is_empty() {
                Ok(())
            } else {
                Err(ExtractError::malformed("no JSON"))
            };
        }
        let (root, error) = structured::json_so_far(content);
        let mut teller = Teller::new(content, sink);
        for row in root.items() {
            for tag in row.get("RepoTags").map_or(&[][..], Node::items) {
                image(tag, &mut teller);
            }
        }
        for row in root.get("manifests").map_or(&[][..], Node::items) {
            named(row.get("annotations"), &mut teller);
        }
        if let Some(config) = root.get("config") {
            configuration(config, &mut teller);
        }
        for step in root.get("history").map_or(&[][..], Node::items) {
            if let Some(node) = step.get("created_by") {
                ran(node, &mut teller);
            }
        }
        error.map_or(Ok(()), Err)
    }
}

fn image(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    if let Some(name) = node.as_str().filter(|name| !name.is_empty()) {
        teller.at(node.offset, Fact::Image { reference: name.into() });
    }
}

/// Images that labels or annotations name.
fn named(node: Option<&Node<'_>>, teller: &mut Teller<'_, '_>) {
    for name in NAMES.iter().filter_map(|key| node?.get(key)) {
        image(name, teller);
    }
}

fn configuration(config: &Node<'_>, teller: &mut Teller<'_, '_>) {
    for node in config.get("Env").map_or(&[][..], Node::items) {
        if let Some((name, value)) = node.as_str().and_then(|line| line.split_once('=')) {
            teller.setting(node.offset, name, value, false);
        }
    }
    for key in ["Entrypoint", "Cmd"] {
        let words: Vec<Word<'_>> = config
            .get(key)
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|node| Some(Word { text: node.as_str()?.into(), offset: node.offset }))
            .collect();
        commands::each_model(words.into_iter(), &mut |model, at| {
            teller.setting(at, "model", model, false);
        });
    }
    let labels = config.get("Labels");
    named(labels, teller);
    for entry in labels.map_or(&[][..], Node::entries) {
        if let Some(value) = entry.node.as_str() {
            teller.setting(entry.node.offset, &entry.key, value, false);
        }
    }
}

/// What a step of building installed. `#(nop)` marks steps that ran nothing.
fn ran(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let Some(line) = node.as_str().filter(|line| !line.contains("#(nop)")) else { return };
    let line = line.strip_prefix("RUN ").unwrap_or(line);
    // Build arguments stand first: `|1 A=b /bin/sh -c …`.
    let Some((_, command)) = line.split_once("/bin/sh -c ") else { return };
    let command = command.trim_end().trim_end_matches("# buildkit");
    installs::tell(Tokens::new(command, 0, Style::Shell), &mut |_, fact| {
        teller.at(node.offset, fact);
    });
}
