//! Native JSON: the document as it is, two spaces of indentation, one
//! trailing newline. Its schema is `docs/schema/inventory.json`.

use std::io::{self, Write};

use super::{Emitter, Style};
use crate::model::inventory::Inventory;

/// Native JSON.
#[derive(Debug)]
pub struct Json;

impl Emitter for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "the whole inventory, schema in docs/schema/inventory.json"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, inventory).map_err(io::Error::from)?;
        out.write_all(b"\n")
    }
}
