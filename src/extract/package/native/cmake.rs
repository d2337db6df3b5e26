//! `CMake` build files.

use std::collections::HashSet;

use super::super::asked;
use super::super::repositories::{of_github, source_archive};
use super::cmake_commands::{Commands, Word};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `CMakeLists.txt` and `*.cmake`, read without running them.
///
/// | command | tells |
/// |---|---|
/// | `find_package` | the name with its version; each component as `Name::component` |
/// | `pkg_check_modules`, `pkg_search_module` | the modules |
/// | `find_library` | the names that are looked for |
/// | `FetchContent_Declare`, `ExternalProject_Add`, `CPMAddPackage` | the repository on GitHub, else the name |
/// | `target_link_libraries`, `link_libraries` | plain names; a leading `-l` is left out |
/// | `project` | a unit |
///
/// Variables, generator expressions, paths and options are no names; a
/// library that the same file builds is none either.
#[derive(Debug)]
pub struct Cmake;

impl Extractor for Cmake {
    fn id(&self) -> &'static str {
        "cmake"
    }

    fn about(&self) -> &'static str {
        "CMake build files, read without running them"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["CMakeLists.txt"],
            globs: &[],
            extensions: &["cmake"],
            // These stand in every folder of large trees.
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut reader = Reader::default();
        let mut commands = Commands::new(content.text);
        while let Some(name) = commands.read() {
            reader.command(name, commands.words());
        }
        if let Some(project) = reader.project {
            let name = Some(project.text.into());
            let unit = Fact::Unit { kind: UnitKind::Package, name, root: None };
            sink.fact(unit, Some(content.span_at(project.offset)));
        }
        for found in reader.found {
            if reader.built.contains(found.name.as_str()) {
                continue;
            }
            let fact = asked(found.ecosystem, found.name, found.version, Scope::Runtime);
            sink.fact(fact, Some(content.span_at(found.offset)));
        }
        // A template or a script that is cut is no reason to doubt the rest.
        commands.mistake.into_result(content)
    }
}

struct Asked<'a> {
    ecosystem: Ecosystem,
    name: String,
    version: &'a str,
    offset: usize,
}

#[derive(Default)]
struct Reader<'a> {
    project: Option<Word<'a>>,
    found: Vec<Asked<'a>>,
    /// Libraries that the file builds itself.
    built: HashSet<&'a str>,
}

/// Words between the libraries of a target.
const LINKING: &[&str] = &[
    "PUBLIC",
    "PRIVATE",
    "INTERFACE",
    "LINK_PUBLIC",
    "LINK_PRIVATE",
    "LINK_INTERFACE_LIBRARIES",
    "debug",
    "optimized",
    "general",
];

