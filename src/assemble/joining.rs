//! Which units are one system although each is declared by itself: a library
//! belongs to the program of the same repository that needs it, and what one
//! image holds belongs together.
//!
//! Knows the declarations, no evidence.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::fact::UnitKind;
use crate::model::place::{folder_of, lies_in, name_of};
use crate::model::system::Unit;

/// Declared units by target and root.
pub type ByRoot = BTreeMap<(String, String), Vec<Unit>>;

/// For each root that belongs to another one: that other one, by target and root.
#[must_use]
pub fn heads(units: &ByRoot, links: &[Unit]) -> BTreeMap<(String, String), String> {
    let mut heads = BTreeMap::new();
    let targets: BTreeSet<&str> = links.iter().map(|link| link.place.target.as_str()).collect();
    for target in targets {
        let of_target = Declared::new(target, units);
        let links: Vec<&Unit> = links.iter().filter(|link| link.place.target == target).collect();
        let mut found = of_target.libraries(&links);
        for (root, head) in of_target.images(&links, &found) {
            found.insert(root, head);
        }
        for root in found.keys() {
            heads.insert((target.to_owned(), root.clone()), last(&found, root));
        }
    }
    heads
}

/// Root of the unit that holds `path`: the nearest declared folder, else the
/// target's root; or that of the unit which that one belongs to.
#[must_use]
pub fn root_of(
    units: &ByRoot,
    heads: &BTreeMap<(String, String), String>,
    target: &str,
    path: &str,
) -> String {
    let mut folder = folder_of(path);
    loop {
        let key = (target.to_owned(), folder.to_owned());
        if units.contains_key(&key) || folder == "." {
            return heads.get(&key).cloned().unwrap_or(key.1);
        }
        folder = folder_of(folder);
    }
}

/// Where following the heads from a root ends.
fn last(heads: &BTreeMap<String, String>, root: &str) -> String {
    let mut seen = BTreeSet::new();
    let mut at = root;
    while let Some(next) = heads.get(at)
        && seen.insert(at)
    {
        at = next;
    }
    at.to_owned()
}

/// The units of one target.
struct Declared<'u> {
    units: BTreeMap<&'u str, &'u [Unit]>,
}

impl<'u> Declared<'u> {
    fn new(target: &str, units: &'u ByRoot) -> Self {
        let units = units
            .iter()
            .filter(|((of, _), _)| of == target)
            .map(|((_, root), declared)| (root.as_str(), declared.as_slice()))
            .collect();
        Self { units }
    }

    /// Whether something deploys the unit by itself.
    fn is_deployed(&self, root: &str) -> bool {
        self.units.get(root).is_some_and(|declared| {
            declared.iter().any(|unit| {
                matches!(
                    unit.kind,
                    UnitKind::Catalog
                        | UnitKind::Chart
                        | UnitKind::ComposeService
                        | UnitKind::Dockerfile
                )
            })
        })
    }

