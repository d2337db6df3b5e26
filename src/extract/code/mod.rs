//! Source code: imports, calls and literals, never comments or docstrings.
//!
//! [`lexer`] goes over the text by the rules of [`languages`]; [`tokens`]
//! pairs brackets; a reader per language ([`python`], [`javascript`]) says
//! what brackets and names mean; [`reading`] does what all readers do alike.

mod bindings;
mod frames;
pub mod javascript;
pub mod languages;
pub mod lexer;
pub mod notebook;
mod placing;
pub mod python;
mod reading;
pub mod shell;
mod strings;
mod telling;
mod tokens;

/// Languages whose source is read, with their extensions: for the docs.
#[must_use]
pub fn languages_and_extensions() -> Vec<(&'static str, String)> {
    use crate::extract::Extractor;
    vec![
        ("python", python::Python.interest().extensions.join(" ")),
        ("javascript", javascript::Javascript.interest().extensions.join(" ")),
        ("shell", shell::Shell.interest().extensions.join(" ")),
    ]
}
