//! Python source.
//!
//! Knows Python's grammar as far as imports, calls, assignments and strings
//! need it; knows no package.

mod imports;
mod statements;

use self::statements::Statement;
use super::bindings::{Key, Root, Written};
use super::frames::{Shape, Special, Target};
use super::languages;
use super::lexer::Kind;
use super::reading::Reading;
use super::strings;
use super::telling::Telling;
use super::tokens::Tokens;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Language;

/// Python source, read without running it.
///
/// Tells the modules that are imported (not relative ones), the calls whose
/// name leads to an import or which are given a string, the environment
/// variables that are read, and every other string literal. A class derived
/// from an imported one, and an imported decorator, count as calls without
/// arguments. Comments and docstrings are not read.
///
/// An import is `optional` if it stands under `try: … except ImportError` or
/// `if TYPE_CHECKING`, or is made on the spot (`importlib.import_module`).
/// `from a import b` also imports `a.b` if things are read from `b` and `b`
/// is not called itself: then it is a module.
#[derive(Debug)]
pub struct Python;

impl Extractor for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn about(&self) -> &'static str {
        "Python source: imports, calls, string literals"
    }

    fn reads(&self) -> Reads {
        Reads::Source(Language::Python)
    }

    fn reads_parts(&self, _: &str) -> bool {
        true
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["py", "pyi", "pyw"], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let tokens =
            Tokens::read(content.text, &content.parts(), &languages::PYTHON, content.limits);
        let telling = Telling::new(content, Language::Python, importable);
        let reading = Reading::new(&tokens, telling);
        let mut reader = Reader {
            reading,
            scopes: Vec::new(),
            decorators: Vec::new(),
            declared: usize::MAX,
            holds: false,
            indent: 0,
        };
        reader.read(&statements::statements(&tokens));
        let Reading { bindings, telling, .. } = reader.reading;
        telling.finish(&bindings, &tokens, sink)
    }
}

/// A relative module is the project's own.
fn importable(module: &str) -> Option<&str> {
    let is_name = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    module.split('.').all(is_name).then_some(module)
}

/// A function or class that is being read.
struct Scope {
    indent: usize,
    id: usize,
    outside: usize,
    class: bool,
}

struct Reader<'a, 't> {
    reading: Reading<'a, 't>,
    scopes: Vec<Scope>,
    /// Calls that decorate what comes next.
    decorators: Vec<usize>,
    /// A token that only declares a name.
    declared: usize,
    /// `as` names what the statement holds.
    holds: bool,
    /// Of the current statement.
    indent: usize,
}

/// Types that stand for what they are given.
const TRANSPARENT: &[&str] =
    &["Annotated", "ClassVar", "Final", "NotRequired", "Optional", "Required", "Type", "Union"];

