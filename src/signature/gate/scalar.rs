//! The first pass in plain, safe code: positions whose gram's bit is set,
//! gathered without a branch on what the text holds.

use super::qgram::{BATCH, STRIDE, WORDS, bit_of};
use super::{GRAM, folded};

/// Positions taken per turn of the inner loop.
const TURN: usize = 16;
/// Bytes that a turn reads.
const WINDOW: usize = TURN * STRIDE + GRAM;

/// Hands every position from `from` on whose bit is set to `drain`, in batches
/// of at most [`BATCH`]; `drain` returning false ends the pass, which then is
/// false itself.
pub(super) fn candidates(
    bitmap: &[u32; WORDS],
    bytes: &[u8],
    from: usize,
    drain: &mut dyn FnMut(&[usize]) -> bool,
) -> bool {
    let mut found = [0usize; BATCH];
    let mut count = 0usize;
    let mut at = from;
    // Whole turns: windows, bitmap and batch of a size that the compiler knows
    // leave no check and no branch within a turn.
    while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<WINDOW>()) {
        for step in 0..TURN {
            let offset = step * STRIDE;
            let Some(&[a, b, c, d]) = window.get(offset..offset + GRAM) else { continue };
            if let Some(place) = found.get_mut(count % BATCH) {
                *place = at + offset;
            }
            count += usize::from(is_set(bitmap, [a, b, c, d]));
        }
        at += TURN * STRIDE;
        if count > BATCH - TURN {
            if !drain(found.get(..count).unwrap_or_default()) {
                return false;
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
    drain(found.get(..count).unwrap_or_default())
}

fn is_set(bitmap: &[u32; WORDS], gram: [u8; GRAM]) -> bool {
    let bit = bit_of(folded(gram));
    bitmap.get((bit >> 5) as usize).is_some_and(|word| (word >> (bit & 31)) & 1 == 1)
}
