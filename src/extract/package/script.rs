//! Just enough of the lexical grammar of build scripts to tell names, strings,
//! brackets and comments apart. One reader for all languages that build
//! scripts are written in; what differs is a [`Dialect`]. Nothing is evaluated.
//!
//! Knows no meaning of any name. Every byte is looked at a bounded number of
//! times, and nothing recurses.

use std::borrow::Cow;

/// How a language spells.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // each is a trait of a language by itself
pub(super) struct Dialect {
    /// What begins a comment up to the end of the line.
    pub(super) line_comments: &'static [&'static str],
    /// Whether `/* … */` is a comment, and whether it nests.
    pub(super) block_comments: Option<bool>,
    /// What strings are quoted by.
    pub(super) quotes: &'static [u8],
    /// Whether three quotes begin a string of several lines.
    pub(super) triple: bool,
    /// Whether a string goes on beyond the end of its line.
    pub(super) spans_lines: bool,
    /// What begins a single character: `'x'` where it is a quote that does not
    /// quote strings, else the mark before it (`\x`).
    pub(super) character: Option<u8>,
    /// What may stand in names besides letters, digits and `_`.
    pub(super) name_signs: &'static [u8],
    /// What begins code in a string, up to `}`.
    pub(super) code_in_text: Option<&'static str>,
    /// Whether there are regular expressions between slashes.
    pub(super) patterns: bool,
    /// Whether there are Ruby's `%w[…]`, `<<~TEXT` and `=begin`.
    pub(super) ruby: bool,
}

/// Groovy.
pub(super) const GROOVY: Dialect = Dialect {
    line_comments: &["//"],
    block_comments: Some(false),
    quotes: b"\"'",
    triple: true,
    spans_lines: false,
    character: None,
    name_signs: b"$",
    code_in_text: Some("${"),
    patterns: true,
    ruby: false,
};

/// Kotlin and Scala.
pub(super) const KOTLIN: Dialect = Dialect {
    block_comments: Some(true),
    quotes: b"\"`",
    character: Some(b'\''),
    patterns: false,
    ..GROOVY
};

/// Ruby.
pub(super) const RUBY: Dialect = Dialect {
    line_comments: &["#"],
    block_comments: None,
    quotes: b"\"'`",
    triple: false,
    spans_lines: true,
    character: None,
    name_signs: b"?!@$",
    code_in_text: Some("#{"),
    patterns: true,
    ruby: true,
};

/// Elixir.
pub(super) const ELIXIR: Dialect = Dialect {
    line_comments: &["#"],
    block_comments: None,
    quotes: b"\"'",
    triple: true,
    spans_lines: true,
    character: None,
    name_signs: b"?!@:.",
    code_in_text: Some("#{"),
    patterns: false,
    ruby: false,
};

/// Erlang's terms.
pub(super) const ERLANG: Dialect = Dialect {
    line_comments: &["%"],
    block_comments: None,
    quotes: b"\"'",
    triple: false,
    spans_lines: true,
    character: Some(b'$'),
    name_signs: b"@",
    code_in_text: None,
    patterns: false,
    ruby: false,
};

/// Clojure.
pub(super) const CLOJURE: Dialect = Dialect {
    line_comments: &[";"],
    block_comments: None,
    quotes: b"\"",
    triple: false,
    spans_lines: true,
    character: Some(b'\\'),
    name_signs: b"*+!-'?<>=/.:$%&|#^~@`",
    code_in_text: None,
    patterns: false,
    ruby: false,
};

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// An identifier or keyword.
    Name(&'a str),
    /// A string; the simple escapes are resolved.
    Text(Cow<'a, str>),
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// The end of a line.
    Newline,
    /// Anything else, byte by byte.
    Sign(u8),
}

/// A token and where it starts; of a string, where its text starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind<'a>,
    /// Byte offset of its start.
    pub(super) offset: usize,
}

