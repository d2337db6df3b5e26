//! Cargo's manifest, its lock file, and what `cargo metadata` says.

mod lock;
mod manifest;
mod metadata;

pub use lock::CargoLock;
pub use manifest::CargoToml;
pub use metadata::CargoMetadata;
