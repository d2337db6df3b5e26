//! From signatures as written to the index: short forms unfolded, patterns
//! checked, anchors derived.

use std::collections::BTreeMap;

use foldhash::HashSet;

use super::anchors::{Anchor, Anchors};
use super::listed::{ListedName, Listing};
use super::models::ModelPattern;
use super::openings::Openings;
use super::program::Programs;
use super::reach::Reach;
use super::records::Names;
use super::world::{is_alone, kin_of};
use super::{
    CallLanguage, CallMatcher, Claim, EdgeMatcher, EnvField, FileMatcher, Glob, GlobBuilder,
    HashMap, HostPattern, HostPatterns, Index, IndexError, KeyMatcher, Language, LazyPattern,
    Literals, Matcher, MatcherId, ModelMatcher, Models, PathGlobs, Place, PrefixMatcher, Readers,
    SHORTEST_ANCHOR, SettingMatcher, Signature, Stems, TELLING_NODE, Technique, Tier, Weight,
    is_pattern, normalised_package, stems, stems_of,
};
use crate::model::fact::{Ecosystem, RecordKind};
use crate::model::vocabulary;
use crate::signature::history::Mark;
use crate::signature::library::Entry;
use crate::signature::schema::{
    EnvBlock, FileBlock, HostBlock, ImageBlock, ImportBlock, ModelBlock, PackageBlock, SettingBlock,
};

/// Who imports in quotes, by names that are words elsewhere.
const JAVASCRIPT: Readers = Readers::of(Language::Javascript);

/// Longest glob in bytes; what is shorter compiles by itself.
const LONGEST_GLOB: usize = 1024;

/// Collects matchers and anchors of one signature after the other.
#[derive(Default)]
pub(super) struct Builder {
    matchers: Vec<Matcher>,
    pub(super) packages: HashMap<(Ecosystem, String), Vec<MatcherId>>,
    package_prefixes: HashMap<Ecosystem, Vec<PrefixMatcher>>,
    imports: HashMap<(Language, String), Vec<Claim>>,
    calls: Vec<CallMatcher>,
    hosts: HashMap<String, Vec<Claim>>,
    host_patterns: HostPatterns,
    anyones_paths: Vec<(String, MatcherId)>,
    env: HashMap<String, Vec<MatcherId>>,
    pub(super) models: Vec<ModelMatcher>,
    pub(super) routes: HashSet<String>,
    model_orgs: HashSet<String>,
    model_contexts: HashSet<String>,
    pub(super) records: HashMap<RecordKind, Names>,
    images: HashMap<String, Vec<MatcherId>>,
    image_prefixes: Vec<(String, MatcherId)>,
    resources: Openings,
    permissions: Openings,
    file_globs: Vec<(Glob, usize)>,
    files: Vec<FileMatcher>,
    settings: Vec<SettingMatcher>,
    setting_globs: Vec<Glob>,
    servers: HashMap<String, Vec<MatcherId>>,
    server_reach: Vec<(String, Vec<vocabulary::Reach>)>,
    keys: Vec<KeyMatcher>,
    short_keys: BTreeMap<String, Vec<usize>>,
    edges: Vec<EdgeMatcher>,
    pub(super) commits: Vec<(Mark, MatcherId)>,
    programs: Programs,
    anchors: Vec<Anchor>,
}

