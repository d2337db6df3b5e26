//! The gate: does any anchor of any signature stand in these bytes, and where?
//!
//! An anchor is a literal that every match of a matcher must contain. The gate
//! is asked once per file over raw bytes, without regard to ASCII case, and
//! most files end here. Behind the interface stands Aho-Corasick.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Shortest anchor that may open the gate. Shorter literals are contextual:
/// they count only where something else opened it.
pub const SHORTEST_ANCHOR: usize = 5;

/// Number of an anchor, in the order in which they were given.
pub type AnchorId = u32;

/// A compiled set of anchors.
#[derive(Debug)]
pub struct Gate {
    automaton: AhoCorasick,
    anchors: usize,
}

/// Why a gate could not be built.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// An anchor is shorter than [`SHORTEST_ANCHOR`].
    #[error("anchor `{0}` is shorter than {SHORTEST_ANCHOR} bytes")]
    TooShort(String),
    /// The engine refused the set.
    #[error("the anchors do not compile: {0}")]
    Engine(String),
}

impl Gate {
    /// Compiles anchors; ASCII case does not matter.
    ///
    /// # Errors
    /// An anchor is too short, or there are more than the engine can hold.
    pub fn new<S: AsRef<str>>(anchors: &[S]) -> Result<Self, GateError> {
        if let Some(short) = anchors.iter().find(|a| a.as_ref().len() < SHORTEST_ANCHOR) {
            return Err(GateError::TooShort(short.as_ref().to_owned()));
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(anchors.iter().map(AsRef::as_ref))
            .map_err(|error| GateError::Engine(error.to_string()))?;
        Ok(Self { automaton, anchors: anchors.len() })
    }

    /// How many anchors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.anchors
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anchors == 0
    }

    /// Calls `hit` with every occurrence of every anchor, overlapping ones
    /// included: its number and where it starts. Stops early when `hit` says no.
    pub fn scan(&self, bytes: &[u8], hit: &mut dyn FnMut(AnchorId, usize) -> bool) {
        for found in self.automaton.find_overlapping_iter(bytes) {
            if !hit(found.pattern().as_u32(), found.start()) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_overlapping_occurrence_is_told_whatever_its_case() {
        let gate = Gate::new(&["openai", "api.openai.com"]).expect("gate");
        let mut hits = Vec::new();
        gate.scan(b"https://API.OpenAI.com", &mut |anchor, at| {
            hits.push((anchor, at));
            true
        });
        hits.sort_unstable();
        assert_eq!(hits, [(0, 12), (1, 8)]);
    }

    #[test]
    fn a_short_anchor_is_refused() {
        assert!(matches!(Gate::new(&["ai"]), Err(GateError::TooShort(_))));
    }
}
