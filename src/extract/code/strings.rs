//! What a string literal says: quotes and prefixes off, cheap escapes
//! resolved, code within it as `{}`.
//!
//! Knows how strings are spelt, not what they are for.

use std::borrow::Cow;

use super::languages::{Interpolation, Prefix, Quote, Rules};
use super::lexer::Kind;
use super::tokens::Tokens;

/// What stands for a piece of code within a string.
const CODE: &str = "{}";

/// How a string is spelt.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    /// Bytes before its text.
    skip: usize,
    quote: &'static Quote,
    raw: bool,
    interpolation: Option<&'static Interpolation>,
}

fn spelling(text: &str, rules: &'static Rules) -> Option<Spelling> {
    let letters = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (before, rest) = text.split_at_checked(letters)?;
    let quote = rules.quotes.iter().find(|quote| rest.starts_with(quote.open))?;
    let prefix: Option<&Prefix> =
        rules.prefixes.iter().find(|one| one.letters.eq_ignore_ascii_case(before));
    Some(Spelling {
        skip: letters + quote.open.len(),
        quote,
        raw: quote.verbatim || prefix.is_some_and(|one| one.raw || one.verbatim),
        interpolation: prefix.and_then(|one| one.interpolation).or(quote.interpolation),
    })
}

/// The text between the quotes as written; `None` if there is code in it or it
/// is no string.
#[must_use]
pub fn plain<'a>(tokens: &Tokens<'a>, index: usize) -> Option<&'a str> {
    if tokens.kind(index) != Kind::Text {
        return None;
    }
    let text = tokens.text(index);
    let spelling = spelling(text, tokens.rules)?;
    let inner = text.get(spelling.skip..)?;
    Some(inner.strip_suffix(spelling.quote.close).unwrap_or(inner))
}

/// Whether a token is one that a string starts with.
#[must_use]
pub fn starts(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Head)
}

/// The index behind the string at `index`, its code included.
#[must_use]
pub fn end(tokens: &Tokens<'_>, index: usize) -> usize {
    let mut at = index;
    while matches!(tokens.kind(at), Kind::Head | Kind::Middle)
        && tokens.at(at).pair() < tokens.len()
    {
        at = tokens.at(at).pair();
    }
    at + 1
}

/// What the string at `index` says, together with those that follow it before
/// `until` where the language joins adjacent strings; and the index behind them.
#[must_use]
pub fn value<'a>(tokens: &Tokens<'a>, index: usize, until: usize) -> (Cow<'a, str>, usize) {
    let follows =
        |at: usize| tokens.rules.adjacent_strings && at < until && starts(tokens.kind(at));
    let behind = end(tokens, index);
    let joined = follows(behind);
    if !joined && let Some(text) = plain(tokens, index) {
        return (unescaped(text, tokens, index), behind);
    }
    let mut whole = String::new();
    let mut at = index;
    loop {
        at = one(tokens, at, &mut whole);
        if !follows(at) {
            return (Cow::Owned(whole), at);
        }
    }
}

fn unescaped<'a>(text: &'a str, tokens: &Tokens<'a>, index: usize) -> Cow<'a, str> {
    match spelling(tokens.text(index), tokens.rules) {
        Some(spelling) => resolved(text, spelling),
        None => Cow::Borrowed(text),
    }
}

/// Adds what one string says; returns the index behind it.
fn one(tokens: &Tokens<'_>, index: usize, whole: &mut String) -> usize {
    let Some(spelling) = spelling(tokens.text(index), tokens.rules) else { return index + 1 };
    let opening = spelling.interpolation.map_or("", |one| one.open);
    let mut at = index;
    loop {
        let kind = tokens.kind(at);
        let mut text = tokens.text(at);
        text = match kind {
            Kind::Text | Kind::Head => text.get(spelling.skip..).unwrap_or_default(),
            _ => text.get(1..).unwrap_or_default(),
        };
        let last = matches!(kind, Kind::Text | Kind::Tail);
        let close = if last { spelling.quote.close } else { opening };
        whole.push_str(&resolved(text.strip_suffix(close).unwrap_or(text), spelling));
        if last {
            return at + 1;
        }
        whole.push_str(CODE);
        let next = tokens.at(at).pair();
        if !matches!(tokens.kind(next), Kind::Middle | Kind::Tail) {
            return next.min(tokens.len());
        }
        at = next;
    }
}

