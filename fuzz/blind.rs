//! Fuzzing that follows no edges, for where libFuzzer cannot be built: seeds
//! are flipped, cut, crossed and strewn with what grammars trip over.
//!
//! `cargo run --example fuzz_blind -- SECONDS SEED [NAME]` after `fuzz_seed`;
//! each format gets its share of the time. Prints Markdown; a finding is kept
//! in `fuzz/artifacts` and ends with a failure.

#![allow(clippy::print_stdout, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::cast_possible_truncation, unreachable_pub)]

#[path = "src/paths.rs"]
#[allow(dead_code)]
mod paths;
#[path = "src/tries.rs"]
mod tries;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What is put into files.
const STREWN: &[&str] = &[
    "\"",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "\\",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "  ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "<!--",
    "-->",
    "/*",
    "*/",
    "//",
    "#",
    "--",
    ";",
    ":",
    ",",
    "=",
    "==",
    "^",
    "~",
    "|",
    "&",
    "@",
    "$",
    "${",
    "}}",
    "{{",
    "%",
    "!",
    "?",
    "\0",
    "\u{e9}",
    "\u{1F600}",
    "\u{2028}",
    "\u{FEFF}",
    "\u{FFFD}",
    "\u{130}",
    "0",
    "-1",
    "99999999999999999999",
    "0x",
    "1e999",
    "true",
    "null",
    "---\n",
    "|\n",
    ">\n",
    "- ",
    "&a",
    "*a",
    "<<:",
    "[[",
    "<<EOF\n",
    "import ",
    "from ",
    "require(",
    "R\"(",
    ")\"",
    "r#\"",
    "@\"",
    "$\"",
    "q{",
    "%w(",
    "\\u{",
    "\\x",
    "f\"{",
    "def ",
    "end\n",
    "..",
    "../",
    "/",
    "C:\\",
    "::",
    ".",
    "a",
    "_",
];
/// A file that takes as long is told like one that panics.
const SLOW: Duration = Duration::from_secs(2);
const LONGEST: usize = 6000;

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, rows: &'a [T]) -> &'a T {
        &rows[self.below(rows.len())]
    }
}

fn mutated(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut file = chance.of(seeds).clone();
    file.truncate(LONGEST);
    for _ in 0..=chance.below(6) {
        let at = chance.below(file.len() + 1);
        let end = (at + 1 + chance.below(24)).min(file.len());
        let word = chance.of(STREWN).as_bytes().to_vec();
        match chance.below(8) {
            0 => file.truncate(at),
            1 if at < end => file[at] ^= 1 << chance.below(8),
            2 => drop(file.splice(at..at, word)),
            3 => drop(file.splice(at..end, word)),
            4 => {
                let piece = file[at..end].repeat(1 + chance.below(30));
                drop(file.splice(at..at, piece));
            }
            5 => drop(file.drain(at..end)),
            6 => {
                let other = chance.of(seeds);
                let from = chance.below(other.len());
                let to = (from + chance.below(200)).min(other.len());
                drop(file.splice(at..at, other[from..to].iter().copied()));
            }
            _ => {
                let to = (at + chance.of(&[1, 2, 4, 8])).min(end);
                file[at..to].fill(*chance.of(&[0, 1, 0x7F, 0x80, 0xFF]));
            }
        }
    }
    file
}

fn seeds_of(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).filter(|seed| seed.len() > 2).collect()
}

/// Has the nth reader of its kind read a file.
type Try = fn(usize, u8, &[u8]);

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let seconds: u64 = given.next().and_then(|word| word.parse().ok()).unwrap_or(60);
    let mut chance = Chance(given.next().and_then(|word| word.parse().ok()).unwrap_or(1) | 1);
    let only = given.next().unwrap_or_default();
    let extractors = tries::extractors().into_iter().enumerate();
    let extractors =
        extractors.map(|(at, name)| (format!("extractor/{name}"), at, tries::extractor as Try));
    let readers = tries::readers().into_iter().enumerate();
    let readers = readers.map(|(at, name)| (format!("reader/{name}"), at, tries::reader as Try));
    let formats: Vec<_> =
        extractors.chain(readers).filter(|(name, ..)| name.contains(&only)).collect();
    let share = Duration::from_secs(seconds) / u32::try_from(formats.len()).unwrap_or(1).max(1);
    let (mut total, mut findings) = (0_u64, 0_u64);
    println!("| format | executions |\n|---|---:|");
    for (name, which, attempt) in &formats {
        let seeds = seeds_of(name);
        let start = Instant::now();
        let mut runs = 0_u64;
        while !seeds.is_empty() && start.elapsed() < share {
            let input = mutated(&mut chance, &seeds);
            let begun = Instant::now();
            let choice = input.get(1).copied().unwrap_or_default();
            let file = input.get(2..).unwrap_or_default();
            let failed = catch_unwind(|| attempt(*which, choice, file)).is_err();
            if failed || begun.elapsed() > SLOW {
                findings += 1;
                let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/artifacts");
                let kept = kept.join(format!("{}-{runs}", name.replace('/', "-")));
                let _ = kept.parent().map(fs::create_dir_all);
                let _ = fs::write(&kept, &input);
                println!("| finding: {} | |", kept.display());
                break;
            }
            runs += 1;
        }
        total += runs;
        println!("| {name} | {runs} |");
    }
    println!("\n{} formats, {total} executions, {findings} findings", formats.len());
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
