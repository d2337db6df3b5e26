//! The one place where scanned text is made fit to be shown or stored:
//! control and bidirectional characters out, secrets and mail addresses
//! redacted, length capped. Every excerpt, value and file name passes here.

use std::sync::LazyLock;

use regex::Regex;

/// Longest excerpt, in characters.
pub const EXCERPT_CHARS: usize = 160;

/// `text` without characters that could steer a terminal, reorder what a
/// person reads, or end a line: each becomes U+FFFD.
#[must_use]
pub fn display_safe(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    text.chars().map(|c| if is_unsafe(c) { '\u{FFFD}' } else { c }).collect()
}

/// Longest name or value that is kept, in characters.
const LABEL_CHARS: usize = 200;

/// A name or value of a scanned file as it may be kept: safe to show, and cut.
#[must_use]
pub fn label(text: &str) -> String {
    let mut kept = text.chars();
    let mut label = display_safe(kept.by_ref().take(LABEL_CHARS).collect::<String>().as_str());
    if kept.next().is_some() {
        label.pop();
        label.push('…');
    }
    label
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A line of a scanned file as it may be kept: redacted, safe to show, trimmed
/// and cut to [`EXCERPT_CHARS`] around `focus` (a byte offset into `line`).
#[must_use]
pub fn excerpt(line: &str, focus: usize) -> String {
    // The window is wider than the excerpt so that a secret is seen whole
    // before it is cut.
    let (window, focus) = window_around(line, focus, 4 * EXCERPT_CHARS);
    let safe = |text: &str| -> String {
        let text: String = redact(text).chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
        display_safe(&text)
    };
    let shown = safe(window);
    let shown = shown.trim();
    let total = shown.chars().count();
    if total <= EXCERPT_CHARS {
        return shown.to_owned();
    }
    let before = safe(window.get(..focus).unwrap_or_default()).chars().count();
    let start = before.saturating_sub(EXCERPT_CHARS / 3).min(total - EXCERPT_CHARS + 2);
    let mut cut = String::new();
    if start > 0 {
        cut.push('…');
    }
    cut.extend(shown.chars().skip(start).take(EXCERPT_CHARS - 2));
    cut.push('…');
    cut
}

/// At most `width` bytes of `line` around `focus`, on character borders, and
/// where the focus lies in them.
fn window_around(line: &str, focus: usize, width: usize) -> (&str, usize) {
    let focus = focus.min(line.len());
    if line.len() <= width {
        return (line, focus);
    }
    let mut start = focus.saturating_sub(width / 2);
    let mut end = (start + width).min(line.len());
    while !line.is_char_boundary(start) {
        start -= 1;
    }
    while !line.is_char_boundary(end) {
        end += 1;
    }
    (&line[start..end], focus - start)
}

/// Credentials by their shape: a known vendor prefix or marker.
static KNOWN_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:sk-[A-Za-z0-9_-]{16,}|sk_[A-Za-z0-9_]{16,}|gsk_[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{16,}",
        r"|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}",
        r"|AKIA[A-Z0-9]{12,}|ASIA[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{16,}",
        r"|xox[abposr]-[A-Za-z0-9-]{10,}|pplx-[A-Za-z0-9]{16,}|r8_[A-Za-z0-9]{16,}|xai-[A-Za-z0-9]{16,}",
        r"|lsv2_[A-Za-z0-9_]{16,}|nvapi-[A-Za-z0-9_-]{16,}|ABSK[A-Za-z0-9+/=]{16,}|pcsk_[A-Za-z0-9_]{16,}",
        r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----)",
    ))
    .ok()
});

/// Names that speak of a secret, with what may follow the word in a name.
const SECRET_NAME: &str = concat!(
    r"(?i)((?:api[_-]?key|apikey|token|secret|passw(?:or)?d|passwd|pwd|credential|auth",
    r"|private[_-]?key|access[_-]?key|authorization|bearer|connection[_-]?string)[A-Za-z0-9_-]*",
);

