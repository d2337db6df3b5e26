//! Java, Kotlin and Groovy: they import from the same world, in almost the
//! same words.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// Java source.
pub const JAVA: Dotted = Dotted(&Grammar {
    language: Language::Java,
    about: "Java source: imports, calls, string literals",
    dots: &[".", "::"],
    types: Types::Before,
    literals: Literals::Initialisers,
    generics: true,
    declarators: &["var"],
    classes: &["class", "enum", "interface"],
    bases: &["extends", "implements", ","],
    itself: &["this"],
    wrappers: &["List", "ObjectProvider", "Optional", "Provider", "Supplier"],
    environment: &[&["System", "getenv"]],
    own: java,
    ..PLAIN
});

/// Kotlin source.
pub const KOTLIN: Dotted = Dotted(&Grammar {
    language: Language::Kotlin,
    about: "Kotlin source: imports, calls, string literals",
    dots: &[".", "?."],
    marks: &["?", "!!"],
    types: Types::Colon,
    lines: true,
    generics: true,
    declarators: &["val", "var"],
    classes: &["class", "interface", "object"],
    functions: &["fun"],
    heads: &["catch", "do", "else", "finally", "for", "if", "try", "when", "while"],
    bases: &[":", ","],
    itself: &["this"],
    wrappers: &["Lazy", "List"],
    environment: &[&["System", "getenv"]],
    own: kotlin,
    ..PLAIN
});

/// Groovy source.
pub const GROOVY: Dotted = Dotted(&Grammar {
    language: Language::Groovy,
    about: "Groovy source: imports, calls, string literals",
    dots: &[".", "?.", "*.", "::"],
    types: Types::Before,
    literals: Literals::Never,
    lines: true,
    generics: true,
    named_arguments: &[":"],
    classes: &["class", "enum", "interface", "trait"],
    heads: &["catch", "do", "else", "finally", "for", "if", "switch", "try", "while"],
    bases: &["extends", "implements", ","],
    itself: &["this"],
    environment: &[&["System", "getenv"], &["System", "env"]],
    own: groovy,
    ..PLAIN
});

/// Packages of the languages themselves.
const OWN: &[&str] = &["java.", "javax.", "kotlin.", "groovy.", "scala."];

/// Longest name of a module, in tokens.
const PATH_TOKENS: usize = 48;

fn java(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "package") if reader.starts_statement(index) => {
            Some(path(reader, index + 1).1)
        }
        (Kind::Word, "import") if reader.starts_statement(index) => {
            let first = index + 1 + usize::from(tokens.is(index + 1, "static"));
            Some(import(reader, first, first > index + 1))
        }
        // `record` is a name like any other elsewhere.
        (Kind::Name, "record")
            if tokens.kind(index + 1) == Kind::Name
                && matches!(tokens.text(index + 2), "(" | "<") =>
        {
            reader.declare_class(index + 1);
            Some(index + 2)
        }
        (Kind::Name, "var") if tokens.kind(index + 1) == Kind::Name => {
            reader.reading.end_chain(index);
            Some(index + 1)
        }
        _ => None,
    }
}

fn kotlin(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "package") if reader.starts_statement(index) => {
            Some(path(reader, index + 1).1)
        }
        (Kind::Word, "import") if reader.starts_statement(index) => {
            Some(import(reader, index + 1, false))
        }
        (Kind::Name, "constructor" | "init") if reader.is_body() => {
            reader.reading.end_chain(index);
            if tokens.is(index + 1, "(") {
                reader.function(index + 1);
            }
            Some(index + 1)
        }
        _ => None,
    }
}

fn groovy(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match tokens.text(index) {
        // `[name: value]`
        "[" if !reader.reading.top.chain.is_alive() => {
            let (_, keyed) = reader.reading.entries(index, tokens.at(index).pair());
            keyed.then(|| {
                reader.reading.enter(Shape::Object, index);
                index + 1
            })
        }
        _ => java(reader, index),
    }
}

/// `a.b.C`: as written, and the index behind.
fn path<'a>(reader: &Reader<'a, '_>, first: usize) -> (&'a str, usize) {
    let tokens = reader.reading.tokens;
    let mut at = first;
    while at < first + PATH_TOKENS && tokens.is(at + 1, ".") && tokens.kind(at + 2) == Kind::Name {
        at += 2;
    }
    (tokens.between(first, at), at + 1)
}

/// An import whose path starts at a token: returns the index behind.
/// `member`: the last part is none of the module.
fn import(reader: &mut Reader<'_, '_>, first: usize, member: bool) -> usize {
    let tokens = reader.reading.tokens;
    let (whole, behind) = path(reader, first);
    let own = OWN.iter().any(|own| whole.starts_with(own)) || whole.contains(char::is_whitespace);
    let all = tokens.is(behind, ".") && tokens.is(behind + 1, "*");
    let (before, last) = whole.rsplit_once('.').unwrap_or((whole, whole));
    let module = if member && !all { before } else { whole };
    if !own {
        reader.import(module, first);
    }
    let renamed = tokens.is(behind, "as");
    let bound = if renamed { tokens.text(behind + 1) } else { last };
    if all && !own {
        reader.open_module(whole);
    } else if own {
        reader.bind_local(bound, first);
    } else {
        reader.bind(bound, module, whole.into(), first);
    }
    behind + if all || renamed { 2 } else { 0 }
}
