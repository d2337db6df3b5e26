//! Exports in JSON: one document, a list, pages in a list, documents one after
//! another, one document a line. Knows the ways in which lists come in pages;
//! what the rows mean stands in the families' files.

use super::row::Row;
use super::tally::Tally;
use super::{Kind, recognised, taken_for, tells};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::Fact;

/// Reads JSON exports of consoles, clouds and devices.
///
/// A file is one by its shape alone: the keys of its rows. What says that more
/// pages follow, or that there are more rows than are here, is told as
/// `incomplete`; so is a file that ends in the middle. A list that is empty and
/// complete says that nothing is there.
#[derive(Debug)]
pub struct ExportJson;

impl Extractor for ExportJson {
    fn id(&self) -> &'static str {
        "export-json"
    }

    fn about(&self) -> &'static str {
        "exports of administrators' consoles, clouds and devices in JSON"
    }

    fn reads(&self) -> Reads {
        Reads::Exports
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["json", "jsonl", "ndjson", "log"],
            gate: Gate::Telling,
        }
    }

    fn claims(&self, head: &[u8]) -> bool {
        tells(head)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Reading::default().tell(content, sink).map(|_| ())
    }
}

/// Reads a file as the kind that somebody says it is; `false`: it is not.
///
/// # Errors
/// The file is broken.
pub fn extract_as(
    id: &'static str,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) -> Result<bool, ExtractError> {
    Reading { said: Some(id), ..Reading::default() }.tell(content, sink)
}

/// How a file ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Where a document ends.
    Between,
    /// Within one.
    Within,
}

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    /// What somebody says that the file is.
    said: Option<&'static str>,
    kind: Option<&'static Kind>,
    pub(super) tally: Tally,
    pages: Pages,
    rows: u64,
}

impl Reading {
    /// A reading whose rows are added to others.
    pub(super) fn of(tally: Tally) -> Self {
        Self { tally, ..Self::default() }
    }

    /// Reads a file and tells what it says; `false`: it is of no known kind.
    fn tell(mut self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<bool, ExtractError> {
        let outcome = self.documents(content);
        let Some(kind) = self.kind else { return outcome.map(|_| false) };
        sink.fact(Fact::Export { kind: kind.id }, None);
        let whole = self.pages.lacks(self.rows);
        let cut = content.truncated || matches!(outcome, Ok(Ended::Within));
        self.tally.tell(content, sink);
        if cut {
            sink.note(ProblemCode::Incomplete, "the export ends in the middle");
        } else if let Some(what) = whole {
            sink.note(ProblemCode::Incomplete, &what);
        }
        outcome.map(|_| true)
    }

    /// Reads the documents of a file one after another.
    pub(super) fn documents(&mut self, content: &Content<'_>) -> Result<Ended, ExtractError> {
        let text = content.text;
        let mut at = 0;
        while let Some(start) = text.get(at..).and_then(|rest| rest.find(['{', '['])) {
            let start = at + start;
            let end = end_of_document(text.as_bytes(), start);
            let slice = text.get(start..end.unwrap_or(text.len())).unwrap_or_default();
            let part = Content::new(content.path, slice, end.is_none(), content.limits);
            match structured::json(&part) {
                Ok(node) => self.document(&node, start),
                Err(error @ ExtractError::TooDeep { .. }) => return Err(error),
                Err(_) if end.is_none() => {
                    self.cut(&part, start);
                    return Ok(Ended::Within);
                }
                Err(_) => {
                    let line = content.span_at(start).line;
                    return Err(ExtractError::malformed(format_args!(
                        "JSON: the document that begins in line {line}"
                    )));
                }
            }
            let Some(end) = end else { return Ok(Ended::Within) };
            at = end;
        }
        Ok(Ended::Between)
    }

    /// What a document that ends in the middle says up to its last whole object.
    fn cut(&mut self, part: &Content<'_>, start: usize) {
        let end = part.text.rfind('}').map_or(0, |at| at + 1);
        let mut head = part.text.get(..end).unwrap_or_default().to_owned();
        head.push_str(&structured::closers(&head));
        let head = Content::new(part.path, &head, true, part.limits);
        if let Ok(node) = structured::json(&head) {
            self.document(&node, start);
        }
    }

    fn document(&mut self, document: &Node<'_>, offset: usize) {
        let found = match self.said {
            Some(id) => taken_for(id, document),
            None => recognised(document, self.kind),
        };
        let Some((kind, rows)) = found else { return };
        self.kind.get_or_insert(kind);
        self.rows += rows.len() as u64;
        self.tally.starts_at(offset);
        for row in rows {
            (kind.tell)(row, &mut self.tally);
        }
        if !kind.rows.is_empty() {
            self.pages.turn(document);
        }
    }
}

/// Where the document that begins at `start` ends; `None` if it does not.
fn end_of_document(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = start;
    loop {
        let rest = bytes.get(at..)?;
        let next = at + rest.iter().position(|byte| b"\"{}[]".contains(byte))?;
        at = next + 1;
        match bytes.get(next)? {
            b'"' => at = end_of_string(bytes, at)?,
            b'{' | b'[' => depth += 1,
            _ => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
        }
    }
}

/// Behind the quote that ends the string which begins at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let next = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(next) == Some(&b'"') {
            return Some(next + 1);
        }
        at = next + 2;
    }
}

