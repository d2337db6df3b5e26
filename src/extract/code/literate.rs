//! R Markdown and Quarto: prose with chunks of code that are run. Prose, and
//! code that is only shown, are never evidence.
//!
//! Knows the chunks; what the code means is the languages' readers'.

use super::{Archipelago, reader_named};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Language;

/// R Markdown (`*.Rmd`) and Quarto (`*.qmd`).
///
/// Reads the chunks that open with a fence and a language in braces:
/// three backticks and `{r, echo=FALSE}` or `{python}`. A fence without braces
/// only shows code. Chunks of one language are read as one file, so that a name
/// attached in one is known in the next.
#[derive(Debug)]
pub struct Literate;

impl Extractor for Literate {
    fn id(&self) -> &'static str {
        "literate"
    }

    fn about(&self) -> &'static str {
        "R Markdown and Quarto: the chunks of code"
    }

    fn reads(&self) -> Reads {
        Reads::Sources(&[Language::R, Language::Python, Language::Julia, Language::Sql])
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["rmd", "qmd", "rmarkdown"],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut code = Archipelago::default();
        let mut chunk: Option<(&str, &'static dyn Extractor)> = None;
        for (number, line) in content.text.lines().enumerate() {
            let bare = line.trim_start();
            match chunk {
                Some((fence, _)) if bare.starts_with(fence) => chunk = None,
                Some((_, reader)) => code.add(reader, number, 0, line),
                None => chunk = opened(bare),
            }
        }
        code.read(content, sink)
    }
}

/// The fence that opens a chunk, and the reader of its language.
fn opened(line: &str) -> Option<(&str, &'static dyn Extractor)> {
    let length = line.bytes().take_while(|byte| *byte == b'`').count();
    let (fence, rest) = line.split_at_checked(length)?;
    let head = rest.trim_start().strip_prefix('{')?;
    let end = head.find(|c: char| !c.is_ascii_alphanumeric())?;
    (length >= 3).then_some(())?;
    Some((fence, reader_named(head.get(..end)?)?))
}
