//! What happens to one archive or image: its members are examined like files,
//! under places like `app.jar!/lib/x.jar!/a`, and what an image's layers hide
//! is dropped. A member is never a file: nothing is written, and no file of
//! the tree is read because a member asks for it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::artifact::Bytes;
use crate::artifact::archive::budget::Budget;
use crate::artifact::archive::{self, ENTERS, Form, Opener, Visitor, image};
use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::ProblemCode;
use crate::extract::dispatch::extractor_by_id;
use crate::model::inventory::{Packed, Problem};
use crate::model::place::{Place, name_of};
use crate::source::Entry;
use crate::source::read::{Opened, passes_link};

/// Ends of the names of libraries, programs and models: what they hold is told
/// by their bytes, which are looked at whatever else reads them.
const BINARIES: &[&str] = &[
    ".so",
    ".dll",
    ".dylib",
    ".pyd",
    ".node",
    ".exe",
    ".arrow",
    ".cbm",
    ".faiss",
    ".feather",
    ".gguf",
    ".ggml",
    ".onnx",
    ".pt",
    ".pth",
    ".ckpt",
    ".safetensors",
    ".tflite",
    ".pb",
    ".h5",
    ".hdf5",
    ".keras",
    ".mlmodel",
    ".mnn",
    ".ort",
    ".parquet",
    ".pkl",
    ".pickle",
    ".joblib",
    ".npz",
    ".bin",
    ".model",
    ".pte",
    ".rknn",
    ".skops",
    ".tfrecord",
    ".ubj",
    ".usearch",
];

/// Folders in which programs lie, whose names say nothing.
const PROGRAMS: &[&str] = &["bin", "sbin", "libexec", "MacOS"];

/// Whether the bytes of a member are looked at though nobody reads its name.
fn may_be_artifact(path: &str) -> bool {
    let name = name_of(path);
    let folder = path.rsplit(['/', '!']).nth(1).unwrap_or_default();
    let plain = !name.contains('.') && PROGRAMS.contains(&folder);
    let name = name.to_ascii_lowercase();
    plain || name.contains(".so.") || BINARIES.iter().any(|end| name.ends_with(end))
}

/// Whether a file is opened as an archive, by its name.
#[must_use]
pub fn is_archive(examiner: &Examiner<'_>, path: &str) -> bool {
    match archive::form_of(path) {
        None => false,
        Some(Form::Single) => {
            // Not worth opening unless what it holds is worth reading.
            let member = format!("{path}{ENTERS}{}", archive::stem_of(path));
            let mut readers = Vec::new();
            examiner.dispatch.readers_of(&member, &mut readers);
            !readers.is_empty()
        }
        Some(_) => true,
    }
}

/// Whether a file is the mark of a folder with images.
#[must_use]
pub fn is_layout(path: &str) -> bool {
    name_of(path) == image::LAYOUT
}

/// Whether a file is a part of an image in such a folder, and read with it.
#[must_use]
pub fn is_blob_of_layout(entry: &Entry) -> bool {
    image::layout_of(&entry.path).is_some()
        && entry
            .file
            .ancestors()
            .nth(3)
            .is_some_and(|root| Opened::new(&root.join(image::LAYOUT)).is_ok())
}

/// A file that stays open.
struct Held(Opened);

impl Bytes for Held {
    fn len(&self) -> u64 {
        self.0.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buf)
    }
}

/// Opens one archive, or the images of a folder if the file is its mark, and
/// adds what they hold to the harvest; says how many bytes it has.
///
/// # Errors
/// The file cannot be read. What is wrong within it is a problem, no error.
pub fn unpack(
    examiner: &Examiner<'_>,
    entry: &Entry,
    may_go_on: &dyn Fn() -> bool,
    harvest: &mut Harvest,
) -> io::Result<u64> {
    let file = Held(Opened::new(&entry.file)?);
    let head = file.part(0, 1024)?;
    if head.starts_with(crate::examine::LFS_POINTER) {
        let artifact = Artifact { path: &entry.path, bytes: &head, truncated: false };
        examiner.examine_by(artifact, &[], harvest);
        return Ok(file.len());
    }
    let mut size = file.len();
    let mut contents = Contents::new(examiner);
    let root = entry.file.parent().filter(|_| is_layout(&entry.path));
    if let Some(root) = root {
        size = layout(root, &entry.path, may_go_on, &mut contents);
    } else {
        harvest.read.files += 1;
        harvest.read.bytes += size;
        examiner.examine_path(&entry.path, harvest);
        let form = archive::form_of(&entry.path).unwrap_or(Form::Zip);
        let budget = Budget::new(examiner.limits, size, may_go_on);
        contents.guarded(&entry.path, &budget, |opener| opener.open(form, &entry.path, &file));
    }
    harvest.merge(contents.harvest);
    Ok(size)
}

