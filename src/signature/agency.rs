//! What a tool that a model may call does to the world, by its name, and what
//! holds an agent back, by the names of what it is given.
//!
//! Words of everyday English and of common frameworks; knows no product.

/// Names of calls and decorators that hand a function to a model as a tool.
const DECLARES: &[&str] = &[
    "addTool",
    "add_tool",
    "ai_function",
    "createTool",
    "create_tool",
    "defineTool",
    "define_tool",
    "dynamicTool",
    "function_tool",
    "kernel_function",
    "registerTool",
    "register_tool",
    "tool",
];
/// The same as the last part of a class's name: `StructuredTool`.
const CLASS: &str = "Tool";

/// What a tool does, by a verb in its name.
const EFFECTS: &[(&str, &[&str])] = &[
    ("deletes", &["delete", "remove", "drop", "purge", "destroy", "erase", "wipe", "truncate"]),
    ("deploys", &["deploy", "release", "rollout", "provision", "restart", "terminate", "scale"]),
    ("executes", &["execute", "exec", "shell", "bash", "eval", "terminal", "powershell", "sudo"]),
    ("pays", &["pay", "charge", "refund", "purchase", "buy", "checkout", "payout", "withdraw"]),
    ("sends", &["send", "email", "notify", "publish", "tweet", "sms", "broadcast"]),
];

/// Arguments that bound how long an agent goes on.
const LIMITS: &[&str] = &[
    "maxiter",
    "maxiterations",
    "maxloops",
    "maxsteps",
    "maxturns",
    "maxconsecutiveautoreply",
    "maxroundtrips",
    "recursionlimit",
    "stopwhen",
    "maxtoolroundtrips",
];
/// Arguments that put a person before an act.
const APPROVALS: &[&str] = &[
    "canusetool",
    "humaninput",
    "humaninputmode",
    "humanintheloop",
    "interruptafter",
    "interruptbefore",
    "interrupton",
    "needsapproval",
    "requireapproval",
    "requireconfirmation",
    "requiresapproval",
    "requiresconfirmation",
];
/// Arguments that take the person away.
const UNATTENDED: &[&str] = &[
    "allowdangerouscode",
    "allowdangerousrequests",
    "allowdangeroustools",
    "allowdangerouslyskippermissions",
    "autoapprove",
    "autoapproveall",
    "dangerouslyskippermissions",
    "skippermissions",
    "unsafemode",
];

/// Whether a call hands something to a model as a tool.
#[must_use]
pub fn declares_tool(path: &str) -> bool {
    let last = path.rsplit(['.', ':']).next().unwrap_or(path);
    DECLARES.contains(&last) || (last.ends_with(CLASS) && last.len() >= CLASS.len())
}

/// What a tool of this name does to the world, if its name says so.
#[must_use]
pub fn effect_of(tool: &str) -> Option<&'static str> {
    let words = words_of(tool);
    let does = |verbs: &[&str]| words.iter().any(|word| verbs.contains(&word.as_str()));
    EFFECTS.iter().find(|(_, verbs)| does(verbs)).map(|(effect, _)| *effect)
}

/// What an argument of this name means for how freely an agent acts.
#[must_use]
pub fn control_of(argument: &str) -> Option<&'static str> {
    let folded: String = argument.chars().filter(char::is_ascii_alphanumeric).collect();
    let folded = folded.to_ascii_lowercase();
    [("loop-limit", LIMITS), ("approval", APPROVALS), ("unattended", UNATTENDED)]
        .into_iter()
        .find(|(_, names)| names.contains(&folded.as_str()))
        .map(|(control, _)| control)
}

/// The words of a name: `sendEmail_now` is `send`, `email` and `now`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars().take(128) {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && !before.is_uppercase());
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && c.is_alphanumeric()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_tool_does() {
        assert_eq!(effect_of("send_email"), Some("sends"));
        assert_eq!(effect_of("refundOrder"), Some("pays"));
        assert_eq!(effect_of("delete-file"), Some("deletes"));
        assert_eq!(effect_of("runShell"), Some("executes"));
        assert_eq!(effect_of("deployService"), Some("deploys"));
        assert_eq!(effect_of("sender_of"), None);
        assert_eq!(effect_of("get_weather"), None);
    }

    #[test]
    fn calls_that_declare_tools_are_told_from_others() {
        for path in ["mcp.server.FastMCP.tool", "langchain_core.tools.StructuredTool", "ai.tool"] {
            assert!(declares_tool(path), "{path}");
        }
        for path in ["a.toolbar", "a.tools.load", "a.Toolkit"] {
            assert!(!declares_tool(path), "{path}");
        }
    }

    #[test]
    fn arguments_say_how_freely_an_agent_acts() {
        assert_eq!(control_of("max_turns"), Some("loop-limit"));
        assert_eq!(control_of("stopWhen"), Some("loop-limit"));
        assert_eq!(control_of("interrupt_before"), Some("approval"));
        assert_eq!(control_of("allow_dangerous_code"), Some("unattended"));
        assert_eq!(control_of("model"), None);
    }
}
