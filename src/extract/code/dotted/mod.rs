//! One reader for the languages in which an import gives names, names lead on
//! by dots, and what is called is given values in brackets. What differs
//! between them is a row: words, signs, where types stand, and a function for
//! what only that language has (its imports above all).
//!
//! Knows no package.

mod brackets;
mod c;
mod clojure;
mod csharp;
mod dart;
mod elixir;
mod erlang;
mod fsharp;
mod golang;
mod haskell;
mod java;
mod julia;
mod lua;
mod matlab;
mod names;
mod objc;
mod perl;
mod php;
mod powershell;
mod reader;
mod rlang;
mod ruby;
mod rustlang;
mod scala;
mod sql;
mod swift;

pub use c::C;
pub use clojure::CLOJURE;
pub use csharp::CSHARP;
pub use dart::DART;
pub use elixir::ELIXIR;
pub use erlang::ERLANG;
pub use fsharp::FSHARP;
pub use golang::GO;
pub use haskell::HASKELL;
pub use java::{GROOVY, JAVA, KOTLIN};
pub use julia::JULIA;
pub use lua::LUA;
pub use matlab::MATLAB;
pub use objc::OBJECTIVE_C;
pub use perl::PERL;
pub use php::PHP;
pub use powershell::POWERSHELL;
pub use rlang::R;
pub use ruby::RUBY;
pub use rustlang::RUST;
pub use scala::SCALA;
pub use sql::SQL;
pub use swift::SWIFT;

use super::languages::{self, Rules};
use super::lexer::{Kind, Lexer};
use super::reading::Reading;
use super::strings;
use super::telling::Telling;
use super::tokens::Tokens;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Language;
use reader::Reader;

/// Where the type of a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Types {
    /// `Client client`
    Before,
    /// `client Client`
    After,
    /// `client: Client`
    Colon,
    /// Nowhere.
    Nowhere,
}

/// When a brace holds values and no statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literals {
    /// Never: behind a path it is a function that the call is given.
    Never,
    /// Behind the name of a type.
    Named,
    /// Behind the name of a type, which may be left out within another.
    Elided,
    /// Where a value must stand, and behind `new T`.
    Initialisers,
    /// Everywhere but behind what may be given statements.
    Hashes,
}

/// A language, as far as the reader must know it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // a row of a table
pub struct Grammar {
    /// The language that facts name.
    pub language: Language,
    /// One sentence on what is read.
    pub about: &'static str,
    /// What leads from a name to the next one in a path.
    pub dots: &'static [&'static str],
    /// Signs that may follow a path without ending it: `a?`, `a!!`.
    pub marks: &'static [&'static str],
    /// Where types stand.
    pub types: Types,
    /// What braces may hold.
    pub literals: Literals,
    /// Whether a statement ends with its line.
    pub lines: bool,
    /// Whether `<` may start type arguments.
    pub generics: bool,
    /// Whether `model: "x"` and `model = "x"` name an argument.
    pub named_arguments: &'static [&'static str],
    /// Words before a name that is declared: `let`, `var`.
    pub declarators: &'static [&'static str],
    /// Words before what has members.
    pub classes: &'static [&'static str],
    /// Words before a function.
    pub functions: &'static [&'static str],
    /// Words whose next brace holds statements, where no parenthesis says so.
    pub heads: &'static [&'static str],
    /// What stands before that which a class is derived from.
    pub bases: &'static [&'static str],
    /// The object itself, where its members may also be named without it.
    pub itself: &'static [&'static str],
    /// Methods whose result stands for what they are called on, sorted.
    pub transparent: &'static [&'static str],
    /// Types that stand for what they hold.
    pub wrappers: &'static [&'static str],
    /// Paths that read the environment variable they are given.
    pub environment: &'static [&'static [&'static str]],
    /// Brackets may stand in parts of the text that exclude each other.
    pub conditional: bool,
    /// Names are the same in upper and in lower case: they are told in upper case.
    pub caseless: bool,
    /// Whether a text is of this language, where others share its extension.
    pub is_own: fn(&str) -> bool,
    /// What is to be known before the file is read.
    pub begin: for<'a> fn(&mut Reader<'a, '_>),
    /// Tokens that only this language has: reads them and returns the index
    /// behind them.
    pub own: for<'a> fn(&mut Reader<'a, '_>, usize) -> Option<usize>,
    /// What can only be known when the file has been read.
    pub finish: for<'a> fn(&mut Reader<'a, '_>),
}

