//! Prints the anchors that open the gate, one a line: what `bench/run` hands to
//! other tools, so that both sides look for the same.
//!
//! `cargo run --release --example anchors -- [OVERLAY...]`

#![allow(clippy::print_stdout, missing_docs)]

use std::path::PathBuf;

use daylight::signature::library::{Library, SignatureError};

fn main() -> Result<(), SignatureError> {
    let overlays: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let library = Library::with_overlays(&overlays)?;
    // Tools that take a literal from each line get those with an end of line
    // without it.
    let mut anchors: Vec<&str> = library.index().anchors().iter().map(|a| a.trim_end()).collect();
    anchors.sort_unstable();
    anchors.dedup();
    for anchor in anchors {
        println!("{anchor}");
    }
    Ok(())
}
