//! How sure the scanner is that a component is there. Integers only: per
//! mille, best piece per technique, noisy-or across techniques, capped.

use std::collections::BTreeMap;

use crate::model::evidence::Confidence;
use crate::model::place::Region;
use crate::model::vocabulary::{Technique, Tier, Usage};

/// Nothing but a content hash would be certain.
pub const CEILING: Confidence = 990;

/// What one piece of a technique is worth at tier A in the product.
fn base(technique: Technique, usage: Usage) -> u32 {
    match technique {
        Technique::Call
        | Technique::Key
        | Technique::File
        | Technique::Weights
        | Technique::Licence => 900,
        Technique::Setting
        | Technique::Server
        | Technique::Image
        | Technique::Resource
        | Technique::Commit
        | Technique::App
        | Technique::Extension
        | Technique::Program
        | Technique::Traffic => 850,
        Technique::Import
        | Technique::Host
        | Technique::Library
        | Technique::Symbol
        | Technique::Service => 800,
        Technique::Package if usage == Usage::Locked => 600,
        Technique::Package => 750,
        Technique::Model | Technique::Mark => 700,
        Technique::Edge => 650,
        Technique::Env => 600,
        Technique::Permission => 500,
    }
}

/// Confidence of one piece of evidence.
#[must_use]
pub fn of_piece(technique: Technique, usage: Usage, tier: Tier, region: Region) -> Confidence {
    let tier = match tier {
        Tier::A => 1000,
        Tier::B => 600,
        Tier::C => 300,
    };
    let region = match region {
        Region::Product => 1000,
        Region::Generated => 700,
        Region::Example | Region::Test => 600,
        Region::Docs | Region::Vendored => 500,
    };
    let value = base(technique, usage) * tier / 1000 * region / 1000;
    Confidence::try_from(value).unwrap_or(CEILING).min(CEILING)
}

/// Confidence over several pieces: the best of each technique, joined as
/// independent signals.
#[must_use]
pub fn joined(pieces: impl IntoIterator<Item = (Technique, Confidence)>) -> Confidence {
    let mut best: BTreeMap<Technique, Confidence> = BTreeMap::new();
    for (technique, confidence) in pieces {
        let slot = best.entry(technique).or_default();
        *slot = (*slot).max(confidence);
    }
    let doubt = best.values().fold(1000u32, |doubt, confidence| {
        doubt * (1000 - u32::from((*confidence).min(1000))) / 1000
    });
    Confidence::try_from(1000 - doubt).unwrap_or(CEILING).min(CEILING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn many_equal_pieces_are_no_surer_than_one() {
        let one = joined([(Technique::Import, 800)]);
        assert_eq!(one, joined(vec![(Technique::Import, 800); 100]));
        assert!(joined([(Technique::Import, 800), (Technique::Package, 750)]) > one);
    }

    proptest! {
        #[test]
        fn more_evidence_never_makes_it_less_sure(values in prop::collection::vec((0usize..12, 0u16..1000), 1..20)) {
            let pieces: Vec<_> = values.iter().map(|(t, c)| (Technique::ALL[*t], *c)).collect();
            let fewer = joined(pieces.iter().skip(1).copied());
            prop_assert!(joined(pieces.iter().copied()) >= fewer);
            prop_assert!(joined(pieces) <= CEILING);
        }
    }
}
