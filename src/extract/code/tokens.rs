//! The tokens of a file that matter to a reader (no space, no comment), with
//! every bracket paired with its end, so that what lies between can be jumped
//! over. Brackets that do not match are paired as well as possible, so that
//! pairs always nest and a reader need not ask.
//!
//! Knows no language; [`super::languages`] says what differs.

use std::ops::Range;

use super::languages::Rules;
use super::lexer::{Kind, Lexeme, Lexer};
use crate::limits::Limits;

/// Levels of nesting told apart, as a multiple of the limit for documents:
/// code nests deeper than data, and nothing here recurses.
const DEPTH_FACTOR: usize = 4;
/// Tokens read per fact that may be told; a token takes 16 bytes.
const TOKENS_PER_FACT: usize = 16;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    start: u32,
    end: u32,
    pair: u32,
    /// What it is.
    pub kind: Kind,
    /// Whether a line ends between it and the token before.
    pub line: bool,
}

/// What stands where no token stands.
const NOTHING: Token =
    Token { start: u32::MAX, end: u32::MAX, pair: u32::MAX, kind: Kind::Newline, line: true };

impl Token {
    /// First byte in the file.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// First byte behind it.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// For what opens: where its end is, as the index of a token. For a piece
    /// of a string: the next piece.
    #[must_use]
    pub fn pair(self) -> usize {
        self.pair as usize
    }
}

/// What is wrong with a text; offsets into the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A string or comment never ends.
    Endless(usize),
    /// A bracket has no partner.
    Unpaired(usize),
}

/// The tokens of a file.
#[derive(Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    /// The lexical grammar they were read with.
    pub rules: &'static Rules,
    list: Vec<Token>,
    defect: Option<Defect>,
    capped: bool,
    depth: usize,
}

/// The kinds of bracket, as indices.
const KINDS: usize = 6;

fn bracket(kind: Kind, byte: u8) -> usize {
    match (kind, byte) {
        (Kind::Open | Kind::Close, b'(' | b')') => 0,
        (Kind::Open | Kind::Close, b'[' | b']') => 1,
        (Kind::Open | Kind::Close, _) => 2,
        (Kind::Splice | Kind::SpliceEnd, _) => 3,
        (Kind::TagOpen | Kind::TagClose, _) => 4,
        _ => 5,
    }
}

/// What is still open, while tokens are being paired.
#[derive(Default)]
struct Pairing {
    open: Vec<u32>,
    counts: [usize; KINDS],
}

impl<'a> Tokens<'a> {
    /// Reads the `parts` of a text one after the other; brackets never reach
    /// from one part into the next.
    #[must_use]
    pub fn read(
        text: &'a str,
        parts: &[Range<usize>],
        rules: &'static Rules,
        limits: &Limits,
    ) -> Self {
        let depth = limits.nesting.saturating_mul(DEPTH_FACTOR);
        let most = limits.facts_per_file.saturating_mul(TOKENS_PER_FACT);
        // Most source has a token for every six to eight bytes.
        let bytes: usize = parts.iter().map(ExactSizeIterator::len).sum();
        let list = Vec::with_capacity((bytes / 8).min(most));
        let mut tokens = Self { text, rules, list, defect: None, capped: false, depth };
        for part in parts {
            tokens.part(part.start, text.get(part.clone()).unwrap_or_default(), most);
        }
        tokens
    }

    fn part(&mut self, offset: usize, part: &str, most: usize) {
        let first = self.list.len();
        let mut lexer = Lexer::new(part, self.rules, self.depth);
        self.fill(&mut lexer, offset, most);
        if lexer.in_markup() && self.rules.markup && !self.capped {
            // `<` was no tag after all: without markup less goes wrong.
            let plain = &super::languages::JAVASCRIPT;
            let mut second = Lexer::new(part, plain, self.depth);
            self.list.truncate(first);
            self.fill(&mut second, offset, most);
            lexer = second;
        }
        if let Some(at) = lexer.broken() {
            self.defect.get_or_insert(Defect::Endless(offset + at));
        }
        self.pair_from(first);
    }

    fn fill(&mut self, lexer: &mut Lexer<'_>, offset: usize, most: usize) {
        let mut line = true;
        for Lexeme { kind, start, end } in lexer {
            match kind {
                Kind::Newline => line = true,
                Kind::Space | Kind::Comment | Kind::Markup => {}
                _ => {
                    let (Ok(start), Ok(end)) =
                        (u32::try_from(offset + start), u32::try_from(offset + end))
                    else {
                        self.capped = true;
                        return;
                    };
                    if self.list.len() >= most {
                        self.capped = true;
                        return;
                    }
                    self.list.push(Token { start, end, pair: u32::MAX, kind, line });
                    line = false;
                }
            }
        }
    }

