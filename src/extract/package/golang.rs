//! Go modules, read line by line.

use std::collections::HashMap;

use super::{FirstMistake, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope, UnitKind};

/// `go.mod`.
///
/// Every `require` is a package with its version as written; `// indirect`
/// means that the project does not ask for it itself. The module that a
/// `tool` directive leads to is for development (unless it is also required
/// directly). A `replace` by another module names that one too; one by a
/// local folder changes nothing. `module` declares a unit, named by the last
/// element of its path without a major version.
#[derive(Debug)]
pub struct GoMod;

impl Extractor for GoMod {
    fn id(&self) -> &'static str {
        "golang-go-mod"
    }

    fn about(&self) -> &'static str {
        "go.mod"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["go.mod"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut module = Module::default();
        for (offset, line) in lines(content.text) {
            module.line(offset, line);
        }
        if module.block.is_some() {
            module.mistake.at(content.text.len(), "a block that does not close");
        }
        if let Some((path, offset)) = module.path {
            let name = Some(unit_name(path).into());
            let unit = Fact::Unit { kind: UnitKind::Package, name, root: None };
            sink.fact(unit, Some(content.span_at(offset)));
        }
        module.place_tools();
        for required in &module.required {
            sink.fact(
                Fact::Package(Package {
                    ecosystem: Ecosystem::Golang,
                    name: required.path.into(),
                    version: required.version.into(),
                    resolved: false,
                    direct: Some(required.direct),
                    scope: required.scope,
                }),
                Some(content.span_at(required.offset)),
            );
        }
        module.mistake.into_result(content)
    }
}

struct Required<'a> {
    path: &'a str,
    version: &'a str,
    direct: bool,
    scope: Scope,
    offset: usize,
}

#[derive(Default)]
struct Module<'a> {
    path: Option<(&'a str, usize)>,
    required: Vec<Required<'a>>,
    tools: Vec<(&'a str, usize)>,
    /// The directive whose block is open.
    block: Option<&'a str>,
    mistake: FirstMistake,
}

impl<'a> Module<'a> {
    fn line(&mut self, start: usize, line: &'a str) {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let body = code.trim();
        if body.is_empty() {
            return;
        }
        let offset = start + (code.len() - code.trim_start().len());
        if let Some(directive) = self.block {
            if body == ")" {
                self.block = None;
            } else {
                self.directive(directive, body, comment, offset);
            }
            return;
        }
        let end = body.find([' ', '\t', '(']).unwrap_or(body.len());
        let (directive, rest) = body.split_at_checked(end).unwrap_or((body, ""));
        let rest_offset = offset + end + (rest.len() - rest.trim_start().len());
        match rest.trim() {
            "(" => self.block = Some(directive),
            "()" => {}
            rest => self.directive(directive, rest, comment, rest_offset),
        }
    }

    fn directive(&mut self, directive: &str, rest: &'a str, comment: &str, offset: usize) {
        let mut words = rest.split_whitespace().map(unquoted);
        let path = words.next().unwrap_or_default();
        // Marks of a merge conflict stand where paths are expected.
        if !path.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '[') {
            self.mistake.at(offset, "a directive without a readable value");
            return;
        }
        match directive {
            "module" => self.path = Some((path, offset)),
            "require" => match words.next() {
                Some(version) => self.require(path, version, !is_indirect(comment), offset),
                None => self.mistake.at(offset, "a requirement without a version"),
            },
            "replace" => {
                let mut target = words.skip_while(|word| *word != "=>").skip(1);
                // A target without a version is a folder.
                if let (Some(path), Some(version)) = (target.next(), target.next()) {
                    self.require(path, version, true, offset);
                }
            }
            "tool" => self.tools.push((path, offset)),
            "go" | "toolchain" | "exclude" | "retract" | "godebug" | "ignore" => {}
            _ => self.mistake.at(offset, "not a directive"),
        }
    }

    fn require(&mut self, path: &'a str, version: &'a str, direct: bool, offset: usize) {
        self.required.push(Required { path, version, direct, scope: Scope::Runtime, offset });
    }

    /// Gives the modules that tools lie in their scope. A tool is named by a
    /// path inside its module.
    fn place_tools(&mut self) {
        const DEEPEST: usize = 32;
        let places: HashMap<&str, usize> =
            self.required.iter().enumerate().map(|(place, module)| (module.path, place)).collect();
        let own = self.path.map_or("", |(path, _)| path);
        for (tool, offset) in std::mem::take(&mut self.tools) {
            let mut prefixes = std::iter::successors(Some(tool), |path| {
                path.rsplit_once('/').map(|(folder, _)| folder)
            })
            .take(DEEPEST);
            let place = prefixes.clone().find_map(|path| places.get(path).copied());
            match place.and_then(|place| self.required.get_mut(place)) {
                Some(module) if !module.direct => {
                    module.direct = true;
                    module.scope = Scope::Development;
                }
                Some(_) => {}
                None if prefixes.any(|path| path == own) => {}
                None => {
                    self.require(tool, "", true, offset);
                    if let Some(module) = self.required.last_mut() {
                        module.scope = Scope::Development;
                    }
                }
            }
        }
    }
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '`'])
}

fn is_indirect(comment: &str) -> bool {
    comment.trim_start().strip_prefix("indirect").is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with(';')
    })
}

/// The last element of a module's path that is not its major version.
fn unit_name(path: &str) -> &str {
    let is_major = |part: &str| {
        part.strip_prefix('v').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    if is_major(last) { parts.next().unwrap_or(last) } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_named_without_its_major_version() {
        assert_eq!(unit_name("git.example/team/chat/v2"), "chat");
        assert_eq!(unit_name("git.example/team/vault"), "vault");
        assert_eq!(unit_name("v2"), "v2");
    }
}
