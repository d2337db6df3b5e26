//! A little tree of files, made for one test, and what Daylight says of it.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::expect_used)] // each test uses a part

pub mod packed;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use daylight::model::inventory::{Inventory, Problem, Skipped};
use daylight::report::{Style, emitter};
use daylight::scan::{Request, Silent};
use tempfile::TempDir;

/// The date by which everything is judged.
pub const AS_OF: &str = "2026-11-22";

/// A manifest line that is evidence whatever else stands in the file.
pub const OPENAI: &str = "openai==1.51.0\n";

/// A folder `tree` in a temporary folder, so that a test can also lay
/// something above it.
pub struct Tree {
    above: TempDir,
}

/// What a run of the binary gave.
#[derive(Debug)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Tree {
    pub fn new() -> Self {
        let above = TempDir::new().expect("temporary folder");
        fs::create_dir(above.path().join("tree")).expect("tree");
        fs::create_dir(above.path().join("home")).expect("home");
        Self { above }
    }

    pub fn root(&self) -> PathBuf {
        self.above.path().join("tree")
    }

    /// The folder in which the tree lies; `home` lies there too.
    pub fn above(&self) -> &Path {
        self.above.path()
    }

    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().join(path)
    }

    pub fn file(self, path: impl AsRef<Path>, text: impl AsRef<str>) -> Self {
        self.bytes(path, text.as_ref().as_bytes())
    }

    pub fn bytes(self, path: impl AsRef<Path>, bytes: &[u8]) -> Self {
        write(&self.path(path), bytes);
        self
    }

    /// A file beside the tree, not in it.
    pub fn file_above(self, path: impl AsRef<Path>, text: impl AsRef<str>) -> Self {
        write(&self.above.path().join(path), text.as_ref().as_bytes());
        self
    }

    pub fn folder(self, path: impl AsRef<Path>) -> Self {
        fs::create_dir_all(self.path(path)).expect("folder");
        self
    }

    /// A file of `size` bytes that takes no room.
    pub fn sparse(self, path: impl AsRef<Path>, size: u64) -> Self {
        let file = fs::File::create(self.path(path)).expect("sparse file");
        file.set_len(size).expect("length");
        self
    }

    #[cfg(unix)]
    pub fn link(self, path: impl AsRef<Path>, to: impl AsRef<Path>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::os::unix::fs::symlink(to, path).expect("link");
        self
    }

    #[cfg(target_os = "linux")]
    pub fn fifo(self, path: impl AsRef<Path>) -> Self {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let mode = Mode::RUSR | Mode::WUSR;
        mknodat(CWD, self.path(path), FileType::Fifo, mode, 0).expect("fifo");
        self
    }

    /// A `.git` whose index tracks `tracked`; those ending in `(sparse)` are
    /// left out of the checkout.
    pub fn git(self, tracked: &[&str]) -> Self {
        let index = git_index(tracked);
        self.file(".git/HEAD", "ref: refs/heads/main\n").bytes(".git/index", &index)
    }

    pub fn request(&self) -> Request {
        Request::new(self.root(), AS_OF)
    }

    pub fn scan(&self) -> Inventory {
        self.scan_with(|_| {})
    }

    pub fn scan_with(&self, change: impl FnOnce(&mut Request)) -> Inventory {
        let mut request = self.request();
        change(&mut request);
        daylight::scan(&request, &Silent).expect("an inventory")
    }

    /// Runs the binary in the tree with nothing in its environment but a home.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        self.command_in(&[], arguments)
    }

    /// The same with environment variables.
    pub fn command_in<S: AsRef<OsStr>>(&self, variables: &[(&str, &str)], arguments: &[S]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_daylight"))
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("HOME", self.above.path().join("home"))
            .env("SOURCE_DATE_EPOCH", "1795305600") // 2026-11-22
            .envs(variables.iter().copied())
            .output()
            .expect("the binary runs");
        Ran {
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code().expect("no signal ended it"),
        }
    }

    /// What the binary says of the tree: for input that could end a process.
    pub fn scan_apart(&self) -> Inventory {
        let ran = self.command(&["scan", ".", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("an inventory")
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    fs::write(path, bytes).expect("file");
}

/// A git index, version 3, with these files, as git writes it but for the
/// checksum, which readers may skip.
fn git_index(tracked: &[&str]) -> Vec<u8> {
    let mut tracked: Vec<(&str, bool)> = tracked
        .iter()
        .map(|path| path.strip_suffix("(sparse)").map_or((*path, false), |path| (path, true)))
        .collect();
    tracked.sort_unstable();
    let mut index = b"DIRC".to_vec();
    index.extend(3u32.to_be_bytes());
    index.extend(u32::try_from(tracked.len()).expect("few").to_be_bytes());
    for (path, sparse) in tracked {
        let start = index.len();
        for field in [0u32, 0, 0, 0, 0, 0, 0o100_644, 0, 0, 0] {
            index.extend(field.to_be_bytes());
        }
        index.extend([7u8; 20]);
        let length = u16::try_from(path.len()).expect("short").min(0xFFF);
        if sparse {
            index.extend((length | 0x4000).to_be_bytes()); // extended …
            index.extend(0x4000u16.to_be_bytes()); // … skip-worktree
        } else {
            index.extend(length.to_be_bytes());
        }
        index.extend(path.as_bytes());
        index.push(0);
        while !(index.len() - start).is_multiple_of(8) {
            index.push(0);
        }
    }
    index.extend([0u8; 20]);
    index
}

/// An inventory in one format.
pub fn rendered(inventory: &Inventory, format: &str) -> String {
    let mut out = Vec::new();
    let emitter = emitter(format).expect("a format");
    emitter.emit(inventory, Style::default(), &mut out).expect("writes to memory");
    String::from_utf8(out).expect("UTF-8")
}

/// Every path at which there is evidence, sorted.
pub fn found_at(inventory: &Inventory) -> Vec<&str> {
    let mut places: Vec<&str> =
        inventory.evidence.iter().map(|evidence| evidence.place.path.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The problems of one path.
pub fn problems_of<'i>(inventory: &'i Inventory, path: &str) -> Vec<&'i Problem> {
    inventory.coverage.problems.iter().filter(|problem| problem.place.path == path).collect()
}

/// The codes of the problems of one path. Every problem gives a reason.
pub fn codes_of<'i>(inventory: &'i Inventory, path: &str) -> Vec<&'i str> {
    problems_of(inventory, path)
        .into_iter()
        .map(|problem| {
            assert!(!problem.detail.is_empty(), "no reason: {problem:?}");
            problem.code.as_str()
        })
        .collect()
}

/// What was skipped for one reason.
pub fn skipped<'i>(inventory: &'i Inventory, reason: &str) -> Vec<&'i str> {
    let rows: Vec<&Skipped> =
        inventory.coverage.skipped.iter().filter(|row| row.reason == reason).collect();
    assert!(rows.len() < 2, "one row a reason: {rows:?}");
    rows.iter().flat_map(|row| row.places.iter().map(|place| place.path.as_str())).collect()
}
