//! Which neighbourhood a path belongs to, judged by its segments.

use super::place::Region;

/// Folder names that make everything below them a region. The first match
/// from the root down wins, except that `vendored` wins over all.
const FOLDERS: &[(Region, &[&str])] = &[
    (
        Region::Vendored,
        &[
            "node_modules",
            "vendor",
            "vendors",
            "vendored",
            "_vendor",
            "third_party",
            "third-party",
            "thirdparty",
            "3rdparty",
            "external_libs",
            "site-packages",
            "bower_components",
            "pods",
            "carthage",
            "deps",
        ],
    ),
    (
        Region::Test,
        &[
            "test",
            "tests",
            "__tests__",
            "testing",
            "spec",
            "specs",
            "e2e",
            "fixtures",
            "__fixtures__",
            "fixture",
            "mocks",
            "__mocks__",
            "testdata",
            "test-data",
            "test_data",
            "testcases",
            "benchmark",
            "benchmarks",
            "bench",
            "benches",
            "cypress",
            "playwright",
            "unittests",
            "integration-tests",
            "integration_tests",
            "__snapshots__",
            "unit_tests",
        ],
    ),
    (
        Region::Docs,
        &[
            "docs",
            "doc",
            "documentation",
            "man",
            "wiki",
            "blog",
            "blogs",
            "_posts",
            "cheatsheets",
            "llm-cheatsheets",
        ],
    ),
    (
        Region::Example,
        &[
            "example",
            "examples",
            "sample",
            "samples",
            "demo",
            "demos",
            "tutorial",
            "tutorials",
            "cookbook",
            "cookbooks",
            "quickstart",
            "quickstarts",
            "playground",
            "extras",
            // Bodies of requests and answers, kept to be sent or read by hand.
            "payloads",
            "cassettes",
            "vcr_cassettes",
        ],
    ),
    (
        Region::Generated,
        &["dist", "__generated__", "generated", "_generated", ".next", ".nuxt", "__pycache__"],
    ),
];

/// Folders into which builds put what they make.
const BUILT: &[&str] =
    &["dist", "build", "target", "out", "output", "release", "releases", "publish", "artifacts"];

/// The region of a relative path.
///
/// What is packed in an archive that lies in a folder is carried along, or made
/// by a build if a build puts it there. An archive that lies in no folder is
/// what is looked at: there, what it carries along is what it runs on.
#[must_use]
pub fn region_of(path: &str) -> Region {
    match path.split_once("!/") {
        Some((archive, member)) => region_of_member(archive, member),
        None => region_of_plain(path),
    }
}

fn region_of_member(archive: &str, member: &str) -> Region {
    let Some((folders, _)) = archive.rsplit_once('/') else {
        return match region_of_plain(member) {
            Region::Vendored | Region::Generated => Region::Product,
            region => region,
        };
    };
    let is_built = |part: &str| BUILT.iter().any(|built| part.eq_ignore_ascii_case(built));
    match region_of_plain(archive) {
        Region::Product if folders.split('/').any(is_built) => Region::Generated,
        Region::Product => Region::Vendored,
        region => region,
    }
}

fn region_of_plain(path: &str) -> Region {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut region = None;
    for segment in folders.split('/') {
        let found = of_folder(segment);
        if found == Some(Region::Vendored) {
            return Region::Vendored;
        }
        region = region.or(found);
    }
    region.unwrap_or_else(|| of_name(name))
}

/// The region of a folder given by its relative path.
#[must_use]
pub fn region_of_folder(path: &str) -> Region {
    if path == "." { Region::Product } else { region_of(&format!("{path}/.")) }
}

fn of_folder(segment: &str) -> Option<Region> {
    let segment = segment.to_ascii_lowercase();
    let named = FOLDERS.iter().find(|(_, names)| names.contains(&segment.as_str()));
    named.map(|(region, _)| *region).or_else(|| is_test_project(&segment).then_some(Region::Test))
}

/// `Shop.UnitTests`, `shop-tests`, `IntegrationTests`: a project that tests another.
fn is_test_project(segment: &str) -> bool {
    const PARTS: &[&str] =
        &["test", "tests", "unittests", "integrationtests", "functionaltests", "testsettings"];
    segment.split('.').any(|part| PARTS.contains(&part))
        || segment.ends_with("-tests")
        || segment.ends_with("_tests")
}

