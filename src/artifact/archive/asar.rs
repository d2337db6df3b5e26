//! asar, in which Electron programs keep their files: a table in JSON, and the
//! bytes behind it. Knows the format, not what is in it.

use std::io;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::artifact::Bytes;

/// Largest table that is read, in bytes.
const TABLE: usize = 32 << 20;
/// Longest path that is kept, in bytes.
const LONGEST: usize = 1024;

/// A file as the table tells it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Path within the archive.
    pub(super) path: String,
    /// Where it begins.
    pub(super) start: u64,
    /// How many bytes it has.
    pub(super) size: u64,
}

#[derive(Deserialize)]
struct Node {
    files: Option<Children>,
    offset: Option<String>,
    size: Option<u64>,
    #[serde(default)]
    unpacked: bool,
    link: Option<IgnoredAny>,
}

/// The entries of a folder in their order; a table may name one twice.
struct Children(Vec<(String, Node)>);

impl<'de> Deserialize<'de> for Children {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Children;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a folder")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Children, A::Error> {
                let mut children = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    children.push(entry);
                }
                Ok(Children(children))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The files of an archive, in the order of its table; those that lie beside
/// it and links are left out.
///
/// # Errors
/// The table is none, is too large or nested too deeply, or what the bytes say.
pub(super) fn files(bytes: &dyn Bytes) -> io::Result<Vec<File>> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let mut head = [0; 16];
    bytes.read_exact_at(0, &mut head)?;
    let number = |at: usize| {
        head.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |it| u32::from_le_bytes(*it))
    };
    let length = usize::try_from(number(12)).map_err(|_| broken())?;
    if number(0) != 4 || length > TABLE {
        return Err(broken());
    }
    let data = u64::from(number(4)).saturating_add(8);
    let table = bytes.part(16, length)?;
    // The parser goes 128 levels deep and no deeper.
    let root: Node = serde_json::from_slice(&table).map_err(|_| broken())?;
    let mut files = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((path, node)) = open.pop() {
        if let Some(children) = node.files {
            for (name, node) in children.0.into_iter().rev() {
                if path.len().saturating_add(name.len()) < LONGEST {
                    let slash = if path.is_empty() { "" } else { "/" };
                    open.push((format!("{path}{slash}{name}"), node));
                }
            }
        } else if !node.unpacked
            && node.link.is_none()
            && let Some(offset) = node.offset.and_then(|offset| offset.parse::<u64>().ok())
        {
            let start = data.saturating_add(offset);
            files.push(File { path, start, size: node.size.unwrap_or(0) });
        }
    }
    Ok(files)
}
