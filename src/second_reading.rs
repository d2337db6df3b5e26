//! The second reading: hands the files around the AI of each system to the
//! reader of words, within bounds.
//!
//! A tree without AI is not read again. Near the AI (G1) are: the files that
//! use it, what lies in, below or above their folders, what belongs to the
//! unit as a whole (manifest, readme, schema), all of a small unit, and what
//! imports or is imported by a file that uses AI. Knows no word of law.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use foldhash::HashMap;
use rayon::prelude::*;

use crate::classify::RuleLibrary;
use crate::classify::reading::{FileClass, Gathering, Reader, Source, class_of};
use crate::extract::Content;
use crate::extract::code::notebook::Written;
use crate::limits::Limits;
use crate::model::evidence::Evidence;
use crate::model::fact::UnitKind;
use crate::model::place::{Place, Region, Span, folder_of, lies_in, name_of};
use crate::model::reading::Reading;
use crate::model::region::{is_generated, region_of_folder};
use crate::model::shard::SystemReading;
use crate::model::system::{AiSystem, SystemKind, Unit};
use crate::model::vocabulary::Technique;
use crate::source::read::{passes_link, read_head};

/// A unit with so few files is one thing: all of it is near its AI.
const SMALL_UNIT: usize = 60;
/// How many times as long as other text a notebook may be, with its outputs.
const NOTEBOOK: usize = 2;
/// Bytes of outputs that count as one that is read.
const PASSED_BY: usize = 16;
/// Names that say nothing about which module is meant.
const COMMON: &[&str] =
    &["index", "main", "init", "__init__", "app", "src", "lib", "mod", "utils", "server", "client"];

/// The files of one target that may be read again.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Where the target lies; absent if its files are out of reach.
    pub root: Option<PathBuf>,
    /// Relative paths.
    pub files: Vec<String>,
    /// What an earlier scan of the whole target has read already.
    pub known: Vec<SystemReading>,
    /// Whether an earlier scan saw the whole target.
    pub whole: bool,
}

impl Shelf {
    fn known(&self, system: &AiSystem) -> Reading {
        let same = |told: &&SystemReading| told.root == system.root && told.region == system.region;
        self.known.iter().find(same).map(|told| told.reading.clone()).unwrap_or_default()
    }
}

/// Shelves by the target's name.
pub type Shelves = BTreeMap<String, Shelf>;

/// Reads around every system; in the order of the systems. Systems of which
/// nothing is read have an empty, incomplete reading.
///
/// # Errors
/// The machine refuses to give threads.
pub fn read(
    rules: &RuleLibrary,
    systems: &[AiSystem],
    evidence: &[Evidence],
    units: &[Unit],
    shelves: &Shelves,
    limits: &Limits,
    jobs: usize,
) -> Result<Vec<Reading>, String> {
    let due: Vec<&AiSystem> = systems.iter().filter(|system| is_due(system)).collect();
    let Some(reader) = (!due.is_empty()).then(|| Reader::new(rules.lexicon())).flatten() else {
        return Ok(vec![Reading::default(); systems.len()]);
    };
    let evidence: BTreeMap<&str, &Evidence> =
        evidence.iter().map(|piece| (piece.id.as_str(), piece)).collect();
    let sorted = Roots::new(units, &due).sort(shelves, &due);
    let share = limits.reading_bytes / due.len().max(1);
    let budget = share.clamp(limits.reading_bytes_per_file, limits.reading_bytes_per_system);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| error.to_string())?;
    Ok(pool.install(|| {
        systems
            .par_iter()
            .map(|system| {
                let shelf = shelves.get(&system.root.target);
                match shelf.filter(|_| is_due(system)) {
                    Some(Shelf { root: Some(root), .. }) => {
                        let files = sorted.get(system.root.target.as_str());
                        let desk = Desk { reader: &reader, root, files, limits, budget };
                        desk.read(system, &evidence)
                    }
                    Some(shelf) => shelf.known(system),
                    None => Reading::default(),
                }
            })
            .collect()
    }))
}