/// The images of a folder; says how many bytes were there to be read.
fn layout(
    root: &Path,
    mark: &str,
    may_go_on: &dyn Fn() -> bool,
    contents: &mut Contents<'_>,
) -> u64 {
    let folder = mark.strip_suffix(image::LAYOUT).unwrap_or_default();
    let place = format!("{folder}{}", image::INDEX);
    let blob = |path: &str| {
        let is_plain = !passes_link(root, path);
        let opened = is_plain.then(|| Opened::new(&root.join(path)).ok()).flatten()?;
        Some(Box::new(Held(opened)) as Box<dyn Bytes>)
    };
    // The index alone is small whatever it leads to, so that the ratio is
    // measured against what one archive may inflate to.
    let size = (contents.examiner.limits.image_mib as u64) << 20;
    let budget = Budget::new(contents.examiner.limits, size, may_go_on);
    contents.guarded(&place, &budget, |opener| opener.open_layout(&place, &blob));
    0
}

/// What an archive holds, as it is handed out.
struct Contents<'c> {
    examiner: &'c Examiner<'c>,
    harvest: Harvest,
    layer: Option<usize>,
    /// What is known only when all layers have been seen.
    unsettled: Vec<(usize, String, Harvest)>,
    readers: Vec<usize>,
}

impl<'c> Contents<'c> {
    fn new(examiner: &'c Examiner<'c>) -> Self {
        let (harvest, unsettled, readers) = (Harvest::default(), Vec::new(), Vec::new());
        Self { examiner, harvest, layer: None, unsettled, readers }
    }

    /// Opens under a budget; a panic of a decoder ends this archive only.
    fn guarded(
        &mut self,
        place: &str,
        budget: &Budget<'_>,
        open: impl FnOnce(&mut Opener<'_, '_>),
    ) {
        let opened = catch_unwind(AssertUnwindSafe(|| open(&mut Opener::new(budget, self))));
        if opened.is_err() {
            self.layer = None;
            self.problem(
                place,
                ProblemCode::ExtractorPanicked,
                "the reader failed on this archive",
            );
        }
        self.harvest.packed.add(Packed {
            archives: 1,
            members: budget.members(),
            inflated: budget.inflated(),
        });
    }

    fn gained(&mut self, path: &str, gained: Harvest) {
        match self.layer {
            Some(layer) => self.unsettled.push((layer, path.to_owned(), gained)),
            None => self.harvest.merge(gained),
        }
    }
}

impl Visitor for Contents<'_> {
    fn wants(&mut self, path: &str) -> Option<usize> {
        self.examiner.dispatch.readers_of(path, &mut self.readers);
        let limits = self.examiner.limits;
        if !self.readers.is_empty() {
            Some(self.examiner.bytes_to_read(&self.readers))
        } else if may_be_artifact(path) {
            Some(limits.member_bytes)
        } else if !self.examiner.library.index().files(path).is_empty() {
            Some(limits.text_bytes)
        } else {
            None
        }
    }

    fn file(&mut self, path: &str, bytes: &[u8], truncated: bool, reader: Option<&'static str>) {
        let mut gained = Harvest::default();
        let artifact = Artifact { path, bytes, truncated };
        match reader.and_then(extractor_by_id) {
            Some(reader) => self.examiner.examine_with(artifact, &[reader], &mut gained),
            None => self.examiner.examine(artifact, &mut gained),
        }
        gained.includes.clear();
        self.gained(path, gained);
    }

    fn problem(&mut self, path: &str, code: ProblemCode, detail: &str) {
        let problem = Problem {
            place: Place::new(self.examiner.target, path),
            code: code.word().to_owned(),
            detail: detail.to_owned(),
            extractor: None,
        };
        self.gained(path, Harvest { problems: vec![problem], ..Harvest::default() });
    }

    fn layer(&mut self, layer: Option<usize>) {
        self.layer = layer;
    }

    fn settle(&mut self, stays: &dyn Fn(usize, &str) -> bool) {
        for (layer, path, gained) in std::mem::take(&mut self.unsettled) {
            if stays(layer, &path) {
                self.harvest.merge(gained);
            }
        }
    }
}
