//! C#.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// C# source.
pub const CSHARP: Dotted = Dotted(&Grammar {
    language: Language::Csharp,
    about: "C# source: imports, calls, string literals",
    dots: &[".", "?.", "::"],
    marks: &["?", "!"],
    types: Types::Before,
    literals: Literals::Initialisers,
    generics: true,
    named_arguments: &[":"],
    declarators: &["var"],
    classes: &["class", "enum", "interface", "struct"],
    bases: &[":", ","],
    itself: &["this"],
    wrappers: &["IEnumerable", "Lazy", "List", "Task"],
    environment: &[&["Environment", "GetEnvironmentVariable"]],
    transparent: &["ConfigureAwait", "GetAwaiter", "GetResult"],
    begin: namespaces,
    own,
    ..PLAIN
});

/// Longest name of a namespace, in tokens.
const PATH_TOKENS: usize = 48;
/// Namespaces of a file that are looked at.
const NAMESPACES: usize = 16;

/// What the file adds to is the project's own, whatever is used of it before.
fn namespaces(reader: &mut Reader<'_, '_>) {
    let tokens = reader.reading.tokens;
    let mut found = 0;
    for index in 0..tokens.len() {
        if tokens.kind(index) == Kind::Word && tokens.is(index, "namespace") {
            let (name, _) = path(reader, index + 1);
            reader.own_modules.push(name);
            found += 1;
            if found == NAMESPACES {
                return;
            }
        }
    }
}

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "using") => using(reader, index),
        (Kind::Word, "namespace") => {
            let (_, behind) = path(reader, index + 1);
            if tokens.is(behind, "{") {
                reader.reading.top.expected = Some(Shape::Block);
            }
            Some(behind)
        }
        (Kind::Name, "record")
            if tokens.kind(index + 1) == Kind::Name
                && matches!(tokens.text(index + 2), "(" | "<" | "{" | ":" | ";") =>
        {
            reader.declare_class(index + 1);
            Some(index + 2)
        }
        (Kind::Name, "var") if tokens.kind(index + 1) == Kind::Name => {
            reader.reading.end_chain(index);
            Some(index + 1)
        }
        (Kind::Word, "new") if tokens.is(index + 1, "(") => {
            reader.call_declared(index);
            Some(index + 1)
        }
        // A line for the compiler.
        (Kind::Sign, "#") if tokens.at(index).line => {
            let mut at = index + 1;
            while at < tokens.len() && !tokens.at(at).line {
                at += 1;
            }
            Some(at)
        }
        // `["model"] = "x"` within the braces of a value.
        (Kind::Open, "[") if reader.reading.top.shape == Shape::Object => {
            let key = strings::plain(tokens, index + 1)?;
            if !tokens.is(index + 2, "]") || !tokens.assigns(index + 3) {
                return None;
            }
            reader.reading.end_chain(index);
            reader.reading.top.item.name = Some(key);
            Some(index + 4)
        }
        _ => None,
    }
}

/// `a.b.c`: as written, and the index behind.
fn path<'a>(reader: &Reader<'a, '_>, first: usize) -> (&'a str, usize) {
    let tokens = reader.reading.tokens;
    let mut at = first;
    while at < first + PATH_TOKENS
        && matches!(tokens.text(at + 1), "." | "::")
        && tokens.kind(at + 2) == Kind::Name
    {
        at += 2;
    }
    (tokens.between(first, at), at + 1)
}

/// `using a.b;`, `using static a.b.C;`, `using X = a.b.C;`; not `using var`
/// and `using (…)`. Returns the index behind.
fn using(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let fixed = tokens.is(index + 1, "static");
    let mut first = index + 1 + usize::from(fixed);
    let renamed = tokens.kind(first) == Kind::Name && tokens.assigns(first + 1);
    let alias = tokens.text(first);
    if renamed {
        first += 2;
    }
    let (whole, behind) = path(reader, first);
    let ends = tokens.is(behind, ";") || (renamed && tokens.is(behind, "<"));
    if tokens.kind(first) != Kind::Name || !ends {
        return None;
    }
    let whole = whole.strip_prefix("global::").unwrap_or(whole);
    if whole.contains(char::is_whitespace) {
        return Some(behind);
    }
    let root = |path: &str| path.split('.').next().map(str::to_owned);
    let own = root(whole).as_deref() == Some("System")
        || reader.own_modules.iter().any(|own| root(own) == root(whole));
    let (module, last) = match whole.rsplit_once('.') {
        Some((before, last)) if fixed || renamed => (before, last),
        _ => (whole, whole),
    };
    let bound = if renamed { alias } else { last };
    if own {
        reader.bind_local(bound, first);
        return Some(behind);
    }
    reader.import(module, first);
    if fixed || renamed {
        reader.bind(bound, module, whole.into(), first);
    } else {
        reader.open_module(whole);
    }
    Some(behind)
}
