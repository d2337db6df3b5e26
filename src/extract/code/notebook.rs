//! Jupyter notebooks: the code cells, read as one file of the kernel's
//! language. Outputs and Markdown cells are never evidence; what people wrote
//! into either kind of cell is handed to the second reading ([`Written`]).
//!
//! Knows the notebook's frame (nbformat 3 and 4); what the code means is the
//! language's reader's.

use crate::extract::commands::{Style, Tokens, installs};
use crate::extract::structured::{Node, json};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, ProblemCode, Reads, Sink};
use crate::model::fact::{Fact, Language};
use crate::model::place::Span;

/// Jupyter notebooks (`*.ipynb`).
///
/// Reads `cells[]` (nbformat 4) or `worksheets[].cells[]` (nbformat 3) of type
/// `code`, in order, so that a name imported in one cell is known in the next.
/// Lines that begin with `%` or `!` are commands of the notebook and no code;
/// what they install is told. Cells whose first line begins with `%%` are left
/// out. Kernels of Python, R and Julia are known; a notebook of another one
/// tells nothing.
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
        Reads::Sources(&[Language::Python, Language::R, Language::Julia])
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
        let Some(reader) = reader_of(&notebook) else { return Ok(()) };
        let code = Cells::of(&notebook, CODE, false, content);
        let cells = Content::new(content.path, &code.text, content.truncated, content.limits);
        for (command, span) in &code.commands {
            let words = Tokens::new(command, 0, Style::Shell);
            installs::tell(words, &mut |_, fact| sink.fact(fact, Some(*span)));
        }
        let mut moved = Moved { code: &code, sink };
        reader.extract(&cells, &mut moved)
    }
}

/// The reader of the kernel's language; Python where nothing is said.
fn reader_of(notebook: &Node<'_>) -> Option<&'static dyn Extractor> {
    let named = notebook
        .at(&["metadata", "kernelspec", "language"])
        .or_else(|| notebook.at(&["metadata", "language_info", "name"]))
        .or_else(|| notebook.at(&["metadata", "kernelspec", "name"]));
    let Some(name) = named.and_then(Node::as_str) else { return super::reader_named("python") };
    let letters = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
    match name.get(..letters).unwrap_or_default().to_ascii_lowercase().as_str() {
        word @ ("python" | "r" | "ir" | "julia") => super::reader_named(word),
        _ => None,
    }
}

/// The kind of cells that the kernel runs.
const CODE: &[&str] = &["code"];

/// What people wrote into a notebook; outputs are left out.
#[derive(Debug, Default)]
pub struct Written {
    /// The code cells, without commands of the notebook; of a cell that hands its
    /// lines to another program the lines, too.
    pub code: Cells,
    /// All other cells: Markdown, headings, raw text.
    pub prose: Cells,
}

impl Written {
    /// What stands in the cells of a notebook.
    ///
    /// # Errors
    /// The text is no JSON, or nested too deep.
    pub fn of(content: &Content<'_>) -> Result<Self, ExtractError> {
        let notebook = json(content)?;
        let of_kind = |kinds| Cells::of(&notebook, kinds, true, content);
        Ok(Self { code: of_kind(CODE), prose: of_kind(&["markdown", "heading", "raw"]) })
    }
}

/// The text of all cells of a kind, and where each line of it stands in the
/// notebook.
#[derive(Debug, Default)]
pub struct Cells {
    /// The text, one cell after another.
    pub text: String,
    /// Where its lines stand.
    pub lines: Vec<Span>,
    /// Commands of the notebook that a shell would understand.
    commands: Vec<(String, Span)>,
}

impl Cells {
    /// `handed_on`: with what cells hand to other programs (`%%bash`, `%%time`).
    fn of(notebook: &Node<'_>, kinds: &[&str], handed_on: bool, content: &Content<'_>) -> Self {
        let mut all = Self::default();
        let worksheets = notebook.get("worksheets").map(Node::items).unwrap_or_default();
        let older = worksheets.iter().filter_map(|sheet| sheet.get("cells"));
        for cells in notebook.get("cells").into_iter().chain(older) {
            for cell in cells.items() {
                let kind = cell.get("cell_type").and_then(Node::as_str);
                if kind.is_some_and(|kind| kinds.contains(&kind))
                    && let Some(source) = cell.get("source").or_else(|| cell.get("input"))
                {
                    all.add_cell(source, kinds == CODE, handed_on, content);
                }
            }
        }
        all
    }

    /// A source is one string, or a list with one string a line.
    fn add_cell(
        &mut self,
        source: &Node<'_>,
        is_code: bool,
        handed_on: bool,
        content: &Content<'_>,
    ) {
        let parts: Vec<(&str, Span)> = source
            .as_str()
            .map(|text| (text, source.offset))
            .into_iter()
            .chain(source.items().iter().filter_map(|item| Some((item.as_str()?, item.offset))))
            .map(|(text, offset)| (text, content.span_at(offset)))
            .collect();
        let is_other_language =
            parts.first().is_some_and(|(text, _)| text.trim_start().starts_with("%%"));
        if is_code && is_other_language && !handed_on {
            return;
        }
        for (text, span) in parts {
            for line in text.lines() {
                let is_command = is_code && line.trim_start().starts_with(['%', '!']);
                if is_command {
                    let command = line.trim_start().trim_start_matches(['%', '!']);
                    self.commands.push((command.to_owned(), span));
                }
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
    code: &'c Cells,
    sink: &'s mut dyn Sink,
}

impl Sink for Moved<'_, '_> {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        let fact = match fact {
            Fact::Call { language, module, path, mut arguments, named, decorates } => {
                for argument in &mut arguments {
                    argument.span = self.code.place_of(argument.span);
                }
                Fact::Call { language, module, path, arguments, named, decorates }
            }
            other => other,
        };
        self.sink.fact(fact, span.map(|span| self.code.place_of(span)));
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        self.sink.note(code, detail);
    }
}
