//! What a bracket of JavaScript means, told by what stands around it: a block
//! or an object, arguments or parameters, a comparison or type arguments.

use super::super::frames::{Frame, Shape};
use super::super::lexer::Kind;
use super::super::tokens::Tokens;

/// Tokens that are looked at to tell type arguments from a comparison.
const TYPE_TOKENS: usize = 64;

/// What the brace at `index` holds. `case_colon`: the colon of the last `case`.
pub(super) fn of_brace(
    tokens: &Tokens<'_>,
    index: usize,
    top: &Frame<'_>,
    case_colon: usize,
) -> Shape {
    let before = tokens.before(index);
    let text = tokens.text(before);
    match tokens.kind(before) {
        _ if top.expected == Some(Shape::Class) => Shape::Class,
        _ if before == usize::MAX => Shape::Block,
        Kind::Open if text == "{" && matches!(top.shape, Shape::Block | Shape::Class) => {
            Shape::Block
        }
        Kind::Sign if matches!(text, "=>" | ";") => Shape::Block,
        Kind::Sign if text == ">" && top.shape != Shape::Types => Shape::Block,
        Kind::Sign if before == case_colon => Shape::Block,
        Kind::Word if matches!(text, "else" | "do" | "try" | "finally") => Shape::Block,
        Kind::Open | Kind::Sign | Kind::Word | Kind::Splice | Kind::Head | Kind::Middle => {
            Shape::Object
        }
        _ => Shape::Block,
    }
}

/// Whether the name at `index` is what a class is derived from, and no bound
/// of a type parameter: `class A extends B`, `class A<T> extends B`.
pub(super) fn is_base(tokens: &Tokens<'_>, index: usize) -> bool {
    let word = tokens.before(index);
    let class = tokens.before(word);
    tokens.is(word, "extends")
        && (tokens.is(class, ">")
            || tokens.is(class, "class")
            || tokens.is(tokens.before(class), "class"))
}

/// Whether the parenthesis at `index` declares the parameters of an arrow function.
pub(super) fn is_arrow(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.is(tokens.at(index).pair() + 1, "=>")
}

/// Where the function ends whose parameters start at `index`, if its body is a
/// block that follows directly: index of a token.
pub(super) fn end_of_function(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let behind = tokens.at(index).pair() + 1;
    let body = behind + usize::from(tokens.is(behind, "=>"));
    tokens.is(body, "{").then(|| tokens.at(body).pair())
}

/// Where the type arguments end that `<` at `index` starts, if it starts some
/// and a call follows.
pub(super) fn end_of_types(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = index;
    for _ in 0..TYPE_TOKENS {
        match tokens.kind(at) {
            Kind::Name | Kind::Word | Kind::Text | Kind::Number | Kind::Open => {}
            Kind::Sign => match tokens.text(at) {
                "<" => depth += 1,
                ">" => {
                    depth -= 1;
                    if depth == 0 {
                        let called = tokens.is(at + 1, "(") || tokens.byte(at + 1) == b'`';
                        return called.then_some(at);
                    }
                }
                "." | "," | "|" | "&" | "?" | ":" | "=>" | "..." | "-" => {}
                _ => return None,
            },
            _ => return None,
        }
        at = match tokens.kind(at) {
            Kind::Open => tokens.next(at) + 1,
            _ => at + 1,
        };
    }
    None
}

/// Whether the string at `index` is a directive such as `"use strict"`.
pub(super) fn is_directive(tokens: &Tokens<'_>, index: usize, top: &Frame<'_>) -> bool {
    let before = tokens.before(index);
    let starts = before == usize::MAX
        || tokens.is(before, ";")
        || (tokens.is(before, "{") && before == top.open)
        || (tokens.at(index).line && matches!(tokens.kind(before), Kind::Text | Kind::Close));
    let behind = tokens.at(index + 1);
    let ends = tokens.is(index + 1, ";") || behind.line || tokens.is(index + 1, "}");
    top.shape == Shape::Block && starts && ends && !top.chain.is_alive()
}

/// Whether a token ends an operand, so that a name on the next line starts a
/// statement.
pub(super) fn ends_operand(tokens: &Tokens<'_>, index: usize) -> bool {
    match tokens.kind(index) {
        Kind::Name
        | Kind::Close
        | Kind::Text
        | Kind::Tail
        | Kind::Number
        | Kind::Regex
        | Kind::TagClose
        | Kind::Broken => true,
        Kind::Word => matches!(tokens.text(index), "null" | "true" | "false" | "undefined"),
        Kind::Sign => matches!(tokens.text(index), "++" | "--" | "!"),
        _ => false,
    }
}
