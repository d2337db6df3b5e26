//! Files that hold a data set: names of columns, remarks, what wrote it. Values
//! are never read: they are somebody's data.

pub mod arrow;
pub mod parquet;
pub mod tfrecord;

/// Most columns that are named; all are counted where they are.
const COLUMNS: usize = 64;
/// Most remarks that are named.
const REMARKS: usize = 16;
