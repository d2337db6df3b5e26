//! setup.cfg: sections of `key = value` whose values go on in indented lines.

use super::super::requirement::{self, Line};
use super::super::{FirstMistake, asked, lines};
use super::unit;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope};

/// `setup.cfg` of setuptools.
///
/// `[options] install_requires` is needed to run, `setup_requires` to build,
/// `tests_require` to test, and everything in `[options.extras_require]` is
/// optional. `file: requirements.txt` hands that file on. `[metadata] name`
/// declares a unit. Sections of other tools say nothing here.
#[derive(Debug)]
pub struct SetupCfg;

impl Extractor for SetupCfg {
    fn id(&self) -> &'static str {
        "pypi-setup-cfg"
    }

    fn about(&self) -> &'static str {
        "setup.cfg"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["setup.cfg"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut mistake = FirstMistake::default();
        let mut section = None;
        let mut key = "";
        for (start, line) in lines(content.text) {
            let body = line.trim();
            if body.is_empty() || body.starts_with(['#', ';']) {
                continue;
            }
            let offset = start + (line.len() - line.trim_start().len());
            if offset > start && !key.is_empty() {
                tell(section, key, (offset, body), content, sink, &mut mistake);
            } else if let Some(name) = body.strip_prefix('[') {
                match name.split_once(']') {
                    Some((name, _)) => section = Some(name.trim()),
                    None => mistake.at(offset, "a section that does not end"),
                }
                key = "";
            } else if let Some(at) = body.find(['=', ':'])
                && section.is_some()
            {
                key = body.get(..at).unwrap_or_default().trim();
                let rest = body.get(at + 1..).unwrap_or_default();
                let value = rest.trim();
                let value_offset = offset + at + 1 + (rest.len() - rest.trim_start().len());
                tell(section, key, (value_offset, value), content, sink, &mut mistake);
            } else {
                mistake.at(offset, "neither a section nor a key with a value");
                key = "";
            }
        }
        mistake.into_result(content)
    }
}

/// What one line of a value says, given where it stands.
fn tell(
    section: Option<&str>,
    key: &str,
    (offset, line): (usize, &str),
    content: &Content<'_>,
    sink: &mut dyn Sink,
    mistake: &mut FirstMistake,
) {
    let scope = match (section, key) {
        (Some("metadata"), "name") if !line.is_empty() && !line.contains(':') => {
            sink.fact(unit(line), Some(content.span_at(offset)));
            return;
        }
        (Some("options"), "install_requires" | "install-requires") => Scope::Runtime,
        (Some("options"), "setup_requires" | "setup-requires") => Scope::Build,
        (Some("options"), "tests_require" | "tests-require") => Scope::Development,
        (Some("options.extras_require"), _) => Scope::Optional,
        _ => return,
    };
    if let Some(files) = line.strip_prefix("file:") {
        for path in files.split(',').map(str::trim).filter(|path| !path.is_empty()) {
            let include = Fact::Include { path: path.into(), reader: super::REQUIREMENTS };
            sink.fact(include, Some(content.span_at(offset)));
        }
        return;
    }
    match requirement::read(line) {
        Line::Package { name, version } => {
            sink.fact(asked(Ecosystem::Pypi, name, version, scope), Some(content.span_at(offset)));
        }
        Line::Unreadable => mistake.at(offset, "not a requirement"),
        Line::Include(_) | Line::Nothing => {}
    }
}
