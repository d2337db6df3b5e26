//! The text of a policy file: where in it something stands, and words that
//! several tables share. Malformed text is told with file, line, column and
//! what was expected.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::de::DeserializeOwned;
use thiserror::Error;
use toml::Spanned;

use crate::model::text::label;

/// A policy file that is not what it should be. Nothing is scanned with half
/// a configuration.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{file}:{line}:{column}: {what}")]
pub struct PolicyError {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// A file's text with its name.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) file: &'t str,
    pub(super) text: &'t str,
}

impl Source<'_> {
    pub(super) fn parse<T: DeserializeOwned>(self) -> Result<T, PolicyError> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.wrong(at, error.message())
        })
    }

    /// An error at a byte offset.
    pub(super) fn wrong(self, at: usize, what: &str) -> PolicyError {
        let (line, column) = self.position(at);
        let what = what.lines().map(label).collect::<Vec<_>>().join("; ");
        PolicyError { file: self.file.to_owned(), line, column, what }
    }

    pub(super) fn line(self, at: usize) -> u32 {
        u32::try_from(self.position(at).0).unwrap_or(u32::MAX)
    }

    fn position(self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// A date, `YYYY-MM-DD`.
    pub(super) fn date(self, given: &Spanned<String>) -> Result<String, PolicyError> {
        let text = given.get_ref();
        match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == 10 => Ok(date.to_string()),
            _ => {
                let what = format!("`{text}` is no date: expected one like \"2027-01-31\"");
                Err(self.wrong(given.span().start, &what))
            }
        }
    }

    /// A pattern in the grammar of gitignore.
    pub(super) fn pattern(self, given: &Spanned<String>) -> Result<Pattern, PolicyError> {
        Pattern::new(given.get_ref()).map_err(|why| {
            let what = format!("`{}` is no pattern: {why}", given.get_ref());
            self.wrong(given.span().start, &what)
        })
    }

    /// A text that says something.
    pub(super) fn said(self, given: &Spanned<String>, what: &str) -> Result<String, PolicyError> {
        let text = label(given.get_ref().trim());
        if text.is_empty() {
            return Err(self.wrong(given.span().start, &format!("empty: expected {what}")));
        }
        Ok(text)
    }
}

/// A pattern over paths, in the grammar of gitignore.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    matcher: Gitignore,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() || text.starts_with(['!', '#']) {
            return Err("expected a path or glob such as `legacy/**`".to_owned());
        }
        let mut builder = GitignoreBuilder::new("");
        builder.add_line(None, text).map_err(|error| error.to_string())?;
        let matcher = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a relative path or a folder that it lies in matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        !path.is_empty() && self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_speak_the_grammar_of_gitignore() {
        let matches = |pattern: &str, path: &str| Pattern::new(pattern).expect("one").matches(path);
        assert!(matches("legacy/", "legacy/a/b.py") && matches("*.py", "a/b.py"));
        assert!(matches("/a/**", "a/b.py") && !matches("/b", "a/b"));
        assert!(Pattern::new("").is_err() && Pattern::new("!a").is_err());
        assert!(Pattern::new("a{b").is_err());
    }

    #[test]
    fn an_error_stands_at_line_and_column() {
        let source = Source { file: "x.toml", text: "a = 1\nü = b\n" };
        let error = source.wrong(source.text.find('b').expect("b"), "no");
        assert_eq!(error.to_string(), "x.toml:2:5: no");
    }
}
