//! Container images, as `docker save` and OCI layouts keep them: their layers
//! are laid over each other, and what an upper one hides does not count.
//!
//! Layers may come in any order, each is read once; what lies in them is
//! settled when all have been seen. Knows images, not what is in their files.

mod manifest;

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use self::manifest::images;
use super::inflate::{codec_of, inflated};
use super::name::name_of_member;
use super::stream::{Cursor, Looked, Stream};
use super::{Counted, ENTERS, HEAD, Opener, Within, carried, tar};
use crate::artifact::Bytes;
use crate::extract::ProblemCode;

/// Largest manifest, index or configuration that is read, in bytes.
const TEXT: usize = 4 << 20;
/// Most of them.
const TEXTS: usize = 512;
/// Most bytes of all of them.
const TEXTS_BYTES: usize = 32 << 20;

/// The file that says that a folder holds images.
pub const LAYOUT: &str = "oci-layout";
/// The file beside it that lists them.
pub const INDEX: &str = "index.json";

/// The id of the extractor that reads an image's configuration.
const READER: &str = "image-config";

/// What was met of images so far.
#[derive(Default)]
pub(super) struct Collector {
    /// Manifests, indices and configurations by path.
    texts: BTreeMap<String, String>,
    /// Of all texts.
    bytes: usize,
    layers: Vec<Layer>,
}

/// What one layer says about the files of all.
#[derive(Default)]
struct Layer {
    /// Its path in the image's archive.
    path: String,
    /// Files that it holds.
    holds: HashSet<u64>,
    /// Files and folders that it takes away.
    hides: HashSet<u64>,
    /// Folders of which it takes away all that lies below.
    empties: HashSet<u64>,
}

fn key(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// Folders above a path, nearest first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.rsplit_once('/').map(|(folder, _)| folder)?;
        Some(rest)
    })
}

impl Layer {
    /// Notes a file; false if it only says that another is hidden.
    fn note(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match name.strip_prefix(".wh.") {
            Some(".wh..opq") => self.empties.insert(key(folder)),
            Some(hidden) if hidden.starts_with(".wh.") => false,
            Some(hidden) if folder.is_empty() => self.hides.insert(key(hidden)),
            Some(hidden) => self.hides.insert(key(&format!("{folder}/{hidden}"))),
            None => {
                self.holds.insert(key(path));
                return true;
            }
        };
        false
    }

    /// Whether a file of a layer below is hidden by this one.
    fn covers(&self, path: &str) -> bool {
        self.holds.contains(&key(path))
            || self.hides.contains(&key(path))
            || self.empties.contains(&key(""))
            || folders(path).any(|folder| {
                let folder = key(folder);
                self.hides.contains(&folder)
                    || self.empties.contains(&folder)
                    || self.holds.contains(&folder)
            })
    }
}

impl Collector {
    fn keep(&mut self, path: &str, text: String) {
        let room = self.texts.len() < TEXTS && self.bytes.saturating_add(text.len()) <= TEXTS_BYTES;
        if room {
            self.bytes = self.bytes.saturating_add(text.len());
            self.texts.insert(path.to_owned(), text);
        }
    }

    fn layer_at(&self, path: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.path == path)
    }

    /// Whether a file of a layer can be seen in an image of these layers, the
    /// lowest first.
    fn shows(&self, chain: &[usize], layer: usize, path: &str) -> bool {
        let Some(at) = chain.iter().rposition(|one| *one == layer) else { return false };
        let above = chain.get(at.saturating_add(1)..).unwrap_or_default();
        !above.iter().filter_map(|one| self.layers.get(*one)).any(|one| one.covers(path))
    }
}

/// Whether a path in an archive may be a part of an image.
#[must_use]
pub(super) fn is_part(path: &str) -> bool {
    matches!(path, "manifest.json" | INDEX | LAYOUT)
        || is_blob(path)
        || path.strip_suffix("/layer.tar").is_some_and(is_digest)
        || path.strip_suffix(".json").is_some_and(is_digest)
        || path.strip_suffix(".tar").is_some_and(is_digest)
}

