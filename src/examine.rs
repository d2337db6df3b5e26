//! What happens to one file, from its bytes to its harvest: decode, gate,
//! extract, recognise. Every failure becomes a problem; nothing here ends a scan.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::artifact::{self, Bytes, Input};
use crate::extract::dispatch::Dispatch;
use crate::extract::export::grants;
use crate::extract::{
    Content, EXTRACTORS, ExtractError, Extractor, Gate, Lines, ProblemCode, Reads, Sink,
};
use crate::limits::Limits;
use crate::model::definition::{Definition, Said, Unfilled};
use crate::model::evidence::Sighting;
use crate::model::fact::{Argument, Fact};
use crate::model::inventory::{Counts, Packed, Problem};
use crate::model::place::{Place, Region, Span, folder_of};
use crate::model::policy::Allow;
use crate::model::region::{is_generated, region_of};
use crate::model::system::{OwnerRule, Unit};
use crate::model::text::{display_safe, excerpt, label, redact};
use crate::policy::suppress::allows_of;
use crate::signature::index::Readers;
use crate::signature::library::Library;
use crate::signature::recognise::{At, Recogniser};
use crate::signature::results;
use crate::source::{Skip, SkipReason};

/// What was gained from files, and what was not. Harvests are merged in any
/// order and sorted at the end.
#[derive(Debug, Default)]
pub struct Harvest {
    /// What signatures recognised.
    pub sightings: Vec<Sighting>,
    /// What declares units.
    pub units: Vec<Unit>,
    /// Who answers for what.
    pub owners: Vec<OwnerRule>,
    /// Values that files name for others.
    pub definitions: Vec<Definition>,
    /// Remarks that something need not be told.
    pub allows: Vec<Allow>,
    /// Files that other files ask to be read, and by which extractor.
    pub includes: Vec<Include>,
    /// Files read through an include or by their own name, by extractor.
    pub read_by: Vec<(String, &'static str)>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// What was not read.
    pub skips: Vec<Skip>,
    /// Files and bytes read.
    pub read: Counts,
    /// Of these: no anchor and no reader that asks for all.
    pub gated_out: Counts,
    /// Matches beyond a cap, by cap.
    pub capped_hits: u64,
    /// Facts beyond the cap.
    pub capped_facts: u64,
    /// Files that are not as they are in the commit that is checked out.
    pub changed: Vec<String>,
    /// Files left as an earlier scan has them.
    pub carried: Vec<String>,
    /// Every file that another asked for, once these were read.
    pub followed: Vec<Include>,
    /// Files that the second reading may ask for.
    pub wanted: Vec<String>,
    /// Source files that were read in windows only.
    pub capped_sources: u64,
    /// The same, of those that others or a tool wrote.
    pub capped_carried: u64,
    /// What was packed in archives.
    pub packed: Packed,
    /// Exports of consoles and logs.
    pub exports: Vec<String>,
    /// As which kind each of these was read.
    pub kinds: Vec<(String, &'static str)>,
    /// Of these: whose rows another export of the folder explains.
    pub grants: Vec<String>,
}

/// A file that another file asks to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Include {
    /// The asking file.
    pub from: String,
    /// The asked file, relative to the target; may lead out of it.
    pub path: String,
    /// The extractor that shall read it.
    pub reader: &'static str,
}

impl Harvest {
    /// Adds another harvest.
    pub fn merge(&mut self, other: Self) {
        self.sightings.extend(other.sightings);
        self.units.extend(other.units);
        self.owners.extend(other.owners);
        self.definitions.extend(other.definitions);
        self.allows.extend(other.allows);
        self.includes.extend(other.includes);
        self.read_by.extend(other.read_by);
        self.problems.extend(other.problems);
        self.skips.extend(other.skips);
        self.read.files += other.read.files;
        self.read.bytes += other.read.bytes;
        self.gated_out.files += other.gated_out.files;
        self.gated_out.bytes += other.gated_out.bytes;
        self.capped_hits += other.capped_hits;
        self.capped_facts += other.capped_facts;
        self.wanted.extend(other.wanted);
        self.changed.extend(other.changed);
        self.carried.extend(other.carried);
        self.followed.extend(other.followed);
        self.capped_sources += other.capped_sources;
        self.capped_carried += other.capped_carried;
        self.packed.add(other.packed);
        self.exports.extend(other.exports);
        self.kinds.extend(other.kinds);
        self.grants.extend(other.grants);
    }
}

/// What every file is examined with.
#[derive(Debug)]
pub struct Examiner<'e> {
    /// The signatures in force.
    pub library: &'e Library,
    /// Which extractor reads which path.
    pub dispatch: &'e Dispatch,
    /// The bounds.
    pub limits: &'e Limits,
    /// Name of the target.
    pub target: &'e str,
}

