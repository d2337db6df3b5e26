//! Just enough of Python's lexical grammar to tell strings, comments and
//! brackets apart in a setup script. Nothing is evaluated.
//!
//! Knows no meaning of any name.

use std::borrow::Cow;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// An identifier or keyword.
    Name(&'a str),
    /// A string literal; `formatted` if parts of it are only known at run time.
    Text {
        /// Its text, escapes resolved.
        text: Cow<'a, str>,
        /// Whether it is an f-string.
        formatted: bool,
    },
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `=` alone.
    Assign,
    /// `+=`.
    Extend,
    /// `,`.
    Comma,
    /// `:` alone.
    Colon,
    /// `.`.
    Dot,
    /// `+`.
    Plus,
    /// The end of a line outside of brackets.
    Newline,
    /// Numbers and other operators.
    Other(u8),
}

/// A token and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind<'a>,
    /// Byte offset of its start.
    pub(super) offset: usize,
    /// Whether it is the first of an unindented line outside of brackets.
    pub(super) opens_statement: bool,
}

/// Reads tokens one after the other; keeps nothing.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Offset and reason of the first thing Python would refuse.
    pub(super) mistake: Option<(usize, &'static str)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, mistake: None }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Offset of the next `byte` at or after `from`, or the end.
    fn next_of(&self, byte: u8, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        memchr::memchr(byte, rest).map_or(self.text.len(), |found| from + found)
    }

    fn refuse(&mut self, offset: usize, why: &'static str) {
        self.mistake.get_or_insert((offset, why));
    }

    /// Skips blanks, comments and joined lines up to something that counts.
    fn skip(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\x0c' => self.at += 1,
                b'\n' if self.depth > 0 => self.at += 1,
                b'\\' => self.at += 1 + usize::from(self.byte(self.at + 1) == Some(b'\n')),
                b'#' => self.at = self.next_of(b'\n', self.at),
                _ => break,
            }
        }
    }

    fn name_or_text(&mut self) -> Kind<'a> {
        let start = self.at;
        while self.byte(self.at).is_some_and(is_name) {
            self.at += 1;
        }
        let name = self.slice(start, self.at);
        let quoted = matches!(self.byte(self.at), Some(b'"' | b'\''));
        let is_prefix = name.len() <= 2 && name.bytes().all(|byte| b"rRbBuUfFtT".contains(&byte));
        if quoted && is_prefix {
            let has = |letter: u8| name.bytes().any(|byte| byte.eq_ignore_ascii_case(&letter));
            return self.text_literal(has(b'r'), has(b'f') || has(b't'));
        }
        Kind::Name(name)
    }

    fn text_literal(&mut self, raw: bool, formatted: bool) -> Kind<'a> {
        let start = self.at;
        let quote = self.byte(start).unwrap_or(b'"');
        let triple = self.byte(start + 1) == Some(quote) && self.byte(start + 2) == Some(quote);
        let width = if triple { 3 } else { 1 };
        let body = start + width;
        let mut at = body;
        let mut escaped = false;
        let end = loop {
            match self.byte(at) {
                None => break None,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(b'\n') if !triple => break None,
                Some(byte) if byte == quote => {
                    let closes = !triple
                        || (self.byte(at + 1) == Some(quote) && self.byte(at + 2) == Some(quote));
                    if closes {
                        break Some(at);
                    }
                    at += 1;
                }
                Some(_) => at += 1,
            }
        };
        let Some(end) = end else {
            self.refuse(start, "a string that does not end");
            self.at = at.min(self.text.len());
            return Kind::Other(quote);
        };
        self.at = end + width;
        let text = self.slice(body, end);
        let text = if escaped && !raw { unescaped(text) } else { Cow::Borrowed(text) };
        Kind::Text { text, formatted }
    }

    fn operator(&mut self, byte: u8) -> Kind<'a> {
        let start = self.at;
        self.at += 1;
        let doubled = self.byte(self.at) == Some(b'=');
        match byte {
            b'(' | b'[' | b'{' => {
                self.depth += 1;
                Kind::Open
            }
            b')' | b']' | b'}' => {
                if self.depth == 0 {
                    self.refuse(start, "a bracket that closes nothing");
                }
                self.depth = self.depth.saturating_sub(1);
                Kind::Close
            }
            b'\n' => Kind::Newline,
            b',' => Kind::Comma,
            b'.' => Kind::Dot,
            b'=' | b':' | b'+' | b'<' | b'>' | b'!' | b'-' | b'*' if doubled => {
                self.at += 1;
                if byte == b'+' { Kind::Extend } else { Kind::Other(byte) }
            }
            b'=' => Kind::Assign,
            b':' => Kind::Colon,
            b'+' => Kind::Plus,
            other => Kind::Other(other),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip();
        let offset = self.at;
        let Some(byte) = self.byte(offset) else {
            if self.depth > 0 {
                self.refuse(offset, "a bracket that does not close");
            }
            return None;
        };
        let before = offset.checked_sub(1).and_then(|at| self.byte(at));
        let opens_statement = self.depth == 0 && matches!(before, None | Some(b'\n'));
        let kind = match byte {
            b'"' | b'\'' => self.text_literal(false, false),
            b'0'..=b'9' => {
                while self.byte(self.at).is_some_and(|next| is_name(next) || next == b'.') {
                    self.at += 1;
                }
                Kind::Other(b'0')
            }
            _ if is_name(byte) => self.name_or_text(),
            _ => self.operator(byte),
        };
        Some(Token { kind, offset, opens_statement })
    }
}

/// Letters beyond ASCII are taken for names, which keeps whole characters together.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Resolves the escapes that occur in names and versions; others stay as written.
fn unescaped(text: &str) -> Cow<'_, str> {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('\n') | None => {}
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some(quoted @ ('\\' | '\'' | '"')) => plain.push(quoted),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        Tokens::new(source)
            .filter_map(|token| match token.kind {
                Kind::Text { text, .. } => Some(text.into_owned()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn strings_of_every_kind_are_told_from_comments() {
        assert_eq!(
            texts("'a' # 'b'\n\"c\" \"\"\"d\n'e'\"\"\" r'\\f' u'g'"),
            ["a", "c", "d\n'e'", "\\f", "g"]
        );
        assert_eq!(
            texts(
                r#"'it\'s' "a\
b" '#' "#
            ),
            ["it's", "ab", "#"]
        );
    }

    #[test]
    fn what_does_not_end_is_a_mistake_at_its_start() {
        for (source, offset) in [("x = 'a\n", 4), ("x = '''a'", 4), ("(", 1), (")", 0)] {
            let mut tokens = Tokens::new(source);
            tokens.by_ref().for_each(drop);
            assert_eq!(tokens.mistake.map(|(at, _)| at), Some(offset), "{source}");
        }
    }

    #[test]
    fn only_unindented_lines_open_statements() {
        let opening: Vec<_> = Tokens::new("a = (\nb)\n c\nd")
            .filter(|token| token.opens_statement && token.kind != Kind::Newline)
            .map(|token| token.kind)
            .collect();
        assert_eq!(opening, [Kind::Name("a"), Kind::Name("d")]);
    }
}
