//! Perl.

use super::super::frames::Special;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// Perl source.
pub const PERL: Dotted = Dotted(&Grammar {
    language: Language::Perl,
    about: "Perl source: used modules, calls, string literals",
    dots: &["->", "::"],
    literals: Literals::Hashes,
    environment: &[&["ENV"]],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "use" | "require" | "no") if tokens.kind(index + 1) == Kind::Name => {
            Some(used(reader, index))
        }
        (Kind::Word, "package") => Some(reader.name_from(index + 1, &["::"]).1),
        (Kind::Sign, "$" | "@" | "%") => Some(index + 1),
        (Kind::Sign, "=>") => super::named_by_arrow(reader, index),
        // `$ENV{NAME}`
        (Kind::Name, "ENV") if tokens.is(index + 1, "{") && !tokens.is(index + 4, "=") => {
            reader.reading.end_chain(index);
            let name = match tokens.kind(index + 2) {
                Kind::Name => tokens.text(index + 2),
                _ => strings::plain(tokens, index + 2)?,
            };
            reader.reading.telling.variable(name, tokens.at(index + 2).start());
            Some(tokens.at(index + 1).pair().min(tokens.len()) + 1)
        }
        // `->{key}`, `$name{key}` hold no statements.
        (Kind::Open, "{") if reader.reading.top.chain.is_alive() => {
            reader.reading.top.special = Special::Nothing;
            None
        }
        _ => None,
    }
}

/// Modules that only change how the file is read.
const PRAGMAS: &[&str] = &["lib", "base", "parent", "constant", "strict", "utf8", "warnings"];

/// `use A::B qw(c)`: returns the index behind the name.
fn used(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let (module, behind) = reader.name_from(index + 1, &["::"]);
    if !PRAGMAS.contains(&module) {
        reader.import(module, index + 1);
        let first = tokens.text(index + 1);
        if !reader.binds(first) {
            reader.bind(first, module, first.into(), index + 1);
        }
    }
    behind
}
