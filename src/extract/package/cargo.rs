//! Cargo manifests.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Cargo.toml, with workspace inheritance
#[derive(Debug)]
pub struct CargoToml;

impl Extractor for CargoToml {
    fn id(&self) -> &'static str {
        "cargo-toml"
    }

    fn about(&self) -> &'static str {
        "Cargo.toml, with workspace inheritance"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Cargo.toml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// Cargo.lock
#[derive(Debug)]
pub struct CargoLock;

impl Extractor for CargoLock {
    fn id(&self) -> &'static str {
        "cargo-lock"
    }

    fn about(&self) -> &'static str {
        "Cargo.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Cargo.lock"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// the output of `cargo metadata`, if it lies there as a file
#[derive(Debug)]
pub struct CargoMetadata;

impl Extractor for CargoMetadata {
    fn id(&self) -> &'static str {
        "cargo-metadata"
    }

    fn about(&self) -> &'static str {
        "the output of `cargo metadata`, if it lies there as a file"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["cargo-metadata.json"],
            globs: &[],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
