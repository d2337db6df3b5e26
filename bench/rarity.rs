//! Makes the rarity tables of the gate, as log2 of counts in 2^16 hash buckets:
//! how common each folded 4-gram is in code (`grams`), and how common are five
//! and eight folded bytes from where a word begins (`words`).
//!
//! `cargo run --release --example rarity -- grams|words OUT DIR...` reads every
//! regular file below the folders (at most 1 MiB of each) and writes 64 KiB to
//! OUT for each length. The tables only decide how fast the gate is, never what
//! it finds.

#![allow(clippy::print_stderr, clippy::indexing_slicing, missing_docs)]

use std::io::Read;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(kind), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: rarity grams|words OUT DIR...");
        return Ok(());
    };
    let count = if kind == "words" { count_words } else { count_grams };
    let mut counts = vec![0u64; if kind == "words" { 1 << 17 } else { 1 << 16 }];
    let (mut files, mut total) = (0u64, 0u64);
    let mut buffer = Vec::new();
    for root in arguments {
        for entry in ignore::WalkBuilder::new(root).standard_filters(false).build().flatten() {
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            buffer.clear();
            let Ok(file) = std::fs::File::open(entry.path()) else { continue };
            if file.take(1 << 20).read_to_end(&mut buffer).is_err() {
                continue;
            }
            if buffer.iter().take(1024).any(|byte| *byte == 0) {
                continue;
            }
            files += 1;
            total += buffer.len() as u64;
            count(&buffer, &mut counts);
        }
    }
    // Per 2^24 grams, so that the table does not depend on how much was read.
    let table: Vec<u8> = counts
        .iter()
        .map(|count| {
            let scaled = u128::from(*count) * (1 << 24) / u128::from(total.max(1));
            u8::try_from(128 - (scaled + 1).leading_zeros()).unwrap_or(u8::MAX)
        })
        .collect();
    eprintln!("{files} files, {total} bytes");
    std::fs::write(out, table)
}

fn count_grams(text: &[u8], counts: &mut [u64]) {
    for window in text.windows(4) {
        let gram = u32::from_le_bytes([window[0], window[1], window[2], window[3]]) | 0x2020_2020;
        counts[(gram.wrapping_mul(0x9E37_79B1) >> 16) as usize] += 1;
    }
}

fn count_words(text: &[u8], counts: &mut [u64]) {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut before = b' ';
    for window in text.windows(8) {
        let first = window[0];
        if is_of_word(first) && !is_of_word(before) {
            let eight = window.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte | 0x20));
            let [five, eight] = [eight << 24, eight]
                .map(|bytes| (bytes.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize);
            counts[five] += 1;
            counts[(1 << 16) + eight] += 1;
        }
        before = first;
    }
}
