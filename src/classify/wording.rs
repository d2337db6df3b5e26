//! Sentences for people: fills the placeholders of a template, and keeps
//! verdicts of law out of every template. Knows words, no rule.

use std::fmt::Write as _;

use crate::model::text::display_safe;

/// The placeholders that a template may hold.
pub(super) const PLACEHOLDERS: &[&str] =
    &["components", "hosts", "owners", "units", "system", "terms", "places"];

/// What no template may say: these are findings of law or of an audit.
pub(super) const FORBIDDEN: &[&str] =
    &["is prohibited", "is compliant", "is high-risk", "certified", "violates"];

/// How many names a sentence can carry.
const NAMED: usize = 3;

/// What the placeholders stand for in one system.
#[derive(Debug, Default)]
pub(super) struct Words<'a> {
    pub(super) components: Vec<&'a str>,
    pub(super) hosts: Vec<&'a str>,
    pub(super) owners: Vec<&'a str>,
    pub(super) units: Vec<&'a str>,
    pub(super) terms: Vec<&'a str>,
    pub(super) places: Vec<&'a str>,
    pub(super) system: &'a str,
}

impl Words<'_> {
    /// The template with its placeholders filled, in one pass: a name that
    /// looks like a placeholder stays as it is.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut sentence = String::with_capacity(template.len() + 40);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            sentence.push_str(before);
            match after.split_once('}') {
                Some((name, tail)) if PLACEHOLDERS.contains(&name) => {
                    sentence.push_str(&self.stands_for(name));
                    rest = tail;
                }
                _ => {
                    sentence.push('{');
                    rest = after;
                }
            }
        }
        sentence.push_str(rest);
        sentence
    }

    fn stands_for(&self, placeholder: &str) -> String {
        match placeholder {
            "components" => listed(&self.components, "a component"),
            "hosts" => listed(&self.hosts, "no host seen"),
            "owners" => listed(&self.owners, "nobody"),
            "units" => listed(&self.units, "its folder"),
            "terms" => listed(&self.terms, "no word"),
            "places" => listed(&self.places, "its files"),
            _ => display_safe(self.system),
        }
    }
}

/// `a, b and c`, or `a, b, c and 4 more`.
fn listed(names: &[&str], nothing: &str) -> String {
    let mut unique: Vec<&str> = Vec::with_capacity(names.len());
    for name in names {
        if !unique.contains(name) {
            unique.push(name);
        }
    }
    let more = unique.len().saturating_sub(NAMED);
    let mut sentence = String::new();
    let shown = unique.len() - more;
    for (index, name) in unique.iter().take(shown).enumerate() {
        let glue = match index {
            0 => "",
            _ if more == 0 && index + 1 == shown => " and ",
            _ => ", ",
        };
        sentence.push_str(glue);
        sentence.push_str(&display_safe(name));
    }
    if more > 0 {
        // writing to a String cannot fail
        let _ = write!(sentence, " and {more} more");
    }
    if sentence.is_empty() { nothing.to_owned() } else { sentence }
}

/// The names between braces in a template.
pub(super) fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest))
}

/// The first thing that a template must not say, if it says one.
pub(super) fn forbidden(template: &str) -> Option<&'static str> {
    let lower = template.to_lowercase();
    FORBIDDEN.iter().copied().find(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_three_and_counts_the_rest() {
        assert_eq!(listed(&["a"], "none"), "a");
        assert_eq!(listed(&["a", "b", "a"], "none"), "a and b");
        assert_eq!(listed(&["a", "b", "c"], "none"), "a, b and c");
        assert_eq!(listed(&["a", "b", "c", "d", "e"], "none"), "a, b, c and 2 more");
        assert_eq!(listed(&[], "none"), "none");
    }

    #[test]
    fn a_name_that_looks_like_a_placeholder_stays_a_name() {
        let words =
            Words { components: vec!["{owners}"], owners: vec!["@team"], ..Words::default() };
        assert_eq!(words.fill("{components} of {owners} {odd}"), "{owners} of @team {odd}");
    }

    #[test]
    fn a_verdict_is_noticed_in_any_case() {
        assert_eq!(forbidden("This IS High-Risk."), Some("is high-risk"));
        assert_eq!(forbidden("evidence suggests an indicator"), None);
    }
}
