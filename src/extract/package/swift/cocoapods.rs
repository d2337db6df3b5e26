//! Pods: what a Podfile asks for, what its lock says, what a pod needs.

use std::collections::HashSet;

use super::super::{FirstMistake, Locked, LockedPackages, asked, lines, speaks_of_development};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `Podfile`, line by line.
///
/// Every `pod 'Name', 'requirement'` is a package, subspecs (`Name/Part`)
/// included as written. Pods below a target or abstract target whose name
/// speaks of tests are for development, up to its `end`. A pod with `:path =>` or `path:` is
/// local and no package.
#[derive(Debug)]
pub struct Podfile;

impl Extractor for Podfile {
    fn id(&self) -> &'static str {
        "cocoapods-podfile"
    }

    fn about(&self) -> &'static str {
        "Podfile, read without running it"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Podfile"], globs: &["*.podfile"], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut mistake = FirstMistake::default();
        let mut scope = Scope::Runtime;
        // What the blocks around the one at hand are for.
        let mut outer: Vec<Scope> = Vec::new();
        for (start, line) in lines(content.text) {
            let code = line.trim_start();
            let offset = start + line.len() - code.len();
            if is_conflict(code) {
                mistake.at(offset, "an unresolved conflict");
            } else if let Some(target) =
                word_then_text(code, "target").or_else(|| word_then_text(code, "abstract_target"))
            {
                outer.push(scope);
                scope = if is_test(target.text) { Scope::Development } else { Scope::Runtime };
            } else if opens_block(code) {
                outer.push(scope);
            } else if first_word(code) == "end" {
                scope = outer.pop().unwrap_or_default();
            } else if let Some(pod) = word_then_text(code, "pod") {
                if !pod.closed {
                    mistake.at(offset, "a string that does not end");
                } else if !pod.rest.contains(":path") && !pod.rest.contains("path:") {
                    let fact = asked(Ecosystem::Cocoapods, pod.text, requirement(pod.rest), scope);
                    sink.fact(fact, Some(content.span_at(offset + pod.at)));
                }
            }
        }
        mistake.into_result(content)
    }
}

fn first_word(code: &str) -> &str {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Whether a line of Ruby opens something that an `end` closes.
fn opens_block(code: &str) -> bool {
    let code = code.split(" #").next().unwrap_or_default().trim_end();
    let opens =
        matches!(first_word(code), "if" | "unless" | "def" | "case" | "begin" | "while" | "until");
    (opens || code.ends_with(" do") || code.contains(" do |")) && !code.ends_with(" end")
}

fn is_test(name: &str) -> bool {
    speaks_of_development(name) || name.ends_with("Tests") || name.ends_with("Test")
}

fn is_conflict(code: &str) -> bool {
    code.starts_with("<<<<<<< ") || code.starts_with(">>>>>>> ")
}

/// A string behind a word.
struct Quoted<'a> {
    text: &'a str,
    at: usize,
    rest: &'a str,
    closed: bool,
}

/// `word 'text' …`, `word('text' …`, `word :text …`.
fn word_then_text<'a>(code: &'a str, word: &str) -> Option<Quoted<'a>> {
    let rest = code.strip_prefix(word)?;
    let body = rest.trim_start_matches([' ', '\t', '(']);
    if body.len() == rest.len() {
        return None;
    }
    let quote = body.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let at = code.len() - body.len() + 1;
    let body = body.get(1..)?;
    match body.split_once(quote) {
        Some((text, rest)) if !text.is_empty() && !text.contains("#{") => {
            Some(Quoted { text, at, rest, closed: true })
        }
        Some(_) => None,
        None => Some(Quoted { text: body, at, rest: "", closed: false }),
    }
}

/// The strings that follow a name and are no options, joined.
fn requirement(rest: &str) -> String {
    let code = rest.split(" #").next().unwrap_or_default();
    let mut found: Vec<&str> = Vec::new();
    for part in code.split(',').skip(1) {
        let part = part.trim().trim_end_matches(')').trim();
        let bare = part.trim_matches(['\'', '"']);
        if bare.len() + 2 != part.len() || found.len() > 8 {
            break;
        }
        found.push(bare);
    }
    found.join(", ")
}

/// `Podfile.lock`.
///
/// The pods under `PODS` with their versions; those under `DEPENDENCIES` are
/// direct, the others not. What is taken from a folder (`EXTERNAL SOURCES`
/// with `:path`) is no package.
#[derive(Debug)]
pub struct PodfileLock;

