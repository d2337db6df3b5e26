//! F#.

use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN, Types};
use crate::model::fact::Language;

/// F# source.
pub const FSHARP: Dotted = Dotted(&Grammar {
    language: Language::Fsharp,
    about: "F# source: opened namespaces, calls, string literals",
    types: Types::Colon,
    lines: true,
    generics: true,
    named_arguments: &["="],
    declarators: &["let", "mutable", "use"],
    environment: &[&["Environment", "GetEnvironmentVariable"]],
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "open") if tokens.kind(index + 1) == Kind::Name => {
            let (module, behind) = reader.name_from(index + 1, &["."]);
            let root = |path: &str| path.split('.').next().map(str::to_owned);
            let own = reader.own_modules.iter().any(|own| root(own) == root(module));
            if !own && root(module).as_deref() != Some("System") {
                reader.import_as(module, None, index + 1);
            }
            Some(behind)
        }
        (Kind::Word, "namespace") => {
            let (module, behind) = reader.name_from(index + 1, &["."]);
            reader.own_modules.push(module);
            Some(behind)
        }
        _ => None,
    }
}
