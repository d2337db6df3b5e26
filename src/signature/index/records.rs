//! Names and ids of what exports tell of: apps, licences, extensions, programs,
//! services of clouds. They open no gate: exports are known by their shape.

use foldhash::HashMap;

use super::{Index, MatcherId};
use crate::model::fact::RecordKind;

/// The names of one kind of record.
#[derive(Debug, Default)]
pub(super) struct Names {
    exact: HashMap<String, Vec<MatcherId>>,
    prefixes: Vec<(String, MatcherId)>,
}

impl Names {
    /// A name; a trailing `*` makes it the beginning of names.
    pub(super) fn add(&mut self, name: &str, matcher: MatcherId) {
        match name.strip_suffix('*') {
            Some(prefix) => self.prefixes.push((folded(prefix), matcher)),
            None => self.exact.entry(folded(name)).or_default().push(matcher),
        }
    }

    fn of(&self, name: &str) -> Vec<MatcherId> {
        let name = folded(name);
        if let Some(exact) = self.exact.get(&name) {
            return exact.clone();
        }
        let begins = self.prefixes.iter().filter(|(prefix, _)| name.starts_with(prefix.as_str()));
        begins.map(|(_, matcher)| *matcher).collect()
    }
}

/// Names compare without regard to case and to how many blanks part the words.
fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Longest name or id that is looked up.
const NAME_BYTES: usize = 256;

impl Index {
    /// Whether a signature claims a host by its very name, and not as one of
    /// many under a pattern.
    #[must_use]
    pub fn names_host(&self, host: &str) -> bool {
        self.hosts.contains_key(host)
            || self.records.get(&RecordKind::Host).is_some_and(|names| !names.of(host).is_empty())
    }

    /// Matchers that claim a name or id of a kind of record. A program goes by
    /// the name of the app, too.
    #[must_use]
    pub fn records(&self, kind: RecordKind, name: &str) -> Vec<MatcherId> {
        if name.len() > NAME_BYTES {
            return Vec::new();
        }
        let of = |kind: RecordKind| self.records.get(&kind).map(|names| names.of(name));
        let mut found = of(kind).unwrap_or_default();
        if found.is_empty() && matches!(kind, RecordKind::Program | RecordKind::Extension) {
            found = of(RecordKind::App).unwrap_or_default();
        }
        found
    }
}
