//! Quotes, escapes and what a dollar leads into.
//!
//! Expands nothing: an expansion is `{}`, or its default if it has one.

use std::borrow::Cow;

use super::{EXPANSION, Kind, Listener, Scanner, WORD_BYTES, Word};

/// Longest default of a variable that is kept, in bytes.
const DEFAULT_BYTES: usize = 1024;

impl<'a> Scanner<'a> {
    pub(super) fn escaped(&mut self) {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let line_end = ["\n", "\r\n"].iter().find(|end| rest.starts_with(**end));
        let length = match line_end {
            Some(end) => end.len(),
            None => rest.chars().next().map_or(0, char::len_utf8),
        };
        if line_end.is_none() {
            let kept = self.top.quoted.is_none() || rest.starts_with(['"', '\\', '$', '`']);
            let start = self.at + usize::from(kept);
            let piece = self.text.get(start..self.at + 1 + length).unwrap_or_default();
            self.say_at(piece, start);
        }
        self.at += 1 + length;
    }

    /// Within double quotes an apostrophe is one, also in an expansion there.
    pub(super) fn takes_single_quotes(&self) -> bool {
        match self.top.kind {
            Kind::Expansion { .. } => self.outer.last().is_none_or(|frame| frame.quoted.is_none()),
            Kind::Figures(_) => false,
            _ => true,
        }
    }

    pub(super) fn single_quoted(&mut self) {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = memchr::memchr(b'\'', rest).unwrap_or_else(|| {
            self.break_at(start - 1);
            rest.len()
        });
        let piece = self.text.get(start..start + length).unwrap_or_default();
        self.say_at(piece, start);
        self.at = (start + length + 1).min(self.text.len());
    }

    /// `$'…'`, in which a backslash protects a quote.
    fn c_quoted(&mut self) {
        let start = self.at + 2;
        self.at = start;
        loop {
            match self.peek(0) {
                Some(b'\'') => break,
                Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                Some(_) => self.at += 1,
                None => {
                    self.break_at(start - 2);
                    break;
                }
            }
        }
        let piece = self.text.get(start..self.at).unwrap_or_default();
        self.say_at(piece, start);
        self.at = (self.at + 1).min(self.text.len());
    }

    pub(super) fn dollar(&mut self, listener: &mut dyn Listener<'a>) {
        match self.peek(1) {
            Some(b'(') if self.peek(2) == Some(b'(') => {
                self.say(EXPANSION);
                self.enter(Kind::Figures(2), 3);
            }
            Some(b'(') => {
                self.say(EXPANSION);
                self.enter(Kind::Substitution, 2);
            }
            Some(b'{') => self.expansion(listener),
            Some(b'\'') if self.top.quoted.is_none() => self.c_quoted(),
            Some(b'"') if self.top.quoted.is_none() => self.at += 1,
            Some(first) if first.is_ascii_alphanumeric() || b"_@*#?$!-".contains(&first) => {
                self.say(EXPANSION);
                let name = name_at(self.text, self.at + 1);
                if name.is_empty() {
                    self.at += 2;
                } else {
                    listener.variable(name, self.base + self.at);
                    self.at += 1 + name.len();
                }
            }
            _ => {
                let sign = self.text.get(self.at..=self.at).unwrap_or_default();
                self.say(sign);
                self.at += 1;
            }
        }
    }

    /// `${`: a name, and what may be done with its value.
    fn expansion(&mut self, listener: &mut dyn Listener<'a>) {
        let mark = usize::from(matches!(self.peek(2), Some(b'!' | b'#')));
        let mut from = self.at + 2 + mark;
        let name = name_at(self.text, from);
        if !name.is_empty() {
            listener.variable(name, self.base + self.at);
        }
        let digits = self.text.as_bytes().get(from..).unwrap_or_default();
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        from += name.len().max(digits);
        let rest = self.text.get(from..).unwrap_or_default();
        let operator = [":-", ":=", "-", "="].iter().find(|one| rest.starts_with(**one));
        from += operator.map_or(0, |one| one.len());
        let fallback = operator.is_some();
        self.enter(Kind::Expansion { name, fallback }, from - self.at);
    }

    pub(super) fn end_expansion(&mut self, listener: &mut dyn Listener<'a>) {
        self.at += 1;
        let frame = self.leave();
        let Kind::Expansion { name, fallback } = frame.kind else { return };
        let given = frame.word.filter(|word| fallback && !word.text.is_empty());
        match given {
            Some(given) if given.text.len() <= DEFAULT_BYTES => {
                if !name.is_empty() {
                    listener.fallback(name, &given.text, given.offset);
                }
                self.say_owned(&given);
            }
            _ => self.say_at(EXPANSION, frame.open),
        }
    }

    fn say_owned(&mut self, given: &Word<'a>) {
        let word =
            self.top.word.get_or_insert(Word { text: Cow::Borrowed(""), offset: given.offset });
        if word.text.len() + given.text.len() <= WORD_BYTES {
            word.text.to_mut().push_str(&given.text);
        }
    }
}

/// The variable's name that stands at an offset; empty if none does.
pub(in crate::extract::code::shell) fn name_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    let end = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    rest.get(..end).unwrap_or_default()
}
