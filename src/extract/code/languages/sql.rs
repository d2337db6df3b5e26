//! SQL of any dialect.

use super::{NOTHING, Quote, Rules, SLASHED, verbatim};

pub(super) const RULES: Rules = Rules {
    line_comments: &["--"],
    block_comments: SLASHED,
    quotes: &[
        verbatim("$$", "$$", true),
        Quote { doubled: true, ..verbatim("'", "'", true) },
        verbatim("\"", "\"", true),
        verbatim("`", "`", false),
    ],
    operators: &["<=>", "<->", "<+>", "<#>", ":=", "<=", "||", "<>", "::", "==", "!=", "=>", ">="],
    loose: true,
    ..NOTHING
};
