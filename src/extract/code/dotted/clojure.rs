//! Clojure and ClojureScript: a list whose first item is a name is a call.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN};
use crate::model::fact::Language;

/// Clojure source.
pub const CLOJURE: Dotted = Dotted(&Grammar {
    language: Language::Clojure,
    about: "Clojure source: required namespaces, calls, string literals",
    dots: DOTS,
    environment: &[&["System", "getenv"], &["env"]],
    own,
    ..PLAIN
});

const DOTS: &[&str] = &[".", "/"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Open, "(") => Some(list(reader, index)),
        (Kind::Open, "{") => {
            reader.reading.end_chain(index);
            reader.reading.enter(Shape::Object, index);
            Some(index + 1)
        }
        (Kind::Open, "[") => {
            reader.reading.end_chain(index);
            reader.reading.enter(Shape::List, index);
            Some(index + 1)
        }
        (Kind::Sign, ":") if tokens.kind(index + 1) == Kind::Name => {
            reader.reading.end_chain(index);
            reader.reading.top.next_item();
            let (_, behind) = reader.name_from(index + 1, DOTS);
            reader.reading.top.item.name = Some(tokens.text(behind - 1));
            Some(behind)
        }
        _ => None,
    }
}

/// A list, whose head says what it is; returns the index behind what was read.
fn list(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.reading.end_chain(index);
    if tokens.kind(index + 1) != Kind::Name {
        reader.reading.enter(Shape::Group, index);
        return index + 1;
    }
    match tokens.text(index + 1) {
        "ns" | "require" | "use" | "import" => {
            required(reader, index);
            tokens.at(index).pair().min(tokens.len()) + 1
        }
        "comment" => tokens.at(index).pair().min(tokens.len()) + 1,
        word if word.starts_with("def") && tokens.kind(index + 2) == Kind::Name => {
            reader.reading.enter(Shape::Group, index);
            let value = strings::starts(tokens.kind(index + 3));
            if value && tokens.at(index).pair() == index + 4 {
                reader.reading.top.item.name = Some(tokens.text(index + 2));
            } else if value {
                // What documents it.
                return index + 4;
            }
            index + 3
        }
        _ => {
            let (_, behind) = reader.name_from(index + 1, DOTS);
            for at in index + 1..behind {
                if tokens.kind(at) == Kind::Name {
                    reader.reading.name(at);
                } else {
                    reader.reading.dot(at);
                }
            }
            let special = reader.special_call();
            reader.reading.enter_call(index, special);
            behind
        }
    }
}

/// `[a.b :as c]`, `[a.b :refer [d]]` and `[package Class]` within a list.
fn required(reader: &mut Reader<'_, '_>, open: usize) {
    let tokens = reader.reading.tokens;
    let close = tokens.at(open).pair().min(tokens.len());
    let own = if tokens.is(open + 1, "ns") { tokens.text(open + 2) } else { "" };
    let mut at = open + 2;
    while at < close {
        let starts = matches!(tokens.text(at), "[" | "(") && tokens.kind(at + 1) == Kind::Name;
        if !starts {
            at += 1;
            continue;
        }
        let end = tokens.at(at).pair().min(close);
        let (module, behind) = reader.name_from(at + 1, &["."]);
        if module.split('.').next() != Some(own) && module.len() > 1 {
            reader.import(module, at + 1);
            given_names(reader, module, behind, end);
        }
        at = end + 1;
    }
}

/// The names that stand for a namespace, or for something in it.
fn given_names<'a>(reader: &mut Reader<'a, '_>, module: &'a str, first: usize, end: usize) {
    let tokens = reader.reading.tokens;
    for at in first..end {
        if tokens.kind(at) != Kind::Name || tokens.is(tokens.before(at), ":") {
            continue;
        }
        let name = tokens.text(at);
        if tokens.is(tokens.before(at), "as") {
            reader.bind(name, module, module.into(), at);
        } else {
            reader.bind(name, module, format!("{module}.{name}").into(), at);
        }
    }
}
