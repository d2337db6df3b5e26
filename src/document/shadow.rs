//! What is used and what is approved: approved, not on the list, refused.

use serde::Deserialize;
use thiserror::Error;

use super::{Page, Section, Sources, Table, joined};
use crate::model::component::Component;
use crate::model::place::Region;

/// The list of what is approved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// Version of the spelling: 1.
    pub schema: u32,
    /// The entries.
    #[serde(default)]
    pub entry: Vec<Entry>,
}

/// One entry of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// Name of a component, without regard to case.
    pub name: String,
    /// Provider, without regard to case: covers all it makes.
    pub provider: String,
    /// `approved` or `denied`.
    pub status: String,
    /// Conditions, for people.
    pub conditions: String,
}

/// Why a list is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApprovedError {
    /// The text is not what the list is made of; says line and column.
    #[error("{0}")]
    Unreadable(String),
    /// An entry says nothing to compare, or an unknown status.
    #[error("entry {0} needs a `name` or `provider`, and the status `approved` or `denied`")]
    Entry(usize),
}

impl Approved {
    /// Reads the list's text.
    ///
    /// # Errors
    /// The text is not understood, whole and exactly.
    pub fn parse(text: &str) -> Result<Self, ApprovedError> {
        let list: Self =
            toml::from_str(text).map_err(|error| ApprovedError::Unreadable(error.to_string()))?;
        for (index, entry) in list.entry.iter().enumerate() {
            let named = !entry.name.is_empty() || !entry.provider.is_empty();
            if !named || !["approved", "denied"].contains(&entry.status.as_str()) {
                return Err(ApprovedError::Entry(index + 1));
            }
        }
        Ok(list)
    }

    /// The entry for a component: by name before by provider, refusals first.
    fn entry_for(&self, component: &Component) -> Option<&Entry> {
        let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
        let by_name = || self.entry.iter().filter(|entry| same(&entry.name, &component.name));
        let by_provider = || {
            let fits = |entry: &&Entry| {
                entry.name.is_empty() && same(&entry.provider, &component.provider)
            };
            self.entry.iter().filter(fits)
        };
        by_name()
            .find(|entry| entry.status == "denied")
            .or_else(|| by_name().next())
            .or_else(|| by_provider().find(|entry| entry.status == "denied"))
            .or_else(|| by_provider().next())
    }
}

pub(super) fn page(sources: Sources<'_>) -> Page {
    let empty = Approved::default();
    let list = sources.approved.unwrap_or(&empty);
    let mut table =
        Table::new(&["status", "component", "kind", "provider", "used by", "usage", "conditions"]);
    let mut rows: Vec<(u8, Vec<String>)> = Vec::new();
    for component in &sources.inventory.components {
        if matches!(component.region, Region::Test | Region::Docs | Region::Vendored) {
            continue;
        }
        let entry = list.entry_for(component);
        let (rank, status) = match entry.map(|entry| entry.status.as_str()) {
            Some("denied") => (0, "denied"),
            Some(_) => (2, "approved"),
            None => (1, "not on the list"),
        };
        let users = sources
            .inventory
            .systems
            .iter()
            .filter(|system| system.components.iter().any(|used| used.component == component.id))
            .map(|system| system.name.as_str());
        rows.push((
            rank,
            vec![
                status.to_owned(),
                component.name.clone(),
                component.kind.word().to_owned(),
                joined([component.provider.as_str()]),
                joined(users),
                component.usage.word().to_owned(),
                entry.map_or_else(|| "-".to_owned(), |entry| joined([entry.conditions.as_str()])),
            ],
        ));
    }
    rows.sort();
    let count = |wanted: u8| rows.iter().filter(|(rank, _)| *rank == wanted).count();
    let lead = if sources.approved.is_some() {
        format!(
            "{} components are denied by the list, {} are not on it, {} are approved.",
            count(0),
            count(1),
            count(2)
        )
    } else {
        "No list of what is approved was given, so everything is shown as not on the list."
            .to_owned()
    };
    for (_, row) in rows {
        table.row(row);
    }
    Page {
        title: "AI in use against the list of what is approved".to_owned(),
        lead: vec![lead],
        sections: vec![Section {
            heading: "Components".to_owned(),
            text: Vec::new(),
            table: Some(table),
        }],
        ..Page::default()
    }
}
