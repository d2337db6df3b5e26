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
    /// Where they stand in every match.
    pub place: Place,
}

/// Where one of the stems stands in every match of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Somewhere.
    Within,
    /// At the beginning, or behind a sign that belongs to no word.
    Word,
    /// At the beginning.
    Begin,
}

/// The stems of a pattern.
///
/// # Errors
/// The pattern is no regular expression.
pub fn stems_of(pattern: &str) -> Result<Stems, String> {
    let hir = parse(&without_case(pattern))?;
    let mut texts: Vec<String> = Vec::new();
    consider(&hir, &mut texts);
    if are_prefixes(&hir, &texts) {
        return Ok(Stems { texts, place: Place::Begin });
    }
    let rest = behind_signs(&hir);
    if are_prefixes(&rest, &texts) {
        return Ok(Stems { texts, place: Place::Word });
    }
    // What may stand within a word, and is one, costs the gate more than a
    // shorter stem with which a word begins.
    let costly = !texts.iter().all(|text| has_beginning(text));
    let better = |hir: &Hir| openings(hir).or_else(|| spelled_out(hir)).filter(|_| costly);
    Ok(match (better(&hir), better(&rest)) {
        (Some(texts), _) => Stems { texts, place: Place::Begin },
        (None, Some(texts)) => Stems { texts, place: Place::Word },
        (None, None) => Stems { texts, place: Place::Within },
    })
}

/// The beginnings of a pattern with what may follow a short literal spelled
/// out, letter by letter: for a word of which nothing else is known.
fn spelled_out(hir: &Hir) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(64).limit_total(4096);
    let texts = texts_of(&extractor.extract(hir))?.iter().map(|text| text.to_lowercase()).collect();
    let texts = without_repeats(texts);
    (texts.len() <= SPELLINGS && shortest(&texts) >= LONG_ENOUGH).then_some(texts)
}

/// Most beginnings that are spelled out: two letters or digits.
const SPELLINGS: usize = 36 * 36;

/// Whether a word begins within a text, long enough to be looked for.
fn has_beginning(text: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let starts = |two: &[u8]| matches!(two, [before, first] if !is_word(before) && is_word(first));
    let most = text.len().saturating_sub(BEGINNING - 1);
    text.as_bytes().get(..most).unwrap_or_default().windows(2).any(starts)
}

/// Shortest beginning that the gate can look for.
const BEGINNING: usize = 5;

/// Shortest beginning for which a stem is given up: that of an anchor.
const LONG_ENOUGH: usize = 5;

/// Most beginnings of a pattern.
const OPENINGS: usize = 96;

/// The literals of which every match begins with one, as far as few suffice.
fn openings(hir: &Hir) -> Option<Vec<String>> {
    let found = match hir.kind() {
        HirKind::Capture(capture) => return openings(&capture.sub),
        HirKind::Alternation(branches) => {
            let each: Option<Vec<_>> = branches.iter().map(openings).collect();
            each?.concat()
        }
        // What stands first may suffice; if not, with what follows it.
        HirKind::Concat(parts) => {
            let heads = (1..=parts.len()).filter_map(|end| parts.get(..end));
            let found = heads.filter_map(|head| match head {
                [one] => openings(one),
                many => prefixes(&Hir::concat(many.to_vec())),
            });
            let few = found.filter(|texts| texts.len() <= OPENINGS);
            few.reduce(|best, next| if shortest(&next) > shortest(&best) { next } else { best })?
        }
        _ => prefixes(hir)?,
    };
    let fits = found.len() <= OPENINGS && shortest(&found) >= LONG_ENOUGH;
    fits.then(|| without_repeats(found))
}

fn prefixes(hir: &Hir) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(16).limit_total(256);
    texts_of(&extractor.extract(hir))
}

