//! How the words of package managers name a package and its version. A
//! variable, a path or an address names none.

use crate::model::fact::Ecosystem;

/// Name and version of a word, as the ecosystem's package managers read it.
pub(super) fn of(ecosystem: Ecosystem, text: &str) -> Option<(&str, &str)> {
    match ecosystem {
        Ecosystem::Pypi => pypi(text),
        Ecosystem::Npm => npm(text),
        Ecosystem::Cargo => named_at(text),
        Ecosystem::Golang => golang(text),
        Ecosystem::Conda => conda(text),
        Ecosystem::Composer => composer(text),
        Ecosystem::Github => github(text),
        Ecosystem::Deb | Ecosystem::Apk | Ecosystem::Rpm => of_distribution(ecosystem, text),
        Ecosystem::Pub => of_others(text.strip_prefix("dev:").unwrap_or(text)),
        // `name:version` in some, `name@version` in others, `name[feature]` in one.
        _ => of_others(text),
    }
}

/// The leading name of letters, digits and `extra`, and what follows it.
fn name_of<'a>(text: &'a str, extra: &str) -> Option<(&'a str, &'a str)> {
    let end =
        text.find(|c: char| !c.is_ascii_alphanumeric() && !extra.contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    name.starts_with(|first: char| first.is_ascii_alphanumeric()).then_some((name, rest))
}

/// `name[extra]>=1; marker`, `name @ address`, `name@version`.
fn pypi(text: &str) -> Option<(&str, &str)> {
    let files = [".whl", ".zip", ".gz", ".txt", ".toml", ".tar", ".bz2"];
    let (name, rest) = name_of(text.trim(), "._-")?;
    if files.iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let rest = rest.trim_start();
    if let Some(version) = rest.strip_prefix('@') {
        let version = version.trim();
        return Some((name, if version.contains(['/', ':']) { "" } else { version }));
    }
    if rest.is_empty() || rest.starts_with(';') {
        return Some((name, ""));
    }
    let version = rest.split(';').next().unwrap_or(rest).trim();
    version.starts_with(['=', '<', '>', '!', '~']).then_some((name, version))
}

/// `name@version`, `@scope/name@version`, `alias@npm:name@version`.
fn npm(text: &str) -> Option<(&str, &str)> {
    let text = text.split_once("@npm:").map_or(text, |(_, real)| real);
    let text = text.strip_prefix("npm:").unwrap_or(text);
    let scope = if text.starts_with('@') { text.find('/')? + 1 } else { 0 };
    let end = text.get(scope..)?.find('@').map_or(text.len(), |at| at + scope);
    let (name, rest) = text.split_at(end);
    let (bare, beyond) = name_of(name.get(scope..)?, "._~-")?;
    let plain_scope = name
        .get(1..scope.max(1))?
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._~-/".contains(&byte));
    let version = rest.strip_prefix('@').unwrap_or(rest);
    let is_package = !bare.is_empty() && beyond.is_empty() && plain_scope;
    (is_package && !version.contains([':', '/'])).then_some((name, version))
}

/// `name@version`.
fn named_at(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = name_of(text, "_-")?;
    if rest.is_empty() { Some((name, "")) } else { rest.strip_prefix('@').map(|it| (name, it)) }
}

/// `host.example/path@version`.
fn golang(text: &str) -> Option<(&str, &str)> {
    let (path, version) = text.split_once('@').unwrap_or((text, ""));
    let path = path.trim_end_matches("/...");
    let (host, _) = path.split_once('/')?;
    let is_path = host.contains('.') && !host.starts_with('.') && !path.contains(['$', ':', '\\']);
    is_path.then_some((path, version))
}

/// `channel::name=version=build`, `name>=1`.
fn conda(text: &str) -> Option<(&str, &str)> {
    let text = text.rsplit("::").next().unwrap_or(text).trim();
    let (name, rest) = name_of(text, "._-")?;
    let version = rest.trim();
    let version = match version.strip_prefix('=') {
        Some(exact) if !exact.starts_with('=') => exact.split('=').next().unwrap_or(exact),
        _ => version,
    };
    let is_package = rest.is_empty() || rest.trim_start().starts_with(['=', '<', '>', '!', '~']);
    let is_file = [".yml", ".yaml", ".txt", ".bz2", ".conda"].iter().any(|end| name.ends_with(end));
    (is_package && !is_file && name != "python").then_some((name, version))
}

/// `vendor/name:^1.0`, `vendor/name=1.0`.
fn composer(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.split_once([':', '=']).unwrap_or((text, ""));
    path_of_two(name).then_some((name, version))
}

/// `owner/name@ref`.
fn github(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.split_once(['@', '#']).unwrap_or((text, ""));
    path_of_two(name).then_some((name, version))
}

fn path_of_two(text: &str) -> bool {
    let plain = |part: &str| name_of(part, "._-").is_some_and(|(_, rest)| rest.is_empty());
    text.split_once('/').is_some_and(|(one, other)| plain(one) && plain(other))
}

/// `name=1.0`, `name:amd64`, `name/release` (Debian), `name~1.0`, `name@edge`
/// (Alpine), `name.x86_64` (RPM).
fn of_distribution(ecosystem: Ecosystem, text: &str) -> Option<(&str, &str)> {
    let files = [".deb", ".apk", ".rpm", ".txt", ".list"];
    let (name, rest) = name_of(text, "+._-")?;
    if files.iter().any(|ending| text.ends_with(ending)) {
        return None;
    }
    let machines = [".x86_64", ".aarch64", ".noarch", ".i686"];
    let bare = machines.iter().find_map(|machine| name.strip_suffix(machine));
    let name = bare.filter(|_| ecosystem == Ecosystem::Rpm).unwrap_or(name);
    let version = match rest.chars().next() {
        None => "",
        Some('=') => rest.trim_start_matches('='),
        Some('<' | '>' | '~') if ecosystem != Ecosystem::Deb => rest,
        Some(':') if ecosystem == Ecosystem::Deb => {
            rest.split_once('=').map_or("", |(_, version)| version)
        }
        Some('/') if ecosystem == Ecosystem::Deb && !rest.get(1..)?.contains('/') => "",
        Some('@') if ecosystem == Ecosystem::Apk => "",
        _ => return None,
    };
    Some((name, version))
}

/// `name`, `name@version`, `name:version`, `name[feature]:machine`, `tap/name`.
fn of_others(text: &str) -> Option<(&str, &str)> {
    let text = match text.rsplit_once('/') {
        Some((place, name)) if path_of_two(place) => name,
        Some(_) => return None,
        None => text,
    };
    let (name, rest) = name_of(text, "._+-")?;
    let files = [".rb", ".gem", ".nupkg", ".rock", ".rockspec", ".tar.gz", ".tgz", ".json"];
    if files.iter().any(|ending| text.ends_with(ending)) {
        return None;
    }
    match rest.chars().next() {
        Some('@' | ':') => Some((name, rest.get(1..).unwrap_or_default())),
        None | Some('[') => Some((name, "")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_of_every_registry_are_told_apart() {
        assert_eq!(pypi("a-b[x,y]>=1,<2; python_version<'3'"), Some(("a-b", ">=1,<2")));
        assert_eq!(pypi("a @ git+https://host.example/a"), Some(("a", "")));
        assert_eq!(pypi("a==${V}"), Some(("a", "==${V}")));
        assert_eq!(npm("@s/a@^1"), Some(("@s/a", "^1")));
        assert_eq!(npm("b@npm:@s/a@1"), Some(("@s/a", "1")));
        assert_eq!(npm("a"), Some(("a", "")));
        assert_eq!(
            golang("host.example/a/v2/cmd@v2.1.0"),
            Some(("host.example/a/v2/cmd", "v2.1.0"))
        );
        assert_eq!(conda("forge::a=1.2=py3"), Some(("a", "1.2")));
        assert_eq!(conda("a>=1"), Some(("a", ">=1")));
        assert_eq!(named_at("a-b@1.0"), Some(("a-b", "1.0")));
    }

    #[test]
    fn paths_addresses_and_variables_name_no_package() {
        for text in [".", "./a", "/a", "$A", "git+https://h.example/a", "a.whl", "a/b", "${A}[x]"] {
            assert_eq!(pypi(text), None, "{text}");
        }
        for text in [".", "./a", "a/b", "git://h.example/a", "a@file:../a", "$A", "@s", "@$S/a"] {
            assert_eq!(npm(text), None, "{text}");
        }
        assert_eq!(golang("./cmd/..."), None);
        assert_eq!(golang("tool"), None);
        assert_eq!(conda("python=3.12"), None);
    }

    #[test]
    fn distributions_and_others_have_spellings_of_their_own() {
        assert_eq!(of(Ecosystem::Deb, "a-dev=1:2.0-1"), Some(("a-dev", "1:2.0-1")));
        assert_eq!(of(Ecosystem::Deb, "a:amd64=2"), Some(("a", "2")));
        assert_eq!(of(Ecosystem::Deb, "a/stable"), Some(("a", "")));
        assert_eq!(of(Ecosystem::Deb, "./a.deb"), None);
        assert_eq!(of(Ecosystem::Apk, "a~=1.2"), Some(("a", "~=1.2")));
        assert_eq!(of(Ecosystem::Apk, ".build-deps"), None);
        assert_eq!(of(Ecosystem::Rpm, "a-devel.x86_64"), Some(("a-devel", "")));
        assert_eq!(of(Ecosystem::Composer, "v/a:^1"), Some(("v/a", "^1")));
        assert_eq!(of(Ecosystem::Composer, "^1"), None);
        assert_eq!(of(Ecosystem::Gem, "a:1.0"), Some(("a", "1.0")));
        assert_eq!(of(Ecosystem::Generic, "team/tap/a@2"), Some(("a", "2")));
        assert_eq!(of(Ecosystem::Vcpkg, "a[cuda]:x64-linux"), Some(("a", "")));
        assert_eq!(of(Ecosystem::Npm, "npm:@s/a@1"), Some(("@s/a", "1")));
        assert_eq!(of(Ecosystem::Github, "o/a@v1"), Some(("o/a", "v1")));
    }
}