/// What no language has: the rows name what differs.
const PLAIN: Grammar = Grammar {
    language: Language::C,
    about: "",
    dots: &["."],
    marks: &[],
    types: Types::Nowhere,
    literals: Literals::Never,
    lines: false,
    generics: false,
    named_arguments: &[],
    declarators: &[],
    classes: &[],
    functions: &[],
    heads: &[],
    bases: &[],
    itself: &[],
    transparent: &[],
    wrappers: &[],
    environment: &[],
    conditional: false,
    caseless: false,
    is_own: |_| true,
    begin: |_| (),
    own: |_, _| None,
    finish: |_| (),
};

/// Source of one language, read without running it.
///
/// Tells the modules that are imported (none of the project's own as far as
/// the file says so), the calls whose name leads to an import or which are
/// given a string, the environment variables that are read, and every other
/// string literal. A composite literal of an imported type and a class derived
/// from one count as calls. Where a language imports whole modules without
/// naming what is used of them, a name that nothing declares belongs to the
/// module whose name it shares most with. The only string a method is given
/// goes by the method's name: `.model("x")`. Comments are not read.
#[derive(Debug)]
pub struct Dotted(&'static Grammar);

impl Extractor for Dotted {
    fn id(&self) -> &'static str {
        self.0.language.word()
    }

    fn about(&self) -> &'static str {
        self.0.about
    }

    fn reads(&self) -> Reads {
        Reads::Source(self.0.language)
    }

    fn reads_parts(&self, _: &str) -> bool {
        !self.0.caseless
    }

    fn interest(&self) -> Interest {
        let extensions =
            languages::first_row_of(self.0.language).map_or(&[][..], |row| row.extensions);
        Interest { names: &[], globs: &[], extensions, gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(row) = languages::first_row_of(self.0.language) else { return Ok(()) };
        if !(self.0.is_own)(content.text) {
            return Ok(());
        }
        if self.0.caseless {
            let text = in_upper_case(content.text, row.rules, content.limits.nesting);
            let content = Content::new(content.path, &text, content.truncated, content.limits);
            return self.read(&content, row.rules, sink);
        }
        self.read(content, row.rules, sink)
    }
}

impl Dotted {
    fn read(
        &self,
        content: &Content<'_>,
        rules: &'static Rules,
        sink: &mut dyn Sink,
    ) -> Result<(), ExtractError> {
        let mut tokens = Tokens::read(content.text, &content.parts(), rules, content.limits);
        if rules.loose {
            tokens.forgive();
        } else if self.0.conditional {
            tokens.forgive_brackets();
        }
        let mut telling = Telling::new(content, self.0.language, |_| None);
        telling.name_by_call();
        let mut reader = Reader::new(self.0, Reading::new(&tokens, telling));
        reader.read();
        let Reading { bindings, telling, .. } = reader.reading;
        telling.finish(&bindings, &tokens, sink)
    }
}

/// The text with its names in upper case; strings and comments stay as they are.
fn in_upper_case(text: &str, rules: &'static Rules, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for lexeme in Lexer::new(text, rules, depth) {
        let part = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        match lexeme.kind {
            Kind::Name | Kind::Word => out.push_str(&part.to_ascii_uppercase()),
            _ => out.push_str(part),
        }
    }
    out
}

/// `"name" => value`, `name => value`: the value goes by the name.
fn named_by_arrow(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let top = &mut reader.reading.top;
    let name = match strings::plain(tokens, tokens.before(index)) {
        Some(text) => text,
        None => match top.chain.path.segments.as_slice() {
            [name] if top.chain.path.called == 0 => *name,
            _ => return None,
        },
    };
    top.item.name = Some(name);
    reader.reading.drop_chain();
    Some(index + 1)
}