/// One file's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<'a> {
    /// Relative path, safe to show.
    pub path: &'a str,
    /// The bytes, or the head of them.
    pub bytes: &'a [u8],
    /// Whether the file goes on beyond them.
    pub truncated: bool,
}

/// Files in which, by custom, stands what the names of a file stand for, and who
/// reads them for that: beside it, and above it what may use its folder as a
/// module. They need not be there.
pub const GIVING: &[(&str, &str)] = &[
    ("../../main.tf", "terraform-values"),
    ("../main.tf", "terraform-values"),
    ("locals.tf", "terraform-values"),
    ("terraform.tfvars", "terraform-values"),
    ("variables.tf", "terraform-values"),
    ("vars.tf", "terraform-values"),
];

/// First line of a Git LFS pointer file.
pub const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

impl Examiner<'_> {
    /// How many bytes are read of a file that the extractors with these
    /// numbers want: more for manifests and lock files, which are only valid whole.
    #[must_use]
    pub fn bytes_to_read(&self, readers: &[usize]) -> usize {
        let whole = readers.iter().any(|at| EXTRACTORS.get(*at).is_some_and(|e| e.needs_whole()));
        if whole { self.limits.manifest_bytes } else { self.limits.text_bytes }
    }

    /// Examines a file with the extractors that its path calls for.
    pub fn examine(&self, artifact: Artifact<'_>, harvest: &mut Harvest) {
        let mut readers = Vec::new();
        self.dispatch.readers_of(artifact.path, &mut readers);
        self.examine_by(artifact, &readers, harvest);
    }

    /// The same where the numbers of these extractors are known.
    pub fn examine_by(&self, artifact: Artifact<'_>, readers: &[usize], harvest: &mut Harvest) {
        let readers: Vec<&dyn Extractor> =
            readers.iter().filter_map(|at| EXTRACTORS.get(*at).copied()).collect();
        self.examine_with(artifact, &readers, harvest);
    }

    /// Examines a file with the given extractors.
    pub fn examine_with(
        &self,
        artifact: Artifact<'_>,
        readers: &[&dyn Extractor],
        harvest: &mut Harvest,
    ) {
        harvest.read.files += 1;
        harvest.read.bytes += artifact.bytes.len() as u64;
        let place = Place::new(self.target, artifact.path);
        let problem = |code: ProblemCode, detail: &str| Problem {
            place: place.clone(),
            code: code.word().to_owned(),
            detail: detail.to_owned(),
            extractor: None,
        };
        if artifact.bytes.starts_with(LFS_POINTER) {
            let path = artifact.path.to_owned();
            harvest.skips.push(Skip { path, reason: SkipReason::LfsPointer });
            // Its name may still promise a model.
            self.read_artifact(&place, artifact, &artifact.bytes, harvest);
            return;
        }
        let cut = || {
            let detail = format!("only the first {} bytes were read", artifact.bytes.len());
            problem(ProblemCode::Truncated, &detail)
        };
        if self.read_artifact(&place, artifact, &artifact.bytes, harvest) {
            harvest.problems.extend(artifact.truncated.then(cut));
            return;
        }
        let bytes = match decoded(artifact.bytes) {
            Decoded::Bytes(bytes) => Cow::Borrowed(bytes),
            Decoded::Transcoded(text) => {
                harvest
                    .problems
                    .push(problem(ProblemCode::Transcoded, "read after conversion from UTF-16"));
                Cow::Owned(text.into_bytes())
            }
            Decoded::Binary if none_but_exports(readers) => {
                self.by_path_alone(&place, region_of(artifact.path), harvest);
                let path = artifact.path.to_owned();
                harvest.skips.push(Skip { path, reason: SkipReason::Binary });
                return;
            }
            Decoded::Binary => {
                harvest.problems.push(problem(
                    ProblemCode::Encoding,
                    "binary content under a name that promises text",
                ));
                return;
            }
        };
        harvest.problems.extend(artifact.truncated.then(cut));
        self.examine_text(&place, &bytes, artifact.truncated, readers, harvest);
    }

    /// Examines a file that is no text and not in memory, if a reader claims
    /// it by its head; `false`: none does, and nothing was done.
    pub fn examine_artifact(
        &self,
        path: &str,
        head: &[u8],
        bytes: &dyn Bytes,
        harvest: &mut Harvest,
    ) -> bool {
        let place = Place::new(self.target, path);
        let artifact = Artifact { path, bytes: head, truncated: false };
        let read = self.read_artifact(&place, artifact, bytes, harvest);
        if read {
            harvest.read.files += 1;
            harvest.read.bytes += bytes.len();
        }
        read
    }

    /// Has the reader that claims a file by its head read it; `false`: none
    /// does. Of what is cut off nothing is malformed.
    fn read_artifact(
        &self,
        place: &Place,
        Artifact { bytes: head, truncated, .. }: Artifact<'_>,
        bytes: &dyn Bytes,
        harvest: &mut Harvest,
    ) -> bool {
        let Some(reader) = artifact::reader_of(&place.path, head) else { return false };
        let content = Content::new(&place.path, "", false, self.limits);
        let cap = self.limits.hits_per_file_and_signature;
        let region = region_of(&place.path);
        let mut sink = Collector {
            content: &content,
            recogniser: Recogniser::new(self.library, place.clone(), region, cap),
            harvest,
            reader: reader.id(),
            facts: 0,
            refused: 0,
            export: false,
        };
        let head = head.get(..head.len().min(artifact::HEAD)).unwrap_or_default();
        let input = Input { path: &place.path, head, bytes, limits: self.limits };
        run(truncated, &mut sink, |sink| reader.read(&input, sink));
        sink.recogniser.file(None);
        sink.conclude();
        true
    }

    /// What the path of a file says that is opened otherwise.
    pub fn examine_path(&self, path: &str, harvest: &mut Harvest) {
        self.by_path_alone(&Place::new(self.target, path), region_of(path), harvest);
    }

    /// File blocks that need no content.
    fn by_path_alone(&self, place: &Place, region: Region, harvest: &mut Harvest) {
        let cap = self.limits.hits_per_file_and_signature;
        let mut recogniser = Recogniser::new(self.library, place.clone(), region, cap);
        recogniser.file(None);
        harvest.sightings.extend(recogniser.finish().sightings);
    }

    fn examine_text(
        &self,
        place: &Place,
        bytes: &[u8],
        truncated: bool,
        readers: &[&dyn Extractor],
        harvest: &mut Harvest,
    ) {
        let asking = readers.iter().fold(Readers::NONE, |all, one| all.and(concern(*one)));
        let asking = if none_but_exports(readers) { Readers::ALL } else { asking };
        let hits = self.pass_gate(bytes, asking);
        if hits.remarked && !none_but_exports(readers) && region_of(&place.path) != Region::Docs {
            harvest.allows.extend(allows_of(place, &String::from_utf8_lossy(bytes)));
        }
        let index = self.library.index();
        let wanted_by_path = !index.files(&place.path).is_empty();
        // A file whose settings give power to a tool need not name any product;
        // source has none.
        let settings = asking.meet(Readers::SETTINGS.and(Readers::OTHER))
            && !hits.opened.meet(asking)
            && index.reads_settings_of(&place.path);
        let due: Vec<&dyn Extractor> = readers
            .iter()
            .copied()
            .filter(|reader| match reader.interest().gate {
                Gate::Open => true,
                Gate::Telling => reader.claims(bytes),
                Gate::Anchors => settings || hits.opened.meet(concern(*reader)),
            })
            .collect();
        if due.is_empty() && hits.keys.is_empty() && !wanted_by_path {
            self.glance(place, bytes, truncated, readers, harvest);
            if !hits.opened.meet(asking) {
                harvest.gated_out.files += 1;
                harvest.gated_out.bytes += bytes.len() as u64;
            }
            return;
        }
        // The strict check is the faster one, and nearly all text passes it.
        let text = std::str::from_utf8(bytes)
            .map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        if matches!(text, Cow::Owned(_)) && !truncated {
            harvest.problems.push(replaced(place));
        }
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        let region = match region_of(&place.path) {
            Region::Product if is_generated(bytes) => Region::Generated,
            region => region,
        };
        let mut content = Content::new(&place.path, text, truncated, self.limits);
        let (whole, capped) = self.read_whole(region, harvest);
        if let Some(anchors) = hits.worth_windows(text, bytes, whole, &due) {
            content = content.around(anchors);
            *capped += 1;
        }
        let mut sink = Collector {
            content: &content,
            recogniser: Recogniser::new(
                self.library,
                place.clone(),
                region,
                self.limits.hits_per_file_and_signature,
            ),
            harvest,
            reader: "",
            facts: 0,
            refused: 0,
            export: false,
        };
        for reader in due {
            sink.reader = reader.id();
            sink.harvest.read_by.push((place.path.clone(), reader.id()));
            run(truncated, &mut sink, |sink| reader.extract(&content, sink));
            if sink.export {
                // It speaks of persons: nobody else may read it, now or again.
                sink.harvest.exports.push(place.path.clone());
                sink.conclude();
                return;
            }
        }
        sink.recogniser.file(Some(text));
        // Offsets of the gate are offsets of the bytes; where something was
        // replaced or removed, the text has its own.
        let keys = if hits.keys.is_empty() || text.len() == bytes.len() {
            hits.keys
        } else {
            self.pass_gate(text.as_bytes(), asking).keys
        };
        for (key, offset) in keys {
            sink.recogniser.key(key, text, offset, |at| content.span_at(at));
        }
        sink.conclude();
    }

    /// Up to which size source of a region is read whole, and what counts the
    /// files that are not.
    fn read_whole<'h>(&self, region: Region, harvest: &'h mut Harvest) -> (usize, &'h mut u64) {
        match region {
            Region::Vendored | Region::Generated => {
                (self.limits.carried_source_bytes, &mut harvest.capped_carried)
            }
            _ => (self.limits.source_bytes, &mut harvest.capped_sources),
        }
    }

    /// A reading line by line of a large file that begins like this, if one of
    /// its readers has one.
    #[must_use]
    pub fn lines_of(
        &self,
        readers: &[usize],
        head: &[u8],
    ) -> Option<(&'static str, Box<dyn Lines>)> {
        let known = readers.iter().filter_map(|at| EXTRACTORS.get(*at));
        known.into_iter().find_map(|reader| Some((reader.id(), reader.lines(head)?)))
    }

    /// Whether a large file that begins like this is only valid whole.
    #[must_use]
    pub fn is_claimed(&self, readers: &[usize], head: &[u8]) -> bool {
        readers.iter().filter_map(|at| EXTRACTORS.get(*at)).any(|reader| reader.claims(head))
    }

    /// Hands on the lines of a piece in which an anchor stands.
    pub fn read_lines(&self, lines: &mut dyn Lines, piece: &[u8]) {
        let part = |from: usize, to: usize| piece.get(from..to).unwrap_or_default();
        let count = |bytes: &[u8]| {
            u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
        };
        // The gate tells them in no particular order.
        let mut offsets = Vec::new();
        self.library.index().gate().scan(piece, &mut |_, offset| {
            offsets.push(offset);
            true
        });
        offsets.sort_unstable();
        let mut done = 0;
        for offset in offsets {
            if offset < done {
                continue;
            }
            let start = memchr::memrchr(b'\n', part(done, offset)).map_or(done, |at| done + at + 1);
            let rest = part(offset, piece.len());
            let end = memchr::memchr(b'\n', rest).map_or(piece.len(), |at| offset + at + 1);
            lines.pass(count(part(done, start)));
            match std::str::from_utf8(part(start, end)) {
                Ok(line) => lines.line(line),
                Err(_) => lines.pass(1),
            }
            done = end;
        }
        lines.pass(count(part(done, piece.len())));
    }

    /// Concludes a reading line by line.
    pub fn conclude_lines(
        &self,
        path: &str,
        (reader, lines): (&'static str, Box<dyn Lines>),
        bytes: u64,
        harvest: &mut Harvest,
    ) {
        harvest.read.files += 1;
        harvest.read.bytes += bytes;
        harvest.exports.push(path.to_owned());
        let content = Content::new(path, "", false, self.limits);
        self.tell_export(&content, reader, harvest, |sink| lines.finish(sink));
    }

    /// Takes what a reader of an export tells of a file.
    pub fn tell_export(
        &self,
        content: &Content<'_>,
        reader: &'static str,
        harvest: &mut Harvest,
        tell: impl FnOnce(&mut dyn Sink) -> Result<(), ExtractError>,
    ) {
        let place = Place::new(self.target, content.path);
        let cap = self.limits.hits_per_file_and_signature;
        let recogniser = Recogniser::new(self.library, place, region_of(content.path), cap);
        let mut sink =
            Collector { content, recogniser, harvest, reader, facts: 0, refused: 0, export: true };
        let outcome = catch_unwind(AssertUnwindSafe(|| tell(&mut sink)));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => sink.note(error.code(), &error.to_string()),
            Err(_) => sink.note(ProblemCode::ExtractorPanicked, "the reader failed on this file"),
        }
        sink.conclude();
    }

    /// Tells what is plainly broken in a file that the gate keeps out.
    fn glance(
        &self,
        place: &Place,
        bytes: &[u8],
        truncated: bool,
        readers: &[&dyn Extractor],
        harvest: &mut Harvest,
    ) {
        if !readers.iter().any(|reader| reader.glances()) {
            return;
        }
        // Not worth a copy: text that is no UTF-8 is not looked at.
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let content = Content::new(&place.path, text, truncated, self.limits);
        for reader in readers {
            if let Some(error) = reader.glance(&content) {
                harvest.problems.push(Problem {
                    place: place.clone(),
                    code: error.code().word().to_owned(),
                    detail: error.to_string(),
                    extractor: Some(reader.id().to_owned()),
                });
                return;
            }
        }
    }

    fn pass_gate(&self, bytes: &[u8], asking: Readers) -> Hits {
        let mut hits = Hits::default();
        let index = self.library.index();
        index.scan_for(asking, bytes, &mut |anchor, offset| {
            let readers = index.readers_of_anchor(anchor, bytes, offset);
            hits.opened = hits.opened.and(readers);
            if readers.meet(asking) && hits.offsets.len() <= ANCHOR_HITS {
                hits.offsets.push(offset);
            }
            if hits.keys.len() < KEY_HITS {
                let keys = index.keys_of_anchor(anchor, bytes, offset);
                hits.keys.extend(keys.map(|key| (key, offset)));
            }
            hits.remarked |= index.is_remark(anchor);
            true
        });
        if hits.opened.meet(asking) {
            index.short_keys(bytes, KEY_HITS, &mut |keys, offset| {
                hits.keys.extend(keys.iter().map(|key| (*key, offset)));
            });
        }
        hits
    }
}

