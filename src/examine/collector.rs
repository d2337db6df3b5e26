//! What becomes of a file's facts: signatures recognise, boundaries and owners
//! are noted, other files are asked for. Knows no format.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::harvest::{Harvest, Include};
use crate::extract::export::grants;
use crate::extract::{Content, ExtractError, ProblemCode, Sink};
use crate::model::definition::{Definition, Said, Unfilled};
use crate::model::fact::{Argument, Fact};
use crate::model::inventory::Problem;
use crate::model::place::{Place, Region, Span, folder_of};
use crate::model::region::region_of;
use crate::model::system::{OwnerRule, Unit};
use crate::model::text::{display_safe, excerpt, label, redact};
use crate::signature::recognise::{At, Recogniser};
use crate::signature::results;
use crate::source::{Skip, SkipReason};

/// Files in which, by custom, stands what the names of a file stand for, and who
/// reads them for that: beside it, and above it what may use its folder as a
/// module. They need not be there.
pub const GIVING: &[(&str, &str)] = &[
    ("../../main.tf", "terraform-values"),
    ("../main.tf", "terraform-values"),
    ("locals.tf", "terraform-values"),
    ("terraform.tfvars", "terraform-values"),
    ("variables.tf", "terraform-values"),
    ("vars.tf", "terraform-values"),
];

/// Problems among which one that is told again is looked for.
const NOTES: usize = 256;

/// Runs one reader; an error or a panic becomes a problem.
pub(super) fn run<'c, 'h>(
    truncated: bool,
    sink: &mut Collector<'c, 'h>,
    read: impl FnOnce(&mut Collector<'c, 'h>) -> Result<(), ExtractError>,
) {
    match catch_unwind(AssertUnwindSafe(|| read(sink))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            // A head that was cut off is malformed by our own doing.
            if !(truncated && matches!(error, ExtractError::Malformed { .. })) {
                sink.note(error.code(), &error.to_string());
            }
        }
        Err(_) => sink.note(ProblemCode::ExtractorPanicked, "the reader failed on this file"),
    }
}

/// Takes the facts of one file: signatures recognise, boundaries and owners
/// are noted.
pub(super) struct Collector<'c, 'h> {
    content: &'c Content<'c>,
    pub(super) recogniser: Recogniser<'c>,
    pub(super) harvest: &'h mut Harvest,
    pub(super) reader: &'static str,
    facts: usize,
    refused: u64,
    /// The file is an export of a console or a log.
    pub(super) export: bool,
}

impl<'c, 'h> Collector<'c, 'h> {
    pub(super) fn new(
        content: &'c Content<'c>,
        recogniser: Recogniser<'c>,
        harvest: &'h mut Harvest,
    ) -> Self {
        Self { content, recogniser, harvest, reader: "", facts: 0, refused: 0, export: false }
    }
}

impl Collector<'_, '_> {
    fn place(&self) -> Place {
        self.recogniser.place().clone()
    }

    /// Hands over what was recognised.
    pub(super) fn conclude(self) {
        if self.refused > 0 {
            self.harvest.capped_facts += self.refused;
            self.harvest.problems.push(Problem {
                place: self.recogniser.place().clone(),
                code: ProblemCode::Capped.word().to_owned(),
                detail: format!("{} facts beyond the limit were not looked at", self.refused),
                extractor: None,
            });
        }
        let path = self.content.path.to_owned();
        let mut recognised = self.recogniser.finish();
        // Rust keeps unit tests at the end of the file that they test.
        if let Some(first) = unit_tests_from(self.content) {
            for sighting in &mut recognised.sightings {
                let inside = sighting.span.is_some_and(|span| span.line >= first);
                if inside && sighting.region == Region::Product {
                    sighting.region = Region::Test;
                }
            }
        }
        if recognised.knowledge {
            self.harvest.skips.push(Skip { path, reason: SkipReason::Knowledge });
        }
        self.harvest.capped_hits += recognised.capped;
        self.harvest.sightings.extend(recognised.sightings);
    }
}

impl Collector<'_, '_> {
    /// Keeps what can only be said once other files are read, if it could then
    /// be recognised.
    fn unfilled(&mut self, fact: &Fact<'_>, span: Option<Span>) {
        if !self.recogniser.awaits(fact) {
            return;
        }
        let shown = |text: &str| label(&redact(text));
        let what = match fact {
            Fact::Resource { of, kind, name } => Unfilled::Resource {
                of: shown(of),
                kind: kind.as_deref().map(shown),
                name: name.as_deref().map(shown),
            },
            Fact::Setting { key, value, .. } => {
                Unfilled::Setting { key: shown(key), value: shown(value) }
            }
            Fact::Image { reference } => Unfilled::Image { reference: shown(reference) },
            _ => return,
        };
        let line = span.map_or("", |span| self.content.line(span.line));
        let excerpt = excerpt(line, span.map_or(0, |span| span.column as usize));
        let region = self.recogniser.region();
        let said = Said::Unfilled { span, region, excerpt, what };
        self.harvest.definitions.push(Definition { place: self.place(), said });
        self.ask_around();
    }

