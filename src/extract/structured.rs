//! JSON, TOML and YAML as one kind of tree whose every node knows where it
//! stands. The grammars are libraries'; what is ours is the common shape, the
//! nesting limit in front of every parser, and positions.
//!
//! Knows no file name and no meaning.

use std::borrow::Cow;

use super::{Content, ExtractError};

/// A value and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'a> {
    /// Byte offset in the text.
    pub offset: usize,
    /// What stands there.
    pub value: Value<'a>,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string, number, boolean or date, as text.
    Scalar(Cow<'a, str>),
    /// `null`, `~` or nothing.
    Null,
    /// A list.
    List(Vec<Node<'a>>),
    /// A table, in the order of the file. A key may repeat.
    Table(Vec<Entry<'a>>),
}

/// One key of a table with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// Byte offset of the key.
    pub key_offset: usize,
    /// Its value.
    pub node: Node<'a>,
}

impl<'a> Node<'a> {
    /// The value under `key`, if this is a table that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value under a chain of keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Node<'a>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The scalar's text, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a table; empty for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'a>] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for anything else.
    #[must_use]
    pub fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }
}

/// A JSON document; comments and trailing commas are accepted, because
/// editors' settings have them.
///
/// # Errors
/// Malformed, or nested deeper than the limit. An empty file is `Null`.
pub fn json<'a>(content: &Content<'a>) -> Result<Node<'a>, ExtractError> {
    check_nesting(content)?;
    let parsed = parsed_json(content.text).map_err(|error| {
        ExtractError::malformed(format_args!("JSON: line {}", error.line_display()))
    })?;
    Ok(parsed.value.map_or(Node { offset: 0, value: Value::Null }, from_json))
}

fn parsed_json(
    text: &str,
) -> Result<jsonc_parser::ParseResult<'_>, jsonc_parser::errors::ParseError> {
    let options = jsonc_parser::ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        ..Default::default()
    };
    jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &options)
}

/// A JSON document as far as it can be read, and what stopped the reading, if
/// anything did: what stands in whole lines before a mistake is still told.
#[must_use]
pub fn json_so_far<'a>(content: &Content<'a>) -> (Node<'a>, Option<ExtractError>) {
    let error = match json(content) {
        Ok(node) => return (node, None),
        Err(error) => error,
    };
    let nothing = Node { offset: 0, value: Value::Null };
    if check_nesting(content).is_err() {
        return (nothing, Some(error));
    }
    let at = parsed_json(content.text).err().map_or(0, |error| error.range().start);
    let end = content.text.get(..at).and_then(|text| text.rfind('\n')).unwrap_or(0);
    let mut head = content.text.get(..end).unwrap_or_default().trim_end().to_owned();
    head.push_str(&closers(&head));
    let head = Content::new(content.path, &head, false, content.limits);
    (json(&head).map_or(nothing, owned), Some(error))
}

