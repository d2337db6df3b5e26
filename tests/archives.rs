//! AI that has no source in the tree but lies in archives and images: each kind
//! with a near miss that must show nothing.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::format_collect)] // input is put together once

mod made;
mod tree;

use std::collections::BTreeSet;

use daylight::model::inventory::Inventory;
use daylight::model::place::Region;
use serde_json::json;
use sha2::{Digest, Sha256};
use tree::packed::{Zip, ar, asar, gz, tar, zip, zst};
use tree::{OPENAI, Tree, codes_of, found_at};

const METADATA: &[u8] =
    b"Metadata-Version: 2.1\nName: openai\nVersion: 1.51.0\nRequires-Dist: httpx\n\nprose: anthropic\n";
const NEAR_METADATA: &[u8] =
    b"Metadata-Version: 2.1\nName: openair\nVersion: 1.51.0\n\nName: openai\n";
const POM: &[u8] = b"groupId=dev.langchain4j\nartifactId=langchain4j\nversion=0.35.0\n";
const NEAR_POM: &[u8] = b"groupId=dev.nobody\nartifactId=langchain4j-not\nversion=0.35.0\n";
const IMPORT: &[u8] = b"import openai\nclient = openai.OpenAI()\n";
const NEAR_IMPORT: &[u8] = b"import openair\nclient = openair.Client()\n";
const PACKAGE: &[u8] = br#"{"name": "openai", "version": "4.67.1"}"#;
const NEAR_PACKAGE: &[u8] = br#"{"name": "openair", "version": "4.67.1"}"#;

type Packer = fn(&[u8]) -> Vec<u8>;

fn shown(file: &str, bytes: &[u8]) -> Inventory {
    Tree::new().bytes(file, bytes).scan()
}

/// Where the good archive shows AI; the near miss must show none, and neither a problem.
#[track_caller]
fn places(file: &str, good: &[u8], near: &[u8]) -> BTreeSet<String> {
    let silent = shown(file, near);
    assert_eq!(silent.evidence, [], "the near miss");
    assert_eq!(silent.coverage.problems, []);
    let inventory = shown(file, good);
    assert_eq!(inventory.coverage.problems, []);
    inventory.evidence.iter().map(|piece| piece.place.path.clone()).collect()
}

#[track_caller]
fn shows(file: &str, good: &[u8], near: &[u8], place: &str) {
    let found = places(file, good, near);
    assert!(found.contains(place), "{place} is not among {found:?}");
}

#[test]
fn a_wheel_names_its_package_and_its_source_is_read() {
    let wheel = |metadata: &[u8], source: &[u8]| {
        zip(&[("shop/chat.py", source), ("shop-1.dist-info/METADATA", metadata)])
    };
    let (good, near) = (wheel(METADATA, IMPORT), wheel(NEAR_METADATA, NEAR_IMPORT));
    let found = places("shop-1-py3-none-any.whl", &good, &near);
    let archive = "shop-1-py3-none-any.whl!";
    assert!(found.contains(&format!("{archive}/shop/chat.py")));
    assert!(found.contains(&format!("{archive}/shop-1.dist-info/METADATA")));
    let inventory = shown("shop-1-py3-none-any.whl", &good);
    let sdk = inventory.components.iter().find(|one| one.signature == "openai.api");
    assert!(sdk.is_some_and(|sdk| sdk.versions.iter().any(|version| version == "1.51.0")));
}

#[test]
fn a_jar_in_a_jar_is_opened() {
    let fat = |pom: &[u8]| {
        let name = "META-INF/maven/dev.langchain4j/langchain4j/pom.properties";
        let inner = zip(&[(name, pom), ("dev/A.class", b"\xCA\xFE\xBA\xBE")]);
        Zip::default().stored("BOOT-INF/lib/langchain4j.jar", &inner).done()
    };
    let place = "shop.jar!/BOOT-INF/lib/langchain4j.jar!/META-INF/maven/dev.langchain4j/langchain4j/pom.properties";
    shows("shop.jar", &fat(POM), &fat(NEAR_POM), place);
    let packed = |pom| zip(&[("WEB-INF/lib/shop.jar", &fat(pom)[..])]);
    let place = format!("shop.war!/WEB-INF/lib/{place}");
    shows("shop.war", &packed(POM), &packed(NEAR_POM), &place);
}

