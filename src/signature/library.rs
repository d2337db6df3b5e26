//! The signatures in force: the built-in set and overlay folders, merged by
//! id, with a digest of every pack, so that a result names what judged it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::index::{Index, ListedName, Silenced};
use super::list::{List, ListError, ListKind, Row, slug};
use super::names::normalised_package;
use super::pack::{self, BUILT_IN, Source};
use super::schema::{Family, FamilyExample, Signature};
use crate::model::inventory::Pack;

pub use super::pack::{SignatureError, parse};

/// A signature with what its file says about the vendor.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The signature.
    pub signature: Box<Signature>,
    /// Who makes it.
    pub vendor: String,
    /// Seat of the vendor.
    pub country: Option<String>,
    /// Pack it came from.
    pub pack: Arc<str>,
    /// File it came from, relative to the pack.
    pub file: Arc<str>,
    /// The family that describes it, if a list names it.
    pub family: Option<Arc<str>>,
    /// Position of its pack.
    layer: usize,
}

/// A family with where it stands.
#[derive(Debug, Clone)]
pub struct FamilyEntry {
    /// The family.
    pub family: Family,
    /// Who makes its products.
    pub vendor: String,
    /// Seat of the vendor.
    pub country: Option<String>,
    /// File it came from, relative to its pack.
    pub file: String,
}

/// Every signature in force, compiled.
#[derive(Debug)]
pub struct Library {
    entries: Vec<Entry>,
    families: BTreeMap<String, FamilyEntry>,
    lists: Vec<(usize, List)>,
    packs: Vec<Pack>,
    deprecations: Vec<String>,
    switches: Vec<Switch>,
    switched_off: BTreeSet<String>,
    /// Compiled when it is first asked.
    index: OnceLock<Index>,
    /// Why it did not compile.
    trouble: OnceLock<SignatureError>,
}

/// An entry of a pack that switches a signature off, or that ends on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The signature.
    pub id: String,
    /// File it stands in, relative to its pack.
    pub file: Arc<str>,
    /// It switches off; else it only expires.
    pub disabled: bool,
    /// Why.
    pub reason: Option<String>,
    /// Last day on which it counts.
    pub expires: Option<String>,
}

impl Library {
    /// The built-in signatures, with their tests.
    ///
    /// # Errors
    /// The embedded data is broken: a mistake of the build that tests meet.
    pub fn built_in() -> Result<Self, SignatureError> {
        Self::with_overlays(&[])
    }

    /// The built-in signatures with overlay folders on top, in order: an
    /// overlay adds signatures, replaces those of the same id, and switches
    /// off those it repeats with `disabled = true`. Nothing expires.
    ///
    /// # Errors
    /// An overlay is missing, malformed or too new.
    pub fn with_overlays(folders: &[PathBuf]) -> Result<Self, SignatureError> {
        Self::from_sources(sources(pack::built_in(true)?, folders)?, None)
            .and_then(Self::compiled)
            .map_err(|error| pack::located(error, folders))
    }

    /// The same for a scan as of a date (`YYYY-MM-DD`): what has expired by
    /// then does not count. The built-in signatures come without their tests,
    /// and alone they are made ready once per process, and compiled when they
    /// are first asked: that they compile is known since they were built.
    ///
    /// # Errors
    /// As [`Library::with_overlays`].
    pub fn for_scan(folders: &[PathBuf], as_of: &str) -> Result<Arc<Self>, SignatureError> {
        static ALONE: OnceLock<Arc<Library>> = OnceLock::new();
        if !folders.is_empty() {
            let sources = sources(pack::built_in(false)?, folders)?;
            return Self::from_sources(sources, Some(as_of))
                .and_then(Self::compiled)
                .map(Arc::new)
                .map_err(|error| pack::located(error, folders));
        }
        if let Some(ready) = ALONE.get() {
            return Ok(Arc::clone(ready));
        }
        let library = Arc::new(Self::from_sources(vec![pack::built_in(false)?], None)?);
        Ok(Arc::clone(ALONE.get_or_init(|| library)))
    }

    /// Only the signatures of one folder: for checking a pack by itself.
    ///
    /// # Errors
    /// As [`Library::with_overlays`].
    pub fn of_folder(folder: &Path) -> Result<Self, SignatureError> {
        Self::from_sources(vec![pack::of_folder(folder)?], None)
            .and_then(Self::compiled)
            .map_err(|error| pack::located(error, &[folder.to_path_buf()]))
    }