impl Builder {
    pub(super) fn build(
        mut self,
        entries: &[Entry],
        names: &[ListedName<'_>],
    ) -> Result<Index, IndexError> {
        for (at, entry) in entries.iter().enumerate() {
            self.add(at, &entry.signature)?;
        }
        let written = self.matchers.len();
        let mut listing = Listing::default();
        for name in names {
            listing.add(&mut self, name, entries)?;
        }
        self.models.iter_mut().for_each(|block| block.exact.sort_unstable());
        for (at, entry) in entries.iter().enumerate() {
            self.add_edges(at, &entry.signature, entries)?;
        }
        let mut calls_by_tail: HashMap<String, Vec<usize>> = HashMap::default();
        for (at, call) in self.calls.iter().enumerate() {
            for symbol in &call.symbols {
                let tail = symbol.rsplit('.').next().unwrap_or(symbol);
                let row = calls_by_tail.entry(tail.to_owned()).or_default();
                if row.last() != Some(&at) {
                    row.push(at);
                }
            }
        }
        let (file_globs, file_of_glob): (Vec<Glob>, Vec<usize>) =
            self.file_globs.into_iter().unzip();
        Ok(Index {
            matchers: self.matchers,
            written,
            silenced: None,
            packages: self.packages,
            package_prefixes: self.package_prefixes,
            imports: self.imports,
            calls: self.calls,
            calls_by_tail,
            hosts: self.hosts,
            host_patterns: self.host_patterns,
            anyones_paths: self.anyones_paths,
            env: self.env,
            models: Models::new(self.models),
            routes: self.routes,
            model_orgs: self.model_orgs,
            model_contexts: self.model_contexts,
            records: self.records,
            images: self.images,
            image_prefixes: self.image_prefixes,
            resources: self.resources,
            permissions: self.permissions,
            file_globs: PathGlobs::new(file_globs),
            file_of_glob,
            files: self.files,
            settings: self.settings,
            setting_globs: PathGlobs::new(self.setting_globs),
            servers: self.servers,
            server_reach: self.server_reach,
            keys: self.keys,
            edges: self.edges,
            commits: self.commits,
            programs: self.programs,
            anchors: Anchors::new(self.anchors)?,
            short_keys: Literals::new(self.short_keys),
            heads: std::sync::OnceLock::new(),
        })
    }

    fn add(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        self.add_packages(at, signature)?;
        self.add_imports(at, signature)?;
        self.add_calls(at, signature);
        self.add_addresses(at, signature);
        self.add_models(at, signature)?;
        self.add_files(at, signature)?;
        self.add_settings(at, signature)?;
        self.add_programs(at, signature);
        for block in &signature.server {
            for name in &block.packages {
                self.server_reach.push((name.clone(), block.reach.clone()));
            }
            if !block.packages.is_empty() {
                continue;
            }
            let matcher = self.matcher(at, Technique::Server, Tier::A, block.weight());
            self.servers.entry(block.protocol.clone()).or_default().push(matcher);
        }
        for block in &signature.key {
            let matcher = self.matcher(at, Technique::Key, Tier::A, block.weight());
            let Stems { texts, place } = stems_or_error(signature, &block.regex)?;
            let reach = match place {
                Place::Within => Reach::NOWHERE.within(),
                Place::Word | Place::Begin => Reach::NOWHERE,
            };
            for stem in texts {
                if stem.len() >= SHORTEST_ANCHOR {
                    self.anchors.push(Anchor {
                        text: stem.to_lowercase(),
                        reach,
                        key: Some(self.keys.len()),
                    });
                } else {
                    self.short_keys.entry(stem).or_default().push(self.keys.len());
                }
            }
            self.keys.push(KeyMatcher {
                matcher,
                kind: block.kind.clone(),
                pattern: LazyPattern::new(block.regex.clone()),
                begins: place == Place::Begin,
            });
        }
        Ok(())
    }

    /// What is found in programs and model files: none of it opens the gate,
    /// which keeps text out or lets it in.
    fn add_programs(&mut self, at: usize, signature: &Signature) {
        for block in &signature.library {
            let matcher = self.matcher(at, Technique::Library, Tier::A, block.weight());
            self.programs.add_libraries(&block.names, matcher);
        }
        for block in &signature.symbol {
            let matcher = self.matcher(at, Technique::Symbol, Tier::A, block.weight());
            self.programs.add_symbols(&block.names, matcher);
        }
        for block in &signature.mark {
            let matcher = self.matcher(at, Technique::Mark, Tier::B, block.weight());
            self.programs.add_marks(&block.texts, matcher);
        }
        for block in &signature.weights {
            let matcher = self.matcher(at, Technique::Weights, Tier::A, block.weight());
            self.programs.add_weights(block, matcher);
        }
    }

    pub(super) fn matcher(
        &mut self,
        entry: usize,
        technique: Technique,
        tier: Tier,
        weight: Weight,
    ) -> MatcherId {
        self.matchers.push(Matcher {
            entry,
            technique,
            tier: weight.tier.unwrap_or(tier),
            proves: weight.proves,
            capabilities: weight.capabilities,
            lifecycle: weight.lifecycle,
        });
        self.matchers.len() - 1
    }

    /// An anchor that opens the gate. A short one is contextual: left out.
    pub(super) fn anchor(&mut self, text: &str, reach: Reach) {
        if text.len() >= SHORTEST_ANCHOR {
            self.anchors.push(Anchor { text: text.to_lowercase(), reach, key: None });
        }
    }

    fn add_packages(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        let mut blocks = signature.package.clone();
        for text in &signature.packages {
            blocks.push(unfolded_package(signature, text)?);
        }
        for block in blocks {
            let matcher = self.matcher(at, Technique::Package, Tier::A, block.weight());
            for name in &block.names {
                let name = normalised_package(block.ecosystem, name);
                self.package_anchors(block.ecosystem, &name, true);
                self.packages.entry((block.ecosystem, name)).or_default().push(matcher);
            }
            let exclude: Vec<String> = block
                .exclude
                .iter()
                .map(|name| normalised_package(block.ecosystem, name))
                .collect();
            for prefix in &block.prefixes {
                self.add_prefix(block.ecosystem, prefix, exclude.clone(), matcher);
            }
        }
        Ok(())
    }

    pub(super) fn add_prefix(
        &mut self,
        ecosystem: Ecosystem,
        prefix: &str,
        exclude: Vec<String>,
        matcher: MatcherId,
    ) {
        let prefix = normalised_package(ecosystem, prefix);
        self.package_anchors(ecosystem, &prefix, false);
        let of_ecosystem = self.package_prefixes.entry(ecosystem).or_default();
        of_ecosystem.push(PrefixMatcher { prefix, exclude, matcher });
    }

    /// Readers of manifests ask no gate; what is left is code that imports by
    /// the names of packages, scripts that install them, and lists of them.
    pub(super) fn package_anchors(&mut self, ecosystem: Ecosystem, name: &str, whole: bool) {
        let language = match ecosystem {
            Ecosystem::Pypi => Some(Language::Python),
            Ecosystem::Npm => Some(Language::Javascript),
            Ecosystem::Cargo => Some(Language::Rust),
            Ecosystem::Golang => Some(Language::Go),
            Ecosystem::Gem => Some(Language::Ruby),
            _ => None,
        };
        let word = Reach::word(language.map_or(Readers::NONE, Readers::of));
        let reach = if whole { word } else { word.open_ended() };
        if ecosystem == Ecosystem::FlowNode {
            self.node_anchors(name, whole);
            return;
        }
        if is_read_in_manifests(ecosystem) {
            self.manifest_anchors(ecosystem, name, reach);
            return;
        }
        self.anchor(name, reach.quoted_for(JAVASCRIPT));
        match ecosystem {
            Ecosystem::Pypi => self.anchor(&name.replace('-', "_"), reach),
            Ecosystem::Cargo => {
                for anchor in stems::with_context(Language::Rust, &name.replace('-', "_")) {
                    self.anchor(&anchor, reach);
                }
            }
            Ecosystem::Npm => self.npm_anchors(name, reach),
            // Group and artifact stand apart in most files, and always together.
            Ecosystem::Maven => self.anchor(telling_part(name), reach),
            Ecosystem::Gem if name.len() < SHORTEST_ANCHOR => {
                for anchor in stems::with_context(Language::Ruby, name) {
                    self.anchor(&anchor, reach);
                }
            }
            Ecosystem::Gem => self.anchor(&name.replace('-', "/"), reach),
            Ecosystem::Pub => {
                let reach = Reach::only(Readers::of(Language::Dart));
                self.anchor(&format!("package:{name}/"), reach);
            }
            Ecosystem::Hex => {
                let reach = Reach::only(Readers::of(Language::Elixir));
                for anchor in stems::with_context(Language::Elixir, &name.replace('_', "")) {
                    self.anchor(&anchor, reach);
                }
            }
            // Addresses are written in several ways before the owner.
            Ecosystem::Swift => {
                self.anchor(name.split_once('/').map_or(name, |(_, path)| path), reach);
            }
            // Build files are read for short names only as they write them.
            Ecosystem::Generic if name.len() < SHORTEST_ANCHOR => {
                for command in CMAKE_COMMANDS {
                    self.anchor(&format!("{command}({name}"), reach);
                }
                for call in ["dependency", "find_library", "subproject"] {
                    self.anchor(&format!("{call}('{name}'"), reach);
                }
                for after in ["\n", "\r", "\t", " ", ")", "#"] {
                    self.anchor(&format!(" {name}){after}"), reach);
                }
            }
            _ => {}
        }
    }

    /// Nodes stand in flows without their tool's name before them. What may be
    /// any program's word opens nothing: a flow has other nodes.
    fn node_anchors(&mut self, name: &str, whole: bool) {
        let node = name.split_once(':').map_or(name, |(_, node)| node);
        if node.len() >= TELLING_NODE {
            let reach = Reach::word(Readers::SETTINGS);
            self.anchor(node, if whole { reach } else { reach.open_ended() });
        }
    }

    fn npm_anchors(&mut self, name: &str, reach: Reach) {
        if let Some(scoped) = name.strip_prefix('@') {
            self.anchor(&format!("%40{scoped}"), reach); // as package URLs write it
        }
        if name.len() < SHORTEST_ANCHOR {
            for anchor in stems::with_context(Language::Javascript, name) {
                self.anchor(&anchor, reach);
            }
        }
    }

    /// Their manifests are always read; a name alone (`recipes`, `text`) would
    /// open the gate for every other file that has the word.
    fn manifest_anchors(&mut self, ecosystem: Ecosystem, name: &str, reach: Reach) {
        self.anchor(&format!("{}/{name}", ecosystem.purl_type()), reach);
        let language = match ecosystem {
            Ecosystem::Cran => Some(Language::R),
            Ecosystem::Julia => Some(Language::Julia),
            _ => None,
        };
        if let Some(language) = language {
            for anchor in stems::with_context(language, name) {
                self.anchor(&anchor, Reach::only(Readers::of(language)));
            }
        }
        // What a script must say to install them.
        match ecosystem {
            Ecosystem::Cran => {
                for call in ["install.packages(", "pkg_install(", "install2.r"] {
                    self.anchor(call, reach.open_ended());
                }
            }
            Ecosystem::Julia => self.anchor("pkg.add(", reach.open_ended()),
            _ => self.anchor(&format!("install {name}"), reach),
        }
    }

    fn add_imports(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        let mut blocks = signature.import.clone();
        for text in &signature.imports {
            blocks.push(unfolded_import(signature, text)?);
        }
        for block in blocks {
            let matcher = self.matcher(at, Technique::Import, Tier::A, block.weight());
            let kin = kin_of(block.lang);
            let readers = Readers::of(block.lang);
            let readers = kin.iter().fold(readers, |all, one| all.and(Readers::of(*one)));
            let reach =
                if is_alone(block.lang) { Reach::only(readers) } else { Reach::word(readers) };
            for module in &block.modules {
                for anchor in stems::with_context(block.lang, module) {
                    // with its context it brings the quote along
                    let bare = anchor.len() == module.len();
                    let quoted = if bare { JAVASCRIPT } else { Readers::NONE };
                    self.anchor(&anchor, reach.quoted_for(quoted));
                }
                if block.lang == Language::Swift {
                    for before in ["import <", "include <"] {
                        let header = format!("{before}{module}/");
                        self.anchor(&header, Reach::only(Readers::of(Language::Objectivec)));
                    }
                }
                // `from google import genai` holds no `google.genai`; `genai`
                // alone is no anchor, for it may be as common as `types`
                if let (Language::Python, Some((parent, _))) = (block.lang, module.rsplit_once('.'))
                {
                    self.anchor(&format!("from {parent}"), reach);
                }
                for language in std::iter::once(block.lang).chain(kin.iter().copied()) {
                    self.imports
                        .entry((language, module.clone()))
                        .or_default()
                        .push((matcher, block.exclude.clone()));
                }
            }
        }
        Ok(())
    }

    fn add_calls(&mut self, at: usize, signature: &Signature) {
        for block in &signature.call {
            let matcher = self.matcher(at, Technique::Call, Tier::A, block.weight());
            let language = match block.lang {
                CallLanguage::One(language) => Some(language),
                CallLanguage::Any(_) => None,
            };
            if block.unbound {
                let reach = language.map_or(Reach::WORD, |one| {
                    let readers = Readers::of(one);
                    if is_alone(one) { Reach::only(readers) } else { Reach::word(readers) }
                });
                let shell = matches!(block.lang, CallLanguage::One(Language::Shell));
                let words = if block.arguments.is_empty() || shell {
                    &block.symbols
                } else {
                    &block.arguments
                };
                for word in words {
                    if shell {
                        // A command as it is written: `program word`.
                        self.anchor(&word.replace('.', " "), reach);
                    } else {
                        let tail = word.rsplit('.').next().unwrap_or(word);
                        self.anchor(tail, reach);
                        if tail.len() < SHORTEST_ANCHOR {
                            self.anchor(&format!("{tail}("), reach);
                        }
                    }
                }
            }
            self.calls.push(CallMatcher {
                matcher,
                language,
                symbols: block.symbols.clone(),
                exclude: block.exclude.clone(),
                arguments: block.arguments.clone(),
                unbound: block.unbound,
                names_model: block.names_model,
            });
        }
    }

    /// Hosts, environment names and images.
    fn add_addresses(&mut self, at: usize, signature: &Signature) {
        let mut hosts = signature.host.clone();
        if !signature.hosts.is_empty() {
            hosts.push(HostBlock {
                names: signature.hosts.clone(),
                paths: Vec::new(),
                ..host_block()
            });
        }
        for block in hosts {
            let matcher = self.matcher(at, Technique::Host, Tier::A, block.weight());
            block.names.iter().for_each(|name| self.add_host(name, matcher, &block.paths));
            if block.paths.is_empty() && block.tier.is_none() && block.proves.is_none() {
                block.names.iter().for_each(|name| self.programs.add_host(name, matcher));
            }
        }
        for block in env_blocks(&signature.env) {
            let matcher = self.matcher(at, Technique::Env, Tier::B, block.weight());
            block.names.iter().for_each(|name| self.add_variable(name, matcher));
            block.names.iter().for_each(|name| self.programs.add_variable(name, matcher));
        }
        let mut images = signature.image.clone();
        if !signature.images.is_empty() {
            images.push(ImageBlock { names: signature.images.clone(), ..image_block() });
        }
        for block in images {
            let matcher = self.matcher(at, Technique::Image, Tier::A, block.weight());
            block.names.iter().for_each(|name| self.add_image(name, matcher));
        }
    }

    /// A host, with the path that must follow it if one is written behind it.
    pub(super) fn add_host(&mut self, text: &str, matcher: MatcherId, paths: &[String]) {
        if text == "*" {
            for path in paths {
                self.anchor(path, Reach::WORD.within());
                self.anyones_paths.push((path.clone(), matcher));
            }
            return;
        }
        let (name, path) = text.split_at(text.find('/').unwrap_or(text.len()));
        let name = name.to_lowercase();
        let mut paths = paths.to_vec();
        paths.extend((!path.is_empty()).then(|| path.to_owned()));
        let Some((head, tail)) = name.split_once('*') else {
            self.anchor(&name, Reach::WORD);
            self.hosts.entry(name).or_default().push((matcher, paths));
            return;
        };
        let (inner, tail) = tail.rsplit_once('*').unwrap_or(("", tail));
        let inner: Vec<&str> = inner.split('*').filter(|part| !part.is_empty()).collect();
        // A whole first label says more than a domain that a thousand share, and
        // so does what stands between two open parts.
        let telling = head.ends_with('.') && head.len() > SHORTEST_ANCHOR;
        let between = inner.iter().copied().max_by_key(|part| part.len());
        match between.filter(|part| part.len() > SHORTEST_ANCHOR) {
            Some(between) => self.anchor(between, Reach::ANY),
            None if telling => self.anchor(head, Reach::WORD.open_ended()),
            None => self.anchor(tail, Reach::WORD.within()),
        }
        self.host_patterns.add(HostPattern {
            head: head.to_owned(),
            inner: inner.into_iter().map(str::to_owned).collect(),
            tail: tail.to_owned(),
            matcher,
            paths,
        });
    }

    pub(super) fn add_variable(&mut self, name: &str, matcher: MatcherId) {
        self.anchor(name, Reach::WORD);
        self.env.entry(name.to_owned()).or_default().push(matcher);
    }

    pub(super) fn add_image(&mut self, name: &str, matcher: MatcherId) {
        let bare = name.strip_suffix('*');
        let word = Reach::word(Readers::SETTINGS);
        let reach = if bare.is_some() { word.open_ended() } else { word };
        self.anchor(bare.unwrap_or(name), reach);
        match bare {
            Some(prefix) => self.image_prefixes.push((prefix.to_owned(), matcher)),
            None => self.images.entry(name.to_owned()).or_default().push(matcher),
        }
    }

    /// A type of infrastructure; a trailing `*` makes it a beginning. Settings
    /// write it as it is, or in the parts of which it is made.
    pub(super) fn add_resource(&mut self, name: &str, matcher: MatcherId) {
        let (of, _) = name.split_once('#').unwrap_or((name, ""));
        let bare = of.trim_end_matches('*');
        // An object of a cluster says its group and its kind apart.
        let anchor = match bare.split_once('/') {
            Some((group, kind)) if is_group_of_cluster(group, kind) => group,
            _ => bare,
        };
        let reach = Reach::word(Readers::SETTINGS).open_ended();
        self.anchor(anchor, reach);
        self.resources.add(name, matcher);
    }

    /// An action or role; a trailing `*` makes it a beginning.
    pub(super) fn add_permission(&mut self, name: &str, matcher: MatcherId) {
        let reach = Reach::word(Readers::SETTINGS).open_ended();
        self.anchor(name.trim_end_matches('*'), reach);
        self.permissions.add(name, matcher);
    }

    /// `command` and `sonar` are models, and words of every program: they are
    /// contextual, as what is too short is.
    pub(super) fn model_anchor(&mut self, id: &str) {
        if id.len() < SHORTEST_ANCHOR || id.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            self.model_anchors(id, Reach::WORD);
        } else {
            self.anchor(id, Reach::WORD);
        }
    }

