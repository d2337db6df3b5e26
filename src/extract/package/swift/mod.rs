//! Packages of the Apple world: Swift packages and pods.

mod cocoapods;
mod manifest;
mod resolved;
mod xcode;

pub use cocoapods::{Podfile, PodfileLock, Podspec};
pub use manifest::PackageSwift;
pub use resolved::PackageResolved;
pub use xcode::XcodeProject;

/// `host/owner/repository` of a repository's address; `None` for a folder.
fn repository(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix(".git").unwrap_or(rest);
    let is_address = address.contains("://") || address.contains('@');
    let plain = rest.contains('.') && rest.contains(['/', ':']) && !rest.contains(['\\', '"', ' ']);
    (is_address && plain && !address.starts_with("file:")).then_some(rest)
}

/// The name under which a repository is registered: `git@host:owner/name` is
/// the same as `https://host/owner/name`.
fn registered(address: &str) -> Option<String> {
    repository(address).map(|path| path.replacen(':', "/", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_names_one_repository() {
        for address in [
            "https://git.example/team/tool",
            "https://git.example/team/tool.git",
            "https://git.example/team/tool/",
            "ssh://git@git.example/team/tool.git",
            "git@git.example:team/tool.git",
        ] {
            assert_eq!(registered(address).as_deref(), Some("git.example/team/tool"), "{address}");
        }
        assert_eq!(registered("../Tool"), None);
        assert_eq!(registered("file:///a/b.git"), None);
        assert_eq!(registered("https://\\(host)/a"), None);
    }
}
