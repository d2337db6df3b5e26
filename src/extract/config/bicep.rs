//! Bicep: resources and modules of Azure, parameters and variables. Read line
//! by line, because a mistake must not hide the rest; nothing is evaluated.
//!
//! Knows the spelling of declarations, no type.

use std::borrow::Cow;

use super::{Teller, lines_of, resources};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Reads, Sink};
use crate::model::fact::Fact;

/// Reads `*.bicep` and `*.bicepparam`.
///
/// `resource x 'TYPE@VERSION'` is a resource, with its `name` and `kind` if
/// these are literals; a module that is fetched is one by its path. Literals of
/// `param`, `var` and of properties are settings under their names, `role…Id`
/// and action lists are permissions. Interpolations stay as written. A bracket
/// that is never closed is a mistake; every line before and behind it is read.
#[derive(Debug)]
pub struct Bicep;

impl Extractor for Bicep {
    fn id(&self) -> &'static str {
        "bicep"
    }

    fn about(&self) -> &'static str {
        "Bicep files of Azure: resources, modules, parameters"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["bicep", "bicepparam"],
            gate: Gate::Anchors,
        }
    }

    fn reads(&self) -> Reads {
        Reads::Settings
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut reader = Reader {
            teller: Teller::new(content, sink),
            depth: 0,
            opened: None,
            mistake: None,
            declared: None,
            path: Vec::new(),
        };
        let mut commented = false;
        let mut quoted = false;
        for (offset, line) in lines_of(content.text) {
            if reader.teller.is_full() {
                break;
            }
            let starts_quote = line.matches("'''").count() % 2 == 1;
            if commented {
                commented = !line.contains("*/");
            } else if quoted {
                quoted = !starts_quote;
            } else if line.trim_start().starts_with("/*") {
                commented = !line.contains("*/");
            } else {
                reader.line(offset, line);
                quoted = starts_quote;
            }
        }
        reader.declare();
        let open = reader.opened.filter(|_| reader.depth > 0);
        match reader.mistake.or(open) {
            Some(offset) if !content.truncated => Err(ExtractError::malformed(format_args!(
                "Bicep: what opens in line {} is not closed",
                content.span_at(offset).line
            ))),
            _ => Ok(()),
        }
    }
}

/// A resource whose attributes are still being read.
struct Declared<'a> {
    of: &'a str,
    offset: usize,
    depth: usize,
    kind: Option<&'a str>,
    name: Option<&'a str>,
}

struct Reader<'t, 'c, 'a> {
    teller: Teller<'t, 'c>,
    depth: usize,
    /// Where the outermost bracket that is open was opened.
    opened: Option<usize>,
    /// The first bracket that was never closed.
    mistake: Option<usize>,
    declared: Option<Declared<'a>>,
    /// The keys above, one a level.
    path: Vec<&'a str>,
}

/// Keys kept of those above a value.
const LEVELS: usize = 16;

impl<'a> Reader<'_, '_, 'a> {
    fn line(&mut self, offset: usize, line: &'a str) {
        let code = line.trim_start();
        let start = offset + line.len() - code.len();
        let code = without_comment(code).trim_end();
        if code.is_empty() || code.starts_with('@') {
            return;
        }
        let mut words = code.split_whitespace();
        let declares = ["resource", "module", "param", "var", "output", "targetScope"];
        let first = words.clone().next().unwrap_or_default();
        if self.depth > 0 && code.len() == line.trim_end().len() && declares.contains(&first) {
            // What is declared stands outermost: something was left open.
            self.declare();
            self.depth = 0;
            self.path.clear();
            self.mistake = self.mistake.or(self.opened);
        }
        match (words.next().unwrap_or_default(), self.depth) {
            ("resource", _) => self.resource(start, code),
            ("module", 0) => self.module(start, code),
            ("param" | "var" | "output", 0) if code.contains('=') => {
                let name = words.next().unwrap_or_default();
                if !code.starts_with("output") {
                    self.value(start, name, code);
                }
                self.opens(name, code, offset);
                return;
            }
            _ => self.property(start, code),
        }
        let key = code.split_once(':').map_or("", |(key, _)| key.trim().trim_matches('\''));
        self.opens(key, code, offset);
    }

