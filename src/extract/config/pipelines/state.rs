//! Whether a pipeline or a part of it is switched off, as far as it says so
//! itself. Knows no product.

use crate::extract::structured::{Node, Value};

/// Whether nothing but a person starts the workflow.
pub(super) fn waits_for_a_person(document: &Node<'_>) -> bool {
    const BY_HAND: &str = "workflow_dispatch";
    let Some(triggers) = document.get("on").or_else(|| document.get("true")) else { return false };
    match &triggers.value {
        Value::Scalar(text) => text == BY_HAND,
        Value::List(items) => {
            !items.is_empty() && items.iter().all(|item| item.as_str() == Some(BY_HAND))
        }
        Value::Table(entries) => {
            !entries.is_empty() && entries.iter().all(|entry| entry.key == BY_HAND)
        }
        Value::Null => false,
    }
}

/// Whether a job, step or hook is switched off: its condition is `false`, or
/// it only runs when somebody asks for it.
pub(super) fn is_off(table: &Node<'_>) -> bool {
    let says = |key: &str| table.get(key).and_then(Node::as_str);
    let never = ["if", "condition"].iter().any(|key| says(key).is_some_and(is_false));
    let disabled = says("enabled").is_some_and(is_false);
    let stages = table.get("stages").map(Node::items).unwrap_or_default();
    let by_hand = !stages.is_empty() && stages.iter().all(|stage| stage.as_str() == Some("manual"));
    let hooks = table.get("hooks").map(Node::items).unwrap_or_default();
    // Hooks have no hooks of their own: this ends here.
    let none_runs =
        !hooks.is_empty() && hooks.iter().all(|hook| hook.get("hooks").is_none() && is_off(hook));
    none_runs || never || disabled || by_hand || says("when") == Some("never")
}

/// `false`, `${{ false }}`, `false && ...`, `always() && false`.
fn is_false(condition: &str) -> bool {
    let inner = condition.trim();
    let inner = inner.strip_prefix("${{").and_then(|it| it.strip_suffix("}}")).unwrap_or(inner);
    !inner.contains("||") && inner.split("&&").any(|part| part.trim() == "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_false_only_if_it_can_never_hold() {
        for text in ["false", "${{ false }}", "false && success()", "${{ always() && false }}"] {
            assert!(is_false(text), "{text}");
        }
        for text in ["true", "x == false", "false || failure()", "'false'", ""] {
            assert!(!is_false(text), "{text}");
        }
    }
}