impl<'a> Reader<'a> {
    fn command(&mut self, name: &str, words: &[Word<'a>]) {
        match name.to_ascii_lowercase().as_str() {
            "project" if self.project.is_none() => {
                self.project = words.first().copied().filter(|word| is_plain(word.text));
            }
            "find_package" | "find_dependency" => self.package(words),
            "pkg_check_modules" | "pkg_search_module" => {
                for word in words.iter().skip(1) {
                    self.generic(word);
                }
            }
            "find_library" => self.library(words),
            "target_link_libraries" => {
                for word in words.iter().skip(1) {
                    self.linked(word);
                }
            }
            "link_libraries" => {
                for word in words {
                    self.linked(word);
                }
            }
            "fetchcontent_declare" | "externalproject_add" => self.fetched(words),
            "cpmaddpackage" | "cpmfindpackage" | "cpmdeclarepackage" => self.managed(words),
            "add_library" => {
                let imported = words.iter().any(|word| word.text == "IMPORTED");
                if !imported {
                    self.built.extend(words.first().map(|word| word.text));
                }
            }
            _ => {}
        }
    }

    fn tell(
        &mut self,
        ecosystem: Ecosystem,
        name: impl Into<String>,
        version: &'a str,
        offset: usize,
    ) {
        let version = if version.contains('$') { "" } else { version };
        self.found.push(Asked { ecosystem, name: name.into(), version, offset });
    }

    /// A plain name, maybe with a version behind an operator.
    fn generic(&mut self, word: &Word<'a>) {
        let end = word.text.find(['=', '<', '>']).unwrap_or(word.text.len());
        let (name, version) = word.text.split_at_checked(end).unwrap_or((word.text, ""));
        if is_plain(name) && !is_option(name) {
            self.tell(Ecosystem::Generic, name, version, word.offset);
        }
    }

    fn package(&mut self, words: &[Word<'a>]) {
        let Some((first, rest)) = words.split_first() else { return };
        if !is_plain(first.text) {
            return;
        }
        let is_version = |word: &&Word<'a>| word.text.starts_with(|c: char| c.is_ascii_digit());
        let version = rest.first().filter(is_version).map_or("", |word| word.text);
        self.tell(Ecosystem::Generic, first.text, version, first.offset);
        // Components follow REQUIRED, COMPONENTS or OPTIONAL_COMPONENTS.
        let mut listing = false;
        for word in rest {
            if is_option(word.text) {
                listing = word.text.ends_with("COMPONENTS") || word.text == "REQUIRED";
            } else if listing && is_plain(word.text) {
                let name = format!("{}::{}", first.text, word.text);
                self.tell(Ecosystem::Generic, name, version, word.offset);
            }
        }
    }

    fn library(&mut self, words: &[Word<'a>]) {
        let rest = words.get(1..).unwrap_or_default();
        let named = rest.first().is_some_and(|word| word.text == "NAMES");
        if !named {
            if let Some(word) = rest.first() {
                self.generic(word);
            }
            return;
        }
        for word in rest.iter().skip(1).take_while(|word| !is_option(word.text)) {
            self.generic(word);
        }
    }

    fn linked(&mut self, word: &Word<'a>) {
        if LINKING.contains(&word.text) {
            return;
        }
        let bare = word.text.strip_prefix("-l").unwrap_or(word.text);
        let offset = word.offset + word.text.len() - bare.len();
        if is_plain(bare) {
            self.tell(Ecosystem::Generic, bare, "", offset);
        }
    }

    fn fetched(&mut self, words: &[Word<'a>]) {
        let Some((first, rest)) = words.split_first() else { return };
        let place = after(rest, &["GIT_REPOSITORY", "URL"]);
        let tag = after(rest, &["GIT_TAG"]).map_or("", |word| word.text);
        self.place(first, place, tag);
    }

    fn place(&mut self, name: &Word<'a>, place: Option<Word<'a>>, tag: &'a str) {
        if let Some(word) = place
            && let Some(repository) = of_github(word.text)
        {
            let version = if tag.is_empty() { source_archive(word.text) } else { tag };
            self.tell(Ecosystem::Github, repository, version, word.offset);
            return;
        }
        if is_plain(name.text) && place.is_some() {
            self.tell(Ecosystem::Generic, name.text, tag, name.offset);
        }
    }

    /// `gh:owner/repository@version`, or words and values.
    fn managed(&mut self, words: &[Word<'a>]) {
        let short = words.iter().find(|word| {
            word.text.starts_with("gh:") || (words.len() == 1 && word.text.contains("://"))
        });
        if let Some(word) = short {
            let bare = word.text.strip_prefix("gh:").unwrap_or(word.text);
            let (path, version) = bare.split_once(['@', '#']).unwrap_or((bare, ""));
            let repository = match of_github(path) {
                Some(repository) => Some(repository),
                None => (path.matches('/').count() == 1).then(|| path.to_owned()),
            };
            if let Some(repository) = repository.filter(|path| !path.contains('$')) {
                let offset = word.offset + word.text.len() - bare.len();
                self.tell(Ecosystem::Github, repository, version, offset);
            }
            return;
        }
        let version = after(words, &["VERSION", "GIT_TAG"]).map_or("", |word| word.text);
        if let Some(word) =
            after(words, &["GITHUB_REPOSITORY"]).filter(|word| !word.text.contains('$'))
        {
            self.tell(Ecosystem::Github, word.text, version, word.offset);
            return;
        }
        if let Some(name) = after(words, &["NAME"]) {
            self.place(&name, after(words, &["GIT_REPOSITORY", "URL"]), version);
        }
    }
}

/// The word behind one of the keywords.
fn after<'a>(words: &[Word<'a>], keywords: &[&str]) -> Option<Word<'a>> {
    let at = words.iter().position(|word| keywords.contains(&word.text))?;
    words.get(at + 1).copied()
}

/// A name that stands for itself: no variable, expression, path or option.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.+:-".contains(&byte);
    let is_file = [".a", ".so", ".lib", ".dll", ".dylib"].iter().any(|end| text.ends_with(end));
    text.bytes().all(plain)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && !is_file
}

/// A keyword of a command: capitals, as `CMake` writes all of its own.
fn is_option(text: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "ALL",
        "BYPASS_PROVIDER",
        "CMAKE_FIND_ROOT_PATH_BOTH",
        "COMPONENTS",
        "CONFIG",
        "CONFIGS",
        "DOC",
        "ENV",
        "EXACT",
        "GLOBAL",
        "HINTS",
        "IMPORTED_TARGET",
        "MODULE",
        "NAMES",
        "NAMES_PER_DIR",
        "NO_CACHE",
        "NO_CMAKE_ENVIRONMENT_PATH",
        "NO_CMAKE_FIND_ROOT_PATH",
        "NO_CMAKE_PATH",
        "NO_CMAKE_SYSTEM_PATH",
        "NO_DEFAULT_PATH",
        "NO_MODULE",
        "NO_POLICY_SCOPE",
        "NO_SYSTEM_ENVIRONMENT_PATH",
        "OPTIONAL_COMPONENTS",
        "PATHS",
        "PATH_SUFFIXES",
        "QUIET",
        "REQUIRED",
        "VALIDATOR",
    ];
    KEYWORDS.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_for_itself_is_a_name() {
        for name in ["foo", "foo-2.0", "Foo::Bar", "stdc++fs", "libtorch"] {
            assert!(is_plain(name), "{name}");
        }
        for other in ["${FOO}", "$<X:y>", "/usr/lib/a", "-Wl,x", "a/b", "libfoo.a", ""] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
