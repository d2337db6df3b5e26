//! One line of progress on stderr, only where a person is watching.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::{Counters, Observer};

/// Draws at most ten times a second, from the scan's own counters.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    files: AtomicU64,
}

impl Progress {
    /// A line of progress, or nothing where `quiet`, in CI, or without a terminal.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let watched = !quiet && std::env::var_os("CI").is_none() && std::io::stderr().is_terminal();
        let target = if watched {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        Self { bar, files: AtomicU64::new(0) }
    }

    /// Takes the line away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn progress(&self, counters: &Counters) {
        // Building the message costs more than reading a small file.
        if self.bar.is_hidden() || !self.files.fetch_add(1, Ordering::Relaxed).is_multiple_of(64) {
            return;
        }
        self.bar.set_message(format!(
            "{} files, {} MiB, {} matches",
            counters.files,
            counters.bytes >> 20,
            counters.sightings
        ));
        self.bar.tick();
    }
}
