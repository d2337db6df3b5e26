//! Who answers for a unit, as far as CODEOWNERS and catalogues say. Persons
//! are pseudonymised unless identities were asked for; team handles stay.

use std::collections::BTreeMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::model::id::stable_id;
use crate::model::place::{Place, folder_of};
use crate::model::system::{Owner, OwnerRule};

/// All ownership rules, compiled, by target.
#[derive(Debug)]
pub struct Ownership {
    /// CODEOWNERS rules in order: later ones win.
    patterns: BTreeMap<String, Vec<(Gitignore, OwnerRule)>>,
    /// Owners of the folder in which they are declared.
    folders: Vec<OwnerRule>,
    include_identities: bool,
}

/// Places of CODEOWNERS, strongest first; only one file counts per target.
const CODEOWNERS: &[&str] =
    &[".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

impl Ownership {
    /// Compiles the rules. A pattern that is none is left out.
    #[must_use]
    pub fn new(rules: &[OwnerRule], include_identities: bool) -> Self {
        let mut patterns: BTreeMap<String, Vec<(Gitignore, OwnerRule)>> = BTreeMap::new();
        let mut folders = Vec::new();
        for rule in rules {
            if rule.pattern.is_empty() {
                folders.push(rule.clone());
            } else if is_in_force(rules, rule) {
                let mut builder = GitignoreBuilder::new("");
                if builder.add_line(None, &rule.pattern).is_ok()
                    && let Ok(matcher) = builder.build()
                {
                    let of_target = patterns.entry(rule.place.target.clone()).or_default();
                    of_target.push((matcher, rule.clone()));
                }
            }
        }
        for rules in patterns.values_mut() {
            rules.sort_by_key(|(_, rule)| rule.line);
        }
        Self { patterns, folders, include_identities }
    }

    /// Owners of the unit at `root`; `sample` is a file of it, asked when the
    /// root itself matches no pattern.
    #[must_use]
    pub fn owners_of(&self, target: &str, root: &str, sample: Option<&str>) -> Vec<Owner> {
        let mut owners: Vec<Owner> = Vec::new();
        for rule in &self.folders {
            if rule.place.target == target && folder_of(&rule.place.path) == root {
                owners.extend(self.shown(rule));
            }
        }
        if owners.is_empty() {
            let by_root = (root != ".").then(|| self.last_match(target, root, true)).flatten();
            let rule = by_root.or_else(|| self.last_match(target, sample?, false));
            owners.extend(rule.into_iter().flat_map(|rule| self.shown(rule)));
        }
        owners.sort();
        owners.dedup();
        owners
    }

    fn last_match(&self, target: &str, path: &str, is_folder: bool) -> Option<&OwnerRule> {
        self.patterns.get(target)?.iter().rev().find_map(|(matcher, rule)| {
            matcher.matched_path_or_any_parents(path, is_folder).is_ignore().then_some(rule)
        })
    }

    fn shown(&self, rule: &OwnerRule) -> Vec<Owner> {
        let place: &Place = &rule.place;
        rule.owners
            .iter()
            .map(|handle| Owner { handle: self.handle(handle), place: place.clone() })
            .collect()
    }

    fn handle(&self, handle: &str) -> String {
        shown(handle, self.include_identities)
    }
}

/// A team's handle holds a slash (`@org/team`, `group:default/team`) or is
/// no handle at all (a catalogue's plain word); anything else is a person.
fn shown(handle: &str, include_identities: bool) -> String {
    let is_person = handle.contains('@') && !handle.contains('/') || handle.starts_with("user:");
    if include_identities || !is_person {
        handle.to_owned()
    } else {
        stable_id("person-", 8, &[handle])
    }
}

/// Owners that a configuration at `place` states.
#[must_use]
pub fn stated(handles: &[String], place: &Place, include_identities: bool) -> Vec<Owner> {
    let mut owners: Vec<Owner> = handles
        .iter()
        .map(|handle| Owner { handle: shown(handle, include_identities), place: place.clone() })
        .collect();
    owners.sort();
    owners.dedup();
    owners
}

fn is_in_force(rules: &[OwnerRule], rule: &OwnerRule) -> bool {
    let strength = |path: &str| CODEOWNERS.iter().position(|known| *known == path);
    let Some(own) = strength(&rule.place.path) else { return false };
    !rules.iter().any(|other| {
        other.place.target == rule.place.target
            && !other.pattern.is_empty()
            && strength(&other.place.path).is_some_and(|theirs| theirs < own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(file: &str, line: u32, pattern: &str, owner: &str) -> OwnerRule {
        OwnerRule {
            place: Place::new(".", file),
            line,
            pattern: pattern.to_owned(),
            owners: vec![owner.to_owned()],
        }
    }

    fn handles(owners: &[Owner]) -> Vec<&str> {
        owners.iter().map(|owner| owner.handle.as_str()).collect()
    }

    #[test]
    fn the_last_matching_line_wins() {
        let ownership = Ownership::new(
            &[
                rule("CODEOWNERS", 1, "*", "@org/all"),
                rule("CODEOWNERS", 2, "/apps/chat/", "@org/chat"),
            ],
            false,
        );
        assert_eq!(handles(&ownership.owners_of(".", "apps/chat", None)), ["@org/chat"]);
        assert_eq!(handles(&ownership.owners_of(".", ".", Some("a.py"))), ["@org/all"]);
    }

    #[test]
    fn a_person_becomes_a_pseudonym_unless_asked_for() {
        let rules = [rule("CODEOWNERS", 1, "*", "@somebody")];
        let hidden = Ownership::new(&rules, false).owners_of(".", ".", Some("a"));
        assert!(hidden[0].handle.starts_with("person-"), "{hidden:?}");
        let shown = Ownership::new(&rules, true).owners_of(".", ".", Some("a"));
        assert_eq!(handles(&shown), ["@somebody"]);
    }

    #[test]
    fn only_the_strongest_codeowners_file_counts() {
        let ownership = Ownership::new(
            &[
                rule("CODEOWNERS", 1, "*", "@org/root"),
                rule(".github/CODEOWNERS", 1, "*", "@org/hub"),
            ],
            false,
        );
        assert_eq!(handles(&ownership.owners_of(".", ".", Some("a"))), ["@org/hub"]);
    }
}
