//! HCL as the tree that JSON, TOML and YAML become: a block is a table below
//! its type and labels, so that it reads as the JSON spelling of the same file.
//! Own code, because what goes on after a mistake must still be read, and
//! because nothing is evaluated: what is no literal is kept as written.
//!
//! Knows the grammar, no provider and no meaning of any block.

use std::borrow::Cow;

use crate::extract::structured::{self, Entry, Node, Value};
use crate::extract::{Content, ExtractError};

/// Longest expression that is kept as written, in bytes.
const RAW_BYTES: usize = 256;

/// A file as a tree, and what stopped or marred the reading.
pub(super) fn read<'a>(content: &Content<'a>) -> (Node<'a>, Option<ExtractError>) {
    let mut reader =
        Reader { content, text: content.text, at: 0, depth: 0, mistake: None, too_deep: false };
    let entries = reader.body();
    let limit = content.limits.nesting;
    let error = if reader.too_deep {
        Some(ExtractError::TooDeep { limit })
    } else {
        reader.mistake.map(|at| {
            ExtractError::malformed(format_args!("HCL: line {}", content.span_at(at).line))
        })
    };
    (Node { offset: 0, value: Value::Table(entries) }, error)
}

struct Reader<'r, 'a> {
    content: &'r Content<'a>,
    text: &'a str,
    at: usize,
    depth: usize,
    /// Where the first mistake stands.
    mistake: Option<usize>,
    too_deep: bool,
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn ahead(&self, prefix: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    fn wrong(&mut self) {
        self.mistake.get_or_insert(self.at.min(self.text.len()));
    }

    /// Goes one level down; false where that is too deep: then nothing more is read.
    fn descend(&mut self) -> bool {
        if self.depth >= self.content.limits.nesting {
            self.too_deep = true;
            self.at = self.text.len();
            return false;
        }
        self.depth += 1;
        true
    }

    /// Skips blanks and comments, and with `lines` line ends too.
    fn skip(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if lines => self.at += 1,
                b'#' => self.skip_line(),
                b'/' if self.ahead("//") => self.skip_line(),
                b'/' if self.ahead("/*") => {
                    let rest = self.text.get(self.at + 2..).unwrap_or_default();
                    if let Some(length) = memchr::memmem::find(rest.as_bytes(), b"*/") {
                        self.at += 2 + length + 2;
                    } else {
                        self.wrong();
                        self.at = self.text.len();
                    }
                }
                _ => return,
            }
        }
    }

    /// Goes to the end of the line.
    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn word(&mut self) -> &'a str {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b"_-.*".contains(&b) || b >= 0x80)
        {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Attributes and blocks, up to the closing brace or the end.
    fn body(&mut self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        loop {
            self.skip(true);
            match self.peek() {
                None => {
                    if self.depth > 0 && !self.too_deep {
                        self.wrong();
                    }
                    return entries;
                }
                Some(b'}') if self.depth > 0 => {
                    self.at += 1;
                    return entries;
                }
                Some(b',') => self.at += 1,
                Some(_) => self.item(&mut entries),
            }
        }
    }

    /// An attribute or a block. After a mistake the next line is read.
    fn item(&mut self, entries: &mut Vec<Entry<'a>>) {
        let key_offset = self.at;
        let key = match self.peek() {
            Some(b'"') => self.string(),
            _ => Cow::Borrowed(self.word()),
        };
        if key.is_empty() && self.at == key_offset {
            self.wrong();
            self.at += 1;
            self.skip_line();
            return;
        }
        self.skip(false);
        match self.peek() {
            Some(b'=' | b':') => {
                self.at += 1;
                let node = self.value(false);
                entries.push(Entry { key, key_offset, node });
                self.skip(false);
                if !matches!(self.peek(), None | Some(b'\n' | b'}' | b',')) {
                    self.wrong();
                    self.skip_line();
                }
            }
            Some(b'{' | b'"') => self.block(key, key_offset, entries),
            Some(byte) if byte.is_ascii_alphabetic() => self.block(key, key_offset, entries),
            _ => {
                self.wrong();
                self.skip_line();
            }
        }
    }

    fn block(&mut self, key: Cow<'a, str>, key_offset: usize, entries: &mut Vec<Entry<'a>>) {
        let mut names = vec![(key, key_offset)];
        loop {
            self.skip(false);
            let offset = self.at;
            match self.peek() {
                Some(b'"') => {
                    let label = self.string();
                    names.push((label, offset));
                }
                Some(b'{') => break,
                Some(byte) if byte.is_ascii_alphabetic() => {
                    let label = Cow::Borrowed(self.word());
                    names.push((label, offset));
                }
                _ => {
                    self.wrong();
                    self.skip_line();
                    return;
                }
            }
            if names.len() > 8 {
                self.wrong();
                self.skip_line();
                return;
            }
        }
        let offset = self.at;
        self.at += 1;
        if !self.descend() {
            return;
        }
        let body = self.body();
        self.depth -= 1;
        let mut node = Node { offset, value: Value::Table(body) };
        while let Some((key, key_offset)) = names.pop() {
            let entry = Entry { key, key_offset, node };
            if names.is_empty() {
                entries.push(entry);
                return;
            }
            node = Node { offset: key_offset, value: Value::Table(vec![entry]) };
        }
    }

    /// An expression as a value: a literal, or as written.
    fn value(&mut self, lines: bool) -> Node<'a> {
        self.skip(lines);
        let start = self.at;
        self.expression(lines).unwrap_or_else(|| {
            let raw = self.text.get(start..self.at).unwrap_or_default().trim();
            let end = raw.floor_char_boundary(RAW_BYTES);
            let kept = raw.get(..end).unwrap_or_default();
            let value = if kept.is_empty() {
                Value::Null
            } else {
                Value::Scalar(Cow::Owned(format!("${{{kept}}}")))
            };
            Node { offset: start, value }
        })
    }

    /// The literals of an expression: the one that it is, or a list of those
    /// that it chooses from or is put together of; none if it only refers.
    fn expression(&mut self, lines: bool) -> Option<Node<'a>> {
        let start = self.at;
        let mut terms: Vec<Node<'a>> = Vec::new();
        let mut refers = false;
        // A word that a bracket right behind it belongs to.
        let mut word: Option<&'a str> = None;
        loop {
            let before = self.at;
            self.skip(lines);
            if self.at > before {
                word = None;
            }
            let Some(byte) = self.peek() else { break };
            let offset = self.at;
            match byte {
                b'\n' | b',' | b']' | b'}' | b')' => break,
                b'"' => {
                    let text = self.string();
                    terms.push(Node { offset, value: Value::Scalar(text) });
                }
                b'<' if self.ahead("<<") => terms.extend(self.heredoc()),
                b'[' if word.is_some() || refers && terms.is_empty() && before == offset => {
                    refers = true;
                    self.list();
                }
                b'[' => terms.push(Node { offset, value: Value::List(self.list()) }),
                b'{' => terms.push(Node { offset, value: Value::Table(self.object()) }),
                b'(' => {
                    let called = word.take();
                    terms.extend(self.call());
                    refers |= called.is_some_and(|name| !CONVERSIONS.contains(&name));
                    continue;
                }
                _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' => {
                    let text = self.word();
                    let is_call = self.peek() == Some(b'(');
                    match scalar(text) {
                        Some(value) if !is_call => terms.push(Node { offset, value }),
                        _ if is_call && CONVERSIONS.contains(&text) => {}
                        _ => refers = true,
                    }
                    word = Some(text);
                    continue;
                }
                _ => {
                    refers = true;
                    self.at += 1;
                    while !self.text.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
            }
            word = None;
        }
        if terms.len() > 1 || (refers && !terms.is_empty()) {
            return Some(Node { offset: start, value: Value::List(terms) });
        }
        terms.pop()
    }

    /// The items between brackets.
    fn list(&mut self) -> Vec<Node<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        if !self.descend() {
            return items;
        }
        loop {
            self.skip(true);
            match self.peek() {
                None | Some(b'}' | b')') => {
                    self.wrong();
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(_) => items.push(self.value(true)),
            }
        }
        self.depth = self.depth.saturating_sub(1);
        items
    }

    /// The literals among the arguments of a call, or in parentheses.
    fn call(&mut self) -> Vec<Node<'a>> {
        self.at += 1;
        let mut found = Vec::new();
        if !self.descend() {
            return found;
        }
        loop {
            self.skip(true);
            match self.peek() {
                None | Some(b'}' | b']') => {
                    self.wrong();
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    break;
                }
                Some(_) => found.extend(self.expression(true)),
            }
        }
        self.depth = self.depth.saturating_sub(1);
        found
    }

    /// The entries between braces; `for` makes none that is known.
    fn object(&mut self) -> Vec<Entry<'a>> {
        self.at += 1;
        let mut entries = Vec::new();
        if !self.descend() {
            return entries;
        }
        loop {
            self.skip(true);
            let key_offset = self.at;
            match self.peek() {
                None | Some(b']' | b')') => {
                    self.wrong();
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(_) => {}
            }
            let key = self.key();
            self.skip(false);
            match self.peek() {
                Some(b'=' | b':') => {
                    self.at += 1;
                    if self.peek() == Some(b'>') {
                        self.at += 1;
                    }
                    let node = self.value(false);
                    entries.push(Entry { key, key_offset, node });
                }
                // `for k, v in x : ...`
                _ if self.at > key_offset => {}
                _ => self.at += 1,
            }
        }
        self.depth = self.depth.saturating_sub(1);
        entries
    }

    /// The key of an object's entry: a word, a string, or an expression in parentheses.
    fn key(&mut self) -> Cow<'a, str> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'(') => {
                let found = self.call();
                match found.into_iter().next().map(|node| node.value) {
                    Some(Value::Scalar(text)) => text,
                    _ => Cow::Borrowed(""),
                }
            }
            _ => {
                let word = self.word();
                if word.is_empty() {
                    self.at += self
                        .text
                        .get(self.at..)
                        .and_then(|it| it.chars().next())
                        .map_or(1, char::len_utf8);
                }
                Cow::Borrowed(word)
            }
        }
    }

    /// A quoted string, interpolations kept as written.
    fn string(&mut self) -> Cow<'a, str> {
        self.at += 1;
        let mut text = Cow::Borrowed("");
        let mut start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\n' => break,
                b'\\' => {
                    push(&mut text, self.text.get(start..self.at).unwrap_or_default());
                    self.at += 1;
                    let Some(escaped) = self.text.get(self.at..).and_then(|it| it.chars().next())
                    else {
                        start = self.at;
                        continue;
                    };
                    let meant = match escaped {
                        'n' => "\n",
                        't' => "\t",
                        'r' => "\r",
                        _ => {
                            self.text.get(self.at..self.at + escaped.len_utf8()).unwrap_or_default()
                        }
                    };
                    push(&mut text, meant);
                    self.at += escaped.len_utf8();
                    start = self.at;
                }
                b'$' | b'%' if self.ahead("${") || self.ahead("%{") => self.interpolation(),
                _ => self.at += 1,
            }
        }
        push(&mut text, self.text.get(start..self.at).unwrap_or_default());
        if self.peek() == Some(b'"') {
            self.at += 1;
        } else {
            self.wrong();
        }
        text
    }

    /// Goes behind an interpolation, which may hold strings that hold others.
    fn interpolation(&mut self) {
        self.at += 2;
        let mut open = vec![b'{'];
        while let (Some(byte), Some(inside)) = (self.peek(), open.last().copied()) {
            let quoted = inside == b'"';
            match byte {
                b'\n' if quoted => return,
                b'\\' if quoted => self.at += 1,
                b'"' if quoted => {
                    open.pop();
                }
                b'"' => open.push(b'"'),
                b'{' if !quoted => open.push(b'{'),
                b'$' | b'%' if quoted && (self.ahead("${") || self.ahead("%{")) => {
                    self.at += 1;
                    open.push(b'{');
                }
                b'}' if !quoted => {
                    open.pop();
                }
                _ => {}
            }
            self.at += 1;
            if open.len() > self.content.limits.nesting {
                self.too_deep = true;
                self.at = self.text.len();
            }
        }
        self.at = self.text.ceil_char_boundary(self.at.min(self.text.len()));
    }

    /// A here-document; one that holds JSON is read as JSON.
    fn heredoc(&mut self) -> Option<Node<'a>> {
        self.at += 2;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let marker = self.word();
        if marker.is_empty() {
            return None;
        }
        self.skip_line();
        let start = (self.at + 1).min(self.text.len());
        let mut end = start;
        let mut closed = false;
        for line in self.text.get(start..).unwrap_or_default().split_inclusive('\n') {
            if line.trim() == marker {
                closed = true;
                self.at = end + line.trim_end().len();
                break;
            }
            end += line.len();
        }
        if !closed {
            self.wrong();
            self.at = self.text.len();
        }
        let body = self.text.get(start..end).unwrap_or_default();
        Some(
            self.json_of(body, start)
                .unwrap_or(Node { offset: start, value: Value::Scalar(Cow::Borrowed(body)) }),
        )
    }

    fn json_of(&self, body: &'a str, start: usize) -> Option<Node<'a>> {
        if !body.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let within = Content::new(self.content.path, body, false, self.content.limits);
        let mut node = structured::json(&within).ok()?;
        structured::shift(&mut node, start);
        Some(node)
    }
}

/// Functions that only turn their argument into another spelling of itself.
const CONVERSIONS: &[&str] = &[
    "jsonencode",
    "yamlencode",
    "tolist",
    "toset",
    "tomap",
    "tostring",
    "sensitive",
    "nonsensitive",
    "base64encode",
    "trimspace",
    "lower",
];

/// A number or a truth value.
fn scalar(word: &str) -> Option<Value<'_>> {
    match word {
        "null" => Some(Value::Null),
        "true" | "false" => Some(Value::Scalar(Cow::Borrowed(word))),
        _ if word.starts_with(|first: char| first.is_ascii_digit()) => {
            Some(Value::Scalar(Cow::Borrowed(word)))
        }
        _ => None,
    }
}

/// Puts `piece` behind `text`, borrowing as long as there is but one.
fn push<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        text.to_mut().push_str(piece);
    }
}
