//! Source code: imports, calls and literals, never comments or docstrings.

pub mod javascript;
pub mod python;

/// Languages whose source is read, with their extensions: for the docs.
#[must_use]
pub fn languages_and_extensions() -> Vec<(&'static str, String)> {
    use crate::extract::Extractor;
    vec![
        ("python", python::Python.interest().extensions.join(" ")),
        ("javascript", javascript::Javascript.interest().extensions.join(" ")),
    ]
}
