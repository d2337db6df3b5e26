//! Values that one file names for others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Place;

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
}
