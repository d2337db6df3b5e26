//! `approved-ai.toml`: the providers, models, tools and assistants that an
//! organisation approves or denies, under which conditions, until when, and
//! who answers for that. What is in use and stands in no entry is what makes
//! shadow AI visible. Every field is listed in docs/configuration.md.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use toml::Spanned;

use super::config::SystemRow;
use super::source::{PolicyError, Source};
use crate::model::component::Component;
use crate::model::id::sha256_hex;
use crate::model::inventory::Inventory;
use crate::model::place::Region;
use crate::model::policy::{Approval, ApprovalStatus};
use crate::model::system::AiSystem;
use crate::model::vocabulary::Role;

/// A parsed `approved-ai.toml`.
#[derive(Debug, Clone)]
pub struct ApprovedList {
    /// The file's name, without its folder.
    pub file: String,
    /// SHA-256 over its bytes, first 16 hex digits.
    pub sha256: String,
    /// The text itself.
    pub text: String,
    approved: Vec<Entry>,
    denied: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    about: Vec<(What, GlobMatcher)>,
    reason: String,
    owner: String,
    expires: Option<String>,
    conditions: Conditions,
    line: u32,
}

/// Which of a component's names an entry speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Provider,
    Model,
    Tool,
    Assistant,
}

/// What must hold where an approved thing is used. Words are the organisation's.
#[derive(Debug, Clone, Default)]
struct Conditions {
    hosts: Vec<GlobMatcher>,
    regions: Vec<String>,
    purposes: Vec<String>,
    data: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    approved: Vec<Spanned<RawEntry>>,
    #[serde(default)]
    denied: Vec<Spanned<RawDenial>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    provider: Option<Spanned<String>>,
    model: Option<Spanned<String>>,
    tool: Option<Spanned<String>>,
    assistant: Option<Spanned<String>>,
    reason: Spanned<String>,
    owner: Spanned<String>,
    expires: Spanned<String>,
    #[serde(default)]
    when: RawConditions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDenial {
    provider: Option<Spanned<String>>,
    model: Option<Spanned<String>>,
    tool: Option<Spanned<String>>,
    assistant: Option<Spanned<String>>,
    reason: Spanned<String>,
    owner: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawConditions {
    hosts: Vec<Spanned<String>>,
    regions: Vec<Spanned<String>>,
    purposes: Vec<Spanned<String>>,
    data: Vec<Spanned<String>>,
}

impl ApprovedList {
    /// Parses a list. `file` is how errors name it.
    ///
    /// # Errors
    /// Anything that is not as expected; nothing is taken in part.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let source = Source { file, text };
        let raw: Raw = source.parse()?;
        let mut approved = Vec::new();
        for row in &raw.approved {
            let at = row.span().start;
            let row = row.get_ref();
            let names = [&row.provider, &row.model, &row.tool, &row.assistant];
            approved.push(Entry {
                about: about(source, names, at)?,
                reason: source.said(&row.reason, "a reason")?,
                owner: source.said(&row.owner, "who answers for it")?,
                expires: Some(source.date(&row.expires)?),
                conditions: row.when.read(source)?,
                line: source.line(at),
            });
        }
        let mut denied = Vec::new();
        for row in &raw.denied {
            let at = row.span().start;
            let row = row.get_ref();
            let names = [&row.provider, &row.model, &row.tool, &row.assistant];
            denied.push(Entry {
                about: about(source, names, at)?,
                reason: source.said(&row.reason, "a reason")?,
                owner: source.said(&row.owner, "who answers for it")?,
                expires: None,
                conditions: Conditions::default(),
                line: source.line(at),
            });
        }
        Ok(Self {
            file: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            sha256: sha256_hex(text.as_bytes(), 16),
            text: text.to_owned(),
            approved,
            denied,
        })
    }

    /// What the list says of every system and component of a saved document,
    /// sorted by id. What a configuration says of systems is not known there,
    /// so conditions on it stay open.
    #[must_use]
    pub fn approvals(&self, inventory: &Inventory) -> Vec<Approval> {
        self.judge(inventory, &BTreeMap::new())
    }

    /// What the list says of every system and component, sorted by id. `said`
    /// is what configurations say of systems, by id.
    pub(super) fn judge(
        &self,
        inventory: &Inventory,
        said: &BTreeMap<&str, &SystemRow>,
    ) -> Vec<Approval> {
        let components: BTreeMap<&str, &Component> =
            inventory.components.iter().map(|c| (c.id.as_str(), c)).collect();
        let mut worst: BTreeMap<&str, Approval> = BTreeMap::new();
        for system in &inventory.systems {
            let row = said.get(system.id.as_str()).copied();
            let product = matches!(system.region, Region::Product | Region::Generated);
            for used in &system.components {
                let Some(component) = components.get(used.component.as_str()) else { continue };
                let approval = self.component(component, Some(system), row, &inventory.as_of);
                // what only tests use says nothing about a product
                let counts = !product || matches!(used.region, Region::Product | Region::Generated);
                if counts {
                    let of_system = Approval { subject: system.id.clone(), ..approval.clone() };
                    keep_worse(&mut worst, &system.id, of_system);
                }
                keep_worse(&mut worst, &component.id, approval);
            }
        }
        for component in &inventory.components {
            if !worst.contains_key(component.id.as_str()) {
                let approval = self.component(component, None, None, &inventory.as_of);
                worst.insert(&component.id, approval);
            }
        }
        worst.into_values().collect()
    }

    fn component(
        &self,
        component: &Component,
        system: Option<&AiSystem>,
        said: Option<&SystemRow>,
        as_of: &str,
    ) -> Approval {
        if let Some(entry) = self.denied.iter().find(|entry| entry.is_about(component)) {
            return entry.approval(component, ApprovalStatus::Denied);
        }
        let mut expired = Vec::new();
        let mut best: Option<Approval> = None;
        for entry in self.approved.iter().filter(|entry| entry.is_about(component)) {
            if let Some(last) = entry.expires.as_deref().filter(|last| *last < as_of) {
                expired.push(format!("the approval in line {} expired on {last}", entry.line));
                continue;
            }
            let (broken, open) = entry.conditions.hold(component, system, said);
            let status = if broken.is_empty() {
                ApprovalStatus::Approved
            } else {
                ApprovalStatus::ConditionBroken
            };
            let approval = Approval { broken, open, ..entry.approval(component, status) };
            let better = best.as_ref().is_none_or(|known| {
                (approval.status, approval.open.len()) < (known.status, known.open.len())
            });
            if better {
                best = Some(approval);
            }
        }
        best.unwrap_or_else(|| Approval {
            subject: component.id.clone(),
            status: ApprovalStatus::Unapproved,
            reason: String::new(),
            owner: None,
            expires: None,
            line: None,
            broken: expired,
            open: Vec::new(),
        })
    }
}

/// The worst that is said of a thing in any place is what is said of it.
fn keep_worse<'i>(worst: &mut BTreeMap<&'i str, Approval>, id: &'i str, approval: Approval) {
    let rank = |approval: &Approval| (approval.status, approval.open.len());
    match worst.get(id) {
        Some(known) if rank(known) >= rank(&approval) => {}
        _ => {
            worst.insert(id, approval);
        }
    }
}

