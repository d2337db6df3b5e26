//! Package.resolved.

use super::super::{FirstMistake, is_table, text_under};
use super::registered;
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `Package.resolved` (versions 1, 2 and 3), of a package or of a workspace.
///
/// Every pin with its version; one that is pinned to a branch or revision has
/// none. The file does not say which packages the project asked for itself.
/// Pins of local folders are no packages.
#[derive(Debug)]
pub struct PackageResolved;

impl Extractor for PackageResolved {
    fn id(&self) -> &'static str {
        "swift-package-resolved"
    }

    fn about(&self) -> &'static str {
        "Package.resolved"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Package.resolved"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        if !is_table(&root)? {
            return Ok(());
        }
        let pins = root.get("pins").or_else(|| root.at(&["object", "pins"]));
        let mut mistake = FirstMistake::default();
        for pin in pins.map_or(&[][..], Node::items) {
            let place = ["location", "repositoryURL"].iter().find_map(|key| pin.get(key));
            let identity = pin.get("identity").filter(|_| text_under(pin, "kind") == "registry");
            let Some(place) = identity.or(place) else {
                mistake.at(pin.offset, "a pin without a place");
                continue;
            };
            let text = place.as_str().unwrap_or_default();
            let name = match identity {
                Some(_) => Some(text.to_owned()),
                None => registered(text),
            };
            let Some(name) = name else { continue };
            let version = pin.get("state").map_or("", |state| text_under(state, "version"));
            sink.fact(
                Fact::Package(Package {
                    ecosystem: Ecosystem::Swift,
                    name: name.into(),
                    version: version.into(),
                    resolved: true,
                    direct: None,
                    scope: Scope::Runtime,
                }),
                Some(content.span_at(place.offset)),
            );
        }
        mistake.into_result(content)
    }
}
