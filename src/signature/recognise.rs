//! Facts become sightings. One recogniser reads one file; it knows the
//! signatures and no format.

mod addresses;
mod program;
mod records;
mod words;

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};

use super::agency;
use super::asking::{compares, is_table, only_asks, sends};
use super::index::{CallMatcher, Index, Matcher, MatcherId, ModelMatcher};
use super::launch::Launch;
use super::library::Library;
use super::names::{image_repository, is_model_like, normalised_package, purl_of};
use crate::model::evidence::{CALLEE, EXPORT, NAMED, Sighting, Subject, UNDER};
use crate::model::fact::{Argument, Ecosystem, Fact, Language, Package};
use crate::model::place::{Place, Region, Span};
use crate::model::text::{display_safe, excerpt, label, redact};
use crate::model::vocabulary::{Grant, Lifecycle, Proves, Reach, Role, Technique, Tier, Usage};
use words::{addressed, is_link_key, is_template, letters, names_an_address, said_of_agents, sets};

/// Longest literal in which names are looked for, in bytes.
const LITERAL_BYTES: usize = 4096;
/// Longest model identifier.
const MODEL_ID_CHARS: usize = 128;
/// How many times as many packages as other matches are kept.
const PACKAGES: usize = 10;
/// Bytes around a credential's anchor in which its shape is looked for.
const KEY_WINDOW: usize = 512;

/// What one file yielded.
#[derive(Debug, Default)]
pub struct Recognised {
    /// The sightings, without repeats.
    pub sightings: Vec<Sighting>,
    /// Matches beyond the cap, which were counted and not kept.
    pub capped: u64,
    /// The file is knowledge about AI: its sightings were dropped.
    pub knowledge: bool,
}

/// Reads the facts of one file.
#[derive(Debug)]
pub struct Recogniser<'l> {
    library: &'l Library,
    place: Place,
    region: Region,
    cap: usize,
    /// Whether settings of this file give power to a tool; asked once.
    reads_settings: Option<bool>,
    /// The kind of export that the file is, if it is one.
    export: Option<&'static str>,
    /// Clients are given an address by a default that is set beforehand.
    addressed: bool,
    /// Texts of programs that were found in this one.
    marks: std::collections::BTreeSet<(MatcherId, String)>,
    /// What stands as a key or an entry of a table: what is made of it beside
    /// the table is an entry, too.
    tabled: HashSet<String>,
    counts: HashMap<HitKind, usize>,
    seen: HashSet<(usize, Technique, String, Option<u32>)>,
    out: Recognised,
}

/// What is counted apart: signature, kind of match, part of a model's life,
/// power given, and whether it shows a capability of its own.
type HitKind = (usize, Technique, Option<Lifecycle>, Option<Grant>, bool);

/// What a call says about its arguments.
struct CallContext<'c> {
    /// The signatures whose call this is.
    called_on: Option<&'c [usize]>,
    /// Its first argument names a model by its nature.
    names_model: bool,
    /// What a model among its arguments is.
    model_usage: Usage,
    /// What an address among its arguments is.
    host_usage: Usage,
    /// It makes a table: what stands under a key that names no model is an entry.
    is_table: bool,
}

/// What the arguments of a call say, whatever it is called on.
struct Said {
    /// It is told where to send its requests.
    addressed: bool,
    /// What it says of agents and their tools.
    captured: Vec<(&'static str, String)>,
}

/// Where a match stands, and what the line says.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The point; `None` for the file as a whole.
    pub span: Option<Span>,
    /// The text of any line of the file, counted from 1. Asked only where
    /// something was found.
    pub line_of: &'a dyn Fn(u32) -> &'a str,
}

impl<'a> At<'a> {
    /// The line's text; empty for the file as a whole.
    fn line(&self) -> &'a str {
        self.span.map_or("", |span| (self.line_of)(span.line))
    }
}

/// No line: for matches of a file as a whole, and where none may be shown.
fn no_line<'a>(_: u32) -> &'a str {
    ""
}

/// What a sighting adds to its matcher.
struct Match<'m> {
    matcher: &'m Matcher,
    subject: Subject,
    value: String,
    usage: Usage,
    tier: Tier,
    captured: BTreeMap<String, String>,
    grant: Option<Grant>,
}

