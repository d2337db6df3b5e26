//! Walks over the tokens and says what names, words and signs mean.

use std::mem;

use foldhash::HashMap;

use super::super::bindings::{Key, Path, Root};
use super::super::frames::{Chain, Shape, Special, Target};
use super::super::lexer::Kind;
use super::super::reading::Reading;
use super::super::strings;
use super::names::Start;
use super::{Grammar, Types};

/// Distinct names that paths start with; further ones are not looked at.
const STARTS: usize = 100_000;

/// The reading of a file by a grammar.
#[derive(Debug)]
pub struct Reader<'a, 't> {
    /// What all readers do alike.
    pub reading: Reading<'a, 't>,
    pub(super) grammar: &'static Grammar,
    /// Names that paths start with.
    pub(super) starts: HashMap<&'a str, Start>,
    /// Modules imported as a whole.
    pub(super) opened: Vec<&'a str>,
    /// Modules that are the project's own.
    pub own_modules: Vec<&'a str>,
    /// What the function at hand calls the object itself.
    pub receiver: Option<&'a str>,
    /// What the file declares lies in a namespace of the project's own.
    pub namespaced: bool,
    /// Tokens before this one have been read.
    pub(super) skip: usize,
    /// Index behind the last token of the current path.
    pub(super) chain_end: usize,
    /// Where the parameters of the function at hand open, and its body.
    pub(super) parameters: usize,
    pub(super) body: usize,
    /// A parenthesis that calls nothing worth telling.
    pub(super) silent: usize,
    /// The type of the name that was declared last.
    declared: Path<'a>,
    /// The first of several names that are given something together.
    first: Option<&'a str>,
}

impl<'a, 't> Reader<'a, 't> {
    pub(super) fn new(grammar: &'static Grammar, reading: Reading<'a, 't>) -> Self {
        Self {
            reading,
            grammar,
            starts: HashMap::default(),
            opened: Vec::new(),
            own_modules: Vec::new(),
            receiver: None,
            namespaced: false,
            skip: 0,
            chain_end: usize::MAX,
            parameters: usize::MAX,
            body: usize::MAX,
            silent: usize::MAX,
            declared: Path::default(),
            first: None,
        }
    }

    pub(super) fn read(&mut self) {
        let end = self.reading.tokens.len();
        (self.grammar.begin)(self);
        for at in 0..end {
            self.reading.settle(at);
            if at < self.skip {
                continue;
            }
            self.token(at);
            if self.reading.telling.is_full() {
                break;
            }
        }
        self.reading.settle(end);
        self.reading.end_chain(end);
        (self.grammar.finish)(self);
        self.bind_opened();
    }

    fn token(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let kind = tokens.kind(index);
        if self.reading.is_blind(index) {
            if strings::starts(kind) {
                self.reading.string_in_the_dark(index);
            }
            return;
        }
        self.start_of_statement(index, kind);
        if let Some(behind) = (self.grammar.own)(self, index) {
            self.skip = behind.max(index + 1);
            return;
        }
        match kind {
            Kind::Name => self.name(index),
            Kind::Word => self.word(index),
            Kind::Text | Kind::Head => self.reading.string(index),
            Kind::Middle => self.reading.enter(Shape::Code, index),
            Kind::Open => self.open(index),
            Kind::Sign => self.sign(index),
            Kind::Close | Kind::Tail => {}
            _ => self.reading.end_chain(index),
        }
    }

    /// Whether statements or members stand here.
    pub fn is_body(&self) -> bool {
        matches!(self.reading.top.shape, Shape::Block | Shape::Class)
    }

    /// Whether a token may be the first of a statement.
    #[must_use]
    pub fn starts_statement(&self, index: usize) -> bool {
        let tokens = self.reading.tokens;
        let before = tokens.before(index);
        self.is_body()
            && (tokens.at(index).line || matches!(tokens.text(before), "{" | "}" | ";" | ""))
    }

    /// A line that starts with a name after an operand starts a statement, and
    /// so does what follows a block.
    fn start_of_statement(&mut self, index: usize, kind: Kind) {
        if !self.is_body() || self.reading.top.chain.dot {
            return;
        }
        let tokens = self.reading.tokens;
        let before = tokens.kind(tokens.before(index));
        let operand = matches!(
            before,
            Kind::Name | Kind::Close | Kind::Text | Kind::Tail | Kind::Number | Kind::Word
        ) || self.grammar.marks.contains(&tokens.text(tokens.before(index)));
        let new_line = self.grammar.lines
            && tokens.at(index).line
            && operand
            && !matches!(kind, Kind::Sign | Kind::Open | Kind::Close);
        let behind_block = tokens.is(tokens.before(index), "}")
            && !matches!(kind, Kind::Sign | Kind::Open)
            && !matches!(tokens.text(index), "else" | "catch" | "finally");
        if new_line || behind_block {
            self.end_statement(index);
        }
    }

