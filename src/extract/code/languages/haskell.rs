//! Haskell.

use super::{BlockComment, NOTHING, Rules, quote};

pub(super) const RULES: Rules = Rules {
    line_comments: &["--"],
    block_comments: &[BlockComment { open: "{-", close: "-}", nested: true }],
    quotes: &[quote("\"", false)],
    operators: &[
        "<*>", ">>=", "<$>", "=<<", "<>", "<=", "..", "++", "&&", "::", "||", ">>", ">=", "->",
        "<-", "==", "/=", "=>", "$!",
    ],
    name_signs: b"'",
    words: &[
        "case", "class", "data", "default", "deriving", "do", "else", "foreign", "if", "import",
        "in", "infix", "infixl", "infixr", "instance", "let", "module", "newtype", "of", "then",
        "type", "where",
    ],
    characters: true,
    loose: true,
    ..NOTHING
};
