//! Stems: the literals that every match of a pattern contains, found in the
//! pattern itself so that no author has to write them, or could get them wrong.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind};

use super::SHORTEST_ANCHOR;

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

/// Parses a pattern without compiling it.
pub(super) fn parse(pattern: &str) -> Result<Hir, String> {
    let parse = |unicode: bool| {
        regex_syntax::ParserBuilder::new()
            .unicode(unicode)
            .nest_limit(50)
            .build()
            .parse(pattern)
            .map_err(|error| error.to_string())
    };
    parse(false).or_else(|_| parse(true))
}

/// The stems of a pattern: every match contains at least one of them. Empty if
/// there are none.
///
/// # Errors
/// The pattern is no regular expression.
pub fn stems_of_pattern(pattern: &str) -> Result<Vec<String>, String> {
    let hir = parse(&without_case(pattern))?;
    let mut best: Vec<String> = Vec::new();
    consider(&hir, &mut best);
    Ok(best)
}

/// Whether every match of a pattern begins with one of these stems of it.
pub(super) fn are_prefixes(pattern: &str, stems: &[String]) -> bool {
    let Ok(hir) = parse(&without_case(pattern)) else { return false };
    let mut prefixes = Vec::new();
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(16).limit_total(256);
    offer(&extractor.extract(&hir), &mut prefixes);
    !prefixes.is_empty()
        && prefixes.iter().all(|prefix| stems.iter().any(|stem| prefix.starts_with(stem.as_str())))
}

/// The pattern with case in regard: the gate has none anyway, and what may be
/// of either case is cut into short pieces.
fn without_case(pattern: &str) -> String {
    pattern.replace("(?i:", "(?:").replace("(?i)", "")
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

/// Keeps the better of `best` and what `hir` offers: the list whose shortest
/// literal is longest.
fn consider(hir: &Hir, best: &mut Vec<String>) {
    for kind in [ExtractKind::Prefix, ExtractKind::Suffix] {
        let mut extractor = Extractor::new();
        extractor.kind(kind).limit_class(16).limit_total(256);
        offer(&extractor.extract(hir), best);
    }
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| consider(part, best)),
        HirKind::Capture(capture) => consider(&capture.sub, best),
        HirKind::Repetition(repetition) if repetition.min > 0 => consider(&repetition.sub, best),
        _ => {}
    }
}

fn offer(seq: &Seq, best: &mut Vec<String>) {
    let Some(literals) = seq.literals() else { return };
    let texts: Option<Vec<String>> = literals
        .iter()
        .map(|literal| {
            let text = std::str::from_utf8(literal.as_bytes()).ok()?;
            Some(text.to_owned())
        })
        .collect();
    let Some(mut texts) = texts else { return };
    texts.sort();
    texts.dedup();
    let shortest = |list: &[String]| list.iter().map(String::len).min().unwrap_or(0);
    let (new, old) = (shortest(&texts), shortest(best));
    if new > old || (new == old && new > 0 && texts.len() < best.len()) {
        *best = texts;
    }
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
        Language::Julia => ["using ", "import ", ", "]
            .iter()
            .map(|before| format!("{before}{module}"))
            .chain([format!("{module}.")])
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
    fn stems_are_found_wherever_they_stand() {
        let stems = |pattern| stems_of_pattern(pattern).unwrap_or_default();
        assert_eq!(stems(r"[\w-]+\.openai\.azure\.com"), [".openai.azure.com"]);
        assert_eq!(stems(r"(?:claude|anthropic)-[a-z0-9-]+"), ["anthropic-", "claude-"]);
        assert_eq!(stems(r"[a-z]+/[\w.-]*llama[\w.-]*"), ["llama"]);
        assert!(stems(r"\d{3}-\w+").iter().all(|stem| stem.len() < SHORTEST_ANCHOR));
    }

    #[test]
    fn stems_that_begin_every_match_are_told_from_others() {
        let begin = |pattern| are_prefixes(pattern, &stems_of_pattern(pattern).unwrap_or_default());
        assert!(begin("gemini-[0-9]+(?:-pro)?"));
        assert!(begin("(?:claude|anthropic)-[a-z0-9-]+"));
        assert!(!begin(r"[\w-]+\.openai\.azure\.com"));
        assert!(!begin("x?-long-enough-stem"));
    }

    #[test]
    fn a_short_module_is_looked_for_where_it_is_imported() {
        let anchors = with_context(crate::model::fact::Language::Javascript, "ai");
        assert!(anchors.contains(&"from \"ai".to_owned()));
        assert!(anchors.iter().all(|anchor| anchor.len() >= SHORTEST_ANCHOR));
    }
}