    pub(super) fn end_statement(&mut self, index: usize) {
        self.reading.end_chain(index);
        self.reading.top.next_item();
        self.first = None;
        if self.reading.top.expected == Some(Shape::Class) {
            self.reading.top.expected = None;
        }
    }

    fn name(&mut self, index: usize) {
        let text = self.reading.tokens.text(index);
        if self.reading.top.chain.dot {
            return self.name_behind_dot(index, text);
        }
        if self.follows_name(index) {
            if self.grammar.types == Types::Before && self.declares(index) {
                return;
            }
            if self.grammar.types == Types::After && self.declares_names() {
                self.annotate(index);
            }
        }
        let tokens = self.reading.tokens;
        if self.grammar.types == Types::Before
            && self.reading.top.shape == Shape::Class
            && tokens.kind(tokens.before(index)) == Kind::Word
            && matches!(tokens.text(index + 1), "{" | "=>")
        {
            // A property whose type is a word of the language.
            self.reading.top.item.name = Some(text);
        }
        self.reading.name(index);
        self.chain_end = index + 1;
        self.note_start(index);
        if self.receiver == Some(text)
            && let Some(first) = self.reading.top.chain.path.segments.first_mut()
        {
            *first = "self";
        }
        let before = tokens.before(index);
        let derives = self.reading.top.expected == Some(Shape::Class)
            && self.grammar.bases.contains(&tokens.text(before));
        self.reading.top.chain.uses |= derives || tokens.is(before, "@");
    }

    /// Notes that a path starts with the name at a token.
    pub(super) fn note_start(&mut self, index: usize) {
        if self.starts.len() < STARTS {
            let tokens = self.reading.tokens;
            let scoped = tokens.is(index + 1, "::");
            self.starts.entry(tokens.text(index)).or_insert(Start { index, scoped });
        }
    }

    fn name_behind_dot(&mut self, index: usize, text: &str) {
        let chain = &mut self.reading.top.chain;
        self.chain_end = index + 1;
        if self.grammar.transparent.binary_search(&text).is_ok() {
            chain.dot = false;
            self.silent = index + 1;
            return;
        }
        if let [only] = chain.path.segments.as_slice()
            && self.grammar.itself.contains(only)
            && chain.path.called == 0
        {
            chain.path.segments.clear();
        }
        self.reading.name(index);
    }

    /// Whether a bare path ends right before a token.
    fn follows_name(&self, index: usize) -> bool {
        let chain = &self.reading.top.chain;
        chain.is_alive() && self.chain_end == index && chain.path.called == 0 && !chain.uses
    }

    /// `Type name`: whether a name is declared at a token; binds it.
    fn declares(&mut self, index: usize) -> bool {
        let tokens = self.reading.tokens;
        if tokens.is(index + 1, "(") {
            if self.is_body() {
                self.reading.drop_chain();
                self.function(index + 1);
                return true;
            }
            return false;
        }
        let ends =
            matches!(tokens.text(index + 1), "=" | ";" | "," | ")" | ":" | "{" | "[" | "in" | "=>");
        if !ends {
            return false;
        }
        let path = mem::take(&mut self.reading.top.chain.path);
        let name = tokens.text(index);
        let target = match self.reading.top.shape {
            Shape::Class => Target::Field(name),
            _ => Target::Name(Key { name, member: false }),
        };
        self.reading.drop_chain();
        self.reading.aim(target);
        self.reading.top.item.name = Some(name);
        self.reading.top.item.begun = true;
        self.reading.bind(target, &path, index);
        self.declared = path;
        true
    }

    /// Whether names are declared here, before or without `:` and their type.
    fn declares_names(&self) -> bool {
        let (top, tokens) = (&self.reading.top, self.reading.tokens);
        let declared =
            |index: usize| self.grammar.declarators.contains(&tokens.text(tokens.before(index)));
        top.chain.path.segments.len() == 1
            && !top.item.annotated
            && (matches!(top.shape, Shape::Parameters | Shape::Class)
                || declared(top.chain.token)
                || declared(top.open))
    }

    /// A type follows at a token for the name before it, if one is declared.
    pub(super) fn annotate_names(&mut self, index: usize) {
        if self.follows_name(index) && self.declares_names() {
            self.annotate(index);
        } else {
            self.reading.end_chain(index);
        }
    }

    fn annotate(&mut self, index: usize) {
        self.reading.top.item.field |= self.reading.top.shape == Shape::Class;
        self.reading.annotate(index);
    }

