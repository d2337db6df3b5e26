//! pnpm-lock.yaml, read line by line: these files reach tens of megabytes,
//! are always written in the same shape, and only their frame is needed.

use super::super::{FirstMistake, Locked, LockedPackages, lines, npm_locator};
use super::version_only;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `pnpm-lock.yaml` (lock file versions 5, 6 and 9).
///
/// What stands under `importers`, or at the top of files of a single project,
/// is direct, with the scope of its table; what stands only under `packages`
/// is not, with `dev` and `optional` as its scope where older versions say
/// so. The suffix that names peers is left out of versions. Links and local
/// files are no packages; an alias counts as the real package.
#[derive(Debug)]
pub struct PnpmLock;

impl Extractor for PnpmLock {
    fn id(&self) -> &'static str {
        "npm-pnpm-lock"
    }

    fn about(&self) -> &'static str {
        "pnpm-lock.yaml, read line by line"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["pnpm-lock.yaml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut reader = Reader::default();
        for (start, line) in lines(content.text) {
            let body = line.trim_start_matches(' ');
            if !body.trim_end().is_empty() && !body.starts_with('#') && body != "---" {
                let indent = line.len() - body.len();
                reader.line(indent, body.trim_end(), start + indent);
            }
        }
        reader.finish();
        if !reader.is_versioned && reader.has_lines {
            reader.mistake.at(0, "no lock file version");
        }
        reader.locked.tell(Ecosystem::Npm, content, sink);
        reader.mistake.into_result(content)
    }
}

/// The part of the file that a line stands in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Section {
    #[default]
    Other,
    Importers,
    /// A table of direct dependencies of a file without importers.
    Direct(Scope),
    Packages,
}

/// A package that is being read.
#[derive(Debug)]
struct Draft<'a> {
    /// As the key says it: a name, or a whole locator.
    key: &'a str,
    name: &'a str,
    version: &'a str,
    scope: Scope,
    is_direct: bool,
    offset: usize,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    locked: LockedPackages<'a>,
    mistake: FirstMistake,
    section: Section,
    /// The table of the importer that is being read.
    group: Option<Scope>,
    draft: Option<Draft<'a>>,
    is_versioned: bool,
    has_lines: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, indent: usize, body: &'a str, offset: usize) {
        self.has_lines = true;
        if indent == 0 {
            self.finish();
            self.group = None;
            self.section = self.section_of(body, offset);
            return;
        }
        match (self.section, indent) {
            (Section::Importers, 2) => {
                self.finish();
                self.group = None;
            }
            (Section::Importers, 4) => {
                self.finish();
                self.group = group_of(body.trim_end_matches(':'));
            }
            (Section::Importers, 6) => self.direct(self.group, body, offset),
            (Section::Direct(scope), 2) => self.direct(Some(scope), body, offset),
            (Section::Packages, 2) => {
                self.finish();
                match entry(body) {
                    Some((key, _)) => self.draft = Some(draft(key, "", offset)),
                    // The value of a key that was too long for one line.
                    None if body.starts_with(':') => {}
                    None => self.mistake.at(offset, "not the start of a package"),
                }
            }
            (Section::Importers, 8) | (Section::Direct(_) | Section::Packages, 4) => {
                self.field(body);
            }
            _ => {}
        }
    }

    fn section_of(&mut self, body: &str, offset: usize) -> Section {
        let Some((key, _)) = entry(body) else {
            self.mistake.at(offset, "neither a section nor a setting");
            return Section::Other;
        };
        self.is_versioned |= key == "lockfileVersion";
        match key {
            "importers" => Section::Importers,
            "packages" => Section::Packages,
            _ => group_of(key).map_or(Section::Other, Section::Direct),
        }
    }

    /// `name: version` (version 5) or `name:` with fields below it.
    fn direct(&mut self, group: Option<Scope>, body: &'a str, offset: usize) {
        self.finish();
        let Some(scope) = group else { return };
        match entry(body) {
            Some((name, version)) => {
                let draft = draft(name, version, offset);
                self.draft = Some(Draft { scope, is_direct: true, ..draft });
            }
            None => self.mistake.at(offset, "not the start of a dependency"),
        }
    }

    fn field(&mut self, body: &'a str) {
        let Some(draft) = &mut self.draft else { return };
        match entry(body) {
            Some(("version", version)) => draft.version = version,
            Some(("name", name)) => draft.name = name,
            Some(("dev", "true")) => draft.scope = Scope::Development,
            Some(("optional", "true")) => draft.scope = Scope::Optional,
            _ => {}
        }
    }

    fn finish(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        let found = if draft.is_direct {
            direct_package(draft.key, draft.version)
        } else {
            listed_package(draft.key).or_else(|| {
                let is_named = !draft.name.is_empty() && !draft.key.contains("file:");
                is_named.then_some((draft.name, draft.version))
            })
        };
        let Some((name, version)) = found else { return };
        let package = Locked {
            name,
            version,
            direct: Some(draft.is_direct),
            scope: draft.scope,
            offset: draft.offset,
        };
        // What an importer says of scope is better than what the list says.
        if draft.is_direct { self.locked.merge(package) } else { self.locked.add(package) }
    }
}

