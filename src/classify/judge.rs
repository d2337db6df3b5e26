//! The judge: applies the tables to one system, stratum by stratum.
//!
//! Evidence settles the factors, in their declared order; factors and
//! evidence settle the conclusions. Every rule that matches fires and nothing
//! is overwritten: the value shown is the first in the declared order of
//! preference, the others stand in `also`. Knows no law: that is in the tables.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::case::{ById, Case, Holding, Settled};
use super::condition::{Bench, Support};
use super::library::{ROLES, RuleLibrary};
use super::schema::{Output, Rule, Value};
use super::strength::strength;
use super::wording::Words;
use crate::model::classification::{Classification, Conclusion, Reason, Roles};
use crate::model::component::Component;
use crate::model::evidence::{Confidence, Evidence};
use crate::model::system::AiSystem;

/// Ids of evidence that one reason cites, best first: enough to check it, not
/// the whole inventory again.
const CITED: usize = 20;

/// Judges one system. `complete`: whether the scan saw everything; what was
/// not read is not absent.
#[must_use]
pub fn judge(
    rules: &RuleLibrary,
    system: &AiSystem,
    components: &BTreeMap<&str, &Component>,
    evidence: &BTreeMap<&str, &Evidence>,
    complete: bool,
) -> Classification {
    let case = Case::new(system, components, evidence, complete);
    let mut settled = Settled::new();
    let mut questions = Questions::default();
    let mut factors = BTreeMap::new();
    for factor in rules.factors() {
        let fired = fired(rules, &factor.id, &case, &settled);
        settled.insert(&factor.id, holdings(factor, &fired));
        factors.insert(factor.id.clone(), conclude(factor, &fired, &case, &mut questions));
    }
    let mut conclusion = |id: &str| {
        rules.conclusions().iter().find(|known| known.id == id).map_or_else(
            Conclusion::default,
            |known| {
                let fired = fired(rules, id, &case, &settled);
                conclude(known, &fired, &case, &mut questions)
            },
        )
    };
    let scope = conclusion("scope");
    let risk = conclusion("risk");
    let parts = fired(rules, ROLES, &case, &settled);
    Classification {
        scope,
        roles: roles(rules, &parts, &case, &mut questions),
        risk,
        transparency: Vec::new(),
        factors,
        questions: questions.in_order(rules.question_order()),
    }
}

/// A rule that fired.
struct Fired<'a> {
    rule: &'a Rule,
    support: Support<'a>,
    confidence: Confidence,
}

fn fired<'a>(
    rules: &'a RuleLibrary,
    output: &str,
    case: &Case<'a>,
    settled: &Settled<'a>,
) -> Vec<Fired<'a>> {
    let bench = Bench { case, settled, absence: rules.trust().absence };
    rules
        .rules()
        .iter()
        .filter(|rule| rule.then.set == output)
        .filter_map(|rule| {
            let support = bench.fires(rule)?;
            let confidence = strength(rules, &support);
            Some(Fired { rule, support, confidence })
        })
        .collect()
}

impl<'a> Fired<'a> {
    fn gives(&self, value: &Value) -> bool {
        self.rule.then.value.as_deref() == Some(value.word.as_str())
    }

    /// All evidence it stands on, its own and that of the factors it asked for.
    fn evidence(&self) -> ById<'a> {
        let own = self.support.evidence.iter().map(|(id, piece)| (*id, piece.evidence));
        self.support.inherited.iter().map(|(id, piece)| (*id, *piece)).chain(own).collect()
    }

    fn reason(&self, case: &Case<'_>) -> Reason {
        let evidence = self.evidence();
        let mut best: Vec<&Evidence> = evidence.values().copied().collect();
        best.sort_by_key(|piece| (Reverse(piece.confidence), &piece.place, &piece.id));
        Reason {
            rule: self.rule.id.clone(),
            code: self.rule.then.code.clone(),
            rationale: self.words(case).fill(&self.rule.rationale),
            basis: self.rule.basis.iter().map(|basis| basis.reference.clone()).collect(),
            evidence: best.iter().take(CITED).map(|piece| piece.id.clone()).collect(),
        }
    }

    fn questions(&self, case: &Case<'_>) -> Vec<String> {
        let words = self.words(case);
        self.rule.question.iter().map(|question| words.fill(question)).collect()
    }

    /// What the sentences name: what the rule matched, and where it asked for
    /// nothing of a kind, what the system has of it.
    fn words<'c>(&'c self, case: &'c Case<'_>) -> Words<'c> {
        let evidence = self.evidence();
        let mut components: Vec<&str> = case
            .uses
            .iter()
            .filter(|used| used.evidence.iter().any(|piece| evidence.contains_key(&*piece.id)))
            .map(|used| used.component.name.as_str())
            .collect();
        if components.is_empty() {
            components = case.uses.iter().map(|used| used.component.name.as_str()).collect();
        }
        let mut hosts: Vec<&str> =
            self.support.destinations.iter().map(|known| known.host.as_str()).collect();
        if hosts.is_empty() {
            hosts = case.system.destinations.iter().map(|known| known.host.as_str()).collect();
        }
        let mut units: Vec<&str> =
            self.support.units.iter().map(|unit| unit.place.path.as_str()).collect();
        if units.is_empty() {
            units = case.system.units.iter().map(|unit| unit.place.path.as_str()).collect();
        }
        let owners = case.system.owners.iter().map(|owner| owner.handle.as_str()).collect();
        Words { components, hosts, owners, units, system: &case.system.name }
    }
}

