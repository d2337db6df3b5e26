//! Which packages one statement of a build script asks for, and the words
//! that its text may be put together from. Knows no blocks.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::may_be_version;
use super::super::script::{Kind, Token};
use super::coordinates;
use crate::model::fact::Scope;

/// A package as the script names it; code in its text is not resolved yet.
#[derive(Debug)]
pub(super) struct Demand<'a> {
    /// `group:artifact`.
    pub(super) name: Cow<'a, str>,
    pub(super) version: Cow<'a, str>,
    pub(super) direct: Option<bool>,
    pub(super) scope: Scope,
    pub(super) offset: usize,
}

/// What the place of a statement says of the packages in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) direct: Option<bool>,
    pub(super) scope: Scope,
}

fn name_at<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at).map(|token| &token.kind) {
        Some(Kind::Name(name)) => Some(name),
        _ => None,
    }
}

fn text_at<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> Option<(&'t Cow<'a, str>, usize)> {
    match tokens.get(at) {
        Some(Token { kind: Kind::Text(text), offset }) => Some((text, *offset)),
        _ => None,
    }
}

fn is_sign(tokens: &[Token<'_>], at: usize, signs: &[u8]) -> bool {
    matches!(tokens.get(at), Some(Token { kind: Kind::Sign(sign), .. }) if signs.contains(sign))
}

/// The packages of a statement in a block of dependencies:
/// `name "g:a:v"`, `name(platform("g:a:v"))`, `name group: 'g', name: 'a'`,
/// `name("g", "a", "v")`, `"name"("g:a:v")`, `add("name", "g:a:v")`.
pub(super) fn dependencies<'a>(tokens: &[Token<'a>], place: Place, found: &mut Vec<Demand<'a>>) {
    let named_by_text = text_at(tokens, 0).map(|(text, _)| text.to_string());
    let head = match (&named_by_text, name_at(tokens, 0)) {
        (Some(text), _) => text.as_str(),
        (None, Some("add")) => text_at(tokens, 2).map_or("", |(text, _)| text),
        (None, Some(name)) => name,
        (None, None) => return,
    };
    if matches!(head, "exclude" | "because" | "project" | "def" | "val" | "var" | "apply") {
        return;
    }
    let scope = place.scope.max(scope_of(head));
    let place = Place { direct: place.direct, scope };
    let bom = Place { direct: None, scope: Scope::Build };
    let place = if head == "mavenBom" { bom } else { place };
    let start = found.len();
    let mut parts = Parts::default();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Text(text) = &token.kind else { continue };
        let before = at.checked_sub(2).and_then(|at| name_at(tokens, at));
        let is_part = at > 0 && is_sign(tokens, at - 1, b":=");
        if let Some(part) = before.filter(|_| is_part) {
            parts.take(part, text, token.offset, place, found);
            continue;
        }
        let Some(read) = coordinates(text) else { continue };
        let is_platform = matches!(before, Some("platform" | "enforcedPlatform"));
        let Place { direct, scope } = if is_platform { bom } else { place };
        let (name, version) = split(text, read.name.len(), read.version);
        found.push(Demand { name, version, direct, scope, offset: token.offset });
    }
    parts.finish(place, found);
    if found.len() == start {
        positional(tokens, place, found);
    }
}

/// Name and version out of one text, borrowed where it is.
fn split<'a>(text: &Cow<'a, str>, name: usize, version: &str) -> (Cow<'a, str>, Cow<'a, str>) {
    match text {
        Cow::Borrowed(text) => {
            let from = (name + 1).min(text.len());
            let version = text.get(from..from + version.len()).unwrap_or_default();
            (text.get(..name).unwrap_or_default().into(), version.into())
        }
        Cow::Owned(text) => {
            (text.get(..name).unwrap_or_default().to_owned().into(), version.to_owned().into())
        }
    }
}

/// `group: 'g', name: 'a', version: 'v'`, possibly several of them.
#[derive(Default)]
struct Parts<'a> {
    group: Cow<'a, str>,
    name: Option<(Cow<'a, str>, usize)>,
    version: Cow<'a, str>,
}