impl Entry {
    /// Every name that the entry gives must fit.
    fn is_about(&self, component: &Component) -> bool {
        self.about.iter().all(|(what, name)| {
            let kind = component.kind;
            let by_name = name.is_match(&component.name) || name.is_match(&component.signature);
            match what {
                What::Provider => name.is_match(&component.provider),
                What::Model => matches!(kind, Role::Model | Role::ModelArtifact) && by_name,
                What::Assistant => {
                    matches!(kind, Role::CodingAssistant | Role::AppBuilder) && by_name
                }
                What::Tool => by_name,
            }
        })
    }

    fn approval(&self, component: &Component, status: ApprovalStatus) -> Approval {
        Approval {
            subject: component.id.clone(),
            status,
            reason: self.reason.clone(),
            owner: Some(self.owner.clone()),
            expires: self.expires.clone(),
            line: Some(self.line),
            broken: Vec::new(),
            open: Vec::new(),
        }
    }
}

impl Conditions {
    /// What does not hold, and what nobody knows.
    fn hold(
        &self,
        component: &Component,
        system: Option<&AiSystem>,
        said: Option<&SystemRow>,
    ) -> (Vec<String>, Vec<String>) {
        let mut broken = Vec::new();
        let mut open = Vec::new();
        if !self.hosts.is_empty() {
            let hosts = hosts_of(component, system);
            if hosts.is_empty() {
                open.push("hosts: no host was seen".to_owned());
            }
            let others = hosts.iter().filter(|host| {
                let bare = host.split(':').next().unwrap_or(host);
                !self.hosts.iter().any(|allowed| allowed.is_match(bare))
            });
            broken.extend(others.map(|host| format!("hosts: `{host}` is not among them")));
        }
        for (name, allowed, given) in [
            ("regions", &self.regions, said.map(|row| &row.regions)),
            ("purposes", &self.purposes, said.map(|row| &row.purposes)),
            ("data", &self.data, said.map(|row| &row.data)),
        ] {
            if allowed.is_empty() {
                continue;
            }
            let given = given.map(Vec::as_slice).unwrap_or_default();
            if given.is_empty() {
                open.push(format!("{name}: the configuration does not say"));
            }
            let known = |word: &String| allowed.iter().any(|a| a.eq_ignore_ascii_case(word));
            let others = given.iter().filter(|word| !known(word));
            broken.extend(others.map(|word| format!("{name}: `{word}` is not among them")));
        }
        (broken, open)
    }
}

