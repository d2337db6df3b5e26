//! Rows are added up here: one record for each thing that an export speaks of.
//!
//! Persons are counted by a hash whose key is drawn anew in every run and kept
//! nowhere: neither a name nor a pseudonym leaves this file.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::BuildHasher;

use super::grants::Directory;
use super::row::{Row, owned};
use super::scopes::{is_scope, reached_by};
use crate::extract::{Content, ProblemCode, Sink};
use crate::model::fact::{Fact, Record, RecordKind, RecordState};

/// Things that one export may speak of; more is no list of apps.
const THINGS: usize = 150_000;
/// Persons that are told apart in one export.
const PERSONS: usize = 2_000_000;
/// Names, hosts and scopes kept of one thing.
const LISTED: usize = 60;
/// Longest name or id.
const NAME_BYTES: usize = 256;

/// What one row says.
#[derive(Debug, Default)]
pub struct Seen<'r> {
    ids: Vec<&'r str>,
    names: Vec<&'r str>,
    hosts: Vec<&'r str>,
    scopes: Vec<Cow<'r, str>>,
    days: Vec<String>,
    person: Option<&'r str>,
    users: Option<u64>,
    times: Option<u64>,
    state: Option<RecordState>,
    used: bool,
}

impl<'r> Seen<'r> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An identifier.
    #[must_use]
    pub fn id(mut self, id: Option<&'r str>) -> Self {
        self.ids.extend(id.filter(|id| id.len() <= NAME_BYTES));
        self
    }

    /// A name for people.
    #[must_use]
    pub fn name(mut self, name: Option<&'r str>) -> Self {
        let name = name.filter(|name| name.len() <= NAME_BYTES && !self.names.contains(name));
        self.names.extend(name);
        self
    }

    /// An address or host that belongs to it.
    #[must_use]
    pub fn host(mut self, host: Option<&'r str>) -> Self {
        self.hosts.extend(host.filter(|host| host.len() <= NAME_BYTES));
        self
    }

    /// Scopes that it was given.
    #[must_use]
    pub fn scopes<S: Into<Cow<'r, str>>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into).filter(|scope| is_scope(scope)));
        self
    }

    /// A day on which it was seen.
    #[must_use]
    pub fn on(mut self, day: Option<String>) -> Self {
        self.days.extend(day);
        self
    }

    /// A person or device that uses it: counted, never kept.
    #[must_use]
    pub fn person(mut self, person: Option<&'r str>) -> Self {
        self.person = person;
        self
    }

    /// How many use it, where the export says a number.
    #[must_use]
    pub fn users(mut self, users: Option<u64>) -> Self {
        self.users = users;
        self
    }

    /// How many rows this one stands for.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// What was decided about it.
    #[must_use]
    pub fn state(mut self, state: Option<RecordState>) -> Self {
        self.state = state;
        self
    }

    /// That it is used, and not only there.
    #[must_use]
    pub fn used(mut self, used: bool) -> Self {
        self.used = used;
        self
    }
}

/// Everything said of one thing.
#[derive(Debug, Default)]
struct Thing {
    offset: usize,
    ids: BTreeSet<String>,
    names: BTreeSet<String>,
    hosts: BTreeSet<String>,
    scopes: BTreeSet<String>,
    persons: HashSet<u64>,
    /// Those who only asked for it or were refused.
    others: HashSet<u64>,
    users: Option<u64>,
    times: u64,
    first: Option<String>,
    last: Option<String>,
    states: BTreeSet<RecordState>,
    /// A row says nothing of a decision: the thing is simply there.
    plain: bool,
    used: bool,
}

/// Adds up the rows of one export.
#[derive(Debug, Default)]
pub struct Tally {
    things: BTreeMap<(RecordKind, String), Thing>,
    facts: Vec<(Fact<'static>, usize)>,
    key: RandomState,
    persons: usize,
    refused: u64,
    /// Where the document at hand begins: rows know their place within it.
    start: usize,
    /// The device that the rows at hand speak of, by its hash.
    device: Option<u64>,
    /// What a folder says of apps, while its exports are joined.
    directory: Option<Directory>,
}

impl Tally {
    /// One that fills and asks what a folder says of apps.
    #[must_use]
    pub fn with(directory: Directory) -> Self {
        Self { directory: Some(directory), ..Self::default() }
    }

    /// What a folder says of apps, as far as it was read.
    #[must_use]
    pub fn take_directory(&mut self) -> Directory {
        self.directory.take().unwrap_or_default()
    }

    /// A row of a list that gives apps ids of the tenant.
    pub fn explains(&mut self, row: Row<'_>) {
        if let Some(directory) = &mut self.directory {
            directory.note(row);
        }
    }

    /// Adds a row about an app that goes by an id of the tenant.
    pub fn add_by(&mut self, own: Option<&str>, seen: Seen<'_>, offset: usize) {
        let Some(mut directory) = self.directory.take() else {
            return self.add(RecordKind::App, seen.id(own), offset);
        };
        directory.ask(own);
        self.add(RecordKind::App, directory.named(own, seen), offset);
        self.directory = Some(directory);
    }

