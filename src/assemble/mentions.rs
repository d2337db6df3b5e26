//! A mere mention says nothing alone. Two mentions of different kinds, in one
//! unit, are an indication: an address that speaks of a verdict, and a field
//! of its answer that does.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Home, Located};
use crate::model::evidence::Sighting;
use crate::model::vocabulary::{Technique, Tier, Usage};

/// Makes an indication of addresses that are mentioned beside something else.
/// Only the address is lifted: both together are still no proof.
pub fn join(located: &mut [Located]) {
    let mut kinds: BTreeMap<(Home, String), BTreeSet<Technique>> = BTreeMap::new();
    for Located { sighting, home } in located.iter().filter(|one| is_mention(&one.sighting)) {
        let key = (home.clone(), sighting.signature.clone());
        kinds.entry(key).or_default().insert(sighting.technique);
    }
    kinds.retain(|_, kinds| kinds.len() > 1 && kinds.contains(&Technique::Call));
    if kinds.is_empty() {
        return;
    }
    for Located { sighting, home } in located {
        if sighting.technique == Technique::Host
            && is_mention(sighting)
            && kinds.contains_key(&(home.clone(), sighting.signature.clone()))
        {
            sighting.tier = Tier::B;
            sighting.usage = Usage::Configured;
        }
    }
}

fn is_mention(sighting: &Sighting) -> bool {
    sighting.tier == Tier::C && sighting.usage == Usage::Offered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::Subject;
    use crate::model::place::{Place, Region};

    fn mention(technique: Technique, root: &str) -> Located {
        let sighting = Sighting {
            place: Place::new(".", "src/a.py"),
            span: None,
            signature: "some.verdict".to_owned(),
            subject: Subject::Product,
            technique,
            value: "x".to_owned(),
            tier: Tier::C,
            usage: Usage::Offered,
            region: Region::Product,
            excerpt: String::new(),
            captured: BTreeMap::new(),
            capabilities: Vec::new(),
            lifecycle: None,
            grant: None,
        };
        Located { sighting, home: Home::Unit(".".to_owned(), root.to_owned()) }
    }

    fn tiers(located: &[Located]) -> Vec<Tier> {
        located.iter().map(|one| one.sighting.tier).collect()
    }

    #[test]
    fn an_address_and_a_field_in_one_unit_are_an_indication() {
        let mut both = [mention(Technique::Host, "a"), mention(Technique::Call, "a")];
        join(&mut both);
        assert_eq!(tiers(&both), [Tier::B, Tier::C]);
        assert_eq!(both[0].sighting.usage, Usage::Configured);
    }

    #[test]
    fn two_addresses_or_two_units_are_none() {
        let mut addresses = [mention(Technique::Host, "a"), mention(Technique::Host, "a")];
        join(&mut addresses);
        assert_eq!(tiers(&addresses), [Tier::C, Tier::C]);
        let mut apart = [mention(Technique::Host, "a"), mention(Technique::Call, "b")];
        join(&mut apart);
        assert_eq!(tiers(&apart), [Tier::C, Tier::C]);
    }
}
