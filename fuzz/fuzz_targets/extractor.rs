//! Every reader of text: byte 0 chooses it, byte 1 the path, the rest is the file.
#![no_main]

use std::sync::LazyLock;

use daylight::extract::{Content, EXTRACTORS};
use daylight::limits::Limits;
use daylight_fuzz::paths::paths_of;
use daylight_fuzz::{Listener, only};
use libfuzzer_sys::{Corpus, fuzz_target};

static LIMITS: LazyLock<Limits> = LazyLock::new(Limits::default);
static PATHS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| EXTRACTORS.iter().map(|one| paths_of(&one.interest())).collect());
static ONLY: LazyLock<Option<usize>> =
    LazyLock::new(|| only(EXTRACTORS.iter().map(|one| one.id())));

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, path, file @ ..] = data else { return Corpus::Reject };
    let which = ONLY.unwrap_or(usize::from(*which) % EXTRACTORS.len());
    let extractor = EXTRACTORS[which];
    let paths = &PATHS[which];
    let path = &paths[usize::from(*path) % paths.len()];
    let text = String::from_utf8_lossy(file);
    let content = Content::new(path, &text, false, &LIMITS);
    let head = &file[..file.len().min(1024)];
    let _ = extractor.claims(file);
    let _ = extractor.glance(&content);
    let _ = extractor.extract(&content, &mut Listener::default());
    if let Some(mut lines) = extractor.lines(head) {
        text.lines().for_each(|line| lines.line(line));
        let _ = lines.finish(&mut Listener::default());
    }
    Corpus::Keep
});
