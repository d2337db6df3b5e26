//! What the loading and the check of governance tables refuse, and the page
//! that lists the words of the tables: `DAYLIGHT_BLESS=1 cargo test --test
//! governance` writes it anew.

#![allow(clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;

use daylight::classify::{RuleError, RuleLibrary, check};
use daylight::model::vocabulary::Technique;

/// The smallest tables that load, but for [`tables`].
const TABLES: &str = r#"
question_order = ["first", "second"]

[pack]
id = "small"
version = "1.2.3"

[trust]
absence = 700
roles = 700
full = 6
points = { A = 6, B = 3, C = 1 }
region = { product = 1000 }

[[channel]]
id = "all"
reliability = 500
techniques = [TECHNIQUES]
units = ["catalog", "chart", "compose-service", "dockerfile", "package", "requirements", "repository", "deployment"]

[reasons]
RC-ONE = "one"

[role_words]
plain = [{ word = "user", title = "uses it" }]
iso22989 = [{ word = "ai-user", title = "uses it" }]
eu_ai_act = [{ word = "deployer?", title = "uses it" }]

[[regime]]
id = "law"
title = "A law"
checked_on = "2026-11-22"

[[factor]]
id = "first"
title = "the first"
ceiling = 900
otherwise = "no"
ask = "Is it?"
values = [{ word = "yes", title = "it is" }, { word = "no", title = "it is not" }]

[[factor]]
id = "second"
title = "the second"
ceiling = 900
otherwise = "no"
ask = "Is it?"
values = [{ word = "no", title = "it is not" }, { word = "never", title = "by a person", unreached = true }]
"#;

const RULE: &str = r#"
[[rule]]
id = "ONE-RULE"
version = 1
title = "The first is so"
when.all = [{ unit = ["package"] }]
then = { set = "first", value = "yes", code = "RC-ONE" }
basis = [{ ref = "law:1", verify = "V2" }]
rationale = "Evidence suggests {components}."
question = ["Is it?"]
  [[rule.test]]
  says = "a package"
  given.units = ["package"]
  fires = true
  [[rule.test]]
  says = "nothing"
  given = {}
  fires = false
"#;

/// The smallest tables, with a channel for every technique that there is.
fn tables() -> String {
    let techniques: Vec<String> =
        Technique::ALL.iter().map(|technique| format!("\"{}\"", technique.word())).collect();
    TABLES.replace("TECHNIQUES", &techniques.join(", "))
}

fn load(rule: &str) -> Result<RuleLibrary, RuleError> {
    RuleLibrary::from_sources(&[("small.toml", &format!("{}{rule}", tables()))])
}

fn refusal(was: &str, is: &str) -> String {
    assert!(RULE.contains(was), "the rule says `{was}`");
    load(&RULE.replace(was, is)).expect_err("refused").to_string()
}

fn complaint(was: &str, is: &str) -> String {
    assert!(RULE.contains(was), "the rule says `{was}`");
    let complaints = check(&load(&RULE.replace(was, is)).expect("loads"));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    complaints.into_iter().next().expect("one complaint")
}

#[test]
fn a_good_rule_loads_and_passes() {
    assert_eq!(check(&load(RULE).unwrap()), Vec::<String>::new());
}

#[test]
fn unknown_keys_are_errors_everywhere() {
    for (was, is) in [
        ("version = 1", "version = 1\nseverity = \"high\""),
        ("code = \"RC-ONE\"", "code = \"RC-ONE\", risk = \"x\""),
        ("{ unit = [\"package\"] }", "{ folder = [\"package\"] }"),
        ("{ unit = [\"package\"] }", "{ evidence = { vendor = [\"x\"] } }"),
        ("{ unit = [\"package\"] }", "{ unit = [\"cellar\"] }"),
        ("given.units", "given.cellars"),
        ("verify = \"V2\"", "verify = \"sure\""),
    ] {
        let text = RULE.replace(was, is);
        assert!(matches!(load(&text), Err(RuleError::Unreadable { .. })), "{is}");
    }
}