impl Extractor for PodfileLock {
    fn id(&self) -> &'static str {
        "cocoapods-podfile-lock"
    }

    fn about(&self) -> &'static str {
        "Podfile.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Podfile.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut locked = LockedPackages::default();
        for root in &documents {
            let direct: HashSet<&str> = root
                .get("DEPENDENCIES")
                .map_or(&[][..], Node::items)
                .iter()
                .filter_map(|item| Some(name_and_version(item.as_str()?).0))
                .collect();
            let local: HashSet<&str> = root
                .get("EXTERNAL SOURCES")
                .map_or(&[][..], Node::entries)
                .iter()
                .filter(|entry| entry.node.get(":path").is_some())
                .map(|entry| entry.key.as_ref())
                .collect();
            for pod in root.get("PODS").map_or(&[][..], Node::items) {
                // A pod that needs others is a table of one key.
                let (text, offset) = match &pod.value {
                    Value::Scalar(text) => (text.as_ref(), pod.offset),
                    _ => match pod.entries().first() {
                        Some(entry) => (entry.key.as_ref(), entry.key_offset),
                        None => continue,
                    },
                };
                let (name, version) = name_and_version(text);
                if local.contains(name.split('/').next().unwrap_or_default()) {
                    continue;
                }
                let direct = Some(direct.contains(name));
                locked.merge(Locked { name, version, direct, scope: Scope::Runtime, offset });
            }
        }
        locked.tell(Ecosystem::Cocoapods, content, sink);
        error.map_or(Ok(()), Err)
    }
}

/// `Name/Part (1.2.3)`.
fn name_and_version(text: &str) -> (&str, &str) {
    let (name, rest) = text.split_once(" (").unwrap_or((text, ""));
    (name.trim(), rest.trim_end().trim_end_matches(')'))
}

/// `*.podspec`, line by line, and `*.podspec.json`.
///
/// Every `x.dependency 'Name', 'requirement'` is a package; those of a
/// `test_spec` are for development. A part of the pod itself is none.
/// `x.name` declares a unit.
#[derive(Debug)]
pub struct Podspec;

impl Extractor for Podspec {
    fn id(&self) -> &'static str {
        "cocoapods-podspec"
    }

    fn about(&self) -> &'static str {
        "specifications of pods"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["*.podspec.json"],
            extensions: &["podspec"],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let is_json = content.name().to_ascii_lowercase().ends_with(".json");
        if is_json { spec_of_json(content, sink) } else { spec_of_lines(content, sink) }
    }
}

fn unit(name: &str) -> Fact<'_> {
    Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None }
}

fn spec_of_lines(content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let mut mistake = FirstMistake::default();
    let mut own = "";
    // The block variables of specifications of tests.
    let mut testing: HashSet<&str> = HashSet::new();
    for (start, line) in lines(content.text) {
        let code = line.trim_start();
        let offset = start + line.len() - code.len();
        if is_conflict(code) {
            mistake.at(offset, "an unresolved conflict");
        }
        let Some((receiver, rest)) = code.split_once('.') else { continue };
        if !receiver.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        let rest_at = offset + receiver.len() + 1;
        if let Some(name) = rest
            .strip_prefix("name")
            .map(str::trim_start)
            .and_then(|rest| word_then_text(rest, "="))
        {
            if own.is_empty() && name.closed {
                own = name.text;
                sink.fact(unit(own), Some(content.span_at(rest_at)));
            }
        } else if rest.starts_with("test_spec") {
            testing.extend(rest.rsplit('|').nth(1).map(str::trim));
        } else if let Some(pod) =
            ["dependency", "add_dependency"].iter().find_map(|word| word_then_text(rest, word))
        {
            if !pod.closed {
                mistake.at(offset, "a string that does not end");
            } else if pod.text.split('/').next() != Some(own) {
                let scope =
                    if testing.contains(receiver) { Scope::Development } else { Scope::Runtime };
                let fact = asked(Ecosystem::Cocoapods, pod.text, requirement(pod.rest), scope);
                sink.fact(fact, Some(content.span_at(rest_at + pod.at)));
            }
        }
    }
    mistake.into_result(content)
}

fn spec_of_json(content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
    let root = structured::json(content)?;
    let own = root.get("name").and_then(Node::as_str).unwrap_or_default();
    if let Some(name) = root.get("name").filter(|_| !own.is_empty()) {
        sink.fact(unit(own), Some(content.span_at(name.offset)));
    }
    let mut pending = vec![(&root, Scope::Runtime)];
    while let Some((spec, scope)) = pending.pop() {
        for entry in spec.get("dependencies").map_or(&[][..], Node::entries) {
            if entry.key.split('/').next() == Some(own) {
                continue;
            }
            let versions: Vec<&str> = entry.node.items().iter().filter_map(Node::as_str).collect();
            let fact = asked(Ecosystem::Cocoapods, entry.key.as_ref(), versions.join(", "), scope);
            sink.fact(fact, Some(content.span_at(entry.key_offset)));
        }
        for (key, inner) in [("testspecs", Scope::Development), ("subspecs", scope)] {
            let specs = spec.get(key).map_or(&[][..], Node::items);
            pending.extend(specs.iter().rev().map(|spec| (spec, inner)));
        }
    }
    Ok(())
}