/// The brackets that would close what a text leaves open.
#[must_use]
pub fn closers(text: &str) -> String {
    let mut open = Vec::new();
    let mut bytes = text.bytes();
    let mut quoted = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if quoted => {
                bytes.next();
            }
            b'"' => quoted = !quoted,
            b'{' if !quoted => open.push('}'),
            b'[' if !quoted => open.push(']'),
            b'}' | b']' if !quoted => {
                open.pop();
            }
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

/// The same tree without a borrow. The nesting is bounded.
fn owned(node: Node<'_>) -> Node<'static> {
    let value = match node.value {
        Value::Null => Value::Null,
        Value::Scalar(text) => Value::Scalar(Cow::Owned(text.into_owned())),
        Value::List(items) => Value::List(items.into_iter().map(owned).collect()),
        Value::Table(entries) => Value::Table(
            entries
                .into_iter()
                .map(|entry| Entry {
                    key: Cow::Owned(entry.key.into_owned()),
                    key_offset: entry.key_offset,
                    node: owned(entry.node),
                })
                .collect(),
        ),
    };
    Node { offset: node.offset, value }
}

fn from_json(value: jsonc_parser::ast::Value<'_>) -> Node<'_> {
    use jsonc_parser::ast::{ObjectPropName, Value as Json};
    use jsonc_parser::common::Ranged;
    let offset = value.range().start;
    let value = match value {
        Json::StringLit(literal) => Value::Scalar(literal.value),
        Json::NumberLit(literal) => Value::Scalar(Cow::Borrowed(literal.value)),
        Json::BooleanLit(literal) => {
            Value::Scalar(Cow::Borrowed(if literal.value { "true" } else { "false" }))
        }
        Json::NullKeyword(_) => Value::Null,
        Json::Array(array) => Value::List(array.elements.into_iter().map(from_json).collect()),
        Json::Object(object) => Value::Table(
            object
                .properties
                .into_iter()
                .map(|property| {
                    let (key, key_offset) = match property.name {
                        ObjectPropName::String(name) => (name.value, name.range.start),
                        ObjectPropName::Word(name) => (Cow::Borrowed(name.value), name.range.start),
                    };
                    Entry { key, key_offset, node: from_json(property.value) }
                })
                .collect(),
        ),
    };
    Node { offset, value }
}

/// A TOML document.
///
/// # Errors
/// Malformed, or nested deeper than the limit.
pub fn toml<'a>(content: &Content<'a>) -> Result<Node<'a>, ExtractError> {
    check_nesting(content)?;
    let table = toml::de::DeTable::parse(content.text).map_err(|error| {
        let line = error.span().map_or(0, |span| content.span_at(span.start).line);
        ExtractError::malformed(format_args!("TOML: line {line}"))
    })?;
    Ok(Node { offset: 0, value: from_toml_table(table.into_inner()) })
}

/// A TOML document as far as it can be read, and what stopped the reading, if
/// anything did: what stands before a mistake is still told. What stands
/// behind one may belong elsewhere and is not.
#[must_use]
pub fn toml_so_far<'a>(content: &Content<'a>) -> (Node<'a>, Option<ExtractError>) {
    if let Err(error) = check_nesting(content) {
        return (Node { offset: 0, value: Value::Null }, Some(error));
    }
    let (table, errors) = toml::de::DeTable::parse_recoverable(content.text);
    let mut root = Node { offset: 0, value: from_toml_table(table.into_inner()) };
    let starts = errors.iter().map(|error| error.span().map_or(0, |span| span.start));
    let Some(end) = starts.min() else { return (root, None) };
    // The line of the mistake may be half of something else.
    let end = content.text.get(..end).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    cut(&mut root, end);
    let line = content.span_at(end).line;
    (root, Some(ExtractError::malformed(format_args!("TOML: line {line}"))))
}

/// Moves a tree to where its text stands in a larger one. The nesting is bounded.
pub(super) fn shift(node: &mut Node<'_>, by: usize) {
    node.offset += by;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Table(entries) => {
            for entry in entries {
                entry.key_offset += by;
                shift(&mut entry.node, by);
            }
        }
        Value::Scalar(_) | Value::Null => {}
    }
}

/// Leaves out what starts at or behind an offset. The nesting is bounded.
fn cut(node: &mut Node<'_>, end: usize) {
    match &mut node.value {
        Value::List(items) => {
            items.retain(|item| item.offset < end);
            for item in items {
                cut(item, end);
            }
        }
        Value::Table(entries) => {
            entries.retain(|entry| entry.key_offset < end);
            for entry in entries {
                cut(&mut entry.node, end);
            }
        }
        Value::Scalar(_) | Value::Null => {}
    }
}

fn from_toml_table(table: toml::de::DeTable<'_>) -> Value<'_> {
    let mut entries: Vec<Entry<'_>> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_offset: key.span().start,
            key: key.into_inner(),
            node: from_toml(value),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_offset);
    Value::Table(entries)
}

