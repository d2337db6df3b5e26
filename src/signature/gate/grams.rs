//! The table of grams: from the key of a few bytes to whose they are, by one
//! look at one place.
//!
//! A perfect hash: grams fall into buckets, and each bucket keeps a number by
//! which all its grams move to slots that nobody else has. Chains, which text
//! full of other grams would have to be followed along, do not exist.

use super::lookup::Owner;

/// Most moves that are tried for one bucket before the table is doubled.
const MOST_MOVES: u16 = 4096;
/// Grams of a bucket, on average.
const PER_BUCKET: usize = 4;

/// What is known of one gram. Eight bytes, so that the table stays in the
/// second-level cache and no slot lies across two of its lines.
#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
pub(super) struct Slot {
    gram: u32,
    /// Where its owners begin; [`FREE`] if the slot is nobody's.
    owners: u32,
}

/// Marks a slot that is nobody's.
const FREE: u32 = u32::MAX;

impl Default for Slot {
    fn default() -> Self {
        Self { gram: 0, owners: FREE }
    }
}

/// A gram of an anchor.
pub(super) struct Placed {
    pub(super) gram: u32,
    pub(super) owner: Owner,
}

/// Every gram of every anchor.
#[derive(Debug)]
pub(super) struct Grams {
    /// How far the grams of a bucket move; a power of two of buckets.
    moves: Vec<u16>,
    /// A power of two of slots, at most two thirds of them taken: as few as will do,
    /// for what is seldom asked is seldom in the nearer caches.
    slots: Vec<Slot>,
}

impl Grams {
    /// The table, and the owners that its slots point at.
    pub(super) fn new(mut placed: Vec<Placed>) -> (Self, Vec<Owner>) {
        placed.sort_by_key(|one| one.gram);
        let mut owners: Vec<Owner> = Vec::with_capacity(placed.len());
        let mut filled = Vec::new();
        for same in placed.chunk_by(|one, next| one.gram == next.gram) {
            let Some(Placed { gram, .. }) = same.first() else { continue };
            filled.push(Slot { gram: *gram, owners: u32::try_from(owners.len()).unwrap_or(FREE) });
            owners.extend(same.iter().map(|one| one.owner));
            if let Some(last) = owners.last_mut() {
                last.last = true;
            }
        }
        let mut size = (filled.len() * 3 / 2).next_power_of_two().max(16);
        loop {
            if let Some(table) = Self::of_size(size, &filled) {
                return (table, owners);
            }
            size *= 2;
        }
    }

    /// `None` if some bucket finds no free slots.
    fn of_size(size: usize, filled: &[Slot]) -> Option<Self> {
        let mut buckets = vec![Vec::new(); (size / 2 / PER_BUCKET).max(1)];
        let mut table = Self { moves: vec![0; buckets.len()], slots: vec![Slot::default(); size] };
        for slot in filled {
            buckets.get_mut(table.bucket(slot.gram))?.push(*slot);
        }
        let mut order: Vec<(usize, Vec<Slot>)> = buckets.into_iter().enumerate().collect();
        // The fullest first, while there is room.
        order.sort_by_key(|(number, bucket)| (usize::MAX - bucket.len(), *number));
        let mut homes = Vec::new();
        for (number, bucket) in order {
            let free = (0..MOST_MOVES).find(|moved| {
                homes.clear();
                homes.extend(bucket.iter().map(|slot| table.place(slot.gram, *moved)));
                let taken =
                    |home: &usize| table.slots.get(*home).is_none_or(|slot| slot.owners != FREE);
                let distinct = homes.iter().enumerate().all(|(at, home)| {
                    homes.get(..at).is_some_and(|earlier| !earlier.contains(home))
                });
                distinct && !homes.iter().any(taken)
            })?;
            *table.moves.get_mut(number)? = free;
            for slot in bucket {
                let home = table.place(slot.gram, free);
                *table.slots.get_mut(home)? = slot;
            }
        }
        Some(table)
    }

    /// Where the owners of a gram begin, if it is here.
    pub(super) fn owners(&self, gram: u32) -> Option<u32> {
        let moved = self.moves.get(self.bucket(gram)).copied().unwrap_or(0);
        let slot = self.slots.get(self.place(gram, moved)).copied().unwrap_or_default();
        (slot.gram == gram && slot.owners != FREE).then_some(slot.owners)
    }

    fn bucket(&self, gram: u32) -> usize {
        spread(gram).rotate_left(16) as usize & (self.moves.len() - 1)
    }

    /// Where a gram lies in a bucket that has moved so far.
    fn place(&self, gram: u32, moved: u16) -> usize {
        let home = gram.wrapping_mul(0x85EB_CA6B).rotate_left(15);
        let step = (spread(gram) >> 3) | 1;
        (home ^ step.wrapping_mul(u32::from(moved))) as usize & (self.slots.len() - 1)
    }
}

/// A gram's bits, spread over all of the number.
fn spread(gram: u32) -> u32 {
    gram.wrapping_mul(0xED55_8CCD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gram_is_found_in_its_own_slot_and_no_other_is() {
        let gram = |number: u32| number.wrapping_mul(0x0101_4F35) | 0x2020_2020;
        let owner = Owner::default();
        let placed = (0..9000).map(|n| Placed { gram: gram(n), owner }).collect::<Vec<_>>();
        let known: std::collections::BTreeSet<u32> = placed.iter().map(|one| one.gram).collect();
        let (grams, owners) = Grams::new(placed);
        assert_eq!(owners.iter().filter(|owner| owner.last).count(), known.len());
        for gram in &known {
            assert!(grams.owners(*gram).is_some());
        }
        for other in (9000..99_000).map(gram).filter(|gram| !known.contains(gram)) {
            assert_eq!(grams.owners(other), None);
        }
    }

    #[test]
    fn a_table_of_nothing_has_free_slots_only() {
        let (grams, owners) = Grams::new(Vec::new());
        assert!(owners.is_empty());
        assert_eq!(grams.owners(0), None);
    }
}
