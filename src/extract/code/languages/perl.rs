//! Perl.

use super::{BlockComment, Form, Interpolation, NOTHING, Quote, Rules, quote, special};

const DOLLAR: Interpolation =
    Interpolation { open: "${", doubled: false, format: false, bare: Some('$') };

/// Documentation begins with a word at the beginning of a line.
const fn documentation(open: &'static str) -> BlockComment {
    BlockComment { open, close: "\n=cut", nested: false }
}

pub(super) const RULES: Rules = Rules {
    line_comments: &["#"],
    block_comments: &[
        documentation("=pod"),
        documentation("=head"),
        documentation("=over"),
        documentation("=item"),
        documentation("=begin"),
        documentation("=encoding"),
        documentation("=for"),
    ],
    quotes: &[
        special("<<", Form::Behind),
        Quote { interpolation: Some(&DOLLAR), ..quote("\"", false) },
        quote("'", false),
    ],
    operators: &[
        "||=", "**=", "&&=", "//=", "...", "<=>", "!=", "*=", "-=", "//", "+=", "<=", "..", "<<",
        "&&", "++", "--", ".=", "::", "||", ">>", "=~", ">=", "->", "!~", "**", "==", "/=", "=>",
    ],
    words: &[
        "and", "cmp", "continue", "do", "else", "elsif", "eq", "for", "foreach", "ge", "gt", "if",
        "last", "le", "local", "lt", "my", "ne", "next", "no", "not", "or", "our", "package",
        "redo", "require", "return", "sub", "undef", "unless", "until", "use", "while", "xor",
    ],
    loose: true,
    ..NOTHING
};
