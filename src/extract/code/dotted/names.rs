//! Which names an import gives: named ones at once; those of a module that is
//! imported as a whole when the file has been read.

use std::borrow::Cow;

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
        let modules: Vec<Opened<'a>> = self.opened.drain(..).map(Opened::of).collect();
        for (name, start) in self.starts().into_iter().take(NAMES) {
            // Ruby's names in lower case are methods of whoever calls them.
            let plain = self.grammar.language != Language::Ruby && name.contains('_');
            let public = start.scoped || name.starts_with(char::is_uppercase) || plain;
            if public
                && !self.binds(name)
                && let Some(module) = most_alike(name, &modules)
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

/// The module that shares the longest words with a name, if any does; of
/// several the most special one.
fn most_alike<'a>(name: &str, modules: &[Opened<'a>]) -> Option<&'a str> {
    let name = Parts::of(name);
    let alike = |module: &Opened<'_>| {
        // Of two that share the same the one wins whose own name it is.
        let words = module.words.iter().enumerate();
        words.map(|(at, word)| (name.shared(word), at == 0)).max()
    };
    let ranked = modules.iter().map(|one| (alike(one), one.module.len(), one.module));
    let telling = ranked.filter(|(alike, _, _)| alike.is_some_and(|(length, _)| length > 1));
    telling.max().map(|(_, _, module)| module)
}

/// A module that was imported as a whole, and its words, the last one first.
struct Opened<'a> {
    module: &'a str,
    words: Vec<Parts>,
}

impl<'a> Opened<'a> {
    fn of(module: &'a str) -> Self {
        let words = module.rsplit(|c: char| !c.is_alphanumeric());
        Self { module, words: words.take(WORDS).map(Parts::of).collect() }
    }
}

/// A name in lower case and where its capitalised parts start: `MLContext` is
/// `ml` and `context`.
struct Parts {
    letters: Vec<char>,
    starts: Vec<usize>,
}

impl Parts {
    fn of(name: &str) -> Self {
        let mut parts = Self { letters: Vec::new(), starts: Vec::new() };
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

    /// The length of the longest run of whole parts that a name shares with the
    /// end of another.
    fn shared(&self, other: &Self) -> usize {
        let mut longest = 0;
        for start in &self.starts {
            for of in &other.starts {
                let tail = other.letters.get(*of..).unwrap_or_default();
                let end = start + tail.len();
                let same = tail.len() > longest && self.letters.get(*start..end) == Some(tail);
                // `Open` says nothing of `OpenAI`.
                let whole = same && self.starts.contains(&end);
                if whole && !COMMON.contains(&String::from_iter(tail).as_str()) {
                    longest = tail.len();
                }
            }
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(name: &str, modules: &[&'a str]) -> Option<&'a str> {
        most_alike(name, &modules.iter().map(|module| Opened::of(module)).collect::<Vec<_>>())
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
