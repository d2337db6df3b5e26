//! Gradle's lock files, read line by line.

use super::super::{FirstMistake, Locked, LockedPackages, lines};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Scope};

/// `gradle.lockfile`, `buildscript-gradle.lockfile`, and the older
/// `gradle/dependency-locks/*.lockfile`.
///
/// Every package with its version. The configurations behind `=` (in the older
/// form, the file's name) say what for: development if all are for tests, build
/// if all are processors of annotations or classpaths of scripts. Direct or not
/// is not said.
#[derive(Debug)]
pub struct GradleLock;

impl Extractor for GradleLock {
    fn id(&self) -> &'static str {
        "maven-gradle-lockfile"
    }

    fn about(&self) -> &'static str {
        "lock files of Gradle"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["gradle.lockfile", "buildscript-gradle.lockfile", "settings-gradle.lockfile"],
            globs: &["gradle/dependency-locks/*.lockfile"],
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut locked = LockedPackages::default();
        let mut mistake = FirstMistake::default();
        let file = content.name();
        for (offset, line) in lines(content.text) {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
                continue;
            }
            let (coordinates, configurations) = line.split_once('=').unwrap_or((line, file));
            let parts = coordinates.match_indices(':').nth(1);
            let Some((name, version)) = parts
                .and_then(|(at, _)| Some((coordinates.get(..at)?, coordinates.get(at + 1..)?)))
            else {
                mistake.at(offset, "not a locked package");
                continue;
            };
            let scope = if file.starts_with("buildscript") || file.starts_with("settings") {
                Scope::Build
            } else {
                scope_of(configurations)
            };
            locked.merge(Locked { name, version, direct: None, scope, offset });
        }
        locked.tell(Ecosystem::Maven, content, sink);
        mistake.into_result(content)
    }
}

/// The strongest of what the configurations are for.
fn scope_of(configurations: &str) -> Scope {
    let one = |name: &str| {
        let name = name.to_ascii_lowercase();
        if name.contains("test") {
            Scope::Development
        } else if name.contains("annotationprocessor")
            || name.starts_with("kapt")
            || name.starts_with("ksp")
        {
            Scope::Build
        } else {
            Scope::Runtime
        }
    };
    configurations.split(',').map(one).min().unwrap_or_default()
}