/// The line from which on a Rust file holds its unit tests.
fn unit_tests_from(content: &Content<'_>) -> Option<u32> {
    if !content.path.to_ascii_lowercase().ends_with(".rs") {
        return None;
    }
    content.find_from("\n#[cfg(test)]\n", 0).map(|offset| content.span_at(offset + 1).line)
}

/// Credential anchors that are followed up per file.
const KEY_HITS: usize = 1000;

/// Places of anchors around which a large source file is read; with more of
/// them it is read whole.
const ANCHOR_HITS: usize = 4096;

/// Problems among which one that is told again is looked for.
const NOTES: usize = 256;

#[derive(Default)]
struct Hits {
    /// The readers for which an anchor stands there.
    opened: Readers,
    /// Credential block and offset of its literal.
    keys: Vec<(usize, usize)>,
    /// Where anchors stand that matter to the file's readers.
    offsets: Vec<usize>,
    /// Whether a remark of [`allows_of`] stands there.
    remarked: bool,
}

impl Hits {
    /// The places around which a text is to be read, if it is source larger than
    /// what is read `whole` and its bytes are those that the gate saw.
    fn worth_windows(
        &self,
        text: &str,
        bytes: &[u8],
        whole: usize,
        due: &[&dyn Extractor],
    ) -> Option<Vec<usize>> {
        let is_source =
            |one: &&dyn Extractor| matches!(one.reads(), Reads::Source(_) | Reads::Sources(_));
        let worth = text.len() > whole
            && due.iter().any(is_source)
            && text.len() == bytes.len()
            && (1..=ANCHOR_HITS).contains(&self.offsets.len());
        worth.then(|| self.offsets.clone())
    }
}

