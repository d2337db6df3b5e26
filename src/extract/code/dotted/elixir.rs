//! Elixir.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, ruby};
use crate::model::fact::Language;

/// Elixir source.
pub const ELIXIR: Dotted = Dotted(&Grammar {
    language: Language::Elixir,
    about: "Elixir source: modules, calls, string literals",
    marks: &["!", "?"],
    literals: Literals::Hashes,
    lines: true,
    named_arguments: &[":"],
    environment: &[&["System", "get_env"], &["System", "fetch_env"]],
    own,
    finish,
    ..PLAIN
});

/// Attributes that document.
const DOCUMENTING: &[&str] = &["doc", "moduledoc", "shortdoc", "typedoc"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Sign, "@") if tokens.kind(index + 1) == Kind::Name => {
            reader.end_statement(index);
            let name = tokens.text(index + 1);
            if DOCUMENTING.contains(&name) {
                // `~S"""…"""`
                let at = index + 2 + 2 * usize::from(tokens.is(index + 2, "~"));
                let told = strings::starts(tokens.kind(at));
                return Some(if told { strings::end(tokens, at) } else { index + 2 });
            }
            reader.reading.top.item.name = Some(name);
            Some(index + 2)
        }
        (Kind::Name, "defmodule") if tokens.kind(index + 1) == Kind::Name => {
            let (name, behind) = reader.name_from(index + 1, &["."]);
            reader.own_modules.push(name);
            Some(behind)
        }
        (Kind::Name, "alias" | "import" | "require" | "use")
            if tokens.kind(index + 1) == Kind::Name && !tokens.at(index + 1).line =>
        {
            Some(taken(reader, index))
        }
        (Kind::Text | Kind::Head, _) => ruby::given_without_parentheses(reader, index),
        (Kind::Sign, "=>" | ":" | "||=") => ruby::sign(reader, index),
        _ => None,
    }
}

/// `alias A.B, as: C`, `alias A.{B, C}`, `use A`: returns the index behind.
fn taken(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let (module, behind) = reader.name_from(index + 1, &["."]);
    if is_own(reader, module) || !module.starts_with(char::is_uppercase) {
        return behind;
    }
    reader.import(module, index + 1);
    if tokens.is(behind, ".") && tokens.is(behind + 1, "{") {
        let close = tokens.at(behind + 1).pair().min(tokens.len());
        for at in behind + 2..close {
            if tokens.kind(at) == Kind::Name {
                let path = format!("{module}.{}", tokens.text(at));
                reader.bind(tokens.text(at), module, path.into(), at);
            }
        }
        return close + 1;
    }
    let renamed = tokens.is(behind, ",")
        && tokens.is(behind + 1, "as")
        && tokens.kind(behind + 3) == Kind::Name;
    let last = module.rsplit('.').next().unwrap_or(module);
    let name = if renamed { tokens.text(behind + 3) } else { last };
    reader.bind(name, module, module.into(), index + 1);
    if renamed { behind + 4 } else { behind }
}

/// Whether a module shares its first part with one that the file declares.
fn is_own(reader: &Reader<'_, '_>, module: &str) -> bool {
    let root = |path: &str| path.split('.').next().map(str::to_owned);
    reader.own_modules.iter().any(|own| root(own) == root(module))
}

/// Modules need no import: what leads on from a capitalised name is one.
fn finish(reader: &mut Reader<'_, '_>) {
    for (name, start) in reader.starts() {
        let leads = reader.reading.tokens.is(start.index + 1, ".");
        let module = name.starts_with(char::is_uppercase);
        if leads && module && !reader.binds(name) && !is_own(reader, name) {
            reader.bind(name, name, name.into(), 0);
        }
    }
}
