//! Haskell.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// Haskell source.
pub const HASKELL: Dotted = Dotted(&Grammar {
    language: Language::Haskell,
    about: "Haskell source: imported modules, string literals",
    literals: Literals::Named,
    lines: true,
    own,
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "import") => Some(imports(reader, index)),
        (Kind::Word, "module") => Some(reader.name_from(index + 1, &["."]).1),
        (Kind::Name, "getEnv" | "lookupEnv") => {
            let name = strings::plain(tokens, index + 1)?;
            reader.reading.end_chain(index);
            reader.reading.telling.variable(name, tokens.at(index + 1).start());
            Some(index + 2)
        }
        _ => None,
    }
}

/// `import qualified "package" A.B as C (d)`: returns the index behind it.
fn imports(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let mut first = index + 1;
    while matches!(tokens.text(first), "qualified" | "safe") || tokens.kind(first) == Kind::Text {
        first += 1;
    }
    if tokens.kind(first) != Kind::Name {
        return first;
    }
    let (module, mut behind) = reader.name_from(first, &["."]);
    if tokens.is(behind, "qualified") {
        behind += 1;
    }
    let renamed = tokens.is(behind, "as") && tokens.kind(behind + 1) == Kind::Name;
    let name = renamed.then(|| tokens.text(behind + 1));
    reader.import_as(module, name, first);
    if renamed {
        behind += 2;
    }
    if tokens.is(behind, "hiding") {
        behind += 1;
    }
    if tokens.is(behind, "(") && !tokens.at(behind).line {
        let close = tokens.at(behind).pair().min(tokens.len());
        for at in behind + 1..close {
            if tokens.kind(at) == Kind::Name {
                let path = format!("{module}.{}", tokens.text(at));
                reader.bind(tokens.text(at), module, path.into(), at);
            }
        }
        return close + 1;
    }
    behind
}