fn from_toml(value: toml::Spanned<toml::de::DeValue<'_>>) -> Node<'_> {
    use toml::de::DeValue;
    let offset = value.span().start;
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Scalar(text),
        DeValue::Integer(number) => Value::Scalar(Cow::Owned(number.as_str().to_owned())),
        DeValue::Float(number) => Value::Scalar(Cow::Owned(number.as_str().to_owned())),
        DeValue::Boolean(flag) => Value::Scalar(Cow::Borrowed(if flag { "true" } else { "false" })),
        DeValue::Datetime(date) => Value::Scalar(Cow::Owned(date.to_string())),
        DeValue::Array(items) => Value::List(items.into_iter().map(from_toml).collect()),
        DeValue::Table(table) => from_toml_table(table),
    };
    Node { offset, value }
}

/// The documents of a YAML stream, and what stopped the reading, if anything
/// did: what stands before a mistake is still told.
///
/// Aliases are not expanded (an alias is `Null`), so that a bomb of aliases
/// costs nothing; merge keys are therefore not merged.
#[must_use]
pub fn yaml<'a>(content: &Content<'a>) -> (Vec<Node<'a>>, Option<ExtractError>) {
    let (documents, stopped) = yaml_so_far(content);
    (documents, stopped.map(|(error, _)| error))
}

/// The same with the offset where the reading stopped. A scalar keeps a tag of
/// the document's own before it (`!Ref x`): it stands for something else.
#[must_use]
pub fn yaml_so_far<'a>(content: &Content<'a>) -> (Vec<Node<'a>>, Option<(ExtractError, usize)>) {
    let mut builder = YamlBuilder::new(content.limits.nesting);
    let mut at = 0;
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_comments: false
    };
    for event in granit_parser::Parser::new_from_str_with_options(content.text, options) {
        let stopped = match event {
            Ok((event, span)) => {
                at = span.start.byte_offset().unwrap_or(0);
                builder.event(event, at)
            }
            Err(error) => {
                let line = error.marker().line();
                at = error.marker().byte_offset().unwrap_or(at);
                Err(ExtractError::malformed(format_args!("YAML: line {line}")))
            }
        };
        if let Err(error) = stopped {
            return (builder.finish(), Some((error, at)));
        }
    }
    (builder.finish(), None)
}

/// A collection that is still open.
enum Open<'a> {
    List(usize, Vec<Node<'a>>),
    Table(usize, Vec<Entry<'a>>, Option<(Cow<'a, str>, usize)>),
}

/// Builds trees from events with a stack of its own: no recursion on input.
struct YamlBuilder<'a> {
    limit: usize,
    open: Vec<Open<'a>>,
    documents: Vec<Node<'a>>,
}

impl<'a> YamlBuilder<'a> {
    fn new(limit: usize) -> Self {
        Self { limit, open: Vec::new(), documents: Vec::new() }
    }