    /// Only the signatures of one text: what fuzzing opens, which has no files.
    #[doc(hidden)]
    pub fn of_text(path: &str, text: &str) -> Result<Self, SignatureError> {
        Self::from_sources(vec![pack::of_text(path, text)?], None)
    }

    fn from_sources(sources: Vec<Source>, as_of: Option<&str>) -> Result<Self, SignatureError> {
        let mut merge = Merge { as_of, ..Merge::default() };
        for source in sources {
            merge.take(source)?;
        }
        merge.products()?;
        Ok(merge.finish())
    }

    /// The same, with what is wrong in it found now and not when it is asked.
    fn compiled(self) -> Result<Self, SignatureError> {
        self.index.get_or_init(|| self.compile());
        match self.trouble.into_inner() {
            Some(trouble) => Err(trouble),
            None => Ok(Self { trouble: OnceLock::new(), ..self }),
        }
    }

    fn compile(&self) -> Index {
        let index = listed_names(&self.lists, &self.entries, &self.switched_off)
            .and_then(|names| Ok(Index::new(&self.entries, &names)?));
        index.unwrap_or_else(|trouble| {
            self.trouble.get_or_init(|| trouble);
            Index::default()
        })
    }

    /// Why nothing was recognised, if the signatures did not compile when they
    /// were first asked.
    #[must_use]
    pub fn trouble(&self) -> Option<&SignatureError> {
        self.trouble.get()
    }

    /// Every signature in force, by id.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The families by id.
    #[must_use]
    pub fn families(&self) -> &BTreeMap<String, FamilyEntry> {
        &self.families
    }

    /// The tests of a family, with its id and file.
    pub fn family_tests(&self) -> impl Iterator<Item = (&FamilyEntry, &FamilyExample)> {
        self.families.values().flat_map(|entry| entry.family.test.iter().map(move |t| (entry, t)))
    }

    /// The lists, weakest pack first.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().map(|(_, list)| list)
    }

    /// Why a name is a look-alike, if a list says so.
    #[must_use]
    pub fn refusal(&self, kind: ListKind, name: &str) -> Option<&str> {
        let of_kind = self.lists().filter(|list| list.kind == kind);
        of_kind.flat_map(List::rows).find(|row| same_name(kind, row.name, name)).map(|r| r.reason())
    }

    /// The entry at a position of the index.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// The signature with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Entry> {
        self.position(id).and_then(|at| self.entries.get(at))
    }

    /// Position of the signature with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        position(&self.entries, id)
    }

    /// The entry that a row of a list speaks for; `None` if it was switched off
    /// or replaced.
    #[must_use]
    pub fn entry_of_row(&self, kind: ListKind, row: &Row<'_>) -> Option<&Entry> {
        match kind {
            ListKind::Product => self.by_id(row.name),
            ListKind::Package(_) if !row.target().contains('.') => {
                self.by_id(&id_in_family(row.target(), row.name))
            }
            _ => self.by_id(row.target()),
        }
    }

    /// The packs, in the order in which they were laid on top of each other.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// What packs switch off or let expire.
    #[must_use]
    pub fn switches(&self) -> &[Switch] {
        &self.switches
    }

    /// What is out of date about the packs.
    #[must_use]
    pub fn deprecations(&self) -> &[String] {
        &self.deprecations
    }

    /// Leaves one thing out, or nothing: for trying whether tests notice.
    pub fn silence(&mut self, what: Option<Silenced>) {
        if let Some(index) = self.index.get_mut() {
            index.silence(what);
        }
    }

    /// The compiled matchers.
    #[must_use]
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| self.compile())
    }
}

fn sources(built_in: Source, folders: &[PathBuf]) -> Result<Vec<Source>, SignatureError> {
    let mut sources = vec![built_in];
    for folder in folders {
        sources.push(pack::of_folder(folder)?);
    }
    Ok(sources)
}

fn position(entries: &[Entry], id: &str) -> Option<usize> {
    entries.binary_search_by(|entry| entry.signature.id.as_str().cmp(id)).ok()
}

