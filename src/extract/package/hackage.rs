//! Haskell packages: Cabal, hpack and Stack.

use super::{FirstMistake, asked, lines};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};

/// `*.cabal`, line by line.
///
/// `build-depends` of every stanza names packages: for development in a
/// `test-suite` or `benchmark`, else needed to run. `build-tool-depends` and
/// `setup-depends` are for building. The package itself and what belongs to
/// the compiler (`base`) are none. `name` declares a unit.
#[derive(Debug)]
pub struct Cabal;

impl Extractor for Cabal {
    fn id(&self) -> &'static str {
        "hackage-cabal"
    }

    fn about(&self) -> &'static str {
        "Cabal files of Haskell"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["cabal"], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut reader = Reader { content, own: "", stanza: Scope::Runtime, field: None };
        let mut mistake = FirstMistake::default();
        for (start, line) in lines(content.text) {
            let body = line.trim_start();
            if body.is_empty() || body.starts_with("--") {
                continue;
            }
            let indent = line.len() - body.len();
            if body.starts_with("<<<<<<< ") || body.starts_with(">>>>>>> ") {
                mistake.at(start, "an unresolved conflict");
            } else if !reader.goes_on(indent, body, start + indent, sink) {
                reader.begins(indent, body, start + indent, sink);
            }
        }
        mistake.into_result(content)
    }
}

struct Reader<'a, 'c> {
    content: &'c Content<'a>,
    own: &'a str,
    stanza: Scope,
    /// The field that is being read: its indentation and its scope, if its
    /// packages count.
    field: Option<(usize, Option<Scope>)>,
}

impl<'a> Reader<'a, '_> {
    /// A further line of a field.
    fn goes_on(&self, indent: usize, body: &'a str, offset: usize, sink: &mut dyn Sink) -> bool {
        let Some((field, scope)) = self.field else { return false };
        // Lists are also laid out with their commas in front.
        if indent <= field && !body.starts_with(',') {
            return false;
        }
        if let Some(scope) = scope {
            self.list(body, offset, scope, sink);
        }
        true
    }

    /// A field or the head of a stanza.
    fn begins(&mut self, indent: usize, body: &'a str, offset: usize, sink: &mut dyn Sink) {
        self.field = None;
        let Some((name, value)) = body.split_once(':') else {
            let word = body.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            match word.as_str() {
                "test-suite" | "benchmark" => self.stanza = Scope::Development,
                "library" | "executable" | "foreign-library" | "common" => {
                    self.stanza = Scope::Runtime;
                }
                "custom-setup" => self.stanza = Scope::Build,
                _ => {} // conditions and their ends
            }
            return;
        };
        let at = offset + name.len() + 1;
        let scope = match name.trim_end().to_ascii_lowercase().as_str() {
            "build-depends" => Some(self.stanza),
            "build-tool-depends" | "build-tools" | "setup-depends" => Some(Scope::Build),
            "name" if indent == 0 => {
                self.own = value.trim();
                let kind = UnitKind::Package;
                let unit = Fact::Unit { kind, name: Some(self.own.into()), root: None };
                let offset = at + value.len() - value.trim_start().len();
                if !self.own.is_empty() {
                    sink.fact(unit, Some(self.content.span_at(offset)));
                }
                None
            }
            _ => None,
        };
        self.field = Some((indent, scope));
        if let Some(scope) = scope {
            self.list(value, at, scope, sink);
        }
    }

    fn list(&self, line: &'a str, start: usize, scope: Scope, sink: &mut dyn Sink) {
        let code = line.split("--").next().unwrap_or_default();
        let mut at = start;
        for part in code.split(',') {
            let item = part.trim_start();
            let offset = at + part.len() - item.len();
            at += part.len() + 1;
            if let Some((name, version)) = requirement(item)
                && name != self.own
            {
                let fact = asked(Ecosystem::Hackage, name, version, scope);
                sink.fact(fact, Some(self.content.span_at(offset)));
            }
        }
    }
}

/// `name >=1 && <2`, `name:library`, `tool:executable ==1.*`, `name^>=1`.
fn requirement(item: &str) -> Option<(&str, &str)> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let end = item.bytes().position(|byte| !plain(byte)).unwrap_or(item.len());
    let (name, rest) = item.split_at_checked(end)?;
    if !name.bytes().any(|byte| byte.is_ascii_alphabetic()) || name == "base" {
        return None;
    }
    let rest = match rest.strip_prefix(':') {
        // The parts of a package that are used: `{a, b}` or one name.
        Some(part) => {
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c))
        }
        None => rest,
    };
    let version = rest.trim();
    let is_version = version.starts_with(['<', '>', '=', '^', '(']) || version == "-any";
    if !(version.is_empty() || is_version || version.starts_with('{')) {
        return None;
    }
    Some((name, if is_version && version != "-any" { version } else { "" }))
}

