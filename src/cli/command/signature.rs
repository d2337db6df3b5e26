//! `daylight signature`: scaffold, lint, test, list and show signatures.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use crate::cli::args::{SignatureArguments, SignatureCommand};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::print;
use crate::model::text::display_safe;
use crate::proof::{mutate, prove};
use crate::signature::check::{Complaint, lint};
use crate::signature::coverage::{Finding, coverage};
use crate::signature::library::Library;
use crate::signature::stats::stats;

/// Runs the command.
///
/// # Errors
/// Signatures cannot be loaded, or a scaffold not written.
pub fn run(arguments: &SignatureArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        SignatureCommand::New { id, into } => new(id, into),
        SignatureCommand::Check { folder, thorough } => check(folder.as_ref(), *thorough),
        SignatureCommand::Test { folder } => {
            let library = load(folder.as_ref())?;
            let proof = prove(&library).map_err(Failure::failed)?;
            let fine =
                format!("{} tests of {} signatures passed", proof.tests, library.entries().len());
            verdict(&proof.failures, &fine)
        }
        SignatureCommand::List => list(),
        SignatureCommand::Show { id } => show(id),
        SignatureCommand::Stats => counts(),
        SignatureCommand::Coverage { names, signatures } => why(names, signatures),
    }
}

fn check(folder: Option<&PathBuf>, thorough: bool) -> Result<Exit, Failure> {
    let mut library = load(folder)?;
    let mut complaints = lint(&library);
    let mut fine = format!("{} signatures checked", library.entries().len());
    if thorough {
        let mutation = mutate(&mut library, |_| true).map_err(Failure::failed)?;
        let _ = write!(fine, ", {} blocks and exclusions left out by turns", mutation.tests);
        complaints.extend(mutation.failures);
    }
    for note in library.deprecations() {
        let _ = write!(fine, "\ndeprecated: {note}");
    }
    verdict(&complaints, &fine)
}

