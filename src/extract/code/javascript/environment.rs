//! Environment variables in JavaScript: of Node, Deno, Bun and of bundlers.

use super::super::bindings::Root;
use super::super::reading::{Reading, pattern};

/// Whether a path is the object that holds the environment.
pub(super) fn is(segments: &[&str]) -> bool {
    matches!(segments, ["process" | "Bun", "env"] | ["import", "meta", "env"])
        || matches!(segments, ["globalThis", "process", "env"])
}

/// `process.env.X`: the name at `index` has just been read.
pub(super) fn read(reading: &mut Reading<'_, '_>, index: usize) {
    let path = &reading.top.chain.path;
    if let [start @ .., name] = path.segments.as_slice()
        && is(start)
        && path.root == Root::Name
        && !reading.tokens.is(index + 1, "(")
        && !reading.tokens.assigns(index + 1)
    {
        reading.telling.variable(name, reading.tokens.at(index).start());
    }
}

/// `const { X } = process.env`: `index` is the sign, the braces open at `open`.
pub(super) fn destructured(reading: &mut Reading<'_, '_>, index: usize, open: usize) {
    let tokens = reading.tokens;
    let mut segments = vec![tokens.text(index + 1)];
    let mut at = index + 2;
    while tokens.is(at, ".") && segments.len() < 4 {
        segments.push(tokens.text(at + 1));
        at += 2;
    }
    if is(&segments) {
        for (property, _, offset) in pattern(tokens, open) {
            reading.telling.variable(property, offset);
        }
    }
}
