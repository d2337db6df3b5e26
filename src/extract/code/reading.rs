//! The reading of one file: what every reader of a language does alike. A
//! reader walks over the tokens and says what they mean; this keeps the open
//! brackets, follows dotted paths, and binds names.
//!
//! Knows no language's grammar. One pass, no recursion, every step constant
//! but for jumps over brackets.

use std::mem;

use super::bindings::{Bindings, Bound, Key, Path, Root, SEGMENTS, Value};
use super::frames::{Chain, Frame, Shape, Special, Target};
use super::lexer::Kind;
use super::telling::Telling;
use super::tokens::Tokens;

/// The reading of a file.
#[derive(Debug)]
pub struct Reading<'a, 't> {
    /// The tokens.
    pub tokens: &'t Tokens<'a>,
    /// The names.
    pub bindings: Bindings<'a>,
    /// The scope that names are bound in.
    pub scope: usize,
    /// Index of the first token of the current statement, where a reader splits statements.
    pub statement: usize,
    /// Index of the first token behind it.
    pub statement_end: usize,
    /// The innermost frame.
    pub top: Frame<'a>,
    /// What has been read.
    pub telling: Telling<'a, 't>,
    outer: Vec<Frame<'a>>,
    /// Brackets are not looked into before this token: they are too deep.
    blind_until: usize,
    groups: usize,
    /// A bracket that stands for a path, and whether that is what the item is given.
    stands_for: Option<(usize, bool)>,
    /// Emptied lists of segments, for the next paths.
    spare: Vec<Vec<&'a str>>,
}

/// As many are kept as paths are open at once in nearly all code.
const SPARE: usize = 16;

impl<'a, 't> Reading<'a, 't> {
    /// Starts to read.
    #[must_use]
    pub fn new(tokens: &'t Tokens<'a>, telling: Telling<'a, 't>) -> Self {
        let mut bindings = Bindings::new(tokens.rules.value_methods);
        let scope = bindings.open_scope(0, usize::MAX);
        Self {
            tokens,
            bindings,
            scope,
            statement: 0,
            statement_end: usize::MAX,
            top: Frame::new(Shape::Block, usize::MAX, usize::MAX, scope),
            telling,
            outer: Vec::new(),
            blind_until: 0,
            groups: 0,
            stands_for: None,
            spare: Vec::new(),
        }
    }

    /// Whether the token lies too deep to be understood.
    #[must_use]
    pub fn is_blind(&self, index: usize) -> bool {
        index < self.blind_until
    }

    /// Whether no bracket is open.
    #[must_use]
    pub fn is_outermost(&self) -> bool {
        self.outer.is_empty()
    }

    // Frames.

    /// Ends every bracket that ends at or before a token.
    pub fn settle(&mut self, index: usize) {
        while !self.outer.is_empty() && self.top.close <= index {
            self.pop(index);
        }
    }

    /// Enters the bracket that opens at a token, if it is not too deep.
    pub fn enter(&mut self, shape: Shape, open: usize) {
        self.enter_until(shape, open, self.tokens.at(open).pair());
    }

    /// Enters a bracket that opens at one token and ends at another; whether
    /// it is not too deep.
    pub fn enter_until(&mut self, shape: Shape, open: usize, close: usize) -> bool {
        if self.outer.len() >= self.tokens.depth() {
            self.blind_until = close.min(self.tokens.len());
            return false;
        }
        let mut frame = Frame::new(shape, open, close, self.scope);
        self.inherit(&mut frame);
        if self.top.expected == Some(shape) {
            self.top.expected = None;
        }
        self.top.item.begun = true;
        self.outer.push(mem::replace(&mut self.top, frame));
        true
    }

