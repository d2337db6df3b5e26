//! Where one system ends and the next begins: the nearest deployable or
//! declared unit above the evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::Descriptions;
use super::deployed;
use super::joining::{self, ByRoot};
use super::trained;
use crate::model::evidence::{EXPORT, Sighting, Subject, UNDER};
use crate::model::fact::UnitKind;
use crate::model::place::{Place, Region, Span, lies_in, name_of};
use crate::model::system::Unit;
use crate::model::vocabulary::{Role, Technique};

/// The system that a sighting belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// A unit, by target and root folder.
    Unit(String, String),
    /// The development assistants of a target.
    DeveloperTools(String),
    /// A product in use, by target and signature.
    InUse(String, String),
}

/// A sighting with its home.
#[derive(Debug, Clone)]
pub struct Located {
    /// The sighting.
    pub sighting: Sighting,
    /// Where it belongs.
    pub home: Home,
}

/// The roots of all units, by target.
#[derive(Debug)]
pub struct Boundaries {
    /// What declares each root.
    units: ByRoot,
    /// Roots that belong to another one, with that other one.
    heads: BTreeMap<(String, String), String>,
    /// What targets call themselves.
    titles: BTreeMap<String, String>,
    /// Roots of the units that are started with a variable: by target, folder
    /// of the file that says so, and variable.
    given: BTreeMap<(String, String, String), String>,
    /// What files run: by target and file, the root of the one unit whose image
    /// it is, and the link that says so.
    deployed: BTreeMap<(String, String), (String, Unit)>,
    /// Files that train what one unit loads: by target and file, its root.
    trained: BTreeMap<(String, String), String>,
}

impl Boundaries {
    /// Boundaries from the declarations that were found. Those in tests,
    /// examples, docs and vendored code draw none: what lies there belongs to
    /// the product around it.
    #[must_use]
    pub fn new(units: &[Unit]) -> Self {
        let mut by_root = ByRoot::new();
        let mut links: Vec<Unit> = Vec::new();
        let mut titles = BTreeMap::new();
        let mut given: Vec<Unit> = Vec::new();
        let mut deployments: Vec<Unit> = Vec::new();
        let mut results: Vec<Unit> = Vec::new();
        for unit in resolved(units) {
            if region_of_root(&unit.root) != Region::Product {
                continue;
            }
            match unit.kind {
                UnitKind::Carried | UnitKind::Needed => links.push(unit),
                UnitKind::Given => given.push(unit),
                UnitKind::Deployment => deployments.push(unit),
                UnitKind::Trained | UnitKind::Loaded => results.push(unit),
                UnitKind::Alias => {}
                UnitKind::Repository => {
                    if let Some(name) = unit.name.as_ref().filter(|_| unit.root == ".") {
                        titles.entry(unit.place.target.clone()).or_insert_with(|| name.clone());
                    }
                }
                _ => {
                    let key = (unit.place.target.clone(), unit.root.clone());
                    by_root.entry(key).or_default().push(unit);
                }
            }
        }
        for units in by_root.values_mut() {
            units.sort();
        }
        let mut heads = joining::heads(&by_root, &links);
        let mut deployed = deployed::files(&deployments, &by_root, &heads);
        deployed::charts(&deployed, &by_root, &mut heads);
        let trained = trained::join(&results, &by_root, &mut heads);
        // A unit may have been given to another one since its files were found.
        for ((target, _), (root, unit)) in &mut deployed {
            if let Some(head) = heads.get(&(target.clone(), root.clone())) {
                root.clone_from(head);
                unit.root.clone_from(head);
            }
        }
        given.sort();
        let given = given.into_iter().rev().filter_map(|unit| {
            let folder = unit.place.folder().to_owned();
            Some(((unit.place.target, folder, unit.name?), unit.root))
        });
        let given = given.collect();
        Self { units: by_root, heads, titles, given, deployed, trained }
    }

    /// Root of the unit that a sighting belongs to: of the one that is started
    /// with the variable it speaks of, else of the one that holds its file.
    #[must_use]
    pub fn root_of_sighting(&self, sighting: &Sighting) -> String {
        let place = &sighting.place;
        let by_variable = variable_of(sighting).and_then(|name| {
            let key = (place.target.clone(), place.folder().to_owned(), name.to_owned());
            let root = self.given.get(&key)?;
            Some(self.heads.get(&(place.target.clone(), root.clone())).unwrap_or(root).clone())
        });
        by_variable
            .or_else(|| {
                let key = (place.target.clone(), place.path.clone());
                let deployed = self.deployed.get(&key).map(|(root, _)| root);
                deployed.or_else(|| self.trained.get(&key)).cloned()
            })
            .unwrap_or_else(|| self.root_of(&place.target, &place.path))
    }

    /// Root of the unit that holds `path`: the nearest declared folder, else
    /// the target's root; or that of the unit which that one belongs to.
    #[must_use]
    pub fn root_of(&self, target: &str, path: &str) -> String {
        joining::root_of(&self.units, &self.heads, target, path)
    }