/// Whether two names are one to their ecosystem.
fn same_name(kind: ListKind, a: &str, b: &str) -> bool {
    match kind {
        ListKind::Package(ecosystem) | ListKind::NotPackage(ecosystem) => {
            normalised_package(ecosystem, a) == normalised_package(ecosystem, b)
        }
        ListKind::NotHost => match a.split_once('*') {
            Some((head, tail)) => b
                .strip_prefix(head)
                .and_then(|rest| rest.strip_suffix(tail))
                .is_some_and(|open| !open.is_empty()),
            None => a.eq_ignore_ascii_case(b),
        },
        _ => a.eq_ignore_ascii_case(b),
    }
}

/// The id of a product that a list of packages names under a family.
fn id_in_family(family: &str, name: &str) -> String {
    format!("{family}.{}", slug(name))
}

/// Packs on their way to a library, weakest first.
#[derive(Default)]
struct Merge<'d> {
    as_of: Option<&'d str>,
    merged: BTreeMap<String, Entry>,
    families: BTreeMap<String, FamilyEntry>,
    switched_off: BTreeSet<String>,
    lists: Vec<(usize, List)>,
    packs: Vec<Pack>,
    deprecations: Vec<String>,
    switches: Vec<Switch>,
}

impl Merge<'_> {
    fn take(&mut self, source: Source) -> Result<(), SignatureError> {
        let layer = self.packs.len();
        let digest = source.digest.clone().unwrap_or_else(|| pack::digest(&source));
        let name: Arc<str> = Arc::from(source.name.as_str());
        let mut seen: HashMap<String, Arc<str>> = HashMap::new();
        for (path, file) in source.files {
            let path: Arc<str> = Arc::from(path.as_str());
            for family in file.family {
                self.families.insert(
                    family.id.clone(),
                    FamilyEntry {
                        vendor: file.vendor.clone(),
                        country: file.country.clone(),
                        file: path.to_string(),
                        family,
                    },
                );
            }
            for signature in file.signature {
                if let Some(first) = seen.insert(signature.id.clone(), Arc::clone(&path)) {
                    return Err(SignatureError::Duplicate {
                        id: signature.id,
                        first: first.to_string(),
                        second: path.to_string(),
                    });
                }
                self.lay(Entry {
                    signature: Box::new(signature),
                    vendor: file.vendor.clone(),
                    country: file.country.clone(),
                    pack: Arc::clone(&name),
                    file: Arc::clone(&path),
                    family: None,
                    layer,
                });
            }
        }
        self.lists.extend(source.lists.into_iter().map(|list| (layer, list)));
        self.deprecations.extend(source.deprecations);
        self.packs.push(Pack {
            name: source.name,
            version: source.version,
            sha256: digest,
            entries: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        });
        Ok(())
    }

    /// Lays one signature over what there is.
    fn lay(&mut self, entry: Entry) {
        let expired = match (&entry.signature.expires, self.as_of) {
            (Some(last), Some(today)) => last.as_str() < today,
            _ => false,
        };
        let id = entry.signature.id.clone();
        if entry.signature.disabled || entry.signature.expires.is_some() {
            self.switches.push(Switch {
                id: id.clone(),
                file: Arc::clone(&entry.file),
                disabled: entry.signature.disabled,
                reason: entry.signature.reason.clone(),
                expires: entry.signature.expires.clone(),
            });
        }
        if expired {
            return;
        }
        if entry.signature.disabled {
            self.merged.remove(&id);
            self.switched_off.insert(id);
        } else {
            self.switched_off.remove(&id);
            self.merged.insert(id, entry);
        }
    }

    /// The products that lists name.
    fn products(&mut self) -> Result<(), SignatureError> {
        let lists = std::mem::take(&mut self.lists);
        for (layer, list) in &lists {
            let path: Arc<str> = Arc::from(list.path.as_str());
            let named = |row: &Row<'_>| match list.kind {
                ListKind::Product => Some((row.name.to_owned(), row.target().to_owned())),
                ListKind::Package(_) if !row.target().contains('.') => {
                    Some((id_in_family(row.target(), row.name), row.target().to_owned()))
                }
                _ => None,
            };
            if !matches!(list.kind, ListKind::Product | ListKind::Package(_)) {
                continue;
            }
            for row in list.rows() {
                let Some((id, family)) = named(&row) else { continue };
                let entry = self.product(*layer, list, &path, &row, id, &family)?;
                // Where two lists name one product the first describes it.
                let known = self.merged.get(&entry.signature.id);
                if known.is_none_or(|known| known.layer < *layer)
                    && !self.switched_off.contains(&entry.signature.id)
                {
                    if let Some(pack) = self.packs.get_mut(*layer) {
                        pack.entries += 1;
                    }
                    self.merged.insert(entry.signature.id.clone(), entry);
                }
            }
        }
        self.lists = lists;
        Ok(())
    }

    fn product(
        &self,
        layer: usize,
        list: &List,
        path: &Arc<str>,
        row: &Row<'_>,
        id: String,
        family: &str,
    ) -> Result<Entry, SignatureError> {
        let Some(described) = self.families.get(family) else {
            return Err(dangling(list, row, &format!("`{family}` is no family")));
        };
        let own = list.kind == ListKind::Product;
        let name = if own { row.title() } else { row.name };
        Ok(Entry {
            signature: Box::new(Signature::of_family(&described.family, id, name.to_owned())),
            vendor: if own { row.vendor().to_owned() } else { described.vendor.clone() },
            country: if own { row.country().map(str::to_owned) } else { described.country.clone() },
            pack: Arc::from(self.packs.get(layer).map_or(BUILT_IN, |pack| pack.name.as_str())),
            file: Arc::clone(path),
            family: Some(Arc::from(family)),
            layer,
        })
    }

    fn finish(self) -> Library {
        let mut entries: Vec<Entry> = self.merged.into_values().collect();
        // What was switched off on purpose may still be named by others.
        let edges = entries.iter_mut().flat_map(|entry| &mut entry.signature.edge);
        edges.for_each(|edge| edge.map.retain(|_, target| !self.switched_off.contains(target)));
        Library {
            entries,
            families: self.families,
            lists: self.lists,
            packs: self.packs,
            deprecations: self.deprecations,
            switches: self.switches,
            switched_off: self.switched_off,
            index: OnceLock::new(),
            trouble: OnceLock::new(),
        }
    }
}