    /// A file whose name alone speaks.
    pub(super) fn add_glob(
        &mut self,
        id: &str,
        text: &str,
        matcher: MatcherId,
    ) -> Result<(), IndexError> {
        self.file_globs.push((glob(id, text)?, self.files.len()));
        self.files.push(FileMatcher {
            matcher,
            line_any: Vec::new(),
            line_all: Vec::new(),
            json_keys: Vec::new(),
        });
        Ok(())
    }

    fn add_models(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        for block in &signature.model {
            let matcher = self.matcher(at, Technique::Model, Tier::B, block.weight());
            let ModelBlock { exact, regex, orgs, context, .. } = block;
            for id in exact {
                self.model_anchor(id);
            }
            for org in orgs {
                self.anchor(&format!("{org}/"), Reach::WORD.leading());
            }
            let mut patterns = Vec::with_capacity(regex.len());
            for pattern in regex {
                let Stems { texts, place } = stems_or_error(signature, pattern)?;
                // An id is matched whole: what it begins with begins a word.
                let reach = match place {
                    Place::Within => Reach::ANY,
                    Place::Word | Place::Begin => Reach::WORD.open_ended(),
                };
                for stem in &texts {
                    if stem.len() < SHORTEST_ANCHOR {
                        self.model_anchors(stem, Reach::WORD.open_ended());
                    } else {
                        self.anchor(stem, reach);
                    }
                }
                patterns.push(ModelPattern {
                    begins: if place == Place::Begin { texts } else { Vec::new() },
                    pattern: LazyPattern::new(format!("^(?i:{pattern})$")),
                });
            }
            self.model_orgs.extend(orgs.iter().map(|org| org.to_lowercase()));
            self.model_contexts.extend(context.iter().map(|key| key.to_lowercase()));
            self.models.push(ModelMatcher {
                matcher,
                exact: exact.iter().map(|id| id.to_ascii_lowercase()).collect(),
                patterns,
                orgs: orgs.iter().map(|org| org.to_lowercase()).collect(),
                context: context.clone(),
            });
        }
        Ok(())
    }