/// Reads tokens one after the other; keeps nothing.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    dialect: &'static Dialect,
    at: usize,
    depth: usize,
    /// Whether an operand stands before, so that a slash divides.
    after_operand: bool,
    /// Before here no slash has a partner.
    no_pattern_before: usize,
    /// Words that end the texts that begin in the next line.
    heredocs: Vec<&'a str>,
    /// Offset and reason of the first thing that breaks the grammar.
    pub(super) mistake: Option<(usize, &'static str)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, dialect: &'static Dialect) -> Self {
        Self {
            text,
            dialect,
            at: 0,
            depth: 0,
            after_operand: false,
            no_pattern_before: 0,
            heredocs: Vec::new(),
            mistake: None,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        self.text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    /// Offset of the end of the line.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |found| from + found)
    }

    fn refuse(&mut self, offset: usize, why: &'static str) {
        self.mistake.get_or_insert((offset, why));
    }

    /// Skips blanks, comments and joined lines.
    fn skip(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            let opens_line = self.at == 0 || self.byte(self.at - 1) == Some(b'\n');
            let comment =
                self.dialect.line_comments.iter().any(|mark| self.starts_with(self.at, mark));
            if comment || (opens_line && self.starts_with(self.at, "#!")) {
                self.at = self.line_end(self.at);
            } else if self.dialect.block_comments.is_some() && self.starts_with(self.at, "/*") {
                self.block_comment();
            } else if self.dialect.ruby && opens_line && self.starts_with(self.at, "=begin") {
                self.skip_lines_to("=end");
            } else if self.dialect.ruby && opens_line && self.starts_with(self.at, "__END__") {
                self.at = self.text.len();
            } else if byte == b'\\' && matches!(self.byte(self.at + 1), Some(b'\n' | b'\r')) {
                self.at += 2;
            } else if matches!(byte, b' ' | b'\t' | b'\r' | b'\x0c') {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn block_comment(&mut self) {
        let nests = self.dialect.block_comments == Some(true);
        let start = self.at;
        let mut depth = 0usize;
        while self.at < self.text.len() {
            if self.starts_with(self.at, "*/") {
                self.at += 2;
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return;
                }
            } else if self.starts_with(self.at, "/*") && (nests || depth == 0) {
                depth += 1;
                self.at += 2;
            } else {
                self.at += 1;
            }
        }
        self.refuse(start, "a comment that does not end");
    }

    /// Skips whole lines up to one that is nothing but `word`.
    fn skip_lines_to(&mut self, word: &str) {
        while self.at < self.text.len() {
            let end = self.line_end(self.at);
            let line = self.slice(self.at, end);
            self.at = (end + 1).min(self.text.len());
            if line.trim() == word {
                return;
            }
        }
    }

    fn name(&mut self) -> Kind<'a> {
        let start = self.at;
        while self.byte(self.at).is_some_and(|byte| is_name(byte, self.dialect)) {
            self.at += 1;
        }
        Kind::Name(self.slice(start, self.at))
    }

    /// A string from its opening quote.
    fn text(&mut self) -> Option<(Kind<'a>, usize)> {
        let start = self.at;
        let quote = self.byte(start)?;
        let triple = self.dialect.triple
            && self.byte(start + 1) == Some(quote)
            && self.byte(start + 2) == Some(quote);
        let width = if triple { 3 } else { 1 };
        let body = start + width;
        let many_lines = triple || self.dialect.spans_lines;
        let mark = self.dialect.code_in_text.filter(|_| quote != b'\'');
        let end = self.end_of_text(body, many_lines, mark, |tokens, at| {
            tokens.byte(at) == Some(quote)
                && (!triple
                    || (tokens.byte(at + 1) == Some(quote) && tokens.byte(at + 2) == Some(quote)))
        });
        match end {
            Ok((end, escaped)) => {
                self.at = end + width;
                let text = self.slice(body, end);
                let text = if escaped { unescaped(text) } else { Cow::Borrowed(text) };
                Some((Kind::Text(text), body))
            }
            Err(end) => {
                self.refuse(start, "a string that does not end");
                self.at = end;
                None
            }
        }
    }

    /// Where a text ends and whether it holds escapes, or how far it was read in vain.
    fn end_of_text(
        &self,
        body: usize,
        many_lines: bool,
        code_mark: Option<&str>,
        closes: impl Fn(&Self, usize) -> bool,
    ) -> Result<(usize, bool), usize> {
        let mut at = body;
        let mut escaped = false;
        let mut code = 0usize;
        while let Some(byte) = self.byte(at) {
            if byte == b'\n' && !many_lines {
                return Err(at);
            }
            if code == 0 && closes(self, at) {
                return Ok((at, escaped));
            }
            let opens_code = code_mark.is_some_and(|mark| self.starts_with(at, mark));
            match byte {
                b'\\' if code == 0 => {
                    escaped = true;
                    at += 1;
                }
                _ if opens_code => {
                    code += 1;
                    at += 1;
                }
                b'{' if code > 0 => code += 1,
                b'}' => code = code.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        Err(self.text.len())
    }

    /// A single character, so that a quote in it opens no string.
    fn character(&mut self, mark: u8) -> bool {
        if self.byte(self.at) != Some(mark) {
            return false;
        }
        let rest = self.slice(self.at + 1, self.text.len().min(self.at + 12));
        let rest = if rest.is_empty() { self.slice(self.at + 1, self.text.len()) } else { rest };
        let mut letters = rest.chars();
        let first = letters.next().map_or(0, char::len_utf8);
        if mark != b'\'' {
            self.at += 1 + first;
            return true;
        }
        let width = if rest.starts_with('\\') { 2 } else { first };
        let closes = self.byte(self.at + 1 + width) == Some(b'\'');
        if closes {
            self.at += width + 2;
        }
        closes
    }

    /// A regular expression between slashes.
    fn pattern(&mut self) -> bool {
        let may = self.dialect.patterns && !self.after_operand && self.at >= self.no_pattern_before;
        if !may || self.byte(self.at) != Some(b'/') {
            return false;
        }
        match self.end_of_text(self.at + 1, false, None, |tokens, at| tokens.byte(at) == Some(b'/'))
        {
            Ok((end, _)) => self.at = end + 1,
            Err(end) => self.no_pattern_before = end,
        }
        self.at > self.no_pattern_before
    }

    /// `%w[…]`, `%q(…)`, `%r{…}`.
    fn percent_text(&mut self) -> Option<(Kind<'a>, usize)> {
        if self.byte(self.at) != Some(b'%') {
            return None;
        }
        let letter = self.byte(self.at + 1).filter(|letter| b"wWiIqQrxs".contains(letter));
        let open = self.byte(self.at + 1 + usize::from(letter.is_some()))?;
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            b'|' | b'!' | b'/' if letter.is_some() => open,
            _ => return None,
        };
        // `x % (y)` is a remainder, `f %w[y]` passes a list.
        let apart = self.at.checked_sub(1).and_then(|at| self.byte(at)) == Some(b' ');
        if self.after_operand && !(apart && letter.is_some()) {
            return None;
        }
        let body = self.at + 2 + usize::from(letter.is_some());
        // Brackets of the same kind pair up in it.
        let mut depth = 0usize;
        let mut at = body;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\\' => at += 1,
                _ if byte == close && depth == 0 => break,
                _ if byte == close => depth -= 1,
                _ if byte == open => depth += 1,
                _ => {}
            }
            at += 1;
        }
        let end = at.min(self.text.len());
        if end == self.text.len() {
            self.refuse(self.at, "a string that does not end");
        }
        self.at = (end + 1).min(self.text.len());
        Some((Kind::Text(Cow::Borrowed(self.slice(body, end))), body))
    }

    /// `<<~WORD`: a text that begins in the next line.
    fn heredoc(&mut self) -> bool {
        if !self.starts_with(self.at, "<<") {
            return false;
        }
        let mut at = self.at + 2;
        let marked = matches!(self.byte(at), Some(b'~' | b'-'));
        at += usize::from(marked);
        let quote = self.byte(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        at += usize::from(quote.is_some());
        let start = at;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            at += 1;
        }
        let word = self.slice(start, at);
        let upper = word.starts_with(|letter: char| letter.is_ascii_uppercase());
        let is_heredoc = !word.is_empty() && (marked || (upper && !self.after_operand));
        if is_heredoc {
            self.heredocs.push(word);
            self.at = at + usize::from(quote.is_some());
        }
        is_heredoc
    }

    fn bracket_or_sign(&mut self, byte: u8) -> Kind<'a> {
        let start = self.at;
        self.at += 1;
        match byte {
            b'(' | b'[' | b'{' => {
                self.depth += 1;
                Kind::Open(byte)
            }
            b')' | b']' | b'}' => {
                if self.depth == 0 {
                    self.refuse(start, "a bracket that closes nothing");
                }
                self.depth = self.depth.saturating_sub(1);
                Kind::Close(byte)
            }
            b'\n' => {
                for word in std::mem::take(&mut self.heredocs) {
                    self.skip_lines_to(word);
                }
                Kind::Newline
            }
            _ => Kind::Sign(byte),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip();
            let offset = self.at;
            let Some(byte) = self.byte(offset) else {
                if self.depth > 0 {
                    self.refuse(offset, "a bracket that does not close");
                }
                return None;
            };
            if self.dialect.character.is_some_and(|mark| self.character(mark)) || self.pattern() {
                self.after_operand = true;
                continue;
            }
            let text = if self.dialect.quotes.contains(&byte) {
                let found = self.text();
                if found.is_none() {
                    continue;
                }
                found
            } else if self.dialect.ruby {
                if self.heredoc() {
                    continue;
                }
                self.percent_text()
            } else {
                None
            };
            let (kind, offset) = match text {
                Some(found) => found,
                None if is_name(byte, self.dialect) => (self.name(), offset),
                None => (self.bracket_or_sign(byte), offset),
            };
            self.after_operand = match kind {
                Kind::Name(name) => {
                    !matches!(name, "if" | "unless" | "and" | "or" | "not" | "return" | "when")
                }
                Kind::Text(_) | Kind::Close(_) => true,
                _ => false,
            };
            return Some(Token { kind, offset });
        }
    }
}

