//! The matchers of all signatures, laid out so that each fact meets only the
//! few that could match it: hash maps first, patterns last and lazily.

use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};
use globset::{Glob, GlobBuilder};
use regex::Regex;
use thiserror::Error;

use super::gate::{Gate, GateError, SHORTEST_ANCHOR, Stands};
use super::history::Mark;
use super::library::Entry;
use super::names::{ecosystem_of, normalised_package};
use super::schema::{CallLanguage, EnvField, Signature, Weight};
use crate::model::fact::{Ecosystem, Language, RecordKind};
use crate::model::path_globs::PathGlobs;
use crate::model::vocabulary::{Capability, Grant, Lifecycle, Proves, Reach, Technique, Tier};

mod anchors;
mod build;
mod keys;
mod listed;
mod models;
mod openings;
mod pattern;
mod program;
mod reach;
mod records;
mod stems;
mod world;

use anchors::Anchors;
pub use keys::KeyMatcher;
use keys::{Heads, Literals};
pub use listed::ListedName;
pub use models::{ModelMatcher, Models};
use openings::Openings;
pub use pattern::{Place, Stems, is_pattern, stems_of};
pub use program::Programs;
pub use reach::Readers;
pub use stems::{compile as compiles, with_context};

/// What every match of one block says.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// Position of its signature in the library.
    pub entry: usize,
    /// The kind of block.
    pub technique: Technique,
    /// Strength of one match.
    pub tier: Tier,
    /// What a match proves, where it differs from the kind's default.
    pub proves: Option<Proves>,
    /// Capabilities that a match shows.
    pub capabilities: Vec<Capability>,
    /// Part of a model's life that a match belongs to.
    pub lifecycle: Option<Lifecycle>,
}

/// Shortest name of a flow's node that opens a file by itself.
pub const TELLING_NODE: usize = 8;

/// Most words that may stand before a model's identifier.
const DEEPEST_ROUTE: usize = 4;

/// Position of a matcher in the index.
pub type MatcherId = usize;

/// What is left out while it is tried whether tests notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silenced {
    /// A block.
    Block(MatcherId),
    /// A name that a block excludes.
    Exclusion(MatcherId, String),
    /// The edges of the entry at a position.
    Edges(usize),
}

/// A matcher with what narrows it: excluded submodules, or leading paths.
type Claim = (MatcherId, Vec<String>);

/// A name prefix with the names it must not take.
#[derive(Debug)]
pub struct PrefixMatcher {
    prefix: String,
    exclude: Vec<String>,
    matcher: MatcherId,
}

/// A host of which parts may be anything.
#[derive(Debug)]
struct HostPattern {
    head: String,
    /// What stands between two open parts.
    inner: Vec<String>,
    tail: String,
    matcher: MatcherId,
    paths: Vec<String>,
}

impl HostPattern {
    fn fits(&self, host: &str) -> bool {
        let open = host
            .strip_prefix(self.head.as_str())
            .and_then(|rest| rest.strip_suffix(self.tail.as_str()))
            .filter(|rest| !rest.is_empty());
        let Some(mut rest) = open else { return false };
        self.inner.iter().all(|part| match rest.split_once(part.as_str()) {
            Some((before, after)) if !before.is_empty() => {
                rest = after;
                true
            }
            _ => false,
        })
    }
}

/// Host patterns by how they end: from the first dot of what stands behind the
/// last `*`. Those that have none there stand under nothing.
#[derive(Debug, Default)]
struct HostPatterns {
    by_ending: HashMap<String, Vec<HostPattern>>,
}

impl HostPatterns {
    fn add(&mut self, pattern: HostPattern) {
        let ending = pattern.tail.find('.').map_or("", |dot| &pattern.tail[dot..]);
        self.by_ending.entry(ending.to_owned()).or_default().push(pattern);
    }

    /// Those that a host fits.
    fn of(&self, host: &str) -> impl Iterator<Item = &HostPattern> {
        let endings = host.match_indices('.').map(|(dot, _)| &host[dot..]).chain([""]);
        let known = endings.filter_map(|ending| self.by_ending.get(ending)).flatten();
        known.filter(move |pattern| pattern.fits(host))
    }
}

