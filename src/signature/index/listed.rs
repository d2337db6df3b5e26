//! Names of lists in the index: straight into its maps, for there are thousands
//! of them and each says little.

use foldhash::HashMap;

use super::build::Builder;
use super::reach::{Reach, Readers};
use super::{Ecosystem, Entry, IndexError, ModelMatcher, Technique, Tier, Weight};
use super::{MatcherId, normalised_package};
use crate::model::fact::Language;
use crate::signature::history::Mark;
use crate::signature::list::{ListKind, Row};

/// A name of a list, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct ListedName<'l> {
    kind: ListKind,
    name: &'l str,
    tier: Tier,
    entry: usize,
}

impl<'l> ListedName<'l> {
    /// A name that belongs to the entry at a position.
    #[must_use]
    pub fn of(kind: ListKind, row: &Row<'l>, entry: usize) -> Self {
        Self { kind, name: row.name, tier: row.tier(), entry }
    }

    /// The name of a package that is no AI, whatever it begins with, or a word
    /// that says where models are reached.
    #[must_use]
    pub fn of_nobody(kind: ListKind, name: &'l str) -> Self {
        Self { kind, name, tier: Tier::C, entry: 0 }
    }

    fn technique(&self) -> Option<Technique> {
        Some(match self.kind {
            ListKind::Package(_) => Technique::Package,
            ListKind::Host => Technique::Host,
            ListKind::Env => Technique::Env,
            ListKind::Model => Technique::Model,
            ListKind::Image => Technique::Image,
            ListKind::File => Technique::File,
            ListKind::Record(kind) => crate::signature::list::technique_of(kind),
            ListKind::Resource => Technique::Resource,
            ListKind::Permission => Technique::Permission,
            ListKind::Commit => Technique::Commit,
            _ => return None,
        })
    }
}

/// Adds the names of lists to what signatures said.
#[derive(Default)]
pub(super) struct Listing {
    matchers: HashMap<(usize, Technique, Tier), MatcherId>,
    models: HashMap<MatcherId, usize>,
}

impl Listing {
    pub(super) fn add(
        &mut self,
        builder: &mut Builder,
        listed: &ListedName<'_>,
        entries: &[Entry],
    ) -> Result<(), IndexError> {
        match listed.kind {
            ListKind::NotPackage(ecosystem) => {
                // A name that nobody claims: it stops prefixes.
                let name = normalised_package(ecosystem, listed.name);
                builder.packages.entry((ecosystem, name)).or_default();
            }
            ListKind::Route => {
                builder.routes.insert(listed.name.to_lowercase());
            }
            _ => {}
        }
        let Some(technique) = listed.technique() else { return Ok(()) };
        let matcher =
            *self.matchers.entry((listed.entry, technique, listed.tier)).or_insert_with(|| {
                let weight = Weight { tier: Some(listed.tier), ..Weight::default() };
                builder.matcher(listed.entry, technique, listed.tier, weight)
            });
        match listed.kind {
            ListKind::Package(ecosystem) => package(builder, ecosystem, listed.name, matcher),
            ListKind::Host => builder.add_host(listed.name, matcher, &[]),
            ListKind::Env => builder.add_variable(listed.name, matcher),
            ListKind::Image => builder.add_image(listed.name, matcher),
            ListKind::Resource => builder.add_resource(listed.name, matcher),
            ListKind::Permission => builder.add_permission(listed.name, matcher),
            ListKind::Commit => {
                builder.commits.extend(Mark::parse(listed.name).map(|mark| (mark, matcher)));
            }
            ListKind::Model => self.model(builder, listed.name, matcher),
            ListKind::Record(kind) => {
                builder.records.entry(kind).or_default().add(listed.name, matcher);
            }
            ListKind::File => {
                let id = entries.get(listed.entry).map_or("", |e| e.signature.id.as_str());
                builder.add_glob(id, listed.name, matcher)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn model(&mut self, builder: &mut Builder, id: &str, matcher: MatcherId) {
        let at = *self.models.entry(matcher).or_insert_with(|| {
            builder.models.push(ModelMatcher {
                matcher,
                exact: Vec::new(),
                patterns: Vec::new(),
                orgs: Vec::new(),
                context: Vec::new(),
            });
            builder.models.len() - 1
        });
        builder.model_anchor(id);
        if let Some(block) = builder.models.get_mut(at) {
            block.exact.push(id.to_ascii_lowercase());
        }
    }
}

/// A package; a trailing `*` makes it a prefix. Manifests are read whatever
/// stands in them, so a name needs an anchor only where code imports by it, and
/// in pipelines and flows. Modules of Python are words of every day: their names
/// open nothing but where they are imported.
fn package(builder: &mut Builder, ecosystem: Ecosystem, name: &str, matcher: MatcherId) {
    if let Some(prefix) = name.strip_suffix('*') {
        builder.add_prefix(ecosystem, prefix, Vec::new(), matcher);
        return;
    }
    let name = normalised_package(ecosystem, name);
    if matches!(
        ecosystem,
        Ecosystem::Npm
            | Ecosystem::Cargo
            | Ecosystem::Golang
            | Ecosystem::Gem
            | Ecosystem::Github
            | Ecosystem::FlowNode
    ) {
        builder.package_anchors(ecosystem, &name, true);
    }
    if ecosystem == Ecosystem::Pypi {
        let reach = Reach::only(Readers::of(Language::Python));
        for before in ["import", "from"] {
            builder.anchor(&format!("{before} {}", name.replace('-', "_")), reach);
        }
    }
    builder.packages.entry((ecosystem, name)).or_default().push(matcher);
}
