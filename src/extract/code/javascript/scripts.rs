//! Where the scripts of a component file (Vue, Svelte) stand. The template
//! around them is not code.

use std::ops::Range;

use memchr::memmem;

/// The texts between `<script …>` and `</script>`, and before them what stands
/// between the fences that a component of Astro may start with.
pub(super) fn scripts(text: &str) -> Vec<Range<usize>> {
    let front = front(text);
    let mut at = front.as_ref().map_or(0, |front| front.end);
    let mut found: Vec<Range<usize>> = front.into_iter().collect();
    while let Some(start) = memchr::memchr(b'<', rest(text, at)).map(|found| at + found) {
        let tag = rest(text, start);
        if tag.starts_with(b"<!--") {
            match memmem::find(tag, b"-->") {
                Some(end) => at = start + end,
                None => return found,
            }
        } else if starts_script(tag) {
            let Some(head) = memchr::memchr(b'>', tag) else { return found };
            let body = start + head + 1;
            let end = body + end_of_script(rest(text, body));
            if is_code(tag.get(..head).unwrap_or_default()) {
                found.push(body..end);
            }
            at = end;
        } else {
            at = start + 1;
        }
    }
    found
}

/// What stands between `---` and `---` at the beginning.
fn front(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len() + 3;
    let behind = text.trim_start().strip_prefix("---")?;
    let line = behind.find('\n')?;
    if !behind.get(..line)?.trim().is_empty() {
        return None;
    }
    let end = memmem::find(behind.as_bytes(), b"\n---")?;
    Some(start..start + end)
}

fn rest(text: &str, from: usize) -> &[u8] {
    text.as_bytes().get(from..).unwrap_or_default()
}

fn starts_script(tag: &[u8]) -> bool {
    tag.get(..7).is_some_and(|name| name.eq_ignore_ascii_case(b"<script"))
        && tag.get(7).is_some_and(|behind| !behind.is_ascii_alphanumeric() && *behind != b'-')
}

fn end_of_script(body: &[u8]) -> usize {
    memchr::memchr_iter(b'<', body)
        .find(|at| {
            let end = body.get(*at..*at + 8);
            end.is_some_and(|end| end.eq_ignore_ascii_case(b"</script"))
        })
        .unwrap_or(body.len())
}

/// Data may stand in a script, too: `<script type="application/json">`.
fn is_code(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let Some((_, behind)) = head.split_once("type=") else { return true };
    ["module", "javascript", "typescript", "jsx", "tsx"].iter().any(|word| behind.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<&str> {
        scripts(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn only_scripts_are_code() {
        assert_eq!(
            bodies("<script setup lang=\"ts\">a</script><p>b</p><SCRIPT>c</SCRIPT >"),
            ["a", "c"]
        );
        assert_eq!(bodies("<!-- <script>a</script> --><script-x>b</script-x>"), Vec::<&str>::new());
        assert_eq!(bodies("<script type=\"application/json\">{}</script>"), Vec::<&str>::new());
        assert_eq!(bodies("\n---\na\n---\n<p>b</p><script>c</script>"), ["\na", "c"]);
        assert_eq!(bodies("--- a\n---\n"), Vec::<&str>::new());
        assert_eq!(bodies("<script>a"), ["a"]);
        assert_eq!(bodies("<script"), Vec::<&str>::new());
    }
}
