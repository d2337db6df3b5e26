//! The filter of words: anchors that count only where a word begins, which is
//! nearly all of them.
//!
//! Sixty-four bytes at a time become two numbers of sixty-four bits, which of
//! them belong to words and which are backslashes; a few shifts then say where
//! words begin. Only there is anything looked up: five and eight bytes from there
//! on, folded (each byte `| 0x20`, which makes letters lower case and confuses a
//! few other bytes, harmlessly), are hashed and looked for in bitmaps: first the
//! five alone, and where these may begin a gram, all of it. In code that is one
//! place in ten, where [`super::qgram`] must ask at one in two.
//!
//! An anchor is known by the rarest beginning of a word in it: `@acme/agent`
//! by `acme/age` or, if that were common, by `agent`. One in which no word
//! begins, because it may stand within a word, is known by a pair of its bytes,
//! and every place of the pair is asked too; there must be few of these.
//!
//! What most files are asked for is a part of all anchors: those that matter to
//! a language. [`Sought`] says how these begin, and only such places are asked
//! for more.
//!
//! The sixty-four bits are found in plain code that compilers turn into vector
//! instructions, or on x86-64 by `vectors`.

// What is called for every block or word belongs into the loop that calls it,
// compiled for the instructions of each pass.
#![allow(clippy::inline_always)]
// Keys are the upper bits of products, and offsets stay below a chunk's length.
#![allow(clippy::cast_possible_truncation)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::grams::Placed;
use super::lookup::{Lookup, placed};
use super::rarity::{Chosen, commonness_of_word};
use super::{AnchorId, Stands, is_of_word, may_begin};

/// Bytes of a block: one for each bit of a number.
pub(super) const BLOCK: usize = 64;
/// Blocks of a chunk.
pub(super) const BLOCKS: usize = 8;
/// Bytes that are looked at at once.
pub(super) const CHUNK: usize = BLOCKS * BLOCK;
/// A chunk, and so much of what follows that a gram may begin in its last byte.
pub(super) type Chunk = [u8; CHUNK + LONG];
/// Offsets in a chunk, and room for those of a block more.
pub(super) type Offsets = [u16; CHUNK + BLOCK];
/// Bytes of a short gram, and of a long one.
const SHORT: usize = 5;
const LONG: usize = 8;
/// log2 of the number of bits of a bitmap: 16 KiB for beginnings of grams, which
/// every word is asked for, 16 KiB for long grams and 8 KiB for short ones.
const FIRST_BITS: u32 = 17;
const LONG_BITS: u32 = 17;
const SHORT_BITS: u32 = 16;
/// Offsets that are looked at at once.
const AT_ONCE: usize = 4;
/// Offsets written in one turn, more than most blocks have.
const TURN: usize = 12;
/// Bytes before a word that may be the end of an escape: `\n`, `\u000a`.
pub(super) const ESCAPE: u32 = 6;
/// Spreads a gram over the bits of its key.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// Folds eight bytes at once.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// What is known of a block, one bit for each byte.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// Letters, digits and `_`.
    pub(super) words: u64,
    pub(super) backslashes: u64,
    /// First bytes of pairs.
    pub(super) pairs: u64,
}

/// The marks of all blocks before one, as far as they reach into it.
#[derive(Debug, Default)]
struct Carried {
    word: u64,
    backslashes: u64,
}

impl Carried {
    /// The places of a block that are looked up, and what is carried on.
    #[inline(always)]
    fn places(&mut self, marks: Marks) -> u64 {
        let Marks { words, backslashes, pairs } = marks;
        let mut places = words & !(words << 1 | self.word);
        self.word = words >> 63;
        if backslashes | self.backslashes != 0 {
            let after = (1..=ESCAPE).fold(0, |after, step| {
                after | backslashes << step | self.backslashes >> (u64::BITS - step)
            });
            places |= after & words;
            self.backslashes = backslashes;
        }
        places | pairs
    }
}

