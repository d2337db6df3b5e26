//! Daylight.

pub mod extract;
pub mod limits;
pub mod model;
