//! Persons whom manifests name as authors or maintainers: a lead for who may
//! answer for a package. Knows how manifests write a person, and tells an
//! address or a name as written; whether it is ever shown is decided elsewhere.

use crate::extract::structured::Node;
use crate::extract::{Content, Sink};
use crate::model::fact::Fact;

/// Most persons of one manifest: long lists thank everybody.
const MOST: usize = 20;

/// Tells the persons of some fields, each of which may hold one or a list.
pub(in crate::extract) fn tell<'n, 'a: 'n>(
    fields: impl IntoIterator<Item = Option<&'n Node<'a>>>,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    let entries = fields.into_iter().flatten().flat_map(|field| match field.items() {
        [] => std::slice::from_ref(field),
        items => items,
    });
    for (person, offset) in entries.filter_map(person_of).take(MOST) {
        sink.fact(Fact::Maintainer { person: person.into() }, Some(content.span_at(offset)));
    }
}

/// `Name <address> (page)`, or a table with the fields apart.
fn person_of<'n>(node: &'n Node<'_>) -> Option<(&'n str, usize)> {
    let (name, address) = if let Some(text) = node.as_str() {
        let (name, rest) = text.split_once('<').unwrap_or((text, ""));
        let name = name.split_once('(').map_or(name, |(name, _)| name);
        (name, rest.split('>').next().unwrap_or_default())
    } else {
        let field = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
        (field("name"), field("email"))
    };
    let person = if address.contains('@') { address } else { name }.trim();
    person.contains(char::is_alphabetic).then_some((person, node.offset))
}
