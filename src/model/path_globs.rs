//! Many globs, asked at once of a path. Most paths hold none of the words that
//! the globs are made of: these are looked for first, in one pass.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::HashSet;
use globset::{Glob, GlobSet, GlobSetBuilder};

use super::place::name_of;

/// From so many paths on, words are looked for with the faster automaton.
const MANY_PATHS: u32 = 2000;

/// Shorter words stand in too many paths to be worth looking for.
const SHORTEST_WORD: usize = 3;

/// Globs over relative paths, compiled when the first path is asked: a scan that
/// meets no file needs none.
#[derive(Debug, Default)]
pub struct PathGlobs {
    globs: Vec<Glob>,
    compiled: OnceLock<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    /// Sets of neighbouring globs, each with the position of its first.
    sets: Vec<(usize, GlobSet)>,
    /// `None` where some glob has no word, and every path is asked.
    words: Option<Words>,
}

/// What every matching path holds, by the shape of the glob: most are names and
/// endings, which need no search.
#[derive(Debug)]
struct Words {
    /// Whole names: `**/CLAUDE.md`.
    names: HashSet<String>,
    /// Endings of names from a dot on: `**/*.onnx`.
    endings: HashSet<String>,
    /// Words of hidden folders and files, which few paths lead through.
    hidden: Finder,
    /// Words of all others.
    others: Finder,
}

/// Looks for words in paths.
#[derive(Debug)]
struct Finder {
    texts: Vec<String>,
    /// Soon built.
    first: AhoCorasick,
    /// How many paths were asked.
    asked: AtomicU32,
    /// Five times as fast, and built once there are paths enough to pay for it;
    /// `None` if there are too many words.
    many: OnceLock<Option<AhoCorasick>>,
}

impl PathGlobs {
    /// Takes globs; what matches is told by their positions.
    #[must_use]
    pub fn new(globs: Vec<Glob>) -> Self {
        Self { globs, compiled: OnceLock::new() }
    }

    /// The positions of the globs that match, ascending.
    #[must_use]
    pub fn matches(&self, path: &str) -> Vec<usize> {
        let compiled = self.compiled();
        if !compiled.may_match(path) {
            return Vec::new();
        }
        let of = |(first, set): &(usize, GlobSet)| {
            let first = *first;
            set.matches(path).into_iter().map(move |at| first + at)
        };
        compiled.sets.iter().flat_map(of).collect()
    }

    /// Whether one matches.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        let compiled = self.compiled();
        compiled.may_match(path) && compiled.sets.iter().any(|(_, set)| set.is_match(path))
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let mut sets = Vec::new();
            sets_of(&self.globs, 0, &mut sets);
            Compiled { sets, words: Words::of(&self.globs) }
        })
    }
}

impl Compiled {
    fn may_match(&self, path: &str) -> bool {
        self.words.as_ref().is_none_or(|words| words.stand_in(path))
    }
}

impl Words {
    fn of(globs: &[Glob]) -> Option<Self> {
        let (mut names, mut endings) = (HashSet::default(), HashSet::default());
        let (mut hidden, mut others) = (Vec::new(), Vec::new());
        for glob in globs.iter().map(Glob::glob) {
            let name =
                glob.strip_prefix("**/").filter(|name| is_plain(name.trim_start_matches('*')));
            match name {
                Some(name) if is_plain(name) => names.insert(name.to_owned()),
                Some(name) if name.starts_with("*.") => endings.insert(name[1..].to_owned()),
                _ => {
                    let word = word_of(glob)?;
                    let begins =
                        glob.strip_prefix("**/").is_some_and(|rest| rest.starts_with(word));
                    let texts =
                        if begins && word.starts_with('.') { &mut hidden } else { &mut others };
                    texts.push(word.to_owned());
                    true
                }
            };
        }
        Some(Self { names, endings, hidden: Finder::of(hidden)?, others: Finder::of(others)? })
    }

    fn stand_in(&self, path: &str) -> bool {
        let name = name_of(path);
        self.names.contains(name)
            || memchr::memchr_iter(b'.', name.as_bytes())
                .any(|dot| self.endings.contains(&name[dot..]))
            || self.others.finds(path)
            || (is_hidden(path) && self.hidden.finds(path))
    }
}

/// Whether a path leads through a hidden folder or to a hidden file.
fn is_hidden(path: &str) -> bool {
    path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some()
}

/// Whether a part of a glob means itself and is one segment.
fn is_plain(part: &str) -> bool {
    !part.contains(['*', '?', '[', ']', '{', '}', ',', '\\', '/', '!'])
}

impl Finder {
    /// `None` if there are too many words to look for: then all paths are asked.
    fn of(mut texts: Vec<String>) -> Option<Self> {
        texts.sort_unstable();
        texts.dedup();
        let first = automaton(AhoCorasickKind::ContiguousNFA, &texts)?;
        Some(Self { texts, first, asked: AtomicU32::new(0), many: OnceLock::new() })
    }

