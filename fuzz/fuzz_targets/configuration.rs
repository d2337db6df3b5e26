//! What an organisation writes, and what we wrote once and read again: byte 0
//! chooses `daylight.toml`, the list of approved AI, the lock, decisions, or
//! an inventory as the baseline.
#![no_main]

use std::sync::LazyLock;

use daylight::compare::compare;
use daylight::decision::DecisionFile;
use daylight::lock::Lock;
use daylight::model::inventory::Inventory;
use daylight::policy::approved::ApprovedList;
use daylight::policy::config::Config;
use daylight::report::{EMITTERS, Style};
use daylight_fuzz::only;
use libfuzzer_sys::{Corpus, fuzz_target};

static ONLY: LazyLock<Option<usize>> =
    LazyLock::new(|| only(&["settings", "approved", "lock", "decisions", "inventory"]));

fuzz_target!(|data: &[u8]| -> Corpus {
    let [which, text @ ..] = data else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(text) else { return Corpus::Reject };
    match ONLY.unwrap_or(usize::from(*which) % 5) {
        0 => drop(Config::parse("daylight.toml", text)),
        1 => drop(ApprovedList::parse("approved.toml", text)),
        2 => {
            if let Ok(lock) = Lock::parse(text) {
                let _ = lock.text();
            }
        }
        3 => {
            if let Ok(decisions) = DecisionFile::parse(text) {
                for one in &decisions.decision {
                    let _ = (one.text(), one.is_whole(), one.own_id());
                }
            }
        }
        _ => {
            if let Ok(inventory) = serde_json::from_str::<Inventory>(text) {
                let _ = compare(&inventory, &inventory);
                for emitter in EMITTERS {
                    let _ = emitter.emit(&inventory, Style::default(), &mut std::io::sink());
                }
            }
        }
    }
    Corpus::Keep
});