impl<'a> Parts<'a> {
    #[allow(clippy::ptr_arg)] // what is borrowed stays borrowed
    fn take(
        &mut self,
        part: &str,
        text: &Cow<'a, str>,
        offset: usize,
        place: Place,
        found: &mut Vec<Demand<'a>>,
    ) {
        match part {
            "group" => {
                self.finish(place, found);
                self.group.clone_from(text);
            }
            "name" => self.name = Some((text.clone(), offset)),
            "version" => self.version.clone_from(text),
            _ => {}
        }
    }

    fn finish(&mut self, place: Place, found: &mut Vec<Demand<'a>>) {
        let Parts { group, name, version } = std::mem::take(self);
        if let Some((name, offset)) = name
            && !group.is_empty()
        {
            let Place { direct, scope } = place;
            let name = format!("{group}:{name}").into();
            found.push(Demand { name, version, direct, scope, offset });
        }
    }
}

/// `name("g", "a", "v")`.
fn positional<'a>(tokens: &[Token<'a>], place: Place, found: &mut Vec<Demand<'a>>) {
    let is_call = matches!(tokens.get(1), Some(Token { kind: Kind::Open(b'('), .. }));
    let (Some((group, _)), Some((name, offset))) = (text_at(tokens, 2), text_at(tokens, 4)) else {
        return;
    };
    let is_group = group.contains('.') && !group.contains(['/', ':', ' ']);
    if is_call && is_group && is_sign(tokens, 3, b",") && is_sign_or_close(tokens, 5) {
        let version = if is_sign(tokens, 5, b",") { text_at(tokens, 6) } else { None };
        found.push(Demand {
            name: format!("{group}:{name}").into(),
            version: version.map(|(text, _)| text.clone()).unwrap_or_default(),
            direct: place.direct,
            scope: place.scope,
            offset,
        });
    }
}

fn is_sign_or_close(tokens: &[Token<'_>], at: usize) -> bool {
    is_sign(tokens, at, b",") || matches!(tokens.get(at), Some(Token { kind: Kind::Close(_), .. }))
}

/// The plugin of `id("x") version "1"`: the artifact that marks it.
pub(super) fn plugin<'a>(tokens: &[Token<'a>], found: &mut Vec<Demand<'a>>) {
    let mut texts = tokens.iter().enumerate().filter_map(|(at, token)| match &token.kind {
        Kind::Text(text) => Some((at, text, token.offset)),
        _ => None,
    });
    let (Some("id"), Some((_, id, offset))) = (name_at(tokens, 0), texts.next()) else { return };
    // Those without a dot come with Gradle itself.
    if !id.contains('.') || id.contains(' ') {
        return;
    }
    let version = texts.find(|(at, ..)| {
        (1..=2)
            .any(|back| at.checked_sub(back).and_then(|at| name_at(tokens, at)) == Some("version"))
    });
    found.push(Demand {
        name: marker(id).into(),
        version: version.map(|(_, text, _)| text.clone()).unwrap_or_default(),
        direct: Some(true),
        scope: Scope::Build,
        offset,
    });
}

/// The artifact by which Gradle finds the plugin of an id.
pub(super) fn marker(id: &str) -> String {
    format!("{id}:{id}.gradle.plugin")
}

/// Whole coordinates with a version anywhere else: a map of libraries, a
/// constant. Nothing says who asks for them.
pub(super) fn elsewhere<'a>(tokens: &[Token<'a>], scope: Scope, found: &mut Vec<Demand<'a>>) {
    for token in tokens {
        let Kind::Text(text) = &token.kind else { continue };
        let Some(read) = coordinates(text) else { continue };
        let group = read.name.split(':').next().unwrap_or_default();
        let is_number =
            read.version.starts_with(|letter: char| letter.is_ascii_digit() || letter == '$');
        if group.contains('.') && is_number {
            let (name, version) = split(text, read.name.len(), read.version);
            found.push(Demand { name, version, direct: None, scope, offset: token.offset });
        }
    }
}