    fn model_anchors(&mut self, id: &str, reach: Reach) {
        for written in stems::named_as_model(id) {
            self.anchor(&written, reach);
        }
    }

    fn add_files(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        let mut blocks = signature.file.clone();
        if !signature.files.is_empty() {
            blocks.push(FileBlock { globs: signature.files.clone(), ..file_block() });
        }
        for block in blocks {
            let matcher = self.matcher(at, Technique::File, Tier::A, block.weight());
            for text in &block.globs {
                self.file_globs.push((glob(&signature.id, text)?, self.files.len()));
            }
            let patterns = |sources: &[String]| -> Result<Vec<LazyPattern>, IndexError> {
                sources.iter().map(|source| checked_pattern(signature, source)).collect()
            };
            self.files.push(FileMatcher {
                matcher,
                line_any: patterns(&block.line_any)?,
                line_all: patterns(&block.line_all)?,
                json_keys: block.json_keys.clone(),
            });
        }
        Ok(())
    }

    fn add_settings(&mut self, at: usize, signature: &Signature) -> Result<(), IndexError> {
        for block in &signature.setting {
            let matcher = self.matcher(at, Technique::Setting, Tier::A, block.weight());
            let SettingBlock { globs, keys, values, grants, .. } = block;
            let compiled: Vec<Glob> =
                globs.iter().map(|text| glob(&signature.id, text)).collect::<Result<_, _>>()?;
            self.setting_globs.extend(compiled.iter().cloned());
            self.settings.push(SettingMatcher {
                matcher,
                globs: (!globs.is_empty()).then(|| PathGlobs::new(compiled)),
                keys: keys.clone(),
                values: values.clone(),
                grants: *grants,
            });
        }
        Ok(())
    }

