//! Ruby.

use super::{BlockComment, Form, Interpolation, Quote, Rules, quote, special};

const HASH_BRACES: Interpolation =
    Interpolation { open: "#{", doubled: false, format: false, bare: None };

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    block_comments: &[BlockComment { open: "=begin", close: "\n=end", nested: false }],
    quotes: &[
        special("<<", Form::Behind),
        special("%", Form::Percent),
        Quote { interpolation: Some(&HASH_BRACES), ..quote("\"", true) },
        Quote { interpolation: Some(&HASH_BRACES), ..quote("`", true) },
        quote("'", true),
    ],
    prefixes: &[],
    operators: &[
        "**=", "<=>", "===", "...", "<<=", ">>=", "&&=", "||=", "::", "&.", "=>", "==", "!=", "=~",
        "!~", "<=", ">=", "&&", "||", "**", "->", "..", "<<", ">>", "+=", "-=", "*=", "/=", "%=",
        "|=", "&=", "^=",
    ],
    name_signs: &[],
    words: &[
        "BEGIN", "END", "alias", "and", "begin", "break", "case", "class", "def", "defined?", "do",
        "else", "elsif", "end", "ensure", "false", "for", "if", "in", "module", "next", "nil",
        "not", "or", "redo", "rescue", "retry", "return", "super", "then", "true", "undef",
        "unless", "until", "when", "while", "yield",
    ],
    statement_words: &[],
    value_methods: &[
        "dig",
        "each",
        "each_with_index",
        "first",
        "gsub",
        "include?",
        "join",
        "last",
        "map",
        "select",
        "split",
        "start_with?",
        "strip",
        "to_s",
        "to_sym",
    ],
    continuation: true,
    regex: true,
    markup: false,
    adjacent_strings: false,
    characters: false,
    loose: false,
};
