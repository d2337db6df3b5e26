//! R packages and projects.

use super::{FirstMistake, Locked, LockedPackages, asked, is_table, lines, text_under};
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `DESCRIPTION` of an R package or project.
///
/// `Depends`, `Imports` and `LinkingTo` are needed to run, `Suggests` and
/// `Enhances` are optional; what stands in `Config/Needs/…` is for
/// development. R itself is no package. Only a file with a field `Package` or
/// `Type` is one; `Package` declares a unit.
#[derive(Debug)]
pub struct Description;

impl Extractor for Description {
    fn id(&self) -> &'static str {
        "cran-description"
    }

    fn about(&self) -> &'static str {
        "DESCRIPTION of an R package"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["DESCRIPTION"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let is_r = lines(content.text)
            .any(|(_, line)| line.starts_with("Package:") || line.starts_with("Type:"));
        if !is_r {
            return Ok(()); // prose, or what git keeps under this name
        }
        let mut mistake = FirstMistake::default();
        let mut scope = None;
        for (start, line) in lines(content.text) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                if let Some(scope) = scope {
                    list(line, start, scope, content, sink);
                }
                continue;
            }
            let Some((field, value)) = line.split_once(':') else {
                mistake.at(start, "a field without a value");
                scope = None;
                continue;
            };
            scope = scope_of(field);
            let at = start + field.len() + 1;
            if field == "Package" && !value.trim().is_empty() {
                let name = Some(value.trim().into());
                let unit = Fact::Unit { kind: UnitKind::Package, name, root: None };
                let offset = at + value.len() - value.trim_start().len();
                sink.fact(unit, Some(content.span_at(offset)));
            } else if let Some(scope) = scope {
                list(value, at, scope, content, sink);
            }
        }
        mistake.into_result(content)
    }
}

fn scope_of(field: &str) -> Option<Scope> {
    match field {
        "Depends" | "Imports" | "LinkingTo" => Some(Scope::Runtime),
        "Suggests" | "Enhances" => Some(Scope::Optional),
        _ if field.starts_with("Config/Needs/") => Some(Scope::Development),
        _ => None,
    }
}

/// `name (>= 1.0), other`.
fn list(line: &str, start: usize, scope: Scope, content: &Content<'_>, sink: &mut dyn Sink) {
    let mut at = start;
    for part in line.split(',') {
        let item = part.trim_start();
        let offset = at + part.len() - item.len();
        at += part.len() + 1;
        let end = item.find([' ', '(', '\t']).unwrap_or(item.trim_end().len());
        let (name, rest) = item.split_at_checked(end).unwrap_or((item, ""));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
        let is_name =
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(plain);
        if !is_name || name == "R" {
            continue;
        }
        let version = rest.trim().trim_start_matches('(').trim_end_matches(')').trim();
        let fact = asked(Ecosystem::Cran, name, version, scope);
        sink.fact(fact, Some(content.span_at(offset)));
    }
}

/// `renv.lock`: every package with its version. The file does not say which
/// are direct.
#[derive(Debug)]
pub struct RenvLock;

impl Extractor for RenvLock {
    fn id(&self) -> &'static str {
        "cran-renv-lock"
    }

    fn about(&self) -> &'static str {
        "renv.lock"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["renv.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let mut locked = LockedPackages::default();
        for entry in root.get("Packages").map_or(&[][..], Node::entries) {
            locked.merge(Locked {
                name: &entry.key,
                version: text_under(&entry.node, "Version"),
                direct: None,
                scope: Scope::Runtime,
                offset: entry.key_offset,
            });
        }
        locked.tell(Ecosystem::Cran, content, sink);
        Ok(())
    }
}
