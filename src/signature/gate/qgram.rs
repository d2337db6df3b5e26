//! The q-gram filter.
//!
//! Every second position of the text is looked at. There, four bytes are
//! folded (each byte `| 0x20`, which makes letters lower case and confuses a
//! few other bytes, harmlessly) and hashed to one bit of a bitmap small enough
//! for the first-level cache. An anchor sets the bits of two neighbouring grams
//! of its own, so that whatever the parity of its place, one of the two is met;
//! which two is chosen by rarity, and by what other anchors have chosen, so
//! that common text meets few set bits.
//!
//! Positions whose bit is set are gathered without a branch and then asked
//! again: [`Grams`], a table in which every gram has a slot that no other gram
//! takes from it, holds masks of the bytes that may stand before and after.
//! What is left is compared with each anchor of that gram, byte by byte,
//! without regard to ASCII case. A hit is therefore exact, and told once: an
//! occurrence at a given parity meets exactly one of the anchor's two grams.
//!
//! The first pass exists twice: [`super::scalar`], plain and safe, and
//! `avx2`, which gathers eight bits at once. Which one runs is timed once at
//! start, because on processors with a slowed gather the plain one wins.

use std::sync::OnceLock;

use super::grams::{Grams, Placed};
use super::{AnchorId, fits};

/// Distance between positions that are looked at.
pub(super) const STRIDE: usize = 2;
/// Bytes of a gram.
pub(super) const GRAM: usize = 4;
/// log2 of the number of bits of the bitmap: 32 KiB.
const BITS: u32 = 18;
/// Multiplier of the bitmap's hash (2^32 / golden ratio, odd).
pub(super) const MULTIPLIER: u32 = 0x9E37_79B1;
/// Right shift that leaves [`BITS`] bits of a hash.
pub(super) const SHIFT: u32 = 32 - BITS;
/// Words of the bitmap.
pub(super) const WORDS: usize = 1 << (BITS - 5);
/// Folds four bytes at once.
pub(super) const FOLD: u32 = 0x2020_2020;
/// Candidate positions gathered before they are asked again.
pub(super) const BATCH: usize = 512;
/// So many anchors that share a gram cost as much as a gram more.
const SHARED: u32 = 128;

/// How common folded grams are in code, as log2 of their count per hash
/// bucket: made by `bench/rarity.rs`.
static RARITY: &[u8; 1 << 16] = include_bytes!("rarity.bin");

/// An anchor's gram: which anchor, and how far into it the gram stands. What
/// stands beside the gram is kept here, folded, so that an anchor is only
/// fetched where it is likely to be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Owner {
    anchor: AnchorId,
    offset: u16,
    /// Whether it is the last one of its gram.
    pub(super) last: bool,
    /// The four bytes before the gram, as far as the anchor has them.
    before: Beside,
    /// The four bytes after it.
    after: Beside,
}

/// Four folded bytes beside a gram, of which some may be anything.
#[derive(Debug, Clone, Copy, Default)]
struct Beside {
    bytes: u32,
    /// Set bits are those that count.
    known: u32,
}

impl Beside {
    /// `four`: those bytes that the anchor has.
    fn of(four: [Option<&u8>; GRAM]) -> Self {
        let known = u32::from_le_bytes(four.map(|byte| byte.map_or(0, |_| 0xFF)));
        let bytes = folded(four.map(|byte| byte.copied().unwrap_or(0)));
        Self { bytes: bytes & known, known }
    }

    fn fits(self, bytes: u32) -> bool {
        bytes & self.known == self.bytes
    }
}

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Filter {
    anchors: Vec<Box<[u8]>>,
    bitmap: Box<[u32; WORDS]>,
    grams: Grams,
    owners: Vec<Owner>,
}

/// A place that passed the second pass.
#[derive(Debug, Clone, Copy, Default)]
struct Survivor {
    at: usize,
    /// Where the owners of its gram begin.
    owners: u32,
}

/// Which first pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Plain code.
    Scalar,
    /// Eight lookups at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

