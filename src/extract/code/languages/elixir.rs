//! Elixir.

use super::{Interpolation, NOTHING, Quote, Rules, quote};

const HASH_BRACES: Interpolation =
    Interpolation { open: "#{", doubled: false, format: false, bare: None };

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    quotes: &[
        Quote { interpolation: Some(&HASH_BRACES), ..quote("\"\"\"", true) },
        quote("'''", true),
        Quote { interpolation: Some(&HASH_BRACES), ..quote("\"", true) },
        quote("'", true),
    ],
    operators: &[
        "<<<", ">>>", "!==", "...", "===", "<~>", "~>>", "<>", "!=", "\\\\", "|>", "<=", "..",
        "<<", "&&", "++", "--", "::", "||", ">>", "=~", ">=", "->", "<-", "==", "=>",
    ],
    words: &[
        "after", "and", "case", "catch", "cond", "do", "else", "end", "false", "fn", "for", "if",
        "in", "nil", "not", "or", "quote", "raise", "receive", "rescue", "super", "throw", "true",
        "try", "unless", "unquote", "when", "with",
    ],
    value_methods: &["count", "each", "filter", "join", "map", "reduce", "split", "trim"],
    loose: true,
    ..NOTHING
};
