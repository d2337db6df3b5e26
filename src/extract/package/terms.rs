//! Data written as brackets, atoms and strings (Clojure's, Elixir's and
//! Erlang's terms) as a tree. Separators and operators are left out: in such
//! data they only stand between what counts.
//!
//! Knows no meaning of any atom.

use std::borrow::Cow;

use super::script::{Dialect, Kind, Tokens};
use crate::extract::{Content, ExtractError};

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term<'a> {
    /// Byte offset of its start; of a string, of its text.
    pub(super) offset: usize,
    /// What it is.
    pub(super) value: Value<'a>,
}

/// What a term is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A name, keyword or number as written, marks included.
    Atom(&'a str),
    /// A string.
    Text(Cow<'a, str>),
    /// What stands between brackets, by the opening one.
    List(u8, Vec<Term<'a>>),
}

impl<'a> Term<'a> {
    /// The atom, if it is one.
    pub(super) fn atom(&self) -> Option<&'a str> {
        match self.value {
            Value::Atom(atom) => Some(atom),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What is in it, whatever the bracket; nothing if it is no list.
    pub(super) fn items(&self) -> &[Term<'a>] {
        match &self.value {
            Value::List(_, items) => items,
            _ => &[],
        }
    }

    /// What is in it, if it is a list of this bracket.
    pub(super) fn items_of(&self, bracket: u8) -> Option<&[Term<'a>]> {
        match &self.value {
            Value::List(open, items) if *open == bracket => Some(items),
            _ => None,
        }
    }
}

/// What follows an atom among its siblings: the value of a key.
pub(super) fn after<'t, 'a>(terms: &'t [Term<'a>], key: &str) -> Option<&'t Term<'a>> {
    let at = terms.iter().position(|term| term.atom() == Some(key))?;
    terms.get(at + 1)
}

/// The terms of a file, and what stopped the reading, if anything did: what
/// stands before a mistake is still told.
pub(super) fn read<'a>(
    content: &Content<'a>,
    dialect: &'static Dialect,
) -> (Vec<Term<'a>>, Option<ExtractError>) {
    let limits = content.limits;
    let mut builder = Builder { open: Vec::new(), top: Vec::new(), discards: 0 };
    let mut tokens = Tokens::new(content.text, dialect);
    let mut terms = 0;
    let mut error = None;
    for token in tokens.by_ref() {
        terms += 1;
        // A list of the largest size holds a few terms for each of its facts.
        if terms > limits.facts_per_file.saturating_mul(16) {
            error = Some(ExtractError::malformed("more terms than are read"));
            break;
        }
        match token.kind {
            Kind::Open(_) if builder.open.len() >= limits.nesting => {
                error = Some(ExtractError::TooDeep { limit: limits.nesting });
                break;
            }
            Kind::Open(bracket) => {
                let discards = std::mem::take(&mut builder.discards);
                let list = Term { offset: token.offset, value: Value::List(bracket, Vec::new()) };
                builder.open.push((list, discards));
            }
            Kind::Close(_) => builder.close(),
            Kind::Name(name) => builder.atom(name, token.offset),
            Kind::Text(text) => {
                builder.place(Term { offset: token.offset, value: Value::Text(text) });
            }
            Kind::Newline | Kind::Sign(_) => {}
        }
    }
    while !builder.open.is_empty() {
        builder.close();
    }
    let mistake = tokens.mistake.map(|(offset, what)| {
        let line = content.span_at(offset).line;
        ExtractError::malformed(format_args!("line {line}: {what}"))
    });
    (builder.top, error.or(mistake))
}

/// Builds the tree with a stack of its own: no recursion on input.
struct Builder<'a> {
    /// Lists that are still open, and how many terms were to be left out when
    /// they began.
    open: Vec<(Term<'a>, usize)>,
    top: Vec<Term<'a>>,
    /// How many of the next terms are left out.
    discards: usize,
}

impl<'a> Builder<'a> {
    /// `#_` leaves out what follows and `^` is a note about it, in Clojure;
    /// the other dialects have no such atoms.
    fn atom(&mut self, name: &'a str, offset: usize) {
        let rest = name.strip_prefix("#_").or_else(|| name.strip_prefix('^'));
        match rest {
            Some("") => self.discards += 1,
            Some(_) => {}
            // Marks before a list or string: quotes, sets, conditionals.
            None if name.trim_matches(['#', '\'', '`', '~', '@', '?']).is_empty() => {}
            None => self.place(Term { offset, value: Value::Atom(name) }),
        }
    }

    fn place(&mut self, term: Term<'a>) {
        if self.discards > 0 {
            self.discards -= 1;
            return;
        }
        match self.open.last_mut() {
            Some((Term { value: Value::List(_, items), .. }, _)) => items.push(term),
            _ => self.top.push(term),
        }
    }

    fn close(&mut self) {
        if let Some((list, discards)) = self.open.pop() {
            self.discards = discards;
            self.place(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::CLOJURE;
    use super::*;
    use crate::limits::Limits;

    fn shown(terms: &[Term<'_>]) -> String {
        let words: Vec<String> = terms
            .iter()
            .map(|term| match &term.value {
                Value::Atom(atom) => (*atom).to_owned(),
                Value::Text(text) => format!("{text:?}"),
                Value::List(_, items) => format!("({})", shown(items)),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn what_is_left_out_by_the_reader_is_left_out() {
        let limits = Limits::default();
        let of = |text: &str| {
            let content = Content::new("x.edn", text, false, &limits);
            let (terms, error) = read(&content, &CLOJURE);
            assert_eq!(error, None, "{text}");
            shown(&terms)
        };
        assert_eq!(of("{a/b {:v \"1\"} #_c/d #_{:v \"2\"} e #{f}}"), "(a/b (:v \"1\") e (f))");
        assert_eq!(of("[#_ #_ a b c ^{:m 1} d #_[x [y]] '[z]]"), "(c d (z))");
    }

    #[test]
    fn nesting_is_bounded() {
        let limits = Limits::default();
        let deep = "[".repeat(100_000);
        let content = Content::new("x.edn", &deep, false, &limits);
        let (_, error) = read(&content, &CLOJURE);
        assert_eq!(error, Some(ExtractError::TooDeep { limit: limits.nesting }));
    }
}
