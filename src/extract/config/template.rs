//! Templates of charts, and what stands behind a mistake in YAML: read line by
//! line as text, because they are no YAML before somebody fills them in.
//!
//! Knows how a key, an item and a placeholder are written; fills in nothing.

use std::borrow::Cow;

use super::{Teller, lines_of};
use crate::extract::commands::model_option;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Fact;

/// Reads the YAML in a chart's `templates/` folder that holds `{{`.
///
/// Each `key: value` is a setting under its own key; a value under `image` is
/// an image; `- name: X` with the `value` below it is a variable; `apiVersion`
/// and `kind` of a document are an object of that type; the word behind
/// `--model` is the setting `model`. Placeholders stay as written. Lines that
/// only steer the template, and comments, say nothing. A placeholder that is
/// never closed is noted, and the rest of the file is read.
#[derive(Debug)]
pub struct Template;

impl Extractor for Template {
    fn id(&self) -> &'static str {
        "helm-template"
    }

    fn about(&self) -> &'static str {
        "templates of Helm charts, as text"
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["templates/**/*.yaml", "templates/**/*.yml"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        if !is_template_of_chart(content) {
            return Ok(());
        }
        let mut lines = Lines::new(Teller::new(content, sink));
        let mut unclosed = None;
        for (offset, line) in lines_of(content.text) {
            let opens = line.matches("{{").count() > line.matches("}}").count();
            if unclosed.is_none() && opens && !closes_below(content, offset + line.len()) {
                unclosed = Some(offset);
            }
            lines.line(offset, line);
        }
        lines.end();
        match unclosed {
            Some(offset) if !content.truncated => Err(ExtractError::malformed(format_args!(
                "template: line {} opens a placeholder that is not closed",
                content.span_at(offset).line
            ))),
            _ => Ok(()),
        }
    }
}

/// Whether a placeholder that is open at a line's end is closed before the
/// next one opens.
fn closes_below(content: &Content<'_>, from: usize) -> bool {
    let rest = content.text.as_bytes().get(from..).unwrap_or_default();
    let rest = rest.get(..rest.len().min(4096)).unwrap_or_default();
    let close = memchr::memmem::find(rest, b"}}");
    close.is_some_and(|close| {
        memchr::memmem::find(rest.get(..close).unwrap_or_default(), b"{{").is_none()
    })
}

/// Whether the file is a template in a chart's folder for them.
pub(super) fn is_template_of_chart(content: &Content<'_>) -> bool {
    let in_templates =
        content.path.starts_with("templates/") || content.path.contains("/templates/");
    in_templates && content.find_from("{{", 0).is_some()
}

/// Tells what stands in the lines behind an offset, where YAML ended by a mistake.
pub(super) fn rest(content: &Content<'_>, from: usize, teller: &mut Teller<'_, '_>) {
    let from = content.text.floor_char_boundary(from);
    let behind = content.text.get(from..).unwrap_or_default();
    let Some(line_end) = behind.find('\n') else { return };
    let start = from + line_end + 1;
    let mut lines = Lines::within(teller);
    for (offset, line) in lines_of(content.text.get(start..).unwrap_or_default()) {
        lines.line(start + offset, line);
    }
    lines.end();
}

/// The teller is the reader's own, or lent.
enum Telling<'l, 't, 'c> {
    Own(Teller<'t, 'c>),
    Lent(&'l mut Teller<'t, 'c>),
}