impl<'a> Reader<'a, '_> {
    fn read(&mut self, statements: &[Statement]) {
        let end = self.reading.tokens.len();
        let mut starts = statements.iter().copied().peekable();
        let mut at = 0;
        while at < end && !self.reading.telling.is_full() {
            self.reading.settle(at);
            if let Some(statement) = starts.next_if(|next| next.first == at) {
                let behind = starts.peek().map_or(end, |next| next.first);
                if self.statement(statement, behind) {
                    at = behind;
                    continue;
                }
            }
            self.token(at);
            at += 1;
        }
        self.reading.settle(end);
        self.reading.end_chain(end);
        self.leave_scopes(0, end);
    }

    /// A statement starts. Returns whether it has been read to its end.
    fn statement(&mut self, statement: Statement, end: usize) -> bool {
        let Statement { first, indent, guarded } = statement;
        self.reading.end_chain(first);
        self.leave_scopes(indent, first);
        self.reading.statement = first;
        self.reading.statement_end = end;
        self.reading.top.next_item();
        self.reading.top.expected = None;
        self.reading.top.item.field = self.scopes.last().is_some_and(|scope| scope.class);
        self.indent = indent;
        let tokens = self.reading.tokens;
        self.holds = tokens.is(first, "with") || tokens.is(first + 1, "with");
        let decorates = tokens.is(first, "@");
        self.reading.top.item.uses = decorates;
        if decorates {
            self.decorators.push(self.reading.telling.calls());
        } else {
            self.decorated(first);
        }
        if tokens.is(first, "import") || tokens.is(first, "from") {
            imports::read(&mut self.reading, first, end, guarded);
            return true;
        }
        statements::is_docstring(tokens, first, end)
    }

    /// Tells the decorators read so far what they stand before, if that is a
    /// function or a class.
    fn decorated(&mut self, first: usize) {
        let tokens = self.reading.tokens;
        let word = first + usize::from(tokens.is(first, "async"));
        let declared =
            matches!(tokens.text(word), "def" | "class") && tokens.kind(word + 1) == Kind::Name;
        for call in self.decorators.drain(..).filter(|_| declared) {
            self.reading.telling.decorates(call, tokens.text(word + 1));
        }
    }

    fn leave_scopes(&mut self, indent: usize, index: usize) {
        let offset = self.reading.tokens.at(index).start();
        while let Some(scope) = self.scopes.pop_if(|scope| scope.indent >= indent) {
            self.reading.bindings.close_scope(scope.id, offset);
            self.reading.scope = scope.outside;
        }
    }

    fn enter_scope(&mut self, index: usize, class: bool) {
        let outside = self.reading.scope;
        let offset = self.reading.tokens.at(index).start();
        let id = self.reading.bindings.open_scope(offset, usize::MAX);
        self.scopes.push(Scope { indent: self.indent, id, outside, class });
        self.reading.scope = id;
    }

    fn token(&mut self, index: usize) {
        let is_soft_word = self.is_soft_word(index);
        let reading = &mut self.reading;
        let kind = reading.tokens.kind(index);
        if reading.is_blind(index) {
            if strings::starts(kind) {
                reading.string_in_the_dark(index);
            }
            return;
        }
        match kind {
            Kind::Name if index == self.declared || is_soft_word => {}
            Kind::Name => reading.name(index),
            Kind::Word => self.word(index),
            Kind::Text | Kind::Head => reading.string(index),
            Kind::Middle => reading.enter(Shape::Code, index),
            Kind::Open => self.open(index),
            Kind::Sign => self.sign(index),
            Kind::Close | Kind::Tail => {}
            _ => reading.end_chain(index),
        }
    }

    /// `match x:` and `case x:`; elsewhere these are names like any other.
    fn is_soft_word(&self, index: usize) -> bool {
        let reading = &self.reading;
        index == reading.statement
            && matches!(reading.tokens.text(index), "match" | "case")
            && reading.tokens.is(reading.statement_end.saturating_sub(1), ":")
            && reading.tokens.kind(index + 1) != Kind::Sign
    }

    fn word(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        match tokens.text(index) {
            word @ ("def" | "class") => {
                let class = word == "class";
                self.declared = index + 1;
                reading.top.expected = Some(if class { Shape::Bases } else { Shape::Parameters });
                self.enter_scope(index, class);
            }
            "as" if self.holds && tokens.kind(index + 1) == Kind::Name => {
                let path = reading.top.chain.path.clone();
                reading.end_chain(index);
                let name = tokens.text(index + 1);
                self.declared = index + 1;
                reading.aim(Target::Name(Key { name, member: false }));
                reading.bind(reading.top.item.target, &path, index);
                reading.top.item.target = Target::Nothing;
            }
            _ => reading.end_chain(index),
        }
        self.reading.top.item.begun = true;
    }

    fn sign(&mut self, index: usize) {
        let reading = &mut self.reading;
        match reading.tokens.text(index) {
            "." => reading.dot(index),
            "=" => reading.assign(index),
            ":=" => {
                let name = reading.top.chain.path.segments.first().copied();
                reading.assign(index);
                reading.top.item.target =
                    name.map_or(Target::Nothing, |name| Target::Name(Key { name, member: false }));
            }
            "+=" | "|=" | "@=" | "%=" => {
                reading.assign(index);
                reading.top.item.target = Target::Nothing;
            }
            ":" => self.colon(index),
            "," => {
                reading.end_chain(index);
                if reading.top.shape != Shape::Block {
                    reading.top.next_item();
                }
            }
            "->" => {
                reading.end_chain(index);
                reading.top.item.annotated = true;
            }
            _ => reading.end_chain(index),
        }
    }

    fn colon(&mut self, index: usize) {
        let reading = &mut self.reading;
        let alive = reading.top.chain.is_alive();
        match reading.top.shape {
            Shape::Block if reading.top.item.annotated => {
                reading.end_chain(index);
                reading.top.item.annotated = false;
            }
            Shape::Block if alive && reading.top.chain.token == reading.statement => {
                reading.annotate(index);
            }
            Shape::Parameters if alive && reading.top.item.name.is_none() => {
                reading.annotate(index);
            }
            Shape::Object if alive && reading.top.item.name.is_none() => {
                reading.top.item.name = reading.top.chain.path.segments.last().copied();
                reading.end_chain(index);
            }
            _ => reading.end_chain(index),
        }
    }

    fn open(&mut self, index: usize) {
        let reading = &mut self.reading;
        let pair = reading.tokens.at(index).pair();
        let alive = reading.top.chain.is_alive() && !reading.top.chain.dot;
        let before = reading.tokens.before(index);
        let follows_value = index != reading.statement
            && matches!(reading.tokens.kind(before), Kind::Close | Kind::Text | Kind::Tail);
        let (entries, keyed) = match reading.tokens.byte(index) {
            _ if alive => (0, false),
            _ => reading.entries(index, pair),
        };
        match (reading.tokens.byte(index), reading.top.expected) {
            (b'(', Some(Shape::Bases)) => self.bases(index),
            (b'(', Some(shape)) => reading.enter(shape, index),
            (b'[', Some(_)) => reading.enter(Shape::Types, index),
            (b'(', _) if alive => {
                let special = self.special_call();
                self.reading.enter_call(index, special);
            }
            (b'(', _) if follows_value => reading.enter(Shape::Arguments, index),
            (b'[', _) if alive => self.subscript(index),
            (b'[', _) if follows_value => reading.enter(Shape::Index, index),
            (byte, _) => {
                reading.end_chain(index);
                let shape = match byte {
                    b'(' if entries < 2 => Shape::Group,
                    b'{' if keyed || entries == 0 => Shape::Object,
                    _ => Shape::List,
                };
                reading.enter(shape, index);
            }
        }
    }

    /// What `super()` leads to in the class is its first base.
    fn bases(&mut self, index: usize) {
        let pair = self.reading.tokens.at(index).pair();
        if self.reading.enter_until(Shape::Bases, index, pair) {
            self.reading.aim(Target::Name(Key { name: "super", member: false }));
            self.reading.top.item.annotated = true;
        }
    }

    fn subscript(&mut self, index: usize) {
        let reading = &mut self.reading;
        let last = reading.top.chain.path.segments.last().copied().unwrap_or_default();
        let environment = matches!(last, "environ" | "env") && self.is_environment(0);
        let reading = &mut self.reading;
        let (target, group) = (reading.top.item.target, reading.top.item.group);
        let transparent = reading.top.item.annotated && TRANSPARENT.contains(&last);
        let pair = reading.tokens.at(index).pair();
        if !reading.enter_until(Shape::Index, index, pair) {
            return;
        }
        if environment {
            reading.top.special = Special::Environment;
        } else if last == "Literal" {
            reading.top.special = Special::Alternatives;
        } else if transparent {
            reading.top.item.annotated = true;
            reading.top.item.target = target;
            reading.top.item.group = group;
        }
    }

    fn special_call(&self) -> Special<'a> {
        let segments = self.reading.top.chain.path.segments.as_slice();
        match segments {
            ["__import__" | "import_module"] | ["importlib", "import_module"] => {
                Special::Import { lazy: true }
            }
            ["super"] => Special::Silent,
            [_] | [_, "getenv"] if self.is_environment(0) => Special::Environment,
            [.., "get" | "setdefault" | "pop"] if self.is_environment(1) => Special::Environment,
            _ => Special::Nothing,
        }
    }

    /// Whether the current path without its last segments is the environment
    /// or the function that reads it.
    fn is_environment(&self, without: usize) -> bool {
        let chain = &self.reading.top.chain;
        let count = chain.path.segments.len() - without.min(chain.path.segments.len());
        let segments = chain.path.segments.get(..count).unwrap_or_default();
        if segments.is_empty() || chain.path.root != Root::Name {
            return false;
        }
        if matches!(segments, ["os", "environ" | "getenv"]) {
            return true;
        }
        let path = Written { root: &Root::Name, segments, called: 0 };
        self.reading
            .bindings
            .resolve(path, chain.run)
            .is_some_and(|found| matches!(found.path.as_str(), "os.environ" | "os.getenv"))
    }
}
