//! Versions of language tools (`.tool-versions`).

use daylight::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use daylight::model::fact::Fact;

/// `.tool-versions`: one tool a line, its versions behind it, comments after `#`.
///
/// Each version is a setting under the tool's name. A line with a name and no
/// version breaks the grammar.
#[derive(Debug)]
pub struct ToolVersions;

impl Extractor for ToolVersions {
    fn id(&self) -> &'static str {
        "tool-versions"
    }

    fn about(&self) -> &'static str {
        "versions of language tools"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[".tool-versions"], globs: &[], extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        for (index, line) in content.text.lines().enumerate() {
            let code = line.split('#').next().unwrap_or_default();
            let mut words = code.split_whitespace();
            let Some(tool) = words.next() else { continue };
            let versions: Vec<&str> = words.collect();
            if versions.is_empty() {
                let number = index + 1;
                return Err(ExtractError::malformed(format_args!("line {number}: no version")));
            }
            for version in &versions {
                let listed = versions.len() > 1;
                let fact = Fact::Setting { key: tool.into(), value: (*version).into(), listed };
                sink.fact(fact, Some(content.span_of_line(index + 1)));
            }
        }
        Ok(())
    }
}
