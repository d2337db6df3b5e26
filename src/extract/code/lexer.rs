//! One lexer for every language: a state machine over the rules of a row in
//! [`super::languages`]. It covers every byte exactly once, in order, never
//! recurses and never fails; what it cannot place is a sign of one character.
//!
//! It knows how programs are spelt, not what they say: no word has a meaning
//! here except where spelling depends on it (`return /x/` is no division).

mod bytes;
mod comments;
mod documents;
mod literals;
mod markup;

use super::languages::{Form, Interpolation, Quote, Rules};
use bytes::{Bytes, Words};
use documents::Document;
use literals::Spelt;

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Blanks and tabs.
    Space,
    /// One line end.
    Newline,
    /// A comment, its marks included.
    Comment,
    /// A name.
    Name,
    /// A word of the language that is never a name.
    Word,
    /// A number.
    Number,
    /// A whole string, prefix and quotes included.
    Text,
    /// A string up to its first code: `` `a${ ``.
    Head,
    /// A string between two pieces of code: `}b${`.
    Middle,
    /// A string after its last code: `` }c` ``.
    Tail,
    /// A string that never ends.
    Broken,
    /// A regular expression literal.
    Regex,
    /// Text that is neither code nor a string: between tags, or a format.
    Markup,
    /// `<` or `</` of a tag.
    TagOpen,
    /// `>` or `/>` of a tag.
    TagClose,
    /// `{` that leads from markup into code.
    Splice,
    /// Its `}`.
    SpliceEnd,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Any other sign or operator.
    Sign,
}

/// A stretch of text and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
}

/// What the lexer is within.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// `(…)`; `condition`: of an `if` or its kin, so a statement follows.
    Paren {
        condition: bool,
    },
    Bracket,
    /// `{…}`; `block`: of statements, so a statement follows.
    Brace {
        block: bool,
    },
    /// Code within a string.
    Code {
        quote: &'static Quote,
        interpolation: &'static Interpolation,
    },
    /// Code within markup.
    Splice,
    /// Within `<…>`.
    Tag {
        closing: bool,
    },
    /// Between an opening tag and its closing one.
    Children,
}

impl Frame {
    fn is_brace(self) -> bool {
        matches!(self, Self::Brace { .. } | Self::Code { .. } | Self::Splice)
    }
}

/// Goes over a text, lexeme by lexeme.
#[derive(Debug)]
pub struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    rules: &'static Rules,
    frames: Vec<Frame>,
    depth: usize,
    /// Brackets opened beyond `depth`; they are counted and not told apart.
    beyond: usize,
    braces: usize,
    /// The last lexeme that is neither space nor comment.
    previous: Option<Lexeme>,
    /// Whether that one ends an operand, so that `/` divides.
    operand: bool,
    /// No regular expression is looked for before this offset.
    no_regex_before: usize,
    broken: Option<usize>,
    /// Documents whose text stands behind the current line.
    documents: Vec<Document<'a>>,
    bytes: Bytes,
    words: Words,
}