/// Which keys there may be: two bits in one word for each, so that few others
/// have both set.
#[derive(Debug)]
struct Bitmap<const WORDS: usize>(Box<[u32; WORDS]>);

impl<const WORDS: usize> Bitmap<WORDS> {
    fn new() -> Self {
        Self(Box::new([0; WORDS]))
    }

    fn word(key: u32) -> usize {
        (key >> (u32::BITS - WORDS.ilog2())) as usize
    }

    /// Those bits of the key that say least about the word.
    fn bits(key: u32) -> (u32, u32) {
        ((key >> 1) & 31, (key >> 6) & 31)
    }

    fn set(&mut self, key: u32) {
        let (one, other) = Self::bits(key);
        if let Some(word) = self.0.get_mut(Self::word(key)) {
            *word |= 1 << one | 1 << other;
        }
    }

    /// One or nothing.
    #[inline(always)]
    fn has(&self, key: u32) -> u32 {
        let (one, other) = Self::bits(key);
        let word = self.0.get(Self::word(key)).copied().unwrap_or(0);
        word >> one & word >> other & 1
    }
}

/// How the grams of some anchors begin; short ones are that beginning.
#[derive(Debug)]
pub struct Sought(Box<[u32; 1 << (FIRST_BITS - 5)]>);

impl Sought {
    fn nothing() -> Self {
        Self(Box::new([0; 1 << (FIRST_BITS - 5)]))
    }

    fn set(&mut self, first: u32) {
        if let Some(word) = self.0.get_mut((first >> 5) as usize) {
            *word |= 1 << (first & 31);
        }
    }

    /// One or nothing.
    #[inline(always)]
    fn has(&self, first: u32) -> u32 {
        self.0.get((first >> 5) as usize).copied().unwrap_or(0) >> (first & 31) & 1
    }
}

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Filter {
    lookup: Lookup,
    /// By anchor: how its gram begins, if it has one.
    firsts: Vec<Option<u32>>,
    all: Sought,
    long: Bitmap<{ 1 << (LONG_BITS - 5) }>,
    short: Bitmap<{ 1 << (SHORT_BITS - 5) }>,
    pairs: Vec<[u8; 2]>,
    /// By anchor: whether it counts only where a word begins.
    words: Vec<bool>,
}

/// Which first pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Plain code.
    Plain,
    /// By instructions that most x86-64 processors have.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// By instructions that some of them have.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Number of the bit of the first five of eight folded bytes.
#[inline(always)]
fn first_bit(eight: u64) -> u32 {
    let five = eight << (8 * (LONG - SHORT));
    (five.wrapping_mul(MULTIPLIER) >> (u64::BITS - FIRST_BITS)) as u32
}

/// Key of eight folded bytes. Keys of long grams are even.
#[inline(always)]
fn long_key(eight: u64) -> u32 {
    // Of a product only the upper bits depend on all bytes.
    ((eight ^ (eight >> 29)).wrapping_mul(MULTIPLIER) >> 32) as u32 & !1
}

/// Key of the first five of them. Keys of short grams are odd.
#[inline(always)]
fn short_key(eight: u64) -> u32 {
    let five = eight << (8 * (LONG - SHORT));
    (five.wrapping_mul(MULTIPLIER) >> 32) as u32 | 1
}

/// Eight folded bytes from a place on; those beyond the end are blanks, which
/// only the last comparison tells from others.
#[inline(always)]
fn eight_at(bytes: &[u8], at: usize) -> u64 {
    let eight = match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    eight | FOLD
}