/// Assistants have no files of their own, and what lies in tests or in other
/// people's code has no purpose of this product.
#[must_use]
pub fn is_due(system: &AiSystem) -> bool {
    system.kind == SystemKind::Software
        && matches!(system.region, Region::Product | Region::Example | Region::Generated)
}

/// The files of a target, by the root of the unit that holds them.
type ByRoot<'s> = BTreeMap<&'s str, Vec<&'s str>>;

/// Where units begin, by target.
struct Roots {
    roots: BTreeMap<String, BTreeSet<String>>,
}

impl Roots {
    fn new(units: &[Unit], systems: &[&AiSystem]) -> Self {
        let declared = units
            .iter()
            .filter(|unit| region_of_folder(&unit.root) == Region::Product)
            // A file that runs an image, writes a model or loads one begins no
            // unit where it lies.
            .filter(|unit| {
                let links = [UnitKind::Deployment, UnitKind::Trained, UnitKind::Loaded];
                !links.contains(&unit.kind)
            })
            .map(|unit| (unit.place.target.clone(), unit.root.clone()));
        let own =
            systems.iter().map(|system| (system.root.target.clone(), system.root.path.clone()));
        let mut roots: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (target, root) in declared.chain(own) {
            roots.entry(target).or_default().insert(root);
        }
        Self { roots }
    }

    /// Sorts the files of the systems' units, of every target once.
    fn sort<'s>(
        &self,
        shelves: &'s Shelves,
        systems: &[&AiSystem],
    ) -> BTreeMap<&'s str, ByRoot<'s>> {
        let mut sorted: BTreeMap<&str, ByRoot<'_>> = BTreeMap::new();
        for (target, shelf) in shelves {
            let by_root = sorted.entry(target).or_default();
            let Some(roots) = self.roots.get(target) else { continue };
            let wanted: BTreeSet<&str> = systems
                .iter()
                .filter(|system| system.root.target == *target)
                .flat_map(|system| roots_of(system))
                .collect();
            // Files of one folder mostly follow each other, and have one root.
            let (mut folder, mut root) = (".", root_of(roots, "."));
            for path in &shelf.files {
                if folder_of(path) != folder {
                    folder = folder_of(path);
                    root = root_of(roots, folder);
                }
                if wanted.contains(root) {
                    by_root.entry(root).or_default().push(path);
                }
            }
            for files in by_root.values_mut() {
                files.sort_unstable();
                files.dedup();
            }
        }
        sorted
    }
}

/// Where the units of a system begin.
fn roots_of(system: &AiSystem) -> BTreeSet<&str> {
    let units = system.units.iter().map(|unit| unit.root.as_str());
    units.chain([system.root.path.as_str()]).collect()
}

/// Root of the unit that holds a folder.
fn root_of<'p>(roots: &BTreeSet<String>, mut folder: &'p str) -> &'p str {
    while folder != "." && !roots.contains(folder) {
        folder = folder_of(folder);
    }
    folder
}

/// How near a file is to the AI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Rank {
    /// It uses AI.
    Uses,
    /// It lies beside such a file, or belongs to the unit as a whole.
    Beside,
    /// It lies above or below.
    Around,
    /// It counts only if it imports a file that uses AI, or is imported by one.
    Elsewhere,
}

/// A file that is due, nearest first, documentation last.
struct Due<'s> {
    rank: Rank,
    path: &'s str,
    class: FileClass,
    near_ai: bool,
    /// How many files of its folder and rank come before it.
    turn: usize,
}

/// What one system is read with.
struct Desk<'d> {
    reader: &'d Reader<'d>,
    root: &'d Path,
    files: Option<&'d ByRoot<'d>>,
    limits: &'d Limits,
    budget: usize,
}