    fn finds(&self, path: &str) -> bool {
        if self.asked.load(Relaxed) < MANY_PATHS {
            self.asked.fetch_add(1, Relaxed);
            return self.first.is_match(path);
        }
        let many = self.many.get_or_init(|| automaton(AhoCorasickKind::DFA, &self.texts));
        many.as_ref().unwrap_or(&self.first).is_match(path)
    }
}

fn automaton(kind: AhoCorasickKind, words: &[String]) -> Option<AhoCorasick> {
    AhoCorasick::builder().kind(Some(kind)).build(words).ok()
}

/// One set of all globs; several where they are too large together.
fn sets_of(globs: &[Glob], first: usize, sets: &mut Vec<(usize, GlobSet)>) {
    let mut together = GlobSetBuilder::new();
    for glob in globs {
        together.add(glob.clone());
    }
    match together.build() {
        Ok(set) => sets.push((first, set)),
        Err(_) if globs.len() > 1 => {
            let (before, behind) = globs.split_at(globs.len() / 2);
            sets_of(before, first, sets);
            sets_of(behind, first + before.len(), sets);
        }
        // No glob is longer than compiles: `signature::index` sees to that.
        Err(_) => {}
    }
}

/// The longest run of a glob that means itself, if it is worth looking for.
fn word_of(glob: &str) -> Option<&str> {
    if glob.contains('\\') {
        return None;
    }
    let mut longest = "";
    let (mut depth, mut start) = (0usize, 0usize);
    for (at, sign) in glob.char_indices() {
        if !matches!(sign, '*' | '?' | '[' | ']' | '{' | '}' | ',') {
            continue;
        }
        if depth == 0 {
            longest = longer(longest, run(glob, start, at));
        }
        match sign {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        start = at + 1;
    }
    if depth == 0 {
        longest = longer(longest, run(glob, start, glob.len()));
    }
    (longest.len() >= SHORTEST_WORD).then_some(longest)
}

/// `**/` matches no folder as well, and then its slash is not there.
fn run(glob: &str, start: usize, end: usize) -> &str {
    let text = glob.get(start..end).unwrap_or_default();
    if glob.get(..start).is_some_and(|before| before.ends_with("**")) {
        text.strip_prefix('/').unwrap_or(text)
    } else {
        text
    }
}

fn longer<'t>(one: &'t str, other: &'t str) -> &'t str {
    if other.len() > one.len() { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::GlobBuilder;

    #[test]
    fn the_word_of_a_glob_stands_in_every_path_that_it_matches() {
        for (glob, word) in [
            ("**/CLAUDE.md", Some("CLAUDE.md")),
            ("**/.cursor/rules/**", Some(".cursor/rules/")),
            ("**/*.onnx", Some(".onnx")),
            ("**/docker-compose*.y{a,}ml", Some("docker-compose")),
            ("**/{Gemfile,Podfile}.lock", Some(".lock")),
            ("**/[mM]odelfile", Some("odelfile")),
            ("**/{alpha,beta}", None),
            ("**/*.md", Some(".md")),
            ("**/a/**/b", None),
            ("a\\*b", None),
        ] {
            assert_eq!(word_of(glob), word, "{glob}");
        }
    }

    const PATHS: &[&str] = &[
        "CLAUDE.md",
        "a/CLAUDE.md",
        "a/claude.md",
        ".cursor/rules/x/y",
        ".cursor/rules",
        "x.onnx",
        ".onnx",
        "a.b.onnx",
        "x.onnx.md",
        "agents/a.md",
        "x/agents/b/c/a.md",
        "Podfile.lock",
        "src/main.rs",
    ];

    #[test]
    fn words_change_no_answer() {
        let texts = [
            "**/CLAUDE.md",
            "**/.cursor/rules/**",
            "**/*.onnx",
            "**/agents/**/*.md",
            "**/{Gemfile,Podfile}.lock",
        ];
        let compiled = |text: &&str| GlobBuilder::new(text).literal_separator(true).build();
        let globs: Vec<Glob> = texts.iter().map(|text| compiled(text).expect("glob")).collect();
        let ours = PathGlobs::new(globs.clone());
        assert!(ours.compiled().words.is_some());
        let mut plain = GlobSetBuilder::new();
        for glob in &globs {
            plain.add(glob.clone());
        }
        let plain = plain.build().expect("globs");
        for round in [0, MANY_PATHS] {
            let words = ours.compiled().words.as_ref().expect("words");
            let others = &words.others;
            others.asked.store(round, Relaxed);
            for path in PATHS {
                assert_eq!(ours.matches(path), plain.matches(path), "{path}");
                assert_eq!(ours.is_match(path), plain.is_match(path), "{path}");
            }
            assert_eq!(others.many.get().is_some(), round > 0);
        }
    }

    #[test]
    fn no_globs_match_nothing() {
        assert!(!PathGlobs::default().is_match("a"));
    }
}