    /// What declares the unit at `root`, strongest kind first, then what
    /// declares those that belong to it.
    #[must_use]
    pub fn declarations(&self, target: &str, root: &str) -> Vec<Unit> {
        let members = self.heads.iter().filter(|((of, _), head)| of == target && *head == root);
        self.declared(target, root)
            .iter()
            .chain(members.filter_map(|(member, _)| self.units.get(member)).flatten())
            .chain(self.deployments_of(target, root))
            .cloned()
            .collect()
    }

    /// The files that run the image of a unit.
    fn deployments_of<'b>(
        &'b self,
        target: &'b str,
        root: &'b str,
    ) -> impl Iterator<Item = &'b Unit> {
        let of_unit = move |((of, _), (unit, _)): &(&(String, String), &(String, Unit))| {
            of == target && unit == root
        };
        self.deployed.iter().filter(of_unit).map(|(_, (_, link))| link)
    }

    fn declared(&self, target: &str, root: &str) -> &[Unit] {
        self.units.get(&(target.to_owned(), root.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The unit's name: declared, else its folder's. The target's own root
    /// goes by its folder where several are told apart by it, else by what the
    /// repository calls itself, else by `repository`: never by where it lies.
    #[must_use]
    pub fn name_of(&self, target: &str, root: &str) -> String {
        let declared = self.declared(target, root);
        // A package's own name says more than a compose service's "app".
        let by_preference =
            [UnitKind::Catalog, UnitKind::Package, UnitKind::Chart, UnitKind::ComposeService];
        by_preference
            .iter()
            .find_map(|kind| {
                declared.iter().filter(|unit| unit.kind == *kind).find_map(|unit| unit.name.clone())
            })
            .unwrap_or_else(|| {
                if root != "." {
                    crate::model::place::name_of(root).to_owned()
                } else if target != "." {
                    target.to_owned()
                } else {
                    self.titles.get(target).cloned().unwrap_or_else(|| "repository".to_owned())
                }
            })
    }
}

/// The variable that a line of a settings file sets.
fn variable_of(sighting: &Sighting) -> Option<&str> {
    match sighting.technique {
        Technique::Env => Some(&sighting.value),
        _ => sighting.captured.get(UNDER).map(String::as_str),
    }
}

/// Units whose root is a variable get the folder that it stands for in the
/// environment file beside them; those of unknown variables are left out.
fn resolved(units: &[Unit]) -> Vec<Unit> {
    let mut aliases: BTreeMap<(&str, &str, &str), &str> = BTreeMap::new();
    let mut sorted: Vec<&Unit> = units.iter().collect();
    sorted.sort();
    for unit in sorted.iter().filter(|unit| unit.kind == UnitKind::Alias) {
        let name = unit.name.as_deref().unwrap_or_default();
        let key = (unit.place.target.as_str(), unit.place.folder(), name);
        aliases.entry(key).or_insert(&unit.root);
    }
    let known = |unit: &&Unit| -> Option<Unit> {
        let variable = crate::model::place::name_of(&unit.root);
        let Some(name) = variable.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
            return Some((*unit).clone());
        };
        let key = (unit.place.target.as_str(), unit.place.folder(), name);
        Some(Unit { root: (*aliases.get(&key)?).to_owned(), ..(*unit).clone() })
    };
    sorted.iter().filter_map(known).collect()
}

/// The region of a unit's root folder.
fn region_of_root(root: &str) -> Region {
    crate::model::region::region_of_folder(root)
}

/// Gives every sighting its home.
#[must_use]
pub fn locate(
    sightings: Vec<Sighting>,
    boundaries: &Boundaries,
    descriptions: &Descriptions,
) -> Vec<Located> {
    // the address of a tool server that is declared for an assistant is told where it is
    let declares: BTreeSet<(Place, Option<Span>)> = sightings
        .iter()
        .filter(|sighting| matches!(sighting.subject, Subject::Server(_)))
        .map(|sighting| (sighting.place.clone(), sighting.span))
        .collect();
    sightings
        .into_iter()
        .map(|sighting| {
            let target = sighting.place.target.clone();
            let address_of_server = sighting.technique == Technique::Host
                && declares.contains(&(sighting.place.clone(), sighting.span));
            let home = if is_in_use(&sighting) {
                Home::InUse(target, sighting.signature.clone())
            } else if address_of_server || is_developer_tool(&sighting, descriptions) {
                Home::DeveloperTools(target)
            } else {
                let root = boundaries.root_of_sighting(&sighting);
                Home::Unit(target, root)
            };
            Located { sighting, home }
        })
        .collect()
}

/// Whether an export says that a product is in use. A sample of one, in tests
/// or docs, is a file of the code around it.
fn is_in_use(sighting: &Sighting) -> bool {
    sighting.region == Region::Product && sighting.captured.contains_key(EXPORT)
}

/// Assistants' files, settings and commits, and tool servers declared for them.
fn is_developer_tool(sighting: &Sighting, descriptions: &Descriptions) -> bool {
    let role = descriptions.get(&sighting.signature).map(|description| description.role);
    let assistant = role == Some(Role::CodingAssistant);
    let by_file = matches!(
        sighting.technique,
        Technique::File
            | Technique::Setting
            | Technique::Server
            | Technique::Package
            | Technique::Commit
    ) || (sighting.technique == Technique::Env && !is_program(&sighting.place.path));
    matches!(sighting.subject, Subject::Server(_)) || (assistant && by_file)
}

/// Whether a file is a program: one that reads an assistant's variable uses its
/// service, where a shell or a pipeline that sets it runs the assistant.
fn is_program(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "c", "cc", "cjs", "cpp", "cs", "go", "java", "js", "jsx", "kt", "mjs", "php", "py", "rb",
        "rs", "scala", "swift", "ts", "tsx",
    ];
    let ending = name_of(path).rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// Whether `path` lies in the unit at `root` and in no unit below it.
#[must_use]
pub fn belongs_to(boundaries: &Boundaries, target: &str, root: &str, path: &str) -> bool {
    lies_in(path, root) && boundaries.root_of(target, path) == root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(kind: UnitKind, root: &str, name: Option<&str>) -> Unit {
        Unit {
            kind,
            place: Place::new(".", format!("{root}/file")),
            root: root.to_owned(),
            name: name.map(str::to_owned),
        }
    }

    #[test]
    fn the_nearest_unit_above_a_file_is_its_home() {
        let boundaries = Boundaries::new(&[
            unit(UnitKind::Package, ".", Some("mono")),
            unit(UnitKind::Package, "apps/chat", Some("chat")),
        ]);
        assert_eq!(boundaries.root_of(".", "apps/chat/src/a.py"), "apps/chat");
        assert_eq!(boundaries.root_of(".", "apps/chatter/a.py"), ".");
        assert_eq!(boundaries.name_of(".", "apps/chat"), "chat");
    }

    #[test]
    fn a_manifest_in_a_test_folder_draws_no_boundary() {
        let boundaries =
            Boundaries::new(&[unit(UnitKind::Package, "tests/fixtures/app", Some("x"))]);
        assert_eq!(boundaries.root_of(".", "tests/fixtures/app/a.py"), ".");
    }

    #[test]
    fn a_unit_without_a_name_takes_its_folders() {
        let boundaries = Boundaries::new(&[unit(UnitKind::Dockerfile, "svc/api", None)]);
        assert_eq!(boundaries.name_of(".", "svc/api"), "api");
        assert_eq!(boundaries.name_of(".", "."), "repository");
        assert_eq!(boundaries.name_of("mono", "."), "mono");
    }

    #[test]
    fn a_root_without_a_name_goes_by_what_the_repository_calls_itself() {
        let boundaries = Boundaries::new(&[
            unit(UnitKind::Repository, ".", Some("The Thing")),
            unit(UnitKind::Repository, "apps/chat", Some("Chat")),
        ]);
        assert_eq!(boundaries.name_of(".", "."), "The Thing");
        assert_eq!(boundaries.root_of(".", "apps/chat/a.py"), ".");
        assert_eq!(boundaries.declarations(".", "."), []);
    }

    #[test]
    fn what_lies_in_a_unit_that_belongs_to_another_is_the_others() {
        let needed = Unit {
            place: Place::new(".", "app/file"),
            ..unit(UnitKind::Needed, "app", Some("lib"))
        };
        let boundaries = Boundaries::new(&[
            unit(UnitKind::Package, "app", Some("app")),
            unit(UnitKind::Package, "lib", Some("lib")),
            needed,
        ]);
        assert_eq!(boundaries.root_of(".", "lib/src/a.rs"), "app");
        assert_eq!(boundaries.name_of(".", "app"), "app");
        assert_eq!(boundaries.declarations(".", "app").len(), 2);
    }

    #[test]
    fn what_deploys_a_unit_goes_where_the_unit_goes() {
        let says = |kind, path: &str, name: &str| Unit {
            place: Place::new(".", path),
            ..unit(kind, crate::model::place::folder_of(path), Some(name))
        };
        let boundaries = Boundaries::new(&[
            says(UnitKind::Package, "training/setup.py", "training"),
            says(UnitKind::Dockerfile, "training/Dockerfile", "training"),
            says(UnitKind::Package, "api/setup.py", "api"),
            says(UnitKind::Deployment, "k8s/fit.yaml", "training"),
            says(UnitKind::Trained, "training/fit.py", "churn"),
            says(UnitKind::Loaded, "api/main.py", "churn"),
        ]);
        assert_eq!(boundaries.root_of(".", "training/fit.py"), "api");
        let declared = boundaries.declarations(".", "api");
        let deployment = declared.iter().find(|unit| unit.kind == UnitKind::Deployment);
        assert_eq!(deployment.map(|unit| unit.root.as_str()), Some("api"));
        assert_eq!(boundaries.declarations(".", "training").len(), 2);
    }
}
