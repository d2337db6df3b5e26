//! Anchors that are made of names, with the words that stand before them, and
//! the compiling of patterns. Which literals a pattern holds says
//! [`super::pattern`].

use regex::{Regex, RegexBuilder};

use super::SHORTEST_ANCHOR;
use super::pattern::{Place, Stems};

/// The patterns of the built-in signatures, ascending: the pattern, where its
/// stems stand, and the stems.
type Patterns = &'static [(&'static str, Place, &'static [&'static str])];

static PATTERNS: Patterns = include!(concat!(env!("OUT_DIR"), "/stems.rs"));

/// The stems of a pattern as they were worked out when the product was built;
/// `None` if no built-in signature has it.
pub(super) fn of_built_in(pattern: &str) -> Option<Stems> {
    let at = PATTERNS.binary_search_by(|(known, _, _)| (*known).cmp(pattern)).ok()?;
    let (_, place, texts) = PATTERNS.get(at)?;
    Some(Stems { texts: texts.iter().map(ToString::to_string).collect(), place: *place })
}

/// Largest compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Compiles a pattern: ASCII classes where that is possible, linear always.
///
/// # Errors
/// It is no regular expression, or larger than allowed when compiled.
pub fn compile(pattern: &str) -> Result<Regex, Box<regex::Error>> {
    let build = |unicode: bool| {
        RegexBuilder::new(pattern)
            .unicode(unicode)
            .size_limit(PATTERN_BYTES)
            .nest_limit(50)
            .build()
            .map_err(Box::new)
    };
    build(false).or_else(|_| build(true))
}

/// How the beginning of a model's identifier stands where a program or a file
/// of settings names a model: for identifiers too short, or too common as
/// words, to be looked for alone.
#[must_use]
pub(super) fn named_as_model(id: &str) -> Vec<String> {
    let id = id.to_lowercase();
    ["=\"", "='", " = \"", ": \"", ": '", ": ", "=", "\": \"", "\":\"", "(\""]
        .iter()
        .map(|between| format!("model{between}{id}"))
        .collect()
}

/// A module's name as an anchor: itself if long enough, else with the words
/// that stand before it where it is imported.
#[must_use]
pub fn with_context(language: crate::model::fact::Language, module: &str) -> Vec<String> {
    use crate::model::fact::Language;
    if language == Language::Swift {
        // Its modules are words of every day: `Vision`, `Speech`.
        return vec![format!("import {}", module.to_lowercase())];
    }
    if language == Language::Ruby && module.contains('.') {
        // A constant, as it is written.
        return vec![module.to_lowercase().replace('.', "::")];
    }
    if language == Language::R {
        // Packages are called `text` and `recipes`.
        let module = module.to_lowercase();
        return ["library(", "library(\"", "library('", "require(", "space(\"", "load("]
            .iter()
            .map(|before| format!("{before}{module}"))
            .chain([format!("{module}::")])
            .collect();
    }
    if module.len() >= SHORTEST_ANCHOR {
        return vec![module.to_lowercase()];
    }
    let module = module.to_lowercase();
    match language {
        Language::Julia => ["using ", "import "]
            .iter()
            .map(|before| format!("{before}{module}"))
            .chain([format!("{module}.")])
            .chain([", ", ",\n", ": ", "\n", "\r", " "].map(|after| format!(", {module}{after}")))
            .filter(|written| !written.starts_with(',') || module.len() > 3)
            .collect(),
        Language::Elixir => vec![format!("{module}."), format!("alias {module}")],
        Language::Fsharp => vec![format!("open {module}")],
        Language::Haskell => {
            vec![format!("import {module}"), format!("qualified {module}")]
        }
        Language::Lua => ["require \"", "require '", "require(\"", "require('"]
            .iter()
            .map(|before| format!("{before}{module}"))
            .collect(),
        Language::Perl => vec![format!("use {module}")],
        Language::Python => vec![format!("import {module}"), format!("from {module}")],
        Language::Csharp => vec![format!("using {module}")],
        Language::Rust => vec![format!("use {module}"), format!("{module}::")],
        Language::Javascript => [
            "from \"",
            "from '",
            "from\"",
            "from'",
            "import(\"",
            "import('",
            "require(\"",
            "require('",
            "import \"",
            "import '",
        ]
        .iter()
        .map(|before| format!("{before}{module}"))
        .collect(),
        Language::Ruby => {
            ["require \"", "require '"].iter().map(|before| format!("{before}{module}")).collect()
        }
        Language::Php => vec![format!("use {module}\\"), format!("use \\{module}\\")],
        Language::C => ["include <", "include \"", "import <"]
            .iter()
            .map(|before| format!("{before}{module}"))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_module_is_looked_for_where_it_is_imported() {
        let anchors = with_context(crate::model::fact::Language::Javascript, "ai");
        assert!(anchors.contains(&"from \"ai".to_owned()));
        assert!(anchors.iter().all(|anchor| anchor.len() >= SHORTEST_ANCHOR));
    }
}
