//! The built-in data: every file of `signatures/`, as `build.rs` laid it down.

use std::collections::BTreeMap;

use serde_json::Value;

/// Folder of `signatures/` that holds governance tables instead of signatures.
pub const GOVERNANCE: &str = "governance/";

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.json"));

/// The built-in files by relative path, untyped.
///
/// # Errors
/// The blob is no JSON object: a mistake of the build.
pub fn files() -> Result<BTreeMap<String, Value>, serde_json::Error> {
    serde_json::from_slice(BLOB)
}
