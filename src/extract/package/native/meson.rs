//! Meson build files and wraps.

use super::super::called::{self, Call, Found};
use super::super::lexed::Grammar;
use super::super::repositories::{of_github, source_archive};
use super::super::{FirstMistake, asked, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `meson.build`, read without running it.
///
/// `dependency('name')`, `cc.find_library('name')` and `subproject('name')`
/// are libraries by their bare names: optional with `required: false`, for
/// building with `native: true`. The modules of a dependency are told as
/// `name::module`. `project('name')` declares a unit.
#[derive(Debug)]
pub struct Meson;

static MESON: Grammar = Grammar {
    comments: &["#"],
    blocks: &[],
    long: &[("'''", "'''")],
    quotes: b"'",
    multiline: false,
    embeds: None,
    in_names: b".",
};

impl Extractor for Meson {
    fn id(&self) -> &'static str {
        "meson"
    }

    fn about(&self) -> &'static str {
        "meson.build, read without running it"
    }

    fn interest(&self) -> Interest {
        // These stand in every folder of large trees.
        Interest { names: &["meson.build"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        called::read(content, &MESON, &mut |found| {
            let Found::Call(call) = found else { return };
            let word = call.name.rsplit('.').next().unwrap_or(call.name);
            match word {
                "project" if call.name == "project" => {
                    if let Some(name) = call.plain().next() {
                        let kind = UnitKind::Package;
                        let unit = Fact::Unit { kind, name: Some(name.text.into()), root: None };
                        sink.fact(unit, Some(content.span_at(name.offset)));
                    }
                }
                "dependency" | "find_library" | "subproject" => tell(&call, content, sink),
                _ => {}
            }
        })
    }
}

fn tell(call: &Call<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let scope = if call.text(&["native"]) == "true" {
        Scope::Build
    } else if call.text(&["required"]) == "false" {
        Scope::Optional
    } else {
        Scope::Runtime
    };
    // Further names are tried where the first is not found.
    for argument in call.plain().filter(|argument| !argument.text.is_empty()) {
        let fact = asked(Ecosystem::Generic, argument.text, call.text(&["version"]), scope);
        sink.fact(fact, Some(content.span_at(argument.offset)));
    }
    let Some(first) = call.plain().next() else { return };
    for module in call.arguments.iter().filter(|argument| argument.label == "modules") {
        let name = format!("{}::{}", first.text, module.text);
        let fact = asked(Ecosystem::Generic, name, call.text(&["version"]), scope);
        sink.fact(fact, Some(content.span_at(module.offset)));
    }
}

/// `*.wrap` of Meson: the repository on GitHub that a wrapped project comes
/// from. Other sources name nothing.
#[derive(Debug)]
pub struct MesonWrap;

impl Extractor for MesonWrap {
    fn id(&self) -> &'static str {
        "meson-wrap"
    }

    fn about(&self) -> &'static str {
        "wrapped projects of Meson"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["wrap"], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut mistake = FirstMistake::default();
        let mut is_wrap = false;
        let mut revision = "";
        let mut place: Option<(String, &str, usize)> = None;
        for (start, line) in lines(content.text) {
            let body = line.trim();
            if body.is_empty() || body.starts_with(['#', ';']) {
                continue;
            }
            if body.starts_with('[') {
                is_wrap |= body.starts_with("[wrap-");
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                mistake.at(start, "neither a section nor a setting");
                continue;
            };
            let offset = start + key.len() + 1 + value.len() - value.trim_start().len();
            let value = value.trim();
            match key.trim() {
                "revision" => revision = value,
                "url" | "source_url" if place.is_none() => {
                    place = of_github(value).map(|path| (path, source_archive(value), offset));
                }
                _ => {}
            }
        }
        if !is_wrap {
            return Ok(()); // other things are called wrap too
        }
        if let Some((path, version, offset)) = place {
            let version = if version.is_empty() { revision } else { version };
            let fact = asked(Ecosystem::Github, path, version, Scope::Runtime);
            sink.fact(fact, Some(content.span_at(offset)));
        }
        mistake.into_result(content)
    }
}