/// A call block, compiled.
#[derive(Debug)]
pub struct CallMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    /// The language, or any.
    pub language: Option<Language>,
    /// Dotted tails.
    pub symbols: Vec<String>,
    /// Dotted tails that do not count.
    pub exclude: Vec<String>,
    /// One literal argument must be one of these; none: any.
    pub arguments: Vec<String>,
    /// Counts without an import.
    pub unbound: bool,
    /// The first argument names a model.
    pub names_model: bool,
}

/// A pattern that is compiled when it is first asked.
#[derive(Debug)]
pub struct LazyPattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    fn new(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The compiled pattern; `None` only if it does not compile, which
    /// loading has ruled out.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| stems::compile(&self.source).ok()).as_ref()
    }

    fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }
}

/// A file block, compiled.
#[derive(Debug)]
pub struct FileMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    /// At least one line must match, if any are given.
    pub line_any: Vec<LazyPattern>,
    /// For each of these one line must match.
    pub line_all: Vec<LazyPattern>,
    /// One of these top-level keys must be there, if any are given.
    pub json_keys: Vec<String>,
}

impl FileMatcher {
    /// Whether the path alone decides.
    #[must_use]
    pub fn by_path_alone(&self) -> bool {
        self.line_any.is_empty() && self.line_all.is_empty() && self.json_keys.is_empty()
    }
}

/// A setting block, compiled.
#[derive(Debug)]
pub struct SettingMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    globs: Option<PathGlobs>,
    keys: Vec<String>,
    values: Vec<String>,
    /// The power it gives.
    pub grants: Grant,
}

impl SettingMatcher {
    /// Whether it only counts in certain files.
    #[must_use]
    pub fn bound_to_files(&self) -> bool {
        self.globs.is_some()
    }

    /// Whether it counts in the file at `path`.
    #[must_use]
    pub fn reads(&self, path: &str) -> bool {
        self.globs.as_ref().is_none_or(|globs| globs.is_match(path))
    }

    /// Whether key and value match.
    #[must_use]
    pub fn matches(&self, key: &str, value: &str) -> bool {
        let key_matches = self.keys.iter().any(|known| {
            key == known || key.strip_suffix(known.as_str()).is_some_and(|head| head.ends_with('.'))
        });
        key_matches
            && (self.values.is_empty()
                || self.values.iter().any(|known| match known.strip_suffix('*') {
                    // In a list of what is allowed a star by itself is a value.
                    Some("") => value == "*",
                    Some(prefix) => value.starts_with(prefix),
                    None => value == known,
                }))
    }
}

/// An edge block, compiled.
#[derive(Debug)]
pub struct EdgeMatcher {
    /// The signature that owns the edge.
    pub entry: usize,
    ecosystem: Ecosystem,
    prefix: String,
    targets: Vec<(String, usize)>,
}

/// Why the matchers of a signature do not compile.
#[derive(Debug, Error)]
pub enum IndexError {
    /// A pattern is no valid regular expression.
    #[error("signature `{id}`: pattern `{pattern}` does not compile: {cause}")]
    Pattern {
        /// The signature.
        id: String,
        /// The pattern.
        pattern: String,
        /// What is wrong.
        cause: String,
    },
    /// A pattern holds no literal that could be looked for.
    #[error("signature `{id}`: pattern `{pattern}` holds no literal that every match contains")]
    NoStem {
        /// The signature.
        id: String,
        /// The pattern.
        pattern: String,
    },
    /// A glob is invalid.
    #[error("signature `{id}`: glob `{glob}` is invalid: {cause}")]
    Glob {
        /// The signature.
        id: String,
        /// The glob.
        glob: String,
        /// What is wrong.
        cause: String,
    },
    /// A short form is misspelt.
    #[error("signature `{id}`: `{text}` is no {expected}")]
    ShortForm {
        /// The signature.
        id: String,
        /// The text.
        text: String,
        /// What it should be.
        expected: &'static str,
    },
    /// An edge leads to a signature that is not there.
    #[error("signature `{id}`: edge to unknown signature `{target}`")]
    Edge {
        /// The signature.
        id: String,
        /// The missing one.
        target: String,
    },
    /// The gate does not compile.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl IndexError {
    /// The signature and the text that is wrong in it.
    #[must_use]
    pub fn stands_in(&self) -> Option<(&str, &str)> {
        match self {
            Self::Pattern { id, pattern, .. } | Self::NoStem { id, pattern } => Some((id, pattern)),
            Self::Glob { id, glob, .. } => Some((id, glob)),
            Self::ShortForm { id, text, .. } => Some((id, text)),
            Self::Edge { id, target } => Some((id, target)),
            Self::Gate(_) => None,
        }
    }
}

