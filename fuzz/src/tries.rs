//! One try of a reader: byte 0 of an input chooses it, byte 1 the path, the
//! rest is the file.

use std::sync::LazyLock;

use daylight::artifact::archive::budget::Budget;
use daylight::artifact::archive::{FORMS, Opener, Visitor};
use daylight::artifact::{HEAD, Input, READERS};
use daylight::extract::{Content, EXTRACTORS, ProblemCode, Sink};
use daylight::limits::Limits;
use daylight::model::fact::Fact;
use daylight::model::place::Span;

use super::paths::paths_of;

/// Paths by which readers tell formats that begin alike.
const PATHS: &[&str] = &[
    "a.bin",
    "a.so",
    "a.exe",
    "a.gguf",
    "a.safetensors",
    "a.tflite",
    "a.pkl",
    "a.joblib",
    "a.pkl.gz",
    "a.pt",
    "a.keras",
    "a.h5",
    "a.pb",
    "a.onnx",
    "a.mlmodel",
    "a.npz",
    "a.task",
    "a.json",
    "a.xml",
    "a.txt",
    "a.model",
    "a.pdmodel",
    "a.param",
    "a.rknn",
    "a.engine",
    "a.cbm",
    "a.parquet",
    "a.arrow",
    "a.tfrecord",
    "a.mlpackage",
];

static LIMITS: LazyLock<Limits> = LazyLock::new(|| {
    // A bomb shall be cut, not inflated for a second.
    let mut limits = Limits::default();
    limits.archive_mib = 8;
    limits.archive_floor_mib = 1;
    limits.inflated_bytes = 1 << 20;
    limits
});

static CLAIMED: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| EXTRACTORS.iter().map(|one| paths_of(&one.interest())).collect());

/// A detail names a place, it does not quote a file.
const LONGEST_DETAIL: usize = 2000;

/// Takes what a reader tells, and holds it to what it owes.
struct Listener;

impl Sink for Listener {
    fn fact(&mut self, _: Fact<'_>, span: Option<Span>) {
        let counted = |span: Span| span.line > 0 && span.column > 0;
        assert!(span.is_none_or(counted), "lines and columns are counted from 1");
    }

    fn note(&mut self, _: ProblemCode, detail: &str) {
        assert!(detail.len() < LONGEST_DETAIL, "a detail of {} bytes", detail.len());
    }
}

/// Wants the head of everything that lies in an archive.
struct Greedy;

impl Visitor for Greedy {
    fn wants(&mut self, path: &str) -> Option<usize> {
        assert!(!path.split('/').any(|part| part == ".."), "{path} leads out of its archive");
        Some(1 << 16)
    }

    fn file(&mut self, _: &str, _: &[u8], _: bool, _: Option<&'static str>) {}

    fn problem(&mut self, _: &str, _: ProblemCode, detail: &str) {
        assert!(detail.len() < LONGEST_DETAIL, "a detail of {} bytes", detail.len());
    }

    fn layer(&mut self, _: Option<usize>) {}

    fn settle(&mut self, stays: &dyn Fn(usize, &str) -> bool) {
        stays(0, "a/b");
    }
}

/// Names of what [`extractor`] tries, in the order of its choice.
#[must_use]
pub fn extractors() -> Vec<String> {
    EXTRACTORS.iter().map(|one| one.id().to_owned()).collect()
}

/// Names of what [`reader`] tries, in the order of its choice.
#[must_use]
pub fn readers() -> Vec<String> {
    let forms = FORMS.iter().map(|(form, _)| format!("archive-{form:?}").to_lowercase());
    READERS.iter().map(|one| one.id().to_owned()).chain(forms).collect()
}

/// The path of an input, chosen by one of its bytes.
fn nth(paths: usize, choice: u8) -> usize {
    usize::from(choice) % paths.max(1)
}

/// Has the extractor with this number read a file.
pub fn extractor(which: usize, choice: u8, file: &[u8]) {
    let (extractor, paths) = (EXTRACTORS[which], &CLAIMED[which]);
    let text = String::from_utf8_lossy(file);
    let content = Content::new(&paths[nth(paths.len(), choice)], &text, false, &LIMITS);
    let _ = extractor.claims(file);
    let _ = extractor.glance(&content);
    let _ = extractor.extract(&content, &mut Listener);
    if let Some(mut lines) = extractor.lines(&file[..file.len().min(HEAD)]) {
        text.lines().for_each(|line| lines.line(line));
        let _ = lines.finish(&mut Listener);
    }
}

/// Has the reader of artifacts, or the opener of archives, with this number
/// read a file.
pub fn reader(which: usize, choice: u8, file: &[u8]) {
    if let Some(reader) = READERS.get(which) {
        let (path, head) = (PATHS[nth(PATHS.len(), choice)], &file[..file.len().min(HEAD)]);
        if reader.claims(path, head) {
            let _ =
                reader.read(&Input { path, head, bytes: &file, limits: &LIMITS }, &mut Listener);
        }
        return;
    }
    let (form, ends) = FORMS[which - READERS.len()];
    let place = format!("a{}", ends[nth(ends.len(), choice)]);
    let budget = Budget::new(&LIMITS, file.len() as u64, &|| true);
    Opener::new(&budget, &mut Greedy).open(form, &place, &file);
}
