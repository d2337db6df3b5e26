//! What permissions open, in plain words. Names of scopes are the sources';
//! the words are few, so that a person sees at once what is at stake.

/// Parts of scopes and what they open; the first that fits counts.
const TABLE: &[(&str, &str)] = &[
    ("mail", "mail"),
    ("gmail", "mail"),
    ("calendar", "calendar"),
    ("contacts", "people"),
    ("directory", "people"),
    ("people", "people"),
    ("user.read.all", "people"),
    ("users:read", "people"),
    ("member", "people"),
    ("profile", "profile"),
    ("openid", "profile"),
    ("email", "profile"),
    ("user.read", "profile"),
    ("drive", "files"),
    ("files", "files"),
    ("sites", "files"),
    ("documents", "files"),
    ("spreadsheets", "files"),
    ("presentations", "files"),
    ("content", "code"),
    ("repo", "code"),
    ("pull_request", "code"),
    ("issues", "code"),
    ("actions", "code"),
    ("workflow", "code"),
    ("channels", "messages"),
    ("chat", "messages"),
    ("im:", "messages"),
    ("groups:", "messages"),
    ("history", "messages"),
    ("onlinemeetings", "meetings"),
    ("meeting", "meetings"),
    ("recording", "meetings"),
    ("secret", "secrets"),
    ("admin", "administration"),
    ("cloud-platform", "cloud"),
];

/// What a scope opens, if the table knows it.
#[must_use]
pub fn reached_by(scope: &str) -> Option<&'static str> {
    let scope = scope.to_ascii_lowercase();
    // The address of a service says less than what stands behind it.
    let tail = scope.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    let tail = tail.map_or(scope.as_str(), |(_, tail)| tail);
    if tail.contains("userinfo") {
        return Some("profile");
    }
    TABLE.iter().find(|(part, _)| tail.contains(part)).map(|(_, word)| *word)
}

/// Whether a text may be a scope: a word of a machine, never one of a person.
#[must_use]
pub fn is_scope(text: &str) -> bool {
    (2..=120).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/._-*".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{is_scope, reached_by};

    #[test]
    fn a_scope_opens_what_its_own_part_says() {
        for (scope, opens) in [
            ("https://www.googleapis.com/auth/gmail.readonly", Some("mail")),
            ("https://www.googleapis.com/auth/userinfo.email", Some("profile")),
            ("Mail.ReadWrite", Some("mail")),
            ("contents:write", Some("code")),
            ("channels:history", Some("messages")),
            ("offline_access", None),
        ] {
            assert_eq!(reached_by(scope), opens, "{scope}");
        }
        assert!(is_scope("channels:read") && !is_scope("jane@corp.example") && !is_scope("a b"));
    }
}