/// The compiled matchers of a library.
#[derive(Debug, Default)]
pub struct Index {
    matchers: Vec<Matcher>,
    /// How many of them signatures wrote; lists made the others.
    written: usize,
    silenced: Option<Silenced>,
    packages: HashMap<(Ecosystem, String), Vec<MatcherId>>,
    package_prefixes: HashMap<Ecosystem, Vec<PrefixMatcher>>,
    imports: HashMap<(Language, String), Vec<Claim>>,
    calls: Vec<CallMatcher>,
    calls_by_tail: HashMap<String, Vec<usize>>,
    hosts: HashMap<String, Vec<Claim>>,
    host_patterns: HostPatterns,
    /// Paths that say something on any host, and what.
    anyones_paths: Vec<(String, MatcherId)>,
    env: HashMap<String, Vec<MatcherId>>,
    models: Models,
    routes: HashSet<String>,
    /// Organisations of all model blocks, in lower case.
    model_orgs: HashSet<String>,
    /// Keys that only some model blocks look under, in lower case.
    model_contexts: HashSet<String>,
    records: HashMap<RecordKind, records::Names>,
    images: HashMap<String, Vec<MatcherId>>,
    image_prefixes: Vec<(String, MatcherId)>,
    resources: Openings,
    permissions: Openings,
    file_globs: PathGlobs,
    file_of_glob: Vec<usize>,
    files: Vec<FileMatcher>,
    settings: Vec<SettingMatcher>,
    setting_globs: PathGlobs,
    servers: HashMap<String, Vec<MatcherId>>,
    server_reach: Vec<(String, Vec<Reach>)>,
    keys: Vec<KeyMatcher>,
    edges: Vec<EdgeMatcher>,
    commits: Vec<(Mark, MatcherId)>,
    programs: Programs,
    anchors: Anchors,
    short_keys: Literals,
    /// How credentials begin, once a file asked.
    heads: OnceLock<Option<Heads>>,
}

impl Index {
    /// Compiles the matchers of all entries, and the names that lists give them.
    ///
    /// # Errors
    /// A matcher of some signature does not compile.
    pub fn new(entries: &[Entry], names: &[ListedName<'_>]) -> Result<Self, IndexError> {
        build::Builder::default().build(entries, names)
    }

    /// The matcher at a position.
    #[must_use]
    pub fn matcher(&self, id: MatcherId) -> Option<&Matcher> {
        match &self.silenced {
            Some(Silenced::Block(gone)) if *gone == id => None,
            _ => self.matchers.get(id),
        }
    }

    /// Leaves one thing out, or nothing.
    pub(super) fn silence(&mut self, what: Option<Silenced>) {
        self.silenced = what;
    }

    /// The blocks that the signature of the entry at a position wrote.
    #[must_use]
    pub fn blocks_of(&self, entry: usize) -> Vec<MatcherId> {
        let written = self.matchers.iter().enumerate().take(self.written);
        written.filter(|(_, matcher)| matcher.entry == entry).map(|(id, _)| id).collect()
    }

    /// The names that a block excludes.
    #[must_use]
    pub fn exclusions_of(&self, block: MatcherId) -> Vec<String> {
        let prefixes = self.package_prefixes.values().flatten();
        let of_packages = prefixes.filter(|one| one.matcher == block).flat_map(|one| &one.exclude);
        let claims = self.imports.values().flatten();
        let of_imports = claims.filter(|claim| claim.0 == block).flat_map(|claim| &claim.1);
        let of_calls =
            self.calls.iter().filter(|one| one.matcher == block).flat_map(|one| &one.exclude);
        let mut found: Vec<String> =
            of_packages.chain(of_imports).chain(of_calls).cloned().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the entry at a position has edges.
    #[must_use]
    pub fn has_edges(&self, entry: usize) -> bool {
        self.edges.iter().any(|edge| edge.entry == entry)
    }

    /// Whether a block excludes what one of its exclusions fits.
    fn excludes(&self, block: MatcherId, list: &[String], fits: impl Fn(&str) -> bool) -> bool {
        let counts = |gone: &&String| match &self.silenced {
            Some(Silenced::Exclusion(of, name)) => *of != block || name != *gone,
            _ => true,
        };
        list.iter().filter(counts).any(|gone| fits(gone))
    }

    /// The gate over all anchors.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        self.anchors.gate()
    }

    /// Every occurrence of an anchor that may matter in a file of these readers,
    /// and perhaps of others; see [`Gate::scan`].
    pub fn scan_for(&self, asking: Readers, bytes: &[u8], hit: &mut dyn FnMut(u32, usize) -> bool) {
        self.anchors.scan_for(asking, bytes, hit);
    }

    /// The anchors, in the order of their numbers.
    #[must_use]
    pub fn anchors(&self) -> &[String] {
        self.anchors.texts()
    }

    /// Where an anchor counts.
    #[must_use]
    pub fn stands(&self, anchor: u32) -> Stands {
        self.anchors.stands(anchor)
    }

    /// For which readers an anchor that stands at `start` opens the gate.
    #[must_use]
    pub fn readers_of_anchor(&self, anchor: u32, bytes: &[u8], start: usize) -> Readers {
        self.anchors.readers_of(anchor, bytes, start)
    }

    /// The credential blocks that an anchor which stands at `start` may belong
    /// to: several where kinds of keys share a literal, none where it is the
    /// end of a longer word and the key would begin with it.
    pub fn keys_of_anchor(
        &self,
        anchor: u32,
        bytes: &[u8],
        start: usize,
    ) -> impl Iterator<Item = usize> + '_ {
        let all = self.anchors.keys_of(anchor);
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let within = before.is_some_and(u8::is_ascii_alphanumeric);
        let begins = |key: usize| self.keys.get(key).is_some_and(|key| key.begins);
        all.iter().copied().filter(move |key| !within || !begins(*key))
    }

