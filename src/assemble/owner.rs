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
    /// Whom packages name, by target and folder.
    maintainers: BTreeMap<(String, String), Vec<OwnerRule>>,
    include_identities: bool,
}

/// How a pseudonym begins.
const PERSON: &str = "person-";
/// Hex digits of a pseudonym.
const PSEUDONYM: usize = 8;

/// Places of CODEOWNERS, strongest first; only one file counts per target.
const CODEOWNERS: &[&str] =
    &[".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

impl Ownership {
    /// Compiles the rules. A pattern that is none is left out.
    #[must_use]
    pub fn new(rules: &[OwnerRule], include_identities: bool) -> Self {
        let mut patterns: BTreeMap<String, Vec<(Gitignore, OwnerRule)>> = BTreeMap::new();
        let mut folders = Vec::new();
        let mut maintainers: BTreeMap<(String, String), Vec<OwnerRule>> = BTreeMap::new();
        for rule in rules {
            if rule.maintainers {
                let folder = folder_of(&rule.place.path).to_owned();
                let of_folder = maintainers.entry((rule.place.target.clone(), folder));
                of_folder.or_default().push(rule.clone());
            } else if rule.pattern.is_empty() {
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
        Self { patterns, folders, maintainers, include_identities }
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
        if owners.is_empty() {
            let named = self.maintainers.get(&(target.to_owned(), root.to_owned()));
            owners.extend(named.into_iter().flatten().flat_map(|rule| self.shown(rule)));
        }
        owners.sort();
        owners.dedup_by(|one, other| one.handle == other.handle);
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
            .map(|handle| Owner {
                handle: shown(handle, rule.maintainers, self.include_identities),
                place: place.clone(),
                maintainer: rule.maintainers,
            })
            .collect()
    }
}

/// The same rules with pseudonyms in place of persons: what leaves a scan must
/// name nobody who was not asked for.
#[must_use]
pub fn without_persons(mut rules: Vec<OwnerRule>) -> Vec<OwnerRule> {
    for rule in &mut rules {
        for handle in &mut rule.owners {
            *handle = shown(handle, rule.maintainers, false);
        }
    }
    rules
}

/// A team's handle holds a slash (`@org/team`, `group:default/team`) or is
/// no handle at all (a catalogue's plain word); anything else is a person, and
/// so is whoever maintains a package.
fn shown(handle: &str, maintainer: bool, include_identities: bool) -> String {
    let is_person =
        maintainer || handle.contains('@') && !handle.contains('/') || handle.starts_with("user:");
    if include_identities || !is_person || is_pseudonym(handle) {
        handle.to_owned()
    } else {
        stable_id(PERSON, PSEUDONYM, &[handle])
    }
}

fn is_pseudonym(handle: &str) -> bool {
    handle.strip_prefix(PERSON).is_some_and(|rest| {
        rest.len() == PSEUDONYM && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Owners that a configuration at `place` states.
#[must_use]
pub fn stated(handles: &[String], place: &Place, include_identities: bool) -> Vec<Owner> {
    let mut owners: Vec<Owner> = handles
        .iter()
        .map(|handle| Owner {
            handle: shown(handle, false, include_identities),
            place: place.clone(),
            maintainer: false,
        })
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
            maintainers: false,
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
    fn who_maintains_a_package_is_named_where_nobody_else_answers_for_it() {
        let maintained = OwnerRule { maintainers: true, ..rule("a/package.json", 3, "", "A Name") };
        let both = [maintained.clone(), rule("CODEOWNERS", 1, "/a/", "@org/a")];
        let owners = Ownership::new(&both, true).owners_of(".", "a", None);
        assert_eq!(handles(&owners), ["@org/a"]);
        let owners = Ownership::new(&both[..1], true).owners_of(".", "a", None);
        assert_eq!((handles(&owners), owners[0].maintainer), (vec!["A Name"], true));
        assert!(Ownership::new(&both[..1], true).owners_of(".", "b", None).is_empty());
        let hidden = Ownership::new(&both[..1], false).owners_of(".", "a", None);
        assert!(hidden[0].handle.starts_with("person-"), "{hidden:?}");
    }

    #[test]
    fn what_leaves_a_part_of_a_scan_names_nobody_and_still_means_the_same() {
        let rules = vec![
            rule("CODEOWNERS", 1, "*", "@somebody"),
            OwnerRule { maintainers: true, ..rule("a/package.json", 3, "", "a@b.example") },
        ];
        let hidden = without_persons(rules.clone());
        assert!(hidden.iter().all(|rule| rule.owners[0].starts_with("person-")), "{hidden:?}");
        let owners = |rules: &[OwnerRule]| {
            let ownership = Ownership::new(rules, false);
            [ownership.owners_of(".", "a", None), ownership.owners_of(".", ".", Some("x"))]
        };
        assert_eq!(owners(&hidden), owners(&rules));
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
