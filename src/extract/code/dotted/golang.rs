//! Go.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::super::strings;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// Go source.
pub const GO: Dotted = Dotted(&GRAMMAR);

const GRAMMAR: Grammar = Grammar {
    language: Language::Go,
    about: "Go source: imports, calls, string literals",
    types: Types::After,
    literals: Literals::Elided,
    lines: true,
    declarators: &["const", "var"],
    classes: &["interface", "struct"],
    functions: &["func"],
    heads: &["for", "if", "select", "switch"],
    environment: &[&["os", "Getenv"], &["os", "LookupEnv"], &["syscall", "Getenv"]],
    own,
    ..PLAIN
};

/// Parts of a repository's name that are none of its package's.
const SURROUNDINGS: &[&str] = &["api", "client", "go", "golang", "lib", "sdk"];

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    let kind = tokens.kind(index);
    if kind == Kind::Text && reader.reading.top.shape == Shape::Class {
        // A tag: how a field is spelt elsewhere.
        reader.reading.end_chain(index);
        return Some(index + 1);
    }
    if tokens.is(index, "[") && !reader.reading.top.chain.dot && tokens.is(index + 1, "]") {
        return Some(slice_type(reader, index));
    }
    if kind != Kind::Word {
        return None;
    }
    match tokens.text(index) {
        "import" if reader.starts_statement(index) => Some(imports(reader, index)),
        "package" => Some(index + 2),
        "type" if tokens.kind(index + 1) == Kind::Name => {
            reader.bind_local(tokens.text(index + 1), index);
            Some(index + 2)
        }
        "const" | "var" | "type" if tokens.is(index + 1, "(") => {
            reader.reading.end_chain(index);
            reader.reading.enter(Shape::Block, index + 1);
            Some(index + 2)
        }
        "func" => {
            receiver(reader, index);
            None
        }
        _ => None,
    }
}

/// `[]` before a type: it is the type's that follows.
fn slice_type(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    reader.annotate_names(index);
    index + 2
}

/// `func (s *Service) name()`: what the method calls the object itself.
fn receiver(reader: &mut Reader<'_, '_>, index: usize) {
    let tokens = reader.reading.tokens;
    if !reader.reading.is_outermost() || !tokens.is(index + 1, "(") {
        if reader.reading.is_outermost() {
            reader.receiver = None;
        }
        return;
    }
    let named = tokens.kind(index + 2) == Kind::Name && !tokens.is(index + 3, ")");
    reader.receiver = named.then(|| tokens.text(index + 2));
}

/// `import "a/b"`, `import n "a/b"`, `import (…)`: returns the index behind.
fn imports(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    let (first, end) = if tokens.is(index + 1, "(") {
        (index + 2, tokens.at(index + 1).pair().min(tokens.len()))
    } else {
        let named = tokens.kind(index + 1) != Kind::Text;
        (index + 1, index + 2 + usize::from(named))
    };
    for at in first..end {
        let Some(module) = strings::plain(tokens, at) else { continue };
        let name = tokens.before(at);
        let named = name >= first
            && !tokens.at(at).line
            && matches!(tokens.kind(name), Kind::Name | Kind::Sign);
        let named = named.then(|| tokens.text(name)).filter(|text| *text != ";");
        // A relative path is the project's own.
        let own = module.starts_with('.');
        if !own {
            reader.import(module, at);
        }
        match named {
            Some("_") => {}
            Some(".") if !own => reader.open_module(module),
            Some(name) if own => reader.bind_local(name, at),
            Some(name) => reader.bind(name, module, module.into(), at),
            None if own => {}
            None => {
                for name in package_names(module) {
                    reader.bind(name, module, module.into(), at);
                }
            }
        }
    }
    if tokens.is(index + 1, "(") { end + 1 } else { end }
}

/// The names that the package at a path may have: the last part without a
/// version, and where that is no name, what of it may be one.
fn package_names(module: &str) -> impl Iterator<Item = &str> {
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = module.rsplit('/');
    let mut last = parts.next().unwrap_or(module);
    if is_version(last) {
        last = parts.next().unwrap_or(last);
    }
    if let Some((name, version)) = last.rsplit_once('.')
        && (is_version(version) || version == "go")
    {
        last = name;
    }
    let whole = !last.contains('-');
    last.split('-').filter(move |part| {
        whole || !(part.is_empty() || SURROUNDINGS.contains(part) || is_version(part))
    })
}

#[cfg(test)]
mod tests {
    use super::package_names;

    #[test]
    fn a_path_names_its_package() {
        let names = |module| package_names(module).collect::<Vec<_>>();
        assert_eq!(names("net/http"), ["http"]);
        assert_eq!(names("host.example/a/go-thing/v3"), ["thing"]);
        assert_eq!(names("host.example/a/thing-sdk-go"), ["thing"]);
        assert_eq!(names("host.example/yaml.v3"), ["yaml"]);
        assert_eq!(names("host.example/api"), ["api"]);
    }
}
