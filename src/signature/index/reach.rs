//! How far an anchor reaches: in what kinds of files it can matter, and whether
//! it must stand there as a word of its own. A word such as `types`, the name
//! of a module of one language, would else open the gate for most files of any.

use crate::model::fact::Language;
use crate::signature::gate::{Stands, is_of_word, may_begin};

/// Kinds of readers, as a set: one kind per language, one for settings, one
/// for what is not told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Readers(u64);

impl Readers {
    /// No reader.
    pub const NONE: Self = Self(0);
    /// Settings: keys, values and images; neither packages nor code.
    pub const SETTINGS: Self = Self(1 << 62);
    /// Every reader that is none of the others.
    pub const OTHER: Self = Self(1 << 63);
    /// All readers.
    pub const ALL: Self = Self(u64::MAX);

    /// Those of source in a language.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        Self(1 << language as u64)
    }

    /// Those in this set or the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one is in both sets.
    #[must_use]
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What an anchor asks of the place where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    readers: Readers,
    /// Those of the readers to which it counts only in quotes.
    quoted: Readers,
    /// No letter, digit or `_` may stand before it, if it starts with one.
    starts: bool,
    /// Nor a sign that joins it to a path or a longer name.
    leads: bool,
    /// No letter, digit or `_` may stand behind it, if it ends with one.
    ends: bool,
}

impl Reach {
    /// Anywhere, within words too.
    pub(super) const ANY: Self = Self {
        readers: Readers::ALL,
        quoted: Readers::NONE,
        starts: false,
        leads: false,
        ends: false,
    };
    /// Opens for no reader: what is looked for is looked at where it stands.
    pub(super) const NOWHERE: Self = Self {
        readers: Readers::NONE,
        quoted: Readers::NONE,
        starts: true,
        leads: true,
        ends: true,
    };
    /// Any reader, but as a word.
    pub(super) const WORD: Self = Self::word(Readers::ALL);

    /// A word for some readers, and for all that are not told apart.
    pub(super) const fn word(readers: Readers) -> Self {
        Self { readers: readers.and(Readers::OTHER), starts: true, ends: true, ..Self::ANY }
    }

    /// A word for some readers and no other.
    pub(super) const fn only(readers: Readers) -> Self {
        Self { readers, starts: true, ends: true, ..Self::ANY }
    }

    /// The same, but it may be the beginning of a longer word.
    pub(super) const fn open_ended(self) -> Self {
        Self { ends: false, ..self }
    }

    /// The same, but it may be the end of a longer word.
    pub(super) const fn within(self) -> Self {
        Self { starts: false, ..self }
    }

    /// The same, but it is the beginning of a path.
    pub(super) const fn leading(self) -> Self {
        Self { leads: true, ..self }
    }

    /// The same, but in quotes for these readers.
    pub(super) const fn quoted_for(self, quoted: Readers) -> Self {
        Self { quoted, ..self }
    }

    /// What holds for an anchor of two matchers.
    pub(super) fn joined(self, other: Self) -> Self {
        // a reader that one of the two serves without quotes needs none
        let plain = |one: Self| one.readers.0 & !one.quoted.0;
        let readers = self.readers.and(other.readers);
        Self {
            readers,
            quoted: Readers(readers.0 & !(plain(self) | plain(other))),
            starts: self.starts && other.starts,
            leads: self.leads && other.leads,
            ends: self.ends && other.ends,
        }
    }

    /// Whether, where it stands well, it counts for one of these.
    pub(super) fn may_open(&self, asking: Readers) -> bool {
        self.readers.meet(asking)
    }

    /// Where it counts at all, in the gate's terms.
    pub(super) fn stands(&self) -> Stands {
        if self.starts { Stands::Word } else { Stands::Anywhere }
    }

    /// For whom an anchor of `length` bytes that stands at `start` counts.
    pub(super) fn of(self, bytes: &[u8], start: usize, length: usize) -> Readers {
        let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied();
        let (first, last) = (at(Some(start)), at((start + length).checked_sub(1)));
        let (before, after) = (at(start.checked_sub(1)), at(Some(start + length)));
        if (self.starts && is_word(first) && !may_begin(bytes, start))
            || (self.ends && is_word(last) && is_word(after))
            || (self.leads && matches!(before, Some(b'/' | b'.' | b'-' | b'@')))
        {
            return Readers::NONE;
        }
        let opened = match before {
            Some(b'"' | b'\'' | b'`') => is_asked_for(bytes, start - 1),
            // an address, or the name of a registry before it
            None | Some(b':' | b'/') => true,
            _ => false,
        };
        let closed = !self.ends
            || matches!(
                after,
                None | Some(b'"' | b'\'' | b'`' | b':' | b'/' | b'@' | b'?' | b'\\')
            );
        if opened && closed { self.readers } else { Readers(self.readers.0 & !self.quoted.0) }
    }
}

