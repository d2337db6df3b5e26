//! What a bracket means: arguments or parameters, statements or values, type
//! arguments or a comparison.

use super::super::frames::{Shape, Special};
use super::super::lexer::Kind;
use super::super::strings;
use super::super::tokens::Tokens;
use super::reader::Reader;
use super::{Literals, Types};

/// Tokens of a function's head that are looked at, and of type arguments.
const HEAD_TOKENS: usize = 96;

impl Reader<'_, '_> {
    pub(super) fn open(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let chain = &self.reading.top.chain;
        let alive = chain.is_alive() && !chain.dot;
        let before = tokens.before(index);
        let follows_value = matches!(tokens.kind(before), Kind::Close | Kind::Text | Kind::Tail)
            && !tokens.is(before, "}")
            && !tokens.at(index).line;
        match tokens.byte(index) {
            b'(' if index == self.parameters => self.enter_parameters(index),
            b'(' if alive && self.declares_constructor(index) => {
                self.reading.drop_chain();
                self.function(index);
                self.enter_parameters(index);
            }
            b'(' if !alive && self.reading.top.expected == Some(Shape::Class) => {
                self.reading.enter(Shape::Parameters, index);
            }
            b'(' if alive && self.wraps() => {
                self.reading.stand_for_chain(index);
                self.reading.enter(Shape::Group, index);
            }
            b'(' if alive => {
                let silent = index == self.silent;
                let special = if silent { Special::Silent } else { self.special_call() };
                self.reading.enter_call(index, special);
            }
            b'(' if follows_value => self.reading.enter(Shape::Arguments, index),
            b'(' => {
                self.reading.end_chain(index);
                self.reading.enter(Shape::Group, index);
            }
            b'[' => self.square(index, alive, follows_value),
            _ => self.brace(index, alive),
        }
    }

    /// `Some(…)`, `Arc::new(…)`: what is held counts.
    fn wraps(&self) -> bool {
        match self.reading.top.chain.path.segments.as_slice() {
            [name] | [name, "new"] => self.grammar.wrappers.contains(name),
            _ => false,
        }
    }

    fn square(&mut self, index: usize, alive: bool, follows_value: bool) {
        let pair = self.reading.tokens.at(index).pair();
        if alive {
            let special = self.special_call();
            if self.reading.enter_until(Shape::Index, index, pair) {
                self.reading.top.special = special;
            }
            return;
        }
        if follows_value {
            return self.reading.enter(Shape::Index, index);
        }
        self.reading.end_chain(index);
        self.reading.enter(Shape::List, index);
    }

    // Functions.

    /// A word that a function starts with: finds its parameters and body.
    pub(super) fn function_word(&mut self, index: usize) {
        if let Some(open) = parameters_behind(self.reading.tokens, index) {
            self.function(open);
            self.skip = open;
        }
    }

    /// A function whose parameters open at a token.
    pub fn function(&mut self, open: usize) {
        self.parameters = open;
        self.body = body_behind(self.reading.tokens, open, self.grammar.lines);
        self.reading.top.item.begun = true;
    }

    fn enter_parameters(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let pair = tokens.at(index).pair();
        let end = if self.body == usize::MAX { pair } else { tokens.at(self.body).pair() };
        if self.reading.enter_until(Shape::Parameters, index, pair) {
            let (start, end) = (tokens.at(index).start(), tokens.at(end).start());
            self.reading.scope = self.reading.bindings.open_scope(start, end);
        }
    }

    /// A member without a type that takes something: `Name(…) {`
    fn declares_constructor(&self, index: usize) -> bool {
        let (top, tokens) = (&self.reading.top, self.reading.tokens);
        let behind = tokens.at(index).pair().saturating_add(1);
        self.grammar.types == Types::Before
            && top.shape == Shape::Class
            && top.item.name.is_none()
            && top.chain.path.segments.len() == 1
            && top.chain.path.called == 0
            && !top.chain.uses
            && matches!(tokens.text(behind), "{" | "throws" | ":" | "=>")
    }

