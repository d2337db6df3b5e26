//! Runs the tests that stand in signatures, and those that follow from lists,
//! through the real pipeline: the same readers, gate and recogniser as a scan.
//! One function behind `daylight signature test` and `cargo test`.

use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::dispatch::Dispatch;
use crate::limits::Limits;
use crate::model::evidence::Sighting;
use crate::signature::check::Complaint;
use crate::signature::library::{Entry, Library};
use crate::signature::schema::{Example, Expected};

mod lists;

/// What the tests of a library showed.
#[derive(Debug, Default)]
pub struct Proof {
    /// How many tests were run.
    pub tests: usize,
    /// What failed, by file and signature.
    pub failures: Vec<Complaint>,
}

/// Runs every test of every signature.
///
/// # Errors
/// The extractors' own table is broken.
pub fn prove(library: &Library) -> Result<Proof, globset::Error> {
    let dispatch = Dispatch::new()?;
    let limits = Limits { hits_per_file_and_signature: 1_000_000, ..Limits::default() };
    let examiner = Examiner { library, dispatch: &dispatch, limits: &limits, target: "." };
    let mut proof = Proof::default();
    for entry in library.entries() {
        for (number, example) in entry.signature.test.iter().enumerate() {
            proof.tests += 1;
            if let Some(what) = failure(&examiner, entry, example) {
                proof.failures.push(Complaint {
                    signature: entry.signature.id.clone(),
                    file: entry.file.to_string(),
                    what: format!("test {} (`{}`): {what}", number + 1, example.file),
                });
            }
        }
    }
    lists::prove(&examiner, &mut proof);
    Ok(proof)
}

/// What the readers and signatures see in a file.
fn seen(examiner: &Examiner<'_>, path: &str, text: &str) -> Vec<Sighting> {
    let mut harvest = Harvest::default();
    examiner.examine(Artifact { path, bytes: text.as_bytes(), truncated: false }, &mut harvest);
    harvest.sightings
}

fn failure(examiner: &Examiner<'_>, entry: &Entry, example: &Example) -> Option<String> {
    let sightings = seen(examiner, &example.file, &example.text);
    let own: Vec<&Sighting> =
        sightings.iter().filter(|s| s.signature == entry.signature.id).collect();
    unmet(&own, &example.expect)
}

/// Where sightings are not what was expected: in what.
fn unmet(own: &[&Sighting], expect: &[Expected]) -> Option<String> {
    let told = || -> String {
        let rows: Vec<String> =
            own.iter().map(|s| format!("{} `{}`", s.technique.word(), s.value)).collect();
        if rows.is_empty() { "nothing".to_owned() } else { rows.join(", ") }
    };
    if expect.is_empty() {
        return (!own.is_empty()).then(|| format!("expected silence, found {}", told()));
    }
    let missing = expect.iter().find(|wanted| !own.iter().any(|s| meets(s, wanted)))?;
    Some(format!("expected {} `{}`, found {}", missing.block.word(), missing.value, told()))
}

fn meets(sighting: &Sighting, wanted: &Expected) -> bool {
    sighting.technique == wanted.block
        && sighting.value == wanted.value
        && wanted.usage.is_none_or(|usage| usage == sighting.usage)
        && wanted.lifecycle.is_none_or(|lifecycle| sighting.lifecycle == Some(lifecycle))
}
