//! Clojure's manifests, all of them data in one notation. Their packages are
//! Maven's.

use super::script::CLOJURE;
use super::terms::{self, Term, after};
use super::{declared, speaks_of_development};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `deps.edn`, `bb.edn`, `project.clj`, `shadow-cljs.edn` and `build.boot`.
///
/// | where | scope |
/// |---|---|
/// | `:deps`, `:dependencies` | runtime |
/// | … of an alias or profile | by its name: tests and tools of developers are development, `build` is build; else optional |
/// | `:plugins` | build |
/// | `:scope "test"` of one package | development |
///
/// `group/artifact` is named `group:artifact` and a bare `x` is `x:x`, as Maven
/// has them. `:managed-dependencies` and `:override-deps` only set versions:
/// direct is not said. A `:local/root` is no package. `defproject` declares a
/// unit, and so does `deps.edn`, without a name.
#[derive(Debug)]
pub struct Clojure;

impl Extractor for Clojure {
    fn id(&self) -> &'static str {
        "maven-clojure"
    }

    fn about(&self) -> &'static str {
        "deps.edn, project.clj and shadow-cljs.edn of Clojure"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["deps.edn", "bb.edn", "project.clj", "shadow-cljs.edn", "build.boot"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (forms, error) = terms::read(content, &CLOJURE);
        let mut teller = Teller { content, sink };
        for form in &forms {
            if let [head, name, ..] = form.items()
                && head.atom() == Some("defproject")
                && let Some(atom) = name.atom()
            {
                let unit = atom.rsplit('/').next().unwrap_or(atom);
                teller.sink.fact(declared(Some(unit)), Some(content.span_at(name.offset)));
            }
            let keys = [":deps", ":paths"];
            if content.name() == "deps.edn"
                && keys.iter().any(|key| after(form.items(), key).is_some())
            {
                teller.sink.fact(declared(None), None);
            }
            teller.table(form, Demand { direct: Some(true), scope: Scope::Runtime });
        }
        error.map_or(Ok(()), Err)
    }
}

#[derive(Clone, Copy)]
struct Demand {
    direct: Option<bool>,
    scope: Scope,
}

/// Keys under which packages stand.
const KEYS: &[&str] = &[
    ":deps",
    ":extra-deps",
    ":replace-deps",
    ":override-deps",
    ":default-deps",
    ":dependencies",
    ":managed-dependencies",
    ":plugins",
    ":pods",
];

struct Teller<'c, 't, 's> {
    content: &'c Content<'t>,
    sink: &'s mut dyn Sink,
}

impl Teller<'_, '_, '_> {
    /// A map of keys and values, or a call with them as arguments.
    fn table(&mut self, table: &Term<'_>, demand: Demand) {
        for pair in table.items().windows(2) {
            let [key, value] = pair else { continue };
            let Some(key) = key.atom() else { continue };
            match key {
                ":aliases" | ":profiles" => {
                    for pair in value.items().chunks(2) {
                        let [name, inner] = pair else { continue };
                        let scope = scope_of(name.atom().unwrap_or_default());
                        self.table(inner, Demand { scope, ..demand });
                    }
                }
                _ if KEYS.contains(&key) => {
                    let offered =
                        matches!(key, ":override-deps" | ":default-deps" | ":managed-dependencies");
                    let scope = if key == ":plugins" { Scope::Build } else { demand.scope };
                    let direct = if offered { None } else { demand.direct };
                    self.packages(value, Demand { direct, scope });
                }
                _ => {}
            }
        }
    }

    /// `{g/a {:mvn/version "1"}}` or `[[g/a "1" :scope "test"]]`.
    fn packages(&mut self, list: &Term<'_>, demand: Demand) {
        if let Some(items) = list.items_of(b'{') {
            for pair in items.chunks(2) {
                let [name, coordinate] = pair else { continue };
                let fields = coordinate.items();
                if after(fields, ":local/root").is_some() {
                    continue;
                }
                let version = [":mvn/version", ":git/tag", ":git/sha", ":sha"]
                    .iter()
                    .find_map(|key| after(fields, key)?.text());
                self.tell(name, version.unwrap_or_default(), demand);
            }
            return;
        }
        for item in list.items() {
            let [name, rest @ ..] = item.items() else { continue };
            let version = rest.first().and_then(Term::text).unwrap_or_default();
            let scope = match after(rest, ":scope").and_then(Term::text) {
                Some("test") => Scope::Development,
                _ => demand.scope,
            };
            self.tell(name, version, Demand { scope, ..demand });
        }
    }

    fn tell(&mut self, name: &Term<'_>, version: &str, demand: Demand) {
        let Some(atom) = name.atom().filter(|atom| !atom.starts_with(':')) else { return };
        // Behind `$` stands a classifier.
        let atom = atom.split('$').next().unwrap_or(atom);
        let (group, artifact) = atom.split_once('/').unwrap_or((atom, atom));
        let package = Package {
            ecosystem: Ecosystem::Maven,
            name: format!("{group}:{artifact}").into(),
            version: version.into(),
            resolved: false,
            direct: demand.direct,
            scope: demand.scope,
        };
        let span = self.content.span_at(name.offset);
        self.sink.fact(Fact::Package(package), Some(span));
    }
}

/// What an alias or profile is for, by its name.
fn scope_of(name: &str) -> Scope {
    const TOOLS: &[&str] = &["repl", "nrepl", "kondo", "user", "outdated", "coverage", "bench"];
    let has = |words: &[&str]| {
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|part| words.contains(&part))
    };
    if has(&["build", "uberjar", "deploy", "release"]) {
        Scope::Build
    } else if speaks_of_development(name) || has(TOOLS) {
        Scope::Development
    } else if has(&["provided", "base", "system"]) {
        Scope::Runtime
    } else {
        Scope::Optional
    }
}
