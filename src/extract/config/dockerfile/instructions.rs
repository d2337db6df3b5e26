//! Splits a container file into instructions: comments, continued lines,
//! here-documents, the escape directive. Knows no instruction's meaning.

use crate::extract::commands::{Style, Tokens};

/// One instruction with its arguments as they stand in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Instruction<'a> {
    pub(super) keyword: &'a str,
    /// Byte offset of the keyword.
    pub(super) offset: usize,
    /// What follows the keyword, continued lines included.
    pub(super) body: &'a str,
    pub(super) body_offset: usize,
    /// The lines of its here-document and where they start.
    pub(super) document: Option<(&'a str, usize)>,
    /// A here-document never ends.
    pub(super) unclosed: bool,
}

/// Iterates over the instructions of a text.
pub(super) struct Instructions<'a> {
    text: &'a str,
    at: usize,
    escape: u8,
}

impl<'a> Instructions<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, escape: escape_of(text) }
    }

    /// The character that continues lines in this file.
    pub(super) fn escape(&self) -> u8 {
        self.escape
    }

    /// The line at the position with its line end, and goes past it.
    fn take_line(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        self.at += length;
        rest.get(..length)
    }

    fn continues(&self, line: &str) -> bool {
        line.trim_end().as_bytes().last() == Some(&self.escape)
    }

    /// Goes past the lines of the here-documents that `body` announces.
    fn take_documents(&mut self, found: &mut Instruction<'a>) {
        let body = found.body;
        if memchr::memmem::find(body.as_bytes(), b"<<").is_none() {
            return;
        }
        let words = Tokens::new(body, 0, Style::Shell).with_escape(self.escape).words();
        for (tabs, delimiter) in words.filter_map(|word| delimiter_at(body, word.offset)) {
            let start = self.at;
            let mut end = start;
            let mut closed = false;
            while let Some(line) = self.take_line() {
                let line = line.trim_end_matches(['\n', '\r']);
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line == delimiter {
                    closed = true;
                    break;
                }
                end = self.at;
            }
            found.unclosed |= !closed;
            if found.document.is_none() {
                found.document = self.text.get(start..end).map(|text| (text, start));
            }
        }
    }
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Instruction<'a>;

    fn next(&mut self) -> Option<Instruction<'a>> {
        let (start, first) = loop {
            let start = self.at;
            let line = self.take_line()?;
            let trimmed = line.trim_start();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                break (start, line);
            }
        };
        let mut goes_on = self.continues(first);
        while goes_on {
            let Some(line) = self.take_line() else { break };
            let trimmed = line.trim();
            goes_on = trimmed.is_empty() || trimmed.starts_with('#') || self.continues(line);
        }
        let whole = self.text.get(start..self.at)?;
        let offset = start + (whole.len() - whole.trim_start().len());
        let whole = whole.trim();
        let end = whole.find(char::is_whitespace).unwrap_or(whole.len());
        let (keyword, body) = whole.split_at(end);
        let mut found = Instruction {
            keyword,
            offset,
            body,
            body_offset: offset + end,
            document: None,
            unclosed: false,
        };
        if ["RUN", "COPY", "ADD"].iter().any(|it| keyword.eq_ignore_ascii_case(it)) {
            self.take_documents(&mut found);
        }
        Some(found)
    }
}

/// The escape character that the directives at the head of the file choose.
fn escape_of(text: &str) -> u8 {
    for line in text.lines() {
        let Some((name, value)) = line.trim().strip_prefix('#').and_then(|it| it.split_once('='))
        else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return b'`';
        }
    }
    b'\\'
}

/// The delimiter of a here-document, if an unquoted `<<` starts at `at`, and
/// whether tabs before it do not count.
fn delimiter_at(body: &str, at: usize) -> Option<(bool, &str)> {
    let quoted = at.checked_sub(1).and_then(|before| body.as_bytes().get(before));
    if matches!(quoted, Some(b'"' | b'\'')) {
        return None;
    }
    let word =
        body.get(at..)?.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (tabs, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
    let word = word.trim_start_matches(['"', '\'']);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = word.find(|c: char| !is_letter(c)).unwrap_or(word.len());
    let name = word.get(..end)?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    is_name.then_some((tabs, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, &str, Option<&str>)> {
        Instructions::new(text)
            .map(|found| (found.keyword, found.body.trim(), found.document.map(|it| it.0)))
            .collect()
    }

    #[test]
    fn instructions_end_where_their_lines_do_not_continue() {
        assert_eq!(
            told("# x\nFROM a\n\nRUN b \\\n# c\n\n  d\r\ncmd e\\"),
            [("FROM", "a", None), ("RUN", "b \\\n# c\n\n  d", None), ("cmd", "e\\", None)]
        );
        assert_eq!(
            told("# escape=`\nRUN a `\n b\nUSER c\\\n"),
            [("RUN", "a `\n b", None), ("USER", "c\\", None)]
        );
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        assert_eq!(
            told("RUN <<-'EOF'\n a\n\tEOF\nUSER b\nRUN echo $((1<<2)) \"<<X\"\n"),
            [
                ("RUN", "<<-'EOF'", Some(" a\n")),
                ("USER", "b", None),
                ("RUN", "echo $((1<<2)) \"<<X\"", None)
            ]
        );
        assert!(Instructions::new("RUN <<A\nb\n").all(|found| found.unclosed));
    }
}