    /// Whether an anchor is the beginning of a remark in the file itself.
    #[must_use]
    pub fn is_remark(&self, anchor: u32) -> bool {
        self.anchors.is_remark(anchor)
    }

    /// Credential blocks whose literals are too short to open the gate, and
    /// where these stand, `most` of each: for where something else opened it.
    pub fn short_keys(&self, bytes: &[u8], most: usize, found: &mut dyn FnMut(&[usize], usize)) {
        self.short_keys.find(bytes, most, found);
    }

    /// Whether a credential may stand in these bytes: a quick look, for files of
    /// which nobody wants more. `false` is certain.
    #[must_use]
    pub fn may_hold_key(&self, bytes: &[u8]) -> bool {
        let heads = self.heads.get_or_init(|| Heads::new(&self.keys));
        heads.as_ref().is_none_or(|heads| heads.stand_in(&self.keys, bytes))
    }

    /// Matchers that claim a package.
    #[must_use]
    pub fn packages(&self, ecosystem: Ecosystem, name: &str) -> Vec<MatcherId> {
        let name = normalised_package(ecosystem, name);
        let mut found = Vec::new();
        if let Some(exact) = self.packages.get(&(ecosystem, name.clone())) {
            found.extend_from_slice(exact);
        }
        let below = match ecosystem {
            // a module path claims everything below it, a pod its parts, a
            // repository the actions in its folders
            Ecosystem::Golang | Ecosystem::Cocoapods | Ecosystem::Github => Some("/"),
            // a library its components, as build files write them
            Ecosystem::Generic => Some("::"),
            _ => None,
        };
        if let Some(below) = below {
            let mut parent = name.as_str();
            while let Some((shorter, _)) = parent.rsplit_once(below) {
                parent = shorter;
                if let Some(above) = self.packages.get(&(ecosystem, parent.to_owned())) {
                    found.extend_from_slice(above);
                }
            }
        }
        if let Some(prefixes) = self.package_prefixes.get(&ecosystem) {
            for candidate in prefixes {
                if name.starts_with(&candidate.prefix)
                    && !self.excludes(candidate.matcher, &candidate.exclude, |gone| gone == name)
                {
                    // an exact claim of another signature is stronger than a prefix
                    let claimed = self.packages.contains_key(&(ecosystem, name.clone()));
                    if !claimed {
                        found.push(candidate.matcher);
                    }
                }
            }
        }
        if found.is_empty()
            && let Some((other, name)) = super::names::repackaged(ecosystem, &name)
        {
            return self.packages(other, name);
        }
        if ecosystem == Ecosystem::Conda && found.is_empty() {
            // conda-forge keeps the names of PyPI but for a few
            return self.packages(Ecosystem::Pypi, super::names::pypi_name_of_conda(&name));
        }
        found.dedup();
        found
    }