    fn add_edges(
        &mut self,
        at: usize,
        signature: &Signature,
        entries: &[Entry],
    ) -> Result<(), IndexError> {
        for edge in &signature.edge {
            let mut targets = Vec::new();
            for (rest, id) in &edge.map {
                let found =
                    entries.binary_search_by(|entry| entry.signature.id.as_str().cmp(id)).map_err(
                        |_| IndexError::Edge { id: signature.id.clone(), target: id.clone() },
                    )?;
                targets.push((rest.to_lowercase().replace('_', "-"), found));
            }
            self.edges.push(EdgeMatcher {
                entry: at,
                ecosystem: edge.ecosystem,
                prefix: edge.prefix.to_lowercase().replace('_', "-"),
                targets,
            });
        }
        Ok(())
    }
}

/// Whether a type is one of a cluster: `serving.example.io/Service`. Other
/// types write their parts together.
fn is_group_of_cluster(group: &str, kind: &str) -> bool {
    group.contains('.')
        && group.bytes().all(|byte| !byte.is_ascii_uppercase())
        && !kind.contains('/')
        && kind.starts_with(|first: char| first.is_ascii_uppercase())
}

/// The part of `group:artifact` that is rarer in other files: an artifact of
/// several words, else the group.
fn telling_part(name: &str) -> &str {
    match name.split_once(':') {
        Some((_, artifact)) if artifact.len() > SHORTEST_ANCHOR && artifact.contains('-') => {
            artifact
        }
        Some((group, _)) => group,
        None => name,
    }
}