impl<'a> Lexer<'a> {
    /// A lexer that tells apart at most `depth` levels of nesting.
    #[must_use]
    pub fn new(text: &'a str, rules: &'static Rules, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            rules,
            frames: Vec::new(),
            depth,
            beyond: 0,
            braces: 0,
            previous: None,
            operand: false,
            no_regex_before: 0,
            broken: None,
            documents: Vec::new(),
            bytes: Bytes::of(rules),
            words: Words::of(rules.words),
        }
    }

    /// Where the first string or comment starts that never ends.
    #[must_use]
    pub fn broken(&self) -> Option<usize> {
        self.broken
    }

    /// Whether a tag is still open: at the end of a text a sign that `<` was
    /// no tag after all.
    #[must_use]
    pub fn in_markup(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame, Frame::Tag { .. } | Frame::Children))
    }

    /// The byte at an offset; 0 behind the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn rest(&self, from: usize) -> &'a [u8] {
        self.text.as_bytes().get(from..).unwrap_or_default()
    }

    /// Byte by byte: the marks of a language are short, and most differ from
    /// the text in the first one.
    fn starts(&self, at: usize, with: &str) -> bool {
        let rest = self.rest(at);
        rest.len() >= with.len() && with.bytes().zip(rest).all(|(one, other)| one == *other)
    }

    /// Where the next of `needles` stands at or after `from`; the end if nowhere.
    pub(super) fn seek(&self, from: usize, needles: &[u8]) -> usize {
        let rest = self.rest(from);
        let found = match needles {
            [a] => memchr::memchr(*a, rest),
            [a, b] => memchr::memchr2(*a, *b, rest),
            [a, b, c] => memchr::memchr3(*a, *b, *c, rest),
            _ => rest.iter().position(|byte| needles.contains(byte)),
        };
        found.map_or(self.text.len(), |at| from + at)
    }

    fn push(&mut self, frame: Frame) -> bool {
        if self.frames.len() >= self.depth {
            return false;
        }
        self.braces += usize::from(frame.is_brace());
        self.frames.push(frame);
        true
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.braces -= usize::from(frame.is_brace());
        Some(frame)
    }

    fn break_at(&mut self, start: usize) {
        self.broken.get_or_insert(start);
    }

    // Every step moves `self.at` behind the lexeme and says what it was.

    fn code(&mut self) -> Kind {
        if !self.documents.is_empty() && self.starts_line() {
            return self.document_text();
        }
        let start = self.at;
        if start == 0 && self.is_embedded() {
            return self.outside();
        }
        let byte = self.byte(start);
        match byte {
            b' ' | b'\t' | 0x0b | 0x0c => return self.space(),
            b'\n' => {
                self.at += 1;
                return Kind::Newline;
            }
            b'\r' => {
                self.at += if self.byte(start + 1) == b'\n' { 2 } else { 1 };
                return Kind::Newline;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.name(),
            b'0'..=b'9' => return self.number(),
            b'\\' if self.rules.continuation && matches!(self.byte(start + 1), b'\n' | b'\r') => {
                self.at += if self.starts(start + 1, "\r\n") { 3 } else { 2 };
                return Kind::Space;
            }
            _ => {}
        }
        if (self.bytes.may_comment(byte) || start == 0)
            && let Some(kind) = self.comment()
        {
            return kind;
        }
        if let Some(quote) = self.quote_at(start)
            && (quote.form == Form::Plain || self.special_starts(quote))
        {
            if !matches!(quote.form, Form::Plain | Form::Apart) {
                return Kind::Regex;
            }
            let spelt =
                Spelt { quote, interpolation: quote.interpolation, verbatim: quote.verbatim };
            return self.string(start + quote.open.len(), spelt, true);
        }
        if byte == b'\'' && self.rules.characters {
            return self.character();
        }
        if byte >= 0x80 || self.rules.name_signs.contains(&byte) {
            return self.foreign();
        }
        match byte {
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(byte),
            b'/' if self.rules.regex && self.regex_may_start() && self.regex() => Kind::Regex,
            b'<' if self.rules.markup && !self.operand && self.tag_starts() => Kind::TagOpen,
            b':' if self.beyond == 0 && self.format_follows() => Kind::Markup,
            _ => self.sign(),
        }
    }

    fn space(&mut self) -> Kind {
        let run = self.rest(self.at).iter();
        self.at += run.take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)).count();
        Kind::Space
    }

    /// Goes to the end of the name that is being read.
    fn name_end(&mut self) {
        loop {
            let run = self.rest(self.at).iter();
            self.at += run.take_while(|byte| self.bytes.is_of_name(**byte)).count();
            if self.byte(self.at).is_ascii() {
                return;
            }
            match self.char_at(self.at) {
                Some(c) if !c.is_ascii() && c.is_alphanumeric() => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn name(&mut self) -> Kind {
        let start = self.at;
        self.name_end();
        let name = self.text.get(start..self.at).unwrap_or_default();
        if self.delimited_starts(name) || self.program_ends(name) {
            return if self.byte(start) == b'_' { Kind::Comment } else { Kind::Regex };
        }
        if name.len() <= 2
            && let Some(quote) = self.quote_at(self.at)
            && let Some(prefix) =
                self.rules.prefixes.iter().find(|one| one.letters.eq_ignore_ascii_case(name))
        {
            let verbatim = quote.verbatim || prefix.verbatim;
            let spelt = Spelt { quote, interpolation: prefix.interpolation, verbatim };
            return self.string(self.at + quote.open.len(), spelt, true);
        }
        if self.words.contain(name) && !self.after_dot() {
            return Kind::Word;
        }
        Kind::Name
    }

    fn after_dot(&self) -> bool {
        matches!(self.previous_text(), "." | "?." | "::")
    }

    fn previous_text(&self) -> &'a str {
        self.previous.and_then(|one| self.text.get(one.start..one.end)).unwrap_or_default()
    }

    /// What starts with a character beyond ASCII, or one of the language's own.
    fn foreign(&mut self) -> Kind {
        match self.char_at(self.at) {
            Some(c) if c.is_alphabetic() || self.rules.name_signs.contains(&self.byte(self.at)) => {
                self.at += c.len_utf8();
                self.name_end();
                Kind::Name
            }
            Some(c) if c.is_whitespace() || c == '\u{feff}' => {
                self.at += c.len_utf8();
                Kind::Space
            }
            _ => self.sign(),
        }
    }

    fn number(&mut self) -> Kind {
        loop {
            let byte = self.byte(self.at);
            let next = self.byte(self.at + 1);
            let exponent = matches!(byte, b'e' | b'E')
                && matches!(next, b'+' | b'-')
                && self.byte(self.at + 2).is_ascii_digit();
            if exponent {
                self.at += 2;
            } else if byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (byte == b'.' && next.is_ascii_digit())
            {
                self.at += 1;
            } else {
                return Kind::Number;
            }
        }
    }

    /// The nearest border of a character at or behind an offset.
    fn char_border(&self, mut at: usize) -> usize {
        at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    fn open(&mut self, byte: u8) -> Kind {
        self.at += 1;
        let before = self.previous_text();
        let frame = match byte {
            b'(' => Frame::Paren { condition: matches!(before, "if" | "while" | "for" | "with") },
            b'[' => Frame::Bracket,
            _ => {
                let block = match self.previous.map(|one| one.kind) {
                    None | Some(Kind::Close) => true,
                    Some(Kind::Word) => {
                        matches!(before, "else" | "do" | "try" | "finally" | "class")
                    }
                    Some(Kind::Open) => before == "{",
                    Some(Kind::Sign) => matches!(before, "=>" | ";" | ">"),
                    _ => self.operand,
                };
                Frame::Brace { block }
            }
        };
        if self.beyond > 0 || !self.push(frame) {
            self.beyond += 1;
        }
        Kind::Open
    }

    fn close(&mut self, byte: u8) -> Kind {
        self.operand = true;
        if self.beyond > 0 {
            self.beyond -= 1;
            self.at += 1;
            return Kind::Close;
        }
        if byte == b'}' && self.braces > 0 {
            return self.close_brace();
        }
        self.at += 1;
        match (byte, self.frames.last()) {
            (b')', Some(Frame::Paren { condition })) => {
                self.operand = !condition;
                self.pop();
            }
            (b']', Some(Frame::Bracket)) => {
                self.pop();
            }
            (b')', Some(Frame::Code { quote, interpolation }))
                if interpolation.open.ends_with('(') =>
            {
                let (quote, interpolation) = (*quote, Some(*interpolation));
                self.pop();
                let spelt = Spelt { quote, interpolation, verbatim: quote.verbatim };
                return self.string(self.at, spelt, false);
            }
            // Not ours to close; the parser behind tells the file's author.
            _ => {}
        }
        Kind::Close
    }

    /// `}` ends the innermost brace, whatever was left open within it.
    fn close_brace(&mut self) -> Kind {
        while let Some(frame) = self.pop() {
            match frame {
                Frame::Brace { block } => {
                    self.at += 1;
                    self.operand = !block;
                    return Kind::Close;
                }
                Frame::Splice => {
                    self.at += 1;
                    return Kind::SpliceEnd;
                }
                Frame::Code { quote, interpolation } => {
                    let interpolation = Some(interpolation);
                    let spelt = Spelt { quote, interpolation, verbatim: quote.verbatim };
                    return self.string(self.at + 1, spelt, false);
                }
                _ => {}
            }
        }
        self.at += 1;
        Kind::Close
    }

    fn sign(&mut self) -> Kind {
        let start = self.at;
        let long = self.bytes.may_operate(self.byte(start), self.byte(start + 1));
        let mut operators = self.rules.operators.iter();
        let known = if long { operators.find(|one| self.starts(start, one)) } else { None };
        self.at += match known {
            Some(operator) => operator.len(),
            None => self.char_at(start).map_or(1, char::len_utf8),
        };
        Kind::Sign
    }

    /// Notes what the next lexeme has to know about this one.
    fn note(&mut self, lexeme: Lexeme) {
        use Kind::{Close, Comment, Markup, Newline, Sign, Space, SpliceEnd, TagClose, Word};
        match lexeme.kind {
            Space | Newline | Comment | Markup => return,
            Kind::Name | Kind::Number | Kind::Text | Kind::Tail | Kind::Broken | Kind::Regex => {
                self.operand = true;
            }
            // Said where the frame was known.
            Close | SpliceEnd | TagClose => {}
            Word => {
                let word = self.text.get(lexeme.start..lexeme.end);
                self.operand =
                    matches!(word, Some("null" | "true" | "false" | "undefined" | "None"));
            }
            // `x++ / 2` divides, `x! / 2` too.
            Sign if self.operand => {
                let sign = self.text.get(lexeme.start..lexeme.end);
                self.operand = matches!(sign, Some("++" | "--" | "!"));
            }
            _ => self.operand = false,
        }
        self.previous = Some(lexeme);
    }
}

impl Iterator for Lexer<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let kind = match self.frames.last() {
            Some(Frame::Tag { closing }) => self.tag(*closing),
            Some(Frame::Children) => self.children(),
            _ => self.code(),
        };
        // No step may end within a character or where it began.
        self.at = self.char_border(self.at.max(start + 1));
        let lexeme = Lexeme { kind, start, end: self.at };
        self.note(lexeme);
        Some(lexeme)
    }
}
