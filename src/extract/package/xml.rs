//! XML as a tree whose every element, attribute and text knows where it
//! stands. The grammar is a library's; ours are the bounds and the positions.
//! Entities of a document's own are left as written, so that no bomb of them
//! can go off.
//!
//! Knows no element's meaning. Namespaces and case do not count.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::extract::{Content, ExtractError};

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    /// Its name without a namespace's prefix.
    pub(super) name: &'a str,
    /// Byte offset of its `<`.
    pub(super) offset: usize,
    /// Its attributes, in the order of the file.
    pub(super) attributes: Vec<Text<'a>>,
    /// The elements in it.
    pub(super) children: Vec<Element<'a>>,
    text: Cow<'a, str>,
    text_offset: usize,
}

/// A text and where it stands, under a name.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// Name of the attribute.
    name: &'a str,
    /// The text without blanks around it.
    pub(super) value: Cow<'a, str>,
    /// Byte offset of the text.
    pub(super) offset: usize,
}

/// A text that was looked up, and where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found<'t> {
    /// The text; empty if there is none.
    pub(super) text: &'t str,
    /// Byte offset of the text.
    pub(super) offset: usize,
}

impl<'a> Element<'a> {
    /// Whether it has this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The elements of a name in it.
    pub(super) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t Element<'a>> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// The first element of a name in it.
    pub(super) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.children.iter().find(|child| child.is(name))
    }

    /// The elements at the end of a chain of names.
    pub(super) fn below<'t>(&'t self, names: &[&'t str]) -> Vec<&'t Element<'a>> {
        names.iter().fold(vec![self], |level, name| {
            level.into_iter().flat_map(|element| element.all(name)).collect()
        })
    }

    /// Its own text.
    pub(super) fn own(&self) -> Found<'_> {
        Found { text: self.text.trim(), offset: self.text_offset }
    }

    /// The text of an element in it.
    pub(super) fn text(&self, name: &str) -> Found<'_> {
        self.child(name).map(Element::own).unwrap_or_default()
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Found<'_> {
        let found = self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name));
        found.map(|a| Found { text: a.value.trim(), offset: a.offset }).unwrap_or_default()
    }

    /// An attribute, or the element in its place.
    pub(super) fn value(&self, name: &str) -> Found<'_> {
        let attribute = self.attribute(name);
        if attribute.text.is_empty() { self.text(name) } else { attribute }
    }

    /// Calls for it and everything in it, in the order of the file.
    pub(super) fn walk<'t>(&'t self, visit: &mut dyn FnMut(&'t Element<'a>)) {
        let mut pending = vec![self];
        while let Some(element) = pending.pop() {
            visit(element);
            pending.extend(element.children.iter().rev());
        }
    }
}

/// Attributes of one element that are kept.
const ATTRIBUTES: usize = 64;

/// The root of a document, and what stopped the reading, if anything did: what
/// stands before a mistake is still told. An empty file has no root.
pub(super) fn read<'a>(content: &Content<'a>) -> (Option<Element<'a>>, Option<ExtractError>) {
    let mut reader = Reader::from_str(content.text);
    reader.config_mut().allow_dangling_amp = true;
    let mut tree = Tree { content, open: Vec::new(), root: None, elements: 0 };
    let mut offset = 0;
    let error = loop {
        let Ok(event) = reader.read_event() else {
            break Some(tree.malformed(usize_of(reader.error_position())));
        };
        match tree.event(&event, offset) {
            Ok(true) => {}
            Ok(false) => break None,
            Err(error) => break Some(error),
        }
        offset = usize_of(reader.buffer_position());
    };
    while !tree.open.is_empty() {
        tree.close();
    }
    (tree.root, error)
}

