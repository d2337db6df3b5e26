//! What the targets share: what an input chooses, and who listens to readers.
//!
//! The first bytes of an input choose what reads it, the rest is the file.
//! `DAYLIGHT_FUZZ_ONLY` takes the first choice out of the input's hands, so
//! that one process tries one format only and its figures are of that format.

pub mod paths;

use std::sync::LazyLock;

use daylight::extract::{ProblemCode, Sink};
use daylight::model::fact::Fact;
use daylight::model::place::Span;

/// The choice that is taken out of the inputs' hands.
static ONLY: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("DAYLIGHT_FUZZ_ONLY").ok());

/// Finds among `names` the one that is to be tried alone, if one is.
///
/// # Panics
/// There is none of that name.
pub fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<usize> {
    let only = ONLY.as_deref()?;
    let found = names.into_iter().position(|name| name == only);
    assert!(found.is_some(), "DAYLIGHT_FUZZ_ONLY={only}: there is nothing of that name");
    found
}

/// Takes what a reader tells, and holds it to what it owes.
#[derive(Default)]
pub struct Listener {
    /// How much was told.
    pub told: usize,
}

/// A detail names a place, it does not quote a file.
const LONGEST_DETAIL: usize = 2000;

impl Sink for Listener {
    fn fact(&mut self, _: Fact<'_>, span: Option<Span>) {
        self.told += 1;
        if let Some(span) = span {
            assert!(span.line > 0 && span.column > 0, "lines and columns are counted from 1");
        }
    }

    fn note(&mut self, _: ProblemCode, detail: &str) {
        self.told += 1;
        assert!(detail.len() < LONGEST_DETAIL, "a detail of {} bytes", detail.len());
    }
}
