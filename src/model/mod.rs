//! The ground floor: plain data, serialisable, without I/O, clock or global state.
//!
//! Every other room points down to this one and it points nowhere. The types
//! in [`inventory`], [`system`], [`component`], [`evidence`] and
//! [`classification`] *are* the native JSON contract (`docs/schema/`), so a
//! field added here is a field a user sees.

pub mod change;
pub mod classification;
pub mod component;
pub mod definition;
pub mod evidence;
pub mod fact;
pub mod history;
pub mod id;
pub mod inventory;
pub mod path_globs;
pub mod place;
pub mod policy;
pub mod reading;
pub mod region;
pub mod shard;
pub mod system;
pub mod text;
pub mod vocabulary;
