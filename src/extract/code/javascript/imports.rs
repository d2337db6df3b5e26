//! JavaScript's import and re-export statements: facts, and what the imported
//! names stand for.

use std::borrow::Cow;

use super::super::bindings::{How, Value};
use super::super::lexer::Kind;
use super::super::reading::Reading;
use super::super::strings;
use super::super::tokens::Tokens;

/// The module that a specifier names, if it is a package: no path, no alias of
/// a bundler, no part of the runtime, no address.
pub(super) fn importable(specifier: &str) -> Option<&str> {
    if let Some(package) = specifier.strip_prefix("npm:") {
        // `npm:@scope/name@1.2/part`
        let scope = usize::from(package.starts_with('@'));
        let version = package.get(scope..)?.find('@').map(|at| at + scope);
        return importable(version.and_then(|at| package.get(..at)).unwrap_or(package));
    }
    let own = specifier.starts_with(['.', '/', '~', '#', '$', '\\'])
        || specifier.starts_with("@/")
        || specifier.contains([':', '!', '{', '}', '*'])
        || specifier.contains(char::is_whitespace);
    (!own && !specifier.is_empty()).then_some(specifier)
}

/// What an import binds.
struct Names<'a> {
    /// Local name, and what of the module it is (`None`: all of it).
    bound: Vec<(&'a str, Option<&'a str>)>,
    /// Only types are named.
    types: bool,
    /// Index of the module's specifier.
    module: usize,
}

/// Reads the import or re-export at a token; the index behind it, or `None` if
/// there is none after all.
pub(super) fn read(reading: &mut Reading<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reading.tokens;
    let names =
        if tokens.is(index, "export") { exported(tokens, index) } else { imported(tokens, index) }?;
    let specifier = strings::plain(tokens, names.module)?;
    let module = reading.telling.importable(specifier);
    if let Some(module) = module {
        let offset = tokens.at(names.module).start();
        reading.telling.import(Cow::Borrowed(module), offset, names.types);
    }
    for (local, of) in names.bound {
        let value = match (module, of) {
            (None, _) => Value::Local,
            (Some(module), None) => Value::Imported {
                module: Cow::Borrowed(module),
                path: Cow::Borrowed(module),
                how: How::Plainly,
            },
            (Some(module), Some(of)) => Value::Imported {
                module: Cow::Borrowed(module),
                path: Cow::Owned(format!("{module}.{of}")),
                how: How::Plainly,
            },
        };
        reading.bind_import(local, value, index);
    }
    Some(behind_attributes(tokens, names.module + 1))
}

/// `with { type: "json" }`
fn behind_attributes(tokens: &Tokens<'_>, index: usize) -> usize {
    let attributes = (tokens.is(index, "with") || tokens.is(index, "assert"))
        && tokens.is(index + 1, "{")
        && !tokens.at(index).line;
    if attributes { tokens.at(index + 1).pair() + 1 } else { index }
}

/// `import a, { b as c } from "m"`, `import * as d from "m"`, `import "m"`
fn imported<'a>(tokens: &Tokens<'a>, index: usize) -> Option<Names<'a>> {
    let mut at = index + 1;
    if tokens.kind(at) == Kind::Text {
        return Some(Names { bound: Vec::new(), types: false, module: at });
    }
    let mut types = is_type_word(tokens, at);
    at += usize::from(types);
    let mut bound = Vec::new();
    let mut only_types = None;
    if tokens.kind(at) == Kind::Name {
        bound.push((tokens.text(at), Some(tokens.text(at))));
        only_types = Some(false);
        at += 1;
        at += usize::from(tokens.is(at, ","));
    }
    if tokens.is(at, "*") && tokens.is(at + 1, "as") {
        bound.push((tokens.text(at + 2), None));
        only_types = Some(false);
        at += 3;
    } else if tokens.is(at, "{") {
        let all_types = named(tokens, at, &mut bound);
        only_types = Some(only_types.unwrap_or(true) && all_types);
        at = tokens.at(at).pair() + 1;
    }
    types |= only_types.unwrap_or(false);
    let complete = tokens.is(at, "from") && tokens.kind(at + 1) == Kind::Text;
    complete.then_some(Names { bound, types, module: at + 1 })
}

/// Whether `type` here says that types are imported.
fn is_type_word(tokens: &Tokens<'_>, index: usize) -> bool {
    let next_is_name = tokens.kind(index + 1) == Kind::Name
        && (!tokens.is(index + 1, "from") || tokens.is(index + 2, "from"));
    tokens.is(index, "type")
        && (next_is_name || tokens.is(index + 1, "{") || tokens.is(index + 1, "*"))
}

/// The names between braces; whether each is a type and there is one.
fn named<'a>(
    tokens: &Tokens<'a>,
    open: usize,
    bound: &mut Vec<(&'a str, Option<&'a str>)>,
) -> bool {
    let close = tokens.at(open).pair().min(tokens.len());
    let (mut types, mut all) = (0, 0);
    let mut at = open + 1;
    while at < close {
        let is_type = tokens.is(at, "type")
            && !tokens.is(at + 1, ",")
            && !tokens.is(at + 1, "as")
            && at + 1 < close;
        at += usize::from(is_type);
        let renamed = tokens.is(at + 1, "as");
        let local = tokens.text(if renamed { at + 2 } else { at });
        let of = if tokens.is(at, "default") { local } else { tokens.text(at) };
        bound.push((local, Some(of)));
        all += 1;
        types += usize::from(is_type);
        while at < close && !tokens.is(at, ",") {
            at = tokens.next(at);
        }
        at += 1;
    }
    all > 0 && types == all
}

/// `export * from "m"`, `export { a as b } from "m"`
fn exported<'a>(tokens: &Tokens<'a>, index: usize) -> Option<Names<'a>> {
    let mut at = index + 1;
    let mut types = is_type_word(tokens, at);
    at += usize::from(types);
    if tokens.is(at, "*") {
        at += if tokens.is(at + 1, "as") { 3 } else { 1 };
    } else if tokens.is(at, "{") {
        types |= named(tokens, at, &mut Vec::new());
        at = tokens.at(at).pair() + 1;
    } else {
        return None;
    }
    let complete = tokens.is(at, "from") && tokens.kind(at + 1) == Kind::Text;
    complete.then_some(Names { bound: Vec::new(), types, module: at + 1 })
}

#[cfg(test)]
mod tests {
    use super::importable;

    #[test]
    fn only_packages_are_imported() {
        for package in ["express", "@scope/name/edge", "react/jsx", "lodash.merge"] {
            assert_eq!(importable(package), Some(package));
        }
        for own in [
            "./a",
            "../a",
            "/a",
            "@/lib",
            "~/lib",
            "#internal",
            "$lib/x",
            "node:fs",
            "https://a.example/b.js",
            "virtual:pwa",
            "raw-loader!./x",
            "",
            "a b",
        ] {
            assert_eq!(importable(own), None, "{own}");
        }
        assert_eq!(importable("npm:express@4.20/part"), Some("express"));
        assert_eq!(importable("npm:@scope/name@1"), Some("@scope/name"));
        assert_eq!(importable("npm:react"), Some("react"));
    }
}
