//! Model blocks, and which of them may know an identifier: there are hundreds,
//! and every literal that may name a model is asked.

use foldhash::HashMap;

use super::{LazyPattern, MatcherId};

/// A model block, compiled lazily.
#[derive(Debug)]
pub struct ModelMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    /// In lower case, ascending.
    pub(super) exact: Vec<String>,
    pub(super) patterns: Vec<ModelPattern>,
    /// Organisations in lower case.
    pub orgs: Vec<String>,
    /// Keys under which ids stand; empty: the built-in list.
    pub context: Vec<String>,
}

impl ModelMatcher {
    /// Whether `id` is listed word for word.
    #[must_use]
    pub fn names_exactly(&self, id: &str) -> bool {
        let folded = || id.bytes().map(|byte| byte.to_ascii_lowercase());
        self.exact.binary_search_by(|exact| exact.bytes().cmp(folded())).is_ok()
    }

    /// Whether `id` is one of these models' identifiers.
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        self.names_exactly(id) || self.patterns.iter().any(|pattern| pattern.fits(id))
    }
}

/// A pattern of identifiers, with what every one of them begins with; nothing
/// if that cannot be said.
#[derive(Debug)]
pub(super) struct ModelPattern {
    pub(super) begins: Vec<String>,
    pub(super) pattern: LazyPattern,
}

impl ModelPattern {
    /// Whether the pattern is the whole of an identifier, which costs more than
    /// to look at its beginning.
    fn fits(&self, id: &str) -> bool {
        let begins = |begin: &String| {
            let head = id.as_bytes().get(..begin.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()))
        };
        (self.begins.is_empty() || self.begins.iter().any(begins)) && self.pattern.is_match(id)
    }
}

/// All model blocks.
#[derive(Debug, Default)]
pub struct Models {
    blocks: Vec<ModelMatcher>,
    /// Blocks that list an identifier, which is in lower case.
    exact: HashMap<String, Vec<usize>>,
    /// Blocks with a pattern whose matches begin with these bytes, in lower case.
    begun: HashMap<[u8; 2], Vec<usize>>,
    /// Blocks with a pattern that does not say so much.
    others: Vec<usize>,
}

impl Models {
    pub(super) fn new(blocks: Vec<ModelMatcher>) -> Self {
        let mut models = Self::default();
        for (number, block) in blocks.iter().enumerate() {
            for id in &block.exact {
                models.exact.entry(id.clone()).or_default().push(number);
            }
            for pattern in &block.patterns {
                let heads = pattern.begins.iter().map(|begin| head_of(begin.as_bytes()));
                match heads.collect::<Option<Vec<_>>>() {
                    Some(heads) if !heads.is_empty() => {
                        for head in heads {
                            models.begun.entry(head).or_default().push(number);
                        }
                    }
                    _ => models.others.push(number),
                }
            }
        }
        Self { blocks, ..models }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[ModelMatcher] {
        &self.blocks
    }

    /// Those that may match one of these identifiers, in their order: of all that
    /// match one none is missing.
    pub fn that_may_match(&self, ids: &[&str]) -> impl Iterator<Item = &ModelMatcher> {
        let mut numbers = self.others.clone();
        for id in ids {
            let begun = head_of(id.as_bytes()).and_then(|head| self.begun.get(&head));
            numbers.extend(begun.into_iter().flatten());
            numbers.extend(self.exact.get(&id.to_ascii_lowercase()).into_iter().flatten());
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(|number| self.blocks.get(number))
    }
}

/// The first two bytes in lower case.
fn head_of(text: &[u8]) -> Option<[u8; 2]> {
    text.first_chunk().map(|head: &[u8; 2]| head.map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use crate::signature::library::Library;

    #[test]
    fn no_block_that_matches_is_left_out() {
        let library = Library::built_in().expect("signatures");
        let models = library.index().models();
        for id in [
            "gpt-4o",
            "GPT-4o-mini",
            "claude-sonnet-4-5",
            "o1",
            "us.anthropic.claude-3-haiku-20240307-v1:0",
            "text-embedding-3-small",
            "ft:gpt-4o:acme::x",
            "Llama-3.1-8B",
            "x",
            "",
            "ö-1",
            "gemini-2.5-pro",
        ] {
            let all = models.all().iter().filter(|block| block.matches(id));
            let ids = [id];
            let some = models.that_may_match(&ids).filter(|block| block.matches(id));
            let numbers = |blocks: Vec<&super::ModelMatcher>| {
                blocks.iter().map(|block| block.matcher).collect::<Vec<_>>()
            };
            assert_eq!(numbers(some.collect()), numbers(all.collect()), "{id}");
        }
        assert!(models.others.len() * 4 < models.all().len(), "{}", models.others.len());
    }
}
