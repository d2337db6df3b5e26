//! Source code: imports, calls and literals, never comments or docstrings.
//!
//! [`lexer`] goes over the text by the rules of [`languages`]; [`tokens`]
//! pairs brackets; a reader per language ([`python`], [`javascript`]) says
//! what brackets and names mean; [`reading`] does what all readers do alike.

pub mod bindings;
pub mod frames;
pub mod javascript;
pub mod languages;
pub mod lexer;
pub mod notebook;
pub mod placing;
pub mod python;
pub mod reading;
pub mod strings;
pub mod telling;
pub mod tokens;

/// Languages whose source is read, with their extensions: for the docs.
#[must_use]
pub fn languages_and_extensions() -> Vec<(&'static str, String)> {
    use crate::extract::Extractor;
    vec![
        ("python", python::Python.interest().extensions.join(" ")),
        ("javascript", javascript::Javascript.interest().extensions.join(" ")),
    ]
}