    /// Adds a row that stands at a byte offset.
    pub fn add(&mut self, about: RecordKind, seen: Seen<'_>, offset: usize) {
        let Some(key) = seen.ids.first().or(seen.names.first()) else { return };
        let key = (about, key.to_lowercase());
        if !self.things.contains_key(&key) && self.things.len() >= THINGS {
            self.refused += 1;
            return;
        }
        let person = self.device.or_else(|| seen.person.map(|one| self.key.hash_one(one)));
        let offset = self.start + offset;
        let thing = self.things.entry(key).or_insert_with(|| Thing { offset, ..Thing::default() });
        let few = |into: &mut BTreeSet<String>, text: &str| {
            if into.len() < LISTED {
                into.insert(text.to_owned());
            }
        };
        seen.ids.iter().for_each(|id| few(&mut thing.ids, id));
        seen.names.iter().for_each(|name| few(&mut thing.names, name));
        seen.hosts.iter().for_each(|host| few(&mut thing.hosts, host));
        seen.scopes.iter().for_each(|scope| few(&mut thing.scopes, scope));
        let refused = matches!(seen.state, Some(RecordState::Blocked | RecordState::Requested));
        let persons = if refused { &mut thing.others } else { &mut thing.persons };
        if let Some(person) = person.filter(|_| self.persons < PERSONS)
            && persons.insert(person)
        {
            self.persons += 1;
        }
        if let Some(users) = seen.users {
            thing.users = Some(thing.users.unwrap_or(0).saturating_add(users));
        }
        thing.times = thing.times.saturating_add(seen.times.unwrap_or(1));
        for day in seen.days {
            if thing.first.as_ref().is_none_or(|first| day < *first) {
                thing.first = Some(day.clone());
            }
            if thing.last.as_ref().is_none_or(|last| day > *last) {
                thing.last = Some(day);
            }
        }
        thing.plain |= seen.state.is_none();
        thing.states.extend(seen.state);
        thing.used |= seen.used;
    }

    /// The rows that follow stand in a document that begins here.
    pub fn starts_at(&mut self, start: usize) {
        self.start = start;
    }

    /// The rows that follow are of this device.
    pub fn on_device(&mut self, device: Option<&str>) {
        self.device = device.map(|device| self.key.hash_one(device));
    }

    /// A fact of another kind that a row says: a variable's name, a package.
    pub fn fact(&mut self, fact: Fact<'static>, offset: usize) {
        self.facts.push((fact, self.start + offset));
    }

    /// The name of a variable or secret; a secret's path ends in it.
    pub fn variable(&mut self, name: Option<&str>, offset: usize) {
        let Some(name) = name.filter(|name| name.len() <= NAME_BYTES) else { return };
        let name = name.rsplit(['/', '.']).next().unwrap_or(name);
        self.fact(Fact::Variable { name: owned(name) }, offset);
    }

    /// Tells what was added up, in the order of the file.
    pub fn tell(self, content: &Content<'_>, sink: &mut dyn Sink) {
        let refused = self.refused;
        self.tell_lines(&mut |fact, offset| sink.fact(fact, Some(content.span_at(offset))));
        if refused > 0 {
            let detail = format!("{refused} rows beyond the limit of {THINGS} things");
            sink.note(ProblemCode::Capped, &detail);
        }
    }

    /// The same where places are lines.
    pub fn tell_lines(self, tell: &mut dyn FnMut(Fact<'static>, usize)) {
        let mut facts = self.facts;
        for ((about, _), thing) in self.things {
            let offset = thing.offset;
            facts.push((Fact::Record(record_of(about, thing)), offset));
        }
        facts.sort_by_key(|(_, offset)| *offset);
        for (fact, offset) in facts {
            tell(fact, offset);
        }
    }
}

fn record_of(about: RecordKind, thing: Thing) -> Record<'static> {
    let list = |set: BTreeSet<String>| set.into_iter().map(Cow::Owned).collect::<Vec<_>>();
    let reaches: BTreeSet<&'static str> =
        thing.scopes.iter().filter_map(|scope| reached_by(scope)).collect();
    let counted = if thing.persons.is_empty() { &thing.others } else { &thing.persons };
    let persons = (!counted.is_empty()).then_some(counted.len() as u64);
    // What is refused in one place and allowed in another is there.
    let state = thing.states.first().copied();
    let state = state.filter(|state| !thing.plain || *state == RecordState::Approved);
    Record {
        about,
        ids: list(thing.ids),
        names: list(thing.names),
        hosts: list(thing.hosts),
        scopes: list(thing.scopes),
        reaches: reaches.into_iter().collect(),
        users: persons.max(thing.users),
        times: thing.times,
        first_seen: thing.first.map(Cow::Owned),
        last_seen: thing.last.map(Cow::Owned),
        state,
        used: thing.used,
    }
}
