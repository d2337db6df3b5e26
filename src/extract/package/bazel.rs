//! Bazel: modules, workspaces and build files, which share one language.

use super::asked;
use super::called::{self, Call, Found};
use super::lexed::Grammar;
use super::repositories::{of_github, source_archive};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

static STARLARK: Grammar = Grammar {
    comments: &["#"],
    blocks: &[],
    long: &[("\"\"\"", "\"\"\""), ("'''", "'''")],
    quotes: b"\"'",
    multiline: false,
    embeds: None,
    in_names: b".",
};

/// `MODULE.bazel` and `WORKSPACE`.
///
/// | call | tells |
/// |---|---|
/// | `module(name)`, `workspace(name)` | a unit |
/// | `bazel_dep(name, version)` | a Bazel module; with `dev_dependency = True` for development |
/// | `http_archive`, `git_repository` and their kin | the repository on GitHub, else the name |
/// | `maven.install(artifacts)`, `maven.artifact`, `maven_install` | Maven packages |
///
/// What `pip.parse` reads is told by the files that it names.
#[derive(Debug)]
pub struct BazelModule;

impl Extractor for BazelModule {
    fn id(&self) -> &'static str {
        "bazel-module"
    }

    fn about(&self) -> &'static str {
        "MODULE.bazel and WORKSPACE"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod"],
            globs: &["*.MODULE.bazel"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        called::read(content, &STARLARK, &mut |found| {
            let Found::Call(call) = found else { return };
            match call.name {
                "module" | "workspace" => {
                    if let Some(name) = call.under(&["name"]).filter(|name| !name.text.is_empty()) {
                        let kind = UnitKind::Package;
                        let unit = Fact::Unit { kind, name: Some(name.text.into()), root: None };
                        sink.fact(unit, Some(content.span_at(name.offset)));
                    }
                }
                "bazel_dep" => module(&call, content, sink),
                _ => {
                    repository(&call, content, sink);
                    artifacts(&call, content, sink);
                }
            }
        })
    }
}

fn scope_of(call: &Call<'_>) -> Scope {
    let develops = ["dev_dependency", "testonly"].iter().any(|flag| call.text(&[flag]) == "True");
    if develops { Scope::Development } else { Scope::Runtime }
}

fn module(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    if let Some(name) = call.under(&["name"]) {
        let version = call.text(&["version"]);
        let fact = asked(Ecosystem::Bazel, name.text, version, scope_of(call));
        sink.fact(fact, Some(content.span_at(name.offset)));
    }
}

/// Rules that fetch a repository.
fn repository(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let rule = call.name.rsplit('.').next().unwrap_or(call.name);
    if !matches!(
        rule,
        "http_archive" | "tf_http_archive" | "git_repository" | "new_git_repository" | "http_file"
    ) {
        return;
    }
    // The mirrors come first in many lists: the one on GitHub names it.
    let places = call
        .arguments
        .iter()
        .filter(|place| !matches!(place.label, "name" | "build_file" | "patches" | "sha256"));
    let known = places
        .filter(|place| place.text.contains("://") || place.text.starts_with("git@"))
        .find_map(|place| Some((of_github(place.text)?, place)));
    let version = call.text(&["tag", "commit"]);
    match (known, call.under(&["name"])) {
        (Some((path, place)), _) => {
            let version = if version.is_empty() { source_archive(place.text) } else { version };
            let fact = asked(Ecosystem::Github, path, version, Scope::Runtime);
            sink.fact(fact, Some(content.span_at(place.offset)));
        }
        (None, Some(name)) => {
            let fact = asked(Ecosystem::Generic, name.text, version, Scope::Runtime);
            sink.fact(fact, Some(content.span_at(name.offset)));
        }
        (None, None) => {}
    }
}

