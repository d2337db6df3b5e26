//! Nix: what expressions put together, and the lock files of flakes.

use super::lexed::{Grammar, Kind, Token, Tokens};
use super::{Locked, LockedPackages, asked, is_table, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `*.nix`, read without evaluating it.
///
/// | place | tells |
/// |---|---|
/// | `url = "github:owner/name/ref"` | an input on GitHub |
/// | `buildInputs`, `packages` and the like | the names in their lists, without a registry |
/// | `nativeBuildInputs` | the same, for building; `checkInputs` for development |
/// | `python3.withPackages (ps: [ … ])`, `python3Packages.name` | PyPI packages |
///
/// The packages of Python carry the names of PyPI in lower case, so they are
/// told as such. Variables, functions and whatever is computed are no names.
#[derive(Debug)]
pub struct Nix;

static NIX: Grammar = Grammar {
    comments: &["#"],
    blocks: &[("/*", "*/")],
    long: &[("''", "''")],
    quotes: b"\"",
    multiline: true,
    embeds: Some("${"),
    in_names: b".-'",
};

impl Extractor for Nix {
    fn id(&self) -> &'static str {
        "nix"
    }

    fn about(&self) -> &'static str {
        "Nix expressions, read without evaluating them"
    }

    fn interest(&self) -> Interest {
        // There are trees of tens of thousands of these.
        Interest { names: &[], globs: &[], extensions: &["nix"], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut tokens = Tokens::new(content.text, &NIX);
        let builds_python = content.find_from("buildPython", 0).is_some();
        let mut reader = Reader { builds_python, ..Reader::default() };
        for token in tokens.by_ref() {
            if let Some((ecosystem, name, version, scope)) = reader.token(token) {
                let fact = asked(ecosystem, name, version, scope);
                sink.fact(fact, Some(content.span_at(token.offset)));
            }
        }
        tokens.mistake.into_result(content)
    }
}

/// Attributes whose lists hold packages.
fn scope_of(attribute: &str) -> Option<Scope> {
    match attribute.rsplit('.').next().unwrap_or(attribute) {
        "buildInputs"
        | "propagatedBuildInputs"
        | "packages"
        | "systemPackages"
        | "dependencies"
        | "runtimeInputs"
        | "contents"
        | "extraPackages"
        | "runtimeDeps" => Some(Scope::Runtime),
        "nativeBuildInputs" | "depsBuildBuild" | "build-system" => Some(Scope::Build),
        "checkInputs" | "nativeCheckInputs" => Some(Scope::Development),
        "optional-dependencies" => Some(Scope::Optional),
        _ => None,
    }
}

/// A list of packages that is being read.
#[derive(Debug, Clone, Copy)]
struct List {
    scope: Scope,
    ecosystem: Ecosystem,
    /// Depth of all brackets outside of it.
    outside: usize,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    /// Open brackets: how many of each kind.
    round: usize,
    square: usize,
    curly: usize,
    name: Option<&'a str>,
    /// The attribute that a value is given to.
    attribute: &'a str,
    list: Option<List>,
    /// After `python….withPackages`: all open brackets outside of its
    /// function, and the square ones among them.
    python: Option<(usize, usize)>,
    /// The file builds a package of Python.
    builds_python: bool,
    after_with: bool,
}

type Told<'a> = (Ecosystem, &'a str, &'a str, Scope);

impl<'a> Reader<'a> {
    fn depth(&self) -> usize {
        self.round + self.square + self.curly
    }

    /// The dependencies of a package of Python are packages of Python.
    fn ecosystem_of(&self, attribute: &str) -> Ecosystem {
        let own = matches!(
            attribute,
            "dependencies" | "propagatedBuildInputs" | "build-system" | "nativeCheckInputs"
        );
        if own && self.builds_python { Ecosystem::Pypi } else { Ecosystem::Generic }
    }

