//! The first pass of the words by instructions for vectors of x86-64: AVX2,
//! which most processors have, and AVX-512, by which the offsets of set bits
//! are written at once. The only file of Daylight with `unsafe` in it.
//!
//! Why it is sound: a function that needs instructions is called where the line
//! before it has asked whether they are there, and every load and store is of an
//! array whose length is in its type.

#![allow(unsafe_code, clippy::cast_ptr_alignment)] // `loadu` asks for no alignment

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_sub_epi8, _mm512_add_epi16,
    _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_cvtepu8_epi16,
    _mm512_extracti64x4_epi64, _mm512_loadu_si512, _mm512_maskz_compress_epi8, _mm512_or_si512,
    _mm512_set1_epi8, _mm512_set1_epi16, _mm512_storeu_si512, _mm512_sub_epi8,
};

use super::AnchorId;
use super::words::{BLOCK, BLOCKS, Chunk, Filter, Marks, Offsets, Pass, Sought, write};

/// Bytes of half a block.
const HALF: usize = BLOCK / 2;

/// The fastest pass that the processor can run.
pub(super) fn fastest() -> Pass {
    if has_avx512() {
        Pass::Avx512
    } else if has_avx2() {
        Pass::Avx2
    } else {
        Pass::Plain
    }
}

fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
}

fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi2")
}

/// As [`Filter::scan_by`] with [`Pass::Avx2`]; `false`: the processor cannot.
pub(super) fn by_avx2(
    filter: &Filter,
    sought: &Sought,
    bytes: &[u8],
    hit: &mut dyn FnMut(AnchorId, usize) -> bool,
) -> bool {
    if has_avx2() {
        // SAFETY: the processor has what was asked for just above.
        unsafe { avx2(filter, sought, bytes, hit) }
        return true;
    }
    false
}

/// The same with [`Pass::Avx512`].
pub(super) fn by_avx512(
    filter: &Filter,
    sought: &Sought,
    bytes: &[u8],
    hit: &mut dyn FnMut(AnchorId, usize) -> bool,
) -> bool {
    if has_avx512() {
        // SAFETY: the processor has what was asked for just above.
        unsafe { avx512(filter, sought, bytes, hit) }
        return true;
    }
    false
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn avx2(
    filter: &Filter,
    sought: &Sought,
    bytes: &[u8],
    hit: &mut dyn FnMut(AnchorId, usize) -> bool,
) {
    let mark = |chunk: &Chunk, pairs: &[[u8; 2]], marks: &mut _| mark(chunk, pairs, marks);
    filter.scan_by_parts(sought, bytes, mark, write, hit);
}

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw,avx512vbmi2")]
fn avx512(
    filter: &Filter,
    sought: &Sought,
    bytes: &[u8],
    hit: &mut dyn FnMut(AnchorId, usize) -> bool,
) {
    filter.scan_by_parts(
        sought,
        bytes,
        |chunk, pairs, marks| mark_whole(chunk, pairs, marks),
        |set, block, offsets, count| write_at_once(set, block, offsets, count),
        hit,
    );
}

/// As `plain` of the words. Not inlined: together with what is done with the
/// bits, compilers have been seen to take them apart one by one.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn mark(chunk: &Chunk, pairs: &[[u8; 2]], marks: &mut [Marks; BLOCKS]) {
    for (marks, at) in marks.iter_mut().zip((0..).step_by(BLOCK)) {
        let (low, high) = (half_of(chunk, at), half_of(chunk, at + HALF));
        *marks = Marks {
            words: bits(of_words(low)) | bits(of_words(high)) << HALF,
            backslashes: bits(equal(low, b'\\')) | bits(equal(high, b'\\')) << HALF,
            pairs: 0,
        };
    }
    for pair in pairs {
        for (marks, at) in marks.iter_mut().zip((0..).step_by(BLOCK)) {
            marks.pairs |= firsts(chunk, at, *pair) | firsts(chunk, at + HALF, *pair) << HALF;
        }
    }
}

/// Which bytes are letters, digits or `_`.
#[inline]
#[target_feature(enable = "avx2")]
fn of_words(text: __m256i) -> __m256i {
    let letter = up_to(_mm256_sub_epi8(folded(text), all(b'a')), 25);
    let digit = up_to(_mm256_sub_epi8(text, all(b'0')), 9);
    _mm256_or_si256(_mm256_or_si256(letter, digit), equal(text, b'_'))
}

