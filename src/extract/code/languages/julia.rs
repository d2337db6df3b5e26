//! Julia.

use super::{BlockComment, Interpolation, NOTHING, Quote, Rules, quote};

const DOLLAR: Interpolation =
    Interpolation { open: "$(", doubled: false, format: false, bare: Some('$') };

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    block_comments: &[BlockComment { open: "#=", close: "=#", nested: true }],
    quotes: &[
        Quote { interpolation: Some(&DOLLAR), ..quote("\"\"\"", true) },
        Quote { interpolation: Some(&DOLLAR), ..quote("\"", true) },
        quote("`", true),
    ],
    operators: &[
        ".==", "!==", "...", "===", "./", ".+", "!=", "*=", "-=", "|>", "+=", "<=", ".-", "&&",
        ".=", "::", "||", ".*", ">=", "->", "^=", "==", "/=", "=>",
    ],
    words: &[
        "abstract",
        "baremodule",
        "begin",
        "break",
        "catch",
        "const",
        "continue",
        "do",
        "else",
        "elseif",
        "end",
        "export",
        "false",
        "finally",
        "for",
        "function",
        "global",
        "if",
        "import",
        "in",
        "isa",
        "let",
        "local",
        "macro",
        "module",
        "mutable",
        "quote",
        "return",
        "struct",
        "true",
        "try",
        "using",
        "where",
        "while",
    ],
    value_methods: &[
        "endswith",
        "join",
        "lowercase",
        "map",
        "occursin",
        "replace",
        "split",
        "startswith",
        "strip",
    ],
    characters: true,
    loose: true,
    ..NOTHING
};