/// Hosts that the evidence of a component in a system leads to, or that its
/// provider runs.
fn hosts_of<'s>(component: &Component, system: Option<&'s AiSystem>) -> Vec<&'s str> {
    let destinations = system.map(|system| system.destinations.as_slice()).unwrap_or_default();
    destinations
        .iter()
        .filter(|destination| {
            destination.evidence.iter().any(|id| component.evidence.contains(id))
                || (!destination.provider.is_empty() && destination.provider == component.provider)
        })
        .map(|destination| destination.host.as_str())
        .collect()
}

type Names<'a> = [&'a Option<Spanned<String>>; 4];

fn about(
    source: Source<'_>,
    names: Names<'_>,
    at: usize,
) -> Result<Vec<(What, GlobMatcher)>, PolicyError> {
    let mut about = Vec::new();
    let kinds = [What::Provider, What::Model, What::Tool, What::Assistant];
    for (what, name) in kinds.into_iter().zip(names) {
        if let Some(name) = name {
            source.said(name, "a name")?;
            about.push((what, glob(source, name)?));
        }
    }
    if about.is_empty() {
        let what =
            "the entry is about nothing: expected `provider`, `model`, `tool` or `assistant`";
        return Err(source.wrong(at, what));
    }
    Ok(about)
}

impl RawConditions {
    fn read(&self, source: Source<'_>) -> Result<Conditions, PolicyError> {
        let words = |list: &[Spanned<String>]| -> Result<Vec<String>, PolicyError> {
            list.iter().map(|word| source.said(word, "a word")).collect()
        };
        Ok(Conditions {
            hosts: self.hosts.iter().map(|host| glob(source, host)).collect::<Result<_, _>>()?,
            regions: words(&self.regions)?,
            purposes: words(&self.purposes)?,
            data: words(&self.data)?,
        })
    }
}

/// A name in which `*` stands for anything; case does not count.
fn glob(source: Source<'_>, given: &Spanned<String>) -> Result<GlobMatcher, PolicyError> {
    let built = GlobBuilder::new(given.get_ref().trim())
        .case_insensitive(true)
        .literal_separator(false)
        .build();
    built.map(|glob| glob.compile_matcher()).map_err(|error| {
        let what = format!("`{}` is no name or glob: {}", given.get_ref(), error.kind());
        source.wrong(given.span().start, &what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_malformed_is_told_with_line_and_column() {
        let entry = |name: &str, rest: &str| {
            format!("[[approved]]\n{name}\nreason = \"r\"\nowner = \"@o\"\n{rest}")
        };
        let until = "expires = \"2027-01-01\"";
        for (text, says) in [
            (entry("vendor = \"x\"", until), "approved-ai.toml:2:1: unknown field `vendor`"),
            (entry("", until), "approved-ai.toml:1:1: the entry is about nothing"),
            (entry("provider = \"\"", until), "approved-ai.toml:2:12: empty: expected a name"),
            (entry("provider = \"[\"", until), "approved-ai.toml:2:12: `[` is no name"),
            (entry("provider = \"x\"", ""), "missing field `expires`"),
            (
                entry("provider = \"x\"", "expires = \"2027\""),
                "approved-ai.toml:5:11: `2027` is no date",
            ),
            (
                entry("provider = \"x\"", &format!("{until}\nwhen.region = [\"eu\"]")),
                "approved-ai.toml:6:6: unknown field `region`, expected",
            ),
            ("[[denied]]\nprovider = \"x\"\nowner = \"o\"".to_owned(), "missing field `reason`"),
            ("approved = 1".to_owned(), "approved-ai.toml:1:12: invalid type"),
        ] {
            let said = ApprovedList::parse("approved-ai.toml", &text).expect_err("malformed");
            assert!(said.to_string().contains(says), "{text}\nsays {said}\nnot  {says}");
        }
    }
}
