//! What a repository makes itself is no component that it uses: its own image
//! in its own compose file speaks of the product that is scanned.

use std::collections::BTreeSet;

use crate::model::evidence::Sighting;
use crate::model::fact::UnitKind;
use crate::model::place::{Region, name_of};
use crate::model::region::region_of_folder;
use crate::model::system::Unit;
use crate::model::vocabulary::Technique;

/// Leaves out the images that are named like a package that the same target
/// declares. A compose service's or folder's name does not count: `ollama/`
/// may well hold nothing but a Dockerfile that builds upon somebody else's.
pub fn leave_out(sightings: &mut Vec<Sighting>, units: &[Unit]) {
    let made: BTreeSet<(&str, String)> = units
        .iter()
        .filter(|unit| unit.kind == UnitKind::Package)
        .filter(|unit| region_of_folder(&unit.root) == Region::Product)
        .filter_map(|unit| Some((unit.place.target.as_str(), unit.name.as_ref()?.to_lowercase())))
        .collect();
    sightings.retain(|sighting| {
        let image = name_of(&sighting.value).to_lowercase();
        sighting.technique != Technique::Image
            || !made.contains(&(sighting.place.target.as_str(), image))
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::evidence::Subject;
    use crate::model::place::Place;
    use crate::model::vocabulary::{Tier, Usage};

    fn image(target: &str, repository: &str) -> Sighting {
        Sighting {
            place: Place::new(target, "deploy/compose.yml"),
            span: None,
            signature: "maker.helper".to_owned(),
            subject: Subject::Product,
            technique: Technique::Image,
            value: repository.to_owned(),
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

    fn unit(kind: UnitKind, name: &str) -> Unit {
        Unit {
            kind,
            place: Place::new("a", "crates/helper/Cargo.toml"),
            root: "crates/helper".to_owned(),
            name: Some(name.to_owned()),
        }
    }

    #[test]
    fn an_image_named_like_a_package_of_the_target_is_its_own() {
        let mut sightings =
            vec![image("a", "maker/helper"), image("b", "maker/helper"), image("a", "x/other")];
        leave_out(&mut sightings, &[unit(UnitKind::Package, "Helper")]);
        let left: Vec<_> =
            sightings.iter().map(|s| (s.place.target.as_str(), s.value.as_str())).collect();
        assert_eq!(left, [("b", "maker/helper"), ("a", "x/other")]);
    }

    #[test]
    fn a_service_named_like_an_image_is_not_its_maker() {
        let mut sightings = vec![image("a", "maker/helper")];
        leave_out(&mut sightings, &[unit(UnitKind::ComposeService, "helper")]);
        assert_eq!(sightings.len(), 1);
    }
}
