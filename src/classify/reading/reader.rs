//! Reads one file for the words of the lexicon and gathers what it says about
//! one system. Pure: it is handed text, never a path to open.
//!
//! Guards: a `not` near a word drops it and is told (G4, G5); a noun counts as
//! strong beside a word of decision (G6); words of other languages count only
//! where the language is spoken (G10). The others stand in `levels`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::class::FileClass;
use super::lexicon::{Lexicon, Marker, Pair, Weighing};
use super::phrases::{Met, Phrases};
use super::tokens::{Setting, Token, Tokens, folded_words, tokenise};
use crate::model::place::{Place, Region, Span};
use crate::model::reading::{Channel, Reading, Signal, Suppressed, Weight};
use crate::model::text::excerpt;

/// Places kept per word and channel.
const PLACES: usize = 2;
/// Signals kept per area or marker: more than a level can count.
const SIGNALS: usize = 24;
/// Dropped words kept per system.
const DROPPED: usize = 100;
/// Different everyday words that make a language count.
const SPOKEN: usize = 4;

/// The lexicon, ready to read with.
#[derive(Debug)]
pub struct Reader<'l> {
    lexicon: &'l Lexicon,
    weighing: &'l Weighing,
    phrases: Phrases,
    entries: Vec<Entry<'l>>,
    names: Vec<(GlobSet, &'l Marker)>,
}

/// Whose a phrase is.
#[derive(Debug, Clone, Copy)]
struct Entry<'l> {
    part: Part,
    /// The area or marker; the language for everyday words.
    about: &'l str,
    term: &'l str,
    lang: Option<&'l str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Says(Weight),
    Noun,
    /// Half of the pair with this number among those of its subject.
    Half(Weight, usize, bool),
    Not,
    Verb,
    Everyday,
}

/// A file on its way through the reading.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// Where it lies.
    pub place: &'s Place,
    /// Its text, or a part of it.
    pub text: &'s str,
    /// Where each line of the text stands in the file; empty if the text is the
    /// file as it lies.
    pub lines: &'s [Span],
    /// What its path says.
    pub class: FileClass,
    /// Whether the file itself uses AI.
    pub near_ai: bool,
}

impl Source<'_> {
    /// Where a point of the text stands in the file.
    fn span_of(&self, line: u32, column: u32) -> Span {
        let known = self.lines.get(line.saturating_sub(1) as usize);
        known.copied().unwrap_or(Span { line, column })
    }
}

/// What was gathered about one system so far.
#[derive(Debug, Default)]
pub struct Gathering<'l> {
    signals: Vec<(Option<&'l str>, Signal)>,
    dropped: BTreeSet<Suppressed>,
    everyday: BTreeMap<&'l str, BTreeSet<&'l str>>,
    files: u32,
    bytes: u64,
}

impl Gathering<'_> {
    /// Counts a file of which so many bytes are read.
    pub fn count(&mut self, bytes: usize) {
        self.files += 1;
        self.bytes += bytes as u64;
    }
}

/// A word that was met and not dropped.
#[derive(Debug, Clone)]
struct Heard<'l> {
    about: &'l str,
    term: String,
    weight: Weight,
    at: usize,
    lang: Option<&'l str>,
}

impl<'l> Reader<'l> {
    /// A reader; `None` if the tables say nothing to read for.
    #[must_use]
    pub fn new(lexicon: &'l Lexicon) -> Option<Self> {
        let weighing = lexicon.weighing.as_ref()?;
        let mut reader = Self {
            lexicon,
            weighing,
            phrases: Phrases::default(),
            entries: Vec::new(),
            names: Vec::new(),
        };
        reader.add_areas();
        reader.add_markers();
        for verb in &weighing.verbs {
            reader.add(verb, Entry { part: Part::Verb, about: "", term: verb, lang: None });
        }
        for tongue in &lexicon.tongues {
            for word in &tongue.everyday {
                let about = tongue.lang.as_str();
                reader.add(word, Entry { part: Part::Everyday, about, term: word, lang: None });
            }
        }
        reader.phrases.ready();
        Some(reader)
    }

    fn add(&mut self, phrase: &str, entry: Entry<'l>) {
        let compounds = entry.lang.is_some_and(|lang| {
            self.lexicon.tongues.iter().any(|tongue| tongue.lang == lang && tongue.compounds)
        });
        self.phrases.add(phrase, self.entries.len(), compounds);
        self.entries.push(entry);
    }