/// That bytes of a file were no text.
fn replaced(place: &Place) -> Problem {
    Problem {
        place: place.clone(),
        code: ProblemCode::Encoding.word().to_owned(),
        detail: "invalid UTF-8 was replaced".to_owned(),
        extractor: None,
    }
}

/// What concerns a reader, in the gate's terms.
#[must_use]
pub fn concern(reader: &dyn Extractor) -> Readers {
    match reader.reads() {
        Reads::Source(language) => Readers::of(language),
        Reads::Sources(languages) => languages
            .iter()
            .fold(Readers::NONE, |readers, language| readers.and(Readers::of(*language))),
        Reads::Settings => Readers::SETTINGS,
        Reads::Exports => Readers::NONE,
        Reads::Other => Readers::OTHER,
    }
}

/// Whether a file of this name is read only if it turns out to be an export.
fn none_but_exports(readers: &[&dyn Extractor]) -> bool {
    readers.iter().all(|reader| reader.reads() == Reads::Exports)
}

/// Runs one reader; an error or a panic becomes a problem.
fn run<'c, 'h>(
    truncated: bool,
    sink: &mut Collector<'c, 'h>,
    read: impl FnOnce(&mut Collector<'c, 'h>) -> Result<(), ExtractError>,
) {
    match catch_unwind(AssertUnwindSafe(|| read(sink))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            // A head that was cut off is malformed by our own doing.
            if !(truncated && matches!(error, ExtractError::Malformed { .. })) {
                sink.note(error.code(), &error.to_string());
            }
        }
        Err(_) => sink.note(ProblemCode::ExtractorPanicked, "the reader failed on this file"),
    }
}

