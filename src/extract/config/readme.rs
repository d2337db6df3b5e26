//! What a repository calls itself: the title of its README. Nothing else in
//! it is read: prose is no evidence.

use std::borrow::Cow;

use super::lines_of;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, UnitKind};

/// Reads the first heading of a README at the root of a target: `# Title`, a
/// line that is underlined by `===`, or `<h1>`. Pictures, links and tags are
/// left out of it, and what follows a colon or a dash. A title that is longer
/// than a name is none.
#[derive(Debug)]
pub struct Readme;

/// Lines in which a title is looked for.
const LINES: usize = 60;
/// Longest name.
const NAME_CHARS: usize = 48;

impl Extractor for Readme {
    fn id(&self) -> &'static str {
        "readme"
    }

    fn about(&self) -> &'static str {
        "README at the root: what the repository calls itself"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["README.md", "README.markdown", "README.rst", "README"],
            globs: &[],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if content.path.contains('/') {
            return Ok(());
        }
        if let Some((offset, name)) = title(content.text) {
            let name = Some(Cow::Owned(name));
            let unit = Fact::Unit { kind: UnitKind::Repository, name, root: None };
            sink.fact(unit, Some(content.span_at(offset)));
        }
        Ok(())
    }
}

/// The first heading that leaves a name, and where its line starts.
fn title(text: &str) -> Option<(usize, String)> {
    let mut lines = lines_of(text).take(LINES).peekable();
    let mut fenced = false;
    while let Some((offset, line)) = lines.next() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let next = lines.peek().map_or("", |(_, next)| next.trim());
        let underlined = next.len() >= 3 && next.bytes().all(|byte| byte == b'=');
        let lower = line.to_ascii_lowercase();
        let heading = match line.strip_prefix("# ") {
            Some(heading) => heading,
            None if underlined || lower.starts_with("<h1") => line,
            None => continue,
        };
        if let Some(name) = name_in(heading) {
            return Some((offset, name));
        }
    }
    None
}

/// The name in a heading, if it is short enough to be one.
fn name_in(heading: &str) -> Option<String> {
    let text = without_markup(heading);
    let end = [": ", " - ", " | ", " \u{2013} ", " \u{2014} "]
        .iter()
        .filter_map(|cut| text.find(cut))
        .min()
        .unwrap_or(text.len());
    let head = text.get(..end).unwrap_or_default();
    // A picture of letters before or behind it is no part of the name.
    let name = head.trim_matches(|c: char| !c.is_alphanumeric());
    let is_name = !name.is_empty() && name.chars().count() <= NAME_CHARS;
    is_name.then(|| name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Text without tags, pictures, and the addresses of links.
fn without_markup(text: &str) -> String {
    let mut plain = String::new();
    let (mut tag, mut picture, mut address) = (false, false, false);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '<' if !address => tag = true,
            '>' if tag => tag = false,
            '[' if before == '!' && !tag => {
                picture = true;
                plain.pop();
            }
            ']' if picture => picture = false,
            '(' if before == ']' && !tag => address = true,
            ')' if address => address = false,
            '[' | ']' | '`' | '*' => {}
            _ if tag || picture || address => {}
            _ => plain.push(c),
        }
        before = c;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<String> {
        title(text).map(|(_, name)| name)
    }

    #[test]
    fn the_first_heading_is_the_name() {
        for (text, name) in [
            ("# Thing\n", Some("Thing")),
            ("<div>\n\n# \u{1F43E} Thing\n", Some("Thing")),
            ("# <img src=\"a b\" alt=\"x\"> Open Thing\n", Some("Open Thing")),
            ("# ![logo](a.png) [Thing](https://host.example): does it all\n", Some("Thing")),
            ("Thing, 3rd edition\n=====\n", Some("Thing, 3rd edition")),
            ("<h1 align=\"center\">Thing</h1>\n", Some("Thing")),
            ("text\n\n```\n# a comment\n```\n", None),
            ("## Only a part\n", None),
            ("", None),
        ] {
            assert_eq!(named(text).as_deref(), name, "{text:?}");
        }
        assert_eq!(named(&format!("# {}\n", "long ".repeat(20))), None);
    }
}
