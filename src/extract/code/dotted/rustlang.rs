//! Rust.

use super::super::frames::Shape;
use super::super::lexer::Kind;
use super::reader::Reader;
use super::{Dotted, Grammar, Literals, PLAIN, Types};
use crate::model::fact::Language;

/// Rust source.
pub const RUST: Dotted = Dotted(&GRAMMAR);

const GRAMMAR: Grammar = Grammar {
    language: Language::Rust,
    about: "Rust source: imports, calls, string literals",
    dots: &[".", "::"],
    marks: &["?", "!"],
    types: Types::Colon,
    literals: Literals::Named,
    generics: true,
    declarators: &["const", "let", "mut", "ref", "static"],
    classes: &["enum", "struct", "trait"],
    functions: &["fn"],
    heads: &["async", "else", "extern", "for", "if", "loop", "match", "move", "unsafe", "while"],
    transparent: &[
        "as_deref",
        "as_mut",
        "as_ref",
        "await",
        "borrow",
        "borrow_mut",
        "clone",
        "expect",
        "lock",
        "map_err",
        "to_owned",
        "unwrap",
        "unwrap_or_default",
    ],
    wrappers: &[
        "Arc", "Box", "Data", "Lazy", "LazyLock", "Mutex", "Ok", "OnceCell", "OnceLock", "Option",
        "Rc", "RefCell", "Result", "RwLock", "Some", "State",
    ],
    environment: &[
        &["env", "var"],
        &["env", "var_os"],
        &["dotenv", "var"],
        &["dotenvy", "var"],
        &["env"],
        &["option_env"],
    ],
    begin: modules,
    own,
    finish: crates,
    ..PLAIN
};

/// What a path starts with that leads to no other package.
const OWN: &[&str] = &["Self", "alloc", "core", "crate", "self", "std", "super"];

/// Types of the language, whose functions are called by path.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "slice", "str",
    "u128", "u16", "u32", "u64", "u8", "usize",
];

/// Longest path of an import, in bytes.
const PATH_BYTES: usize = 256;
/// Braces within braces of an import.
const BRACES: usize = 16;

/// The modules that the file declares are the project's own, whatever is
/// imported from them before.
fn modules(reader: &mut Reader<'_, '_>) {
    let tokens = reader.reading.tokens;
    for index in 0..tokens.len() {
        if tokens.kind(index) == Kind::Word && tokens.is(index, "mod") {
            reader.bind_local(tokens.text(index + 1), index + 1);
        }
    }
}

/// A path may start with a package that no import names.
fn crates(reader: &mut Reader<'_, '_>) {
    for (name, start) in reader.starts() {
        let package = name.starts_with(|c: char| c.is_ascii_lowercase())
            && start.scoped
            && !OWN.contains(&name)
            && !PRIMITIVES.contains(&name)
            && !reader.binds(name);
        if package {
            reader.import(name, start.index);
            reader.bind(name, name, name.into(), 0);
        }
    }
}

fn own(reader: &mut Reader<'_, '_>, index: usize) -> Option<usize> {
    let tokens = reader.reading.tokens;
    match (tokens.kind(index), tokens.text(index)) {
        (Kind::Word, "use") => Some(uses(reader, index)),
        (Kind::Word, "extern") if tokens.is(index + 1, "crate") => {
            let name = tokens.text(index + 2);
            let renamed = tokens.is(index + 3, "as");
            let bound = if renamed { tokens.text(index + 4) } else { name };
            reader.import(name, index + 2);
            reader.bind(bound, name, name.into(), index);
            Some(index + if renamed { 5 } else { 3 })
        }
        (Kind::Word, "mod") if tokens.is(index + 2, "{") => {
            reader.reading.end_chain(index);
            reader.reading.top.expected = Some(Shape::Block);
            Some(index + 2)
        }
        (Kind::Word, "impl")
            if reader.starts_statement(index) || tokens.is(tokens.before(index), "unsafe") =>
        {
            reader.reading.end_chain(index);
            reader.reading.top.expected = Some(Shape::Class);
            Some(index + 1)
        }
        (Kind::Word, "type") if reader.is_body() => {
            reader.bind_local(tokens.text(index + 1), index + 1);
            None
        }
        // What is documented in an attribute is a comment.
        (Kind::Sign, "#") => {
            let open = index + 1 + usize::from(tokens.is(index + 1, "!"));
            let documents = tokens.is(open, "[") && tokens.is(open + 1, "doc");
            documents.then(|| tokens.next(open) + 1)
        }
        // `vec![…]` holds items.
        (Kind::Sign, "!") if tokens.is(index + 1, "[") => {
            reader.reading.drop_chain();
            Some(index + 1)
        }
        _ => None,
    }
}