    fn add_areas(&mut self) {
        let lexicon = self.lexicon;
        for area in &lexicon.areas {
            let about = area.id.as_str();
            let mut pairs = 0;
            for (lang, words) in lexicon.words_of(area) {
                let lists = [
                    (&words.strong, Part::Says(Weight::Strong)),
                    (&words.medium, Part::Says(Weight::Medium)),
                    (&words.nouns, Part::Noun),
                    (&words.not, Part::Not),
                ];
                for (list, part) in lists {
                    for term in list {
                        self.add(term, Entry { part, about, term, lang });
                    }
                }
                for halves in &words.near {
                    for (half, first) in halves.iter().zip([true, false]) {
                        let part = Part::Half(Weight::Strong, pairs, first);
                        self.add(half, Entry { part, about, term: half, lang });
                    }
                    pairs += 1;
                }
            }
            for lib in &area.libs {
                let part = Part::Says(Weight::Library);
                self.add(lib, Entry { part, about, term: lib, lang: None });
            }
        }
    }

    fn add_markers(&mut self) {
        let lexicon = self.lexicon;
        for marker in &lexicon.markers {
            let about = marker.id.as_str();
            for term in &marker.words {
                let part = Part::Says(Weight::Marker);
                self.add(term, Entry { part, about, term, lang: None });
            }
            for term in &marker.not {
                self.add(term, Entry { part: Part::Not, about, term, lang: None });
            }
            for (pair, halves) in marker.near.iter().enumerate() {
                for (half, first) in halves.iter().zip([true, false]) {
                    let part = Part::Half(Weight::Marker, pair, first);
                    self.add(half, Entry { part, about, term: half, lang: None });
                }
            }
            let mut globs = GlobSetBuilder::new();
            for glob in marker.paths.iter().filter_map(|glob| Glob::new(glob).ok()) {
                globs.add(glob);
            }
            if let Ok(globs) = globs.build()
                && !globs.is_empty()
            {
                self.names.push((globs, marker));
            }
        }
    }

    /// Takes the name of a file of the unit, whether or not it is read.
    pub fn name(&self, place: &Place, into: &mut Gathering<'l>) {
        let lower = place.path.to_lowercase();
        let region = crate::model::region::region_of(&place.path);
        for (_, marker) in self.names.iter().filter(|(globs, _)| globs.is_match(&lower)) {
            if marker.not_in.contains(&region) {
                continue;
            }
            let signal = Signal {
                id: Signal::id_of(&marker.id, "name", Channel::Name, place),
                about: marker.id.clone(),
                term: "name".to_owned(),
                weight: Weight::Marker,
                points: self.weighing.marker,
                channel: Channel::Name,
                place: place.clone(),
                span: None,
                region,
                excerpt: String::new(),
            };
            into.signals.push((None, signal));
        }
    }

