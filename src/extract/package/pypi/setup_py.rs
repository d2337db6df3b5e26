//! setup.py, read as text: the literals that a call of `setup(…)` is given,
//! directly or through simple variables. Nothing is ever run.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::iter::Peekable;

use super::super::requirement::{self, Line};
use super::super::{FirstMistake, asked};
use super::python_tokens::{Kind, Token, Tokens};
use super::unit;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `setup.py` of setuptools, read without running it.
///
/// Of a call `setup(…)` the string literals in `install_requires` (needed to
/// run), `extras_require` (optional), `tests_require` (development) and
/// `setup_requires` (build) are packages, and a literal `name=` declares a
/// unit. Variables count if they are assigned at the left margin to literals
/// (`REQS = ["a"]`, `REQS += ["b"]`) or to other such variables. What is
/// computed (read from a file, formatted, filtered) is not seen.
#[derive(Debug)]
pub struct SetupPy;

impl Extractor for SetupPy {
    fn id(&self) -> &'static str {
        "pypi-setup-py"
    }

    fn about(&self) -> &'static str {
        "setup.py, read without running it"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["setup.py"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut script = Script::new(content);
        script.read();
        script.tell(content, sink);
        FirstMistake(script.mistake).into_result(content)
    }
}

/// The literals of an expression, flattened, and the variables it names.
#[derive(Debug, Default)]
struct Literals<'a> {
    texts: Vec<(Cow<'a, str>, usize)>,
    variables: Vec<&'a str>,
}

impl Literals<'_> {
    fn append(&mut self, mut other: Self) {
        self.texts.append(&mut other.texts);
        self.variables.append(&mut other.variables);
    }
}

/// What a setup script says, as far as it stands there literally.
struct Script<'a> {
    tokens: Peekable<Tokens<'a>>,
    text: &'a str,
    variables: HashMap<&'a str, Literals<'a>>,
    arguments: HashMap<&'a str, Literals<'a>>,
    mistake: Option<(usize, &'static str)>,
    /// How many literals may still be kept.
    budget: usize,
}

impl<'a> Script<'a> {
    fn new(content: &Content<'a>) -> Self {
        Self {
            tokens: Tokens::new(content.text).peekable(),
            text: content.text,
            variables: HashMap::new(),
            arguments: HashMap::new(),
            mistake: None,
            budget: content.limits.facts_per_file,
        }
    }

    fn read(&mut self) {
        while let Some(token) = self.tokens.next() {
            match token.kind {
                Kind::Name("def" | "class") => {
                    self.tokens.next();
                }
                Kind::Name("setup") if self.next_is(&Kind::Open) => {
                    self.tokens.next();
                    self.call();
                }
                Kind::Name(name) if token.opens_statement => self.assignment(name),
                _ => {}
            }
        }
        // The peeking iterator hides its source; mistakes are those of a
        // second, equal one, read only when there is something to say.
        let mut again = Tokens::new(self.text);
        again.by_ref().for_each(drop);
        self.mistake = again.mistake;
    }

    fn next_is(&mut self, kind: &Kind<'_>) -> bool {
        self.tokens.peek().is_some_and(|token| token.kind == *kind)
    }

    /// `name = …`, `name: type = …` or `name += …` at the left margin.
    fn assignment(&mut self, name: &'a str) {
        if self.next_is(&Kind::Colon) {
            while self.tokens.next_if(|token| !ends_annotation(token)).is_some() {}
        }
        let extends = self.next_is(&Kind::Extend);
        if !extends && !self.next_is(&Kind::Assign) {
            return;
        }
        self.tokens.next();
        let value = self.literals(false);
        if extends {
            self.variables.entry(name).or_default().append(value);
        } else {
            self.variables.insert(name, value);
        }
    }

    /// The arguments of `setup(`, up to its closing bracket. The first value
    /// that a keyword is given counts.
    fn call(&mut self) {
        while let Some(token) = self.tokens.peek() {
            match token.kind {
                Kind::Close => {
                    self.tokens.next();
                    return;
                }
                Kind::Comma => drop(self.tokens.next()),
                Kind::Name(keyword) => {
                    self.tokens.next();
                    if self.tokens.next_if(|next| next.kind == Kind::Assign).is_some() {
                        let value = self.literals(true);
                        self.arguments.entry(keyword).or_insert(value);
                    } else {
                        self.literals(true);
                    }
                }
                // A positional argument or `**settings`: nothing literal.
                _ => drop(self.literals(true)),
            }
        }
    }

