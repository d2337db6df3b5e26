//! Which parts of a large source are read: what lies around the anchors that
//! the gate found. Knows no language.

use super::gated::Hits;
use crate::extract::{Content, Extractor};
use crate::limits::Limits;
use crate::model::place::Region;

/// Places of anchors around which a source is read; with more of them it is
/// read whole.
const ANCHOR_HITS: usize = 4096;

/// How often one anchor counts among these in carried source: what is imported
/// or named is so at the first.
pub(super) const SAME_ANCHOR: u32 = 64;

/// Places of anchors, while they are not too many.
#[derive(Debug, Default)]
pub(super) struct Offsets(Vec<usize>);

impl Offsets {
    /// Takes one more.
    pub(super) fn take(&mut self, offset: usize) {
        if self.0.len() <= ANCHOR_HITS {
            self.0.push(offset);
        }
    }

    /// All of them; `None` if there are none or too many.
    fn told(&self) -> Option<Vec<usize>> {
        (1..=ANCHOR_HITS).contains(&self.0.len()).then(|| self.0.clone())
    }
}

/// Bytes per line from which on a text is taken for packed by a tool. Lines that
/// people write have 30 to 40.
const DENSE: usize = 512;

/// Most lines of such a text: a person's program around a picture in letters has
/// more, or lies within a window on the whole.
const DENSE_LINES: usize = 200;

/// How source is read that is larger than what is read whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Up to which size it is read whole.
    whole: usize,
    /// Bytes of a window on either side of an anchor.
    reach: usize,
    /// It counts among what others or a tool wrote.
    pub(super) carried: bool,
    /// Of each anchor only the first places count.
    first: bool,
}

impl Manner {
    /// How a source of a region is read.
    pub(super) fn of(content: &Content<'_>, region: Region) -> Self {
        let Limits { source_bytes, window_bytes, .. } = *content.limits;
        let Limits { carried_source_bytes, carried_window_bytes, .. } = *content.limits;
        let own = Self { whole: source_bytes, reach: window_bytes, carried: false, first: false };
        if content.text.len() <= carried_source_bytes {
            return own;
        }
        let counts_imports =
            matches!(region, Region::Vendored | Region::Generated) || declares_only(content.name());
        if counts_imports {
            return Self {
                whole: carried_source_bytes,
                reach: carried_window_bytes,
                carried: true,
                first: true,
            };
        }
        if is_dense(content.text) {
            return Self { whole: carried_source_bytes, carried: true, ..own };
        }
        own
    }

    /// The content with its windows, if it is source larger than what is read
    /// whole and its bytes are those that the gate saw; `None`: all is read.
    pub(super) fn parts<'a>(
        &self,
        content: &Content<'a>,
        bytes: &[u8],
        hits: &Hits,
        due: &[&dyn Extractor],
    ) -> Option<Content<'a>> {
        let worth = content.text.len() > self.whole
            && content.text.len() == bytes.len()
            && due.iter().any(|reader| reader.reads_parts(content.name()));
        let offsets = if self.first { &hits.first } else { &hits.all };
        let offsets = offsets.told().filter(|_| worth)?;
        let whole = Content::new(content.path, content.text, content.truncated, content.limits);
        Some(whole.around(offsets, self.reach))
    }
}

/// Whether a file of this name says only what there is elsewhere: nothing in it
/// is run.
fn declares_only(name: &str) -> bool {
    const ENDS: &[&str] = &[".d.ts", ".d.mts", ".d.cts", ".pyi"];
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a text has so few line ends that no person can have written it.
fn is_dense(text: &str) -> bool {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
    lines <= DENSE_LINES && text.len() / lines >= DENSE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_written_to_be_run_as_it_stands_is_read_sooner_in_windows() {
        let limits = Limits::default();
        let written = "const answer = ask(question);\n".repeat(4_000);
        let packed = "a(b,c);".repeat(10_000);
        let carried = |path, text: &str, region| {
            Manner::of(&Content::new(path, text, false, &limits), region).carried
        };
        assert!(!carried("src/a.ts", &written, Region::Product));
        assert!(carried("src/a.d.ts", &written, Region::Product));
        assert!(carried("src/a.pyi", &written, Region::Product));
        assert!(carried("src/a.js", &packed, Region::Product));
        assert!(carried("vendor/a.js", &written, Region::Vendored));
        assert!(!carried("src/small.js", "a(b,c);", Region::Product));
        let picture = format!("{}PICTURE = '{}'\n", "x = 1\n".repeat(300), "A".repeat(400_000));
        assert!(!carried("src/a.py", &picture, Region::Product));
    }
}
