//! Expressions that a command line hands to R or Julia, where they install
//! packages: `Rscript -e 'install.packages("a")'`. Nothing is evaluated.

use super::super::Word;
use super::{Take, installed, names};
use crate::model::fact::{Ecosystem, Scope};

/// Functions that install what they are given.
const OF_R: &[&str] = &[
    "install.packages(",
    "pkg_install(",
    "pak(",
    "renv::install(",
    "BiocManager::install(",
    "install_cran(",
    "install_version(",
    "install_github(",
    "p_load(",
];
const OF_JULIA: &[&str] = &["Pkg.add("];

/// Arguments that name packages.
const LABELS: &[&str] = &["", "pkgs", "pkg", "package", "name", "repo"];

/// Tells the packages of the expressions that a program is given; whether the
/// program is one that takes expressions, and was given some.
pub(super) fn tell(program: &str, arguments: &[Word<'_>], take: &mut Take<'_>) -> bool {
    let (functions, ecosystem) = match program {
        "R" | "Rscript" | "littler" => (OF_R, Ecosystem::Cran),
        "julia" => (OF_JULIA, Ecosystem::Julia),
        _ => return false,
    };
    let mut found = false;
    let options = arguments.iter().zip(arguments.iter().skip(1));
    for (option, word) in options {
        if !matches!(option.text.as_ref(), "-e" | "--eval" | "-E") {
            continue;
        }
        for function in functions {
            let mut read_to = 0;
            for start in memchr::memmem::find_iter(word.text.as_bytes(), function.as_bytes()) {
                if start < read_to {
                    continue; // within the call before
                }
                found = true;
                let from = start + function.len();
                read_to = each_text(&word.text, from, &mut |text, at| {
                    if let Some((ecosystem, name, version)) = package(ecosystem, text) {
                        take(word.offset + at, installed(ecosystem, name, version, Scope::Runtime));
                    }
                });
            }
        }
    }
    found
}

/// A name in R or Julia, or a repository that R installs from.
fn package(ecosystem: Ecosystem, text: &str) -> Option<(Ecosystem, &str, &str)> {
    if ecosystem == Ecosystem::Cran && text.contains('/') {
        let text = text.strip_prefix("github::").unwrap_or(text);
        let (name, version) = names::of(Ecosystem::Github, text)?;
        return Some((Ecosystem::Github, name, version));
    }
    let (name, version) = text.split_once('@').unwrap_or((text, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._".contains(&byte);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(plain);
    is_name.then_some((ecosystem, name, version))
}

/// Strings that are handed to a call and its inner calls, up to the bracket
/// that closes it. Gives where the reading ended.
fn each_text(text: &str, from: usize, take: &mut dyn FnMut(&str, usize)) -> usize {
    /// Bytes of one call that are read.
    const LONGEST: usize = 4096;
    let bytes = text.as_bytes();
    let mut depth = 1usize;
    let mut label = "";
    let mut word = from;
    let mut at = from;
    while let Some(byte) = bytes.get(at).filter(|_| at - from < LONGEST) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            b',' if depth == 1 => label = "",
            b'=' => label = text.get(word..at).unwrap_or_default().trim(),
            b'"' | b'\'' => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let Some(end) = memchr::memchr(*byte, rest) else { return at };
                let inside = text.get(at + 1..at + 1 + end).unwrap_or_default();
                if LABELS.contains(&label) {
                    take(inside, at + 1);
                }
                at += end + 1;
            }
            _ => {}
        }
        at += 1;
        if !byte.is_ascii_alphanumeric() && *byte != b'_' && *byte != b'=' && *byte != b' ' {
            word = at;
        }
    }
    at
}
