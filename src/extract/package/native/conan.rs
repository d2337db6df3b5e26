//! Conan: recipes as text and as Python, and lock files.

use super::super::called::{self, Found};
use super::super::lexed::Grammar;
use super::super::{FirstMistake, Locked, LockedPackages, asked, is_table, lines};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// The scope of each way of asking, in recipes and lock files.
fn scope_of(word: &str) -> Option<Scope> {
    match word {
        "requires" => Some(Scope::Runtime),
        "tool_requires" | "build_requires" | "python_requires" => Some(Scope::Build),
        "test_requires" => Some(Scope::Development),
        _ => None,
    }
}

/// `name/version@user/channel#revision%time`, the version maybe a `[range]`.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.trim().split_once('/')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.+-".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return None;
    }
    let version = match rest.strip_prefix('[') {
        Some(range) => range.split([']', ',']).next().unwrap_or_default(),
        None => rest.split(['@', '#', '%']).next().unwrap_or_default(),
    };
    Some((name, if version.contains(['{', '$']) { "" } else { version }))
}

/// `conanfile.txt`: the sections `requires`, `tool_requires` (also
/// `build_requires`) for building and `test_requires` for development. User,
/// channel and revision are left out of versions.
#[derive(Debug)]
pub struct ConanfileTxt;

impl Extractor for ConanfileTxt {
    fn id(&self) -> &'static str {
        "conan-conanfile-txt"
    }

    fn about(&self) -> &'static str {
        "conanfile.txt"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["conanfile.txt"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut mistake = FirstMistake::default();
        let mut scope = None;
        for (start, line) in lines(content.text) {
            let code = line.split(" #").next().unwrap_or_default();
            let body = code.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let offset = start + code.len() - code.trim_start().len();
            if let Some(section) = body.strip_prefix('[') {
                match section.strip_suffix(']') {
                    Some(section) => scope = scope_of(section),
                    None => mistake.at(offset, "a section that does not close"),
                }
            } else if let Some(scope) = scope {
                match reference(body) {
                    Some((name, version)) => {
                        let fact = asked(Ecosystem::Conan, name, version, scope);
                        sink.fact(fact, Some(content.span_at(offset)));
                    }
                    None => mistake.at(offset, "not a reference"),
                }
            }
        }
        mistake.into_result(content)
    }
}

/// `conanfile.py`, read without running it.
///
/// What stands in the attributes `requires`, `tool_requires`,
/// `build_requires`, `test_requires` and `python_requires`, and what the
/// methods of these names are called with; a version that is only known at
/// run time is left out. The attribute `name` declares a unit.
#[derive(Debug)]
pub struct ConanfilePy;

static PYTHON: Grammar = Grammar {
    comments: &["#"],
    blocks: &[],
    long: &[("\"\"\"", "\"\"\""), ("'''", "'''")],
    quotes: b"\"'",
    multiline: false,
    embeds: None,
    in_names: b".",
};

impl Extractor for ConanfilePy {
    fn id(&self) -> &'static str {
        "conan-conanfile-py"
    }

    fn about(&self) -> &'static str {
        "conanfile.py, read without running it"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["conanfile.py"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut is_named = false;
        called::read(content, &PYTHON, &mut |found| match found {
            Found::Call(call) => {
                let word = call.name.strip_prefix("self.").and_then(scope_of);
                if let (Some(scope), Some(argument)) = (word, call.plain().next()) {
                    tell(argument.text, argument.offset, scope, content, sink);
                }
            }
            Found::Assigned { name, text, offset } => {
                if let Some(scope) = scope_of(name) {
                    tell(text, offset, scope, content, sink);
                } else if name == "name" && !is_named && !text.is_empty() {
                    is_named = true;
                    let kind = UnitKind::Package;
                    let unit = Fact::Unit { kind, name: Some(text.into()), root: None };
                    sink.fact(unit, Some(content.span_at(offset)));
                }
            }
        })
    }
}

fn tell(text: &str, offset: usize, scope: Scope, content: &Content<'_>, sink: &mut dyn Sink) {
    if let Some((name, version)) = reference(text) {
        let fact = asked(Ecosystem::Conan, name, version, scope);
        sink.fact(fact, Some(content.span_at(offset)));
    }
}

/// `conan.lock`: version 0.5 lists of references, or the graph of version 0.4
/// and before. Neither says which are direct.
#[derive(Debug)]
pub struct ConanLock;

impl Extractor for ConanLock {
    fn id(&self) -> &'static str {
        "conan-lock"
    }

    fn about(&self) -> &'static str {
        "conan.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["conan.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let mut locked = LockedPackages::default();
        for list in ["requires", "tool_requires", "build_requires", "python_requires"] {
            let scope = scope_of(list).unwrap_or_default();
            for item in root.get(list).map_or(&[][..], Node::items) {
                merge(item, scope, &mut locked);
            }
        }
        for entry in root.at(&["graph_lock", "nodes"]).map_or(&[][..], Node::entries) {
            let is_build = entry.node.get("context").and_then(Node::as_str) == Some("build");
            let scope = if is_build { Scope::Build } else { Scope::Runtime };
            if let Some(node) = entry.node.get("ref") {
                merge(node, scope, &mut locked);
            }
        }
        locked.tell(Ecosystem::Conan, content, sink);
        Ok(())
    }
}

fn merge<'t>(node: &'t Node<'_>, scope: Scope, locked: &mut LockedPackages<'t>) {
    if let Some((name, version)) = node.as_str().and_then(reference) {
        locked.merge(Locked { name, version, direct: None, scope, offset: node.offset });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_gives_name_and_version() {
        assert_eq!(reference("zlib/1.3"), Some(("zlib", "1.3")));
        assert_eq!(reference("zlib/1.3@team/stable#0a%17"), Some(("zlib", "1.3")));
        assert_eq!(reference("zlib/[>=1.2 <2]@"), Some(("zlib", ">=1.2 <2")));
        assert_eq!(reference("zlib/{self.zlib}"), Some(("zlib", "")));
        assert_eq!(reference("zlib"), None);
        assert_eq!(reference("{name}/1"), None);
    }
}
