//! Helm charts: the chart's own description draws a boundary. Its values are
//! generic YAML; its templates are none.

use std::borrow::Cow;

use super::{Teller, unless_excused};
use crate::extract::package::persons;
use crate::extract::structured;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, UnitKind};

/// Reads `Chart.yaml`: the chart's folder is a unit with the chart's name, and
/// its maintainers are persons.
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

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut teller = Teller::new(content, sink);
        if let Some(named) = documents.iter().find_map(|document| document.get("name"))
            && let Some(name) = named.as_str().filter(|name| !name.is_empty())
        {
            let name = Some(Cow::Borrowed(name));
            teller.at(named.offset, Fact::Unit { kind: UnitKind::Chart, name, root: None });
        }
        let maintainers = documents.iter().map(|document| document.get("maintainers"));
        persons::tell(maintainers, content, sink);
        unless_excused(content, error)
    }
}
