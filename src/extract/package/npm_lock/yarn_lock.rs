//! yarn.lock, read line by line: the format of Yarn 1 is no YAML, and of the
//! later ones only the frame is needed.

use super::super::{FirstMistake, Locked, LockedPackages, lines, npm_locator};
use super::version_only;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `yarn.lock` of Yarn 1 and of the later versions ("berry").
///
/// Every package with its version, once; an alias counts as the real
/// package. The format does not tell what the project itself asks for or
/// what for. Workspaces, links and local files are no packages.
#[derive(Debug)]
pub struct YarnLock;

impl Extractor for YarnLock {
    fn id(&self) -> &'static str {
        "npm-yarn-lock"
    }

    fn about(&self) -> &'static str {
        "yarn.lock, v1 and berry"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["yarn.lock"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        let mut entry: Option<Entry<'_>> = None;
        for (offset, line) in lines(content.text) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                finish(entry.take(), &mut locked, &mut mistake);
                match line.trim_end().strip_suffix(':') {
                    Some(header) => entry = Entry::new(header, offset),
                    None => mistake.at(offset, "not the start of an entry"),
                }
            } else if let Some(entry) = &mut entry
                && let Some(field) = line.strip_prefix("  ")
            {
                entry.field(field);
            }
        }
        finish(entry, &mut locked, &mut mistake);
        locked.tell(Ecosystem::Npm, content, sink);
        mistake.into_result(content)
    }
}

/// An entry that is being read.
struct Entry<'a> {
    name: &'a str,
    /// What the first descriptor asks for.
    specifier: &'a str,
    version: &'a str,
    /// What berry resolved it to, as `name@protocol:version`.
    resolution: &'a str,
    offset: usize,
}

impl<'a> Entry<'a> {
    /// From a line such as `"a@^1", a@^1.2`; `None` for metadata.
    fn new(header: &'a str, offset: usize) -> Option<Self> {
        if header == "__metadata" {
            return None;
        }
        let first = header.split(',').next().unwrap_or_default().trim().trim_matches('"');
        let (name, specifier) = npm_locator::split(first).unwrap_or((first, ""));
        Some(Self { name, specifier, version: "", resolution: "", offset })
    }

    /// A line indented by two; deeper ones start with a blank and say nothing here.
    fn field(&mut self, field: &'a str) {
        let value = |name: &str| {
            let rest = field.strip_prefix(name)?;
            let value = rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')?;
            Some(value.trim().trim_matches('"'))
        };
        if let Some(version) = value("version") {
            self.version = version;
        } else if let Some(resolution) = value("resolution") {
            self.resolution = resolution;
        }
    }
}

fn finish<'a>(
    entry: Option<Entry<'a>>,
    locked: &mut LockedPackages<'a>,
    mistake: &mut FirstMistake,
) {
    let Some(entry) = entry else { return };
    if entry.version.is_empty() {
        mistake.at(entry.offset, "an entry without a version");
    }
    let resolved = npm_locator::split(entry.resolution);
    let (name, specifier) = resolved.unwrap_or((entry.name, entry.specifier));
    if let Some((name, _)) = npm_locator::asked(name, specifier) {
        locked.merge(Locked {
            name,
            version: version_only(entry.version),
            direct: None,
            scope: Scope::Runtime,
            offset: entry.offset,
        });
    }
}
