//! What deploys a unit belongs to it: the file that runs its image, and the
//! resource that it calls by name. Only where both say the same word; what is
//! put together from variables is nobody's.
//!
//! Knows names and declarations, no format and no provider.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Home, Located};
use super::joining::ByRoot;
use crate::model::evidence::{NAMED, Subject};
use crate::model::fact::UnitKind;
use crate::model::place::{Region, name_of};
use crate::model::system::Unit;
use crate::model::vocabulary::Technique;

/// The roots that heads stand for, by target and root.
type Heads = BTreeMap<(String, String), String>;

/// For each file that runs the image of one unit and of no other: the root of
/// that unit, and the link that says so.
#[must_use]
pub fn files(
    links: &[Unit],
    units: &ByRoot,
    heads: &Heads,
) -> BTreeMap<(String, String), (String, Unit)> {
    let names = names_of(units, heads);
    let mut found: BTreeMap<(String, String), BTreeMap<String, Unit>> = BTreeMap::new();
    for link in links {
        let target = &link.place.target;
        let name = folded(link.name.as_deref().unwrap_or_default());
        let Some(roots) = names.get(&(target.as_str(), name)) else { continue };
        let file = found.entry((target.clone(), link.place.path.clone())).or_default();
        // A name that several units have says nothing: then the file has several.
        for root in roots {
            let unit = Unit { root: root.clone(), ..link.clone() };
            file.entry(root.clone()).or_insert(unit);
        }
    }
    let one = |(file, mut roots): (_, BTreeMap<String, Unit>)| match roots.len() {
        1 => roots.pop_first().map(|found| (file, found)),
        _ => None,
    };
    found.into_iter().filter_map(one).collect()
}

/// The names by which an image may be called after a unit that can be built:
/// what it declares, and its folder.
fn names_of<'u>(units: &'u ByRoot, heads: &Heads) -> BTreeMap<(&'u str, String), BTreeSet<String>> {
    let mut names: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for (key, declared) in units {
        let (target, root) = key;
        let built = |unit: &Unit| matches!(unit.kind, UnitKind::Dockerfile | UnitKind::Package);
        if !declared.iter().any(built) {
            continue;
        }
        let head = heads.get(key).unwrap_or(root);
        let own = declared.iter().filter(|unit| unit.kind == UnitKind::Package);
        let own = own.filter_map(|unit| unit.name.as_deref());
        let folder = (root != ".").then(|| name_of(root));
        for name in own.chain(folder) {
            let name = folded(name.rsplit('/').next().unwrap_or(name));
            if name.len() > 2 {
                names.entry((target, name)).or_default().insert(head.clone());
            }
        }
    }
    names
}

/// A name as images and packages write it alike.
fn folded(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// A chart whose files run the image of one unit belongs to that unit.
pub fn charts(
    deployed: &BTreeMap<(String, String), (String, Unit)>,
    units: &ByRoot,
    heads: &mut Heads,
) {
    for (key, declared) in units {
        let (target, root) = key;
        let is_chart = !declared.is_empty()
            && declared.iter().all(|unit| unit.kind == UnitKind::Chart)
            && !heads.contains_key(key);
        if !is_chart {
            continue;
        }
        let values = format!("{root}/values.yaml");
        let path = values.trim_start_matches("./").to_owned();
        let Some((unit, _)) = deployed.get(&(target.clone(), path)) else { continue };
        if unit != root && heads.get(&(target.clone(), unit.clone())).is_none() {
            heads.insert(key.clone(), unit.clone());
        }
    }
}

/// Gives a resource to the unit that calls it by the name it is given, if there
/// is but one that does and uses the same product otherwise.
pub fn join(located: &mut [Located]) {
    let mut callers: BTreeMap<(String, String), BTreeSet<Home>> = BTreeMap::new();
    let mut users: BTreeSet<(Home, String)> = BTreeSet::new();
    for Located { sighting, home } in located.iter() {
        if is_declared(sighting.technique) || sighting.region != Region::Product {
            continue;
        }
        users.insert((home.clone(), sighting.signature.clone()));
        let target = sighting.place.target.clone();
        if let Some(name) = sighting.captured.get(NAMED) {
            callers.entry((target.clone(), name.clone())).or_default().insert(home.clone());
        }
        if let Subject::Model(name) = &sighting.subject {
            callers.entry((target, name.clone())).or_default().insert(home.clone());
        }
    }
    if callers.is_empty() {
        return;
    }
    for Located { sighting, home } in located.iter_mut() {
        let Some(name) = sighting.captured.get(NAMED).filter(|_| {
            sighting.technique == Technique::Resource && sighting.region == Region::Product
        }) else {
            continue;
        };
        let key = (sighting.place.target.clone(), name.clone());
        let Some(homes) = callers.get(&key) else { continue };
        let mut using = homes
            .iter()
            .filter(|home| users.contains(&((*home).clone(), sighting.signature.clone())));
        if let (Some(only), None) = (using.next(), using.next()) {
            *home = only.clone();
        }
    }
}

/// Whether a match is of what is set up, and not of what uses it.
fn is_declared(technique: Technique) -> bool {
    matches!(technique, Technique::Resource | Technique::Permission)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::{Place, folder_of};

    fn unit(kind: UnitKind, file: &str, name: Option<&str>) -> Unit {
        Unit {
            kind,
            place: Place::new(".", file),
            root: folder_of(file).to_owned(),
            name: name.map(str::to_owned),
        }
    }

    fn by_root(units: &[Unit]) -> ByRoot {
        let mut found = ByRoot::new();
        for unit in units {
            found.entry((".".to_owned(), unit.root.clone())).or_default().push(unit.clone());
        }
        found
    }

    fn runs(file: &str, name: &str) -> Unit {
        unit(UnitKind::Deployment, file, Some(name))
    }

    #[test]
    fn a_file_belongs_to_the_one_unit_whose_image_it_runs() {
        let units = by_root(&[
            unit(UnitKind::Package, "Churn/pyproject.toml", Some("churn_predictor")),
            unit(UnitKind::Dockerfile, "svc/api/Dockerfile", None),
            unit(UnitKind::Dockerfile, "old/api/Dockerfile", None),
        ]);
        let links = [
            runs("k8s/churn.yaml", "churn-predictor"),
            runs("k8s/both.yaml", "churn-predictor"),
            runs("k8s/both.yaml", "api"),
            runs("k8s/api.yaml", "api"),
            runs("k8s/other.yaml", "redis"),
        ];
        let found = files(&links, &units, &Heads::new());
        let found: Vec<(&str, &str)> =
            found.iter().map(|((_, file), (root, _))| (file.as_str(), root.as_str())).collect();
        assert_eq!(found, [("k8s/churn.yaml", "Churn")]);
    }

    #[test]
    fn a_chart_belongs_to_the_unit_whose_image_its_values_name() {
        let units = by_root(&[
            unit(UnitKind::Dockerfile, "services/ranker/Dockerfile", None),
            unit(UnitKind::Chart, "charts/ranker/Chart.yaml", Some("ranker")),
            unit(UnitKind::Chart, "charts/redis/Chart.yaml", Some("redis")),
        ]);
        let links = [
            runs("charts/ranker/values.yaml", "ranker"),
            runs("charts/redis/values.yaml", "redis"),
        ];
        let mut heads = Heads::new();
        let deployed = files(&links, &units, &heads);
        charts(&deployed, &units, &mut heads);
        let key = (".".to_owned(), "charts/ranker".to_owned());
        assert_eq!(heads, Heads::from([(key, "services/ranker".to_owned())]));
    }
}
