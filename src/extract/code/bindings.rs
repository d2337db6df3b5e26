//! Which names of a file lead to which imported module: imports, simple
//! assignments, annotations. Resolves a dotted path as written to the path it
//! stands for.
//!
//! The order of statements counts only as "the nearest one before": no flow is
//! followed, and a name that nothing in the file binds stays what it is.

use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::ops::Range;

/// Names in a row that one name may stand for.
const HOPS: usize = 4;
/// Bindings of one name that are looked at to find one in scope.
const REACH: usize = 8;
/// Alternatives of one assignment (`a or b`) that are looked at.
const ALTERNATIVES: usize = 3;
/// Longest resolved path, in bytes.
const PATH_BYTES: usize = 512;
/// Modules that only describe values: to be typed by them, or to have gone
/// through them, says nothing about where a value comes from.
const DESCRIBING: &[&str] = &["collections.abc", "typing", "typing_extensions"];
/// Most segments of a path as written.
pub const SEGMENTS: usize = 24;

/// A name, and whether it is an attribute of the object itself (`self.name`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    /// The name.
    pub name: &'a str,
    /// Whether it is reached through `self` or `this`.
    pub member: bool,
}

/// What a path starts with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Root<'a> {
    /// Nothing: there is no path.
    #[default]
    Nothing,
    /// A name: the first segment.
    Name,
    /// Something that has no name.
    Anonymous,
    /// A module imported on the spot: `require("m")`. It is no segment.
    Module(Cow<'a, str>),
    /// A module of the project itself, imported on the spot.
    Local,
}

/// A dotted path as written; call parentheses and subscripts are left out.
#[derive(Debug, Clone, Default)]
pub struct Path<'a> {
    /// What it starts with.
    pub root: Root<'a>,
    /// Its segments.
    pub segments: Vec<&'a str>,
    /// One bit per segment: whether it is called.
    pub called: u32,
}

impl<'a> Path<'a> {
    /// The path, to be looked at.
    #[must_use]
    pub fn written(&self) -> Written<'_, 'a> {
        Written { root: &self.root, segments: &self.segments, called: self.called }
    }
}

/// A path that is looked at, wherever it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Written<'p, 'a> {
    /// As in [`Path`].
    pub root: &'p Root<'a>,
    /// As in [`Path`].
    pub segments: &'p [&'a str],
    /// As in [`Path`].
    pub called: u32,
}

/// The segments of paths that are kept, one behind the other: a bundle has tens
/// of thousands of paths, of few segments each.
#[derive(Debug, Default)]
pub struct Paths<'a>(Vec<&'a str>);

/// A path that is kept, by where its segments are.
#[derive(Debug, Clone)]
pub struct Kept<'a> {
    root: Root<'a>,
    segments: Range<usize>,
    called: u32,
}

impl<'a> Paths<'a> {
    /// Keeps a path.
    pub fn keep(&mut self, path: Written<'_, 'a>) -> Kept<'a> {
        let start = self.0.len();
        self.0.extend_from_slice(path.segments);
        Kept { root: path.root.clone(), segments: start..self.0.len(), called: path.called }
    }

    /// Forgets a path, if it was the last one.
    pub fn forget(&mut self, kept: &Kept<'a>) {
        if kept.segments.end == self.0.len() {
            self.0.truncate(kept.segments.start);
        }
    }

    /// A path that was kept here.
    #[must_use]
    pub fn written<'p>(&'p self, kept: &'p Kept<'a>) -> Written<'p, 'a> {
        let segments = self.0.get(kept.segments.clone()).unwrap_or_default();
        Written { root: &kept.root, segments, called: kept.called }
    }
}

/// What a name stands for, if it is not what another path stands for.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// Something imported.
    Imported {
        /// The module it was imported from.
        module: Cow<'a, str>,
        /// What the name alone stands for: `module` or `module.name`.
        path: Cow<'a, str>,
        /// How the name was imported, where that leaves something open.
        how: How,
    },
    /// Something of the project itself.
    Local,
}

/// What a name stands for.
#[derive(Debug)]
enum Meaning<'a> {
    Value(Value<'a>),
    /// Whatever another path stands for.
    Alias(Kept<'a>),
}

/// How a name was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Nothing is open.
    Plainly,
    /// The name may be a submodule: what is read from it belongs to `path`.
    MaybeModule,
    /// A dotted import binds its first part; the module is the longest one
    /// imported that the path goes through.
    FirstPart,
}

/// From where on a name is bound.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    offset: u32,
    scope: u32,
    group: u32,
}

