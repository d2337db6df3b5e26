//! The filter of places: anchors that count wherever they stand.
//!
//! Every second position of the text is looked at. There, four bytes are
//! folded (each byte `| 0x20`, which makes letters lower case and confuses a
//! few other bytes, harmlessly) and hashed to one bit of a bitmap small enough
//! for the first-level cache. An anchor sets the bits of two neighbouring grams
//! of its own, so that whatever the parity of its place, one of the two is met;
//! which two is chosen by rarity, and by what other anchors have chosen, so
//! that common text meets few set bits.
//!
//! Positions whose bit is set are gathered without a branch ([`super::scalar`])
//! and then looked up in a table in which every gram has a slot that no other
//! gram takes from it. What is left is compared with each anchor of that gram,
//! without regard to ASCII case. A hit is therefore exact, and told once: an
//! occurrence at a given parity meets exactly one of the anchor's two grams.

use super::grams::Placed;
use super::lookup::{Lookup, placed};
use super::rarity::{Chosen, commonness};
use super::{AnchorId, GRAM, fits, folded, gram_at};

/// Distance between positions that are looked at.
pub(super) const STRIDE: usize = 2;
/// log2 of the number of bits of the bitmap: 32 KiB.
const BITS: u32 = 18;
/// Multiplier of the bitmap's hash (2^32 / golden ratio, odd).
const MULTIPLIER: u32 = 0x9E37_79B1;
/// Right shift that leaves [`BITS`] bits of a hash.
const SHIFT: u32 = 32 - BITS;
/// Words of the bitmap.
pub(super) const WORDS: usize = 1 << (BITS - 5);
/// Candidate positions gathered before they are asked again.
pub(super) const BATCH: usize = 512;

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Filter {
    lookup: Lookup,
    bitmap: Box<[u32; WORDS]>,
}

/// Number of a gram's bit.
pub(super) fn bit_of(gram: u32) -> u32 {
    gram.wrapping_mul(MULTIPLIER) >> SHIFT
}

impl Filter {
    /// Compiles anchors; what fits no gate is left out.
    #[must_use]
    pub fn new<S: AsRef<str>>(anchors: &[S]) -> Self {
        #[allow(clippy::large_stack_arrays)] // 32 KiB, on their way to the heap
        let mut bitmap = Box::new([0u32; WORDS]);
        let mut grams: Vec<Placed> = Vec::with_capacity(STRIDE * anchors.len());
        let mut chosen = Chosen::default();
        for number in shortest_first(anchors) {
            let Some(bytes) = anchors.get(number as usize).map(|text| text.as_ref().as_bytes())
            else {
                continue;
            };
            let first = pair_of(bytes, &mut chosen);
            for offset in first..first + STRIDE {
                let Some(gram) = gram_at(bytes, offset) else { continue };
                set(&mut bitmap, bit_of(gram));
                grams.push(placed(number, bytes, offset, GRAM, gram));
            }
        }
        let anchors = anchors.iter().map(|anchor| anchor.as_ref().as_bytes().into()).collect();
        Self { lookup: Lookup::new(anchors, grams), bitmap }
    }

    /// How many anchors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lookup.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every occurrence; false when `hit` has ended it.
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) -> bool {
        super::scalar::candidates(&self.bitmap, bytes, 0, &mut |candidates| {
            candidates.iter().all(|at| {
                let owners = gram_at(bytes, *at).and_then(|gram| self.lookup.owners(gram));
                owners.is_none_or(|owners| self.lookup.compare(bytes, *at, GRAM, owners, hit))
            })
        })
    }
}

/// The numbers of the anchors, those first that have the least choice of grams.
fn shortest_first<S: AsRef<str>>(anchors: &[S]) -> Vec<AnchorId> {
    let fitting = (0..).zip(anchors).filter(|(_, anchor)| fits(anchor.as_ref()).is_ok());
    let mut numbers: Vec<(usize, AnchorId)> =
        fitting.map(|(number, anchor)| (anchor.as_ref().len(), number)).collect();
    numbers.sort_unstable();
    numbers.into_iter().map(|(_, number)| number).collect()
}

/// Chooses an anchor's pair of neighbouring grams: that which text meets least.
fn pair_of(anchor: &[u8], chosen: &mut Chosen) -> usize {
    let cost = |gram: &[u8; GRAM]| chosen.cost(folded(*gram), commonness(*gram));
    let mut costs = anchor.windows(GRAM).filter_map(|gram| gram.first_chunk()).map(cost);
    let (mut first, mut least) = (0, u32::MAX);
    let mut before = costs.next().unwrap_or(0);
    for (at, cost) in costs.enumerate() {
        // text meets either gram of the pair
        if before + cost < least {
            (first, least) = (at, before + cost);
        }
        before = cost;
    }
    for gram in (first..first + STRIDE).filter_map(|at| gram_at(anchor, at)) {
        chosen.take(gram);
    }
    first
}

fn set(bitmap: &mut [u32; WORDS], bit: u32) {
    if let Some(word) = bitmap.get_mut((bit >> 5) as usize) {
        *word |= 1 << (bit & 31);
    }
}
