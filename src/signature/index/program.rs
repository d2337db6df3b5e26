//! What signatures know of programs and model files: libraries, symbols, texts
//! in constant data, formats. The texts have a gate of their own, compiled when
//! the first program is met: they are looked for in no text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use foldhash::HashMap;

use super::super::gate::SHORTEST_ANCHOR;
use super::super::gate::qgram::Filter;
use super::super::schema::WeightsBlock;
use super::MatcherId;

/// Names, whole or as prefixes, and who claims them.
#[derive(Debug, Default)]
struct Names {
    whole: HashMap<String, Vec<MatcherId>>,
    prefixes: Vec<(String, MatcherId)>,
}

impl Names {
    fn add(&mut self, name: &str, matcher: MatcherId) {
        match name.strip_suffix('*') {
            Some(prefix) => self.prefixes.push((prefix.to_owned(), matcher)),
            None => self.whole.entry(name.to_owned()).or_default().push(matcher),
        }
    }

    /// Who claims a name, and as what: itself, or the prefix with its star.
    fn of(&self, name: &str) -> Vec<(MatcherId, String)> {
        let whole = self.whole.get(name).into_iter().flatten();
        let mut found: Vec<_> = whole.map(|id| (*id, name.to_owned())).collect();
        if found.is_empty() {
            let fits = self.prefixes.iter().filter(|(prefix, _)| name.starts_with(prefix.as_str()));
            found.extend(fits.map(|(prefix, id)| (*id, format!("{prefix}*"))));
        }
        found
    }
}

/// How a text must stand in constant data, where texts follow each other
/// without anything between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Anywhere.
    Anywhere,
    /// At the beginning of a host.
    AsHost,
    /// As a variable's name.
    AsName,
}

#[derive(Debug)]
struct Mark {
    text: String,
    stands: Stands,
    matcher: MatcherId,
}

/// A block of model files, compiled.
#[derive(Debug)]
pub struct WeightsMatcher {
    /// What a match says.
    pub matcher: MatcherId,
    formats: Vec<String>,
    key: String,
    values: Vec<String>,
}

impl WeightsMatcher {
    /// Whether it claims a model of this format whose header says this.
    #[must_use]
    pub fn fits(&self, format: &str, properties: &[(&str, &str)]) -> bool {
        let value_fits = |value: &str| {
            self.values.is_empty()
                || self.values.iter().any(|known| match known.strip_suffix('*') {
                    Some(prefix) => value.starts_with(prefix),
                    None => value == known,
                })
        };
        self.formats.iter().any(|known| known == format)
            && (self.key.is_empty()
                || properties.iter().any(|(key, value)| *key == self.key && value_fits(value)))
    }
}

/// What is known of programs and model files.
#[derive(Debug, Default)]
pub struct Programs {
    libraries: Names,
    symbols: Names,
    /// By text in lower case: what the gate calls it.
    marks: BTreeMap<String, Vec<Mark>>,
    weights: Vec<WeightsMatcher>,
    gate: OnceLock<Filter>,
}

impl Programs {
    pub(super) fn add_libraries(&mut self, names: &[String], matcher: MatcherId) {
        for name in names {
            self.libraries.add(&name.to_lowercase(), matcher);
        }
    }

    pub(super) fn add_symbols(&mut self, names: &[String], matcher: MatcherId) {
        for name in names {
            self.symbols.add(name, matcher);
        }
    }

    pub(super) fn add_marks(&mut self, texts: &[String], matcher: MatcherId) {
        for text in texts {
            self.add_mark(text, Stands::Anywhere, matcher);
        }
    }

    /// A host or a variable of a block that looks for it in text.
    pub(super) fn add_host(&mut self, name: &str, matcher: MatcherId) {
        if !name.contains(['*', '/', ':']) && name.contains('.') {
            self.add_mark(name, Stands::AsHost, matcher);
        }
    }

    pub(super) fn add_variable(&mut self, name: &str, matcher: MatcherId) {
        if name.len() >= SHORTEST_VARIABLE && name.contains('_') && !name.contains('*') {
            self.add_mark(name, Stands::AsName, matcher);
        }
    }

    fn add_mark(&mut self, text: &str, stands: Stands, matcher: MatcherId) {
        if text.len() >= SHORTEST_ANCHOR {
            let mark = Mark { text: text.to_owned(), stands, matcher };
            self.marks.entry(text.to_ascii_lowercase()).or_default().push(mark);
        }
    }

    pub(super) fn add_weights(&mut self, block: &WeightsBlock, matcher: MatcherId) {
        self.weights.push(WeightsMatcher {
            matcher,
            formats: block.formats.clone(),
            key: block.key.clone(),
            values: block.values.clone(),
        });
    }

    /// Who claims a library, by its name without folder and version.
    #[must_use]
    pub fn libraries(&self, name: &str) -> Vec<(MatcherId, String)> {
        self.libraries.of(&plain_library(name))
    }

