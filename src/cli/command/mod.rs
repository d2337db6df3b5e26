//! The commands, one file each.

pub mod compare;
pub mod explain;
pub mod list;
pub mod merge;
pub mod reference;
pub mod render;
pub mod rules;
pub mod sample;
pub mod scan;
pub mod signature;