impl Filter {
    /// Compiles anchors; one that is shorter than a gram is never found.
    #[must_use]
    pub fn new<S: AsRef<str>>(anchors: &[(S, Stands)]) -> Self {
        let mut filter = Self {
            lookup: Lookup::new(Vec::new(), Vec::new()),
            firsts: vec![None; anchors.len()],
            all: Sought::nothing(),
            long: Bitmap::new(),
            short: Bitmap::new(),
            pairs: Vec::new(),
            words: anchors.iter().map(is_word).collect(),
        };
        let mut chosen = Chosen::default();
        let mut grams = Vec::with_capacity(anchors.len());
        let mut hard = Vec::new();
        for (number, (text, stands)) in (0..).zip(anchors) {
            let bytes = text.as_ref().as_bytes();
            match best(bytes, beginnings(bytes, *stands), &mut chosen) {
                Some(place) => grams.push(filter.place(number, bytes, place)),
                None => hard.push((number, bytes)),
            }
        }
        filter.pairs = pairs_of(&hard);
        for (number, bytes) in hard {
            let places = pair_places(bytes, &filter.pairs);
            if let Some(place) = best(bytes, places, &mut chosen) {
                grams.push(filter.place(number, bytes, place));
            }
        }
        let anchors = anchors.iter().map(|(text, _)| text.as_ref().as_bytes().into()).collect();
        filter.lookup = Lookup::new(anchors, grams);
        filter
    }

