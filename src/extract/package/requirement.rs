//! One requirement of the Python world, as pip reads it: a name, extras and
//! version (PEP 508), a place to fetch from, or an option of pip. Shared by
//! every format that carries such strings.
//!
//! Knows the grammar of one line and no file.

/// What one line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A package by its name.
    Package {
        /// As written, without extras.
        name: &'a str,
        /// The version requirement as written; empty if there is none.
        version: &'a str,
    },
    /// Another requirements file that belongs to this one.
    Include(&'a str),
    /// An option, a comment, a local folder: nothing that names a package.
    Nothing,
    /// Not a line that pip would take.
    Unreadable,
}

/// Reads a line without its continuation marks.
pub(super) fn read(line: &str) -> Line<'_> {
    let line = without_comment(line).trim();
    if line.is_empty() {
        Line::Nothing
    } else if line.starts_with('-') {
        option(line)
    } else {
        item(line)
    }
}

/// The name in the form in which the registry compares names (PEP 503).
pub(super) fn normal_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        if !matches!(letter, '-' | '_' | '.') {
            normal.push(letter.to_ascii_lowercase());
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}

/// A `#` starts a comment at the start or after white space; elsewhere it is
/// the fragment of an address.
fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let comment = memchr::memchr_iter(b'#', bytes).find(|at| {
        at.checked_sub(1)
            .is_none_or(|before| bytes.get(before).is_some_and(u8::is_ascii_whitespace))
    });
    comment.and_then(|at| line.get(..at)).unwrap_or(line)
}

fn option(line: &str) -> Line<'_> {
    let end = line.find(|letter: char| letter.is_whitespace() || letter == '=');
    let (flag, value) = end.and_then(|at| line.split_at_checked(at)).unwrap_or((line, ""));
    let value = value.trim_start_matches('=').trim();
    let unquoted = value.trim_matches(['"', '\'']);
    match flag {
        "-r" | "--requirement" if !unquoted.is_empty() => Line::Include(unquoted),
        "-e" | "--editable" => match item(unquoted) {
            package @ Line::Package { .. } => package,
            _ => Line::Nothing,
        },
        _ if flag.starts_with("-r") && flag.len() > 2 => Line::Include(flag.get(2..).unwrap_or("")),
        _ => Line::Nothing,
    }
}

fn item(text: &str) -> Line<'_> {
    if let Some((name, rest)) = split_name(text)
        && (rest.starts_with('@') || !is_archive(text))
        && let Some(version) = version_in(rest)
    {
        return Line::Package { name, version };
    }
    if text.contains(['/', '\\']) || text.starts_with('.') || is_archive(text) {
        return place(text);
    }
    Line::Unreadable
}

/// The name at the start and what follows its extras.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let end = text.find(|letter| !is_name(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let outer = |letter: Option<char>| letter.is_some_and(|found| found.is_ascii_alphanumeric());
    if !outer(name.chars().next()) || !outer(name.chars().next_back()) {
        return None;
    }
    let rest = rest.trim_start();
    match rest.strip_prefix('[') {
        None => Some((name, rest)),
        Some(extras) => extras.split_once(']').map(|(_, after)| (name, after.trim_start())),
    }
}

/// The version requirement that follows a name; `None` if what follows is
/// nothing that may follow a name.
fn version_in(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    if let Some(address) = rest.strip_prefix('@') {
        return Some(wheel(address.trim()).map_or("", |(_, version)| version));
    }
    if rest.starts_with("--") {
        return Some("");
    }
    let rest = rest.split(';').next().unwrap_or_default();
    // Hashes and other options of pip follow on the same (joined) line.
    let rest = rest.split(" --").next().unwrap_or_default().trim();
    let inner = rest.strip_prefix('(').map(|inner| inner.trim_end_matches(')'));
    let version = inner.unwrap_or(rest).trim();
    (version.is_empty() || version.starts_with(['<', '>', '=', '!', '~'])).then_some(version)
}

