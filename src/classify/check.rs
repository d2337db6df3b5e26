//! Whether governance tables are good: lint, wording guard, and every rule's
//! own examples. The same check for built-in tables and anyone's own.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{ById, Case, Holding, Settled};
use super::condition::Bench;
use super::library::{ROLES, RuleLibrary, conditions};
use super::reading::{Lexicon, Reader, Source, WordTest, class_of, findings, is_phrase};
use super::schema::{Condition, Output, Regime, Rule, RuleTest};
use super::wording::{PLACEHOLDERS, forbidden, placeholders};
use crate::model::fact::UnitKind;
use crate::model::place::Place;
use crate::model::reading::{Channel, Level};
use crate::model::vocabulary::Technique;

/// Every kind of unit.
const UNIT_KINDS: [UnitKind; 8] = [
    UnitKind::Catalog,
    UnitKind::Chart,
    UnitKind::ComposeService,
    UnitKind::Dockerfile,
    UnitKind::Package,
    UnitKind::Requirements,
    UnitKind::Repository,
    UnitKind::Deployment,
];

/// Lints the rules and runs their embedded tests; returns complaints, none
/// when all is well.
#[must_use]
pub fn check(rules: &RuleLibrary) -> Vec<String> {
    let mut complaints = Complaints(Vec::new());
    for rule in rules.rules() {
        complaints.rule(rules, rule);
    }
    for output in rules.factors().iter().chain(rules.conclusions()) {
        complaints.output(rules, output);
    }
    complaints.role_words(rules);
    complaints.channels(rules);
    complaints.dates(rules);
    complaints.words(rules);
    complaints.criteria(rules);
    complaints.controls(rules);
    complaints.drift(rules);
    complaints.0
}

struct Complaints(Vec<String>);

impl Complaints {
    fn unless(&mut self, fine: bool, at: &str, complaint: impl Into<String>) {
        if !fine {
            self.0.push(format!("{at}: {}", complaint.into()));
        }
    }

