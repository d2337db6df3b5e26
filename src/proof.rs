//! Runs the tests that stand in signatures, and those that follow from lists,
//! through the real pipeline: the same readers, gate and recogniser as a scan.
//! One function behind `daylight signature test` and `cargo test`.

use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::dispatch::Dispatch;
use crate::limits::Limits;
use crate::model::evidence::Sighting;
use crate::model::vocabulary::Technique;
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

/// Silences the marks of each signature by turns, one kind after the other,
/// and runs its tests: where none fails, nothing proves that kind. Left out are
/// signatures that are not `wanted`, names (each is a test by itself, see
/// [`prove`]), and credentials, whose tests would be credentials.
///
/// # Errors
/// The extractors' own table is broken.
pub fn mutate(
    library: &mut Library,
    wanted: impl Fn(&Entry) -> bool,
) -> Result<Proof, globset::Error> {
    let dispatch = Dispatch::new()?;
    let limits = Limits::default();
    let mut proof = Proof::default();
    for at in 0..library.entries().len() {
        let Some(entry) = library.entry(at) else { continue };
        if entry.family.is_some() || !wanted(entry) {
            continue;
        }
        for technique in library.index().techniques_of(at) {
            if is_tried_by_name(library.entry(at), technique) {
                continue;
            }
            let heard = sightings_of_tests(library, &dispatch, &limits, at);
            library.silence(Some((at, technique)));
            let examiner = Examiner { library, dispatch: &dispatch, limits: &limits, target: "." };
            let Some(entry) = library.entry(at) else { continue };
            proof.tests += 1;
            let tests = &entry.signature.test;
            let fails = tests.iter().any(|test| failure(&examiner, entry, test).is_some());
            // A call on what is imported is evidence in any case: its block adds
            // what the call shows, which no test spells out.
            let differs = technique == Technique::Call
                && heard != sightings_of_tests(library, &dispatch, &limits, at);
            if !fails && !differs {
                proof.failures.push(Complaint {
                    signature: entry.signature.id.clone(),
                    file: entry.file.to_string(),
                    what: format!(
                        "without its {} marks every test still passes: add one that needs them",
                        technique.word()
                    ),
                });
            }
        }
    }
    library.silence(None);
    Ok(proof)
}

/// Whether every mark of a kind is a name, which is a test by itself.
fn is_tried_by_name(entry: Option<&Entry>, technique: Technique) -> bool {
    let Some(entry) = entry else { return true };
    let signature = &entry.signature;
    match technique {
        Technique::Package
        | Technique::Host
        | Technique::Env
        | Technique::Image
        | Technique::Key => true,
        Technique::File => signature.file.iter().all(lists::is_by_name),
        Technique::Model => signature.model.iter().all(|block| block.regex.is_empty()),
        _ => false,
    }
}

/// Everything that is seen in the tests of the entry at a position.
fn sightings_of_tests(
    library: &Library,
    dispatch: &Dispatch,
    limits: &Limits,
    at: usize,
) -> Vec<Sighting> {
    let examiner = Examiner { library, dispatch, limits, target: "." };
    let tests = library.entry(at).map(|entry| entry.signature.test.as_slice());
    let tests = tests.unwrap_or_default().iter();
    tests.flat_map(|test| seen(&examiner, &test.file, &test.text)).collect()
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
