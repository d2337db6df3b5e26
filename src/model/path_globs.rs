//! Many globs, asked at once of a path. Most paths hold none of the words that
//! the globs are made of: these are looked for first, in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use globset::{Glob, GlobSet, GlobSetBuilder};

/// Shorter words stand in too many paths to be worth looking for.
const SHORTEST_WORD: usize = 3;

/// Globs over relative paths, compiled.
#[derive(Debug, Default)]
pub struct PathGlobs {
    set: GlobSet,
    /// A word of each glob, one of which every matching path holds; `None`
    /// where some glob has none, and every path is asked.
    words: Option<AhoCorasick>,
}

impl PathGlobs {
    /// Compiles globs; what matches is told by their positions.
    ///
    /// # Errors
    /// They do not compile together.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g Glob>) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        let mut words = Some(Vec::new());
        for glob in globs {
            match (&mut words, word_of(glob.glob())) {
                (Some(words), Some(word)) => words.push(word.to_owned()),
                _ => words = None,
            }
            set.add(glob.clone());
        }
        let words = words.map(|mut words: Vec<String>| {
            words.sort_unstable();
            words.dedup();
            words
        });
        // Too many words to look for is no mistake: all paths are asked then.
        let words = words.and_then(|words| {
            AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(words).ok()
        });
        Ok(Self { set: set.build()?, words })
    }

    /// The positions of the globs that match, ascending.
    #[must_use]
    pub fn matches(&self, path: &str) -> Vec<usize> {
        if self.may_match(path) { self.set.matches(path) } else { Vec::new() }
    }

    /// Whether one matches.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.may_match(path) && self.set.is_match(path)
    }

    fn may_match(&self, path: &str) -> bool {
        self.words.as_ref().is_none_or(|words| words.is_match(path))
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
        let ours = PathGlobs::new(&globs).expect("globs");
        assert!(ours.words.is_some());
        let mut plain = GlobSetBuilder::new();
        for glob in &globs {
            plain.add(glob.clone());
        }
        let plain = plain.build().expect("globs");
        for path in [
            "CLAUDE.md",
            "a/CLAUDE.md",
            "a/claude.md",
            ".cursor/rules/x/y",
            ".cursor/rules",
            "x.onnx",
            "agents/a.md",
            "x/agents/b/c/a.md",
            "Podfile.lock",
            "src/main.rs",
        ] {
            assert_eq!(ours.matches(path), plain.matches(path), "{path}");
            assert_eq!(ours.is_match(path), plain.is_match(path), "{path}");
        }
    }

    #[test]
    fn no_globs_match_nothing() {
        assert!(!PathGlobs::new(&[]).expect("globs").is_match("a"));
    }
}
