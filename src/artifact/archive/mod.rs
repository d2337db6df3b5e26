//! Archives: what lies in them becomes places like `app.jar!/lib/x.jar!/a`.
//!
//! An archive is listed first; only members that a visitor wants, and archives
//! among them, are inflated, in memory and under one [`Budget`]. Nothing is
//! ever written. Knows containers, not what their members mean.

mod ar;
mod asar;
pub mod budget;
pub mod carried;
pub mod image;
mod inflate;
mod name;
mod stream;
mod tar;
mod zip;

use std::io::{self, Read};

use self::budget::{Budget, Counted};
use self::carried::Kept;
use self::image::Collector;
use self::inflate::{Codec, codec_of, inflated};
use self::name::name_of_member;
use self::stream::{Cursor, Looked, Stream};
use self::zip::Packing;
use super::{Bytes, Window};
use crate::extract::ProblemCode;
use crate::model::place::name_of;

/// What stands between the path of an archive and that of a member.
pub const ENTERS: &str = "!/";

/// How an archive is read. How it begins wins over what its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// zip and what is built on it.
    Zip,
    /// tar, packed or not.
    Tar,
    /// One file that is packed by itself.
    Single,
    /// ar.
    Ar,
    /// asar.
    Asar,
}

/// Forms by the end of a file's name, for the docs too.
pub const FORMS: &[(Form, &[&str])] = &[
    (
        Form::Zip,
        &[
            ".zip", ".whl", ".egg", ".jar", ".war", ".ear", ".aar", ".nupkg", ".snupkg", ".vsix",
            ".apk", ".aab", ".ipa", ".xpi", ".crx", ".conda", ".pex", ".pyz", ".mcpb", ".dxt",
            ".skill",
        ],
    ),
    (
        Form::Tar,
        &[
            ".tar", ".tgz", ".tar.gz", ".txz", ".tar.xz", ".tzst", ".tar.zst", ".tbz2", ".tbz",
            ".tar.bz2", ".crate", ".gem",
        ],
    ),
    (Form::Ar, &[".deb", ".udeb"]),
    (Form::Asar, &[".asar"]),
    (Form::Single, SINGLES),
];

const SINGLES: &[&str] = &[".gz", ".xz", ".zst", ".bz2"];

/// What the names of [`FORMS`] end with: most files of a tree end otherwise,
/// and are asked no further.
const LAST_LETTERS: &[u8] = b"2abegiklmprtxz";

/// Bytes of a stream that are looked at to tell what it is.
const HEAD: usize = tar::BLOCK;

