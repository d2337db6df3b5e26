//! CODEOWNERS files. Knows the lines of both dialects; matches no path.

use std::borrow::Cow;

use super::{Teller, lines_of, mistaken_at};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Fact;

/// Reads CODEOWNERS: a pattern and its owners to a line, comments after `#`,
/// blanks in a pattern escaped by a backslash. Sections (`[Name][2] @owners`,
/// `^[Name]`) give their owners to the lines below that name none.
///
/// A pattern without owners takes the files out of the care of others and is
/// told with an empty list.
#[derive(Debug)]
pub struct Codeowners;

impl Extractor for Codeowners {
    fn id(&self) -> &'static str {
        "codeowners"
    }

    fn about(&self) -> &'static str {
        "CODEOWNERS: who answers for which paths"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["CODEOWNERS"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let mut mistake = None;
        let mut defaults = Vec::new();
        for (start, line) in lines_of(content.text) {
            let trimmed = line.trim_start();
            let offset = start + (line.len() - trimmed.len());
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if let Some(head) = trimmed.strip_prefix('^').unwrap_or(trimmed).strip_prefix('[') {
                match section_owners(head) {
                    Some(owners) => (defaults, _) = owners_of(owners),
                    None => _ = mistake.get_or_insert(offset),
                }
                continue;
            }
            let (pattern, rest) = trimmed.split_at(pattern_length(trimmed));
            let (owners, all_understood) = owners_of(rest);
            if !all_understood {
                mistake.get_or_insert(offset);
            }
            let owners = if owners.is_empty() { defaults.clone() } else { owners };
            let owners = owners.into_iter().map(Cow::Borrowed).collect();
            teller.at(offset, Fact::Owner { pattern: Cow::Borrowed(pattern), owners });
            if teller.is_full() {
                return Ok(());
            }
        }
        mistaken_at(content, mistake)
    }
}

/// Most owners that one line is believed to name: a section hands its own to
/// every line below it.
const OWNERS_PER_LINE: usize = 100;

/// What follows `[Name]` and the number of approvals.
fn section_owners(head: &str) -> Option<&str> {
    let (_, rest) = head.split_once(']')?;
    match rest.strip_prefix('[') {
        Some(approvals) => approvals.split_once(']').map(|(_, rest)| rest),
        None => Some(rest),
    }
}

/// Length of the pattern at the head of the line; escaped blanks belong to it.
fn pattern_length(line: &str) -> usize {
    let mut escaped = false;
    line.find(|c: char| {
        let ends = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
    .unwrap_or(line.len())
}

/// The owners up to a comment, and whether every word was one.
fn owners_of(rest: &str) -> (Vec<&str>, bool) {
    let words = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    let mut all_understood = true;
    let owners = words
        .filter(|word| {
            let is_owner = word.contains('@');
            all_understood &= is_owner;
            is_owner
        })
        .take(OWNERS_PER_LINE)
        .collect();
    (owners, all_understood)
}
