//! Submodules of git: other repositories that are built in. Opens none.

use std::borrow::Cow;

use super::{Teller, lines_of};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Reads `.gitmodules`. An address at GitHub tells the package `owner/name`,
/// which the repository asks for itself; its `branch` is the version. Relative
/// addresses (`../other.git`) and other hosts tell nothing.
#[derive(Debug)]
pub struct Gitmodules;

impl Extractor for Gitmodules {
    fn id(&self) -> &'static str {
        "gitmodules"
    }

    fn about(&self) -> &'static str {
        "submodules of git"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[".gitmodules"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let mut mistake = None;
        let mut found: Option<(usize, &str)> = None;
        let mut branch = "";
        for (start, line) in lines_of(content.text) {
            let trimmed = line.trim_start();
            let offset = start + (line.len() - trimmed.len());
            let trimmed = trimmed.trim_end();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if trimmed.starts_with('[') {
                tell(found.take(), branch, &mut teller);
                branch = "";
                if !trimmed.ends_with(']') {
                    mistake.get_or_insert(offset);
                }
                continue;
            }
            let Some((key, value)) = trimmed.split_once('=') else {
                mistake.get_or_insert(offset);
                continue;
            };
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "url" => found = repository(value).map(|name| (offset, name)),
                "branch" => branch = value,
                _ => {}
            }
        }
        tell(found, branch, &mut teller);
        super::mistaken_at(content, mistake)
    }
}

fn tell(found: Option<(usize, &str)>, branch: &str, teller: &mut Teller<'_, '_>) {
    let Some((offset, name)) = found else { return };
    let package = Package {
        ecosystem: Ecosystem::Github,
        name: Cow::Borrowed(name),
        version: Cow::Borrowed(branch),
        resolved: false,
        direct: Some(true),
        scope: Scope::Runtime,
    };
    teller.at(offset, Fact::Package(package));
}

/// `owner/name` of an address at GitHub.
fn repository(address: &str) -> Option<&str> {
    let (_, path) = address.split_once("github.com")?;
    let path = path.strip_prefix(":22/").or_else(|| path.strip_prefix(['/', ':']))?;
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts = path.split('/');
    let is_part = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    (is_part(parts.next()) && is_part(parts.next()) && parts.next().is_none()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_names_the_same_repository() {
        for address in [
            "https://github.com/owner/name.git",
            "https://github.com/owner/name/",
            "git@github.com:owner/name.git",
            "ssh://git@github.com:22/owner/name.git",
        ] {
            assert_eq!(repository(address), Some("owner/name"), "{address}");
        }
        for address in ["../name.git", "https://host.example/owner/name", "https://github.com/a"] {
            assert_eq!(repository(address), None, "{address}");
        }
    }
}
