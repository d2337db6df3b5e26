//! `daylight.toml`: what to leave out, which region a folder is, what a system
//! is called and who answers for it, what need not be told again. Every field
//! is listed in docs/configuration.md.

use serde::Deserialize;
use toml::Spanned;

use super::source::{Pattern, PolicyError, Source};
use crate::model::id::sha256_hex;
use crate::model::place::Region;

/// A parsed `daylight.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file's name, without its folder.
    pub file: String,
    /// SHA-256 over its bytes, first 16 hex digits.
    pub sha256: String,
    /// The text itself.
    pub text: String,
    /// Globs of what is left out.
    pub exclude: Vec<String>,
    /// Regions of places; the last that matches counts.
    pub regions: Vec<RegionRow>,
    /// Systems that are declared.
    pub systems: Vec<SystemRow>,
    /// Suppressions.
    pub suppress: Vec<SuppressRow>,
}

/// What a place is.
#[derive(Debug, Clone)]
pub struct RegionRow {
    /// Where.
    pub path: Pattern,
    /// What it is.
    pub region: Region,
}

/// What is said of a system.
#[derive(Debug, Clone)]
pub struct SystemRow {
    /// Its root folder, relative to the target; `.` is the target itself.
    pub root: String,
    /// Its name.
    pub name: Option<String>,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// What it is for, in words of the organisation.
    pub purposes: Vec<String>,
    /// Classes of data it works with, in words of the organisation.
    pub data: Vec<String>,
    /// Where its data is processed, in words of the organisation.
    pub regions: Vec<String>,
}

