//! Lists: long tails of names, one a line, each pointing at a signature, at a
//! product of another list, or at a family. Tab-separated; lines that begin with
//! `#` are comments, and `# block: ...` among them says what the list holds.
//!
//! Knows the spelling of a list, not what its targets are.

use std::borrow::Cow;

use thiserror::Error;

use super::history::Mark;
use crate::model::fact::{Ecosystem, RecordKind};
use crate::model::vocabulary::{Technique, Tier};

/// What the names of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKind {
    /// Packages of an ecosystem.
    Package(Ecosystem),
    /// Hosts.
    Host,
    /// Environment variables.
    Env,
    /// Models' identifiers.
    Model,
    /// Container images.
    Image,
    /// Globs of files.
    File,
    /// Names and ids of what exports of consoles and logs tell of.
    Record(RecordKind),
    /// Types of infrastructure, with the kind that decides behind a `#`.
    Resource,
    /// Actions and roles that are granted.
    Permission,
    /// Products that other lists point at.
    Product,
    /// Names of packages that look like AI and are not.
    NotPackage(Ecosystem),
    /// Words that look like AI and are not, whatever they name.
    NotWord,
    /// Hosts that AI is reached at, and much else: they say nothing.
    NotHost,
    /// Environment variables that AI products read, and others too.
    NotEnv,
    /// Images that look like AI and are not, or are no repository at all.
    NotImage,
    /// Identifiers that name no model.
    NotModel,
    /// Published identifiers of models that signatures must recognise: tests.
    SeenModel,
    /// Marks that products leave in commits and branches.
    Commit,
    /// Words before a slash that say where a model is reached, not who made it.
    Route,
}

impl ListKind {
    /// As `# block:` says it.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (kind, rest) = (words.next()?, words.next());
        let ecosystem = || -> Option<Ecosystem> {
            serde_json::from_value(serde_json::Value::String(rest?.to_owned())).ok()
        };
        Some(match kind {
            "package" => Self::Package(ecosystem()?),
            "not-package" => Self::NotPackage(ecosystem()?),
            "host" => Self::Host,
            "env" => Self::Env,
            "model" => Self::Model,
            "image" => Self::Image,
            "file" => Self::File,
            "app" => Self::Record(RecordKind::App),
            "licence" => Self::Record(RecordKind::Licence),
            "extension" => Self::Record(RecordKind::Extension),
            "program" => Self::Record(RecordKind::Program),
            "service" => Self::Record(RecordKind::Service),
            "traffic" => Self::Record(RecordKind::Host),
            "resource" => Self::Resource,
            "permission" => Self::Permission,
            "product" => Self::Product,
            "not-word" => Self::NotWord,
            "not-host" => Self::NotHost,
            "not-env" => Self::NotEnv,
            "not-image" => Self::NotImage,
            "not-model" => Self::NotModel,
            "seen-model" => Self::SeenModel,
            "route" => Self::Route,
            "commit" => Self::Commit,
            _ => return None,
        })
    }

    /// As `# block:` says it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Package(ecosystem) => format!("package {}", ecosystem.purl_type()),
            Self::NotPackage(ecosystem) => format!("not-package {}", ecosystem.purl_type()),
            Self::Host => "host".to_owned(),
            Self::Env => "env".to_owned(),
            Self::Model => "model".to_owned(),
            Self::Image => "image".to_owned(),
            Self::File => "file".to_owned(),
            Self::Record(kind) => technique_of(kind).word().to_owned(),
            Self::Resource => "resource".to_owned(),
            Self::Permission => "permission".to_owned(),
            Self::Product => "product".to_owned(),
            Self::NotWord => "not-word".to_owned(),
            Self::NotHost => "not-host".to_owned(),
            Self::NotEnv => "not-env".to_owned(),
            Self::NotImage => "not-image".to_owned(),
            Self::NotModel => "not-model".to_owned(),
            Self::SeenModel => "seen-model".to_owned(),
            Self::Route => "route".to_owned(),
            Self::Commit => "commit".to_owned(),
        }
    }

    /// Whether its names are refused, each with a reason.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::NotPackage(_)
                | Self::NotWord
                | Self::NotHost
                | Self::NotEnv
                | Self::NotImage
                | Self::NotModel
        )
    }

    /// Whether a scan has no use for it: it only proves or explains.
    #[must_use]
    pub fn is_for_proof(self) -> bool {
        self == Self::SeenModel || (self.is_refusal() && !matches!(self, Self::NotPackage(_)))
    }

    /// Whether each of its names points at a product, with a tier.
    #[must_use]
    pub fn has_tier(self) -> bool {
        !self.is_refusal() && !matches!(self, Self::Product | Self::Route | Self::SeenModel)
    }

    /// Its columns, and how many of them must be filled.
    #[must_use]
    pub fn columns(self) -> (&'static [&'static str], usize) {
        match self {
            Self::Product => (&["id", "family", "name", "vendor", "country"], 4),
            _ if self.is_refusal() => (&["name", "reason"], 2),
            Self::SeenModel => (&["name", "target"], 2),
            Self::Route => (&["name"], 1),
            _ => (&["name", "target", "tier", "basis"], 3),
        }
    }
}

