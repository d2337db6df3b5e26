//! The first pass with AVX2: thirty-two positions at a time, their bits
//! fetched by gathers. The only file of Daylight with `unsafe` in it.
//!
//! Why it is sound: every load is of bytes that the loop's condition has shown
//! to be there; every gather's index is a hash shifted down to the bitmap's
//! size, which is its type; and the function is only called where the
//! processor has AVX2, which [`candidates`] asks itself.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm256_and_si256, _mm256_castsi256_ps, _mm256_i32gather_epi32,
    _mm256_loadu_si256, _mm256_movemask_ps, _mm256_mullo_epi32, _mm256_or_si256, _mm256_set1_epi32,
    _mm256_sllv_epi32, _mm256_srl_epi32, _mm256_srli_epi32, _mm256_sub_epi32,
};

use super::qgram::{BATCH, FOLD, MULTIPLIER, SHIFT, STRIDE, WORDS};
use super::scalar;

/// Bytes taken per turn: two loads of 32, each read at offsets 0 and 2.
const TURN: usize = 64;

/// Whether the processor can run this.
pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// As [`scalar::candidates`], from the start of the text.
pub(super) fn candidates(
    bitmap: &[u32; WORDS],
    bytes: &[u8],
    drain: &mut dyn FnMut(&[usize]) -> bool,
) {
    if !is_available() {
        scalar::candidates(bitmap, bytes, 0, drain);
        return;
    }
    // SAFETY: AVX2 was asked for just above.
    if let Some(rest) = unsafe { whole_turns(bitmap, bytes, drain) } {
        scalar::candidates(bitmap, bytes, rest, drain);
    }
}

/// Handles all whole turns; where the rest begins, or `None` if `drain` ended it.
///
/// # Safety
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
unsafe fn whole_turns(
    bitmap: &[u32; WORDS],
    bytes: &[u8],
    drain: &mut dyn FnMut(&[usize]) -> bool,
) -> Option<usize> {
    let mut found = [0usize; BATCH];
    let mut count = 0usize;
    let mut at = 0usize;
    // The furthest byte that a turn reads is at + 34 + 31 = at + 65.
    while at + TURN + STRIDE <= bytes.len() {
        let mut set = 0u64;
        for half in [0usize, 32] {
            for odd in [0usize, STRIDE] {
                // SAFETY: at + 32 + 2 + 32 = at + TURN + STRIDE bytes are there.
                let lanes = unsafe { bits_of_eight(bitmap, bytes.as_ptr().add(at + half + odd)) };
                set |= spread(lanes) << (half + odd);
            }
        }
        while set != 0 {
            let offset = set.trailing_zeros() as usize;
            set &= set - 1;
            if let Some(place) = found.get_mut(count) {
                *place = at + offset;
            }
            count += 1;
        }
        at += TURN;
        if count > BATCH - TURN {
            if !drain(found.get(..count).unwrap_or_default()) {
                return None;
            }
            count = 0;
        }
    }
    drain(found.get(..count).unwrap_or_default()).then_some(at)
}

/// One bit per lane: whether the bits of the eight grams at `from`, `from + 4`,
/// … are set.
///
/// # Safety
/// AVX2; 32 readable bytes at `from`.
#[allow(clippy::cast_ptr_alignment)] // `loadu` asks for no alignment
#[target_feature(enable = "avx2")]
unsafe fn bits_of_eight(bitmap: &[u32; WORDS], from: *const u8) -> u32 {
    // SAFETY: an unaligned load of the 32 bytes that the caller vouches for.
    let text = unsafe { _mm256_loadu_si256(from.cast::<__m256i>()) };
    let folded = _mm256_or_si256(text, _mm256_set1_epi32(FOLD.cast_signed()));
    let hash = _mm256_mullo_epi32(folded, _mm256_set1_epi32(MULTIPLIER.cast_signed()));
    let bit = _mm256_srl_epi32(hash, _mm_cvtsi32_si128(SHIFT.cast_signed()));
    // SAFETY: `bit` has 32 - SHIFT bits, so `bit >> 5` is below WORDS.
    let words = unsafe {
        _mm256_i32gather_epi32::<4>(bitmap.as_ptr().cast::<i32>(), _mm256_srli_epi32::<5>(bit))
    };
    let thirty_one = _mm256_set1_epi32(31);
    let shift = _mm256_sub_epi32(thirty_one, _mm256_and_si256(bit, thirty_one));
    let to_sign = _mm256_sllv_epi32(words, shift);
    _mm256_movemask_ps(_mm256_castsi256_ps(to_sign)).cast_unsigned()
}

/// Moves bit `n` to bit `4 n`.
fn spread(lanes: u32) -> u64 {
    let mut wide = u64::from(lanes & 0xFF);
    wide = (wide | (wide << 12)) & 0x000F_000F;
    wide = (wide | (wide << 6)) & 0x0303_0303;
    (wide | (wide << 3)) & 0x1111_1111
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn eight_bits_are_spread_to_every_fourth_place() {
        for lanes in 0..=255u32 {
            let expected = (0..8).fold(0u64, |sum, n| sum | (u64::from(lanes >> n & 1) << (4 * n)));
            assert_eq!(spread(lanes), expected);
        }
    }
}
