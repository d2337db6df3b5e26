//! C and C++.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// C and C++ source.
pub const C: Dotted = Dotted(&GRAMMAR);

pub(super) const GRAMMAR: Grammar = Grammar {
    language: Language::C,
    about: "C and C++ source: headers, calls, string literals",
    dots: &[".", "->", "::"],
    types: Types::Before,
    literals: Literals::Initialisers,
    generics: true,
    classes: &["class", "enum", "struct", "union"],
    heads: &["namespace"],
    environment: &[&["getenv"], &["std", "getenv"], &["secure_getenv"], &["qgetenv"]],
    conditional: true,
    own,
    finish: |reader| reader.bind_opened_as(|_, name| name.to_owned()),
    ..PLAIN
};

pub(super) fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match tokens.kind(index) {
        Kind::Sign if tokens.is(index, "#") && tokens.at(index).line => {
            Some(directive(reader, index))
        }
        Kind::Open if tokens.is(index, "{") => pair(reader, index),
        Kind::Word => match tokens.text(index) {
            // `struct name value`: no declaration of the name.
            "class" | "enum" | "struct" | "union"
                if tokens.kind(index + 1) == Kind::Name
                    && !matches!(tokens.text(index + 2), "{" | ":" | "final") =>
            {
                reader.reading.end_chain(index);
                Some(index + 1)
            }
            "extern" if tokens.kind(index + 1) == Kind::Text => Some(index + 2),
            "public" | "private" | "protected" if tokens.is(index + 1, ":") => Some(index + 2),
            _ => None,
        },
        _ => None,
    }
}

/// A line of the preprocessor; returns the index behind it.
fn directive(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    let mut end = index + 1;
    while !tokens.at(end).line {
        end += 1;
    }
    match tokens.text(index + 1) {
        "include" | "import" | "include_next" => {
            if let Some(header) = header(reader, index + 2, end) {
                reader.import(header, index + 2);
                reader.open_module(header);
            }
        }
        "define" if tokens.kind(index + 2) == Kind::Name => {
            let mut at = index + 3;
            while at < end {
                if !strings::starts(tokens.kind(at)) {
                    at += 1;
                    continue;
                }
                let (text, behind) = strings::value(tokens, at, end);
                let offset = tokens.at(at).start();
                reader.reading.telling.literal(text, Some(tokens.text(index + 2)), false, offset);
                at = behind;
            }
        }
        _ => {}
    }
    end
}

/// The header between `<>` or quotes, unless its path is relative.
fn header<'a>(reader: &Reader<'a, '_>, first: usize, end: usize) -> Option<&'a str> {
    let tokens = reader.reading.tokens;
    let header = match strings::plain(tokens, first) {
        Some(header) => header,
        None if tokens.is(first, "<") => {
            let last = (first..end).find(|at| tokens.is(*at, ">"))?;
            let between = tokens.between(first, last);
            between.strip_prefix('<')?.strip_suffix('>')?.trim()
        }
        None => return None,
    };
    (!header.starts_with('.') && !header.is_empty()).then_some(header)
}

/// `{"name", "value"}`: an entry of a table; returns the index behind it.
fn pair(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let name = strings::plain(tokens, index + 1)?;
    if !tokens.is(index + 2, ",") || !strings::starts(tokens.kind(index + 3)) {
        return None;
    }
    let close = tokens.at(index).pair();
    let (text, behind) = strings::value(tokens, index + 3, close);
    if behind != close {
        return None;
    }
    reader.reading.telling.literal(text, Some(name), false, tokens.at(index + 3).start());
    Some(close + 1)
}
