//! Daylight finds the AI in code repositories: it walks a tree, reads each
//! file once, matches what the files say against signatures of AI software,
//! groups the evidence into AI systems and classifies them provisionally for
//! the scope decision of ISO/IEC 42001.
//!
//! # A tour
//!
//! * [`scan()`] is the main job; [`Request`](scan::Request) says what and how.
//! * [`model`] is the ground floor: plain data, and the native JSON contract.
//! * [`source`] walks and reads; [`extract`] turns formats into neutral facts,
//!   [`artifact`] those that are no text;
//!   [`signature`] recognises AI in facts; [`assemble`] makes components and
//!   systems; [`classify`] judges them by governance tables; [`report`] writes.
//! * [`policy`] is what an organisation says: suppressions, approvals.
//! * [`compare`] says what changed since an earlier inventory.
//! * [`limits`] is the table of every bound.
//!
//! Nothing here executes what it scans, opens a socket or writes a file.
//!
//! ```no_run
//! use daylight::scan::{Request, Silent};
//!
//! let inventory = daylight::scan(&Request::new(".", "2026-11-22"), &Silent)?;
//! for system in &inventory.systems {
//!     println!("{}: {}", system.name, system.classification.scope.value);
//! }
//! # Ok::<(), daylight::scan::ScanError>(())
//! ```

pub mod artifact;
pub mod assemble;
pub mod classify;
pub mod cli;
pub mod compare;
pub mod decision;
pub mod document;
pub mod embedded;
pub mod examine;
pub mod extract;
pub mod fail_on;
pub mod filling;
pub mod limits;
pub mod lock;
pub mod merge;
pub mod model;
pub mod policy;
pub mod proof;
pub mod report;
pub mod scan;
pub mod second_reading;
pub mod select;
pub mod signature;
pub mod since;
pub mod source;
pub mod unpack;

pub use scan::scan;