    /// Whether a signature says itself how it is imported by this name.
    #[must_use]
    pub fn is_imported_as(&self, language: Language, module: &str) -> bool {
        self.imports.contains_key(&(language, module.to_owned()))
    }

    /// Matchers that claim a package by its whole name.
    #[must_use]
    pub fn whole_packages(&self, ecosystem: Ecosystem, name: &str) -> &[MatcherId] {
        let name = normalised_package(ecosystem, name);
        self.packages.get(&(ecosystem, name)).map_or(&[], Vec::as_slice)
    }

    /// Matchers that claim an imported module or one of its parents, nearest first.
    #[must_use]
    pub fn imports(&self, language: Language, module: &str) -> Vec<MatcherId> {
        let mut found = Vec::new();
        let separators: &[char] = match language {
            Language::Python => &['.'],
            Language::C => &['/'],
            Language::Php => &['\\'],
            Language::Matlab | Language::Sql => &[],
            _ => &['.', '/', ':'],
        };
        let mut part = module;
        loop {
            if let Some(claims) = self.imports.get(&(language, part.to_owned())) {
                for (matcher, exclude) in claims {
                    let excluded = self.excludes(*matcher, exclude, |gone| {
                        module == gone
                            || module.strip_prefix(gone).is_some_and(|rest| rest.starts_with('.'))
                    });
                    if !excluded {
                        found.push(*matcher);
                    }
                }
                break;
            }
            match part.rfind(separators) {
                Some(cut) => part = part.get(..cut).unwrap_or_default(),
                None => break,
            }
        }
        if let Some(ecosystem) = ecosystem_of(language) {
            let package = match ecosystem {
                Ecosystem::Npm => super::names::npm_package_of(module).to_owned(),
                Ecosystem::Cargo => module.split("::").next().unwrap_or(module).replace('_', "-"),
                Ecosystem::Gem => module.replace('/', "-"),
                Ecosystem::Pub => super::names::pub_package_of(module).to_owned(),
                Ecosystem::Julia => module.split('.').next().unwrap_or(module).to_owned(),
                Ecosystem::Hex => {
                    let [parted, joined] = super::names::hex_packages_of(module);
                    found.extend(self.packages(ecosystem, &parted));
                    joined
                }
                _ => module.to_owned(),
            };
            found.extend(self.packages(ecosystem, &package));
            if let (Ecosystem::Gem, Some((gem, _))) = (ecosystem, module.split_once('/')) {
                // `require "a/b"` is the gem `a-b`, or a file of the gem `a`.
                found.extend(self.packages(ecosystem, gem));
            }
        }
        if let (Language::C | Language::Objectivec, true, Some((_, file))) =
            (language, found.is_empty(), module.rsplit_once('/'))
        {
            // A header may be named with folders of the project before it.
            return self.imports(language, file);
        }
        found.dedup();
        found
    }

