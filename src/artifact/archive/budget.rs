//! What one archive may cost, with everything that is nested in it: counted
//! while it is inflated, never believed from what its headers say.

use std::cell::Cell;
use std::io::{self, Read};

use crate::limits::Limits;

const MIB: u64 = 1 << 20;

/// Members between two looks at whether the scan may go on.
const LOOK_EVERY: u64 = 1024;

/// Why an archive was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// More bytes came out than one archive may give.
    Bytes,
    /// More bytes came out of what went in than anything but a trap gives.
    Ratio,
    /// More members than are listed.
    Members,
    /// It took too long, or the scan was ended.
    Ended,
}

/// The budget of one archive that lies in the tree, shared by all in it.
pub struct Budget<'b> {
    limits: &'b Limits,
    /// Bytes of the archive as it lies there.
    size: u64,
    is_image: Cell<bool>,
    inflated: Cell<u64>,
    members: Cell<u64>,
    held: Cell<u64>,
    cut: Cell<Option<Cut>>,
    may_go_on: &'b dyn Fn() -> bool,
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget").field("inflated", &self.inflated).finish_non_exhaustive()
    }
}

impl<'b> Budget<'b> {
    /// The budget of an archive of `size` bytes; `may_go_on` is asked now and
    /// then whether the scan has not been ended.
    #[must_use]
    pub fn new(limits: &'b Limits, size: u64, may_go_on: &'b dyn Fn() -> bool) -> Self {
        Self {
            limits,
            size,
            is_image: Cell::new(false),
            inflated: Cell::new(0),
            members: Cell::new(0),
            held: Cell::new(0),
            cut: Cell::new(None),
            may_go_on,
        }
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> &'b Limits {
        self.limits
    }

    /// What was cut, if anything was.
    #[must_use]
    pub fn cut(&self) -> Option<Cut> {
        self.cut.get()
    }

    /// Members listed so far.
    #[must_use]
    pub fn members(&self) -> u64 {
        self.members.get()
    }

    /// Bytes inflated so far.
    #[must_use]
    pub fn inflated(&self) -> u64 {
        self.inflated.get()
    }

    /// An image holds a whole machine: it is given more room.
    pub fn widen(&self) {
        self.is_image.set(true);
    }

    /// Why the archive is cut, for people.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        Some(match self.cut.get()? {
            Cut::Bytes => format!("it inflates to more than {} MiB", self.most_mib()),
            Cut::Ratio => {
                format!("it inflates to more than {} times its size", self.limits.archive_ratio)
            }
            Cut::Members => format!("it has more than {} members", self.most_members()),
            Cut::Ended => {
                format!("it took {} seconds, or the scan was ended", self.limits.archive_seconds)
            }
        })
    }

    fn most_mib(&self) -> usize {
        if self.is_image.get() { self.limits.image_mib } else { self.limits.archive_mib }
    }

    fn most_members(&self) -> usize {
        if self.is_image.get() { self.limits.image_members } else { self.limits.archive_members }
    }

    /// Counts one member; false if the archive is cut.
    pub fn member(&self) -> bool {
        let members = self.members.get().saturating_add(1);
        self.members.set(members);
        if members > self.most_members() as u64 {
            self.stop(Cut::Members);
        } else if members.is_multiple_of(LOOK_EVERY) && !(self.may_go_on)() {
            self.stop(Cut::Ended);
        }
        self.cut.get().is_none()
    }

    fn stop(&self, cut: Cut) {
        if self.cut.get().is_none() {
            self.cut.set(Some(cut));
        }
    }

    /// Counts inflated bytes.
    fn spend(&self, bytes: usize) -> io::Result<()> {
        let before = self.inflated.get();
        let inflated = before.saturating_add(bytes as u64);
        self.inflated.set(inflated);
        let floor = (self.limits.archive_floor_mib as u64).saturating_mul(MIB);
        let fair = self.size.saturating_mul(self.limits.archive_ratio as u64);
        if inflated > (self.most_mib() as u64).saturating_mul(MIB) {
            self.stop(Cut::Bytes);
        } else if inflated > floor && inflated > fair {
            self.stop(Cut::Ratio);
        } else if before / (16 * MIB) != inflated / (16 * MIB) && !(self.may_go_on)() {
            self.stop(Cut::Ended);
        }
        match self.cut.get() {
            None => Ok(()),
            Some(_) => Err(io::Error::other("the budget is spent")),
        }
    }

    /// Reads all of `from` into memory, if there is room for it beside what
    /// is held already; `None` if there is not. Give it back by `release`.
    ///
    /// # Errors
    /// What the reader says.
    pub fn hold(&self, from: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
        let most = (self.limits.archive_held_mib as u64).saturating_mul(MIB);
        let room = most.saturating_sub(self.held.get());
        let mut bytes = Vec::new();
        from.take(room.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > room {
            return Ok(None);
        }
        bytes.shrink_to_fit();
        self.held.set(self.held.get().saturating_add(bytes.len() as u64));
        Ok(Some(bytes))
    }

    /// Gives back what was held.
    pub fn release(&self, bytes: &[u8]) {
        self.held.set(self.held.get().saturating_sub(bytes.len() as u64));
    }
}

/// A decoder whose output is counted.
pub struct Counted<'r, 'b> {
    decoder: Box<dyn Read + 'r>,
    budget: &'r Budget<'b>,
    failed: bool,
}

impl<'r, 'b> Counted<'r, 'b> {
    /// Counts what `decoder` gives.
    #[must_use]
    pub fn new(decoder: Box<dyn Read + 'r>, budget: &'r Budget<'b>) -> Self {
        Self { decoder, budget, failed: false }
    }
}

impl std::fmt::Debug for Counted<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        // Decoders take an empty read for the end, or fail oddly after an error.
        if buf.is_empty() {
            return Ok(0);
        }
        if self.failed {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let got = self.decoder.read(buf).and_then(|got| self.budget.spend(got).map(|()| got));
        self.failed = got.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        got
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_counted_and_cut_whatever_was_promised() {
        let limits = Limits { archive_floor_mib: 1, archive_ratio: 10, ..Limits::default() };
        let budget = Budget::new(&limits, 1 << 16, &|| true);
        let mut zeros = Counted::new(Box::new(io::repeat(0)), &budget);
        assert!(io::copy(&mut zeros, &mut io::sink()).is_err());
        assert_eq!(budget.cut(), Some(Cut::Ratio));
        assert!(budget.inflated() < 2 << 20);
        assert!(!budget.member());
    }

    #[test]
    fn what_is_held_at_a_time_is_bounded_and_given_back() {
        let limits = Limits { archive_held_mib: 1, ..Limits::default() };
        let budget = Budget::new(&limits, 1, &|| true);
        let first = budget.hold(&mut io::repeat(0).take(600 << 10)).expect("read").expect("room");
        assert!(budget.hold(&mut io::repeat(0).take(600 << 10)).expect("read").is_none());
        budget.release(&first);
        assert!(budget.hold(&mut io::repeat(0).take(600 << 10)).expect("read").is_some());
        assert!(budget.hold(&mut io::repeat(0)).expect("read").is_none());
    }
}
