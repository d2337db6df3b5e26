//! Julia.

use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN, Types};
use crate::model::fact::Language;

/// Julia source.
pub const JULIA: Dotted = Dotted(&Grammar {
    language: Language::Julia,
    about: "Julia source: used packages, calls, string literals",
    dots: &["."],
    marks: &["!"],
    types: Types::Nowhere,
    lines: true,
    named_arguments: &["="],
    classes: &["struct"],
    functions: &["function", "macro"],
    environment: &[&["ENV"]],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "using" | "import") => {
            reader.end_statement(index);
            let mut at = package(reader, index + 1);
            while tokens.is(at, ",") {
                at = package(reader, at + 1);
            }
            Some(at)
        }
        (Kind::Word, "end") => {
            reader.end_statement(index);
            Some(index + 1)
        }
        // What documents the next thing.
        (Kind::Text, text) if text.starts_with("\"\"\"") && reader.starts_statement(index) => {
            Some(index + 1)
        }
        (Kind::Sign, "=>") => super::named_by_arrow(reader, index),
        _ => None,
    }
}

/// `A`, `A.B`, `A: b, c`, `A as B`: returns the index behind it. What starts
/// with a dot is the project's own.
fn package(reader: &mut Reader<'_, '_>, first: usize) -> usize {
    let tokens = reader.reading.tokens;
    if tokens.kind(first) != Kind::Name {
        return if tokens.is(first, ".") { reader.name_from(first + 1, &["."]).1 } else { first };
    }
    let (module, behind) = reader.name_from(first, &["."]);
    if tokens.is(behind, "as") && tokens.kind(behind + 1) == Kind::Name {
        reader.import_as(module, Some(tokens.text(behind + 1)), first);
        return behind + 2;
    }
    reader.import_as(module, None, first);
    if !tokens.is(behind, ":") {
        return behind;
    }
    let mut at = behind + 1;
    while matches!(tokens.kind(at), Kind::Name) {
        let path = format!("{module}.{}", tokens.text(at));
        reader.bind(tokens.text(at), module, path.into(), at);
        if !tokens.is(at + 1, ",") {
            return at + 1;
        }
        at += 2;
    }
    at
}
