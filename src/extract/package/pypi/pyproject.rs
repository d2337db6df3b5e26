//! pyproject.toml, in the standard's tables and in those of the tools that
//! came before the standard.

use std::collections::HashSet;

use super::super::requirement::{self, Line, normal_name};
use super::super::{asked, is_set, persons, text_under};
use super::{tell_entry, unit};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope};

/// `pyproject.toml`.
///
/// | table | scope |
/// |---|---|
/// | `[project] dependencies` | runtime |
/// | `[project.optional-dependencies]` | optional |
/// | `[dependency-groups]` | development |
/// | `[build-system] requires` | build |
/// | `[tool.poetry.dependencies]` | runtime, or optional if it says so |
/// | `[tool.poetry.group.*.dependencies]`, `[tool.poetry.dev-dependencies]` | development |
/// | `[tool.pdm.dev-dependencies]`, `[tool.uv] dev-dependencies` | development |
/// | `[tool.hatch.envs.*]` | development |
///
/// The project's own name (`name[extra]` inside its extras), Python itself,
/// and what `[tool.uv.sources]` or a `path` says to be local are no packages.
/// Requirements files named by `[tool.setuptools.dynamic]` are handed on. A
/// file with a name declares a unit; one that only holds settings of tools
/// does not.
#[derive(Debug)]
pub struct Pyproject;

impl Extractor for Pyproject {
    fn id(&self) -> &'static str {
        "pypi-pyproject"
    }

    fn about(&self) -> &'static str {
        "pyproject.toml: PEP 621, dependency groups, poetry, pdm, uv, hatch"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pyproject.toml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = structured::toml_so_far(content);
        let name = [&["project", "name"][..], &["tool", "poetry", "name"]]
            .iter()
            .find_map(|keys| root.at(keys).filter(|node| node.as_str().is_some_and(is_filled)));
        if let Some(node) = name {
            sink.fact(unit(node.as_str().unwrap_or_default()), Some(content.span_at(node.offset)));
        }
        let persons = [
            &["project", "maintainers"][..],
            &["project", "authors"],
            &["tool", "poetry", "maintainers"],
            &["tool", "poetry", "authors"],
        ];
        persons::tell(persons.map(|keys| root.at(keys)), content, sink);
        let mut own = local_sources(&root);
        own.extend(name.and_then(Node::as_str).map(normal_name));
        let mut reader = Reader { content, sink, own };
        reader.standard_tables(&root);
        if let Some(tool) = root.get("tool") {
            reader.tool_tables(tool);
        }
        error.map_or(Ok(()), Err)
    }
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

/// The names that are taken from the own repository, not from a registry.
fn local_sources(root: &Node<'_>) -> HashSet<String> {
    let sources = root.at(&["tool", "uv", "sources"]).map_or(&[][..], Node::entries);
    sources
        .iter()
        .filter(|entry| is_set(&entry.node, "workspace") || entry.node.get("path").is_some())
        .map(|entry| normal_name(&entry.key))
        .collect()
}

struct Reader<'r, 'c> {
    content: &'r Content<'c>,
    sink: &'r mut dyn Sink,
    /// Normalised names that are no packages from elsewhere.
    own: HashSet<String>,
}

impl Reader<'_, '_> {
    fn standard_tables(&mut self, root: &Node<'_>) {
        self.list(root.at(&["project", "dependencies"]), Scope::Runtime);
        self.table_of_lists(root.at(&["project", "optional-dependencies"]), Scope::Optional);
        // `include-group` entries are tables, not strings: what they include
        // is told where the included group stands.
        self.table_of_lists(root.get("dependency-groups"), Scope::Development);
        self.list(root.at(&["build-system", "requires"]), Scope::Build);
    }

    fn tool_tables(&mut self, tool: &Node<'_>) {
        if let Some(poetry) = tool.get("poetry") {
            self.poetry(poetry.get("dependencies"), Scope::Runtime);
            self.poetry(poetry.get("dev-dependencies"), Scope::Development);
            for group in poetry.get("group").map_or(&[][..], Node::entries) {
                let scope = if group.key == "main" { Scope::Runtime } else { Scope::Development };
                self.poetry(group.node.get("dependencies"), scope);
            }
        }
        self.table_of_lists(tool.at(&["pdm", "dev-dependencies"]), Scope::Development);
        self.list(tool.at(&["uv", "dev-dependencies"]), Scope::Development);
        for environment in tool.at(&["hatch", "envs"]).map_or(&[][..], Node::entries) {
            self.list(environment.node.get("dependencies"), Scope::Development);
            self.list(environment.node.get("extra-dependencies"), Scope::Development);
        }
        if let Some(dynamic) = tool.at(&["setuptools", "dynamic"]) {
            self.included(dynamic.get("dependencies"));
            for extra in dynamic.get("optional-dependencies").map_or(&[][..], Node::entries) {
                self.included(Some(&extra.node));
            }
        }
    }

    fn table_of_lists(&mut self, table: Option<&Node<'_>>, scope: Scope) {
        for entry in table.map_or(&[][..], Node::entries) {
            self.list(Some(&entry.node), scope);
        }
    }

    fn list(&mut self, list: Option<&Node<'_>>, scope: Scope) {
        for item in list.map_or(&[][..], Node::items) {
            let Some(text) = item.as_str() else { continue };
            match requirement::read(text) {
                Line::Package { name, version } if !self.is_own(name) => self.sink.fact(
                    asked(Ecosystem::Pypi, name, version, scope),
                    Some(self.content.span_at(item.offset)),
                ),
                _ => {}
            }
        }
    }

    fn poetry(&mut self, table: Option<&Node<'_>>, scope: Scope) {
        for entry in table.map_or(&[][..], Node::entries) {
            if entry.key != "python" && !self.is_own(&entry.key) {
                let place = (entry.key.as_ref(), entry.key_offset);
                tell_entry(place, &entry.node, scope, self.content, self.sink);
            }
        }
    }

    /// `{ file = "requirements.txt" }` or `{ file = ["a.txt", "b.txt"] }`.
    fn included(&mut self, value: Option<&Node<'_>>) {
        let Some(value) = value else { return };
        let single = Some(text_under(value, "file")).filter(|path| !path.is_empty());
        let several = value.get("file").map_or(&[][..], Node::items);
        for path in single.into_iter().chain(several.iter().filter_map(Node::as_str)) {
            let include = Fact::Include { path: path.into(), reader: super::REQUIREMENTS };
            self.sink.fact(include, Some(self.content.span_at(value.offset)));
        }
    }

    fn is_own(&self, name: &str) -> bool {
        !self.own.is_empty() && self.own.contains(&normal_name(name))
    }
}
