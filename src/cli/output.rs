//! Where documents go: stdout, files that are written beside their place and
//! renamed, so that no half-written file is ever seen, or what is no file (a
//! device, a FIFO): that is written to as it is, never replaced.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::args::Colour;
use super::exit::Failure;
use crate::model::inventory::Inventory;
use crate::report::{EMITTERS, Emitter, Style, emitter};

/// One document to write.
pub struct Output {
    emitter: &'static dyn Emitter,
    to: Destination,
}

enum Destination {
    Stdout,
    File(PathBuf),
}

/// Gives `-o` and `--format` their meaning.
///
/// # Errors
/// An unknown format, two documents for stdout, or a folder that is not there.
pub fn outputs(given: &[String], format: Option<&str>) -> Result<Vec<Output>, Failure> {
    let default = match format {
        Some(format) => known(format)?,
        None if io::stdout().is_terminal() => known("text")?,
        None => known("json")?,
    };
    if given.is_empty() {
        return Ok(vec![Output { emitter: default, to: Destination::Stdout }]);
    }
    let mut outputs = Vec::new();
    for text in given {
        let (emitter, path) = match text.split_once('=') {
            Some((format, path)) => (known(format)?, path),
            None => (default, text.as_str()),
        };
        let to = if path == "-" { Destination::Stdout } else { Destination::File(writable(path)?) };
        outputs.push(Output { emitter, to });
    }
    let to_stdout = outputs.iter().filter(|o| matches!(o.to, Destination::Stdout)).count();
    if to_stdout > 1 {
        return Err(Failure::usage(anyhow!("only one document can go to stdout")));
    }
    Ok(outputs)
}

fn known(format: &str) -> Result<&'static dyn Emitter, Failure> {
    emitter(format).ok_or_else(|| {
        let all: Vec<&str> = EMITTERS.iter().map(|emitter| emitter.id()).collect();
        Failure::usage(anyhow!("unknown format `{format}`"))
            .hint(format!("formats of this version: {}", all.join(", ")))
    })
}

/// Refuses early what could not be written after a long scan.
fn writable(path: &str) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(path);
    if path.is_dir() {
        return Err(Failure::usage(anyhow!("output `{}` is a folder", path.display())));
    }
    if is_special(&path) {
        return Ok(path);
    }
    tempfile_in(&folder_of(&path))
        .with_context(|| format!("output `{}` cannot be written", path.display()))
        .map_err(Failure::usage)?;
    Ok(path)
}

/// Columns of the terminal that stdout is; 0 if it is none.
fn width_of_terminal() -> usize {
    #[cfg(unix)]
    {
        let size = rustix::termios::tcgetwinsize(io::stdout());
        size.map_or(0, |size| usize::from(size.ws_col))
    }
    #[cfg(not(unix))]
    0
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn tempfile_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".daylight-").tempfile_in(folder)
}

/// Writes every document.
///
/// # Errors
/// A file cannot be written; it is then not there, or as it was before.
pub fn write_all(outputs: &[Output], inventory: &Inventory, colour: Colour) -> Result<(), Failure> {
    for output in outputs {
        match &output.to {
            Destination::Stdout => {
                let stdout = io::stdout();
                let style = Style {
                    colour: wants_colour(colour, stdout.is_terminal()),
                    width: width_of_terminal(),
                };
                let mut out = io::BufWriter::new(stdout.lock());
                let written = output.emitter.emit(inventory, style, &mut out);
                forgive_closed_pipe(written.and_then(|()| out.flush()))?;
            }
            Destination::File(path) => write_file(output.emitter, inventory, path)
                .with_context(|| format!("output `{}` cannot be written", path.display()))
                .map_err(Failure::failed)?,
        }
    }
    Ok(())
}

fn write_file(emitter: &dyn Emitter, inventory: &Inventory, path: &Path) -> anyhow::Result<()> {
    place(path, |out| emitter.emit(inventory, Style::default(), out))
}

/// Writes text to a file, beside its place and renamed.
///
/// # Errors
/// It cannot be written; it is then not there, or as it was before.
pub fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    place(path, |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("output `{}` cannot be written", path.display()))
        .map_err(Failure::failed)
}

/// Puts what `write` says at a path.
fn place(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    if is_special(path) {
        let mut out = io::BufWriter::new(std::fs::OpenOptions::new().write(true).open(path)?);
        write(&mut out)?;
        out.flush()?;
        return Ok(());
    }
    let mut file = tempfile_in(&folder_of(path))?;
    {
        let mut out = io::BufWriter::new(file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
    }
    open_to_readers(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// Whether something stands at the path that is neither a file nor a folder.
/// Renaming over it would replace it: `/dev/null` would become a plain file
/// that every program of the machine writes to.
fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A temporary file is its owner's alone; a report is as any other file.
#[cfg(unix)]
fn open_to_readers(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// A reader that has seen enough (`| head`) is no failure.
fn forgive_closed_pipe(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout").map_err(Failure::failed),
    }
}

fn wants_colour(colour: Colour, terminal: bool) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// Writes text to stdout; a closed pipe is no failure.
///
/// # Errors
/// stdout cannot be written for another reason.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    forgive_closed_pipe(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
