//! SQL of any dialect. Functions need no import: each name that is called is
//! told as its own module. Creating a model and measuring a distance are
//! calls, an extension that is created is an import.

use super::super::bindings::{Path, Root};
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN};
use crate::model::fact::Language;

/// SQL. Names are told in upper case.
pub const SQL: Dotted = Dotted(&Grammar {
    language: Language::Sql,
    about: "SQL: called functions, created models and extensions, string literals",
    named_arguments: &["="],
    caseless: true,
    own,
    finish: |reader| reader.bind_everything(),
    ..PLAIN
});

/// Words between `CREATE` and what is created.
const BETWEEN: &[&str] = &["OR", "REPLACE", "TEMP", "TEMPORARY", "IF", "NOT", "EXISTS"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Name, "CREATE") => created(reader, index),
        (Kind::Sign, sign @ ("<->" | "<#>")) => {
            reader.reading.end_chain(index);
            let path = Path { root: Root::Module(sign.into()), ..Path::default() };
            reader.reading.telling.call(&path, tokens.at(index).start());
            Some(index + 1)
        }
        _ => None,
    }
}

/// `CREATE OR REPLACE MODEL name`, `CREATE EXTENSION IF NOT EXISTS name`.
fn created(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let mut at = index + 1;
    while BETWEEN.contains(&tokens.text(at)) {
        at += 1;
    }
    match tokens.text(at) {
        "MODEL" => {
            let path = Path { root: Root::Module("CREATE.MODEL".into()), ..Path::default() };
            reader.reading.telling.call(&path, tokens.at(index).start());
            Some(at + 1)
        }
        "EXTENSION" => {
            at += 1;
            while BETWEEN.contains(&tokens.text(at)) {
                at += 1;
            }
            let module = strings::plain(tokens, at).unwrap_or_else(|| tokens.text(at));
            reader.import(module, at);
            Some(at + 1)
        }
        _ => None,
    }
}
