//! Phrases of words, found in a row of words. A phrase is looked up by its
//! first word (whole, or by its first letters), so the cost follows the text
//! and hardly the number of phrases. Knows no area and no marker.

use foldhash::HashMap;

use aho_corasick::AhoCorasick;

use super::tokens::{COMPARES, Tokens, folded_words};

/// Letters by which a stem is looked up; no stem is shorter.
const STEM: usize = 3;
/// Shortest stem that counts inside a longer word.
const INSIDE: usize = 8;
/// Most spellings that the alternatives of one phrase may make.
const SPELLINGS: usize = 256;

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Whole(String),
    Stem(String),
    /// `#`: a number.
    Number,
    /// `<>`: a comparison.
    Compares,
    /// `?`: any word.
    Any,
}

/// A phrase that was met: whose it is, and its first and last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) owner: usize,
}

/// Phrases, compiled.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    spelt: Vec<(Vec<Part>, usize)>,
    whole: HashMap<String, Vec<usize>>,
    stems: HashMap<String, Vec<usize>>,
    inside: Vec<(String, usize)>,
    insides: Option<AhoCorasick>,
}

impl Phrases {
    /// Adds every spelling of a phrase; what is no phrase is passed by (the
    /// lint of the tables tells it). `compounds`: a long single stem counts
    /// inside a word too.
    pub(super) fn add(&mut self, phrase: &str, owner: usize, compounds: bool) {
        for spelling in spellings(phrase) {
            let Some(parts) = parts(&spelling) else { continue };
            if compounds
                && let [Part::Stem(stem)] = parts.as_slice()
                && stem.len() >= INSIDE
            {
                self.inside.push((stem.clone(), owner));
            }
            let index = self.spelt.len();
            match parts.first() {
                Some(Part::Whole(word)) => self.whole.entry(word.clone()).or_default().push(index),
                Some(Part::Compares) => {
                    self.whole.entry(COMPARES.to_owned()).or_default().push(index);
                }
                Some(Part::Stem(stem)) => {
                    let key: String = stem.chars().take(STEM).collect();
                    self.stems.entry(key).or_default().push(index);
                }
                _ => continue,
            }
            self.spelt.push((parts, owner));
        }
    }

    /// Makes what is looked for inside words ready; called once, at the end.
    pub(super) fn ready(&mut self) {
        self.insides = AhoCorasick::new(self.inside.iter().map(|(stem, _)| stem)).ok();
    }

    /// Every phrase met, by first word; each owner once per first word.
    pub(super) fn find(&self, tokens: &Tokens) -> Vec<Met> {
        let mut met = Vec::new();
        for (index, token) in tokens.all().iter().enumerate() {
            let word = tokens.text_of(token);
            let by_stem = word.char_indices().nth(STEM - 1).and_then(|(at, c)| {
                self.stems.get(word.get(..at + c.len_utf8()).unwrap_or_default())
            });
            let candidates = self.whole.get(word).into_iter().chain(by_stem).flatten();
            for candidate in candidates {
                let Some((parts, owner)) = self.spelt.get(*candidate) else { continue };
                if let Some(last) = follows(parts, tokens, index) {
                    met.push(Met { first: index, last, owner: *owner });
                }
            }
            if word.len() > INSIDE
                && let Some(insides) = &self.insides
            {
                for found in insides.find_overlapping_iter(word).filter(|found| found.start() > 0) {
                    if let Some((_, owner)) = self.inside.get(found.pattern().as_usize()) {
                        met.push(Met { first: index, last: index, owner: *owner });
                    }
                }
            }
        }
        met.sort_unstable();
        met.dedup_by_key(|met| (met.first, met.owner));
        met
    }
}