/// What a configuration is for, by its name.
fn scope_of(configuration: &str) -> Scope {
    let name = configuration.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["test"]) || name == "developmentonly" || name == "debugimplementation" {
        Scope::Development
    } else if has(&["annotationprocessor", "compileonly", "classpath", "plugin", "lint"])
        || ["kapt", "ksp", "protobuf", "detekt", "ktlint", "checkstyle", "pmd", "spotbugs"]
            .iter()
            .any(|word| name.starts_with(word))
    {
        Scope::Build
    } else {
        Scope::Runtime
    }
}

/// The variables of a script that hold a string, each with the string if it
/// is always the same one.
#[derive(Debug, Default)]
pub(super) struct Variables<'a>(HashMap<Cow<'a, str>, Option<Cow<'a, str>>>);

impl<'a> Variables<'a> {
    /// `x = "1"`, `x: "1"`, `["x"] = "1"`, `x by extra("1")`, `set("x", "1")`.
    pub(super) fn learn(&mut self, tokens: &[Token<'a>]) {
        for (at, token) in tokens.iter().enumerate() {
            let Kind::Text(value) = &token.kind else { continue };
            // No version: whole coordinates, or a text made of others.
            if value.contains([':', '$']) {
                continue;
            }
            let back = |steps: usize| at.checked_sub(steps);
            let key_before = |at: usize| match tokens.get(at).map(|token| &token.kind) {
                Some(Kind::Name(name)) => Some(Cow::Borrowed(*name)),
                Some(Kind::Text(text)) => Some(text.clone()),
                Some(Kind::Close(b']')) => {
                    text_at(tokens, at.checked_sub(1)?).map(|(text, _)| text.clone())
                }
                _ => None,
            };
            let signed = back(1).is_some_and(|at| is_sign(tokens, at, b"=:"));
            let listed = back(1).is_some_and(|at| is_sign(tokens, at, b","));
            let key = if signed {
                back(2).and_then(key_before)
            } else if listed && back(4).and_then(|at| name_at(tokens, at)) == Some("set") {
                back(2).and_then(|at| text_at(tokens, at)).map(|(text, _)| text.clone())
            } else if back(2).and_then(|at| name_at(tokens, at)) == Some("extra") {
                back(4).and_then(|at| name_at(tokens, at)).map(Cow::Borrowed)
            } else {
                None
            };
            if let Some(key) = key {
                let known = self.0.entry(key).or_insert_with(|| Some(value.clone()));
                if known.as_ref() != Some(value) {
                    *known = None;
                }
            }
        }
    }

    /// The variables that may be versions, by name. `version` is everybody's
    /// own and stands for nothing elsewhere.
    pub(super) fn versions(&self) -> Vec<(&str, &str)> {
        let known = self.0.iter().filter_map(|(key, value)| Some((&**key, &**value.as_ref()?)));
        let mut versions: Vec<(&str, &str)> =
            known.filter(|(name, value)| *name != "version" && may_be_version(value)).collect();
        versions.sort_unstable();
        versions
    }

    /// A text with `$x`, `${a.x}` and `${a["x"]}` replaced, if all of them are known.
    pub(super) fn resolved<'t>(&self, text: &'t str) -> Cow<'t, str> {
        const LONGEST: usize = 512;
        if !text.contains('$') || text.len() > LONGEST {
            return Cow::Borrowed(text);
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((plain, code)) = rest.split_once('$') {
            out.push_str(plain);
            let (code, after) =
                if let Some(parts) = code.strip_prefix('{').and_then(|code| code.split_once('}')) {
                    parts
                } else {
                    let is_path =
                        |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
                    let end = code.find(|letter| !is_path(letter)).unwrap_or(code.len());
                    code.split_at_checked(end).unwrap_or((code, ""))
                };
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
            let last = code.rsplit(|letter| !is_name(letter)).find(|word| !word.is_empty());
            match last.and_then(|name| self.0.get(name)) {
                Some(Some(value)) if !value.contains('$') && out.len() <= LONGEST => {
                    out.push_str(value);
                }
                _ => return Cow::Borrowed(text),
            }
            rest = after;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }
}
