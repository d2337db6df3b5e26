//! Gradle's build and settings scripts, Groovy and Kotlin, read as text:
//! statements in blocks. Nothing is ever run.

use std::borrow::Cow;

use super::super::declared;
use super::super::script::{GROOVY, KOTLIN, Kind, Token, Tokens};
use super::demand::{self, Demand, Place, Variables};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `*.gradle`, `*.gradle.kts`, and the sources of `buildSrc`.
///
/// | where | direct | scope |
/// |---|---|---|
/// | `dependencies { name "g:a:v" }` | yes | by the configuration: `…test…` is development; `kapt`, `ksp`, `annotationProcessor`, `compileOnly` and `classpath` are build; others run |
/// | `platform(…)`, `mavenBom`, `constraints` | not said | build; as above |
/// | `plugins { id("x") version "1" }` | yes | build, as `x:x.gradle.plugin` |
/// | coordinates with a version anywhere else | not said | as the block says |
///
/// The three ways to write coordinates are read; `$version` is resolved by
/// variables, maps and properties of the same file. `libs.x` is no name, the
/// catalog has it; projects and files are no packages. A script with plugins or
/// dependencies declares a unit, named by `rootProject.name` of the settings.
#[derive(Debug)]
pub struct BuildScript;

impl Extractor for BuildScript {
    fn id(&self) -> &'static str {
        "maven-gradle-build"
    }

    fn about(&self) -> &'static str {
        "build.gradle, build.gradle.kts and settings of Gradle"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["*.gradle.kts", "buildSrc/src/main/**/*.kt", "buildSrc/src/main/**/*.groovy"],
            extensions: &["gradle"],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let name = content.name();
        let is_groovy = name.ends_with(".gradle") || name.ends_with(".groovy");
        let mut script = Script { limit: content.limits.facts_per_file, ..Script::default() };
        let mut tokens = Tokens::new(content.text, if is_groovy { &GROOVY } else { &KOTLIN });
        script.read(&mut tokens);
        if let Some((name, offset)) = &script.root_name {
            sink.fact(declared(Some(name)), Some(content.span_at(*offset)));
        } else if script.builds && name.starts_with("build.gradle") {
            sink.fact(declared(None), None);
        }
        for (name, value) in script.variables.versions() {
            let fact = Fact::Defined { name: name.into(), value: value.into() };
            sink.fact(fact, None);
        }
        for demand in &script.found {
            script.tell(demand, content, sink);
        }
        tokens.mistake.map_or(Ok(()), |(offset, what)| {
            let line = content.span_at(offset).line;
            Err(ExtractError::malformed(format_args!("line {line}: {what}")))
        })
    }
}

/// What a block is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Dependencies,
    Plugins,
    /// Anything that may hold the others.
    Other,
    /// What belongs to one dependency: exclusions, reasons.
    Details,
}

/// A block that is open, and the round brackets that are open in it.
#[derive(Debug, Clone, Copy)]
struct Block {
    about: About,
    direct: Option<bool>,
    scope: Scope,
    brackets: usize,
}

const OUTERMOST: Block =
    Block { about: About::Other, direct: Some(true), scope: Scope::Runtime, brackets: 0 };

#[derive(Default)]
struct Script<'a> {
    blocks: Vec<Block>,
    statement: Vec<Token<'a>>,
    found: Vec<Demand<'a>>,
    variables: Variables<'a>,
    root_name: Option<(Cow<'a, str>, usize)>,
    /// Whether it has plugins or dependencies.
    builds: bool,
    limit: usize,
}

impl<'a> Script<'a> {
    fn read(&mut self, tokens: &mut Tokens<'a>) {
        let mut block = OUTERMOST;
        for token in tokens.by_ref() {
            match token.kind {
                Kind::Open(b'{') => {
                    let inner = self.opened(block);
                    self.end_statement(block);
                    if self.blocks.len() >= self.limit {
                        return;
                    }
                    self.blocks.push(block);
                    block = inner;
                }
                Kind::Close(b'}') => {
                    self.end_statement(block);
                    block = self.blocks.pop().unwrap_or(OUTERMOST);
                }
                Kind::Newline if block.brackets > 0 || self.goes_on() => {}
                Kind::Newline | Kind::Sign(b';') => self.end_statement(block),
                Kind::Open(_) => {
                    block.brackets += 1;
                    self.push(token);
                }
                Kind::Close(_) => {
                    block.brackets = block.brackets.saturating_sub(1);
                    self.push(token);
                }
                _ => self.push(token),
            }
        }
        self.end_statement(block);
    }

