//! Which names an import gives: named ones at once; those of a module that is
//! imported as a whole when the file has been read.

use std::borrow::Cow;

use super::super::bindings::{How, Value};
use super::Opened;
use super::reader::Reader;

/// Modules imported as a whole that are looked at.
const OPENED: usize = 64;

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
    pub fn bind(&mut self, name: &'a str, module: &'a str, path: Cow<'a, str>, index: usize) {
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
        if self.opened.is_empty() && !self.grammar.globals {
            return;
        }
        let modules = std::mem::take(&mut self.opened);
        let mut starts: Vec<(&'a str, Start)> =
            self.starts.iter().map(|(name, start)| (*name, *start)).collect();
        starts.sort_unstable_by_key(|(_, start)| start.index);
        for (name, start) in starts {
            if self.binds(name) {
                continue;
            }
            let capitalised = name.starts_with(char::is_uppercase);
            let chosen = match modules.as_slice() {
                [only] if capitalised && self.grammar.opened == Opened::Holds => Some(*only),
                _ => most_alike(name, &modules),
            };
            match chosen {
                Some(module) if self.grammar.opened == Opened::File => {
                    self.bind(name, module, name.into(), 0);
                }
                Some(module) => self.bind(name, module, format!("{module}.{name}").into(), 0),
                None if self.grammar.globals && capitalised && start.scoped && !self.namespaced => {
                    self.bind(name, name, name.into(), 0);
                }
                None => {}
            }
        }
    }

    /// Whether the file binds a name.
    pub fn binds(&self, name: &'a str) -> bool {
        use super::super::bindings::{Path, Root};
        let path = Path { root: Root::Name, segments: vec![name], called: 0 };
        self.reading.bindings.knows(&path)
    }
}

/// The module that shares the longest word with a name, if any does.
fn most_alike<'a>(name: &str, modules: &[&'a str]) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let alike = |module: &&str| {
        let words = module.split(|c: char| !c.is_alphanumeric());
        let shared = words.filter(|word| word.len() > 1 && shares(name, &folded, word));
        shared.map(str::len).max().unwrap_or(0)
    };
    modules
        .iter()
        .map(|module| (alike(module), *module))
        .filter(|(length, _)| *length > 0)
        .fold(None, |best: Option<(usize, &str)>, next| match best {
            // The more special module says more.
            Some(known) if (known.0, known.1.len()) >= (next.0, next.1.len()) => Some(known),
            _ => Some(next),
        })
        .map(|(_, module)| module)
}

/// Whether a name holds a word: at its start, or as one of its capitalised parts.
fn shares(name: &str, folded: &str, word: &str) -> bool {
    let lower = word.to_lowercase();
    folded.match_indices(&lower).any(|(at, _)| {
        let starts =
            at == 0 || name.get(at..).is_some_and(|rest| rest.starts_with(char::is_uppercase));
        let ends = name
            .get(at + lower.len()..)
            .is_none_or(|rest| !rest.starts_with(char::is_lowercase) || lower.len() > 3);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::most_alike;

    #[test]
    fn a_name_belongs_to_the_module_it_shares_a_word_with() {
        let modules = ["Vendor.Speech", "Vendor.AI.Chatting", "Other.ML"];
        assert_eq!(most_alike("SpeechConfig", &modules), Some("Vendor.Speech"));
        assert_eq!(most_alike("ChattingClient", &modules), Some("Vendor.AI.Chatting"));
        assert_eq!(most_alike("MLContext", &modules), Some("Other.ML"));
        assert_eq!(most_alike("Html", &modules), None);
        assert_eq!(most_alike("Console", &modules), None);
    }
}
