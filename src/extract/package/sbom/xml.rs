//! CycloneDX as XML.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::graph::Graph;
use super::json::scope_of;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Scope;

/// CycloneDX as XML (`bom.xml`, `*.cdx.xml`), known by its root element.
///
/// What counts is as in the JSON form: every component with a package URL, its
/// scope, and what the root stands on. Entities of the file's own are not
/// expanded.
#[derive(Debug)]
pub struct SbomXml;

impl Extractor for SbomXml {
    fn id(&self) -> &'static str {
        "sbom-xml"
    }

    fn about(&self) -> &'static str {
        "CycloneDX bills of materials as XML"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["bom.xml", "sbom.xml"],
            globs: &["*bom*.xml", "*cdx*.xml", "*cyclonedx*.xml"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut bill = Bill::default();
        let read = bill.read(content);
        bill.graph.tell(content, sink);
        read
    }
}

/// A component that is open.
#[derive(Debug, Default)]
struct Draft {
    id: String,
    purl: String,
    offset: usize,
    scope: Scope,
    /// It is what the bill is of.
    is_subject: bool,
}

#[derive(Debug, Default)]
struct Bill {
    graph: Graph<'static>,
    /// Names of the elements that are open.
    open: Vec<String>,
    drafts: Vec<Draft>,
    /// What the open `dependency` is of.
    from: Vec<String>,
}

impl Bill {
    fn read(&mut self, content: &Content<'_>) -> Result<(), ExtractError> {
        let mut reader = Reader::from_str(content.text);
        let mut is_bill = false;
        loop {
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|_| {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                ExtractError::malformed(format_args!("XML: line {}", content.span_at(at).line))
            })?;
            match event {
                Event::Start(tag) => {
                    let name = local_name(&tag);
                    if !is_bill && name != "bom" {
                        return Ok(()); // another document under this name
                    }
                    is_bill = true;
                    if self.open.len() >= content.limits.nesting {
                        return Err(ExtractError::TooDeep { limit: content.limits.nesting });
                    }
                    self.starts(&name, &tag, false);
                    self.open.push(name);
                }
                Event::Empty(tag) => self.starts(&local_name(&tag), &tag, true),
                Event::Text(text) => {
                    let start = text.len() - text.trim_start().len();
                    self.text(text.trim(), offset + start);
                }
                // Only one of the entities of XML stands in package URLs.
                Event::GeneralRef(name) if &*name == "amp" => self.text("&", offset),
                Event::End(_) => self.ends(),
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => {
                    let line = content.span_at(content.text.len()).line;
                    return Err(ExtractError::malformed(format_args!(
                        "XML: line {line}: an element that does not end"
                    )));
                }
                _ => {}
            }
        }
    }

    fn starts(&mut self, name: &str, tag: &BytesStart<'_>, is_empty: bool) {
        match name {
            "component" if !is_empty => {
                let id = attribute(tag, "bom-ref");
                let is_subject = self.open.last().is_some_and(|parent| parent == "metadata");
                self.drafts.push(Draft { id, is_subject, ..Draft::default() });
            }
            "dependency" => {
                let id = attribute(tag, "ref");
                if let Some(from) = self.from.last() {
                    self.graph.edge(from.clone(), id.clone());
                }
                if !is_empty {
                    self.from.push(id);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        let Some(element) = self.open.last() else { return };
        let inside = self.open.len().checked_sub(2).and_then(|at| self.open.get(at));
        let of_component = inside.is_some_and(|parent| parent == "component");
        let Some(draft) = self.drafts.last_mut().filter(|_| of_component) else { return };
        match element.as_str() {
            "purl" => {
                if draft.purl.is_empty() {
                    draft.offset = offset;
                }
                draft.purl.push_str(text);
            }
            "scope" => draft.scope = scope_of(text),
            _ => {}
        }
    }

    /// The tools that wrote the bill are components too.
    fn is_about_the_bill(&self) -> bool {
        self.open.get(1).is_some_and(|name| name == "metadata")
    }

    fn ends(&mut self) {
        let Some(name) = self.open.pop() else { return };
        match name.as_str() {
            "component" => {
                let Some(draft) = self.drafts.pop() else { return };
                if draft.is_subject {
                    self.graph.root(draft.id);
                } else if !draft.purl.is_empty() && !self.is_about_the_bill() {
                    let id = if draft.id.is_empty() { draft.purl.clone() } else { draft.id };
                    self.graph.component(id, draft.purl, draft.offset, draft.scope);
                }
            }
            "dependency" => {
                self.from.pop();
            }
            _ => {}
        }
    }
}

fn local_name(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    tag.try_get_attribute(name)
        .ok()
        .flatten()
        .map(|attribute| attribute.value.into_owned())
        .unwrap_or_default()
}
