//! Package.swift, read without running it.

use super::super::asked;
use super::super::called::{self, Call, Found};
use super::super::lexed::Grammar;
use super::registered;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `Package.swift`.
///
/// Every `.package(url:)` is a package, named by its address without scheme
/// and `.git`; one with `id:` is named by that. `from:` and `.upToNextMajor`
/// are told as `^version`, `.upToNextMinor` as `~version`, a range as written;
/// branches and revisions give no version. What is taken from a folder
/// (`path:`) is no package. Which targets use a package is not looked at, so
/// all are needed to run. `Package(name:)` declares a unit.
#[derive(Debug)]
pub struct PackageSwift;

static SWIFT: Grammar = Grammar {
    comments: &["//"],
    blocks: &[("/*", "*/")],
    long: &[("\"\"\"", "\"\"\"")],
    quotes: b"\"",
    multiline: false,
    embeds: None,
    in_names: b".",
};

impl Extractor for PackageSwift {
    fn id(&self) -> &'static str {
        "swift-package"
    }

    fn about(&self) -> &'static str {
        "Package.swift, read without running it"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Package.swift"],
            globs: &["Package@swift-*.swift"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        called::read(content, &SWIFT, &mut |found| {
            let Found::Call(call) = found else { return };
            match call.name {
                "Package" => {
                    if let Some(name) = call.under(&["name"]) {
                        let unit = Fact::Unit {
                            kind: UnitKind::Package,
                            name: Some(name.text.into()),
                            root: None,
                        };
                        sink.fact(unit, Some(content.span_at(name.offset)));
                    }
                }
                ".package" | "Package.Dependency.package" => package(&call, content, sink),
                _ => {}
            }
        })
    }
}

fn package(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let Some(place) = call.under(&["url", "id"]) else { return };
    let name = match place.label {
        "id" => Some(place.text.to_owned()),
        _ => registered(place.text),
    };
    if let Some(name) = name {
        let fact = asked(Ecosystem::Swift, name, version(call, content.text), Scope::Runtime);
        sink.fact(fact, Some(content.span_at(place.offset)));
    }
}

fn version(call: &Call<'_>, text: &str) -> String {
    let Some(first) = call.arguments.iter().find(|argument| {
        !matches!(
            argument.label,
            "name" | "url" | "id" | "branch" | "revision" | ".branch" | ".revision" | "traits"
        )
    }) else {
        return String::new();
    };
    let end = first.offset + first.text.len();
    let behind = text.get(end..).unwrap_or_default();
    let range = ["\"..<\"", "\"...\""].iter().find(|between| behind.starts_with(**between));
    if let Some(between) = range {
        let rest = behind.get(between.len()..).unwrap_or_default();
        let upper = rest.split('"').next().unwrap_or_default();
        return format!("{}{}{upper}", first.text, between.trim_matches('"'));
    }
    // The call that holds the version stands right before it.
    let before = text.get(..first.offset).unwrap_or_default();
    let before = before.get(before.floor_char_boundary(before.len().saturating_sub(48))..);
    let before = before.unwrap_or_default();
    let call_start = before.rfind(".package").map_or(0, |at| at + ".package".len());
    let before = before.get(call_start..).unwrap_or_default();
    if before.contains("upToNextMinor") {
        format!("~{}", first.text)
    } else if first.label == "from" {
        format!("^{}", first.text)
    } else {
        first.text.to_owned()
    }
}
