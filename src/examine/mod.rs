//! What happens to one file, from its bytes to its harvest: decode, gate,
//! extract, recognise. Every failure becomes a problem; nothing here ends a scan.

mod collector;
mod decoding;
mod gated;
mod harvest;
mod windows;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::collector::GIVING;
use self::collector::{Collector, run};
pub use self::decoding::is_binary;
pub(crate) use self::decoding::{Decoded, decoded};
pub use self::gated::concern;
use self::gated::{Hits, none_but_exports};
pub use self::harvest::{Harvest, Include};
use self::windows::Manner;
use crate::artifact::{self, Bytes, Input};
use crate::extract::dispatch::Dispatch;
use crate::extract::{
    Content, EXTRACTORS, ExtractError, Extractor, Gate, Lines, ProblemCode, Sink,
};
use crate::limits::Limits;
use crate::model::inventory::Problem;
use crate::model::place::{Place, Region};
use crate::model::region::{is_generated, region_of};
use crate::policy::suppress::allows_of;
use crate::signature::index::Readers;
use crate::signature::library::Library;
use crate::signature::recognise::Recogniser;
use crate::source::{Skip, SkipReason};

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
        let problem = |code: ProblemCode, detail: &str| Problem {
            place: self.place(artifact.path),
            code: code.word().to_owned(),
            detail: detail.to_owned(),
            extractor: None,
        };
        if artifact.bytes.starts_with(LFS_POINTER) {
            let path = artifact.path.to_owned();
            harvest.skips.push(Skip { path, reason: SkipReason::LfsPointer });
            // Its name may still promise a model.
            self.read_artifact(artifact, &artifact.bytes, harvest);
            return;
        }
        let cut = || {
            let detail = format!("only the first {} bytes were read", artifact.bytes.len());
            problem(ProblemCode::Truncated, &detail)
        };
        if self.read_artifact(artifact, &artifact.bytes, harvest) {
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
                self.examine_path(artifact.path, harvest);
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
        self.examine_text(artifact.path, &bytes, artifact.truncated, readers, harvest);
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
        let artifact = Artifact { path, bytes: head, truncated: false };
        let read = self.read_artifact(artifact, bytes, harvest);
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
        Artifact { path, bytes: head, truncated }: Artifact<'_>,
        bytes: &dyn Bytes,
        harvest: &mut Harvest,
    ) -> bool {
        let Some(reader) = artifact::reader_of(path, head) else { return false };
        let content = Content::new(path, "", false, self.limits);
        let recogniser = self.recogniser(path, region_of(path));
        let mut sink = Collector::new(&content, recogniser, harvest);
        sink.reader = reader.id();
        let head = head.get(..head.len().min(artifact::HEAD)).unwrap_or_default();
        let input = Input { path, head, bytes, limits: self.limits };
        run(truncated, &mut sink, |sink| reader.read(&input, sink));
        sink.recogniser.file(None);
        sink.conclude();
        true
    }

    /// What the path of a file says that is opened otherwise, or not at all: file
    /// blocks that need no content.
    pub fn examine_path(&self, path: &str, harvest: &mut Harvest) {
        let mut recogniser = self.recogniser(path, region_of(path));
        recogniser.file(None);
        harvest.sightings.extend(recogniser.finish().sightings);
    }

    fn place(&self, path: &str) -> Place {
        Place::new(self.target, path)
    }

    fn recogniser(&self, path: &str, region: Region) -> Recogniser<'_> {
        let cap = self.limits.hits_per_file_and_signature;
        Recogniser::new(self.library, self.place(path), region, cap)
    }

    fn examine_text(
        &self,
        path: &str,
        bytes: &[u8],
        truncated: bool,
        readers: &[&dyn Extractor],
        harvest: &mut Harvest,
    ) {
        // What nobody reads is looked through for credentials only.
        let unread = none_but_exports(readers);
        let asking = readers.iter().fold(Readers::NONE, |all, one| all.and(concern(*one)));
        let asking = if unread { Readers::ALL } else { asking };
        let index = self.library.index();
        let hits = if unread && !index.may_hold_key(bytes) {
            Hits::default()
        } else {
            self.pass_gate(bytes, asking)
        };
        if hits.remarked && !unread && region_of(path) != Region::Docs {
            harvest.allows.extend(allows_of(&self.place(path), &String::from_utf8_lossy(bytes)));
        }
        let wanted_by_path = !index.files(path).is_empty();
        let due = self.due(path, bytes, readers, (asking, hits.opened));
        if due.is_empty() && hits.keys.is_empty() && !wanted_by_path {
            self.glance(path, bytes, truncated, readers, harvest);
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
            harvest.problems.push(replaced(self.place(path)));
        }
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        let region = match region_of(path) {
            Region::Product if is_generated(bytes) => Region::Generated,
            region => region,
        };
        let mut content = Content::new(path, text, truncated, self.limits);
        let manner = Manner::of(&content, region);
        if let Some(parts) = manner.parts(&content, bytes, &hits, &due) {
            content = parts;
            let Harvest { capped_carried, capped_sources, .. } = harvest;
            *if manner.carried { capped_carried } else { capped_sources } += 1;
        }
        let recogniser = self.recogniser(path, region);
        let mut sink = Collector::new(&content, recogniser, harvest);
        for reader in due {
            sink.reader = reader.id();
            sink.harvest.read_by.push((path.to_owned(), reader.id()));
            run(truncated, &mut sink, |sink| reader.extract(&content, sink));
            if sink.export {
                // It speaks of persons: nobody else may read it, now or again.
                sink.harvest.exports.push(path.to_owned());
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

    /// Those of a file's readers that are called, given what the gate opened for
    /// those asking.
    fn due<'r>(
        &self,
        path: &str,
        bytes: &[u8],
        readers: &[&'r dyn Extractor],
        (asking, opened): (Readers, Readers),
    ) -> Vec<&'r dyn Extractor> {
        // A file whose settings give power to a tool need not name any product;
        // source has none.
        let settings = asking.meet(Readers::SETTINGS.and(Readers::OTHER))
            && !none_but_exports(readers)
            && !opened.meet(asking)
            && self.library.index().reads_settings_of(path);
        let is_due = |reader: &&dyn Extractor| match reader.interest().gate {
            Gate::Open => true,
            Gate::Telling => reader.claims(bytes),
            Gate::Anchors => settings || opened.meet(concern(*reader)),
        };
        readers.iter().copied().filter(is_due).collect()
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
        let recogniser = self.recogniser(content.path, region_of(content.path));
        let mut sink = Collector::new(content, recogniser, harvest);
        sink.reader = reader;
        sink.export = true;
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
        path: &str,
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
        let content = Content::new(path, text, truncated, self.limits);
        for reader in readers {
            if let Some(error) = reader.glance(&content) {
                harvest.problems.push(Problem {
                    place: self.place(path),
                    code: error.code().word().to_owned(),
                    detail: error.to_string(),
                    extractor: Some(reader.id().to_owned()),
                });
                return;
            }
        }
    }
}

/// That bytes of a file were no text.
fn replaced(place: Place) -> Problem {
    Problem {
        place,
        code: ProblemCode::Encoding.word().to_owned(),
        detail: "invalid UTF-8 was replaced".to_owned(),
        extractor: None,
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
}