/// What the pages of a list say of those that are not here.
#[derive(Debug, Default)]
struct Pages {
    /// The last page says that another follows.
    more: bool,
    /// How many rows there are in all, by the page that says most.
    total: Option<u64>,
}

/// Under these stands what leads to the next page, if there is one.
const NEXT: &[&str] = &[
    "@odata.nextLink",
    "nextLink",
    "nextPageToken",
    "next_page_token",
    "next_cursor",
    "response_metadata.next_cursor",
    "nextToken",
    "NextToken",
    "NextMarker",
    "nextRecordsUrl",
    "next_page",
    "links.next",
    "pages.next",
    "$skipToken",
    "skip_token",
];
/// Under these a flag says so.
const MORE: &[&str] =
    &["has_more", "hasMore", "meta.has_more", "isTruncated", "IsTruncated", "more"];
/// Under these stands how many rows there are in all.
const TOTAL: &[&str] = &[
    "total_count",
    "total_seats",
    "totalCount",
    "totalSize",
    "totalResults",
    "@odata.count",
    "paging.total",
];

impl Pages {
    fn turn(&mut self, document: &Node<'_>) {
        if document.items().is_empty() {
            self.page(Row::new(document));
        }
        for page in document.items() {
            self.page(Row::new(page));
        }
    }

    fn page(&mut self, page: Row<'_>) {
        let next = |key: &&str| page.text(key).is_some() || page.inner(key).is_some();
        let of_pages = match (page.number("paging.page"), page.number("paging.pages")) {
            (Some(page), Some(pages)) => page < pages,
            _ => false,
        };
        self.more = NEXT.iter().any(next)
            || MORE.iter().any(|key| page.is(key, "true"))
            || page.is("done", "false")
            || of_pages;
        let total = TOTAL.iter().filter_map(|key| page.number(key)).max();
        self.total = self.total.max(total);
    }

    /// What is not here, as a sentence without a word of the file.
    fn lacks(&self, rows: u64) -> Option<String> {
        match self.total {
            Some(total) if total > rows => {
                Some(format!("the export says that there are {total} rows and holds {rows}"))
            }
            _ if self.more => Some("the export says that more pages follow".to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::end_of_document;

    #[test]
    fn a_document_ends_where_its_brackets_do() {
        for (text, end) in [
            (r#"{"a": "}\"]"} {"b"}"#, Some(13)),
            ("[[1], {}] x", Some(9)),
            ("{\"a", None),
            ("{\"a\\", None),
            ("[", None),
        ] {
            assert_eq!(end_of_document(text.as_bytes(), 0), end, "{text}");
        }
    }
}