/// `blobs/sha256/…`.
fn is_blob(path: &str) -> bool {
    path.strip_prefix("blobs/").and_then(|rest| rest.split_once('/')).is_some_and(
        |(algorithm, digest)| {
            matches!(algorithm, "sha256" | "sha512")
                && digest.len() >= 64
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        },
    )
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The blob that lies at a path of a folder with a layout, if it is one.
#[must_use]
pub fn layout_of(path: &str) -> Option<&str> {
    // every path of a scan is asked: its last part says most
    let (rest, _) = path.rsplit_once('/')?;
    let (rest, _) = rest.rsplit_once('/')?;
    let folder = rest.strip_suffix("blobs")?;
    path.get(folder.len()..).filter(|blob| is_blob(blob)).map(|_| folder)
}

impl Opener<'_, '_> {
    /// Takes what may be a part of an image out of its archive.
    pub(super) fn part_of_image<'s>(
        &mut self,
        collector: &mut Collector,
        place: &str,
        name: &str,
        from: &'s mut (dyn Read + 's),
    ) -> io::Result<()> {
        let mut from = Looked::new(Box::new(from), HEAD)?;
        let path = format!("{place}{ENTERS}{name}");
        let done = if codec_of(from.head()).is_some() || tar::is_header(from.head()) {
            self.layer(collector, (place, name), from)
        } else if matches!(from.head().trim_ascii_start().first(), Some(b'{' | b'[')) {
            let mut text = Vec::new();
            from.by_ref().take(TEXT as u64).read_to_end(&mut text)?;
            if let Ok(text) = String::from_utf8(text) {
                collector.keep(name, text);
            }
            Ok(())
        } else {
            Ok(())
        };
        self.told(&path, done);
        Ok(())
    }

    /// Reads one layer, of which nothing counts before it is settled.
    fn layer(
        &mut self,
        collector: &mut Collector,
        (place, name): (&str, &str),
        from: Looked<'_>,
    ) -> io::Result<()> {
        self.budget.widen();
        let mut layer = Layer { path: name.to_owned(), ..Layer::default() };
        self.visitor.layer(Some(collector.layers.len()));
        let done = if let Some(codec) = codec_of(from.head()) {
            let counted = Counted::new(inflated(codec, Box::new(from)), self.budget);
            Looked::new(Box::new(counted), HEAD)
                .and_then(|mut inner| self.files(&mut layer, place, &mut inner))
        } else {
            let mut from = from;
            self.files(&mut layer, place, &mut from)
        };
        self.visitor.layer(None);
        collector.layers.push(layer);
        done
    }

    fn files(&mut self, layer: &mut Layer, place: &str, from: &mut dyn Stream) -> io::Result<()> {
        let within = Within::default().of_image();
        let mut members = tar::Members::new(from);
        while let Some(header) = members.next()? {
            if !self.budget.member() {
                break;
            }
            if header.kind == tar::Kind::Other {
                continue;
            }
            let Some(name) = name_of_member(&header.name) else { continue };
            if !layer.note(&name.path) || header.kind != tar::Kind::File {
                continue;
            }
            if carried::is_unread(&name.path) {
                let path = format!("{place}{ENTERS}{}", name.path);
                let detail = "a database of installed packages in a format not read here";
                self.visitor.problem(&path, ProblemCode::Unsupported, detail);
                continue;
            }
            let plan = self.plan(place, &name.path, within);
            self.take(plan, Box::new(&mut members))?;
        }
        Ok(())
    }

    /// Says which files of the layers count, and what images say of themselves.
    pub(super) fn finish_image(&mut self, collector: &Collector, place: &str, within: Within) {
        let images = images(&collector.texts);
        let chains: Vec<Vec<usize>> = images
            .iter()
            .map(|image| image.layers.iter().filter_map(|path| collector.layer_at(path)).collect())
            .collect();
        let root = format!("{place}{ENTERS}");
        self.visitor.settle(&|layer, path| {
            let path = path.strip_prefix(&root).unwrap_or(path);
            // A file of a nested archive comes and goes with the archive.
            let path = path.split(ENTERS).next().unwrap_or(path);
            chains.iter().any(|chain| collector.shows(chain, layer, path))
        });
        let mut told: Vec<&str> =
            images.iter().filter_map(|image| image.config.as_deref()).collect();
        if !images.is_empty() {
            told.extend(["manifest.json", INDEX]);
        }
        told.sort_unstable();
        told.dedup();
        for (name, text) in &collector.texts {
            let path = format!("{root}{name}");
            if told.contains(&name.as_str()) {
                self.visitor.file(&path, text.as_bytes(), false, Some(READER));
            } else if images.is_empty() {
                // No image after all: a file like any other.
                let plan = self.plan(place, name, within);
                let done = self.take(plan, Box::new(text.as_bytes()));
                self.told(&path, done);
            }
        }
        for layer in images.iter().flat_map(|image| &image.layers) {
            if collector.layer_at(layer).is_none() && self.budget.cut().is_none() {
                let detail = "a layer of the image is not there";
                self.visitor.problem(&root_of(place, layer), ProblemCode::BrokenReference, detail);
            }
        }
    }

    /// Opens the images of a folder with a layout; `blob` opens what lies
    /// below that folder. `place` is that of the folder's index.
    pub fn open_layout(&mut self, place: &str, blob: &dyn Fn(&str) -> Option<Box<dyn Bytes>>) {
        let mut collector = Collector::default();
        let mut due = vec![INDEX.to_owned()];
        let mut done: HashSet<String> = HashSet::new();
        while let Some(path) = due.pop() {
            if done.len() >= TEXTS || self.budget.cut().is_some() || !done.insert(path.clone()) {
                continue;
            }
            let Some(bytes) = blob(&path) else { continue };
            let mut cursor = Cursor::new(&*bytes);
            let read = self.part_of_image(&mut collector, place, &path, &mut cursor);
            self.told(place, read);
            if let Some(text) = collector.texts.get(&path) {
                due.extend(manifest::asks_for(text));
            }
        }
        self.finish_image(&collector, place, Within::default());
        if let Some(reason) = self.budget.reason() {
            let detail = format!("{reason}: the rest was not read");
            self.visitor.problem(place, ProblemCode::ArchiveLimit, &detail);
        }
    }
}