/// A list as it is written, with what its head says.
#[derive(Debug, Clone)]
pub struct List {
    /// File it came from, relative to its pack.
    pub path: String,
    /// What its names are.
    pub kind: ListKind,
    text: Cow<'static, str>,
}

/// One line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'l> {
    /// Line, from 1.
    pub line: u32,
    /// The name, or the product's id.
    pub name: &'l str,
    fields: [&'l str; 4],
}

impl<'l> Row<'l> {
    /// All fields, in the order of the columns.
    #[must_use]
    pub fn all(&self) -> [&'l str; 5] {
        let [a, b, c, d] = self.fields;
        [self.name, a, b, c, d]
    }

    /// What it points at: a signature, a product or a family; the family of a
    /// product.
    #[must_use]
    pub fn target(&self) -> &'l str {
        self.fields[0]
    }

    /// Strength of one match.
    #[must_use]
    pub fn tier(&self) -> Tier {
        tier_of(self.fields[1]).unwrap_or(Tier::C)
    }

    /// How the name is known: empty for a confirmed one, `known` for one that is
    /// still to be confirmed.
    #[must_use]
    pub fn basis(&self) -> &'l str {
        self.fields[2]
    }

    /// Whether the name is still to be confirmed.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.basis() == "known"
    }

    /// Why a look-alike is none.
    #[must_use]
    pub fn reason(&self) -> &'l str {
        self.fields[0]
    }

    /// A product's name for people.
    #[must_use]
    pub fn title(&self) -> &'l str {
        self.fields[1]
    }

    /// A product's vendor.
    #[must_use]
    pub fn vendor(&self) -> &'l str {
        self.fields[2]
    }

    /// Seat of a product's vendor, if it is known.
    #[must_use]
    pub fn country(&self) -> Option<&'l str> {
        Some(self.fields[3]).filter(|country| !country.is_empty())
    }
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{path}`:{line}:{column}: {what}")]
pub struct ListError {
    /// Which file.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// What is wrong, and what was expected.
    pub what: String,
}

impl List {
    /// Reads the head of a list and checks every line.
    ///
    /// # Errors
    /// The head is missing, or a line has too few or too many fields, or a field
    /// that its column does not allow.
    pub fn parse(path: &str, text: Cow<'static, str>) -> Result<Self, ListError> {
        let kind = head(path, &text)?;
        let list = Self { path: path.to_owned(), kind, text };
        let (columns, needed) = kind.columns();
        for (line, content) in list.lines() {
            check_line(kind, content, columns, needed).map_err(|(column, what)| ListError {
                path: list.path.clone(),
                line,
                column,
                what,
            })?;
        }
        Ok(list)
    }

    /// A list that is known to be right.
    ///
    /// # Errors
    /// Its head is missing.
    pub fn trusted(path: &str, text: &'static str) -> Result<Self, ListError> {
        let kind = head(path, text)?;
        Ok(Self { path: path.to_owned(), kind, text: Cow::Borrowed(text) })
    }

    /// Its lines that are no comments, counted from 1.
    fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..).zip(self.text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.is_empty())
    }

    /// Its rows, in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.lines().map(|(line, content)| {
            let mut fields = content.split('\t');
            let name = fields.next().unwrap_or_default();
            let mut next = || fields.next().unwrap_or_default();
            Row { line, name, fields: [next(), next(), next(), next()] }
        })
    }
}

fn tier_of(text: &str) -> Option<Tier> {
    Tier::ALL.iter().copied().find(|tier| tier.word() == text)
}

/// What the comment `# block: ...` says.
fn head(path: &str, text: &str) -> Result<ListKind, ListError> {
    let error = |line: u32, column: u32, what: String| ListError {
        path: path.to_owned(),
        line,
        column,
        what,
    };
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(block) = content.strip_prefix("# block:") {
            return ListKind::parse(block).ok_or_else(|| {
                let what = format!(
                    "`{}` is no block: expected `package ECOSYSTEM`, `host`, `env`, `model`, \
                     `image`, `file`, `resource`, `permission`, `app`, `licence`, `extension`, \
                     `program`, `service`, `traffic`, `product`, `route`, `commit`, \
                     `seen-model`, `not-package ECOSYSTEM`, \
                     `not-host`, `not-env`, `not-image`, `not-model` or `not-word`",
                    block.trim()
                );
                error(line, 10, what)
            });
        }
        if !content.starts_with('#') && !content.is_empty() {
            return Err(error(line, 1, "expected `# block: ...` before the first name".to_owned()));
        }
    }
    Err(error(1, 1, "expected `# block: ...`, and names".to_owned()))
}

