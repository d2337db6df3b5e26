//! Conda environment files.

use super::requirement::{self, Line};
use super::{asked, speaks_of_development};
use crate::extract::structured::{self, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope};

/// Conda environment files (`environment*.yml`, `conda*.yml`).
///
/// Only a document with a list `dependencies` is one. Its strings are conda
/// packages (`channel::name=version=build`, channel and build left out, a
/// single `=` before the version left out); the list under `pip` holds PyPI
/// requirements. Python itself is no package. A file whose name speaks of
/// dev, test, docs or lint holds development packages.
#[derive(Debug)]
pub struct Environment;

impl Extractor for Environment {
    fn id(&self) -> &'static str {
        "conda-environment"
    }

    fn about(&self) -> &'static str {
        "conda environment files, with their pip section"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["environment*.yml", "environment*.yaml", "conda*.yml", "conda*.yaml"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let scope =
            if speaks_of_development(content.name()) { Scope::Development } else { Scope::Runtime };
        for list in documents.iter().filter_map(|document| document.get("dependencies")) {
            for item in list.items() {
                match &item.value {
                    Value::Scalar(text) => conda_package(text, item, scope, content, sink),
                    _ => pip_section(item, scope, content, sink),
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}

fn conda_package(
    text: &str,
    item: &Node<'_>,
    scope: Scope,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    if let Some((name, version)) = split_match(text)
        && name != "python"
    {
        let fact = asked(Ecosystem::Conda, name, version, scope);
        sink.fact(fact, Some(content.span_at(item.offset)));
    }
}

fn pip_section(item: &Node<'_>, scope: Scope, content: &Content<'_>, sink: &mut dyn Sink) {
    for requirement in item.get("pip").map_or(&[][..], Node::items) {
        let span = Some(content.span_at(requirement.offset));
        match requirement::read(requirement.as_str().unwrap_or_default()) {
            Line::Package { name, version } => {
                sink.fact(asked(Ecosystem::Pypi, name, version, scope), span);
            }
            Line::Include(path) => {
                sink.fact(Fact::Include { path: path.into(), reader: "pypi-requirements" }, span);
            }
            Line::Nothing | Line::Unreadable => {}
        }
    }
}

/// Name and version of a match specification: `channel::name=version=build`,
/// `name>=1,<2`, `name 1.0 build`, `name[version='>=1']`.
fn split_match(text: &str) -> Option<(&str, &str)> {
    let text = text.rsplit("::").next().unwrap_or(text).trim();
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let end = text.find(|letter| !is_name(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    if name.is_empty() || rest.starts_with(['/', ':', '\\']) {
        return None;
    }
    if let Some(fields) = rest.strip_prefix('[') {
        let version = fields.split_once("version=").map_or("", |(_, version)| version);
        let quote = version.chars().next().filter(|letter| matches!(letter, '\'' | '"'));
        let version = match quote {
            Some(quote) => version.split(quote).nth(1).unwrap_or_default(),
            None => version.split([',', ']']).next().unwrap_or_default(),
        };
        return Some((name, version));
    }
    let rest = rest.trim();
    let Some(exact) = rest.strip_prefix('=').filter(|exact| !exact.starts_with('=')) else {
        // A range may hold blanks after its commas; a bare version ends at
        // one. What a `=` after the operator separates is the build.
        let end = if rest.starts_with(|letter: char| letter.is_ascii_digit()) {
            rest.find([' ', '=']).unwrap_or(rest.len())
        } else {
            rest.len()
        };
        return Some((name, rest.get(..end).unwrap_or_default()));
    };
    Some((name, exact.split(['=', ' ']).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_specification_gives_name_and_version() {
        assert_eq!(split_match("numpy"), Some(("numpy", "")));
        assert_eq!(split_match("numpy=1.26=py311_0"), Some(("numpy", "1.26")));
        assert_eq!(split_match("numpy==1.26"), Some(("numpy", "==1.26")));
        assert_eq!(split_match("conda-forge::scipy >=1.7, <2"), Some(("scipy", ">=1.7, <2")));
        assert_eq!(split_match("numpy 1.26 py311"), Some(("numpy", "1.26")));
        assert_eq!(split_match("numpy[version='>=1',build=x]"), Some(("numpy", ">=1")));
        assert_eq!(split_match("https://f.example/a.conda"), None);
    }
}
