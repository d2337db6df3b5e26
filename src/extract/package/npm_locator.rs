//! How the npm world says where a package comes from: `^1.0.0`,
//! `npm:real@1`, `workspace:*`, `name@1.0.0`. Shared by the manifest and the
//! lock files.
//!
//! Knows the grammar of one string and no file.

/// Protocols that lead to a folder or file of one's own.
const LOCAL: &[&str] = &["workspace:", "file:", "link:", "portal:", "root:"];

/// Name and version that the entry `name: specifier` stands for; `None` if
/// it is local. The version is empty where only an address is given.
pub(super) fn asked<'a>(name: &'a str, specifier: &'a str) -> Option<(&'a str, &'a str)> {
    let specifier = specifier.trim();
    if is_local(specifier) || name.is_empty() {
        return None;
    }
    if let Some(real) = specifier.strip_prefix("npm:") {
        return Some(match split(real) {
            Some(found) => found,
            None if is_name(real) => (real, ""),
            None => (name, real),
        });
    }
    // `catalog:` says which list holds the version; anything else with a
    // colon or slash is an address, which says nothing about the version.
    let is_address = !specifier.starts_with("catalog:") && specifier.contains([':', '/']);
    Some((name, if is_address { "" } else { specifier }))
}

/// Splits `name@rest` and `@scope/name@rest` after the name.
pub(super) fn split(locator: &str) -> Option<(&str, &str)> {
    let start = usize::from(locator.starts_with('@'));
    let at = locator.get(start..)?.find('@')? + start;
    let (name, rest) = locator.split_at_checked(at)?;
    (at > start).then(|| (name, rest.strip_prefix('@').unwrap_or_default()))
}

/// Whether the specifier leads to a folder or file of one's own.
pub(super) fn is_local(specifier: &str) -> bool {
    LOCAL.iter().any(|protocol| specifier.starts_with(protocol))
        || specifier.starts_with(['.', '/'])
        || specifier.starts_with("~/")
}

/// Whether this can be a package's name and not a version range.
fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter == '@' || letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_splits_after_its_name() {
        assert_eq!(split("a@1.0.0"), Some(("a", "1.0.0")));
        assert_eq!(split("@s/a@npm:^1"), Some(("@s/a", "npm:^1")));
        assert_eq!(split("a@1(b@2)"), Some(("a", "1(b@2)")));
        assert_eq!(split("@s/a"), None);
        assert_eq!(split("@"), None);
    }

    #[test]
    fn an_alias_stands_for_the_real_package() {
        assert_eq!(asked("x", "npm:real@1"), Some(("real", "1")));
        assert_eq!(asked("x", "npm:@s/real@^2"), Some(("@s/real", "^2")));
        assert_eq!(asked("x", "npm:@s/real"), Some(("@s/real", "")));
        assert_eq!(asked("x", "npm:^2"), Some(("x", "^2")));
    }

    #[test]
    fn own_folders_are_no_packages_and_addresses_are_no_versions() {
        assert_eq!(asked("x", "workspace:*"), None);
        assert_eq!(asked("x", "../x"), None);
        assert_eq!(asked("x", "~1.2"), Some(("x", "~1.2")));
        assert_eq!(asked("x", "git+https://git.example/x.git"), Some(("x", "")));
        assert_eq!(asked("x", "someone/x"), Some(("x", "")));
    }
}
