//! Pickles: a program for a stack machine. Its opcodes are walked and never
//! run; what it would import when it is loaded is what tells what it holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::Told;
use crate::artifact::cursor::{Cursor, Steps};
use crate::artifact::{Bytes, Input, Reader};
use crate::extract::{ExtractError, ProblemCode, Sink};
use crate::model::fact::{Fact, Language};

/// Reads pickles of protocol 2 and later, plain or compressed as `*.joblib` and
/// `*.pkl.gz` are, and checkpoints that are a row of them: the modules and
/// classes that loading imports, and callables among them that run code.
#[derive(Debug)]
pub struct Pickle;

/// How a checkpoint of the older kind begins.
const CHECKPOINT: &[u8] =
    &[0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

/// Endings of names under which compressed pickles go.
const COMPRESSED: &[&str] = &[".joblib", ".pkl", ".pickle", ".z", ".gz", ".sav", ".jl", ".p"];

/// Whether bytes begin like deflated ones, in which there need be no NUL.
#[must_use]
pub fn is_deflated(head: &[u8]) -> bool {
    matches!(head, [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..])
}

impl Reader for Pickle {
    fn id(&self) -> &'static str {
        "pickle"
    }

    fn about(&self) -> &'static str {
        "pickles, joblib files and legacy checkpoints: imported modules and classes, callables that run code"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        match head {
            [0x80, 2..=5, op, ..] => is_opcode(*op),
            _ if is_deflated(head) || head.starts_with(&[0x1F, 0x8B, 8]) => {
                let path = path.to_ascii_lowercase();
                let wrapped = head.starts_with(&[0x1F, 0x8B]);
                COMPRESSED.iter().any(|ending| path.ends_with(ending))
                    && (!wrapped || path.contains(".pkl") || path.contains(".joblib"))
            }
            _ => false,
        }
    }

    fn read(&self, input: &Input<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let path = input.path.to_ascii_lowercase();
        let ends = |ending: &str| path.ends_with(ending);
        let format = if input.head.starts_with(CHECKPOINT) {
            "pytorch"
        } else if ends(".pdparams") || ends(".pdopt") {
            "paddle"
        } else {
            "pickle"
        };
        let most = input.limits.inflated_bytes;
        let inflated;
        let bytes: &dyn Bytes = match input.head {
            [0x78, ..] => {
                inflated = inflated_head(most, flate2::read::ZlibDecoder::new(Plain::of(input)));
                &inflated.as_slice()
            }
            [0x1F, ..] => {
                inflated = inflated_head(most, flate2::read::GzDecoder::new(Plain::of(input)));
                &inflated.as_slice()
            }
            _ => input.bytes,
        };
        if bytes.len() == most as u64 && !std::ptr::addr_eq(bytes, input.bytes) {
            sink.note(ProblemCode::Capped, "more is compressed in it than is inflated");
        }
        let mut walk = Walk::new(Steps::new(input.limits.header_steps));
        let mut cursor = Cursor::new(bytes);
        // A checkpoint is a row of pickles, then numbers.
        let rows = if format == "pytorch" { 5 } else { 1 };
        let mut outcome = Ok(());
        for row in 0..rows {
            outcome = walk.pickle(&mut cursor);
            if outcome.is_err() || walk.capped {
                // Beyond the first the numbers may begin.
                outcome = if row == 0 { outcome } else { Ok(()) };
                break;
            }
        }
        if walk.capped {
            sink.note(ProblemCode::Capped, "it has more operations than are looked at");
        }
        // Arrays lie between the operations; what comes after is not followed.
        let interrupted = walk.wraps_arrays && outcome.is_err();
        let mut told = Told::new(format);
        walk.say(&mut told, sink);
        told.tell(sink);
        if interrupted { Ok(()) } else { outcome }
    }
}

/// The bytes of a file one after the other.
struct Plain<'i> {
    bytes: &'i dyn Bytes,
    at: u64,
}

impl<'i> Plain<'i> {
    fn of(input: &Input<'i>) -> std::io::BufReader<Self> {
        std::io::BufReader::new(Self { bytes: input.bytes, at: 0 })
    }
}

impl Read for Plain<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let got = self.bytes.read_at(self.at, buf)?;
        self.at = self.at.saturating_add(got as u64);
        Ok(got)
    }
}

/// What can be inflated, up to `most` bytes; what breaks ends it.
fn inflated_head(most: usize, mut inflater: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    let mut piece = [0u8; 16 << 10];
    while out.len() < most {
        let room = most.saturating_sub(out.len()).min(piece.len());
        let got = match piece.get_mut(..room).map(|piece| inflater.read(piece)) {
            Some(Ok(got)) if got > 0 => got,
            _ => break,
        };
        out.extend_from_slice(piece.get(..got).unwrap_or_default());
    }
    out
}