/// Maven packages by their coordinates `group:artifact:version`.
fn artifacts(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    match call.name {
        "maven.install" | "maven_install" => {
            for item in call.arguments.iter().filter(|item| item.label == "artifacts") {
                let mut parts = item.text.split(':');
                if let (Some(group), Some(artifact)) = (parts.next(), parts.next()) {
                    let version = parts.next_back().unwrap_or_default();
                    let name = format!("{group}:{artifact}");
                    let fact = asked(Ecosystem::Maven, name, version, scope_of(call));
                    sink.fact(fact, Some(content.span_at(item.offset)));
                }
            }
        }
        "maven.artifact" => {
            let (group, artifact) = (call.under(&["group"]), call.under(&["artifact"]));
            if let (Some(group), Some(artifact)) = (group, artifact) {
                let name = format!("{}:{}", group.text, artifact.text);
                let fact = asked(Ecosystem::Maven, name, call.text(&["version"]), scope_of(call));
                sink.fact(fact, Some(content.span_at(artifact.offset)));
            }
        }
        _ => {}
    }
}

/// `BUILD`, `BUILD.bazel` and `*.bzl`.
///
/// What rules stand on: labels in other repositories, as the Bazel name of
/// the repository (`@name//…`), or as the PyPI package if the repository is
/// called after pip (`@pypi//name`, `requirement("name")`). Test rules are
/// for development. Rules that fetch a repository and Maven artifacts count
/// as in a workspace.
#[derive(Debug)]
pub struct BazelBuild;

impl Extractor for BazelBuild {
    fn id(&self) -> &'static str {
        "bazel-build"
    }

    fn about(&self) -> &'static str {
        "Bazel build files and extensions"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["BUILD", "BUILD.bazel"],
            globs: &[],
            extensions: &["bzl"],
            // These stand in every folder of large trees.
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        // Scripts and the build files of other tools are called `build` too.
        let name = content.name();
        if name.eq_ignore_ascii_case("BUILD") && name != "BUILD" {
            return Ok(());
        }
        let read = called::read(content, &STARLARK, &mut |found| {
            let Found::Call(call) = found else { return };
            repository(&call, content, sink);
            artifacts(&call, content, sink);
            stands_on(&call, content, sink);
        });
        // Other tools have a `BUILD` of their own language.
        if name == "BUILD" { Ok(()) } else { read }
    }
}

fn stands_on(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let scope = if call.name.ends_with("_test") || call.text(&["testonly"]) == "True" {
        Scope::Development
    } else {
        Scope::Runtime
    };
    for item in &call.arguments {
        let fact = match item.label {
            "deps" | "runtime_deps" | "implementation_deps" | "exports" => {
                let Some((ecosystem, name)) = of_label(item.text) else { continue };
                asked(ecosystem, name, "", scope)
            }
            // `requirement("name")` among the dependencies of a rule.
            "requirement" => asked(Ecosystem::Pypi, item.text, "", scope),
            _ => continue,
        };
        sink.fact(fact, Some(content.span_at(item.offset)));
    }
}

/// The package that a label in another repository names.
fn of_label(label: &str) -> Option<(Ecosystem, &str)> {
    let rest = label.strip_prefix('@')?.trim_start_matches('@');
    let (repository, target) = rest.split_once("//").unwrap_or((rest, ""));
    if repository.is_empty() || repository == "maven" {
        return None;
    }
    let is_python = repository.split(['_', '-']).any(|part| matches!(part, "pip" | "pypi"));
    if !is_python {
        return Some((Ecosystem::Bazel, repository));
    }
    let name = target.split(':').next().filter(|name| !name.is_empty());
    // Older rules name a repository for each package: `@pip_name//:pkg`.
    let name = name.or_else(|| {
        ["pip_deps_", "pypi__", "pypi_", "pip_"]
            .iter()
            .find_map(|mark| repository.strip_prefix(mark))
    })?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.bytes().all(plain).then_some((Ecosystem::Pypi, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_another_repository_names_a_package() {
        assert_eq!(of_label("@zlib//:zlib"), Some((Ecosystem::Bazel, "zlib")));
        assert_eq!(of_label("@@rules//a/b"), Some((Ecosystem::Bazel, "rules")));
        assert_eq!(of_label("@pypi//requests"), Some((Ecosystem::Pypi, "requests")));
        assert_eq!(of_label("@pip//requests:pkg"), Some((Ecosystem::Pypi, "requests")));
        assert_eq!(of_label("@pip_requests//:pkg"), Some((Ecosystem::Pypi, "requests")));
        assert_eq!(of_label("@maven//:a_b"), None);
        assert_eq!(of_label("//a:b"), None);
        assert_eq!(of_label(":b"), None);
    }
}
