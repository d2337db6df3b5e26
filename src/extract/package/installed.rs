//! What package managers leave beside what they install or pack, so that it
//! can be told later: one package by its own word. Knows their lines, not
//! what any package does.

use super::requirement::{self, Line};
use super::{FirstMistake, asked, lines, there};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `METADATA` of a wheel or an installed package, `PKG-INFO` of an sdist or an egg.
///
/// Installed or packed in an archive, the package itself is told with its
/// version. What it requires is told unless it is installed: there, what it
/// requires lies beside it, or was not wanted. A requirement of an extra is
/// optional. What stands after the first empty line is prose.
#[derive(Debug)]
pub struct PythonMetadata;

impl Extractor for PythonMetadata {
    fn id(&self) -> &'static str {
        "pypi-metadata"
    }

    fn about(&self) -> &'static str {
        "METADATA and PKG-INFO of Python packages"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["PKG-INFO"],
            globs: &["*.dist-info/METADATA", "*.egg-info"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let installed = lies_in(content.path, &["site-packages", "dist-packages"]);
        let mut mistake = FirstMistake::default();
        let mut name = None;
        let mut version = "";
        let mut required = Vec::new();
        for (start, line) in lines(content.text) {
            if line.trim().is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                continue; // a field that goes on
            }
            let Some((field, value)) = line.split_once(':') else {
                mistake.at(start, "a field without a value");
                continue;
            };
            let offset = start + line.len() - value.trim_start().len();
            match field {
                "Name" => name = Some((value.trim(), offset)),
                "Version" => version = value.trim(),
                "Requires-Dist" => required.push((value.trim(), offset)),
                _ => {}
            }
        }
        match name.filter(|(name, _)| !name.is_empty()) {
            Some((name, offset)) if installed || content.path.contains("!/") => {
                let fact = there(Ecosystem::Pypi, name, version);
                sink.fact(fact, Some(content.span_at(offset)));
            }
            Some(_) => {}
            None if content.text.trim().is_empty() => {}
            None => mistake.at(0, "no name"),
        }
        for (value, offset) in required.into_iter().filter(|_| !installed) {
            let (item, marker) = value.split_once(';').unwrap_or((value, ""));
            let scope = if marker.contains("extra") { Scope::Optional } else { Scope::Runtime };
            if let Line::Package { name, version } = requirement::read(item) {
                let fact = asked(Ecosystem::Pypi, name, version, scope);
                sink.fact(fact, Some(content.span_at(offset)));
            }
        }
        mistake.into_result(content)
    }
}

fn lies_in(path: &str, folders: &[&str]) -> bool {
    path.split('/').any(|part| folders.contains(&part))
}

/// The packages of a system: `status` of dpkg, `installed` of apk, `control`
/// of one Debian package.
///
/// Of dpkg only what is installed counts, not what was removed and left its
/// settings. A Debian package that lies there by itself tells what it depends
/// on, too.
#[derive(Debug)]
pub struct SystemPackages;

impl Extractor for SystemPackages {
    fn id(&self) -> &'static str {
        "system-packages"
    }

    fn about(&self) -> &'static str {
        "installed packages of Debian and Alpine systems"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[
                "var/lib/dpkg/status",
                "var/lib/dpkg/status.d/*",
                "lib/apk/db/installed",
                "*.deb!/control",
            ],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let alpine = content.path.ends_with("apk/db/installed");
        let alone = content.path.ends_with(".deb!/control");
        let mut mistake = FirstMistake::default();
        let mut stanza = Stanza::default();
        for (start, line) in lines(content.text) {
            if line.trim().is_empty() {
                std::mem::take(&mut stanza).tell(alpine, alone, content, sink);
                continue;
            }
            if line.starts_with([' ', '\t']) {
                continue;
            }
            let Some((field, value)) = line.split_once(':') else {
                mistake.at(start, "a field without a value");
                continue;
            };
            let offset = start + line.len() - value.trim_start().len();
            let value = value.trim();
            match (alpine, field) {
                (true, "P") | (false, "Package") => stanza.name = Some((value, offset)),
                (true, "V") | (false, "Version") => stanza.version = value,
                (false, "Status") => stanza.removed = !value.ends_with(" installed"),
                (false, "Depends" | "Pre-Depends") => stanza.depends.push((value, offset)),
                _ => {}
            }
        }
        stanza.tell(alpine, alone, content, sink);
        mistake.into_result(content)
    }
}

