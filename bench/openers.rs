//! Which anchors open the gate over real trees, and for how much: the bytes of
//! the files that an anchor opens alone, with nothing gained, are what it costs.
//!
//! `cargo run --release --example openers -- DIR...`

#![allow(clippy::print_stdout, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use daylight::examine::{Artifact, Examiner, Harvest, concern};
use daylight::extract::EXTRACTORS;
use daylight::extract::dispatch::Dispatch;
use daylight::limits::Limits;
use daylight::signature::index::Readers;
use daylight::signature::library::Library;
use daylight::source::Found;
use daylight::source::directory::{Visitor, WalkOptions, walk};
use daylight::source::ignore_rules::IgnoreOptions;
use daylight::source::read::read_head;

#[derive(Default)]
struct Cost {
    files: u64,
    bytes: u64,
    alone: u64,
    in_vain: u64,
    example: String,
}

struct Opener<'t> {
    examiner: &'t Examiner<'t>,
    buffer: Vec<u8>,
    costs: &'t Mutex<BTreeMap<u32, Cost>>,
}

impl Visitor for Opener<'_> {
    fn visit(&mut self, found: Found) -> bool {
        let Found::File(entry) = found else { return true };
        let mut readers = Vec::new();
        self.examiner.dispatch.readers_of(&entry.path, &mut readers);
        let limit = self.examiner.bytes_to_read(&readers);
        if readers.is_empty() || read_head(&entry.file, limit, &mut self.buffer).is_err() {
            return true;
        }
        let asking = readers
            .iter()
            .filter_map(|at| EXTRACTORS.get(*at))
            .fold(Readers::NONE, |all, one| all.and(concern(*one)));
        let index = self.examiner.library.index();
        let mut anchors = BTreeSet::new();
        index.gate().scan(&self.buffer, &mut |anchor, offset| {
            if index.readers_of_anchor(anchor, &self.buffer, offset).meet(asking) {
                anchors.insert(anchor);
            }
            true
        });
        if anchors.is_empty() {
            return true;
        }
        let mut harvest = Harvest::default();
        let artifact = Artifact { path: &entry.path, bytes: &self.buffer, truncated: false };
        self.examiner.examine_by(artifact, &readers, &mut harvest);
        let bytes = self.buffer.len() as u64;
        let mut costs = self.costs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let alone = anchors.len() == 1;
        for anchor in anchors {
            let cost = costs.entry(anchor).or_default();
            cost.files += 1;
            cost.bytes += bytes;
            cost.alone += if alone { bytes } else { 0 };
            if harvest.sightings.is_empty() {
                cost.in_vain += bytes;
                cost.example.clone_from(&entry.path);
            }
        }
        true
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = Library::with_overlays(&[])?;
    let (dispatch, limits) = (Dispatch::new()?, Limits::default());
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let costs = Mutex::default();
    let options = WalkOptions {
        ignore: IgnoreOptions { no_gitignore: true, exclude: Vec::new() },
        cross_filesystems: false,
        jobs: 2,
    };
    for root in std::env::args_os().skip(1) {
        walk(Path::new(&root), &options, &|| {
            Box::new(Opener { examiner: &examiner, buffer: Vec::new(), costs: &costs })
        })?;
    }
    let names = library.index().anchors();
    let costs = costs.into_inner().unwrap_or_default();
    let mut rows: Vec<_> = costs.into_iter().collect();
    rows.sort_by_key(|(anchor, cost)| (std::cmp::Reverse(cost.in_vain), *anchor));
    println!("in vain\talone\tbytes\tfiles\tanchor\tsuch as");
    for (anchor, cost) in rows {
        let name = names.get(anchor as usize).map_or("", String::as_str);
        let Cost { files, bytes, alone, in_vain, example } = cost;
        println!("{in_vain}\t{alone}\t{bytes}\t{files}\t{name}\t{example}");
    }
    Ok(())
}
