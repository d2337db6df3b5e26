//! Clojure.

use super::{NOTHING, Rules, quote};

pub(super) const RULES: Rules = Rules {
    line_comments: &[";"],
    quotes: &[quote("\"", true)],
    operators: &["#_"],
    name_signs: b"-?!*+<>=$%&|'",
    words: &["false", "nil", "true"],
    loose: true,
    ..NOTHING
};