#[derive(Default)]
struct Stanza<'a> {
    name: Option<(&'a str, usize)>,
    version: &'a str,
    removed: bool,
    depends: Vec<(&'a str, usize)>,
}

impl<'a> Stanza<'a> {
    fn tell(self, alpine: bool, alone: bool, content: &Content<'a>, sink: &mut dyn Sink) {
        let Some((name, offset)) = self.name.filter(|(name, _)| !name.is_empty()) else { return };
        let ecosystem = if alpine { Ecosystem::Apk } else { Ecosystem::Deb };
        if !self.removed {
            let fact = there(ecosystem, name, self.version);
            sink.fact(fact, Some(content.span_at(offset)));
        }
        for (value, start) in self.depends.into_iter().filter(|_| alone) {
            let mut at = start;
            for part in value.split([',', '|']) {
                let item = part.trim_start();
                let offset = at + part.len() - item.len();
                at += part.len() + 1;
                let end = item.find([' ', '(', ':', '[']).unwrap_or(item.len());
                let (name, rest) = item.split_at_checked(end).unwrap_or((item, ""));
                let version = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
                let version = version.map_or("", |(version, _)| version.trim());
                if !name.is_empty() {
                    let fact = asked(ecosystem, name, version, Scope::Runtime);
                    sink.fact(fact, Some(content.span_at(offset)));
                }
            }
        }
    }
}

/// `META-INF/maven/GROUP/ARTIFACT/pom.properties`: what Maven packs into a jar
/// to say which one it is.
#[derive(Debug)]
pub struct PomProperties;

impl Extractor for PomProperties {
    fn id(&self) -> &'static str {
        "maven-pom-properties"
    }

    fn about(&self) -> &'static str {
        "pom.properties in a jar: which artifact it is"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["META-INF/maven/*/*/pom.properties"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (mut group, mut artifact, mut version) = ("", None, "");
        for (start, line) in lines(content.text) {
            let Some((key, value)) = line.split_once('=') else { continue };
            match key.trim() {
                "groupId" => group = value.trim(),
                "artifactId" => artifact = Some((value.trim(), start)),
                "version" => version = value.trim(),
                _ => {}
            }
        }
        match artifact.filter(|(artifact, _)| !artifact.is_empty() && !group.is_empty()) {
            Some((artifact, start)) => {
                let fact = there(Ecosystem::Maven, format!("{group}:{artifact}"), version);
                sink.fact(fact, Some(content.span_at(start)));
                Ok(())
            }
            None if content.text.trim().is_empty() => Ok(()),
            None => Err(ExtractError::malformed("no artifact is named")),
        }
    }
}

/// `metadata` of a gem: its specification in YAML, of which a few lines count.
///
/// The gem itself is told with its version, and what it depends on.
#[derive(Debug)]
pub struct GemMetadata;

impl Extractor for GemMetadata {
    fn id(&self) -> &'static str {
        "gem-metadata"
    }

    fn about(&self) -> &'static str {
        "the specification within a gem"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &["*.gem!/metadata"], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut gem = Gem::default();
        for (start, line) in lines(content.text) {
            gem.line(start, line);
        }
        match gem.name {
            Some((name, start)) if !name.is_empty() => {
                let fact = there(Ecosystem::Gem, name, gem.version);
                sink.fact(fact, Some(content.span_at(start)));
            }
            _ if content.text.trim().is_empty() => {}
            _ => return Err(ExtractError::malformed("no name")),
        }
        for (name, start, scope) in gem.dependencies {
            let fact = asked(Ecosystem::Gem, name, "", scope);
            sink.fact(fact, Some(content.span_at(start)));
        }
        Ok(())
    }
}

/// A gem's specification, as far as it was read.
#[derive(Default)]
struct Gem<'a> {
    name: Option<(&'a str, usize)>,
    version: &'a str,
    dependencies: Vec<(&'a str, usize, Scope)>,
    /// The key without indentation under which one is.
    under: &'a str,
}

impl<'a> Gem<'a> {
    fn line(&mut self, start: usize, line: &'a str) {
        let inner = line.trim_start();
        let depth = line.len() - inner.len();
        let (key, value) = inner.split_once(':').unwrap_or((inner, ""));
        let value = value.trim().trim_matches(['"', '\'']);
        if depth == 0 && !line.starts_with('-') {
            self.under = key;
            if key == "name" {
                self.name = Some((value, start));
            }
            return;
        }
        match (self.under, depth, key) {
            ("version", 2, "version") => self.version = value,
            ("dependencies", 2, "name") if !value.is_empty() => {
                self.dependencies.push((value, start, Scope::Runtime));
            }
            ("dependencies", 2, "type") if value == ":development" => {
                if let Some(last) = self.dependencies.last_mut() {
                    last.2 = Scope::Development;
                }
            }
            _ => {}
        }
    }
}
