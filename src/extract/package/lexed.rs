//! Just enough lexical grammar to tell names, strings and brackets apart in
//! manifests that are programs (Swift, Python, Starlark, Meson, Lua, Nix): one
//! reader for all, told apart by a small table. Nothing is evaluated.
//!
//! Knows no meaning of any name and no file.

use super::FirstMistake;

/// How a language spells what is told apart here.
#[derive(Debug)]
pub(super) struct Grammar {
    /// What begins a comment that ends with the line.
    pub(super) comments: &'static [&'static str],
    /// Comments with an end of their own.
    pub(super) blocks: &'static [(&'static str, &'static str)],
    /// Strings that may hold line ends.
    pub(super) long: &'static [(&'static str, &'static str)],
    /// Quotes of other strings.
    pub(super) quotes: &'static [u8],
    /// Whether other strings may hold line ends too.
    pub(super) multiline: bool,
    /// What opens an expression within a string, up to the `}` of its own.
    pub(super) embeds: Option<&'static str>,
    /// What may stand in a name besides letters, digits and `_`.
    pub(super) in_names: &'static [u8],
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A name, keyword or number.
    Name(&'a str),
    /// A string, without its quotes and with its escapes as written.
    Text(&'a str),
    /// Any other character; `\n` outside of brackets.
    Mark(u8),
}

/// A token and where its text starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) offset: usize,
}

/// Reads tokens one after the other; keeps nothing.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    grammar: &'static Grammar,
    at: usize,
    depth: usize,
    /// Where the outermost open bracket stands.
    opened: usize,
    pub(super) mistake: FirstMistake,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, grammar: &'static Grammar) -> Self {
        Self { text, grammar, at: 0, depth: 0, opened: 0, mistake: FirstMistake::default() }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn starts_with(&self, word: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Where `word` stands at or after `from`, or the end.
    fn seek(&self, word: &str, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        memchr::memmem::find(rest, word.as_bytes()).map(|found| from + found)
    }

    fn end_of_line(&self) -> usize {
        self.seek("\n", self.at).unwrap_or(self.text.len())
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            let block = self.grammar.blocks.iter().find(|(open, _)| self.starts_with(open));
            if let Some((open, close)) = block {
                let end = self.seek(close, self.at + open.len());
                if end.is_none() {
                    self.mistake.at(self.at, "a comment that does not end");
                }
                self.at = end.map_or(self.text.len(), |end| end + close.len());
            } else if self.grammar.comments.iter().any(|mark| self.starts_with(mark)) {
                self.at = self.end_of_line();
            } else if byte == b'\n' && self.depth == 0 || !byte.is_ascii_whitespace() {
                // Marks of a merge conflict stand in no language.
                let starts_line = self.at == 0 || self.byte(self.at - 1) == Some(b'\n');
                if !(starts_line && (self.starts_with("<<<<<<< ") || self.starts_with(">>>>>>> ")))
                {
                    return;
                }
                self.mistake.at(self.at, "an unresolved conflict");
                self.at = self.end_of_line();
            } else {
                self.at += 1;
            }
        }
    }

    fn is_name(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || byte == b'_'
            || byte >= 0x80
            || self.grammar.in_names.contains(&byte)
    }

    /// A string whose opening quotes end at `body`.
    fn text_until(&mut self, body: usize, close: &str, multiline: bool) -> Token<'a> {
        let mut at = body;
        while let Some(byte) = self.byte(at) {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            // Nix writes `''` within its long strings as `'''`, `''$` and `''\`.
            let is_escape = close == "''" && matches!(rest.get(2), Some(b'\'' | b'$' | b'\\'));
            if rest.starts_with(close.as_bytes()) && is_escape {
                at += 3;
                continue;
            }
            if rest.starts_with(close.as_bytes()) {
                self.at = at + close.len();
                return Token { kind: Kind::Text(self.slice(body, at)), offset: body };
            }
            if let Some(open) = self.grammar.embeds
                && rest.starts_with(open.as_bytes())
            {
                at = self.past_embedded(at + open.len());
            } else if byte == b'\n' && !multiline {
                break;
            } else {
                let plain = matches!(close, "''" | "]]" | "]==]");
                let escapes = byte == b'\\' && !plain && self.byte(at + 1) != Some(b'\n');
                at += if escapes { 2 } else { 1 };
            }
        }
        let end = at.min(self.text.len());
        self.mistake.at(body, "a string that does not end");
        self.at = end;
        Token { kind: Kind::Text(self.slice(body, end)), offset: body }
    }

    /// Past the brace that closes an expression within a string.
    fn past_embedded(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let mut depth = 1usize;
        for found in memchr::memchr3_iter(b'{', b'}', b'\n', rest) {
            match rest.get(found) {
                Some(b'{') => depth += 1,
                Some(b'}') => depth -= 1,
                _ => return from + found,
            }
            if depth == 0 {
                return from + found + 1;
            }
        }
        self.text.len()
    }

    fn quoted(&mut self) -> Option<Token<'a>> {
        let long = self.grammar.long.iter().find(|(open, _)| self.starts_with(open));
        if let Some((open, close)) = long {
            return Some(self.text_until(self.at + open.len(), close, true));
        }
        let quote = self.byte(self.at).filter(|byte| self.grammar.quotes.contains(byte))?;
        let close = match quote {
            b'\'' => "'",
            b'`' => "`",
            _ => "\"",
        };
        Some(self.text_until(self.at + 1, close, self.grammar.multiline))
    }

    fn mark(&mut self, byte: u8) -> Token<'a> {
        let offset = self.at;
        self.at += 1;
        match byte {
            b'(' | b'[' | b'{' => {
                if self.depth == 0 {
                    self.opened = offset;
                }
                self.depth += 1;
            }
            b')' | b']' | b'}' => match self.depth.checked_sub(1) {
                Some(depth) => self.depth = depth,
                None => self.mistake.at(offset, "a bracket that closes nothing"),
            },
            _ => {}
        }
        Token { kind: Kind::Mark(byte), offset }
    }

    /// Whether the next character is `byte`.
    pub(super) fn is_next(&self, byte: u8) -> bool {
        self.byte(self.at) == Some(byte)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip();
        let Some(byte) = self.byte(self.at) else {
            if self.depth > 0 {
                self.mistake.at(self.opened, "a bracket that is never closed");
            }
            return None;
        };
        if let Some(text) = self.quoted() {
            return Some(text);
        }
        if !self.is_name(byte) {
            return Some(self.mark(byte));
        }
        let offset = self.at;
        while self.byte(self.at).is_some_and(|byte| self.is_name(byte)) {
            self.at += 1;
        }
        let name = self.slice(offset, self.at);
        // `f"…"`, `r'…'`: the letter belongs to the string.
        if name.len() <= 2
            && name.bytes().all(|letter| b"rRbBuUfF".contains(&letter))
            && let Some(text) = self.quoted()
        {
            return Some(text);
        }
        Some(Token { kind: Kind::Name(name), offset })
    }
}
