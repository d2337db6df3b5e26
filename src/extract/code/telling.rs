//! What a reading found, until it can be told: what a path stands for is only
//! known when the whole file has been read, and facts are told in the order of
//! the text.
//!
//! Knows what a fact is, and no language's grammar.

use foldhash::HashMap;
use std::borrow::Cow;

use super::bindings::{Bindings, Kept, Path, Paths, Root, Written};
use super::tokens::{Defect, Tokens};
use crate::extract::{Content, ExtractError, ProblemCode, Sink};
use crate::model::fact::{Argument, Fact, Language};
use crate::model::place::Span;

/// Calls without a string that are kept although nothing binds their name yet.
const UNKNOWN_CALLS: usize = 50_000;
/// Longest path of a call that nothing binds, in bytes.
const PATH_BYTES: usize = 512;
/// Names of arguments kept per call.
const NAMED: usize = 32;

/// A call; what its path stands for is known in the end.
#[derive(Debug)]
struct Call<'a> {
    path: Kept<'a>,
    offset: usize,
    arguments: Vec<Argument<'a>>,
    /// Names of arguments that are no strings.
    named: Vec<&'a str>,
    /// What it decorates.
    decorates: Option<&'a str>,
}

/// A name imported from a module that may be a submodule.
#[derive(Debug)]
struct Candidate<'a> {
    module: Cow<'a, str>,
    offset: usize,
    optional: bool,
    read_from: bool,
    called: bool,
}

/// What a reading found so far.
#[derive(Debug)]
pub struct Telling<'a, 't> {
    content: &'t Content<'a>,
    language: Language,
    /// The module that a specifier names, if it is none of the project's own.
    importable: fn(&str) -> Option<&str>,
    calls: Vec<Call<'a>>,
    /// The paths of these.
    paths: Paths<'a>,
    facts: Vec<(Span, Fact<'a>)>,
    candidates: Vec<Candidate<'a>>,
    candidate_of: HashMap<&'a str, usize>,
    count: usize,
    /// A call's only argument goes by the name of what is called.
    named_by_call: bool,
}

impl<'a, 't> Telling<'a, 't> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(
        content: &'t Content<'a>,
        language: Language,
        importable: fn(&str) -> Option<&str>,
    ) -> Self {
        Self {
            content,
            language,
            importable,
            calls: Vec::new(),
            paths: Paths::default(),
            facts: Vec::new(),
            candidates: Vec::new(),
            candidate_of: HashMap::default(),
            count: 0,
            named_by_call: false,
        }
    }

    /// From now on a call's only argument, if it has no name, goes by the name
    /// of what is called: `builder().model("x")`.
    pub fn name_by_call(&mut self) {
        self.named_by_call = true;
    }

    /// The module that a specifier names, if it is none of the project's own.
    #[must_use]
    pub fn importable(&self, module: &'a str) -> Option<&'a str> {
        (self.importable)(module)
    }

    /// Whether as much has been found as may be told.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.count >= self.content.limits.facts_per_file
    }

    fn fact(&mut self, offset: usize, fact: Fact<'a>) {
        self.count += 1;
        if self.count <= self.content.limits.facts_per_file {
            self.facts.push((self.content.span_at(offset), fact));
        }
    }

    /// A call of a path; returns its number.
    pub fn call(&mut self, path: &Path<'a>, offset: usize) -> usize {
        let path = self.paths.keep(path.written());
        self.calls.push(Call {
            path,
            offset,
            arguments: Vec::new(),
            named: Vec::new(),
            decorates: None,
        });
        self.calls.len() - 1
    }

    /// A string that a call is given.
    pub fn argument(
        &mut self,
        call: usize,
        name: Option<&'a str>,
        value: Cow<'a, str>,
        offset: usize,
    ) {
        self.count += 1;
        let span = self.content.span_at(offset);
        if let Some(call) = self.calls.get_mut(call) {
            call.arguments.push(Argument { name: name.map(Cow::Borrowed), value, span });
        }
    }

    /// How many calls have been read.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// A call decorates what is declared under a name.
    pub fn decorates(&mut self, call: usize, name: &'a str) {
        if let Some(call) = self.calls.get_mut(call) {
            call.decorates = Some(name);
        }
    }

    /// Something that is no string is given to a call under a name.
    pub fn named(&mut self, call: usize, name: &'a str) {
        if let Some(call) = self.calls.get_mut(call)
            && call.named.len() < NAMED
            && !call.named.contains(&name)
        {
            call.named.push(name);
        }
    }

    /// A call has been read to its end. `given`: what its result is given to.
    pub fn end_call(&mut self, call: usize, given: Option<&'a str>, bindings: &Bindings<'a>) {
        let last = call + 1 == self.calls.len();
        let Some(ended) = self.calls.get(call) else { return };
        if ended.arguments.is_empty() {
            let known = || bindings.knows(self.paths.written(&ended.path));
            if last
                && call > UNKNOWN_CALLS
                && !known()
                && let Some(call) = self.calls.pop()
            {
                self.paths.forget(&call.path);
            }
            return;
        }
        if let Some((name, value, span)) = default_of(ended, self.paths.written(&ended.path), given)
        {
            let fact = Fact::Literal { text: value, name: Some(name), listed: false };
            self.count += 1;
            self.facts.push((span, fact));
        }
    }

