//! JavaScript and TypeScript source, with JSX, Vue, Svelte and Astro.
//!
//! Knows the grammar as far as imports, calls, assignments and strings need
//! it; knows no package.

mod environment;
mod imports;
mod markup;
mod scripts;
mod shapes;

use std::mem;

use super::bindings::Key;
use super::frames::{Shape, Special, Target};
use super::languages;
use super::lexer::Kind;
use super::reading::Reading;
use super::strings;
use super::telling::Telling;
use super::tokens::Tokens;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Language;

/// JavaScript and TypeScript source, read without running it.
///
/// Tells the packages that are imported (no relative path, no alias of a
/// bundler, no `node:` module), the calls whose name leads to an import or
/// which are given a string, the environment variables that are read, and
/// every other string literal. `new`, tags of components, tagged templates,
/// decorators and derived classes count as calls. Comments, text between tags,
/// regular expressions and directives are not read. Of Vue, Svelte and
/// Astro files only the scripts are read, and the code fence of the latter.
///
/// An import is `optional` if only types are imported or if it is made on the
/// spot (`import("m")`).
#[derive(Debug)]
pub struct Javascript;

impl Extractor for Javascript {
    fn id(&self) -> &'static str {
        "javascript"
    }

    fn about(&self) -> &'static str {
        "JavaScript and TypeScript source, Vue, Svelte and Astro included"
    }

    fn reads(&self) -> Reads {
        Reads::Source(Language::Javascript)
    }

    fn reads_parts(&self, name: &str) -> bool {
        !has_scripts(name)
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &[
                "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro",
            ],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let row = languages::row_of(content.name(), Language::Javascript);
        let rules = row.map_or(&languages::JAVASCRIPT, |row| row.rules);
        let parts = if has_scripts(content.name()) {
            scripts::scripts(content.text)
        } else {
            content.parts()
        };
        let tokens = Tokens::read(content.text, &parts, rules, content.limits);
        let telling = Telling::new(content, Language::Javascript, imports::importable);
        let mut reader = Reader {
            reading: Reading::new(&tokens, telling),
            skip: 0,
            braces: None,
            case: false,
            case_colon: usize::MAX,
            class: false,
        };
        reader.read();
        let Reading { bindings, telling, .. } = reader.reading;
        telling.finish(&bindings, &tokens, sink)
    }
}

/// Whether of a file of this name only the scripts are source.
fn has_scripts(name: &str) -> bool {
    languages::row_of(name, Language::Javascript).is_some_and(|row| row.scripts)
}

struct Reader<'a, 't> {
    reading: Reading<'a, 't>,
    /// Tokens before this one have been read.
    skip: usize,
    /// Where the last object or pattern opened and closed.
    braces: Option<(usize, usize)>,
    /// A `case` or `default` is being read.
    case: bool,
    /// Its colon, if it was the last one.
    case_colon: usize,
    /// The head of a class is being read, not that of an interface.
    class: bool,
}

/// Words that start a statement wherever they stand.
const STATEMENT: &[&str] = &[
    "break", "case", "const", "continue", "do", "for", "if", "let", "return", "switch", "throw",
    "try", "var", "while",
];

/// Words that go on with what stands before them.
const INFIX: &[&str] = &["as", "extends", "implements", "in", "instanceof", "satisfies"];

/// Names before the name of a member or parameter.
const MODIFIERS: &[&str] = &[
    "abstract",
    "accessor",
    "async",
    "declare",
    "get",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "set",
    "static",
];