/// Takes the facts of one file: signatures recognise, boundaries and owners
/// are noted.
struct Collector<'c, 'h> {
    content: &'c Content<'c>,
    recogniser: Recogniser<'c>,
    harvest: &'h mut Harvest,
    reader: &'static str,
    facts: usize,
    refused: u64,
    /// The file is an export of a console or a log.
    export: bool,
}

impl Collector<'_, '_> {
    fn place(&self) -> Place {
        self.recogniser.place().clone()
    }

    fn conclude(self) {
        if self.refused > 0 {
            self.harvest.capped_facts += self.refused;
            self.harvest.problems.push(Problem {
                place: self.recogniser.place().clone(),
                code: ProblemCode::Capped.word().to_owned(),
                detail: format!("{} facts beyond the limit were not looked at", self.refused),
                extractor: None,
            });
        }
        let path = self.content.path.to_owned();
        let mut recognised = self.recogniser.finish();
        // Rust keeps unit tests at the end of the file that they test.
        if let Some(first) = unit_tests_from(self.content) {
            for sighting in &mut recognised.sightings {
                let inside = sighting.span.is_some_and(|span| span.line >= first);
                if inside && sighting.region == Region::Product {
                    sighting.region = Region::Test;
                }
            }
        }
        if recognised.knowledge {
            self.harvest.skips.push(Skip { path, reason: SkipReason::Knowledge });
        }
        self.harvest.capped_hits += recognised.capped;
        self.harvest.sightings.extend(recognised.sightings);
    }
}

