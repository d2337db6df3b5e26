//! Configuration, one file per format.

pub mod backstage;
pub mod chart;
pub mod codeowners;
pub mod compose;
pub mod dockerfile;
pub mod dotenv;
pub mod json;
pub mod properties;
pub mod servers;
pub mod toml;
pub mod yaml;
