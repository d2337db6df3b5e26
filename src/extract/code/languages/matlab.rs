//! MATLAB.

use super::{BlockComment, Form, NOTHING, Quote, Rules, quote};

pub(super) const RULES: Rules = Rules {
    line_comments: &["%"],
    block_comments: &[BlockComment { open: "%{", close: "%}", nested: false }],
    quotes: &[
        Quote { verbatim: true, doubled: true, ..quote("\"", false) },
        // Behind an operand it transposes.
        Quote { verbatim: true, doubled: true, form: Form::Apart, ..quote("'", false) },
    ],
    operators: &["...", "./", "~=", "<=", "==", ".^", "||", "&&", ".*", ">="],
    words: &[
        "break",
        "case",
        "catch",
        "classdef",
        "continue",
        "else",
        "elseif",
        "end",
        "events",
        "for",
        "function",
        "global",
        "if",
        "methods",
        "otherwise",
        "parfor",
        "persistent",
        "properties",
        "return",
        "spmd",
        "switch",
        "try",
        "while",
    ],
    loose: true,
    ..NOTHING
};