fn counts() -> Result<Exit, Failure> {
    let library = Library::built_in().map_err(Failure::usage)?;
    let stats = stats(&library);
    let mut text = format!(
        "{} products with a signature, {} more from lists in {} families, {} look-alikes refused\n",
        stats.curated, stats.listed, stats.families, stats.refused
    );
    let _ = writeln!(text, "{} published ids of models proved to be recognised", stats.seen_models);
    for (title, table) in
        [("exact names", &stats.names), ("beginnings and patterns", &stats.patterns)]
    {
        let _ = writeln!(text, "\n{title:<24}{:>8}{:>8}{:>8}{:>14}", "A", "B", "C", "unconfirmed");
        for (kind, counts) in table {
            let _ = writeln!(
                text,
                "  {kind:<22}{:>8}{:>8}{:>8}{:>14}",
                counts.a, counts.b, counts.c, counts.known
            );
        }
    }
    for pack in library.packs() {
        let _ = writeln!(text, "\n{} {}  sha256 {}", pack.name, pack.version, pack.sha256);
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// Why names match or not: a line per finding, fields parted by tabs.
fn why(names: &[String], overlays: &[PathBuf]) -> Result<Exit, Failure> {
    let library = Library::with_overlays(overlays).map_err(Failure::usage)?;
    let mut asked: Vec<String> = names.iter().filter(|name| *name != "-").cloned().collect();
    if asked.len() < names.len() {
        let lines = std::io::read_to_string(std::io::stdin())
            .context("cannot read standard input")
            .map_err(Failure::failed)?;
        asked.extend(lines.lines().filter(|line| !line.is_empty()).map(str::to_owned));
    }
    let mut text = String::new();
    for name in &asked {
        tell(&library, name, &mut text);
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// What is known of one name, in words; nothing if nothing is.
#[must_use]
pub fn known_of(library: &Library, name: &str) -> Option<String> {
    let mut text = String::new();
    (!coverage(library, name).is_empty()).then(|| tell(library, name, &mut text))?;
    Some(text)
}

fn tell(library: &Library, name: &str, text: &mut String) {
    let name = display_safe(name);
    let findings = coverage(library, &name);
    if findings.is_empty() {
        let _ = writeln!(text, "{name}\tunknown\tno signature claims it, no list refuses it");
    }
    for finding in findings {
        let _ = match finding {
            Finding::Claimed { technique, of, signature, product, tier, file } => {
                let kind = format!("{} {of}", technique.word());
                let (kind, tier) = (kind.trim_end(), tier.word());
                writeln!(
                    text,
                    "{name}\tclaimed\t{kind}\ttier {tier}\t{signature}\t{product}\t{file}"
                )
            }
            Finding::Refused { kind, reason } => {
                writeln!(text, "{name}\trefused\t{kind}\t{reason}")
            }
        };
    }
}

/// A pack is checked on top of the built-in set, because it may refer to it.
fn load(folder: Option<&PathBuf>) -> Result<Library, Failure> {
    match folder {
        Some(folder) => Library::of_folder(folder)
            .or_else(|_| Library::with_overlays(std::slice::from_ref(folder))),
        None => Library::built_in(),
    }
    .map_err(Failure::usage)
}

fn verdict(complaints: &[Complaint], fine: &str) -> Result<Exit, Failure> {
    if complaints.is_empty() {
        print(&format!("{fine}\n"))?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for complaint in complaints {
        let _ = writeln!(text, "{complaint}");
    }
    print(&text)?;
    Ok(Exit::Gate)
}

fn list() -> Result<Exit, Failure> {
    let library = Library::built_in().map_err(Failure::usage)?;
    let mut text = String::new();
    for entry in library.entries() {
        let signature = &entry.signature;
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}",
            signature.id,
            signature.role.word(),
            signature.name,
            entry.vendor,
            entry.file
        );
    }
    print(&text)?;
    Ok(Exit::Done)
}

fn show(id: &str) -> Result<Exit, Failure> {
    let library = Library::built_in().map_err(Failure::usage)?;
    let entry = library.by_id(id).ok_or_else(|| {
        Failure::usage(anyhow!("no signature `{id}`"))
            .hint("`daylight signature list` names them all")
    })?;
    print(&describe(&library, id).unwrap_or_default())?;
    print(&format!("file        {}\n", entry.file))?;
    Ok(Exit::Done)
}

/// A signature in words; `None` if there is none of that id.
#[must_use]
pub fn describe(library: &Library, id: &str) -> Option<String> {
    let entry = library.by_id(id)?;
    let signature = &entry.signature;
    let mut text = String::new();
    let capabilities: Vec<&str> = signature.capabilities.iter().map(|c| c.word()).collect();
    let _ = writeln!(text, "{}  {}", signature.id, signature.name);
    let _ = writeln!(text, "role        {}", signature.role.word());
    let _ =
        writeln!(text, "vendor      {} {}", entry.vendor, entry.country.as_deref().unwrap_or(""));
    let _ = writeln!(text, "egress      {}", signature.egress.word());
    let _ = writeln!(text, "lifecycle   {}", signature.lifecycle.word());
    if !capabilities.is_empty() {
        let _ = writeln!(text, "can         {}", capabilities.join(", "));
    }
    if let Some(host) = &signature.default_host {
        let _ = writeln!(text, "sends to    {host} unless told otherwise");
    }
    if let Some(note) = &signature.confidence_note {
        let _ = writeln!(text, "note        {note}");
    }
    for reference in &signature.references {
        let _ = writeln!(text, "reference   {reference}");
    }
    let _ = writeln!(text, "tests       {}", signature.test.len());
    Some(text)
}

/// Writes a scaffold with one positive and one negative test, both to be
/// filled in: `signature check` and `signature test` say what is missing.
fn new(id: &str, into: &Path) -> Result<Exit, Failure> {
    let valid = id.split_once('.').is_some_and(|(family, thing)| {
        [family, thing].iter().all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
    });
    if !valid {
        return Err(Failure::usage(anyhow!("`{id}` is no signature id"))
            .hint("write it as family.thing, lower case, e.g. acme.inference"));
    }
    let family = id.split('.').next().unwrap_or(id);
    let path = into.join(format!("{family}.toml"));
    std::fs::create_dir_all(into)
        .with_context(|| format!("cannot make folder `{}`", into.display()))
        .map_err(Failure::usage)?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .with_context(|| format!("cannot write `{}`", path.display()))
        .map_err(Failure::usage)?;
    file.write_all(scaffold(id, family).as_bytes())
        .with_context(|| format!("cannot write `{}`", path.display()))
        .map_err(Failure::failed)?;
    print(&format!(
        "wrote {}\nnext: fill it in, then run `daylight signature check {}` and `daylight signature test {}`\n",
        path.display(),
        into.display(),
        into.display()
    ))?;
    Ok(Exit::Done)
}

fn scaffold(id: &str, family: &str) -> String {
    format!(
        r##"schema_version = 1
vendor = "{family}"
# country = "XX"                # seat of the vendor, ISO 3166-1; leave out for a community project

[[signature]]
id = "{id}"
name = ""                       # as shown to people
role = "sdk"                    # see docs/schema/signature.json for the closed lists
capabilities = []               # e.g. ["text-gen", "embeddings"]
egress = "third-party"          # third-party | self-hosted | local | build-time | depends | none
lifecycle = "inference"         # training | inference | both | tooling
references = []                 # at least one page the facts come from
packages = ["pkg:pypi/{family}"]
imports = ["python:{family}"]
# hosts = ["api.{family}.example"]
# env = ["{upper}_API_KEY"]

  [[signature.test]]            # what must be found
  file = "app.py"
  text = "import {family}\n"
  expect = [{{ block = "import", value = "{family}" }}]

  [[signature.test]]            # a look-alike that must stay silent
  file = "app.py"
  text = "# {family} is only named in a comment\n"
  expect = []
"##,
        upper = family.to_uppercase().replace('-', "_")
    )
}
