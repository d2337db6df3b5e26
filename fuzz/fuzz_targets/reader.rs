//! Every reader of what is no text, and every form of archive: byte 0 chooses
//! it, byte 1 the path, the rest is the file.
#![no_main]

use std::sync::LazyLock;

use daylight::artifact::archive::budget::Budget;
use daylight::artifact::archive::{FORMS, Opener, Visitor};
use daylight::artifact::{HEAD, Input, READERS};
use daylight::extract::ProblemCode;
use daylight::limits::Limits;
use daylight_fuzz::{Listener, only};
use libfuzzer_sys::{Corpus, fuzz_target};

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
static ONLY: LazyLock<Option<usize>> = LazyLock::new(|| {
    let forms = FORMS.iter().map(|(form, _)| format!("archive-{form:?}").to_lowercase());
    let readers = READERS.iter().map(|one| one.id().to_owned());
    let names: Vec<String> = readers.chain(forms).collect();
    only(names.iter().map(String::as_str))
});

/// Wants the head of everything that lies in an archive.
#[derive(Default)]
struct Greedy {
    taken: usize,
}

impl Visitor for Greedy {
    fn wants(&mut self, path: &str) -> Option<usize> {
        assert!(!path.split('/').any(|part| part == ".."), "{path} leads out of its archive");
        Some(1 << 16)
    }

    fn file(&mut self, _: &str, bytes: &[u8], _: bool, _: Option<&'static str>) {
        self.taken += bytes.len();
    }

    fn problem(&mut self, _: &str, _: ProblemCode, detail: &str) {
        assert!(detail.len() < 2000, "a detail of {} bytes", detail.len());
    }

    fn layer(&mut self, _: Option<usize>) {}

    fn settle(&mut self, stays: &dyn Fn(usize, &str) -> bool) {
        self.taken += usize::from(stays(0, "a/b"));
    }
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, path, file @ ..] = data else { return Corpus::Reject };
    let which = ONLY.unwrap_or(usize::from(*which) % (READERS.len() + FORMS.len()));
    if let Some(reader) = READERS.get(which) {
        let path = PATHS[usize::from(*path) % PATHS.len()];
        let head = &file[..file.len().min(HEAD)];
        if reader.claims(path, head) {
            let input = Input { path, head, bytes: &file, limits: &LIMITS };
            let _ = reader.read(&input, &mut Listener::default());
        }
        return Corpus::Keep;
    }
    let (form, ends) = FORMS[which - READERS.len()];
    let place = format!("a{}", ends[usize::from(*path) % ends.len()]);
    let budget = Budget::new(&LIMITS, file.len() as u64, &|| true);
    let mut greedy = Greedy::default();
    Opener::new(&budget, &mut greedy).open(form, &place, &file);
    Corpus::Keep
});
