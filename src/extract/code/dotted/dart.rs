//! Dart.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// Dart source.
pub const DART: Dotted = Dotted(&Grammar {
    language: Language::Dart,
    about: "Dart source: packages, calls, string literals",
    dots: &[".", "?.", "..", "?.."],
    marks: &["?", "!"],
    types: Types::Before,
    literals: Literals::Initialisers,
    generics: true,
    named_arguments: &[":"],
    classes: &["class", "enum", "extension", "mixin"],
    bases: &["extends", "implements", "with", ","],
    itself: &["this"],
    wrappers: &["Future", "List", "Stream"],
    environment: &[
        &["Platform", "environment"],
        &["String", "fromEnvironment"],
        &["dotenv", "env"],
        &["dotenv", "get"],
    ],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    if tokens.kind(index) != Kind::Word || !reader.starts_statement(index) {
        return None;
    }
    match tokens.text(index) {
        "import" | "export" | "part" => {
            let module = strings::plain(tokens, index + 1)?;
            reader.end_statement(index);
            // What is not of a package is the project's own, or Dart's.
            if module.starts_with("package:") {
                let named = tokens.is(index + 2, "as") && tokens.kind(index + 3) == Kind::Name;
                let name = named.then(|| tokens.text(index + 3));
                reader.import(module, index + 1);
                match name {
                    Some(name) => reader.bind(name, module, module.into(), index + 1),
                    None => reader.open_module(module),
                }
            }
            let end = (index..index + 96).find(|at| tokens.is(*at, ";"));
            Some(end.unwrap_or(index + 2))
        }
        _ => None,
    }
}
