//! Daylight.

pub mod classify;
pub mod extract;
pub mod limits;
pub mod model;