impl Bound {
    /// From an offset on, within a scope. Bindings of one assignment share a `group`.
    #[must_use]
    pub fn new(offset: usize, scope: usize, group: usize) -> Self {
        let [offset, scope, group] = [offset, scope, group].map(number);
        Self { offset, scope, group }
    }
}

/// No text has so many of anything.
fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// Names are bound often and mean little: what an entry means stands elsewhere.
#[derive(Debug)]
struct Entry {
    bound: Bound,
    meaning: u32,
}

/// What a path stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The module that its root was imported from.
    pub module: Cow<'a, str>,
    /// The whole path.
    pub path: String,
    /// Calls on the way.
    calls: usize,
    /// Attributes read one after the other behind the second call.
    reads: usize,
    /// Whether those were too many to be part of a package.
    data: bool,
}

impl<'a> Resolved<'a> {
    fn new(module: &Cow<'a, str>, path: &str) -> Self {
        Self { module: module.clone(), path: path.to_owned(), calls: 0, reads: 0, data: false }
    }
}

/// The names of a file.
#[derive(Debug)]
pub struct Bindings<'a> {
    /// What a value of the language itself can do.
    value_methods: &'static [&'static str],
    names: HashMap<Key<'a>, Vec<Entry>>,
    meanings: Vec<Meaning<'a>>,
    paths: Paths<'a>,
    /// Where scopes start and end.
    scopes: Vec<(usize, usize)>,
    dotted: HashSet<Cow<'a, str>>,
}