    /// Notes the name under which a call writes or loads what a training gave.
    fn result_of_training(&mut self, path: &str, arguments: &[Argument<'_>]) {
        let Some((kind, name)) = results::of_call(path, arguments) else { return };
        let place = self.place();
        if region_of(&place.path) != Region::Product {
            return;
        }
        let root = folder_of(self.content.path).to_owned();
        self.harvest.units.push(Unit { kind, place, root, name: Some(label(&redact(&name))) });
    }

    /// Asks for the files that may say what the names of this one stand for.
    fn ask_around(&mut self) {
        let folder = folder_of(self.content.path);
        for (name, reader) in GIVING {
            let Some(path) = resolved(folder, name) else { continue };
            let include = Include { from: self.content.path.to_owned(), path, reader };
            if self.harvest.includes.iter().rev().take(GIVING.len()).all(|known| *known != include)
            {
                self.harvest.includes.push(include);
            }
        }
    }
}

impl Sink for Collector<'_, '_> {
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>) {
        self.facts += 1;
        if self.facts > self.content.limits.facts_per_file {
            self.refused += 1;
            return;
        }
        let folder = folder_of(self.content.path);
        match &fact {
            Fact::Unit { kind, name, root } => {
                let Some(root) = resolved(folder, root.as_deref().unwrap_or(".")) else { return };
                let name = name.as_deref().map(label).filter(|name| !name.trim().is_empty());
                let place = self.place();
                self.harvest.units.push(Unit { kind: *kind, place, root, name });
            }
            Fact::Owner { pattern, owners } => {
                let rule = OwnerRule {
                    place: self.place(),
                    line: span.map_or(0, |span| span.line),
                    pattern: pattern.to_string(),
                    owners: owners.iter().map(|owner| label(owner)).collect(),
                    maintainers: false,
                };
                self.harvest.owners.push(rule);
            }
            Fact::Maintainer { person } => {
                let rule = OwnerRule {
                    place: self.place(),
                    line: span.map_or(0, |span| span.line),
                    pattern: String::new(),
                    owners: vec![label(person)],
                    maintainers: true,
                };
                self.harvest.owners.push(rule);
            }
            Fact::Defined { name, value } => {
                let said = Said::Value { name: label(name), value: label(value) };
                self.harvest.definitions.push(Definition { place: self.place(), said });
            }
            Fact::Given { folder: to, call, name, value } => {
                let Some(folder) = resolved(folder, to) else { return };
                let [call, name, value] = [call, name, value].map(|text| label(text));
                // Somebody asked for this, and what is passed on is asked for in turn.
                let passed_on =
                    value.contains("${") && GIVING.iter().any(|(_, it)| *it == self.reader);
                let said = Said::Given { folder, call, name, value };
                self.harvest.definitions.push(Definition { place: self.place(), said });
                if passed_on {
                    self.ask_around();
                }
            }
            Fact::Unfilled(fact) => self.unfilled(fact, span),
            Fact::Inherits { path } => {
                let Some(path) = resolved(folder, path) else { return };
                let said = Said::Inherits { path };
                self.harvest.definitions.push(Definition { place: self.place(), said });
            }
            Fact::Include { path, reader } => {
                let asked = resolved(folder, path).unwrap_or_else(|| "..".to_owned());
                let from = self.content.path.to_owned();
                self.harvest.includes.push(Include { from, path: asked, reader });
            }
            _ => {
                if let Fact::Call { path, arguments, .. } = &fact {
                    self.result_of_training(path, arguments);
                }
                if let Fact::Export { kind } = &fact {
                    self.export = true;
                    self.harvest.kinds.push((self.content.path.to_owned(), *kind));
                    if *kind == grants::KIND {
                        self.harvest.grants.push(self.content.path.to_owned());
                    }
                }
                let content = self.content;
                let line_of = |line: u32| content.line(line);
                self.recogniser.fact(&fact, At { span, line_of: &line_of });
            }
        }
    }

    fn note(&mut self, code: ProblemCode, detail: &str) {
        let problem = Problem {
            place: self.place(),
            code: code.word().to_owned(),
            detail: label(detail),
            extractor: Some(self.reader.to_owned()),
        };
        // Those of this file stand last.
        if !self.harvest.problems.iter().rev().take(NOTES).any(|known| *known == problem) {
            self.harvest.problems.push(problem);
        }
    }
}

/// `path` relative to `folder`, normalised; `None` if it leads out of the target.
fn resolved(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { display_safe(&parts.join("/")) })
}

/// The line from which on a Rust file holds its unit tests.
fn unit_tests_from(content: &Content<'_>) -> Option<u32> {
    if !content.path.to_ascii_lowercase().ends_with(".rs") {
        return None;
    }
    content.find_from("\n#[cfg(test)]\n", 0).map(|offset| content.span_at(offset + 1).line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_may_not_lead_out_of_the_target() {
        assert_eq!(resolved("a/b", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(resolved("a", "../..").as_deref(), None);
        assert_eq!(resolved(".", "/etc/passwd"), None);
        assert_eq!(resolved("a", "..").as_deref(), Some("."));
    }
}