    /// Counts the brackets that stand outside of strings.
    fn opens(&mut self, key: &'a str, code: &str, offset: usize) {
        let mut quoted = false;
        for byte in code.bytes() {
            match byte {
                b'\'' => quoted = !quoted,
                b'{' | b'[' | b'(' if !quoted => {
                    if self.depth == 0 {
                        self.opened = Some(offset);
                    }
                    self.depth += 1;
                    if self.path.len() < LEVELS {
                        self.path.push(key);
                    }
                }
                b'}' | b']' | b')' if !quoted => {
                    self.depth = self.depth.saturating_sub(1);
                    self.path.truncate(self.depth);
                    if self.declared.as_ref().is_some_and(|it| self.depth <= it.depth) {
                        self.declare();
                    }
                }
                _ => {}
            }
        }
    }

    /// Tells the resource that ends here.
    fn declare(&mut self) {
        let Some(declared) = self.declared.take() else { return };
        let fact = Fact::Resource {
            of: Cow::Borrowed(declared.of),
            kind: declared.kind.map(Cow::Borrowed),
            name: declared.name.map(Cow::Borrowed),
        };
        self.teller.at(declared.offset, fact);
    }

    fn resource(&mut self, start: usize, code: &'a str) {
        self.declare();
        let Some((at, text)) = literal(code) else { return };
        // One that is `existing` is deployed elsewhere, and used here all the same.
        let of = text.split('@').next().unwrap_or(text);
        self.declared =
            Some(Declared { of, offset: start + at, depth: self.depth, kind: None, name: None });
    }

    fn module(&mut self, start: usize, code: &'a str) {
        let Some((at, text)) = literal(code) else { return };
        if text.starts_with("br") {
            let of = text.rsplit_once(':').map_or(text, |(of, _)| of);
            let fact = Fact::Resource { of: Cow::Borrowed(of), kind: None, name: None };
            self.teller.at(start + at, fact);
        }
    }

    /// `key: 'value'`, or a bare string in a list.
    fn property(&mut self, start: usize, code: &'a str) {
        if code.starts_with('\'') && !code.contains(':') || self.path.last() == Some(&"actions") {
            if let Some((at, text)) = literal(code) {
                let key = self.path.last().copied().unwrap_or_default().to_owned();
                if resources::names_a_role(&key) || key == "actions" || key == "dataActions" {
                    let action = Cow::Borrowed(text);
                    self.teller.at(start + at, Fact::Permission { action });
                }
                self.teller.setting(start + at, &key, text, true);
            }
            return;
        }
        let Some((key, _)) = code.split_once(':') else { return };
        let key = key.trim().trim_matches('\'');
        if let Some((_, text)) = literal(code).filter(|_| !key.is_empty())
            && let Some(declared) = self.declared.as_mut().filter(|it| self.depth == it.depth + 1)
        {
            match key {
                "kind" => declared.kind = Some(text),
                "name" => declared.name = Some(text),
                _ => {}
            }
        }
        self.value(start, key, code);
    }

    /// The literals behind a name: one, or those that are chosen from.
    fn value(&mut self, start: usize, key: &'a str, code: &'a str) {
        if key == "description" || code.starts_with("import ") {
            return;
        }
        let from = code.find(['=', ':']).map_or(0, |at| at + 1);
        let rest = code.get(from..).unwrap_or_default();
        let literals: Vec<(usize, &str)> = literals(rest).collect();
        let listed = literals.len() > 1;
        let mut path = String::new();
        for above in self.path.iter().skip(1).filter(|above| !above.is_empty()) {
            path.push_str(above);
            path.push('.');
        }
        path.push_str(key);
        for (at, text) in literals {
            // `{ name: 'X', value: … }` in a list is a variable.
            if key == "name" && is_variable(text) {
                self.teller.setting(start + from + at, text, "", false);
                continue;
            }
            if key.to_ascii_lowercase().contains("role") {
                self.teller.at(start + from + at, Fact::Permission { action: Cow::Borrowed(text) });
            }
            self.teller.setting(start + from + at, &path, text, listed);
        }
    }
}

/// The code of a line before `//`, which may stand in a string.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'/' if !quoted && bytes.get(at + 1) == Some(&b'/') => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
    }
    line
}

/// Whether a name is one of an environment variable.
fn is_variable(name: &str) -> bool {
    name.contains('_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn literal(code: &str) -> Option<(usize, &str)> {
    literals(code).next()
}

/// The strings of a line with their offsets, as they are written.
fn literals(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + code.get(at..)?.find('\'')? + 1;
            let length = code.get(open..)?.find('\'')?;
            at = open + length + 1;
            let text = code.get(open..open + length)?;
            if !text.is_empty() {
                return Some((open, text));
            }
        }
    })
}
