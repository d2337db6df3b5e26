//! Where Python's statements start, how deep they are indented, and whether
//! what they import may be missing.

use super::super::lexer::Kind;
use super::super::strings;
use super::super::tokens::Tokens;

/// A statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement {
    /// Index of its first token.
    pub first: usize,
    /// How deep it is indented; one behind a colon is deeper than its head.
    pub indent: usize,
    /// The program works without it: it stands under `try: … except
    /// ImportError` or `if TYPE_CHECKING`.
    pub guarded: bool,
}

/// Words that a statement with statements of its own starts with.
const COMPOUND: &[&str] = &[
    "async", "class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while",
    "with",
];

/// All statements of a file, in order.
pub(super) fn statements(tokens: &Tokens<'_>) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let indent = if tokens.at(at).line {
            tokens.indent(at)
        } else {
            // Behind a semicolon or a colon of the same line.
            let head_ended = tokens.is(tokens.before(at), ":");
            found.last().map_or(0, |last| last.indent + usize::from(head_ended))
        };
        found.push(Statement { first: at, indent, guarded: false });
        at = end(tokens, at);
    }
    guard(tokens, &mut found);
    found
}

/// The index behind a statement, its colon or semicolon included.
fn end(tokens: &Tokens<'_>, first: usize) -> usize {
    let mut compound = COMPOUND.binary_search(&tokens.text(first)).is_ok()
        || (matches!(tokens.text(first), "case" | "match")
            && !matches!(tokens.kind(first + 1), Kind::Sign));
    let mut lambdas = 0usize;
    let mut at = first;
    loop {
        if tokens.kind(at) == Kind::Sign {
            match tokens.text(at) {
                ";" => return at + 1,
                ":" if lambdas > 0 => lambdas -= 1,
                ":" if compound => {
                    compound = false;
                    if !tokens.at(at + 1).line {
                        return at + 1;
                    }
                }
                _ => {}
            }
        } else if tokens.is(at, "lambda") {
            lambdas += 1;
        }
        at = tokens.next(at);
        if at >= tokens.len() || tokens.at(at).line {
            return at.min(tokens.len());
        }
    }
}

/// Whether nothing but strings stands between two tokens: a docstring.
pub(super) fn is_docstring(tokens: &Tokens<'_>, first: usize, end: usize) -> bool {
    let mut at = first;
    while at < end && strings::starts(tokens.kind(at)) {
        at = strings::end(tokens, at);
    }
    at > first && (at >= end || (at + 1 >= end && tokens.is(at, ";")))
}

/// A `try` whose `except` has not been met.
struct Try {
    indent: usize,
    body: usize,
}

fn guard(tokens: &Tokens<'_>, all: &mut [Statement]) {
    let mut open: Vec<Try> = Vec::new();
    // Indentation of the `if TYPE_CHECKING` that is in force.
    let mut checking: Option<usize> = None;
    let mut guarded = Vec::new();
    for index in 0..all.len() {
        let Some(Statement { first, indent, .. }) = all.get(index).copied() else { return };
        let behind = all.get(index + 1).map_or(tokens.len(), |next| next.first);
        let names = |wanted: &[&str]| {
            (first..behind)
                .any(|at| tokens.kind(at) == Kind::Name && wanted.contains(&tokens.text(at)))
        };
        if checking.is_some_and(|limit| indent <= limit) {
            checking = None;
        }
        if checking.is_some() {
            guarded.push(index..index + 1);
        }
        while open.last().is_some_and(|last| last.indent > indent) {
            open.pop();
        }
        let innermost = open.last().is_some_and(|last| last.indent == indent);
        match tokens.text(first) {
            "except" if innermost => {
                if names(&["ImportError", "ModuleNotFoundError"])
                    && let Some(body) = open.last().map(|last| last.body)
                {
                    guarded.push(body..index);
                    open.pop();
                }
            }
            "try" => {
                if innermost {
                    open.pop();
                }
                open.push(Try { indent, body: index + 1 });
            }
            "else" | "finally" if innermost => {}
            "if" if names(&["TYPE_CHECKING"]) && !tokens.is(first + 1, "not") => {
                checking = Some(checking.unwrap_or(indent));
            }
            _ if innermost => {
                open.pop();
            }
            _ => {}
        }
    }
    for range in guarded {
        for statement in all.get_mut(range).into_iter().flatten() {
            statement.guarded = true;
        }
    }
}
