//! Strings without a fixed end, and files in which code stands in islands.
//! Their text is passed over.

use super::super::languages::{Form, Quote};
use super::{Kind, Lexer};

/// A document that has been announced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'a> {
    /// The line that ends it.
    name: &'a str,
    /// Where it was announced.
    start: usize,
}

/// Longest delimiter of a raw string, in bytes.
const DELIMITER_BYTES: usize = 18;

impl<'a> Lexer<'a> {
    /// Goes over a string of a special form, if one starts here.
    pub(super) fn special_starts(&mut self, quote: &'static Quote) -> bool {
        match quote.form {
            Form::Behind => self.behind(),
            Form::Inline => self.inline(quote.open.len()),
            Form::Percent => self.percent(),
            Form::Apart => {
                let before = self.at.checked_sub(1).map_or(b' ', |before| self.byte(before));
                !self.operand || before.is_ascii_whitespace()
            }
            Form::Delimited | Form::Plain => false,
        }
    }

    /// The name at an offset that may be quoted; with the offset behind it.
    fn document_name(&self, from: usize) -> Option<(&'a str, usize)> {
        let quote = self.byte(from);
        let quoted = matches!(quote, b'\'' | b'"');
        let start = from + usize::from(quoted);
        let length =
            self.rest(start).iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
        let end = start + length.count();
        let name = self.text.get(start..end).filter(|name| !name.is_empty())?;
        let closed = !quoted || self.byte(end) == quote;
        closed.then_some((name, end + usize::from(quoted)))
    }

    /// `<<~NAME`, `<<-NAME`, `<<NAME`: its text stands behind the line.
    fn behind(&mut self) -> bool {
        let start = self.at;
        let mark = usize::from(matches!(self.byte(start + 2), b'~' | b'-'));
        let Some((name, end)) = self.document_name(start + 2 + mark) else { return false };
        let shift = self.operand && start > 0 && self.byte(start - 1) != b' ';
        if (mark == 0 && !name.starts_with(|c: char| c.is_ascii_uppercase())) || shift {
            return false;
        }
        self.at = end;
        self.documents.push(Document { name, start });
        true
    }

    /// Whether a line starts here.
    pub(super) fn starts_line(&self) -> bool {
        self.at > 0 && self.byte(self.at - 1) == b'\n'
    }

    /// The text of the documents that were announced.
    pub(super) fn document_text(&mut self) -> Kind {
        for document in std::mem::take(&mut self.documents) {
            let mut found = false;
            while self.at < self.text.len() && !found {
                let end = self.seek(self.at, b"\n");
                found = self.text.get(self.at..end).map(str::trim) == Some(document.name);
                self.at = (end + 1).min(self.text.len());
            }
            if !found {
                self.break_at(document.start);
            }
        }
        Kind::Comment
    }

    /// `<<<NAME`: its text ends with a line that starts with the name; the
    /// code goes on behind it.
    fn inline(&mut self, open: usize) -> bool {
        let start = self.at;
        let Some((name, end)) = self.document_name(start + open) else { return false };
        let mut at = self.seek(end, b"\n");
        while at < self.text.len() {
            let line = self.rest(at + 1);
            let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let from = at + 1 + blanks;
            let follows = self.byte(from + name.len());
            if self.starts(from, name) && !(follows.is_ascii_alphanumeric() || follows == b'_') {
                self.at = from + name.len();
                return true;
            }
            at = self.seek(from, b"\n");
        }
        self.at = self.text.len();
        self.break_at(start);
        true
    }

    /// `%w[…]`, `%q(…)`, `%(…)`, where no remainder is meant.
    fn percent(&mut self) -> bool {
        let start = self.at;
        let letter = usize::from(matches!(
            self.byte(start + 1),
            b'w' | b'W' | b'i' | b'I' | b'q' | b'Q' | b'r' | b's' | b'x'
        ));
        let open = self.byte(start + 1 + letter);
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            b'|' | b'!' | b'/' if letter > 0 => open,
            _ => return false,
        };
        let spaced = start > 0 && self.byte(start - 1) == b' ';
        if self.operand && !(letter > 0 && spaced) {
            return false;
        }
        let (mut at, mut level) = (start + 2 + letter, 1usize);
        loop {
            at = self.seek(at, &[open, close, b'\\']);
            match self.byte(at) {
                _ if at >= self.text.len() => break,
                b'\\' => at += 1,
                byte if byte == close => level -= 1,
                _ => level += 1,
            }
            at += 1;
            if level == 0 {
                self.at = at;
                return true;
            }
        }
        self.at = self.text.len();
        self.break_at(start);
        true
    }

    /// `R"x(…)x"`, whose letters have been read as a name.
    pub(super) fn delimited_starts(&mut self, name: &str) -> bool {
        let known = |quote: &Quote| quote.form == Form::Delimited;
        if !name.ends_with('R')
            || name.len() > 3
            || self.byte(self.at) != b'"'
            || !self.rules.quotes.iter().any(known)
        {
            return false;
        }
        let start = self.at;
        let window = self.rest(start + 1);
        let Some(length) = window.iter().take(DELIMITER_BYTES).position(|b| *b == b'(') else {
            return false;
        };
        let delimiter = self.text.get(start + 1..start + 1 + length).unwrap_or_default();
        let close = format!("){delimiter}\"");
        let from = start + 2 + length;
        let rest = self.rest(from);
        if let Some(found) = memchr::memmem::find(rest, close.as_bytes()) {
            self.at = from + found + close.len();
        } else {
            self.at = self.text.len();
            self.break_at(start);
        }
        true
    }

    /// `__END__`, behind which stands data.
    pub(super) fn program_ends(&mut self, name: &str) -> bool {
        let known = |quote: &Quote| quote.form == Form::Percent;
        let ends = name == "__END__" && self.rules.quotes.iter().any(known);
        if ends {
            self.at = self.text.len();
        }
        ends
    }

    /// Whether `/` may start a regular expression here.
    pub(super) fn regex_may_start(&self) -> bool {
        // `split /x/` passes one, `a / b` and `a/b` divide.
        let passed = || {
            let named = self.previous.is_some_and(|one| one.kind == Kind::Name);
            let before = self.at > 0 && self.byte(self.at - 1) == b' ';
            named && before && !matches!(self.byte(self.at + 1), b' ' | b'=')
        };
        let known = |quote: &Quote| quote.form == Form::Percent;
        !self.operand || (self.rules.quotes.iter().any(known) && passed())
    }

    /// Whether code stands in islands: `<? … ?>`.
    pub(super) fn is_embedded(&self) -> bool {
        self.rules.block_comments.iter().any(|one| one.open == "?>")
    }

    /// What stands around the islands.
    pub(super) fn outside(&mut self) -> Kind {
        let found = memchr::memmem::find(self.rest(self.at), b"<?");
        self.at = match found {
            Some(found) => {
                let behind = self.at + found + 2;
                let word = ["php", "PHP", "="].iter().find(|word| self.starts(behind, word));
                behind + word.map_or(0, |word| word.len())
            }
            None => self.text.len(),
        };
        Kind::Comment
    }

    /// A comment that lasts to the end of its line ends with the island.
    pub(super) fn end_comment_of_island(&mut self, start: usize) {
        if self.is_embedded() {
            let comment = self.text.get(start..self.at).unwrap_or_default();
            if let Some(end) = comment.find("?>") {
                self.at = start + end;
            }
        }
    }
}
