//! What a call's name says of the models among its arguments, when it does
//! not put them to work. Knows words, no signature.

/// Characters of a name that are looked at.
const NAME_CHARS: usize = 128;

/// Whether a call's name says that it makes a table of what it is given.
#[must_use]
pub fn is_table(path: &str) -> bool {
    matches!(path, "Dict" | "OrderedDict" | "dict" | "mapOf" | "Map.of" | "ImmutableMap.of")
}

/// Whether a call's name says that it asks something about a model, holds its
/// name ready or rents it out, and does not put it to work.
#[must_use]
pub fn only_asks(path: &str) -> bool {
    const FIRST: &[&str] = &[
        "assert",
        "calculate",
        "encode",
        "estimate",
        "extract",
        "has",
        "is",
        "parse",
        "pick",
        "register",
        "supports",
        "tokenize",
        "validate",
    ];
    const ANY: &[&str] = &["cost", "count", "default", "estimator", "price", "tokenizer"];
    let last = path.rsplit(['.', ':']).next().unwrap_or(path);
    let words = words_of(last);
    words.first().is_some_and(|word| FIRST.contains(&word.as_str()))
        || words.iter().any(|word| ANY.contains(&word.as_str()))
        // Azure's command line manages what others call.
        || path.starts_with("az.")
}

/// The words of a name, by its case and underscores, in lower case.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut parted, mut lower) = (true, false);
    for c in name.chars().take(NAME_CHARS) {
        if !c.is_alphanumeric() {
            parted = true;
            continue;
        }
        match words.last_mut() {
            Some(word) if !(parted || lower && c.is_uppercase()) => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        (parted, lower) = (false, !c.is_uppercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_asks_is_told_from_what_puts_to_work() {
        for path in [
            "PromptingTools.pick_tokenizer",
            "OpenAiTokenCountEstimator",
            "Utils.getOrDefault",
            "call_cost_alternative",
            "az.cognitiveservices",
            "isChatModel",
        ] {
            assert!(only_asks(path), "{path}");
        }
        for path in
            ["openai.OpenAI.chat.completions.create", "ChatOpenAI", "countries.Discount", "issue"]
        {
            assert!(!only_asks(path), "{path}");
        }
        assert!(is_table("Dict") && !is_table("Dictator"));
    }
}
