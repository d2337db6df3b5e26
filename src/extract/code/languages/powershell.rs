//! PowerShell.

use super::{BlockComment, Interpolation, NOTHING, Quote, Rules, verbatim};

const DOLLAR: Interpolation =
    Interpolation { open: "$(", doubled: false, format: false, bare: Some('$') };

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    block_comments: &[BlockComment { open: "<#", close: "#>", nested: false }],
    quotes: &[
        Quote { interpolation: Some(&DOLLAR), ..verbatim("@\"", "\n\"@", true) },
        verbatim("@'", "\n'@", true),
        Quote { doubled: true, interpolation: Some(&DOLLAR), ..verbatim("\"", "\"", true) },
        Quote { doubled: true, ..verbatim("'", "'", true) },
    ],
    operators: &["+=", "..", "::", "==", "*=", "-=", "/="],
    name_signs: b"-",
    words: &[
        "begin", "break", "catch", "class", "continue", "do", "else", "elseif", "end", "enum",
        "exit", "filter", "finally", "for", "foreach", "function", "if", "in", "param", "process",
        "return", "switch", "throw", "trap", "try", "until", "while",
    ],
    loose: true,
    ..NOTHING
};