/// The names of all lists that count, each with the position of its entry.
fn listed_names<'l>(
    lists: &'l [(usize, List)],
    entries: &[Entry],
    switched_off: &BTreeSet<String>,
) -> Result<Vec<ListedName<'l>>, SignatureError> {
    // A stronger pack says anew what a weaker one said of a name.
    let said_anew: HashSet<(ListKind, &str)> = lists
        .iter()
        .filter(|(layer, _)| *layer > 0)
        .flat_map(|(_, list)| list.rows().map(move |row| (list.kind, row.name)))
        .collect();
    let mut names = Vec::new();
    let mut last: Option<(&str, Option<usize>)> = None;
    for (layer, list) in lists {
        for row in list.rows() {
            let target = match list.kind {
                ListKind::Product => continue,
                kind if kind.is_for_proof() => continue,
                ListKind::NotPackage(_) | ListKind::Route => {
                    names.push(ListedName::of_nobody(list.kind, row.name));
                    continue;
                }
                _ => row.target(),
            };
            if *layer == 0 && said_anew.contains(&(list.kind, row.name)) {
                continue;
            }
            let in_family = matches!(list.kind, ListKind::Package(_)) && !target.contains('.');
            let at = match last {
                _ if in_family => position(entries, &id_in_family(target, row.name)),
                Some((same, at)) if same == target => at,
                _ => position(entries, target),
            };
            if !in_family {
                last = Some((target, at));
            }
            match at.and_then(|at| Some((at, entries.get(at)?))) {
                // What a stronger pack replaced is replaced whole.
                Some((_, entry)) if entry.layer > *layer => {}
                Some((at, _)) => names.push(ListedName::of(list.kind, &row, at)),
                None if in_family || switched_off.contains(target) => {}
                None => {
                    let what = format!("`{target}` is no signature, product or family");
                    return Err(dangling(list, &row, &what));
                }
            }
        }
    }
    Ok(names)
}

/// A row that points at nothing.
fn dangling(list: &List, row: &Row<'_>, what: &str) -> SignatureError {
    let column = u32::try_from(row.name.chars().count()).unwrap_or(u32::MAX - 2) + 2;
    ListError {
        path: list.path.clone(),
        line: row.line,
        column,
        what: format!("{what}: expected the id of a signature or of a family"),
    }
    .into()
}
