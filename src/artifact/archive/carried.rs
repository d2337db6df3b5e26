//! What of the things that archives and images carry along is read.
//!
//! A package that is installed somewhere says by a small file which one it is;
//! its own source is no use of anything. Knows where package managers put
//! their things, not which packages there are.

use super::Within;
use crate::model::place::name_of;

/// What is read in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Whatever some reader reads.
    All,
    /// What says which packages are installed.
    Metadata,
}

/// Folders of a machine in which its system lies and no application.
const SYSTEM: &[&str] = &[
    "bin/",
    "boot/",
    "dev/",
    "lib/",
    "lib32/",
    "lib64/",
    "libx32/",
    "proc/",
    "run/",
    "sbin/",
    "sys/",
    "usr/bin/",
    "usr/include/",
    "usr/lib/",
    "usr/lib32/",
    "usr/lib64/",
    "usr/libexec/",
    "usr/local/go/",
    "usr/local/include/",
    "usr/local/lib/",
    "usr/local/share/",
    "usr/sbin/",
    "usr/share/",
    "var/cache/",
    "var/lib/",
    "var/log/",
];

/// Databases of installed packages of a system that are read, by path.
const STATUS: &[&str] =
    &["var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed"];

/// Those that are not.
const UNREAD: &[&str] = &[
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
];

/// What is read of a member with this path within its archive.
#[must_use]
pub fn kept(name: &str, within: Within) -> Kept {
    let is_system = within.image && SYSTEM.iter().any(|folder| name.starts_with(folder));
    // What is nested is carried along whole: a library within a program.
    if is_system || within.depth > 0 || lies_in_packages(name) {
        return Kept::Metadata;
    }
    Kept::All
}

/// Whether a path lies where a package manager installs.
fn lies_in_packages(name: &str) -> bool {
    let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut last = "";
    folders.split('/').any(|part| {
        let is_library = last == "lib" && part.starts_with("python3.");
        last = part;
        is_library || matches!(part, "site-packages" | "dist-packages" | "node_modules")
    })
}

/// Whether a file says which package it is that lies there.
#[must_use]
pub fn is_metadata(name: &str) -> bool {
    let mut parts = name.rsplit('/');
    let (last, folder) = (parts.next().unwrap_or(name), parts.next().unwrap_or_default());
    match last {
        "METADATA" => folder.ends_with(".dist-info"),
        "PKG-INFO" => true,
        "pom.properties" => name.contains("META-INF/maven/"),
        "package.json" => is_package_of_npm(name),
        _ => {
            last.ends_with(".egg-info")
                || last.ends_with(".nuspec")
                || last.ends_with(".deps.json")
                || STATUS.contains(&name)
                || name.starts_with("var/lib/dpkg/status.d/") && !last.contains('.')
        }
    }
}

/// `node_modules/a/package.json` and `node_modules/@b/a/package.json`, or that
/// of a package that is packed by itself.
fn is_package_of_npm(name: &str) -> bool {
    if name == "package/package.json" {
        return true;
    }
    let Some((_, package)) = name.rsplit_once("node_modules/") else { return false };
    let depth = package.matches('/').count();
    depth == 1 || depth == 2 && package.starts_with('@')
}

/// Whether an archive within a place of which only metadata is read is opened
/// all the same: it is how programs and their libraries come.
#[must_use]
pub fn is_program(name: &str) -> bool {
    let name = name_of(name);
    [".jar", ".war", ".ear", ".whl", ".nupkg", ".aar"].iter().any(|end| name.ends_with(end))
}

/// Whether a member is the inside of the package that its archive is.
#[must_use]
pub(super) fn is_inside(place: &str, name: &str, within: Within) -> bool {
    if within.inner {
        return false;
    }
    let starts = |start: &str| name.starts_with(start);
    match place.rsplit_once('.').map(|(_, end)| end) {
        Some("deb" | "udeb") => starts("data.tar") || starts("control.tar"),
        Some("gem") => name == "data.tar.gz" || name == "metadata.gz",
        Some("conda") => (starts("pkg-") || starts("info-")) && name.ends_with(".tar.zst"),
        _ => false,
    }
}

/// Whether a file of an image is a database of packages that is not read.
#[must_use]
pub fn is_unread(name: &str) -> bool {
    UNREAD.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_installed_packages_only_what_names_them_is_read() {
        let image = Within::default().of_image();
        for (name, all, metadata) in [
            ("app/main.py", true, false),
            ("usr/src/app/main.py", true, false),
            ("usr/lib/python3/dist-packages/a/b.py", false, false),
            ("app/.venv/lib/python3.12/site-packages/a-1.dist-info/METADATA", false, true),
            ("usr/local/lib/python3.12/json/tool.py", false, false),
            ("app/node_modules/a/package.json", false, true),
            ("app/node_modules/@b/a/package.json", false, true),
            ("app/node_modules/a/dist/package.json", false, false),
            ("app/package.json", true, false),
            ("var/lib/dpkg/status", false, true),
            ("var/lib/dpkg/status.d/libc6", false, true),
            ("var/lib/dpkg/status.d/libc6.md5sums", false, false),
            ("opt/conda/lib/python3.11/os.py", false, false),
        ] {
            assert_eq!(kept(name, image) == Kept::All, all, "{name}");
            assert_eq!(is_metadata(name), metadata, "{name}");
        }
        assert_eq!(kept("usr/lib/a.py", Within::default()), Kept::All);
    }
}
