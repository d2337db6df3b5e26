//! Packs of signatures as they are read: the built-in one and overlay folders,
//! each with its files, lists, name, version and digest.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::index::IndexError;
use super::list::{List, ListError};
use super::schema::{Example, FamilyExample, SCHEMA_VERSION, SignatureFile};
use crate::embedded;
use crate::model::id::sha256_hex;

/// Name of the built-in pack.
pub const BUILT_IN: &str = "built-in";
/// File of an overlay that says its name and version.
const HEAD: &str = "pack.toml";

/// Why signatures could not be loaded. Names what and where.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// The file cannot be read.
    #[error("cannot read `{path}`: {cause}")]
    Unreadable {
        /// Which file or folder.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is no signature file.
    #[error("`{path}` is no valid signature file\n{cause}")]
    Malformed {
        /// Which file.
        path: String,
        /// What is wrong, with line and column.
        cause: String,
    },
    /// A list is misspelt, or points at nothing.
    #[error(transparent)]
    List(#[from] ListError),
    /// The file was written for a newer Daylight.
    #[error("`{path}` has schema_version {found}; this Daylight reads up to {SCHEMA_VERSION}")]
    TooNew {
        /// Which file.
        path: String,
        /// Its version.
        found: u32,
    },
    /// Two files of one pack have a signature with one id.
    #[error("signature `{id}` stands in `{first}` and in `{second}`")]
    Duplicate {
        /// The id.
        id: String,
        /// One file.
        first: String,
        /// The other file.
        second: String,
    },
    /// An overlay holds no signature file at all.
    #[error("`{path}` holds no signature file (`*.toml`) and no list (`*.tsv`)")]
    Empty {
        /// Which folder.
        path: String,
    },
    /// A matcher does not compile.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// One of these, with the place in an overlay where its cause stands.
    #[error("`{path}`:{line}:{column}: {cause}")]
    At {
        /// Which file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in characters.
        column: usize,
        /// What is wrong, and what was expected.
        cause: String,
    },
}

/// One pack, parsed.
#[derive(Debug)]
pub struct Source {
    /// `built-in`, or what the overlay calls itself, or its folder's name.
    pub name: String,
    /// Its version; empty if it says none.
    pub version: String,
    /// Digest over its meaning; reckoned from its content if it is `None`.
    pub digest: Option<String>,
    /// Signature files by relative path.
    pub files: BTreeMap<String, SignatureFile>,
    /// Lists by relative path.
    pub lists: Vec<List>,
    /// What is out of date about it: files of an older spelling.
    pub deprecations: Vec<String>,
}

/// The tests of one built-in file, per list of tables, per table.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tests {
    signature: Vec<Vec<Example>>,
    family: Vec<Vec<FamilyExample>>,
}

/// The built-in pack; with the tests of its signatures if they are asked for.
///
/// # Errors
/// The embedded data is broken: a mistake of the build that tests meet.
pub fn built_in(with_tests: bool) -> Result<Source, SignatureError> {
    let malformed = |error: embedded::EmbeddedError| SignatureError::Malformed {
        path: format!("built-in {}", error.path),
        cause: error.cause.to_string(),
    };
    let mut files: BTreeMap<String, SignatureFile> = embedded::signatures().map_err(malformed)?;
    let mut lists = Vec::with_capacity(embedded::LISTS.len());
    for (path, text) in embedded::LISTS {
        // What was checked when it was built is not checked at every start.
        lists.push(if with_tests {
            List::parse(path, Cow::Borrowed(text))?
        } else {
            List::trusted(path, text)?
        });
    }
    if with_tests {
        let tests: BTreeMap<String, Tests> = embedded::tests().map_err(malformed)?;
        for (path, tests) in tests {
            let Some(file) = files.get_mut(&path) else { continue };
            file.signature.iter_mut().zip(tests.signature).for_each(|(s, tests)| s.test = tests);
            file.family.iter_mut().zip(tests.family).for_each(|(f, tests)| f.test = tests);
        }
    } else {
        lists.retain(|list| !list.kind.is_for_proof());
    }
    Ok(Source {
        name: BUILT_IN.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        digest: Some(embedded::DIGEST.to_owned()),
        files,
        lists,
        deprecations: Vec::new(),
    })
}

/// What `pack.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Head {
    name: Option<String>,
    version: Option<String>,
}

/// Reads every `*.toml` and `*.tsv` below a folder; links are not followed.
///
/// # Errors
/// The folder cannot be read, a file is malformed or too new, or there is none.
pub fn of_folder(folder: &Path) -> Result<Source, SignatureError> {
    let mut source = Source {
        name: folder
            .file_name()
            .map_or_else(|| "overlay".to_owned(), |name| name.to_string_lossy().into_owned()),
        version: String::new(),
        digest: None,
        files: BTreeMap::new(),
        lists: Vec::new(),
        deprecations: Vec::new(),
    };
    for (relative, path) in files_below(folder)? {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| SignatureError::Unreadable { path: shown.clone(), cause })?;
        if relative == HEAD {
            let head: Head = toml::from_str(&text).map_err(|error| SignatureError::Malformed {
                path: shown,
                cause: error.to_string(),
            })?;
            source.name = head.name.unwrap_or(source.name);
            source.version = head.version.unwrap_or_default();
        } else if path.extension().is_some_and(|extension| extension == "tsv") {
            let mut list = List::parse(&shown, Cow::Owned(text))?;
            list.path = relative;
            source.lists.push(list);
        } else {
            let file = parse(&shown, &text)?;
            if file.schema_version < SCHEMA_VERSION {
                source.deprecations.push(format!(
                    "`{relative}` has schema_version {}: this Daylight writes {SCHEMA_VERSION}",
                    file.schema_version
                ));
            }
            source.files.insert(relative, file);
        }
    }
    source.lists.sort_by(|a, b| a.path.cmp(&b.path));
    if source.files.is_empty() && source.lists.is_empty() {
        return Err(SignatureError::Empty { path: folder.display().to_string() });
    }
    Ok(source)
}