fn root_of(place: &str, name: &str) -> String {
    format!("{place}{ENTERS}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(files: &[&str]) -> Layer {
        let mut layer = Layer::default();
        for file in files {
            layer.note(file);
        }
        layer
    }

    #[test]
    fn an_upper_layer_hides_what_it_replaces_takes_away_or_empties() {
        let upper = layer(&["a/b.py", "c/.wh.d.py", "e/.wh..wh..opq", "e/new.py", ".wh.f"]);
        for (path, covered) in [
            ("a/b.py", true),
            ("a/c.py", false),
            ("c/d.py", true),
            ("c/d.pyc", false),
            ("e/old/x.py", true),
            ("f/x.py", true),
            ("ff/x.py", false),
        ] {
            assert_eq!(upper.covers(path), covered, "{path}");
        }
    }

    #[test]
    fn what_an_image_shows_depends_on_the_order_of_its_layers() {
        let layers = vec![layer(&["a.py"]), layer(&[".wh.a.py"]), layer(&["b.py"])];
        let collector = Collector { layers, ..Collector::default() };
        assert!(!collector.shows(&[0, 1, 2], 0, "a.py"));
        assert!(collector.shows(&[1, 0, 2], 0, "a.py"));
        assert!(collector.shows(&[0, 1, 2], 2, "b.py"));
        assert!(!collector.shows(&[0, 1], 2, "b.py"), "no layer of this image");
    }

    #[test]
    fn parts_of_images_have_their_own_names() {
        let digest = "0123456789abcdef".repeat(4);
        assert!(is_part(&format!("blobs/sha256/{digest}")));
        assert!(is_part(&format!("{digest}/layer.tar")));
        assert!(is_part("manifest.json"));
        assert!(!is_part("web/manifest.json"));
        assert!(!is_part("layer.tar"));
        assert!(!is_part("blobs/sha256/short"));
        assert_eq!(layout_of(&format!("x/blobs/sha256/{digest}")), Some("x/"));
        assert_eq!(layout_of("x/blobs/a"), None);
    }
}
