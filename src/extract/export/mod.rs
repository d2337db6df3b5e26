//! Exports of administrators' consoles, of clouds, of devices and of networks.
//! They are known by their shape, never by their name; what each kind looks
//! like stands in its family's file, one row a kind.
//!
//! A row is read for what its family asks by name. Nothing here keeps a person,
//! the value of a variable, a token or a command line: a [`Record`] has no
//! field for them.
//!
//! [`Record`]: crate::model::fact::Record

pub mod csv;
pub mod grants;
pub mod json;
pub mod log;
pub mod manifest;
pub mod row;
pub mod scopes;
pub mod tally;

mod atlassian;
mod aws;
mod azure;
mod device;
mod gcp;
mod github;
mod gitlab;
mod google;
mod microsoft;
mod okta;
mod other;
mod slack;

use std::collections::HashSet;
use std::sync::OnceLock;

use row::{Row, is_table};
use tally::Tally;

use crate::extract::structured::Node;

/// What one kind of export looks like in JSON.
#[derive(Debug)]
pub struct Kind {
    /// Its name, as docs/exports/ lists it.
    pub id: &'static str,
    /// Keys whose list holds the rows; none: each document or item is a row.
    pub rows: &'static [&'static str],
    /// Every row has these, by dotted path.
    pub has: &'static [&'static str],
    /// And one of these, if any are given.
    pub any: &'static [&'static str],
    /// Keys one of which stands near the beginning of every such file, and in
    /// few others.
    pub telling: &'static [&'static str],
    /// Adds a row up.
    pub tell: fn(Row<'_>, &mut Tally),
}

impl Kind {
    /// Whether a row is one of this kind.
    #[must_use]
    pub fn fits(&self, row: Row<'_>) -> bool {
        self.has.iter().all(|key| row.has(key))
            && (self.any.is_empty() || self.any.iter().any(|key| row.has(key)))
    }
}

/// Every kind, by family. Order decides between kinds that a row fits.
pub const FAMILIES: &[&[Kind]] = &[
    github::KINDS,
    gitlab::KINDS,
    google::KINDS,
    microsoft::KINDS,
    okta::KINDS,
    slack::KINDS,
    atlassian::KINDS,
    other::KINDS,
    azure::KINDS,
    aws::KINDS,
    gcp::KINDS,
    device::KINDS,
];

fn kinds() -> impl Iterator<Item = &'static Kind> {
    FAMILIES.iter().copied().flatten()
}

/// Bytes at the beginning of a file in which something must tell that it is an
/// export.
pub const HEAD: usize = 2048;

/// What some files hold near their beginning and no key tells: addresses of
/// resources.
const NEEDLES: &[&str] = &["\"/subscriptions/", ".googleapis.com\"", "site-packages"];

/// Whether the beginning of a JSON file holds a key that tells an export: one
/// look at each quoted word before a colon.
#[must_use]
pub fn tells(bytes: &[u8]) -> bool {
    static TELLING: OnceLock<HashSet<&'static [u8]>> = OnceLock::new();
    let telling = TELLING
        .get_or_init(|| kinds().flat_map(|kind| kind.telling).map(|key| key.as_bytes()).collect());
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    if !matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let plain = |at: &usize| at.checked_sub(1).and_then(|at| head.get(at)) != Some(&b'\\');
    let mut quotes = memchr::memchr_iter(b'"', head).filter(plain);
    let mut open = quotes.next();
    while let (Some(from), Some(to)) = (open, quotes.next()) {
        let is_key =
            head.get(to + 1..).unwrap_or_default().trim_ascii_start().first() == Some(&b':');
        if !is_key {
            open = quotes.next();
            continue;
        }
        if head.get(from + 1..to).is_some_and(|key| telling.contains(key)) {
            return true;
        }
        open = quotes.next();
    }
    NEEDLES.iter().any(|needle| memchr::memmem::find(head, needle.as_bytes()).is_some())
}

/// The kind of export that a document is, and its rows.
#[must_use]
pub fn recognised<'n>(
    document: &'n Node<'n>,
    last: Option<&'static Kind>,
) -> Option<(&'static Kind, Vec<Row<'n>>)> {
    last.into_iter().chain(kinds()).find_map(|kind| {
        let rows = rows_of(kind, document)?;
        let known = rows.first().map_or(!kind.rows.is_empty(), |row| kind.fits(*row));
        known.then_some((kind, rows))
    })
}

/// The rows of a document that somebody says is of a kind: its lists stand
/// where that kind has them, and some row has a key of it.
#[must_use]
pub fn taken_for<'n>(id: &str, document: &'n Node<'n>) -> Option<(&'static Kind, Vec<Row<'n>>)> {
    kinds().filter(|kind| kind.id == id).find_map(|kind| {
        let pages = match document.items() {
            [] => std::slice::from_ref(document),
            items => items,
        };
        let mut rows: Vec<Row<'n>> = Vec::new();
        for page in pages.iter().filter(|page| is_table(page)) {
            match kind.rows {
                [] => rows.push(Row::new(page)),
                keys => rows.extend(
                    keys.iter()
                        .find(|key| page.get(key).is_some())
                        .map(|key| Row::new(page).rows(key))?,
                ),
            }
        }
        let keys = || kind.has.iter().chain(kind.any);
        let known = |row: &Row<'_>| keys().any(|key| row.has(key));
        (rows.is_empty() || rows.iter().any(known)).then_some((kind, rows))
    })
}

/// The rows that a document holds, if it is of a kind: those of a page, of a
/// list of pages, of a list, or the document itself.
fn rows_of<'n>(kind: &Kind, document: &'n Node<'n>) -> Option<Vec<Row<'n>>> {
    let items = document.items();
    if kind.rows.is_empty() {
        return match items {
            [] => is_table(document).then(|| vec![Row::new(document)]),
            items => {
                let tables: Vec<Row<'n>> =
                    items.iter().filter(|item| is_table(item)).map(Row::new).collect();
                (!tables.is_empty()).then_some(tables)
            }
        };
    }
    if items.is_empty() {
        return rows_of_page(kind, document);
    }
    let mut rows = Vec::new();
    for page in items {
        rows.extend(rows_of_page(kind, page)?);
    }
    Some(rows)
}

/// A page without a row is one only if its key says enough by itself.
fn rows_of_page<'n>(kind: &Kind, page: &'n Node<'n>) -> Option<Vec<Row<'n>>> {
    kind.rows.iter().find_map(|key| {
        let Node { value: crate::extract::structured::Value::List(items), .. } = page.get(key)?
        else {
            return None;
        };
        if items.is_empty() {
            return kind.telling.contains(key).then(Vec::new);
        }
        let rows: Vec<Row<'n>> = items.iter().filter(|item| is_table(item)).map(Row::new).collect();
        rows.first().is_some_and(|row| kind.fits(*row)).then_some(rows)
    })
}
