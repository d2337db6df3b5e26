//! Manifests and lock files, one file per ecosystem and parsing logic.

pub mod cargo;
pub mod conda;
pub mod golang;
pub mod npm;
pub mod npm_lock;
pub mod pypi;
pub mod pypi_lock;