impl<'d> Desk<'d> {
    fn read(&self, system: &AiSystem, evidence: &BTreeMap<&str, &Evidence>) -> Reading {
        let near = Near::new(system, evidence);
        let target = &system.root.target;
        let owned = roots_of(system);
        let mut due: Vec<Due<'_>> = owned
            .iter()
            .filter_map(|root| self.files?.get(root))
            .flatten()
            .filter_map(|path| near.due(path))
            .collect();
        if due.len() <= SMALL_UNIT {
            for file in &mut due {
                file.rank = file.rank.min(Rank::Around);
            }
        }
        in_turn(&mut due);
        let mut sitting = Sitting {
            gathering: Gathering::default(),
            complete: true,
            left: self.budget,
            names: near.names,
        };
        let mut buffer = Vec::new();
        for (count, file) in due.iter().enumerate() {
            let place = Place::new(target.clone(), file.path);
            self.reader.name(&place, &mut sitting.gathering);
            let most = file.class.bytes(self.limits.reading_bytes_per_file);
            if count >= self.limits.reading_files_per_system || sitting.left < most {
                sitting.complete &= file.rank == Rank::Elsewhere;
            } else if !passes_link(self.root, file.path) {
                self.take(file, &place, &mut buffer, &mut sitting);
            }
        }
        self.reader.finish(sitting.gathering, sitting.complete)
    }

    /// Reads one file that is due, if it counts.
    fn take(&self, file: &Due<'_>, place: &Place, buffer: &mut Vec<u8>, sitting: &mut Sitting<'d>) {
        let is_notebook = file.class.is_notebook;
        let most = file.class.bytes(self.limits.reading_bytes_per_file);
        // of a notebook most is output, which is passed by and costs little
        let raw = if is_notebook { NOTEBOOK * self.limits.text_bytes } else { most };
        let Ok(head) = read_head(&self.root.join(file.path), raw, buffer) else {
            sitting.complete = false;
            return;
        };
        let begins = buffer.get(..buffer.len().min(1024)).unwrap_or_default();
        if memchr::memchr(0, begins).is_some() || is_generated(buffer) {
            return;
        }
        let text = String::from_utf8_lossy(buffer);
        let (parts, whole) = if is_notebook {
            self.cells(file, &text, most)
        } else {
            (vec![Part { text, lines: Vec::new(), class: file.class }], true)
        };
        let bytes: usize = parts.iter().map(|part| part.text.len()).sum();
        sitting.left = sitting.left.saturating_sub(bytes.max(buffer.len() / PASSED_BY));
        let joined = || parts.iter().any(|part| reaches(&part.text, file.path, &sitting.names));
        if file.rank == Rank::Elsewhere && (file.class.is_documentation() || !joined()) {
            return;
        }
        if file.near_ai {
            sitting.names.imported.extend(parts.iter().flat_map(|part| imports_of(&part.text)));
        }
        sitting.complete &= (whole && !head.truncated) || file.class.is_data();
        sitting.gathering.count(bytes);
        for Part { text, lines, class } in &parts {
            let source = Source { place, text, lines, class: *class, near_ai: file.near_ai };
            self.reader.read(source, &mut sitting.gathering);
        }
    }

    /// What people wrote into a notebook, and whether that is all of it. What
    /// its outputs say is data, and pictures are letters without meaning.
    fn cells<'t>(&self, file: &Due<'_>, text: &'t str, most: usize) -> (Vec<Part<'t>>, bool) {
        let content = Content::new(file.path, text, false, self.limits);
        let Ok(Written { code, prose }) = Written::of(&content) else {
            return (Vec::new(), text.trim().is_empty());
        };
        let (mut whole, mut most) = (true, most);
        let parts = [(code, file.class), (prose, file.class.prose())].map(|(cells, class)| {
            let mut text = cells.text;
            whole &= text.len() <= most;
            text.truncate(text.floor_char_boundary(most));
            most -= text.len();
            Part { text: Cow::Owned(text), lines: cells.lines, class }
        });
        (parts.into(), whole)
    }
}