    fn token(&mut self, token: Token<'a>) -> Option<Told<'a>> {
        match token.kind {
            Kind::Name(text) => return self.word(text),
            Kind::Text(text) => {
                self.name = None;
                let is_url = self.attribute.rsplit('.').next() == Some("url");
                let (path, version) =
                    text.strip_prefix("github:").filter(|_| is_url).and_then(on_github)?;
                return Some((Ecosystem::Github, path, version, Scope::Runtime));
            }
            Kind::Mark(b'=') => {
                if let Some(attribute) = self.name.take() {
                    self.attribute = attribute;
                    if let Some(scope) = scope_of(attribute) {
                        let ecosystem = self.ecosystem_of(attribute);
                        self.list = Some(List { scope, ecosystem, outside: self.depth() });
                    }
                }
            }
            Kind::Mark(b';') => {
                self.name = None;
                if self.list.is_some_and(|list| self.depth() <= list.outside) && !self.after_with {
                    self.list = None;
                }
                self.after_with = false;
            }
            Kind::Mark(mark) => self.bracket(mark),
        }
        None
    }

    fn bracket(&mut self, mark: u8) {
        self.name = None;
        let depth = match mark {
            b'(' | b')' => &mut self.round,
            b'[' | b']' => &mut self.square,
            b'{' | b'}' => &mut self.curly,
            _ => return,
        };
        match mark {
            b'(' | b'[' | b'{' => *depth += 1,
            _ => *depth = depth.saturating_sub(1),
        }
        if self.python.is_some_and(|(outside, _)| self.depth() <= outside) {
            self.python = None;
        }
        if self.list.is_some_and(|list| self.depth() < list.outside) {
            self.list = None;
        }
    }

    fn word(&mut self, text: &'a str) -> Option<Told<'a>> {
        self.name = Some(text);
        if std::mem::replace(&mut self.after_with, text == "with") {
            self.after_with = true; // until its `;`
            if let Some(list) = &mut self.list
                && of_python(text)
            {
                list.ecosystem = Ecosystem::Pypi;
            }
            return None;
        }
        if text.rsplit('.').next() == Some("withPackages") {
            let interpreter = text.rsplit('.').nth(1).unwrap_or_default();
            if interpreter.starts_with("py") {
                self.python = Some((self.depth(), self.square));
            }
            return None;
        }
        // The parts that a package is built into are no names of their own.
        let bare = [".dev", ".out", ".lib", ".bin"].iter().find_map(|part| text.strip_suffix(part));
        let text = bare.unwrap_or(text);
        let own = text.rsplit('.').next().unwrap_or(text);
        let is_name = own.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_word(text);
        // Names count as items of lists only, and nowhere within a call.
        if !is_name || self.square == 0 {
            return None;
        }
        if self.python.is_some_and(|(_, lists)| self.square > lists) {
            let scope = self.list.map_or(Scope::Runtime, |list| list.scope);
            return Some((Ecosystem::Pypi, own, "", scope));
        }
        let list = self.list.filter(|list| self.depth() == list.outside + 1)?;
        let parent = text.rsplit('.').nth(1).unwrap_or_default();
        let ecosystem = if of_python(parent) { Ecosystem::Pypi } else { list.ecosystem };
        Some((ecosystem, own, "", list.scope))
    }
}

/// `python3Packages`, `pkgs.python312Packages`, `python3.pkgs`.
fn of_python(path: &str) -> bool {
    let is_set = path.rsplit('.').next() == Some("pkgs");
    path.rsplit('.')
        .any(|part| part.starts_with("python") && (part.ends_with("Packages") || is_set))
}

fn is_word(text: &str) -> bool {
    matches!(
        text,
        "with" | "inherit" | "if" | "then" | "else" | "let" | "in" | "rec" | "or" | "null"
    )
}

/// `owner/name` and the reference behind it.
fn on_github(text: &str) -> Option<(&str, &str)> {
    let text = text.split('?').next().unwrap_or_default();
    let slash = text.find('/')?;
    let rest = text.get(slash + 1..)?;
    let end = rest.find('/').unwrap_or(rest.len());
    let path = text.get(..=slash + end)?.trim_end_matches('/');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let version = rest.get(end + 1..).unwrap_or_default();
    (slash > 0 && end > 0 && path.bytes().all(plain)).then_some((path, version))
}

/// `flake.lock`: the inputs on GitHub, transitive ones included; those of the
/// root are direct. The version is the revision.
#[derive(Debug)]
pub struct FlakeLock;

impl Extractor for FlakeLock {
    fn id(&self) -> &'static str {
        "nix-flake-lock"
    }

    fn about(&self) -> &'static str {
        "flake.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["flake.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let start = root.get("root").and_then(Node::as_str).unwrap_or("root");
        let inputs = root.at(&["nodes", start, "inputs"]).map_or(&[][..], Node::entries);
        let direct: std::collections::HashSet<&str> =
            inputs.iter().filter_map(|entry| entry.node.as_str()).collect();
        let mut found = Vec::new();
        for entry in root.get("nodes").map_or(&[][..], Node::entries) {
            let Some(locked) = entry.node.get("locked") else { continue };
            let (owner, name) = (text_under(locked, "owner"), text_under(locked, "repo"));
            if text_under(locked, "type") == "github" && !owner.is_empty() && !name.is_empty() {
                let is_direct = direct.contains(entry.key.as_ref());
                let version = text_under(locked, "rev");
                found.push((format!("{owner}/{name}"), version, is_direct, entry.key_offset));
            }
        }
        let mut told = LockedPackages::default();
        for (name, version, is_direct, offset) in &found {
            told.merge(Locked {
                name,
                version,
                direct: Some(*is_direct),
                scope: Scope::Runtime,
                offset: *offset,
            });
        }
        told.tell(Ecosystem::Github, content, sink);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_gives_its_repository() {
        assert_eq!(on_github("owner/name"), Some(("owner/name", "")));
        assert_eq!(on_github("owner/name/v1?dir=a"), Some(("owner/name", "v1")));
        assert_eq!(on_github("owner"), None);
        assert_eq!(on_github("/name"), None);
        assert_eq!(on_github("${a}/b"), None);
    }

    #[test]
    fn the_packages_of_python_are_known_by_their_set() {
        assert!(of_python("python3Packages"));
        assert!(of_python("pkgs.python312Packages"));
        assert!(of_python("python3.pkgs"));
        assert!(!of_python("pkgs"));
        assert!(!of_python("haskellPackages"));
    }
}
