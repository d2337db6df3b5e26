//! Gradle's properties, read line by line.

use super::super::{lines, may_be_version};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Fact;

/// `gradle.properties`.
///
/// Every `name = value` that may be a version, for the build scripts in and
/// below the folder. Nothing else of the file is told: it also holds
/// passwords. What speaks of AI in it is read as settings besides.
#[derive(Debug)]
pub struct GradleProperties;

impl Extractor for GradleProperties {
    fn id(&self) -> &'static str {
        "maven-gradle-properties"
    }

    fn about(&self) -> &'static str {
        "gradle.properties: the versions that build scripts name"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["gradle.properties"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        for (start, line) in lines(content.text) {
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            let (key, value) = (name.trim(), value.trim());
            if key.is_empty() || key.starts_with(['#', '!']) || !may_be_version(value) {
                continue;
            }
            let offset = start + name.len() - name.trim_start().len();
            let fact = Fact::Defined { name: key.into(), value: value.into() };
            sink.fact(fact, Some(content.span_at(offset)));
        }
        Ok(())
    }
}