/// Four bytes, folded.
pub(super) fn folded(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | FOLD
}

/// The gram at a position, if four bytes stand there.
pub(super) fn gram_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; GRAM] = bytes.get(at..at + GRAM)?.try_into().ok()?;
    Some(folded(four))
}

/// Number of a gram's bit.
pub(super) fn bit_of(gram: u32) -> u32 {
    gram.wrapping_mul(MULTIPLIER) >> SHIFT
}

/// How common a gram is.
fn commonness(gram: u32) -> u32 {
    let bucket = gram.wrapping_mul(MULTIPLIER) >> 16;
    RARITY.get(bucket as usize).copied().map_or(0, u32::from)
}

/// A mask with the bit of a byte, or of all bytes where there is none.
fn neighbour(byte: Option<&u8>) -> u32 {
    byte.map_or(u32::MAX, |byte| 1 << ((byte | 0x20) & 31))
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
            let first = chosen.pair_of(bytes);
            for offset in first..first + STRIDE {
                let Some(gram) = gram_at(bytes, offset) else { continue };
                set(&mut bitmap, bit_of(gram));
                let near = |steps: [usize; GRAM], back: usize| {
                    steps.map(|step| (offset + step).checked_sub(back).and_then(|at| bytes.get(at)))
                };
                let steps = [0, 1, 2, 3];
                let owner = Owner {
                    anchor: number,
                    offset: u16::try_from(offset).unwrap_or(u16::MAX),
                    last: false,
                    before: Beside::of(near(steps, GRAM)),
                    after: Beside::of(near(steps.map(|step| step + GRAM), 0)),
                };
                let before = neighbour(offset.checked_sub(1).and_then(|at| bytes.get(at)));
                let after = neighbour(bytes.get(offset + GRAM));
                grams.push(Placed { gram, before, after, owner });
            }
        }
        let (grams, owners) = Grams::new(grams);
        let anchors = anchors.iter().map(|anchor| anchor.as_ref().as_bytes().into()).collect();
        Self { anchors, bitmap, grams, owners }
    }

    /// How many anchors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Every occurrence, by the first pass that is fastest here.
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        self.scan_by(fastest(), bytes, hit);
    }

    /// Every occurrence, by a given first pass.
    pub fn scan_by(&self, pass: Pass, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        let mut survivors = [Survivor::default(); BATCH];
        let mut drain = |candidates: &[usize]| -> bool {
            let kept = self.ask_again(bytes, candidates, &mut survivors);
            survivors
                .get(..kept)
                .unwrap_or_default()
                .iter()
                .all(|one| self.compare(bytes, *one, hit))
        };
        match pass {
            Pass::Scalar => super::scalar::candidates(&self.bitmap, bytes, 0, &mut drain),
            #[cfg(target_arch = "x86_64")]
            Pass::Avx2 => super::avx2::candidates(&self.bitmap, bytes, &mut drain),
        }
    }

    /// Second pass: keeps the candidates whose gram is in the table and whose
    /// neighbours fit. Without a branch that text could mislead.
    fn ask_again(
        &self,
        bytes: &[u8],
        candidates: &[usize],
        survivors: &mut [Survivor; BATCH],
    ) -> usize {
        let mut kept = 0usize;
        for at in candidates {
            let (before, gram, after) = match bytes.get(at.wrapping_sub(1)..at + GRAM + 1) {
                Some(&[before, a, b, c, d, after]) => {
                    (neighbour(Some(&before)), folded([a, b, c, d]), neighbour(Some(&after)))
                }
                // the first or last gram of the text
                _ => (u32::MAX, gram_at(bytes, *at).unwrap_or(0), u32::MAX),
            };
            let slot = self.grams.slot(gram);
            #[allow(clippy::needless_bitwise_bool)] // a branch would be mispredicted
            let fits =
                (slot.gram == gram) & (slot.before & before != 0) & (slot.after & after != 0);
            if let Some(place) = survivors.get_mut(kept % BATCH) {
                *place = Survivor { at: *at, owners: slot.owners };
            }
            kept += usize::from(fits);
        }
        kept
    }

    /// Compares a survivor with the anchors of its gram. False ends the scan.
    fn compare(
        &self,
        bytes: &[u8],
        Survivor { at, owners }: Survivor,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) -> bool {
        let before = at.checked_sub(GRAM).and_then(|at| gram_at(bytes, at));
        let after = gram_at(bytes, at + GRAM);
        for owner in self.owners.get(owners as usize..).unwrap_or_default() {
            // near an end of the text only the comparison itself can tell
            let fits = before.is_none_or(|bytes| owner.before.fits(bytes))
                && after.is_none_or(|bytes| owner.after.fits(bytes));
            if fits && !self.compare_whole(bytes, at, owner, hit) {
                return false;
            }
            if owner.last {
                break;
            }
        }
        true
    }

    fn compare_whole(
        &self,
        bytes: &[u8],
        at: usize,
        owner: &Owner,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) -> bool {
        let Some(anchor) = self.anchors.get(owner.anchor as usize) else { return true };
        let Some(start) = at.checked_sub(usize::from(owner.offset)) else { return true };
        let matches = bytes
            .get(start..start + anchor.len())
            .is_some_and(|window| window.eq_ignore_ascii_case(anchor));
        !matches || hit(owner.anchor, start)
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

/// How many anchors have chosen a gram of each bit of the bitmap.
struct Chosen {
    owners: Vec<u8>,
}

impl Default for Chosen {
    fn default() -> Self {
        Self { owners: vec![0; 1 << BITS] }
    }
}

impl Chosen {
    /// Chooses an anchor's pair of neighbouring grams: that which text meets
    /// least. A bit that is set already costs text nothing more, but an anchor
    /// that shares it is one more to compare.
    fn pair_of(&mut self, anchor: &[u8]) -> usize {
        let cost = |gram: &[u8; GRAM]| -> u32 {
            let gram = folded(*gram);
            let met = SHARED << commonness(gram).min(24 - SHARED.ilog2());
            match self.owners.get(bit_of(gram) as usize) {
                Some(owners) if *owners > 0 => met / SHARED * u32::from(*owners).min(SHARED),
                _ => met,
            }
        };
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
            if let Some(owners) = self.owners.get_mut(bit_of(gram) as usize) {
                *owners = owners.saturating_add(1);
            }
        }
        first
    }
}