/// The literals of which every match of a pattern begins with one, in the case
/// in which it is written; `None` if there are none, or too many, or too short.
#[allow(dead_code)] // the build asks for stems only
#[must_use]
pub(super) fn heads_of(pattern: &str) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(2).limit_total(16);
    let hir = parse(pattern).ok()?;
    // What looks around asks for more than there is from the beginning on.
    if !hir.properties().look_set().is_empty() {
        return None;
    }
    let heads = texts_of(&extractor.extract(&hir))?;
    (shortest(&heads) >= SHORTEST_HEAD).then_some(heads)
}

/// Shortest of them.
#[allow(dead_code)]
const SHORTEST_HEAD: usize = 3;

/// A pattern without what may stand at its beginning and ends in a sign, such
/// as the name of a region and a dot.
fn behind_signs(hir: &Hir) -> Hir {
    let HirKind::Concat(parts) = hir.kind() else { return hir.clone() };
    let ends_in_sign = |part: &&Hir| match part.kind() {
        HirKind::Repetition(repetition) if repetition.min == 0 => {
            let mut extractor = Extractor::new();
            extractor.kind(ExtractKind::Suffix).limit_class(16).limit_total(256);
            let sign = |text: &String| {
                let last = text.bytes().next_back();
                last.is_some_and(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
            };
            texts_of(&extractor.extract(&repetition.sub))
                .is_some_and(|ends| !ends.is_empty() && ends.iter().all(sign))
        }
        _ => false,
    };
    let first = parts.iter().take_while(ends_in_sign).count();
    Hir::concat(parts.get(first..).unwrap_or_default().to_vec())
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
    if let Some(texts) = texts_of(seq) {
        prefer(texts, best);
    }
}

fn texts_of(seq: &Seq) -> Option<Vec<String>> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    seq.literals()?.iter().map(|literal| text(literal.as_bytes())).collect()
}

/// Length of the shortest of some texts; 0 if there are none.
fn shortest(texts: &[String]) -> usize {
    texts.iter().map(String::len).min().unwrap_or(0)
}

fn without_repeats(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts.dedup();
    texts
}

/// Keeps the better of two lists: the one whose shortest literal is longest.
fn prefer(texts: Vec<String>, best: &mut Vec<String>) {
    let texts = without_repeats(texts);
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
        let begin = |pattern| stems_of(pattern).expect("a pattern").place == Place::Begin;
        assert!(begin("gemini-[0-9]+(?:-pro)?"));
        assert!(begin("(?:claude|anthropic)-[a-z0-9-]+"));
        assert!(!begin(r"[\w-]+\.openai\.azure\.com"));
        assert!(!begin("x?-long-enough-stem"));
    }

    #[test]
    fn glued_beginnings_are_stems_of_their_own() {
        let pattern = "(?i:(?:code|pali)?gemma-?[0-9]?n?[:-](?:[0-9]+|e[0-9])[bm])(?::free)?";
        let Stems { texts, place } = stems_of(pattern).expect("a pattern");
        assert_eq!(
            (texts.as_slice(), place),
            (&["codegemma", "gemma", "paligemma"].map(str::to_owned)[..], Place::Begin)
        );
    }

    #[test]
    fn what_follows_a_short_beginning_is_spelled_out() {
        let Stems { texts, place } =
            stems_of("sk-[A-Za-z0-9]{20}Xy9zW[A-Za-z0-9]{20}").expect("a pattern");
        assert_eq!((texts.len(), place), (36 * 36, Place::Begin));
        assert!(texts.contains(&"sk-a9".to_owned()));
    }

    #[test]
    fn what_stands_behind_an_optional_sign_begins_a_word() {
        let place = |pattern| stems_of(pattern).expect("a pattern").place;
        let regions = "(?:bedrock/)?(?:(?:us|eu|us-gov)\\.)?(?:amazon\\.nova|ai21\\.j)[a-z0-9.-]*";
        assert!(place(regions) >= Place::Word, "{:?}", stems_of(regions));
        assert_eq!(place("[a-z]*-long-enough"), Place::Within);
        assert_eq!(place("(?:xy|z-)?stemwithinaword[0-9]*"), Place::Begin);
        assert_eq!(place("[a-z]*stemwithinaword"), Place::Within);
    }
}
