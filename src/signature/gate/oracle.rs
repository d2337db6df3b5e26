//! The same question answered by Aho-Corasick: slower, and written by others.
//! What it says is right by definition; the tests hold the filter to it.

use aho_corasick::{AhoCorasick, MatchKind};

use super::AnchorId;

/// A compiled set of anchors, by Aho-Corasick.
#[derive(Debug)]
pub struct Oracle {
    automaton: AhoCorasick,
}

impl Oracle {
    /// Compiles anchors; ASCII case does not matter.
    ///
    /// # Errors
    /// There are more anchors than the automaton can hold.
    pub fn new<S: AsRef<str>>(anchors: &[S]) -> Result<Self, aho_corasick::BuildError> {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(anchors.iter().map(AsRef::as_ref))?;
        Ok(Self { automaton })
    }

    /// As [`super::Gate::scan`].
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        for found in self.automaton.find_overlapping_iter(bytes) {
            if !hit(found.pattern().as_u32(), found.start()) {
                return;
            }
        }
    }
}