    fn rule(&mut self, rules: &RuleLibrary, rule: &Rule) {
        let at = rule.id.as_str();
        let shaped = at.split('-').count() > 1
            && at.split('-').all(|part| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            });
        self.unless(shaped, at, "an id is capital words joined by `-`, such as `PRS-SERVICE`");
        self.unless(rule.version > 0, at, "versions count from 1");
        self.unless(
            !(rule.when.all.is_empty() && rule.when.any.is_empty()),
            at,
            "has no condition",
        );
        let is_factor = rules.factors().iter().any(|factor| factor.id == rule.then.set);
        self.unless(
            is_factor || !rule.then.code.is_empty(),
            at,
            "a conclusion needs a reason code",
        );
        for condition in conditions(rule) {
            let nested = matches!(condition, Condition::Absent(inner)
                if matches!(**inner, Condition::Absent(_) | Condition::Factor(_) | Condition::Scan(_)));
            self.unless(!nested, at, "`absent` is for what can be found in files");
        }
        let double = rule.unless.any.iter().any(|one| matches!(one, Condition::Absent(_)));
        self.unless(!double, at, "`unless` an `absent` is a double no: say it under `when`");
        self.basis(rules, rule);
        self.sentences(rule);
        self.examples(rules, rule);
    }

    fn basis(&mut self, rules: &RuleLibrary, rule: &Rule) {
        let at = rule.id.as_str();
        self.unless(!rule.basis.is_empty(), at, "names no basis");
        for basis in &rule.basis {
            let reference = &basis.reference;
            self.provision(rules, at, reference);
        }
        let day = rule.applies_from.as_deref().is_none_or(is_day);
        self.unless(day, at, "a day is `YYYY-MM-DD`");
    }

    fn sentences(&mut self, rule: &Rule) {
        let at = rule.id.as_str();
        self.unless(!rule.question.is_empty(), at, "asks no question");
        self.unless(!rule.title.is_empty(), at, "has no title");
        let one = rule.rationale.ends_with('.') && !rule.rationale.contains(". ");
        self.unless(one, at, "the rationale is one sentence with a full stop");
        for question in &rule.question {
            self.unless(question.ends_with('?'), at, "a question ends with a question mark");
        }
        for template in [&rule.title, &rule.rationale].into_iter().chain(&rule.question) {
            self.wording(at, template);
            for name in placeholders(template) {
                self.unless(
                    PLACEHOLDERS.contains(&name),
                    at,
                    format!("`{{{name}}}` is not a placeholder"),
                );
            }
        }
    }

    fn wording(&mut self, at: &str, template: &str) {
        if let Some(phrase) = forbidden(template) {
            self.0.push(format!("{at}: says \"{phrase}\", which is a verdict"));
        }
    }

    fn examples(&mut self, rules: &RuleLibrary, rule: &Rule) {
        let at = rule.id.as_str();
        let both =
            rule.tests.iter().any(|test| test.fires) && rule.tests.iter().any(|test| !test.fires);
        self.unless(both, at, "needs an example that fires and one that does not");
        for test in &rule.tests {
            for (factor, values) in &test.given.factors {
                let known = rules.factors().iter().find(|known| known.id == *factor);
                let fits = known.is_some_and(|known| {
                    values.iter().all(|word| known.values.iter().any(|value| value.word == *word))
                });
                self.unless(fits, at, format!("an example gives unknown words for `{factor}`"));
            }
            let fires = fires(rules, rule, test);
            let did = if fires { "fires" } else { "does not fire" };
            self.unless(fires == test.fires, at, format!("{did} on \"{}\"", test.says));
        }
    }

    fn output(&mut self, rules: &RuleLibrary, output: &Output) {
        let at = output.id.as_str();
        self.unless(output.ceiling < 1000, at, "static evidence is never certain");
        self.unless(output.ask.ends_with('?'), at, "a question ends with a question mark");
        for template in [&output.title, &output.ask]
            .into_iter()
            .chain(output.values.iter().map(|value| &value.title))
        {
            self.wording(at, template);
        }
        let set: BTreeSet<&str> = rules
            .rules()
            .iter()
            .filter(|rule| rule.then.set == output.id)
            .filter_map(|rule| rule.then.value.as_deref())
            .collect();
        for value in &output.values {
            let word = value.word.as_str();
            self.unless(
                value.unreached || set.contains(word) || output.otherwise == word,
                at,
                format!("no rule sets `{word}`, and it is not marked as unreached"),
            );
        }
        // absence of a finding is "undetermined", never a clean bill
        self.unless(!output.otherwise.contains("minimal"), at, "`otherwise` is a clean bill");
    }

    /// The plain words are Daylight's own and must not be taken for another
    /// vocabulary's: ISO words carry `ai-`, those of the Act a question mark.
    fn role_words(&mut self, rules: &RuleLibrary) {
        let mut check = |vocabulary: &str, fits: fn(&str) -> bool| {
            let words = rules.role_words(vocabulary);
            self.unless(!words.is_empty(), ROLES, format!("`{vocabulary}` has no words"));
            for value in words {
                let word = &value.word;
                self.unless(fits(word), ROLES, format!("`{word}` is no word for `{vocabulary}`"));
            }
        };
        check("plain", |word| !word.starts_with("ai-") && !word.ends_with('?'));
        check("iso22989", |word| word.starts_with("ai-"));
        check("eu_ai_act", |word| word.ends_with('?'));
    }

    fn channels(&mut self, rules: &RuleLibrary) {
        for technique in Technique::ALL {
            let carriers =
                rules.channels().iter().filter(|one| one.techniques.contains(technique)).count();
            let word = technique.word();
            self.unless(carriers == 1, word, "belongs to exactly one channel");
        }
        for kind in UNIT_KINDS {
            let carriers = rules.channels().iter().filter(|one| one.units.contains(&kind)).count();
            self.unless(carriers == 1, kind.word(), "belongs to exactly one channel");
        }
        if rules.lexicon().weighing.is_none() {
            return; // nothing is read for words
        }
        for place in Channel::ALL {
            let carriers =
                rules.channels().iter().filter(|one| one.reading.contains(&place)).count();
            self.unless(carriers == 1, place.word(), "belongs to exactly one channel");
        }
    }

    /// Words and markers: phrases that can be looked for, a provision for
    /// every area, examples that meet and that do not.
    fn words(&mut self, rules: &RuleLibrary) {
        let lexicon = rules.lexicon();
        for area in &lexicon.areas {
            let at = area.id.as_str();
            self.unless(!area.basis.is_empty(), at, "names no basis");
            for basis in &area.basis {
                self.provision(rules, at, &basis.reference);
            }
            self.unless(area.question.ends_with('?'), at, "a question ends with a question mark");
            for template in [&area.title, &area.question] {
                self.wording(at, template);
            }
            for (_, words) in lexicon.words_of(area) {
                let lists = [&words.strong, &words.medium, &words.nouns, &words.not];
                let phrases = lists.into_iter().flatten().chain(words.near.iter().flatten());
                phrases.for_each(|phrase| self.phrase(at, phrase));
            }
            area.libs.iter().for_each(|phrase| self.phrase(at, phrase));
            self.word_tests(lexicon, at, &area.tests);
        }
        for marker in &lexicon.markers {
            let at = marker.id.as_str();
            self.wording(at, &marker.title);
            let lists = marker.words.iter().chain(&marker.not).chain(marker.near.iter().flatten());
            lists.for_each(|phrase| self.phrase(at, phrase));
            self.unless(
                !(marker.words.is_empty() && marker.near.is_empty() && marker.paths.is_empty()),
                at,
                "says nothing to look for",
            );
            for glob in &marker.paths {
                self.unless(globset::Glob::new(glob).is_ok(), at, format!("`{glob}` is no glob"));
            }
            self.word_tests(lexicon, at, &marker.tests);
        }
        for pair in &lexicon.pairs {
            self.wording(&pair.id, &pair.title);
            self.word_tests(lexicon, &pair.id, &pair.tests);
        }
    }

    fn phrase(&mut self, at: &str, phrase: &str) {
        self.unless(is_phrase(phrase), at, format!("`{phrase}` cannot be looked for"));
    }

    fn word_tests(&mut self, lexicon: &Lexicon, at: &str, tests: &[WordTest]) {
        let both = tests.iter().any(|test| test.meets) && tests.iter().any(|test| !test.meets);
        self.unless(both, at, "needs an example that is met and one that is not");
        for test in tests {
            let (met, level) = meets(lexicon, at, test);
            let did = if met { "is met" } else { "is not met" };
            self.unless(met == test.meets, at, format!("{did} in \"{}\"", test.says));
            let reached = test.level.is_none_or(|least| level.is_some_and(|level| level >= least));
            self.unless(reached, at, format!("does not reach its level in \"{}\"", test.says));
        }
    }

    fn provision(&mut self, rules: &RuleLibrary, at: &str, reference: &str) {
        let (regime, provision) = reference.split_once(':').unwrap_or((reference, ""));
        let known = rules.regimes().iter().find(|known| known.id == regime);
        let fits = known.is_some_and(|known| has_provision(known, provision));
        self.unless(fits, at, format!("basis `{reference}` is not in the tables"));
    }

    fn criteria(&mut self, rules: &RuleLibrary) {
        for criterion in rules.criteria() {
            let at = criterion.id.as_str();
            let known = rules.factors().iter().find(|known| known.id == criterion.factor);
            for value in criterion.words.iter().flat_map(|word| &word.values) {
                let fits = known
                    .is_some_and(|known| known.values.iter().any(|other| other.word == *value));
                self.unless(fits, at, format!("`{value}` is not a value of its factor"));
            }
        }
    }

    fn controls(&mut self, rules: &RuleLibrary) {
        for control in rules.controls() {
            let at = control.id.as_str();
            self.provision(rules, at, &format!("iso42001:{at}"));
            self.unless(
                ["S", "P", "H", "-"].contains(&control.grade.as_str()),
                at,
                "a grade is S, P, H or -",
            );
            self.wording(at, &control.title);
            self.wording(at, &control.missing);
            for (factor, values) in &control.applies {
                let known = rules.factors().iter().find(|known| known.id == *factor);
                let fits = known.is_some_and(|known| {
                    values.iter().all(|word| known.values.iter().any(|value| value.word == *word))
                });
                self.unless(fits, at, format!("`{factor}` or one of its values is unknown"));
            }
        }
    }

    fn drift(&mut self, rules: &RuleLibrary) {
        for row in rules.drift() {
            let at = row.title.as_str();
            self.wording(at, at);
            let known = ["high", "medium", "low", "note"].contains(&row.severity.as_str());
            self.unless(known, at, "a severity is high, medium, low or note");
            self.unless(!row.basis.is_empty(), at, "names no basis");
            for basis in &row.basis {
                self.provision(rules, at, &basis.reference);
            }
            for factor in &row.factors {
                let known = rules.factors().iter().any(|known| known.id == *factor);
                self.unless(known, at, format!("`{factor}` is no factor"));
            }
        }
    }

    fn dates(&mut self, rules: &RuleLibrary) {
        for date in rules.dates() {
            let known = rules.regimes().iter().any(|regime| regime.id == date.regime);
            self.unless(known, &date.from, "is a date of an unknown regime");
            self.unless(is_day(&date.from), &date.what, "a day is `YYYY-MM-DD`");
            self.wording(&date.from, &date.what);
        }
        for regime in rules.regimes() {
            self.unless(is_day(&regime.checked_on), &regime.id, "a day is `YYYY-MM-DD`");
            self.wording(&regime.id, &regime.title);
        }
    }
}

