//! What an organisation says: what to leave out, what a folder is, what need
//! not be told again, which AI is approved. Parses two kinds of file and
//! applies them to a document; reads no file itself and knows no format.

pub mod approved;
pub mod config;
mod source;
pub mod suppress;

use std::collections::BTreeMap;

use crate::model::evidence::Sighting;
use crate::model::fact::UnitKind;
use crate::model::inventory::Inventory;
use crate::model::place::Place;
use crate::model::policy::{Allow, ConfigFile};
use crate::model::shard::PolicyText;
use crate::model::system::{AiSystem, Unit};

use approved::ApprovedList;
use config::{Config, SystemRow};

pub use source::PolicyError;

/// The file that a tree may hold at its root.
pub const CONFIG: &str = "daylight.toml";
/// The list of approved AI that a tree may hold at its root.
pub const APPROVED: &str = "approved-ai.toml";

/// Everything that an organisation says about one scan.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Configurations, each for one target or for all.
    pub configs: Vec<(Option<String>, Config)>,
    /// The list of approved AI.
    pub approved: Option<ApprovedList>,
    /// Whether `daylight:allow(ID)` in scanned files is not heeded.
    pub without_inline: bool,
}

impl Policy {
    fn of_target<'p, 't>(
        &'p self,
        target: &'t str,
    ) -> impl Iterator<Item = &'p Config> + use<'p, 't> {
        self.configs
            .iter()
            .filter(move |(of, _)| of.as_deref().is_none_or(|of| of == target))
            .map(|(_, config)| config)
    }

    /// What is left out of a target: globs in the grammar of gitignore.
    #[must_use]
    pub fn excludes(&self, target: &str) -> Vec<String> {
        self.of_target(target).flat_map(|config| config.exclude.iter().cloned()).collect()
    }

    /// Gives places the regions that a configuration says.
    pub fn regions(&self, sightings: &mut [Sighting]) {
        for sighting in sightings {
            let said = self
                .of_target(&sighting.place.target)
                .flat_map(|config| &config.regions)
                .filter(|row| row.path.matches(&sighting.place.path))
                .last();
            if let Some(row) = said {
                sighting.region = row.region;
            }
        }
    }

    /// The units that configurations declare for the targets.
    #[must_use]
    pub fn units(&self, targets: &[String]) -> Vec<Unit> {
        let mut units = Vec::new();
        for target in targets {
            for config in self.of_target(target) {
                units.extend(config.systems.iter().map(|row| Unit {
                    kind: UnitKind::Catalog,
                    place: Place::new(target.clone(), config.file.clone()),
                    root: row.root.clone(),
                    name: row.name.clone(),
                }));
            }
        }
        units
    }

    /// What a configuration says of a system.
    #[must_use]
    pub fn said_of<'p>(&'p self, system: &AiSystem) -> Option<(&'p Config, &'p SystemRow)> {
        let software = system.kind == crate::model::system::SystemKind::Software;
        self.of_target(&system.root.target).find_map(|config| {
            let row = config.systems.iter().rfind(|row| row.root == system.root.path)?;
            software.then_some((config, row))
        })
    }

    /// Applies suppressions and the list of approved AI to a finished document.
    pub fn apply(&self, inventory: &mut Inventory, allows: Vec<Allow>) {
        inventory.configuration = self.files();
        let allows = if self.without_inline { Vec::new() } else { allows };
        inventory.suppressions = suppress::suppressions(&self.configs, &allows, inventory);
        if let Some(approved) = &self.approved {
            let said: BTreeMap<&str, &SystemRow> = inventory
                .systems
                .iter()
                .filter_map(|system| Some((system.id.as_str(), self.said_of(system)?.1)))
                .collect();
            let approvals = approved.judge(inventory, &said);
            inventory.approvals = approvals;
        }
    }

    /// The files as they were read, for a later merge.
    #[must_use]
    pub fn texts(&self) -> Vec<PolicyText> {
        let configs = self.configs.iter().map(|(target, config)| PolicyText {
            approved: false,
            target: target.clone(),
            file: config.file.clone(),
            text: config.text.clone(),
        });
        let lists = self.approved.iter().map(|list| PolicyText {
            approved: true,
            target: None,
            file: list.file.clone(),
            text: list.text.clone(),
        });
        configs.chain(lists).collect()
    }

    /// A policy from the files that shards name. Equal ones count once.
    ///
    /// # Errors
    /// A text is malformed: a shard that was written by hand.
    pub fn from_texts(texts: &[PolicyText]) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        let mut taken: Vec<&PolicyText> = Vec::new();
        for text in texts {
            if taken.contains(&text) {
                continue;
            }
            taken.push(text);
            if text.approved {
                policy.approved = Some(ApprovedList::parse(&text.file, &text.text)?);
            } else {
                let config = Config::parse(&text.file, &text.text)?;
                policy.configs.push((text.target.clone(), config));
            }
        }
        Ok(policy)
    }

    fn files(&self) -> Vec<ConfigFile> {
        let configs = self.configs.iter().map(|(_, config)| (&config.file, &config.sha256, false));
        let lists = self.approved.iter().map(|list| (&list.file, &list.sha256, true));
        let mut files: Vec<ConfigFile> = configs
            .chain(lists)
            .map(|(name, sha256, approves)| ConfigFile {
                name: name.clone(),
                sha256: sha256.clone(),
                approves,
            })
            .collect();
        files.sort();
        files.dedup();
        files
    }
}