    fn event(
        &mut self,
        event: granit_parser::Event<'a>,
        offset: usize,
    ) -> Result<(), ExtractError> {
        use granit_parser::{Event, ScalarStyle};
        match event {
            Event::Scalar(text, style, _, tag) => {
                let null = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let tag = tag.filter(|tag| tag.handle() == "!" && !tag.suffix().is_empty());
                let value = match tag {
                    _ if null => Value::Null,
                    // What is only filled in, and has nothing to fill in, is itself.
                    Some(tag) if tag.suffix() != "Sub" || text.contains("${") => {
                        Value::Scalar(Cow::Owned(format!("!{} {text}", tag.suffix())))
                    }
                    _ => Value::Scalar(text),
                };
                self.place(Node { offset, value });
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.place(Node { offset, value: Value::Null });
            }
            Event::SequenceStart(..) => self.open(Open::List(offset, Vec::new()))?,
            Event::MappingStart(..) => self.open(Open::Table(offset, Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, collection: Open<'a>) -> Result<(), ExtractError> {
        if self.open.len() >= self.limit {
            return Err(ExtractError::TooDeep { limit: self.limit });
        }
        self.open.push(collection);
        Ok(())
    }

    fn close(&mut self) {
        let node = match self.open.pop() {
            Some(Open::List(offset, items)) => Node { offset, value: Value::List(items) },
            Some(Open::Table(offset, entries, _)) => Node { offset, value: Value::Table(entries) },
            None => return,
        };
        self.place(node);
    }

    fn place(&mut self, node: Node<'a>) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Table(_, entries, pending)) => {
                if let Some((key, key_offset)) = pending.take() {
                    entries.push(Entry { key, key_offset, node });
                } else {
                    let key_offset = node.offset;
                    let key = match node.value {
                        Value::Scalar(text) => text,
                        _ => Cow::Borrowed(""),
                    };
                    *pending = Some((key, key_offset));
                }
            }
        }
    }

    /// Whatever is still open after a mistake is closed as it stands.
    fn finish(mut self) -> Vec<Node<'a>> {
        while !self.open.is_empty() {
            self.close();
        }
        self.documents
    }
}

/// Bytes at the start of a file in which a glance looks for deep nesting.
const GLANCE: usize = 4096;

/// A cheap look at a JSON file: is its beginning nested beyond the limit, does
/// it end as it began? `None` says nothing about what lies between.
#[must_use]
pub fn glance_json(content: &Content<'_>) -> Option<ExtractError> {
    let text = content.text.trim();
    let closes = match text.as_bytes() {
        [b'{', .., last] => *last == b'}',
        [b'[', .., last] => *last == b']',
        [b'{' | b'['] => false,
        _ => true,
    };
    glance_nesting(content).or_else(|| {
        let tail = text.as_bytes();
        let tail = tail.get(tail.len().saturating_sub(200)..).unwrap_or_default();
        let comments = tail.windows(2).any(|pair| pair == b"//" || pair == b"*/");
        let cut = !closes && !comments && !content.truncated;
        cut.then(|| ExtractError::malformed("JSON: it does not end as it begins"))
    })
}

/// A cheap look at any structured file: is its beginning nested beyond the limit?
#[must_use]
pub fn glance_nesting(content: &Content<'_>) -> Option<ExtractError> {
    let head = content.text.as_bytes();
    let head = head.get(..GLANCE.min(head.len())).unwrap_or_default();
    nesting_of(head, content.limits.nesting).err()
}

/// Refuses documents whose brackets nest beyond the limit before any
/// recursive parser sees them. Brackets in strings do not count.
fn check_nesting(content: &Content<'_>) -> Result<(), ExtractError> {
    nesting_of(content.text.as_bytes(), content.limits.nesting)
}

