//! The words of the second reading as types: areas of law with their words in
//! several languages, markers, and pairs of markers that stand close together.
//! The exact spelling of `signatures/governance/lexicon/*.toml` and
//! `markers.toml`. Knows nothing of how a text is read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::classify::schema::Basis;
use crate::model::place::Region;
use crate::model::reading::{Channel, Level};

/// An area of law with the words that speak of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Stable id, such as `annex3.4`.
    pub id: String,
    /// What it is, in own words.
    pub title: String,
    /// Areas of one group count as one when breadth is judged.
    pub group: String,
    /// The provision.
    pub basis: Vec<Basis>,
    /// Terms of a public vocabulary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub iri: Vec<String>,
    /// What a person must answer.
    pub question: String,
    /// Words in English.
    #[serde(default)]
    pub words: Words,
    /// Words of several senses: without any other word of the area beside them
    /// they say nothing of it (G5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambiguous: Vec<String>,
    /// Packages that are made for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libs: Vec<String>,
    /// Its own examples.
    #[serde(default, rename = "test", skip_serializing)]
    pub tests: Vec<WordTest>,
}

/// Words of one area in one language other than English.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// The area.
    pub area: String,
    /// The language's code.
    pub lang: String,
    /// The words.
    pub words: Words,
}

/// Words that speak of an area. A trailing `*` stands for any ending, `a|b`
/// for either.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// Hardly ever said of anything else.
    pub strong: Vec<String>,
    /// Often said of it.
    pub medium: Vec<String>,
    /// Strong when a word of decision stands near.
    pub nouns: Vec<String>,
    /// Pairs that are strong when they stand near each other.
    pub near: Vec<[String; 2]>,
    /// What takes a word near it away.
    pub not: Vec<String>,
}

/// A language that words can be in, and how a text in it is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tongue {
    /// The code, as in `words`.
    pub lang: String,
    /// Everyday words; enough different ones make the language count.
    pub everyday: Vec<String>,
    /// Whether words are written together, so that a long stem counts inside
    /// a word.
    #[serde(default)]
    pub compounds: bool,
}

/// Something that a file says about a system, whatever the area.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Stable id, such as `decision-write`.
    pub id: String,
    /// What it says, for people.
    pub title: String,
    /// Phrases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Pairs that stand near each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<[String; 2]>,
    /// What takes a phrase near it away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// Where it counts; nothing said means everywhere but in prose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Globs of file names that say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Where the name of a file says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_in: Vec<Region>,
    /// Its own examples.
    #[serde(default, rename = "test", skip_serializing)]
    pub tests: Vec<WordTest>,
}

/// Two markers that stand close together in one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Stable id.
    pub id: String,
    /// What it says, for people.
    pub title: String,
    /// One of these markers …
    pub first: Vec<String>,
    /// … and one of these,
    pub second: Vec<String>,
    /// so many lines apart at most.
    pub lines: u32,
    /// The second must not stand before the first.
    #[serde(default)]
    pub in_order: bool,
    /// Its own examples.
    #[serde(default, rename = "test", skip_serializing)]
    pub tests: Vec<WordTest>,
}

/// How words are weighed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighing {
    /// Points of a strong word, in thousandths; a library's weigh the same.
    pub strong: u32,
    /// Points of a medium word.
    pub medium: u32,
    /// Points of a marker.
    pub marker: u32,
    /// Weight of a place, per mille, by what sort of place it is.
    pub comment: u32,
    /// The same for documents.
    pub document: u32,
    /// The same for tools and scripts.
    pub tool: u32,
    /// The same for examples.
    pub example: u32,
    /// Most that one channel can say, in thousandths (G3).
    pub channel_cap: u32,
    /// Words of decision (G6).
    pub verbs: Vec<String>,
    /// Tokens between a noun and a verb, and between the halves of a pair.
    pub near: usize,
    /// Tokens around a word in which a `not` drops it (G4).
    pub window: usize,
    /// Groups of areas that make a text about law, not a purpose (G7).
    pub breadth: usize,
    /// What it takes to be `indicated` (G2).
    pub indicated: Demand,
    /// What it takes to be `possible` (G2).
    pub possible: Demand,
}

/// What a level of an area demands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Points, in thousandths.
    pub points: u32,
    /// Channels.
    pub channels: usize,
    /// Distinct strong words outside prose.
    pub strong: usize,
}

/// An example of an area, marker or pair: a file, and what must be met in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordTest {
    /// The example in words.
    pub says: String,
    /// The file's path: it decides how the text is read.
    pub file: String,
    /// The text.
    pub text: String,
    /// Whether anything of this entry must be met.
    pub meets: bool,
    /// For areas: the least level that the text must reach; nothing said means
    /// that a mention is enough.
    #[serde(default)]
    pub level: Option<Level>,
}

/// The tables of the second reading.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Lexicon {
    /// Areas, by id.
    pub areas: Vec<Area>,
    /// Words in other languages.
    pub translations: Vec<Translation>,
    /// The languages.
    pub tongues: Vec<Tongue>,
    /// Markers, by id.
    pub markers: Vec<Marker>,
    /// Pairs of markers, by id.
    pub pairs: Vec<Pair>,
    /// How words are weighed; without it nothing is read.
    pub weighing: Option<Weighing>,
}

impl Lexicon {
    /// Every word list of an area with its language; English has none.
    pub(crate) fn words_of<'l>(
        &'l self,
        area: &'l Area,
    ) -> impl Iterator<Item = (Option<&'l str>, &'l Words)> {
        let others = self
            .translations
            .iter()
            .filter(|other| other.area == area.id)
            .map(|other| (Some(other.lang.as_str()), &other.words));
        std::iter::once((None, &area.words)).chain(others)
    }

    /// What does not fit together, if anything.
    pub(crate) fn mistake(&self) -> Option<(String, String)> {
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        let all = self.areas.iter().map(|area| area.id.as_str());
        let all = all.chain(self.markers.iter().map(|marker| marker.id.as_str()));
        for id in all.chain(self.pairs.iter().map(|pair| pair.id.as_str())) {
            if !ids.insert(id) {
                return Some((id.to_owned(), "is declared twice".to_owned()));
            }
        }
        for other in &self.translations {
            if !self.areas.iter().any(|area| area.id == other.area) {
                return Some((other.area.clone(), "is not an area".to_owned()));
            }
            if !self.tongues.iter().any(|tongue| tongue.lang == other.lang) {
                return Some((other.lang.clone(), "is not a declared language".to_owned()));
            }
        }
        for pair in &self.pairs {
            for id in pair.first.iter().chain(&pair.second) {
                if !self.markers.iter().any(|marker| marker.id == *id) {
                    return Some((pair.id.clone(), format!("`{id}` is not a marker")));
                }
            }
        }
        let any = !self.areas.is_empty() || !self.markers.is_empty();
        if any && self.weighing.is_none() {
            return Some(("weighing".to_owned(), "is not said in any file".to_owned()));
        }
        None
    }

    /// Whether this is the id of a marker or a pair.
    pub(crate) fn is_marker(&self, id: &str) -> bool {
        self.markers.iter().any(|marker| marker.id == id)
            || self.pairs.iter().any(|pair| pair.id == id)
    }

    /// Whether this is the id of an area.
    pub(crate) fn is_area(&self, id: &str) -> bool {
        self.areas.iter().any(|area| area.id == id)
    }
}
