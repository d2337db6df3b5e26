//! Erlang.

use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// Erlang source.
pub const ERLANG: Dotted = Dotted(&Grammar {
    language: Language::Erlang,
    about: "Erlang source: calls, string literals",
    dots: &[":"],
    literals: Literals::Hashes,
    environment: &[&["os", "getenv"]],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Sign, "=>" | ":=") => super::named_by_arrow(reader, index),
        // `{<<"model">>, <<"x">>}`, `#{model => <<"x">>}`
        (Kind::Sign, "<<" | ">>" | "#") => Some(index + 1),
        _ => None,
    }
}
