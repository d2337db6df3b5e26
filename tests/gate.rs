//! The gate says what Aho-Corasick says: every occurrence that counts of every
//! anchor, once, whatever the text, the case and the place of borders.

#![allow(clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use daylight::signature::gate::oracle::Oracle;
use daylight::signature::gate::words::{self, Pass};
use daylight::signature::gate::{Gate, Stands, is_of_word, may_begin, qgram};
use daylight::signature::library::Library;
use proptest::prelude::*;

type Hits = Vec<(u32, usize)>;
type Anchors = Vec<(String, Stands)>;

fn gathered(scan: impl FnOnce(&mut dyn FnMut(u32, usize) -> bool)) -> Hits {
    let mut hits = Hits::new();
    scan(&mut |anchor, at| {
        hits.push((anchor, at));
        true
    });
    hits.sort_unstable();
    hits
}

/// What Aho-Corasick finds, without what stands within a word and must not.
fn by_oracle(oracle: &Oracle, anchors: &[(String, Stands)], text: &[u8]) -> Hits {
    let counts = |(anchor, at): &(u32, usize)| {
        let (anchor, stands) = &anchors[*anchor as usize];
        *stands == Stands::Anywhere || !is_of_word(anchor.as_bytes()[0]) || may_begin(text, *at)
    };
    gathered(|hit| oracle.scan(text, hit)).into_iter().filter(counts).collect()
}

fn passes() -> Vec<Pass> {
    let mut passes = vec![Pass::Plain];
    #[cfg(target_arch = "x86_64")]
    passes.extend([Pass::Avx2, Pass::Avx512]); // plain code where there is none
    passes
}

fn texts(anchors: &[(String, Stands)]) -> Vec<&str> {
    anchors.iter().map(|(text, _)| text.as_str()).collect()
}

fn assert_equal(anchors: &[(String, Stands)], text: &[u8]) {
    let oracle = Oracle::new(&texts(anchors)).expect("oracle");
    let expected = by_oracle(&oracle, anchors, text);
    let words = words::Filter::new(anchors);
    for pass in passes() {
        let hits = gathered(|hit| words.scan_by(pass, words.all(), text, hit));
        assert_eq!(hits, expected, "{pass:?}");
    }
    let gate = Gate::new(anchors).expect("gate");
    assert_eq!(gathered(|hit| gate.scan(text, hit)), expected, "the gate");
    for (of, which) in [(2, 0), (2, 1), (3, 2)] {
        let is_sought = |anchor: u32| anchor % of == which;
        let sought = gate.some(is_sought);
        let mut hits = gathered(|hit| gate.scan_for(&sought, text, hit));
        hits.retain(|(anchor, _)| is_sought(*anchor));
        let mut wanted = expected.clone();
        wanted.retain(|(anchor, _)| is_sought(*anchor));
        assert_eq!(hits, wanted, "some of them");
    }

    let everywhere = gathered(|hit| oracle.scan(text, hit));
    let places = qgram::Filter::new(&texts(anchors));
    let hits = gathered(|hit| {
        places.scan(text, hit);
    });
    assert_eq!(hits, everywhere, "wherever they stand");
}

fn stands() -> impl Strategy<Value = Stands> {
    prop_oneof![Just(Stands::Word), Just(Stands::Anywhere)]
}

fn words_of(texts: &[&str]) -> Anchors {
    texts.iter().map(|text| ((*text).to_owned(), Stands::Word)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Few letters meet often.
    #[test]
    fn on_random_text_of_few_letters(
        anchors in prop::collection::vec(("[abAB@`_-]{5,12}", stands()), 1..40),
        text in "[abAB@`\\\\_-]{0,600}",
    ) {
        assert_equal(&anchors, text.as_bytes());
    }

    #[test]
    fn on_random_bytes_with_planted_anchors(
        mut bytes in prop::collection::vec(any::<u8>(), 0..3000),
        anchors in prop::collection::vec(("[a-z./-]{5,20}", stands()), 1..30),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 0..20),
    ) {
        for (place, which, upper) in places {
            if bytes.is_empty() { break; }
            let (anchor, _) = which.get(&anchors);
            let planted = if upper { anchor.to_uppercase() } else { anchor.clone() };
            let at = place.index(bytes.len());
            let end = (at + planted.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&planted.as_bytes()[..end - at]);
        }
        assert_equal(&anchors, &bytes);
    }
}

