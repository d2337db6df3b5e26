//! Tables of flat buffers: a field is looked up by its number, nothing else is
//! read. Knows no schema.

use super::cursor::Cursor;
use crate::extract::ExtractError;

/// Where a field of the table at `table` lies, if it has it.
pub(super) fn field(
    cursor: &mut Cursor<'_>,
    table: u64,
    number: u64,
) -> Result<Option<u64>, ExtractError> {
    cursor.go(table)?;
    let back = cursor.u32()?.cast_signed();
    let astray = || ExtractError::malformed("a table leads out of the file");
    let fields = table.checked_add_signed(i64::from(back).saturating_neg()).ok_or_else(astray)?;
    cursor.go(fields)?;
    let size = u64::from(cursor.u16()?);
    let slot = number.saturating_mul(2).saturating_add(4);
    if slot.saturating_add(2) > size {
        return Ok(None);
    }
    cursor.go(fields.saturating_add(slot))?;
    let offset = u64::from(cursor.u16()?);
    Ok((offset > 0).then(|| table.saturating_add(offset)))
}

/// What the field of a table refers to: a table, a text or a list.
pub(super) fn referred(
    cursor: &mut Cursor<'_>,
    table: u64,
    number: u64,
) -> Result<Option<u64>, ExtractError> {
    let Some(at) = field(cursor, table, number)? else { return Ok(None) };
    follow(cursor, at).map(Some)
}

/// Where the offset that stands at a place leads.
pub(super) fn follow(cursor: &mut Cursor<'_>, at: u64) -> Result<u64, ExtractError> {
    cursor.go(at)?;
    Ok(at.saturating_add(u64::from(cursor.u32()?)))
}

/// The text of a field, of which the first `keep` bytes are kept; empty if it
/// has none.
pub(super) fn text(
    cursor: &mut Cursor<'_>,
    table: u64,
    number: u64,
    keep: usize,
) -> Result<String, ExtractError> {
    let Some(at) = referred(cursor, table, number)? else { return Ok(String::new()) };
    cursor.go(at)?;
    let length = u64::from(cursor.u32()?);
    cursor.text(length, keep)
}

/// Where the tables of a list lie, at most `most` of them, and how many it has.
pub(super) fn tables(
    cursor: &mut Cursor<'_>,
    table: u64,
    number: u64,
    most: usize,
) -> Result<(Vec<u64>, u64), ExtractError> {
    let Some(list) = referred(cursor, table, number)? else { return Ok((Vec::new(), 0)) };
    cursor.go(list)?;
    let count = u64::from(cursor.u32()?);
    let mut found = Vec::new();
    let mut at = cursor.at();
    while found.len() < most && (found.len() as u64) < count {
        found.push(follow(cursor, at)?);
        at = at.saturating_add(4);
    }
    Ok((found, count))
}