fn is_archive(text: &str) -> bool {
    let end = text.find([';', '#', '?', ' ']).unwrap_or(text.len());
    let file = text.get(..end).unwrap_or_default();
    [".whl", ".zip", ".tar.gz"].iter().any(|suffix| file.ends_with(suffix))
}

/// An address or path: it names a package only in its fragment or in the
/// name of a wheel.
fn place(text: &str) -> Line<'_> {
    let text = text.split_whitespace().next().unwrap_or_default();
    if let Some((name, version)) = wheel(text) {
        return Line::Package { name, version };
    }
    // A folder of one's own is no package, whatever it calls itself.
    if text.starts_with(['.', '/', '~']) || text.starts_with("file:") {
        return Line::Nothing;
    }
    let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
    fragment
        .split('&')
        .find_map(|part| part.strip_prefix("egg="))
        .and_then(split_name)
        .map_or(Line::Nothing, |(name, _)| Line::Package { name, version: "" })
}

/// Name and version of a wheel: `name-version-….whl` (PEP 427).
fn wheel(address: &str) -> Option<(&str, &str)> {
    let end = address.find(['#', '?', ' ', ';']).unwrap_or(address.len());
    let path = address.get(..end)?;
    let file = path.rsplit(['/', '\\']).next()?.strip_suffix(".whl")?;
    let mut parts = file.split('-');
    let (name, version) = (parts.next()?, parts.next()?);
    split_name(name).map(|(name, _)| (name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package<'a>(name: &'a str, version: &'a str) -> Line<'a> {
        Line::Package { name, version }
    }

    #[test]
    fn a_requirement_is_read_whatever_follows_its_name() {
        assert_eq!(read("requests"), package("requests", ""));
        assert_eq!(read("requests>=1,<2 ; python_version < '3.9'"), package("requests", ">=1,<2"));
        assert_eq!(read("fastapi[all] ==0.1 # why"), package("fastapi", "==0.1"));
        assert_eq!(read("flask (>=2.0)"), package("flask", ">=2.0"));
        assert_eq!(read("a==1 --hash=sha256:00"), package("a", "==1"));
        assert_eq!(read("a --hash=sha256:00"), package("a", ""));
        assert_eq!(read("a@https://f.example/b.tar.gz"), package("a", ""));
        assert_eq!(read("a @ git+https://git.example/a.git"), package("a", ""));
        assert_eq!(read("a@https://f.example/a-1.2-py3-none-any.whl"), package("a", "1.2"));
    }

    #[test]
    fn a_place_names_a_package_only_in_its_fragment_or_wheel() {
        assert_eq!(
            read("-e git+https://g.example/a#egg=a_b[x]&subdirectory=c"),
            package("a_b", "")
        );
        assert_eq!(read("./wheels/flask-2.1.0-cp311-none.whl"), package("flask", "2.1.0"));
        assert_eq!(read("-e ."), Line::Nothing);
        assert_eq!(read("../lib#egg=lib"), Line::Nothing);
        assert_eq!(read("https://f.example/a.tar.gz"), Line::Nothing);
    }

    #[test]
    fn options_are_followed_or_ignored() {
        assert_eq!(read("-r base.txt"), Line::Include("base.txt"));
        assert_eq!(read("-rbase.txt"), Line::Include("base.txt"));
        assert_eq!(read("--requirement=base.txt"), Line::Include("base.txt"));
        assert_eq!(read("-c limits.txt"), Line::Nothing);
        assert_eq!(read("--index-url https://registry.example"), Line::Nothing);
        assert_eq!(read("   # requests"), Line::Nothing);
    }

    #[test]
    fn prose_is_no_requirement() {
        assert_eq!(read("The system shall not."), Line::Unreadable);
        assert_eq!(read("{{ name }}"), Line::Unreadable);
        assert_eq!(read("größe"), Line::Unreadable);
    }

    #[test]
    fn names_are_compared_as_the_registry_does() {
        assert_eq!(normal_name("Private_Lib.-x"), "private-lib-x");
    }
}