    fn pair_from(&mut self, first: usize) {
        let mut pairing = Pairing::default();
        for index in first..self.list.len() {
            let token = self.at(index);
            let class = bracket(token.kind, self.byte(index));
            if token.line
                && !pairing.open.is_empty()
                && token.kind == Kind::Word
                && self.rules.statement_words.binary_search(&self.text(index)).is_ok()
            {
                self.close_all(&mut pairing, index);
            }
            if matches!(
                token.kind,
                Kind::Close | Kind::SpliceEnd | Kind::TagClose | Kind::Middle | Kind::Tail
            ) {
                self.close(&mut pairing, index, class);
            }
            if matches!(
                token.kind,
                Kind::Open | Kind::Splice | Kind::TagOpen | Kind::Head | Kind::Middle
            ) {
                pairing.open.push(u32::try_from(index).unwrap_or(u32::MAX));
                if let Some(count) = pairing.counts.get_mut(class) {
                    *count += 1;
                }
            }
        }
        let end = self.list.len();
        self.close_all(&mut pairing, end);
    }

    fn close(&mut self, pairing: &mut Pairing, index: usize, class: usize) {
        if pairing.counts.get(class).is_none_or(|count| *count == 0) {
            self.unpaired(index);
            return;
        }
        while let Some(open) = pairing.open.pop() {
            let of = self.end_at(pairing, open as usize, index);
            if of == class {
                return;
            }
            self.unpaired(open as usize);
        }
    }

    fn close_all(&mut self, pairing: &mut Pairing, index: usize) {
        while let Some(open) = pairing.open.pop() {
            self.end_at(pairing, open as usize, index);
            self.unpaired(open as usize);
        }
    }

    /// Lets the bracket at `open` end at `index`; returns its kind.
    fn end_at(&mut self, pairing: &mut Pairing, open: usize, index: usize) -> usize {
        let class = bracket(self.at(open).kind, self.byte(open));
        if let Some(token) = self.list.get_mut(open) {
            token.pair = u32::try_from(index).unwrap_or(u32::MAX);
        }
        if let Some(count) = pairing.counts.get_mut(class) {
            *count -= 1;
        }
        class
    }

    fn unpaired(&mut self, index: usize) {
        let at = self.at(index).start();
        self.defect.get_or_insert(Defect::Unpaired(at));
    }

    /// How many there are.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // nobody asks
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a plain assignment stands at a place: `=`, and no comparison.
    pub fn assigns(&self, index: usize) -> bool {
        self.is(index, "=") && !self.is(index + 1, "=")
    }

    /// What is wrong with the text, if anything.
    #[must_use]
    pub fn defect(&self) -> Option<Defect> {
        self.defect
    }

    /// Brackets without a partner are nothing wrong.
    pub fn forgive_brackets(&mut self) {
        self.defect = self.defect.filter(|defect| matches!(defect, Defect::Endless(_)));
    }

    /// Nothing is wrong with the text, whatever was found.
    pub fn forgive(&mut self) {
        self.defect = None;
    }

    /// Whether the rest of the text was not read.
    #[must_use]
    pub fn capped(&self) -> bool {
        self.capped
    }

    /// The levels of nesting that are told apart.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The token at an index; behind the last one an empty line.
    #[must_use]
    pub fn at(&self, index: usize) -> Token {
        self.list.get(index).copied().unwrap_or(NOTHING)
    }

    /// The kind of the token at an index.
    #[must_use]
    pub fn kind(&self, index: usize) -> Kind {
        self.at(index).kind
    }

    /// The text of the token at an index.
    #[must_use]
    pub fn text(&self, index: usize) -> &'a str {
        let token = self.at(index);
        self.text.get(token.start()..token.end()).unwrap_or_default()
    }

    /// The text between the start of one token and the end of another.
    #[must_use]
    pub fn between(&self, first: usize, last: usize) -> &'a str {
        self.text.get(self.at(first).start()..self.at(last).end()).unwrap_or_default()
    }

    /// The first byte of the token at an index.
    #[must_use]
    pub fn byte(&self, index: usize) -> u8 {
        self.text.as_bytes().get(self.at(index).start()).copied().unwrap_or(0)
    }

    /// Whether the token at an index is this sign or word.
    #[must_use]
    pub fn is(&self, index: usize, text: &str) -> bool {
        matches!(self.kind(index), Kind::Sign | Kind::Word | Kind::Name | Kind::Open | Kind::Close)
            && self.text(index) == text
    }

    /// The index before; behind the last token if there is none.
    #[must_use]
    pub fn before(&self, index: usize) -> usize {
        index.checked_sub(1).unwrap_or(usize::MAX)
    }

    /// The index behind what starts here: brackets are jumped over.
    #[must_use]
    pub fn next(&self, index: usize) -> usize {
        match self.kind(index) {
            Kind::Open | Kind::Splice | Kind::TagOpen | Kind::Head | Kind::Middle => {
                self.at(index).pair().max(index + 1)
            }
            _ => index + 1,
        }
    }

    /// How wide the token is indented, if it is the first of its line.
    #[must_use]
    pub fn indent(&self, index: usize) -> usize {
        let before = self.text.as_bytes().get(..self.at(index).start()).unwrap_or_default();
        before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c)).count()
    }
}
