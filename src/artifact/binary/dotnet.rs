//! .NET assemblies: the table of the assemblies that one refers to. To find it
//! the sizes of all tables before it must be known; nothing else is read.

use super::text_at;
use crate::artifact::cursor::Cursor;
use crate::artifact::{Bytes, Input};
use crate::extract::{ExtractError, ProblemCode, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// Tables before, and the one of references itself.
const REFERENCES: usize = 0x23;
/// Most references told.
const MOST: u64 = 4096;

/// Tells the assemblies that the one with its header at `header` refers to.
pub(super) fn tell(
    input: &Input<'_>,
    header: u64,
    offset_of: &dyn Fn(u64) -> Option<u64>,
    sink: &mut dyn Sink,
) {
    if references(input.bytes, header, offset_of, sink).is_err() {
        sink.note(ProblemCode::Malformed, "its table of referred assemblies could not be read");
    }
}

fn lost() -> ExtractError {
    ExtractError::malformed("the tables of the assembly are not where it says")
}

fn references(
    bytes: &dyn Bytes,
    header: u64,
    offset_of: &dyn Fn(u64) -> Option<u64>,
    sink: &mut dyn Sink,
) -> Result<(), ExtractError> {
    let mut cursor = Cursor::new(bytes);
    cursor.go(header.saturating_add(8))?;
    let root = offset_of(u64::from(cursor.u32()?)).ok_or_else(lost)?;
    cursor.go(root)?;
    if &cursor.array::<4>()? != b"BSJB" {
        return Err(lost());
    }
    cursor.skip(8)?;
    let version = u64::from(cursor.u32()?);
    cursor.skip(version.saturating_add(2))?;
    let (mut tables, mut texts) = (None, None);
    for _ in 0..cursor.u16()?.min(16) {
        let at = root.saturating_add(u64::from(cursor.u32()?));
        cursor.skip(4)?;
        let mut name = Vec::new();
        // Names are padded to four bytes.
        loop {
            let piece = cursor.array::<4>()?;
            name.extend_from_slice(&piece);
            if piece.contains(&0) || name.len() > 32 {
                break;
            }
        }
        match super::text_in(&name) {
            "#~" | "#-" => tables = Some(at),
            "#Strings" => texts = Some(at),
            _ => {}
        }
    }
    let (tables, texts) = (tables.ok_or_else(lost)?, texts.ok_or_else(lost)?);
    cursor.go(tables.saturating_add(6))?;
    let heaps = cursor.u8()?;
    cursor.skip(1)?;
    let present = cursor.u64()?;
    cursor.skip(8)?;
    let mut rows = [0u64; 64];
    for (table, count) in rows.iter_mut().enumerate() {
        if present.checked_shr(u32::try_from(table).unwrap_or(63)).unwrap_or(0) & 1 == 1 {
            *count = u64::from(cursor.u32()?);
        }
    }
    let widths = Widths { rows, heaps };
    for table in 0..REFERENCES {
        let size = widths.row(table).ok_or_else(lost)?;
        let count = rows.get(table).copied().unwrap_or(0);
        cursor.skip(size.saturating_mul(count))?;
    }
    let texts_wide = heaps & 1 != 0;
    let blobs_wide = heaps & 4 != 0;
    for _ in 0..rows.get(REFERENCES).copied().unwrap_or(0).min(MOST) {
        let version =
            [cursor.u16()?, cursor.u16()?, cursor.u16()?, cursor.u16()?].map(|n| n.to_string());
        cursor.skip(4)?;
        cursor.skip(if blobs_wide { 4 } else { 2 })?;
        let mut text = || {
            if texts_wide { cursor.u32() } else { cursor.u16().map(u32::from) }
        };
        let name = text()?;
        text()?;
        cursor.skip(if blobs_wide { 4 } else { 2 })?;
        let name = text_at(bytes, texts.saturating_add(u64::from(name)));
        if name.is_empty() {
            continue;
        }
        let package = Package {
            ecosystem: Ecosystem::Nuget,
            name: name.into(),
            version: version.join(".").into(),
            resolved: true,
            direct: Some(true),
            scope: Scope::Runtime,
        };
        sink.fact(Fact::Package(package), None);
    }
    Ok(())
}

/// How wide columns are: as wide as the largest table they point into asks for.
struct Widths {
    rows: [u64; 64],
    heaps: u8,
}

/// Columns: `2` and `4` are numbers, `s` a text, `g` a GUID, `b` a blob; a
/// letter in upper case points into a table or one of several.
const COLUMNS: &[&str] = &[
    "2sggg",
    "Rss",
    "4ssTFM",
    "F",
    "2sb",
    "M",
    "422sbP",
    "P",
    "22s",
    "tI",
    "Xsb",
    "2Cb",
    "UAb",
    "Hb",
    "2Db",
    "24t",
    "4f",
    "b",
    "tE",
    "E",
    "2sT",
    "tN",
    "N",
    "2sb",
    "2mS",
    "tOO",
    "s",
    "b",
    "2WsL",
    "4f",
    "44",
    "4",
    "422224bss",
    "4",
    "444",
];

impl Widths {
    fn count(&self, table: usize) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }

    fn index(&self, table: usize) -> u64 {
        if self.count(table) < 1 << 16 { 2 } else { 4 }
    }

    /// The width of a column that points into one of several tables.
    fn coded(&self, bits: u32, tables: &[usize]) -> u64 {
        let most = tables.iter().map(|table| self.count(*table)).max().unwrap_or(0);
        let room = 1u64.checked_shl(16u32.saturating_sub(bits)).unwrap_or(0);
        if most < room { 2 } else { 4 }
    }

    fn column(&self, column: char) -> Option<u64> {
        let heap = |bit: u8| if self.heaps & bit != 0 { 4 } else { 2 };
        Some(match column {
            '2' => 2,
            '4' => 4,
            's' => heap(1),
            'g' => heap(2),
            'b' => heap(4),
            // what defines or refers to a type
            'T' | 'I' => self.coded(2, &[0x02, 0x01, 0x1B]),
            'R' => self.coded(2, &[0x00, 0x1A, 0x23, 0x01]),
            'X' => self.coded(3, &[0x02, 0x01, 0x1A, 0x06, 0x1B]),
            'C' => self.coded(2, &[0x04, 0x08, 0x17]),
            'U' => self.coded(
                5,
                &[
                    0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A,
                    0x1B, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C, 0x2B,
                ],
            ),
            'A' => self.coded(3, &[0x06, 0x0A]),
            'H' => self.coded(1, &[0x04, 0x08]),
            'D' => self.coded(2, &[0x02, 0x06, 0x20]),
            'S' => self.coded(1, &[0x14, 0x17]),
            'O' => self.coded(1, &[0x06, 0x0A]),
            'W' => self.coded(1, &[0x04, 0x06]),
            'F' | 'f' => self.index(0x04),
            'M' | 'm' => self.index(0x06),
            'P' => self.index(0x08),
            't' => self.index(0x02),
            'E' => self.index(0x14),
            'N' => self.index(0x17),
            'L' => self.index(0x1A),
            _ => return None,
        })
    }

    fn row(&self, table: usize) -> Option<u64> {
        let mut size = 0u64;
        for column in COLUMNS.get(table)?.chars() {
            size = size.checked_add(self.column(column)?)?;
        }
        Some(size)
    }
}
