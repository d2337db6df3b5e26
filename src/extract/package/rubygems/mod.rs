//! Ruby: Gemfile, its lock file, and the manifests of gems.

mod gemfile;
mod gemfile_lock;
mod gemspec;

pub use gemfile::Gemfile;
pub use gemfile_lock::GemfileLock;
pub use gemspec::Gemspec;

use std::borrow::Cow;

use super::script::{Kind, Token};

/// Id of the reader that a Gemfile read by another one is handed to.
const GEMFILE: &str = "gem-gemfile";

/// The strings behind a name, up to the first option: `"~> 1", ">= 1.2"`.
fn requirements<'a>(tokens: &[Token<'a>]) -> Cow<'a, str> {
    let mut found: Cow<'a, str> = Cow::Borrowed("");
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            // `freeze` and the name of an option; only the latter ends them.
            Kind::Name(name) if *name != "freeze" => break,
            Kind::Sign(b':') => break,
            Kind::Text(text) => {
                let after = [at + 1, at + 2].map(|at| tokens.get(at).map(|token| &token.kind));
                if after == [Some(&Kind::Sign(b'=')), Some(&Kind::Sign(b'>'))] {
                    break;
                }
                if found.is_empty() {
                    found.clone_from(text);
                } else {
                    found.to_mut().push_str(", ");
                    found.to_mut().push_str(text);
                }
            }
            _ => {}
        }
    }
    found
}
