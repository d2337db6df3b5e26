//! Gates: expressions that a user sets with `--fail-on`, judged over an
//! inventory. A gate that says no is recorded; the exit code is the CLI's.

use thiserror::Error;

use crate::model::component::Component;
use crate::model::inventory::{Gate, Inventory};
use crate::model::place::Region;
use crate::model::vocabulary::Role;

/// One parsed gate: every condition must hold for the same component.
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

const EXPECTED: &str = "use `any`, `kind=WORD`, `provider=NAME`, `host=NAME` or \
                        `confidence>=N` (0 to 1000), joined by ` and `";

/// Words of gates that later versions will understand.
const LATER: &[&str] = &["new", "unapproved", "denied", "undecided", "stale", "risk"];

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

    /// Judges an inventory: components in product code, examples included,
    /// that meet every condition make the gate say no.
    #[must_use]
    pub fn judge(&self, inventory: &Inventory) -> Gate {
        let matched: Vec<String> = inventory
            .components
            .iter()
            .filter(|component| {
                !matches!(component.region, Region::Test | Region::Docs | Region::Vendored)
            })
            .filter(|component| self.conditions.iter().all(|c| c.holds(component, inventory)))
            .map(|component| component.id.clone())
            .collect();
        Gate { expression: self.text.clone(), failed: !matched.is_empty(), matched }
    }
}

fn condition(part: &str) -> Result<Condition, GateSyntax> {
    let wrong = |expected| GateSyntax { part: part.to_owned(), expected };
    if part == "any" {
        return Ok(Condition::Any);
    }
    if LATER.iter().any(|word| part == *word || part.starts_with("risk>=")) {
        return Err(wrong(
            "this gate needs a baseline, decisions or risk rules, which this version does not have",
        ));
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
    fn holds(&self, component: &Component, inventory: &Inventory) -> bool {
        match self {
            Self::Any => true,
            Self::Kind(word) => component.kind.word() == word,
            Self::Provider(name) => component.provider.to_lowercase() == *name,
            Self::Host(name) => inventory.systems.iter().any(|system| {
                system.components.iter().any(|usage| {
                    usage.component == component.id
                        && system.destinations.iter().any(|destination| {
                            host_matches(&destination.host, name)
                                && destination.evidence.iter().any(|id| usage.evidence.contains(id))
                        })
                })
            }),
            Self::ConfidenceAtLeast(least) => component.confidence >= *least,
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
            "new",
            "risk>=high",
            "kind=butler",
            "provider=A or provider=B",
            "provider=A or B",
            "host=a, host=b",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_match_whole_labels() {
        assert!(host_matches("api.openai.com", "api.openai.com"));
        assert!(host_matches("eu.openai.azure.com", "*.openai.azure.com"));
        assert!(!host_matches("evil-openai.azure.com.test", "*.openai.azure.com"));
    }
}
