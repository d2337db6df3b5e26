//! Rust.

use super::{BlockComment, Prefix, Rules, quote, verbatim};

const fn raw(letters: &'static str) -> Prefix {
    Prefix { letters, raw: true, verbatim: true, interpolation: None }
}

const fn plain(letters: &'static str) -> Prefix {
    Prefix { letters, raw: false, verbatim: false, interpolation: None }
}

pub(super) const RULES: Rules = Rules {
    line_comments: &["//"],
    block_comments: &[BlockComment { open: "/*", close: "*/", nested: true }],
    quotes: &[
        verbatim("###\"", "\"###", true),
        verbatim("##\"", "\"##", true),
        verbatim("#\"", "\"#", true),
        quote("\"", true),
    ],
    prefixes: &[raw("r"), raw("br"), raw("cr"), plain("b"), plain("c")],
    // Not `>>`: it ends type arguments.
    operators: &[
        "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=", "-=", "*=",
        "/=", "%=", "&=", "|=", "^=",
    ],
    name_signs: &[],
    words: &[
        "as", "async", "break", "const", "continue", "dyn", "else", "enum", "extern", "false",
        "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
        "ref", "return", "static", "struct", "trait", "true", "type", "unsafe", "use", "where",
        "while",
    ],
    statement_words: &[],
    value_methods: &[
        "as_bytes",
        "as_str",
        "chars",
        "contains",
        "ends_with",
        "eq",
        "find",
        "is_empty",
        "len",
        "lines",
        "replace",
        "split",
        "starts_with",
        "to_lowercase",
        "trim",
    ],
    continuation: false,
    regex: false,
    markup: false,
    adjacent_strings: false,
    characters: true,
    loose: false,
};
