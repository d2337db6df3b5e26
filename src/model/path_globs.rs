//! Many globs, asked at once of a path. Most paths hold none of the words that
//! the globs are made of: these are looked for first, in one pass.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::HashMap;
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

/// What every matching path holds. Most globs say how the file's name is or
/// ends: that is asked first, and only of names that fit is more.
#[derive(Debug)]
struct Words {
    /// Whole names: `**/CLAUDE.md`.
    names: HashMap<String, Says>,
    /// Endings of names from a dot on: `**/*.onnx`.
    endings: HashMap<String, Says>,
    /// Words of globs whose name or ending says something.
    worded: Finder,
    /// Words of hidden folders and files, which few paths lead through.
    hidden: Finder,
    /// Words of all others.
    others: Finder,
}

/// What it says of a glob that a name is, or ends, as it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// That its word must stand in the path too.
    Something,
    /// That it matches.
    All,
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
        let (mut names, mut endings) = (HashMap::default(), HashMap::default());
        let (mut worded, mut hidden, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let note = |map: &mut HashMap<String, Says>, text: &str, says| {
            let known = map.entry(text.to_owned()).or_insert(says);
            *known = says.max(*known);
        };
        for glob in globs.iter().map(Glob::glob) {
            let word = || word_of(glob).map(str::to_owned);
            let rest = glob.strip_prefix("**/");
            let last = glob.rsplit('/').next().unwrap_or(glob);
            match (rest.is_some_and(|rest| rest == last), name_or_ending(last)) {
                (true, Some((Part::Name, name))) => note(&mut names, name, Says::All),
                (true, Some((Part::Ending, end))) if last.trim_start_matches('*') == end => {
                    note(&mut endings, end, Says::All);
                }
                (_, Some((part, text))) => {
                    let map = if part == Part::Name { &mut names } else { &mut endings };
                    note(map, text, Says::Something);
                    worded.push(word()?);
                }
                (_, None) => {
                    let word = word()?;
                    let begins = rest.is_some_and(|rest| rest.starts_with(&word));
                    let is_hidden = begins && word.starts_with('.');
                    if is_hidden { &mut hidden } else { &mut others }.push(word);
                }
            }
        }
        let (worded, hidden) = (Finder::of(worded)?, Finder::of(hidden)?);
        Some(Self { names, endings, worded, hidden, others: Finder::of(others)? })
    }

    fn stand_in(&self, path: &str) -> bool {
        let name = name_of(path);
        let ends = memchr::memchr_iter(b'.', name.as_bytes())
            .filter_map(|dot| self.endings.get(&name[dot..]));
        match ends.chain(self.names.get(name)).max() {
            Some(Says::All) => return true,
            Some(Says::Something) if self.worded.finds(path) => return true,
            _ => {}
        }
        self.others.finds(path) || (is_hidden(path) && self.hidden.finds(path))
    }
}

/// What the last segment of a glob says of a name.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Name,
    Ending,
}

/// The name that the last segment of a glob asks for, or how it ends from a dot on.
fn name_or_ending(last: &str) -> Option<(Part, &str)> {
    const SIGNS: [char; 9] = ['*', '?', '[', ']', '{', '}', ',', '\\', '!'];
    match last.rfind(SIGNS) {
        None => Some((Part::Name, last)),
        Some(at) => {
            let end = last.get(at + 1..)?;
            Some((Part::Ending, end.get(end.find('.')?..)?))
        }
    }
}

/// Whether a path leads through a hidden folder or to a hidden file.
fn is_hidden(path: &str) -> bool {
    path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some()
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
    // A class may hold its own end first: `[]abc]`.
    if glob.contains('\\') || ["[]", "[!]", "[^]"].iter().any(|odd| glob.contains(odd)) {
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
        } else if sign == '[' {
            return None;
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
            ("**/[]abc].md", None),
            ("**/{x[}]longer,y}", None),
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
        "a/serve/x.yaml",
        "a/my-serve.yaml",
        "x.yaml",
        "a/b/installed",
        "db/installed",
        "vision/model/x",
        "packages.a.config",
        "a.config",
    ];

    #[test]
    fn words_change_no_answer() {
        let texts = [
            "**/CLAUDE.md",
            "**/.cursor/rules/**",
            "**/*.onnx",
            "**/agents/**/*.md",
            "**/{Gemfile,Podfile}.lock",
            "**/*serve*.yaml",
            "**/db/installed",
            "**/vision/**",
            "**/packages.*.config",
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
