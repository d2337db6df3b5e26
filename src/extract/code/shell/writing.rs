//! Data written within a script: fields of JSON in a word or a line, and lines
//! of a here-document that give a name a value.
//!
//! Reads leniently: the text is only right once a shell has filled it in.

/// Longest name of a field, in bytes.
const NAME_BYTES: usize = 64;

/// The `"name": "value"` pairs of a text, with the offset of the value in it.
pub(super) fn fields(text: &str) -> Vec<(&str, &str, usize)> {
    let mut found = Vec::new();
    // The last string that a colon follows.
    let mut name: Option<&str> = None;
    let mut at = 0;
    while let Some(open) = find(text, at, b'"') {
        let Some(close) = end_of_string(text, open + 1) else { break };
        let said = text.get(open + 1..close).unwrap_or_default();
        let behind = text.get(close + 1..).unwrap_or_default();
        let blanks = behind.bytes().take(16).take_while(u8::is_ascii_whitespace).count();
        let is_name = behind.as_bytes().get(blanks) == Some(&b':');
        // Between a name and its value stands nothing but a colon.
        let between = text.get(at..open).unwrap_or_default();
        let follows = between.len() <= 16
            && between.trim().strip_prefix(':').is_some_and(|rest| rest.trim().is_empty());
        match name {
            Some(name) if follows && !is_name => found.push((name, said, open + 1)),
            _ => {}
        }
        name = (is_name && said.len() <= NAME_BYTES).then_some(said);
        at = close + 1;
    }
    found
}

fn find(text: &str, from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, text.as_bytes().get(from..)?).map(|at| from + at)
}

/// Where the string that starts here ends: at the next quote that no backslash
/// protects.
fn end_of_string(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', text.as_bytes().get(at..)?)?;
        if text.as_bytes().get(found) == Some(&b'"') {
            return Some(found);
        }
        at = found + 2;
    }
}

/// `name=value`, `name: value`, `name = "value"`: a line that gives a name a
/// value, with the offset of the value in it.
pub(super) fn given(line: &str) -> Option<(&str, &str, usize)> {
    let start = line.len() - line.trim_start_matches([' ', '\t', '-', '"']).len();
    let rest = line.get(start..)?;
    let rest = rest.strip_prefix("export ").unwrap_or(rest);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)))?;
    let (name, behind) = rest.split_at(end);
    let sign = behind.trim_start_matches([' ', '"']);
    let value = match sign.strip_prefix('=') {
        Some(value) => value,
        // A colon that no blank follows is part of an address.
        None => sign.strip_prefix(':').filter(|value| value.starts_with([' ', '\t']))?,
    };
    let value = value.trim().trim_end_matches(',');
    let value = value.trim_matches(['"', '\'']);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    // `{}` stands for a variable.
    let is_scalar = !value.is_empty() && !value.replace("{}", "").contains(['"', '{', ' ']);
    if !is_name || name.len() > NAME_BYTES || !is_scalar {
        return None;
    }
    Some((name, value, line.rfind(value)?))
}

/// `name=value` in a word of a command.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split('[').next().unwrap_or(name);
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && name.starts_with(|c: char| !c.is_ascii_digit())).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_strings_behind_a_name() {
        let text = r#"{"model": "a-1", "n": 2, "list": ["x"], "in": {"role":"user", "b": "c\"d"}}"#;
        let found: Vec<_> =
            fields(text).into_iter().map(|(name, value, _)| (name, value)).collect();
        assert_eq!(found, [("model", "a-1"), ("role", "user"), ("b", "c\\\"d")]);
        assert!(fields(r#"say "this" to "them"#).is_empty());
    }

    #[test]
    fn a_line_may_give_a_name_a_value() {
        assert_eq!(given("  model: a-1").map(|it| (it.0, it.1)), Some(("model", "a-1")));
        assert_eq!(given("A_KEY=x").map(|it| (it.0, it.1)), Some(("A_KEY", "x")));
        assert_eq!(given("m = \"a-1\",").map(|it| (it.0, it.1, it.2)), Some(("m", "a-1", 5)));
        assert_eq!(given("https://host.example/a"), None);
        assert_eq!(given("Note: this is text"), None);
    }
}