#[test]
fn words_outside_the_vocabularies_are_refused() {
    assert!(refusal("value = \"yes\"", "value = \"maybe\"").contains("not a value of `first`"));
    assert!(refusal("RC-ONE", "RC-TWO").contains("not a reason code"));
    assert!(refusal("set = \"first\"", "set = \"third\"").contains("neither a factor"));
    let human = r#"set = "second", value = "never""#;
    assert!(refusal(r#"set = "first", value = "yes""#, human).contains("no rule may set"));
    let roles = r#"set = "roles", plain = ["ai-user"]"#;
    assert!(refusal(r#"set = "first", value = "yes""#, roles).contains("not a word of `plain`"));
}

#[test]
fn a_rule_sees_only_what_is_settled_before_it() {
    for asks in ["first", "second"] {
        let condition = format!("{{ factor = {{ {asks} = [\"no\"] }} }}");
        assert!(refusal("{ unit = [\"package\"] }", &condition).contains("not settled before"));
        let hidden = format!("{{ absent = {condition} }}");
        assert!(refusal("{ unit = [\"package\"] }", &hidden).contains("not settled before"));
        let exception = format!("]\nunless.any = [{condition}]\nthen =");
        assert!(refusal("]\nthen =", &exception).contains("not settled before"));
    }
}

#[test]
fn a_rule_needs_its_basis_question_and_both_examples() {
    assert!(complaint(r#"[{ ref = "law:1", verify = "V2" }]"#, "[]").contains("basis"));
    assert!(complaint("law:1", "custom:1").contains("not in the tables"));
    assert!(complaint(r#"["Is it?"]"#, "[]").contains("question"));
    let one = RULE.rfind("  [[rule.test]]").unwrap();
    let complaints = check(&load(&RULE[..one]).unwrap());
    assert!(complaints[0].contains("an example that fires and one that does not"));
}

#[test]
fn a_verdict_in_a_template_is_noticed() {
    for verdict in
        ["is prohibited", "is compliant", "is high-risk", "was certified", "violates the law"]
    {
        let found = complaint("Evidence suggests {components}.", &format!("{{system}} {verdict}."));
        assert!(found.contains("verdict"), "{found}");
    }
}

#[test]
fn an_unknown_placeholder_is_noticed() {
    assert!(complaint("{components}", "{vendors}").contains("not a placeholder"));
}

#[test]
fn an_example_that_does_not_hold_is_noticed() {
    assert!(complaint("given.units = [\"package\"]", "given = {}").contains("does not fire on"));
}

#[test]
fn the_digest_follows_meaning_not_spelling() {
    let pack = load(RULE).unwrap().pack();
    let respelt = load(&format!("# a comment\n{}", RULE.replace("all = [", "all  =  [ "))).unwrap();
    let other = load(&RULE.replace("[\"package\"]", "[\"chart\"]")).unwrap();
    assert_eq!(pack.sha256, respelt.pack().sha256);
    assert_ne!(pack.sha256, other.pack().sha256);
    assert_eq!((pack.version.as_str(), pack.entries, pack.sha256.len()), ("1.2.3", 1, 16));
}

#[test]
fn files_of_two_packs_do_not_mix() {
    let other = "[pack]\nid = \"small\"\nversion = \"2.0.0\"\n";
    let mixed = RuleLibrary::from_sources(&[("a.toml", &tables()), ("b.toml", other)]);
    assert!(mixed.unwrap_err().to_string().contains("another pack or version"));
}

const HEAD: &str = "\
# Factors and areas

Generated from `signatures/governance/` by `DAYLIGHT_BLESS=1 cargo test --test governance`; a test keeps it fresh. How values
are reached stands in [classification](classification.md), the words of conclusions in [vocabulary](vocabulary.md).

## Factors

`classification.factors.NAME`: `value` is the first of those that hold, in the order below; the others stand in `also`. *Most*: the
highest confidence that static evidence can give, per mille.
";

/// The words of the tables as a page.
fn words_of(rules: &RuleLibrary) -> String {
    let mut page = HEAD.to_owned();
    for factor in rules.factors() {
        let _ =
            write!(page, "\n### `{}`\n\n{}. Most: {}.", factor.id, factor.title, factor.ceiling);
        if !factor.applies_to.is_empty() {
            let kinds: Vec<String> = factor
                .applies_to
                .iter()
                .filter_map(|kind| serde_json::to_string(kind).ok())
                .collect();
            let _ =
                write!(page, " Asked of systems of kind {}.", kinds.join(", ").replace('"', "`"));
        }
        let _ =
            write!(page, " Left open: *{}*\n\n| value | meaning | |\n|---|---|---|\n", factor.ask);
        for value in &factor.values {
            let mut notes = Vec::new();
            if value.unreached {
                notes.push("no rule of this version gives it".to_owned());
            }
            if let Some(ceiling) = value.ceiling {
                notes.push(format!("most: {ceiling}"));
            }
            notes.extend(value.iri.iter().map(|iri| format!("<{iri}>")));
            let _ = writeln!(page, "| `{}` | {} | {} |", value.word, value.title, notes.join("; "));
        }
    }
    page.push_str("\n## Areas\n\n`classification.areas[].area`.\n\n");
    page.push_str("| area | what it is | provision | question |\n|---|---|---|---|\n");
    for area in &rules.lexicon().areas {
        let basis: Vec<&str> = area.basis.iter().map(|basis| basis.reference.as_str()).collect();
        let (id, title, question) = (&area.id, &area.title, &area.question);
        let _ = writeln!(page, "| `{id}` | {title} | {} | {question} |", basis.join(", "));
    }
    page.push_str("\n## Standards and laws\n\n| word | name | last compared with its sources |\n|---|---|---|\n");
    for regime in rules.regimes() {
        let _ = writeln!(page, "| `{}` | {} | {} |", regime.id, regime.title, regime.checked_on);
    }
    page.push_str("\n## Days of law\n\n| from | what applies | of |\n|---|---|---|\n");
    for date in rules.dates() {
        let _ = writeln!(page, "| {} | {} | `{}` |", date.from, date.what, date.regime);
    }
    page
}

#[test]
fn the_page_on_factors_and_areas_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/factors.md");
    let page = words_of(&RuleLibrary::built_in().expect("tables"));
    if std::env::var_os("DAYLIGHT_BLESS").is_some() {
        std::fs::write(&path, &page).expect("write the page");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == page, "docs/factors.md is stale: bless it as its head says");
}
