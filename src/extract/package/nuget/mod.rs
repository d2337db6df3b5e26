//! .NET: project files and what stands beside them, one file per format.

mod deps_json;
mod lock;
mod nuspec;
mod packages_config;
mod paket;
mod project;

pub use deps_json::DepsJson;
pub use lock::PackagesLock;
pub use nuspec::Nuspec;
pub use packages_config::PackagesConfig;
pub use paket::{PaketDependencies, PaketLock};
pub use project::Project;

use crate::extract::{Content, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Tells a package.
fn tell(
    (name, version): (&str, &str),
    resolved: bool,
    (direct, scope): (Option<bool>, Scope),
    offset: usize,
    content: &Content<'_>,
    sink: &mut dyn Sink,
) {
    let package = Package {
        ecosystem: Ecosystem::Nuget,
        name: name.into(),
        version: version.into(),
        resolved,
        direct,
        scope,
    };
    sink.fact(Fact::Package(package), Some(content.span_at(offset)));
}