    fn inherit(&mut self, frame: &mut Frame<'a>) {
        let parent = &self.top;
        match frame.shape {
            Shape::Group => {
                let is_result = self.tokens.is(self.tokens.before(frame.open), "=>");
                frame.given = parent.name();
                frame.listed = parent.listed;
                if !is_result {
                    frame.call = parent.call;
                    frame.direct = parent.direct;
                }
                frame.gives = self
                    .stands_for
                    .take_if(|(open, _)| *open == frame.open)
                    .map_or_else(|| self.gives(frame.open), |(_, given)| given);
                if frame.gives {
                    frame.item.target = parent.item.target;
                    frame.item.group = parent.item.group;
                }
            }
            Shape::Object => {
                frame.given = parent.name();
                frame.several = self.entries(frame.open, frame.close).0 > 1;
                frame.listed = parent.listed;
                frame.call = parent.call.filter(|_| parent.direct);
            }
            Shape::List => {
                frame.given = parent.name();
                frame.several = self.entries(frame.open, frame.close).0 > 1;
                frame.listed = parent.listed || frame.several;
            }
            Shape::Index | Shape::Types => {
                frame.given = parent.name();
                frame.several = self.entries(frame.open, frame.close).0 > 1;
            }
            Shape::Arguments => {
                frame.given = parent.name();
                frame.direct = true;
            }
            Shape::Tag => frame.direct = true,
            Shape::Block | Shape::Class | Shape::Parameters | Shape::Bases | Shape::Code => {}
        }
    }

    /// How many entries a bracket has, and whether they have keys.
    #[must_use]
    pub fn entries(&self, open: usize, close: usize) -> (usize, bool) {
        let (mut count, mut keyed, mut filled) = (0, false, false);
        let mut at = open + 1;
        while at < close.min(self.tokens.len()) {
            if self.tokens.kind(at) == Kind::Sign {
                match self.tokens.text(at) {
                    "," | ";" => {
                        count += usize::from(filled);
                        filled = false;
                    }
                    ":" => keyed = true,
                    "**" => {
                        keyed = true;
                        filled = true;
                    }
                    _ => filled = true,
                }
            } else {
                filled = true;
            }
            at = self.tokens.next(at);
        }
        (count + usize::from(filled), keyed)
    }

    fn pop(&mut self, index: usize) {
        let carries = self.top.shape == Shape::Group
            && self.top.chain.is_alive()
            && self.is_whole(self.top.open, self.top.chain.token);
        if !carries {
            self.end_chain(index);
        }
        let Some(outer) = self.outer.pop() else { return };
        let inner = mem::replace(&mut self.top, outer);
        self.scope = inner.scope;
        match inner.shape {
            Shape::Group if carries => {
                self.top.chain = Chain {
                    token: inner.open,
                    given: inner.gives,
                    dot: false,
                    uses: false,
                    ..inner.chain
                };
            }
            // `Optional[X]` says nothing about what `Optional` is for.
            Shape::Index if self.top.item.annotated && self.top.shape != Shape::Bases => {
                self.drop_chain();
            }
            Shape::Index => self.top.chain.key = inner.key,
            Shape::Arguments | Shape::Tag => self.end_call(&inner),
            _ => {}
        }
    }

    /// Whether a path that starts at `token` is all that a bracket holds.
    fn is_whole(&self, open: usize, token: usize) -> bool {
        let mut first = open + 1;
        if self.tokens.text(first) == "0" && self.tokens.is(first + 1, ",") {
            // `(0, a.b)(c)` is how compilers write `a.b(c)`.
            first += 2;
        }
        while matches!(self.tokens.text(first), "await" | "new") {
            first += 1;
        }
        first == token
    }

    // Calls.

    /// Enters the arguments of a call of the current path.
    pub fn enter_call(&mut self, open: usize, special: Special<'a>) {
        let at = match self.top.chain.run {
            usize::MAX => self.tokens.at(open).start(),
            run => run,
        };
        let call = match special {
            Special::Nothing if self.top.chain.is_alive() => {
                self.top.chain.called();
                Some(self.telling.call(&self.top.chain.path, at))
            }
            Special::Environment => {
                self.top.chain.called();
                self.top.call
            }
            Special::Silent => {
                self.top.chain.called();
                None
            }
            _ => None,
        };
        self.top.chain.dot = false;

        if self.enter_until(Shape::Arguments, open, self.tokens.at(open).pair()) {
            self.top.call = call;
            self.top.special = special;
            self.top.direct = special == Special::Nothing;
        }
    }

