//! Names of which some only say how others begin: the whole name is strongest,
//! then the longest beginning. Case does not matter.

use foldhash::HashMap;

use super::MatcherId;

/// Longest name that is looked up, in bytes.
const LONGEST: usize = 256;

/// Names and beginnings, in lower case, with who claims them.
#[derive(Debug, Default)]
pub(super) struct Openings {
    whole: HashMap<String, Vec<MatcherId>>,
    beginnings: HashMap<String, Vec<MatcherId>>,
    /// The lengths that beginnings have, longest first.
    lengths: Vec<usize>,
}

impl Openings {
    /// A name, or with a trailing `*` a beginning.
    pub(super) fn add(&mut self, name: &str, matcher: MatcherId) {
        let name = name.to_ascii_lowercase();
        let Some(beginning) = name.strip_suffix('*') else {
            self.whole.entry(name).or_default().push(matcher);
            return;
        };
        if let Err(at) = self.lengths.binary_search_by(|known| beginning.len().cmp(known)) {
            self.lengths.insert(at, beginning.len());
        }
        self.beginnings.entry(beginning.to_owned()).or_default().push(matcher);
    }

    /// Who claims exactly this name.
    pub(super) fn whole(&self, name: &str) -> Option<&[MatcherId]> {
        if name.len() > LONGEST {
            return None;
        }
        self.whole.get(&name.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Who claims this name, or the longest beginning of it that is known.
    pub(super) fn of(&self, name: &str) -> &[MatcherId] {
        if name.len() > LONGEST {
            return &[];
        }
        let name = name.to_ascii_lowercase();
        if let Some(found) = self.whole.get(&name) {
            return found;
        }
        let mut beginnings = self.lengths.iter().filter_map(|length| name.get(..*length));
        beginnings.find_map(|beginning| self.beginnings.get(beginning)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_name_is_stronger_than_the_longest_beginning() {
        let mut names = Openings::default();
        for (matcher, name) in ["acme_*", "acme_ai_*", "acme_ai_Agent"].iter().enumerate() {
            names.add(name, matcher);
        }
        assert_eq!(names.of("acme_queue"), [0]);
        assert_eq!(names.of("acme_ai_model"), [1]);
        assert_eq!(names.of("ACME_AI_AGENT"), [2]);
        assert!(names.of("other").is_empty());
        assert!(names.of("acm\u{e9}_x").is_empty());
        assert!(names.of(&"acme_".repeat(100)).is_empty());
    }
}
