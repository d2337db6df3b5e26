//! What people decided: the file of decisions, and how each decision stands
//! against the inventory of today.
//!
//! A decision is bound to the evidence that was there when it was made. New
//! evidence makes it stale and never deletes it. Pure: text in, states out;
//! knows the inventory and the governance tables, no file and no clock.

mod file;
mod standing;

pub use file::{
    Answer, Decision, DecisionError, DecisionFile, Seen, digest_of, material_of, seen_in,
};
pub use standing::{Standing, State, note, standings};
