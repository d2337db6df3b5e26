//! Pixi manifests and lock files, and the lock files of conda-lock.

use super::{
    FirstMistake, Locked, LockedPackages, asked, is_set, speaks_of_development, text_under,
};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `pixi.toml`, and the table `tool.pixi` of a `pyproject.toml`.
///
/// | table | tells |
/// |---|---|
/// | `dependencies`, `host-dependencies`, `run-dependencies` | conda packages |
/// | `build-dependencies` | conda packages for building |
/// | `pypi-dependencies` | PyPI packages |
/// | the same below `feature.name` | optional, or for development if the name says so |
/// | the same below `target.platform` | as above |
///
/// What is taken from a folder is no package; neither is Python itself.
/// `name` under `workspace`, `project` or `package` declares a unit.
#[derive(Debug)]
pub struct Pixi;

impl Extractor for Pixi {
    fn id(&self) -> &'static str {
        "conda-pixi"
    }

    fn about(&self) -> &'static str {
        "pixi.toml, and its table in pyproject.toml"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["pixi.toml", "pyproject.toml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if content.name().eq_ignore_ascii_case("pyproject.toml") {
            // Its own reader tells what is wrong with it.
            if content.find_from("[tool.pixi", 0).is_some()
                && let Ok(root) = structured::toml(content)
                && let Some(own) = root.at(&["tool", "pixi"])
            {
                manifest(own, content, sink);
            }
            return Ok(());
        }
        let (root, error) = structured::toml_so_far(content);
        let named = ["workspace", "project", "package"]
            .iter()
            .find_map(|table| root.at(&[table, "name"]))
            .and_then(|node| Some((node, node.as_str()?)));
        if let Some((node, name)) = named {
            let unit = Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None };
            sink.fact(unit, Some(content.span_at(node.offset)));
        }
        manifest(&root, content, sink);
        error.map_or(Ok(()), Err)
    }
}

fn manifest(root: &Node<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let mut tables = vec![(root, Scope::Runtime)];
    tables.extend(root.get("package").map(|package| (package, Scope::Runtime)));
    for feature in root.get("feature").map_or(&[][..], Node::entries) {
        let develops = speaks_of_development(&feature.key);
        let scope = if develops { Scope::Development } else { Scope::Optional };
        tables.push((&feature.node, scope));
    }
    for (table, scope) in tables {
        dependencies(table, scope, content, sink);
        for target in table.get("target").map_or(&[][..], Node::entries) {
            dependencies(&target.node, scope, content, sink);
        }
    }
}

fn dependencies(table: &Node<'_>, scope: Scope, content: &Content<'_>, sink: &mut dyn Sink) {
    let lists = [
        ("dependencies", Ecosystem::Conda, scope),
        ("host-dependencies", Ecosystem::Conda, scope),
        ("run-dependencies", Ecosystem::Conda, scope),
        ("build-dependencies", Ecosystem::Conda, Scope::Build),
        ("pypi-dependencies", Ecosystem::Pypi, scope),
    ];
    for (list, ecosystem, scope) in lists {
        for entry in table.get(list).map_or(&[][..], Node::entries) {
            if entry.key == "python" || entry.node.get("path").is_some() {
                continue;
            }
            let version = entry.node.as_str().unwrap_or_else(|| text_under(&entry.node, "version"));
            let version = if version == "*" { "" } else { version };
            let fact = asked(ecosystem, entry.key.as_ref(), version, scope);
            sink.fact(fact, Some(content.span_at(entry.key_offset)));
        }
    }
}

/// `pixi.lock` (versions 4 to 6).
///
/// Every conda and PyPI package with its version, once. In newer files the
/// name of a conda package stands only in its address. The file does not say
/// which are direct.
#[derive(Debug)]
pub struct PixiLock;

impl Extractor for PixiLock {
    fn id(&self) -> &'static str {
        "conda-pixi-lock"
    }

    fn about(&self) -> &'static str {
        "pixi.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pixi.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut conda = LockedPackages::default();
        let mut pypi = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        let packages = documents.iter().filter_map(|root| root.get("packages"));
        for package in packages.flat_map(Node::items) {
            let is_pypi = package.get("pypi").is_some() || text_under(package, "kind") == "pypi";
            let address = ["conda", "url"]
                .iter()
                .map(|key| text_under(package, key))
                .find(|text| !text.is_empty())
                .unwrap_or_default();
            let named = match text_under(package, "name") {
                "" => of_archive(address),
                name => Some((name, text_under(package, "version"))),
            };
            let Some((name, version)) = named else {
                // A package that is built from a folder has neither.
                if !is_pypi && address.is_empty() {
                    mistake.at(package.offset, "a package without a name");
                }
                continue;
            };
            let is_local = address.starts_with('.') || text_under(package, "pypi").starts_with('.');
            if name == "python" || is_local {
                continue;
            }
            let offset = package.entries().first().map_or(package.offset, |entry| entry.key_offset);
            let into = if is_pypi { &mut pypi } else { &mut conda };
            into.merge(Locked { name, version, direct: None, scope: Scope::Runtime, offset });
        }
        conda.tell(Ecosystem::Conda, content, sink);
        pypi.tell(Ecosystem::Pypi, content, sink);
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}

/// `…/name-version-build.conda`.
fn of_archive(address: &str) -> Option<(&str, &str)> {
    let file = address.rsplit('/').next()?;
    let stem = file.strip_suffix(".conda").or_else(|| file.strip_suffix(".tar.bz2"))?;
    let (rest, _build) = stem.rsplit_once('-')?;
    rest.rsplit_once('-').filter(|(name, _)| !name.is_empty())
}

/// `conda-lock.yml`: every package with its version, once for all platforms.
/// What is not `main` is optional, or for development. The file does not say
/// which are direct.
#[derive(Debug)]
pub struct CondaLock;

impl Extractor for CondaLock {
    fn id(&self) -> &'static str {
        "conda-lock"
    }

    fn about(&self) -> &'static str {
        "conda-lock.yml"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["conda-lock.yml", "conda-lock.yaml", "*.conda-lock.yml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut conda = LockedPackages::default();
        let mut pypi = LockedPackages::default();
        let packages = documents.iter().filter_map(|root| root.get("package"));
        for package in packages.flat_map(Node::items) {
            let Some(node) = package.get("name") else { continue };
            let name = node.as_str().unwrap_or_default();
            if name.is_empty() || name == "python" {
                continue;
            }
            let category = text_under(package, "category");
            let scope = if speaks_of_development(category) {
                Scope::Development
            } else if is_set(package, "optional") {
                Scope::Optional
            } else {
                Scope::Runtime
            };
            let is_pip = text_under(package, "manager") == "pip";
            let into = if is_pip { &mut pypi } else { &mut conda };
            let version = text_under(package, "version");
            into.merge(Locked { name, version, direct: None, scope, offset: node.offset });
        }
        conda.tell(Ecosystem::Conda, content, sink);
        pypi.tell(Ecosystem::Pypi, content, sink);
        error.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_named_after_its_package() {
        let of = |file: &str| of_archive(file).map(|(name, version)| format!("{name} {version}"));
        assert_eq!(of("https://c.example/noarch/a-b-1.2-py3_0.conda").as_deref(), Some("a-b 1.2"));
        assert_eq!(of("a-1-0.tar.bz2").as_deref(), Some("a 1"));
        assert_eq!(of("a.conda"), None);
        assert_eq!(of("https://c.example/a-1.whl"), None);
    }
}
