//! How common grams are in code, and what it costs to know an anchor by one.
//! It decides how fast the gate is, never what it finds.

use super::{GRAM, folded};

/// How common folded grams are in code, as log2 of their count per hash
/// bucket: made by `bench/rarity.rs`.
static RARITY: &[u8; 1 << 16] = include_bytes!("rarity.bin");
/// How common five and eight folded bytes from where a word begins are, in the
/// same measure and by the same program.
static WORDS: &[u8; 1 << 17] = include_bytes!("words.bin");
/// Multiplier of the first table's hash (2^32 / golden ratio, odd).
const MULTIPLIER: u32 = 0x9E37_79B1;
/// The same for the second (2^64 / golden ratio, odd).
const LONG_MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// So many anchors that share a gram cost as much as a gram more.
const SHARED: u32 = 128;

/// How common a gram is.
pub(super) fn commonness(gram: [u8; GRAM]) -> u32 {
    let bucket = folded(gram).wrapping_mul(MULTIPLIER) >> 16;
    RARITY.get(bucket as usize).copied().map_or(0, u32::from)
}

/// How common five folded bytes are where words begin, and how common all eight
/// of which they are the first.
pub(super) fn commonness_of_word(eight: u64) -> (u32, u32) {
    let at = |bytes: u64| (bytes.wrapping_mul(LONG_MULTIPLIER) >> 48) as usize;
    let of = |at: usize| WORDS.get(at).copied().map_or(0, u32::from);
    let five = of(at(eight << 24));
    (five, of((1 << 16) + at(eight)).min(five))
}

/// How many anchors have chosen each gram.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    owners: foldhash::HashMap<u32, u32>,
}

impl Chosen {
    /// What it costs to know one more anchor by the gram of a key: a gram that
    /// is chosen already costs text nothing more, but an anchor that shares it
    /// is one more to compare.
    pub(super) fn cost(&self, key: u32, commonness: u32) -> u32 {
        let met = SHARED << commonness.min(24 - SHARED.ilog2());
        match self.owners.get(&key) {
            Some(owners) => met / SHARED * owners.min(&SHARED),
            None => met,
        }
    }

    /// Chooses it.
    pub(super) fn take(&mut self, key: u32) {
        *self.owners.entry(key).or_default() += 1;
    }
}
