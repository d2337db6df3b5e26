//! A document: paragraphs and tables, as Markdown, CSV or JSON. Knows nothing
//! of what it says.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::text::display_safe;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For reading.
    Markdown,
    /// Its tables, for spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its kind, as typed.
    pub kind: String,
    /// Its heading.
    pub title: String,
    /// The day by which it is judged.
    pub as_of: String,
    /// What is said before everything else.
    pub lead: Vec<String>,
    /// Its parts.
    pub sections: Vec<Section>,
    /// What stands below it.
    pub footer: Vec<String>,
}

/// A part of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What is said.
    pub text: Vec<String>,
    /// Its table, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, as long as the columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row is as long as the table is wide");
        self.rows.push(cells);
    }
}

impl Page {
    /// The document in a form.
    ///
    /// # Errors
    /// What the writer of CSV or JSON says.
    pub fn write(&self, form: Form) -> anyhow::Result<String> {
        match form {
            Form::Markdown => Ok(self.markdown()),
            Form::Csv => self.csv(),
            Form::Json => {
                let mut text = serde_json::to_string_pretty(self)?;
                text.push('\n');
                Ok(text)
            }
        }
    }

    fn markdown(&self) -> String {
        // writing to a String cannot fail
        let mut text = format!("# {}\n", self.title);
        for line in &self.lead {
            let _ = write!(text, "\n{}\n", prose(line));
        }
        for section in &self.sections {
            let _ = write!(text, "\n## {}\n", prose(&section.heading));
            for line in &section.text {
                let gap = if line.starts_with("- ") { "" } else { "\n" };
                let _ = writeln!(text, "{gap}{}", prose(line));
            }
            if let Some(table) = &section.table {
                let _ = write!(text, "\n{}", rows(table));
            }
        }
        text.push_str("\n---\n");
        for line in &self.footer {
            let _ = write!(text, "\n{}\n", prose(line));
        }
        text
    }

    /// Its tables below each other; the rest of the document in comments, so
    /// that no table leaves the house without its footer.
    fn csv(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        for section in &self.sections {
            let Some(table) = &section.table else { continue };
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            writer.write_record(&table.columns)?;
            for row in &table.rows {
                writer.write_record(row.iter().map(|cell| harmless(cell)))?;
            }
            let bytes = writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?;
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
        for line in &self.footer {
            let _ = writeln!(text, "\"# {}\"", display_safe(line).replace('"', "'"));
        }
        Ok(text)
    }
}

/// A cell that a spreadsheet would run is made text.
fn harmless(cell: &str) -> String {
    let cell = display_safe(cell);
    if cell.starts_with(['=', '+', '@', '\t']) || (cell.starts_with('-') && cell.len() > 1) {
        format!("'{cell}")
    } else {
        cell
    }
}

fn rows(table: &Table) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| prose(cell).replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = table.columns.iter().map(|_| "---".to_owned()).collect();
    let mut text = line(&table.columns);
    text.push_str(&line(&rule));
    for row in &table.rows {
        text.push_str(&line(row));
    }
    text
}

/// Text of a scanned tree may not become markup.
fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in display_safe(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '[' | ']' | '*' | '_' if !text.starts_with("- [ ]") => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cell: &str) -> Page {
        let mut table = Table::new(&["one", "two"]);
        table.row(vec![cell.to_owned(), "x".to_owned()]);
        let section = Section { heading: "H".to_owned(), text: Vec::new(), table: Some(table) };
        Page {
            title: "T".to_owned(),
            sections: vec![section],
            footer: vec!["below".to_owned()],
            ..Page::default()
        }
    }

    #[test]
    fn a_cell_can_neither_run_nor_break_its_table() {
        let csv = page("=HYPERLINK(\"http://x\")").write(Form::Csv).unwrap();
        assert!(csv.contains("'=HYPERLINK"), "{csv}");
        let markdown = page("a|b<script>").write(Form::Markdown).unwrap();
        assert!(markdown.contains("a\\|b&lt;script&gt;"), "{markdown}");
    }

    #[test]
    fn no_form_leaves_without_what_stands_below() {
        for form in [Form::Markdown, Form::Csv, Form::Json] {
            assert!(page("a").write(form).unwrap().contains("below"));
        }
    }
}