    /// Reads one file, or a part of one.
    pub fn read(&self, source: Source<'_>, into: &mut Gathering<'l>) {
        let tokens = tokenise(source.text, source.class.syntax);
        let met = self.phrases.find(&tokens);
        let mut by_subject: BTreeMap<&'l str, Vec<(Met, Entry<'l>)>> = BTreeMap::new();
        let mut verbs = Vec::new();
        for met in met {
            let Some(entry) = self.entries.get(met.owner).copied() else { continue };
            match entry.part {
                Part::Verb => verbs.push(met.first),
                Part::Everyday => {
                    if is_spoken(&tokens, met.first) {
                        into.everyday.entry(entry.about).or_default().insert(entry.term);
                    }
                }
                _ => by_subject.entry(entry.about).or_default().push((met, entry)),
            }
        }
        let mut heard = Vec::new();
        for met in by_subject.values() {
            self.hear(met, &verbs, &tokens, source, &mut heard, into);
        }
        self.note(&heard, &tokens, source, into);
    }

    /// What one subject says in this file, guards applied.
    fn hear(
        &self,
        met: &[(Met, Entry<'l>)],
        verbs: &[usize],
        tokens: &Tokens,
        source: Source<'_>,
        heard: &mut Vec<Heard<'l>>,
        into: &mut Gathering<'l>,
    ) {
        let nots: Vec<(Met, Entry<'l>)> =
            met.iter().filter(|(_, entry)| entry.part == Part::Not).copied().collect();
        let near = self.weighing.near;
        for (here, entry) in met {
            let (weight, term) = match entry.part {
                Part::Says(weight) => (weight, entry.term.to_owned()),
                Part::Noun if is_near(verbs, *here, near) => {
                    (Weight::Strong, format!("{} + decision", entry.term))
                }
                Part::Half(weight, pair, true) => {
                    let other = met.iter().find(|(there, other)| {
                        other.part == Part::Half(weight, pair, false)
                            && distance(*here, *there) <= near
                    });
                    let Some((_, other)) = other else { continue };
                    (weight, format!("{} + {}", entry.term, other.term))
                }
                _ => continue,
            };
            let said = Heard { about: entry.about, term, weight, at: here.first, lang: entry.lang };
            let Some(token) = tokens.all().get(here.first) else { continue };
            if !self.counts(&said, token, source) {
                continue;
            }
            let guard = nots.iter().find(|(not, _)| distance(*here, *not) <= self.weighing.window);
            if let Some((_, not)) = guard {
                if into.dropped.len() < DROPPED {
                    into.dropped.insert(Suppressed {
                        about: said.about.to_owned(),
                        term: said.term,
                        because: not.term.to_owned(),
                        place: source.place.clone(),
                        line: source.span_of(token.line, 1).line,
                    });
                }
                continue;
            }
            heard.push(said);
        }
    }

    /// Whether a word counts where it stands.
    fn counts(&self, said: &Heard<'l>, token: &Token, source: Source<'_>) -> bool {
        match said.weight {
            Weight::Library => source.class.manifest || token.setting == Setting::Import,
            Weight::Marker => {
                let channel = source.class.channel(token.setting, source.near_ai);
                let wanted = self
                    .lexicon
                    .markers
                    .iter()
                    .find(|marker| marker.id == said.about)
                    .map_or(&[][..], |marker| marker.channels.as_slice());
                if wanted.is_empty() { !channel.is_prose() } else { wanted.contains(&channel) }
            }
            _ => true,
        }
    }

    /// Keeps what was heard, once per word and channel, and the pairs.
    fn note(
        &self,
        heard: &[Heard<'l>],
        tokens: &Tokens,
        source: Source<'_>,
        into: &mut Gathering<'l>,
    ) {
        let mut known: BTreeSet<(&str, &str, Channel)> = BTreeSet::new();
        for said in heard {
            let Some(token) = tokens.all().get(said.at) else { continue };
            let channel = if said.weight == Weight::Library {
                Channel::Library
            } else {
                source.class.channel(token.setting, source.near_ai)
            };
            if known.insert((said.about, &said.term, channel)) {
                let signal = self.signal(said, token, channel, source);
                into.signals.push((said.lang, signal));
            }
        }
        for pair in &self.lexicon.pairs {
            if let Some(said) = together(pair, heard, tokens)
                && let Some(token) = tokens.all().get(said.at)
            {
                let channel = source.class.channel(token.setting, source.near_ai);
                into.signals.push((None, self.signal(&said, token, channel, source)));
            }
        }
    }

    fn signal(
        &self,
        said: &Heard<'l>,
        token: &Token,
        channel: Channel,
        source: Source<'_>,
    ) -> Signal {
        let (line, focus) = line_around(source.text, token.offset as usize);
        let column = line.get(..focus).map_or(0, |before| before.chars().count());
        Signal {
            id: Signal::id_of(said.about, &said.term, channel, source.place),
            about: said.about.to_owned(),
            term: said.term.clone(),
            weight: said.weight,
            points: self.points(said.weight, token.setting, channel, source.class),
            channel,
            place: source.place.clone(),
            span: Some(source.span_of(token.line, u32::try_from(column + 1).unwrap_or(u32::MAX))),
            region: source.class.region,
            excerpt: excerpt(line, focus),
        }
    }

    fn points(&self, weight: Weight, setting: Setting, channel: Channel, class: FileClass) -> u32 {
        let weighing = self.weighing;
        let points = match weight {
            Weight::Strong | Weight::Library => weighing.strong,
            Weight::Medium | Weight::Weak => weighing.medium,
            Weight::Marker => weighing.marker,
        };
        let place = if setting == Setting::Comment {
            weighing.comment
        } else if channel == Channel::Document || class.region == Region::Docs {
            weighing.document
        } else if class.region == Region::Example {
            weighing.example
        } else if class.tool {
            weighing.tool
        } else {
            1000
        };
        points.saturating_mul(place) / 1000
    }

    /// The reading of the system, sorted and bounded. `complete`: whether
    /// every file near the AI was read in full.
    #[must_use]
    pub fn finish(&self, gathering: Gathering<'l>, complete: bool) -> Reading {
        let spoken: BTreeSet<&str> = gathering
            .everyday
            .iter()
            .filter(|(_, words)| words.len() >= SPOKEN)
            .map(|(lang, _)| *lang)
            .collect();
        let mut signals: Vec<Signal> = gathering
            .signals
            .into_iter()
            .filter(|(lang, _)| lang.is_none_or(|lang| spoken.contains(lang)))
            .map(|(_, signal)| signal)
            .collect();
        drop_echoes(&mut signals);
        signals.sort_by(|a, b| {
            (&a.about, Reverse(a.points), &a.place, a.span, &a.term, a.channel).cmp(&(
                &b.about,
                Reverse(b.points),
                &b.place,
                b.span,
                &b.term,
                b.channel,
            ))
        });
        signals.dedup_by(|a, b| a.id == b.id);
        let total = signals.len();
        let mut signals = bounded(signals);
        signals.sort_by(|a, b| by_place(a).cmp(&by_place(b)));
        Reading {
            complete: complete && gathering.files > 0,
            files: gathering.files,
            bytes: gathering.bytes,
            languages: spoken.into_iter().map(str::to_owned).collect(),
            capped: u32::try_from(total - signals.len()).unwrap_or(u32::MAX),
            signals,
            suppressed: gathering.dropped.into_iter().collect(),
        }
    }
}

/// The order of signals: by what they are about, best first.
fn by_place(signal: &Signal) -> impl Ord {
    (
        &signal.about,
        Reverse(signal.points),
        &signal.place,
        signal.span,
        &signal.term,
        signal.channel,
    )
}

/// A few places per word and channel, and the best of these per subject: every
/// different word before a second place of any.
fn bounded(signals: Vec<Signal>) -> Vec<Signal> {
    let mut counts: BTreeMap<(String, String, Channel), usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, Signal)> = signals
        .into_iter()
        .map(|signal| {
            let key = (signal.about.clone(), signal.term.clone(), signal.channel);
            let count = counts.entry(key).or_default();
            *count += 1;
            (*count, signal)
        })
        .filter(|(count, _)| *count <= PLACES)
        .collect();
    ranked.sort_by_key(|(count, _)| *count);
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    ranked.retain(|(_, signal)| {
        let count = kept.entry(signal.about.clone()).or_default();
        *count += 1;
        *count <= SIGNALS
    });
    ranked.into_iter().map(|(_, signal)| signal).collect()
}

/// Whether a word of everyday language stands in language at all.
fn is_spoken(tokens: &Tokens, at: usize) -> bool {
    tokens.all().get(at).is_some_and(|token| {
        matches!(
            token.setting,
            Setting::Prose | Setting::Markup | Setting::Sentence | Setting::Comment | Setting::Word
        )
    })
}

/// Words between two phrases; none where they overlap.
fn distance(a: Met, b: Met) -> usize {
    a.first.saturating_sub(b.last).max(b.first.saturating_sub(a.last))
}

fn is_near(sorted: &[usize], here: Met, near: usize) -> bool {
    let from = here.first.saturating_sub(near);
    let next = sorted.partition_point(|at| *at < from);
    sorted.get(next).is_some_and(|at| *at <= here.last + near)
}

/// The first place where both halves of a pair stand close together.
fn together<'l>(pair: &'l Pair, heard: &[Heard<'l>], tokens: &Tokens) -> Option<Heard<'l>> {
    let line_of = |said: &Heard<'_>| tokens.all().get(said.at).map_or(0, |token| token.line);
    let of = |ids: &[String]| -> Vec<(u32, &Heard<'l>)> {
        let mut found: Vec<(u32, &Heard<'l>)> = heard
            .iter()
            .filter(|said| ids.iter().any(|id| id == said.about))
            .map(|said| (line_of(said), said))
            .collect();
        found.sort_by_key(|(line, said)| (*line, said.at));
        found
    };
    let firsts = of(&pair.first);
    let seconds = of(&pair.second);
    for (line, first) in firsts {
        let from = if pair.in_order { line } else { line.saturating_sub(pair.lines) };
        let next = seconds.partition_point(|(other, _)| *other < from);
        let second = seconds
            .iter()
            .skip(next)
            .take_while(|(other, _)| *other <= line + pair.lines)
            .find(|(_, second)| second.at != first.at);
        if let Some((_, second)) = second {
            let term = format!("{} + {}", first.about, second.about);
            let (about, weight) = (pair.id.as_str(), Weight::Marker);
            return Some(Heard { about, term, weight, at: second.at, lang: None });
        }
    }
    None
}

/// A word that is part of a library's name says nothing beside the library.
fn drop_echoes(signals: &mut Vec<Signal>) {
    let libraries: Vec<(String, String)> = signals
        .iter()
        .filter(|signal| signal.weight == Weight::Library)
        .map(|signal| (signal.about.clone(), folded_words(&signal.term).concat()))
        .collect();
    signals.retain(|signal| {
        let word = signal.term.trim_end_matches('*');
        signal.weight == Weight::Library
            || word.contains(' ')
            || !libraries.iter().any(|(about, library)| {
                *about == signal.about && library.contains(&folded_words(word).concat())
            })
    });
}

/// The line in which an offset lies, and where in it.
fn line_around(text: &str, offset: usize) -> (&str, usize) {
    let offset = offset.min(text.len());
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    (line, offset - start)
}
