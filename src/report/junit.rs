//! `JUnit` XML, as CI servers show it: one test case for each gate, and one that
//! says whether the scan was complete. Findings alone fail nothing, as
//! everywhere.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::lookup::Lookup;
use super::text::place_text;
use super::{Emitter, Style};
use crate::model::inventory::{Gate, Inventory};

/// Gates as test cases.
#[derive(Debug)]
pub struct Junit;

/// Things that a failure names; the rest is counted.
const NAMED: usize = 100;

impl Emitter for Junit {
    fn id(&self) -> &'static str {
        "junit"
    }

    fn about(&self) -> &'static str {
        "gates as test cases, for CI servers"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let lookup = Lookup::new(inventory);
        let failed = inventory.gates.iter().filter(|gate| gate.failed).count();
        let errors = usize::from(!inventory.coverage.complete);
        let tests = (inventory.gates.len() + 1).to_string();
        let (failed, errors) = (failed.to_string(), errors.to_string());
        let counts = [
            ("tests", tests.as_str()),
            ("failures", failed.as_str()),
            ("errors", errors.as_str()),
            ("skipped", "0"),
            ("time", "0"),
        ];
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
        let suites = xml.create_element("testsuites").with_attribute(("name", "daylight"));
        suites.with_attributes(counts).write_inner_content(|xml| {
            let suite = xml.create_element("testsuite").with_attribute(("name", "daylight"));
            suite.with_attributes(counts).write_inner_content(|xml| {
                coverage(inventory, xml)?;
                inventory.gates.iter().try_for_each(|gate| case(gate, inventory, &lookup, xml))
            })?;
            Ok(())
        })?;
        out.write_all(b"\n")
    }
}

fn coverage<W: Write>(inventory: &Inventory, xml: &mut Writer<W>) -> io::Result<()> {
    let name = ("name", "everything was looked at");
    let case = xml.create_element("testcase").with_attributes([
        ("classname", "daylight.coverage"),
        name,
        ("time", "0"),
    ]);
    let summary = format!(
        "{} AI systems, {} components, {} files read, {} problems. Provisional, from static evidence.",
        inventory.systems.len(),
        inventory.components.len(),
        inventory.coverage.files_understood(),
        inventory.coverage.problems.len()
    );
    case.write_inner_content(|xml| {
        if !inventory.coverage.complete {
            let message = "the scan was cut short: absence means nothing here";
            xml.create_element("error")
                .with_attributes([("message", message), ("type", "incomplete")])
                .write_empty()?;
        }
        xml.create_element("system-out").write_text_content(BytesText::new(&summary))?;
        Ok(())
    })?;
    Ok(())
}

fn case<W: Write>(
    gate: &Gate,
    inventory: &Inventory,
    lookup: &Lookup<'_>,
    xml: &mut Writer<W>,
) -> io::Result<()> {
    let name = plain(&format!("gate {}", gate.expression));
    let case = xml.create_element("testcase").with_attributes([
        ("classname", "daylight.gate"),
        ("name", name.as_str()),
        ("time", "0"),
    ]);
    if !gate.failed {
        case.write_empty()?;
        return Ok(());
    }
    let mut lines: Vec<String> =
        gate.matched.iter().take(NAMED).map(|id| line_of(id, inventory, lookup)).collect();
    if gate.matched.len() > NAMED {
        lines.push(format!("and {} more", gate.matched.len() - NAMED));
    }
    let message =
        plain(&format!("gate `{}` said no: {} found", gate.expression, gate.matched.len()));
    let body = lines.join("\n");
    case.write_inner_content(|xml| {
        xml.create_element("failure")
            .with_attributes([("message", message.as_str()), ("type", "gate")])
            .write_text_content(BytesText::new(&body))?;
        Ok(())
    })?;
    Ok(())
}

fn line_of(id: &str, inventory: &Inventory, lookup: &Lookup<'_>) -> String {
    let (name, first) = if let Some(component) = lookup.component(id) {
        (component.name.as_str(), lookup.pieces(&component.evidence).next())
    } else if let Some(system) = inventory.systems.iter().find(|system| system.id == id) {
        let first = system.components.first().and_then(|used| lookup.pieces(&used.evidence).next());
        (system.name.as_str(), first)
    } else {
        (id, None)
    };
    let place = first.map(place_text).unwrap_or_default();
    plain(format!("{name}  {place}  daylight explain {id}").trim())
}

/// Text without the characters that XML cannot hold, however escaped.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            let unfit = (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
                || matches!(c, '\u{FFFE}' | '\u{FFFF}');
            if unfit { '\u{FFFD}' } else { c }
        })
        .collect()
}
