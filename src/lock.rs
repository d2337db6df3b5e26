//! `ai-systems.lock`: which ids systems had. An id is made of names, so a
//! folder that moves or a package that is renamed makes a new one; the lock
//! maps old ids to new, so that decisions and registers keep their hold.
//! Renames are followed, splits and merges told. Knows the inventory, no file
//! and no clock.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::inventory::Inventory;
use crate::model::place::name_of;
use crate::model::system::AiSystem;

/// Version of the file's spelling.
const SCHEMA: u32 = 1;
/// How much of what two systems show must be the same, per mille.
const ALIKE: usize = 600;
/// What is kept of a system to know it again.
const MARKS: usize = 200;

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Version of the spelling: 1.
    pub schema: u32,
    /// Systems by id.
    #[serde(default)]
    pub system: Vec<Locked>,
}

/// A system as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its root folder.
    pub root: String,
    /// It was not found when this was written; kept until a person takes it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// Ids that it had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<String>,
    /// Names that its declarations give it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// What it showed: components and names of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
}

/// Why a lock file is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LockError {
    /// The text is not what the file is made of; says line and column.
    #[error("{0}")]
    Unreadable(String),
    /// Written by a newer version.
    #[error("schema {0} is newer than this daylight reads ({SCHEMA})")]
    Newer(u32),
    /// Two systems have one id.
    #[error("the id `{0}` stands twice")]
    Twice(String),
}

impl Lock {
    /// Reads the file's text.
    ///
    /// # Errors
    /// The text is not understood, whole and exactly.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let lock: Self =
            toml::from_str(text).map_err(|error| LockError::Unreadable(error.to_string()))?;
        if lock.schema > SCHEMA {
            return Err(LockError::Newer(lock.schema));
        }
        let mut ids = BTreeSet::new();
        for system in &lock.system {
            if !ids.insert(system.id.as_str()) {
                return Err(LockError::Twice(system.id.clone()));
            }
        }
        Ok(lock)
    }

    /// The file's text.
    ///
    /// # Errors
    /// What the writer of TOML says.
    pub fn text(&self) -> Result<String, toml::ser::Error> {
        let head = "# Ids that AI systems had. Written by `daylight scan --lock`; kept in git.\n";
        Ok(format!("{head}{}", toml::to_string(self)?))
    }

    /// Gives the systems of an inventory the ids that they had before, and
    /// returns the lock as it is now with what a person should know.
    #[must_use]
    pub fn follow(&self, inventory: &mut Inventory) -> (Self, Vec<String>) {
        let now: Vec<Locked> =
            inventory.systems.iter().map(|system| locked(inventory, system)).collect();
        let here: BTreeSet<&str> = now.iter().map(|system| system.id.as_str()).collect();
        let known: BTreeMap<&str, &Locked> =
            self.system.iter().map(|system| (system.id.as_str(), system)).collect();
        let vanished: Vec<&Locked> =
            self.system.iter().filter(|system| !here.contains(system.id.as_str())).collect();
        // old id, and what may have become of it
        let mut heirs: BTreeMap<&str, Vec<&Locked>> = BTreeMap::new();
        for old in &vanished {
            let new = now.iter().filter(|new| !known.contains_key(new.id.as_str()));
            let alike: Vec<&Locked> = new.filter(|new| is_alike(old, new)).collect();
            if !alike.is_empty() {
                heirs.insert(&old.id, alike);
            }
        }
        let mut systems = Vec::new();
        for mut system in now.clone() {
            let mut previous: BTreeSet<String> = known
                .get(system.id.as_str())
                .into_iter()
                .flat_map(|known| known.previous.iter().cloned())
                .collect();
            for old in &vanished {
                let inherits = heirs.get(old.id.as_str());
                if inherits.is_some_and(|new| new.iter().any(|new| new.id == system.id)) {
                    previous.extend(old.previous.iter().cloned().chain([old.id.clone()]));
                }
            }
            system.previous = previous.into_iter().collect();
            systems.push(system);
        }
        for (system, locked) in inventory.systems.iter_mut().zip(&systems) {
            system.previous_ids.clone_from(&locked.previous);
        }
        let told = told(&vanished, &heirs);
        let lost = vanished.iter().filter(|old| !heirs.contains_key(old.id.as_str()));
        systems.extend(lost.map(|old| Locked { gone: true, ..(*old).clone() }));
        systems.sort_by(|a, b| a.id.cmp(&b.id));
        (Self { schema: SCHEMA, system: systems }, told)
    }
}

/// One sentence for each old id that is no longer found.
fn told(vanished: &[&Locked], heirs: &BTreeMap<&str, Vec<&Locked>>) -> Vec<String> {
    let mut sentences = Vec::new();
    for old in vanished {
        let Some(new) = heirs.get(old.id.as_str()) else {
            if !old.gone {
                sentences.push(format!(
                    "`{}` ({}) is not found any more; it stays in the lock until a person takes it out",
                    old.name, old.id
                ));
            }
            continue;
        };
        let names: Vec<String> =
            new.iter().map(|new| format!("`{}` ({})", new.name, new.id)).collect();
        let shared = heirs
            .values()
            .filter(|others| others.iter().any(|other| new.iter().any(|new| new.id == other.id)));
        let how = match (new.len(), shared.count()) {
            (1, 1) => "is now",
            (1, _) => "was merged into",
            _ => "was split into",
        };
        sentences.push(format!("`{}` ({}) {how} {}", old.name, old.id, names.join(", ")));
    }
    sentences
}

/// The same declared name, or mostly the same components and files.
fn is_alike(old: &Locked, new: &Locked) -> bool {
    if old.units.iter().any(|name| new.units.contains(name)) {
        return true;
    }
    let before: BTreeSet<&String> = old.marks.iter().collect();
    let after: BTreeSet<&String> = new.marks.iter().collect();
    let same = before.intersection(&after).count();
    let all = before.union(&after).count();
    all > 0 && same * 1000 >= ALIKE * all
}

fn locked(inventory: &Inventory, system: &AiSystem) -> Locked {
    let mut marks = BTreeSet::new();
    for used in &system.components {
        let component = inventory.components.iter().find(|c| c.id == used.component);
        marks.extend(component.map(|c| format!("{} {}", c.signature, c.name)));
        let pieces = inventory.evidence.iter().filter(|piece| used.evidence.contains(&piece.id));
        marks.extend(pieces.map(|piece| format!("file {}", name_of(&piece.place.path))));
    }
    let units: BTreeSet<String> =
        system.units.iter().filter_map(|unit| unit.name.clone()).collect();
    Locked {
        id: system.id.clone(),
        name: system.name.clone(),
        root: system.root.path.clone(),
        gone: false,
        previous: Vec::new(),
        units: units.into_iter().collect(),
        marks: marks.into_iter().take(MARKS).collect(),
    }
}
