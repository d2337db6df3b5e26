//! One row of an export, and what is read of it: only what a reader asks for
//! by name ever leaves it.

use std::borrow::Cow;

use crate::extract::structured::{Node, Value};

/// A row: an object of a JSON document, or a line of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'n>(&'n Node<'n>);

impl<'n> Row<'n> {
    /// A node as a row.
    #[must_use]
    pub fn new(node: &'n Node<'n>) -> Self {
        Self(node)
    }

    /// Where it stands.
    #[must_use]
    pub fn offset(self) -> usize {
        self.0.offset
    }

    fn node(self, path: &str) -> Option<&'n Node<'n>> {
        // A key may hold a dot of its own: `@odata.count`.
        self.0.get(path).or_else(|| path.split('.').try_fold(self.0, |node, key| node.get(key)))
    }

    /// Whether a key, or a dotted path of keys, is there; it may hold nothing.
    #[must_use]
    pub fn has(self, path: &str) -> bool {
        self.node(path).is_some()
    }

    /// The scalar at a dotted path, unless it is empty.
    #[must_use]
    pub fn text(self, path: &str) -> Option<&'n str> {
        self.node(path)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether the scalar at a path says yes.
    #[must_use]
    pub fn is(self, path: &str, word: &str) -> bool {
        self.text(path).is_some_and(|text| text.eq_ignore_ascii_case(word))
    }

    /// A number at a path; `None` if there is none.
    #[must_use]
    pub fn number(self, path: &str) -> Option<u64> {
        let text = self.text(path)?;
        text.split('.').next().and_then(|whole| whole.parse().ok())
    }

    /// The day of a point in time at a path.
    #[must_use]
    pub fn day(self, path: &str) -> Option<String> {
        self.text(path).and_then(day_of)
    }

    /// The rows of the list at a path.
    #[must_use]
    pub fn rows(self, path: &str) -> Vec<Row<'n>> {
        let items = self.node(path).map_or(&[][..], Node::items);
        items.iter().filter(|item| is_table(item)).map(Row).collect()
    }

    /// The scalars of the list at a path, or the words of the scalar there.
    #[must_use]
    pub fn words(self, path: &str) -> Vec<&'n str> {
        match self.node(path) {
            Some(Node { value: Value::List(items), .. }) => {
                items.iter().filter_map(Node::as_str).collect()
            }
            Some(node) => node.as_str().map_or_else(Vec::new, |text| {
                text.split([' ', ',', ';', '|', '\n']).filter(|word| !word.is_empty()).collect()
            }),
            None => Vec::new(),
        }
    }

    /// The keys of the table at a path, without what stands under them.
    #[must_use]
    pub fn keys(self, path: &str) -> Vec<&'n str> {
        let entries = if path.is_empty() { Some(self.0) } else { self.node(path) };
        entries.map_or(&[][..], Node::entries).iter().map(|entry| entry.key.as_ref()).collect()
    }

    /// The table at a path as a row.
    #[must_use]
    pub fn inner(self, path: &str) -> Option<Row<'n>> {
        self.node(path).filter(|node| is_table(node)).map(Row)
    }
}

/// Whether a node is a table.
#[must_use]
pub fn is_table(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Table(_))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day of a point in time as exports write it: ISO 8601, seconds or parts
/// of seconds since 1970, `16/Oct/2023:...`, `Mon Oct 16 22:55:48 2023`,
/// `10/16/2023`. `None` where no year is told.
#[must_use]
pub fn day_of(text: &str) -> Option<String> {
    let text = text.trim();
    let iso = text.get(..10).filter(|head| {
        head.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-' || byte == b'/',
            _ => byte.is_ascii_digit(),
        })
    });
    if let Some(iso) = iso {
        let iso = iso.replace('/', "-");
        return iso.parse::<jiff::civil::Date>().ok().map(|_| iso);
    }
    if text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return day_of_number(text.split('.').next()?);
    }
    day_of_words(text)
}

/// Seconds since 1970, or a thousandth or millionth of them.
fn day_of_number(digits: &str) -> Option<String> {
    let number: i64 = digits.parse().ok()?;
    let seconds = match digits.len() {
        9..=10 => number,
        13 => number / 1_000,
        16 => number / 1_000_000,
        19 => number / 1_000_000_000,
        _ => return None,
    };
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

/// A date with the name of a month, or month and day before the year.
fn day_of_words(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split([' ', '/', ':', ',', '-', 'T']).filter(|w| !w.is_empty()).collect();
    let year_at = words
        .iter()
        .position(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))?;
    let year: i16 = words.get(year_at)?.parse().ok()?;
    let month_at = words.iter().position(|word| month_of(word).is_some());
    let (month, day) = match month_at {
        Some(at) => {
            let beside = |at: Option<usize>| -> Option<i8> {
                words.get(at?)?.parse().ok().filter(|day| (1..=31).contains(day))
            };
            let day = beside(at.checked_sub(1)).or_else(|| beside(Some(at + 1)))?;
            (month_of(words.get(at)?)?, day)
        }
        None if year_at == 2 => (words.first()?.parse().ok()?, words.get(1)?.parse().ok()?),
        None => return None,
    };
    jiff::civil::Date::new(year, month, day).ok().map(|date| date.to_string())
}

fn month_of(word: &str) -> Option<i8> {
    let head = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == head)?;
    i8::try_from(at + 1).ok()
}

/// Owned text, for what outlives the row.
#[must_use]
pub fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::day_of;

    #[test]
    fn a_day_is_read_in_every_spelling_that_tells_the_year() {
        for (text, day) in [
            ("2026-11-02T10:00:00Z", Some("2026-11-02")),
            ("2026/11/02 10:00", Some("2026-11-02")),
            ("1793577600", Some("2026-11-02")),
            ("1793577600.123", Some("2026-11-02")),
            ("1793577600000", Some("2026-11-02")),
            ("02/Nov/2026:10:00:00 +0000", Some("2026-11-02")),
            ("Mon Nov  2 10:00:00 2026", Some("2026-11-02")),
            ("11/02/2026", Some("2026-11-02")),
            ("Nov 2, 2026", Some("2026-11-02")),
            ("2026-13-40", None),
            ("Nov  2 10:00:00", None),
            ("soon", None),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(day_of(text).as_deref(), day, "{text}");
        }
    }
}
