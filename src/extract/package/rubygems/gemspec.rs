//! The manifest of a gem, read as text. Nothing is ever run.

use super::super::declared;
use super::super::script::{Kind, RUBY, Token, Tokens};
use super::requirements;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `*.gemspec`.
///
/// | call | scope |
/// |---|---|
/// | `add_dependency`, `add_runtime_dependency` | runtime |
/// | `add_development_dependency` | development |
///
/// All are direct. `name =` with a string declares a unit.
#[derive(Debug)]
pub struct Gemspec;

impl Extractor for Gemspec {
    fn id(&self) -> &'static str {
        "gem-gemspec"
    }

    fn about(&self) -> &'static str {
        "*.gemspec, manifests of gems"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["gemspec"], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut tokens = Tokens::new(content.text, &RUBY);
        let mut line: Vec<Token<'_>> = Vec::new();
        let mut named = false;
        for token in tokens.by_ref() {
            let goes_on = matches!(
                line.last(),
                Some(Token { kind: Kind::Sign(b',') | Kind::Open(b'(' | b'['), .. })
            );
            match token.kind {
                Kind::Newline if goes_on => {}
                Kind::Newline | Kind::Sign(b';') => {
                    statement(&line, &mut named, content, sink);
                    line.clear();
                }
                _ if line.len() < content.limits.facts_per_file => line.push(token),
                _ => {}
            }
        }
        statement(&line, &mut named, content, sink);
        tokens.mistake.map_or(Ok(()), |(offset, what)| {
            let line = content.span_at(offset).line;
            Err(ExtractError::malformed(format_args!("line {line}: {what}")))
        })
    }
}

/// `s.name = "x"` or `s.add_dependency "x", "~> 1"`.
fn statement(tokens: &[Token<'_>], named: &mut bool, content: &Content<'_>, sink: &mut dyn Sink) {
    // What is called stands behind the first dot, or behind a condition's.
    let called = tokens.windows(2).position(|pair| {
        let [dot, name] = pair else { return false };
        dot.kind == Kind::Sign(b'.')
            && matches!(
                name.kind,
                Kind::Name(
                    "name"
                        | "add_dependency"
                        | "add_runtime_dependency"
                        | "add_development_dependency"
                )
            )
    });
    let Some(rest) = called.and_then(|at| tokens.get(at + 1..)) else { return };
    let Some((Token { kind: Kind::Name(method), .. }, arguments)) = rest.split_first() else {
        return;
    };
    let text = arguments.iter().position(|token| matches!(token.kind, Kind::Text(_)));
    let Some(at) = text.filter(|at| *at <= 1) else { return };
    let Some(Token { kind: Kind::Text(name), offset }) = arguments.get(at) else { return };
    let span = Some(content.span_at(*offset));
    if *method == "name" {
        let assigns = arguments.first().is_some_and(|token| token.kind == Kind::Sign(b'='));
        if assigns && !*named && !name.trim().is_empty() {
            sink.fact(declared(Some(name)), span);
            *named = true;
        }
        return;
    }
    let is_development = *method == "add_development_dependency";
    let package = Package {
        ecosystem: Ecosystem::Gem,
        name: name.clone(),
        version: requirements(arguments.get(at + 1..).unwrap_or_default()),
        resolved: false,
        direct: Some(true),
        scope: if is_development { Scope::Development } else { Scope::Runtime },
    };
    sink.fact(Fact::Package(package), span);
}