impl Collector<'_, '_> {
    /// Keeps what can only be said once other files are read, if it could then
    /// be recognised.
    fn unfilled(&mut self, fact: &Fact<'_>, span: Option<Span>) {
        if !self.recogniser.awaits(fact) {
            return;
        }
        let shown = |text: &str| label(&redact(text));
        let what = match fact {
            Fact::Resource { of, kind, name } => Unfilled::Resource {
                of: shown(of),
                kind: kind.as_deref().map(shown),
                name: name.as_deref().map(shown),
            },
            Fact::Setting { key, value, .. } => {
                Unfilled::Setting { key: shown(key), value: shown(value) }
            }
            Fact::Image { reference } => Unfilled::Image { reference: shown(reference) },
            _ => return,
        };
        let line = span.map_or("", |span| self.content.line(span.line));
        let excerpt = excerpt(line, span.map_or(0, |span| span.column as usize));
        let region = self.recogniser.region();
        let said = Said::Unfilled { span, region, excerpt, what };
        self.harvest.definitions.push(Definition { place: self.place(), said });
        self.ask_around();
    }

    /// Notes the name under which a call writes or loads what a training gave.
    fn result_of_training(&mut self, path: &str, arguments: &[Argument<'_>]) {
        let Some((kind, name)) = results::of_call(path, arguments) else { return };
        let place = self.place();
        if region_of(&place.path) != Region::Product {
            return;
        }
        let root = folder_of(self.content.path).to_owned();
        self.harvest.units.push(Unit { kind, place, root, name: Some(label(&redact(&name))) });
    }

    /// Asks for the files that may say what the names of this one stand for.
    fn ask_around(&mut self) {
        let folder = folder_of(self.content.path);
        for (name, reader) in GIVING {
            let Some(path) = resolved(folder, name) else { continue };
            let include = Include { from: self.content.path.to_owned(), path, reader };
            if self.harvest.includes.iter().rev().take(GIVING.len()).all(|known| *known != include)
            {
                self.harvest.includes.push(include);
            }
        }
    }
}

impl Sink for Collector<'_, '_> {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        self.facts += 1;
        if self.facts > self.content.limits.facts_per_file {
            self.refused += 1;
            return;
        }
        let folder = folder_of(self.content.path);
        match &fact {
            Fact::Unit { kind, name, root } => {
                let Some(root) = resolved(folder, root.as_deref().unwrap_or(".")) else { return };
                let name = name.as_deref().map(label).filter(|name| !name.trim().is_empty());
                let place = self.place();
                self.harvest.units.push(Unit { kind: *kind, place, root, name });
            }
            Fact::Owner { pattern, owners } => {
                let rule = OwnerRule {
                    place: self.place(),
                    line: span.map_or(0, |span| span.line),
                    pattern: pattern.to_string(),
                    owners: owners.iter().map(|owner| label(owner)).collect(),
                    maintainers: false,
                };
                self.harvest.owners.push(rule);
            }
            Fact::Maintainer { person } => {
                let rule = OwnerRule {
                    place: self.place(),
                    line: span.map_or(0, |span| span.line),
                    pattern: String::new(),
                    owners: vec![label(person)],
                    maintainers: true,
                };
                self.harvest.owners.push(rule);
            }
            Fact::Defined { name, value } => {
                let said = Said::Value { name: label(name), value: label(value) };
                self.harvest.definitions.push(Definition { place: self.place(), said });
            }
            Fact::Given { folder: to, call, name, value } => {
                let Some(folder) = resolved(folder, to) else { return };
                let [call, name, value] = [call, name, value].map(|text| label(text));
                // Somebody asked for this, and what is passed on is asked for in turn.
                let passed_on =
                    value.contains("${") && GIVING.iter().any(|(_, it)| *it == self.reader);
                let said = Said::Given { folder, call, name, value };
                self.harvest.definitions.push(Definition { place: self.place(), said });
                if passed_on {
                    self.ask_around();
                }
            }
            Fact::Unfilled(fact) => self.unfilled(fact, span),
            Fact::Inherits { path } => {
                let Some(path) = resolved(folder, path) else { return };
                let said = Said::Inherits { path };
                self.harvest.definitions.push(Definition { place: self.place(), said });
            }
            Fact::Include { path, reader } => {
                let asked = resolved(folder, path).unwrap_or_else(|| "..".to_owned());
                let from = self.content.path.to_owned();
                self.harvest.includes.push(Include { from, path: asked, reader });
            }
            _ => {
                if let Fact::Call { path, arguments, .. } = &fact {
                    self.result_of_training(path, arguments);
                }
                if let Fact::Export { kind } = &fact {
                    self.export = true;
                    self.harvest.kinds.push((self.content.path.to_owned(), *kind));
                    if *kind == grants::KIND {
                        self.harvest.grants.push(self.content.path.to_owned());
                    }
                }
                let content = self.content;
                let line_of = |line: u32| content.line(line);
                self.recogniser.fact(&fact, At { span, line_of: &line_of });
            }
        }
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        let problem = Problem {
            place: self.place(),
            code: code.word().to_owned(),
            detail: label(detail),
            extractor: Some(self.reader.to_owned()),
        };
        // Those of this file stand last.
        if !self.harvest.problems.iter().rev().take(NOTES).any(|known| *known == problem) {
            self.harvest.problems.push(problem);
        }
    }
}

