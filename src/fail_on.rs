//! Gates: expressions that a user sets with `--fail-on`, judged over an
//! inventory. A gate that says no is recorded; the exit code is the CLI's.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::model::change::{Cause, ChangeKind, Subject};
use crate::model::component::Component;
use crate::model::inventory::{Gate, Inventory};
use crate::model::place::Region;
use crate::model::policy::{ApprovalStatus, SuppressionState};
use crate::model::system::AiSystem;
use crate::model::vocabulary::Role;

/// One parsed gate: every condition must hold for the same component, or, if
/// one of them is about risk or decisions, for the same system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    text: String,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Any,
    Kind(String),
    Provider(String),
    Host(String),
    ConfidenceAtLeast(u16),
    New,
    Unapproved,
    Denied,
    RiskAtLeast(Risk),
    Undecided,
    Stale,
}

/// Risk indicators in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Risk {
    Limited,
    High,
    Prohibited,
}

/// Why an expression is none.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{part}` is no gate: {expected}")]
pub struct GateSyntax {
    /// The part that is not understood.
    pub part: String,
    /// What is understood.
    pub expected: &'static str,
}

const EXPECTED: &str = "use `any`, `new`, `unapproved`, `denied`, `undecided`, `stale`, `risk>=limited`, `risk>=high`, \
                        `risk>=prohibited`, `kind=WORD`, `provider=NAME`, `host=NAME` or \
                        `confidence>=N` (0 to 1000), joined by ` and `";

impl Expression {
    /// Parses one expression.
    ///
    /// # Errors
    /// A part is not understood.
    pub fn parse(text: &str) -> Result<Self, GateSyntax> {
        let conditions: Result<Vec<Condition>, GateSyntax> =
            text.split(" and ").map(|part| condition(part.trim())).collect();
        Ok(Self { text: text.to_owned(), conditions: conditions? })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it can be judged only against a baseline.
    #[must_use]
    pub fn needs_baseline(&self) -> bool {
        self.conditions.contains(&Condition::New)
    }

    /// Whether it can be judged only with a list of approved AI.
    #[must_use]
    pub fn needs_approvals(&self) -> bool {
        let asks = |c: &Condition| matches!(c, Condition::Unapproved | Condition::Denied);
        self.conditions.iter().any(asks)
    }

    /// Judges an inventory: components in product code, examples included,
    /// that meet every condition make the gate say no, unless a suppression in
    /// force covers all that speaks for them. A gate about risk or decisions judges
    /// systems.
    #[must_use]
    pub fn judge(&self, inventory: &Inventory) -> Gate {
        let facts = Facts::of(inventory);
        let about_systems = self.conditions.iter().any(Condition::is_of_system);
        let matched: Vec<String> = if about_systems {
            let all = inventory.systems.iter().filter(|system| counts(system.region));
            all.filter(|system| !facts.muted.contains(system.id.as_str()))
                .filter(|system| self.holds_for_system(system, &facts))
                .map(|system| system.id.clone())
                .collect()
        } else {
            let all = inventory.components.iter().filter(|component| counts(component.region));
            all.filter(|component| !facts.muted.contains(component.id.as_str()))
                .filter(|component| self.conditions.iter().all(|c| c.holds(component, &facts)))
                .map(|component| component.id.clone())
                .collect()
        };
        Gate { expression: self.text.clone(), failed: !matched.is_empty(), matched }
    }

    /// The conditions about risk and decisions hold for the system, the others
    /// together for one of its components.
    fn holds_for_system(&self, system: &AiSystem, facts: &Facts<'_>) -> bool {
        let (of_system, others): (Vec<&Condition>, Vec<&Condition>) =
            self.conditions.iter().partition(|c| c.is_of_system());
        let state = system.classification.human.state.as_str();
        let as_a_whole = of_system.iter().all(|condition| match condition {
            Condition::RiskAtLeast(least) => risk_of(system).is_some_and(|risk| risk >= *least),
            Condition::Undecided => state == "undecided",
            // whatever keeps a decision from holding today
            Condition::Stale => ["stale", "expired", "contested"].contains(&state),
            _ => true,
        });
        let by_component = || {
            facts.inventory.components.iter().any(|component| {
                system.components.iter().any(|used| used.component == component.id)
                    && counts(component.region)
                    && others.iter().all(|c| c.holds(component, facts))
            })
        };
        as_a_whole && (others.is_empty() || by_component())
    }
}

/// Gates pass by what stands in tests, docs and other people's code only.
fn counts(region: Region) -> bool {
    !matches!(region, Region::Test | Region::Docs | Region::Vendored)
}

/// The strongest risk indicator of a system; nothing where none was drawn.
fn risk_of(system: &AiSystem) -> Option<Risk> {
    let risk = &system.classification.risk;
    let words = std::iter::once(&risk.value).chain(&risk.also);
    words.filter_map(|word| risk_in(word)).max()
}

fn risk_in(word: &str) -> Option<Risk> {
    [("prohibited", Risk::Prohibited), ("high", Risk::High), ("limited", Risk::Limited)]
        .into_iter()
        .find(|(start, _)| word.starts_with(start))
        .map(|(_, risk)| risk)
}

/// What gates ask of a document, looked up once.
struct Facts<'i> {
    inventory: &'i Inventory,
    muted: BTreeSet<&'i str>,
    new: BTreeSet<&'i str>,
    approvals: BTreeMap<&'i str, ApprovalStatus>,
}

