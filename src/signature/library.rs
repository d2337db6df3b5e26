//! The signatures in force: the built-in set and overlay folders, merged by
//! id, with a digest of every pack, so that a result names what judged it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::index::{Index, IndexError};
use super::schema::{SCHEMA_VERSION, Signature, SignatureFile};
use crate::embedded;
use crate::model::id::sha256_hex;
use crate::model::inventory::Pack;

/// A signature with what its file says about the vendor.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The signature.
    pub signature: Signature,
    /// Who makes it.
    pub vendor: String,
    /// Seat of the vendor.
    pub country: Option<String>,
    /// Pack it came from.
    pub pack: String,
    /// File it came from, relative to the pack.
    pub file: String,
}

/// Every signature in force, compiled.
#[derive(Debug)]
pub struct Library {
    entries: Vec<Entry>,
    packs: Vec<Pack>,
    index: Index,
}

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
    #[error("`{path}` holds no signature file (`*.toml`)")]
    Empty {
        /// Which folder.
        path: String,
    },
    /// A matcher does not compile.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Parsed files of one pack, by relative path.
type Files = BTreeMap<String, SignatureFile>;

impl Library {
    /// The built-in signatures.
    ///
    /// # Errors
    /// The embedded data is broken: a mistake of the build that tests meet.
    pub fn built_in() -> Result<Self, SignatureError> {
        Self::with_overlays(&[])
    }

    /// The built-in signatures with overlay folders on top, in order: an
    /// overlay adds signatures, replaces those of the same id, and switches
    /// off those it repeats with `disabled = true`.
    ///
    /// # Errors
    /// An overlay is missing, malformed or too new.
    pub fn with_overlays(folders: &[PathBuf]) -> Result<Self, SignatureError> {
        let mut packs = vec![built_in_files()?];
        for folder in folders {
            packs.push((pack_name(folder), read_folder(folder)?));
        }
        Self::from_packs(packs)
    }

    /// Only the signatures of one folder: for checking a pack by itself.
    ///
    /// # Errors
    /// As [`Library::with_overlays`].
    pub fn of_folder(folder: &Path) -> Result<Self, SignatureError> {
        Self::from_packs(vec![(pack_name(folder), read_folder(folder)?)])
    }

    fn from_packs(packs: Vec<(String, Files)>) -> Result<Self, SignatureError> {
        let mut merged: BTreeMap<String, Entry> = BTreeMap::new();
        let mut rows = Vec::new();
        let mut switched_off = BTreeSet::new();
        for (name, files) in packs {
            let entries = entries_of(&name, files)?;
            rows.push(pack_row(&name, &entries));
            for entry in entries {
                if entry.signature.disabled {
                    merged.remove(&entry.signature.id);
                    switched_off.insert(entry.signature.id);
                } else {
                    switched_off.remove(&entry.signature.id);
                    merged.insert(entry.signature.id.clone(), entry);
                }
            }
        }
        let mut entries: Vec<Entry> = merged.into_values().collect();
        // What was switched off on purpose may still be named by others.
        let edges = entries.iter_mut().flat_map(|entry| &mut entry.signature.edge);
        edges.for_each(|edge| edge.map.retain(|_, target| !switched_off.contains(target)));
        let index = Index::new(&entries)?;
        Ok(Self { entries, packs: rows, index })
    }

    /// Every signature in force, by id.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at a position of the index.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// The signature with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Entry> {
        self.position(id).and_then(|at| self.entries.get(at))
    }

    /// Position of the signature with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.signature.id.as_str().cmp(id)).ok()
    }

    /// The packs, in the order in which they were laid on top of each other.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The compiled matchers.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }
}

fn built_in_files() -> Result<(String, Files), SignatureError> {
    let malformed = |path: &str, cause: String| SignatureError::Malformed {
        path: format!("built-in {path}"),
        cause,
    };
    let values = embedded::files().map_err(|error| malformed("data", error.to_string()))?;
    let mut files = Files::new();
    for (path, value) in values {
        if path.starts_with(embedded::GOVERNANCE) {
            continue;
        }
        let file: SignatureFile =
            serde_json::from_value(value).map_err(|error| malformed(&path, error.to_string()))?;
        files.insert(path, file);
    }
    Ok(("built-in".to_owned(), files))
}

fn pack_name(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(|| "overlay".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Reads every `*.toml` below a folder; links are not followed.
fn read_folder(folder: &Path) -> Result<Files, SignatureError> {
    let unreadable = |path: &Path, cause: std::io::Error| SignatureError::Unreadable {
        path: path.display().to_string(),
        cause,
    };
    let mut files = Files::new();
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
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && path.extension().is_some_and(|extension| extension == "toml")
                && !relative.starts_with(embedded::GOVERNANCE)
            {
                let text =
                    std::fs::read_to_string(&path).map_err(|cause| unreadable(&path, cause))?;
                files.insert(relative, parse(&path.display().to_string(), &text)?);
            }
        }
    }
    if files.is_empty() {
        return Err(SignatureError::Empty { path: folder.display().to_string() });
    }
    Ok(files)
}

/// Parses one signature file.
///
/// # Errors
/// Malformed (with line and column) or too new.
pub fn parse(path: &str, text: &str) -> Result<SignatureFile, SignatureError> {
    // The version is read first: a newer file may have keys we do not know.
    #[derive(serde::Deserialize)]
    struct Head {
        schema_version: Option<u32>,
    }
    if let Ok(Head { schema_version: Some(found) }) = toml::from_str::<Head>(text)
        && found > SCHEMA_VERSION
    {
        return Err(SignatureError::TooNew { path: path.to_owned(), found });
    }
    toml::from_str(text).map_err(|error| SignatureError::Malformed {
        path: path.to_owned(),
        cause: error.to_string(),
    })
}

fn entries_of(pack: &str, files: Files) -> Result<Vec<Entry>, SignatureError> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut entries = Vec::new();
    for (path, file) in files {
        if file.schema_version > SCHEMA_VERSION {
            return Err(SignatureError::TooNew { path, found: file.schema_version });
        }
        for signature in file.signature {
            if let Some(first) = seen.insert(signature.id.clone(), path.clone()) {
                return Err(SignatureError::Duplicate { id: signature.id, first, second: path });
            }
            entries.push(Entry {
                signature,
                vendor: file.vendor.clone(),
                country: file.country.clone(),
                pack: pack.to_owned(),
                file: path.clone(),
            });
        }
    }
    Ok(entries)
}

/// The digest is over the parsed signatures in the order of their ids, so
/// that comments, spacing and file names do not change it.
fn pack_row(name: &str, entries: &[Entry]) -> Pack {
    let mut canonical: Vec<(&str, &Signature, &str, Option<&str>)> = entries
        .iter()
        .map(|entry| {
            let (signature, country) = (&entry.signature, entry.country.as_deref());
            (signature.id.as_str(), signature, entry.vendor.as_str(), country)
        })
        .collect();
    canonical.sort_by_key(|row| row.0);
    let bytes = serde_json::to_vec(&canonical).unwrap_or_default();
    let version = if name == "built-in" { env!("CARGO_PKG_VERSION") } else { "" };
    Pack {
        name: name.to_owned(),
        version: version.to_owned(),
        sha256: sha256_hex(&bytes, 16),
        entries: u32::try_from(entries.len()).unwrap_or(u32::MAX),
    }
}
