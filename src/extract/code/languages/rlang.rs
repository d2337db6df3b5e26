//! R.

use super::{NOTHING, Rules, quote};

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    quotes: &[quote("\"", true), quote("'", true), quote("`", false)],
    operators: &[
        "%in%", "%||%", ":::", "<<-", "%>%", "->>", "->", "|>", "<-", "<=", "::", "==", "!=", "||",
        "&&", ">=",
    ],
    name_signs: b".",
    words: &[
        "FALSE", "Inf", "NA", "NULL", "NaN", "TRUE", "break", "else", "for", "function", "if",
        "in", "next", "repeat", "while",
    ],
    value_methods: &["append", "filter", "mutate", "nchar", "paste", "select"],
    loose: true,
    ..NOTHING
};
