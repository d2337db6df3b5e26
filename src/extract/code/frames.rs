//! What a reader is within: one frame per open bracket, each knowing what the
//! bracket means, what it is given to, and the path that is just being read.
//!
//! Knows no language; the readers say which shape a bracket has.

use super::bindings::{Key, Path, Root};

/// What a bracket means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Statements.
    Block,
    /// The members of a class, interface or enumeration.
    Class,
    /// Keys with values.
    Object,
    /// Items without keys.
    List,
    /// What a call is given.
    Arguments,
    /// What a function declares to take.
    Parameters,
    /// What a class is derived from.
    Bases,
    /// Brackets that only group.
    Group,
    /// `a[…]`.
    Index,
    /// Types as arguments.
    Types,
    /// Code within a string.
    Code,
    /// The attributes of a tag.
    Tag,
}

/// What is special about a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Special<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// Its first string names an environment variable.
    Environment,
    /// Its first string names a module, which is imported on the spot.
    Import {
        /// Only when that place is reached.
        lazy: bool,
    },
    /// That string.
    Imported(&'a str),
    /// It calls nothing: `super()` only leads on.
    Silent,
    /// Its strings are alternatives of a type.
    Alternatives,
}

/// What an assignment is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Target<'a> {
    /// Nothing that can be called by a name later.
    #[default]
    Nothing,
    /// A name.
    Name(Key<'a>),
    /// A name that is also a member: a field of a class.
    Field(&'a str),
    /// The names in the braces that open at this token.
    Pattern(usize),
}

/// What has been read of the current item: a statement, an argument, an entry.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // each stands on its own
pub struct Item<'a> {
    /// What its value is given to, by its last name.
    pub name: Option<&'a str>,
    /// What its value is given to, as it can be called by later.
    pub target: Target<'a>,
    /// Numbers assignments.
    pub group: usize,
    /// `?` has been read: what follows a colon is an alternative.
    pub asks: bool,
    /// A type is being read.
    pub annotated: bool,
    /// Something of the item has been read.
    pub begun: bool,
    /// Its key or name has been read, too.
    pub valued: bool,
    /// The name binds a member, too.
    pub field: bool,
    /// A bare path counts as use: a decorator, a base class.
    pub uses: bool,
}

/// The dotted path that is just being read.
#[derive(Debug, Clone, Default)]
pub struct Chain<'a> {
    /// The path so far.
    pub path: Path<'a>,
    /// Index of its first token.
    pub token: usize,
    /// Offset of the first name behind its last call.
    pub run: usize,
    /// The next name belongs to it.
    pub dot: bool,
    /// Its value is what the item is given.
    pub given: bool,
    /// It is a use even if it is not called.
    pub uses: bool,
    /// The string it was last subscripted with.
    pub key: Option<&'a str>,
}

impl Chain<'_> {
    /// Whether there is one.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.path.root != Root::Nothing
    }

    /// It is called here.
    pub fn called(&mut self) {
        let last = self.path.segments.len().saturating_sub(1);
        if last < 32 {
            self.path.called |= 1 << last;
        }
        self.run = usize::MAX;
        self.key = None;
    }
}

/// An open bracket.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is true of some brackets, in any mix
pub struct Frame<'a> {
    /// What it means.
    pub shape: Shape,
    /// Index of the token that opens it.
    pub open: usize,
    /// Index of the token that ends it.
    pub close: usize,
    /// What the whole is given to.
    pub given: Option<&'a str>,
    /// Whether it is part of one of several records in a list.
    pub listed: bool,
    /// Whether it has several entries.
    pub several: bool,
    /// The call that strings directly within belong to.
    pub call: Option<usize>,
    /// Whether the strings of an object directly within belong to it, too.
    pub direct: bool,
    /// What is special about it.
    pub special: Special<'a>,
    /// Strings directly within, so far.
    pub strings: usize,
    /// The string it holds, for a subscript.
    pub key: Option<&'a str>,
    /// For a group: whether its value is what the item around it is given.
    pub gives: bool,
    /// The scope outside of it.
    pub scope: usize,
    /// The current item.
    pub item: Item<'a>,
    /// The current path.
    pub chain: Chain<'a>,
    /// What the next bracket in it means, if a word has said so.
    pub expected: Option<Shape>,
}

impl<'a> Frame<'a> {
    /// A frame of its own, that inherits nothing.
    #[must_use]
    pub fn new(shape: Shape, open: usize, close: usize, scope: usize) -> Self {
        Self {
            shape,
            open,
            close,
            given: None,
            listed: false,
            several: false,
            call: None,
            direct: false,
            special: Special::Nothing,
            strings: 0,
            key: None,
            gives: false,
            scope,
            item: Item::default(),
            chain: Chain::default(),
            expected: None,
        }
    }

    /// What a value that stands here is given to.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        match self.shape {
            Shape::Group | Shape::Object => self.item.name.or(self.given),
            Shape::List | Shape::Types | Shape::Index => self.given,
            Shape::Code => None,
            _ => self.item.name,
        }
    }

    /// Starts the next item.
    pub fn next_item(&mut self) {
        let group = self.item.group;
        self.item = Item { group, ..Item::default() };
    }
}
