//! What the targets share: what an input chooses, and how it is tried.
//!
//! The first bytes of an input choose what reads it, the rest is the file.
//! `DAYLIGHT_FUZZ_ONLY` takes the first choice out of the input's hands, so
//! that one process tries one format only and its figures are of that format.

pub mod paths;
pub mod tries;

/// Finds among `names` the one that is to be tried alone, if one is.
///
/// # Panics
/// There is none of that name.
pub fn only<N: AsRef<str>>(names: &[N]) -> Option<usize> {
    let only = std::env::var("DAYLIGHT_FUZZ_ONLY").ok()?;
    let found = names.iter().position(|name| name.as_ref() == only);
    assert!(found.is_some(), "DAYLIGHT_FUZZ_ONLY={only}: there is nothing of that name");
    found
}