    /// A string that no call is given.
    pub fn literal(
        &mut self,
        text: Cow<'a, str>,
        name: Option<&'a str>,
        listed: bool,
        offset: usize,
    ) {
        self.fact(offset, Fact::Literal { text, name: name.map(Cow::Borrowed), listed });
    }

    /// An environment variable is read.
    pub fn variable(&mut self, name: &'a str, offset: usize) {
        self.fact(offset, Fact::Variable { name: Cow::Borrowed(name) });
    }

    /// A module is imported; one of the project's own is no fact.
    pub fn import(&mut self, module: Cow<'a, str>, offset: usize, optional: bool) {
        self.fact(offset, Fact::Import { language: self.language, module, optional });
    }

    /// A name is imported that is a submodule if things are read from it.
    pub fn candidate(
        &mut self,
        name: &'a str,
        module: Cow<'a, str>,
        offset: usize,
        optional: bool,
    ) {
        self.count += 1;
        self.candidate_of.insert(name, self.candidates.len());
        self.candidates.push(Candidate {
            module,
            offset,
            optional,
            read_from: false,
            called: false,
        });
    }

    /// A path has been used.
    pub fn used(&mut self, path: &Path<'a>) {
        if self.candidate_of.is_empty() || path.root != Root::Name {
            return;
        }
        let found = path.segments.first().and_then(|name| self.candidate_of.get(name));
        if let Some(candidate) = found.and_then(|at| self.candidates.get_mut(*at)) {
            if path.called & 1 != 0 {
                candidate.called = true;
            } else if path.segments.len() > 1 {
                candidate.read_from = true;
            }
        }
    }

    /// Tells everything.
    ///
    /// # Errors
    /// The text is malformed; what could be read has been told.
    pub fn finish(
        mut self,
        bindings: &Bindings<'a>,
        tokens: &Tokens<'a>,
        sink: &mut dyn Sink,
    ) -> Result<(), ExtractError> {
        for candidate in std::mem::take(&mut self.candidates) {
            if candidate.read_from && !candidate.called {
                self.import(candidate.module, candidate.offset, candidate.optional);
            }
        }
        for Call { path, offset, mut arguments, named, decorates } in
            std::mem::take(&mut self.calls)
        {
            let path = self.paths.written(&path);
            let language = self.language;
            if let [Argument { name: name @ None, .. }] = arguments.as_mut_slice()
                && self.named_by_call
            {
                *name = path.segments.last().map(|name| Cow::Borrowed(*name));
            }
            let (module, path) = match bindings.resolve(path, offset) {
                Some(resolved) => (Some(resolved.module), resolved.path),
                None if arguments.is_empty() => continue,
                None => (None, spelt(path)),
            };
            let is_string =
                |name: &&str| arguments.iter().any(|one| one.name.as_deref() == Some(*name));
            let named = named.into_iter().filter(|name| !is_string(name)).map(Cow::Borrowed);
            let named = if module.is_some() { named.collect() } else { Vec::new() };
            let path = Cow::Owned(path);
            let decorates = decorates.filter(|_| module.is_some()).map(Cow::Borrowed);
            self.fact(offset, Fact::Call { language, module, path, arguments, named, decorates });
        }
        self.facts.sort_by_key(|(span, _)| *span);
        let limit = self.content.limits.facts_per_file;
        let capped = self.count > limit || tokens.capped();
        for (span, fact) in self.facts.into_iter().take(limit) {
            sink.fact(fact, Some(span));
        }
        if capped {
            sink.note(ProblemCode::Capped, "the file says more than is kept of one file");
        }
        match tokens.defect() {
            // A text that was cut off always breaks in the end.
            _ if self.content.is_partial() || tokens.capped() => Ok(()),
            None => Ok(()),
            Some(Defect::Endless(at)) => Err(ExtractError::malformed(format_args!(
                "the string or comment that starts in line {} never ends",
                self.content.span_at(at).line
            ))),
            Some(Defect::Unpaired(at)) => Err(ExtractError::malformed(format_args!(
                "the bracket in line {} has no partner",
                self.content.span_at(at).line
            ))),
        }
    }
}

/// A path that nothing binds, as written.
fn spelt(path: Written<'_, '_>) -> String {
    let whole = path.segments.join(".");
    if whole.len() > PATH_BYTES { String::new() } else { whole }
}

/// The default value that a call declares for something with a name: a field
/// (`x = Field(default="v")`, `x = Field("v")`) or an option (`option("--x", default="v")`).
fn default_of<'a>(
    call: &Call<'a>,
    path: Written<'_, 'a>,
    given: Option<&'a str>,
) -> Option<(Cow<'a, str>, Cow<'a, str>, Span)> {
    let is_unnamed = |one: &&Argument<'_>| one.name.is_none();
    let option = call.arguments.iter().find(is_unnamed);
    let option = option.and_then(|first| first.value.strip_prefix("--"));
    let last = path.segments.last().copied().unwrap_or_default();
    let method = path.segments.len() > 1 && last == "default";
    // A field may be declared with its default in the first place.
    let field = last == "Field" && call.arguments.first().is_some_and(|one| is_unnamed(&one));
    let is_default = |one: &&Argument<'_>| {
        if method || field { one.name.is_none() } else { one.name.as_deref() == Some("default") }
    };
    let value = call.arguments.iter().find(is_default)?;
    let name = match option {
        Some(option) if !option.is_empty() => Cow::Owned(option.replace('-', "_")),
        _ => Cow::Borrowed(given?),
    };
    Some((name, value.value.clone(), value.span))
}