    /// The nearest declared root at or above a path, if it lies below `base`.
    fn below(&self, base: &str, path: &str) -> Option<&'u str> {
        let mut at = path;
        while at != "." && at != base {
            if let Some((root, _)) = self.units.get_key_value(at) {
                return lies_in(root, base).then_some(*root);
            }
            at = folder_of(at);
        }
        None
    }

    /// Units that programs of the target need, each with the program it
    /// belongs to: one that is deployed before one that is not, then the one
    /// nearest to the target's root.
    fn libraries(&self, links: &[&Unit]) -> BTreeMap<String, String> {
        let mut by_name: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (root, declared) in &self.units {
            for unit in declared.iter().filter(|unit| unit.kind == UnitKind::Package) {
                if let Some(name) = &unit.name {
                    by_name.entry((name_of(&unit.place.path), name)).or_insert(root);
                }
            }
        }
        // unit → units that need it
        let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for link in links.iter().filter(|link| link.kind == UnitKind::Needed) {
            let name = link.name.as_deref().unwrap_or_default();
            let Some(root) = by_name.get(&(name_of(&link.place.path), name)) else { continue };
            let by = self.units.get_key_value(link.root.as_str());
            if let Some((by, _)) = by.filter(|(by, _)| *by != root) {
                needed.entry(root).or_default().insert(by);
            }
        }
        let mut heads = BTreeMap::new();
        for root in needed.keys().filter(|root| **root != "." && !self.is_deployed(root)) {
            let programs = self.programs(root, &needed);
            let first =
                programs.into_iter().min_by_key(|by| (!self.is_deployed(by), by.len(), *by));
            if let Some(first) = first {
                heads.insert((*root).to_owned(), first.to_owned());
            }
        }
        heads
    }

    /// What needs a unit, directly or not, and is needed by nothing itself.
    fn programs<'n>(
        &self,
        root: &'n str,
        needed: &BTreeMap<&'n str, BTreeSet<&'n str>>,
    ) -> BTreeSet<&'n str> {
        let mut programs = BTreeSet::new();
        let mut seen = BTreeSet::from([root]);
        let mut due = vec![root];
        while let Some(at) = due.pop() {
            for by in needed.get(at).into_iter().flatten().copied() {
                if self.is_deployed(by) || !needed.contains_key(by) {
                    programs.insert(by);
                } else if seen.insert(by) {
                    due.push(by);
                }
            }
        }
        programs
    }

    /// Units that one container file copies into its image, each with the root
    /// that stands for all. A unit with a container file of its own stays by
    /// itself, and so does one that different images share.
    fn images(
        &self,
        links: &[&Unit],
        libraries: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut carried: BTreeMap<&str, (&str, BTreeSet<String>)> = BTreeMap::new();
        for link in links.iter().filter(|link| link.kind == UnitKind::Carried) {
            let source = link.name.as_deref().unwrap_or_default();
            let Some(root) = self.copied(&link.place.path, source) else { continue };
            let root = last(libraries, root);
            let slot = carried.entry(&link.place.path).or_insert((&link.root, BTreeSet::new()));
            if root != "." && !self.is_deployed(&root) {
                slot.1.insert(root);
            }
        }
        let sets: Vec<(&str, BTreeSet<String>)> = carried.into_values().collect();
        let largest: Vec<&(&str, BTreeSet<String>)> = sets
            .iter()
            .filter(|(_, set)| {
                !sets.iter().any(|(_, other)| other.len() > set.len() && other.is_superset(set))
            })
            .collect();
        let distinct: BTreeSet<&BTreeSet<String>> = largest.iter().map(|(_, set)| set).collect();
        let alone = distinct.len() == 1;
        let mut heads = BTreeMap::new();
        for (own, set) in largest {
            let mine: Vec<&String> = set
                .iter()
                .filter(|root| distinct.iter().filter(|other| other.contains(*root)).count() == 1)
                .collect();
            let Some(first) = mine.first() else { continue };
            // Several images that are built at one place are several systems.
            let around = alone && mine.iter().all(|root| lies_in(root, own));
            let head = if around { *own } else { first.as_str() };
            for root in &mine {
                if *root != head {
                    heads.entry((*root).clone()).or_insert_with(|| head.to_owned());
                }
            }
        }
        heads
    }

    /// The unit that a container file at `file` copies from `source`: its
    /// build starts in some folder above the file.
    fn copied(&self, file: &str, source: &str) -> Option<&'u str> {
        let source = source.trim_start_matches("./").trim_matches('/');
        let mut base = folder_of(file);
        loop {
            let path = if base == "." { source.to_owned() } else { format!("{base}/{source}") };
            if let Some(root) = self.below(base, &path) {
                return Some(root);
            }
            if base == "." {
                return None;
            }
            base = folder_of(base);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::Place;

    fn unit(kind: UnitKind, file: &str, name: Option<&str>) -> Unit {
        Unit {
            kind,
            place: Place::new(".", file),
            root: folder_of(file).to_owned(),
            name: name.map(str::to_owned),
        }
    }

    fn package(file: &str, name: &str) -> Unit {
        unit(UnitKind::Package, file, Some(name))
    }

    fn needs(file: &str, name: &str) -> Unit {
        unit(UnitKind::Needed, file, Some(name))
    }

    fn copies(file: &str, root: &str, source: &str) -> Unit {
        Unit { root: root.to_owned(), ..unit(UnitKind::Carried, file, Some(source)) }
    }

    fn joined(units: &[Unit], links: &[Unit]) -> Vec<(String, String)> {
        let mut by_root = ByRoot::new();
        for unit in units {
            by_root.entry((".".to_owned(), unit.root.clone())).or_default().push(unit.clone());
        }
        heads(&by_root, links).into_iter().map(|((_, root), head)| (root, head)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_library_belongs_to_the_program_that_needs_it() {
        let units = [
            package("crates/app/Cargo.toml", "app"),
            package("crates/core/Cargo.toml", "core"),
            package("crates/client/Cargo.toml", "client"),
        ];
        let links =
            [needs("crates/app/Cargo.toml", "core"), needs("crates/core/Cargo.toml", "client")];
        let found = joined(&units, &links);
        assert_eq!(found, pairs(&[("crates/client", "crates/app"), ("crates/core", "crates/app")]));
    }

    #[test]
    fn of_several_programs_the_deployed_one_holds_the_library() {
        let units = [
            package("a/package.json", "a"),
            package("web-site/package.json", "web-site"),
            unit(UnitKind::Dockerfile, "web-site/Dockerfile", None),
            package("lib/package.json", "lib"),
        ];
        let links = [needs("a/package.json", "lib"), needs("web-site/package.json", "lib")];
        assert_eq!(joined(&units, &links), pairs(&[("lib", "web-site")]));
    }

    #[test]
    fn libraries_that_need_each_other_and_deployed_ones_stay() {
        let units = [
            package("a/Cargo.toml", "a"),
            package("b/Cargo.toml", "b"),
            package("c/Cargo.toml", "c"),
            unit(UnitKind::Dockerfile, "c/Dockerfile", None),
        ];
        let links = [
            needs("a/Cargo.toml", "b"),
            needs("b/Cargo.toml", "a"),
            needs("b/Cargo.toml", "c"),
            needs("b/package.json", "c"),
        ];
        assert_eq!(joined(&units, &links), Vec::new());
    }

    #[test]
    fn what_one_image_holds_is_one_system() {
        let units = [
            package("server/package.json", "server"),
            package("web/package.json", "web"),
            package("other/package.json", "other"),
        ];
        let links = [
            copies("docker/Dockerfile", ".", "./server/package.json"),
            copies("docker/Dockerfile", ".", "web"),
            copies("cloud/x/Dockerfile", "cloud/x", "./web/"),
        ];
        assert_eq!(joined(&units, &links), pairs(&[("server", "."), ("web", ".")]));
    }

    #[test]
    fn two_images_that_share_a_folder_stay_two_systems() {
        let units = [
            package("api/package.json", "api"),
            package("web/package.json", "web"),
            package("shared/package.json", "shared"),
        ];
        let links = [
            copies("Dockerfile.api", ".", "api"),
            copies("Dockerfile.api", ".", "shared"),
            copies("Dockerfile.web", ".", "web"),
            copies("Dockerfile.web", ".", "shared"),
        ];
        assert_eq!(joined(&units, &links), Vec::new());
    }

    #[test]
    fn a_container_file_that_copies_its_own_folder_joins_nothing() {
        let units = [
            package("src/agent/package.json", "agent"),
            unit(UnitKind::Dockerfile, "src/agent/Dockerfile", None),
        ];
        let links = [copies("src/agent/Dockerfile", "src/agent", "src/agent/run.py")];
        assert_eq!(joined(&units, &links), Vec::new());
    }
}
