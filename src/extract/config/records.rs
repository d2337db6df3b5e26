//! Exports of platforms that keep what is configured as records: the tables of
//! an update set, the components of a solution. Knows how they are written, not
//! what a table or a component is for.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{ATTRIBUTES, Teller, broken_xml};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact};

/// Reads update sets (`<unload>` with `sys_update_xml`, or with the records
/// themselves) and the manifests and customizations of solutions
/// (`<ImportExportXml>`).
///
/// Each table that an update set writes to is a part `servicenow:TABLE`, each
/// kind of component of a solution one `power-platform:component-NUMBER`, and so is
/// a list of `AIModel` or `bot` in the customizations (`power-platform:ELEMENT`).
/// An export does not say that anything is on, so that its parts only stand
/// there. What is deleted by an update set is not there.
#[derive(Debug)]
pub struct Records;

/// Tables or components of one file that are told: each once.
const KINDS: usize = 1000;

/// Elements of a solution's customizations that stand for a component each.
const COMPONENTS: &[&str] = &["AIModel", "bot", "botcomponent"];

impl Extractor for Records {
    fn id(&self) -> &'static str {
        "records"
    }

    fn about(&self) -> &'static str {
        "update sets and solutions of platforms: tables written to, kinds of components"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["solution.xml", "customizations.xml"],
            globs: &["*update_set*.xml", "*update-set*.xml", "*UpdateSet*.xml"],
            extensions: &[],
            gate: Gate::Telling,
        }
    }

    fn claims(&self, head: &[u8]) -> bool {
        let head = head.get(..head.len().min(4096)).unwrap_or_default();
        [&b"<unload"[..], b"<ImportExportXml"]
            .iter()
            .any(|root| memchr::memmem::find(head, root).is_some())
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut walk = Walk {
            teller: Teller::new(content, sink),
            told: std::collections::BTreeSet::new(),
            root: String::new(),
            depth: 0,
            in_name: false,
            in_action: false,
            deletes: false,
        };
        let mut reader = Reader::from_str(content.text);
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    walk.opened(&tag, start);
                    walk.depth += 1;
                }
                Ok(Event::Empty(tag)) => walk.opened(&tag, start),
                Ok(Event::End(_)) => {
                    walk.depth = walk.depth.saturating_sub(1);
                    walk.in_name = false;
                    walk.in_action = false;
                }
                Ok(Event::Text(text)) if walk.in_action => {
                    walk.deletes |= text.trim().eq_ignore_ascii_case("delete");
                }
                Ok(Event::Text(text)) if walk.in_name => {
                    let text = text.to_string();
                    walk.record(text.trim(), start);
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(_) => return broken_xml(content, start),
            }
        }
    }
}

struct Walk<'t, 'a> {
    teller: Teller<'t, 'a>,
    /// What was told.
    told: std::collections::BTreeSet<String>,
    /// The outermost element.
    root: String,
    depth: usize,
    /// The next text is the name of a record.
    in_name: bool,
    /// The next text is what happens to the record.
    in_action: bool,
    /// The record that is being read is deleted.
    deletes: bool,
}

impl Walk<'_, '_> {
    fn opened(&mut self, tag: &BytesStart<'_>, start: usize) {
        let element = tag.name();
        let element = element.as_ref();
        let says = |key: &str| {
            let found = tag
                .attributes()
                .with_checks(false)
                .flatten()
                .take(ATTRIBUTES)
                .find(|it| it.key.as_ref() == key);
            found.map(|it| it.value.into_owned())
        };
        if self.depth == 0 {
            element.clone_into(&mut self.root);
            return;
        }
        match self.root.as_str() {
            "unload" if self.depth == 1 => {
                let action = says("action");
                self.deletes =
                    action.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("delete"));
                if action.is_some() && element != "sys_update_xml" && !self.deletes {
                    self.part("servicenow", element, start);
                }
            }
            "unload" => {
                self.in_name = self.depth == 2 && element == "name" && !self.deletes;
                self.in_action = self.depth == 2 && element == "action";
            }
            "ImportExportXml" if element == "RootComponent" => {
                let kind = says("type").unwrap_or_default();
                if !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.part("power-platform", &format!("component-{kind}"), start);
                }
            }
            "ImportExportXml" if COMPONENTS.contains(&element) => {
                self.part("power-platform", element, start);
            }
            _ => {}
        }
    }

    /// A record's name is that of its table and an id of 32 digits.
    fn record(&mut self, name: &str, start: usize) {
        let Some((table, id)) = name.rsplit_once('_') else { return };
        if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.part("servicenow", table, start);
        }
    }

    fn part(&mut self, tool: &str, kind: &str, start: usize) {
        let name = format!("{tool}:{kind}");
        if name.len() > 200 || self.told.len() >= KINDS || !self.told.insert(name.clone()) {
            return;
        }
        let fact = Fact::Part {
            catalogue: Ecosystem::FlowNode,
            name: Cow::Owned(name),
            version: Cow::Borrowed(""),
            active: false,
            addressed: false,
        };
        self.teller.at(start, fact);
    }
}
