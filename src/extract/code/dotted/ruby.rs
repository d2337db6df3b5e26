//! Ruby.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// Ruby source.
pub const RUBY: Dotted = Dotted(&GRAMMAR);

const GRAMMAR: Grammar = Grammar {
    language: Language::Ruby,
    about: "Ruby source: required files, calls, string literals",
    dots: &[".", "&.", "::"],
    marks: &["!", "?"],
    literals: Literals::Hashes,
    lines: true,
    named_arguments: &[":"],
    transparent: &["freeze", "new!"],
    environment: &[&["ENV"], &["ENV", "fetch"], &["ENV", "dig"]],
    own,
    finish: |reader| reader.bind_globals(),
    ..PLAIN
};

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match tokens.kind(index) {
        Kind::Word => match tokens.text(index) {
            "class" | "module" => Some(declaration(reader, index)),
            "def" => Some(method(reader, index)),
            _ => None,
        },
        Kind::Name if tokens.is(index, "new") && reader.reading.top.chain.dot => {
            // A call with and without parentheses.
            reader.reading.name(index);
            reader.chain_end = index + 1;
            reader.reading.top.chain.uses = true;
            Some(index + 1)
        }
        Kind::Name if reader.starts_statement(index) => required(reader, index),
        Kind::Text | Kind::Head => given_without_parentheses(reader, index),
        Kind::Sign => sign(reader, index),
        _ => None,
    }
}

/// `require "a"`: returns the index behind it.
fn required(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let at = index + 1 + usize::from(tokens.is(index + 1, "("));
    if tokens.at(at).line || !strings::starts(tokens.kind(at)) {
        return None;
    }
    match tokens.text(index) {
        "require" => {
            reader.end_statement(index);
            let module = strings::plain(tokens, at)?;
            // A path from somewhere is the project's own.
            if !module.starts_with(['.', '/']) {
                reader.import(module, at);
                reader.open_module(module);
            }
        }
        "require_relative" | "load" => reader.end_statement(index),
        _ => return None,
    }
    Some(strings::end(tokens, at) + usize::from(at > index + 1))
}

/// `class Name < Base`, `module Name`.
fn declaration(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    if tokens.kind(index + 1) != Kind::Name {
        return index + 1;
    }
    let mut last = index + 1;
    while tokens.is(last + 1, "::") && tokens.kind(last + 2) == Kind::Name {
        last += 2;
    }
    if last == index + 1 {
        reader.bind_local(tokens.text(last), last);
    }
    if tokens.is(last + 1, "<") {
        // What it is derived from is used.
        reader.reading.top.item.uses = true;
        return last + 2;
    }
    last + 1
}

/// `def name(…)`, `def self.name`.
fn method(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let mut at = index + 1;
    while tokens.is(at + 1, ".") && !tokens.at(at + 1).line {
        at += 2;
    }
    at += 1;
    while matches!(tokens.text(at), "?" | "!" | "=") && !tokens.at(at).line {
        at += 1;
    }
    if tokens.is(at, "(") && !tokens.at(at).line {
        reader.function(at);
    }
    at
}

/// `model "x"`: a call whose parentheses are left out.
pub(super) fn given_without_parentheses(
    reader: &mut Reader<'_, '_>,
    index: usize,
) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let chain = &reader.reading.top.chain;
    let called = chain.is_alive()
        && !chain.dot
        && reader.chain_end == index
        && !tokens.at(index).line
        && tokens.kind(tokens.before(index)) == Kind::Name;
    if !called {
        return None;
    }
    reader.reading.tagged_template(index);
    Some(index + 1)
}

/// Symbols, keys and variables.
pub(super) fn sign(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let named = tokens.kind(index + 1) == Kind::Name;
    let touches = |at: usize| tokens.at(at).end() == tokens.at(at + 1).start();
    match tokens.text(index) {
        "@" | "$" => {
            if tokens.at(index).line && reader.is_body() {
                reader.end_statement(index);
            }
            if tokens.is(index, "@") && named {
                reader.reading.name(index + 1);
                reader.chain_end = index + 2;
                reader.reading.top.chain.path.segments.insert(0, "self");
                return Some(index + 2);
            }
            Some(index + 1)
        }
        "::" if !reader.reading.top.chain.is_alive() => Some(index + 1),
        "=>" => super::named_by_arrow(reader, index),
        "||=" => {
            reader.assign(index);
            Some(index + 1)
        }
        ":" if index > 0 && !touches(index - 1) && touches(index) => {
            reader.reading.end_chain(index);
            let name = tokens.text(index + 1);
            if tokens.is(index + 2, "=>") {
                reader.reading.top.item.name = Some(name);
                return Some(index + 3);
            }
            (named || tokens.kind(index + 1) == Kind::Word).then_some(index + 2)
        }
        ":" if index > 0 && touches(index - 1) => {
            let top = &mut reader.reading.top;
            let [name] = top.chain.path.segments.as_slice() else { return None };
            if matches!(top.shape, Shape::Object | Shape::Arguments) {
                return None;
            }
            top.item.name = Some(name);
            reader.reading.drop_chain();
            Some(index + 1)
        }
        _ => None,
    }
}