/// Whether packages stand in small manifests of their own, and elsewhere only
/// in bills of materials and commands.
fn is_read_in_manifests(ecosystem: Ecosystem) -> bool {
    matches!(
        ecosystem,
        Ecosystem::Cocoapods
            | Ecosystem::Conan
            | Ecosystem::Vcpkg
            | Ecosystem::Cran
            | Ecosystem::Julia
            | Ecosystem::Hackage
            | Ecosystem::Luarocks
            | Ecosystem::VscodeExtension
            | Ecosystem::JetbrainsPlugin
    )
}

fn host_block() -> HostBlock {
    HostBlock {
        names: Vec::new(),
        paths: Vec::new(),
        tier: None,
        proves: None,
        capabilities: Vec::new(),
        lifecycle: None,
    }
}

fn image_block() -> ImageBlock {
    ImageBlock {
        names: Vec::new(),
        tier: None,
        proves: None,
        capabilities: Vec::new(),
        lifecycle: None,
    }
}

fn file_block() -> FileBlock {
    FileBlock {
        globs: Vec::new(),
        line_any: Vec::new(),
        line_all: Vec::new(),
        json_keys: Vec::new(),
        tier: None,
        proves: None,
        capabilities: Vec::new(),
        lifecycle: None,
    }
}

fn env_blocks(field: &EnvField) -> Vec<EnvBlock> {
    match field {
        EnvField::Blocks(blocks) => blocks.clone(),
        EnvField::Names(names) if names.is_empty() => Vec::new(),
        EnvField::Names(names) => vec![EnvBlock {
            names: names.clone(),
            tier: None,
            proves: None,
            capabilities: Vec::new(),
            lifecycle: None,
        }],
    }
}

