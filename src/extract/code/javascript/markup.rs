//! Tags within JavaScript (JSX): a component is called with its attributes.

use super::super::bindings::{Path, Root, SEGMENTS};
use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::Reader;

impl Reader<'_, '_> {
    /// `<Name attribute="…">`: a component is called with its attributes.
    pub(super) fn tag(&mut self, index: usize) {
        let reading = &mut self.reading;
        let tokens = reading.tokens;
        let pair = tokens.at(index).pair();
        reading.end_chain(index);
        let closing = tokens.text(index) == "</";
        let mut behind = index + 1;
        let mut segments = Vec::new();
        while tokens.kind(behind) == Kind::Name {
            segments.push(tokens.text(behind));
            behind += 1;
            if !tokens.is(behind, ".") {
                break;
            }
            behind += 1;
        }
        self.skip = if closing { pair } else { behind };
        let is_component = segments.len() > 1
            || segments.first().is_some_and(|name| name.starts_with(|c: char| !c.is_lowercase()));
        let offset = tokens.at(index + 1).start();
        if reading.enter_until(Shape::Tag, index, pair) && is_component && !closing {
            segments.truncate(SEGMENTS);
            let path = Path { root: Root::Name, segments, called: 0 };
            reading.top.call = Some(reading.telling.call(&path, offset));
        }
    }

    /// Code within markup: the value of an attribute, or a child.
    pub(super) fn splice(&mut self, index: usize) {
        let reading = &mut self.reading;
        let is_value = reading.tokens.is(reading.tokens.before(index), "=");
        reading.end_chain(index);
        let pair = reading.tokens.at(index).pair();
        if reading.enter_until(Shape::Group, index, pair) && !is_value {
            reading.top.call = None;
            reading.top.given = None;
            reading.top.listed = false;
        }
    }
}
