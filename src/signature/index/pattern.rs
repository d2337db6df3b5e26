//! Stems: the literals that every match of a pattern contains, found in the
//! pattern itself so that no author has to write them, or could get them wrong.
//!
//! `build.rs` works them out for the built-in patterns, from this very file, so
//! that no start pays for it: knows nothing of the crate around it.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind};

/// Most stems of a pattern that are gathered from its branches.
const BRANCH_STEMS: usize = 512;

/// What a pattern says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stems {
    /// Every match contains at least one of them. Empty if there are none.
    pub texts: Vec<String>,
    /// Whether every match begins with one of them.
    pub begin: bool,
}

/// The stems of a pattern.
///
/// # Errors
/// The pattern is no regular expression.
pub fn stems_of(pattern: &str) -> Result<Stems, String> {
    let hir = parse(&without_case(pattern))?;
    let mut texts: Vec<String> = Vec::new();
    consider(&hir, &mut texts);
    let begin = are_prefixes(&hir, &texts);
    Ok(Stems { texts, begin })
}

/// Whether a pattern is one, as it is written.
///
/// # Errors
/// It is no regular expression.
pub fn is_pattern(pattern: &str) -> Result<(), String> {
    parse(pattern).map(|_| ())
}

/// Parses a pattern without compiling it.
fn parse(pattern: &str) -> Result<Hir, String> {
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

/// Whether every match of a pattern begins with one of these stems of it.
fn are_prefixes(hir: &Hir, stems: &[String]) -> bool {
    let mut prefixes = Vec::new();
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(16).limit_total(256);
    offer(&extractor.extract(hir), &mut prefixes);
    !prefixes.is_empty()
        && prefixes.iter().all(|prefix| stems.iter().any(|stem| prefix.starts_with(stem.as_str())))
}

/// The pattern with case in regard: the gate has none anyway, and what may be
/// of either case is cut into short pieces.
fn without_case(pattern: &str) -> String {
    pattern.replace("(?i:", "(?:").replace("(?i)", "")
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
        HirKind::Alternation(branches) => each_branch(branches, best),
        _ => {}
    }
}

/// What the branches offer one by one: together they soon have so many literals
/// that these are cut down to a few letters.
fn each_branch(branches: &[Hir], best: &mut Vec<String>) {
    let mut all = Vec::new();
    for branch in branches {
        let mut own = Vec::new();
        consider(branch, &mut own);
        if own.is_empty() {
            return;
        }
        all.append(&mut own);
    }
    if all.len() <= BRANCH_STEMS {
        prefer(all, best);
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
    if let Some(texts) = texts {
        prefer(texts, best);
    }
}

/// Keeps the better of two lists: the one whose shortest literal is longest.
fn prefer(mut texts: Vec<String>, best: &mut Vec<String>) {
    texts.sort();
    texts.dedup();
    let shortest = |list: &[String]| list.iter().map(String::len).min().unwrap_or(0);
    let (new, old) = (shortest(&texts), shortest(best));
    if new > old || (new == old && new > 0 && texts.len() < best.len()) {
        *best = texts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_found_wherever_they_stand() {
        let stems = |pattern| stems_of(pattern).expect("a pattern").texts;
        assert_eq!(stems(r"[\w-]+\.openai\.azure\.com"), [".openai.azure.com"]);
        assert_eq!(stems(r"(?:claude|anthropic)-[a-z0-9-]+"), ["anthropic-", "claude-"]);
        assert_eq!(stems(r"[a-z]+/[\w.-]*llama[\w.-]*"), ["llama"]);
        let many =
            stems(r"(?:meta-)?llama-?[2-4](?:-[a-z0-9]+)*|code-?llama[0-9-]*(?:b-[a-z0-9]+)*");
        assert!(many.iter().all(|stem| stem.contains("llama")), "{many:?}");
        assert!(stems(r"\d{3}-\w+").iter().all(|stem| stem.len() < 5));
    }

    #[test]
    fn stems_that_begin_every_match_are_told_from_others() {
        let begin = |pattern| stems_of(pattern).expect("a pattern").begin;
        assert!(begin("gemini-[0-9]+(?:-pro)?"));
        assert!(begin("(?:claude|anthropic)-[a-z0-9-]+"));
        assert!(!begin(r"[\w-]+\.openai\.azure\.com"));
        assert!(!begin("x?-long-enough-stem"));
    }
}
