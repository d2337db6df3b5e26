//! sbt's and Mill's build definitions, read as text. Nothing is ever run.

use std::borrow::Cow;
use std::collections::HashMap;
use std::iter::Peekable;

use super::declared;
use super::script::{KOTLIN, Kind, Token, Tokens};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};
use crate::model::place::{folder_of, name_of};

/// `*.sbt`, `project/*.scala`, and Mill's `build.sc` and `build.mill`.
///
/// | where | scope |
/// |---|---|
/// | `"g" % "a" % "v"`, `%%`, `%%%`; Mill's `mvn"g::a:v"` | runtime |
/// | … `% Test`, `% "test"`, `% IntegrationTest`, `Seq(…).map(_ % Test)` | development |
/// | … `% Optional` | optional |
/// | `addSbtPlugin`, `compilerPlugin`, and all in `project/*.sbt` | build |
///
/// The name is the one written: the version of Scala that `%%` adds is left
/// out. A version that is a variable is resolved if the file gives it one
/// string. `name :=` declares a unit, and so does `project in file("x")`.
#[derive(Debug)]
pub struct Sbt;

impl Extractor for Sbt {
    fn id(&self) -> &'static str {
        "maven-sbt"
    }

    fn about(&self) -> &'static str {
        "build definitions of sbt and Mill"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["build.sc", "build.mill", "package.mill", "build.mill.scala"],
            globs: &["project/*.scala"],
            extensions: &["sbt"],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let name = content.name();
        let is_sbt = name.rsplit_once('.').is_some_and(|(_, extension)| extension == "sbt");
        let in_project = name_of(folder_of(content.path)) == "project";
        let scope = if in_project && is_sbt { Scope::Build } else { Scope::Runtime };
        let mut definition = Definition { scope, ..Definition::default() };
        let mut tokens = Tokens::new(content.text, &KOTLIN);
        definition.read((&mut tokens).peekable(), content.limits.facts_per_file);
        if !in_project {
            definition.tell_units(content, sink);
        }
        for demand in &definition.found {
            definition.tell(demand, content, sink);
        }
        tokens.mistake.map_or(Ok(()), |(offset, what)| {
            let line = content.span_at(offset).line;
            Err(ExtractError::malformed(format_args!("line {line}: {what}")))
        })
    }
}

struct Demand<'a> {
    group: Cow<'a, str>,
    artifact: Cow<'a, str>,
    version: Version<'a>,
    scope: Scope,
    offset: usize,
}

enum Version<'a> {
    Written(Cow<'a, str>),
    Variable(&'a str),
}

#[derive(Default)]
struct Definition<'a> {
    /// What everything in the file is for at least.
    scope: Scope,
    found: Vec<Demand<'a>>,
    /// Variables that hold a string, if it is always the same one.
    variables: HashMap<&'a str, Option<Cow<'a, str>>>,
    name: Option<(Cow<'a, str>, usize)>,
    /// Names and folders of `lazy val x = project in file("y")`.
    projects: Vec<(&'a str, Cow<'a, str>, usize)>,
}

/// The words that lead to where the reader is.
#[derive(Default)]
struct Trail<'a> {
    /// The last name, and the one before it.
    last: &'a str,
    before: &'a str,
    /// The variable that is defined.
    defined: &'a str,
    /// Whether `project` was named since.
    is_project: bool,
    /// The name before the last opening bracket.
    called: &'a str,
    /// The signs since the last name.
    signs: [u8; 2],
    /// How many packages had been found where each open bracket opened.
    opened: Vec<usize>,
    /// The same of the bracket that was closed last, until the next name.
    closed: Option<usize>,
    /// What `.map(…)` is applied to.
    mapped: Option<usize>,
}

