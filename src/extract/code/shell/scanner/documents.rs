//! Here-documents: announced on one line, standing behind it.

use super::{Listener, Scanner};

/// A here-document whose body has not been reached.
#[derive(Debug)]
pub(super) struct Document {
    delimiter: String,
    expands: bool,
    tabs: bool,
    pub(super) open: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn announce_document(&mut self) {
        let open = self.at;
        self.at += 2;
        let tabs = self.peek(0) == Some(b'-');
        self.at += usize::from(tabs);
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let start = self.at;
        while self.peek(0).is_some_and(|byte| !b" \t\r\n;&|<>()".contains(&byte)) {
            self.at += 1;
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        let delimiter = written.replace(['\'', '"', '\\'], "");
        let expands = delimiter == written;
        if !delimiter.is_empty() {
            self.documents.push(Document { delimiter, expands, tabs, open });
        }
    }

    pub(super) fn read_documents(&mut self, listener: &mut dyn Listener<'a>) {
        for document in std::mem::take(&mut self.documents) {
            let start = self.at;
            let mut found = false;
            while self.at < self.text.len() && !found {
                let line_start = self.at;
                let rest = self.text.get(line_start..).unwrap_or_default();
                let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                self.at = (line_start + length + 1).min(self.text.len());
                let line = rest.get(..length).unwrap_or_default().trim_end_matches('\r');
                let line = if document.tabs { line.trim_start_matches('\t') } else { line };
                found = line == document.delimiter;
                if found || self.at >= self.text.len() {
                    let end = if found { line_start } else { self.text.len() };
                    let body = self.text.get(start..end).unwrap_or_default();
                    listener.document(body, self.base + start, document.expands);
                }
            }
            if !found {
                self.break_at(document.open);
            }
        }
    }
}
