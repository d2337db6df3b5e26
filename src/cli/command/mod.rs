//! The commands, one file each.

pub mod compare;
pub mod decide;
pub mod explain;
pub mod list;
pub mod merge;
pub mod reconcile;
pub mod reference;
pub mod render;
pub mod report;
pub mod review;
pub mod rules;
pub mod sample;
pub mod scan;
pub mod signature;
