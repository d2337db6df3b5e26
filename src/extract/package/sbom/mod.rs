//! Bills of materials that other tools have written: their components as
//! packages. One file per way of writing, one graph for all of them.
//!
//! Knows no tool that writes them.

mod graph;
mod json;
mod tag_value;
mod xml;

pub use json::SbomJson;
pub use tag_value::SpdxTagValue;
pub use xml::SbomXml;
