//! What stands first about a system in every output: whether it decides or
//! supports, whether its models are trained or used, whom and what it touches,
//! what it is for, and where training data comes from. The words are those of
//! the classification; what is not known says so and is not left out.

use crate::model::classification::Classification;
use crate::model::reading::Level;

/// The questions that come first, with what the evidence suggests.
pub(super) struct First {
    /// `independently`, `supports` or `unknown`.
    pub(super) decides: String,
    /// `trained`, `fine-tuned`, `used` or `unknown`.
    pub(super) models: String,
    /// Dimension and what is touched there; all four, always.
    pub(super) impact: [(&'static str, String); 4],
    /// What it is for.
    pub(super) purpose: String,
    /// Where training data comes from and what is done for its quality.
    pub(super) training_data: String,
    /// Areas of law spoken of, above a mention.
    pub(super) areas: String,
    /// The scope as proposed, or as a person decided.
    pub(super) scope: String,
}

/// What stands first about a system.
pub(super) fn first(found: &Classification) -> First {
    let said = |word: &str| {
        if word.is_empty() { "unknown".to_owned() } else { word.replace('_', " ") }
    };
    let of = |words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| word.replace('_', " ")).collect();
        if words.is_empty() { "none indicated".to_owned() } else { words.join(", ") }
    };
    let factor = |name: &str| match found.factors.get(name) {
        Some(factor) if factor.also.is_empty() => said(&factor.value),
        Some(factor) => {
            let also: Vec<String> = factor.also.iter().map(|word| said(word)).collect();
            format!("{}, {}", said(&factor.value), also.join(", "))
        }
        None => "unknown".to_owned(),
    };
    let impact = &found.criteria.impact;
    let areas: Vec<String> = found
        .areas
        .iter()
        .filter(|area| area.level > Level::Mention)
        .map(|area| format!("{} ({})", area.title, area.level.word()))
        .collect();
    First {
        decides: said(&found.criteria.decides),
        models: said(&found.criteria.models),
        impact: [
            ("people", of(&impact.people)),
            ("processes", of(&impact.processes)),
            ("data", of(&impact.data)),
            ("decisions", of(&impact.decisions)),
        ],
        purpose: factor("purpose"),
        training_data: factor("training_data"),
        areas: areas.join("; "),
        scope: scope(found),
    }
}

/// The proposal; what a person decided stands before it.
fn scope(found: &Classification) -> String {
    let proposal = found.scope.value.replace('-', " ");
    match (&found.human.scope, found.human.state.as_str()) {
        (Some(value), "decided") => format!("{} (decided)", value.replace('-', " ")),
        (Some(value), state) => format!("{proposal} ({state}: {})", value.replace('-', " ")),
        (None, _) => proposal,
    }
}
