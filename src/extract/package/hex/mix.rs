//! mix.exs and mix.lock. The manifest is a program; its lists of tuples are
//! read as data. Nothing is ever run.

use super::super::script::ELIXIR;
use super::super::terms::{self, Term, after};
use super::super::{FirstMistake, Locked, LockedPackages, asked, declared};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `mix.exs`.
///
/// Tuples `{:name, "~> 1.0", …}` in lists of a function whose name speaks of
/// dependencies, or behind `deps:`, are direct. `only: :dev` or `:test` is
/// development, `optional: true` is optional, `runtime: false` is build. `hex:`
/// gives the real name. What comes from a `path` or the umbrella is no package.
/// `app:` declares a unit.
#[derive(Debug)]
pub struct MixExs;

impl Extractor for MixExs {
    fn id(&self) -> &'static str {
        "hex-mix-exs"
    }

    fn about(&self) -> &'static str {
        "mix.exs of Elixir"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["mix.exs"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (top, error) = terms::read(content, &ELIXIR);
        let mut function = "";
        let mut named = false;
        for (at, term) in top.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| top.get(at)).and_then(Term::atom);
            if let (Some("def" | "defp"), Some(name)) = (before, term.atom()) {
                function = name;
            }
            let Some(list) = term.items_of(b'[') else { continue };
            if function == "project"
                && !named
                && let Some(app) = after(list, "app:")
                && let Some(name) = app.atom().and_then(|atom| atom.strip_prefix(':'))
            {
                sink.fact(declared(Some(name)), Some(content.span_at(app.offset)));
                named = true;
            }
            let inline = after(list, "deps:").and_then(|term| term.items_of(b'['));
            for tuple in inline.unwrap_or_default() {
                dependency(tuple, content, sink);
            }
            if function.contains("dep") {
                for tuple in list {
                    dependency(tuple, content, sink);
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// `{:name, "~> 1.0", only: :dev}`.
fn dependency(tuple: &Term<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let Some([name, rest @ ..]) = tuple.items_of(b'{') else { return };
    let Some(atom) = name.atom().and_then(|atom| atom.strip_prefix(':')) else { return };
    let version = rest.first().and_then(Term::text).unwrap_or_default();
    // Options stand in the tuple itself or in a list of their own.
    let options = rest.iter().find_map(|term| term.items_of(b'['));
    let option = |key: &str| after(rest, key).or_else(|| after(options?, key));
    let is_set = |key: &str, value: &str| option(key).and_then(Term::atom) == Some(value);
    let is_local = option("path:").is_some() || is_set("in_umbrella:", "true");
    if atom.is_empty() || is_local {
        return;
    }
    let only = option("only:");
    let for_development =
        |term: &Term<'_>| matches!(term.atom(), Some(":dev" | ":test" | ":docs" | ":lint"));
    let scope = match only {
        Some(one) if one.atom().is_some() && for_development(one) => Scope::Development,
        Some(list) if !list.items().is_empty() && list.items().iter().all(for_development) => {
            Scope::Development
        }
        _ if is_set("optional:", "true") => Scope::Optional,
        _ if is_set("runtime:", "false") => Scope::Build,
        _ => Scope::Runtime,
    };
    let real = option("hex:").and_then(Term::atom).and_then(|atom| atom.strip_prefix(':'));
    let fact = asked(Ecosystem::Hex, real.unwrap_or(atom), version, scope);
    sink.fact(fact, Some(content.span_at(name.offset)));
}

/// `mix.lock`.
///
/// Every package with its version; of one from git only the name. Direct or
/// not, and what for, is not said.
#[derive(Debug)]
pub struct MixLock;

impl Extractor for MixLock {
    fn id(&self) -> &'static str {
        "hex-mix-lock"
    }

    fn about(&self) -> &'static str {
        "mix.lock of Elixir"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["mix.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (top, error) = terms::read(content, &ELIXIR);
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        for table in top.iter().filter_map(|term| term.items_of(b'{')) {
            let mut key = None;
            for term in table {
                if let Some(name) = term.text() {
                    key = Some((name, term.offset));
                    continue;
                }
                let Some(tuple) = term.items_of(b'{') else { continue };
                let Some((name, offset)) = key.take() else {
                    mistake.at(term.offset, "a package without a name");
                    continue;
                };
                let (name, version) = match tuple {
                    [kind, real, version, ..] if kind.atom() == Some(":hex") => {
                        let real = real.atom().and_then(|atom| atom.strip_prefix(':'));
                        (real.unwrap_or(name), version.text().unwrap_or_default())
                    }
                    _ => (name, ""),
                };
                let scope = Scope::Runtime;
                locked.merge(Locked { name, version, direct: None, scope, offset });
            }
        }
        locked.tell(Ecosystem::Hex, content, sink);
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}
