//! Every bound of the scanner in one table: name, default, why.
//!
//! Limits are handed down as an argument; nothing below reads a global. A
//! limit that cuts something leaves a trace in the inventory's coverage.

/// The bounds of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest text that is read, in bytes.
    pub text_bytes: usize,
    /// Source beyond this is read in windows around anchors, in bytes.
    pub source_bytes: usize,
    /// The same for source that others or a tool wrote, or that only declares, in bytes.
    pub carried_source_bytes: usize,
    /// What such a window holds on either side of an anchor, in bytes.
    pub window_bytes: usize,
    /// The same in source that others or a tool wrote, in bytes.
    pub carried_window_bytes: usize,
    /// Largest lock file or manifest that is read, in bytes.
    pub manifest_bytes: usize,
    /// Deepest nesting of a structured document.
    pub nesting: usize,
    /// Matches kept per file and signature; the rest is counted.
    pub hits_per_file_and_signature: usize,
    /// Pieces of evidence kept per component; the rest is counted.
    pub evidence_per_component: usize,
    /// Facts taken from one file; the rest is counted.
    pub facts_per_file: usize,
    /// Places listed per skip reason; all are counted.
    pub places_per_skip: usize,
    /// Largest header of a model file that is read, in bytes.
    pub header_bytes: usize,
    /// Entries of such a header, and operations of a pickle, that are looked at.
    pub header_steps: usize,
    /// Most bytes that are inflated of one compressed part.
    pub inflated_bytes: usize,
    /// Largest table of a program that is read, in bytes.
    pub table_bytes: usize,
    /// Symbols of one program that are looked at.
    pub symbols: usize,
    /// Constant data of one program that is looked through, in bytes.
    pub data_bytes: usize,
    /// Files around one system's AI that are read for words.
    pub reading_files_per_system: usize,
    /// Bytes of each of them.
    pub reading_bytes_per_file: usize,
    /// Bytes of all of them.
    pub reading_bytes_per_system: usize,
    /// Bytes read for words in a whole scan, shared by the systems.
    pub reading_bytes: usize,
    /// Commits read of a repository, where its history is asked for.
    pub commits: usize,
    /// MiB that one archive may inflate to, with all that is nested in it.
    pub archive_mib: usize,
    /// How many times its size it may inflate to.
    pub archive_ratio: usize,
    /// MiB from which on that is asked.
    pub archive_floor_mib: usize,
    /// Members of one archive that are listed.
    pub archive_members: usize,
    /// Archives within each other.
    pub archive_depth: usize,
    /// Largest program or model in an archive that is read whole, in bytes.
    pub member_bytes: usize,
    /// MiB of nested archives that are held in memory for one archive.
    pub archive_held_mib: usize,
    /// Seconds that one archive or image may take.
    pub archive_seconds: usize,
    /// Like `archive_mib`, for a container image.
    pub image_mib: usize,
    /// Like `archive_members`, for a container image.
    pub image_members: usize,
}

/// One row of the table, for `daylight list limits` and the docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRow {
    /// The limit's name.
    pub name: &'static str,
    /// Its default.
    pub default: usize,
    /// Why there is one.
    pub why: &'static str,
}