/// The form that a file's name promises.
#[must_use]
pub fn form_of(path: &str) -> Option<Form> {
    // Asked of every file of a tree: nothing is copied.
    let name = name_of(path).as_bytes();
    let last = name.last().map_or(0, u8::to_ascii_lowercase);
    if !LAST_LETTERS.contains(&last) {
        return None;
    }
    let ends_with = |end: &&str| {
        let from = name.len().checked_sub(end.len());
        let tail = from.and_then(|from| name.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    FORMS.iter().find(|(_, known)| known.iter().any(ends_with)).map(|(form, _)| *form)
}

/// The name of what a file holds that is packed by itself: `a.json` of `a.json.gz`.
#[must_use]
pub fn stem_of(path: &str) -> &str {
    let name = name_of(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether bytes begin like an archive.
#[must_use]
pub fn begins_archive(head: &[u8]) -> bool {
    is_zip(head) || codec_of(head).is_some() || head.starts_with(ar::MAGIC) || tar::is_header(head)
}

fn is_zip(head: &[u8]) -> bool {
    zip::MAGICS.iter().any(|magic| head.starts_with(magic))
}

/// Where in an archive one is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Within {
    /// How many archives are around the members of this one's archive.
    pub depth: usize,
    /// Whether these are files of a machine: those of a container image.
    pub image: bool,
    /// Whether this archive is the inside of a package, whose place is that of
    /// the package itself (`data.tar.xz` of a Debian package).
    inner: bool,
}

/// Takes what an archive holds.
pub trait Visitor {
    /// How many bytes are wanted of a member, if any.
    fn wants(&mut self, path: &str) -> Option<usize>;
    /// Takes a member's bytes, or their head; `reader` is the id of the
    /// extractor that shall read it, where its path does not tell.
    fn file(&mut self, path: &str, bytes: &[u8], truncated: bool, reader: Option<&'static str>);
    /// Something could not be read.
    fn problem(&mut self, path: &str, code: ProblemCode, detail: &str);
    /// What follows belongs to this layer of an image, or to none.
    fn layer(&mut self, layer: Option<usize>);
    /// Of the layers so far only what `stays` counts.
    fn settle(&mut self, stays: &dyn Fn(usize, &str) -> bool);
}

/// Opens one archive and what is nested in it.
pub struct Opener<'o, 'b> {
    budget: &'o Budget<'b>,
    visitor: &'o mut dyn Visitor,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Opener<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

/// What is done with a member.
enum Plan {
    Pass,
    Read { path: String, most: usize },
    Nest { form: Form, place: String, within: Within },
}

/// What could not be read in an archive, told once at its end.
#[derive(Default)]
struct Tally {
    encrypted: u64,
    unknown: u64,
    broken: u64,
    odd: u64,
}

impl<'o, 'b> Opener<'o, 'b> {
    /// Opens archives under a budget.
    pub fn new(budget: &'o Budget<'b>, visitor: &'o mut dyn Visitor) -> Self {
        Self { budget, visitor, buffer: Vec::new() }
    }

    /// Opens the archive whose bytes these are and hands out what it holds;
    /// what goes wrong is told to the visitor.
    pub fn open(&mut self, form: Form, place: &str, bytes: &dyn Bytes) {
        self.open_bytes(form, place, bytes, Within::default());
        if let Some(reason) = self.budget.reason() {
            let detail = format!("{reason}: the rest was not read");
            self.visitor.problem(place, ProblemCode::ArchiveLimit, &detail);
        }
    }

    fn open_bytes(&mut self, form: Form, place: &str, bytes: &dyn Bytes, within: Within) {
        let done = bytes.part(0, HEAD).and_then(|head| {
            if form == Form::Asar {
                self.asar(place, bytes, within)
            } else if is_zip(&head) || form == Form::Zip && !begins_archive(&head) {
                self.zip(place, bytes, within)
            } else {
                self.stream(form, place, Box::new(Cursor::new(bytes)), within)
            }
        });
        self.told(place, done);
    }

    /// An error is told, unless it is our own doing.
    fn told(&mut self, place: &str, done: io::Result<()>) {
        let Err(error) = done else { return };
        if self.budget.cut().is_some() {
            return;
        }
        let detail = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends in the middle".to_owned(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                "it is not what it should be, or broken".to_owned()
            }
            io::ErrorKind::OutOfMemory => "it asks for too much memory".to_owned(),
            kind => kind.to_string(),
        };
        self.visitor.problem(place, ProblemCode::Malformed, &format!("not read in full: {detail}"));
    }

    fn stream<'s>(
        &mut self,
        form: Form,
        place: &str,
        from: Box<dyn Read + 's>,
        within: Within,
    ) -> io::Result<()> {
        let mut from = Looked::new(from, HEAD)?;
        let mut form = form;
        if let Some(codec) = codec_of(from.head()) {
            let decoder = inflated(codec, Box::new(from));
            let counted = Counted::new(decoder, self.budget);
            let mut inner = Looked::new(Box::new(counted), HEAD)?;
            if tar::is_header(inner.head()) {
                form = Form::Tar;
            } else if form == Form::Single {
                return self.single(place, &mut inner, within);
            }
            return self.plain(form, place, &mut inner, within);
        }
        self.plain(form, place, &mut from, within)
    }

    /// A stream that is packed no further.
    fn plain(
        &mut self,
        form: Form,
        place: &str,
        from: &mut Looked<'_>,
        within: Within,
    ) -> io::Result<()> {
        let head = from.head();
        if head.starts_with(ar::MAGIC) {
            self.ar(place, from, within)
        } else if tar::is_header(head) || form == Form::Tar && head.iter().all(|byte| *byte == 0) {
            self.tar(place, from, within)
        } else if is_zip(head) || form == Form::Zip || form == Form::Asar {
            let Some(bytes) = self.budget.hold(from)? else {
                let most = self.budget.limits().archive_held_mib;
                let detail = format!("packed twice and larger than {most} MiB: not read");
                self.visitor.problem(place, ProblemCode::ArchiveLimit, &detail);
                return Ok(());
            };
            let done = match form {
                Form::Asar => self.asar(place, &&bytes[..], within),
                _ => self.zip(place, &&bytes[..], within),
            };
            self.budget.release(&bytes);
            done
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }

    fn single(&mut self, place: &str, from: &mut dyn Read, within: Within) -> io::Result<()> {
        // The inside of a package bears the package's name, not its own.
        let stem = if within.inner { "metadata" } else { stem_of(place) };
        let path = format!("{place}{ENTERS}{stem}");
        match self.visitor.wants(&path) {
            Some(most) if self.budget.member() => self.read(&path, most, from),
            _ => Ok(()),
        }
    }

    fn read(&mut self, path: &str, most: usize, from: &mut dyn Read) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer.shrink_to(1 << 20);
        let done = from.take((most as u64).saturating_add(1)).read_to_end(&mut buffer);
        if done.is_ok() {
            let truncated = buffer.len() > most;
            buffer.truncate(most);
            self.visitor.file(path, &buffer, truncated, None);
        }
        self.buffer = buffer;
        done.map(|_| ())
    }

    fn plan(&mut self, place: &str, name: &str, within: Within) -> Plan {
        let path = format!("{place}{ENTERS}{name}");
        let kept = carried::kept(name, within);
        if let Some(form) = form_of(name) {
            if carried::is_inside(place, name, within) {
                return Plan::Nest { form, place: place.to_owned(), within: within.inner() };
            }
            let is_wanted = match form {
                Form::Single => {
                    let member = format!("{path}{ENTERS}{}", stem_of(name));
                    kept == Kept::All && self.visitor.wants(&member).is_some()
                }
                _ => kept == Kept::All || carried::is_program(name),
            };
            return match is_wanted {
                true if within.depth >= self.budget.limits().archive_depth => {
                    let detail = format!("nested deeper than {} archives: not read", within.depth);
                    self.visitor.problem(&path, ProblemCode::ArchiveLimit, &detail);
                    Plan::Pass
                }
                true => Plan::Nest { form, place: path, within: within.nested() },
                false => Plan::Pass,
            };
        }
        let is_kept = match kept {
            Kept::All => true,
            Kept::Metadata => carried::is_metadata(name),
        };
        match self.visitor.wants(&path).filter(|_| is_kept) {
            Some(most) => Plan::Read { path, most },
            None => Plan::Pass,
        }
    }

    /// Does with a member what is planned, reading it as a stream.
    fn take(&mut self, plan: Plan, from: Box<dyn Read + '_>) -> io::Result<()> {
        match plan {
            Plan::Pass => Ok(()),
            Plan::Read { path, most } => {
                let mut from = from;
                self.read(&path, most, &mut from)
            }
            Plan::Nest { form, place, within } => {
                let done = self.stream(form, &place, from, within);
                self.told(&place, done);
                Ok(())
            }
        }
    }

    fn conclude(&mut self, place: &str, tally: &Tally) {
        let rows = [
            (tally.encrypted, ProblemCode::Encrypted, "members are encrypted"),
            (tally.unknown, ProblemCode::Unsupported, "members are packed in a way not known here"),
            (tally.broken, ProblemCode::Malformed, "members are broken or lie within each other"),
            (
                tally.odd,
                ProblemCode::UnsafeName,
                "names of members lead elsewhere or could deceive",
            ),
        ];
        for (count, code, what) in rows {
            if count > 0 {
                self.visitor.problem(place, code, &format!("{count} {what}"));
            }
        }
    }

    fn zip(&mut self, place: &str, bytes: &dyn Bytes, within: Within) -> io::Result<()> {
        let mut directory = zip::Directory::new(bytes)?;
        let mut tally = Tally::default();
        let done = loop {
            let entry = match directory.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if !self.budget.member() {
                break Ok(());
            }
            let is_folder = entry.name.ends_with(b"/") || entry.name.ends_with(b"\\");
            let Some(name) = name_of_member(&entry.name).filter(|_| !is_folder) else { continue };
            tally.odd += u64::from(name.odd);
            let plan = self.plan(place, &name.path, within);
            let codec = match entry.packing {
                _ if matches!(plan, Plan::Pass) => continue,
                Packing::Encrypted => {
                    tally.encrypted += 1;
                    continue;
                }
                Packing::Unknown => {
                    tally.unknown += 1;
                    continue;
                }
                Packing::Stored => None,
                Packing::Packed(codec) => Some(codec),
            };
            let Ok((start, length)) = directory.open(&entry) else {
                tally.broken += 1;
                continue;
            };
            let window = Window::new(bytes, start, length);
            if self.member(plan, codec, &window).is_err() {
                tally.broken += 1;
            }
            if self.budget.cut().is_some() {
                break Ok(());
            }
        };
        self.conclude(place, &tally);
        done
    }

    /// A member of which the packed bytes can be read anywhere in.
    fn member(&mut self, plan: Plan, codec: Option<Codec>, bytes: &Window<'_>) -> io::Result<()> {
        let cursor = Box::new(Cursor::new(bytes));
        match (codec, plan) {
            (None, Plan::Nest { form, place, within }) => {
                self.open_bytes(form, &place, bytes, within);
                Ok(())
            }
            (None, plan) => self.take(plan, cursor),
            (Some(codec), plan) => {
                let decoder = Counted::new(inflated(codec, cursor), self.budget);
                self.take(plan, Box::new(decoder))
            }
        }
    }

    fn asar(&mut self, place: &str, bytes: &dyn Bytes, within: Within) -> io::Result<()> {
        let mut tally = Tally::default();
        for file in asar::files(bytes)? {
            if !self.budget.member() {
                break;
            }
            let Some(name) = name_of_member(file.path.as_bytes()) else { continue };
            tally.odd += u64::from(name.odd);
            let plan = self.plan(place, &name.path, within);
            if matches!(plan, Plan::Pass) {
                continue;
            }
            let window = Window::new(bytes, file.start, file.size);
            if window.len() < file.size || self.member(plan, None, &window).is_err() {
                tally.broken += 1;
            }
        }
        self.conclude(place, &tally);
        Ok(())
    }

    fn ar(&mut self, place: &str, from: &mut dyn Stream, within: Within) -> io::Result<()> {
        let mut members = ar::Members::new(from)?;
        while let Some(name) = members.next()? {
            if !self.budget.member() {
                break;
            }
            let Some(name) = name_of_member(&name) else { continue };
            let plan = self.plan(place, &name.path, within);
            self.take(plan, Box::new(&mut members))?;
        }
        Ok(())
    }

    fn tar(&mut self, place: &str, from: &mut dyn Stream, within: Within) -> io::Result<()> {
        let mut members = tar::Members::new(from);
        let mut tally = Tally::default();
        let mut collector = Collector::default();
        let done = loop {
            let header = match members.next() {
                Ok(Some(header)) => header,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if !self.budget.member() {
                break Ok(());
            }
            let name = name_of_member(&header.name).filter(|_| header.kind == tar::Kind::File);
            let Some(name) = name else { continue };
            tally.odd += u64::from(name.odd);
            let taken = if !within.image && image::is_part(&name.path) {
                self.part_of_image(&mut collector, place, &name.path, &mut members)
            } else {
                let plan = self.plan(place, &name.path, within);
                self.take(plan, Box::new(&mut members))
            };
            if let Err(error) = taken {
                break Err(error);
            }
        };
        self.conclude(place, &tally);
        self.finish_image(&collector, place, within);
        done
    }
}

impl Within {
    fn nested(self) -> Self {
        Self { depth: self.depth + 1, inner: false, ..self }
    }

    fn inner(self) -> Self {
        Self { inner: true, ..self }
    }

    /// Within the files of an image.
    #[must_use]
    pub fn of_image(self) -> Self {
        Self { image: true, inner: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_of_a_form_is_asked_for() {
        for ending in FORMS.iter().flat_map(|(_, endings)| *endings) {
            assert!(form_of(&format!("a/B{ending}")).is_some(), "{ending}");
            assert!(form_of(&format!("a/B{}", ending.to_uppercase())).is_some(), "{ending}");
        }
    }

    #[test]
    fn a_name_promises_a_form() {
        for (path, form) in [
            ("a/b.ZIP", Some(Form::Zip)),
            ("openai-1.0-py3-none-any.whl", Some(Form::Zip)),
            ("x.tar.gz", Some(Form::Tar)),
            ("x.tgz", Some(Form::Tar)),
            ("x.json.gz", Some(Form::Single)),
            ("x.deb", Some(Form::Ar)),
            ("app.asar", Some(Form::Asar)),
            ("zip", None),
            ("a.zip/b.py", None),
            ("notes.zipper", None),
            ("", None),
        ] {
            assert_eq!(form_of(path), form, "{path}");
        }
        assert_eq!(stem_of("a/x.json.gz"), "x.json");
    }
}
