//! rebar.config and rebar.lock, which are Erlang's terms.

use super::super::script::ERLANG;
use super::super::terms::{self, Term, after};
use super::super::{Locked, LockedPackages, asked, speaks_of_development};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `rebar.config`.
///
/// `deps` are needed to run; `plugins` and `project_plugins` to build; the
/// `deps` of a profile that speaks of tests to develop. All are direct.
/// `{pkg, name}` gives the real name.
#[derive(Debug)]
pub struct RebarConfig;

impl Extractor for RebarConfig {
    fn id(&self) -> &'static str {
        "hex-rebar-config"
    }

    fn about(&self) -> &'static str {
        "rebar.config of Erlang"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["rebar.config"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (top, error) = terms::read(content, &ERLANG);
        for option in &top {
            tell_option(option, Scope::Runtime, content, sink);
            let Some([name, profiles]) = option.items_of(b'{') else { continue };
            if name_of(name) != Some("profiles") {
                continue;
            }
            for profile in profiles.items() {
                let Some([name, options]) = profile.items_of(b'{') else { continue };
                let is_development = name_of(name).is_some_and(speaks_of_development);
                let scope = if is_development { Scope::Development } else { Scope::Runtime };
                for option in options.items() {
                    tell_option(option, scope, content, sink);
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

/// An atom, quoted or not.
fn name_of<'t>(term: &'t Term<'_>) -> Option<&'t str> {
    term.atom().or_else(|| term.text())
}

/// `{deps, [name, {name, "1.0"}, {name, "1.0", {pkg, real}}, {name, {git, …}}]}`.
fn tell_option(option: &Term<'_>, scope: Scope, content: &Content<'_>, sink: &mut dyn Sink) {
    let Some([name, list]) = option.items_of(b'{') else { return };
    let scope = match name_of(name) {
        Some("deps") => scope,
        Some("plugins" | "project_plugins") => Scope::Build,
        _ => return,
    };
    for item in list.items() {
        let (name, rest) = match item.items_of(b'{') {
            Some([name, rest @ ..]) => (name, rest),
            _ => (item, &[][..]),
        };
        let Some(text) = name_of(name) else { continue };
        let version = rest.first().and_then(Term::text).unwrap_or_default();
        let real = rest.iter().find_map(|term| after(term.items_of(b'{')?, "pkg"));
        let real = real.and_then(name_of).unwrap_or(text);
        let fact = asked(Ecosystem::Hex, real, version, scope);
        sink.fact(fact, Some(content.span_at(name.offset)));
    }
}

/// `rebar.lock`.
///
/// Every package with its version; of one from git only the name. The level
/// behind it says whether the project asks for it (0) or another package does.
#[derive(Debug)]
pub struct RebarLock;

impl Extractor for RebarLock {
    fn id(&self) -> &'static str {
        "hex-rebar-lock"
    }

    fn about(&self) -> &'static str {
        "rebar.lock of Erlang"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["rebar.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (top, error) = terms::read(content, &ERLANG);
        let mut locked = LockedPackages::default();
        // The list stands alone in old files and behind a version in new ones;
        // other lists hold hashes.
        let wrapped = top.iter().filter_map(|term| term.items_of(b'{')).flatten();
        for list in top.iter().chain(wrapped).filter_map(|term| term.items_of(b'[')) {
            for item in list {
                let Some([name, from, level]) = item.items_of(b'{') else { continue };
                let Some(text) = name.text() else { continue };
                let (real, version) = match from.items() {
                    [kind, real, version, ..] if kind.atom() == Some("pkg") => {
                        (real.text().unwrap_or(text), version.text().unwrap_or_default())
                    }
                    _ => (text, ""),
                };
                locked.merge(Locked {
                    name: real,
                    version,
                    direct: level.atom().map(|level| level == "0"),
                    scope: Scope::Runtime,
                    offset: name.offset,
                });
            }
        }
        locked.tell(Ecosystem::Hex, content, sink);
        error.map_or(Ok(()), Err)
    }
}
