//! Manifests and lock files, one file per ecosystem and parsing logic.
//!
//! Here lies what several of them share: how a manifest asks for a package,
//! how a lock file tells each package once, and which names speak of
//! development. Knows registries' grammars, not what any package does.

pub mod bazel;
pub mod cargo;
pub mod clojure;
pub mod composer;
pub mod conda;
pub mod conda_recipe;
pub mod cran;
pub mod golang;
pub mod gradle;
pub mod hackage;
pub mod hex;
pub mod installed;
pub mod julia;
pub mod luarocks;
pub mod maven;
pub mod native;
pub mod nix;
pub mod npm;
pub mod npm_lock;
pub mod nuget;
pub mod pixi;
pub mod pubspec;
pub mod pypi;
pub mod pypi_lock;
pub mod rubygems;
pub mod sbom;
pub mod sbt;
pub mod swift;

mod called;
mod lexed;
mod npm_locator;
pub(super) mod persons;
mod repositories;
mod requirement;
mod script;
mod terms;
mod xml;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::extract::structured::{Node, Value};
use crate::extract::{Content, ExtractError, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};

/// The unit that a manifest declares, by the name that it gives itself.
fn declared(name: Option<&str>) -> Fact<'_> {
    Fact::Unit { kind: UnitKind::Package, name: name.map(Cow::Borrowed), root: None }
}

/// A package that the project itself asks for in a manifest.
fn asked<'a>(
    ecosystem: Ecosystem,
    name: impl Into<Cow<'a, str>>,
    version: impl Into<Cow<'a, str>>,
    scope: Scope,
) -> Fact<'a> {
    Fact::Package(Package {
        ecosystem,
        name: name.into(),
        version: version.into(),
        resolved: false,
        direct: Some(true),
        scope,
    })
}

/// A package that lies there itself, as whatever installed or packed it says.
fn there<'a>(
    ecosystem: Ecosystem,
    name: impl Into<Cow<'a, str>>,
    version: impl Into<Cow<'a, str>>,
) -> Fact<'a> {
    Fact::Package(Package {
        ecosystem,
        name: name.into(),
        version: version.into(),
        resolved: true,
        direct: None,
        scope: Scope::Runtime,
    })
}

/// A package as a lock file tells it.
#[derive(Debug)]
struct Locked<'a> {
    name: &'a str,
    version: &'a str,
    direct: Option<bool>,
    scope: Scope,
    offset: usize,
}

/// The packages of one lock file, each (name and version) once: lock files
/// name the same package in several places, and only together do these say
/// whether it is direct and what it is needed for.
#[derive(Debug, Default)]
struct LockedPackages<'a> {
    packages: Vec<Locked<'a>>,
    places: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> LockedPackages<'a> {
    /// Takes a package; if it is there already, the stronger statement counts
    /// (direct over not, needed to run over needed otherwise).
    fn merge(&mut self, package: Locked<'a>) {
        let known = self.places.get(&(package.name, package.version)).copied();
        match known.and_then(|place| self.packages.get_mut(place)) {
            Some(known) => {
                known.direct = known.direct.max(package.direct);
                known.scope = known.scope.min(package.scope);
            }
            None => self.push(package),
        }
    }

    /// Takes a package only if it is not there yet.
    fn add(&mut self, package: Locked<'a>) {
        if !self.places.contains_key(&(package.name, package.version)) {
            self.push(package);
        }
    }

    fn push(&mut self, package: Locked<'a>) {
        self.places.insert((package.name, package.version), self.packages.len());
        self.packages.push(package);
    }

    /// Tells all of them, in the order of the file.
    fn tell(self, ecosystem: Ecosystem, content: &Content<'_>, sink: &mut dyn Sink) {
        for package in self.packages {
            sink.fact(
                Fact::Package(Package {
                    ecosystem,
                    name: package.name.into(),
                    version: package.version.into(),
                    resolved: true,
                    direct: package.direct,
                    scope: package.scope,
                }),
                Some(content.span_at(package.offset)),
            );
        }
    }
}

/// Whether a property's value may be a version, or is made of others: nothing
/// else of a file's properties is told.
fn may_be_version(value: &str) -> bool {
    const LONGEST: usize = 64;
    let start = value.trim_start_matches(['v', 'V', '[', '(', '^', '~', '=', '>']);
    !value.is_empty()
        && value.len() <= LONGEST
        && start.starts_with(|c: char| c.is_ascii_digit() || c == '$')
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "._-+,[](){}$^~=> *".contains(c))
}

/// Remembers the first place that could not be read, so that the rest of the
/// file is still told before the file is called malformed.
#[derive(Debug, Default)]
struct FirstMistake(Option<(usize, &'static str)>);

impl FirstMistake {
    fn at(&mut self, offset: usize, what: &'static str) {
        self.0.get_or_insert((offset, what));
    }

    fn into_result(self, content: &Content<'_>) -> Result<(), ExtractError> {
        match self.0 {
            None => Ok(()),
            Some((offset, what)) => {
                let line = content.span_at(offset).line;
                Err(ExtractError::malformed(format_args!("line {line}: {what}")))
            }
        }
    }
}

/// The lines of a text with their byte offsets, without line ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The scalar under `key`, empty if there is none.
fn text_under<'t>(node: &'t Node<'_>, key: &str) -> &'t str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

/// Whether the flag `key` is set.
fn is_set(node: &Node<'_>, key: &str) -> bool {
    text_under(node, key) == "true"
}

/// A document that must be a table; an empty file is none and says nothing.
fn is_table(root: &Node<'_>) -> Result<bool, ExtractError> {
    match root.value {
        Value::Table(_) => Ok(true),
        Value::Null => Ok(false),
        _ => Err(ExtractError::malformed("the document is no table")),
    }
}

/// Whether the name of a file or of a group of dependencies says that they
/// are for development: `requirements-dev`, `test`, `docs_build`.
fn speaks_of_development(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "ci",
        "dev",
        "develop",
        "development",
        "doc",
        "docs",
        "lint",
        "linting",
        "test",
        "testing",
        "tests",
        "typecheck",
        "typing",
    ];
    name.split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|part| WORDS.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_speaks_of_development_by_whole_words_only() {
        assert!(speaks_of_development("requirements-dev"));
        assert!(speaks_of_development("requirements_Test"));
        assert!(speaks_of_development("docs"));
        assert!(!speaks_of_development("requirements"));
        assert!(!speaks_of_development("requirements-device"));
    }

    #[test]
    fn the_stronger_statement_about_a_locked_package_counts() {
        let mut locked = LockedPackages::default();
        let of = |direct, scope| Locked { name: "a", version: "1", direct, scope, offset: 0 };
        locked.merge(of(Some(false), Scope::Runtime));
        locked.merge(of(Some(true), Scope::Development));
        locked.add(of(None, Scope::Build));
        assert_eq!(locked.packages.len(), 1);
        assert_eq!(locked.packages[0].direct, Some(true));
        assert_eq!(locked.packages[0].scope, Scope::Runtime);
    }

    #[test]
    fn lines_know_their_offsets_and_lose_their_ends() {
        let found: Vec<_> = lines("a\r\n\nb").collect();
        assert_eq!(found, [(0, "a"), (3, ""), (4, "b")]);
    }
}