/// Callables that run what they are given, by module and, if not all, name.
const RUNNERS: &[(&str, &[&str])] = &[
    ("os", &["system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv", "startfile"]),
    ("posix", &["system", "popen", "execv", "execve", "spawnv"]),
    ("nt", &["system", "popen", "startfile", "execv"]),
    ("subprocess", &[]),
    ("pty", &[]),
    ("runpy", &[]),
    ("commands", &[]),
    ("builtins", &["eval", "exec", "compile", "execfile", "__import__", "open"]),
    ("__builtin__", &["eval", "exec", "compile", "execfile", "__import__", "open", "file"]),
    ("importlib", &["import_module", "__import__"]),
    ("marshal", &["loads", "load"]),
    ("ctypes", &[]),
    ("socket", &[]),
    ("webbrowser", &[]),
    ("shutil", &[]),
    ("code", &[]),
    ("timeit", &["timeit"]),
    ("cProfile", &[]),
    ("pdb", &[]),
    ("platform", &["popen"]),
];

/// Modules and names kept.
const IMPORTS: usize = 2048;
/// Strings remembered that a later operation may ask for.
const REMEMBERED: usize = 100_000;
/// Longest name of a module or class, and longest string looked at.
const NAME: usize = 200;
/// Longest line.
const LINE: usize = 64 << 10;

/// What a pickle says, without running it.
pub(super) struct Walk {
    steps: Steps,
    /// Module and name, in the order of the alphabet.
    pub(super) imports: BTreeSet<(String, String)>,
    first: Option<(String, String)>,
    /// The last two strings that were put on the stack.
    strings: [Option<String>; 2],
    remembered: BTreeMap<u64, String>,
    memo: u64,
    version: Option<String>,
    asked_version: bool,
    pub(super) wraps_arrays: bool,
    pub(super) capped: bool,
}

impl Walk {
    pub(super) fn new(steps: Steps) -> Self {
        Self {
            steps,
            imports: BTreeSet::new(),
            first: None,
            strings: [None, None],
            remembered: BTreeMap::new(),
            memo: 0,
            version: None,
            asked_version: false,
            wraps_arrays: false,
            capped: false,
        }
    }

