//! The gate says what Aho-Corasick says: every occurrence of every anchor,
//! once, whatever the text, the case and the place of borders.

#![allow(clippy::expect_used, missing_docs)]

use daylight::signature::gate::Gate;
use daylight::signature::gate::oracle::Oracle;
use daylight::signature::gate::qgram::{Filter, Pass};
use daylight::signature::library::Library;
use proptest::prelude::*;

type Hits = Vec<(u32, usize)>;

fn by_oracle(anchors: &[String], text: &[u8]) -> Hits {
    let mut hits = Hits::new();
    Oracle::new(anchors).expect("oracle").scan(text, &mut |anchor, at| {
        hits.push((anchor, at));
        true
    });
    hits.sort_unstable();
    hits
}

fn passes() -> Vec<Pass> {
    let mut passes = vec![Pass::Scalar];
    #[cfg(target_arch = "x86_64")]
    passes.push(Pass::Avx2); // falls back to plain code where there is none
    passes
}

fn by_filter(anchors: &[String], text: &[u8], pass: Pass) -> Hits {
    let mut hits = Hits::new();
    Filter::new(anchors).scan_by(pass, text, &mut |anchor, at| {
        hits.push((anchor, at));
        true
    });
    hits.sort_unstable();
    hits
}

fn assert_equal(anchors: &[String], text: &[u8]) {
    let expected = by_oracle(anchors, text);
    for pass in passes() {
        assert_eq!(by_filter(anchors, text, pass), expected, "{pass:?}");
    }
}

/// Texts and anchors from few letters, so that they meet often.
fn few_letters() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[abAB@`_-]{0,600}").expect("regex")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn on_random_text_of_few_letters(
        anchors in prop::collection::vec("[abAB@`_-]{5,12}", 1..40),
        text in few_letters(),
    ) {
        assert_equal(&anchors, text.as_bytes());
    }

    #[test]
    fn on_random_bytes_with_planted_anchors(
        mut bytes in prop::collection::vec(any::<u8>(), 0..3000),
        anchors in prop::collection::vec("[a-z./-]{5,20}", 1..30),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 0..20),
    ) {
        for (place, which, upper) in places {
            if bytes.is_empty() { break; }
            let anchor = which.get(&anchors);
            let planted = if upper { anchor.to_uppercase() } else { anchor.clone() };
            let at = place.index(bytes.len());
            let end = (at + planted.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&planted.as_bytes()[..end - at]);
        }
        assert_equal(&anchors, &bytes);
    }
}

#[test]
fn at_every_place_around_the_borders_of_turns_and_batches() {
    let anchors = vec!["needle".to_owned(), "needles-and-pins".to_owned(), "edles".to_owned()];
    for length in (0..300).chain(1000..1100).chain(4080..4120) {
        for back in [0usize, 1, 2, 3, 7] {
            let mut text = vec![b'x'; length];
            text.extend_from_slice(b"NEEDLES-and-pins");
            text.extend(std::iter::repeat_n(b'y', back));
            assert_equal(&anchors, &text);
        }
    }
}

#[test]
fn where_every_position_is_a_candidate() {
    let anchors = vec!["aaaaa".to_owned(), "aaaaaaaaaa".to_owned()];
    assert_equal(&anchors, &vec![b'a'; 5000]);
}

#[test]
fn on_this_projects_own_files_with_the_built_in_anchors() {
    let library = Library::built_in().expect("signatures");
    let anchors = library.index().anchors().to_vec();
    assert!(anchors.len() > 1000, "{}", anchors.len());
    let oracle = Oracle::new(&anchors).expect("oracle");
    let filter = Filter::new(&anchors);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compared = 0;
    for folder in ["src", "signatures", "tests"] {
        for entry in ignore::Walk::new(root.join(folder)).flatten() {
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            let mut expected = Hits::new();
            oracle.scan(&bytes, &mut |anchor, at| {
                expected.push((anchor, at));
                true
            });
            expected.sort_unstable();
            for pass in passes() {
                let mut hits = Hits::new();
                filter.scan_by(pass, &bytes, &mut |anchor, at| {
                    hits.push((anchor, at));
                    true
                });
                hits.sort_unstable();
                assert_eq!(hits, expected, "{} by {pass:?}", entry.path().display());
            }
            compared += expected.len();
        }
    }
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn the_scan_ends_when_it_is_told_to() {
    let gate = Gate::new(&["needle"]).expect("gate");
    let text = "needle ".repeat(1000);
    let mut seen = 0;
    gate.scan(text.as_bytes(), &mut |_, _| {
        seen += 1;
        seen < 3
    });
    assert_eq!(seen, 3);
}

#[test]
fn a_short_anchor_is_refused() {
    assert!(Gate::new(&["ai"]).is_err());
    assert!(Gate::new(&["x".repeat(5000)]).is_err());
}
