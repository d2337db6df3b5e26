//! Commits become sightings: who or what took part in them, by the marks that
//! lists give. Knows the shape of a message, not where commits come from.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Matcher;
use super::library::Library;
use crate::model::evidence::{Sighting, Subject};
use crate::model::history::{Commit, Identity};
use crate::model::place::{Place, Region};
use crate::model::text::label;
use crate::model::vocabulary::{Tier, Usage};

/// Where a history stands in a target.
pub const PLACE: &str = ".git";
/// Persons kept per product and month, where they are asked for.
const AUTHORS: usize = 20;

/// What a mark of a list is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A `Co-authored-by` trailer: its name or its address.
    CoAuthor,
    /// The author or committer: the name or the address.
    Author,
    /// The end of the author's or committer's name.
    AuthorEnds,
    /// A trailer's key, with `=` and how its value begins.
    Trailer,
    /// How a line near the end of the message begins, after any sign.
    Line,
    /// How a branch's name begins.
    Branch,
}

/// One mark of a list, `kind:text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is compared with.
    pub kind: MarkKind,
    /// In lower case.
    pub text: String,
}

impl Mark {
    /// The words before the colon.
    pub const KINDS: &'static [(&'static str, MarkKind)] = &[
        ("co-author", MarkKind::CoAuthor),
        ("author", MarkKind::Author),
        ("author-ends", MarkKind::AuthorEnds),
        ("trailer", MarkKind::Trailer),
        ("line", MarkKind::Line),
        ("branch", MarkKind::Branch),
    ];

    /// `kind:text` with a kind that is known.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (word, text) = name.split_once(':')?;
        let (_, kind) = Self::KINDS.iter().find(|(known, _)| *known == word)?;
        (!text.trim().is_empty()).then(|| Self { kind: *kind, text: text.to_lowercase() })
    }

    fn word(&self) -> &'static str {
        let row = Self::KINDS.iter().find(|(_, kind)| *kind == self.kind);
        row.map_or("", |(word, _)| word)
    }

    fn fits(&self, commit: &Said<'_>) -> bool {
        match self.kind {
            MarkKind::CoAuthor => commit.co_authors.iter().any(|one| is_called(one, &self.text)),
            MarkKind::Author => {
                [commit.author, commit.committer].iter().any(|one| is_called(one, &self.text))
            }
            MarkKind::AuthorEnds => [commit.author, commit.committer]
                .iter()
                .any(|one| one.name.to_lowercase().ends_with(&self.text)),
            MarkKind::Trailer => {
                let (key, value) = self.text.split_once('=').unwrap_or((&self.text, ""));
                commit.trailers.iter().any(|(own, said)| own == key && said.starts_with(value))
            }
            MarkKind::Line => commit.lines.iter().any(|line| line.starts_with(&self.text)),
            MarkKind::Branch => false,
        }
    }
}

/// Whether somebody goes by this name or address. Programs of a host of code
/// have an address with their number before their name.
fn is_called(one: &Identity, known: &str) -> bool {
    let mail = one.mail.to_lowercase();
    let hosted = mail
        .strip_suffix("@users.noreply.github.com")
        .map(|local| local.split_once('+').map_or(local, |(_, name)| name));
    one.name.to_lowercase() == known || mail == known || hosted == Some(known)
}

/// What a commit says, in lower case where it is compared.
struct Said<'c> {
    author: &'c Identity,
    committer: &'c Identity,
    co_authors: Vec<Identity>,
    trailers: Vec<(String, String)>,
    lines: Vec<String>,
}

impl<'c> Said<'c> {
    fn of(commit: &'c Commit) -> Self {
        let message = commit.message.replace('\r', "");
        let paragraphs: Vec<&str> =
            message.trim_end().split("\n\n").filter(|part| !part.trim().is_empty()).collect();
        let mut said = Self {
            author: &commit.author,
            committer: &commit.committer,
            co_authors: Vec::new(),
            trailers: Vec::new(),
            lines: Vec::new(),
        };
        // The first paragraph is the subject; what is quoted above the last
        // ones is talked about.
        let ends = paragraphs.iter().skip(1).rev();
        for paragraph in ends.clone().take(2) {
            let bare = |line: &str| {
                line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[').to_lowercase()
            };
            said.lines.extend(paragraph.lines().map(bare));
        }
        for line in ends.take(1).flat_map(|paragraph| paragraph.lines()) {
            let Some((key, value)) = line.split_once(": ") else { continue };
            let key = key.trim().to_lowercase();
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                continue;
            }
            if key == "co-authored-by" {
                said.co_authors.push(Identity::parse(value));
            }
            said.trailers.push((key, value.trim().to_lowercase()));
        }
        said
    }
}

/// What one product did in one month.
#[derive(Debug, Default)]
struct Tally {
    commits: u64,
    marks: BTreeSet<&'static str>,
    tier: Option<Tier>,
    authors: BTreeSet<String>,
}

/// Counts the commits of one history.
#[derive(Debug)]
pub struct Historian<'l> {
    library: &'l Library,
    include_identities: bool,
    /// By signature, and month; branches stand under no month.
    tallies: BTreeMap<(usize, String), Tally>,
}

