//! What AI looks like: signatures as data, and the engine that recognises
//! their products in facts. Knows no file format.

pub mod agency;
pub mod asking;
pub mod catalogue;
pub mod check;
pub mod coverage;
pub mod gate;
pub mod history;
pub mod index;
pub mod launch;
pub mod library;
pub mod list;
pub mod names;
pub mod pack;
pub mod recognise;
pub mod results;
pub mod schema;
pub mod stats;