#[test]
fn an_sdist_is_read_whatever_packs_it() {
    let sdist =
        |source: &[u8]| tar(&[("shop-1/setup.cfg", b"[metadata]\n"), ("shop-1/a.py", source)]);
    let packers: [(&str, Packer); 3] =
        [("shop-1.tar.gz", gz), ("shop-1.tar.zst", zst), ("shop-1.tar", <[u8]>::to_vec)];
    for (file, pack) in packers {
        let (good, near) = (pack(&sdist(IMPORT)), pack(&sdist(NEAR_IMPORT)));
        shows(file, &good, &near, &format!("{file}!/shop-1/a.py"));
    }
}

#[test]
fn what_was_packed_by_xz_and_bzip2_is_read() {
    // `requirements.txt` with `openai==1.51.0` in a tar, packed by the usual programs.
    let xz = include_bytes!("../fixtures/archives/a.tar.xz");
    let bz2 = include_bytes!("../fixtures/archives/a.tar.bz2");
    assert_eq!(found_at(&shown("a.tar.xz", xz)), ["a.tar.xz!/requirements.txt"]);
    assert_eq!(found_at(&shown("a.tar.bz2", bz2)), ["a.tar.bz2!/requirements.txt"]);
}

#[test]
fn of_a_member_that_is_too_large_the_head_is_read_as_what_it_is() {
    let model = made::gguf(&[("general.architecture", "llama")], &[("w", &[2, 3])]);
    let program = made::program(&["libonnxruntime.so.1"], &[], &[]);
    for (name, mut bytes) in [("shop/model.gguf", model), ("shop/a.so", program)] {
        let whole = bytes.len();
        bytes.resize(whole + 1, 0);
        let packed = tar(&[(name, &bytes)]);
        let tree = Tree::new().bytes("shop.tar", &packed);
        let inventory = tree.scan_with(|request| request.limits.member_bytes = whole);
        let place = format!("shop.tar!/{name}");
        assert!(found_at(&inventory).contains(&place.as_str()), "{place}");
        assert_eq!(codes_of(&inventory, &place), ["truncated"]);
    }
}

#[test]
fn a_file_that_is_packed_by_itself_is_read_if_its_kind_is() {
    let place = "requirements.txt.gz!/requirements.txt";
    shows("requirements.txt.gz", &gz(OPENAI.as_bytes()), &gz(b"openair==1\n"), place);
    let inventory = shown("dump.rdb.gz", &gz(OPENAI.as_bytes()));
    assert_eq!(inventory.coverage.packed.archives, 0);
}

#[test]
fn a_package_of_npm_that_is_packed_tells_itself() {
    let packed = |manifest: &[u8]| gz(&tar(&[("package/package.json", manifest)]));
    let place = "openai-4.tgz!/package/package.json";
    shows("openai-4.tgz", &packed(PACKAGE), &packed(NEAR_PACKAGE), place);
}

#[test]
fn a_package_of_nuget_that_is_packed_tells_itself() {
    let packed = |id: &str| {
        let spec = format!(
            "<package><metadata><id>{id}</id><version>2.1.0</version></metadata></package>"
        );
        zip(&[("it.nuspec", spec.as_bytes())])
    };
    let place = "it.nupkg!/it.nuspec";
    shows("it.nupkg", &packed("Azure.AI.OpenAI"), &packed("Azure.AI.OpenAir"), place);
}

#[test]
fn a_gem_tells_itself_from_within() {
    let gem = |name: &str| {
        let spec = format!(
            "--- !ruby/object:Gem::Specification\nname: {name}\nversion: !ruby/object:Gem::Version\n  version: 7.3.1\n"
        );
        tar(&[
            ("metadata.gz", &gz(spec.as_bytes())),
            ("data.tar.gz", &gz(&tar(&[("lib/a.rb", b"")]))),
        ])
    };
    let place = "it.gem!/metadata";
    shows("it.gem", &gem("ruby-openai"), &gem("ruby-openair"), place);
}

