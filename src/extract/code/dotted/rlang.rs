//! R.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// R source.
pub const R: Dotted = Dotted(&Grammar {
    language: Language::R,
    about: "R source: attached packages, calls, string literals",
    dots: &["$", "::", ":::", "@"],
    literals: Literals::Never,
    lines: true,
    named_arguments: &["="],
    functions: &["function"],
    environment: &[&["Sys.getenv"]],
    own,
    finish: |reader| reader.bind_opened_as(|module, name| format!("{module}.{name}")),
    ..PLAIN
});

/// Functions that attach or load a package; it may be named without quotes.
const ATTACH: &[&str] = &[
    "library",
    "require",
    "requireNamespace",
    "loadNamespace",
    "p_load",
    "shelf",
    "use",
    "library_if_available",
];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Name, name) if matches!(tokens.text(index + 1), "::" | ":::") => {
            if !reader.reading.top.chain.dot && !reader.binds(name) {
                reader.import(name, index);
                reader.bind(name, name, name.into(), index);
            }
            None
        }
        (Kind::Name, name) if ATTACH.contains(&name) && tokens.is(index + 1, "(") => {
            attached(reader, index + 1)
        }
        (Kind::Sign, "<-" | "<<-") => {
            reader.assign(index);
            Some(index + 1)
        }
        _ => None,
    }
}

/// The packages in the parentheses that open at a token.
fn attached(reader: &mut Reader<'_, '_>, open: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let close = tokens.at(open).pair().min(tokens.len());
    let mut at = open + 1;
    let mut found = false;
    while at < close {
        let starts = at == open + 1 || tokens.is(tokens.before(at), ",");
        let ends = at + 1 == close || tokens.is(at + 1, ",");
        let name = match tokens.kind(at) {
            Kind::Name => Some(tokens.text(at)),
            kind if strings::starts(kind) => strings::plain(tokens, at),
            _ => None,
        };
        if let Some(name) = name.filter(|_| starts && ends) {
            reader.import_as(name, None, at);
            found = true;
        }
        at = tokens.next(at);
    }
    reader.reading.end_chain(open);
    found.then_some(close + 1)
}
