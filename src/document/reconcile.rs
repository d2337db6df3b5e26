//! A register that an organisation keeps against what was found: registered
//! and found, found only, registered only.

use super::{Page, Section, Table, joined};
use crate::model::inventory::Inventory;
use crate::model::system::Owner;

/// One row of somebody's register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registered {
    /// The system's id, if the register knows it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its owner, as the register says.
    pub owner: String,
}

/// Compares a register with an inventory. By id where the register has one,
/// else by name without regard to case, spaces and signs.
pub(super) fn reconcile(inventory: &Inventory, registered: &[Registered]) -> Page {
    let rows = rows(inventory, registered);
    let count = |wanted: u8| rows.iter().filter(|(rank, _)| *rank == wanted).count();
    let lead = format!(
        "{} found only, {} registered only, {} registered and found. What is registered and not \
         found may lie where nothing was scanned.",
        count(0),
        count(1),
        count(2)
    );
    let mut table = Table::new(&[
        "status",
        "system",
        "id",
        "where",
        "registered as",
        "owner in the register",
        "owner found",
    ]);
    for (_, row) in rows {
        table.row(row);
    }
    let section = Section { heading: "Systems".to_owned(), text: Vec::new(), table: Some(table) };
    Page {
        kind: "reconcile".to_owned(),
        title: "The register against what was found".to_owned(),
        as_of: inventory.as_of.clone(),
        lead: vec![lead],
        sections: vec![section],
        footer: Vec::new(),
    }
}

/// The rows, what is found only first.
fn rows(inventory: &Inventory, registered: &[Registered]) -> Vec<(u8, Vec<String>)> {
    let mut taken = vec![false; registered.len()];
    let mut rows: Vec<(u8, Vec<String>)> = Vec::new();
    for system in &inventory.systems {
        let same_id = |row: &Registered| !row.id.is_empty() && row.id == system.id;
        let same_name =
            |row: &Registered| !row.name.is_empty() && folded(&row.name) == folded(&system.name);
        let at =
            registered.iter().position(same_id).or_else(|| registered.iter().position(same_name));
        if let Some(flag) = at.and_then(|at| taken.get_mut(at)) {
            *flag = true;
        }
        let row = at.and_then(|at| registered.get(at));
        let (rank, status) =
            if row.is_some() { (2, "registered and found") } else { (0, "found only") };
        let told = |of: fn(&Registered) -> &str| joined(row.map(of));
        rows.push((
            rank,
            vec![
                status.to_owned(),
                system.name.clone(),
                system.id.clone(),
                system.root.path.clone(),
                told(|row| &row.name),
                told(|row| &row.owner),
                joined(system.owners.iter().map(Owner::label)),
            ],
        ));
    }
    for (row, _) in registered.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        let blank = || "-".to_owned();
        rows.push((
            1,
            vec![
                "registered only".to_owned(),
                blank(),
                joined([row.id.as_str()]),
                blank(),
                joined([row.name.as_str()]),
                joined([row.owner.as_str()]),
                blank(),
            ],
        ));
    }
    rows.sort();
    rows
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