/// What is wrong with a line: column and words.
fn check_line(
    kind: ListKind,
    content: &str,
    columns: &[&str],
    needed: usize,
) -> Result<(), (u32, String)> {
    let mut column = 1;
    let mut seen = 0;
    for (at, field) in content.split('\t').enumerate() {
        let Some(name) = columns.get(at) else {
            let expected = columns.join(", ");
            return Err((column, format!("one field too many: expected {expected}")));
        };
        let wrong = match *name {
            _ if field != field.trim() => Some("no blanks around it".to_owned()),
            _ if at < needed && field.is_empty() => Some(format!("a {name}")),
            "tier" if tier_of(field).is_none() => Some("a tier: A, B or C".to_owned()),
            "basis" if !["", "known"].contains(&field) => {
                Some("nothing, or `known` for a name still to be confirmed".to_owned())
            }
            "country" if !is_country(field) => Some("ISO 3166-1 alpha-2, or nothing".to_owned()),
            "name" if kind == ListKind::Commit && Mark::parse(field).is_none() => {
                let kinds: Vec<&str> = Mark::KINDS.iter().map(|(word, _)| *word).collect();
                Some(format!("KIND:TEXT, with one of {} before the colon", kinds.join(", ")))
            }
            "name" if !has_blanks(kind) && field.contains(' ') && at == 0 => {
                Some("a name without blanks".to_owned())
            }
            _ => None,
        };
        if let Some(expected) = wrong {
            return Err((column, format!("`{field}`: expected {expected}")));
        }
        seen = at + 1;
        column += u32::try_from(field.chars().count()).unwrap_or(u32::MAX - column - 1) + 1;
    }
    if seen < needed {
        let missing = columns.get(seen).copied().unwrap_or_default();
        return Err((column, format!("expected a further field: {missing}")));
    }
    Ok(())
}

/// Whether names of this kind may hold blanks: words, titles of roles and apps.
fn has_blanks(kind: ListKind) -> bool {
    matches!(
        kind,
        ListKind::NotWord | ListKind::Permission | ListKind::Commit | ListKind::Record(_)
    )
}

/// The kind of match that a record of this kind makes.
#[must_use]
pub fn technique_of(kind: RecordKind) -> Technique {
    match kind {
        RecordKind::App => Technique::App,
        RecordKind::Licence => Technique::Licence,
        RecordKind::Extension => Technique::Extension,
        RecordKind::Program => Technique::Program,
        RecordKind::Service => Technique::Service,
        RecordKind::Host => Technique::Traffic,
    }
}

fn is_country(text: &str) -> bool {
    text.is_empty() || (text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()))
}

/// The part of an id that a name gives: lower case, runs of anything but
/// letters and digits become one `-`.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &'static str) -> (u32, u32, String) {
        let error = List::parse("x.tsv", Cow::Borrowed(text)).expect_err("is wrong");
        (error.line, error.column, error.what)
    }

    #[test]
    fn a_list_says_what_its_names_are() {
        let text = "# Names\n# block: package npm\n\n@a/b\tx.y\tA\nc\tfamily\tB\tknown\n";
        let list = List::parse("x.tsv", Cow::Borrowed(text)).expect("a list");
        assert_eq!(list.kind, ListKind::Package(Ecosystem::Npm));
        let rows: Vec<Row<'_>> = list.rows().collect();
        assert_eq!((rows[0].line, rows[0].name, rows[0].target()), (4, "@a/b", "x.y"));
        assert_eq!((rows[1].tier(), rows[1].is_unconfirmed()), (Tier::B, true));
        assert_eq!((rows[0].tier(), rows[0].is_unconfirmed()), (Tier::A, false));
    }

    #[test]
    fn a_mistake_is_told_with_line_column_and_what_was_expected() {
        let (line, column, what) = told("# block: host\na.example\tx.y\tD\n");
        assert_eq!((line, column), (2, 15));
        assert!(what.contains("A, B or C"), "{what}");
        let (line, column, what) = told("# block: host\n\na.example\tx.y\n");
        assert_eq!((line, column), (3, 15));
        assert!(what.contains("tier"), "{what}");
        assert!(told("# block: cheese\n").2.contains("expected `package ECOSYSTEM`"));
        assert!(told("# block: package cheese\n").2.contains("no block"));
        assert!(told("a\tb\tA\n").2.contains("# block"));
        assert!(told("# block: env\na\tb\tA\t\tx\n").2.contains("too many"));
        assert!(told("# block: env\na b\tb\tA\n").2.contains("without blanks"));
        assert!(told("# block: product\na.b\tf\tN\tV\tusa\n").2.contains("ISO"));
    }

    #[test]
    fn a_slug_is_part_of_an_id() {
        assert_eq!(slug("@scope/Name_x"), "scope-name-x");
        assert_eq!(slug("github.com/a/b.go/"), "github-com-a-b-go");
    }
}
