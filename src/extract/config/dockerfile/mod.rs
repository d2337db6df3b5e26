//! Container files: what images are built on, what is set in their
//! environment, what is installed into them. `instructions` splits the lines;
//! this file knows what the instructions mean. Nothing is run or expanded but
//! build arguments with a default.

mod instructions;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use self::instructions::{Instruction, Instructions};
use super::{Teller, mistaken_at};
use crate::extract::commands::{self, Style, Tokens, Word, installs};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, UnitKind};
use crate::model::place::{folder_of, name_of};

/// Reads Dockerfiles and Containerfiles.
///
/// `FROM` and `COPY --from` tell images (a stage of the file itself is none;
/// build arguments declared before `FROM` are filled in by their defaults),
/// `ENV` and `ARG` tell settings, `RUN` tells the packages that it asks
/// package managers for, `CMD` and `ENTRYPOINT` tell the value of `--model`.
///
/// The file's folder is a unit; a folder that only serves building
/// (`docker/`, `deploy/` …) stands for the one above it. One that starts a
/// workbench (a notebook server), or is one (`.devcontainer/`), is no unit:
/// nothing is deployed by it. What `COPY` and `ADD` take from the build's own folders is a link to them.
#[derive(Debug)]
pub struct Dockerfile;

/// Folders that hold container files for what lies above them.
const BUILD_FOLDERS: &[&str] = &[
    "docker",
    ".docker",
    "dockerfiles",
    "deploy",
    "deployment",
    "build",
    "ci",
    ".ci",
    "infra",
    "scripts",
    "packaging",
    "containers",
];

const KEYWORDS: &[&str] = &[
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
];

/// Longest value of a build argument that is filled in: arguments may name
/// each other, and each could double the last.
const ARGUMENT_BYTES: usize = 1024;

/// Copied folders that are told.
const COPIED: usize = 200;

impl Extractor for Dockerfile {
    fn id(&self) -> &'static str {
        "dockerfile"
    }

    fn about(&self) -> &'static str {
        "Dockerfile and Containerfile: base images, environment, installs"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Dockerfile", "Containerfile"],
            globs: &[
                "Dockerfile.*",
                "Dockerfile-*",
                "Dockerfile_*",
                "Containerfile.*",
                "*.Dockerfile",
                "*.dockerfile",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if [".dockerignore", ".md"].iter().any(|ending| content.name().ends_with(ending)) {
            return Ok(());
        }
        let instructions = Instructions::new(content.text);
        let escape = instructions.escape();
        let mut file = File {
            escape,
            stages: HashSet::new(),
            arguments: HashMap::new(),
            has_from: false,
            works_in_it: false,
            root: root_of(content.path),
            copied: HashSet::new(),
            teller: Teller::new(content, sink),
        };
        file.works_in_it = Instructions::new(content.text)
            .filter(|found| {
                ["CMD", "ENTRYPOINT"].iter().any(|it| found.keyword.eq_ignore_ascii_case(it))
            })
            .any(|found| commands::starts_workbench(found.body))
            || content.path.split('/').any(|folder| folder == ".devcontainer");
        let mut mistake = None;
        for instruction in instructions {
            if !file.instruction(&instruction) || instruction.unclosed {
                mistake.get_or_insert(instruction.offset);
            }
            if file.teller.is_full() {
                return Ok(());
            }
        }
        mistaken_at(content, mistake)
    }
}

/// What is known of the file so far.
struct File<'t, 'a> {
    escape: u8,
    /// Names of the stages so far, lower case.
    stages: HashSet<String>,
    /// Defaults of the build arguments declared before the first `FROM`.
    arguments: HashMap<String, String>,
    has_from: bool,
    /// What it starts is a workbench for a person.
    works_in_it: bool,
    root: Option<String>,
    /// What has been copied so far.
    copied: HashSet<String>,
    teller: Teller<'t, 'a>,
}

