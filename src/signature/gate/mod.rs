//! The gate: does any anchor of any signature stand in these bytes, and where?
//!
//! An anchor is a literal that every match of a matcher must contain. The gate
//! is asked once per file over raw bytes, without regard to ASCII case, and
//! most files end here; so this is the hottest code of the scanner and the one
//! place where we write our own instead of taking a library: the q-gram filter
//! of [`qgram`]. Aho-Corasick ([`oracle`]) says the same things more slowly; the
//! tests hold the two equal.
//!
//! Knows bytes only: no signature, no file, no format.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod grams;
pub mod oracle;
pub mod qgram;
mod scalar;

use qgram::Filter;

/// Shortest anchor that may open the gate. Shorter literals are contextual:
/// they count only where something else opened it.
pub const SHORTEST_ANCHOR: usize = 5;

/// Longest anchor, in bytes.
const LONGEST_ANCHOR: usize = 4096;

/// Number of an anchor, in the order in which they were given.
pub type AnchorId = u32;

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Gate {
    filter: Filter,
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

impl Gate {
    /// Compiles anchors; ASCII case does not matter.
    ///
    /// # Errors
    /// An anchor is too short or too long.
    pub fn new<S: AsRef<str>>(anchors: &[S]) -> Result<Self, GateError> {
        anchors.iter().try_for_each(|anchor| fits(anchor.as_ref()))?;
        Ok(Self::of(anchors))
    }

    /// Compiles anchors of which each [`fits`]; one that does not is never found.
    pub(super) fn of<S: AsRef<str>>(anchors: &[S]) -> Self {
        Self { filter: Filter::new(anchors) }
    }

    /// How many anchors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.filter.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `hit` with every occurrence of every anchor, overlapping ones
    /// included, each once: its number and where it starts. In no particular
    /// order. Stops early when `hit` says no.
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        self.filter.scan(bytes, hit);
    }
}
