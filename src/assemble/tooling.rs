//! A model that is named beside nothing but a tool which sends nothing
//! anywhere (a tokenizer) is counted for, not used.

use std::collections::BTreeMap;

use super::Descriptions;
use crate::model::evidence::{Sighting, Subject};
use crate::model::vocabulary::{Egress, Lifecycle, Technique, Usage};

/// Marks the models of files whose code reaches only such tools as offered.
pub fn mark(sightings: &mut [Sighting], descriptions: &Descriptions) {
    let mut only_tools: BTreeMap<(String, String), bool> = BTreeMap::new();
    for sighting in sightings.iter() {
        let in_code = matches!(sighting.technique, Technique::Call | Technique::Import);
        if !in_code || sighting.subject != Subject::Product {
            continue;
        }
        let tool = descriptions
            .get(&sighting.signature)
            .is_some_and(|d| d.lifecycle == Lifecycle::Tooling && d.egress == Egress::None);
        let place = &sighting.place;
        *only_tools.entry((place.target.clone(), place.path.clone())).or_insert(true) &= tool;
    }
    for sighting in sightings {
        let file = (sighting.place.target.clone(), sighting.place.path.clone());
        let is_model = matches!(sighting.subject, Subject::Model(_));
        if is_model && only_tools.get(&file) == Some(&true) {
            sighting.usage = Usage::Offered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Description;
    use super::*;
    use crate::model::place::{Place, Region};
    use crate::model::vocabulary::{Role, Tier};

    fn sighting(signature: &str, subject: Subject, technique: Technique) -> Sighting {
        Sighting {
            place: Place::new(".", "src/tokens.js"),
            span: None,
            signature: signature.to_owned(),
            subject,
            technique,
            value: "x".to_owned(),
            tier: Tier::A,
            usage: Usage::Configured,
            region: Region::Product,
            excerpt: String::new(),
            captured: BTreeMap::new(),
            capabilities: Vec::new(),
            lifecycle: None,
            grant: None,
        }
    }

    fn descriptions() -> Descriptions {
        let of = |lifecycle, egress| Description {
            name: String::new(),
            vendor: String::new(),
            country: None,
            role: Role::Sdk,
            capabilities: Vec::new(),
            egress,
            lifecycle,
            default_host: None,
            is_server: false,
        };
        Descriptions::from([
            ("counter".to_owned(), of(Lifecycle::Tooling, Egress::None)),
            ("client".to_owned(), of(Lifecycle::Inference, Egress::ThirdParty)),
        ])
    }

    #[test]
    fn a_model_that_only_a_tokenizer_is_told_is_not_used() {
        let model = sighting("client", Subject::Model("m-1".to_owned()), Technique::Model);
        let counter = sighting("counter", Subject::Product, Technique::Import);
        let mut beside_counter = vec![model.clone(), counter.clone()];
        mark(&mut beside_counter, &descriptions());
        assert_eq!(beside_counter[0].usage, Usage::Offered);
        let client = sighting("client", Subject::Product, Technique::Call);
        let mut beside_client = vec![model, counter, client];
        mark(&mut beside_client, &descriptions());
        assert_eq!(beside_client[0].usage, Usage::Configured);
    }
}
