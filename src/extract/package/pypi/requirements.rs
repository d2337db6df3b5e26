//! Requirements files of pip: one requirement a line, with comments,
//! continuation lines and options.

use std::borrow::Cow;

use super::super::requirement::{self, Line};
use super::super::{FirstMistake, asked, lines, speaks_of_development};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};
use crate::model::place::{folder_of, name_of};

/// Requirements files of pip (`requirements*.txt`, `requirements*.in`, and
/// whatever lies in a folder `requirements`).
///
/// Every requirement is a direct package with its version requirement as
/// written; extras, markers and hashes are left out. Addresses count when
/// they name a package (`name @ …`, `#egg=name`, the file name of a wheel);
/// local folders do not. `-r` files are handed on to be read too. Constraints
/// (`-c`, files named `constraints…`) only limit versions of what others ask
/// for and are no packages. A file whose name speaks of dev, test, docs or
/// lint holds development packages. A file named exactly `requirements.txt`
/// declares a unit. Lines that pip would refuse make the file malformed, but
/// the other lines count.
#[derive(Debug)]
pub struct Requirements;

impl Extractor for Requirements {
    fn id(&self) -> &'static str {
        super::REQUIREMENTS
    }

    fn about(&self) -> &'static str {
        "requirements files of pip, with the files they include by `-r`"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[
                "requirements*.txt",
                "requirements*.in",
                "*requirements.txt",
                "requirements/*.txt",
                "requirements/*.in",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let name = content.name();
        if name.to_ascii_lowercase().starts_with("constraints") {
            return Ok(());
        }
        if name == "requirements.txt" && name_of(folder_of(content.path)) != "requirements" {
            let unit = Fact::Unit { kind: UnitKind::Requirements, name: None, root: None };
            sink.fact(unit, None);
        }
        let scope = if speaks_of_development(name) { Scope::Development } else { Scope::Runtime };
        let mut mistake = FirstMistake::default();
        for_each_logical_line(content.text, |offset, line| match requirement::read(line) {
            Line::Package { name, version } => sink
                .fact(asked(Ecosystem::Pypi, name, version, scope), Some(content.span_at(offset))),
            Line::Include(path) => sink.fact(
                Fact::Include { path: path.into(), reader: super::REQUIREMENTS },
                Some(content.span_at(offset)),
            ),
            Line::Nothing => {}
            Line::Unreadable => mistake.at(offset, "not a requirement"),
        });
        mistake.into_result(content)
    }
}

/// Joins lines that end in a backslash. A comment ends a joined line, even if
/// it ends in a backslash itself.
fn for_each_logical_line(text: &str, mut tell: impl FnMut(usize, &str)) {
    let mut joined: Option<(usize, Cow<'_, str>)> = None;
    for (start, line) in lines(text) {
        let body = line.trim();
        let offset = start + (line.len() - line.trim_start().len());
        let is_comment = body.starts_with('#');
        let (body, goes_on) = match body.strip_suffix('\\') {
            Some(body) if !is_comment => (body, true),
            _ => (body, false),
        };
        if !is_comment {
            match &mut joined {
                Some((_, before)) => before.to_mut().extend([" ", body]),
                None => joined = Some((offset, Cow::Borrowed(body))),
            }
        }
        if !goes_on && let Some((offset, line)) = joined.take() {
            tell(offset, &line);
        }
    }
    if let Some((offset, line)) = joined {
        tell(offset, &line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_lines_keep_the_place_of_their_first() {
        let mut found = Vec::new();
        let text = "  a==1 \\\n    --hash=x\n# note \\\nb \\\n# note\nc\\";
        for_each_logical_line(text, |offset, line| found.push((offset, line.to_owned())));
        let expected = [(2, "a==1  --hash=x"), (31, "b "), (42, "c")];
        assert_eq!(found, expected.map(|(offset, line)| (offset, line.to_owned())));
    }
}
