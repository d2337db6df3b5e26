//! The first pass in plain, safe code: positions whose gram's bit is set,
//! gathered without a branch on what the text holds.

use super::qgram::{BATCH, GRAM, STRIDE, bit_of, folded};

/// Positions taken per turn of the inner loop.
const TURN: usize = 16;

/// Hands every position from `from` on whose bit is set to `drain`, in batches
/// of at most [`BATCH`]; `drain` returning false ends the pass.
pub(super) fn candidates(
    bitmap: &[u32],
    bytes: &[u8],
    from: usize,
    drain: &mut dyn FnMut(&[usize]) -> bool,
) {
    let mut found = [0usize; BATCH];
    let mut count = 0usize;
    let mut at = from;
    // Whole turns: a fixed-size window lets the compiler drop every check.
    while let Some(window) = bytes.get(at..at + TURN * STRIDE + GRAM) {
        for step in 0..TURN {
            let offset = step * STRIDE;
            let set = match window.get(offset..offset + GRAM) {
                Some(&[a, b, c, d]) => is_set(bitmap, [a, b, c, d]),
                _ => false,
            };
            if let Some(place) = found.get_mut(count) {
                *place = at + offset;
            }
            count += usize::from(set);
        }
        at += TURN * STRIDE;
        if count > BATCH - TURN {
            if !drain(found.get(..count).unwrap_or_default()) {
                return;
            }
            count = 0;
        }
    }
    while let Some(&[a, b, c, d]) = bytes.get(at..at + GRAM) {
        if let Some(place) = found.get_mut(count) {
            *place = at;
        }
        count += usize::from(is_set(bitmap, [a, b, c, d]));
        at += STRIDE;
    }
    drain(found.get(..count).unwrap_or_default());
}

fn is_set(bitmap: &[u32], gram: [u8; GRAM]) -> bool {
    let bit = bit_of(folded(gram));
    bitmap.get((bit >> 5) as usize).is_some_and(|word| (word >> (bit & 31)) & 1 == 1)
}