impl<'a> File<'_, 'a> {
    /// Tells what the instruction says; false if it has no place here: only
    /// arguments stand before `FROM`.
    fn instruction(&mut self, found: &Instruction<'a>) -> bool {
        let keyword = found.keyword.to_ascii_uppercase();
        let has_place = self.has_from || matches!(keyword.as_str(), "FROM" | "ARG");
        self.known(&keyword, found) && has_place
    }

    fn known(&mut self, keyword: &str, found: &Instruction<'a>) -> bool {
        match keyword {
            "FROM" => return self.from(found),
            "ARG" => self.argument(found),
            "ENV" => self.environment(found),
            "COPY" | "ADD" => self.copy(found),
            "RUN" => self.run(found),
            "CMD" | "ENTRYPOINT" => self.start(found.body, found.body_offset),
            "ONBUILD" => return self.later(found),
            _ => return KEYWORDS.contains(&keyword),
        }
        true
    }

    fn words(&self, body: &'a str, offset: usize, style: Style) -> Tokens<'a> {
        Tokens::new(body, offset, style).with_escape(self.escape)
    }

    fn plain(&self, found: &Instruction<'a>) -> impl Iterator<Item = Word<'a>> + use<'a> {
        self.words(found.body, found.body_offset, Style::Plain).words()
    }

    fn from(&mut self, found: &Instruction<'a>) -> bool {
        let mut words = self.plain(found).filter(|word| !word.text.starts_with("--"));
        let Some(image) = words.next() else { return false };
        if !self.has_from {
            self.has_from = true;
            if !self.works_in_it {
                let root = self.root.clone().map(Cow::Owned);
                self.teller.whole(Fact::Unit { kind: UnitKind::Dockerfile, name: None, root });
            }
        }
        self.image(&image.text, image.offset);
        if words.next().is_some_and(|word| word.text.eq_ignore_ascii_case("as"))
            && let Some(stage) = words.next()
        {
            self.stages.insert(stage.text.to_ascii_lowercase());
        }
        true
    }

    /// An image, unless it is a stage of this file or nothing is known of it.
    fn image(&mut self, reference: &str, offset: usize) {
        let reference = expand(reference, &self.arguments).unwrap_or_else(|| reference.to_owned());
        let is_number = reference.bytes().all(|byte| byte.is_ascii_digit());
        let is_unknown = reference.starts_with('$');
        if is_number
            || is_unknown
            || reference == "scratch"
            || self.stages.contains(&reference.to_ascii_lowercase())
        {
            return;
        }
        self.teller.at(offset, Fact::Image { reference: Cow::Owned(reference) });
    }

    fn argument(&mut self, found: &Instruction<'a>) {
        for word in self.plain(found) {
            let Some((name, value)) = word.text.split_once('=') else { continue };
            self.teller.setting(word.offset, name, value, false);
            if !self.has_from
                && let Some(value) = expand(value, &self.arguments)
            {
                self.arguments.insert(name.to_owned(), value);
            }
        }
    }

    /// `ENV A=b C=d`, or `ENV A the rest of the line`.
    fn environment(&mut self, found: &Instruction<'a>) {
        let mut words = self.plain(found).peekable();
        let Some(first) = words.peek() else { return };
        if !first.text.contains('=') {
            let start = first.offset + first.text.len() - found.body_offset;
            let value = found.body.get(start..).unwrap_or_default().trim();
            self.teller.setting(first.offset, &first.text, value, false);
            return;
        }
        for word in words {
            if let Some((name, value)) = word.text.split_once('=') {
                self.teller.setting(word.offset, name, value, false);
            }
        }
    }

    fn copy(&mut self, found: &Instruction<'a>) {
        let options = self.plain(found).take_while(|word| word.text.starts_with("--"));
        for word in options {
            if let Some(image) = word.text.strip_prefix("--from=") {
                self.image(image, word.offset + "--from=".len());
                return;
            }
        }
        self.sources(found);
    }

    /// Links to what is copied out of the folders that the image is built from.
    fn sources(&mut self, found: &Instruction<'a>) {
        let body = found.body.trim_start();
        let style = if body.starts_with('[') { Style::List } else { Style::Plain };
        let words = self.words(found.body, found.body_offset, style).words();
        let mut words: Vec<Word<'a>> =
            words.filter(|word| !word.text.starts_with("--")).take(COPIED).collect();
        words.pop(); // where to
        for word in words {
            let source = word.text.trim_start_matches("./").trim_matches('/');
            let is_folder = !source.is_empty()
                && source != "."
                && !source.contains(['$', '*', ':', '\\', '?', '<'])
                && !source.split('/').any(|part| part == "..");
            if is_folder && self.copied.len() < COPIED && self.copied.insert(source.to_owned()) {
                let name = Some(Cow::Owned(source.to_owned()));
                let root = self.root.clone().map(Cow::Owned);
                self.teller.at(word.offset, Fact::Unit { kind: UnitKind::Carried, name, root });
            }
        }
    }

    fn run(&mut self, found: &Instruction<'a>) {
        let rest = self.mounts(found);
        let command = found.body.get(rest - found.body_offset..).unwrap_or_default();
        let style = if command.starts_with('[') { Style::List } else { Style::Shell };
        installs::tell(self.words(command, rest, style), &mut |at, fact| {
            self.teller.at(at, fact);
        });
        if let Some((document, offset)) = found.document
            && is_script(command)
        {
            installs::tell(self.words(document, offset, Style::Shell), &mut |at, fact| {
                self.teller.at(at, fact);
            });
        }
    }

    /// Tells the images that are mounted; returns where the command starts.
    fn mounts(&mut self, found: &Instruction<'a>) -> usize {
        for word in self.plain(found) {
            if !word.text.starts_with("--") {
                let before = (word.offset - found.body_offset).checked_sub(1);
                let quote = before.and_then(|at| found.body.as_bytes().get(at));
                return word.offset - usize::from(matches!(quote, Some(b'"' | b'\'')));
            }
            let Some(mount) = word.text.strip_prefix("--mount=") else { continue };
            if let Some(image) = mount.split(',').find_map(|part| part.strip_prefix("from=")) {
                self.image(image, word.offset);
            }
        }
        found.body_offset + found.body.len()
    }

    fn start(&mut self, body: &'a str, offset: usize) {
        let style = if body.trim_start().starts_with('[') { Style::List } else { Style::Shell };
        let words = self.words(body, offset, style).words();
        commands::each_model(words, &mut |model, at| {
            self.teller.setting(at, "model", model, false);
        });
    }

    /// `ONBUILD` holds an instruction for images built upon this one.
    fn later(&mut self, found: &Instruction<'a>) -> bool {
        let body = found.body.trim_start();
        let offset = found.body_offset + (found.body.len() - body.len());
        let end = body.find(char::is_whitespace).unwrap_or(body.len());
        let (keyword, rest) = body.split_at(end);
        let held = Instruction {
            keyword,
            offset,
            body: rest,
            body_offset: offset + end,
            document: found.document,
            unclosed: false,
        };
        // The builder refuses these two inside ONBUILD, so the nesting ends here.
        let refused = ["ONBUILD", "FROM"].iter().any(|it| keyword.eq_ignore_ascii_case(it));
        !refused && self.instruction(&held)
    }
}

