//! Objective-C and Objective-C++.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, c};
use crate::model::fact::Language;

/// Objective-C source.
pub const OBJECTIVE_C: Dotted = Dotted(&Grammar {
    language: Language::Objectivec,
    about: "Objective-C source: headers, modules, messages, string literals",
    is_own: is_objective_c,
    own,
    ..c::GRAMMAR
});

/// Whether a text is Objective-C: MATLAB and others share the extension.
pub(super) fn is_objective_c(text: &str) -> bool {
    const WORDS: &[&str] = &["#import", "@interface", "@implementation", "@import", "#include"];
    WORDS.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Sign, "@") if tokens.is(index + 1, "import") => {
            let (module, behind) = reader.name_from(index + 2, &["."]);
            reader.import(module, index + 2);
            reader.open_module(module);
            Some(behind)
        }
        (Kind::Open, "[") if !reader.reading.top.chain.is_alive() => message(reader, index),
        // `model:@"x"`: a part of a message's name, and what it is given.
        (Kind::Name, name)
            if tokens.is(index + 1, ":")
                && strings::starts(tokens.kind(index + 2))
                && reader.reading.top.call.is_some() =>
        {
            reader.reading.end_chain(index);
            reader.reading.top.item.name = Some(name);
            Some(index + 2)
        }
        // `@{ @"model" : @"x" }`
        (Kind::Text, _) if tokens.is(index + 1, ":") && strings::starts(tokens.kind(index + 2)) => {
            reader.reading.end_chain(index);
            reader.reading.top.item.name = strings::plain(tokens, index);
            Some(index + 2)
        }
        _ => c::own(reader, index),
    }
}

/// `[Receiver message:…]` is a call.
fn message(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    if tokens.kind(index + 1) != Kind::Name || tokens.kind(index + 2) != Kind::Name {
        return None;
    }
    reader.reading.name(index + 1);
    reader.note_start(index + 1);
    reader.reading.dot(index + 1);
    reader.reading.name(index + 2);
    let special = reader.special_call();
    reader.reading.enter_call(index, special);
    let name = tokens.text(index + 2);
    reader.reading.top.item.name = Some(name);
    Some(index + 3 + usize::from(tokens.is(index + 3, ":")))
}