/// Resolves the escapes that are worth it; others stay as they are.
fn resolved(text: &str, spelling: Spelling) -> Cow<'_, str> {
    let doubled = spelling.interpolation.filter(|one| one.doubled && text.contains(['{', '}']));
    let escaped = !spelling.raw && text.contains('\\');
    let bare = spelling.interpolation.and_then(|one| one.bare).filter(|sign| text.contains(*sign));
    let quotes = spelling.quote.doubled && text.contains("\"\"");
    if doubled.is_none() && !escaped && bare.is_none() && !quotes {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if escaped => escape(&mut rest, &mut out),
            _ if Some(c) == bare && rest.as_str().starts_with(starts_name) => {
                out.push_str(CODE);
                let behind = rest.as_str().trim_start_matches(|c| starts_name(c) || c.is_numeric());
                rest = behind.chars();
            }
            '"' if quotes && rest.as_str().starts_with(c) => {
                rest.next();
                out.push(c);
            }
            '{' | '}' if doubled.is_some() => {
                out.push(c);
                if rest.as_str().starts_with(c) {
                    rest.next();
                }
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn escape(rest: &mut std::str::Chars<'_>, out: &mut String) {
    match rest.next() {
        Some('n') => out.push('\n'),
        Some('t') => out.push('\t'),
        Some('r') => out.push('\r'),
        Some('\n') | None => {}
        Some('\r') => {
            if rest.as_str().starts_with('\n') {
                rest.next();
            }
        }
        Some(digits @ ('x' | 'u')) => code_point(digits, rest, out),
        Some(c @ ('\\' | '"' | '\'' | '`' | '/' | '$' | '{' | '}')) => out.push(c),
        Some(c) => out.extend(['\\', c]),
    }
}

/// `\x41`, `\u0041`, `\u{41}`.
fn code_point(letter: char, rest: &mut std::str::Chars<'_>, out: &mut String) {
    let text = rest.as_str();
    let (digits, length) = match text.strip_prefix('{').and_then(|open| open.split_once('}')) {
        Some((digits, _)) if letter == 'u' && digits.len() <= 6 => (digits, digits.len() + 2),
        _ => {
            let count = if letter == 'x' { 2 } else { 4 };
            (text.get(..count).unwrap_or_default(), count)
        }
    };
    match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
        Some(c) if !digits.is_empty() => {
            out.push(c);
            *rest = text.get(length..).unwrap_or_default().chars();
        }
        _ => out.extend(['\\', letter]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::languages::{JAVASCRIPT, PYTHON};
    use crate::limits::Limits;

    fn said(text: &str, rules: &'static Rules) -> String {
        let tokens =
            Tokens::read(text, std::slice::from_ref(&(0..text.len())), rules, &Limits::default());
        value(&tokens, 0, usize::MAX).0.into_owned()
    }

    #[test]
    fn quotes_prefixes_and_escapes_come_off() {
        assert_eq!(said(r#""a\n\"b\"""#, &PYTHON), "a\n\"b\"");
        assert_eq!(said(r"r'a\n'", &PYTHON), "a\\n");
        assert_eq!(said("b'''a'b'''", &PYTHON), "a'b");
        assert_eq!(said(r"'\x41\u0042\u{43}\d'", &JAVASCRIPT), "ABC\\d");
        assert_eq!(said(r"'\u{110000}\u{zz}'", &JAVASCRIPT), "\\u{110000}\\u{zz}");
    }

    #[test]
    fn code_in_a_string_becomes_a_pair_of_braces() {
        assert_eq!(said("f'https://{host:>{w}}/v1/{ a['b'] }'", &PYTHON), "https://{}/v1/{}");
        assert_eq!(said("f'{{x}}'", &PYTHON), "{x}");
        assert_eq!(said("`a${`b${c}`}d`", &JAVASCRIPT), "a{}d");
        assert_eq!(said("`a${b", &JAVASCRIPT), "a{}");
    }

    #[test]
    fn adjacent_strings_are_one_in_python() {
        assert_eq!(said("'a' \"b\" f'{c}'", &PYTHON), "ab{}");
        assert_eq!(said("'a' 'b'", &JAVASCRIPT), "a");
    }
}