/// `path` relative to `folder`, normalised; `None` if it leads out of the target.
fn resolved(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { display_safe(&parts.join("/")) })
}

/// Whether a file that begins so is no text.
#[must_use]
pub fn is_binary(head: &[u8]) -> bool {
    matches!(decoded(head), Decoded::Binary)
}

/// The bytes of a file as text, or that they are none.
pub(crate) enum Decoded<'a> {
    /// Text in an ASCII superset, or at least not shown to be otherwise.
    Bytes(&'a [u8]),
    /// Was UTF-16.
    Transcoded(String),
    /// No text.
    Binary,
}

/// UTF-16 is converted (by its mark, or by a NUL at every second byte of the
/// head); a NUL in the head otherwise means binary.
pub(crate) fn decoded(bytes: &[u8]) -> Decoded<'_> {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let zero = memchr::memchr(0, head).is_some();
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ if zero => utf16_without_mark(bytes),
        _ => return Decoded::Bytes(bytes),
    };
    let Some(encoding) = utf16 else { return Decoded::Binary };
    let (text, _, _) = encoding.decode(bytes);
    Decoded::Transcoded(text.into_owned())
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(1024))?;
    if head.len() < 16 {
        return None;
    }
    let zeros = |parity: usize| {
        head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count() * 10
            >= head.len() * 4
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(encoding_rs::UTF_16LE),
        (true, false) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Interest;

    #[derive(Debug)]
    struct Fragile;

    impl Extractor for Fragile {
        fn id(&self) -> &'static str {
            "fragile"
        }
        fn about(&self) -> &'static str {
            "panics"
        }
        fn interest(&self) -> Interest {
            Interest { names: &[], globs: &[], extensions: &[], gate: Gate::Open }
        }
        fn extract(&self, _: &Content<'_>, _: &mut dyn Sink) -> Result<(), ExtractError> {
            panic!("a defect")
        }
    }

    #[test]
    fn a_panic_inside_an_extractor_is_a_problem_and_not_an_end() {
        let library = Library::built_in().expect("signatures");
        let dispatch = Dispatch::new().expect("globs");
        let limits = Limits::default();
        let examiner =
            Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
        let mut harvest = Harvest::default();
        let artifact = Artifact { path: "a.x", bytes: b"text", truncated: false };
        examiner.examine_with(artifact, &[&Fragile], &mut harvest);
        assert_eq!(harvest.problems.len(), 1);
        assert_eq!(harvest.problems[0].code, "extractor-panicked");
        assert_eq!(harvest.problems[0].extractor.as_deref(), Some("fragile"));
    }

    #[test]
    fn a_reference_may_not_lead_out_of_the_target() {
        assert_eq!(resolved("a/b", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(resolved("a", "../..").as_deref(), None);
        assert_eq!(resolved(".", "/etc/passwd"), None);
        assert_eq!(resolved("a", "..").as_deref(), Some("."));
    }

    #[test]
    fn utf_16_is_converted_with_or_without_its_mark() {
        let text = "import openai # and a longer line";
        let plain: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut marked = vec![0xFF, 0xFE];
        marked.extend(&plain);
        for bytes in [plain, marked] {
            match decoded(&bytes) {
                Decoded::Transcoded(read) => assert_eq!(read.trim_start_matches('\u{FEFF}'), text),
                _ => panic!("not converted"),
            }
        }
        assert!(matches!(decoded(b"\x7fELF\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Decoded::Binary));
    }
}
