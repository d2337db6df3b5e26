//! Values that one file names for others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{Place, Region, Span};

/// What a file defines for the files below its folder, or for its heirs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    /// The file.
    pub place: Place,
    /// What it says.
    pub said: Said,
}

/// What a file says of values that others use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// A name stands for a value.
    Value {
        /// The name.
        name: String,
        /// What it stands for.
        value: String,
    },
    /// What the file at this path defines holds here, too.
    Inherits {
        /// The path, relative to the target.
        path: String,
    },
    /// The file uses a folder and gives a value to one of its names.
    Given {
        /// The folder, relative to the target.
        folder: String,
        /// What tells this use from others of the same file.
        call: String,
        /// The name; empty for the use itself.
        name: String,
        /// What is given, as written; empty if it is no scalar.
        value: String,
    },
    /// The file says something with names in it that files around give values to.
    Unfilled {
        /// The point in the file.
        span: Option<Span>,
        /// What kind of file it is.
        #[serde(default)]
        region: Region,
        /// The line, redacted and cut.
        excerpt: String,
        /// What is said.
        what: Unfilled,
    },
}

/// What is said with names in it that stand for values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unfilled {
    /// Infrastructure is declared.
    Resource {
        /// The type.
        of: String,
        /// Which of several things of that type.
        kind: Option<String>,
        /// The name that it is given.
        name: Option<String>,
    },
    /// A setting.
    Setting {
        /// Its dotted key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A container image is run.
    Image {
        /// The reference.
        reference: String,
    },
}
