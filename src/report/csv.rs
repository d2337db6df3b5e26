//! CSV for spreadsheets (RFC 4180): one row for each use of a component by a
//! system, then the components that make no system. Every cell is quoted, and
//! a cell that a spreadsheet would take for a formula begins with `'`.

use std::io::{self, Write};

use super::criteria::first;
use super::lookup::{Lookup, kind_of, path_of};
use super::text::place_text;
use super::{Emitter, Style};
use crate::model::component::Component;
use crate::model::inventory::Inventory;
use crate::model::system::{Adoption, AiSystem, ComponentUse, Owner};

/// A table for spreadsheets.
#[derive(Debug)]
pub struct Csv;

/// Leading columns that speak of the system.
const OF_SYSTEM: usize = 19;

const COLUMNS: &[&str] = &[
    "system_id",
    "system",
    "system_kind",
    "system_root",
    "system_region",
    "owners",
    "decides",
    "models",
    "impact_people",
    "impact_processes",
    "impact_data",
    "impact_decisions",
    "purpose",
    "training_data",
    "areas",
    "scope",
    "roles",
    "risk",
    "destinations",
    "component_id",
    "component",
    "component_kind",
    "provider",
    "country",
    "egress",
    "lifecycle",
    "capabilities",
    "usage",
    "region",
    "indicated",
    "transitive",
    "confidence",
    "versions",
    "purls",
    "signature",
    "evidence",
    "first_place",
    "gates",
    "approval",
    "approval_notes",
    "suppressed",
    "users",
    "first_seen",
    "last_seen",
    "scopes",
    "reaches",
    "decided",
    "exports",
];

impl Emitter for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "a table for spreadsheets: one row for each component of each system"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let lookup = Lookup::new(inventory);
        let mut table = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        table.write_record(COLUMNS)?;
        for system in &inventory.systems {
            for (used, component) in lookup.uses(system) {
                row(&mut table, &lookup, Some((system, used)), component)?;
            }
        }
        for component in inventory.components.iter().filter(|c| lookup.is_alone(c)) {
            row(&mut table, &lookup, None, component)?;
        }
        table.flush()
    }
}

fn row(
    table: &mut csv::Writer<&mut dyn Write>,
    lookup: &Lookup<'_>,
    home: Option<(&AiSystem, &ComponentUse)>,
    component: &Component,
) -> io::Result<()> {
    let mut cells =
        home.map_or_else(|| vec![String::new(); OF_SYSTEM], |(system, _)| cells_of(system));
    let evidence = home.map_or(&component.evidence, |(_, used)| &used.evidence);
    let first = lookup.pieces(evidence).next().map(place_text).unwrap_or_default();
    let mut gates: Vec<&str> = lookup.refused_by(&component.id).to_vec();
    if let Some((system, _)) = home {
        gates.extend(lookup.refused_by(&system.id));
    }
    let usage = home.map_or(component.usage, |(_, used)| used.usage);
    let region = home.map_or(component.region, |(_, used)| used.region);
    let indicated = home.map_or(component.indicated, |(_, used)| used.indicated);
    let confidence = home.map_or(component.confidence, |(_, used)| used.confidence);
    let approval = lookup.approval(&component.id);
    let notes: Vec<&str> = approval
        .into_iter()
        .flat_map(|a| std::iter::once(&a.reason).chain(&a.broken).chain(&a.open))
        .map(String::as_str)
        .filter(|note| !note.is_empty())
        .collect();
    let capabilities: Vec<&str> = component.capabilities.iter().map(|c| c.word()).collect();
    cells.extend([
        component.id.clone(),
        component.name.clone(),
        component.kind.word().to_owned(),
        component.provider.clone(),
        component.country.clone().unwrap_or_default(),
        component.egress.word().to_owned(),
        component.lifecycle.word().to_owned(),
        capabilities.join("; "),
        usage.word().to_owned(),
        region.word().to_owned(),
        indicated.to_string(),
        component.transitive.to_string(),
        confidence.to_string(),
        component.versions.join("; "),
        component.purls.join("; "),
        component.signature.clone(),
        evidence.len().to_string(),
        first,
        gates.join("; "),
        approval.map(|approval| approval.status.word().to_owned()).unwrap_or_default(),
        notes.join("; "),
        lookup.muted_by(&component.id).map(|s| s.reason.clone()).unwrap_or_default(),
    ]);
    cells.extend(use_of(home.and_then(|(system, _)| system.adoption.as_ref())));
    table.write_record(cells.into_iter().map(defused))?;
    Ok(())
}

fn cells_of(system: &AiSystem) -> Vec<String> {
    let classification = &system.classification;
    let owners: Vec<String> = system.owners.iter().map(Owner::label).collect();
    let hosts: Vec<&str> = system.destinations.iter().map(|d| d.host.as_str()).collect();
    let first = first(classification);
    let mut cells = vec![
        system.id.clone(),
        system.name.clone(),
        kind_of(system).to_owned(),
        path_of(&system.root),
        system.region.word().to_owned(),
        owners.join("; "),
        first.decides,
        first.models,
    ];
    cells.extend(first.impact.into_iter().map(|(_, touched)| touched));
    cells.extend([
        first.purpose,
        first.training_data,
        first.areas,
        classification.scope.value.clone(),
        classification.roles.plain.join("; "),
        classification.risk.value.clone(),
        hosts.join("; "),
    ]);
    cells
}

/// How an organisation uses a product, as exports say; behind all others, so
/// that these keep their places.
fn use_of(adoption: Option<&Adoption>) -> [String; 7] {
    let Some(adoption) = adoption else { return Default::default() };
    [
        adoption.users.map(|users| users.to_string()).unwrap_or_default(),
        adoption.first_seen.clone().unwrap_or_default(),
        adoption.last_seen.clone().unwrap_or_default(),
        adoption.scopes.join("; "),
        adoption.reaches.join("; "),
        adoption.decided.join("; "),
        adoption.exports.join("; "),
    ]
}

/// A cell that no spreadsheet takes for a formula.
fn defused(cell: String) -> String {
    let is_formula = cell
        .trim_start_matches([' ', '\u{A0}', '"'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%']);
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_begins_like_a_formula_is_defused() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "|calc"] {
            assert_eq!(defused(cell.to_owned()), format!("'{cell}"), "{cell}");
        }
        for cell in ["", "openai", "a=b", "1", "…", ">=1.0"] {
            assert_eq!(defused(cell.to_owned()), cell);
        }
    }
}
