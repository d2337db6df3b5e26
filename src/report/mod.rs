//! The inventory as bytes. Every emitter is a pure function of the document:
//! no I/O but the writer, no clock, no look at the scanned tree.

mod criteria;
pub mod csv;
pub mod cyclonedx;
pub mod json;
pub mod junit;
mod lookup;
pub mod markdown;
pub mod ndjson;
pub mod policy;
pub mod prometheus;
pub mod sarif;
pub mod text;

use std::io::{self, Write};

use crate::model::inventory::Inventory;

/// Writes an inventory in one format.
pub trait Emitter: Sync {
    /// The word after `--format`.
    fn id(&self) -> &'static str;
    /// One sentence for `daylight list formats`.
    fn about(&self) -> &'static str;
    /// Writes the document.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn emit(&self, inventory: &Inventory, style: Style, out: &mut dyn Write) -> io::Result<()>;
}

/// How text for people looks. Formats for programs pass it by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Colours and bold.
    pub colour: bool,
    /// Columns that fit; 0 means a hundred.
    pub width: usize,
}

/// Every emitter.
pub const EMITTERS: &[&dyn Emitter] = &[
    &json::Json,
    &ndjson::Ndjson,
    &text::Text,
    &markdown::Markdown,
    &csv::Csv,
    &cyclonedx::CycloneDx16,
    &cyclonedx::CycloneDx17,
    &sarif::Sarif,
    &junit::Junit,
    &prometheus::Prometheus,
];

/// The emitter with this id.
#[must_use]
pub fn emitter(id: &str) -> Option<&'static dyn Emitter> {
    EMITTERS.iter().copied().find(|emitter| emitter.id() == id)
}