    /// Call blocks whose symbols could end this path.
    pub fn calls<'s, 'p>(
        &'s self,
        path: &'p str,
    ) -> impl Iterator<Item = &'s CallMatcher> + use<'s, 'p> {
        let tail = path.rsplit('.').next().unwrap_or(path);
        self.calls_by_tail
            .get(tail)
            .into_iter()
            .flatten()
            .filter_map(|at| self.calls.get(*at))
            .filter(move |call| {
                call.symbols.iter().any(|symbol| ends_dotted(path, symbol))
                    && !self.excludes(call.matcher, &call.exclude, |gone| ends_dotted(path, gone))
            })
    }

    /// Matchers that claim a host and the path after it.
    #[must_use]
    pub fn hosts(&self, host: &str, path: &str) -> Vec<MatcherId> {
        let mut found = Vec::new();
        let path_fits = |paths: &[String]| {
            paths.is_empty() || paths.iter().any(|p| path.starts_with(p.as_str()))
        };
        let bare = host.split(':').next().unwrap_or(host);
        for name in [host, bare] {
            if let Some(claims) = self.hosts.get(name) {
                found.extend(claims.iter().filter(|c| path_fits(&c.1)).map(|c| c.0));
            }
        }
        let patterns = self.host_patterns.of(bare);
        found.extend(patterns.filter(|p| path_fits(&p.paths)).map(|pattern| pattern.matcher));
        if found.is_empty() {
            return self.anyones_path(path);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Matchers that claim a path, whoever's host it is on: it holds theirs as
    /// whole segments.
    #[must_use]
    pub fn anyones_path(&self, path: &str) -> Vec<MatcherId> {
        let holds = |known: &str| {
            path.match_indices(known).any(|(at, _)| {
                let behind = path.get(at + known.len()..).unwrap_or_default();
                behind.is_empty() || behind.starts_with(['/', '?', ':'])
            })
        };
        let known = self.anyones_paths.iter().filter(|(known, _)| holds(known));
        let mut found: Vec<MatcherId> = known.map(|(_, matcher)| *matcher).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Matchers that claim an environment variable.
    #[must_use]
    pub fn env(&self, name: &str) -> &[MatcherId] {
        self.env.get(name).map_or(&[], Vec::as_slice)
    }

    /// The model blocks.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Whether some model block knows the organisation, given in lower case.
    #[must_use]
    pub fn knows_org(&self, org: &str) -> bool {
        self.model_orgs.contains(org)
    }

    /// Whether some model block of its own looks for ids under this key.
    #[must_use]
    pub fn names_models(&self, key: &str) -> bool {
        let last = key.rsplit('.').next().unwrap_or(key);
        !self.model_contexts.is_empty() && self.model_contexts.contains(&last.to_lowercase())
    }

    /// A model's identifier without the words before it that only say where it
    /// is reached: `bedrock/us-east-1/x` is `x`.
    #[must_use]
    pub fn without_route<'i>(&self, id: &'i str) -> &'i str {
        let route = id.split_once('/').filter(|(first, _)| {
            self.routes.contains(*first) || self.routes.contains(&first.to_lowercase())
        });
        match route {
            Some((_, rest)) => self.without_place(rest),
            None => without_unknown_route(id),
        }
    }

    /// The same without the regions, sizes and further routes that may follow.
    fn without_place<'i>(&self, id: &'i str) -> &'i str {
        const PLACES: &[&str] = &["us", "eu", "ap", "ca", "sa", "global", "asia", "standard", "hd"];
        match id.split_once('/') {
            Some((place, rest))
                if place.split('-').next().is_some_and(|area| PLACES.contains(&area)) =>
            {
                self.without_place(rest)
            }
            Some((first, rest)) if self.routes.contains(first) => self.without_place(rest),
            _ => id,
        }
    }

    /// Matchers that claim an image repository.
    #[must_use]
    pub fn images(&self, repository: &str) -> Vec<MatcherId> {
        let mut found = self.images.get(repository).cloned().unwrap_or_default();
        let prefixed =
            self.image_prefixes.iter().filter(|(p, _)| repository.starts_with(p.as_str()));
        found.extend(prefixed.map(|(_, matcher)| *matcher));
        found
    }

    /// Matchers that claim a type of infrastructure, by its kind first.
    #[must_use]
    pub fn resources(&self, of: &str, kind: Option<&str>) -> Vec<MatcherId> {
        let with_kind = kind.filter(|kind| !kind.is_empty() && kind.len() < 100);
        with_kind
            .and_then(|kind| self.resources.whole(&format!("{of}#{kind}")))
            .unwrap_or_else(|| self.resources.of(of))
            .to_vec()
    }

    /// Matchers that claim an action or a role.
    #[must_use]
    pub fn permissions(&self, action: &str) -> Vec<MatcherId> {
        self.permissions.of(action).to_vec()
    }

    /// File blocks whose globs match a path.
    #[must_use]
    pub fn files(&self, path: &str) -> Vec<&FileMatcher> {
        let mut at: Vec<usize> = self
            .file_globs
            .matches(path)
            .into_iter()
            .filter_map(|glob| self.file_of_glob.get(glob).copied())
            .collect();
        at.sort_unstable();
        at.dedup();
        at.into_iter().filter_map(|at| self.files.get(at)).collect()
    }

    /// Whether some setting block reads the file at `path`.
    #[must_use]
    pub fn reads_settings_of(&self, path: &str) -> bool {
        self.setting_globs.is_match(path)
    }

    /// The setting blocks.
    #[must_use]
    pub fn settings(&self) -> &[SettingMatcher] {
        &self.settings
    }

    /// The marks that products leave in commits and branches.
    #[must_use]
    pub fn marks_of_commits(&self) -> &[(Mark, MatcherId)] {
        &self.commits
    }

    /// What is known of programs and model files.
    #[must_use]
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// Matchers that claim declared servers of a protocol.
    #[must_use]
    pub fn servers(&self, protocol: &str) -> &[MatcherId] {
        self.servers.get(protocol).map_or(&[], Vec::as_slice)
    }

    /// What a known tool server can get at, by its package, image or program.
    #[must_use]
    pub fn reach_of_server(&self, name: &str) -> &[Reach] {
        let known = self.server_reach.iter().find(|(known, _)| match known.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == known,
        });
        known.map_or(&[], |(_, reach)| reach.as_slice())
    }

    /// The credential blocks.
    #[must_use]
    pub fn keys(&self) -> &[KeyMatcher] {
        &self.keys
    }

    /// Signatures that a package's or module's name points to besides its own:
    /// (owner of the edge, target).
    #[must_use]
    pub fn edges(&self, ecosystem: Ecosystem, name: &str) -> Vec<(usize, usize)> {
        let folded = normalised_package(ecosystem, name).replace('_', "-");
        self.edges
            .iter()
            .filter(|edge| edge.ecosystem == ecosystem)
            .filter(|edge| self.silenced != Some(Silenced::Edges(edge.entry)))
            .filter_map(|edge| {
                let rest = folded.strip_prefix(&edge.prefix)?;
                let target = edge.targets.iter().find(|(name, _)| name == rest)?;
                Some((edge.entry, target.1))
            })
            .collect()
    }
}

