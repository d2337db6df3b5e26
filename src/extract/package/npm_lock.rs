//! npm lock files.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// package-lock.json and npm-shrinkwrap.json
#[derive(Debug)]
pub struct PackageLock;

impl Extractor for PackageLock {
    fn id(&self) -> &'static str {
        "npm-package-lock"
    }

    fn about(&self) -> &'static str {
        "package-lock.json and npm-shrinkwrap.json"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["package-lock.json", "npm-shrinkwrap.json"],
            globs: &[],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// yarn.lock, v1 and berry
#[derive(Debug)]
pub struct YarnLock;

impl Extractor for YarnLock {
    fn id(&self) -> &'static str {
        "npm-yarn-lock"
    }

    fn about(&self) -> &'static str {
        "yarn.lock, v1 and berry"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["yarn.lock"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// pnpm-lock.yaml, read line by line
#[derive(Debug)]
pub struct PnpmLock;

impl Extractor for PnpmLock {
    fn id(&self) -> &'static str {
        "npm-pnpm-lock"
    }

    fn about(&self) -> &'static str {
        "pnpm-lock.yaml, read line by line"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pnpm-lock.yaml"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// bun.lock
#[derive(Debug)]
pub struct BunLock;

impl Extractor for BunLock {
    fn id(&self) -> &'static str {
        "npm-bun-lock"
    }

    fn about(&self) -> &'static str {
        "bun.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["bun.lock"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
