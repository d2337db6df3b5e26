//! Lua.

use super::super::bindings::{Path, Root};
use super::super::frames::Chain;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, ruby};
use crate::model::fact::Language;

/// Lua source.
pub const LUA: Dotted = Dotted(&Grammar {
    language: Language::Lua,
    about: "Lua source: required modules, calls, string literals",
    dots: &[".", ":"],
    literals: Literals::Hashes,
    lines: true,
    functions: &["function"],
    environment: &[&["os", "getenv"]],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Name, "require") if !reader.reading.top.chain.dot => required(reader, index),
        (Kind::Text, _) => ruby::given_without_parentheses(reader, index),
        (Kind::Word, "local" | "end" | "then" | "do") => {
            reader.end_statement(index);
            Some(index + 1)
        }
        _ => None,
    }
}

/// `require "a"`, `require("a")`: the module itself; returns the index behind.
fn required(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let bracket = usize::from(tokens.is(index + 1, "("));
    let module = strings::plain(tokens, index + 1 + bracket)?;
    let given = tokens.is(tokens.before(index), "=");
    reader.reading.end_chain(index);
    reader.import(module, index + 1 + bracket);
    reader.reading.top.chain = Chain {
        path: Path { root: Root::Module(module.into()), ..Path::default() },
        token: index,
        run: tokens.at(index).start(),
        given,
        ..Chain::default()
    };
    Some(index + 2 + 2 * bracket)
}
