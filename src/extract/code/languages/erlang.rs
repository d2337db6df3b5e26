//! Erlang.

use super::{NOTHING, Rules, quote};

pub(super) const RULES: Rules = Rules {
    line_comments: &["%"],
    quotes: &[quote("\"", true), quote("'", false)],
    operators: &[
        "=:=", "=/=", "->", ":=", "||", "<-", "=<", "==", "::", "++", "--", "/=", "=>", ">>", "<<",
        ">=",
    ],
    words: &[
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
        "catch", "div", "else", "end", "fun", "if", "maybe", "not", "of", "or", "orelse",
        "receive", "rem", "try", "when", "xor",
    ],
    loose: true,
    ..NOTHING
};
