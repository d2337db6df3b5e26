//! The manifest of a package of one's own.

use super::super::{declared, there, xml};
use super::tell;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `*.nuspec`.
///
/// What the package needs, in groups or not, is direct and needed to run. `id`
/// declares a unit; a placeholder (`$id$`) names none. Within a package (`.nupkg`)
/// it tells the package itself.
#[derive(Debug)]
pub struct Nuspec;

impl Extractor for Nuspec {
    fn id(&self) -> &'static str {
        "nuget-nuspec"
    }

    fn about(&self) -> &'static str {
        "*.nuspec, manifests of NuGet packages"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["nuspec"], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = xml::read(content);
        for metadata in root.iter().flat_map(|root| root.all("metadata")) {
            let id = metadata.text("id");
            if !id.text.is_empty() && !id.text.contains('$') {
                let packed = content.path.contains(".nupkg!/");
                let version = metadata.text("version").text;
                let fact = if packed {
                    there(Ecosystem::Nuget, id.text, version)
                } else {
                    declared(Some(id.text))
                };
                sink.fact(fact, Some(content.span_at(id.offset)));
            }
            let plain = metadata.below(&["dependencies", "dependency"]);
            let grouped = metadata.below(&["dependencies", "group", "dependency"]);
            for dependency in plain.into_iter().chain(grouped) {
                let id = dependency.attribute("id");
                if !id.text.is_empty() {
                    let found = (id.text, dependency.attribute("version").text);
                    tell(found, false, (Some(true), Scope::Runtime), id.offset, content, sink);
                }
            }
        }
        error.map_or(Ok(()), Err)
    }
}