/// Letters beyond ASCII are taken for names, which keeps whole characters together.
fn is_name(byte: u8, dialect: &Dialect) -> bool {
    byte.is_ascii_alphanumeric()
        || byte == b'_'
        || byte >= 0x80
        || dialect.name_signs.contains(&byte)
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
            Some(quoted @ ('\\' | '\'' | '"' | '$')) => plain.push(quoted),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, dialect: &'static Dialect) -> Vec<String> {
        let mut tokens = Tokens::new(source, dialect);
        let found = tokens
            .by_ref()
            .filter_map(|token| match token.kind {
                Kind::Text(text) => Some(text.into_owned()),
                _ => None,
            })
            .collect();
        assert_eq!(tokens.mistake, None, "{source}");
        found
    }

    #[test]
    fn strings_are_told_from_comments_in_every_dialect() {
        assert_eq!(
            texts("a '//b' // 'c'\n/* 'd' */ \"\"\"e\n'f'\"\"\"", &GROOVY),
            ["//b", "e\n'f'"]
        );
        assert_eq!(texts("x ~= /it's/\ny = 4 / 2 'z'", &GROOVY), ["z"]);
        assert_eq!(texts("'\"' /* a /* b */ ' */ \"${f(\"x\")}\"", &KOTLIN), ["${f(\"x\")}"]);
        assert_eq!(texts("# 'a'\n%w[b c] %r{it's} 'd'", &RUBY), ["b c", "it's", "d"]);
        assert_eq!(texts("x = <<~TEXT, 'a'\n  it's\nTEXT\n'b' # it's", &RUBY), ["a", "b"]);
        assert_eq!(texts("=begin\nit's\n=end\n'a'\n__END__\nit's", &RUBY), ["a"]);
        assert_eq!(texts("# \"a\n\"b\" \"\"\"\nc\"\n\"\"\"", &ELIXIR), ["b", "\nc\"\n"]);
        assert_eq!(texts("% it's\n<<\"a\">> $\" 'b'", &ERLANG), ["a", "b"]);
        assert_eq!(texts("; it's \"\n\"a\" \\\" 'x", &CLOJURE), ["a"]);
    }

    #[test]
    fn what_does_not_end_is_a_mistake_at_its_start() {
        for (source, offset) in [("x = 'a\n", 4), ("x = '''a'", 4), ("(", 1), (")", 0), ("/* a", 0)]
        {
            let mut tokens = Tokens::new(source, &GROOVY);
            tokens.by_ref().for_each(drop);
            assert_eq!(tokens.mistake.map(|(at, _)| at), Some(offset), "{source}");
        }
    }

    #[test]
    fn a_line_of_slashes_is_read_in_one_go() {
        let hostile = "(/\\".repeat(200_000);
        assert!(Tokens::new(&hostile, &GROOVY).count() > 0);
        let hostile = "%q(<<~A ".repeat(100_000);
        assert!(Tokens::new(&hostile, &RUBY).count() > 0);
    }
}