/// What need not be told again.
#[derive(Debug, Clone)]
pub struct SuppressRow {
    /// Id of a signature, component, system or piece of evidence.
    pub id: String,
    /// Where; everywhere if absent.
    pub path: Option<Pattern>,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub approver: String,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub expires: String,
    /// Line in the file.
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    #[serde(default)]
    region: Vec<RawRegion>,
    #[serde(default)]
    system: Vec<RawSystem>,
    #[serde(default)]
    suppress: Vec<RawSuppress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegion {
    path: Spanned<String>,
    region: Region,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSystem {
    root: Spanned<String>,
    name: Option<Spanned<String>>,
    #[serde(default)]
    owners: Vec<Spanned<String>>,
    #[serde(default)]
    purposes: Vec<Spanned<String>>,
    #[serde(default)]
    data: Vec<Spanned<String>>,
    #[serde(default)]
    regions: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSuppress {
    id: Spanned<String>,
    path: Option<Spanned<String>>,
    reason: Spanned<String>,
    approver: Spanned<String>,
    expires: Spanned<String>,
}

impl Config {
    /// Parses a configuration. `file` is how errors name it.
    ///
    /// # Errors
    /// Anything that is not as expected; nothing is taken in part.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let source = Source { file, text };
        let raw: Raw = source.parse()?;
        let mut config = Self {
            file: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            sha256: sha256_hex(text.as_bytes(), 16),
            text: text.to_owned(),
            exclude: Vec::new(),
            regions: Vec::new(),
            systems: Vec::new(),
            suppress: Vec::new(),
        };
        for glob in &raw.exclude {
            config.exclude.push(source.pattern(glob)?.text().to_owned());
        }
        for row in &raw.region {
            config.regions.push(RegionRow { path: source.pattern(&row.path)?, region: row.region });
        }
        for row in &raw.system {
            config.systems.push(row.read(source)?);
        }
        for row in &raw.suppress {
            config.suppress.push(row.read(source)?);
        }
        Ok(config)
    }
}

impl RawSystem {
    fn read(&self, source: Source<'_>) -> Result<SystemRow, PolicyError> {
        let words = |list: &[Spanned<String>], what: &str| -> Result<Vec<String>, PolicyError> {
            list.iter().map(|word| source.said(word, what)).collect()
        };
        let root = self.root.get_ref().trim().trim_end_matches('/');
        let root = root.strip_prefix("./").unwrap_or(root);
        let climbs = root.starts_with('/')
            || root.contains('\\')
            || root.split('/').any(|part| part == ".." || part.is_empty());
        if climbs && root != "." {
            let what = format!(
                "`{}` is no folder of the target: expected one like \"services/chat\", or \".\"",
                self.root.get_ref()
            );
            return Err(source.wrong(self.root.span().start, &what));
        }
        Ok(SystemRow {
            root: root.to_owned(),
            name: self.name.as_ref().map(|name| source.said(name, "a name")).transpose()?,
            owners: words(&self.owners, "a handle")?,
            purposes: words(&self.purposes, "a purpose")?,
            data: words(&self.data, "a class of data")?,
            regions: words(&self.regions, "a region")?,
        })
    }
}

impl RawSuppress {
    fn read(&self, source: Source<'_>) -> Result<SuppressRow, PolicyError> {
        let id = self.id.get_ref().trim();
        if !is_id(id) {
            let what = format!(
                "`{id}` is no id: expected one of a signature (\"openai.api\"), a component \
                 (\"cmp-…\"), a system (\"ais-…\") or a piece of evidence (\"ev-…\")"
            );
            return Err(source.wrong(self.id.span().start, &what));
        }
        Ok(SuppressRow {
            id: id.to_owned(),
            path: self.path.as_ref().map(|path| source.pattern(path)).transpose()?,
            reason: source.said(&self.reason, "a reason")?,
            approver: source.said(&self.approver, "who approved it")?,
            expires: source.date(&self.expires)?,
            line: source.line(self.id.span().start),
        })
    }
}

/// Whether a word has the form of an id that can be suppressed.
#[must_use]
pub fn is_id(word: &str) -> bool {
    let letters = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let made = ["ais-", "cmp-", "ev-"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 8 && letters(rest))
    });
    let named = word.split_once('.').is_some_and(|(family, thing)| {
        [family, thing].iter().all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        })
    });
    made || named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Config::parse("daylight.toml", text).expect_err("malformed").to_string()
    }

    #[test]
    fn everything_that_is_malformed_is_told_with_line_and_column() {
        for (text, says) in [
            ("exclude = [\n", "daylight.toml:"),
            ("exlude = []", "daylight.toml:1:1: unknown field `exlude`, expected"),
            ("exclude = 3", "daylight.toml:1:11: invalid type"),
            (
                "\n[[region]]\npath = \"a\"\nregion = \"tests\"",
                "daylight.toml:4:10: unknown variant",
            ),
            ("[[region]]\nregion = \"test\"", "missing field `path`"),
            ("exclude = [\"a{b\"]", "daylight.toml:1:12: `a{b` is no pattern"),
            ("[[system]]\nroot = \"../x\"", "daylight.toml:2:8: `../x` is no folder"),
            ("[[system]]\nroot = \"a\"\nname = \" \"", "daylight.toml:3:8: empty: expected a name"),
            (
                "[[suppress]]\nid = \"OpenAI\"\nreason = \"r\"\napprover = \"a\"\nexpires = \"2027-01-01\"",
                "daylight.toml:2:6: `OpenAI` is no id",
            ),
            (
                "[[suppress]]\nid = \"a.b\"\nreason = \"r\"\napprover = \"a\"\nexpires = \"soon\"",
                "daylight.toml:5:11: `soon` is no date",
            ),
            (
                "[[suppress]]\nid = \"a.b\"\napprover = \"a\"\nexpires = \"2027-01-01\"",
                "missing field `reason`",
            ),
            (
                "[[suppress]]\nid = \"a.b\"\nreason = \"r\"\nexpires = \"2027-01-01\"",
                "missing field `approver`",
            ),
            (
                "[[suppress]]\nid = \"a.b\"\nreason = \"r\"\napprover = \"a\"",
                "missing field `expires`",
            ),
        ] {
            let said = wrong(text);
            assert!(said.contains(says), "{text}\nsays {said}\nnot  {says}");
        }
    }

    #[test]
    fn ids_have_forms() {
        for id in ["openai.api", "cmp-6x3w846d", "ais-aq6tgn1z", "ev-aq6tgn1zaq6t", "a.b-c"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", "ID", "openai", "cmp-", "ais-AAAAAAAA", "a b.c", ".a", "a.", "a.$x"] {
            assert!(!is_id(id), "{id}");
        }
    }
}
