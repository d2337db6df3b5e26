//! The second reading: which words of law and which markers of use stand in
//! the files around a system's AI.
//!
//! Only files of systems with AI are read, a bounded number of bytes each, and
//! only text that the pipeline hands over: nothing here opens a file. What is
//! met is a word at a place, never a purpose; `levels` says how clearly an
//! area is spoken of, the rules say what that may mean.

mod class;
mod levels;
mod lexicon;
mod phrases;
mod reader;
mod tokens;

pub use class::{FileClass, class_of, may_be_read};
pub(crate) use levels::{findings, named};
pub use lexicon::{
    Area, Demand, Lexicon, Marker, Pair, Tongue, Translation, Weighing, WordTest, Words,
};
pub(crate) use phrases::is_phrase;
pub use reader::{Gathering, Reader, Source};
