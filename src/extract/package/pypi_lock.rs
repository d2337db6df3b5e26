//! PyPI lock files.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// poetry.lock, uv.lock, pdm.lock and pylock.toml
#[derive(Debug)]
pub struct TomlLock;

impl Extractor for TomlLock {
    fn id(&self) -> &'static str {
        "pypi-lock"
    }

    fn about(&self) -> &'static str {
        "poetry.lock, uv.lock, pdm.lock and pylock.toml"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["poetry.lock", "uv.lock", "pdm.lock"],
            globs: &["pylock.toml", "pylock.*.toml"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// Pipfile.lock
#[derive(Debug)]
pub struct PipfileLock;

impl Extractor for PipfileLock {
    fn id(&self) -> &'static str {
        "pypi-pipfile-lock"
    }

    fn about(&self) -> &'static str {
        "Pipfile.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Pipfile.lock"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
