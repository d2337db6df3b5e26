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
    for anchor in library.index().anchors() {
        println!("{anchor}");
    }
    Ok(())
}