fn nesting_of(bytes: &[u8], limit: usize) -> Result<(), ExtractError> {
    let mut depth = 0usize;
    let mut quote: Option<u8> = None;
    let mut escaped = false;
    for byte in bytes.iter().copied() {
        if let Some(mark) = quote {
            if escaped {
                escaped = false;
            } else if byte == b'\\' && mark == b'"' {
                escaped = true;
            } else if byte == mark || byte == b'\n' {
                quote = None;
            }
            continue;
        }
        match byte {
            b'"' => quote = Some(b'"'),
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return Err(ExtractError::TooDeep { limit });
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::format_collect, clippy::format_push_string)] // clearer than what clippy would have
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn with<T>(text: &str, read: impl FnOnce(&Content<'_>) -> T) -> T {
        let limits = Limits::default();
        read(&Content::new("x", text, false, &limits))
    }

    #[test]
    fn the_three_grammars_give_the_same_tree() {
        let texts = |node: &Node<'_>| {
            (
                node.at(&["a", "b"]).and_then(Node::as_str).map(str::to_owned),
                node.get("c").map(|list| list.items().len()),
            )
        };
        let expected = (Some("1".to_owned()), Some(2));
        with(r#"{"a": {"b": 1}, "c": [true, "x"],} // note"#, |content| {
            assert_eq!(json(content).map(|node| texts(&node)), Ok(expected.clone()));
        });
        with("c = [true, 'x']\n[a]\nb = 1\n", |content| {
            assert_eq!(toml(content).map(|node| texts(&node)), Ok(expected.clone()));
        });
        with("a:\n  b: 1\nc: [true, x]\n", |content| {
            let (documents, error) = yaml(content);
            assert_eq!(error, None);
            assert_eq!(documents.first().map(texts), Some(expected.clone()));
        });
    }

    #[test]
    fn what_stands_before_a_mistake_is_still_told() {
        let json = "{\n \"a\": {\"b\": \"1\"},\n \"c\": [\"{\", \"d\",\n<<<<<<< HEAD\n \"e\"]}";
        with(json, |content| {
            let (root, error) = json_so_far(content);
            assert!(error.is_some());
            assert_eq!(root.at(&["a", "b"]).and_then(Node::as_str), Some("1"));
            let list: Vec<_> =
                root.get("c").map_or(&[][..], Node::items).iter().map(Node::as_str).collect();
            assert_eq!(list, [Some("{"), Some("d")]);
        });
        with("a = 1\n[t]\nb = [\"c\",\n<<<<<<< HEAD\n \"d\"]\n[dev\ne = 1\n", |content| {
            let (root, error) = toml_so_far(content);
            assert!(error.is_some());
            assert_eq!(root.get("a").and_then(Node::as_str), Some("1"));
            assert!(root.get("dev").is_none() && root.get("e").is_none());
        });
        for text in ["", "{", "{\n\"a\":\n}", "]]]", "\"\\"] {
            with(text, |content| {
                let _ = json_so_far(content);
                let _ = toml_so_far(content);
            });
        }
    }

    #[test]
    fn nodes_know_where_they_stand() {
        with("a: 1\nbé:\n  key: value\n", |content| {
            let (documents, _) = yaml(content);
            let offset = documents[0].at(&["bé", "key"]).map_or(0, |node| node.offset);
            assert_eq!(&content.text[offset..offset + 5], "value");
        });
        with("[a]\nb = 'v'\n", |content| {
            let node = toml(content).unwrap_or(Node { offset: 0, value: Value::Null });
            let offset = node.at(&["a", "b"]).map_or(0, |node| node.offset);
            assert_eq!(content.span_at(offset).line, 2);
        });
    }

    #[test]
    fn a_hundred_thousand_brackets_are_too_deep_in_every_grammar() {
        let deep = "[".repeat(100_000);
        with(&deep, |content| {
            assert_eq!(json(content), Err(ExtractError::TooDeep { limit: 128 }));
            assert!(yaml(content).1.is_some());
        });
        with(&format!("a = {deep}"), |content| {
            assert_eq!(toml(content), Err(ExtractError::TooDeep { limit: 128 }));
        });
        let blocks: String = (0..5000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        with(&blocks, |content| assert!(yaml(content).1.is_some()));
    }

    #[test]
    fn yaml_before_a_mistake_is_still_told() {
        with("a: 1\nb: [1, 2\nc: }\n", |content| {
            let (documents, error) = yaml(content);
            assert!(error.is_some());
            assert_eq!(documents[0].get("a").and_then(Node::as_str), Some("1"));
        });
    }

    #[test]
    fn a_bomb_of_aliases_stays_small() {
        let mut bomb = String::from("a0: &a0 x\n");
        for level in 1..60 {
            let previous = level - 1;
            bomb.push_str(&format!(
                "a{level}: &a{level} [*a{previous}, *a{previous}, *a{previous}]\n"
            ));
        }
        with(&bomb, |content| assert_eq!(yaml(content).0.len(), 1));
    }
}