    fn push(&mut self, token: Token<'a>) {
        if self.statement.len() < self.limit {
            self.statement.push(token);
        }
    }

    /// Whether the statement cannot end here.
    fn goes_on(&self) -> bool {
        matches!(
            self.statement.last(),
            Some(Token { kind: Kind::Sign(b',' | b':' | b'=' | b'+' | b'.'), .. })
        )
    }

    /// The block that the statement before it opens.
    fn opened(&self, outer: Block) -> Block {
        let names = self.statement.iter().filter_map(|token| match token.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        });
        let first = names.clone().next().unwrap_or_default();
        let last = names.clone().next_back().unwrap_or_default();
        let mut block = Block { brackets: 0, ..outer };
        if names.clone().any(|name| name.ends_with("Test") || name == "test") {
            block.scope = block.scope.max(Scope::Development);
        }
        block.about = match (outer.about, last) {
            (About::Dependencies, "constraints") => {
                block.direct = None;
                About::Dependencies
            }
            (About::Dependencies, _) => match first {
                "if" | "else" | "for" | "when" | "" => About::Dependencies,
                _ => About::Details,
            },
            (About::Details, _) => About::Details,
            (_, "dependencies" | "imports") => About::Dependencies,
            (_, "plugins") => About::Plugins,
            (About::Plugins, _) => About::Details,
            _ => About::Other,
        };
        match last {
            "dependencyManagement" => block.direct = None,
            "buildscript" | "protobuf" | "protoc" => block.scope = Scope::Build,
            _ => {}
        }
        block
    }

    fn end_statement(&mut self, block: Block) {
        let statement = std::mem::take(&mut self.statement);
        if statement.is_empty() || self.found.len() >= self.limit {
            return;
        }
        self.variables.learn(&statement);
        match block.about {
            About::Dependencies => {
                self.builds = true;
                let place = Place { direct: block.direct, scope: block.scope };
                demand::dependencies(&statement, place, &mut self.found);
            }
            About::Plugins => {
                self.builds = true;
                demand::plugin(&statement, &mut self.found);
            }
            About::Other => {
                self.root_name(&statement);
                demand::elsewhere(&statement, block.scope, &mut self.found);
            }
            About::Details => {}
        }
        if matches!(statement.first(), Some(Token { kind: Kind::Name("apply"), .. })) {
            self.builds = true;
        }
    }

    /// `rootProject.name = "x"`.
    fn root_name(&mut self, statement: &[Token<'a>]) {
        if let [
            Token { kind: Kind::Name("rootProject"), .. },
            Token { kind: Kind::Sign(b'.'), .. },
            Token { kind: Kind::Name("name"), .. },
            Token { kind: Kind::Sign(b'='), .. },
            Token { kind: Kind::Text(name), offset },
            ..,
        ] = statement
            && !name.trim().is_empty()
        {
            self.root_name.get_or_insert((name.clone(), *offset));
        }
    }

    fn tell(&self, demand: &Demand<'a>, content: &Content<'_>, sink: &mut dyn Sink) {
        let mut name = self.variables.resolved(&demand.name);
        if name.contains('$') {
            // A suffix that says for which version of a language it was built.
            let Some((plain, _)) = name.split_once("_$") else { return };
            if plain.contains('$') {
                return;
            }
            name = Cow::Owned(plain.to_owned());
        }
        sink.fact(
            Fact::Package(Package {
                ecosystem: Ecosystem::Maven,
                name,
                version: self.variables.resolved(&demand.version),
                resolved: false,
                direct: demand.direct,
                scope: demand.scope,
            }),
            Some(content.span_at(demand.offset)),
        );
    }
}