impl<'a> Bindings<'a> {
    /// No name is bound. What `value_methods` are called on is data.
    #[must_use]
    pub fn new(value_methods: &'static [&'static str]) -> Self {
        Self {
            value_methods,
            names: HashMap::default(),
            meanings: Vec::new(),
            paths: Paths::default(),
            scopes: Vec::new(),
            dotted: HashSet::default(),
        }
    }

    /// Opens a scope; it ends at `end` until something else is said.
    pub fn open_scope(&mut self, start: usize, end: usize) -> usize {
        self.scopes.push((start, end));
        self.scopes.len() - 1
    }

    /// Ends a scope.
    pub fn close_scope(&mut self, scope: usize, end: usize) {
        if let Some(range) = self.scopes.get_mut(scope) {
            range.1 = end;
        }
    }

    /// Binds a name.
    pub fn bind(&mut self, key: Key<'a>, value: Value<'a>, bound: Bound) {
        if let Value::Imported { module, how: How::FirstPart, .. } = &value {
            self.dotted.insert(module.clone());
        }
        let value = match value {
            Value::Imported { path, .. } if path.len() > PATH_BYTES => Value::Local,
            other => other,
        };
        self.enter(key, Meaning::Value(value), bound);
    }

    /// Binds a name that stands for whatever another path stands for.
    pub fn alias(&mut self, key: Key<'a>, path: Written<'_, 'a>, bound: Bound) {
        // `x = x.more()` leaves a name where it was: paths would only grow.
        if key_of(path).is_some_and(|(of, _)| of == key) {
            self.names.entry(key).or_default();
            return;
        }
        let meaning = Meaning::Alias(self.paths.keep(path));
        self.enter(key, meaning, bound);
    }

    fn enter(&mut self, key: Key<'a>, meaning: Meaning<'a>, bound: Bound) {
        let entries = self.names.entry(key).or_insert_with(|| Vec::with_capacity(1));
        // Lookups rely on the order.
        let offset =
            entries.last().map_or(bound.offset, |last| last.bound.offset.max(bound.offset));
        entries
            .push(Entry { bound: Bound { offset, ..bound }, meaning: number(self.meanings.len()) });
        self.meanings.push(meaning);
    }

    /// What a path stands for where it is used; `None` if that is nothing imported.
    #[must_use]
    pub fn resolve(&self, path: Written<'_, 'a>, at: usize) -> Option<Resolved<'a>> {
        self.follow(path, at, 0)
    }

    /// Whether anything binds the first name of a path.
    #[must_use]
    pub fn knows(&self, path: Written<'_, 'a>) -> bool {
        key_of(path).is_some_and(|(key, _)| self.names.contains_key(&key))
    }

    fn follow(&self, path: Written<'_, 'a>, at: usize, hops: usize) -> Option<Resolved<'a>> {
        if let Root::Module(module) = path.root {
            // The default of a module is the module, for whoever reads a path.
            let used = usize::from(path.segments.first() == Some(&"default"));
            return self.extended(Resolved::new(module, module), path, used);
        }
        if hops >= HOPS {
            return None;
        }
        let (key, used) = key_of(path)?;
        let group = self.group(key, at)?;
        // What stands last says most: `a: Type = b`, `a or b`, `a as B`.
        let meaning = |entry: &Entry| self.meanings.get(entry.meaning as usize);
        group.iter().rev().take(ALTERNATIVES).find_map(|entry| match meaning(entry)? {
            Meaning::Value(Value::Local) => None,
            Meaning::Value(Value::Imported { module, path: start, how }) => {
                let whole = self.extended(Resolved::new(module, start), path, used)?;
                let goes_on = path.segments.len() > used;
                let called = path.called & (1 << (used - 1)) != 0;
                if goes_on && called && DESCRIBING.contains(&module.as_ref()) {
                    return None;
                }
                Some(self.with_module(whole, *how, start, goes_on && !called))
            }
            Meaning::Alias(other) => {
                let other = self.paths.written(other);
                let base =
                    self.follow(other, entry.bound.offset.saturating_sub(1) as usize, hops + 1)?;
                if DESCRIBING.contains(&base.module.as_ref()) {
                    return None;
                }
                self.extended(base, path, used)
            }
        })
    }

    fn with_module(
        &self,
        mut whole: Resolved<'a>,
        how: How,
        start: &Cow<'a, str>,
        goes_on: bool,
    ) -> Resolved<'a> {
        match how {
            How::MaybeModule if goes_on => whole.module.clone_from(start),
            How::FirstPart => {
                let mut part = Some(whole.path.as_str());
                let longest = loop {
                    let Some(one) = part else { break start };
                    if let Some(known) = self.dotted.get(one) {
                        break known;
                    }
                    part = one.rsplit_once('.').map(|(front, _)| front);
                };
                whole.module.clone_from(longest);
            }
            _ => {}
        }
        whole
    }

    /// `base` with the segments of `path` behind the first `used`.
    fn extended(
        &self,
        mut base: Resolved<'a>,
        path: Written<'_, 'a>,
        used: usize,
    ) -> Option<Resolved<'a>> {
        let is_called = |index: usize| index < 32 && path.called & (1 << index) != 0;
        if used > 0 && is_called(used - 1) {
            base.calls += 1;
        }
        for (index, segment) in path.segments.iter().enumerate().skip(used) {
            base.path.push('.');
            base.path.push_str(segment);
            if base.path.len() > PATH_BYTES {
                return None;
            }
            if is_called(index) {
                base.data |= base.calls > 0 && self.value_methods.binary_search(segment).is_ok();
                base.calls += 1;
                base.reads = 0;
            } else if base.calls >= 2 {
                base.reads += 1;
                base.data |= base.reads > 1;
            }
        }
        // What a call returned was asked for something, and the answer is being
        // read: `answer.choices[0].message.strip()` is no part of a package.
        (!base.data).then_some(base)
    }

    /// The bindings of one assignment: the nearest one before `at` that is in
    /// scope there, else the nearest one, else the first.
    fn group(&self, key: Key<'a>, at: usize) -> Option<&[Entry]> {
        let entries = self.names.get(&key)?;
        let before = entries.partition_point(|entry| entry.bound.offset as usize <= at);
        let near = entries.get(before.saturating_sub(REACH)..before)?;
        let in_scope = |entry: &Entry| {
            self.scopes
                .get(entry.bound.scope as usize)
                .is_none_or(|(start, end)| (*start..*end).contains(&at))
        };
        let skip = before.saturating_sub(REACH);
        let chosen =
            near.iter().rposition(in_scope).map_or(before.saturating_sub(1), |at| at + skip);
        let group = entries.get(chosen)?.bound.group;
        let same = |entry: &&Entry| entry.bound.group == group;
        let back = entries.get(..chosen)?.iter().rev().take(ALTERNATIVES).take_while(same).count();
        let ahead = entries.get(chosen..)?.iter().take(ALTERNATIVES).take_while(same).count();
        entries.get(chosen - back..chosen + ahead)
    }
}

/// The name a path hangs on, and how many segments that takes.
fn key_of<'a>(path: Written<'_, 'a>) -> Option<(Key<'a>, usize)> {
    if *path.root != Root::Name {
        return None;
    }
    match path.segments {
        ["self" | "this" | "cls", name, ..] => Some((Key { name, member: true }, 2)),
        [name, ..] => Some((Key { name, member: false }, 1)),
        [] => None,
    }
}