/// Which bytes of half a block are the first of a pair.
#[inline]
#[target_feature(enable = "avx2")]
fn firsts(chunk: &Chunk, at: usize, [one, other]: [u8; 2]) -> u64 {
    let first = equal(folded(half_of(chunk, at)), one);
    bits(_mm256_and_si256(first, equal(folded(half_of(chunk, at + 1)), other)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, all(byte))
}

#[inline]
#[target_feature(enable = "avx2")]
fn folded(bytes: __m256i) -> __m256i {
    _mm256_or_si256(bytes, all(0x20))
}

/// Half a block, from this byte of a chunk on.
#[inline]
#[target_feature(enable = "avx2")]
fn half_of(chunk: &Chunk, from: usize) -> __m256i {
    let bytes = chunk.get(from..).and_then(|rest| rest.first_chunk::<HALF>());
    let bytes = bytes.unwrap_or(&[0; HALF]);
    // SAFETY: thirty-two bytes are there.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn all(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

/// Which bytes are at most so large.
#[inline]
#[target_feature(enable = "avx2")]
fn up_to(bytes: __m256i, most: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, all(most)), bytes)
}

/// One bit for each byte.
#[inline]
#[target_feature(enable = "avx2")]
fn bits(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

/// As [`mark`], a block at a time.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw")]
fn mark_whole(chunk: &Chunk, pairs: &[[u8; 2]], marks: &mut [Marks; BLOCKS]) {
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    for (marks, at) in marks.iter_mut().zip((0..).step_by(BLOCK)) {
        let text = block_of(chunk, at);
        let folded = _mm512_or_si512(text, all(0x20));
        let letters = _mm512_cmple_epu8_mask(_mm512_sub_epi8(folded, all(b'a')), all(25));
        let digits = _mm512_cmple_epu8_mask(_mm512_sub_epi8(text, all(b'0')), all(9));
        *marks = Marks {
            words: letters | digits | _mm512_cmpeq_epi8_mask(text, all(b'_')),
            backslashes: _mm512_cmpeq_epi8_mask(text, all(b'\\')),
            pairs: 0,
        };
        for [one, other] in pairs {
            let next = _mm512_or_si512(block_of(chunk, at + 1), all(0x20));
            marks.pairs |= _mm512_cmpeq_epi8_mask(folded, all(*one))
                & _mm512_cmpeq_epi8_mask(next, all(*other));
        }
    }
}

/// A block, from this byte of a chunk on.
#[inline]
#[target_feature(enable = "avx512f")]
fn block_of(chunk: &Chunk, from: usize) -> __m512i {
    let bytes = chunk.get(from..).and_then(|rest| rest.first_chunk::<BLOCK>());
    let bytes = bytes.unwrap_or(&[0; BLOCK]);
    // SAFETY: sixty-four bytes are there.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

/// As [`write`]: the numbers of set bits are gathered by one instruction.
#[inline]
#[target_feature(enable = "popcnt,avx512f,avx512bw,avx512vbmi2")]
fn write_at_once(set: u64, block: u16, offsets: &mut Offsets, count: usize) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::indexing_slicing)] // worked out when compiled
    const NUMBERS: [u8; BLOCK] = {
        let mut numbers = [0; BLOCK];
        let mut number = 0;
        while number < BLOCK {
            numbers[number] = number as u8;
            number += 1;
        }
        numbers
    };
    // SAFETY: sixty-four bytes are there.
    let numbers = unsafe { _mm512_loadu_si512(NUMBERS.as_ptr().cast()) };
    let gathered = _mm512_maskz_compress_epi8(set, numbers);
    let base = _mm512_set1_epi16(block.cast_signed());
    let ends = count + set.count_ones() as usize;
    let low = _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(gathered)), base);
    store(low, offsets, count);
    if ends > count + HALF {
        let high = _mm512_extracti64x4_epi64::<1>(gathered);
        store(_mm512_add_epi16(_mm512_cvtepu8_epi16(high), base), offsets, count + HALF);
    }
    ends
}

/// Writes thirty-two offsets, if there is room.
#[inline]
#[target_feature(enable = "avx512f")]
fn store(from: __m512i, offsets: &mut Offsets, at: usize) {
    let Some(room) = offsets.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<HALF>()) else {
        return;
    };
    // SAFETY: thirty-two numbers of two bytes are sixty-four bytes.
    unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), from) }
}
