//! What an AI system may mean for its organisation: governance tables as
//! types, and the judge that applies them.
//!
//! Always provisional, always with reasons and the open question. Law is data:
//! a new legal reading is one entry under `signatures/governance/`. This wing
//! is pure (no I/O, no clock) and must not know formats, signatures, sources or
//! reports; it sees the ground floor only.

mod case;
mod check;
mod condition;
mod given;
mod judge;
mod library;
pub mod reading;
mod schema;
mod strength;
mod wording;

pub use check::check;
pub use given::{Given, GivenArea, GivenDestination, GivenEvidence, GivenMarker};
pub use judge::judge;
pub use library::{RuleError, RuleLibrary};
pub use schema::{
    AreaPattern, Basis, Change, ComponentPattern, Condition, Conditions, Control, Criterion,
    DestinationPattern, Drift, Effect, EvidencePattern, Exceptions, ImpactFactors, LawDate,
    MarkerPattern, NamedLevel, Output, PlainWord, Reach, Regime, Rule, RuleTest, ScanExtent,
    Stated, Trust, Value, Verify,
};
