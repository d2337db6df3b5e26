//! Newline-delimited JSON: one object a line, each with a `record` that says
//! what it is. Fields are those of the native document, so what reads one
//! reads the other; for stores and shells that take a line at a time.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::{Emitter, Style};
use crate::model::inventory::Inventory;

/// One JSON object a line.
#[derive(Debug)]
pub struct Ndjson;

#[derive(Serialize)]
struct Line<'a, T> {
    record: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

impl Emitter for Ndjson {
    fn id(&self) -> &'static str {
        "ndjson"
    }

    fn about(&self) -> &'static str {
        "the same as JSON, one object a line"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let head = json!({
            "schema_version": inventory.schema_version,
            "tool": inventory.tool,
            "as_of": inventory.as_of,
            "signature_packs": inventory.signature_packs,
            "rule_packs": inventory.rule_packs,
            "configuration": inventory.configuration,
            "selection": inventory.selection,
        });
        line(out, "inventory", &head)?;
        lines(out, "target", &inventory.targets)?;
        lines(out, "system", &inventory.systems)?;
        lines(out, "component", &inventory.components)?;
        lines(out, "evidence", &inventory.evidence)?;
        lines(out, "relation", &inventory.relations)?;
        lines(out, "gate", &inventory.gates)?;
        lines(out, "suppression", &inventory.suppressions)?;
        lines(out, "approval", &inventory.approvals)?;
        if let Some(changes) = &inventory.changes {
            let head = json!({ "baseline": changes.baseline, "notes": changes.notes });
            line(out, "changes", &head)?;
            lines(out, "change", &changes.rows)?;
        }
        if let Some(shard) = &inventory.shard {
            line(out, "shard", shard)?;
        }
        line(out, "coverage", &inventory.coverage)
    }
}

fn lines<T: Serialize>(out: &mut dyn Write, record: &'static str, of: &[T]) -> io::Result<()> {
    of.iter().try_for_each(|value| line(out, record, value))
}

fn line<T: Serialize>(out: &mut dyn Write, record: &'static str, value: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { record, value })?;
    out.write_all(b"\n")
}
