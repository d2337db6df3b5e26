//! The anchors of all signatures, and what each means where it stands. They are
//! put in order, and the gate is built of them, when the first file is read: a
//! scan that reads none needs neither.

use foldhash::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::reach::{Reach, Readers};
use crate::model::policy::REMARK;
use crate::signature::gate::{self, AnchorId, Gate, GateError, Sought, Stands};

/// A literal as one block gives it.
#[derive(Debug)]
pub(super) struct Anchor {
    /// In lower case.
    pub(super) text: String,
    pub(super) reach: Reach,
    /// The credential block that it belongs to.
    pub(super) key: Option<usize>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// As blocks gave them; empty when they are ready.
    given: Mutex<Vec<Anchor>>,
    ready: OnceLock<Ready>,
}

/// What is known of each, by its number.
#[derive(Debug)]
struct Ready {
    gate: Gate,
    texts: Vec<String>,
    reaches: Vec<Reach>,
    keys: Vec<Vec<usize>>,
    /// The anchor that is [`REMARK`].
    remark: Option<usize>,
    /// What files of some readers are searched for, once one came.
    sought: RwLock<HashMap<Readers, Arc<Sought>>>,
}

impl Anchors {
    /// Takes what blocks gave.
    ///
    /// # Errors
    /// One is too short or too long for a gate.
    pub(super) fn new(mut given: Vec<Anchor>) -> Result<Self, GateError> {
        let remark = Anchor { text: REMARK.to_owned(), reach: Reach::NOWHERE, key: None };
        given.push(remark);
        given.iter().try_for_each(|anchor| gate::fits(&anchor.text))?;
        Ok(Self { given: Mutex::new(given), ready: OnceLock::new() })
    }

    /// The gate over all of them.
    pub(super) fn gate(&self) -> &Gate {
        &self.ready().gate
    }

    /// Every occurrence of those that may matter in a file of these readers, and
    /// perhaps of others; see [`Gate::scan`].
    pub(super) fn scan_for(
        &self,
        asking: Readers,
        bytes: &[u8],
        hit: &mut dyn FnMut(AnchorId, usize) -> bool,
    ) {
        let ready = self.ready();
        if asking == Readers::ALL {
            return ready.gate.scan(bytes, hit);
        }
        ready.gate.scan_for(&ready.sought_by(asking), bytes, hit);
    }

    /// Their texts, in the order of their numbers.
    pub(super) fn texts(&self) -> &[String] {
        &self.ready().texts
    }

    /// For which readers one that stands at `start` opens the gate.
    pub(super) fn readers_of(&self, anchor: AnchorId, bytes: &[u8], start: usize) -> Readers {
        let (ready, at) = (self.ready(), anchor as usize);
        match (ready.reaches.get(at), ready.texts.get(at)) {
            (Some(reach), Some(text)) => reach.of(bytes, start, text.len()),
            _ => Readers::NONE,
        }
    }

    /// Where one counts.
    pub(super) fn stands(&self, anchor: AnchorId) -> Stands {
        self.ready().reaches.get(anchor as usize).map_or(Stands::Anywhere, Reach::stands)
    }

    /// The credential blocks that one belongs to.
    pub(super) fn keys_of(&self, anchor: AnchorId) -> &[usize] {
        self.ready().keys.get(anchor as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether one is the beginning of a remark in the file itself.
    pub(super) fn is_remark(&self, anchor: AnchorId) -> bool {
        self.ready().remark == Some(anchor as usize)
    }

    fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| {
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            Ready::of(std::mem::take(&mut given))
        })
    }
}

impl Ready {
    /// Each text once; what several blocks say of it is joined in their order.
    fn of(mut given: Vec<Anchor>) -> Self {
        given.sort_by(|one, other| one.text.cmp(&other.text));
        let (mut texts, mut reaches, mut keys) = (Vec::<String>::new(), Vec::new(), Vec::new());
        for Anchor { text, reach, key } in given {
            match (reaches.last_mut(), keys.last_mut()) {
                (Some(known), Some(all)) if texts.last() == Some(&text) => {
                    *known = Reach::joined(*known, reach);
                    Vec::extend(all, key);
                }
                _ => {
                    texts.push(text);
                    reaches.push(reach);
                    keys.push(Vec::from_iter(key));
                }
            }
        }
        let remark = texts.iter().position(|text| text == REMARK);
        let stands = reaches.iter().map(Reach::stands);
        let anchors: Vec<(&String, Stands)> = texts.iter().zip(stands).collect();
        let gate = Gate::of(&anchors);
        Self { gate, texts, reaches, keys, remark, sought: RwLock::default() }
    }

    /// The anchors that may matter in a file of these readers: those that open
    /// it for one of them, credentials, and remarks.
    fn sought_by(&self, asking: Readers) -> Arc<Sought> {
        let known = self.sought.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(sought) = known.get(&asking) {
            return Arc::clone(sought);
        }
        drop(known);
        let sought = Arc::new(self.gate.some(|anchor| {
            let at = anchor as usize;
            self.reaches.get(at).is_some_and(|reach| reach.may_open(asking))
                || self.keys.get(at).is_some_and(|keys| !keys.is_empty())
                || self.remark == Some(at)
        }));
        let mut all = self.sought.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(asking).or_insert(sought))
    }
}