fn set(bitmap: &mut [u32; WORDS], bit: u32) {
    if let Some(word) = bitmap.get_mut((bit >> 5) as usize) {
        *word |= 1 << (bit & 31);
    }
}

/// The first pass that is fastest on this processor, timed once.
fn fastest() -> Pass {
    static FASTEST: OnceLock<Pass> = OnceLock::new();
    *FASTEST.get_or_init(time_passes)
}

#[cfg(target_arch = "x86_64")]
fn time_passes() -> Pass {
    use std::time::{Duration, Instant};
    if !super::avx2::is_available() {
        return Pass::Scalar;
    }
    let filter = Filter::new(&["api.example.test", "example_library"]);
    // As in real text, some places ask for a second look and hold nothing.
    let sample =
        b"let value = call(argument); // api.example.tes\nf(example_librar);\n".repeat(600);
    let time = |pass: Pass| -> Duration {
        let start = Instant::now();
        filter.scan_by(pass, std::hint::black_box(&sample), &mut |_, _| true);
        start.elapsed()
    };
    // By turns, and the best of each: what disturbs only makes slower.
    let (mut gathered, mut plain) = (Duration::MAX, Duration::MAX);
    for _ in 0..8 {
        gathered = gathered.min(time(Pass::Avx2));
        plain = plain.min(time(Pass::Scalar));
    }
    if gathered <= plain { Pass::Avx2 } else { Pass::Scalar }
}

#[cfg(not(target_arch = "x86_64"))]
fn time_passes() -> Pass {
    Pass::Scalar
}
