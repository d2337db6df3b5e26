//! Which names an import gives: named ones at once; those of a module that is
//! imported as a whole when the file has been read.

use std::borrow::Cow;

use foldhash::HashMap;

use super::super::bindings::{How, Root, Value, Written};
use super::super::lexer::Kind;
use super::reader::Reader;
use crate::model::fact::Language;

/// Modules imported as a whole that are looked at.
const OPENED: usize = 32;
/// Names that are compared with them.
const NAMES: usize = 1000;
/// Parts of a name, and words of a module, that are compared.
const WORDS: usize = 8;
/// Longest name of a module, in tokens.
const NAME_TOKENS: usize = 48;
/// Characters of a name that are compared.
const NAME_CHARS: usize = 64;

/// A name that a path of the file starts with.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// Where it stands first, as a token.
    pub index: usize,
    /// Whether it is followed by `::`.
    pub scoped: bool,
}

impl<'a> Reader<'a, '_> {
    /// A module is imported at a token.
    pub fn import(&mut self, module: &'a str, index: usize) {
        let offset = self.reading.tokens.at(index).start();
        self.reading.telling.import(module.into(), offset, false);
    }

    /// A name stands for something in a module.
    pub fn bind(
        &mut self,
        name: &'a str,
        module: impl Into<Cow<'a, str>>,
        path: Cow<'a, str>,
        index: usize,
    ) {
        let value = Value::Imported { module: module.into(), path, how: How::Plainly };
        self.reading.bind_import(name, value, index);
    }

    /// A name stands for something of the project's own.
    pub fn bind_local(&mut self, name: &'a str, index: usize) {
        self.reading.bind_import(name, Value::Local, index);
    }

    /// All names of a module may be used from here on.
    pub fn open_module(&mut self, module: &'a str) {
        if self.opened.len() < OPENED && !self.opened.contains(&module) {
            self.opened.push(module);
        }
    }

    /// Binds the names that nothing in the file binds to the modules that were
    /// imported as a whole.
    pub(super) fn bind_opened(&mut self) {
        self.bind_opened_as(|module, name| format!("{module}.{name}"));
    }

    /// The same, with the path that a name in a module stands for.
    pub(super) fn bind_opened_as(&mut self, path: fn(&str, &str) -> String) {
        if self.opened.is_empty() {
            return;
        }
        let modules = Shared::of(self.opened.drain(..));
        for (name, start) in self.starts().into_iter().take(NAMES) {
            // Ruby's names in lower case are methods of whoever calls them.
            let plain = self.grammar.language != Language::Ruby && name.contains('_');
            let public = start.scoped || name.starts_with(char::is_uppercase) || plain;
            if public
                && !self.binds(name)
                && let Some(module) = modules.most_alike(name)
            {
                self.bind(name, module, path(module, name).into(), 0);
            }
        }
    }

    /// Takes a capitalised name that leads on and that nothing binds for a
    /// library's, which needs no import.
    pub(super) fn bind_globals(&mut self) {
        self.bind_opened();
        let dotted = self.grammar.dots.contains(&".");
        for (name, start) in self.starts() {
            let leads = start.scoped || (dotted && self.reading.tokens.is(start.index + 1, "."));
            if leads && name.starts_with(char::is_uppercase) && !self.binds(name) {
                self.bind(name, name, name.into(), 0);
            }
        }
    }

    /// Takes every name that nothing binds for one that needs no import.
    pub(super) fn bind_everything(&mut self) {
        for (name, _) in self.starts().into_iter().take(NAMES) {
            if !self.binds(name) {
                self.bind(name, name, name.into(), 0);
            }
        }
    }

    /// A name with those that follow it by one of `dots`: as written, and the
    /// index behind it.
    #[must_use]
    pub fn name_from(&self, first: usize, dots: &[&str]) -> (&'a str, usize) {
        let tokens = self.reading.tokens;
        let mut at = first;
        while at < first + NAME_TOKENS
            && dots.contains(&tokens.text(at + 1))
            && matches!(tokens.kind(at + 2), Kind::Name | Kind::Word)
            && !tokens.at(at + 1).line
        {
            at += 2;
        }
        (tokens.between(first, at), at + 1)
    }

    /// A module is imported at a token and may be used under a name, or as a
    /// whole under its last name and those in it.
    pub fn import_as(&mut self, module: &'a str, name: Option<&'a str>, index: usize) {
        self.import(module, index);
        let last = module.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
        if let Some(name) = name.or(last) {
            self.bind(name, module, module.into(), index);
        }
        if name.is_none() {
            self.open_module(module);
        }
    }

    /// The names that paths of the file start with, in the order of the text.
    #[must_use]
    pub fn starts(&self) -> Vec<(&'a str, Start)> {
        let mut starts: Vec<(&'a str, Start)> =
            self.starts.iter().map(|(name, start)| (*name, *start)).collect();
        starts.sort_unstable_by_key(|(_, start)| start.index);
        starts
    }

    /// Whether the file binds a name.
    #[must_use]
    pub fn binds(&self, name: &'a str) -> bool {
        let path = Written { root: &Root::Name, segments: &[name], called: 0 };
        self.reading.bindings.knows(path)
    }
}

