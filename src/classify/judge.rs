//! The judge: applies the tables to one system, stratum by stratum.
//!
//! Evidence settles the factors, in their declared order; factors and
//! evidence settle the conclusions. Every rule that matches fires and nothing
//! is overwritten: the value shown is the first in the declared order of
//! preference, the others stand in `also`. Knows no law: that is in the tables.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::case::{ById, Case, Extent, Holding, Settled};
use super::condition::{Bench, Support};
use super::library::{ROLES, RuleLibrary};
use super::schema::{Output, Rule, Value};
use super::strength::{is_in_conflict, strength};
use super::wording::Words;
use crate::model::classification::{
    Classification, Conclusion, Criteria, Human, Impact, Reason, Roles,
};
use crate::model::component::Component;
use crate::model::evidence::{Confidence, Evidence};
use crate::model::reading::{Reading, Signal};
use crate::model::system::AiSystem;

/// Ids of evidence that one reason cites, best first: enough to check it, not
/// the whole inventory again.
const CITED: usize = 20;

/// Judges one system. `complete`: whether the scan saw everything; what was
/// not read is not absent. `reading`: what the files around its AI speak of.
#[must_use]
pub fn judge(
    rules: &RuleLibrary,
    system: &AiSystem,
    components: &BTreeMap<&str, &Component>,
    evidence: &BTreeMap<&str, &Evidence>,
    complete: bool,
    reading: &Reading,
) -> Classification {
    let extent = Extent { complete, reading, areas: None };
    judge_extent(rules, system, components, evidence, extent)
}

/// The same for areas that are given instead of found.
pub(super) fn judge_extent(
    rules: &RuleLibrary,
    system: &AiSystem,
    components: &BTreeMap<&str, &Component>,
    evidence: &BTreeMap<&str, &Evidence>,
    extent: Extent<'_>,
) -> Classification {
    let case = Case::new(system, components, evidence, extent, rules);
    let mut settled = Settled::new();
    let mut questions = Questions::default();
    let mut factors = BTreeMap::new();
    for factor in rules.factors() {
        let fired = fired(rules, &factor.id, &case, &settled);
        settled.insert(&factor.id, holdings(factor, &fired));
        factors.insert(factor.id.clone(), conclude(rules, factor, &fired, &case, &mut questions));
    }
    let mut conclusion = |id: &str| {
        rules.conclusions().iter().find(|known| known.id == id).map_or_else(
            Conclusion::default,
            |known| {
                let fired = fired(rules, id, &case, &settled);
                conclude(rules, known, &fired, &case, &mut questions)
            },
        )
    };
    let scope = conclusion("scope");
    let risk = conclusion("risk");
    let definition = conclusion("definition");
    let mut list = |id: &str| {
        rules.conclusions().iter().find(|known| known.id == id).map_or_else(Vec::new, |known| {
            let fired = fired(rules, id, &case, &settled);
            conclude_each(rules, known, &fired, &case, &mut questions)
        })
    };
    let transparency = list("transparency");
    let asks = list("asks");
    let parts = fired(rules, ROLES, &case, &settled);
    Classification {
        criteria: criteria(rules, &settled),
        scope,
        roles: roles(rules, &parts, &case, &mut questions),
        risk,
        areas: case.areas.clone(),
        transparency,
        asks,
        definition,
        factors,
        questions: questions.in_order(rules.question_order()),
        human: Human::default(),
        reading: case.reading.clone(),
    }
}

/// The three questions that come first, in plain words.
fn criteria(rules: &RuleLibrary, settled: &Settled<'_>) -> Criteria {
    let answer = |id: &str| {
        let criterion = rules.criteria().iter().find(|criterion| criterion.id == id);
        criterion.map_or_else(String::new, |criterion| {
            let held = settled.get(criterion.factor.as_str()).and_then(|held| held.first());
            let word = criterion.words.iter().find(|word| {
                held.is_some_and(|held| word.values.iter().any(|value| value == held.value))
            });
            word.map_or_else(|| criterion.otherwise.clone(), |word| word.word.clone())
        })
    };
    let told = |factors: &[String]| -> Vec<String> {
        factors
            .iter()
            .flat_map(|factor| settled.get(factor.as_str()).into_iter().flatten())
            .filter(|held| !held.is_silent)
            .filter(|held| !rules.impact().passes_by.iter().any(|word| word == held.value))
            .map(|held| held.value.to_owned())
            .collect()
    };
    let impact = rules.impact();
    Criteria {
        decides: answer("decides"),
        models: answer("models"),
        impact: Impact {
            people: told(&impact.people),
            processes: told(&impact.processes),
            data: told(&impact.data),
            decisions: told(&impact.decisions),
        },
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
            let most = rule.then.ceiling.unwrap_or(Confidence::MAX);
            let confidence = strength(rules, &support).min(most);
            Some(Fired { rule, support, confidence })
        })
        .collect()
}

