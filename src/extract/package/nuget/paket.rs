//! Paket's manifest and lock file, both read line by line.

use super::super::{FirstMistake, Locked, LockedPackages, lines, speaks_of_development};
use super::tell;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `paket.dependencies`.
///
/// `nuget NAME VERSION` is direct; options behind the version are left out.
/// A `group` whose name speaks of tests is for development, `Build` is build.
/// `clitool` is build. Files from elsewhere (`git`, `github`, `http`) are no
/// packages.
#[derive(Debug)]
pub struct PaketDependencies;

impl Extractor for PaketDependencies {
    fn id(&self) -> &'static str {
        "nuget-paket-dependencies"
    }

    fn about(&self) -> &'static str {
        "paket.dependencies"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["paket.dependencies"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut scope = Scope::Runtime;
        let mut mistake = FirstMistake::default();
        for (start, line) in lines(content.text) {
            let code = line.split("//").next().unwrap_or_default();
            let code = code.split('#').next().unwrap_or_default();
            let body = code.trim();
            let (word, rest) = body.split_once([' ', '\t']).unwrap_or((body, ""));
            let rest = rest.trim();
            let offset = start + (code.len() - code.trim_start().len());
            match word {
                "group" => scope = scope_of_group(rest),
                "nuget" | "clitool" => {
                    let (name, version) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
                    if name.is_empty() {
                        mistake.at(offset, "a package without a name");
                        continue;
                    }
                    let own = if word == "clitool" { Scope::Build } else { scope };
                    let offset = offset + (body.len() - rest.len());
                    let found = (name, version_of(version.trim()));
                    tell(found, false, (Some(true), own), offset, content, sink);
                }
                _ => {}
            }
        }
        mistake.into_result(content)
    }
}

/// The version, without the options (`framework: net8.0`) behind it.
fn version_of(rest: &str) -> &str {
    let end = rest.find(':').map_or(rest.len(), |colon| {
        rest.get(..colon).and_then(|before| before.rfind([' ', '\t'])).unwrap_or(0)
    });
    rest.get(..end).unwrap_or_default().trim()
}

fn scope_of_group(name: &str) -> Scope {
    if speaks_of_development(name) {
        Scope::Development
    } else if name.eq_ignore_ascii_case("build") || name.eq_ignore_ascii_case("analyzers") {
        Scope::Build
    } else {
        Scope::Runtime
    }
}

/// `paket.lock`.
///
/// Every package of the sections `NUGET` with its version. What stands deeper
/// is what a package needs, told by its own line; direct or not is not said.
/// Groups mean the same as in `paket.dependencies`.
#[derive(Debug)]
pub struct PaketLock;

impl Extractor for PaketLock {
    fn id(&self) -> &'static str {
        "nuget-paket-lock"
    }

    fn about(&self) -> &'static str {
        "paket.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["paket.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        let (mut scope, mut in_nuget) = (Scope::Runtime, false);
        for (offset, line) in lines(content.text) {
            let body = line.trim();
            match line.len() - line.trim_start().len() {
                0 if body.starts_with("GROUP ") => {
                    scope = scope_of_group(body.trim_start_matches("GROUP "));
                    in_nuget = false;
                }
                0 if !body.is_empty() => in_nuget = body == "NUGET",
                4 if in_nuget => match entry(body) {
                    Some((name, version)) => {
                        let offset = offset + 4;
                        locked.merge(Locked { name, version, direct: None, scope, offset });
                    }
                    None => mistake.at(offset, "a package without a version"),
                },
                _ => {}
            }
        }
        locked.tell(Ecosystem::Nuget, content, sink);
        mistake.into_result(content)
    }
}

/// `Name (1.0)`.
fn entry(body: &str) -> Option<(&str, &str)> {
    let (name, rest) = body.split_once(" (")?;
    let (version, _) = rest.split_once(')')?;
    (!name.is_empty()).then_some((name, version))
}
