//! Scripts that stand inside of other files: the steps of a pipeline, the
//! commands of a dev container. The language's own reader reads them; this file
//! puts what it tells where it stands in the outer file.
//!
//! Knows no format and no program.

use std::borrow::Cow;

use crate::extract::code::reader_named;
use crate::extract::{Content, ExtractError, Extractor, ProblemCode, Sink};
use crate::model::fact::Fact;
use crate::model::place::Span;

/// Longest word that is taken for the name of an interpreter.
const INTERPRETER_BYTES: usize = 64;

/// The reader of what an interpreter is given: `bash -e {0}`, `python`. Where
/// none is named it is a shell.
pub(super) fn reader_of(interpreter: Option<&str>) -> Option<&'static dyn Extractor> {
    let Some(line) = interpreter else { return reader_named("sh") };
    let program = line.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    (name.len() <= INTERPRETER_BYTES).then(|| reader_named(name.trim_end_matches('3')))?
}

/// Reads a script whose scalar starts at `offset` of the outer file.
pub(super) fn read(
    script: &str,
    offset: usize,
    reader: &dyn Extractor,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    let text = without_expressions(script);
    let inner = Content::new(content.path, &text, content.truncated, content.limits);
    let start = content.span_at(offset);
    let line = content.line(start.line);
    let before = start.column.saturating_sub(1);
    // A block of lines is indented; of other scalars only the first line is.
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let is_block = usize::try_from(before).is_ok_and(|before| before == blanks);
    let quote = u32::from(matches!(content.text.as_bytes().get(offset), Some(b'"' | b'\'')));
    let lines = start.line.saturating_sub(1);
    let (first, rest) = if is_block { (before, before) } else { (before + quote, 0) };
    let mut moved = Moved { sink, lines, first, rest };
    let Err(error) = reader.extract(&inner, &mut moved) else { return };
    if matches!(error, ExtractError::Malformed { .. }) && content.truncated {
        return;
    }
    let line = start.line;
    sink.note(error.code(), &format!("the script of line {line} is not understood to its end"));
}

/// A script with the expressions that its pipeline fills in as `{}`, which is
/// how readers of shells write what they do not know.
fn without_expressions(script: &str) -> Cow<'_, str> {
    let Some(first) = script.find("${{") else { return Cow::Borrowed(script) };
    let (head, mut rest) = script.split_at(first);
    let mut out = String::with_capacity(script.len());
    out.push_str(head);
    while let Some(start) = rest.find("${{") {
        let (before, behind) = rest.split_at(start);
        out.push_str(before);
        let Some(end) = behind.find("}}") else {
            rest = behind;
            break;
        };
        let (expression, after) = behind.split_at(end + 2);
        out.push_str("{}");
        out.extend(expression.bytes().filter(|byte| *byte == b'\n').map(|_| '\n'));
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Takes what is told of the inner text and moves it to where it stands.
struct Moved<'s> {
    sink: &'s mut dyn Sink,
    lines: u32,
    /// Columns before the first line.
    first: u32,
    /// Columns before every other line.
    rest: u32,
}

impl Moved<'_> {
    fn moved(&self, span: Span) -> Span {
        let columns = if span.line == 1 { self.first } else { self.rest };
        Span {
            line: span.line.saturating_add(self.lines),
            column: span.column.saturating_add(columns),
        }
    }
}

impl Sink for Moved<'_> {
    fn fact(&mut self, mut fact: Fact<'_>, span: Option<Span>) {
        if let Fact::Call { arguments, .. } = &mut fact {
            for argument in arguments {
                argument.span = self.moved(argument.span);
            }
        }
        let span = span.map(|span| self.moved(span));
        self.sink.fact(fact, span);
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.sink.note(code, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pipeline_fills_in_is_left_open() {
        let of = |text| without_expressions(text).into_owned();
        assert_eq!(of("a ${{ secrets.A }} b ${{ x }}"), "a {} b {}");
        assert_eq!(of("a ${{ b\nc }}"), "a {}\n");
        assert_eq!(of("a ${{ b"), "a ${{ b");
        assert_eq!(of("a ${B}"), "a ${B}");
    }

    #[test]
    fn an_interpreter_is_told_by_its_program() {
        let of = |text: Option<&str>| reader_of(text).map(Extractor::id);
        assert_eq!(of(None), Some("shell"));
        assert_eq!(of(Some("bash --noprofile -e {0}")), Some("shell"));
        assert_eq!(of(Some("/usr/bin/python3 {0}")), Some("python"));
        assert_eq!(of(Some("pwsh")), Some("powershell"));
        assert_eq!(of(Some("cmd")), None);
    }
}
