//! How an organisation uses a product, gathered from what exports say of it.

use std::collections::BTreeSet;

use crate::model::evidence::{EXPORT, Evidence};
use crate::model::system::Adoption;

/// Gathers what the evidence of one product says.
///
/// Persons of two exports may be the same, so that numbers are not added: the
/// largest is the least that is certain.
#[must_use]
pub fn of(evidence: &[&Evidence]) -> Adoption {
    let all = |key: &str| -> BTreeSet<String> {
        let values = evidence.iter().filter_map(|piece| piece.captured.get(key));
        values.flat_map(|value| value.split(' ')).map(str::to_owned).collect()
    };
    let list = |key: &str| all(key).into_iter().collect::<Vec<String>>();
    Adoption {
        users: all("users").iter().filter_map(|number| number.parse::<u64>().ok()).max(),
        first_seen: all("first_seen").pop_first(),
        last_seen: all("last_seen").pop_last(),
        scopes: list("scopes"),
        reaches: list("reaches"),
        decided: list("decided"),
        exports: list(EXPORT),
    }
}
