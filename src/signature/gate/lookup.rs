//! From a gram at a place to the anchors that stand there: what both filters
//! ask once their first pass has left few places over.

use super::grams::{Grams, Placed};
use super::{AnchorId, GRAM, folded, gram_at};

/// An anchor's gram: which anchor, and how far into it the gram stands. What
/// stands beside the gram is kept here, folded, so that an anchor is only
/// fetched where it is likely to be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Owner {
    anchor: AnchorId,
    offset: u16,
    /// Whether it is the last one of its gram.
    pub(super) last: bool,
    /// The four bytes before the gram, as far as the anchor has them.
    before: Beside,
    /// The four bytes after it.
    after: Beside,
}

/// Four folded bytes beside a gram, of which some may be anything.
#[derive(Debug, Clone, Copy, Default)]
struct Beside {
    bytes: u32,
    /// Set bits are those that count.
    known: u32,
}

impl Beside {
    /// `four`: those bytes that the anchor has.
    fn of(four: [Option<&u8>; GRAM]) -> Self {
        let known = u32::from_le_bytes(four.map(|byte| byte.map_or(0, |_| 0xFF)));
        let bytes = folded(four.map(|byte| byte.copied().unwrap_or(0)));
        Self { bytes: bytes & known, known }
    }

    fn fits(self, bytes: u32) -> bool {
        bytes & self.known == self.bytes
    }
}

/// The gram of so many bytes of an anchor at a place in it, known by a key of
/// the filter's own making.
pub(super) fn placed(
    number: AnchorId,
    anchor: &[u8],
    offset: usize,
    length: usize,
    key: u32,
) -> Placed {
    let steps: [usize; GRAM] = [0, 1, 2, 3];
    let before = steps.map(|step| (offset + step).checked_sub(GRAM).and_then(|at| anchor.get(at)));
    let after = steps.map(|step| anchor.get(offset + length + step));
    let owner = Owner {
        anchor: number,
        offset: u16::try_from(offset).unwrap_or(u16::MAX),
        last: false,
        before: Beside::of(before),
        after: Beside::of(after),
    };
    Placed { gram: key, owner }
}

/// All anchors of a filter, by the keys of their grams.
#[derive(Debug)]
pub(super) struct Lookup {
    anchors: Vec<Box<[u8]>>,
    grams: Grams,
    owners: Vec<Owner>,
}

impl Lookup {
    /// `anchors` by their numbers; of those that have no gram none is found.
    pub(super) fn new(anchors: Vec<Box<[u8]>>, placed: Vec<Placed>) -> Self {
        let (grams, owners) = Grams::new(placed);
        Self { anchors, grams, owners }
    }

    /// How many anchors there are.
    pub(super) fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Where the owners of a key begin, if it has any.
    pub(super) fn owners(&self, key: u32) -> Option<u32> {
        self.grams.owners(key)
    }

    /// Compares the text around a gram, which stands at `at` and has so many bytes,
    /// with the anchors of its owners. False ends the scan.
    pub(super) fn compare(
        &self,
        bytes: &[u8],
        at: usize,
        length: usize,
        owners: u32,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) -> bool {
        let before = at.checked_sub(GRAM).and_then(|at| gram_at(bytes, at));
        let after = gram_at(bytes, at + length);
        for owner in self.owners.get(owners as usize..).unwrap_or_default() {
            // near an end of the text only the comparison itself can tell
            let fits = before.is_none_or(|bytes| owner.before.fits(bytes))
                && after.is_none_or(|bytes| owner.after.fits(bytes));
            if fits && !self.compare_whole(bytes, at, owner, hit) {
                return false;
            }
            if owner.last {
                break;
            }
        }
        true
    }

    fn compare_whole(
        &self,
        bytes: &[u8],
        at: usize,
        owner: &Owner,
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) -> bool {
        let Some(anchor) = self.anchors.get(owner.anchor as usize) else { return true };
        let Some(start) = at.checked_sub(usize::from(owner.offset)) else { return true };
        let matches = bytes
            .get(start..start + anchor.len())
            .is_some_and(|window| window.eq_ignore_ascii_case(anchor));
        !matches || hit(owner.anchor, start)
    }
}
