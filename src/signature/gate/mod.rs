//! The gate: does any anchor of any signature stand in these bytes, and where?
//!
//! An anchor is a literal that every match of a matcher must contain. The gate
//! is asked once per file over raw bytes, without regard to ASCII case, and
//! most files end here; so this is the hottest code of the scanner and the one
//! place where we write our own instead of taking a library. Nearly all anchors
//! count only where a word begins, and [`words`] looks nowhere else; what may
//! stand anywhere is left to the q-gram filter of [`qgram`]. Aho-Corasick
//! ([`oracle`]) says the same things more slowly; the tests hold them equal.
//!
//! Knows bytes only: no signature, no file, no format.

mod grams;
mod lookup;
pub mod oracle;
pub mod qgram;
mod rarity;
mod scalar;
#[cfg(target_arch = "x86_64")]
mod vectors;
pub mod words;

pub use words::Sought;

/// Shortest anchor that may open the gate. Shorter literals are contextual:
/// they count only where something else opened it.
pub const SHORTEST_ANCHOR: usize = 5;

/// Longest anchor, in bytes.
const LONGEST_ANCHOR: usize = 4096;

/// Bytes of a gram.
const GRAM: usize = 4;

/// Most pairs of bytes whose every place is worth asking; see [`words`].
const MOST_PAIRS: usize = 4;

/// Number of an anchor, in the order in which they were given.
pub type AnchorId = u32;

/// Where an anchor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Wherever it stands.
    Anywhere,
    /// Where a word may begin ([`may_begin`]), if it begins with one.
    Word,
}

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Gate {
    words: words::Filter,
    /// What the other is not good at, and the numbers of these.
    anywhere: Option<(qgram::Filter, Vec<AnchorId>)>,
}

/// Why a gate could not be built.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GateError {
    /// An anchor is shorter than [`SHORTEST_ANCHOR`].
    #[error("anchor `{0}` is shorter than {SHORTEST_ANCHOR} bytes")]
    TooShort(String),
    /// An anchor is longer than a line ever needs.
    #[error("an anchor is longer than {LONGEST_ANCHOR} bytes: `{0}`")]
    TooLong(String),
}

/// Whether a gate can look for an anchor.
///
/// # Errors
/// It is too short or too long.
pub fn fits(anchor: &str) -> Result<(), GateError> {
    match anchor.len() {
        0..SHORTEST_ANCHOR => Err(GateError::TooShort(anchor.to_owned())),
        SHORTEST_ANCHOR..=LONGEST_ANCHOR => Ok(()),
        _ => Err(GateError::TooLong(anchor.to_owned())),
    }
}

/// Whether a byte belongs to a word: a letter, a digit or `_`.
#[must_use]
pub fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a word may begin at a place: what stands before it belongs to none,
/// or may be the end of an escape, as in `\nword`.
#[must_use]
pub fn may_begin(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    !before.is_some_and(|byte| is_of_word(*byte)) || {
        let near = at.saturating_sub(words::ESCAPE as usize);
        bytes.get(near..at).unwrap_or_default().contains(&b'\\')
    }
}

impl Gate {
    /// Compiles anchors; ASCII case does not matter.
    ///
    /// # Errors
    /// An anchor is too short or too long.
    pub fn new<S: AsRef<str>>(anchors: &[(S, Stands)]) -> Result<Self, GateError> {
        anchors.iter().try_for_each(|(anchor, _)| fits(anchor.as_ref()))?;
        Ok(Self::of(anchors))
    }

    /// Compiles anchors of which each [`fits`]; one that does not is never found.
    pub(super) fn of<S: AsRef<str>>(anchors: &[(S, Stands)]) -> Self {
        let texts = |(text, stands): &(S, Stands)| (text.as_ref().to_owned(), *stands);
        let mut all: Vec<(String, Stands)> = anchors.iter().map(texts).collect();
        let words = words::Filter::new(&all);
        if words.pairs().len() <= MOST_PAIRS {
            return Self { words, anywhere: None };
        }
        let (mut numbers, mut elsewhere) = (Vec::new(), Vec::new());
        for (number, (text, stands)) in (0..).zip(&mut all) {
            if words::beginnings(text.as_bytes(), *stands).next().is_none() {
                numbers.push(number);
                elsewhere.push(std::mem::take(text));
            }
        }
        let anywhere = Some((qgram::Filter::new(&elsewhere), numbers));
        Self { words: words::Filter::new(&all), anywhere }
    }

    /// How many anchors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of the anchors, to look for only these.
    #[must_use]
    pub fn some(&self, is_sought: impl Fn(AnchorId) -> bool) -> Sought {
        self.words.some(is_sought)
    }

    /// Calls `hit` with every occurrence that counts of every anchor,
    /// overlapping ones included, each once: its number and where it starts. In
    /// no particular order. Stops early when `hit` says no.
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        self.scan_for(self.words.all(), bytes, hit);
    }

    /// The same for some of the anchors; others may be told as well.
    pub fn scan_for(
        &self,
        sought: &Sought,
        bytes: &[u8],
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) {
        if let Some((filter, numbers)) = &self.anywhere {
            let goes_on = filter.scan(bytes, &mut |anchor, at| {
                numbers.get(anchor as usize).is_none_or(|number| hit(*number, at))
            });
            if !goes_on {
                return;
            }
        }
        self.words.scan(sought, bytes, hit);
    }
}

/// Four bytes, folded: letters become lower case, a few other bytes become
/// others.
fn folded(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// The gram at a position, if four bytes stand there.
fn gram_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; GRAM] = bytes.get(at..at + GRAM)?.try_into().ok()?;
    Some(folded(four))
}