impl<'m> Match<'m> {
    fn new(matcher: &'m Matcher, value: impl Into<String>, usage: Usage) -> Self {
        Self {
            matcher,
            subject: Subject::Product,
            value: value.into(),
            usage,
            tier: matcher.tier,
            captured: BTreeMap::new(),
            grant: None,
        }
    }

    fn capture(mut self, key: &str, value: impl AsRef<str>) -> Self {
        // A package URL is made of a known name and must stay exact.
        let value = if key == "purl" { value.as_ref().to_owned() } else { shown(value.as_ref()) };
        if !value.is_empty() {
            self.captured.insert(key.to_owned(), value);
        }
        self
    }
}

impl<'l> Recogniser<'l> {
    /// A recogniser for the file at `place`; `cap` bounds the matches kept per
    /// signature and kind of match.
    #[must_use]
    pub fn new(library: &'l Library, place: Place, region: Region, cap: usize) -> Self {
        Self {
            library,
            place,
            region,
            cap,
            addressed: false,
            marks: std::collections::BTreeSet::new(),
            tabled: HashSet::default(),
            reads_settings: None,
            export: None,
            counts: HashMap::default(),
            seen: HashSet::default(),
            out: Recognised::default(),
        }
    }

    /// Where the file lies.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What kind of file it is.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// What was recognised.
    #[must_use]
    pub fn finish(mut self) -> Recognised {
        self.judge_marks();
        if self.addressed {
            for sighting in &mut self.out.sightings {
                if matches!(sighting.technique, Technique::Call | Technique::Edge) {
                    sighting.captured.insert("address".to_owned(), "given".to_owned());
                }
            }
        }
        if self.out.knowledge {
            self.out.sightings.retain(|sighting| sighting.technique == Technique::Key);
        }
        self.out
    }

