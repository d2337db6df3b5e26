//! packages.config.

use super::super::{FirstMistake, xml};
use super::tell;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Scope;

/// `packages.config` of older projects.
///
/// Every package with the version in use; the list holds what packages need
/// as well, so direct or not is not said. `developmentDependency` means
/// development.
#[derive(Debug)]
pub struct PackagesConfig;

impl Extractor for PackagesConfig {
    fn id(&self) -> &'static str {
        "nuget-packages-config"
    }

    fn about(&self) -> &'static str {
        "packages.config"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["packages.config"],
            globs: &["packages.*.config"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = xml::read(content);
        let mut mistake = FirstMistake::default();
        for package in root.iter().flat_map(|root| root.all("package")) {
            let id = package.attribute("id");
            if id.text.is_empty() {
                mistake.at(package.offset, "a package without a name");
                continue;
            }
            let is_development =
                package.attribute("developmentDependency").text.eq_ignore_ascii_case("true");
            let scope = if is_development { Scope::Development } else { Scope::Runtime };
            let version = package.attribute("version").text;
            tell((id.text, version), true, (None, scope), id.offset, content, sink);
        }
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}
