//! Where artifacts come from, never what they mean.

pub mod directory;
pub mod git_history;
pub mod git_index;
pub mod ignore_rules;
pub mod read;
pub mod revision;

use std::path::PathBuf;

use crate::model::inventory::Ignored;

/// Something a walk met.
#[derive(Debug)]
pub enum Found {
    /// A regular file that may be read.
    File(Entry),
    /// Something that is not read, and why.
    Skipped(Skip),
    /// The walker itself failed somewhere.
    Failed {
        /// Relative path, as far as it is known.
        path: String,
        /// What the system says.
        detail: String,
    },
}

/// A regular file on its way to being read.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Relative, `/`-separated, safe to show.
    pub path: String,
    /// Where the bytes are.
    pub file: PathBuf,
    /// Whether the name held characters that are not shown as they are.
    pub renamed: bool,
}

/// A place that is not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// Relative path.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why a place is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// A symbolic link: never followed.
    Link,
    /// A symbolic link that leads back to a folder it lies in, or to itself.
    LinkLoop,
    /// A FIFO, socket or device: never opened.
    SpecialFile,
    /// A submodule that is not checked out.
    Submodule,
    /// A Git LFS pointer whose content is not there.
    LfsPointer,
    /// Tracked by git but left out of a sparse checkout.
    Sparse,
    /// Binary content that no reader takes.
    Binary,
    /// A mount point of another file system.
    OtherFilesystem,
    /// A file of rules or signatures about AI: knowledge, not use.
    Knowledge,
}

impl SkipReason {
    /// The stable kebab word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::LinkLoop => "link-loop",
            Self::SpecialFile => "special-file",
            Self::Submodule => "submodule",
            Self::LfsPointer => "lfs-pointer",
            Self::Sparse => "sparse",
            Self::Binary => "binary",
            Self::OtherFilesystem => "other-filesystem",
            Self::Knowledge => "knowledge-file",
        }
    }
}

/// What a finished walk knows beyond the files it handed out.
#[derive(Debug, Default)]
pub struct Walked {
    /// Places that ignore rules cut off, without their targets' names.
    pub ignored: Vec<Ignored>,
}
