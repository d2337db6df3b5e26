//! Shell scripts.
//!
//! [`scanner`] finds the commands, [`writing`] reads data that a script holds;
//! this file says what commands mean as far as that can be told of any
//! program. Knows no product.

mod scanner;
mod writing;

use std::borrow::Cow;
use std::collections::HashSet;

use self::scanner::{EXPANSION, Fault, Listener, Scanner};
use crate::extract::commands::{MODEL_OPTION, Word, installs};
use crate::extract::{
    Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Sink, code::languages,
};
use crate::model::fact::{Argument, Fact, Language};
use crate::model::place::Span;

/// Scripts within scripts (`sh -c '…'`) that are read.
const SCRIPTS: usize = 256;

/// Shell scripts, read without running them.
///
/// A command is a call of its program, or of `program.word` if a bare word and
/// more follow; the arguments are its words, named by the long option before
/// them, with the fields of JSON among them as named arguments. Packages that a
/// command installs are packages, images that it runs are images, and what
/// `--model` is given is the setting `model`. Assignments and exports are
/// settings, and so is the default in `${NAME:-default}`. A variable that the
/// script has not set itself is read from the environment. Here-documents are
/// read line by line, as settings where a line gives a name a value, else as
/// literals; so is what `echo` and `printf` say.
///
/// Comments are not read; what is compared in tests is no fact.
#[derive(Debug)]
pub struct Shell;

impl Extractor for Shell {
    fn id(&self) -> &'static str {
        "shell"
    }

    fn about(&self) -> &'static str {
        "shell scripts: commands, installs, variables"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: languages::SHELL_EXTENSIONS,
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut reader = Reader {
            content,
            facts: Vec::new(),
            count: 0,
            assigned: HashSet::new(),
            scripts: Vec::new(),
        };
        let mut fault = Scanner::read(content.text, 0, &mut reader);
        for (script, offset) in std::mem::take(&mut reader.scripts) {
            let mut inner = Inner(&mut reader);
            let within = Scanner::read(&script, offset, &mut inner);
            fault = fault.or(within.filter(|fault| *fault == Fault::TooDeep));
        }
        reader.facts.sort_by_key(|(span, _)| *span);
        for (span, fact) in reader.facts {
            sink.fact(fact, Some(span));
        }
        if reader.count > content.limits.facts_per_file {
            sink.note(ProblemCode::Capped, "the file says more than is kept of one file");
        }
        match fault {
            Some(Fault::Endless(at)) if !content.truncated => Err(ExtractError::malformed(
                format_args!("what opens in line {} never ends", content.span_at(at).line),
            )),
            Some(Fault::TooDeep) => Err(ExtractError::TooDeep { limit: scanner::DEPTH }),
            _ => Ok(()),
        }
    }
}

