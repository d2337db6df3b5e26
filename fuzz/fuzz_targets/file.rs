//! One file on its whole way, with the signatures that are built in: decoded,
//! gated, read, recognised. Byte 0 chooses a reader and byte 1 the path.
#![no_main]

use std::sync::{Arc, LazyLock};

use daylight::examine::{Artifact, Examiner, Harvest};
use daylight::extract::EXTRACTORS;
use daylight::extract::dispatch::Dispatch;
use daylight::limits::Limits;
use daylight::signature::library::Library;
use daylight_fuzz::paths::paths_of;
use libfuzzer_sys::{Corpus, fuzz_target};

static LIMITS: LazyLock<Limits> = LazyLock::new(Limits::default);
static LIBRARY: LazyLock<Arc<Library>> =
    LazyLock::new(|| Library::for_scan(&[], "2026-11-22").expect("what is built in"));
static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new().expect("our own globs"));
static PATHS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| EXTRACTORS.iter().map(|one| paths_of(&one.interest())).collect());

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, path, bytes @ ..] = data else { return Corpus::Reject };
    let paths = &PATHS[usize::from(*which) % EXTRACTORS.len()];
    let path = &paths[usize::from(*path) % paths.len()];
    let (library, dispatch, limits) = (&**LIBRARY, &*DISPATCH, &*LIMITS);
    let examiner = Examiner { library, dispatch, limits, target: "." };
    let mut harvest = Harvest::default();
    // A panic of a reader ends the run here, before it becomes a problem.
    examiner.examine(Artifact { path, bytes, truncated: false }, &mut harvest);
    Corpus::Keep
});
