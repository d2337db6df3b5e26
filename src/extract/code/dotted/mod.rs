//! One reader for the languages in which an import gives names, names lead on
//! by dots, and what is called is given values in brackets. What differs
//! between them is a row: words, signs, where types stand, and a function for
//! what only that language has (its imports above all).
//!
//! Knows no package.

mod brackets;
mod c;
mod csharp;
mod golang;
mod java;
mod names;
mod php;
mod reader;
mod ruby;
mod rustlang;
mod swift;

pub use c::C;
pub use csharp::CSHARP;
pub use golang::GO;
pub use java::{JAVA, KOTLIN};
pub use php::PHP;
pub use ruby::RUBY;
pub use rustlang::RUST;
pub use swift::SWIFT;

use super::languages;
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

    fn interest(&self) -> Interest {
        let extensions =
            languages::first_row_of(self.0.language).map_or(&[][..], |row| row.extensions);
        Interest { names: &[], globs: &[], extensions, gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(row) = languages::first_row_of(self.0.language) else { return Ok(()) };
        let mut tokens = Tokens::read(content.text, &content.parts(), row.rules, content.limits);
        if self.0.conditional {
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
