//! The built-in data: every file of `signatures/`, as `build.rs` laid it down.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// Folder of `signatures/` that holds governance tables instead of signatures.
pub const GOVERNANCE: &str = "governance/";

static SIGNATURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/signatures.json"));
static TESTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tests.json"));
static TABLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/governance.json"));

/// The lists: relative path and text.
pub static LISTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lists.rs"));

/// Digest over the signatures, their lists and nothing else, 16 hex digits.
pub const DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/digest.txt"));

/// Why built-in data does not fit its types: a mistake of the build that tests
/// meet.
#[derive(Debug, thiserror::Error)]
#[error("built-in `{path}`: {cause}")]
pub struct EmbeddedError {
    /// Which file; empty if all.
    pub path: String,
    /// What does not fit.
    pub cause: serde_json::Error,
}

/// The signature files by relative path, without their tests.
///
/// # Errors
/// A file does not fit the type.
pub fn signatures<T: DeserializeOwned>() -> Result<BTreeMap<String, T>, EmbeddedError> {
    typed(SIGNATURES)
}

/// The tests by relative path: per list of tables, per table, its tests.
///
/// # Errors
/// A test does not fit the type.
pub fn tests<T: DeserializeOwned>() -> Result<BTreeMap<String, T>, EmbeddedError> {
    typed(TESTS)
}

/// The governance tables by relative path.
///
/// # Errors
/// A file does not fit the type.
pub fn governance<T: DeserializeOwned>() -> Result<BTreeMap<String, T>, EmbeddedError> {
    typed(TABLES)
}

/// All files at once; on failure once more, one by one, to name the broken one.
fn typed<T: DeserializeOwned>(bytes: &[u8]) -> Result<BTreeMap<String, T>, EmbeddedError> {
    serde_json::from_slice(bytes).map_err(|cause| {
        let files: BTreeMap<String, Value> = serde_json::from_slice(bytes).unwrap_or_default();
        let broken = files.into_iter().find_map(|(path, value)| {
            let cause = serde_json::from_value::<T>(value).err()?;
            Some(EmbeddedError { path, cause })
        });
        broken.unwrap_or(EmbeddedError { path: String::new(), cause })
    })
}
