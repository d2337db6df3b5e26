//! PowerShell.

use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN};
use crate::model::fact::Language;

/// PowerShell source.
pub const POWERSHELL: Dotted = Dotted(&Grammar {
    language: Language::Powershell,
    about: "PowerShell scripts: modules, calls, string literals, variables",
    dots: &[".", "::"],
    literals: Literals::Never,
    lines: true,
    environment: &[&["GetEnvironmentVariable"]],
    own,
    ..PLAIN
});

/// Commands that load or install a module.
const LOADS: &[&str] = &["Import-Module", "Install-Module", "Install-PSResource"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Sign, "$") if tokens.text(index + 1).eq_ignore_ascii_case("env") => {
            if !tokens.is(index + 2, ":") || tokens.kind(index + 3) != Kind::Name {
                return None;
            }
            reader.reading.end_chain(index);
            let name = tokens.text(index + 3);
            if tokens.assigns(index + 4) {
                reader.reading.top.item.name = Some(name);
                return Some(index + 5);
            }
            reader.reading.telling.variable(name, tokens.at(index + 3).start());
            Some(index + 4)
        }
        (Kind::Sign, "$") => Some(index + 1),
        // `-Uri "x"`: the value goes by the name.
        (Kind::Name, name) if name.len() > 1 && name.starts_with('-') => {
            reader.reading.end_chain(index);
            reader.reading.top.item.name = name.get(1..);
            Some(index + 1)
        }
        (Kind::Name, name) if LOADS.iter().any(|known| name.eq_ignore_ascii_case(known)) => {
            loaded(reader, index + 1)
        }
        _ => None,
    }
}

fn loaded(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let first = index + usize::from(tokens.text(index).eq_ignore_ascii_case("-Name"));
    if tokens.at(first).line {
        return None;
    }
    if let Some(module) = strings::plain(tokens, first) {
        reader.import(module, first);
        return Some(first + 1);
    }
    let (module, behind) = reader.name_from(first, &["."]);
    (tokens.kind(first) == Kind::Name).then(|| {
        reader.import(module, first);
        behind
    })
}
