//! Versions that are written as a name are filled in with what the name stands
//! for in the files around: the parent of a project, the folders above it.
//!
//! Knows how names are written into versions, no build tool and no network:
//! what no file of the target defines stays as it is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::definition::{Definition, Said};
use crate::model::evidence::Sighting;
use crate::model::place::folder_of;
use crate::model::text::{label, redact};

/// Names that may lead to others, and parents that have parents.
const STEPS: usize = 16;
/// Longest version, in bytes.
const LONGEST: usize = 256;

/// Where the names are, by target.
#[derive(Default)]
struct Known<'d> {
    /// (target, folder, name) → value.
    values: BTreeMap<(&'d str, &'d str, &'d str), &'d str>,
    /// (target, folder) → folders whose definitions hold there, too.
    parents: BTreeMap<(&'d str, &'d str), BTreeSet<&'d str>>,
}

/// Fills in the versions of packages.
pub fn fill(sightings: &mut [Sighting], definitions: &[Definition]) {
    if definitions.is_empty() {
        return;
    }
    let known = Known::of(definitions);
    for sighting in sightings {
        let Some(version) = sighting.captured.get("version") else { continue };
        if !version.contains('$') {
            continue;
        }
        let folder = folder_of(&sighting.place.path);
        let filled = known.filled(version, &sighting.place.target, folder);
        if filled != *version {
            sighting.captured.insert("version".to_owned(), label(&redact(&filled)));
        }
    }
}

impl<'d> Known<'d> {
    fn of(definitions: &'d [Definition]) -> Self {
        let mut known = Self::default();
        for Definition { place, said } in definitions {
            let (target, folder) = (place.target.as_str(), folder_of(&place.path));
            match said {
                Said::Value { name, value } => {
                    known.values.entry((target, folder, name)).or_insert(value);
                }
                Said::Inherits { path } => {
                    let parent = folder_of(path);
                    known.parents.entry((target, folder)).or_default().insert(parent);
                }
                Said::Given { .. } | Said::Unfilled { .. } => {}
            }
        }
        known
    }

    fn filled(&self, version: &str, target: &str, folder: &str) -> String {
        let mut text = version.to_owned();
        let mut from = 0;
        for _ in 0..STEPS {
            let Some(named) = Named::in_text(&text, from) else { break };
            match self.value(&named.name, target, folder) {
                Some(value) if text.len() + value.len() <= LONGEST => {
                    from = named.start;
                    text.replace_range(named.start..named.end, value);
                }
                _ => from = named.end,
            }
        }
        text
    }

    /// What a name stands for in a folder: there, in its parents, above it.
    fn value(&self, name: &str, target: &str, folder: &str) -> Option<&'d str> {
        // `versions.x` and `rootProject.ext.x` are `x` where they are given.
        let last = name.rsplit('.').next().unwrap_or(name);
        let lower = name.to_ascii_lowercase();
        let at = |folder: &str| {
            [name, last, lower.as_str()]
                .iter()
                .find_map(|name| self.values.get(&(target, folder, *name)).copied())
        };
        let mut asked = BTreeSet::new();
        let mut due = vec![folder];
        while let Some(folder) = due.pop().filter(|_| asked.len() < STEPS) {
            if !asked.insert(folder) {
                continue;
            }
            if let Some(value) = at(folder) {
                return Some(value);
            }
            due.extend(self.parents.get(&(target, folder)).into_iter().flatten().rev());
        }
        let mut above = folder;
        while above != "." {
            above = folder_of(above);
            if let Some(value) = at(above) {
                return Some(value);
            }
        }
        None
    }
}

/// A name in a version: `${a.b}`, `$(a)`, `$a`.
struct Named {
    name: String,
    start: usize,
    end: usize,
}

impl Named {
    fn in_text(text: &str, from: usize) -> Option<Self> {
        let start = from + text.get(from..)?.find('$')?;
        let behind = text.get(start + 1..)?;
        let closed = |close: char| {
            let inner = behind.get(1..)?;
            let length = inner.find(close)?;
            Some((inner.get(..length)?, start + 2 + length + 1))
        };
        let (name, end) = match behind.chars().next()? {
            '{' => closed('}')?,
            '(' => closed(')')?,
            _ => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let length = behind.find(|c| !is_name(c)).unwrap_or(behind.len());
                (behind.get(..length)?, start + 1 + length)
            }
        };
        Some(Self { name: name.trim().to_owned(), start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::Place;

    fn value(path: &str, name: &str, value: &str) -> Definition {
        let said = Said::Value { name: name.to_owned(), value: value.to_owned() };
        Definition { place: Place::new(".", path), said }
    }

    fn filled(definitions: &[Definition], version: &str, folder: &str) -> String {
        Known::of(definitions).filled(version, ".", folder)
    }

    #[test]
    fn a_name_is_looked_for_here_in_the_parent_and_above() {
        let inherits = Definition {
            place: Place::new(".", "app/pom.xml"),
            said: Said::Inherits { path: "parent/pom.xml".to_owned() },
        };
        let known = [
            value("parent/pom.xml", "ai.version", "1.${minor}"),
            value("parent/pom.xml", "minor", "2"),
            value("gradle.properties", "aiVersion", "3.0"),
            value("Directory.Build.props", "aiversion", "4.0"),
            inherits,
        ];
        for (version, folder, expected) in [
            ("${ai.version}", "app", "1.2"),
            ("${ai.version}", "other", "${ai.version}"),
            ("$aiVersion", "app/sub", "3.0"),
            ("${rootProject.ext.aiVersion}-b", "x", "3.0-b"),
            ("$(AiVersion)", "src/a", "4.0"),
            ("${", "app", "${"),
            ("1.0", "app", "1.0"),
        ] {
            assert_eq!(filled(&known, version, folder), expected, "{version} in {folder}");
        }
    }

    #[test]
    fn names_and_parents_that_lead_to_themselves_come_to_an_end() {
        let inherits = |from: &str, to: &str| Definition {
            place: Place::new(".", from),
            said: Said::Inherits { path: to.to_owned() },
        };
        let known = [
            value("pom.xml", "a", "${b}${b}"),
            value("pom.xml", "b", "${a}${a}"),
            inherits("pom.xml", "x/pom.xml"),
            inherits("x/pom.xml", "pom.xml"),
        ];
        assert!(filled(&known, "${a}${c}", ".").len() <= LONGEST);
    }
}