impl<'l> Historian<'l> {
    /// Counts by the marks of `library`; persons are only kept if asked for.
    #[must_use]
    pub fn new(library: &'l Library, include_identities: bool) -> Self {
        Self { library, include_identities, tallies: BTreeMap::new() }
    }

    /// Takes one commit.
    pub fn commit(&mut self, commit: &Commit) {
        let said = Said::of(commit);
        let index = self.library.index();
        let mut counted = BTreeSet::new();
        for (mark, matcher) in index.marks_of_commits() {
            let Some(matcher) = index.matcher(*matcher).filter(|_| mark.fits(&said)) else {
                continue;
            };
            let tally = self.tallies.entry((matcher.entry, commit.month.clone())).or_default();
            tally.commits += u64::from(counted.insert(matcher.entry));
            tally.note(mark, matcher);
            if self.include_identities && tally.authors.len() < AUTHORS {
                tally.authors.insert(label(&commit.author.name));
            }
        }
    }

    /// Takes the short name of a branch.
    pub fn branch(&mut self, name: &str) {
        let index = self.library.index();
        let name = name.to_lowercase();
        for (mark, matcher) in index.marks_of_commits() {
            let fits = mark.kind == MarkKind::Branch && name.starts_with(&mark.text);
            let Some(matcher) = index.matcher(*matcher).filter(|_| fits) else { continue };
            let tally = self.tallies.entry((matcher.entry, String::new())).or_default();
            tally.commits += 1;
            tally.note(mark, matcher);
        }
    }

    /// A sighting per product and month, and one for its branches.
    #[must_use]
    pub fn finish(self, target: &str) -> Vec<Sighting> {
        let library = self.library;
        let made = self.tallies.into_iter().filter_map(|((entry, month), tally)| {
            let signature = library.entry(entry)?.signature.id.clone();
            let counted = if month.is_empty() { "branches" } else { "commits" };
            let mut captured = BTreeMap::from([
                (counted.to_owned(), tally.commits.to_string()),
                ("marks".to_owned(), tally.marks.into_iter().collect::<Vec<_>>().join(", ")),
            ]);
            if !tally.authors.is_empty() {
                let authors: Vec<String> = tally.authors.into_iter().collect();
                captured.insert("authors".to_owned(), authors.join(", "));
            }
            Some(Sighting {
                place: Place::new(target, PLACE),
                span: None,
                signature,
                subject: Subject::Product,
                technique: crate::model::vocabulary::Technique::Commit,
                value: if month.is_empty() { counted.to_owned() } else { month },
                tier: tally.tier.unwrap_or(Tier::C),
                usage: Usage::Configured,
                region: Region::Product,
                excerpt: String::new(),
                captured,
                capabilities: Vec::new(),
                lifecycle: None,
                grant: None,
            })
        });
        made.collect()
    }
}

impl Tally {
    fn note(&mut self, mark: &Mark, matcher: &Matcher) {
        self.marks.insert(mark.word());
        self.tier = Some(self.tier.map_or(matcher.tier, |known| known.min(matcher.tier)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(mark: &str, commit: &Commit) -> bool {
        Mark::parse(mark).is_some_and(|mark| mark.fits(&Said::of(commit)))
    }

    fn saying(message: &str) -> Commit {
        Commit {
            month: "2026-01".to_owned(),
            author: Identity::parse("Jo (aider) <7+helper[bot]@users.noreply.github.com>"),
            committer: Identity::default(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn only_the_trailers_of_a_message_count() {
        let by = "co-author:tool@acme.example";
        let trailer = "Fix it\n\nBecause.\n\nCo-Authored-By: A Tool 5 <tool@acme.example>\n";
        assert!(fits(by, &saying(trailer)));
        assert!(fits("co-author:A Tool 5", &saying(trailer)));
        let quoted = "Fix\n\nCo-authored-by: A <tool@acme.example>\n\nis what it writes.\n";
        assert!(!fits(by, &saying(quoted)));
        assert!(!fits(by, &saying("Co-authored-by: A <tool@acme.example>")));
        assert!(!fits(by, &saying("Fix\n\nCo-authored-by: A <x-tool@acme.example>")));
    }

    #[test]
    fn programs_are_known_by_name_address_and_the_end_of_a_name() {
        let commit = saying("Fix");
        assert!(fits("author:helper[bot]", &commit));
        assert!(fits("author-ends:(aider)", &commit));
        assert!(!fits("author:helper", &commit));
        assert!(!fits("author-ends:(aide)", &commit));
    }

    #[test]
    fn a_line_counts_near_the_end_and_behind_any_sign() {
        let made = "line:Made with [Tool]";
        let end = "Fix\n\nBody.\n\n\u{1F916} Made with [Tool](https://tool.example)\n\nA: b";
        assert!(fits(made, &saying(end)));
        assert!(fits("trailer:a=b", &saying(end)) && !fits("trailer:a=c", &saying(end)));
        assert!(!fits(made, &saying("Fix\n\nMade with [Tool]\n\nis\n\nwhat it says")));
    }

    #[test]
    fn a_mark_says_what_it_is_compared_with() {
        assert!(Mark::parse("branch:x/").is_some());
        assert!(Mark::parse("trailer:").is_none());
        assert!(Mark::parse("noise:x").is_none());
        assert!(Mark::parse("x").is_none());
    }
}