    fn end_call(&mut self, inner: &Frame<'a>) {
        match (inner.special, inner.call) {
            (Special::Nothing, Some(call)) => {
                self.telling.end_call(call, inner.given, &self.bindings);
            }
            (Special::Imported(module), _) => {
                let importable = self.telling.importable(module);
                self.top.chain.path = Path {
                    root: importable.map_or(Root::Local, |module| Root::Module(module.into())),
                    ..Path::default()
                };
                self.top.chain.uses = false;
            }
            _ => {}
        }
    }

    // Paths.

    /// A name.
    pub fn name(&mut self, index: usize) {
        if !self.top.chain.dot {
            self.end_chain(index);
            let segments = self.spare.pop().unwrap_or_default();
            self.top.chain = Chain {
                path: Path { root: Root::Name, segments, called: 0 },
                token: index,
                run: self.tokens.at(index).start(),
                given: self.gives(index),
                uses: self.top.item.uses || self.top.shape == Shape::Bases,
                ..Chain::default()
            };
        }
        let (start, text) = (self.tokens.at(index).start(), self.tokens.text(index));
        let chain = &mut self.top.chain;
        chain.dot = false;
        chain.key = None;
        if chain.run == usize::MAX {
            chain.run = start;
        }
        if chain.path.segments.len() < SEGMENTS {
            chain.path.segments.push(text);
        }
        self.top.item.begun = true;
    }

    /// A dot: the path goes on, or one without a name starts.
    pub fn dot(&mut self, index: usize) {
        if !self.top.chain.is_alive() {
            self.top.chain = Chain {
                path: Path { root: Root::Anonymous, ..Path::default() },
                token: index,
                run: usize::MAX,
                ..Chain::default()
            };
        }
        self.top.chain.dot = true;
    }

    /// Whatever follows does not belong to the current path.
    pub fn end_chain(&mut self, index: usize) {
        if !self.top.chain.is_alive() {
            self.top.chain.dot = false;
            return;
        }
        let chain = mem::take(&mut self.top.chain);
        self.name_argument(&chain);
        self.telling.used(&chain.path);
        if chain.uses && chain.path.called == 0 {
            self.telling.call(&chain.path, chain.run);
        }
        if (self.top.item.annotated || chain.given) && self.top.item.target != Target::Nothing {
            self.bind(self.top.item.target, &chain.path, index);
        }
        self.spare(chain);
    }

    /// Keeps what a path took for the next one.
    fn spare(&mut self, chain: Chain<'a>) {
        let mut segments = chain.path.segments;
        if self.spare.len() < SPARE && segments.capacity() > 0 {
            segments.clear();
            self.spare.push(segments);
        }
    }

    /// A path that a call is given under a name: `a=x.y`, `{ a: x.y }`, `{ a }`.
    fn name_argument(&mut self, chain: &Chain<'a>) {
        let within = matches!(self.top.shape, Shape::Arguments | Shape::Object | Shape::Tag);
        let Some(call) = self.top.call.filter(|_| within) else { return };
        let name = match (self.top.item.name, chain.path.segments.as_slice()) {
            (Some(name), _) => name,
            (None, [name]) if self.top.shape == Shape::Object && chain.path.called == 0 => name,
            _ => return,
        };
        self.telling.named(call, name);
    }

    /// A number, a list or a yes that a call is given under a name: `a=5`,
    /// `{ a: true }`. What says that there is nothing, or no, is not told.
    pub fn name_plain(&mut self, name: &'a str, index: usize) {
        let value = index + 1;
        let told = self.tokens.kind(value) == Kind::Number
            || matches!(self.tokens.text(value), "True" | "true" | "TRUE" | "[");
        if let Some(call) = self.top.call.filter(|_| told) {
            self.telling.named(call, name);
        }
    }

    /// Forgets the current path: it was a target, a key, a declaration.
    pub fn drop_chain(&mut self) {
        let chain = mem::take(&mut self.top.chain);
        self.spare(chain);
    }

    /// What the bracket at a token holds stands for the whole path before it.
    pub fn stand_for_chain(&mut self, open: usize) {
        self.stands_for = Some((open, self.top.chain.given));
        self.drop_chain();
    }