/// `package.yaml` of hpack.
///
/// `dependencies` at the top and in `library` and `executables` are needed to
/// run, in `tests` and `benchmarks` for development; `build-tools` are for
/// building. A file under this name that has neither `library`, `executables`
/// nor options of the compiler belongs to another tool. `name` declares a
/// unit.
#[derive(Debug)]
pub struct Hpack;

impl Extractor for Hpack {
    fn id(&self) -> &'static str {
        "hackage-hpack"
    }

    fn about(&self) -> &'static str {
        "package.yaml of hpack"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["package.yaml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        const OWN: &[&str] = &[
            "library",
            "executables",
            "executable",
            "ghc-options",
            "default-extensions",
            "language",
        ];
        let (documents, error) = structured::yaml(content);
        let Some(root) = documents.first() else { return error.map_or(Ok(()), Err) };
        if !OWN.iter().any(|key| root.get(key).is_some()) {
            return Ok(());
        }
        let own = root.get("name").and_then(Node::as_str).unwrap_or_default();
        if let Some(node) = root.get("name").filter(|_| !own.is_empty()) {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(own.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        let mut sections = vec![(root, Scope::Runtime)];
        for (key, scope) in [
            ("library", Scope::Runtime),
            ("executable", Scope::Runtime),
            ("internal-libraries", Scope::Runtime),
            ("executables", Scope::Runtime),
            ("tests", Scope::Development),
            ("benchmarks", Scope::Development),
        ] {
            let Some(node) = root.get(key) else { continue };
            sections.push((node, scope));
            sections.extend(node.entries().iter().map(|entry| (&entry.node, scope)));
        }
        for (section, scope) in sections {
            told_list(section, &["dependencies"], own, scope, content, sink);
            told_list(section, &["build-tools"], own, Scope::Build, content, sink);
        }
        error.map_or(Ok(()), Err)
    }
}

fn told_list(
    section: &Node<'_>,
    at: &[&str],
    own: &str,
    scope: Scope,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    let Some(node) = section.at(at) else { return };
    let single = std::slice::from_ref(node);
    let items = if node.as_str().is_some() { single } else { node.items() };
    for item in items {
        let named = match item.value {
            Value::Table(_) => item.get("name"),
            _ => Some(item),
        };
        let Some((node, text)) = named.and_then(|node| Some((node, node.as_str()?))) else {
            continue;
        };
        if let Some((name, version)) = requirement(text).filter(|(name, _)| *name != own) {
            let fact = asked(Ecosystem::Hackage, name, version, scope);
            sink.fact(fact, Some(content.span_at(node.offset)));
        }
    }
    for entry in node.entries() {
        let version = entry.node.as_str().unwrap_or_default();
        if let Some((name, _)) = requirement(&entry.key).filter(|(name, _)| *name != own) {
            let fact = asked(Ecosystem::Hackage, name, version, scope);
            sink.fact(fact, Some(content.span_at(entry.key_offset)));
        }
    }
}

/// `stack.yaml`: the packages under `extra-deps` with their versions, direct
/// or not. Addresses and folders are left out.
#[derive(Debug)]
pub struct Stack;

impl Extractor for Stack {
    fn id(&self) -> &'static str {
        "hackage-stack"
    }

    fn about(&self) -> &'static str {
        "stack.yaml"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["stack.yaml"],
            globs: &["stack-*.yaml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let lists = documents.iter().filter_map(|root| root.get("extra-deps"));
        for item in lists.flat_map(Node::items) {
            let Some((name, version)) = item.as_str().and_then(pinned) else { continue };
            sink.fact(
                Fact::Package(Package {
                    ecosystem: Ecosystem::Hackage,
                    name: name.into(),
                    version: version.into(),
                    resolved: false,
                    direct: None,
                    scope: Scope::Runtime,
                }),
                Some(content.span_at(item.offset)),
            );
        }
        error.map_or(Ok(()), Err)
    }
}

/// `name-version@sha256:…` or `name-version@rev:1`.
fn pinned(text: &str) -> Option<(&str, &str)> {
    let text = text.split('@').next().unwrap_or_default();
    let (name, version) = text.rsplit_once('-')?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (is_version && !name.is_empty() && name.bytes().all(plain)).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_gives_name_and_version() {
        assert_eq!(requirement("aeson >=2 && <3"), Some(("aeson", ">=2 && <3")));
        assert_eq!(requirement("aeson^>=2"), Some(("aeson", "^>=2")));
        assert_eq!(
            requirement("hspec-discover:hspec-discover ==2.*"),
            Some(("hspec-discover", "==2.*"))
        );
        assert_eq!(requirement("text"), Some(("text", "")));
        assert_eq!(requirement("base >=4"), None);
        assert_eq!(requirement("&& <5"), None);
        assert_eq!(requirement("a b"), None);
    }

    #[test]
    fn a_pin_gives_name_and_version() {
        assert_eq!(pinned("a-b-1.2.0@sha256:00,1"), Some(("a-b", "1.2.0")));
        assert_eq!(pinned("./vendor/a-1"), None);
        assert_eq!(pinned("a-b"), None);
    }
}
