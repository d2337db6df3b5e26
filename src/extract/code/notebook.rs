//! Jupyter notebooks: the code cells, read as one Python file. Outputs and
//! Markdown cells are never evidence.
//!
//! Knows the notebook's frame (nbformat 3 and 4); what Python means is the
//! Python reader's.

use crate::extract::structured::{Node, json};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::{Fact, Language};
use crate::model::place::Span;

/// Jupyter notebooks (`*.ipynb`).
///
/// Reads `cells[]` (nbformat 4) or `worksheets[].cells[]` (nbformat 3) of type
/// `code`, in order, so that a name imported in one cell is known in the next.
/// Lines that begin with `%` or `!` are commands of the notebook and left out,
/// as are cells whose first line begins with `%%`. Notebooks whose kernel is of
/// another language than Python tell nothing.
#[derive(Debug)]
pub struct Notebook;

impl Extractor for Notebook {
    fn id(&self) -> &'static str {
        "notebook"
    }

    fn about(&self) -> &'static str {
        "Jupyter notebooks: the code cells, without outputs"
    }

    fn reads(&self) -> Reads {
        Reads::Source(Language::Python)
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["ipynb"], gate: Gate::Anchors }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn glances(&self) -> bool {
        true
    }

    fn glance(&self, content: &Content<'_>) -> Option<ExtractError> {
        crate::extract::structured::glance_json(content)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let notebook = json(content)?;
        if !is_python(&notebook) {
            return Ok(());
        }
        let code = Code::of(&notebook, content);
        let cells = Content::new(content.path, &code.text, content.truncated, content.limits);
        let mut moved = Moved { code: &code, sink };
        super::python::Python.extract(&cells, &mut moved)
    }
}

fn is_python(notebook: &Node<'_>) -> bool {
    let named = notebook
        .at(&["metadata", "kernelspec", "language"])
        .or_else(|| notebook.at(&["metadata", "language_info", "name"]))
        .or_else(|| notebook.at(&["metadata", "kernelspec", "name"]));
    named.and_then(Node::as_str).is_none_or(|name| name.to_lowercase().starts_with("python"))
}

/// The code of all cells, and where each line of it stands in the notebook.
#[derive(Default)]
struct Code {
    text: String,
    lines: Vec<Span>,
}

impl Code {
    fn of(notebook: &Node<'_>, content: &Content<'_>) -> Self {
        let mut code = Self::default();
        let worksheets = notebook.get("worksheets").map(Node::items).unwrap_or_default();
        let older = worksheets.iter().filter_map(|sheet| sheet.get("cells"));
        for cells in notebook.get("cells").into_iter().chain(older) {
            for cell in cells.items() {
                if cell.get("cell_type").and_then(Node::as_str) == Some("code")
                    && let Some(source) = cell.get("source").or_else(|| cell.get("input"))
                {
                    code.add_cell(source, content);
                }
            }
        }
        code
    }

    /// A source is one string, or a list with one string a line.
    fn add_cell(&mut self, source: &Node<'_>, content: &Content<'_>) {
        let parts: Vec<(&str, Span)> = source
            .as_str()
            .map(|text| (text, source.offset))
            .into_iter()
            .chain(source.items().iter().filter_map(|item| Some((item.as_str()?, item.offset))))
            .map(|(text, offset)| (text, content.span_at(offset)))
            .collect();
        let is_other_language =
            parts.first().is_some_and(|(text, _)| text.trim_start().starts_with("%%"));
        if is_other_language {
            return;
        }
        for (text, span) in parts {
            for line in text.lines() {
                let is_command = line.trim_start().starts_with(['%', '!']);
                self.text.push_str(if is_command { "" } else { line });
                self.text.push('\n');
                self.lines.push(span);
            }
        }
        self.text.push('\n');
        self.lines.push(content.span_at(source.offset));
    }

    fn place_of(&self, span: Span) -> Span {
        self.lines.get(span.line.saturating_sub(1) as usize).copied().unwrap_or(span)
    }
}

/// Passes facts on with their places in the notebook.
struct Moved<'c, 's> {
    code: &'c Code,
    sink: &'s mut dyn Sink,
}

impl Sink for Moved<'_, '_> {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        let fact = match fact {
            Fact::Call { language, module, path, mut arguments, named } => {
                for argument in &mut arguments {
                    argument.span = self.code.place_of(argument.span);
                }
                Fact::Call { language, module, path, arguments, named }
            }
            other => other,
        };
        self.sink.fact(fact, span.map(|span| self.code.place_of(span)));
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.sink.note(code, detail);
    }
}