impl<'a> Fired<'a> {
    fn gives(&self, value: &Value) -> bool {
        self.rule.then.value.as_deref() == Some(value.word.as_str())
    }

    /// All signals it stands on, likewise.
    fn signals(&self) -> BTreeMap<&'a str, &'a Signal> {
        let own = self.support.signals.iter();
        own.chain(&self.support.inherited_signals).map(|(id, signal)| (*id, *signal)).collect()
    }

    /// Its signals, best first.
    fn best_signals(&self) -> Vec<&'a Signal> {
        let own = &self.support.signals;
        let mut best: Vec<&Signal> = self.signals().into_values().collect();
        best.sort_by_key(|signal| {
            let inherited = !own.contains_key(signal.id.as_str());
            (inherited, Reverse(signal.points), &signal.place, signal.span, &signal.id)
        });
        best
    }

    /// Ids of what speaks against it.
    fn contrary(&self) -> Vec<String> {
        let Some(contrary) = &self.support.contrary else { return Vec::new() };
        let ids = contrary.signals.keys().chain(contrary.evidence.keys());
        ids.take(CITED).map(|id| (*id).to_owned()).collect()
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
            evidence: self
                .best_signals()
                .iter()
                .map(|signal| &signal.id)
                .chain(best.iter().map(|piece| &piece.id))
                .take(CITED)
                .cloned()
                .collect(),
            applies_from: self.rule.applies_from.clone(),
        }
    }

    fn questions(&self, case: &Case<'_>) -> Vec<String> {
        let words = self.words(case);
        self.rule.question.iter().map(|question| words.fill(question)).collect()
    }

    /// The surest that a value can be, and never surer than its ceiling.
    fn capped(&self, output: &Output) -> Confidence {
        let value = output.values.iter().find(|value| self.gives(value));
        let ceiling = value.and_then(|value| value.ceiling).unwrap_or(output.ceiling);
        self.confidence.min(ceiling)
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
        let signals = self.best_signals();
        let terms = signals.iter().map(|signal| signal.term.as_str()).collect();
        let places = signals.iter().map(|signal| signal.place.path.as_str()).collect();
        Words { components, hosts, owners, units, terms, places, system: &case.system.name }
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
            let confidence = givers().map(|fired| fired.capped(output)).max()?;
            Some(Holding {
                value: &value.word,
                confidence,
                evidence: givers().flat_map(Fired::evidence).collect(),
                signals: givers().flat_map(Fired::signals).collect(),
                is_silent: value.word == output.otherwise,
            })
        })
        .collect();
    if held.is_empty() {
        // a rule may ask for "not known" too, and that it is not known is sure
        let confidence = output.ceiling;
        held.push(Holding {
            value: &output.otherwise,
            confidence,
            evidence: ById::new(),
            signals: BTreeMap::new(),
            is_silent: true,
        });
    }
    held
}

/// One conclusion per value that holds, for outputs that are lists.
fn conclude_each(
    rules: &RuleLibrary,
    output: &Output,
    fired: &[Fired<'_>],
    case: &Case<'_>,
    questions: &mut Questions,
) -> Vec<Conclusion> {
    output
        .values
        .iter()
        .filter_map(|value| {
            let givers: Vec<&Fired<'_>> = fired.iter().filter(|fired| fired.gives(value)).collect();
            let first = givers.first()?;
            let asked: Vec<String> =
                givers.iter().flat_map(|fired| fired.questions(case)).collect();
            let confidence = givers.iter().map(|fired| fired.capped(output)).max().unwrap_or(0);
            let conclusion = Conclusion {
                value: value.word.clone(),
                also: Vec::new(),
                iri: value.iri.clone(),
                confidence,
                level: rules.trust().level(confidence),
                contrary: first.contrary(),
                conflict: givers.iter().any(|fired| is_in_conflict(rules, &fired.support)),
                reasons: givers.iter().map(|fired| fired.reason(case)).collect(),
                question: asked.first().cloned(),
            };
            questions.add(&output.id, asked);
            Some(conclusion)
        })
        .collect()
}

fn conclude(
    rules: &RuleLibrary,
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
        if !first && value.ceiling == Some(0) {
            // That nothing can be said is nothing beside what is said.
            continue;
        }
        if first {
            conclusion.value.clone_from(&value.word);
            conclusion.iri.clone_from(&value.iri);
        } else {
            conclusion.also.push(value.word.clone());
        }
        for fired in givers {
            let asked = fired.questions(case);
            if first {
                conclusion.confidence = conclusion.confidence.max(fired.capped(output));
                conclusion.contrary.extend(fired.contrary());
                conclusion.conflict |= is_in_conflict(rules, &fired.support);
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
    conclusion.level = rules.trust().level(conclusion.confidence);
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