/// A pack of one signature file that is in memory.
///
/// # Errors
/// The text is malformed or too new.
pub(super) fn of_text(path: &str, text: &str) -> Result<Source, SignatureError> {
    let files = BTreeMap::from([(path.to_owned(), parse(path, text)?)]);
    let (name, version) = ("overlay".to_owned(), String::new());
    Ok(Source { name, version, digest: None, files, lists: Vec::new(), deprecations: Vec::new() })
}

/// The files of an overlay by relative path.
fn files_below(folder: &Path) -> Result<BTreeMap<String, PathBuf>, SignatureError> {
    let unreadable = |path: &Path, cause: std::io::Error| SignatureError::Unreadable {
        path: path.display().to_string(),
        cause,
    };
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        let entries = std::fs::read_dir(&current).map_err(|cause| unreadable(&current, cause))?;
        for entry in entries {
            let entry = entry.map_err(|cause| unreadable(&current, cause))?;
            let kind = entry.file_type().map_err(|cause| unreadable(&entry.path(), cause))?;
            let path = entry.path();
            let relative = path
                .strip_prefix(folder)
                .map_or_else(|_| path.clone(), Path::to_path_buf)
                .to_string_lossy()
                .replace('\\', "/");
            let wanted = path.extension().is_some_and(|end| end == "toml" || end == "tsv");
            // Bookkeeping about lists is no signature.
            let bookkeeping = relative == "SOURCES.toml";
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && wanted
                && !bookkeeping
                && !relative.starts_with(embedded::GOVERNANCE)
            {
                found.insert(relative, path);
            }
        }
    }
    Ok(found)
}

/// An error with the place in an overlay at which its cause stands, if it can
/// be found again: what is checked across signatures has lost its lines.
#[must_use]
pub fn located(error: SignatureError, folders: &[PathBuf]) -> SignatureError {
    let place = match &error {
        SignatureError::Index(cause) => cause.stands_in().and_then(|at| place(folders, at)),
        SignatureError::Duplicate { id, .. } => place(folders, (id, id)),
        _ => None,
    };
    match place {
        Some((path, line, column)) => {
            SignatureError::At { path, line, column, cause: error.to_string() }
        }
        None => error,
    }
}

/// Where a text stands in the last file that has both an id and the text.
fn place(folders: &[PathBuf], (id, text): (&str, &str)) -> Option<(String, usize, usize)> {
    let spelt = [text.to_owned(), text.replace('\\', "\\\\")];
    let files = folders.iter().rev().filter_map(|folder| files_below(folder).ok());
    files.flat_map(|files| files.into_values().rev()).find_map(|path| {
        let content = std::fs::read_to_string(&path).ok()?;
        let after = content.find(&format!("\"{id}\""))?;
        let rest = content.get(after..)?;
        let at = spelt.iter().find_map(|text| rest.find(text.as_str()))?;
        let before = content.get(..after + at)?;
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line_start..)?.chars().count() + 1;
        Some((path.display().to_string(), before.matches('\n').count() + 1, column))
    })
}

/// Parses one signature file.
///
/// # Errors
/// Malformed (with line and column) or too new.
pub fn parse(path: &str, text: &str) -> Result<SignatureFile, SignatureError> {
    // The version is read first: a newer file may have keys we do not know.
    #[derive(Deserialize)]
    struct Version {
        schema_version: Option<u32>,
    }
    if let Ok(Version { schema_version: Some(found) }) = toml::from_str::<Version>(text)
        && found > SCHEMA_VERSION
    {
        return Err(SignatureError::TooNew { path: path.to_owned(), found });
    }
    toml::from_str(text).map_err(|error| SignatureError::Malformed {
        path: path.to_owned(),
        cause: error.to_string(),
    })
}

/// The digest of a pack that was read from disk: over its parsed signatures in
/// the order of their ids, its families and the rows of its lists, so that
/// comments, spacing and file names do not change it.
#[must_use]
pub fn digest(source: &Source) -> String {
    let mut signatures: Vec<_> = source
        .files
        .values()
        .flat_map(|file| {
            let of = (file.vendor.as_str(), file.country.as_deref());
            file.signature.iter().map(move |signature| (signature.id.as_str(), signature, of))
        })
        .collect();
    signatures.sort_by_key(|row| row.0);
    let mut families: Vec<_> =
        source.files.values().flat_map(|file| &file.family).map(|f| (f.id.as_str(), f)).collect();
    families.sort_by_key(|row| row.0);
    let mut rows: Vec<(String, [&str; 5])> = source
        .lists
        .iter()
        .flat_map(|list| list.rows().map(move |row| (list.kind.words(), row.all())))
        .collect();
    rows.sort();
    let bytes = serde_json::to_vec(&(signatures, families, rows)).unwrap_or_default();
    sha256_hex(&bytes, 16)
}