#[test]
fn at_every_place_around_the_borders_of_blocks_and_batches() {
    let mut anchors = words_of(&["needle", "needles-and-pins", "-and-", "pins!"]);
    anchors.push(("edles".to_owned(), Stands::Anywhere));
    for length in (0..300).chain(1000..1100).chain(4080..4120) {
        for back in [0usize, 1, 2, 3, 7] {
            for before in [b' ', b'x', b'\\'] {
                let mut text = vec![b' '; length];
                text.push(before);
                text.extend_from_slice(b"NEEDLES-and-pins");
                text.extend(std::iter::repeat_n(b'y', back));
                assert_equal(&anchors, &text);
            }
        }
    }
}

#[test]
fn where_every_place_is_asked() {
    let mut anchors = words_of(&["a-a-a", "a-a-a-a-a-"]);
    assert_equal(&anchors, &b"a-".repeat(2500));
    anchors.push(("aaaaa".to_owned(), Stands::Anywhere));
    anchors.push(("aaaaaaaaaa".to_owned(), Stands::Anywhere));
    assert_equal(&anchors, &vec![b'a'; 5000]);
}

#[test]
fn where_all_is_escaped() {
    let anchors = words_of(&["openai", "n.openai", "import"]);
    assert_equal(&anchors, &b"\\nopenai\\u003cimport\\tx\\n.openai".repeat(200));
}

#[test]
fn where_more_anchors_begin_no_word_than_pairs_are_good_for() {
    let anchors: Anchors = (b'a'..=b'p')
        .map(|letter| (String::from_utf8(vec![letter; 6]).expect("ASCII"), Stands::Anywhere))
        .chain(words_of(&["cccccc-d"]))
        .collect();
    assert!(words::Filter::new(&anchors).pairs().len() > 4);
    assert_equal(&anchors, b"xaaaaaaaBBBBBBb-cccccc-dddddddddx");
}

#[test]
fn on_this_projects_own_files_with_the_built_in_anchors() {
    let library = Library::built_in().expect("signatures");
    let anchors = library.index().anchors();
    assert!(anchors.len() > 1000, "{}", anchors.len());
    let anchors: Anchors = (0..)
        .zip(anchors)
        .map(|(number, text)| (text.clone(), library.index().stands(number)))
        .collect();
    let oracle = Oracle::new(&texts(&anchors)).expect("oracle");
    let gate = words::Filter::new(&anchors);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compared = 0;
    for folder in ["src", "signatures", "tests"] {
        for entry in ignore::Walk::new(root.join(folder)).flatten() {
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            let expected = by_oracle(&oracle, &anchors, &bytes);
            for pass in passes() {
                let hits = gathered(|hit| gate.scan_by(pass, gate.all(), &bytes, hit));
                assert_eq!(hits, expected, "{} by {pass:?}", entry.path().display());
            }
            let hits = gathered(|hit| library.index().gate().scan(&bytes, hit));
            assert_eq!(hits, expected, "{}", entry.path().display());
            compared += expected.len();
        }
    }
    assert!(compared > 10_000, "{compared}");
}

/// Each pair costs every scan something, and beyond a few the gate is as slow as
/// a filter that looks everywhere.
#[test]
fn the_built_in_anchors_need_few_pairs() {
    let library = Library::built_in().expect("signatures");
    let index = library.index();
    let anchors: Anchors = (0..)
        .zip(index.anchors())
        .map(|(number, text)| (text.clone(), index.stands(number)))
        .collect();
    let filter = words::Filter::new(&anchors);
    let pairs: Vec<_> = filter.pairs().iter().map(|pair| pair.map(char::from)).collect();
    assert!(pairs.len() <= 3, "{pairs:?}");
}

/// A name of three letters is no anchor by itself.
#[test]
fn a_short_name_opens_build_files_as_these_write_it() {
    let library = Library::built_in().expect("signatures");
    for text in [
        "find_package(MNN REQUIRED)",
        "find_dependency(MNN)",
        "CPMAddPackage(MNN)",
        "target_link_libraries(app PRIVATE MNN)\n",
        "target_link_libraries(app MNN) # linked",
        "mnn = dependency('mnn')",
        "mnn = cc.find_library('mnn')",
    ] {
        let hits = gathered(|hit| library.index().gate().scan(text.as_bytes(), hit));
        assert!(!hits.is_empty(), "{text}");
    }
}

#[test]
fn the_scan_ends_when_it_is_told_to() {
    for stands in [Stands::Word, Stands::Anywhere] {
        let gate = Gate::new(&[("needle", stands)]).expect("gate");
        let text = "needle ".repeat(1000);
        let mut seen = 0;
        gate.scan(text.as_bytes(), &mut |_, _| {
            seen += 1;
            seen < 3
        });
        assert_eq!(seen, 3);
    }
}

#[test]
fn a_short_anchor_is_refused() {
    assert!(Gate::new(&[("ai", Stands::Word)]).is_err());
    assert!(Gate::new(&[("x".repeat(5000), Stands::Word)]).is_err());
}