#[test]
fn a_crate_is_read_like_the_folder_that_it_was() {
    let packed = |name: &str| {
        let manifest = format!("[package]\nname = \"shop\"\n[dependencies]\n{name} = \"0.25\"\n");
        gz(&tar(&[("shop-1/Cargo.toml", manifest.as_bytes())]))
    };
    let place = "shop-1.crate!/shop-1/Cargo.toml";
    shows("shop-1.crate", &packed("async-openai"), &packed("async-openair"), place);
}

#[test]
fn a_debian_package_tells_what_it_is_and_what_it_needs() {
    let deb = |name: &str, source: &[u8]| {
        let control = format!("Package: {name}\nVersion: 1\nDepends: libc6 (>= 2.14), {name}\n");
        let control = gz(&tar(&[("./control", control.as_bytes())]));
        let data = zst(&tar(&[("./opt/shop/a.py", source)]));
        ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &control), ("data.tar.zst", &data)])
    };
    let found = places("it.deb", &deb("libdlib-dev", IMPORT), &deb("libdlibs", NEAR_IMPORT));
    let wanted = BTreeSet::from(["it.deb!/control".to_owned(), "it.deb!/opt/shop/a.py".to_owned()]);
    assert!(found.is_superset(&wanted), "{found:?}");
}

#[test]
fn an_electron_program_tells_its_packages_and_its_own_source() {
    let program = |manifest: &[u8], source: &[u8]| {
        asar(&[("node_modules/openai/package.json", manifest), ("src/main.js", source)])
    };
    let good = program(PACKAGE, b"const OpenAI = require('openai');\nnew OpenAI();\n");
    let near = program(NEAR_PACKAGE, b"const x = require('openair');\n");
    let found = places("app.asar", &good, &near);
    assert!(found.contains("app.asar!/src/main.js"));
    assert!(found.contains("app.asar!/node_modules/openai/package.json"));
}

#[test]
fn the_source_of_what_is_installed_is_no_use_of_anything() {
    let bytes = zip(&[
        ("lib/site-packages/a/b.py", IMPORT),
        ("node_modules/a/index.js", b"const OpenAI = require('openai');\n"),
        ("vendor.jar", &zip(&[("a.py", IMPORT)])),
    ]);
    assert_eq!(shown("bundle.zip", &bytes).evidence, []);
}

#[test]
fn an_archive_in_a_folder_is_carried_along_or_built() {
    let bytes = zip(&[("a.py", IMPORT)]);
    for (path, region) in [
        ("libs/a.zip", Region::Vendored),
        ("target/a.zip", Region::Generated),
        ("tests/a.zip", Region::Test),
        ("a.zip", Region::Product),
    ] {
        let inventory = shown(path, &bytes);
        assert!(inventory.evidence.iter().all(|piece| piece.region == region), "{path}");
        assert!(!inventory.evidence.is_empty(), "{path}");
    }
}

#[test]
fn an_archive_may_itself_be_the_target() {
    let tree = Tree::new().bytes("shop.whl", &zip(&[("shop/a.py", IMPORT)]));
    let inventory = tree.scan_with(|request| request.targets = vec![tree.path("shop.whl")]);
    assert_eq!(inventory.targets[0].kind, "file");
    assert_eq!(found_at(&inventory), ["shop.whl!/shop/a.py"]);
    assert_eq!(inventory.coverage.packed.members, 1);
}

#[test]
fn a_member_cannot_have_files_of_the_tree_read() {
    let tree = Tree::new()
        .file("secret/base.in", OPENAI)
        .bytes("a.zip", &zip(&[("requirements.txt", b"-r ../secret/base.in\n-r base.in\n")]));
    let inventory = tree.scan();
    assert!(found_at(&inventory).iter().all(|path| !path.contains("secret/base.in")));
}