    // Braces.

    fn brace(&mut self, index: usize, alive: bool) {
        let shape = match self.reading.top.expected {
            _ if index == self.body => Shape::Block,
            Some(shape @ (Shape::Class | Shape::Block)) => shape,
            _ => self.shape_of_brace(index, alive),
        };
        if matches!(shape, Shape::Object | Shape::List) {
            return self.composite(index, shape, alive);
        }
        let tokens = self.reading.tokens;
        let lambda = alive
            && shape == Shape::Block
            && index != self.body
            && self.reading.top.expected.is_none()
            && self.grammar.literals == Literals::Never
            && !self.reading.top.item.annotated;
        if lambda && self.reading.top.chain.run != usize::MAX {
            let chain = &mut self.reading.top.chain;
            self.reading.telling.call(&chain.path, chain.run);
            chain.called();
        } else if !lambda {
            self.reading.end_chain(index);
        }
        self.reading.top.item.annotated = false;
        self.reading.top.expected = None;
        let pair = tokens.at(index).pair();
        if self.reading.enter_until(shape, index, pair) && shape == Shape::Block {
            let (start, end) = (tokens.at(index).start(), tokens.at(pair).start());
            self.reading.scope = self.reading.bindings.open_scope(start, end);
        }
    }

    fn shape_of_brace(&self, index: usize, alive: bool) -> Shape {
        let (top, tokens) = (&self.reading.top, self.reading.tokens);
        let before = tokens.before(index);
        let text = tokens.text(before);
        let within = matches!(top.shape, Shape::Object | Shape::List);
        let pair = tokens.at(index).pair();
        let values = || {
            // `{.name = value}`
            let first = index + 1 + usize::from(tokens.is(index + 1, "."));
            let assigned = tokens.kind(first) == Kind::Name && tokens.assigns(first + 1);
            let value = strings::starts(tokens.kind(index + 1));
            if tokens.is(before, ")") && !assigned && !value && !tokens.is(index + 1, "{") {
                // The members of a class without a name.
                return Shape::Class;
            }
            let keyed = assigned
                || tokens.is(index + 1, "[")
                || self.reading.entries(index, pair).1
                || pair == index + 1;
            if keyed { Shape::Object } else { Shape::List }
        };
        let made = tokens.is(tokens.before(top.chain.token), "new");
        match self.grammar.literals {
            Literals::Named if (alive && !top.item.annotated) || within => values(),
            // `json!({…})`
            Literals::Named if text == "(" && tokens.is(tokens.before(before), "!") => values(),
            Literals::Elided if alive || within => values(),
            // `[]struct{…}{…}`, `map[string]interface{}{…}`
            Literals::Elided if text == "}" && !tokens.at(index).line => values(),
            Literals::Initialisers
                if made || within || matches!(text, "=" | "(" | "," | "]" | "return") =>
            {
                values()
            }
            Literals::Hashes => {
                let takes = matches!(tokens.kind(before), Kind::Name | Kind::Close)
                    && !tokens.at(index).line;
                let behind = matches!(text, "->" | "lambda" | "do" | "BEGIN" | "END");
                if takes || behind || tokens.is(index + 1, "|") {
                    Shape::Block
                } else {
                    Shape::Object
                }
            }
            _ => Shape::Block,
        }
    }

    /// A value with its fields or items: `T{…}`.
    fn composite(&mut self, index: usize, shape: Shape, alive: bool) {
        let tokens = self.reading.tokens;
        let top = &self.reading.top;
        let given = top.shape == Shape::Arguments && top.direct;
        let made = tokens.is(tokens.before(top.chain.token), "new");
        let mut call = None;
        if alive {
            let known = made || self.reading.bindings.knows(top.chain.path.written());
            if known && (!given || shape == Shape::List) && top.chain.run != usize::MAX {
                call = Some(self.reading.telling.call(&top.chain.path, top.chain.run));
            }
            self.reading.top.chain.called();
        } else {
            self.reading.end_chain(index);
        }
        let pair = tokens.at(index).pair();
        if self.reading.enter_until(shape, index, pair) && call.is_some() {
            self.reading.top.call = call;
        }
    }

