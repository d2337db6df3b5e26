//! What the gate says of a file: which of its readers are called, which
//! credentials may stand in it, and where its anchors stand.

use foldhash::HashMap;

use super::Examiner;
use super::windows::{Offsets, SAME_ANCHOR};
use crate::extract::{Extractor, Reads};
use crate::signature::gate::AnchorId;
use crate::signature::index::Readers;

/// What concerns a reader, in the gate's terms.
#[must_use]
pub fn concern(reader: &dyn Extractor) -> Readers {
    match reader.reads() {
        Reads::Source(language) => Readers::of(language),
        Reads::Sources(languages) => languages
            .iter()
            .fold(Readers::NONE, |readers, language| readers.and(Readers::of(*language))),
        Reads::Settings => Readers::SETTINGS,
        Reads::Exports => Readers::NONE,
        Reads::Other => Readers::OTHER,
    }
}

/// Whether a file of this name is read only if it turns out to be an export.
pub(super) fn none_but_exports(readers: &[&dyn Extractor]) -> bool {
    readers.iter().all(|reader| reader.reads() == Reads::Exports)
}

/// Credential anchors that are followed up per file.
const KEY_HITS: usize = 1000;

/// What the gate says of a file.
#[derive(Default)]
pub(super) struct Hits {
    /// The readers for which an anchor stands there.
    pub(super) opened: Readers,
    /// Credential block and offset of its literal.
    pub(super) keys: Vec<(usize, usize)>,
    /// Where anchors stand that matter to the file's readers, if it is large.
    pub(super) all: Offsets,
    /// The same, of each anchor the first.
    pub(super) first: Offsets,
    /// Whether a remark of [`crate::policy::suppress::allows_of`] stands there.
    pub(super) remarked: bool,
}

impl Examiner<'_> {
    /// Asks the gate once over all bytes.
    pub(super) fn pass_gate(&self, bytes: &[u8], asking: Readers) -> Hits {
        let mut hits = Hits::default();
        let large = bytes.len() > self.limits.carried_source_bytes;
        let mut told: HashMap<AnchorId, u32> = HashMap::default();
        let index = self.library.index();
        index.scan_for(asking, bytes, &mut |anchor, offset| {
            let readers = index.readers_of_anchor(anchor, bytes, offset);
            hits.opened = hits.opened.and(readers);
            if large && readers.meet(asking) {
                let times = told.entry(anchor).or_default();
                *times += 1;
                hits.all.take(offset);
                if *times <= SAME_ANCHOR {
                    hits.first.take(offset);
                }
            }
            if hits.keys.len() < KEY_HITS {
                let keys = index.keys_of_anchor(anchor, bytes, offset);
                hits.keys.extend(keys.map(|key| (key, offset)));
            }
            hits.remarked |= index.is_remark(anchor);
            true
        });
        if hits.opened.meet(asking) {
            index.short_keys(bytes, KEY_HITS, &mut |keys, offset| {
                hits.keys.extend(keys.iter().map(|key| (*key, offset)));
            });
        }
        hits
    }
}
