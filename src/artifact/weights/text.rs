//! Models that are written as text, told by how they begin and never by their
//! name: boosted trees, network descriptions, predictive models in XML.

use super::marked::objective;
use super::{Told, VALUE};
use crate::artifact::{Input, Reader};
use crate::extract::{ExtractError, Sink};

/// Reads `LightGBM` and `XGBoost` models as text and JSON, PMML, `OpenVINO` IR
/// and NCNN parameter files: objective, kind of model, what made it.
#[derive(Debug)]
pub struct TextModel;

/// Bytes in which an XML file says what it is.
const PROLOGUE: usize = 768;
/// Bytes looked at for what the model is.
const LOOKED_AT: usize = 1 << 20;

/// The format of a file that begins so. Asked about every file: cheap.
#[must_use]
pub fn format_of(head: &[u8]) -> Option<&'static str> {
    match head.first()? {
        b't' => head.starts_with(b"tree\nversion=v").then_some("lightgbm"),
        b'7' => head.starts_with(b"7767517\n").then_some("ncnn"),
        b'{' => head.starts_with(b"{\"learner\":{").then_some("xgboost"),
        b'<' => {
            let start = head.get(..head.len().min(PROLOGUE)).unwrap_or_default();
            let has = |text: &[u8]| memchr::memmem::find(start, text).is_some();
            if has(b"<PMML ") || has(b"<PMML>") {
                Some("pmml")
            } else if has(b"<net ") && has(b"<layers>") {
                Some("openvino")
            } else {
                None
            }
        }
        _ => None,
    }
}

impl Reader for TextModel {
    fn id(&self) -> &'static str {
        "text-model"
    }

    fn about(&self) -> &'static str {
        "models written as text: LightGBM, XGBoost, PMML, OpenVINO IR, NCNN"
    }

    fn claims(&self, _: &str, head: &[u8]) -> bool {
        format_of(head).is_some()
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(format) = format_of(input.head) else { return Ok(()) };
        let unreadable = |_| ExtractError::malformed("it could not be read");
        let bytes = input.bytes.part(0, LOOKED_AT).map_err(unreadable)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut told = Told::new(format);
        match format {
            "lightgbm" => {
                for line in text.lines().take(60) {
                    match line.split_once('=') {
                        Some(("objective", value)) => told.say("objective", value),
                        Some(("version", value)) => told.say("format-version", value),
                        Some(("Tree", _)) => break,
                        _ => {}
                    }
                }
            }
            "xgboost" => told.say("objective", objective(input.bytes)),
            "openvino" => {
                if let Some(net) = element(&text, "<net ") {
                    told.name(attribute(net, "name"));
                    told.say("format-version", attribute(net, "version"));
                }
            }
            "pmml" => pmml(&text, &mut told),
            _ => {}
        }
        told.tell(sink);
        Ok(())
    }
}

/// Kinds of models that PMML knows.
const KINDS: &[&str] = &[
    "AnomalyDetectionModel",
    "AssociationModel",
    "BayesianNetworkModel",
    "ClusteringModel",
    "GaussianProcessModel",
    "GeneralRegressionModel",
    "MiningModel",
    "NaiveBayesModel",
    "NearestNeighborModel",
    "NeuralNetwork",
    "RegressionModel",
    "RuleSetModel",
    "Scorecard",
    "SequenceModel",
    "SupportVectorMachineModel",
    "TextModel",
    "TimeSeriesModel",
    "TreeModel",
];

fn pmml(text: &str, told: &mut Told) {
    if let Some(root) = element(text, "<PMML") {
        told.say("format-version", attribute(root, "version"));
    }
    if let Some(application) = element(text, "<Application ") {
        told.say("producer", attribute(application, "name"));
    }
    let first =
        KINDS.iter().filter_map(|kind| Some((text.find(&format!("<{kind} "))?, *kind))).min();
    if let Some((at, kind)) = first {
        told.say("type", kind);
        let tag = text.get(at..).and_then(|rest| element(rest, "<"));
        let tag = tag.unwrap_or_default();
        told.say("task", attribute(tag, "functionName"));
        told.name(attribute(tag, "modelName"));
    }
}

/// An element's tag, from its name to its end.
fn element<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let rest = text.get(text.find(start)?..)?;
    let end = rest.find('>').unwrap_or(rest.len()).min(4096);
    let end = (0..=end).rev().find(|end| rest.is_char_boundary(*end))?;
    rest.get(..end)
}

fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let value = value.unwrap_or_default();
    if value.len() > VALUE { "" } else { value }
}
