//! Every reader of text: byte 0 chooses it, byte 1 the path, the rest is the file.
#![no_main]

use std::sync::LazyLock;

use daylight_fuzz::{only, tries};
use libfuzzer_sys::{Corpus, fuzz_target};

static HOW_MANY: LazyLock<usize> = LazyLock::new(|| tries::extractors().len());
static ONLY: LazyLock<Option<usize>> = LazyLock::new(|| only(&tries::extractors()));

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, path, file @ ..] = data else { return Corpus::Reject };
    tries::extractor(ONLY.unwrap_or(usize::from(*which) % *HOW_MANY), *path, file);
    Corpus::Keep
});
