//! Where a thing lies, and what kind of neighbourhood that is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an artifact lies: portable, never an absolute path.
///
/// `path` is `/`-separated and relative to its target; a file itself, when the
/// target is a file, is its name. The target's own root is `"."`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// Name of the target, as in `targets[].name`.
    pub target: String,
    /// Path within the target.
    pub path: String,
}

impl Place {
    /// A place from its two parts.
    #[must_use]
    pub fn new(target: impl Into<String>, path: impl Into<String>) -> Self {
        Self { target: target.into(), path: path.into() }
    }

    /// The folder this place lies in (`"."` at the root).
    #[must_use]
    pub fn folder(&self) -> &str {
        folder_of(&self.path)
    }
}

/// The folder part of a relative path, `"."` when there is none.
#[must_use]
pub fn folder_of(path: &str) -> &str {
    last_slash(path).map_or(".", |slash| &path[..slash])
}

/// The last segment of a relative path.
#[must_use]
pub fn name_of(path: &str) -> &str {
    last_slash(path).map_or(path, |slash| &path[slash + 1..])
}

/// Asked many times for each file of a tree: by the crate that is quick at it.
fn last_slash(path: &str) -> Option<usize> {
    memchr::memrchr(b'/', path.as_bytes())
}

/// Whether `path` lies in `folder` or is it. `"."` holds everything.
#[must_use]
pub fn lies_in(path: &str, folder: &str) -> bool {
    folder == "."
        || path == folder
        || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A point in a text file, both counted from 1; the column counts characters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Span {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The neighbourhood of a place: it weighs evidence and is shown, it never
/// silently drops anything. In the order in which evidence counts.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Code and configuration that may reach users or operations.
    #[default]
    Product,
    /// Written by a tool.
    Generated,
    /// Examples, demos, tutorials, samples.
    Example,
    /// Tests, fixtures, mocks, benchmarks.
    Test,
    /// Documentation.
    Docs,
    /// Other people's code, carried along.
    Vendored,
}

impl Region {
    /// The word used in JSON, TOML and on the terminal.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Example => "example",
            Self::Test => "test",
            Self::Docs => "docs",
            Self::Vendored => "vendored",
            Self::Generated => "generated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_its_files_but_not_its_namesakes() {
        assert!(lies_in("apps/chat/a.py", "apps/chat"));
        assert!(lies_in("apps/chat", "apps/chat"));
        assert!(!lies_in("apps/chat-two/a.py", "apps/chat"));
        assert!(lies_in("anything", "."));
    }

    #[test]
    fn folder_and_name_split_at_the_last_slash() {
        assert_eq!(folder_of("a/b/c.py"), "a/b");
        assert_eq!(name_of("a/b/c.py"), "c.py");
        assert_eq!(folder_of("c.py"), ".");
        assert_eq!(name_of("c.py"), "c.py");
    }
}
