//! Source code: imports, calls and literals, never comments or docstrings.
//!
//! [`lexer`] goes over the text by the rules of [`languages`]; [`tokens`]
//! pairs brackets; a reader per language ([`python`], [`javascript`]) says
//! what brackets and names mean; [`dotted`] is one reader for the languages
//! that differ in little more than words and signs; [`reading`] does what all
//! readers do alike.

pub mod bindings;
pub mod dotted;
pub mod frames;
pub mod javascript;
pub mod languages;
pub mod lexer;
pub mod notebook;
pub mod placing;
pub mod python;
pub mod reading;
pub mod shell;
pub mod strings;
pub mod telling;
pub mod tokens;

use crate::model::fact::Language;

/// Languages whose source is read, with their extensions: for the docs.
#[must_use]
pub fn languages_and_extensions() -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for row in languages::TABLE {
        let extensions = row.extensions.join(" ");
        match found.last_mut().filter(|(name, _)| *name == row.language.word()) {
            Some((_, dialects)) => *dialects = format!("{dialects} {extensions}"),
            None => found.push((row.language.word(), extensions)),
        }
    }
    found.push((Language::Shell.word(), languages::SHELL_EXTENSIONS.join(" ")));
    found
}