/// A quoted value given to such a name: gone whole, whatever stands in it.
/// The name may be a subscript, have a type, or be the argument before.
static QUOTED_SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let given = r#"(?:["']?\]?\s*(?:=>|:=|[:=]|:\s*[A-Za-z][A-Za-z0-9_\[\]|. ]{0,40}=)|["']\s*,)\s*[A-Za-z]{0,2}"#;
    let value = r#"(?:"((?:[^"\\]|\\.)*)|'((?:[^'\\]|\\.)*)|`([^`]*))"#;
    Regex::new(&format!("{SECRET_NAME}{given}){value}")).ok()
});

/// An unquoted value given to such a name.
static NAMED_SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let given = r#"["']?(?:\s*(?:=>|:=|[:=>])\s*(?:bearer\s+|basic\s+)?["']?)"#;
    Regex::new(&format!(r#"{SECRET_NAME}{given})([^\s"'`,;(){{}}\[\]<>$]{{6,}})"#)).ok()
});

/// A value that only follows such a name, as on a command line.
static FOLLOWING_SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let given = r#"["']?\s+(?:bearer\s+|basic\s+)?["']?"#;
    Regex::new(&format!(r#"{SECRET_NAME}{given})([^\s"'`,;(){{}}\[\]<>$]{{8,}})"#)).ok()
});

/// Credentials inside an address: `https://user:secret@host`. The secret may
/// itself hold an `@`.
static ADDRESS_SECRET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(://[^/\s:@"'<>]*:)([^\s/"'<>]+)(@)"#).ok());

/// Long runs that mix letters and digits: keys without a known shape.
static LONG_RUN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9_+/=-]{32,}").ok());

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}").ok()
});

/// `text` with credentials and mail addresses replaced by what may be told of
/// them. Leans towards redacting too much: an excerpt is a pointer to the
/// line, not a copy of it.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = text.to_owned();
    if let Some(pattern) = KNOWN_KEY.as_ref() {
        out = pattern
            .replace_all(&out, |found: &regex::Captures<'_>| {
                let all = found.get(0).map_or("", |m| m.as_str());
                let shown: String = all.chars().take(3).collect();
                format!("{shown}…({})", all.chars().count())
            })
            .into_owned();
    }
    // Addresses first: what goes before their `@` may look like anything.
    if let Some(pattern) = ADDRESS_SECRET.as_ref() {
        out = pattern.replace_all(&out, "${1}…${3}").into_owned();
    }
    if let Some(pattern) = QUOTED_SECRET.as_ref() {
        out = pattern
            .replace_all(&out, |found: &regex::Captures<'_>| {
                let value = found.iter().skip(2).flatten().next().map_or("", |m| m.as_str());
                if is_reference(value) || value.starts_with("…(") {
                    found[0].to_owned()
                } else {
                    let quote = found[0].chars().nth(found[1].chars().count()).unwrap_or('"');
                    format!("{}{quote}…({})", &found[1], value.chars().count())
                }
            })
            .into_owned();
    }
    for pattern in [&NAMED_SECRET, &FOLLOWING_SECRET].into_iter().filter_map(|p| p.as_ref()) {
        out = pattern
            .replace_all(&out, |found: &regex::Captures<'_>| {
                let (before, value) = (&found[1], &found[2]);
                if is_plainly_no_secret(value) {
                    found[0].to_owned()
                } else {
                    format!("{before}…({})", value.chars().count())
                }
            })
            .into_owned();
    }
    if let Some(pattern) = LONG_RUN.as_ref() {
        out = pattern
            .replace_all(&out, |found: &regex::Captures<'_>| {
                let run = &found[0];
                if looks_random(run) {
                    format!("…({})", run.chars().count())
                } else {
                    run.to_owned()
                }
            })
            .into_owned();
    }
    if let Some(pattern) = MAIL.as_ref() {
        out = pattern.replace_all(&out, "‹mail›").into_owned();
    }
    out
}

