//! Lua.

use super::{BlockComment, NOTHING, Rules, quote, verbatim};

pub(super) const RULES: Rules = Rules {
    line_comments: &["--"],
    block_comments: &[
        BlockComment { open: "--[[", close: "]]", nested: false },
        BlockComment { open: "--[=[", close: "]=]", nested: false },
    ],
    quotes: &[
        verbatim("[=[", "]=]", true),
        verbatim("[[", "]]", true),
        quote("\"", false),
        quote("'", false),
    ],
    operators: &["...", "~=", "<=", "..", "==", "::", "//", ">>", "<<", ">="],
    words: &[
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ],
    value_methods: &["find", "format", "gmatch", "gsub", "lower", "match", "rep", "sub", "upper"],
    loose: true,
    ..NOTHING
};
