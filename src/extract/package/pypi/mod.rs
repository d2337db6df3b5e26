//! PyPI manifests, one file per format.
//!
//! What a single requirement looks like lies in the family (`requirement`), since
//! other families carry such lines too.

mod pipfile;
mod pyproject;
mod python_tokens;
mod requirements;
mod setup_cfg;
mod setup_py;

pub use pipfile::Pipfile;
pub use pyproject::Pyproject;
pub use requirements::Requirements;
pub use setup_cfg::SetupCfg;
pub use setup_py::SetupPy;

use super::asked;
use crate::extract::structured::Node;
use crate::extract::{Content, Sink};
use crate::model::fact::{Ecosystem, Fact, Scope, UnitKind};

/// Id of the reader that an included requirements file is handed to.
const REQUIREMENTS: &str = "pypi-requirements";

/// Tells one entry of a table `name = "version"` or `name = { version = … }`,
/// the shape that several tools share; local folders are no packages.
fn tell_entry(
    (name, offset): (&str, usize),
    value: &Node<'_>,
    scope: Scope,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    // Several constraints for several platforms stand in a list.
    let value = value.items().first().unwrap_or(value);
    if value.get("path").is_some() || value.get("file").is_some() {
        return;
    }
    let version = value.as_str().unwrap_or_else(|| super::text_under(value, "version"));
    let scope = match scope {
        Scope::Runtime if super::is_set(value, "optional") => Scope::Optional,
        _ => scope,
    };
    sink.fact(asked(Ecosystem::Pypi, name, version, scope), Some(content.span_at(offset)));
}

/// The unit that a manifest with a name declares.
fn unit(name: &str) -> Fact<'_> {
    Fact::Unit { kind: UnitKind::Package, name: Some(name.into()), root: None }
}
