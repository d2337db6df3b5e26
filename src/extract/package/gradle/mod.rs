//! Gradle: build scripts, version catalogs and lock files. They share how
//! coordinates are written in one string.

mod build;
mod catalog;
mod demand;
mod lockfile;
mod properties;

pub use build::BuildScript;
pub use catalog::VersionCatalog;
pub use lockfile::GradleLock;
pub use properties::GradleProperties;

/// `group:artifact:version[:classifier][@type]`, the version optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Coordinates<'t> {
    /// `group:artifact`.
    name: &'t str,
    version: &'t str,
}

/// The coordinates in a string; `None` if it holds something else. Parts of it
/// may be code (`$version`).
fn coordinates(text: &str) -> Option<Coordinates<'_>> {
    let mut colons = memchr::memchr_iter(b':', text.as_bytes()).filter(|at| !in_code(text, *at));
    let group_end = colons.next()?;
    let name_end = colons.next().unwrap_or(text.len());
    let version_end = colons.next().unwrap_or(text.len());
    if colons.next().is_some() {
        return None;
    }
    let group = text.get(..group_end)?;
    let artifact = text.get(group_end + 1..name_end)?;
    let version = text.get(name_end..version_end).unwrap_or_default().trim_start_matches(':');
    let version = version.split('@').next().unwrap_or_default();
    let artifact_only = artifact.split('@').next().unwrap_or_default();
    let is_version = !version.contains([' ', '/']) || version.starts_with(['[', '(', '$']);
    (is_part(group) && is_part(artifact_only) && is_version).then(|| Coordinates {
        name: text.get(..group_end + 1 + artifact_only.len()).unwrap_or_default(),
        version,
    })
}

/// Whether a colon stands in `${…}`.
fn in_code(text: &str, at: usize) -> bool {
    const FAR: usize = 256;
    let before = text.as_bytes().get(at.saturating_sub(FAR)..at).unwrap_or_default();
    before.iter().rev().find(|byte| matches!(byte, b'{' | b'}')) == Some(&b'{')
}

fn is_part(part: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-${}+".contains(letter);
    !part.is_empty()
        && part.chars().all(plain)
        && part.contains(|letter: char| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_told_from_other_strings() {
        let of = |text| coordinates(text).map(|found| (found.name, found.version));
        assert_eq!(of("g.h:a"), Some(("g.h:a", "")));
        assert_eq!(of("g.h:a:1.0"), Some(("g.h:a", "1.0")));
        assert_eq!(of("g:a:1.0:sources@jar"), Some(("g:a", "1.0")));
        assert_eq!(of("g:a@aar"), Some(("g:a", "")));
        assert_eq!(of("g:a_$s:${v[\"x:y\"]}"), Some(("g:a_$s", "${v[\"x:y\"]}")));
        assert_eq!(of("g:a:[1.0, 2.0)"), Some(("g:a", "[1.0, 2.0)")));
        for other in
            [":core", "a", "libs/a.jar", "see this: that", "https://a.example/b", "a:b:c:d:e"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