/// The defaults with their reasons.
pub const LIMITS: &[LimitRow] = &[
    LimitRow {
        name: "text-bytes",
        default: 8 << 20,
        why: "source beyond this is generated or data; the rest of the file is not read and counted as `truncated`",
    },
    LimitRow {
        name: "source-bytes",
        default: 512 << 10,
        why: "larger source is a bundle or data: it is read in windows around what the gate found, and counted",
    },
    LimitRow {
        name: "carried-source-bytes",
        default: 32 << 10,
        why: "of other people's code that is carried along, of generated and packed code and of mere declarations, it counts what is imported; the same",
    },
    LimitRow {
        name: "window-bytes",
        default: 8 << 10,
        why: "holds the statement around an anchor, and the line, unless the file is one line",
    },
    LimitRow {
        name: "carried-window-bytes",
        default: 1 << 10,
        why: "the same in carried and generated code and in declarations",
    },
    LimitRow {
        name: "manifest-bytes",
        default: 64 << 20,
        why: "lock files of large monorepos reach tens of megabytes and must be read whole to be valid",
    },
    LimitRow {
        name: "nesting",
        default: 128,
        why: "a deeply nested document would exhaust the stack; it is recorded as `too-deep`",
    },
    LimitRow {
        name: "hits-per-file-and-signature",
        default: 20,
        why: "a file that names a product a thousand times says no more than one that names it twenty times",
    },
    LimitRow {
        name: "evidence-per-component",
        default: 200,
        why: "keeps the inventory readable, per system and component; `evidence_total` stays exact",
    },
    LimitRow {
        name: "facts-per-file",
        default: 200_000,
        why: "bounds the work that one hostile file can cause",
    },
    LimitRow {
        name: "places-per-skip",
        default: 20,
        why: "a list of a million links helps nobody; all are counted",
    },
    LimitRow {
        name: "header-bytes",
        default: 32 << 20,
        why: "the header of the largest model that is known has a third of it; more is a lie",
    },
    LimitRow {
        name: "header-steps",
        default: 2_000_000,
        why: "a vocabulary has some 500,000 entries; a file that announces more is followed no further",
    },
    LimitRow {
        name: "inflated-bytes",
        default: 16 << 20,
        why: "a compressed model says what it is at its beginning; the rest of a bomb stays packed",
    },
    LimitRow {
        name: "table-bytes",
        default: 32 << 20,
        why: "names and symbols of the largest libraries fit; nothing larger is kept in memory",
    },
    LimitRow {
        name: "symbols",
        default: 150_000,
        why: "a library of half a million symbols says with the first what it is",
    },
    LimitRow {
        name: "data-bytes",
        default: 256 << 20,
        why: "the constant data of nearly all programs; it is looked through piece by piece",
    },
    LimitRow {
        name: "reading-files-per-system",
        default: 400,
        why: "words near the AI are read nearest first; beyond this the reading is marked incomplete",
    },
    LimitRow {
        name: "reading-bytes-per-file",
        default: 128 << 10,
        why: "a longer file is data; its head says what it speaks of",
    },
    LimitRow {
        name: "reading-bytes-per-system",
        default: 2 << 20,
        why: "keeps the second reading a small part of a scan",
    },
    LimitRow {
        name: "reading-bytes",
        default: 24 << 20,
        why: "the same for a repository of many systems: they share it evenly",
    },
    LimitRow {
        name: "commits-per-repository",
        default: 50_000,
        why: "the newest commits say how a repository is worked on; older ones are counted as not read",
    },
    LimitRow {
        name: "archive-mib",
        default: 2 << 10,
        why: "what one archive may inflate to, counted while it is inflated; the rest is told as `archive-limit`",
    },
    LimitRow {
        name: "archive-ratio",
        default: 200,
        why: "an archive that inflates to more than this many times its size is a trap",
    },
    LimitRow {
        name: "archive-floor-mib",
        default: 32,
        why: "small archives of very even content may be that dense without harm",
    },
    LimitRow {
        name: "archive-members",
        default: 250_000,
        why: "no package has so many; listing more would take time and gain nothing",
    },
    LimitRow {
        name: "archive-depth",
        default: 4,
        why: "a library in a program in a package in a bundle is four deep; traps are deeper",
    },
    LimitRow {
        name: "archive-held-mib",
        default: 128,
        why: "an archive that is packed within another must be held to be listed",
    },
    LimitRow {
        name: "member-bytes",
        default: 128 << 20,
        why: "a program or model in an archive is held to be read; of a larger one the beginning is",
    },
    LimitRow {
        name: "archive-seconds",
        default: 300,
        why: "what no other bound stops must not hold up a scan; a machine that reads as slowly is told so",
    },
    LimitRow {
        name: "image-mib",
        default: 16 << 10,
        why: "a container image holds a whole machine",
    },
    LimitRow { name: "image-members", default: 2_000_000, why: "the same, over all its layers" },
];

impl Default for Limits {
    fn default() -> Self {
        let of =
            |name: &str| LIMITS.iter().find(|row| row.name == name).map_or(0, |row| row.default);
        Self {
            text_bytes: of("text-bytes"),
            source_bytes: of("source-bytes"),
            carried_source_bytes: of("carried-source-bytes"),
            window_bytes: of("window-bytes"),
            carried_window_bytes: of("carried-window-bytes"),
            manifest_bytes: of("manifest-bytes"),
            nesting: of("nesting"),
            hits_per_file_and_signature: of("hits-per-file-and-signature"),
            evidence_per_component: of("evidence-per-component"),
            facts_per_file: of("facts-per-file"),
            places_per_skip: of("places-per-skip"),
            header_bytes: of("header-bytes"),
            header_steps: of("header-steps"),
            inflated_bytes: of("inflated-bytes"),
            table_bytes: of("table-bytes"),
            symbols: of("symbols"),
            data_bytes: of("data-bytes"),
            reading_files_per_system: of("reading-files-per-system"),
            reading_bytes_per_file: of("reading-bytes-per-file"),
            reading_bytes_per_system: of("reading-bytes-per-system"),
            reading_bytes: of("reading-bytes"),
            commits: of("commits-per-repository"),
            archive_mib: of("archive-mib"),
            archive_ratio: of("archive-ratio"),
            archive_floor_mib: of("archive-floor-mib"),
            archive_members: of("archive-members"),
            archive_depth: of("archive-depth"),
            archive_held_mib: of("archive-held-mib"),
            member_bytes: of("member-bytes"),
            archive_seconds: of("archive-seconds"),
            image_mib: of("image-mib"),
            image_members: of("image-members"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_defaults_to_nothing() {
        assert!(LIMITS.iter().all(|row| row.default > 0 && !row.why.is_empty()));
        let limits = Limits::default();
        assert!(limits.text_bytes > 0 && limits.nesting > 0 && limits.places_per_skip > 0);
    }
}
