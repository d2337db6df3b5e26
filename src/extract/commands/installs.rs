//! Package managers in command lines: which packages a command asks them for.
//! Knows their words and options; knows no file format. A variable, a path or
//! an address names no package.

use std::borrow::Cow;

use super::{Style, Token, Tokens, Word};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Package managers that share one registry and the shape of their options.
struct Family {
    ecosystem: Ecosystem,
    /// Options whose value is the next word.
    value_options: &'static [&'static str],
    recipes: &'static [Recipe],
}

/// A program and its words that mean "install what follows".
struct Recipe {
    command: &'static [&'static str],
    /// Only the first word is a package; the rest is for the program in it.
    first_only: bool,
}

const fn all(command: &'static [&'static str]) -> Recipe {
    Recipe { command, first_only: false }
}

const fn first(command: &'static [&'static str]) -> Recipe {
    Recipe { command, first_only: true }
}

/// Options after which the first word is a program and not its package.
const PACKAGE_ELSEWHERE: &[&str] = &["-p", "--package", "--from", "--spec"];

/// Options that say that a crate does not come from a registry.
const SOURCE_ELSEWHERE: &[&str] = &["--git", "--path"];

const FAMILIES: &[Family] = &[
    Family {
        ecosystem: Ecosystem::Pypi,
        #[rustfmt::skip]
        value_options: &[
            "-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-i",
            "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links",
            "-t", "--target", "--prefix", "--root", "--src", "--platform", "--python-version",
            "--implementation", "--abi", "--trusted-host", "--cache-dir", "--timeout",
            "--default-timeout", "--retries", "--proxy", "--cert", "--client-cert", "--log",
            "--report", "--no-binary", "--only-binary", "--config-settings", "-C", "-e",
            "--editable", "-p", "--python", "--progress-bar", "--upgrade-strategy", "--group", "-G",
            "--optional", "--extra", "--extras", "-E", "--source", "--index-strategy",
            "--link-mode", "--torch-backend", "--build-constraint", "--override", "--exclude-newer",
            "--exists-action", "--root-user-action", "--directory", "--project", "--package",
            "--prerelease", "--resolution", "--keyring-provider", "--branch", "--tag", "--rev",
            "--suffix", "--pip-args", "--with", "-P",
        ],
        recipes: &[
            all(&["pip", "install"]),
            all(&["uv", "pip", "install"]),
            all(&["uv", "add"]),
            all(&["uv", "tool", "install"]),
            first(&["uvx"]),
            all(&["pipx", "install"]),
            first(&["pipx", "run"]),
            all(&["poetry", "add"]),
            all(&["pdm", "add"]),
            all(&["pipenv", "install"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Npm,
        #[rustfmt::skip]
        value_options: &[
            "--workspace", "--prefix", "--registry", "--cache", "--loglevel", "--tag", "--omit",
            "--include", "--userconfig", "-C", "--dir", "--filter", "-F", "--cwd",
            "--modules-folder", "--network-timeout", "--fetch-timeout", "--store-dir", "-c",
            "--call", "--cache-folder",
        ],
        recipes: &[
            all(&["npm", "install"]),
            all(&["npm", "i"]),
            all(&["npm", "add"]),
            first(&["npm", "exec"]),
            first(&["npx"]),
            all(&["yarn", "add"]),
            all(&["yarn", "global", "add"]),
            first(&["yarn", "dlx"]),
            all(&["pnpm", "add"]),
            all(&["pnpm", "install"]),
            all(&["pnpm", "i"]),
            first(&["pnpm", "dlx"]),
            all(&["bun", "add"]),
            all(&["bun", "install"]),
            all(&["bun", "i"]),
            first(&["bunx"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Cargo,
        #[rustfmt::skip]
        value_options: &[
            "--version", "--vers", "--git", "--branch", "--tag", "--rev", "--path", "--root",
            "--index", "--registry", "--features", "-F", "--profile", "--target", "--target-dir",
            "--bin", "--example", "--jobs", "-j", "--config", "--color", "-Z",
        ],
        recipes: &[all(&["cargo", "install"]), all(&["cargo", "binstall"])],
    },
    Family {
        ecosystem: Ecosystem::Golang,
        #[rustfmt::skip]
        value_options: &[
            "-ldflags", "-tags", "-o", "-p", "-gcflags", "-asmflags", "-mod", "-modfile", "-C",
        ],
        recipes: &[all(&["go", "install"]), all(&["go", "get"])],
    },
    Family {
        ecosystem: Ecosystem::Conda,
        #[rustfmt::skip]
        value_options: &[
            "-n", "--name", "-p", "--prefix", "-c", "--channel", "--file", "-f", "--solver", "-r",
            "--root-prefix", "--repodata-fn",
        ],
        recipes: &[
            all(&["conda", "install"]),
            all(&["conda", "create"]),
            all(&["mamba", "install"]),
            all(&["mamba", "create"]),
            all(&["micromamba", "install"]),
            all(&["micromamba", "create"]),
        ],
    },
];

/// Words that may stand before the program.
const LEADERS: &[&str] = &[
    "sudo", "env", "exec", "time", "nohup", "then", "do", "else", "elif", "if", "while", "until",
    "!", "{",
];

const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ash"];

/// Takes a fact and the byte offset where it stands.
type Take<'t> = dyn FnMut(usize, Fact<'_>) + 't;

/// Tells the packages that the commands install.
pub fn tell(tokens: Tokens<'_>, take: &mut Take<'_>) {
    each_command(tokens, &mut |command| {
        if let Some(script) = script_of(command).filter(|it| matches!(it.text, Cow::Borrowed(_))) {
            let tokens = Tokens::new(&script.text, script.offset, Style::Shell);
            each_command(tokens, &mut |command| tell_command(command, take));
        } else {
            tell_command(command, take);
        }
    });
}

fn each_command(tokens: Tokens<'_>, take: &mut dyn FnMut(&[Word<'_>])) {
    let mut command = Vec::new();
    for token in tokens {
        match token {
            Token::Word(word) => command.push(word),
            Token::End => {
                take(&command);
                command.clear();
            }
        }
    }
    take(&command);
}

/// The text after `sh -c`.
pub fn script_of<'w, 'a>(command: &'w [Word<'a>]) -> Option<&'w Word<'a>> {
    let [shell, rest @ ..] = after_leaders(command) else { return None };
    if !SHELLS.contains(&program_of(&shell.text)) {
        return None;
    }
    let option = rest.iter().position(|word| {
        word.text
            .strip_prefix('-')
            .is_some_and(|flags| !flags.starts_with('-') && flags.ends_with('c'))
    })?;
    rest.get(option + 1)
}

/// The command without what may stand before its program.
pub fn after_leaders<'w, 'a>(command: &'w [Word<'a>]) -> &'w [Word<'a>] {
    let mut led = false;
    let leading = command.iter().take_while(|word| {
        let assigned = word.text.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        let leads = LEADERS.contains(&word.text.as_ref()) || (led && word.text.starts_with('-'));
        led |= leads;
        assigned || leads
    });
    let count = leading.count();
    command.get(count..).unwrap_or_default()
}