    /// Walks one pickle to its end.
    pub(super) fn pickle(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ExtractError> {
        self.remembered.clear();
        self.memo = 0;
        loop {
            if !self.steps.take() {
                self.capped = true;
                return Ok(());
            }
            let op = cursor.u8()?;
            if op == b'.' {
                return Ok(());
            }
            self.operation(op, cursor)?;
        }
    }

    fn operation(&mut self, op: u8, cursor: &mut Cursor<'_>) -> Result<(), ExtractError> {
        match op {
            b'c' | b'i' => {
                let (module, name) = (line(cursor)?, line(cursor)?);
                self.import(module, name);
            }
            0x93 => {
                let [module, name] = std::mem::take(&mut self.strings);
                if let (Some(module), Some(name)) = (module, name) {
                    self.import(module, name);
                }
            }
            b'X' | b'T' => {
                let length = cursor.u32()?;
                self.string(u64::from(length), cursor)?;
            }
            0x8C | b'U' => {
                let length = cursor.u8()?;
                self.string(u64::from(length), cursor)?;
            }
            0x8D => {
                let length = cursor.u64()?;
                self.string(length, cursor)?;
            }
            0x94 => {
                self.remember(self.memo);
                self.memo = self.memo.saturating_add(1);
            }
            b'q' => self.put(u64::from(cursor.u8()?)),
            b'r' => self.put(u64::from(cursor.u32()?)),
            b'h' => self.get(u64::from(cursor.u8()?)),
            b'j' => self.get(u64::from(cursor.u32()?)),
            b'F' | b'I' | b'L' | b'P' | b'S' | b'V' | b'g' | b'p' => {
                line(cursor)?;
            }
            b'B' | 0x8B => {
                let length = cursor.u32()?;
                cursor.skip(u64::from(length))?;
            }
            b'C' | 0x8A => {
                let length = cursor.u8()?;
                cursor.skip(u64::from(length))?;
            }
            0x8E | 0x96 => {
                let length = cursor.u64()?;
                cursor.skip(length)?;
            }
            op => {
                let size = operand(op)
                    .ok_or_else(|| ExtractError::malformed("an operation does not exist"))?;
                cursor.skip(size)?;
            }
        }
        Ok(())
    }

    fn string(&mut self, length: u64, cursor: &mut Cursor<'_>) -> Result<(), ExtractError> {
        let text = cursor.text(length, NAME)?;
        if self.asked_version && self.version.is_none() && is_version(&text) {
            self.version = Some(text.clone());
        }
        self.asked_version = text.ends_with("_version");
        self.push(Some(text));
        Ok(())
    }

    fn push(&mut self, text: Option<String>) {
        self.strings.swap(0, 1);
        self.strings[1] = text;
    }

    fn put(&mut self, at: u64) {
        self.remember(at);
    }

    fn remember(&mut self, at: u64) {
        if let Some(text) = &self.strings[1]
            && self.remembered.len() < REMEMBERED
        {
            self.remembered.insert(at, text.clone());
        }
    }

    fn get(&mut self, at: u64) {
        let text = self.remembered.get(&at).cloned();
        if text.is_some() {
            self.push(text);
        }
    }

    fn import(&mut self, module: String, name: String) {
        self.push(None);
        self.wraps_arrays |= name == "NumpyArrayWrapper" || name == "NDArrayWrapper";
        let import = (module, name);
        if self.first.is_none() && !is_plumbing(&import.0) {
            self.first = Some(import.clone());
        }
        if self.imports.len() < IMPORTS {
            self.imports.insert(import);
        }
    }

    /// Says what the walk found: modules as imports, and the words of a model.
    pub(super) fn say(&self, told: &mut Told, sink: &mut dyn Sink) {
        let mut modules: BTreeSet<&str> = BTreeSet::new();
        for (module, name) in &self.imports {
            let plain = |text: &str| {
                !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
            };
            if !plain(module) {
                continue;
            }
            if let Some((_, names)) = RUNNERS.iter().find(|(of, _)| of == module)
                && (names.is_empty() || names.contains(&name.as_str()))
                && plain(name)
            {
                told.say("runs", format!("{module}.{name}"));
            }
            modules.insert(module);
        }
        if let Some((module, name)) = &self.first {
            told.say("class", format!("{module}.{name}"));
        }
        for module in &modules {
            if !is_plumbing(module) {
                told.say("module", module.split('.').next().unwrap_or(module));
            }
            let module = Cow::Owned((*module).to_owned());
            sink.fact(Fact::Import { language: Language::Python, module, optional: false }, None);
        }
        if let Some(version) = &self.version {
            told.say("framework-version", version);
        }
    }
}

/// Modules that every pickle of a certain kind imports.
fn is_plumbing(module: &str) -> bool {
    let root = module.split('.').next().unwrap_or(module);
    matches!(
        root,
        "builtins"
            | "__builtin__"
            | "collections"
            | "copyreg"
            | "copy_reg"
            | "numpy"
            | "_codecs"
            | "joblib"
            | "functools"
            | "operator"
    )
}

fn is_version(text: &str) -> bool {
    text.len() < 30
        && text.contains('.')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
}

/// A line without its end.
fn line(cursor: &mut Cursor<'_>) -> Result<String, ExtractError> {
    let mut kept = Vec::new();
    for _ in 0..LINE {
        match cursor.u8()? {
            b'\n' => return Ok(String::from_utf8_lossy(&kept).into_owned()),
            byte if kept.len() < NAME => kept.push(byte),
            _ => {}
        }
    }
    Err(ExtractError::malformed("a line does not end"))
}

/// Bytes that follow an operation that has a fixed number of them.
fn operand(op: u8) -> Option<u64> {
    match op {
        b'('
        | b')'
        | b'0'
        | b'1'
        | b'2'
        | b'N'
        | b'Q'
        | b'R'
        | b'b'
        | b'd'
        | b'}'
        | b'e'
        | b'a'
        | b'l'
        | b']'
        | b'o'
        | b's'
        | b'u'
        | b't'
        | b'.'
        | 0x81
        | 0x85..=0x89
        | 0x8F..=0x94
        | 0x97
        | 0x98 => Some(0),
        b'K' | b'h' | b'q' | 0x80 | 0x82 => Some(1),
        b'M' | 0x83 => Some(2),
        b'J' | b'j' | b'r' | 0x84 => Some(4),
        b'G' | 0x95 => Some(8),
        _ => None,
    }
}

fn is_opcode(op: u8) -> bool {
    operand(op).is_some()
        || matches!(
            op,
            b'c' | b'i'
                | b'X'
                | b'T'
                | b'U'
                | b'F'
                | b'I'
                | b'L'
                | b'P'
                | b'S'
                | b'V'
                | b'g'
                | b'p'
                | b'B'
                | b'C'
                | 0x8A..=0x8E | 0x96
        )
}
