//! Chart.yaml of a Helm chart: its name draws a boundary
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};

/// Chart.yaml of a Helm chart: its name draws a boundary
#[derive(Debug)]
pub struct Chart;

impl Extractor for Chart {
    fn id(&self) -> &'static str {
        "helm-chart"
    }

    fn about(&self) -> &'static str {
        "Chart.yaml of a Helm chart: its name draws a boundary"
    }

    fn interest(&self) -> Interest {
        Interest { names: &["Chart.yaml"], globs: &[], extensions: &[], gate: Gate::Open }
    }

    fn extract(&self, _content: &Content<'_>, _sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Ok(())
    }
}
