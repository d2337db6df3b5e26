//! What a byte may be the beginning of, by the rules of a language: most bytes
//! of a program begin neither a comment nor a string nor a long operator, and
//! then no spelling is compared with the text.

use super::super::languages::Rules;

/// Part of a name.
const NAME: u8 = 1;
/// A comment may start with it.
const COMMENT: u8 = 2;
/// A string may start with it.
const QUOTE: u8 = 4;
/// First of an operator of several characters.
const FIRST: u8 = 8;
/// Second of one.
const SECOND: u8 = 16;

/// What each byte may be.
#[derive(Debug)]
pub(super) struct Bytes([u8; 256]);

impl Bytes {
    pub(super) fn of(rules: &Rules) -> Self {
        let mut bytes = Self([0; 256]);
        for byte in b'0'..=b'z' {
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                bytes.mark(Some(&byte), NAME);
            }
        }
        rules.name_signs.iter().for_each(|sign| bytes.mark(Some(sign), NAME));
        let blocks = rules.block_comments.iter().map(|one| one.open);
        for open in rules.line_comments.iter().copied().chain(blocks).chain(["?>"]) {
            bytes.mark(open.as_bytes().first(), COMMENT);
        }
        for quote in rules.quotes {
            bytes.mark(quote.open.as_bytes().first(), QUOTE);
        }
        for operator in rules.operators {
            bytes.mark(operator.as_bytes().first(), FIRST);
            bytes.mark(operator.as_bytes().get(1), SECOND);
        }
        bytes
    }

    fn mark(&mut self, byte: Option<&u8>, as_this: u8) {
        if let Some(marks) = byte.and_then(|byte| self.0.get_mut(usize::from(*byte))) {
            *marks |= as_this;
        }
    }

    fn is(&self, byte: u8, this: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|marks| marks & this != 0)
    }

    /// Letters, digits, `_` and what else the language allows in a name.
    pub(super) fn is_of_name(&self, byte: u8) -> bool {
        self.is(byte, NAME)
    }

    /// Whether a comment may start with it, or code end as `?>` ends it.
    pub(super) fn may_comment(&self, byte: u8) -> bool {
        self.is(byte, COMMENT)
    }

    pub(super) fn may_quote(&self, byte: u8) -> bool {
        self.is(byte, QUOTE)
    }

    /// Whether an operator of several characters may start with these two.
    pub(super) fn may_operate(&self, first: u8, second: u8) -> bool {
        self.is(first, FIRST) && self.is(second, SECOND)
    }
}

/// The words of a language that are never names.
#[derive(Debug)]
pub(super) struct Words {
    words: &'static [&'static str],
    /// Where the words with a first letter begin and end, and their lengths as bits.
    by_letter: [(u16, u16, u32); 26],
}

impl Words {
    /// `words` are sorted.
    pub(super) fn of(words: &'static [&'static str]) -> Self {
        let mut by_letter = [(0, 0, 0); 26];
        for (number, word) in (0..).zip(words) {
            let letter = letter_of(word).and_then(|letter| by_letter.get_mut(letter));
            let length = u32::try_from(word.len()).unwrap_or(u32::MAX);
            if let Some((first, end, lengths)) = letter {
                *first = if *lengths == 0 { number } else { *first };
                *end = number + 1;
                *lengths |= 1_u32.checked_shl(length).unwrap_or(0);
            }
        }
        Self { words, by_letter }
    }

    /// Whether a name is one of them. Most are not, and most of these have a
    /// length that no word of their letter has, so that nothing is compared.
    pub(super) fn contain(&self, name: &str) -> bool {
        let Some(letter) = letter_of(name) else { return self.words.binary_search(&name).is_ok() };
        let (first, end, lengths) = self.by_letter.get(letter).copied().unwrap_or_default();
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        lengths.checked_shr(length).is_some_and(|bits| bits & 1 == 1)
            && self
                .words
                .get(usize::from(first)..usize::from(end))
                .is_some_and(|words| words.contains(&name))
    }
}

/// Number of the small letter that a word begins with, if it begins with one.
fn letter_of(word: &str) -> Option<usize> {
    let first = word.bytes().next()?;
    first.is_ascii_lowercase().then(|| usize::from(first - b'a'))
}

#[cfg(test)]
mod tests {
    use super::super::super::languages::TABLE;
    use super::*;

    #[test]
    fn every_word_of_every_language_is_known_and_nothing_near_it() {
        for row in TABLE {
            let words = Words::of(row.rules.words);
            for word in row.rules.words {
                assert!(words.contain(word), "{word}");
                let longer = format!("{word}x");
                assert_eq!(
                    words.contain(&longer),
                    row.rules.words.contains(&longer.as_str()),
                    "{longer}"
                );
            }
            assert!(!words.contain(""));
            assert!(!words.contain("Zz"));
        }
    }

    #[test]
    fn a_byte_begins_what_some_spelling_of_the_language_begins_with() {
        for row in TABLE {
            let bytes = Bytes::of(row.rules);
            for operator in row.rules.operators {
                let [first, second, ..] = operator.as_bytes() else { panic!("{operator}") };
                assert!(bytes.may_operate(*first, *second), "{operator}");
            }
            for quote in row.rules.quotes {
                assert!(bytes.may_quote(quote.open.as_bytes()[0]));
            }
        }
        let row = super::super::super::languages::JAVASCRIPT;
        let bytes = Bytes::of(&row);
        assert!(!bytes.may_operate(b'.', b'x') && !bytes.may_quote(b'('));
        assert!(bytes.is_of_name(b'$') && !bytes.is_of_name(b'-') && bytes.may_comment(b'/'));
    }
}
