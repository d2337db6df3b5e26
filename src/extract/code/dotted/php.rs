//! PHP.

use super::super::bindings::Key;
use super::super::frames::{Shape, Target};
use super::super::lexer::Kind;
use super::super::tokens::Tokens;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// PHP source.
pub const PHP: Dotted = Dotted(&GRAMMAR);

const GRAMMAR: Grammar = Grammar {
    language: Language::Php,
    about: "PHP source: used namespaces, calls, string literals",
    dots: &["->", "?->", "::", "\\"],
    types: Types::Before,
    literals: Literals::Initialisers,
    named_arguments: &[":"],
    classes: &["class", "enum", "interface", "trait"],
    functions: &["fn", "function"],
    bases: &["extends", "implements"],
    environment: &[&["_ENV"], &["getenv"], &["env"], &["Env", "get"]],
    own,
    finish: |reader| {
        if !reader.namespaced {
            reader.bind_globals();
        }
    },
    ..PLAIN
};

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match tokens.kind(index) {
        Kind::Sign => match tokens.text(index) {
            "$" => {
                if tokens.is(tokens.before(index), "}") && reader.is_body() {
                    reader.end_statement(index);
                }
                if reader.chain_end == index {
                    // The type before it goes with the name behind it.
                    reader.chain_end += 1;
                    promote(reader, index);
                }
                Some(index + 1)
            }
            "\\" if !reader.reading.top.chain.is_alive() => Some(whole_name(reader, index)),
            "=>" => super::named_by_arrow(reader, index),
            _ => None,
        },
        Kind::Word => match tokens.text(index) {
            "namespace" if tokens.kind(index + 1) == Kind::Name => {
                reader.namespaced = true;
                reader.end_statement(index);
                reader.receiver = Some(tokens.text(index + 1));
                reader.reading.top.expected = Some(Shape::Block);
                Some(behind_name(tokens, index + 1))
            }
            "use" if !tokens.is(index + 1, "(") => Some(used(reader, index)),
            _ => None,
        },
        Kind::Open if tokens.is(index, "[") && !reader.reading.top.chain.is_alive() => {
            keyed(tokens, index).then(|| {
                reader.reading.enter(Shape::Object, index);
                index + 1
            })
        }
        _ => None,
    }
}

/// `private Client $client` as a parameter declares a member, too.
fn promote(reader: &mut Reader<'_, '_>, index: usize) {
    let tokens = reader.reading.tokens;
    let top = &reader.reading.top;
    let before = tokens.text(tokens.before(top.chain.token));
    if top.shape == Shape::Parameters
        && matches!(before, "private" | "protected" | "public" | "readonly" | "?" | "\\")
    {
        let key = Key { name: tokens.text(index + 1), member: true };
        let path = top.chain.path.clone();
        reader.reading.bind(Target::Name(key), &path, index);
    }
}

/// The index behind the name that starts here, its namespaces included.
fn behind_name(tokens: &Tokens<'_>, first: usize) -> usize {
    let mut at = first + 1;
    while tokens.is(at, "\\") && tokens.kind(at + 1) == Kind::Name {
        at += 2;
    }
    at
}

/// Whether the entries of an array have keys.
fn keyed(tokens: &Tokens<'_>, open: usize) -> bool {
    let close = tokens.at(open).pair().min(tokens.len());
    let mut at = open + 1;
    while at < close {
        if tokens.is(at, "=>") {
            return true;
        }
        if tokens.is(at, ",") {
            return false;
        }
        at = tokens.next(at);
    }
    false
}

/// `\A\B`: a name with all its namespaces, which needs no `use`.
fn whole_name(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    if tokens.kind(index + 1) != Kind::Name {
        return index + 1;
    }
    let behind = behind_name(tokens, index + 1);
    let made = tokens.is(tokens.before(index), "new");
    let first = tokens.text(index + 1);
    if (made || tokens.is(behind, "::")) && !reader.binds(first) && reader.receiver != Some(first) {
        let module = tokens.between(index + 1, behind - 1);
        reader.import(module, index + 1);
        reader.bind(first, module, first.into(), index + 1);
    }
    index + 1
}

/// `use A\B as C, D\{E, F};`: returns the index behind it.
fn used(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let mut at = index + 1;
    if reader.reading.top.shape == Shape::Class {
        // A trait, which an import has named before.
        return at;
    }
    while matches!(tokens.text(at), "function" | "const" | "\\") {
        at += 1;
    }
    while tokens.kind(at) == Kind::Name {
        let behind = behind_name(tokens, at);
        let group = tokens.is(behind, "\\") && tokens.is(behind + 1, "{");
        let module = tokens.between(at, behind - 1);
        at = if group {
            reader.import(module, at);
            let close = tokens.at(behind + 1).pair().min(tokens.len());
            let mut member = behind + 2;
            while member < close {
                if tokens.kind(member) == Kind::Name {
                    member = used_name(reader, module, Some(member), member);
                } else {
                    member += 1;
                }
            }
            close + 1
        } else {
            used_name(reader, module, None, at)
        };
        if !tokens.is(at, ",") {
            break;
        }
        at += 1;
    }
    at
}

/// One name that is used; returns the index behind it. `member`: where the
/// rest of it stands in a group.
fn used_name<'a>(
    reader: &mut Reader<'a, '_>,
    module: &'a str,
    member: Option<usize>,
    first: usize,
) -> usize {
    let tokens = reader.reading.tokens;
    let behind = behind_name(tokens, first);
    let renamed = tokens.is(behind, "as") && tokens.kind(behind + 1) == Kind::Name;
    let local = tokens.text(if renamed { behind + 1 } else { behind - 1 });
    let end = if renamed { behind + 2 } else { behind };
    let root = module.split('\\').next().unwrap_or(module);
    if reader.receiver == Some(root) {
        reader.bind_local(local, first);
        return end;
    }
    let mut path = module.replace('\\', ".");
    if member.is_some() {
        let rest = tokens.between(first, behind - 1);
        path = format!("{path}.{}", rest.replace('\\', "."));
    }
    if member.is_none() {
        reader.import(module, first);
    }
    reader.bind(local, module, path.into(), first);
    end
}
