//! Runs the tests that stand in signatures through the real pipeline: the
//! same readers, gate and recogniser as a scan. One function behind
//! `daylight signature test` and `cargo test`.

use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::dispatch::Dispatch;
use crate::limits::Limits;
use crate::model::evidence::Sighting;
use crate::signature::check::Complaint;
use crate::signature::library::{Entry, Library};
use crate::signature::schema::{Example, Expected};

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
    let limits = Limits::default();
    let examiner = Examiner { library, dispatch: &dispatch, limits: &limits, target: "." };
    let mut proof = Proof::default();
    for entry in library.entries() {
        for (number, example) in entry.signature.test.iter().enumerate() {
            proof.tests += 1;
            if let Some(what) = failure(&examiner, entry, example) {
                proof.failures.push(Complaint {
                    signature: entry.signature.id.clone(),
                    file: entry.file.clone(),
                    what: format!("test {} (`{}`): {what}", number + 1, example.file),
                });
            }
        }
    }
    Ok(proof)
}

fn failure(examiner: &Examiner<'_>, entry: &Entry, example: &Example) -> Option<String> {
    let mut harvest = Harvest::default();
    let artifact =
        Artifact { path: &example.file, bytes: example.text.as_bytes(), truncated: false };
    examiner.examine(artifact, &mut harvest);
    let own: Vec<&Sighting> =
        harvest.sightings.iter().filter(|s| s.signature == entry.signature.id).collect();
    let told = || -> String {
        let rows: Vec<String> =
            own.iter().map(|s| format!("{} `{}`", s.technique.word(), s.value)).collect();
        if rows.is_empty() { "nothing".to_owned() } else { rows.join(", ") }
    };
    if example.expect.is_empty() {
        return (!own.is_empty()).then(|| format!("expected silence, found {}", told()));
    }
    let missing = example.expect.iter().find(|wanted| !own.iter().any(|s| meets(s, wanted)))?;
    Some(format!("expected {} `{}`, found {}", missing.block.word(), missing.value, told()))
}

fn meets(sighting: &Sighting, wanted: &Expected) -> bool {
    sighting.technique == wanted.block
        && sighting.value == wanted.value
        && wanted.usage.is_none_or(|usage| usage == sighting.usage)
        && wanted.lifecycle.is_none_or(|lifecycle| sighting.lifecycle == Some(lifecycle))
}