fn usize_of(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

struct Tree<'c, 'a> {
    content: &'c Content<'a>,
    open: Vec<Element<'a>>,
    root: Option<Element<'a>>,
    elements: usize,
}

impl<'a> Tree<'_, 'a> {
    fn malformed(&self, offset: usize) -> ExtractError {
        let line = self.content.span_at(offset).line;
        ExtractError::malformed(format_args!("XML: line {line}"))
    }

    /// Whether there is more to read.
    fn event(&mut self, event: &Event<'_>, offset: usize) -> Result<bool, ExtractError> {
        match event {
            Event::Start(start) => self.open(start, offset)?,
            Event::Empty(start) => {
                self.open(start, offset)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(text, offset)?,
            Event::CData(text) => self.text(text, offset)?,
            Event::GeneralRef(name) => self.text(&referred(name), offset)?,
            Event::Eof if !self.open.is_empty() => return Err(self.malformed(offset)),
            Event::Eof => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    fn open(&mut self, start: &BytesStart<'_>, offset: usize) -> Result<(), ExtractError> {
        let limits = self.content.limits;
        if self.open.len() >= limits.nesting {
            return Err(ExtractError::TooDeep { limit: limits.nesting });
        }
        self.elements += 1;
        if self.elements > limits.facts_per_file {
            return Err(ExtractError::malformed(format_args!(
                "XML: more than {} elements",
                limits.facts_per_file
            )));
        }
        // Without the check for doubles, which would cost the square of them.
        let mut all = start.attributes();
        let attributes = all.with_checks(false).flatten().take(ATTRIBUTES);
        let attributes = attributes.filter_map(|attribute| {
            let (_, name) = self.place(attribute.key.local_name().into_inner())?;
            let (offset, raw) = self.place(&attribute.value)?;
            let value = quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw));
            Some(Text { name, value, offset })
        });
        let attributes = attributes.collect();
        let name = self.place(start.local_name().into_inner()).map_or("", |(_, name)| name);
        let text_offset = offset;
        self.open.push(Element { name, offset, attributes, text_offset, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => {
                self.root.get_or_insert(element);
            }
        }
    }

    fn text(&mut self, text: &str, offset: usize) -> Result<(), ExtractError> {
        let is_blank = text.trim().is_empty();
        let place = self.place(text);
        let Some(element) = self.open.last_mut() else {
            return if is_blank { Ok(()) } else { Err(self.malformed(offset)) };
        };
        if !element.text.is_empty() {
            element.text.to_mut().push_str(text);
        } else if !is_blank {
            let blanks = text.len() - text.trim_start().len();
            element.text_offset = place.map_or(offset, |(offset, _)| offset + blanks);
            element.text =
                place.map_or_else(|| Cow::Owned(text.to_owned()), |(_, text)| Cow::Borrowed(text));
        }
        Ok(())
    }

    /// A part of the file, by its place in memory: the library hands out
    /// parts of what it was given, but not where they stand.
    fn place(&self, part: &str) -> Option<(usize, &'a str)> {
        let text = self.content.text;
        let offset = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        let found = text.get(offset..offset.checked_add(part.len())?)?;
        (found == part).then_some((offset, found))
    }
}

/// What a reference stands for; one to an entity of the document's own stays
/// as written.
fn referred(name: &BytesRef<'_>) -> String {
    let written = format!("&{};", &**name);
    quick_xml::escape::unescape(&written).map(Cow::into_owned).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn with<T>(
        text: &str,
        look: impl FnOnce(Option<&Element<'_>>, Option<ExtractError>) -> T,
    ) -> T {
        let limits = Limits::default();
        let content = Content::new("x.xml", text, false, &limits);
        let (root, error) = read(&content);
        look(root.as_ref(), error)
    }

    #[test]
    fn elements_attributes_and_texts_know_where_they_stand() {
        let text =
            "<?xml version='1.0'?>\n<m:a xmlns:m='x'>\n <b c='1 &amp; 2'> t<!-- n -->u </b></m:a>";
        with(text, |root, error| {
            assert_eq!(error, None);
            let root = root.unwrap();
            assert!(root.is("A"));
            let b = root.child("b").unwrap();
            assert_eq!(b.own().text, "tu");
            assert_eq!(text.get(b.own().offset..=b.own().offset), Some("t"));
            assert_eq!(b.attribute("C").text, "1 & 2");
            assert_eq!(
                text.get(b.attribute("c").offset..).map(|t| t.starts_with("1 &")),
                Some(true)
            );
        });
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY x 'lol'><!ENTITY y '&x;&x;&x;'>]>\n<a>&y;<b>&y;</b></a>";
        with(bomb, |root, error| {
            assert_eq!(error, None);
            assert_eq!(root.unwrap().own().text, "&y;");
        });
    }

    #[test]
    fn nesting_is_bounded_and_what_stands_before_a_mistake_is_told() {
        with(&"<a>".repeat(100_000), |_, error| {
            assert_eq!(error, Some(ExtractError::TooDeep { limit: 128 }));
        });
        with("<a><b>1</b><c></d></a>", |root, error| {
            assert!(error.is_some());
            assert_eq!(root.unwrap().text("b").text, "1");
        });
        with("", |root, error| assert!(root.is_none() && error.is_none()));
        with("<a><b>", |root, error| assert!(root.is_some() && error.is_some()));
    }
}
