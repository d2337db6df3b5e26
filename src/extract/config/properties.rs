//! Properties and INI-like files. Knows their lines, sections and escapes;
//! knows no key.

use std::borrow::Cow;

use super::{Teller, is_read_elsewhere, lines_of, mistaken_at};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};

/// Reads `.properties`, `.ini`, `.cfg` and `.conf`: `key = value`,
/// `key: value` or `key value`, comments after `#`, `!` or `;`.
///
/// In `.properties`, lines that end in a backslash go on and escapes are
/// resolved. In the others a `[section]` stands before the key
/// (`section.key`), quotes around a value are taken off, and an indented line
/// without a separator is one more item of the key above it.
#[derive(Debug)]
pub struct Properties;

impl Extractor for Properties {
    fn id(&self) -> &'static str {
        "properties"
    }

    fn about(&self) -> &'static str {
        "Java properties and INI-like configuration"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["properties", "ini", "cfg", "conf"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if is_read_elsewhere(content) {
            return Ok(());
        }
        let name = content.name().to_ascii_lowercase();
        let mut teller = Teller::new(content, sink);
        let mistake = match name.rsplit_once('.') {
            // Tables of messages in Java's usual place.
            Some((stem, "properties")) if stem.starts_with("messages") => None,
            Some((_, "properties")) => properties(content.text, &mut teller),
            // Indentation in `.conf` is of many grammars and means nothing in particular.
            Some((_, "conf")) => sections(content.text, false, &mut teller),
            _ => sections(content.text, true, &mut teller),
        };
        mistaken_at(content, mistake)
    }
}

/// Java's format; returns where the first broken escape stands.
fn properties(text: &str, teller: &mut Teller<'_, '_>) -> Option<usize> {
    let mut mistake = None;
    let mut lines = lines_of(text);
    while let Some((start, whole)) = lines.next() {
        let line = whole.trim_start_matches(BLANKS);
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let offset = start + (whole.len() - line.len());
        let mut logical = Cow::Borrowed(line);
        let mut continues = goes_on(line);
        while continues {
            logical.to_mut().pop();
            let Some((_, next)) = lines.next() else { break };
            logical.to_mut().push_str(next.trim_start_matches(BLANKS));
            continues = goes_on(next);
        }
        let (key, value) = split_property(&logical);
        let (Some(key), Some(value)) = (unescaped(key), unescaped(value)) else {
            mistake.get_or_insert(offset);
            continue;
        };
        teller.setting(offset, &key, &value, false);
        if teller.is_full() {
            break;
        }
    }
    mistake
}

const BLANKS: [char; 3] = [' ', '\t', '\u{c}'];

/// Whether a line ends in a backslash that is not itself escaped.
fn goes_on(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Key and value at the first `=`, `:` or blank that is not escaped.
fn split_property(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.find(|c: char| {
        let found = !escaped && (c == '=' || c == ':' || BLANKS.contains(&c));
        escaped = c == '\\' && !escaped;
        found
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start_matches(BLANKS);
    (key, rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(BLANKS))
}

/// The text with its escapes resolved; `None` if one is broken.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at)?);
        let mut after = rest.get(at + 1..)?.chars();
        match after.next() {
            Some('u') => {
                let digits = after.as_str().get(..4)?;
                let code = u32::from_str_radix(digits, 16).ok()?;
                plain.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = after.as_str().get(4..)?;
                continue;
            }
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(other) => plain.push(other),
            None => {}
        }
        rest = after.as_str();
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

/// Longest section and key that are put together.
const KEY_BYTES: usize = 1024;

/// The INI family; returns where the first section without its bracket stands.
fn sections(text: &str, has_items: bool, teller: &mut Teller<'_, '_>) -> Option<usize> {
    let mut mistake = None;
    let mut section = "";
    // The key of the last setting and how far its line is indented.
    let mut last: Option<(String, usize)> = None;
    for (start, line) in lines_of(text) {
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        let offset = start + indent;
        if trimmed.is_empty() || trimmed.starts_with(['#', ';', '!', '}', '<']) {
            continue;
        }
        if let Some((key, depth)) = &last
            && has_items
            && indent > *depth
        {
            teller.setting(offset, key, without_comment(trimmed), true);
        } else if let Some(head) = trimmed.strip_prefix('[') {
            match head.split_once(']') {
                Some((name, _)) => section = name.trim(),
                None => _ = mistake.get_or_insert(offset),
            }
            last = None;
        } else if let Some((key, value)) = setting_of(trimmed, section) {
            teller.setting(offset, &key, value, false);
            last = Some((key, indent));
        }
        if teller.is_full() {
            break;
        }
    }
    mistake
}

/// The setting on a line; none where a block of another grammar opens, whose
/// lines then stand for themselves.
fn setting_of<'a>(line: &'a str, section: &str) -> Option<(String, &'a str)> {
    let line = without_comment(line);
    let (key, value) =
        split_setting(line).unwrap_or_else(|| line.split_once([' ', '\t']).unwrap_or((line, "")));
    if line.ends_with('{') || section.len() + key.len() >= KEY_BYTES {
        return None;
    }
    let dot = if section.is_empty() { "" } else { "." };
    Some((format!("{section}{dot}{key}"), unquoted(value.trim_end_matches(';').trim())))
}

/// Key and value at `=` or `:`. The separator follows the first word, or
/// stands between blanks; the colon of an address is none.
fn split_setting(line: &str) -> Option<(&str, &str)> {
    let word = line.find(|c: char| c.is_whitespace() || c == '=' || c == ':')?;
    let (key, rest) = line.split_at(word);
    let rest = rest.trim_start();
    if let Some(value) = rest.strip_prefix(['=', ':'])
        && !value.starts_with("//")
        && !key.is_empty()
    {
        return Some((key, value.trim_start_matches('=').trim()));
    }
    let (key, value) = line.split_once(" = ").or_else(|| line.split_once(" : "))?;
    Some((key.trim(), value.trim()))
}

/// The line up to a comment that follows a blank, outside of quotes.
fn without_comment(line: &str) -> &str {
    let quoted = line.contains(['"', '\'']);
    let marks = [" #", "\t#", " ;", "\t;"];
    let end = marks.iter().filter_map(|mark| line.find(mark)).min();
    match end {
        Some(end) if !quoted => line.get(..end).unwrap_or(line).trim_end(),
        _ => line,
    }
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_end_at_the_first_separator_that_is_not_escaped() {
        assert_eq!(split_property("a\\=b : c"), ("a\\=b", "c"));
        assert_eq!(split_property("a b=c"), ("a", "b=c"));
        assert_eq!(split_property("a"), ("a", ""));
        assert_eq!(unescaped("a\\=\\u0041\\n").as_deref(), Some("a=A\n"));
        assert_eq!(unescaped("\\u00g0"), None);
    }

    #[test]
    fn the_colon_of_an_address_separates_nothing() {
        assert_eq!(split_setting("proxy_pass https://h.example/a"), None);
        assert_eq!(split_setting("url: https://h.example"), Some(("url", "https://h.example")));
        assert_eq!(split_setting("log level = 3"), Some(("log level", "3")));
        assert_eq!(split_setting("a=b"), Some(("a", "b")));
    }
}
