//! Recipes of conda packages, read line by line: they are YAML only after a
//! template engine has run, and nothing is ever run here.

use super::{asked, declared, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// Deepest nesting of keys that is followed.
const DEEPEST: usize = 32;

/// `meta.yaml` of conda-build and `recipe.yaml` of rattler-build.
///
/// | list | scope |
/// |---|---|
/// | `requirements: run` | runtime |
/// | `requirements: build`, `host` | build |
/// | `requirements: run_constrained`, `run_constraints` | optional |
/// | `test: requires`, `tests: … requirements` | development |
///
/// Also below `outputs`, and behind `if`, `then` and `else`. A version that the
/// template fills in is left out, `{{ compiler(…) }}` and its kin are no
/// packages, nor is Python. `package: name` declares a unit. A file without
/// `package` or `outputs` at its outermost is no recipe and says nothing.
#[derive(Debug)]
pub struct Recipe;

impl Extractor for Recipe {
    fn id(&self) -> &'static str {
        "conda-recipe"
    }

    fn about(&self) -> &'static str {
        "recipes of conda packages"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["meta.yaml", "recipe.yaml"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let starts = |key: &str| lines(content.text).any(|(_, line)| line.starts_with(key));
        if !starts("package:") && !starts("outputs:") || !content.text.contains("requirements:") {
            return Ok(());
        }
        let mut trail: Vec<(usize, &str)> = Vec::new();
        for (start, line) in lines(content.text) {
            let code = without_comment(line);
            let text = code.trim();
            if text.is_empty() || text.starts_with("{%") {
                continue;
            }
            let mut indent = code.len() - code.trim_start().len();
            let mut rest = text;
            let mut is_item = false;
            while let Some(item) = rest.strip_prefix("- ") {
                is_item = true;
                // The list's own key may stand as far in as its items.
                trail.retain(|(at, _)| *at <= indent);
                let inner = item.trim_start();
                indent += rest.len() - inner.len();
                rest = inner;
            }
            let offset = start + indent;
            match key_of(rest) {
                Some((key, value)) => {
                    trail.retain(|(at, _)| *at < indent);
                    if trail.len() < DEEPEST {
                        trail.push((indent, key));
                    }
                    if !value.is_empty() {
                        told(&trail, value, offset, content, sink);
                    }
                }
                None if is_item => told(&trail, rest, offset, content, sink),
                None => {}
            }
        }
        Ok(())
    }
}

/// A value under a trail of keys: a package, the name of what is made, or
/// nothing of interest.
fn told(
    trail: &[(usize, &str)],
    value: &str,
    offset: usize,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    let plain = value.trim_matches(['"', '\'']);
    let keys: Vec<&str> = trail.iter().map(|(_, key)| *key).collect();
    let has = |key: &str| keys.contains(&key);
    if keys == ["package", "name"] {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let name = plain.chars().all(is_name).then_some(plain);
        return sink.fact(declared(name), Some(content.span_at(offset)));
    }
    if keys.last() == Some(&"if") {
        return;
    }
    let scope = if has("test") || has("tests") {
        let asks = has("requires") || has("requirements");
        asks.then_some(Scope::Development)
    } else if !has("requirements") {
        None
    } else if has("run_constrained") || has("run_constraints") {
        Some(Scope::Optional)
    } else if has("run") {
        Some(Scope::Runtime)
    } else {
        (has("build") || has("host")).then_some(Scope::Build)
    };
    let Some(scope) = scope else { return };
    for one in plain.trim_start_matches('[').trim_end_matches(']').split(", ") {
        if let Some((name, version)) = package(one.trim_matches(['"', '\''])) {
            let fact = asked(Ecosystem::Conda, name, version, scope);
            sink.fact(fact, Some(content.span_at(offset)));
        }
    }
}

/// Name and version of `channel::name >=1,<2 build`; `None` for what is no
/// package or what only the template knows.
fn package(text: &str) -> Option<(&str, &str)> {
    let text = text.rsplit("::").next().unwrap_or(text).trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let version = rest.split_whitespace().next().unwrap_or_default();
    let templated = version.contains(['{', '$']) || rest.contains("{{");
    let is_package = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !rest.starts_with(['{', '(', '/', '$'])
        && name != "python";
    is_package.then_some((name, if templated { "" } else { version }))
}

/// `key:` or `key: value`.
fn key_of(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        && (value.is_empty() || value.starts_with(' '));
    is_key.then(|| (key, value.trim()))
}

/// The line without a comment, which here also selects platforms.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line).trim_end()
}
