//! Strings, the code within them, and regular expressions.
//!
//! Finds where they end; what they say is read by [`super::super::strings`].

use super::super::languages::{Interpolation, Quote};
use super::{Frame, Kind, Lexer};

/// Longest escape within a character literal, in bytes.
const ESCAPE_BYTES: usize = 10;

/// How the string that is being read is spelt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelt {
    pub(super) quote: &'static Quote,
    pub(super) interpolation: Option<&'static Interpolation>,
    pub(super) verbatim: bool,
}

impl Lexer<'_> {
    pub(super) fn quote_at(&self, at: usize) -> Option<&'static Quote> {
        let may = self.bytes.may_quote(self.byte(at));
        self.rules.quotes.iter().filter(|_| may).find(|quote| self.starts(at, quote.open))
    }

    /// Whether code starts here that a backslash leads into: `\(`.
    fn opens_with_backslash(&self, code: &Interpolation) -> bool {
        code.open.starts_with('\\') && self.starts(self.at, code.open)
    }

    /// Reads a string on from `from`. `head`: from its beginning.
    pub(super) fn string(&mut self, from: usize, spelt: Spelt, head: bool) -> Kind {
        let Spelt { quote, interpolation, verbatim } = spelt;
        let start = self.at.min(from);
        let first = |text: &str| text.bytes().next().unwrap_or(b'\\');
        let close = first(quote.close);
        let line = if quote.lines { close } else { b'\n' };
        let all = [b'\\', close, line, interpolation.map_or(close, |one| first(one.open))];
        let count = if interpolation.is_some() { 4 } else { 2 + usize::from(!quote.lines) };
        let needles = all.get(..count).unwrap_or(&all);
        self.at = from;
        loop {
            self.at = self.seek(self.at, needles);
            match self.byte(self.at) {
                _ if self.at >= self.text.len() => break,
                b'\\'
                    if !verbatim
                        && !interpolation.is_some_and(|one| self.opens_with_backslash(one)) =>
                {
                    self.at += if self.starts(self.at + 1, "\r\n") { 3 } else { 2 }
                }
                b'\n' if !quote.lines => break,
                _ if self.starts(self.at, quote.close) => {
                    self.at += quote.close.len();
                    if quote.doubled && self.starts(self.at, quote.close) {
                        self.at += quote.close.len();
                        continue;
                    }
                    return if head { Kind::Text } else { Kind::Tail };
                }
                _ => {
                    let Some(code) = interpolation.filter(|one| self.starts(self.at, one.open))
                    else {
                        self.at += 1;
                        continue;
                    };
                    let behind = self.at + code.open.len();
                    if code.doubled && self.starts(behind, code.open) {
                        self.at = behind + code.open.len();
                        continue;
                    }
                    self.at = behind;
                    if self.push(Frame::Code { quote, interpolation: code }) {
                        return if head { Kind::Head } else { Kind::Middle };
                    }
                }
            }
        }
        self.at = self.char_border(self.at);
        self.break_at(start);
        if head { Kind::Broken } else { Kind::Tail }
    }

    /// Reads `'x'`. Where none stands the quote is a sign: a lifetime, a label.
    pub(super) fn character(&mut self) -> Kind {
        let start = self.at;
        let end = if self.byte(start + 1) == b'\\' {
            // `'\u{10ffff}'` is the longest.
            let rest = self.rest(start + 3);
            let close = rest.iter().take(ESCAPE_BYTES).position(|byte| *byte == b'\'');
            close.map(|at| start + 3 + at)
        } else {
            let first = self.text.get(start + 1..).and_then(|rest| rest.chars().next());
            first.filter(|c| !matches!(c, '\n' | '\r' | '\'')).map(|c| start + 1 + c.len_utf8())
        };
        if let Some(close) = end.filter(|at| self.byte(*at) == b'\'') {
            self.at = close + 1;
            return Kind::Number;
        }
        self.at += 1;
        Kind::Sign
    }

    /// Goes over a format, if the innermost bracket is a string's code that has one.
    pub(super) fn format_follows(&mut self) -> bool {
        match self.frames.last() {
            Some(Frame::Code { quote, interpolation }) if interpolation.format => {
                let close = quote.close.bytes().next().unwrap_or(b'}');
                self.at = self.seek(self.at + 1, &[b'{', b'}', b'\n', close]);
                true
            }
            _ => false,
        }
    }

    pub(super) fn regex(&mut self) -> bool {
        if self.at < self.no_regex_before {
            return false;
        }
        let mut at = self.at + 1;
        let mut class = false;
        loop {
            at = self.seek(at, b"\\/[]\n\r");
            match self.byte(at) {
                b'\\' if !matches!(self.byte(at + 1), b'\n' | b'\r') => at += 2,
                b'/' if !class => break,
                b'/' => at += 1,
                bracket @ (b'[' | b']') => {
                    class = bracket == b'[';
                    at += 1;
                }
                _ => {
                    // Looking again from every `/` of this line would be quadratic.
                    self.no_regex_before = at;
                    return false;
                }
            }
        }
        self.at = self.char_border(at + 1);
        self.name_end();
        true
    }
}