/// A quoted text that names where a secret is kept instead of being one:
/// `OPENAI_API_KEY`, `$KEY`, `${KEY}`, `{{ key }}`, nothing.
fn is_reference(value: &str) -> bool {
    let name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    };
    let inside = |open: &str, close: &str| {
        value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).map(str::trim)
    };
    let is_variable = value.contains('_')
        && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    value.is_empty()
        || is_variable
        || [inside("${", "}"), inside("{{", "}}"), inside("${{", "}}")]
            .into_iter()
            .flatten()
            .any(name)
        || value
            .strip_prefix('$')
            .is_some_and(|rest| name(rest) && rest.bytes().all(|b| !b.is_ascii_lowercase()))
}

/// References, calls and names of variables that stand where a secret could.
fn is_plainly_no_secret(value: &str) -> bool {
    value.contains("os.environ")
        || value.contains("process.env")
        || value.contains("getenv")
        || value.contains('.') && value.chars().all(|c| c.is_ascii_alphabetic() || "._".contains(c))
        || value.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        || value.chars().all(|c| c.is_ascii_lowercase() || c == '_') && value.contains('_')
}

/// Whether a long run mixes digits, upper and lower case so that it cannot be
/// a path or a sentence in identifiers.
fn looks_random(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let upper = run.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = run.bytes().filter(u8::is_ascii_lowercase).count();
    let separators = run.bytes().filter(|b| b"-_/".contains(b)).count();
    digits >= 4 && (upper >= 4 || lower >= 4) && separators * 8 <= run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fake credentials are put together here so that none stands in the source.
    fn fake(prefix: &str, length: usize) -> String {
        let tail: String = "aB3dE5gH7jK9".chars().cycle().take(length).collect();
        format!("{prefix}{tail}")
    }

    #[test]
    fn a_vendor_key_leaves_its_first_three_letters_and_its_length() {
        let key = fake("sk-", 48);
        let shown = redact(&format!("client = OpenAI(api_key=\"{key}\")"));
        assert!(!shown.contains(&key[3..12]), "{shown}");
        assert!(shown.contains('…'));
    }

    #[test]
    fn a_password_by_any_shape_is_gone_when_its_name_says_so() {
        for line in [
            "DB_PASSWORD=hunter2hunter2",
            "password: \"correct-horse\"",
            "Authorization: Bearer abcdefgh12345678",
        ] {
            let shown = redact(line);
            assert!(
                !shown.contains("hunter2")
                    && !shown.contains("correct-horse")
                    && !shown.contains("abcdefgh1234"),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_variable_read_is_no_secret() {
        let line = "api_key=os.environ[\"OPENAI_API_KEY\"]";
        assert!(redact(line).contains("OPENAI_API_KEY"));
    }

    #[test]
    fn mail_addresses_and_passwords_in_addresses_are_redacted() {
        let shown = redact("postgres://app:s3cretpw@db/app by someone@example.org");
        assert!(!shown.contains("s3cretpw") && !shown.contains("someone@"), "{shown}");
    }

    #[test]
    fn escape_codes_and_bidi_marks_cannot_reach_a_terminal() {
        let shown = display_safe("a\u{1b}[31mred\u{202e}gnp.exe\nb");
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\n'));
    }

    #[test]
    fn an_excerpt_of_a_huge_line_is_short_and_holds_the_match() {
        let line = format!("{}api.openai.com{}", "x".repeat(100_000), "y".repeat(100_000));
        let shown = excerpt(&line, 100_000);
        assert!(shown.chars().count() <= EXCERPT_CHARS && shown.contains("api.openai.com"));
    }

    #[test]
    fn plain_code_stays_readable() {
        let line = "from langchain_community.vectorstores import Chroma";
        assert_eq!(excerpt(line, 0), line);
    }
}