#[test]
fn the_number_of_threads_does_not_show() {
    let tree = Tree::new()
        .bytes("a.zip", &zip(&[("a.py", IMPORT), ("b/requirements.txt", OPENAI.as_bytes())]))
        .bytes("b.tar.gz", &gz(&tar(&[("a.py", IMPORT)])))
        .bytes("c.jar", &zip(&[("META-INF/maven/g/a/pom.properties", POM)]))
        .bytes("image.tar", &saved(&[("app/a.py", IMPORT)], &[("app/.wh.b.py", b"")]));
    let one = tree.scan_with(|request| request.jobs = 1);
    let four = tree.scan_with(|request| request.jobs = 4);
    assert_eq!(one, four);
}

// --- images ------------------------------------------------------------------

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn config() -> Vec<u8> {
    json!({
        "config": {
            "Env": ["PATH=/usr/bin", "OPENAI_BASE_URL=https://api.openai.com/v1"],
            "Cmd": ["serve", "--model", "gpt-4o"],
            "Labels": { "org.opencontainers.image.base.name": "docker.io/ollama/ollama:0.4" }
        },
        "history": [{ "created_by": "RUN /bin/sh -c pip install anthropic # buildkit" }]
    })
    .to_string()
    .into_bytes()
}

/// As `docker save` writes it: the layers, the lowest first.
fn saved(lower: &[(&str, &[u8])], upper: &[(&str, &[u8])]) -> Vec<u8> {
    let (lower, upper, config) = (tar(lower), tar(upper), config());
    let names = [digest(&lower), digest(&upper), digest(&config)];
    let manifest = json!([{
        "Config": format!("{}.json", names[2]),
        "RepoTags": ["shop/chat:1"],
        "Layers": [format!("{}/layer.tar", names[0]), format!("{}/layer.tar", names[1])],
    }]);
    tar(&[
        (&format!("{}/layer.tar", names[1]), &upper),
        (&format!("{}.json", names[2]), &config),
        (&format!("{}/layer.tar", names[0]), &lower),
        ("manifest.json", manifest.to_string().as_bytes()),
    ])
}

/// The files of an OCI layout.
fn layout(layers: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut keep = |bytes: Vec<u8>| {
        let name = digest(&bytes);
        files.push((format!("blobs/sha256/{name}"), bytes));
        json!({ "digest": format!("sha256:{name}") })
    };
    let rows: Vec<_> = layers.iter().map(|layer| keep(layer.clone())).collect();
    let config = keep(config());
    let manifest = json!({ "schemaVersion": 2, "config": config, "layers": rows });
    let manifest = keep(manifest.to_string().into_bytes());
    let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
    files.push(("index.json".to_owned(), index.to_string().into_bytes()));
    files.push(("oci-layout".to_owned(), br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec()));
    files
}

const STATUS: &[u8] = b"Package: libdlib-dev\nStatus: install ok installed\nVersion: 19.24\n\n\
    Package: libdlib-data\nStatus: deinstall ok config-files\nVersion: 1\n";