    /// Reads an expression up to the end of the line, or up to the comma or
    /// bracket that ends the argument (the comma is taken, the bracket is not).
    fn literals(&mut self, is_argument: bool) -> Literals<'a> {
        let mut reader = ExpressionReader::default();
        while let Some(token) = self.tokens.peek() {
            let outside = reader.depth == 0;
            match token.kind {
                Kind::Newline if !is_argument => break,
                Kind::Close if outside => break,
                Kind::Comma if outside && is_argument => {
                    self.tokens.next();
                    break;
                }
                _ => {}
            }
            let Some(token) = self.tokens.next() else { break };
            reader.take(token);
            reader.found.texts.truncate(self.budget);
            reader.found.variables.truncate(self.budget);
        }
        reader.settle();
        let kept = reader.found.texts.len() + reader.found.variables.len();
        self.budget = self.budget.saturating_sub(kept);
        reader.found
    }

    fn tell(&self, content: &Content<'_>, sink: &mut dyn Sink) {
        if let Some((name, offset)) = self.resolved("name").first()
            && !name.trim().is_empty()
        {
            sink.fact(unit(name), Some(content.span_at(*offset)));
        }
        for (keyword, scope) in [
            ("install_requires", Scope::Runtime),
            ("extras_require", Scope::Optional),
            ("tests_require", Scope::Development),
            ("setup_requires", Scope::Build),
        ] {
            for (text, offset) in self.resolved(keyword) {
                // One string may hold several requirements, one a line.
                for line in text.lines() {
                    if let Line::Package { name, version } = requirement::read(line) {
                        sink.fact(
                            asked(Ecosystem::Pypi, name, version, scope),
                            Some(content.span_at(*offset)),
                        );
                    }
                }
            }
        }
    }

    /// The literals of an argument, those of variables included. Each
    /// variable counts once, so that `b = a + a` doubles nothing.
    fn resolved(&self, keyword: &str) -> Vec<&(Cow<'a, str>, usize)> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut pending: Vec<&Literals<'a>> = self.arguments.get(keyword).into_iter().collect();
        while let Some(literals) = pending.pop() {
            found.extend(&literals.texts);
            for name in &literals.variables {
                if seen.insert(*name) {
                    pending.extend(self.variables.get(name));
                }
            }
        }
        found.sort_by_key(|(_, offset)| *offset);
        found
    }
}

fn ends_annotation(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Assign | Kind::Newline)
}

/// What is known of the last token until the next one shows what it was.
#[derive(Debug, Default)]
enum Pending<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>, usize),
    Variable(&'a str),
}

/// Goes through an expression and keeps the strings that are its values: not
/// keys, not arguments of calls, not parts of comparisons.
#[derive(Debug, Default)]
struct ExpressionReader<'a> {
    found: Literals<'a>,
    depth: usize,
    /// Depth of the call or subscript that is being passed over.
    passing: Option<usize>,
    pending: Pending<'a>,
    /// Whether the last token ends an operand, so that a bracket after it
    /// calls or subscripts.
    after_operand: bool,
    /// Whether the last token is an operator that consumes its operand.
    after_operator: bool,
}

impl<'a> ExpressionReader<'a> {
    fn take(&mut self, token: Token<'a>) {
        let (after_operand, after_operator) = (self.after_operand, self.after_operator);
        (self.after_operand, self.after_operator) = (false, false);
        match token.kind {
            Kind::Text { text, formatted } => {
                let open = formatted && text.contains('{');
                let text = if open { before_version(text) } else { text };
                self.text(text, token.offset, after_operator);
                self.after_operand = true;
                self.after_operator = after_operator;
            }
            Kind::Name(name) if is_keyword(name) => {
                let compares = matches!(name, "in" | "not" | "is");
                if compares {
                    self.forget();
                } else {
                    self.settle();
                }
                self.after_operator = compares;
            }
            Kind::Name(name) => {
                self.settle();
                if self.passing.is_none() && !after_operator {
                    self.pending = Pending::Variable(name);
                }
                self.after_operand = true;
            }
            Kind::Open => {
                if after_operand {
                    self.forget();
                    self.passing = self.passing.or(Some(self.depth));
                }
                self.depth += 1;
            }
            Kind::Close => {
                self.settle();
                self.depth = self.depth.saturating_sub(1);
                if self.passing.is_some_and(|depth| self.depth <= depth) {
                    self.passing = None;
                }
                self.after_operand = true;
            }
            Kind::Comma | Kind::Assign | Kind::Extend | Kind::Newline => self.settle(),
            Kind::Plus if !matches!(self.pending, Pending::Text(..)) => self.settle(),
            // `"key": value`; the strings of a dictionary's keys are no values.
            Kind::Colon => self.forget(),
            // `"name==%s" % version`, `"name==" + version`: the name is known,
            // and the other operand is no package of its own.
            Kind::Plus | Kind::Other(b'%') => {
                if let Pending::Text(text, _) = &mut self.pending {
                    *text = before_version(std::mem::take(text));
                }
                self.settle();
                self.after_operator = true;
            }
            Kind::Dot | Kind::Other(_) => {
                self.forget();
                self.after_operator = true;
            }
        }
    }

    fn text(&mut self, text: Cow<'a, str>, offset: usize, after_operator: bool) {
        if let Pending::Text(before, _) = &mut self.pending {
            // Adjacent literals are one.
            before.to_mut().push_str(&text);
            return;
        }
        self.settle();
        if self.passing.is_none() && !after_operator {
            self.pending = Pending::Text(text, offset);
        }
    }

    fn settle(&mut self) {
        match std::mem::take(&mut self.pending) {
            Pending::Text(text, offset) => self.found.texts.push((text, offset)),
            Pending::Variable(name) => self.found.variables.push(name),
            Pending::Nothing => {}
        }
    }

    fn forget(&mut self) {
        self.pending = Pending::Nothing;
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "else" | "for" | "in" | "not" | "and" | "or" | "is" | "lambda" | "await" | "None"
    )
}

/// The part before the version: a name is still a name if what follows is
/// only known at run time.
fn before_version(text: Cow<'_, str>) -> Cow<'_, str> {
    let end = text.find(['=', '<', '>', '!', '~', ';', '{', '%']).unwrap_or(text.len());
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}
