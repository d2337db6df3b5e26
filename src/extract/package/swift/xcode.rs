//! Swift packages of an Xcode project.

use super::super::{FirstMistake, asked, lines};
use super::registered;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `project.pbxproj`, line by line: the `repositoryURL` of every package
/// reference. The versions beside it are left to `Package.resolved`.
#[derive(Debug)]
pub struct XcodeProject;

impl Extractor for XcodeProject {
    fn id(&self) -> &'static str {
        "swift-xcode-project"
    }

    fn about(&self) -> &'static str {
        "Swift packages of an Xcode project"
    }

    fn interest(&self) -> Interest {
        // These reach megabytes and speak of packages in a few lines only.
        Interest { names: &["project.pbxproj"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut mistake = FirstMistake::default();
        for (start, line) in lines(content.text) {
            let body = line.trim();
            if body.starts_with("<<<<<<< ") || body.starts_with(">>>>>>> ") {
                mistake.at(start, "an unresolved conflict");
            }
            let Some(value) = body.strip_prefix("repositoryURL = ") else { continue };
            let address = value.trim_end_matches(';').trim_matches('"');
            if let Some(name) = registered(address) {
                let at = line.find(address).unwrap_or_default();
                let fact = asked(Ecosystem::Swift, name, "", Scope::Runtime);
                sink.fact(fact, Some(content.span_at(start + at)));
            }
        }
        mistake.into_result(content)
    }
}