impl<'a> Reader<'a, '_> {
    fn read(&mut self) {
        let end = self.reading.tokens.len();
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
    }

    fn token(&mut self, index: usize) {
        let reading = &mut self.reading;
        let kind = reading.tokens.kind(index);
        if reading.is_blind(index) {
            if strings::starts(kind) {
                reading.string_in_the_dark(index);
            }
            return;
        }
        match kind {
            Kind::Name => self.name(index),
            Kind::Word => self.word(index),
            Kind::Text | Kind::Head => self.string(index),
            Kind::Middle => reading.enter(Shape::Code, index),
            Kind::Open => self.open(index),
            Kind::Sign => self.sign(index),
            Kind::TagOpen => self.tag(index),
            Kind::Splice => self.splice(index),
            Kind::Close | Kind::Tail | Kind::TagClose | Kind::SpliceEnd => {}
            _ => reading.end_chain(index),
        }
    }

    fn is_body(&self) -> bool {
        matches!(self.reading.top.shape, Shape::Block | Shape::Class)
    }

    /// A line that starts with a name after an operand starts a statement.
    fn start_of_line(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        if self.is_body()
            && tokens.at(index).line
            && !self.reading.top.chain.dot
            && shapes::ends_operand(tokens, tokens.before(index))
        {
            self.reading.end_chain(index);
            self.reading.top.next_item();
        }
    }

    fn name(&mut self, index: usize) {
        self.start_of_line(index);
        let is_body = self.is_body();
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        let text = tokens.text(index);
        let next = tokens.kind(index + 1);
        if !reading.top.chain.dot {
            let declares = matches!(reading.top.shape, Shape::Class | Shape::Parameters);
            if declares && MODIFIERS.contains(&text) && matches!(next, Kind::Name | Kind::Word) {
                reading.end_chain(index);
                reading.top.item.field |=
                    matches!(text, "private" | "protected" | "public" | "readonly");
                return;
            }
            if matches!(text, "interface" | "namespace" | "module") && next == Kind::Name && is_body
            {
                return self.declare(index, Shape::Class, false);
            }
            let operand = shapes::ends_operand(tokens, tokens.before(index));
            if text == "of" && operand && !tokens.at(index).line {
                return reading.end_chain(index);
            }
            if reading.top.shape == Shape::Tag {
                reading.top.next_item();
                reading.top.item.name = Some(text);
                return;
            }
        }
        let goes_on = reading.top.chain.dot;
        reading.name(index);
        if !goes_on {
            let before = tokens.before(index);
            let derives = self.class && shapes::is_base(tokens, index);
            reading.top.chain.uses = derives || matches!(tokens.text(before), "@" | "new");
            if derives {
                reading.aim(Target::Name(Key { name: "super", member: false }));
                reading.top.item.annotated = true;
            }
        }
        environment::read(reading, index);
    }

    /// Something with a body is declared; its name is none that is used.
    fn declare(&mut self, index: usize, shape: Shape, class: bool) {
        let tokens = self.reading.tokens;
        self.reading.end_chain(index);
        self.reading.top.expected = Some(shape);
        self.class = class;
        let name = index + 1 + usize::from(tokens.is(index + 1, "*"));
        if tokens.kind(name) == Kind::Name {
            self.skip = name + 1;
        }
    }

    fn word(&mut self, index: usize) {
        let tokens = self.reading.tokens;
        let text = tokens.text(index);
        if !INFIX.contains(&text) {
            self.start_of_line(index);
        }
        let top = &mut self.reading.top;
        let is_key =
            tokens.is(index + 1, ":") || (tokens.is(index + 1, "?") && tokens.is(index + 2, ":"));
        if top.shape == Shape::Object && !top.item.begun && is_key {
            top.item.name = Some(text);
            top.item.begun = true;
            return;
        }
        match text {
            "import" if tokens.is(index + 1, "(") || tokens.is(index + 1, ".") => {
                return self.reading.name(index);
            }
            "import" | "export" => {
                self.reading.end_chain(index);
                self.reading.top.next_item();
                if let Some(behind) = imports::read(&mut self.reading, index) {
                    self.skip = behind;
                }
                return;
            }
            "function" => return self.declare(index, Shape::Parameters, false),
            "class" => return self.declare(index, Shape::Class, true),
            "enum" => return self.declare(index, Shape::Class, false),
            "case" => self.case = true,
            "default" => self.case = tokens.is(index + 1, ":"),
            _ => {}
        }
        self.reading.end_chain(index);
        if STATEMENT.binary_search(&text).is_ok() && self.is_body() {
            self.reading.top.next_item();
        }
        self.reading.top.item.begun = true;
    }

    fn string(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        if shapes::is_directive(tokens, index, &reading.top) {
            return;
        }
        let tagged =
            tokens.byte(index) == b'`' && reading.top.chain.is_alive() && !reading.top.chain.dot;
        if tagged {
            reading.tagged_template(index);
        } else {
            reading.string(index);
        }
    }

    fn sign(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        match tokens.text(index) {
            "." => reading.dot(index),
            "?." if tokens.kind(index + 1) != Kind::Open => reading.dot(index),
            "?." => {}
            // `a!.b`
            "!" if reading.top.chain.is_alive() => {}
            "?" if tokens.is(index + 1, ":") => {}
            "?" => {
                reading.end_chain(index);
                reading.top.item.asks = true;
            }
            "=" => self.assign(index),
            "||=" | "??=" | "&&=" | "+=" => reading.assign(index),
            ":" => self.colon(index),
            ";" => {
                reading.end_chain(index);
                reading.top.next_item();
            }
            "," => {
                reading.end_chain(index);
                if reading.top.shape != Shape::Block {
                    reading.top.next_item();
                }
            }
            "=>" => {
                // What the function returns is not what the name stands for.
                reading.drop_chain();
                reading.top.item.annotated = false;
                reading.top.item.target = Target::Nothing;
            }
            "<" if reading.top.chain.is_alive() => self.types(index),
            _ => reading.end_chain(index),
        }
    }

    /// A comparison, or type arguments.
    fn types(&mut self, index: usize) {
        let reading = &mut self.reading;
        if let Some(close) = shapes::end_of_types(reading.tokens, index) {
            reading.enter_until(Shape::Types, index, close + 1);
            return;
        }
        reading.end_chain(index);
        if reading.top.expected == Some(Shape::Class) {
            // What a class is derived from has been read; types follow.
            reading.top.item.annotated = false;
        }
    }

    fn assign(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        let before = tokens.before(index);
        let braces = self.braces.filter(|(_, close)| *close == before);
        let braces = braces.filter(|_| !reading.top.chain.is_alive());
        if reading.top.shape == Shape::Tag {
            return;
        }
        reading.top.item.field |= reading.top.shape == Shape::Class;
        reading.assign(index);
        let Some((open, _)) = braces.filter(|_| reading.top.shape == Shape::Block) else { return };
        reading.aim(Target::Pattern(open));
        reading.top.item.name = None;
        environment::destructured(reading, index, open);
    }

    fn colon(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        let chain = &reading.top.chain;
        let single = chain.is_alive() && chain.path.segments.len() == 1 && chain.path.called == 0;
        let free = single && reading.top.item.name.is_none();
        let before = tokens.before(chain.token);
        let first =
            before == reading.top.open || matches!(tokens.text(before), "," | ";" | "readonly");
        if reading.top.shape == Shape::Block && mem::take(&mut self.case) {
            self.case_colon = index;
        }
        reading.top.item.valued = true;
        match reading.top.shape {
            Shape::Class if free => {
                reading.top.item.field = true;
                reading.annotate(index);
            }
            Shape::Parameters if free => reading.annotate(index),
            Shape::Group if free && first => reading.annotate(index),
            Shape::Block if single && matches!(tokens.text(before), "const" | "let" | "var") => {
                reading.annotate(index);
            }
            Shape::Object if free && first => {
                let name = reading.top.chain.path.segments.first().copied();
                reading.top.item.name = name;
                reading.drop_chain();
                reading.name_plain(name.unwrap_or_default(), index);
            }
            _ => reading.end_chain(index),
        }
    }

    fn open(&mut self, index: usize) {
        let declares = self.declares(index);
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        let alive = reading.top.chain.is_alive() && !reading.top.chain.dot;
        let before = tokens.before(index);
        let follows_value = matches!(tokens.byte(before), b')' | b']' | b'"' | b'\'' | b'`')
            && matches!(tokens.kind(before), Kind::Close | Kind::Text | Kind::Tail)
            && !tokens.at(index).line;
        match tokens.byte(index) {
            b'(' if declares => self.parameters(index),
            b'(' if alive => {
                let special = self.special_call();
                self.reading.enter_call(index, special);
            }
            b'(' if follows_value => reading.enter(Shape::Arguments, index),
            b'(' => {
                reading.end_chain(index);
                reading.enter(Shape::Group, index);
            }
            b'[' if alive => {
                let environment = environment::is(&reading.top.chain.path.segments);
                let pair = tokens.at(index).pair();
                if reading.enter_until(Shape::Index, index, pair) && environment {
                    reading.top.special = Special::Environment;
                }
            }
            b'[' if follows_value => reading.enter(Shape::Index, index),
            b'[' => {
                reading.end_chain(index);
                reading.enter(Shape::List, index);
            }
            _ => self.brace(index),
        }
    }

    fn brace(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        reading.end_chain(index);
        let shape = shapes::of_brace(tokens, index, &reading.top, self.case_colon);
        let pair = tokens.at(index).pair();
        match shape {
            Shape::Object => self.braces = Some((index, pair)),
            _ => reading.top.item.annotated = false,
        }
        if reading.enter_until(shape, index, pair) && shape == Shape::Block {
            let (start, end) = (tokens.at(index).start(), tokens.at(pair).start());
            reading.scope = reading.bindings.open_scope(start, end);
        }
    }

    /// Whether the parenthesis holds what a function declares to take.
    fn declares(&self, index: usize) -> bool {
        let (top, tokens) = (&self.reading.top, self.reading.tokens);
        let segments = top.chain.path.segments.as_slice();
        let single = segments.len() == 1 && top.chain.path.called == 0 && !top.chain.uses;
        let member = matches!(top.shape, Shape::Class | Shape::Object)
            && single
            && top.item.name.is_none()
            && !top.item.valued
            && !tokens.is(tokens.before(top.chain.token), "...");
        top.expected == Some(Shape::Parameters)
            || member
            || segments == ["async"]
            || (shapes::is_arrow(tokens, index) && !top.chain.is_alive())
    }

    fn parameters(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        reading.drop_chain();
        let end = shapes::end_of_function(tokens, index).unwrap_or(reading.top.close);
        let pair = tokens.at(index).pair();
        if reading.top.expected == Some(Shape::Parameters) {
            reading.top.expected = None;
        }
        if reading.enter_until(Shape::Parameters, index, pair) {
            let (start, end) = (tokens.at(index).start(), tokens.at(end).start());
            reading.scope = reading.bindings.open_scope(start, end);
        }
    }

    fn special_call(&self) -> Special<'a> {
        match self.reading.top.chain.path.segments.as_slice() {
            ["require"] => Special::Import { lazy: false },
            ["import"] => Special::Import { lazy: true },
            ["Deno", "env", "get"] => Special::Environment,
            _ => Special::Nothing,
        }
    }
}