struct Reader<'t, 'a> {
    content: &'t Content<'a>,
    facts: Vec<(Span, Fact<'static>)>,
    count: usize,
    /// Names that the script has given a value so far.
    assigned: HashSet<String>,
    /// Scripts handed to another shell, with their offsets.
    scripts: Vec<(String, usize)>,
}

/// Words that say nothing by what follows them.
const SILENT: &[&str] = &[
    "[", "[[", "alias", "case", "cd", "egrep", "exit", "fgrep", "function", "grep", "let", "mkdir",
    "return", "rg", "rm", "set", "shift", "shopt", "source", "test", "trap", "type", "ulimit",
    "umask", "unset", "wait", "which",
];
/// Words that declare variables.
const DECLARING: &[&str] = &["declare", "export", "local", "readonly", "setenv", "typeset"];
/// Programs that only repeat what they are given.
const REPEATING: &[&str] = &["echo", "printf", "logger", "print"];
/// Programs that run containers.
const CONTAINERS: &[&str] = &["docker", "podman", "nerdctl"];
/// Their options whose value is the next word.
const CONTAINER_OPTIONS: &[&str] = &[
    "-a",
    "-c",
    "-e",
    "-h",
    "-l",
    "-m",
    "-p",
    "-u",
    "-v",
    "-w",
    "--add-host",
    "--cap-add",
    "--cpus",
    "--device",
    "--entrypoint",
    "--env",
    "--env-file",
    "--gpus",
    "--hostname",
    "--ipc",
    "--label",
    "--memory",
    "--mount",
    "--name",
    "--net",
    "--network",
    "--platform",
    "--publish",
    "--pull",
    "--restart",
    "--runtime",
    "--security-opt",
    "--shm-size",
    "--ulimit",
    "--user",
    "--volume",
    "--workdir",
];

impl<'a> Listener<'a> for Reader<'_, 'a> {
    fn command(&mut self, words: &[Word<'a>]) {
        self.read(words, true);
    }

    fn list(&mut self, name: &str, words: &[Word<'a>]) {
        self.listed(name, words);
    }

    fn variable(&mut self, name: &'a str, offset: usize) {
        self.reads(name, offset);
    }

    fn fallback(&mut self, name: &'a str, value: &str, offset: usize) {
        self.setting(name, value, offset);
    }

    fn document(&mut self, body: &'a str, offset: usize, expands: bool) {
        let mut start = offset;
        for line in body.split_inclusive('\n') {
            let said = if expands { self.filled_in(line, start) } else { Cow::Borrowed(line) };
            self.line(&said, start);
            start += line.len();
        }
    }
}

/// Hears a script within the script; one within that is not read.
struct Inner<'r, 't, 'a>(&'r mut Reader<'t, 'a>);

impl<'s> Listener<'s> for Inner<'_, '_, '_> {
    fn command(&mut self, words: &[Word<'s>]) {
        self.0.read(words, false);
    }

    fn list(&mut self, name: &str, words: &[Word<'s>]) {
        self.0.listed(name, words);
    }

    fn variable(&mut self, name: &'s str, offset: usize) {
        self.0.reads(name, offset);
    }

    fn fallback(&mut self, name: &'s str, value: &str, offset: usize) {
        self.0.setting(name, value, offset);
    }

    fn document(&mut self, body: &'s str, offset: usize, _expands: bool) {
        self.0.line(body, offset);
    }
}

impl Reader<'_, '_> {
    fn fact(&mut self, offset: usize, fact: Fact<'static>) {
        self.count += 1;
        if self.count <= self.content.limits.facts_per_file {
            self.facts.push((self.content.span_at(offset), fact));
        }
    }

    fn setting(&mut self, key: &str, value: &str, offset: usize) {
        let (key, value) = (Cow::Owned(key.to_owned()), Cow::Owned(value.to_owned()));
        self.fact(offset, Fact::Setting { key, value, listed: false });
    }

    fn literal(&mut self, text: &str, name: Option<&str>, listed: bool, offset: usize) {
        let text = text.trim();
        if !text.is_empty() && text != EXPANSION {
            let name = name.map(|name| Cow::Owned(name.to_owned()));
            self.fact(offset, Fact::Literal { text: Cow::Owned(text.to_owned()), name, listed });
        }
    }

    fn listed(&mut self, name: &str, words: &[Word<'_>]) {
        self.assigned(name);
        for word in words {
            self.literal(&word.text, Some(name), words.len() > 1, word.offset);
        }
    }

    fn reads(&mut self, name: &str, offset: usize) {
        if !self.assigned.contains(name) {
            self.fact(offset, Fact::Variable { name: Cow::Owned(name.to_owned()) });
        }
    }

    /// Tells what a word assigns, if it does.
    fn assigns(&mut self, word: &Word<'_>) -> bool {
        let Some((name, value)) = writing::assignment(&word.text) else { return false };
        self.setting(name, value, word.offset);
        self.assigned(name);
        true
    }

    fn assigned(&mut self, name: &str) {
        if self.assigned.len() < self.content.limits.facts_per_file {
            self.assigned.insert(name.to_owned());
        }
    }

    /// A line that is written somewhere.
    fn line(&mut self, line: &str, offset: usize) {
        let fields = writing::fields(line);
        for (name, value, at) in &fields {
            self.literal(value, Some(name), false, offset + at);
        }
        if !fields.is_empty() {
            return;
        }
        if let Some((name, value, at)) = writing::given(line) {
            self.setting(name, value, offset + at);
        } else {
            let indent = line.len() - line.trim_start().len();
            self.literal(line, None, false, offset + indent);
        }
    }

    /// A line of a here-document with its variables as `{}`.
    fn filled_in<'l>(&mut self, line: &'l str, offset: usize) -> Cow<'l, str> {
        if !line.contains('$') {
            return Cow::Borrowed(line);
        }
        let mut out = String::with_capacity(line.len());
        let mut at = 0;
        while let Some(dollar) = line.get(at..).and_then(|rest| rest.find('$')).map(|to| at + to) {
            out.push_str(line.get(at..dollar).unwrap_or_default());
            let braced = line.as_bytes().get(dollar + 1) == Some(&b'{');
            let name = scanner::name_at(line, dollar + 1 + usize::from(braced));
            let escaped = line.get(..dollar).is_some_and(|before| before.ends_with('\\'));
            at = dollar + 1;
            if name.is_empty() || escaped {
                out.push('$');
                continue;
            }
            self.reads(name, offset + dollar);
            at += usize::from(braced) + name.len();
            if braced {
                let behind = line.get(at..).unwrap_or_default();
                at += behind.find('}').map_or(behind.len(), |end| end + 1);
            }
            out.push_str(EXPANSION);
        }
        out.push_str(line.get(at..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// Reads a command. `outermost`: not in a script within the script.
    fn read(&mut self, words: &[Word<'_>], outermost: bool) {
        let rest = installs::after_leaders(words);
        for word in words.iter().take(words.len() - rest.len()) {
            self.assigns(word);
        }
        let Some((first, arguments)) = rest.split_first() else { return };
        let program = installs::program_of(&first.text);
        match program {
            "for" | "select" => self.loops(arguments),
            _ if SILENT.binary_search(&program).is_ok() => {}
            _ if DECLARING.contains(&program) => {
                for word in arguments {
                    self.assigns(word);
                }
            }
            _ if REPEATING.contains(&program) => {
                for word in arguments.iter().filter(|word| !word.text.starts_with('-')) {
                    self.line(&word.text, word.offset);
                }
            }
            _ => {
                if let Some(script) = installs::script_of(rest).filter(|_| outermost) {
                    if self.scripts.len() < SCRIPTS {
                        self.scripts.push((script.text.clone().into_owned(), script.offset));
                    }
                } else {
                    self.runs(rest, program, arguments);
                }
            }
        }
    }

    /// `for name in words`.
    fn loops(&mut self, arguments: &[Word<'_>]) {
        if let [name, word, items @ ..] = arguments
            && word.text == "in"
        {
            self.listed(&name.text, items);
        }
    }

    fn runs(&mut self, command: &[Word<'_>], program: &str, arguments: &[Word<'_>]) {
        let before = self.count;
        installs::tell_command(command, &mut |offset, fact| {
            if let Fact::Package(package) = fact {
                self.fact(
                    offset,
                    Fact::Package(crate::model::fact::Package {
                        name: Cow::Owned(package.name.into_owned()),
                        version: Cow::Owned(package.version.into_owned()),
                        ..package
                    }),
                );
            }
        });
        if self.count > before || program.contains(EXPANSION) {
            return;
        }
        if CONTAINERS.contains(&program) {
            self.image(arguments);
        }
        self.call(command, program, arguments);
    }

    /// The image that is run or fetched: the first word that is no option.
    fn image(&mut self, arguments: &[Word<'_>]) {
        let Some((first, rest)) = arguments.split_first() else { return };
        if !matches!(first.text.as_ref(), "run" | "pull" | "create") {
            return;
        }
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            if CONTAINER_OPTIONS.contains(&word.text.as_ref()) {
                words.next();
            } else if !word.text.starts_with('-') {
                if !word.text.contains(EXPANSION) {
                    let reference = Cow::Owned(word.text.clone().into_owned());
                    self.fact(word.offset, Fact::Image { reference });
                }
                return;
            }
        }
    }

    fn call(&mut self, command: &[Word<'_>], program: &str, arguments: &[Word<'_>]) {
        let mut path = program.to_owned();
        let mut rest = arguments.iter().peekable();
        if arguments.len() > 1
            && let Some(word) = rest.next_if(|word| is_bare(&word.text))
        {
            path.push('.');
            path.push_str(&word.text);
        }
        let mut given = Vec::new();
        while let Some(word) = rest.next() {
            let Some(option) = word.text.strip_prefix("--") else {
                if !word.text.starts_with('-') && !self.assigns_for(word) {
                    self.argument(None, &word.text, word.offset, &mut given);
                }
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some((value, word.offset + 3 + name.len()))),
                None => (
                    option,
                    rest.next_if(|next| !next.text.starts_with('-'))
                        .map(|next| (next.text.as_ref(), next.offset)),
                ),
            };
            let Some((value, offset)) = value else { continue };
            if MODEL_OPTION.strip_prefix("--") == Some(name) && !value.contains(EXPANSION) {
                self.setting(name, value, offset);
            } else if let Some((key, value)) = writing::assignment(value) {
                self.setting(key, value, offset);
            } else {
                let name = (!name.is_empty()).then(|| name.replace('-', "_"));
                self.argument(name.as_deref(), value, offset, &mut given);
            }
        }
        if let Some(first) = command.first().filter(|_| !given.is_empty()) {
            let path = Cow::Owned(path);
            let language = Language::Shell;
            self.fact(
                first.offset,
                Fact::Call {
                    language,
                    module: None,
                    path,
                    arguments: given,
                    named: Vec::new(),
                    decorates: None,
                },
            );
        }
    }

    /// `NAME=value` as a word of a command: a setting of what is run.
    fn assigns_for(&mut self, word: &Word<'_>) -> bool {
        match writing::assignment(&word.text) {
            Some((name, value)) => {
                self.setting(name, value, word.offset);
                true
            }
            None => false,
        }
    }

    fn argument(
        &mut self,
        name: Option<&str>,
        value: &str,
        offset: usize,
        given: &mut Vec<Argument<'static>>,
    ) {
        if value.is_empty() || value == EXPANSION {
            return;
        }
        let mut push = |name: Option<&str>, value: &str, offset: usize| {
            self.count += 1;
            if self.count <= self.content.limits.facts_per_file {
                given.push(Argument {
                    name: name.map(|name| Cow::Owned(name.to_owned())),
                    value: Cow::Owned(value.to_owned()),
                    span: self.content.span_at(offset),
                });
            }
        };
        let fields = writing::fields(value);
        for (name, value, at) in fields.iter().filter(|field| field.1 != EXPANSION) {
            push(Some(name), value, offset + at);
        }
        if fields.is_empty() {
            push(name, value, offset);
        }
    }
}

/// Whether a word can be a command of a program: lower case, and no file.
fn is_bare(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