/// The last word of a phrase that begins at `first`, if it stands there.
fn follows(parts: &[Part], tokens: &Tokens, first: usize) -> Option<usize> {
    for (step, part) in parts.iter().enumerate() {
        tokens.all().get(first + step)?;
        let word = tokens.word(first + step);
        let fits = match part {
            Part::Whole(whole) => word == whole,
            Part::Stem(stem) => word.starts_with(stem.as_str()),
            Part::Number => word.starts_with(|c: char| c.is_ascii_digit()),
            Part::Compares => word == COMPARES,
            Part::Any => true,
        };
        if !fits {
            return None;
        }
    }
    Some(first + parts.len().saturating_sub(1))
}

/// Every choice among the alternatives `a|b`.
fn spellings(phrase: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in phrase.split_whitespace() {
        let choices: Vec<&str> = word.split('|').collect();
        let mut next = Vec::with_capacity(all.len() * choices.len());
        for before in &all {
            for choice in &choices {
                let gap = if before.is_empty() { "" } else { " " };
                next.push(format!("{before}{gap}{choice}"));
            }
        }
        next.truncate(SPELLINGS);
        all = next;
    }
    all
}

/// The words of one spelling; `None` if it cannot be looked for.
fn parts(spelling: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    for word in spelling.split_whitespace() {
        match word {
            "#" => parts.push(Part::Number),
            "<>" => parts.push(Part::Compares),
            "?" => parts.push(Part::Any),
            word => {
                let stem = word.ends_with('*');
                let mut folded = folded_words(word.trim_end_matches('*'));
                let last = folded.pop()?;
                parts.extend(folded.into_iter().map(Part::Whole));
                parts.push(if stem { Part::Stem(last) } else { Part::Whole(last) });
            }
        }
    }
    let first_fits = match parts.first()? {
        Part::Whole(_) | Part::Compares => true,
        Part::Stem(stem) => stem.chars().count() >= STEM,
        Part::Number | Part::Any => false,
    };
    first_fits.then_some(parts)
}

/// Whether a phrase can be looked for in every one of its spellings.
pub(crate) fn is_phrase(phrase: &str) -> bool {
    let spellings = spellings(phrase);
    spellings.len() < SPELLINGS && spellings.iter().all(|spelling| parts(spelling).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Syntax, tokenise};
    use super::*;

    fn met(phrases: &[&str], text: &str) -> Vec<usize> {
        let mut compiled = Phrases::default();
        for (owner, phrase) in phrases.iter().enumerate() {
            compiled.add(phrase, owner, true);
        }
        compiled.ready();
        let tokens = tokenise(text, Syntax::Python);
        compiled.find(&tokens).into_iter().map(|met| met.owner).collect()
    }

    #[test]
    fn a_phrase_meets_whole_words_and_stems() {
        assert_eq!(met(&["candidate rank*"], "candidateRanking = 1"), [0]);
        assert_eq!(met(&["candidate rank*"], "candidates rank"), [0; 0]);
        assert_eq!(met(&["status reject*|deni*"], "status = 'DENIED'"), [0]);
        assert_eq!(met(&["score <> #"], "if score < 60:"), [0]);
        assert_eq!(met(&["score ? <>"], "if score.value > limit:"), [0]);
    }

    #[test]
    fn an_equality_test_is_no_assignment() {
        assert_eq!(met(&["status reject*"], "if status == 'REJECTED':"), [0; 0]);
    }

    #[test]
    fn a_long_stem_counts_inside_a_compound() {
        assert_eq!(met(&["kreditwuerdig*"], "Privatkreditwürdigkeit"), [0]);
        assert_eq!(met(&["bonitaet*"], "Zusatzbonitätsprüfung"), [0]);
        assert_eq!(met(&["cv*"], "recvfrom"), [0; 0], "a short stem does not");
    }

    #[test]
    fn what_cannot_be_looked_for_is_no_phrase() {
        assert!(is_phrase("face id enrol*"));
        assert!(!is_phrase("# first"));
        assert!(!is_phrase("cv*"));
        assert!(!is_phrase(""));
    }
}
