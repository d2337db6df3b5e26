//! A shell script as commands: words with their quotes removed, expansions as
//! `{}`, substitutions as commands of their own, here-documents apart.
//!
//! Knows how scripts are spelt and no program. One pass, no recursion: what is
//! open lies on a stack. Nothing is expanded or run.

mod documents;
mod expansions;

use std::borrow::Cow;

use self::documents::Document;
pub(super) use self::expansions::name_at;
use crate::extract::commands::Word;

/// Deepest nesting of substitutions that is told apart.
pub(super) const DEPTH: usize = 64;
/// Longest text of a word that is kept, in bytes.
const WORD_BYTES: usize = 64 << 10;
/// What stands for an expansion within a word.
pub(super) const EXPANSION: &str = "{}";

/// Hears what stands in a script. Offsets are those of the file.
pub(super) trait Listener<'a> {
    /// A command has ended.
    fn command(&mut self, words: &[Word<'a>]);
    /// `name=(words)`.
    fn list(&mut self, name: &str, words: &[Word<'a>]);
    /// A variable is read.
    fn variable(&mut self, name: &'a str, offset: usize);
    /// A variable is read, and this is what it is if it is not set.
    fn fallback(&mut self, name: &'a str, value: &str, offset: usize);
    /// A here-document; `expands`: variables in it are filled in.
    fn document(&mut self, body: &'a str, offset: usize, expands: bool);
}

#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// The script itself.
    Script,
    /// `$(…)`, `<(…)`.
    Substitution,
    /// `` `…` ``.
    Backquotes,
    /// `(…)`.
    Group,
    /// `name=(…)`.
    List(String),
    /// `${name…}`; `fallback`: what follows the name is its default.
    Expansion { name: &'a str, fallback: bool },
    /// `((…))` and whatever else is no command; with the parentheses open.
    Figures(usize),
}

#[derive(Debug)]
struct Frame<'a> {
    kind: Kind<'a>,
    /// Where it opens.
    open: usize,
    command: Vec<Word<'a>>,
    word: Option<Word<'a>>,
    /// Where the double quotes open that are open.
    quoted: Option<usize>,
    /// The next word is the target of a redirection.
    redirected: bool,
    /// `case` statements that are open.
    cases: usize,
}

impl Frame<'_> {
    fn new(kind: Kind<'_>, open: usize) -> Frame<'_> {
        Frame {
            kind,
            open,
            command: Vec::new(),
            word: None,
            quoted: None,
            redirected: false,
            cases: 0,
        }
    }
}

/// What is wrong with a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// What opens at this offset of the file never ends.
    Endless(usize),
    /// Nested too deeply.
    TooDeep,
}

/// Goes over a script.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    base: usize,
    top: Frame<'a>,
    outer: Vec<Frame<'a>>,
    documents: Vec<Document>,
    fault: Option<Fault>,
}

impl<'a> Scanner<'a> {
    /// Reads `text`, which starts at `base` in the file; what is wrong with it.
    pub(super) fn read(
        text: &'a str,
        base: usize,
        listener: &mut dyn Listener<'a>,
    ) -> Option<Fault> {
        let mut scanner = Self {
            text,
            at: 0,
            base,
            top: Frame::new(Kind::Script, 0),
            outer: Vec::new(),
            documents: Vec::new(),
            fault: None,
        };
        while let Some(byte) = scanner.peek(0) {
            scanner.step(byte, listener);
        }
        scanner.end(listener);
        scanner.fault
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts(&self, with: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    fn step(&mut self, byte: u8, listener: &mut dyn Listener<'a>) {
        match byte {
            b'\\' => self.escaped(),
            b'$' => self.dollar(listener),
            b'`' => self.backquote(listener),
            b'"' if self.top.quoted.is_some() => {
                self.top.quoted = None;
                self.at += 1;
            }
            _ if self.top.quoted.is_some() => self.plain(b"\\$`\""),
            b'"' => {
                self.top.quoted = Some(self.at);
                self.at += 1;
                self.say("");
            }
            b'\'' if self.takes_single_quotes() => self.single_quoted(),
            _ => match &self.top.kind {
                Kind::Expansion { .. } if byte == b'}' => self.end_expansion(listener),
                Kind::Expansion { .. } => self.plain(b"\\$`\"'}"),
                Kind::Figures(open) => self.figures(byte, *open),
                _ => self.code(byte, listener),
            },
        }
    }

    /// What stands neither in quotes nor in an expansion.
    fn code(&mut self, byte: u8, listener: &mut dyn Listener<'a>) {
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.end_word();
                self.at += 1;
            }
            b'\n' => {
                self.end_part(listener);
                self.at += 1;
                self.read_documents(listener);
            }
            b'&' if self.peek(1) == Some(b'>') => self.redirect(),
            b';' | b'&' | b'|' => {
                self.end_part(listener);
                self.at += 1;
            }
            b'<' | b'>' => self.redirect(),
            b'(' => self.open(listener),
            b')' => self.close(listener),
            b'#' if self.top.word.is_none() => {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            _ => self.plain(b" \t\r\n;&|<>()'\"\\$`"),
        }
    }

    /// A run of characters that mean themselves, up to one of `ends`; at least one.
    fn plain(&mut self, ends: &[u8]) {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|byte| !ends.contains(&byte)) {
            self.at += 1;
        }
        let run = self.text.get(start..self.at).unwrap_or_default();
        self.say_at(run, start);
    }

    /// Puts a piece behind the current word.
    fn say(&mut self, piece: &'a str) {
        self.say_at(piece, self.at);
    }

    fn say_at(&mut self, piece: &'a str, at: usize) {
        let offset = self.base + at;
        let word = self.top.word.get_or_insert(Word { text: Cow::Borrowed(""), offset });
        if word.text.is_empty() {
            *word = Word { text: Cow::Borrowed(piece), offset };
        } else if !piece.is_empty() && word.text.len() + piece.len() <= WORD_BYTES {
            word.text.to_mut().push_str(piece);
        }
    }

    fn figures(&mut self, byte: u8, open: usize) {
        self.at += 1;
        match byte {
            b'(' => self.top.kind = Kind::Figures(open + 1),
            b')' if open > 1 => self.top.kind = Kind::Figures(open - 1),
            b')' => {
                self.leave();
            }
            _ => {}
        }
    }

    fn backquote(&mut self, listener: &mut dyn Listener<'a>) {
        if self.top.kind == Kind::Backquotes {
            self.end_part(listener);
            self.at += 1;
            self.leave();
        } else {
            self.say(EXPANSION);
            self.enter(Kind::Backquotes, 1);
        }
    }

    fn open(&mut self, listener: &mut dyn Listener<'a>) {
        let doubled = self.peek(1) == Some(b'(');
        let first = self.top.command.first().map(|word| word.text.as_ref());
        let word = self.top.word.as_ref().map(|word| word.text.as_ref());
        if let Some(name) = word.and_then(|word| word.strip_suffix('='))
            && !name.is_empty()
        {
            let name = name.trim_end_matches('+').to_owned();
            self.top.word = None;
            self.enter(Kind::List(name), 1);
        } else if word.is_some_and(|word| word.ends_with(['@', '!', '*', '+', '?']))
            || self.top.command.iter().take(4).any(|word| word.text == "[[")
        {
            self.enter(Kind::Figures(1), 1);
        } else if doubled && word.is_none() && matches!(first, None | Some("for")) {
            self.enter(Kind::Figures(2), 2);
        } else if self.peek(1) == Some(b')') {
            // `name()` starts a function.
            self.top.word = None;
            self.top.command.clear();
            self.at += 2;
        } else {
            self.end_part(listener);
            self.enter(Kind::Group, 1);
        }
    }

    fn close(&mut self, listener: &mut dyn Listener<'a>) {
        self.at += 1;
        if self.top.cases > 0 {
            // What stands before is the pattern of a case.
            self.top.word = None;
            self.top.command.clear();
            return;
        }
        match self.top.kind {
            Kind::Substitution | Kind::Group => {
                self.end_part(listener);
                self.leave();
            }
            Kind::List(_) => {
                self.end_word();
                let frame = self.leave();
                if let Kind::List(name) = frame.kind {
                    listener.list(&name, &frame.command);
                }
            }
            _ => self.end_part(listener),
        }
    }

    fn redirect(&mut self) {
        if self.top.word.as_ref().is_some_and(|w| w.text.bytes().all(|b| b.is_ascii_digit())) {
            self.top.word = None;
        }
        self.end_word();
        if self.starts("<<<") {
            self.at += 3;
        } else if self.starts("<<") {
            self.announce_document();
        } else if self.peek(1) == Some(b'(') {
            self.say(EXPANSION);
            self.enter(Kind::Substitution, 2);
        } else {
            while self.peek(0).is_some_and(|byte| b"<>&|".contains(&byte)) {
                self.at += 1;
            }
            self.top.redirected = true;
        }
    }

    fn end_word(&mut self) {
        let Some(word) = self.top.word.take() else { return };
        if std::mem::take(&mut self.top.redirected) {
            return;
        }
        if self.top.command.is_empty() {
            match word.text.as_ref() {
                "case" => self.top.cases += 1,
                "esac" => self.top.cases = self.top.cases.saturating_sub(1),
                _ => {}
            }
        }
        self.top.command.push(word);
    }

    /// A command ends, if these are commands.
    fn end_part(&mut self, listener: &mut dyn Listener<'a>) {
        self.end_word();
        self.top.redirected = false;
        match self.top.kind {
            Kind::Script | Kind::Substitution | Kind::Backquotes | Kind::Group => {
                if !self.top.command.is_empty() {
                    listener.command(&self.top.command);
                    self.top.command.clear();
                }
            }
            Kind::List(_) | Kind::Expansion { .. } | Kind::Figures(_) => {}
        }
    }

    fn enter(&mut self, kind: Kind<'a>, length: usize) {
        if self.outer.len() < DEPTH {
            let frame = Frame::new(kind, self.at);
            self.outer.push(std::mem::replace(&mut self.top, frame));
        } else {
            self.fault.get_or_insert(Fault::TooDeep);
        }
        self.at += length;
    }

    fn leave(&mut self) -> Frame<'a> {
        let outer = self.outer.pop().unwrap_or_else(|| Frame::new(Kind::Script, 0));
        std::mem::replace(&mut self.top, outer)
    }

    fn break_at(&mut self, at: usize) {
        self.fault.get_or_insert(Fault::Endless(self.base + at));
    }

    fn end(&mut self, listener: &mut dyn Listener<'a>) {
        if let Some(document) = self.documents.first() {
            self.break_at(document.open);
        }
        loop {
            if let Some(open) = self.top.quoted {
                self.break_at(open);
            }
            self.end_part(listener);
            if self.outer.is_empty() {
                return;
            }
            self.break_at(self.top.open);
            self.leave();
        }
    }
}
