//! `daylight decide`: records a decision of a person. Asks on a terminal for
//! what no flag says; appends, and never changes what stands.

use std::io::{self, IsTerminal, Write};

use anyhow::anyhow;

use crate::classify::RuleLibrary;
use crate::cli::args::DecideArguments;
use crate::cli::command::render::load;
use crate::cli::command::report::rules;
use crate::cli::command::scan::as_of;
use crate::cli::decisions::{append, place, there};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::decision::{Answer, Decision, DecisionFile, digest_of, material_of, seen_in};
use crate::model::inventory::Inventory;
use crate::model::reading::Level;
use crate::model::system::AiSystem;

/// Values of what only a person may say.
const SCOPE: &[&str] = &["in-scope", "out-of-scope"];
const RISK: &[&str] = &["prohibited-practice", "high-risk", "limited-risk", "minimal-risk"];

/// Runs the command.
///
/// # Errors
/// The system is unknown, something is missing and nobody can be asked, a
/// value is not one, or the file cannot be written.
pub fn run(arguments: &DecideArguments) -> Result<Exit, Failure> {
    let inventory = load(&arguments.inventory)?;
    let rules = rules()?;
    let system =
        inventory.systems.iter().find(|system| system.id == arguments.system).ok_or_else(|| {
            Failure::usage(anyhow!("no system of the inventory has the id `{}`", arguments.system))
                .hint("`daylight review` lists the ids")
        })?;
    let path = place(arguments.decisions.as_deref());
    // a file that is not understood is told before anybody is asked
    there(&path)?;
    let mut decision = asked(arguments, system)?;
    decision.system_id.clone_from(&system.id);
    decision.decided_on = as_of(arguments.as_of.as_deref())?;
    decision.review_by = match &arguments.review_by {
        Some(day) => as_of(Some(day))?,
        None => review_day(&decision)?,
    };
    decision.answers = answers(&arguments.answer)?;
    decision.material = material_of(system);
    decision.evidence_digest = digest_of(&decision.material);
    decision.seen = seen_in(&inventory, system);
    decision.rule_pack = inventory
        .rule_packs
        .first()
        .map_or_else(String::new, |pack| format!("{}@{}", pack.name, pack.version));
    decision.basis = basis(&decision.about);
    decision.id = decision.own_id();
    append(&path, &decision, |known| check(&decision, system, &inventory, known, &rules))?;
    print(&format!("{} recorded in {}\n", decision.id, path.display()))?;
    Ok(Exit::Done)
}

/// What flags say, and what a person says on a terminal.
fn asked(arguments: &DecideArguments, system: &AiSystem) -> Result<Decision, Failure> {
    let about = arguments.about.clone();
    let choice = match about.as_str() {
        "scope" => SCOPE.join(" or "),
        "risk" => RISK.join(", "),
        _ => "the value".to_owned(),
    };
    let mut missing = Vec::new();
    let mut say = |given: &Option<String>, flag: &'static str, question: &str| {
        given.clone().or_else(|| ask(question)).unwrap_or_else(|| {
            missing.push(flag);
            String::new()
        })
    };
    let found = &system.classification;
    let proposal = if about == "risk" { &found.risk.value } else { &found.scope.value };
    let title = format!("{about} of `{}` (proposed: {proposal}), {choice}", system.name);
    let decision = Decision {
        value: say(&arguments.value, "--value", &title),
        decided_by: say(&arguments.by, "--by", "who decides"),
        capacity: say(&arguments.capacity, "--capacity", "in which capacity"),
        justification: say(&arguments.because, "--because", "why"),
        about,
        second_reviewer: arguments.second_reviewer.clone().unwrap_or_default(),
        supersedes: arguments.supersedes.clone().unwrap_or_default(),
        ..Decision::default()
    };
    if missing.is_empty() {
        Ok(decision)
    } else {
        Err(Failure::usage(anyhow!("missing: {}", missing.join(", ")))
            .hint("give the flags, or run it on a terminal to be asked"))
    }
}

/// Asks on a terminal; `None` if there is none or nothing is said.
#[allow(clippy::print_stderr)]
fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() {
        return None;
    }
    eprint!("{}: ", crate::model::text::display_safe(question));
    io::stderr().flush().ok()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

fn answers(given: &[String]) -> Result<Vec<Answer>, Failure> {
    given
        .iter()
        .map(|text| match text.split_once('=') {
            Some((question, answer)) if !question.is_empty() && !answer.is_empty() => {
                Ok(Answer { question: question.to_owned(), answer: answer.to_owned() })
            }
            _ => Err(Failure::usage(anyhow!("`--answer {text}` is not RULE=TEXT"))),
        })
        .collect()
}

/// Six months; twelve for what is minimal, three for what presses.
fn review_day(decision: &Decision) -> Result<String, Failure> {
    let months = match decision.value.as_str() {
        "minimal-risk" => 12,
        "high-risk" | "prohibited-practice" => 3,
        _ => 6,
    };
    let day: jiff::civil::Date = decision.decided_on.parse().map_err(Failure::usage)?;
    let due = day.checked_add(jiff::Span::new().months(months)).map_err(Failure::usage)?;
    Ok(due.to_string())
}

fn basis(about: &str) -> Vec<String> {
    match about {
        "scope" | "not-ai" => vec!["iso42001:4.3".to_owned()],
        "role" => vec!["iso42001:4.1".to_owned()],
        _ => vec!["iso42001:6.1.2".to_owned()],
    }
}

fn check(
    decision: &Decision,
    system: &AiSystem,
    inventory: &Inventory,
    known: &DecisionFile,
    rules: &RuleLibrary,
) -> Result<(), Failure> {
    let refuse = |message: String| Err(Failure::usage(anyhow!(message)));
    let value = decision.value.as_str();
    let allowed: Vec<&str> = match decision.about.as_str() {
        "scope" => SCOPE.to_vec(),
        "risk" => RISK.to_vec(),
        "role" => rules.role_words("plain").iter().map(|word| word.word.as_str()).collect(),
        "not-ai" => vec!["not-ai"],
        "same-as" => inventory.systems.iter().map(|system| system.id.as_str()).collect(),
        "accept-gap" => Vec::new(),
        about => {
            let factor = about
                .strip_prefix("factor:")
                .and_then(|name| rules.factors().iter().find(|factor| factor.id == name));
            let Some(factor) = factor else {
                return refuse(format!("nobody decides about `{about}`"));
            };
            factor.values.iter().map(|value| value.word.as_str()).collect()
        }
    };
    if !allowed.is_empty() && !allowed.contains(&value) {
        let list = allowed.iter().take(12).copied().collect::<Vec<_>>().join(", ");
        return refuse(format!("`{value}` is not one of: {list}"));
    }
    if decision.review_by <= decision.decided_on {
        return refuse("the day of review lies not after the day of the decision".to_owned());
    }
    let area = system.classification.areas.iter().any(|area| area.level == Level::Indicated);
    let calms = decision.about == "risk" && ["minimal-risk", "limited-risk"].contains(&value);
    if calms && area && decision.second_reviewer.is_empty() {
        return Err(Failure::usage(anyhow!(
            "words of a sensitive area stand beside the AI, so a second person must look"
        ))
        .hint("give `--second-reviewer NAME`"));
    }
    if known.decision.iter().any(|other| other.id == decision.id) {
        return refuse(format!("this very decision stands already (`{}`)", decision.id));
    }
    let supersedes = &decision.supersedes;
    if !supersedes.is_empty() && !known.decision.iter().any(|other| other.id == *supersedes) {
        return refuse(format!("there is no decision `{supersedes}` to take the place of"));
    }
    Ok(())
}
