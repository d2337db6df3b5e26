//! MATLAB and Octave.

use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN, objc};
use crate::model::fact::Language;

/// MATLAB source. Functions of toolboxes need no import: each name that is
/// called and that the file does not declare is told as its own module.
pub const MATLAB: Dotted = Dotted(&Grammar {
    language: Language::Matlab,
    about: "MATLAB source: called functions, string literals",
    literals: super::Literals::Initialisers,
    lines: true,
    named_arguments: &["="],
    environment: &[&["getenv"]],
    is_own: |text| !objc::is_objective_c(text) && !text.trim_start().starts_with("(*"),
    own,
    finish: |reader| reader.bind_everything(),
    ..PLAIN
});

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        // `function a = name(b)` declares, and calls nothing.
        (Kind::Word, "function") => {
            reader.end_statement(index);
            let mut at = index + 1;
            while !tokens.at(at).line && at < tokens.len() {
                if tokens.is(at + 1, "(") && tokens.kind(at) == Kind::Name {
                    reader.bind_local(tokens.text(at), at);
                    return Some(tokens.next(at + 1));
                }
                at += 1;
            }
            Some(at)
        }
        (Kind::Word, "end") => {
            reader.end_statement(index);
            Some(index + 1)
        }
        _ => None,
    }
}
