//! Scala.

use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN, Types};
use crate::model::fact::Language;

/// Scala source.
pub const SCALA: Dotted = Dotted(&Grammar {
    language: Language::Scala,
    about: "Scala source: imports, calls, string literals",
    types: Types::Colon,
    lines: true,
    named_arguments: &["="],
    declarators: &["val", "var"],
    classes: &["class", "enum", "object", "trait"],
    functions: &["def"],
    heads: &["catch", "do", "else", "finally", "for", "if", "match", "try", "while", "yield"],
    bases: &["extends", "with"],
    itself: &["this"],
    wrappers: &["List", "Option", "Seq", "Some"],
    environment: &[
        &["System", "getenv"],
        &["sys", "env"],
        &["sys", "env", "get"],
        &["sys", "env", "getOrElse"],
        &["Properties", "envOrElse"],
    ],
    own,
    ..PLAIN
});

/// Packages of the language itself.
const OWN: &[&str] = &["java.", "javax.", "scala."];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "package") => Some(reader.name_from(index + 1, &["."]).1),
        (Kind::Word, "import") => {
            reader.end_statement(index);
            let mut at = imports(reader, index + 1);
            while tokens.is(at, ",") {
                at = imports(reader, at + 1);
            }
            Some(at)
        }
        _ => None,
    }
}

/// `a.b.C`, `a.b.{C, D => E}`, `a.b._`: returns the index behind it.
fn imports(reader: &mut Reader<'_, '_>, first: usize) -> usize {
    let tokens = reader.reading.tokens;
    if tokens.kind(first) != Kind::Name {
        return first;
    }
    let (whole, behind) = reader.name_from(first, &["."]);
    let whole = whole.strip_prefix("_root_.").unwrap_or(whole);
    let whole = whole.strip_suffix("._").unwrap_or(whole);
    let own = OWN.iter().any(|own| whole.starts_with(own));
    let last = whole.rsplit('.').next().unwrap_or(whole);
    let follows = tokens.text(behind + 1);
    if own {
        reader.bind_local(last, first);
    } else {
        reader.import(whole, first);
    }
    match follows {
        "{" if tokens.is(behind, ".") => {
            let close = tokens.at(behind + 1).pair().min(tokens.len());
            for at in behind + 2..close {
                let starts = matches!(tokens.text(tokens.before(at)), "{" | ",");
                if starts && tokens.kind(at) == Kind::Name && !own {
                    let renamed = matches!(tokens.text(at + 1), "=>" | "as");
                    let name = tokens.text(if renamed { at + 2 } else { at });
                    let path = format!("{whole}.{}", tokens.text(at));
                    reader.bind(name, whole, path.into(), at);
                }
            }
            close + 1
        }
        "*" if tokens.is(behind, ".") => {
            reader.open_module(whole);
            behind + 2
        }
        _ if own => behind,
        _ if tokens.is(behind, "as") => {
            reader.bind(follows, whole, whole.into(), first);
            behind + 2
        }
        _ => {
            reader.bind(last, whole, whole.into(), first);
            reader.open_module(whole);
            behind
        }
    }
}