fn of_name(name: &str) -> Region {
    if is_test_class(name) {
        return Region::Test;
    }
    let name = name.to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    let marked = |marks: &[&str]| marks.iter().any(|mark| name.contains(mark));
    let word = |words: &[&str]| stem.split(['-', '_']).any(|part| words.contains(&part));
    if name.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || marked(&[
            ".test.",
            ".tests.",
            ".spec.",
            ".e2e.",
            ".mock.",
            ".mocks.",
            ".fixture.",
            ".cy.",
            ".snap",
        ])
        || word(&["mock", "mocks", "test", "tests"]) && is_source_or_settings(&name)
    {
        Region::Test
    } else if marked(&[".stories.", ".example.tsx", ".demo."]) {
        Region::Example
    } else if marked(&[
        ".min.js",
        ".min.css",
        ".bundle.js",
        ".generated.",
        "_pb2.py",
        ".pb.go",
        ".g.dart",
    ]) {
        Region::Generated
    } else {
        Region::Product
    }
}

/// `ShopTests.cs`, `ShopIT.java`: a class that tests another, by its case.
fn is_test_class(name: &str) -> bool {
    const KNOWN: &[&str] =
        &["java", "kt", "scala", "groovy", "cs", "fs", "swift", "php", "cpp", "cc", "m", "mm"];
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    KNOWN.contains(&extension)
        && ["Test", "Tests", "IT"].iter().any(|end| {
            stem.strip_suffix(end).is_some_and(|of| of.ends_with(|c: char| c.is_ascii_lowercase()))
        })
}

fn is_source_or_settings(name: &str) -> bool {
    const KNOWN: &[&str] =
        &["py", "js", "ts", "tsx", "jsx", "mjs", "cjs", "yaml", "yml", "toml", "json", "go", "rs"];
    name.rsplit_once('.').is_some_and(|(_, extension)| KNOWN.contains(&extension))
}

/// Whether the head of a file says that a tool wrote it.
#[must_use]
pub fn is_generated(head: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"@generated", b"DO NOT EDIT", b"Code generated by"];
    let head = head.get(..head.len().min(1024)).unwrap_or_default();
    MARKS.iter().any(|mark| memchr::memmem::find(head, mark).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_region() {
        for (path, region) in [
            ("src/app.py", Region::Product),
            ("server/__tests__/utils/x.js", Region::Test),
            ("src/app.test.ts", Region::Test),
            ("pkg/thing_test.go", Region::Test),
            ("tests/fixtures/a.py", Region::Test),
            ("lib/ai/models.mock.ts", Region::Test),
            ("settings-mock.yaml", Region::Test),
            ("examples/chat/app.py", Region::Example),
            ("extras/translator/index.mjs", Region::Example),
            ("docs/conf.py", Region::Docs),
            ("deps/hiredis/a.c", Region::Vendored),
            ("examples/node_modules/x/index.js", Region::Vendored),
            ("web/dist/app.js", Region::Generated),
            ("requirements-test.txt", Region::Product),
            ("src/contest.py", Region::Product),
            ("latest/app.py", Region::Product),
            ("src/Shop.UnitTests/A.cs", Region::Test),
            ("src/IntegrationTests/A.cs", Region::Test),
            ("src/Shop.Tests.Shared/a.json", Region::Test),
            ("shop/ShopIT.java", Region::Test),
            ("Sources/ShopTests.swift", Region::Test),
            ("src/Contest.java", Region::Product),
            ("src/Latest.Api/A.cs", Region::Product),
            ("src/EDIT.java", Region::Product),
            ("payloads/chat.json", Region::Example),
            ("shop.jar!/BOOT-INF/lib/x.jar!/META-INF/a", Region::Product),
            ("shop.whl!/shop/tests/a.py", Region::Test),
            ("image.tar!/usr/lib/python3/site-packages/a/METADATA", Region::Product),
            ("libs/shop.jar!/a.json", Region::Vendored),
            ("app/build/libs/shop.jar!/a.json", Region::Generated),
            ("dist/shop.whl!/shop/a.py", Region::Generated),
            ("tests/data/shop.zip!/shop/a.py", Region::Test),
        ] {
            assert_eq!(region_of(path), region, "{path}");
        }
        assert_eq!(region_of_folder("."), Region::Product);
        assert_eq!(region_of_folder("tests/app"), Region::Test);
    }
}
