//! Runs the tests that stand in signatures, and those that follow from lists,
//! through the real pipeline: the same readers, gate and recogniser as a scan.
//! One function behind `daylight signature test` and `cargo test`.

use crate::examine::{Artifact, Examiner, Harvest};
use crate::extract::dispatch::Dispatch;
use crate::limits::Limits;
use crate::model::evidence::Sighting;
use crate::model::vocabulary::Technique;
use crate::signature::check::Complaint;
use crate::signature::index::Silenced;
use crate::signature::library::{Entry, Library};
use crate::signature::schema::{Example, Expected};

mod lists;
pub mod program;

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
            let sightings = seen_in(&examiner, example);
            let what = failure(entry, example, &sightings);
            if let Some(what) = what.or_else(|| intruder(entry, example, &sightings)) {
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

/// Leaves out each block of each signature by turns, each name that a block
/// excludes, and its edges, and runs its tests: where none fails, nothing
/// proves what was left out. Not tried are signatures that are not `wanted`,
/// and credentials, whose tests would be credentials.
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
        let heard = sightings_of_tests(library, &dispatch, &limits, at);
        for what in parts_of(library, at) {
            let calls = is_call(library, &what);
            library.silence(Some(what.clone()));
            let examiner = Examiner { library, dispatch: &dispatch, limits: &limits, target: "." };
            let noticed = is_noticed(&examiner, at, &what, calls, &heard);
            library.silence(None);
            proof.tests += 1;
            if let Some(entry) = library.entry(at).filter(|_| !noticed) {
                proof.failures.push(Complaint {
                    signature: entry.signature.id.clone(),
                    file: entry.file.to_string(),
                    what: format!("without {}", lists::unproved(library, entry, &what)),
                });
            }
        }
    }
    Ok(proof)
}

/// Whether some test of the entry at a position notices what is left out.
fn is_noticed(
    examiner: &Examiner<'_>,
    at: usize,
    what: &Silenced,
    calls: bool,
    heard: &[Vec<Sighting>],
) -> bool {
    let Some(entry) = examiner.library.entry(at) else { return true };
    // Where nothing was heard there is nothing to miss, but for exclusions.
    let excludes = matches!(what, Silenced::Exclusion(..));
    let tests = entry.signature.test.iter().zip(heard);
    let mut tests = tests.filter(|(_, heard)| excludes || !heard.is_empty());
    tests.any(|(test, heard)| {
        let now = seen_in(examiner, test);
        // A call on what is imported is evidence in any case: its block adds
        // what the call shows, which no test spells out.
        failure(entry, test, &now).is_some() || (calls && now != *heard)
    })
}

/// What can be left out of the signature of the entry at a position.
fn parts_of(library: &Library, at: usize) -> Vec<Silenced> {
    let index = library.index();
    let mut parts = Vec::new();
    for block in index.blocks_of(at) {
        if index.matcher(block).is_some_and(|matcher| matcher.technique == Technique::Key) {
            continue;
        }
        parts.push(Silenced::Block(block));
        let exclusions = index.exclusions_of(block).into_iter();
        parts.extend(exclusions.map(|name| Silenced::Exclusion(block, name)));
    }
    if index.has_edges(at) {
        parts.push(Silenced::Edges(at));
    }
    parts
}

fn is_call(library: &Library, what: &Silenced) -> bool {
    let (Silenced::Block(block) | Silenced::Exclusion(block, _)) = what else { return false };
    library.index().matcher(*block).is_some_and(|matcher| matcher.technique == Technique::Call)
}

/// Everything that is seen in each test of the entry at a position.
fn sightings_of_tests(
    library: &Library,
    dispatch: &Dispatch,
    limits: &Limits,
    at: usize,
) -> Vec<Vec<Sighting>> {
    let examiner = Examiner { library, dispatch, limits, target: "." };
    let tests = library.entry(at).map(|entry| entry.signature.test.as_slice());
    let tests = tests.unwrap_or_default().iter();
    tests.map(|test| seen_in(&examiner, test)).collect()
}

/// What they see in the file of an example: its text, bytes or program.
fn seen_in(examiner: &Examiner<'_>, example: &Example) -> Vec<Sighting> {
    let bytes = match &example.program {
        Some(program) => program::elf_of(program),
        None if example.hex.is_empty() => example.text.as_bytes().to_vec(),
        None => program::bytes_of(&example.hex).unwrap_or_default(),
    };
    let mut harvest = Harvest::default();
    let artifact = Artifact { path: &example.file, bytes: &bytes, truncated: false };
    examiner.examine(artifact, &mut harvest);
    harvest.sightings
}

/// What the readers and signatures see in a file.
fn seen(examiner: &Examiner<'_>, path: &str, text: &str) -> Vec<Sighting> {
    let mut harvest = Harvest::default();
    examiner.examine(Artifact { path, bytes: text.as_bytes(), truncated: false }, &mut harvest);
    harvest.sightings
}

fn failure(entry: &Entry, example: &Example, sightings: &[Sighting]) -> Option<String> {
    let own: Vec<&Sighting> =
        sightings.iter().filter(|s| s.signature == entry.signature.id).collect();
    unmet(&own, &example.expect)
}

/// Who else sees a file in which nothing is expected, and is not said to.
fn intruder(entry: &Entry, example: &Example, sightings: &[Sighting]) -> Option<String> {
    let signature = &entry.signature;
    let strange =
        |s: &&Sighting| s.signature != signature.id && !example.others.contains(&s.signature);
    let stranger = sightings.iter().find(strange).filter(|_| example.expect.is_empty())?;
    Some(format!(
        "expected silence, `{}` sees {} `{}`: if it is right, say `others = [...]`",
        stranger.signature,
        stranger.technique.word(),
        stranger.value
    ))
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
        && wanted.tier.is_none_or(|tier| tier == sighting.tier)
        && wanted.lifecycle.is_none_or(|lifecycle| sighting.lifecycle == Some(lifecycle))
        && wanted.capabilities.iter().all(|one| sighting.capabilities.contains(one))
}
