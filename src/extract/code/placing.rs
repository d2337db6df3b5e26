//! Where a string belongs: to a call as its argument, to a name as its value,
//! to a list as one of several, or to nothing at all.
//!
//! Knows no language's grammar; the frames say what the brackets mean.

use std::borrow::Cow;

use super::bindings::{Path, Root, SEGMENTS};
use super::frames::{Shape, Special};
use super::lexer::Kind;
use super::reading::Reading;
use super::strings;

/// What stands next to a string that something is compared with.
const COMPARISONS: &[&str] =
    &["==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "is", "not", "case", "instanceof"];

impl<'a> Reading<'a, '_> {
    /// A string. Tells it as what it is, unless it is part of the one before.
    pub fn string(&mut self, index: usize) {
        let before = self.tokens.before(index);
        let adjacent = self.tokens.rules.adjacent_strings
            && index != self.statement
            && matches!(self.tokens.kind(before), Kind::Text | Kind::Tail);
        self.end_chain(index);
        if !adjacent {
            self.place(index);
        }
        self.top.item.begun = true;
        if self.tokens.kind(index) == Kind::Head {
            self.enter(Shape::Code, index);
        }
    }

    /// A template with a tag: the tag is called with it.
    pub fn tagged_template(&mut self, index: usize) {
        let offset = self.tokens.at(index).start();
        let at = if self.top.chain.run == usize::MAX { offset } else { self.top.chain.run };
        self.top.chain.called();
        let call = self.telling.call(&self.top.chain.path, at);
        let (text, _) = self.value(index);
        self.telling.argument(call, None, text, offset);
        self.telling.end_call(call, None, &self.bindings);
        if self.tokens.kind(index) == Kind::Head {
            self.enter(Shape::Code, index);
        }
    }

    /// A string too deep to know where it belongs.
    pub fn string_in_the_dark(&mut self, index: usize) {
        let (text, _) = strings::value(self.tokens, index, index);
        self.telling.literal(text, None, false, self.tokens.at(index).start());
    }

    /// What the string at a token says, with those that belong to it.
    fn value(&self, index: usize) -> (Cow<'a, str>, usize) {
        let until = if self.is_outermost() { self.statement_end } else { self.top.close };
        strings::value(self.tokens, index, until)
    }

    fn place(&mut self, index: usize) {
        let offset = self.tokens.at(index).start();
        let nth = self.top.strings;
        self.top.strings += 1;
        let first = strings::plain(self.tokens, index).filter(|_| nth == 0);
        match (self.top.special, first) {
            (Special::Environment, Some(name)) => {
                self.top.key = Some(name);
                // A variable that is set for others is none that is read.
                if !self.tokens.assigns(self.top.close + 1) {
                    self.telling.variable(name, offset);
                }
                return;
            }
            (Special::Import { lazy }, Some(module)) if self.is_whole_argument(index) => {
                self.top.special = Special::Imported(module);
                if let Some(module) = self.telling.importable(module) {
                    self.telling.import(module.into(), offset, lazy);
                }
                return;
            }
            _ => {}
        }
        if self.top.shape == Shape::Index && self.top.special != Special::Alternatives {
            self.top.key = first;
            if self.top.item.annotated {
                self.bind_forward(index);
            }
            return;
        }
        let typed = self.top.item.annotated && self.top.shape != Shape::Bases;
        if typed && self.tokens.rules.adjacent_strings {
            return self.bind_forward(index);
        }
        self.tell(index, offset);
    }

    /// Whether an argument is this string and nothing else.
    fn is_whole_argument(&self, index: usize) -> bool {
        self.top.close == index + 1 || self.tokens.is(index + 1, ",")
    }

    fn tell(&mut self, index: usize, offset: usize) {
        let (text, behind) = self.value(index);
        let top = &self.top;
        let before = self.tokens.before(index);
        let is_any = |at: usize, of: &[&str]| {
            matches!(self.tokens.kind(at), Kind::Sign | Kind::Word)
                && of.contains(&self.tokens.text(at))
        };
        let keyed = matches!(top.shape, Shape::Object | Shape::Class);
        if keyed && !top.item.begun && is_any(behind, &[":", "=>"]) {
            if top.several {
                self.telling.literal(text, top.given, true, offset);
            }
            self.top.item.name = strings::plain(self.tokens, index);
            return;
        }
        if is_any(before, &["|"]) || is_any(behind, &["|"]) {
            return self.telling.literal(text, top.name(), true, offset);
        }
        let compared = top.shape != Shape::Types
            && (is_any(before, COMPARISONS)
                || is_any(behind, COMPARISONS)
                || is_any(behind, &["=>", "->"]));
        // The key of a table, or what one arm of a choice is for.
        let is_key = top.shape != Shape::Types && is_any(behind, &["=>"]);
        let (name, fallback) = match top.special {
            // The default of a variable stands for what the variable is given to.
            Special::Environment => (top.given, top.key),
            _ => (top.name(), None),
        };
        match top.call {
            Some(call) if !compared => self.telling.argument(call, name, text, offset),
            _ => {
                let alternatives = top.special == Special::Alternatives && top.several;
                let name = name.or(fallback).filter(|_| !compared);
                let listed = is_key || !compared && (top.listed || alternatives);
                self.telling.literal(text, name, listed, offset);
            }
        }
    }

    /// A type given as a string.
    fn bind_forward(&mut self, index: usize) {
        let Some(text) = strings::plain(self.tokens, index) else { return };
        let name = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next();
        let segments: Vec<&str> = name.unwrap_or_default().split('.').take(SEGMENTS).collect();
        let path = Path { root: Root::Name, segments, called: 0 };
        self.bind(self.top.item.target, &path, index);
    }
}
