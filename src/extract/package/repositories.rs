//! Addresses of repositories, where a build file names a package by them.
//!
//! Knows the shape of addresses and no format.

/// `owner/repository` of an address on GitHub, whatever follows it.
pub(super) fn of_github(address: &str) -> Option<String> {
    const HOST: &str = "github.com";
    let at = address.find(HOST)?;
    let before = address.get(..at)?;
    let starts = before.is_empty() || before.ends_with(['/', '@', '.']);
    let rest = address.get(at + HOST.len()..)?;
    let path = rest.strip_prefix(['/', ':'])?;
    let mut parts = path.split('/');
    let (owner, repository) = (parts.next()?, parts.next()?);
    let repository = repository.split(['?', '#', '@']).next().unwrap_or_default();
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    (starts && plain(owner) && plain(repository)).then(|| format!("{owner}/{repository}"))
}

/// The version that the address of an archive or release names.
pub(super) fn source_archive(address: &str) -> &str {
    let Some((_, rest)) =
        ["/archive/", "/releases/download/"].iter().find_map(|mark| address.split_once(mark))
    else {
        return "";
    };
    let rest = rest.strip_prefix("refs/tags/").unwrap_or(rest);
    let first = rest.split('/').next().unwrap_or_default();
    let bare =
        [".tar.gz", ".zip", ".tgz", ".tar.xz"].iter().find_map(|end| first.strip_suffix(end));
    bare.unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_repository_gives_its_path() {
        for address in [
            "https://github.com/owner/repo",
            "https://github.com/owner/repo.git",
            "git@github.com:owner/repo.git",
            "ssh://git@github.com/owner/repo",
            "https://github.com/owner/repo/archive/v1.0.tar.gz",
            "https://codeload.github.com/owner/repo/tar.gz/v1",
        ] {
            assert_eq!(of_github(address).as_deref(), Some("owner/repo"), "{address}");
        }
        assert_eq!(of_github("https://notgithub.com/owner/repo"), None);
        assert_eq!(of_github("https://github.com/${OWNER}/repo"), None);
        assert_eq!(of_github("https://git.example/owner/repo"), None);
    }

    #[test]
    fn an_archive_names_its_version() {
        let of = |rest: &str| source_archive(rest).to_owned();
        assert_eq!(of("https://github.com/a/b/archive/refs/tags/v1.2.tar.gz"), "v1.2");
        assert_eq!(of("https://github.com/a/b/archive/0a1b.zip"), "0a1b");
        assert_eq!(of("https://github.com/a/b/releases/download/1.0/b-1.0.tar.gz"), "1.0");
        assert_eq!(of("https://github.com/a/b.git"), "");
    }
}