impl<'a> Definition<'a> {
    fn read<I: Iterator<Item = Token<'a>>>(&mut self, mut tokens: Peekable<I>, limit: usize) {
        let mut trail = Trail::default();
        while let Some(token) = tokens.next() {
            match token.kind {
                Kind::Name(name) => {
                    if trail.signs[1] == b'%' && trail.last == "_" {
                        self.mapped(&trail, name);
                    }
                    let closed = trail.closed.take();
                    if name == "map" && trail.signs[1] == b'.' {
                        trail.mapped = closed;
                    }
                    if matches!(trail.last, "val" | "def" | "object") {
                        (trail.defined, trail.is_project) = (name, false);
                    }
                    trail.is_project |= matches!(name, "project" | "Project" | "crossProject");
                    (trail.before, trail.last, trail.signs) = (trail.last, name, [0; 2]);
                }
                Kind::Open(bracket) => {
                    trail.called = trail.last;
                    if bracket == b'(' && trail.opened.len() < limit {
                        trail.opened.push(self.found.len());
                    }
                }
                Kind::Close(b')') => {
                    trail.called = "";
                    trail.closed = trail.opened.pop();
                    trail.mapped = None;
                    trail.signs = [0; 2];
                }
                Kind::Text(text) if trail.signs[1] == b'%' && trail.last == "_" => {
                    self.mapped(&trail, &text);
                }
                Kind::Sign(sign) => trail.signs = [trail.signs[1], sign],
                Kind::Text(text) if self.found.len() < limit => {
                    self.text(text, token.offset, &trail, &mut tokens);
                    trail.signs = [0; 2];
                }
                _ => {}
            }
        }
    }

    /// `Seq(…).map(_ % Test)`: what the brackets hold is for that.
    fn mapped(&mut self, trail: &Trail<'a>, configuration: &str) {
        let scope = scope_of(configuration);
        let of_brackets = trail.mapped.and_then(|from| self.found.get_mut(from..));
        for demand in of_brackets.into_iter().flatten() {
            demand.scope = demand.scope.max(scope);
        }
    }

    fn text<I: Iterator<Item = Token<'a>>>(
        &mut self,
        text: Cow<'a, str>,
        offset: usize,
        trail: &Trail<'a>,
        tokens: &mut Peekable<I>,
    ) {
        if matches!(trail.last, "ivy" | "mvn" | "dep") && trail.signs == [0; 2] {
            self.coordinates(&text, offset);
        } else if percents(tokens) {
            self.demand(text, trail, tokens);
        } else if trail.last == "name" && trail.signs == *b":=" {
            self.name.get_or_insert((text, offset));
        } else if trail.is_project && trail.called == "file" {
            self.projects.push((trail.defined, text, offset));
        } else if trail.signs[1] == b'=' && trail.last == trail.defined
            || trail.before == trail.defined && trail.last == "String"
        {
            let known = self.variables.entry(trail.defined).or_insert_with(|| Some(text.clone()));
            if known.as_ref() != Some(&text) {
                *known = None;
            }
        }
    }

    /// What follows `"g" %%`: `"a" % "v" % Test`.
    fn demand<I: Iterator<Item = Token<'a>>>(
        &mut self,
        group: Cow<'a, str>,
        trail: &Trail<'a>,
        tokens: &mut Peekable<I>,
    ) {
        let Some(Token { kind: Kind::Text(artifact), offset }) =
            tokens.next_if(|token| matches!(token.kind, Kind::Text(_)))
        else {
            return;
        };
        let mut version = Version::Written(Cow::Borrowed(""));
        let mut scope = match trail.called {
            "addSbtPlugin" | "compilerPlugin" | "addCompilerPlugin" => Scope::Build,
            _ => self.scope,
        };
        if percents(tokens) {
            version = match operand(tokens) {
                Some(Kind::Text(text)) => Version::Written(text),
                Some(Kind::Name(name)) => Version::Variable(name),
                _ => version,
            };
            if percents(tokens) {
                scope = scope.max(match operand(tokens) {
                    Some(Kind::Text(text)) => scope_of(&text),
                    Some(Kind::Name(name)) => scope_of(name),
                    _ => Scope::Runtime,
                });
            }
        }
        self.found.push(Demand { group, artifact, version, scope, offset });
    }

    /// `g:a:v`, `g::a:v`, `g::a::v`.
    fn coordinates(&mut self, text: &str, offset: usize) {
        let mut parts = text.split(':').filter(|part| !part.is_empty());
        if let (Some(group), Some(artifact)) = (parts.next(), parts.next()) {
            let version = parts.next().unwrap_or_default().to_owned();
            self.found.push(Demand {
                group: group.to_owned().into(),
                artifact: artifact.to_owned().into(),
                version: Version::Written(version.into()),
                scope: self.scope,
                offset,
            });
        }
    }

    fn tell_units(&self, content: &Content<'_>, sink: &mut dyn Sink) {
        if let Some((name, offset)) = self.name.as_ref().filter(|(name, _)| !name.trim().is_empty())
        {
            sink.fact(declared(Some(name)), Some(content.span_at(*offset)));
        }
        for (name, folder, offset) in &self.projects {
            // The project at the top is what `name` is about.
            if folder != "." {
                let root = Some(folder.as_ref().into());
                let name = Some((*name).into());
                let unit = Fact::Unit { kind: UnitKind::Package, name, root };
                sink.fact(unit, Some(content.span_at(*offset)));
            }
        }
    }

    fn tell(&self, demand: &Demand<'a>, content: &Content<'_>, sink: &mut dyn Sink) {
        let version: &str = match &demand.version {
            Version::Written(text) => text,
            Version::Variable(name) => match self.variables.get(name) {
                Some(Some(value)) => value,
                _ => "",
            },
        };
        if demand.group.contains(' ') || demand.artifact.contains(' ') {
            return;
        }
        sink.fact(
            Fact::Package(Package {
                ecosystem: Ecosystem::Maven,
                name: format!("{}:{}", demand.group, demand.artifact).into(),
                version: version.into(),
                resolved: false,
                direct: Some(true),
                scope: demand.scope,
            }),
            Some(content.span_at(demand.offset)),
        );
    }
}

/// Takes `%`, `%%` or `%%%`, and the line ends around them.
fn percents<'a, I: Iterator<Item = Token<'a>>>(tokens: &mut Peekable<I>) -> bool {
    let mut any = false;
    while tokens.next_if(|token| token.kind == Kind::Sign(b'%')).is_some() {
        any = true;
    }
    any
}

/// A string, or the last name of a path.
fn operand<'a, I: Iterator<Item = Token<'a>>>(tokens: &mut Peekable<I>) -> Option<Kind<'a>> {
    let is_operand = |token: &Token<'a>| matches!(token.kind, Kind::Text(_) | Kind::Name(_));
    let mut found = tokens.next_if(is_operand)?.kind;
    while tokens.next_if(|token| token.kind == Kind::Sign(b'.')).is_some() {
        found = tokens.next_if(is_operand)?.kind;
    }
    Some(found)
}

/// `Test`, `"test->test"`, `"it,test"`, `Provided`.
fn scope_of(configuration: &str) -> Scope {
    let name = configuration.to_ascii_lowercase();
    let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    if name.contains("test") || words.any(|word| word == "it") {
        Scope::Development
    } else if name.starts_with("optional") {
        Scope::Optional
    } else if name.contains("plugin") || name.starts_with("protobuf") || name.contains("scalafix") {
        Scope::Build
    } else {
        Scope::Runtime
    }
}