fn unfolded_package(signature: &Signature, text: &str) -> Result<PackageBlock, IndexError> {
    let wrong = || IndexError::ShortForm {
        id: signature.id.clone(),
        text: text.to_owned(),
        expected: "package (`pkg:pypi/name`, trailing `*` for a prefix)",
    };
    let (kind, name) =
        text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).ok_or_else(wrong)?;
    let ecosystem: Ecosystem =
        serde_json::from_value(serde_json::Value::String(kind.to_owned())).map_err(|_| wrong())?;
    let (names, prefixes) = match name.strip_suffix('*') {
        Some(prefix) => (Vec::new(), vec![prefix.to_owned()]),
        None => (vec![name.to_owned()], Vec::new()),
    };
    Ok(PackageBlock {
        ecosystem,
        names,
        prefixes,
        exclude: Vec::new(),
        tier: None,
        proves: None,
        capabilities: Vec::new(),
        lifecycle: None,
    })
}

fn unfolded_import(signature: &Signature, text: &str) -> Result<ImportBlock, IndexError> {
    let wrong = || IndexError::ShortForm {
        id: signature.id.clone(),
        text: text.to_owned(),
        expected: "import (`python:module`)",
    };
    let (language, module) = text.split_once(':').ok_or_else(wrong)?;
    let lang: Language = serde_json::from_value(serde_json::Value::String(language.to_owned()))
        .map_err(|_| wrong())?;
    Ok(ImportBlock {
        lang,
        modules: vec![module.to_owned()],
        exclude: Vec::new(),
        tier: None,
        proves: None,
        capabilities: Vec::new(),
        lifecycle: None,
    })
}