    fn index(&self) -> &'l Index {
        self.library.index()
    }

    /// Takes one fact.
    pub fn fact(&mut self, fact: &Fact<'_>, at: At<'_>) {
        match fact {
            Fact::Package(package) => self.package(package, at),
            Fact::Import { language, module, optional } => {
                self.import(*language, module, *optional, at);
            }
            Fact::Call { language, module, path, arguments, named, decorates } => {
                let of = (*language, module.as_deref());
                let said = Said {
                    addressed: addressed(path, arguments, named),
                    captured: said_of_agents(path, arguments, named, decorates.as_deref()),
                };
                self.call(of, path, arguments, &said, at);
            }
            Fact::Literal { text, name, listed } => {
                self.literal(text, name.as_deref(), *listed, at);
            }
            Fact::Setting { key, value, listed } => self.setting(key, value, *listed, at),
            Fact::Variable { name } => self.variable(name, Usage::Configured, at),
            Fact::Image { reference } => self.image(reference, at),
            Fact::Resource { of, kind, name } => {
                self.resource(of, kind.as_deref(), name.as_deref(), at);
            }
            Fact::Permission { action } => self.permission(action, at),
            Fact::Part { catalogue, name, version, active, addressed } => {
                self.part(*catalogue, name, version, (*active, *addressed), at);
            }
            Fact::Server { protocol, name, reached_by } => {
                self.server(protocol, name, reached_by, at);
            }
            Fact::Export { kind } => self.export = Some(kind),
            Fact::Record(record) => self.record(record, at),
            Fact::Library { name, version, own } => {
                self.library_of(name, version.as_deref(), *own, at);
            }
            Fact::Symbol { name, defined } => self.symbol(name, *defined, at),
            Fact::Data { bytes } => self.data(bytes),
            Fact::Weights(weights) => self.weights(weights, at),
            Fact::Knowledge => self.out.knowledge = true,
            Fact::Unit { .. }
            | Fact::Include { .. }
            | Fact::Owner { .. }
            | Fact::Maintainer { .. }
            | Fact::Defined { .. }
            | Fact::Given { .. }
            | Fact::Unfilled(_)
            | Fact::Inherits { .. } => {}
        }
    }

    /// Whether a fact could be recognised once the names in it are filled in.
    #[must_use]
    pub fn awaits(&self, fact: &Fact<'_>) -> bool {
        let index = self.index();
        match fact {
            // The kind may make a thing of a type that says nothing itself.
            Fact::Resource { of, kind, .. } => {
                kind.as_ref().is_some_and(|kind| kind.contains("${"))
                    || !index.resources(of, kind.as_deref()).is_empty()
            }
            Fact::Setting { key, .. } => is_model_like(key) || index.names_models(key),
            Fact::Image { .. } => true,
            _ => false,
        }
    }

    fn package(&mut self, package: &Package<'_>, at: At<'_>) {
        let usage = if package.resolved { Usage::Locked } else { Usage::Declared };
        let value = normalised_package(package.ecosystem, &package.name);
        for matcher in self.matchers(self.index().packages(package.ecosystem, &package.name)) {
            let found = Match::new(matcher, value.clone(), usage)
                .capture("purl", purl_of(package.ecosystem, &package.name))
                .capture("version", &package.version)
                .capture("scope", package.scope.word())
                .capture(
                    "direct",
                    package.direct.map_or("", |direct| if direct { "true" } else { "false" }),
                );
            self.keep(found, at);
        }
        self.edges(package.ecosystem, &package.name, usage, at, package.direct);
    }

    /// A part that is put to work is set up to run; any other is only there.
    fn part(
        &mut self,
        catalogue: Ecosystem,
        name: &str,
        version: &str,
        (active, addressed): (bool, bool),
        at: At<'_>,
    ) {
        let usage = if active { Usage::Configured } else { Usage::Declared };
        let value = normalised_package(catalogue, name);
        // Flows and editors' plugins have no package URLs.
        let known = !matches!(catalogue, Ecosystem::FlowNode | Ecosystem::JetbrainsPlugin);
        let purl = if known { purl_of(catalogue, name) } else { String::new() };
        for matcher in self.matchers(self.index().packages(catalogue, name)) {
            let mut found = Match::new(matcher, value.clone(), usage)
                .capture("purl", &purl)
                .capture("version", version)
                .capture("active", if active { "true" } else { "false" });
            if addressed {
                // Compatible services are asked with the same part.
                found.tier = found.tier.max(Tier::B);
                found = found.capture("address", "given");
            }
            self.keep(found, at);
        }
    }

    /// Names that also name another product: `langchain-openai`.
    fn edges(
        &mut self,
        ecosystem: Ecosystem,
        name: &str,
        usage: Usage,
        at: At<'_>,
        direct: Option<bool>,
    ) {
        let direct = direct.map_or("", |direct| if direct { "true" } else { "false" });
        self.edges_with(ecosystem, name, usage, at, &[("direct", direct)]);
    }

    fn edges_with(
        &mut self,
        ecosystem: Ecosystem,
        name: &str,
        usage: Usage,
        at: At<'_>,
        captured: &[(&str, &str)],
    ) {
        for (owner, target) in self.index().edges(ecosystem, name) {
            let (Some(_), Some(entry)) = (self.library.entry(owner), self.library.entry(target))
            else {
                continue;
            };
            let matcher = Matcher {
                entry: owner,
                technique: Technique::Edge,
                tier: Tier::A,
                proves: None,
                capabilities: Vec::new(),
                lifecycle: None,
            };
            let target_id = entry.signature.id.clone();
            let found = Match::new(&matcher, target_id, usage).capture("name", name);
            let found =
                captured.iter().fold(found, |found, (key, value)| found.capture(key, value));
            self.keep(found, at);
        }
    }

    fn import(&mut self, language: Language, module: &str, optional: bool, at: At<'_>) {
        let claimed = self.matchers(self.index().imports(language, module));
        let namesakes =
            if claimed.is_empty() { self.namesakes(language, module) } else { Vec::new() };
        for (matcher, least) in claimed.into_iter().map(|own| (own, Tier::A)).chain(namesakes) {
            let mut found = Match::new(matcher, module, Usage::Imported);
            found.tier = found.tier.max(least);
            if optional {
                // Guarded or for types only: the program runs without it.
                found.tier = found.tier.max(Tier::B);
                found = found.capture("optional", "true");
            }
            self.keep_as(found, Technique::Import, at);
        }
        if let Some((ecosystem, name)) = edge_name(language, module) {
            self.edges(ecosystem, &name, Usage::Imported, at, None);
        }
    }

    /// Packages that an imported Python module may be of, and how little it says
    /// at best: modules are mostly called like their package, and a project's
    /// own may be called so too. A name of one word is a hint, which counts where
    /// a manifest names the package.
    fn namesakes(&self, language: Language, module: &str) -> Vec<(&'l Matcher, Tier)> {
        let root = module.split('.').next().unwrap_or(module);
        let is_package = language == Language::Python && !root.is_empty();
        if !is_package || self.index().is_imported_as(language, root) {
            return Vec::new();
        }
        let ids = self.index().whole_packages(Ecosystem::Pypi, root).to_vec();
        let least = |matcher: &Matcher| match matcher.tier {
            Tier::A if root.contains('_') => Tier::B,
            _ => Tier::C,
        };
        self.matchers(ids).into_iter().map(|matcher| (matcher, least(matcher))).collect()
    }

    /// Who claims what is called, by what was imported.
    fn bound(&self, language: Language, module: &str, path: &str) -> Vec<&'l Matcher> {
        let index = self.index();
        let by_path = match language {
            Language::Python | Language::Ruby => index.imports(language, path),
            _ => Vec::new(),
        };
        let ids = if by_path.is_empty() { index.imports(language, module) } else { by_path };
        self.matchers(ids)
    }

    /// The blocks that claim a call. Of two of one signature the one counts that
    /// comes first: that which says what the call shows.
    fn claims(&self, path: &str) -> Vec<(&'l CallMatcher, &'l Matcher)> {
        let index = self.index();
        let with_matcher = |call: &'l CallMatcher| Some((call, index.matcher(call.matcher)?));
        let mut claims: Vec<_> = index.calls(path).filter_map(with_matcher).collect();
        claims.sort_by_key(|(_, matcher)| matcher.capabilities.is_empty());
        claims
    }

    fn call(
        &mut self,
        (language, module): (Language, Option<&str>),
        path: &str,
        arguments: &[Argument<'_>],
        said: &Said,
        at: At<'_>,
    ) {
        let index = self.index();
        let addressed = said.addressed;
        let marked = |found: Match<'l>| {
            let found = if addressed { found.capture("address", "given") } else { found };
            said.captured.iter().fold(found, |found, (key, value)| found.capture(key, value))
        };
        let bound = module.map(|module| self.bound(language, module, path)).unwrap_or_default();
        let mut names_model = false;
        let mut told: Vec<usize> = Vec::new();
        for (call, matcher) in self.claims(path) {
            let bound_here = bound.iter().any(|own| own.entry == matcher.entry);
            let language_fits = call.language.is_none_or(|one| one == language);
            let arguments_fit = call.arguments.is_empty()
                || arguments
                    .iter()
                    .any(|given| call.arguments.iter().any(|known| *known == given.value));
            if !language_fits || !arguments_fit || !(bound_here || call.unbound) {
                continue;
            }
            names_model |= call.names_model;
            told.push(matcher.entry);
            self.keep(marked(Match::new(matcher, display_safe(path), Usage::Called)), at);
        }
        for matcher in &bound {
            if !told.contains(&matcher.entry) {
                told.push(matcher.entry);
                let found = marked(Match::new(matcher, display_safe(path), Usage::Called));
                self.keep_as(found, Technique::Call, at);
            }
        }
        let namesakes = match module {
            Some(module) if bound.is_empty() => self.namesakes(language, module),
            _ => Vec::new(),
        };
        for (matcher, _) in namesakes.into_iter().filter(|(own, _)| !told.contains(&own.entry)) {
            let mut found = marked(Match::new(matcher, display_safe(path), Usage::Called));
            found.tier = Tier::C;
            self.keep_as(found, Technique::Call, at);
        }
        if let Some((ecosystem, name)) = module.and_then(|module| edge_name(language, module))
            && addressed
        {
            self.edges_with(ecosystem, &name, Usage::Imported, at, &[("address", "given")]);
        }
        // `kwargs.setdefault("base_url", …)`: whatever is made here is told one.
        self.addressed |=
            sets(path) && arguments.first().is_some_and(|first| names_an_address(&first.value));
        let called_on = (!told.is_empty()).then_some(told);
        // A call that looks like one of a client made elsewhere counts as well.
        let like_a_client =
            called_on.is_some() || index.calls(path).any(|call| call.arguments.is_empty());
        let context = CallContext {
            called_on: called_on.as_deref(),
            names_model,
            model_usage: match like_a_client {
                _ if compares(path) => Usage::Offered,
                true if only_asks(path) => Usage::Configured,
                true => Usage::Called,
                false => Usage::Configured,
            },
            host_usage: if sends(path) { Usage::Called } else { Usage::Configured },
            is_table: is_table(path),
        };
        let before = self.out.sightings.len();
        let tail = path.rsplit('.').next();
        for (order, argument) in arguments.iter().enumerate() {
            // An argument that goes by the name of what is called has none.
            let unnamed = argument.name.as_deref().is_none_or(|name| Some(name) == tail);
            self.argument(argument, unnamed.then_some(order), &context, at);
        }
        // Whose function a test calls tells whether it puts a model to work.
        let root = module.and_then(|module| module.split(['.', ':', '/']).next());
        if let Some(root) = root.filter(|_| self.region == Region::Test) {
            for sighting in self.out.sightings.iter_mut().skip(before) {
                if matches!(sighting.subject, Subject::Model(_)) {
                    sighting.captured.insert(CALLEE.to_owned(), shown(root));
                }
            }
        }
    }

    /// A literal argument; `nth` if it has no name of its own.
    fn argument(
        &mut self,
        argument: &Argument<'_>,
        nth: Option<usize>,
        context: &CallContext<'_>,
        call: At<'_>,
    ) {
        // The literal may stand lines below the call it belongs to.
        let at = At { span: Some(argument.span), line_of: call.line_of };
        let name = argument.name.as_deref();
        let text = argument.value.as_ref();
        let called_on = context.called_on;
        let named_so = name.is_some_and(is_model_like);
        let model_like = named_so || (nth.is_some() && called_on.is_some());
        if let Some(owners) = called_on {
            self.granted(owners, name.unwrap_or_default(), text, at);
        }
        if context.names_model && (named_so || nth == Some(0)) {
            self.named_model(text, called_on.unwrap_or_default(), at);
        } else {
            let is_entry = !named_so
                && (context.is_table
                    || context.model_usage == Usage::Configured && self.tabled.contains(text));
            let usage = if is_entry { Usage::Offered } else { context.model_usage };
            self.model(text, name, model_like, usage, called_on.is_some(), at);
        }
        if !name.is_some_and(is_link_key) {
            self.hosts(text, context.host_usage, at);
        }
        self.whole_name(text, at);
    }

    fn literal(&mut self, text: &str, name: Option<&str>, listed: bool, at: At<'_>) {
        let usage = if listed { Usage::Offered } else { Usage::Configured };
        let before = self.out.sightings.len();
        self.model(text, name, name.is_some_and(is_model_like), usage, false, at);
        if listed && self.out.sightings.len() > before {
            self.tabled.insert(text.to_owned());
        }
        if !name.is_some_and(is_link_key) {
            let before = self.out.sightings.len();
            self.hosts(text, usage, at);
            if listed && !text.contains('/') {
                self.only_lists_hosts(before);
            }
        }
        self.whole_name(text, at);
    }

    /// A list of bare hosts says who may be reached, or stands in for them. A
    /// program that works beside an assistant has such a list; its use shows
    /// elsewhere.
    fn only_lists_hosts(&mut self, from: usize) {
        let library = self.library;
        for sighting in self.out.sightings.iter_mut().skip(from) {
            let role = library.by_id(&sighting.signature).map(|one| one.signature.role);
            if role == Some(Role::CodingAssistant) {
                sighting.tier = Tier::C;
            }
        }
    }

    /// A literal that is exactly an environment variable's name.
    fn whole_name(&mut self, text: &str, at: At<'_>) {
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if text.len() < 100
            && text.bytes().all(is_name)
            && text.bytes().any(|b| b.is_ascii_uppercase())
        {
            self.variable(text, Usage::Configured, at);
        }
    }

    fn setting(&mut self, key: &str, value: &str, listed: bool, at: At<'_>) {
        let usage = if listed { Usage::Offered } else { Usage::Configured };
        let name = key.rsplit('.').next().unwrap_or(key);
        let before = self.out.sightings.len();
        self.model(value, Some(key), is_model_like(key), usage, false, at);
        if !is_link_key(name) {
            self.hosts(value, usage, at);
        }
        if key
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        {
            for sighting in self.out.sightings.iter_mut().skip(before) {
                sighting.captured.insert(UNDER.to_owned(), key.to_owned());
            }
        }
        let declared = is_template(&self.place.path) || is_placeholder(value);
        self.variable(name, if declared { Usage::Declared } else { Usage::Configured }, at);
        let index = self.index();
        let path = &self.place.path;
        if !*self.reads_settings.get_or_insert_with(|| index.reads_settings_of(path)) {
            return;
        }
        for block in index.settings() {
            if block.bound_to_files()
                && block.reads(&self.place.path)
                && block.matches(key, value)
                && let Some(matcher) = index.matcher(block.matcher)
            {
                let mut found = Match::new(matcher, display_safe(key), Usage::Configured)
                    .capture("setting", value);
                found.grant = Some(block.grants);
                self.keep(found, at);
            }
        }
    }

    /// Call arguments that give a product power: `permission_mode="bypass"`.
    fn granted(&mut self, owners: &[usize], key: &str, value: &str, at: At<'_>) {
        let index = self.index();
        for block in index.settings().iter().filter(|block| !block.bound_to_files()) {
            if let Some(matcher) = index.matcher(block.matcher)
                && owners.contains(&matcher.entry)
                && block.matches(key, value)
            {
                let mut found =
                    Match::new(matcher, display_safe(key), Usage::Called).capture("setting", value);
                found.grant = Some(block.grants);
                self.keep(found, at);
            }
        }
    }

    fn variable(&mut self, name: &str, usage: Usage, at: At<'_>) {
        for matcher in self.matchers(self.index().env(name).to_vec()) {
            self.keep(Match::new(matcher, name, usage), at);
        }
    }

    fn image(&mut self, reference: &str, at: At<'_>) {
        let repository = image_repository(reference);
        for matcher in self.matchers(self.index().images(repository)) {
            let tag = reference.rsplit_once(':').map_or("", |(_, tag)| tag);
            let tag = if tag.contains('/') { "" } else { tag };
            let found = Match::new(matcher, display_safe(repository), Usage::Configured)
                .capture("version", tag);
            self.keep(found, at);
        }
    }

    /// Infrastructure: that it is declared says that it is meant to run.
    fn resource(&mut self, of: &str, kind: Option<&str>, name: Option<&str>, at: At<'_>) {
        for matcher in self.matchers(self.index().resources(of, kind)) {
            let found = Match::new(matcher, display_safe(of), Usage::Configured)
                .capture("kind", kind.unwrap_or_default())
                .capture(NAMED, name.unwrap_or_default());
            self.keep(found, at);
        }
    }

    /// What may be done is no more than allowed.
    fn permission(&mut self, action: &str, at: At<'_>) {
        for matcher in self.matchers(self.index().permissions(action)) {
            self.keep(Match::new(matcher, display_safe(action), Usage::Declared), at);
        }
    }

    fn server(&mut self, protocol: &str, name: &str, reached_by: &str, at: At<'_>) {
        let launch = Launch::of(reached_by);
        let mut reach: Vec<&str> = [launch.name(), Some(launch.command)]
            .into_iter()
            .flatten()
            .flat_map(|name| self.index().reach_of_server(name))
            .map(|reach| reach.word())
            .chain(launch.remote.then_some(Reach::Network.word()))
            .collect();
        reach.sort_unstable();
        reach.dedup();
        for matcher in self.matchers(self.index().servers(protocol).to_vec()) {
            let name = shown(name);
            let mut found = Match::new(matcher, name.clone(), Usage::Configured)
                .capture("reached_by", reached_by)
                .capture("command", launch.command)
                .capture("image", launch.image.unwrap_or_default())
                .capture("version", launch.version)
                .capture("pinned", launch.pinned.map_or("", |it| if it { "true" } else { "false" }))
                .capture("reach", reach.join(", "));
            if let Some((ecosystem, package)) = launch.package {
                found = found.capture("purl", purl_of(ecosystem, package));
            }
            found.subject = Subject::Server(name);
            self.keep(found, at);
        }
        self.hosts(reached_by, Usage::Configured, at);
    }

    /// A literal that may be a model's identifier. `called`: it is an argument
    /// of a call on a recognised product.
    fn model(
        &mut self,
        text: &str,
        name: Option<&str>,
        model_like: bool,
        usage: Usage,
        called: bool,
        at: At<'_>,
    ) {
        if text.is_empty() || text.len() > MODEL_ID_CHARS || text.contains(char::is_whitespace) {
            return;
        }
        let index = self.index();
        let (org, bare) = match text.split_once('/') {
            Some((org, bare)) => (Some(org.to_lowercase()), bare),
            None => (None, text),
        };
        let known = org.as_ref().is_some_and(|org| index.knows_org(org));
        if !known && !model_like && !name.is_some_and(|name| index.names_models(name)) {
            return;
        }
        // One identifier, one model: an organisation's own claim is strongest,
        // then that of who publishes the weights.
        let claim = index
            .models()
            .that_may_match(&[text, bare])
            .filter_map(|block| {
                let matcher = index.matcher(block.matcher)?;
                let by_org = org.as_ref().is_some_and(|org| block.orgs.contains(org))
                    && (block.matches(bare) || block.matches(text));
                let in_context = (model_like || name.is_some_and(|name| stands_under(block, name)))
                    && block.matches(text);
                (by_org || in_context).then_some((matcher, by_org, block.names_exactly(text)))
            })
            .min_by_key(|(matcher, by_org, exactly)| {
                let role = self.library.entry(matcher.entry).map(|entry| entry.signature.role);
                (!by_org, !exactly, role != Some(Role::ModelArtifact), matcher.entry)
            });
        let Some((matcher, by_org, _)) = claim else {
            // `bedrock/us-east-1/x` is the model `x`, wherever it is reached.
            let plain = index.without_route(text);
            if plain.len() < text.len() {
                self.model(plain, name, model_like, usage, called, at);
            }
            return;
        };
        let mut found = Match::new(matcher, display_safe(text), usage);
        found.subject = Subject::Model(if by_org { bare } else { text }.to_owned());
        if by_org || called {
            found.tier = Tier::A;
        }
        self.keep(found, at);
    }

    /// The argument of a call that names a model by its nature: any identifier counts.
    fn named_model(&mut self, text: &str, owners: &[usize], at: At<'_>) {
        let path_like =
            text.starts_with(['.', '/', '~', '{']) || text.contains("{}") || text.contains('\\');
        if text.is_empty()
            || path_like
            || text.len() > MODEL_ID_CHARS
            || text.contains(char::is_whitespace)
        {
            return;
        }
        let before = self.out.sightings.len();
        self.model(text, Some("model"), true, Usage::Called, true, at);
        let known = self.out.sightings.len() > before;
        let Some(owner) = owners.first().filter(|_| !known) else { return };
        let matcher = Matcher {
            entry: *owner,
            technique: Technique::Model,
            tier: Tier::A,
            proves: None,
            capabilities: Vec::new(),
            lifecycle: None,
        };
        let mut found = Match::new(&matcher, display_safe(text), Usage::Called)
            .capture("org", text.split_once('/').map_or("", |(org, _)| org));
        found.subject = Subject::Model(display_safe(text));
        self.keep(found, at);
    }

    /// File blocks: `text` is the file's text if it was read.
    pub fn file(&mut self, text: Option<&str>) {
        let index = self.index();
        for block in index.files(&self.place.path.clone()) {
            let Some(matcher) = index.matcher(block.matcher) else { continue };
            if !block.by_path_alone() {
                let Some(text) = text else { continue };
                let line_fits = |pattern: &super::index::LazyPattern| {
                    pattern
                        .regex()
                        .is_some_and(|regex| text.lines().any(|line| regex.is_match(line)))
                };
                let key_fits = |key: &String| text.contains(&format!("\"{key}\""));
                let fits = (block.line_any.is_empty() || block.line_any.iter().any(line_fits))
                    && block.line_all.iter().all(line_fits)
                    && (block.json_keys.is_empty() || block.json_keys.iter().any(key_fits));
                if !fits {
                    continue;
                }
            }
            let found = Match::new(matcher, display_safe(&self.place.path), Usage::Configured);
            self.keep(found, At { span: None, line_of: &no_line });
        }
    }

    /// A literal of the credential block `key` stands at `offset`: looks for the
    /// shape around it. Nothing of the value is kept.
    pub fn key(&mut self, key: usize, text: &str, offset: usize, span: impl Fn(usize) -> Span) {
        let index = self.index();
        let Some(key) = index.keys().get(key) else { return };
        let (Some(regex), Some(matcher)) = (key.pattern.regex(), index.matcher(key.matcher)) else {
            return;
        };
        let mut start = offset.saturating_sub(KEY_WINDOW);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (offset + KEY_WINDOW).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let window = text.get(start..end).unwrap_or_default();
        for found in regex.find_iter(window) {
            if is_placeholder(found.as_str()) || is_inside_run(window, found.range()) {
                continue;
            }
            let at = At { span: Some(span(start + found.start())), line_of: &no_line };
            self.keep(Match::new(matcher, key.kind.clone(), Usage::Configured), at);
        }
    }

    fn matchers(&self, ids: Vec<MatcherId>) -> Vec<&'l Matcher> {
        let index = self.library.index();
        ids.into_iter().filter_map(|id| index.matcher(id)).collect()
    }

    fn keep(&mut self, found: Match<'_>, at: At<'_>) {
        let technique = found.matcher.technique;
        self.keep_as(found, technique, at);
    }

    fn keep_as(&mut self, found: Match<'_>, technique: Technique, at: At<'_>) {
        let Some(entry) = self.library.entry(found.matcher.entry) else { return };
        let identity =
            (found.matcher.entry, technique, found.value.clone(), at.span.map(|span| span.line));
        if !self.seen.insert(identity) {
            return;
        }
        // What tells more is counted apart: a thousand plain calls must not
        // hide the one that trains.
        let telling = !found.matcher.capabilities.is_empty();
        let kind = (found.matcher.entry, technique, found.matcher.lifecycle, found.grant, telling);
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        // Every package is one of its own; a list of them is no repetition.
        let cap = if technique == Technique::Package { self.cap * PACKAGES } else { self.cap };
        if *count > cap {
            self.out.capped += 1;
            return;
        }
        let usage = if found.matcher.proves == Some(Proves::Mention) {
            Usage::Offered
        } else {
            found.usage
        };
        let focus = at.span.map_or(0, |span| span.column as usize);
        // A line of an export may name a person, or hold what no one may see.
        let hidden = technique == Technique::Key || self.export.is_some();
        let shown_line = if hidden { String::new() } else { excerpt(at.line(), focus) };
        let mut captured = found.captured;
        if let Some(kind) = self.export {
            captured.insert(EXPORT.to_owned(), kind.to_owned());
        }
        self.out.sightings.push(Sighting {
            place: self.place.clone(),
            span: at.span,
            signature: entry.signature.id.clone(),
            subject: found.subject,
            technique,
            value: shown(&found.value),
            tier: found.tier,
            usage,
            region: self.region,
            excerpt: shown_line,
            captured,
            capabilities: found.matcher.capabilities.clone(),
            lifecycle: found.matcher.lifecycle,
            grant: found.grant,
        });
    }
}