/// The values a factor holds, in order of preference. A value is as sure as
/// its surest rule, and never surer than the ceiling.
fn holdings<'a>(output: &'a Output, fired: &[Fired<'a>]) -> Vec<Holding<'a>> {
    let mut held: Vec<Holding<'a>> = output
        .values
        .iter()
        .filter_map(|value| {
            let givers = || fired.iter().filter(|fired| fired.gives(value));
            let confidence = givers().map(|fired| fired.confidence).max()?;
            Some(Holding {
                value: &value.word,
                confidence: confidence.min(output.ceiling),
                evidence: givers().flat_map(Fired::evidence).collect(),
            })
        })
        .collect();
    if held.is_empty() {
        // a rule may ask for "not known" too, and that it is not known is sure
        let confidence = output.ceiling;
        held.push(Holding { value: &output.otherwise, confidence, evidence: ById::new() });
    }
    held
}

fn conclude(
    output: &Output,
    fired: &[Fired<'_>],
    case: &Case<'_>,
    questions: &mut Questions,
) -> Conclusion {
    let mut conclusion = Conclusion { value: String::new(), ..Conclusion::default() };
    for value in &output.values {
        let mut givers = fired.iter().filter(|fired| fired.gives(value)).peekable();
        if givers.peek().is_none() {
            continue;
        }
        let first = conclusion.value.is_empty();
        if first {
            conclusion.value.clone_from(&value.word);
        } else {
            conclusion.also.push(value.word.clone());
        }
        for fired in givers {
            let asked = fired.questions(case);
            if first {
                conclusion.confidence =
                    conclusion.confidence.max(fired.confidence.min(output.ceiling));
                conclusion.question = conclusion.question.or_else(|| asked.first().cloned());
            }
            conclusion.reasons.push(fired.reason(case));
            questions.add(&output.id, asked);
        }
    }
    if conclusion.value.is_empty() {
        conclusion.value.clone_from(&output.otherwise);
        if output.applies_to.is_empty() || output.applies_to.contains(&case.system.kind) {
            conclusion.question = Some(output.ask.clone());
            questions.add(&output.id, vec![output.ask.clone()]);
        }
    }
    conclusion
}

fn roles(
    rules: &RuleLibrary,
    fired: &[Fired<'_>],
    case: &Case<'_>,
    questions: &mut Questions,
) -> Roles {
    let words = |vocabulary: &str, given: fn(&Rule) -> &Vec<String>| -> Vec<String> {
        rules
            .role_words(vocabulary)
            .iter()
            .filter(|value| fired.iter().any(|fired| given(fired.rule).contains(&value.word)))
            .map(|value| value.word.clone())
            .collect()
    };
    let mut ordered: Vec<&Fired<'_>> = fired.iter().collect();
    ordered.sort_by_key(|fired| Reverse(fired.confidence));
    for fired in &ordered {
        questions.add(ROLES, fired.questions(case));
    }
    Roles {
        plain: words("plain", |rule| &rule.then.plain),
        iso22989: words("iso22989", |rule| &rule.then.iso22989),
        eu_ai_act: words("eu_ai_act", |rule| &rule.then.eu_ai_act),
        // the list as a whole is as sure as its least sure member
        confidence: fired
            .iter()
            .map(|fired| fired.confidence.min(rules.trust().roles))
            .min()
            .unwrap_or(0),
        reasons: ordered.iter().map(|fired| fired.reason(case)).collect(),
    }
}

/// The open questions, by what they would settle.
#[derive(Default)]
struct Questions(BTreeMap<String, Vec<String>>);

impl Questions {
    fn add(&mut self, output: &str, questions: Vec<String>) {
        self.0.entry(output.to_owned()).or_default().extend(questions);
    }

    /// Without repeats, in the declared order; what that order does not name
    /// comes last.
    fn in_order(self, order: &[String]) -> Vec<String> {
        let rest = self.0.keys().filter(|output| !order.contains(output));
        let mut all: Vec<String> = Vec::new();
        for output in order.iter().chain(rest) {
            for question in self.0.get(output).into_iter().flatten() {
                if !all.contains(question) {
                    all.push(question.clone());
                }
            }
        }
        all
    }
}