fn has_provision(regime: &Regime, provision: &str) -> bool {
    !provision.is_empty()
        && (regime.provisions.is_empty() || regime.provisions.iter().any(|one| one == provision))
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.chars().enumerate().all(|(index, c)| match index {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        })
}

/// Whether an example is met, and which level its text reaches.
fn meets(lexicon: &Lexicon, about: &str, test: &WordTest) -> (bool, Option<Level>) {
    let (Some(reader), Some(class)) = (Reader::new(lexicon), class_of(&test.file)) else {
        return (false, None);
    };
    let place = Place::new("example", test.file.as_str());
    let mut gathering = super::reading::Gathering::default();
    reader.name(&place, &mut gathering);
    gathering.count(test.text.len());
    let source = Source { place: &place, text: &test.text, lines: &[], class, near_ai: true };
    reader.read(source, &mut gathering);
    let reading = reader.finish(gathering, true);
    let met = reading.signals.iter().any(|signal| signal.about == about);
    let found = findings(lexicon, &reading).into_iter().find(|found| found.area == about);
    (met, found.map(|found| found.level))
}

/// Whether a rule fires on an example, with the factors that it gives.
fn fires(rules: &RuleLibrary, rule: &Rule, test: &RuleTest) -> bool {
    let (system, components, evidence) = test.given.build();
    let components = components.iter().map(|one| (one.id.as_str(), one)).collect();
    let evidence = evidence.iter().map(|one| (one.id.as_str(), one)).collect();
    let reading = test.given.reading();
    let case = Case::new(&system, &components, &evidence, test.given.extent(&reading), rules);
    let settled: Settled<'_> = test
        .given
        .factors
        .iter()
        .map(|(factor, values)| {
            let held = values
                .iter()
                .map(|value| Holding {
                    value,
                    confidence: 900,
                    evidence: ById::new(),
                    signals: BTreeMap::new(),
                    is_silent: false,
                })
                .collect();
            (factor.as_str(), held)
        })
        .collect();
    Bench { case: &case, settled: &settled, absence: rules.trust().absence }.fires(rule).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule with each of its conditions and exceptions left out in turn.
    fn weakened(rule: &Rule) -> Vec<(String, Rule)> {
        let mut variants = Vec::new();
        let mut without = |part: &str, index: usize, drop: fn(&mut Rule, usize)| {
            let mut variant = rule.clone();
            drop(&mut variant, index);
            variants.push((format!("{} without {part} {index}", rule.id), variant));
        };
        for index in 0..rule.when.all.len() {
            without("when.all", index, |rule, index| drop(rule.when.all.remove(index)));
        }
        if rule.when.any.len() > 1 {
            for index in 0..rule.when.any.len() {
                without("when.any", index, |rule, index| drop(rule.when.any.remove(index)));
            }
        }
        for index in 0..rule.unless.any.len() {
            without("unless.any", index, |rule, index| drop(rule.unless.any.remove(index)));
        }
        variants
    }

    #[test]
    fn every_condition_of_every_rule_is_held_by_one_of_its_examples() {
        let rules = RuleLibrary::built_in().unwrap();
        let loose: Vec<String> = rules
            .rules()
            .iter()
            .flat_map(weakened)
            .filter(|(_, rule)| {
                rule.tests.iter().all(|test| fires(&rules, rule, test) == test.fires)
            })
            .map(|(what, _)| what)
            .collect();
        assert!(loose.is_empty(), "no example would notice:\n{}", loose.join("\n"));
    }
}
