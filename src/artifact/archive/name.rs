//! The names of members: whatever an archive calls them, they become paths
//! within it and lead nowhere else. Nothing is ever written under them.

use crate::model::text::display_safe;

/// Longest name that is kept, in characters.
const LONGEST: usize = 1024;

/// A member's path within its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// `/`-separated, relative, safe to show; never empty.
    pub(super) path: String,
    /// Whether the archive's name for it leads out of the archive or could
    /// deceive; `path` then is what is left of it.
    pub(super) odd: bool,
}

/// The path of a member that an archive calls `name`; `None` for the root itself.
#[must_use]
pub(super) fn name_of_member(name: &[u8]) -> Option<Name> {
    let text = String::from_utf8_lossy(name);
    let cut: String = text.chars().take(LONGEST).collect();
    let mut odd = cut.len() < text.len() || cut.starts_with(['/', '\\']);
    let mut parts: Vec<&str> = Vec::new();
    for part in cut.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => odd = true,
            part => parts.push(part),
        }
    }
    let plain = parts.join("/");
    let path = display_safe(&plain);
    odd |= path != plain;
    (!path.is_empty()).then_some(Name { path, odd })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leads_out_of_its_archive() {
        for (name, path, odd) in [
            ("a/b.py", "a/b.py", false),
            ("./a//b.py", "a/b.py", false),
            ("a\\b.py", "a/b.py", false),
            ("/etc/passwd", "etc/passwd", true),
            ("../../a", "a", true),
            ("a/../../b", "a/b", true),
            ("a\0b", "a\u{FFFD}b", true),
            ("a\u{202E}b", "a\u{FFFD}b", true),
        ] {
            let found = name_of_member(name.as_bytes());
            assert_eq!(found, Some(Name { path: path.to_owned(), odd }), "{name:?}");
        }
        assert_eq!(name_of_member(b"./"), None);
        assert_eq!(name_of_member(b""), None);
        assert!(name_of_member(&[b'x'; 5000]).is_some_and(|name| name.odd));
        assert!(name_of_member(b"caf\xe9.py").is_some_and(|name| name.path == "caf\u{FFFD}.py"));
    }
}
