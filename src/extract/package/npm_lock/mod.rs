//! npm lock files, one file per format. They share how each package is told
//! once (see the family) and what a resolved version is.

mod bun_lock;
mod package_lock;
mod pnpm_lock;
mod yarn_lock;

pub use bun_lock::BunLock;
pub use package_lock::PackageLock;
pub use pnpm_lock::PnpmLock;
pub use yarn_lock::YarnLock;

/// The version if it is one; an address (git, tarball) is none.
fn version_only(version: &str) -> &str {
    if version.contains([':', '/', '#']) { "" } else { version }
}