/// Puts the nearest first, what tells how tables came to be and documentation
/// last, and of equals one of each folder by turns: a folder of hundreds of
/// files must not use up what is read.
fn in_turn(due: &mut [Due<'_>]) {
    due.sort_by_key(|file| (file.rank, file.class.comes_last, file.path));
    let mut turns: HashMap<(Rank, &str), usize> = HashMap::default();
    for file in due.iter_mut() {
        let turn = turns.entry((file.rank, folder_of(file.path))).or_default();
        file.turn = *turn;
        *turn += 1;
    }
    due.sort_by_key(|file| (file.rank, file.class.comes_last, file.turn, file.path));
}

/// What the reading of one system has come to.
struct Sitting<'l> {
    gathering: Gathering<'l>,
    /// Whether every file near the AI was read in full.
    complete: bool,
    /// Bytes that may still be read.
    left: usize,
    names: Names,
}

/// What is read of a file at once.
struct Part<'t> {
    text: Cow<'t, str>,
    /// Where its lines stand in the file; empty if it is the file as it lies.
    lines: Vec<Span>,
    class: FileClass,
}

/// Names by which files near the AI are imported, and what these import.
#[derive(Debug, Clone, Default)]
struct Names {
    own: BTreeSet<String>,
    imported: BTreeSet<String>,
}

/// Where a system's AI stands.
struct Near<'a> {
    files: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
    names: Names,
}

impl<'a> Near<'a> {
    fn new(system: &AiSystem, evidence: &BTreeMap<&str, &'a Evidence>) -> Self {
        let pieces: Vec<&Evidence> = system
            .components
            .iter()
            .flat_map(|used| &used.evidence)
            .filter_map(|id| evidence.get(id.as_str()).copied())
            .filter(|piece| piece.region == system.region)
            .collect();
        // a manifest says that the unit uses AI, not where
        let is_code =
            |piece: &&Evidence| !matches!(piece.technique, Technique::Package | Technique::Edge);
        let any_code = pieces.iter().any(is_code);
        let files: BTreeSet<&str> = pieces
            .iter()
            .filter(|piece| !any_code || is_code(piece))
            .map(|piece| piece.place.path.as_str())
            .collect();
        let folders = files.iter().map(|path| folder_of(path)).collect();
        let own = files
            .iter()
            .flat_map(|path| {
                [name_of(path).split('.').next().unwrap_or_default(), name_of(folder_of(path))]
            })
            .filter(|name| name.len() > 2 && !COMMON.contains(name))
            .map(str::to_owned)
            .collect();
        Self { files, folders, names: Names { own, imported: BTreeSet::new() } }
    }

    fn due<'s>(&self, path: &'s str) -> Option<Due<'s>> {
        let class = class_of(path)?;
        let folder = folder_of(path);
        let near_ai = self.files.contains(path);
        let below = || self.folders.iter().any(|near| lies_in(folder, near));
        let above = || self.folders.iter().any(|near| lies_in(near, folder));
        let rank = if near_ai {
            Rank::Uses
        } else if self.folders.contains(folder) || class.of_the_unit {
            Rank::Beside
        } else if below() || above() {
            Rank::Around
        } else {
            Rank::Elsewhere
        };
        Some(Due { rank, path, class, near_ai, turn: 0 })
    }
}

/// Whether a file imports one that uses AI, or is imported by one.
fn reaches(text: &str, path: &str, names: &Names) -> bool {
    let stem = name_of(path).split('.').next().unwrap_or_default();
    if names.imported.contains(stem) {
        return true;
    }
    imports_of(text).any(|name| names.own.contains(&name))
}

/// The last words of the modules that a text imports.
fn imports_of(text: &str) -> impl Iterator<Item = String> {
    let marks = ["import ", "from ", "require", "use ", "using ", "include"];
    text.lines()
        .filter(move |line| line.len() < 400 && marks.iter().any(|mark| line.contains(mark)))
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')))
        .filter(|word| word.len() > 2 && !COMMON.contains(word))
        .map(str::to_owned)
}
