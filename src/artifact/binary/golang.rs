//! What the Go linker leaves in every program: the modules it is made of.

use crate::artifact::Bytes;
use crate::artifact::cursor::Cursor;
use crate::extract::{ExtractError, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Names of the section, by container.
pub(super) const SECTIONS: &[&str] = &[".go.buildinfo", "__go_buildinfo"];

const MARK: &[u8] = b"\xff Go buildinf:";
/// Bytes in which the mark is looked for: it stands at the beginning.
const LOOKED_AT: usize = 64 << 10;
/// Longest list of modules.
const LIST: u64 = 4 << 20;

/// Tells the modules, if the mark stands near the beginning of a range.
pub(super) fn tell(bytes: &dyn Bytes, at: u64, sink: &mut dyn Sink) {
    let head = bytes.part(at, LOOKED_AT).unwrap_or_default();
    let Some(mark) = memchr::memmem::find(&head, MARK) else { return };
    // Older linkers write pointers there; such programs tell by their texts.
    let flags = head.get(mark.saturating_add(15)).copied().unwrap_or(0);
    if flags & 2 == 0 {
        return;
    }
    let from = at.saturating_add(mark as u64).saturating_add(32);
    if let Ok(list) = list(bytes, from) {
        modules(&list, sink);
    }
}

/// The text of the list: version, then modules between two marks.
fn list(bytes: &dyn Bytes, from: u64) -> Result<Vec<u8>, ExtractError> {
    let mut cursor = Cursor::new(bytes);
    cursor.go(from)?;
    let version = cursor.varint()?;
    cursor.skip(version)?;
    let length = cursor.varint()?.min(LIST);
    let at = cursor.at();
    let length = usize::try_from(length).unwrap_or(0);
    bytes.part(at, length).map_err(ExtractError::malformed)
}

fn modules(list: &[u8], sink: &mut dyn Sink) {
    let inner = list.get(16..list.len().saturating_sub(16)).unwrap_or_default();
    let text = String::from_utf8_lossy(inner);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    for (nth, row) in rows.iter().enumerate() {
        let [kind, name, version, ..] = row.as_slice() else { continue };
        if *kind != "dep" || name.is_empty() {
            continue;
        }
        // What stands in its place is what is in the program.
        let next = rows.get(nth.saturating_add(1)).map(Vec::as_slice);
        let (name, version) = match next {
            Some(["=>", other, version, ..]) if !other.starts_with('.') => (*other, *version),
            _ => (*name, *version),
        };
        let package = Package {
            ecosystem: Ecosystem::Golang,
            name: name.into(),
            version: version.into(),
            resolved: true,
            direct: None,
            scope: Scope::Runtime,
        };
        sink.fact(Fact::Package(package), None);
    }
}