/// An identifier without a word before it that no list knows: any gateway may
/// put its own there. What is left must have a digit, as models' versions do,
/// because `cars/ada` is no model; and a path is no identifier.
fn without_unknown_route(id: &str) -> &str {
    if let Some(rest) = id.strip_prefix("ft:").or_else(|| id.strip_prefix("hf:")) {
        return rest;
    }
    match id.split_once('/') {
        Some((first, rest))
            if !first.is_empty()
                && !first.starts_with(['.', '~'])
                && rest.bytes().filter(|byte| *byte == b'/').count() < DEEPEST_ROUTE
                && rest.bytes().any(|byte| byte.is_ascii_digit()) =>
        {
            rest
        }
        _ => id,
    }
}

/// Whether a dotted path ends in a dotted tail, at a segment's border.
fn ends_dotted(path: &str, tail: &str) -> bool {
    path == tail
        || path.strip_suffix(tail).is_some_and(|head| head.ends_with('.') || head.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{HostPattern, ends_dotted, without_unknown_route};

    #[test]
    fn what_stands_between_two_stars_must_be_there() {
        let pattern = HostPattern {
            head: String::new(),
            inner: vec![".gateway.acme.".to_owned()],
            tail: ".example.com".to_owned(),
            matcher: 0,
            paths: Vec::new(),
        };
        assert!(pattern.fits("a.gateway.acme.eu.example.com"));
        for host in ["sqs.eu.example.com", ".gateway.acme.eu.example.com", "a.gateway.example.com"]
        {
            assert!(!pattern.fits(host), "{host}");
        }
    }

    #[test]
    fn a_tail_matches_at_segment_borders_only() {
        assert!(ends_dotted("sklearn.linear_model.LogisticRegression.fit", "fit"));
        assert!(ends_dotted("a.chat.completions.create", "completions.create"));
        assert!(!ends_dotted("a.outfit", "fit"));
    }

    #[test]
    fn a_word_before_a_model_is_left_out_unless_it_is_a_path() {
        assert_eq!(without_unknown_route("acme/gpt-4o"), "gpt-4o");
        assert_eq!(without_unknown_route("ft:gpt-4o"), "gpt-4o");
        for whole in ["cars/ada", "./gpt-4o", "/srv/gpt-4o", "~/gpt-4o", "gpt-4o"] {
            assert_eq!(without_unknown_route(whole), whole);
        }
    }
}
