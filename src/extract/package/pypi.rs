//! PyPI manifests.
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// requirements files of pip, with `-r` and `-c`
#[derive(Debug)]
pub struct Requirements;

impl Extractor for Requirements {
    fn id(&self) -> &'static str {
        "pypi-requirements"
    }

    fn about(&self) -> &'static str {
        "requirements files of pip, with `-r` and `-c`"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[
                "requirements*.txt",
                "requirements*.in",
                "requirements/*.txt",
                "requirements/*.in",
                "constraints*.txt",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// pyproject.toml: PEP 621, dependency groups, poetry, pdm, uv
#[derive(Debug)]
pub struct Pyproject;

impl Extractor for Pyproject {
    fn id(&self) -> &'static str {
        "pypi-pyproject"
    }

    fn about(&self) -> &'static str {
        "pyproject.toml: PEP 621, dependency groups, poetry, pdm, uv"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pyproject.toml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// setup.py, read without running it
#[derive(Debug)]
pub struct SetupPy;

impl Extractor for SetupPy {
    fn id(&self) -> &'static str {
        "pypi-setup-py"
    }

    fn about(&self) -> &'static str {
        "setup.py, read without running it"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["setup.py"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// setup.cfg
#[derive(Debug)]
pub struct SetupCfg;

impl Extractor for SetupCfg {
    fn id(&self) -> &'static str {
        "pypi-setup-cfg"
    }

    fn about(&self) -> &'static str {
        "setup.cfg"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["setup.cfg"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}

/// Pipfile
#[derive(Debug)]
pub struct Pipfile;

impl Extractor for Pipfile {
    fn id(&self) -> &'static str {
        "pypi-pipfile"
    }

    fn about(&self) -> &'static str {
        "Pipfile"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Pipfile"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
