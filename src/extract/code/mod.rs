//! Source code: imports, calls and literals, never comments or docstrings.

pub mod javascript;
pub mod python;
