//! Swift.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, PLAIN, Types};
use crate::model::fact::Language;

/// Swift source.
pub const SWIFT: Dotted = Dotted(&GRAMMAR);

const GRAMMAR: Grammar = Grammar {
    language: Language::Swift,
    about: "Swift source: imports, calls, string literals",
    dots: &[".", "?."],
    marks: &["!", "?"],
    types: Types::Colon,
    lines: true,
    generics: true,
    named_arguments: &[":"],
    declarators: &["let", "var"],
    classes: &["actor", "class", "enum", "protocol", "struct"],
    functions: &["func", "init", "subscript"],
    heads: &["catch", "defer", "do", "else", "for", "guard", "if", "repeat", "switch", "while"],
    bases: &[":"],
    itself: &["self"],
    wrappers: &["Optional"],
    environment: &[&["processInfo", "environment"], &["getenv"]],
    own,
    ..PLAIN
};

/// Words between `import` and the name of what is imported.
const KINDS: &[&str] = &["class", "enum", "func", "let", "protocol", "struct", "typealias", "var"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match tokens.kind(index) {
        Kind::Word if tokens.is(index, "import") => Some(imports(reader, index)),
        Kind::Word if tokens.is(index, "extension") => {
            // It declares nothing new.
            reader.reading.end_chain(index);
            reader.reading.top.expected = Some(Shape::Class);
            Some(index + 2)
        }
        Kind::Open if tokens.is(index, "[") && !reader.reading.top.chain.is_alive() => {
            let (_, keyed) = reader.reading.entries(index, tokens.at(index).pair());
            let given = tokens.is(tokens.before(index), "=");
            let typed = reader.reading.top.item.annotated && !given;
            (keyed && !typed).then(|| {
                reader.reading.enter(Shape::Object, index);
                index + 1
            })
        }
        _ => None,
    }
}

/// `import A`, `import struct A.B`: returns the index behind it.
fn imports(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    reader.end_statement(index);
    let first = index + 1 + usize::from(KINDS.contains(&tokens.text(index + 1)));
    if tokens.kind(first) != Kind::Name {
        return index + 1;
    }
    let mut last = first;
    while tokens.is(last + 1, ".") && tokens.kind(last + 2) == Kind::Name {
        last += 2;
    }
    // What is tested is the project's own.
    if tokens.text(tokens.before(index)) != "testable" {
        reader.import(tokens.between(first, last), first);
        reader.open_module(tokens.text(first));
    }
    last + 1
}