impl<'i> Facts<'i> {
    fn of(inventory: &'i Inventory) -> Self {
        let in_force =
            inventory.suppressions.iter().filter(|s| s.state == SuppressionState::InForce);
        Self {
            inventory,
            muted: in_force.flat_map(|s| s.matched.iter().map(String::as_str)).collect(),
            new: new_components(inventory),
            approvals: inventory
                .approvals
                .iter()
                .map(|approval| (approval.subject.as_str(), approval.status))
                .collect(),
        }
    }
}

/// Components that the code brought since the baseline: new ones, known ones
/// in a system or going to a host where they were not. What may come from
/// other signatures is not blamed on the code.
fn new_components(inventory: &Inventory) -> BTreeSet<&str> {
    let rows = inventory.changes.iter().flat_map(|changes| &changes.rows);
    let mut found = BTreeSet::new();
    for row in rows.filter(|r| r.change == ChangeKind::New && r.cause == Cause::Code) {
        let system = |id: &str| inventory.systems.iter().find(|system| system.id == id);
        match row.subject {
            Subject::Component | Subject::Model | Subject::Use => {
                found.insert(row.id.as_str());
            }
            Subject::System => {
                let used = system(&row.id).into_iter().flat_map(|system| &system.components);
                found.extend(used.map(|used| used.component.as_str()));
            }
            Subject::Host => found.extend(system(&row.id).into_iter().flat_map(|system| {
                let to = system.destinations.iter().filter(|d| d.host == row.name);
                let evidence: BTreeSet<&String> = to.flat_map(|d| &d.evidence).collect();
                let used = system.components.iter();
                used.filter(move |used| used.evidence.iter().any(|id| evidence.contains(id)))
                    .map(|used| used.component.as_str())
            })),
            Subject::Factor | Subject::Conclusion => {}
        }
    }
    found
}

fn condition(part: &str) -> Result<Condition, GateSyntax> {
    let wrong = |expected| GateSyntax { part: part.to_owned(), expected };
    match part {
        "any" => return Ok(Condition::Any),
        "new" => return Ok(Condition::New),
        "unapproved" => return Ok(Condition::Unapproved),
        "denied" => return Ok(Condition::Denied),
        "undecided" => return Ok(Condition::Undecided),
        "stale" => return Ok(Condition::Stale),
        "risk>=limited" => return Ok(Condition::RiskAtLeast(Risk::Limited)),
        "risk>=high" => return Ok(Condition::RiskAtLeast(Risk::High)),
        "risk>=prohibited" => return Ok(Condition::RiskAtLeast(Risk::Prohibited)),
        _ => {}
    }
    if let Some(number) = part.strip_prefix("confidence>=") {
        let value: u16 = number.trim().parse().map_err(|_| wrong(EXPECTED))?;
        return if value <= 1000 {
            Ok(Condition::ConfidenceAtLeast(value))
        } else {
            Err(wrong(EXPECTED))
        };
    }
    match part.split_once('=') {
        Some((_, value)) if value.trim().is_empty() || holds_operator(value) => {
            Err(wrong(EXPECTED))
        }
        Some(("kind", word)) => {
            let word = word.trim().to_lowercase();
            if Role::ALL.iter().any(|role| role.word() == word) {
                Ok(Condition::Kind(word))
            } else {
                Err(wrong("`daylight signature list` shows the kinds, such as `provider-api`"))
            }
        }
        Some(("provider", name)) => Ok(Condition::Provider(name.trim().to_lowercase())),
        Some(("host", name)) => Ok(Condition::Host(name.trim().to_lowercase())),
        _ => Err(wrong(EXPECTED)),
    }
}

