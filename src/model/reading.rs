//! What the files around a system's AI speak of: the outcome of the second,
//! bounded reading. Words and markers with their places, and what a guard
//! dropped, so that an auditor can see that too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::stable_id;
use super::place::{Place, Region, Span};

/// The outcome of the second reading of one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Reading {
    /// False when a bound kept a file near the AI from being read in full, or
    /// when nothing was read.
    pub complete: bool,
    /// Files read.
    pub files: u32,
    /// Bytes read.
    pub bytes: u64,
    /// Languages other than English whose words were counted, by their code.
    pub languages: Vec<String>,
    /// What was met, by what it is about.
    pub signals: Vec<Signal>,
    /// What was met and dropped by a guard, up to a bound.
    pub suppressed: Vec<Suppressed>,
    /// Words and markers beyond the bounds, counted and not kept.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub capped: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// One word of an area, or one marker, at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    /// Stable id: no line number in it.
    pub id: String,
    /// The area (`annex3.4`) or the marker (`decision-write`).
    pub about: String,
    /// The term as the table has it.
    pub term: String,
    /// How strongly it speaks.
    pub weight: Weight,
    /// Points, in thousandths, weighed by the place.
    pub points: u32,
    /// The kind of place in which it stands: what stands in one channel is
    /// one independent signal.
    pub channel: Channel,
    /// The file.
    pub place: Place,
    /// The point; absent when the file's name is the match.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// Neighbourhood of the file.
    pub region: Region,
    /// The line, redacted and cut.
    pub excerpt: String,
}

impl Signal {
    /// The id of a word or marker in a file.
    #[must_use]
    pub fn id_of(about: &str, term: &str, channel: Channel, place: &Place) -> String {
        stable_id("sig-", 12, &[about, term, channel.word(), &place.target, &place.path])
    }
}

/// A word that a guard dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// The area or marker.
    pub about: String,
    /// The term.
    pub term: String,
    /// The word that made the guard drop it.
    pub because: String,
    /// The file.
    pub place: Place,
    /// The line, from 1.
    pub line: u32,
}

/// How strongly a word speaks of its area.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Hardly ever said of anything else.
    Strong,
    /// A package that is made for the area; says capability, not purpose.
    Library,
    /// Often said of it, but of other things too.
    Medium,
    /// Says little by itself.
    Weak,
    /// No word of an area: a marker.
    Marker,
}

/// The kind of place in which a word stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Names in source code.
    Code,
    /// Sentences for a model.
    Prompt,
    /// Tables, columns, fields, forms.
    Schema,
    /// Settings.
    Config,
    /// What deploys it.
    Deployment,
    /// Addresses of pages and what people read on them.
    Interface,
    /// Packages and imports.
    Library,
    /// Name and description of a package.
    Meta,
    /// Documents and comments.
    Document,
    /// The name of a file.
    Name,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 10] = [
        Self::Code,
        Self::Prompt,
        Self::Schema,
        Self::Config,
        Self::Deployment,
        Self::Interface,
        Self::Library,
        Self::Meta,
        Self::Document,
        Self::Name,
    ];

    /// The word used in JSON and TOML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Prompt => "prompt",
            Self::Schema => "schema",
            Self::Config => "config",
            Self::Deployment => "deployment",
            Self::Interface => "interface",
            Self::Library => "library",
            Self::Meta => "meta",
            Self::Document => "document",
            Self::Name => "name",
        }
    }

    /// Whether only people's prose stands there, which shows no use.
    #[must_use]
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Meta | Self::Document)
    }
}

/// How clearly an area is spoken of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Named somewhere; says next to nothing.
    Mention,
    /// Several signs.
    Possible,
    /// Many independent signs beside the AI.
    Indicated,
}

impl Level {
    /// The word used in JSON and TOML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Possible => "possible",
            Self::Indicated => "indicated",
        }
    }
}
