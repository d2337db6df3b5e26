//! What trains a model belongs to the one unit that loads the result: where
//! both say the same literal name, nobody else writes it and nobody else loads it.
//!
//! Knows links between files, no library and no format.

use std::collections::{BTreeMap, BTreeSet};

use super::joining::{ByRoot, root_of};
use crate::model::fact::UnitKind;
use crate::model::system::Unit;

/// Files, by target and path, or roots by target and root.
type Roots = BTreeMap<(String, String), String>;

/// By target and root that makes: the roots that load what it makes, and the
/// files that make it.
type Pairs<'l> = BTreeMap<(&'l str, String), (BTreeSet<String>, BTreeSet<&'l str>)>;

/// Gives units that only train to those that load what they make, in `heads`.
/// Of a target's own root, which is no unit, the files that write the result;
/// these come back with the root of the unit that loads it.
#[must_use]
pub fn join(links: &[Unit], units: &ByRoot, heads: &mut Roots) -> Roots {
    let home = |link: &Unit| root_of(units, heads, &link.place.target, &link.place.path);
    let mut makers: BTreeMap<(&str, &str), BTreeSet<(String, &str)>> = BTreeMap::new();
    let mut loaders: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    let mut loading: BTreeSet<(&str, String)> = BTreeSet::new();
    for link in links {
        let target = link.place.target.as_str();
        let key = (target, link.name.as_deref().unwrap_or_default());
        if link.kind == UnitKind::Trained {
            makers.entry(key).or_default().insert((home(link), &link.place.path));
        } else {
            loading.insert((target, home(link)));
            loaders.entry(key).or_default().insert(home(link));
        }
    }
    let mut pairs = Pairs::new();
    for (key, made) in &makers {
        let roots: BTreeSet<&String> = made.iter().map(|(root, _)| root).collect();
        let (Some(maker), Some(loaded)) = (roots.first(), loaders.get(key)) else { continue };
        let pair = pairs.entry((key.0, (*maker).clone())).or_default();
        // Several makers of one name: nobody knows whose it is.
        if roots.len() == 1 {
            pair.0.extend(loaded.iter().cloned());
            pair.1.extend(made.iter().map(|(_, file)| *file));
        }
    }
    let serving = serving(units, heads);
    let mut files = Roots::new();
    let mut moved = Roots::new();
    for ((target, maker), (loaded, made)) in pairs {
        let mut homes = loaded.into_iter();
        let (Some(loader), None) = (homes.next(), homes.next()) else { continue };
        // What loads a model itself is a program of its own; a target's own root
        // is none.
        if loader == "." || loader == maker || loading.contains(&(target, maker.clone())) {
            continue;
        }
        if maker == "." {
            let rows = made.into_iter().map(|file| (target.to_owned(), file.to_owned()));
            files.extend(rows.map(|key| (key, loader.clone())));
        } else if !serving.contains(&(target.to_owned(), maker.clone())) {
            moved.insert((target.to_owned(), maker), loader);
        }
    }
    // No loader is moved itself, so that one pass is enough.
    for ((target, _), head) in heads.iter_mut() {
        if let Some(loader) = moved.get(&(target.clone(), head.clone())) {
            head.clone_from(loader);
        }
    }
    heads.extend(moved);
    files
}

/// The units of which something says that they run as a service, be it what
/// declares one that belongs to them: a chart elsewhere.
fn serving(units: &ByRoot, heads: &Roots) -> BTreeSet<(String, String)> {
    let serves = |unit: &Unit| {
        matches!(unit.kind, UnitKind::Catalog | UnitKind::Chart | UnitKind::ComposeService)
    };
    let declared = units.iter().filter(|(_, declared)| declared.iter().any(serves));
    declared.map(|(key, _)| (key.0.clone(), heads.get(key).unwrap_or(&key.1).clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::{Place, folder_of};

    fn unit(kind: UnitKind, file: &str, name: &str) -> Unit {
        Unit {
            kind,
            place: Place::new(".", file),
            root: folder_of(file).to_owned(),
            name: Some(name.to_owned()),
        }
    }

    /// What belongs where.
    type Rows = Vec<(String, String)>;

    fn joined(links: &[(UnitKind, &str, &str)]) -> (Rows, Rows) {
        let mut units = ByRoot::new();
        for folder in ["training", "api", "web"] {
            let package = unit(UnitKind::Package, &format!("{folder}/pyproject.toml"), folder);
            units.insert((".".to_owned(), folder.to_owned()), vec![package]);
        }
        let links: Vec<Unit> =
            links.iter().map(|(kind, file, name)| unit(*kind, file, name)).collect();
        let mut heads = Roots::new();
        let files = join(&links, &units, &mut heads);
        let rows = |rows: Roots| rows.into_iter().map(|((_, key), value)| (key, value)).collect();
        (rows(heads), rows(files))
    }

    const MADE: UnitKind = UnitKind::Trained;
    const READ: UnitKind = UnitKind::Loaded;

    #[test]
    fn what_trains_belongs_to_the_one_that_loads_the_result() {
        let (heads, files) =
            joined(&[(MADE, "training/fit.py", "churn"), (READ, "api/main.py", "churn")]);
        assert_eq!(heads, [("training".to_owned(), "api".to_owned())]);
        assert!(files.is_empty());
        let (heads, files) =
            joined(&[(MADE, "jobs/fit.py", "churn"), (READ, "api/main.py", "churn")]);
        assert!(heads.is_empty());
        assert_eq!(files, [("jobs/fit.py".to_owned(), "api".to_owned())]);
    }

    #[test]
    fn what_a_chart_elsewhere_deploys_and_what_the_root_loads_stay() {
        let key = |root: &str| (".".to_owned(), root.to_owned());
        let package = |root: &str| unit(UnitKind::Package, &format!("{root}/setup.py"), root);
        let chart = unit(UnitKind::Chart, "deploy/x/Chart.yaml", "x");
        let units = ByRoot::from([
            (key("training"), vec![package("training")]),
            (key("api"), vec![package("api")]),
            (key("deploy/x"), vec![chart]),
        ]);
        let made = [unit(MADE, "training/fit.py", "churn"), unit(READ, "api/main.py", "churn")];
        let mut heads = Roots::from([(key("deploy/x"), "training".to_owned())]);
        assert!(join(&made, &units, &mut heads).is_empty());
        assert_eq!(heads, Roots::from([(key("deploy/x"), "training".to_owned())]));
        let made = [unit(MADE, "training/fit.py", "churn"), unit(READ, "main.py", "churn")];
        let mut heads = Roots::new();
        assert!(join(&made, &units, &mut heads).is_empty());
        assert!(heads.is_empty());
    }

    #[test]
    fn what_belongs_to_one_that_is_moved_is_moved_with_it() {
        let key = |root: &str| (".".to_owned(), root.to_owned());
        let package = |root: &str| unit(UnitKind::Package, &format!("{root}/setup.py"), root);
        let units = ["training", "api", "lib"].map(|root| (key(root), vec![package(root)]));
        let made = [unit(MADE, "training/fit.py", "churn"), unit(READ, "api/main.py", "churn")];
        let mut heads = Roots::from([(key("lib"), "training".to_owned())]);
        assert!(join(&made, &ByRoot::from(units), &mut heads).is_empty());
        let api = "api".to_owned();
        assert_eq!(heads, Roots::from([(key("lib"), api.clone()), (key("training"), api)]));
    }

    #[test]
    fn several_makers_or_loaders_and_programs_that_load_themselves_stay() {
        for links in [
            &[(MADE, "training/a.py", "x"), (READ, "api/b.py", "y")][..],
            &[(MADE, "training/a.py", "x"), (READ, "api/b.py", "x"), (READ, "web/b.py", "x")],
            &[(MADE, "training/a.py", "x"), (MADE, "web/a.py", "x"), (READ, "api/b.py", "x")],
            &[(MADE, "training/a.py", "x"), (READ, "training/b.py", "z"), (READ, "api/b.py", "x")],
            &[
                (MADE, "training/a.py", "x"),
                (MADE, "training/a.py", "y"),
                (READ, "api/b.py", "x"),
                (READ, "web/b.py", "y"),
            ],
        ] {
            assert_eq!(joined(links), (Vec::new(), Vec::new()), "{links:?}");
        }
    }
}