struct Lines<'l, 't, 'c, 'a> {
    telling: Telling<'l, 't, 'c>,
    version: Option<&'a str>,
    kind: Option<(&'a str, usize)>,
    name: Option<&'a str>,
    in_metadata: bool,
    /// A variable whose value may stand in the next line.
    variable: Option<(&'a str, usize)>,
    expects_model: bool,
}

impl<'l, 't, 'c, 'a> Lines<'l, 't, 'c, 'a> {
    fn new(teller: Teller<'t, 'c>) -> Self {
        Self::of(Telling::Own(teller))
    }

    fn within(teller: &'l mut Teller<'t, 'c>) -> Self {
        Self::of(Telling::Lent(teller))
    }

    fn of(telling: Telling<'l, 't, 'c>) -> Self {
        Self {
            telling,
            version: None,
            kind: None,
            name: None,
            in_metadata: false,
            variable: None,
            expects_model: false,
        }
    }

    fn teller(&mut self) -> &mut Teller<'t, 'c> {
        match &mut self.telling {
            Telling::Own(teller) => teller,
            Telling::Lent(teller) => teller,
        }
    }

    fn line(&mut self, offset: usize, line: &'a str) {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let code = code.trim_end();
        if code.starts_with("---") {
            self.end();
            return;
        }
        if code.is_empty() || code.starts_with('#') || steers(code) || self.teller().is_full() {
            return;
        }
        let item = code.strip_prefix("- ");
        let text = item.unwrap_or(code).trim_start();
        let start = offset + indent + (code.len() - text.len());
        let Some((key, value)) = entry_of(text) else {
            if item.is_some() {
                self.word(start, unquoted(text));
            }
            return;
        };
        self.expects_model = false;
        let value_at = start + (text.len() - value.len());
        self.entry(item.is_some(), indent, key, unquoted(value), value_at);
    }

    fn entry(&mut self, item: bool, indent: usize, key: &'a str, value: &'a str, at: usize) {
        if let Some((name, offset)) = self.variable.take() {
            let given = if key == "value" && !item { value } else { "" };
            self.teller().setting(offset, name, given, false);
            if !given.is_empty() {
                return;
            }
        }
        match key {
            "apiVersion" if indent == 0 => self.version = Some(value),
            "kind" if indent == 0 => self.kind = Some((value, at)),
            "name" if item && is_variable(value) => self.variable = Some((value, at)),
            "name" if self.in_metadata && self.name.is_none() => self.name = Some(value),
            "image" if !value.is_empty() => {
                let reference: String = value.split_whitespace().collect();
                if !reference.starts_with("{{") {
                    let reference = Cow::Owned(reference);
                    self.teller().at(at, Fact::Image { reference });
                }
            }
            "args" | "command" if value.starts_with('[') => {
                for word in value.trim_matches(['[', ']']).split(',') {
                    self.word(at, unquoted(word.trim()));
                }
            }
            _ if value.is_empty() || value.starts_with('|') || value.starts_with('>') => {}
            _ => self.teller().setting(at, key, value, false),
        }
        if indent == 0 {
            self.in_metadata = key == "metadata";
        }
    }

    /// A word of a list: maybe of a command line.
    fn word(&mut self, offset: usize, word: &str) {
        let option = model_option(word);
        let expected = std::mem::replace(&mut self.expects_model, option == Some(None));
        let given = option.flatten().or_else(|| expected.then_some(word));
        if let Some(model) = given.filter(|it| !it.is_empty() && !it.starts_with('-')) {
            self.teller().setting(offset, "model", model, false);
        }
    }

    /// A document ends: tells what it was.
    fn end(&mut self) {
        if let Some((name, offset)) = self.variable.take() {
            self.teller().setting(offset, name, "", false);
        }
        let name = self.name.take().map(Cow::Borrowed);
        if let (Some(version), Some((kind, offset))) = (self.version.take(), self.kind.take())
            && let Some((group, _)) = version.split_once('/')
            && group.len() + kind.len() < 256
        {
            let of = Cow::Owned(format!("{group}/{kind}"));
            self.teller().at(offset, Fact::Resource { of, kind: None, name });
        }
        self.in_metadata = false;
        self.expects_model = false;
    }
}

/// Whether a line holds nothing but what steers the template.
fn steers(code: &str) -> bool {
    (code.starts_with("{{") && code.ends_with("}}") && code.matches("{{").count() == 1)
        || code.starts_with("{%")
        || code.starts_with("<%")
}

/// The key and the value of a line, if it is an entry of a table.
fn entry_of(text: &str) -> Option<(&str, &str)> {
    let (key, value) = match text.split_once(": ") {
        Some((key, value)) => (key, value.trim_start()),
        None => (text.strip_suffix(':')?, ""),
    };
    let key = key.trim().trim_matches(['"', '\'']);
    let plain = !key.is_empty()
        && key.len() < 128
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./$".contains(&b));
    plain.then_some((key, value))
}

/// A value without its quotes and the comment behind it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.rfind(quote).and_then(|end| inner.get(..end)).unwrap_or(inner);
        }
    }
    value.split(" #").next().unwrap_or(value).trim_end()
}

/// Whether a name is one of an environment variable.
fn is_variable(name: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_entry_only_with_a_plain_key() {
        assert_eq!(entry_of("image: \"a:b\""), Some(("image", "\"a:b\"")));
        assert_eq!(entry_of("env:"), Some(("env", "")));
        assert_eq!(entry_of("{{ .Values.a }}: x"), None);
        assert_eq!(entry_of("http://a"), None);
        assert_eq!(
            unquoted("\"{{ .Values.a | default \"b\" }}\""),
            "{{ .Values.a | default \"b\" }}"
        );
        assert_eq!(unquoted("a # b"), "a");
    }
}
