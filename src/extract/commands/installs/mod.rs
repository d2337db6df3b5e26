//! Package managers in command lines: which packages a command asks them for.
//! Knows their words and options; knows no file format. A variable, a path or
//! an address names no package.

mod expressions;
mod families;
mod names;

use std::borrow::Cow;

use self::families::{FAMILIES, Family, PACKAGE_ELSEWHERE, Recipe, SOURCE_ELSEWHERE};
use super::{Style, Token, Tokens, Word};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

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
    if expressions::tell(program, arguments, take) {
        return;
    }
    let family = FAMILIES.iter().find(|family| {
        family.recipes.iter().any(|recipe| recipe.command.first() == Some(&program))
    });
    let Some(family) = family else { return };
    let (mut words, version) = positional(arguments, family);
    // `dotnet add PROJECT package NAME`
    if program == "dotnet" && words.get(2).is_some_and(|word| word.text == "package") {
        words.remove(1);
    }
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
    let scope = scope_of(arguments, family.ecosystem);
    // `pixi add --pypi` asks the other registry.
    let elsewhere = arguments.iter().any(|word| word.text == "--pypi");
    let ecosystem = if elsewhere { Ecosystem::Pypi } else { family.ecosystem };
    for word in packages.iter().take(count) {
        tell_package(word, version, ecosystem, scope, take);
    }
}

/// What the options say that the packages are needed for.
fn scope_of(arguments: &[Word<'_>], ecosystem: Ecosystem) -> Scope {
    let has = |options: &[&str]| arguments.iter().any(|word| options.contains(&word.text.as_ref()));
    let short = ecosystem == Ecosystem::Npm && has(&["-D"]);
    if short || has(&["--dev", "--save-dev"]) {
        Scope::Development
    } else if ecosystem == Ecosystem::Cargo && has(&["--build"]) {
        Scope::Build
    } else if has(&["--save-optional", "--optional"]) {
        Scope::Optional
    } else {
        Scope::Runtime
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
        if family.version_options.contains(&text) {
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

fn tell_package(
    word: &Word<'_>,
    version: Option<&str>,
    ecosystem: Ecosystem,
    scope: Scope,
    take: &mut Take<'_>,
) {
    let Some((name, given)) = names::of(ecosystem, &word.text) else { return };
    let version = version.unwrap_or(given);
    let version = if version.contains(['$', '{']) { "" } else { version };
    take(word.offset, installed(ecosystem, name, version, scope));
}

fn installed<'a>(ecosystem: Ecosystem, name: &'a str, version: &'a str, scope: Scope) -> Fact<'a> {
    Fact::Package(Package {
        ecosystem,
        name: Cow::Borrowed(name),
        version: Cow::Borrowed(version),
        resolved: false,
        direct: Some(true),
        scope,
    })
}