#[test]
fn a_saved_image_shows_what_is_installed_and_set_in_it() {
    let site = "usr/lib/python3/dist-packages";
    let bytes = saved(
        &[
            ("var/lib/dpkg/status", STATUS),
            (&format!("{site}/openai-1.51.0.dist-info/METADATA"), METADATA),
            (&format!("{site}/openai/a.py"), IMPORT),
            ("app/old.py", IMPORT),
            ("app/gone/b.py", IMPORT),
            ("usr/share/x/requirements.txt", OPENAI.as_bytes()),
        ],
        &[
            ("app/.wh.old.py", b""),
            ("app/gone/.wh..wh..opq", b""),
            ("app/main.py", IMPORT),
            ("app/node_modules/openai/package.json", PACKAGE),
        ],
    );
    for (file, bytes) in [("image.tar", bytes.clone()), ("image.tar.gz", gz(&bytes))] {
        let inventory = shown(file, &bytes);
        assert_eq!(inventory.coverage.problems, []);
        let found: BTreeSet<&str> = found_at(&inventory).into_iter().collect();
        let ours = |path: &str| format!("{file}!/{path}");
        for path in [
            "var/lib/dpkg/status",
            "usr/lib/python3/dist-packages/openai-1.51.0.dist-info/METADATA",
            "app/main.py",
            "app/node_modules/openai/package.json",
        ] {
            assert!(found.contains(ours(path).as_str()), "{path} is not among {found:?}");
        }
        for path in ["app/old.py", "app/gone/b.py", "usr/share/x/requirements.txt"] {
            assert!(!found.contains(ours(path).as_str()), "{path}");
        }
        let values: BTreeSet<&str> =
            inventory.evidence.iter().map(|piece| piece.value.as_str()).collect();
        assert!(values.contains("gpt-4o") && values.contains("anthropic"), "{values:?}");
        assert!(inventory.components.iter().any(|one| one.signature == "ollama.runtime"));
        assert!(!values.contains("libdlib-data"), "it was removed");
    }
}

#[test]
fn a_folder_with_an_oci_layout_is_one_image() {
    let lower = gz(&tar(&[("srv/a.py", IMPORT), ("srv/b.py", IMPORT)]));
    let upper = zst(&tar(&[("srv/.wh.b.py", b"")]));
    let tree = layout(&[lower, upper])
        .into_iter()
        .fold(Tree::new(), |tree, (path, bytes)| tree.bytes(format!("image/{path}"), &bytes));
    let inventory = tree.scan();
    assert_eq!(inventory.coverage.problems, []);
    let found: BTreeSet<&str> = found_at(&inventory).into_iter().collect();
    assert!(found.contains("image/index.json!/srv/a.py"), "{found:?}");
    assert!(!found.contains("image/index.json!/srv/b.py"));
    assert!(inventory.coverage.skipped.is_empty(), "{:?}", inventory.coverage.skipped);
    let as_tar: Vec<(String, Vec<u8>)> = layout(&[gz(&tar(&[("srv/a.py", IMPORT)]))]);
    let members: Vec<_> = as_tar.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let inventory = shown("oci.tar", &tar(&members));
    assert!(found_at(&inventory).contains(&"oci.tar!/srv/a.py"));
    assert_eq!(inventory.coverage.problems, []);
}

#[test]
fn an_image_without_ai_shows_none() {
    let mut bytes =
        saved(&[("app/main.py", NEAR_IMPORT)], &[("etc/hosts", b"127.0.0.1 localhost\n")]);
    // The configuration speaks of AI in these tests: what is left is the image.
    let config = config();
    let at = memchr::memmem::find(&bytes, &config).expect("the configuration");
    bytes[at..at + config.len()].fill(b' ');
    let inventory = shown("image.tar", &bytes);
    assert_eq!(inventory.evidence, []);
}

#[test]
fn a_layer_that_is_not_there_and_a_database_that_is_not_read_are_told() {
    let manifest = json!([{ "Config": "x", "RepoTags": [], "Layers": [format!("{}/layer.tar", "a".repeat(64))] }]);
    let inventory = shown("image.tar", &tar(&[("manifest.json", manifest.to_string().as_bytes())]));
    let place = format!("image.tar!/{}/layer.tar", "a".repeat(64));
    assert_eq!(codes_of(&inventory, &place), ["broken-reference"]);
    let inventory = shown("image.tar", &saved(&[("var/lib/rpm/rpmdb.sqlite", b"SQLite")], &[]));
    assert_eq!(codes_of(&inventory, "image.tar!/var/lib/rpm/rpmdb.sqlite"), ["unsupported"]);
}

#[test]
fn a_tar_with_a_file_called_manifest_is_no_image() {
    let manifest = br#"{"dependencies": {}, "model": "gpt-4o"}"#;
    let inventory = shown("web.tar", &tar(&[("manifest.json", manifest), ("a.py", IMPORT)]));
    assert_eq!(found_at(&inventory), ["web.tar!/a.py", "web.tar!/manifest.json"]);
}