/// Whether a here-document after this command is a shell script.
fn is_script(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    first.starts_with("<<") || matches!(name_of(first), "sh" | "bash" | "dash" | "ash")
}

/// `text` with `$A`, `${A}` and `${A:-default}` filled in, unknown variables
/// left as they are; `None` if it grows beyond bounds.
fn expand(text: &str, arguments: &HashMap<String, String>) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut filled = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, from) = rest.split_at(dollar);
        filled.push_str(before);
        let braced = from.strip_prefix("${");
        let length = match braced {
            Some(braced) => braced.find('}').map_or(from.len(), |end| end + 3),
            None => from.get(1..)?.find(|c| !is_letter(c)).map_or(from.len(), |end| end + 1),
        };
        let (variable, beyond) = from.split_at(length);
        let inner = variable.trim_start_matches(['$', '{']).trim_end_matches('}');
        let (name, modifier) = inner.split_at(inner.find(|c| !is_letter(c)).unwrap_or(inner.len()));
        let default = modifier.strip_prefix(':').unwrap_or(modifier).strip_prefix('-');
        let value = arguments.get(name).map(String::as_str).filter(|value| !value.is_empty());
        filled.push_str(value.or(default).unwrap_or(variable));
        if filled.len() > ARGUMENT_BYTES {
            return None;
        }
        rest = beyond;
    }
    filled.push_str(rest);
    (filled.len() <= ARGUMENT_BYTES).then_some(filled)
}

/// Where the unit lies, seen from the file's folder, if not there.
fn root_of(path: &str) -> Option<String> {
    let mut folder = folder_of(path);
    let mut root = String::new();
    while BUILD_FOLDERS.iter().any(|known| name_of(folder).eq_ignore_ascii_case(known)) {
        root.push_str(if root.is_empty() { ".." } else { "/.." });
        folder = folder_of(folder);
    }
    (!root.is_empty()).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_double_each_other_stay_small() {
        let arguments = HashMap::from([("A".to_owned(), "x".repeat(600))]);
        assert_eq!(expand("$A$A", &arguments), None);
        assert_eq!(expand("a:${B:-y}", &arguments).as_deref(), Some("a:y"));
        assert_eq!(expand("${B-y}:$C-z${D", &arguments).as_deref(), Some("y:$C-z${D"));
    }

    #[test]
    fn a_folder_that_only_builds_stands_for_the_one_above() {
        assert_eq!(root_of("Dockerfile"), None);
        assert_eq!(root_of("api/Dockerfile"), None);
        assert_eq!(root_of("api/docker/Dockerfile").as_deref(), Some(".."));
        assert_eq!(root_of("infra/docker/Dockerfile").as_deref(), Some("../.."));
    }
}
