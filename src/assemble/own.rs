//! What a repository makes itself is no component that it uses: its own image
//! in its own compose file, its own module in its own scripts, speak of the
//! product that is scanned.

use std::collections::BTreeSet;

use crate::model::evidence::{CALLEE, Sighting};
use crate::model::fact::UnitKind;
use crate::model::place::{Region, name_of};
use crate::model::region::region_of_folder;
use crate::model::system::Unit;
use crate::model::vocabulary::{Technique, Tier, Usage};

/// Leaves out the images and ambiguous modules that are named like a package that the same target
/// declares. A compose service's or folder's name does not count: `ollama/`
/// may well hold nothing but a Dockerfile that builds upon somebody else's.
pub fn leave_out(sightings: &mut Vec<Sighting>, units: &[Unit]) {
    let made: BTreeSet<(&str, String)> = units
        .iter()
        .filter(|unit| unit.kind == UnitKind::Package)
        .filter(|unit| region_of_folder(&unit.root) == Region::Product)
        .filter_map(|unit| Some((unit.place.target.as_str(), unit.name.as_ref()?.to_lowercase())))
        .collect();
    // A test of a package gives names of models to its functions to see what
    // these make of them.
    for sighting in sightings.iter_mut() {
        let Some(callee) = sighting.captured.remove(CALLEE) else { continue };
        let own = made.contains(&(sighting.place.target.as_str(), callee.to_lowercase()));
        if own && sighting.usage == Usage::Called {
            sighting.usage = Usage::Configured;
        }
    }
    let is_made =
        |sighting: &Sighting, name: String| made.contains(&(sighting.place.target.as_str(), name));
    sightings.retain(|sighting| match sighting.technique {
        Technique::Image => !is_made(sighting, name_of(&sighting.value).to_lowercase()),
        // A module whose name says too little alone, where a package of that
        // name is made, is that package.
        Technique::Import | Technique::Call if sighting.tier == Tier::B => {
            let module = sighting.value.split(['.', ':', '/']).next().unwrap_or_default();
            !is_made(sighting, module.to_lowercase())
        }
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::evidence::Subject;
    use crate::model::place::Place;

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
    fn a_module_of_an_ambiguous_name_is_the_package_that_is_made_here() {
        let import = |tier: Tier| {
            let mut sighting = image("a", "helper.deep");
            sighting.technique = Technique::Import;
            sighting.tier = tier;
            sighting
        };
        let mut sightings = vec![import(Tier::B), import(Tier::A)];
        leave_out(&mut sightings, &[unit(UnitKind::Package, "Helper")]);
        assert_eq!(sightings.iter().map(|s| s.tier).collect::<Vec<_>>(), [Tier::A]);
    }

    #[test]
    fn a_model_that_a_test_gives_to_the_package_made_here_is_not_called() {
        let of = |callee: &str| {
            let mut sighting = image("a", "gpt-4o");
            sighting.technique = Technique::Model;
            sighting.usage = Usage::Called;
            sighting.captured.insert(CALLEE.to_owned(), callee.to_owned());
            sighting
        };
        let mut sightings = vec![of("Helper"), of("other")];
        leave_out(&mut sightings, &[unit(UnitKind::Package, "Helper")]);
        let usages: Vec<Usage> = sightings.iter().map(|s| s.usage).collect();
        assert_eq!(usages, [Usage::Configured, Usage::Called]);
        assert!(sightings.iter().all(|s| s.captured.is_empty()));
    }

    #[test]
    fn a_service_named_like_an_image_is_not_its_maker() {
        let mut sightings = vec![image("a", "maker/helper")];
        leave_out(&mut sightings, &[unit(UnitKind::ComposeService, "helper")]);
        assert_eq!(sightings.len(), 1);
    }
}