fn draft<'a>(key: &'a str, version: &'a str, offset: usize) -> Draft<'a> {
    Draft { key, name: "", version, scope: Scope::Runtime, is_direct: false, offset }
}

fn group_of(key: &str) -> Option<Scope> {
    match key {
        "dependencies" => Some(Scope::Runtime),
        "devDependencies" => Some(Scope::Development),
        "optionalDependencies" => Some(Scope::Optional),
        _ => None,
    }
}

/// Key and value of `key: value`, `'key': value`, `key:` and `? key`.
fn entry(body: &str) -> Option<(&str, &str)> {
    if let Some(key) = body.strip_prefix("? ") {
        return Some((unquoted(key.trim()), ""));
    }
    let quote = body.chars().next().filter(|letter| matches!(letter, '\'' | '"'));
    let (key, rest) = match quote {
        Some(quote) => {
            let (key, rest) = body.get(1..)?.split_once(quote)?;
            (key, rest.strip_prefix(':')?)
        }
        None => match body.split_once(": ") {
            Some(parts) => parts,
            None => (body.strip_suffix(':')?, ""),
        },
    };
    (!key.is_empty()).then(|| (key, unquoted(rest.trim())))
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['\'', '"'])
}

/// What an importer's entry is resolved to: a version with peers behind it,
/// or the locator of another package if the name is an alias.
fn direct_package<'a>(name: &'a str, version: &'a str) -> Option<(&'a str, &'a str)> {
    if npm_locator::is_local(version) && !version.starts_with('/') {
        return None;
    }
    let is_version = version.starts_with(|letter: char| letter.is_ascii_digit());
    match listed_package(version) {
        Some(real) if !is_version => Some(real),
        _ => Some((name, clean_version(version)?)),
    }
}

/// Name and version in the key of a package: `name@1.0.0(peer@1)` (9),
/// `/name@1.0.0(peer@1)` (6) or `/name/1.0.0_peer@1` (5).
fn listed_package(key: &str) -> Option<(&str, &str)> {
    let path = key.strip_prefix('/').unwrap_or(key);
    let path = path.split('(').next().unwrap_or_default();
    let slashes_of_name = usize::from(path.starts_with('@'));
    if let Some((name, version)) = npm_locator::split(path)
        && memchr::memchr_iter(b'/', name.as_bytes()).count() == slashes_of_name
    {
        return clean_version(version).map(|version| (name, version));
    }
    // Only the old form has slashes behind the name; without the leading one
    // it is the path of an address.
    let path = key.strip_prefix('/')?;
    let end = path.match_indices('/').nth(slashes_of_name).map(|(at, _)| at)?;
    let (name, version) = path.split_at_checked(end)?;
    let version = version.trim_start_matches('/').split('/').next().unwrap_or_default();
    clean_version(version).map(|version| (name, version))
}

/// Without the suffix of peers; empty for an address, `None` for a local place.
fn clean_version(version: &str) -> Option<&str> {
    if npm_locator::is_local(version) {
        return None;
    }
    Some(version_only(version.split(['(', '_']).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_every_version_give_name_and_version() {
        assert_eq!(listed_package("a@6.0.37"), Some(("a", "6.0.37")));
        assert_eq!(listed_package("@s/a@1.0.0(@t/b@2.0.0(c@3))"), Some(("@s/a", "1.0.0")));
        assert_eq!(listed_package("/a@1.0.0(b@2)"), Some(("a", "1.0.0")));
        assert_eq!(listed_package("/a/1.0.0_b@2.0.0"), Some(("a", "1.0.0")));
        assert_eq!(listed_package("/@s/a/1.0.0_@t+b@2.0.0"), Some(("@s/a", "1.0.0")));
        assert_eq!(listed_package("a@file:../a"), None);
        assert_eq!(listed_package("a@https://f.example/a.tar.gz"), Some(("a", "")));
        assert_eq!(listed_package("git.example/some/a/0123abc"), None);
    }

    #[test]
    fn an_importers_alias_stands_for_the_real_package() {
        assert_eq!(direct_package("x", "1.0.0(y@2)"), Some(("x", "1.0.0")));
        assert_eq!(direct_package("x", "1.0.0_y@2"), Some(("x", "1.0.0")));
        assert_eq!(direct_package("x", "real@1.0.0"), Some(("real", "1.0.0")));
        assert_eq!(direct_package("x", "/@s/real/1.0.0"), Some(("@s/real", "1.0.0")));
        assert_eq!(direct_package("x", "link:../x"), None);
    }
}