/// Whether the quote at `quote` opens what is imported: `from "x"`,
/// `require("x")`, `import "x"`, or the argument of another call.
fn is_asked_for(bytes: &[u8], quote: usize) -> bool {
    let before = bytes.get(quote.saturating_sub(9)..quote).unwrap_or_default();
    let before = before.trim_ascii_end();
    // an escaped quote: code within a string
    let before = before.strip_suffix(b"\\").unwrap_or(before).trim_ascii_end();
    before.is_empty()
        || before.ends_with(b"(")
        || before.ends_with(b"from")
        || before.ends_with(b"import")
}

fn is_word(byte: Option<u8>) -> bool {
    byte.is_some_and(is_of_word)
}

#[cfg(test)]
mod tests {
    use super::{Reach, Readers};
    use crate::model::fact::Language;

    const JAVASCRIPT: Readers = Readers::of(Language::Javascript);

    fn of(reach: Reach, text: &str, anchor: &str) -> Readers {
        let at = text.find(anchor).unwrap_or(0);
        reach.of(text.as_bytes(), at, anchor.len())
    }

    #[test]
    fn a_word_is_no_part_of_a_longer_one() {
        let fits = |reach: Reach, text: &str| of(reach, text, "tract") != Readers::NONE;
        for text in ["tract", "use tract;", "tract-onnx", "\"tract\"", "x.tract.y", "a\\ntract"] {
            assert!(fits(Reach::WORD, text), "{text}");
        }
        for text in ["extract", "tractor", "my_tract", "tract_x", "tract2"] {
            assert!(!fits(Reach::WORD, text), "{text}");
            assert!(fits(Reach::ANY, text), "{text}");
        }
        assert!(fits(Reach::WORD.open_ended(), "tractor"));
        assert!(!fits(Reach::WORD.open_ended(), "extract"));
    }

    #[test]
    fn the_name_of_a_package_counts_where_it_is_quoted() {
        let npm = Reach::word(JAVASCRIPT).quoted_for(JAVASCRIPT);
        for text in [
            "import x from 'natural';",
            "import 'natural'",
            "export*from\"natural\"",
            "require(`natural/lib`)",
            "jest.mock( 'natural')",
            "\"npm:natural@6\"",
        ] {
            assert!(of(npm, text, "natural").meet(JAVASCRIPT), "{text}");
        }
        for text in [
            "// natural language",
            "{ natural: 1 }",
            "'natural-sort'",
            "'a natural'",
            "sort: 'natural'",
            "['natural']",
            "x === 'natural'",
        ] {
            assert!(!of(npm, text, "natural").meet(JAVASCRIPT), "{text}");
            assert!(of(npm, text, "natural").meet(Readers::OTHER), "{text}");
        }
    }

    #[test]
    fn an_organisation_stands_before_a_path_and_not_within_it() {
        let org = Reach::WORD.leading();
        for text in ["\"google/gemma\"", "model: google/gemma", "MODEL=google/gemma"] {
            assert_eq!(of(org, text, "google/"), Readers::ALL, "{text}");
        }
        for text in ["github.com/google/x", "@google/x", "my-google/x", "agoogle/x"] {
            assert_eq!(of(org, text, "google/"), Readers::NONE, "{text}");
        }
    }

    #[test]
    fn an_anchor_of_two_matchers_reaches_as_far_as_both() {
        let npm = Reach::word(JAVASCRIPT).quoted_for(JAVASCRIPT);
        let both = npm.joined(Reach::word(Readers::SETTINGS).open_ended());
        let of = |text| of(both, text, "tract");
        assert!(of("a tractor").meet(Readers::SETTINGS));
        assert!(!of("a tractor").meet(JAVASCRIPT));
        assert!(of("'tract'").meet(JAVASCRIPT));
        assert_eq!(of("extract"), Readers::NONE);
        assert_eq!(both.joined(Reach::ANY), Reach::ANY);
    }
}