    fn place(&mut self, number: AnchorId, anchor: &[u8], place: usize) -> Placed {
        let tail = anchor.get(place..).unwrap_or_default();
        let key = key_of(tail);
        let length = if tail.len() < LONG { SHORT } else { LONG };
        let first = first_bit(eight_at(tail, 0));
        self.all.set(first);
        if let Some(of_anchor) = self.firsts.get_mut(number as usize) {
            *of_anchor = Some(first);
        }
        if length == SHORT {
            self.short.set(key);
        } else {
            self.long.set(key);
        }
        placed(number, anchor, place, length, key)
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

    /// The pairs of bytes whose every place is asked, because some anchor is
    /// known by nothing better.
    #[must_use]
    pub fn pairs(&self) -> &[[u8; 2]] {
        &self.pairs
    }

    /// All anchors.
    #[must_use]
    pub fn all(&self) -> &Sought {
        &self.all
    }

    /// Some of the anchors.
    #[must_use]
    pub fn some(&self, is_sought: impl Fn(AnchorId) -> bool) -> Sought {
        let mut sought = Sought::nothing();
        for (number, first) in (0..).zip(&self.firsts) {
            if let Some(first) = first.filter(|_| is_sought(number)) {
                sought.set(first);
            }
        }
        sought
    }

    /// Every occurrence that counts of what is sought, and perhaps of others.
    pub fn scan(
        &self,
        sought: &Sought,
        bytes: &[u8],
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) {
        #[cfg(target_arch = "x86_64")]
        self.scan_by(super::vectors::fastest(), sought, bytes, hit);
        #[cfg(not(target_arch = "x86_64"))]
        self.scan_by(Pass::Plain, sought, bytes, hit);
    }

    /// The same by a given first pass, or in plain code where the processor
    /// cannot run it.
    pub fn scan_by(
        &self,
        pass: Pass,
        sought: &Sought,
        bytes: &[u8],
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) {
        let done = match pass {
            Pass::Plain => false,
            #[cfg(target_arch = "x86_64")]
            Pass::Avx2 => super::vectors::by_avx2(self, sought, bytes, hit),
            #[cfg(target_arch = "x86_64")]
            Pass::Avx512 => super::vectors::by_avx512(self, sought, bytes, hit),
        };
        if !done {
            self.scan_by_parts(sought, bytes, plain, write, hit);
        }
    }

    /// The scan, by what marks chunks and writes the offsets of set bits.
    #[inline(always)]
    pub(super) fn scan_by_parts(
        &self,
        sought: &Sought,
        bytes: &[u8],
        mark: impl Fn(&Chunk, &[[u8; 2]], &mut [Marks; BLOCKS]),
        write: impl Fn(u64, u16, &mut Offsets, usize) -> usize,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) {
        let mut offsets = [0u16; CHUNK + BLOCK];
        let mut marks = [Marks::default(); BLOCKS];
        let mut carried = Carried::default();
        for from in (0..bytes.len()).step_by(CHUNK) {
            let rest = bytes.get(from..).unwrap_or_default();
            let end: Chunk;
            let chunk = if let Some(chunk) = rest.first_chunk() {
                chunk
            } else {
                end = padded(rest);
                &end
            };
            mark(chunk, &self.pairs, &mut marks);
            let mut count = 0;
            for (block, marks) in marks.into_iter().enumerate() {
                count = write(carried.places(marks), (block * BLOCK) as u16, &mut offsets, count);
            }
            let stood = self.where_grams_stand(sought, chunk, &mut offsets, count);
            let places = offsets.iter().take(stood).map(|offset| from + usize::from(*offset));
            for at in places {
                if !self.compare(bytes, at, hit) {
                    return;
                }
            }
        }
    }

    /// Keeps the offsets at which a gram may begin, and of these the ones at
    /// which one may stand; how many there are.
    #[inline(always)]
    fn where_grams_stand(
        &self,
        sought: &Sought,
        chunk: &Chunk,
        offsets: &mut Offsets,
        count: usize,
    ) -> usize {
        let begun = kept(chunk, offsets, count, |eight| sought.has(first_bit(eight)));
        kept(chunk, offsets, begun, |eight| {
            self.long.has(long_key(eight)) | self.short.has(short_key(eight))
        })
    }

    #[inline(never)]
    fn compare(
        &self,
        bytes: &[u8],
        at: usize,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) -> bool {
        let eight = eight_at(bytes, at);
        let (long, short) = (long_key(eight), short_key(eight));
        let stands = [(long, LONG, self.long.has(long)), (short, SHORT, self.short.has(short))];
        stands.into_iter().filter(|(_, _, has)| *has == 1).all(|(key, length, _)| {
            // Some other anchor's pair may be the reason to look here.
            let counts = |anchor: AnchorId, start: usize| {
                self.words.get(anchor as usize) != Some(&true) || may_begin(bytes, start)
            };
            let mut hit = |anchor, start| !counts(anchor, start) || hit(anchor, start);
            self.lookup
                .owners(key)
                .is_none_or(|owners| self.lookup.compare(bytes, at, length, owners, &mut hit))
        })
    }
}

/// Moves the offsets to the front of whose eight folded bytes something is true,
/// which is one or nothing; how many there are. Without a branch that text could
/// mislead, with indices of which a compiler sees that they fit, and several at
/// once, so that a processor need not wait for one to look for the next.
#[inline(always)]
fn kept(chunk: &Chunk, offsets: &mut Offsets, count: usize, is_so: impl Fn(u64) -> u32) -> usize {
    let count = count.min(CHUNK);
    let mut kept = 0;
    for number in (0..count).step_by(AT_ONCE) {
        let some = offsets.get(number..).and_then(|rest| rest.first_chunk::<AT_ONCE>());
        let some = *some.unwrap_or(&[0; AT_ONCE]);
        // A loop, and not `map`, which is a function that need not have been
        // compiled for the instructions of this pass.
        let mut so = [0; AT_ONCE];
        for (so, offset) in so.iter_mut().zip(some) {
            let at = usize::from(offset) % CHUNK;
            let eight = chunk.get(at..at + LONG).and_then(|eight| eight.first_chunk());
            *so = is_so(u64::from_le_bytes(*eight.unwrap_or(&[0; LONG])) | FOLD) as usize;
        }
        for ((offset, so), number) in some.into_iter().zip(so).zip(number..) {
            if let Some(place) = offsets.get_mut(kept % CHUNK) {
                *place = offset;
            }
            // behind the last one stand offsets of before
            kept += so & usize::from(number < count);
        }
    }
    kept
}

/// Whether an anchor counts only where a word begins.
fn is_word<S: AsRef<str>>((text, stands): &(S, Stands)) -> bool {
    let first = text.as_ref().bytes().next();
    *stands == Stands::Word && first.is_some_and(is_of_word)
}

/// Writes the offsets of a block's set bits behind `count` others; how many there
/// are then. Several are written at once, whether there are so many or not: how
/// many there are is what a processor cannot guess.
#[inline(always)]
pub(super) fn write(mut set: u64, block: u16, offsets: &mut Offsets, count: usize) -> usize {
    let end = count + set.count_ones() as usize;
    let mut written = count;
    while written < end {
        let rest = offsets.get_mut(written..).unwrap_or_default();
        for place in rest.first_chunk_mut::<TURN>().into_iter().flatten() {
            *place = block + set.trailing_zeros() as u16;
            set &= set.wrapping_sub(1);
        }
        written += TURN;
    }
    end
}

/// Key of the gram with which the rest of an anchor begins.
fn key_of(tail: &[u8]) -> u32 {
    let eight = eight_at(tail, 0);
    if tail.len() < LONG { short_key(eight) } else { long_key(eight) }
}

/// The place at which text meets an anchor least.
fn best(anchor: &[u8], places: impl Iterator<Item = usize>, chosen: &mut Chosen) -> Option<usize> {
    let cost = |place: &usize| {
        let tail = anchor.get(*place..).unwrap_or_default();
        let short = tail.len() < LONG;
        let (five, eight) = commonness_of_word(eight_at(tail, 0));
        (chosen.cost(key_of(tail), if short { five } else { eight }), short)
    };
    let best = places.min_by_key(cost)?;
    chosen.take(key_of(anchor.get(best..).unwrap_or_default()));
    Some(best)
}

/// The places of an anchor at which, wherever it counts, a word begins in the
/// text and a gram is left.
pub(super) fn beginnings(anchor: &[u8], stands: Stands) -> impl Iterator<Item = usize> {
    let is_word = |at: usize| anchor.get(at).is_some_and(|byte| is_of_word(*byte));
    (0..(anchor.len() + 1).saturating_sub(SHORT)).filter(move |at| {
        let joined = at.checked_sub(1).map_or(stands == Stands::Anywhere, is_word);
        is_word(*at) && !joined
    })
}

/// The places at which one of these pairs stands and a gram is left.
fn pair_places(anchor: &[u8], pairs: &[[u8; 2]]) -> impl Iterator<Item = usize> {
    (0..(anchor.len() + 1).saturating_sub(SHORT)).filter(move |at| {
        let pair = anchor.get(*at..).and_then(|rest| rest.first_chunk::<2>());
        pair.is_some_and(|pair| pairs.contains(&pair.map(|byte| byte | 0x20)))
    })
}

/// Few pairs of which each of these anchors has one: again and again the one
/// that most have, among several one with digits, which are rarer in words, and
/// then the one that stands first.
fn pairs_of(anchors: &[(AnchorId, &[u8])]) -> Vec<[u8; 2]> {
    let mut pairs: Vec<[u8; 2]> = Vec::new();
    loop {
        let mut offers = BTreeMap::<[u8; 2], (usize, Reverse<usize>)>::new();
        for (_, anchor) in anchors {
            if pair_places(anchor, &pairs).next().is_some() {
                continue;
            }
            let firsts = anchor.windows(SHORT).filter_map(|gram| gram.first_chunk::<2>());
            let mut own = BTreeMap::<[u8; 2], usize>::new();
            for (pair, at) in firsts.map(|pair| pair.map(|byte| byte | 0x20)).zip(0..) {
                own.entry(pair).or_insert(at);
            }
            for (pair, at) in own {
                let (count, first) = offers.entry(pair).or_insert((0, Reverse(at)));
                *count += 1;
                *first = (*first).max(Reverse(at));
            }
        }
        let worth = |(pair, (count, first)): &([u8; 2], (usize, Reverse<usize>))| {
            let digits = pair.iter().filter(|byte| byte.is_ascii_digit()).count();
            (*count, digits, *first, *pair)
        };
        let Some((pair, _)) = offers.into_iter().max_by_key(worth) else { return pairs };
        pairs.push(pair);
    }
}

/// The end of a text, as a chunk. Zeros are no words.
fn padded(rest: &[u8]) -> Chunk {
    let mut chunk = [0; CHUNK + LONG];
    chunk.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    chunk
}

/// Marks a chunk in plain code.
fn plain(chunk: &Chunk, pairs: &[[u8; 2]], marks: &mut [Marks; BLOCKS]) {
    for (marks, block) in marks.iter_mut().zip(chunk.windows(BLOCK + 1).step_by(BLOCK)) {
        *marks = block.first_chunk().map_or_else(Marks::default, |block| plain_block(block, pairs));
    }
}

fn plain_block(block: &[u8; BLOCK + 1], pairs: &[[u8; 2]]) -> Marks {
    let flags = |is_so: fn(u8) -> bool| {
        let mut flags = [0u8; BLOCK];
        block.iter().zip(&mut flags).for_each(|(byte, flag)| *flag = u8::from(is_so(*byte)));
        bits(&flags)
    };
    let mut first = [0u8; BLOCK];
    for [one, other] in pairs {
        let two = block.iter().zip(block.iter().skip(1));
        for ((byte, next), mark) in two.zip(&mut first) {
            *mark |= u8::from(byte | 0x20 == *one) & u8::from(next | 0x20 == *other);
        }
    }
    Marks {
        words: flags(is_of_word),
        backslashes: flags(|byte| byte == b'\\'),
        pairs: bits(&first),
    }
}

/// One bit for each of these bytes, which are zeros and ones.
fn bits(flags: &[u8; BLOCK]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        // Moves the lowest bit of byte n to bit 56 + n.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | gathered
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_marked_byte_by_byte() {
        let mut block = [b' '; BLOCK + 1];
        block[..9].copy_from_slice(b"a_9\\.Zmo\\");
        block[63] = b'M';
        block[64] = b'O';
        let marks = plain_block(&block, &[*b"mo"]);
        assert_eq!(marks.words, 0b1110_0111 | 1 << 63);
        assert_eq!(marks.backslashes, 1 << 3 | 1 << 8);
        assert_eq!(marks.pairs, 1 << 6 | 1 << 63);
    }

    #[test]
    fn words_begin_after_what_is_none_and_after_escapes() {
        let mut carried = Carried::default();
        let first = Marks { words: 0b0110 | 1 << 63, ..Marks::default() };
        assert_eq!(carried.places(first), 0b0010 | 1 << 63);
        // goes on from the block before
        assert_eq!(carried.places(Marks { words: 0b1, ..Marks::default() }), 0);
        let escaped = Marks { words: !0 << 1, backslashes: 1, ..Marks::default() };
        assert_eq!(carried.places(escaped), 0b111_1110);
        let last = Marks { words: !(1 << 62), backslashes: 1 << 62, ..Marks::default() };
        assert_eq!(carried.places(last), 1 << 63);
        assert_eq!(carried.places(Marks { words: !0, ..Marks::default() }), 0b1_1111);
    }

    #[test]
    fn anchors_that_begin_no_word_share_few_pairs() {
        let anchors: Vec<(String, Stands)> = ["model=\"o1", "model: o3", "t3blbkfj", "model='o4"]
            .map(|text| (text.to_owned(), Stands::Anywhere))
            .into();
        assert_eq!(Filter::new(&anchors).pairs().len(), 2);
        let words: Vec<_> = anchors.into_iter().map(|(text, _)| (text, Stands::Word)).collect();
        assert!(Filter::new(&words).pairs().is_empty());
    }
}