fn stems_or_error(signature: &Signature, pattern: &str) -> Result<Stems, IndexError> {
    let found = stems_of_known(signature, pattern)?;
    if found.texts.is_empty() {
        return Err(IndexError::NoStem { id: signature.id.clone(), pattern: pattern.to_owned() });
    }
    Ok(found)
}

/// Commands of `CMake` that name a package first, as its reader knows them.
const CMAKE_COMMANDS: &[&str] =
    &["cpmaddpackage", "cpmdeclarepackage", "cpmfindpackage", "find_dependency", "find_package"];

/// The stems that were worked out when the product was built, or else now.
fn stems_of_known(signature: &Signature, pattern: &str) -> Result<Stems, IndexError> {
    if let Some(known) = stems::of_built_in(pattern) {
        return Ok(known);
    }
    stems_of(pattern).map_err(|cause| IndexError::Pattern {
        id: signature.id.clone(),
        pattern: pattern.to_owned(),
        cause,
    })
}

fn checked_pattern(signature: &Signature, pattern: &str) -> Result<LazyPattern, IndexError> {
    if stems::of_built_in(pattern).is_none() {
        is_pattern(pattern).map_err(|cause| IndexError::Pattern {
            id: signature.id.clone(),
            pattern: pattern.to_owned(),
            cause,
        })?;
    }
    Ok(LazyPattern::new(pattern.to_owned()))
}

/// A glob relative to any folder: `**/` is implied.
fn glob(id: &str, text: &str) -> Result<Glob, IndexError> {
    let anywhere = if text.starts_with("**/") { text.to_owned() } else { format!("**/{text}") };
    let wrong =
        |cause: String| IndexError::Glob { id: id.to_owned(), glob: text.to_owned(), cause };
    if anywhere.len() > LONGEST_GLOB {
        return Err(wrong(format!("it is longer than {LONGEST_GLOB} bytes")));
    }
    let built = GlobBuilder::new(&anywhere).literal_separator(true).build();
    built.map_err(|error| wrong(error.kind().to_string()))
}
