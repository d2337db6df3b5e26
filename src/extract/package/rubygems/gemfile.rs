//! Gemfile, read as text: calls of `gem` in blocks. Nothing is ever run.

use std::borrow::Cow;

use super::super::script::{Kind, RUBY, Token, Tokens};
use super::super::speaks_of_development;
use super::requirements;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};

/// `Gemfile`, `gems.rb` and `*.gemfile`.
///
/// `gem "x", "~> 1"` is direct. What it is for comes from `group:` or the
/// blocks around it: groups that speak of development and tests only are
/// development, an optional group is optional, others run. Gems from a `path`
/// are local and no packages. `eval_gemfile` is followed. A `Gemfile` declares a
/// unit, like a requirements file; `gemspec` stands for the manifest beside it.
#[derive(Debug)]
pub struct Gemfile;

impl Extractor for Gemfile {
    fn id(&self) -> &'static str {
        super::GEMFILE
    }

    fn about(&self) -> &'static str {
        "Gemfile and gems.rb"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Gemfile", "gems.rb"],
            globs: &[],
            extensions: &["gemfile"],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut tokens = Tokens::new(content.text, &RUBY);
        let mut reader = Reader { content, sink, blocks: Vec::new(), gems: 0 };
        let mut statement: Vec<Token<'_>> = Vec::new();
        let mut depth = 0usize;
        for token in tokens.by_ref() {
            match token.kind {
                Kind::Newline | Kind::Sign(b';') if depth == 0 && !goes_on(&statement) => {
                    reader.statement(&statement);
                    statement.clear();
                }
                Kind::Newline => {}
                _ => {
                    match token.kind {
                        Kind::Open(_) => depth += 1,
                        Kind::Close(_) => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if statement.len() < content.limits.facts_per_file {
                        statement.push(token);
                    }
                }
            }
        }
        reader.statement(&statement);
        let name = content.name().to_ascii_lowercase();
        if reader.gems > 0 && matches!(name.as_str(), "gemfile" | "gems.rb") {
            let unit = Fact::Unit { kind: UnitKind::Requirements, name: None, root: None };
            sink.fact(unit, None);
        }
        tokens.mistake.map_or(Ok(()), |(offset, what)| {
            let line = content.span_at(offset).line;
            Err(ExtractError::malformed(format_args!("line {line}: {what}")))
        })
    }
}

/// Whether the statement cannot end at the end of the line.
fn goes_on(statement: &[Token<'_>]) -> bool {
    matches!(
        statement.last(),
        Some(Token { kind: Kind::Sign(b',' | b'.' | b'>' | b'|' | b'&'), .. })
    )
}

/// A block that is open.
#[derive(Debug, Clone, Copy)]
struct Block {
    scope: Scope,
    is_local: bool,
}

struct Reader<'c, 'a, 's> {
    content: &'c Content<'a>,
    sink: &'s mut dyn Sink,
    blocks: Vec<Block>,
    gems: usize,
}

/// Words that open a block where a statement begins.
const OPENING: &[&str] =
    &["if", "unless", "case", "while", "until", "for", "begin", "def", "class", "module"];

impl<'a> Reader<'_, 'a, '_> {
    fn statement(&mut self, statement: &[Token<'a>]) {
        let Some(Token { kind: Kind::Name(head), .. }) = statement.first() else { return };
        let block = self.blocks.last().copied();
        let block = block.unwrap_or(Block { scope: Scope::Runtime, is_local: false });
        if *head == "end" {
            self.blocks.pop();
            return;
        }
        if *head == "gem" {
            self.gem(statement, block);
        } else if *head == "eval_gemfile"
            && let Some((path, offset)) = first_text(statement)
        {
            let include = Fact::Include { path, reader: super::GEMFILE };
            self.sink.fact(include, Some(self.content.span_at(offset)));
        }
        let has_do = statement.iter().any(|token| token.kind == Kind::Name("do"));
        let closes = statement.last().is_some_and(|token| token.kind == Kind::Name("end"));
        let opens = has_do || OPENING.contains(head);
        if opens && !closes && self.blocks.len() < self.content.limits.facts_per_file {
            self.blocks.push(match *head {
                "group" => Block { scope: scope_of_groups(statement).max(block.scope), ..block },
                "path" => Block { is_local: true, ..block },
                _ => block,
            });
        }
    }

    fn gem(&mut self, statement: &[Token<'a>], block: Block) {
        let name = statement.iter().position(|token| matches!(token.kind, Kind::Text(_)));
        let Some(at) = name.filter(|at| *at <= 2) else { return };
        let Some(Token { kind: Kind::Text(name), offset }) = statement.get(at) else { return };
        if name.is_empty() || name.contains(['#', ' ']) {
            return;
        }
        self.gems += 1;
        let options = statement.get(at + 1..).unwrap_or_default();
        if block.is_local || option(options, "path").is_some() {
            return;
        }
        let groups = option(options, "group").or_else(|| option(options, "groups"));
        let package = Package {
            ecosystem: Ecosystem::Gem,
            name: name.clone(),
            version: requirements(options),
            resolved: false,
            direct: Some(true),
            scope: groups.map_or(Scope::Runtime, scope_of_groups).max(block.scope),
        };
        self.sink.fact(Fact::Package(package), Some(self.content.span_at(*offset)));
    }
}

fn first_text<'a>(statement: &[Token<'a>]) -> Option<(Cow<'a, str>, usize)> {
    statement.iter().find_map(|token| match &token.kind {
        Kind::Text(text) => Some((text.clone(), token.offset)),
        _ => None,
    })
}

/// What follows `name:` or `:name =>`.
fn option<'t, 'a>(tokens: &'t [Token<'a>], name: &str) -> Option<&'t [Token<'a>]> {
    let at = tokens.iter().enumerate().position(|(at, token)| {
        let sign = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| &token.kind);
        token.kind == Kind::Name(name)
            && (sign(Some(at + 1)) == Some(&Kind::Sign(b':'))
                || sign(at.checked_sub(1)) == Some(&Kind::Sign(b':')))
    })?;
    let rest = tokens.get(at + 1..)?;
    // Up to the next option: a comma outside of brackets.
    let mut depth = 0usize;
    let end = rest.iter().position(|token| {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.kind == Kind::Sign(b',')
    });
    rest.get(..end.unwrap_or(rest.len()))
}

/// What the groups named by symbols or strings are for.
fn scope_of_groups(tokens: &[Token<'_>]) -> Scope {
    let groups = tokens.iter().enumerate().filter_map(|(at, token)| match &token.kind {
        Kind::Name(name) => {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| &token.kind);
            (before == Some(&Kind::Sign(b':'))).then_some(*name)
        }
        Kind::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    let mut scope = None;
    for group in groups {
        let one = if group.split_whitespace().all(speaks_of_development) {
            Scope::Development
        } else {
            Scope::Runtime
        };
        scope = Some(scope.map_or(one, |scope: Scope| scope.min(one)));
    }
    let is_optional = option(tokens, "optional")
        .is_some_and(|value| value.iter().any(|token| token.kind == Kind::Name("true")));
    match scope.unwrap_or_default() {
        Scope::Runtime if is_optional => Scope::Optional,
        scope => scope,
    }
}
