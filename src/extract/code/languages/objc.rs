//! Objective-C and Objective-C++: C, with strings of their own.

use super::{Quote, Rules, c, quote};

pub(super) const RULES: Rules = Rules {
    quotes: &[Quote { close: "\"", ..quote("@\"", false) }, quote("\"", false)],
    loose: true,
    ..c::RULES
};
