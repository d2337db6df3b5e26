//! Credentials: their blocks, those of their literals that are too short for the
//! gate, and a quick look whether a file can hold one at all.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::{LazyPattern, MatcherId, pattern};

/// A credential block, compiled.
#[derive(Debug)]
pub struct KeyMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    /// What it is.
    pub kind: String,
    /// Its shape, unanchored.
    pub pattern: LazyPattern,
    /// Whether every such key begins with one of its literals.
    pub(super) begins: bool,
}

/// Literals of credentials, found many bytes at a time.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// The blocks that each literal belongs to.
    blocks: Vec<Vec<usize>>,
    literals: Option<AhoCorasick>,
}

impl Literals {
    pub(super) fn new(keys: BTreeMap<String, Vec<usize>>) -> Self {
        let mut literals: Vec<String> = Vec::new();
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        for (literal, own) in keys {
            // In order, so what begins with another literal follows it.
            match (literals.last(), blocks.last_mut()) {
                (Some(last), Some(known)) if literal.starts_with(last) => known.extend(own),
                _ => {
                    literals.push(literal);
                    blocks.push(own);
                }
            }
        }
        // this kind is searched many bytes at a time
        let literals = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals);
        Self { blocks, literals: literals.ok() }
    }

    /// Each place of each literal, but no more than `most` of one literal.
    pub(super) fn find(&self, bytes: &[u8], most: usize, found: &mut dyn FnMut(&[usize], usize)) {
        let Some(literals) = &self.literals else { return };
        let mut left = vec![most; self.blocks.len()];
        for (number, start) in places(literals, bytes) {
            if let (Some(blocks), Some(left)) = (self.blocks.get(number), left.get_mut(number))
                && *left > 0
            {
                *left -= 1;
                found(blocks, start);
            }
        }
    }
}

/// Every place of every literal, overlapping ones included: its number, and where.
fn places(literals: &AhoCorasick, bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let one = literals.find(Input::new(bytes).range(from..))?;
        from = one.start() + 1;
        Some((one.pattern().as_usize(), one.start()))
    })
}

/// How the keys of all blocks begin, as their patterns write it: a look at a file
/// of which nobody wants more than to know that it holds none.
///
/// What is searched for is three bytes of each beginning, up to its first sign if
/// it has one there (`api_` by `pi_`): three letters stand in every other word.
#[derive(Debug)]
pub(super) struct Heads {
    search: AhoCorasick,
    /// By what is searched for.
    heads: Vec<Vec<Head>>,
}

#[derive(Debug)]
struct Head {
    text: String,
    /// Where in it that stands which is searched for.
    at: usize,
    /// The block that it belongs to.
    block: usize,
}

impl Heads {
    /// `None`: of one block it is not known how its keys begin.
    pub(super) fn new(keys: &[KeyMatcher]) -> Option<Self> {
        let mut heads: BTreeMap<[u8; 3], Vec<Head>> = BTreeMap::new();
        for (block, key) in keys.iter().enumerate() {
            for text in pattern::heads_of(&key.pattern.source)? {
                let is_sign = |byte: u8| !byte.is_ascii_alphanumeric();
                let at = text.bytes().skip(2).position(is_sign).unwrap_or(0);
                let searched = text.as_bytes().get(at..)?.first_chunk()?;
                heads.entry(*searched).or_default().push(Head { text, at, block });
            }
        }
        // this kind is searched many bytes at a time
        let mut search = AhoCorasick::builder();
        let search = search.match_kind(MatchKind::LeftmostFirst).build(heads.keys()).ok()?;
        Some(Self { search, heads: heads.into_values().collect() })
    }

    /// Whether a key may stand in the bytes; if not, none does. Where many seem to
    /// begin and are none, it is not worth looking at more.
    pub(super) fn stand_in(&self, keys: &[KeyMatcher], bytes: &[u8]) -> bool {
        let mut refused = 0;
        places(&self.search, bytes).any(|(number, at)| {
            self.heads.get(number).into_iter().flatten().any(|head| {
                let Some(start) = at.checked_sub(head.at) else { return false };
                let rest = bytes.get(start..).unwrap_or_default();
                let before = start.checked_sub(1).and_then(|before| bytes.get(before));
                // What goes on within a longer word is no key.
                let begins = rest.starts_with(head.text.as_bytes())
                    && !before.is_some_and(u8::is_ascii_alphanumeric);
                refused += usize::from(begins);
                begins
                    && (refused > REFUSED || keys.get(head.block).is_none_or(|key| key.fits(rest)))
            })
        })
    }
}

/// Beginnings of keys that are looked at before the gate is asked after all.
const REFUSED: usize = 64;

/// Bytes behind the beginning of a key in which it is looked for: more than any
/// of those that are told has.
const LONGEST: usize = 1024;

impl KeyMatcher {
    /// Whether something of this shape stands here, or soon behind.
    fn fits(&self, bytes: &[u8]) -> bool {
        let text =
            String::from_utf8_lossy(bytes.get(..bytes.len().min(LONGEST)).unwrap_or_default());
        self.pattern.is_match(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::library::Library;

    /// A text that a pattern of letters, digits and counts matches.
    fn example(pattern: &str) -> String {
        let hir = regex_syntax::parse(pattern).expect("a pattern");
        shortest(&hir)
    }

    fn shortest(hir: &regex_syntax::hir::Hir) -> String {
        use regex_syntax::hir::{Class, HirKind};
        match hir.kind() {
            HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
            HirKind::Class(Class::Unicode(class)) => class.ranges()[0].start().to_string(),
            HirKind::Repetition(times) => shortest(&times.sub).repeat(times.min as usize),
            HirKind::Capture(capture) => shortest(&capture.sub),
            HirKind::Concat(parts) => parts.iter().map(shortest).collect(),
            HirKind::Alternation(branches) => shortest(&branches[0]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_of_every_kind_is_seen_at_a_glance_and_the_words_around_it_are_none() {
        let library = Library::built_in().expect("signatures");
        let index = library.index();
        let heads = Heads::new(index.keys()).expect("every pattern says how its keys begin");
        for key in index.keys() {
            let made = example(&key.pattern.source);
            assert!(key.fits(made.as_bytes()), "{}: no example", key.kind);
            let text = format!("one line\n  \"{made}\",\n");
            assert!(heads.stand_in(index.keys(), text.as_bytes()), "{} is not seen", key.kind);
        }
        let plain = "a link-list of task_structs, risk-free; sk_buff, pa-rt, hf_name = fc-1\n";
        assert!(!heads.stand_in(index.keys(), plain.repeat(10).as_bytes()));
    }

    #[test]
    fn what_begins_like_keys_again_and_again_is_left_to_the_gate() {
        let library = Library::built_in().expect("signatures");
        let heads = Heads::new(library.index().keys()).expect("heads");
        let few = "fw_ ".repeat(REFUSED);
        assert!(!heads.stand_in(library.index().keys(), few.as_bytes()));
        assert!(heads.stand_in(library.index().keys(), format!("{few}fw_ ").as_bytes()));
    }
}