/// Words that say nothing about which module a name is from.
const COMMON: &[&str] = &[
    "abstractions",
    "agent",
    "agents",
    "api",
    "client",
    "common",
    "core",
    "data",
    "extensions",
    "http",
    "model",
    "models",
    "net",
    "sdk",
    "service",
    "services",
    "util",
    "utils",
];

/// Modules that were imported as a whole, by what a name may share with them:
/// the ends of their words, from where a part of a word starts.
struct Shared<'a> {
    /// By such an end in lower case: its letters, whether it is of a module's own
    /// name, which is its last word, and the module.
    ends: HashMap<String, Vec<(usize, bool, &'a str)>>,
}

impl<'a> Shared<'a> {
    fn of(modules: impl Iterator<Item = &'a str>) -> Self {
        let mut ends: HashMap<String, Vec<(usize, bool, &'a str)>> = HashMap::default();
        for module in modules {
            let words = module.rsplit(|c: char| !c.is_alphanumeric()).take(WORDS);
            for (at, parts) in words.map(Parts::of).enumerate() {
                for start in &parts.starts {
                    let end = parts.letters.get(*start..).unwrap_or_default();
                    let letters = end.chars().count();
                    if letters > 1 && !COMMON.contains(&end) {
                        ends.entry(end.to_owned()).or_default().push((letters, at == 0, module));
                    }
                }
            }
        }
        Self { ends }
    }

    /// The module that shares the longest run of whole parts with a name, if any
    /// does: of several the one whose own name it is, then the most special one.
    fn most_alike(&self, name: &str) -> Option<&'a str> {
        let name = Parts::of(name);
        let runs = name.starts.iter().enumerate().flat_map(|(number, start)| {
            // `Open` says nothing of `OpenAI`.
            let ends = name.starts.iter().skip(number + 1);
            ends.filter_map(|end| name.letters.get(*start..*end))
        });
        let alike = runs.flat_map(|run| {
            let modules = self.ends.get(run).into_iter().flatten();
            modules.map(|(letters, own, module)| (*letters, *own, module.len(), *module))
        });
        alike.max().map(|(_, _, _, module)| module)
    }
}

/// A name in lower case and where its capitalised parts start: `MLContext` is
/// `ml` and `context`.
struct Parts {
    letters: String,
    /// The last one is where the name ends.
    starts: Vec<usize>,
}

impl Parts {
    fn of(name: &str) -> Self {
        let mut parts = Self { letters: String::new(), starts: Vec::new() };
        let mut chars = name.chars().take(NAME_CHARS).peekable();
        let mut before = '_';
        while let Some(c) = chars.next() {
            let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
            let starts = c.is_uppercase() && (!before.is_uppercase() || next_is_lower);
            if (starts || before == '_') && c != '_' && parts.starts.len() < WORDS {
                parts.starts.push(parts.letters.len());
            }
            if c != '_' {
                parts.letters.extend(c.to_lowercase());
            }
            before = c;
        }
        parts.starts.push(parts.letters.len());
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(name: &str, modules: &[&'a str]) -> Option<&'a str> {
        Shared::of(modules.iter().copied()).most_alike(name)
    }

    #[test]
    fn a_name_belongs_to_the_module_it_shares_a_word_with() {
        let modules = ["Vendor.Speech", "Vendor.AI.Chatting", "Other.ML"];
        assert_eq!(chosen("SpeechConfig", &modules), Some("Vendor.Speech"));
        assert_eq!(chosen("ChattingClient", &modules), Some("Vendor.AI.Chatting"));
        assert_eq!(chosen("MLContext", &modules), Some("Other.ML"));
        assert_eq!(chosen("Kernel", &["Vendor.SemanticKernel"]), Some("Vendor.SemanticKernel"));
        assert_eq!(chosen("OpenAiModel", &["vendor.openai"]), Some("vendor.openai"));
        assert_eq!(chosen("Open", &["Vendor.OpenAI"]), None);
        assert_eq!(chosen("HttpClient", &["Vendor.Client"]), None);
        assert_eq!(chosen("Html", &modules), None);
        assert_eq!(chosen("Console", &modules), None);
    }
}
