//! What an extractor gets to see of a file: its place and its text, never a
//! handle. Extractors physically cannot open anything.

use std::cell::OnceCell;
use std::ops::Range;

use crate::limits::Limits;
use crate::model::place::Span;

/// One file in memory, decoded.
#[derive(Debug)]
pub struct Content<'a> {
    /// Relative, `/`-separated path.
    pub path: &'a str,
    /// The text: UTF-8, with a byte-order mark removed and invalid bytes
    /// replaced by U+FFFD (which is then a problem of its own).
    pub text: &'a str,
    /// Whether the file goes on beyond `text`.
    pub truncated: bool,
    /// The bounds in force.
    pub limits: &'a Limits,
    /// The only parts of a large text that are worth reading; empty: all of it.
    windows: Vec<Range<usize>>,
    /// Line ends before every block of [`LINES`] bytes.
    lines: OnceCell<Vec<u32>>,
    /// Characters before every block of [`BLOCK`] bytes: counting them anew for
    /// every point would make a file of one long line cost its square.
    characters: OnceCell<Vec<u32>>,
    /// Whether a byte is a character everywhere, as in most source.
    is_ascii: OnceCell<bool>,
}

/// Bytes whose characters are counted for a point at most.
const BLOCK: usize = 256;
/// The same for lines, which are counted faster.
const LINES: usize = 1024;