    fn word(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let text = tokens.text(index);
        self.reading.end_chain(index);
        if self.grammar.functions.contains(&text) {
            return self.function_word(index);
        }
        let top = &mut self.reading.top;
        if self.grammar.classes.contains(&text) {
            top.expected = Some(Shape::Class);
            if tokens.kind(index + 1) == Kind::Name {
                self.declare_class(index + 1);
                self.skip = index + 2;
            }
        } else if self.grammar.heads.contains(&text) {
            top.expected = Some(Shape::Block);
        }
        self.reading.top.item.begun = true;
    }

    /// `Type name = new(…)`: what is called is the type.
    pub fn call_declared(&mut self, index: usize) {
        if self.reading.top.item.name.is_none() || self.declared.root == Root::Nothing {
            return;
        }
        self.reading.end_chain(index);
        self.reading.top.chain = Chain {
            path: self.declared.clone(),
            token: index,
            run: self.reading.tokens.at(index).start(),
            given: true,
            ..Chain::default()
        };
    }

    /// Something with members is declared under the name at a token.
    pub fn declare_class(&mut self, index: usize) {
        self.reading.end_chain(index);
        self.reading.top.expected = Some(Shape::Class);
        self.bind_local(self.reading.tokens.text(index), index);
    }

    fn sign(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let text = tokens.text(index);
        let alive = self.reading.top.chain.is_alive();
        if self.grammar.dots.contains(&text) {
            return self.reading.dot(index);
        }
        if alive && self.grammar.marks.contains(&text) {
            self.chain_end = index + 1;
            return;
        }
        match text {
            "=" | ":=" | "+=" | "??=" => self.assign(index),
            ":" => self.colon(index),
            ";" => self.end_statement(index),
            "," => self.comma(index),
            "<" if alive && self.grammar.generics => self.types(index),
            // What the type that is being read is wrapped in.
            ">" | "*" | "&" if self.reading.top.item.annotated && alive => {}
            "*" | "&" | "..." | "<-" if self.grammar.types == Types::After && alive => {
                self.annotate_names(index);
            }
            _ => self.reading.end_chain(index),
        }
    }

    fn comma(&mut self, index: usize) {
        let chain = &self.reading.top.chain;
        let starts = self.first.is_none() && !self.reading.top.item.valued;
        if self.reading.top.shape == Shape::Block
            && starts
            && chain.path.called == 0
            && let [name] = chain.path.segments.as_slice()
        {
            // `client, err := …`: the first is what counts.
            self.first = Some(name);
        }
        self.reading.end_chain(index);
        if self.reading.top.shape != Shape::Block || self.first.is_none() {
            self.reading.top.next_item();
        }
    }

    pub(super) fn assign(&mut self, index: usize) {
        if !self.reading.top.chain.is_alive() && self.reading.top.item.name.is_some() {
            // Its name has been read with its type.
            return;
        }
        self.reading.top.item.field |= self.reading.top.shape == Shape::Class;
        self.reading.assign(index);
        let item = &mut self.reading.top.item;
        item.valued = true;
        if let Some(name) = self.first.take() {
            item.name = Some(name);
            item.target = Target::Name(Key { name, member: false });
        }
    }

    fn colon(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let top = &mut self.reading.top;
        let chain = &top.chain;
        let name = match chain.path.segments.as_slice() {
            [name] if chain.path.called == 0 => Some(*name),
            _ => None,
        };
        let first =
            tokens.before(chain.token) == top.open || tokens.is(tokens.before(chain.token), ",");
        let typed = self.grammar.types == Types::Colon;
        match (top.shape, name) {
            (Shape::Object, Some(name)) if first => {
                self.reading.drop_chain();
                self.reading.aim(Target::Name(Key { name, member: true }));
                let item = &mut self.reading.top.item;
                item.name = Some(name);
                item.asks = true;
                self.reading.name_plain(name, index);
            }
            (Shape::Arguments, Some(name))
                if first && self.grammar.named_arguments.contains(&":") =>
            {
                top.item.name = Some(name);
                self.reading.drop_chain();
                self.reading.name_plain(name, index);
            }
            (Shape::Class | Shape::Parameters, Some(_)) if typed => self.annotate(index),
            (_, Some(_)) if typed && self.declares_names() => self.annotate(index),
            _ => self.reading.end_chain(index),
        }
    }

    pub(super) fn special_call(&self) -> Special<'a> {
        let path = self.reading.top.chain.path.segments.as_slice();
        if self
            .grammar
            .environment
            .iter()
            .any(|known| path.ends_with(known) && (known.len() > 1 || path.len() == 1))
        {
            Special::Environment
        } else {
            Special::Nothing
        }
    }
}