/// What a tree of imports is read with.
struct Tree {
    /// The path so far.
    path: String,
    /// How long it is outside of each open brace.
    outside: Vec<usize>,
}

/// `use a::b::{c, d as e, f::*};`: returns the index behind.
fn uses(reader: &mut Reader<'_, '_>, index: usize) -> usize {
    let tokens = reader.reading.tokens;
    let first = index + 1 + usize::from(tokens.is(index + 1, "::"));
    let root = tokens.text(first);
    let own = OWN.contains(&root) || reader.binds(root);
    let mut tree = Tree { path: String::new(), outside: Vec::new() };
    let mut at = first;
    while at < tokens.len() && !tokens.is(at, ";") {
        match (tokens.kind(at), tokens.text(at)) {
            (Kind::Name, name) => {
                let goes_on = tokens.is(at + 1, "::");
                let renamed = tokens.is(at + 1, "as");
                let bound = if renamed { tokens.text(at + 2) } else { name };
                let leaf =
                    if name == "self" { tree.path.clone() } else { joined(&tree.path, name) };
                if goes_on {
                    tree.path = leaf;
                } else {
                    let bound = if name == "self" && !renamed {
                        // `a::{self}` binds `a`.
                        tokens.text(before_brace(reader, at, tree.outside.len()))
                    } else {
                        bound
                    };
                    leaf_of(reader, bound, &tree.path, &leaf, own, at);
                    if renamed {
                        at += 2;
                    }
                }
            }
            (Kind::Open, "{") if tree.outside.len() < BRACES => tree.outside.push(tree.path.len()),
            (Kind::Open, _) => at = tokens.next(at),
            (Kind::Close, _) => {
                tree.outside.pop();
                back(&mut tree);
            }
            (Kind::Sign, ",") => back(&mut tree),
            (Kind::Sign, "::" | "*") => {}
            _ => break,
        }
        at += 1;
    }
    if !own {
        let module = module_of(reader, first);
        let offset = tokens.at(first).start();
        reader.reading.telling.import(module.into(), offset, false);
    }
    reader.reading.top.next_item();
    at
}

/// Back to where the innermost open brace stands.
fn back(tree: &mut Tree) {
    let length = tree.outside.last().copied().unwrap_or(0);
    tree.path.truncate(length);
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() || path.len() > PATH_BYTES {
        return name.to_owned();
    }
    format!("{path}::{name}")
}

fn leaf_of<'a>(
    reader: &mut Reader<'a, '_>,
    bound: &'a str,
    module: &str,
    leaf: &str,
    own: bool,
    index: usize,
) {
    if own {
        return reader.bind_local(bound, index);
    }
    let module = if module.is_empty() { leaf } else { module }.to_owned();
    reader.bind(bound, module, leaf.replace("::", ".").into(), index);
}

/// The token of the name before the brace that a token stands in.
fn before_brace(reader: &Reader<'_, '_>, index: usize, depth: usize) -> usize {
    let tokens = reader.reading.tokens;
    if depth == 0 {
        return index;
    }
    let mut at = index;
    for _ in 0..BRACES {
        at = tokens.before(at);
        if tokens.is(at, "{") {
            return at.saturating_sub(2);
        }
    }
    index
}

/// The path as written up to its braces, star or new name.
fn module_of(reader: &Reader<'_, '_>, first: usize) -> String {
    let tokens = reader.reading.tokens;
    let mut path = String::new();
    let mut at = first;
    while tokens.kind(at) == Kind::Name && path.len() < PATH_BYTES {
        path = joined(&path, tokens.text(at));
        if !tokens.is(at + 1, "::") {
            break;
        }
        at += 2;
    }
    path
}