impl<'a> Content<'a> {
    /// A file's content.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str, truncated: bool, limits: &'a Limits) -> Self {
        Self {
            path,
            text,
            truncated,
            limits,
            windows: Vec::new(),
            lines: OnceCell::new(),
            characters: OnceCell::new(),
            is_ascii: OnceCell::new(),
        }
    }

    /// The same file, of which a reader of source need only see what lies around
    /// these byte offsets, so many bytes on either side. Each window begins with a line where one begins
    /// within it, and windows that touch are one.
    #[must_use]
    pub fn around(mut self, mut offsets: Vec<usize>, reach: usize) -> Self {
        offsets.sort_unstable();
        for offset in offsets {
            let (start, end) = (offset.saturating_sub(reach), offset.saturating_add(reach));
            let start = self.text.floor_char_boundary(start);
            let end = self.text.floor_char_boundary(end);
            let before = self.text.as_bytes().get(start..offset).unwrap_or_default();
            let line = memchr::memchr(b'\n', before).filter(|_| start > 0);
            let start = line.map_or(start, |newline| start + newline + 1);
            match self.windows.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => self.windows.push(start..end),
            }
        }
        self
    }

    /// The parts of the text that are to be read, in order.
    #[must_use]
    pub fn parts(&self) -> Vec<Range<usize>> {
        if self.windows.is_empty() {
            std::iter::once(0..self.text.len()).collect()
        } else {
            self.windows.clone()
        }
    }

    /// Whether only parts of the file are to be seen: what is cut off there is
    /// no mistake of its author.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.truncated || !self.windows.is_empty()
    }

    /// The file's name, without folders.
    #[must_use]
    pub fn name(&self) -> &'a str {
        crate::model::place::name_of(self.path)
    }

    /// Line ends before every block; one more than there are blocks.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut sum = 0;
            let sums = self.text.as_bytes().chunks(LINES).map(|block| {
                sum += line_ends(block);
                sum
            });
            std::iter::once(0).chain(sums).collect()
        })
    }

    /// A block of the text.
    fn block(&self, number: usize) -> &'a [u8] {
        let start = number.saturating_mul(LINES).min(self.text.len());
        let end = start.saturating_add(LINES).min(self.text.len());
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }

    /// The line that an offset stands in, counted from 1, and where it starts.
    /// However long the line is, at most two blocks are looked at.
    fn line_at(&self, offset: usize) -> (u32, usize) {
        let lines = self.lines();
        let number = offset / LINES;
        let block = self.block(number);
        let before = block.get(..offset - number * LINES).unwrap_or(block);
        let ends = lines.get(number).copied().unwrap_or(0);
        if let Some(newline) = memchr::memrchr(b'\n', before) {
            return (ends + line_ends(before) + 1, number * LINES + newline + 1);
        }
        // The last block in which a line ends.
        let of = lines.partition_point(|sum| *sum < ends).checked_sub(1);
        let newline = of.and_then(|of| Some(of * LINES + memchr::memrchr(b'\n', self.block(of))?));
        (ends + 1, newline.map_or(0, |newline| newline + 1))
    }

    /// Where a line ends, counted from 1: the offset of its line end.
    fn end_of_line(&self, line: u32) -> Option<usize> {
        let number = self.lines().partition_point(|sum| *sum < line).checked_sub(1)?;
        let before = self.lines().get(number).copied()?;
        let nth = (line - before).checked_sub(1)? as usize;
        let at = memchr::memchr_iter(b'\n', self.block(number)).nth(nth)?;
        Some(number * LINES + at)
    }

    fn characters_before(&self, offset: usize) -> usize {
        if *self.is_ascii.get_or_init(|| self.text.is_ascii()) {
            return offset;
        }
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        let blocks = self.characters.get_or_init(|| {
            let mut sum = 0;
            let mut before = vec![0];
            for block in self.text.as_bytes().chunks(BLOCK) {
                sum += count(block);
                before.push(u32::try_from(sum).unwrap_or(u32::MAX));
            }
            before
        });
        let block = offset / BLOCK;
        let before = blocks.get(block).copied().unwrap_or(0) as usize;
        before + count(self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }

    /// The point at a byte offset of `text`.
    #[must_use]
    pub fn span_at(&self, offset: usize) -> Span {
        let offset = offset.min(self.text.len());
        let (line, start) = self.line_at(offset);
        let column = self.characters_before(offset) - self.characters_before(start);
        Span { line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    /// The point at the start of a line, counted from 1.
    #[must_use]
    pub fn span_of_line(&self, line: usize) -> Span {
        Span { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 }
    }

    /// The text of a line, counted from 1, without its line end; empty beyond the end.
    #[must_use]
    pub fn line(&self, line: u32) -> &'a str {
        let start = match line {
            0 | 1 => Some(0),
            _ => self.end_of_line(line - 1).map(|newline| newline + 1),
        };
        let Some(start) = start else { return "" };
        let end = self.end_of_line(line.max(1)).unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches('\r')
    }

    /// Byte offset of the first occurrence of `needle` at or after `from`.
    /// For formats whose parser keeps no positions.
    #[must_use]
    pub fn find_from(&self, needle: &str, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        memchr::memmem::find(rest, needle.as_bytes()).map(|at| at + from)
    }
}

fn line_ends(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_count_lines_and_characters_from_one() {
        let limits = Limits::default();
        let content = Content::new("a.py", "é = 1\r\nb = 2\n", false, &limits);
        assert_eq!(content.span_at(0), Span { line: 1, column: 1 });
        let b = content.text.find('b').unwrap_or(0);
        assert_eq!(content.span_at(b), Span { line: 2, column: 1 });
        assert_eq!(content.span_at(3), Span { line: 1, column: 3 });
        let long = "é".repeat(1000);
        let content_of_one_line = Content::new("a.js", &long, false, &limits);
        assert_eq!(content_of_one_line.span_at(2 * 999), Span { line: 1, column: 1000 });
        assert_eq!(content.line(1), "é = 1");
        assert_eq!(content.line(2), "b = 2");
        assert_eq!(content.line(9), "");
    }

    #[test]
    fn lines_are_found_wherever_blocks_of_the_text_end() {
        let limits = Limits::default();
        let lines = ["", "short", &"x".repeat(3 * LINES), "", &"y".repeat(LINES - 1), "", "z"];
        for text in [lines.join("\n"), format!("{}\n", lines.join("\n")), "\n".repeat(5000)] {
            let content = Content::new("a.js", &text, false, &limits);
            let mut start = 0;
            for (number, line) in (1..).zip(text.split('\n')) {
                assert_eq!(content.line(number), line, "line {number}");
                for column in [0, line.len() / 2, line.len()] {
                    let column_from_one = u32::try_from(column + 1).unwrap_or(0);
                    let span = Span { line: number, column: column_from_one };
                    assert_eq!(content.span_at(start + column), span);
                }
                start += line.len() + 1;
            }
        }
    }

    #[test]
    fn windows_begin_with_a_line_and_are_one_where_they_touch() {
        let limits = Limits::default();
        let text = format!("{}\n{}", "a = 1\n".repeat(20), "é".repeat(100));
        let windows =
            |offsets: Vec<usize>| Content::new("a", &text, false, &limits).around(offsets, 10);
        let only = |offsets: Vec<usize>| -> (usize, usize) {
            let parts = windows(offsets).parts();
            assert_eq!(parts.len(), 1);
            (parts[0].start, parts[0].end)
        };
        assert_eq!(only(vec![]), (0, text.len()));
        assert_eq!(only(vec![1]), (0, 11));
        assert_eq!(only(vec![62, 50]), (42, 72));
        let far = windows(vec![20, 200]);
        assert!(far.is_partial());
        assert_eq!(far.parts().len(), 2);
        assert!(far.parts().iter().all(|part| text.get(part.clone()).is_some()));
    }

    #[test]
    fn a_point_beyond_the_end_is_the_end() {
        let limits = Limits::default();
        let content = Content::new("a", "x", false, &limits);
        assert_eq!(content.span_at(99), Span { line: 1, column: 2 });
    }
}
