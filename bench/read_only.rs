//! What a scan cannot be faster than: our own walk and our own reading, with
//! the limits of a scan, and nothing done with the bytes.
//!
//! `cargo run --release --example read_only -- JOBS DIR...`

#![allow(clippy::print_stdout, missing_docs)]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use daylight::limits::Limits;
use daylight::source::Found;
use daylight::source::directory::{SourceError, Visitor, WalkOptions, walk};
use daylight::source::ignore_rules::IgnoreOptions;
use daylight::source::read::read_head;

struct Reader<'t> {
    limit: usize,
    buffer: Vec<u8>,
    totals: &'t Totals,
}

#[derive(Default)]
struct Totals {
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Visitor for Reader<'_> {
    fn visit(&mut self, found: Found) -> bool {
        if let Found::File(entry) = found
            && read_head(&entry.file, self.limit, &mut self.buffer).is_ok()
        {
            self.totals.files.fetch_add(1, Ordering::Relaxed);
            self.totals.bytes.fetch_add(self.buffer.len() as u64, Ordering::Relaxed);
        }
        true
    }
}

fn main() -> Result<(), SourceError> {
    let mut arguments = std::env::args_os().skip(1);
    let jobs = arguments.next().and_then(|jobs| jobs.to_str()?.parse().ok()).unwrap_or(1);
    let options = WalkOptions {
        ignore: IgnoreOptions { no_gitignore: true, exclude: Vec::new() },
        cross_filesystems: false,
        jobs,
    };
    let totals = Totals::default();
    for root in arguments {
        let limit = Limits::default().text_bytes;
        walk(Path::new(&root), &options, &|| {
            Box::new(Reader { limit, buffer: Vec::new(), totals: &totals })
        })?;
    }
    println!("{:?} files, {:?} bytes", totals.files, totals.bytes);
    Ok(())
}
