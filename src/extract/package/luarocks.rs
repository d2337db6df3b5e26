//! Rockspecs of Lua.

use super::asked;
use super::called::{self, Found};
use super::lexed::Grammar;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// `*.rockspec`, read without running it.
///
/// The strings of `dependencies` are rocks with their versions; those of
/// `build_dependencies` are for building, of `test_dependencies` for
/// development. Lua itself is no package. `package` declares a unit.
#[derive(Debug)]
pub struct Rockspec;

static LUA: Grammar = Grammar {
    comments: &["--"],
    blocks: &[("--[[", "]]"), ("--[==[", "]==]")],
    long: &[("[[", "]]"), ("[==[", "]==]")],
    quotes: b"\"'",
    multiline: false,
    embeds: None,
    in_names: b".",
};

impl Extractor for Rockspec {
    fn id(&self) -> &'static str {
        "luarocks-rockspec"
    }

    fn about(&self) -> &'static str {
        "rockspecs of Lua, read without running them"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["rockspec"], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        called::read(content, &LUA, &mut |found| {
            let Found::Assigned { name, text, offset } = found else { return };
            let span = Some(content.span_at(offset));
            let scope = match name {
                "dependencies" => Scope::Runtime,
                "build_dependencies" | "external_dependencies" => Scope::Build,
                "test_dependencies" => Scope::Development,
                "package" => {
                    let kind = UnitKind::Package;
                    sink.fact(Fact::Unit { kind, name: Some(text.into()), root: None }, span);
                    return;
                }
                _ => return,
            };
            let text = text.trim();
            let end = text.find(|c: char| " \t<>=~".contains(c)).unwrap_or(text.len());
            let (name, version) = text.split_at_checked(end).unwrap_or((text, ""));
            if !name.is_empty() && name != "lua" {
                sink.fact(asked(Ecosystem::Luarocks, name, version.trim(), scope), span);
            }
        })
    }
}
