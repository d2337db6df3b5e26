//! Files that hold a trained model. Each reader tells one [`Weights`] fact with
//! what the header says; tensors are never read. What a format's readers share
//! stands here: the fact in the making.

pub mod flat;
pub mod gguf;
pub mod hdf5;
pub mod marked;
pub mod pickle;
pub mod pointer;
pub mod proto;
pub mod safetensors;
pub mod text;
pub mod zipped;

use std::borrow::Cow;

use crate::extract::Sink;
use crate::model::fact::{Fact, Weights};

/// Longest value of a header that is kept, in bytes.
pub(super) const VALUE: usize = 256;

/// Most things that are said of one model.
const PROPERTIES: usize = 256;

/// A fact in the making.
#[derive(Debug)]
pub(super) struct Told {
    format: &'static str,
    name: Option<String>,
    properties: Vec<(&'static str, String)>,
}

impl Told {
    pub(super) fn new(format: &'static str) -> Self {
        Self { format, name: None, properties: Vec::new() }
    }

    /// The name that the header gives the model.
    pub(super) fn name(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.name = Some(name.trim().to_owned());
        }
    }

    /// What the header says; an empty value says nothing.
    pub(super) fn say(&mut self, key: &'static str, value: impl AsRef<str>) {
        let value: String = value.as_ref().trim().chars().take(VALUE).collect();
        if self.properties.len() >= PROPERTIES {
            return;
        }
        if !value.is_empty() && !self.properties.iter().any(|(k, v)| *k == key && *v == value) {
            self.properties.push((key, value));
        }
    }

    /// How many parameters there are; none are none.
    pub(super) fn parameters(&mut self, count: u64) {
        if count > 0 {
            self.say("parameters", count.to_string());
        }
    }

    pub(super) fn tell(self, sink: &mut dyn Sink) {
        let properties = self.properties.into_iter();
        let weights = Weights {
            format: self.format,
            name: self.name.map(Cow::Owned),
            properties: properties.map(|(key, value)| (key, Cow::Owned(value))).collect(),
        };
        sink.fact(Fact::Weights(weights), None);
    }
}

/// The product of a tensor's dimensions; `None` where it is no number.
pub(super) fn elements(dimensions: &[u64]) -> Option<u64> {
    dimensions.iter().try_fold(1u64, |product, dimension| product.checked_mul(*dimension))
}