/// A value as it may be stored: redacted and safe to show.
fn shown(value: &str) -> String {
    label(&redact(head_of(value)))
}

/// Enough of a value to redact and show it: values have no bound.
fn head_of(value: &str) -> &str {
    value.char_indices().nth(2000).map_or(value, |(at, _)| value.get(..at).unwrap_or_default())
}

/// The ecosystem and package-like name of an imported module, for edges.
fn edge_name(language: Language, module: &str) -> Option<(Ecosystem, String)> {
    match language {
        Language::Python => {
            Some((Ecosystem::Pypi, module.split('.').next().unwrap_or(module).to_owned()))
        }
        Language::Javascript => {
            Some((Ecosystem::Npm, super::names::npm_package_of(module).to_owned()))
        }
        _ => None,
    }
}

fn stands_under(block: &ModelMatcher, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    block.context.iter().any(|context| context.eq_ignore_ascii_case(last))
}

/// Whether a find is cut out of a longer run of the same letters: a key stands
/// by itself, an encoded picture holds every shape there is.
fn is_inside_run(text: &str, found: std::ops::Range<usize>) -> bool {
    let in_run = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+';
    let before = text.get(..found.start).unwrap_or_default().as_bytes();
    let after = text.get(found.end..).unwrap_or_default().as_bytes();
    let run_before = match before {
        // two slashes are the beginning of an address
        [] | [.., b'/', b'/'] => false,
        [.., last] => in_run(*last) || *last == b'/',
    };
    run_before || after.first().is_some_and(|byte| in_run(*byte))
}

/// A value that stands for one still to be given.
fn is_placeholder(value: &str) -> bool {
    let folded = value.to_lowercase();
    let trimmed = folded.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    trimmed.is_empty()
        || [
            "your",
            "xxxx",
            "****",
            "....",
            "changeme",
            "change-me",
            "placeholder",
            "example",
            "dummy",
            "todo",
            "insert",
            "replace",
        ]
        .iter()
        .any(|word| folded.contains(word))
        || folded.starts_with("${")
        || folded.starts_with('<')
        || folded.starts_with('!')
}