    /// Whether the value that starts at a token is what the item is given.
    fn gives(&self, index: usize) -> bool {
        let mut before = self.tokens.before(index);
        // `x = &a.b`, `x = *a`: still what `a` is.
        for _ in 0..2 {
            if matches!(self.tokens.text(before), "&" | "*" | "mut" | "try" | "$" | "@" | "\\") {
                before = self.tokens.before(before);
            }
        }
        match self.tokens.kind(before) {
            Kind::Sign | Kind::Word => match self.tokens.text(before) {
                "=" | ":=" | "<-" | "<<-" | "or" | "||" | "??" | "||=" | "??=" | "else" | "?"
                | "await" | "new" | "as" | "satisfies" | "and" | "&&" => true,
                // `a ? b : c`, but not `(a): b => c`.
                ":" => self.top.item.asks,
                _ => false,
            },
            Kind::Open => self.top.shape == Shape::Group && before == self.top.open,
            _ => false,
        }
    }

    // Names.

    /// The item is given what follows, under the name of the current path.
    pub fn assign(&mut self, index: usize) {
        if self.top.item.annotated {
            // The path is that of the type; the name stands before it.
            self.end_chain(index);
            self.top.item.annotated = false;
            return;
        }
        let chain = mem::take(&mut self.top.chain);
        self.groups += 1;
        let group = self.groups;
        let names_argument = matches!(self.top.shape, Shape::Arguments | Shape::Tag | Shape::Bases);
        if let [name] = chain.path.segments.as_slice()
            && names_argument
        {
            self.name_plain(name, index);
        }
        let item = &mut self.top.item;
        item.group = group;
        if chain.is_alive() {
            item.name = chain.key.or(chain.path.segments.last().copied());
            item.target = match chain.path.segments.as_slice() {
                _ if names_argument || chain.path.root != Root::Name => Target::Nothing,
                [name] if item.field => Target::Field(name),
                [name] => Target::Name(Key { name, member: false }),
                ["self" | "this" | "cls", name] => Target::Name(Key { name, member: true }),
                _ => Target::Nothing,
            };
        }
        self.spare(chain);
    }

    /// A type follows for the name of the current path.
    pub fn annotate(&mut self, index: usize) {
        self.assign(index);
        self.top.item.annotated = true;
    }

    /// What follows is bound to a target that is named elsewhere.
    pub fn aim(&mut self, target: Target<'a>) {
        self.groups += 1;
        self.top.item.group = self.groups;
        self.top.item.target = target;
    }

    /// Binds an imported name, or one of the project's own.
    pub fn bind_import(&mut self, name: &'a str, value: Value<'a>, index: usize) {
        self.groups += 1;
        let (offset, key) = (self.tokens.at(index).start(), Key { name, member: false });
        self.bindings.bind(key, value, Bound::new(offset, self.scope, self.groups));
    }

    /// Binds what an item is given.
    pub fn bind(&mut self, target: Target<'a>, path: &Path<'a>, index: usize) {
        let offset = self.tokens.at(index).start();
        let bound = Bound::new(offset, self.scope, self.top.item.group);
        let mut bind = |name: &'a str, member: bool, path: &Path<'a>| {
            self.bindings.alias(Key { name, member }, path.written(), bound);
        };
        match target {
            Target::Nothing => {}
            Target::Name(key) => bind(key.name, key.member, path),
            Target::Field(name) => {
                bind(name, false, path);
                bind(name, true, path);
            }
            Target::Pattern(open) => {
                for (property, local, _) in pattern(self.tokens, open) {
                    let mut whole = path.clone();
                    whole.segments.push(property);
                    bind(local, false, &whole);
                }
            }
        }
    }
}

/// The names that an object pattern binds: property, local name, and the
/// offset of the property.
#[must_use]
pub fn pattern<'a>(tokens: &Tokens<'a>, open: usize) -> Vec<(&'a str, &'a str, usize)> {
    let close = tokens.at(open).pair().min(tokens.len());
    let mut found = Vec::new();
    let mut at = open + 1;
    let mut starts = true;
    while at < close {
        if starts && tokens.kind(at) == Kind::Name {
            let (property, offset) = (tokens.text(at), tokens.at(at).start());
            let renamed = tokens.is(at + 1, ":");
            if !renamed {
                found.push((property, property, offset));
            } else if tokens.kind(at + 2) == Kind::Name {
                found.push((property, tokens.text(at + 2), offset));
            }
        }
        starts = tokens.is(at, ",");
        at = tokens.next(at);
    }
    found
}