/// A gate that reads `or` as part of a name would never say no.
fn holds_operator(value: &str) -> bool {
    let folded = value.to_lowercase();
    ["=", "&&", "||", " or ", " and ", ","].iter().any(|operator| folded.contains(operator))
}

impl Condition {
    /// Whether it is about a system, not about what it consists of.
    fn is_of_system(&self) -> bool {
        matches!(self, Self::RiskAtLeast(_) | Self::Undecided | Self::Stale)
    }

    fn holds(&self, component: &Component, facts: &Facts<'_>) -> bool {
        let status = || facts.approvals.get(component.id.as_str());
        match self {
            // judged for the system as a whole
            Self::Any | Self::RiskAtLeast(_) | Self::Undecided | Self::Stale => true,
            Self::Kind(word) => component.kind.word() == word,
            Self::Provider(name) => component.provider.to_lowercase() == *name,
            Self::Host(name) => facts.inventory.systems.iter().any(|system| {
                system.components.iter().any(|usage| {
                    usage.component == component.id
                        && system.destinations.iter().any(|destination| {
                            host_matches(&destination.host, name)
                                && destination.evidence.iter().any(|id| usage.evidence.contains(id))
                        })
                })
            }),
            Self::ConfidenceAtLeast(least) => component.confidence >= *least,
            Self::New => facts.new.contains(component.id.as_str()),
            // a denial is no approval, and neither is one whose condition is broken
            Self::Unapproved => status().is_some_and(|s| *s != ApprovalStatus::Approved),
            Self::Denied => status() == Some(&ApprovalStatus::Denied),
        }
    }
}

/// Exact, or below a `*.` pattern.
fn host_matches(host: &str, pattern: &str) -> bool {
    let bare = host.split(':').next().unwrap_or(host);
    match pattern.strip_prefix('*') {
        Some(suffix) => bare.ends_with(suffix) && bare.len() > suffix.len(),
        None => host == pattern || bare == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_by_and() {
        let parsed = Expression::parse("provider=OpenAI and confidence>=800").expect("gate");
        assert_eq!(
            parsed.conditions,
            [Condition::Provider("openai".to_owned()), Condition::ConfidenceAtLeast(800)]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "kind=",
            "confidence>=2000",
            "colour=red",
            "any or any",
            "risk>=huge",
            "risk>high",
            "new or denied",
            "kind=butler",
            "provider=A or provider=B",
            "provider=A or B",
            "host=a, host=b",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn risk_indicators_have_an_order() {
        assert_eq!(risk_in("high-risk-indicator"), Some(Risk::High));
        assert_eq!(risk_in("prohibited-practice-indicator"), Some(Risk::Prohibited));
        assert_eq!(risk_in("no-indicator-found"), None);
        assert_eq!(risk_in("undetermined"), None);
        assert!(Risk::Limited < Risk::High && Risk::High < Risk::Prohibited);
    }

    #[test]
    fn hosts_match_whole_labels() {
        assert!(host_matches("api.openai.com", "api.openai.com"));
        assert!(host_matches("eu.openai.azure.com", "*.openai.azure.com"));
        assert!(!host_matches("evil-openai.azure.com.test", "*.openai.azure.com"));
    }
}
