//! What an overlay may hold: byte 0 chooses a file of signatures, a list, or a
//! table of governance rules.
#![no_main]

use std::borrow::Cow;
use std::sync::LazyLock;

use daylight::classify::RuleLibrary;
use daylight::signature::check::lint;
use daylight::signature::library::Library;
use daylight::signature::list::List;
use daylight_fuzz::only;
use libfuzzer_sys::{Corpus, fuzz_target};

static ONLY: LazyLock<Option<usize>> =
    LazyLock::new(|| only(&["signatures", "list", "governance"]));

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, text @ ..] = data else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(text) else { return Corpus::Reject };
    match ONLY.unwrap_or(usize::from(*which) % 3) {
        0 => {
            if let Ok(library) = Library::of_text("a.toml", text) {
                let _ = lint(&library);
            }
        }
        1 => {
            if let Ok(list) = List::parse("a.tsv", Cow::Owned(text.to_owned())) {
                assert!(list.rows().all(|row| row.line > 0));
            }
        }
        _ => {
            let _ = RuleLibrary::from_sources(&[("a.toml", text)]);
        }
    }
    Corpus::Keep
});
