//! Python's import statements: facts, and what the imported names stand for.

use std::borrow::Cow;

use super::super::bindings::{How, Value};
use super::super::lexer::Kind;
use super::super::reading::Reading;
use super::super::tokens::Tokens;

/// Reads the import statement between two tokens.
pub(super) fn read(reading: &mut Reading<'_, '_>, first: usize, end: usize, optional: bool) {
    if reading.tokens.is(first, "from") {
        names_of_module(reading, first, end, optional);
    } else {
        modules(reading, first, end, optional);
    }
}

/// `import a.b as c, d`
fn modules(reading: &mut Reading<'_, '_>, first: usize, end: usize, optional: bool) {
    let tokens = reading.tokens;
    let mut at = first + 1;
    while at < end {
        let start = at;
        let Some((module, behind)) = dotted(tokens, at) else { return };
        let offset = tokens.at(start).start();
        reading.telling.import(module.clone(), offset, optional);
        at = behind;
        if tokens.is(at, "as") {
            let path = module.clone();
            let value = Value::Imported { module, path, how: How::Plainly };
            reading.bind_import(tokens.text(at + 1), value, first);
            at += 2;
        } else {
            let name = tokens.text(start);
            let value = Value::Imported { module, path: Cow::Borrowed(name), how: How::FirstPart };
            reading.bind_import(name, value, first);
        }
        if !tokens.is(at, ",") {
            return;
        }
        at += 1;
    }
}

/// `from a.b import c as d, (e, f)`
fn names_of_module(reading: &mut Reading<'_, '_>, first: usize, end: usize, optional: bool) {
    let tokens = reading.tokens;
    let mut at = first + 1;
    let mut relative = false;
    while tokens.is(at, ".") || tokens.is(at, "...") {
        relative = true;
        at += 1;
    }
    let module = dotted(tokens, at);
    let offset = tokens.at(at).start();
    if let Some((_, behind)) = &module {
        at = *behind;
    }
    if !tokens.is(at, "import") {
        return;
    }
    at += 1;
    let module = module.map(|(module, _)| module).filter(|_| !relative);
    if let Some(module) = &module {
        reading.telling.import(module.clone(), offset, optional);
    } else if !relative {
        return;
    }
    while at < end {
        if tokens.kind(at) == Kind::Name {
            let imported = tokens.text(at);
            let (offset, renamed) = (tokens.at(at).start(), tokens.is(at + 1, "as"));
            at += if renamed { 2 } else { 0 };
            let local = tokens.text(at);
            let value = match &module {
                None => Value::Local,
                Some(module) => {
                    let path: Cow<'_, str> = Cow::Owned(format!("{module}.{imported}"));
                    // Classes and constants are no modules.
                    let how = if imported.bytes().any(|byte| byte.is_ascii_uppercase()) {
                        How::Plainly
                    } else {
                        reading.telling.candidate(local, path.clone(), offset, optional);
                        How::MaybeModule
                    };
                    Value::Imported { module: module.clone(), path, how }
                }
            };
            reading.bind_import(local, value, first);
        }
        at += 1;
    }
}

/// A dotted name and the index behind it.
fn dotted<'a>(tokens: &Tokens<'a>, first: usize) -> Option<(Cow<'a, str>, usize)> {
    if tokens.kind(first) != Kind::Name {
        return None;
    }
    let mut last = first;
    while tokens.is(last + 1, ".") && tokens.kind(last + 2) == Kind::Name {
        last += 2;
    }
    let written = tokens.between(first, last);
    let spaced = written.contains(|c: char| c.is_whitespace() || c == '\\');
    let module = if spaced {
        Cow::Owned((first..=last).map(|at| tokens.text(at)).collect())
    } else {
        Cow::Borrowed(written)
    };
    Some((module, last + 1))
}