/// The program's name without its folder and, for pip, its version.
pub fn program_of(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    let bare = name.trim_end_matches(|end: char| end.is_ascii_digit() || end == '.');
    if matches!(bare, "pip" | "python" | "pypy") { bare } else { name }
}

/// Tells the packages that one command installs.
pub fn tell_command(command: &[Word<'_>], take: &mut Take<'_>) {
    let command = module_of(after_leaders(command));
    let Some((program, arguments)) = command.split_first() else { return };
    let program = program_of(&program.text);
    let family = FAMILIES.iter().find(|family| {
        family.recipes.iter().any(|recipe| recipe.command.first() == Some(&program))
    });
    let Some(family) = family else { return };
    let (words, version) = positional(arguments, family);
    let recipe = family.recipes.iter().find(|recipe| {
        let mut wanted = recipe.command.iter();
        wanted.next() == Some(&program)
            && wanted.len() <= words.len()
            && wanted.zip(&words).all(|(wanted, word)| word.text == *wanted)
    });
    let Some(recipe) = recipe else { return };
    if has_source_elsewhere(arguments, family, recipe) {
        return;
    }
    let packages = words.get(recipe.command.len() - 1..).unwrap_or_default();
    let count = if recipe.first_only { 1 } else { packages.len() };
    let version = version.filter(|_| packages.len() == 1);
    for word in packages.iter().take(count) {
        tell_package(word, version, family.ecosystem, take);
    }
}

/// `python -m pip …` is `pip …`.
fn module_of<'w, 'a>(command: &'w [Word<'a>]) -> &'w [Word<'a>] {
    let is_python = command
        .first()
        .is_some_and(|word| matches!(program_of(&word.text), "python" | "pypy" | "py"));
    let module = command.iter().take(6).position(|word| word.text == "-m");
    match module {
        Some(at) if is_python => command.get(at + 1..).unwrap_or_default(),
        _ => command,
    }
}

/// The words that are neither options, their values nor redirections; and the
/// version that an option gives.
fn positional<'w, 'a>(
    arguments: &'w [Word<'a>],
    family: &Family,
) -> (Vec<&'w Word<'a>>, Option<&'w str>) {
    let mut words = Vec::new();
    let mut version = None;
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let text = word.text.as_ref();
        if family.ecosystem == Ecosystem::Cargo && matches!(text, "--version" | "--vers") {
            version = rest.next().map(|word| word.text.as_ref());
        } else if let Some(given) = text.strip_prefix("--version=") {
            version = Some(given);
        } else if family.value_options.contains(&text) || matches!(text, ">" | ">>" | "<" | "2>") {
            rest.next();
        } else if !text.starts_with(['-', '>', '<', '&']) && !text.starts_with("2>") {
            words.push(word);
        }
    }
    (words, version)
}

fn has_source_elsewhere(arguments: &[Word<'_>], family: &Family, recipe: &Recipe) -> bool {
    let elsewhere = match family.ecosystem {
        Ecosystem::Cargo => SOURCE_ELSEWHERE,
        _ if recipe.first_only => PACKAGE_ELSEWHERE,
        _ => return false,
    };
    arguments.iter().any(|word| {
        let option = word.text.split('=').next().unwrap_or_default();
        elsewhere.contains(&option)
    })
}

fn tell_package(word: &Word<'_>, version: Option<&str>, ecosystem: Ecosystem, take: &mut Take<'_>) {
    let read = match ecosystem {
        Ecosystem::Pypi => pypi(&word.text),
        Ecosystem::Npm => npm(&word.text),
        Ecosystem::Cargo => named_at(&word.text),
        Ecosystem::Golang => golang(&word.text),
        _ => conda(&word.text),
    };
    let Some((name, given)) = read else { return };
    let version = version.unwrap_or(given);
    let version = if version.contains(['$', '{']) { "" } else { version };
    take(
        word.offset,
        Fact::Package(Package {
            ecosystem,
            name: Cow::Borrowed(name),
            version: Cow::Borrowed(version),
            resolved: false,
            direct: Some(true),
            scope: Scope::Runtime,
        }),
    );
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
}