    /// Who claims a symbol, with or without the underscore before it.
    #[must_use]
    pub fn symbols(&self, name: &str) -> Vec<(MatcherId, String)> {
        let found = self.symbols.of(name);
        match name.strip_prefix('_').filter(|_| found.is_empty()) {
            Some(plain) => self.symbols.of(plain),
            None => found,
        }
    }

    /// The blocks of model files.
    #[must_use]
    pub fn weights(&self) -> &[WeightsMatcher] {
        &self.weights
    }

    /// Calls `hit` with every text that stands in the bytes, and who claims it.
    pub fn marks(&self, bytes: &[u8], hit: &mut dyn FnMut(MatcherId, &str)) {
        let rows: Vec<&Vec<Mark>> = self.marks.values().collect();
        let gate = self.gate.get_or_init(|| Filter::new(&self.marks.keys().collect::<Vec<_>>()));
        if gate.is_empty() {
            return;
        }
        gate.scan(bytes, &mut |anchor, offset| {
            for mark in rows.get(anchor as usize).into_iter().copied().flatten() {
                if stands(mark, bytes, offset) {
                    hit(mark.matcher, &mark.text);
                }
            }
            true
        });
    }
}

/// Shortest variable that is looked for in programs.
const SHORTEST_VARIABLE: usize = 8;

fn stands(mark: &Mark, bytes: &[u8], offset: usize) -> bool {
    let end = offset.saturating_add(mark.text.len());
    let before = offset.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
    let after = bytes.get(end).copied().unwrap_or(0);
    match mark.stands {
        Stands::Anywhere => bytes.get(offset..end) == Some(mark.text.as_bytes()),
        // What follows may be the next text.
        Stands::AsHost => {
            !(before.is_ascii_alphanumeric()
                || matches!(before, b'.' | b'-' | b'_' | b'@')
                || matches!(after, b'.' | b'-'))
        }
        Stands::AsName => {
            let joins =
                |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            bytes.get(offset..end) == Some(mark.text.as_bytes()) && !joins(before) && !joins(after)
        }
    }
}

/// A library's name without folder, version and the digest that some packagers
/// add, in lower case: `libx.so`, `x.dll`, `x.framework`.
fn plain_library(path: &str) -> String {
    let path = path.to_lowercase();
    if let Some(framework) = path.split('/').find(|part| part.ends_with(".framework")) {
        return framework.to_owned();
    }
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    // Extensions of an interpreter say for which they were built.
    if let Some((stem, _)) = name.split_once(".cpython-").or_else(|| name.split_once(".abi3."))
        && name.rsplit('.').next() == Some("so")
    {
        return format!("{stem}.so");
    }
    let is_version = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let (stem, ending) = if let Some((stem, version)) = name.split_once(".so.") {
        if !is_version(version) {
            return name.to_owned();
        }
        (stem, ".so")
    } else if let Some(stem) = name.strip_suffix(".so") {
        (stem, ".so")
    } else if let Some(stem) = name.strip_suffix(".dylib") {
        let plain = stem.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        (
            if plain.len() < stem.trim_end_matches(|c: char| c.is_ascii_digit()).len() {
                plain
            } else {
                stem
            },
            ".dylib",
        )
    } else {
        return name.to_owned();
    };
    let digest = |part: &str| part.len() == 8 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let stem = match stem.rsplit_once('-') {
        Some((plain, last)) if digest(last) => plain,
        _ => stem,
    };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_known_by_its_plain_name() {
        for (given, plain) in [
            ("libfoo.so", "libfoo.so"),
            ("libfoo.so.1.17.0", "libfoo.so"),
            ("libfoo-9f3a1b2c.so.0", "libfoo.so"),
            ("@rpath/libfoo.1.17.dylib", "libfoo.dylib"),
            ("@rpath/libfoo2.dylib", "libfoo2.dylib"),
            ("FOO.dll", "foo.dll"),
            ("/System/Library/Frameworks/Foo.framework/Versions/A/Foo", "foo.framework"),
            ("libfoo.so.old", "libfoo.so.old"),
        ] {
            assert_eq!(plain_library(given), plain, "{given}");
        }
    }

    #[test]
    fn a_host_is_no_part_of_a_longer_one_but_may_touch_the_next_text() {
        let mut programs = Programs::default();
        programs.add_host("api.example.com", 1);
        programs.add_variable("EXAMPLE_KEY", 2);
        let seen = |bytes: &[u8]| {
            let mut seen = Vec::new();
            programs.marks(bytes, &mut |id, _| seen.push(id));
            seen
        };
        assert_eq!(seen(b"https://api.example.comapplication/json"), [1]);
        assert_eq!(seen(b"my-api.example.com"), [0; 0]);
        assert_eq!(seen(b"api.example.com.evil"), [0; 0]);
        assert_eq!(seen(b"set EXAMPLE_KEYmodel"), [2]);
        assert_eq!(seen(b"MY_EXAMPLE_KEY example_key"), [0; 0]);
    }
}
