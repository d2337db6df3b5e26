//! The list of packages that a Rust program may carry: JSON, deflated, in a
//! section of its own.

use std::io::Read;

use serde::Deserialize;

use super::Range;
use crate::artifact::Input;
use crate::extract::{ProblemCode, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Names of the section, by container.
pub(super) const SECTIONS: &[&str] = &[".dep-v0", "rust-deps-v0", "__rust_deps_v0"];

#[derive(Deserialize)]
struct List {
    packages: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    dependencies: Vec<usize>,
    #[serde(default)]
    root: bool,
}

/// Tells the packages of the section in a range of the file.
pub(super) fn tell(input: &Input<'_>, (at, length): Range, sink: &mut dyn Sink) {
    let most = input.limits.inflated_bytes;
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(most);
    let packed = input.bytes.part(at, length).unwrap_or_default();
    let mut json = Vec::new();
    let inflated =
        flate2::read::ZlibDecoder::new(packed.as_slice()).take(most as u64).read_to_end(&mut json);
    let list = inflated.ok().and_then(|_| serde_json::from_slice::<List>(&json).ok());
    let Some(list) = list else {
        sink.note(ProblemCode::Malformed, "its list of packages could not be read");
        return;
    };
    let root = list.packages.iter().find(|package| package.root);
    let direct: Vec<usize> = root.map(|root| root.dependencies.clone()).unwrap_or_default();
    for (at, package) in list.packages.iter().enumerate() {
        if package.root {
            continue;
        }
        let scope =
            if package.kind.as_deref() == Some("build") { Scope::Build } else { Scope::Runtime };
        let fact = Package {
            ecosystem: Ecosystem::Cargo,
            name: package.name.as_str().into(),
            version: package.version.as_str().into(),
            resolved: true,
            direct: root.is_some().then(|| direct.contains(&at)),
            scope,
        };
        sink.fact(Fact::Package(fact), None);
    }
}