    // Types.

    /// `<` behind a path: type arguments, or a comparison.
    pub(super) fn types(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let Some(close) = end_of_types(tokens, index) else {
            return self.reading.end_chain(index);
        };
        let chain = &self.reading.top.chain;
        let wraps =
            chain.path.segments.last().is_some_and(|name| self.grammar.wrappers.contains(name));
        if wraps && !chain.dot && chain.path.called == 0 && tokens.kind(index + 1) == Kind::Name {
            // What is held counts: it is read as if it stood alone.
            self.reading.drop_chain();
            return;
        }
        self.skip = close + 1;
        self.chain_end = close + 1;
    }
}

/// Where the parameters open of the function whose word stands at a token.
fn parameters_behind(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let (mut at, mut depth) = (index + 1, 0usize);
    for _ in 0..HEAD_TOKENS {
        match (tokens.kind(at), tokens.text(at)) {
            (Kind::Open, "(") if depth == 0 => {
                let behind = tokens.next(at) + 1;
                let receives = tokens.kind(behind) == Kind::Name
                    && matches!(tokens.text(behind + 1), "(" | "[")
                    && at == index + 1;
                if !receives {
                    return Some(at);
                }
            }
            (Kind::Open, "{") | (Kind::Newline, _) => return None,
            (Kind::Sign, "<") => depth += 1,
            (Kind::Sign, ">") => depth = depth.saturating_sub(1),
            (Kind::Sign, ";" | "=") if depth == 0 => return None,
            _ => {}
        }
        at = match tokens.kind(at) {
            Kind::Open => tokens.next(at) + 1,
            _ => at + 1,
        };
    }
    None
}

/// Where the body opens of a function whose parameters open at a token;
/// behind the last token if it has none.
fn body_behind(tokens: &Tokens<'_>, open: usize, lines: bool) -> usize {
    let mut at = tokens.next(open) + 1;
    for _ in 0..HEAD_TOKENS {
        let text = tokens.text(at);
        match tokens.kind(at) {
            Kind::Open
                if text == "{"
                    && !matches!(tokens.text(tokens.before(at)), "interface" | "struct") =>
            {
                return at;
            }
            Kind::Sign if matches!(text, ";" | "=" | "=>" | ",") => break,
            Kind::Close | Kind::Newline => break,
            Kind::Name | Kind::Word if lines && tokens.at(at).line && text != "where" => break,
            _ => {}
        }
        at = match tokens.kind(at) {
            Kind::Open => tokens.next(at) + 1,
            _ => at + 1,
        };
    }
    usize::MAX
}

/// Where the type arguments end that may start at a token.
fn end_of_types(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let (mut at, mut depth) = (index, 0usize);
    for _ in 0..HEAD_TOKENS {
        match (tokens.kind(at), tokens.text(at)) {
            (Kind::Sign, "<") => depth += 1,
            (Kind::Sign, ">") => {
                depth -= 1;
                if depth == 0 {
                    let behind = tokens.text(at + 1);
                    let ends = matches!(
                        tokens.kind(at + 1),
                        Kind::Name | Kind::Open | Kind::Close | Kind::Word | Kind::Newline
                    ) || matches!(
                        behind,
                        "," | "." | "::" | ">" | ";" | "=" | "?" | "&" | "*" | ":" | "!" | "?."
                    );
                    return ends.then_some(at);
                }
            }
            (Kind::Sign, "." | "," | "?" | "&" | "*" | "'" | "::" | ":" | "+" | "->")
            | (Kind::Open, "[" | "(")
            | (Kind::Name | Kind::Word | Kind::Number, _) => {}
            _ => return None,
        }
        at = match tokens.kind(at) {
            Kind::Open => tokens.next(at) + 1,
            _ => at + 1,
        };
    }
    None
}
