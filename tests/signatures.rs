//! The built-in signatures are sound and prove themselves; overlays add,
//! replace and switch off; a digest names what judged.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::path::PathBuf;

use daylight::model::inventory::Inventory;
use daylight::proof::prove;
use daylight::signature::check::lint;
use daylight::signature::library::Library;
use tree::{OPENAI, Tree, found_at};

fn built_in() -> Library {
    Library::built_in().expect("the built-in signatures load")
}

#[test]
fn the_built_in_signatures_have_nothing_to_complain_of() {
    let complaints: Vec<String> = lint(&built_in()).iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_built_in_signatures_pass_their_own_tests() {
    let proof = prove(&built_in()).expect("the readers load");
    let failures: Vec<String> = proof.failures.iter().map(ToString::to_string).collect();
    assert!(proof.tests > 400, "only {} tests", proof.tests);
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

/// A whole signature of a product that does not exist.
const ACME: &str = r#"
schema_version = 1
vendor = "Acme"
country = "NL"

[[signature]]
id = "acme.inference"
name = "Acme Inference"
role = "provider-api"
references = ["https://acme.example/docs"]
packages = ["pkg:pypi/acme-inference"]
hosts = ["api.acme-inference.example"]

  [[signature.test]]
  file = "requirements.txt"
  text = "acme-inference==1\n"
  expect = [{ block = "package", value = "acme-inference" }]

  [[signature.test]]
  file = "requirements.txt"
  text = "acme\n"
  expect = []
"#;

fn overlay(tree: &Tree) -> Vec<PathBuf> {
    vec![tree.above().join("overlay")]
}

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory.components.iter().map(|component| component.name.as_str()).collect()
}

#[test]
fn an_overlay_adds_a_signature() {
    let tree = Tree::new()
        .file_above("overlay/deep/acme.toml", ACME)
        .file("requirements.txt", format!("{OPENAI}acme-inference==2.1\n"));
    assert_eq!(names(&tree.scan()), ["OpenAI API"]);
    let inventory = tree.scan_with(|request| request.signatures = overlay(&tree));
    assert_eq!(names(&inventory), ["Acme Inference", "OpenAI API"]);
    let acme = &inventory.components[0];
    assert_eq!((acme.provider.as_str(), acme.country.as_deref()), ("Acme", Some("NL")));
    let packs: Vec<(&str, u32)> =
        inventory.signature_packs.iter().map(|pack| (pack.name.as_str(), pack.entries)).collect();
    assert_eq!(packs.len(), 2);
    assert_eq!(packs[1], ("overlay", 1));
}

#[test]
fn an_overlay_replaces_the_signature_of_the_same_id() {
    let replaced = ACME.replace("acme.inference", "openai.api").replace("Acme Inference", "Ours");
    let tree = Tree::new()
        .file_above("overlay/acme.toml", replaced)
        .file("a/requirements.txt", OPENAI)
        .file("b/requirements.txt", "acme-inference\n");
    let inventory = tree.scan_with(|request| request.signatures = overlay(&tree));
    assert_eq!(names(&inventory), ["Ours"]);
    assert_eq!(found_at(&inventory), ["b/requirements.txt"]);
}

#[test]
fn an_overlay_switches_a_signature_off() {
    let off = "schema_version = 1\n[[signature]]\nid = \"openai.api\"\ndisabled = true\n";
    let tree = Tree::new()
        .file_above("overlay/off.toml", off)
        .file("requirements.txt", format!("{OPENAI}anthropic==0.30\n"));
    let inventory = tree.scan_with(|request| request.signatures = overlay(&tree));
    assert_eq!(names(&inventory), ["Anthropic API (Claude)"]);
}

#[test]
fn a_later_overlay_wins_over_an_earlier_one() {
    let tree = Tree::new()
        .file_above("one/acme.toml", ACME)
        .file_above("two/acme.toml", ACME.replace("Acme Inference", "Acme of the second"))
        .file("requirements.txt", "acme-inference\n");
    let folders = ["one", "two"].map(|name| tree.above().join(name));
    let inventory = tree.scan_with(|request| request.signatures = folders.to_vec());
    assert_eq!(names(&inventory), ["Acme of the second"]);
}

#[test]
fn a_digest_follows_meaning_and_not_comments_or_spacing() {
    let digest = |name: &str, text: &str| {
        let tree = Tree::new().file_above(format!("overlay/{name}"), text);
        let library = Library::with_overlays(&overlay(&tree)).expect("loads");
        let [built_in, overlay] = library.packs() else { panic!("two packs") };
        (built_in.sha256.clone(), overlay.sha256.clone())
    };
    let (built_in, acme) = digest("acme.toml", ACME);
    assert_eq!((built_in.len(), acme.len()), (16, 16));
    let respelt = format!("# a comment\n{}", ACME.replace(" = ", "   =  "));
    assert_eq!(digest("other-name.toml", &respelt), (built_in.clone(), acme.clone()));
    for (was, is) in [
        ("pkg:pypi/acme-inference\"", "pkg:pypi/acme-inference2\""),
        ("provider-api", "gateway"),
        ("vendor = \"Acme\"", "vendor = \"Acme Corp\""),
        ("country = \"NL\"", "country = \"US\""),
    ] {
        let changed = ACME.replace(was, is);
        assert_ne!(changed, ACME);
        let (other_built_in, other) = digest("acme.toml", &changed);
        assert_ne!(other, acme, "{is} does not show");
        assert_eq!(other_built_in, built_in);
    }
}

#[test]
fn lint_says_what_a_bare_signature_lacks() {
    let bare = "schema_version = 1\n[[signature]]\nid = \"Bare\"\n";
    let tree = Tree::new().file_above("overlay/bare.toml", bare);
    let library = Library::of_folder(&tree.above().join("overlay")).expect("loads");
    let told: Vec<String> = lint(&library).into_iter().map(|complaint| complaint.what).collect();
    for word in ["id", "name", "references", "expects a match", "expects silence", "no matcher"] {
        assert!(told.iter().any(|what| what.contains(word)), "{word}: {told:?}");
    }
}

#[test]
fn lint_sees_two_claims_on_one_package() {
    let second = ACME.replace("acme.inference", "acme.second");
    let second = second.replace("schema_version = 1\n", "schema_version = 1\n# the second\n");
    let tree = Tree::new().file_above("overlay/a.toml", ACME).file_above("overlay/b.toml", second);
    let library = Library::of_folder(&tree.above().join("overlay")).expect("loads");
    let told = lint(&library);
    assert!(
        told.iter().any(|complaint| complaint.signature == "acme.second"
            && complaint.what.contains("claimed by `acme.inference`")),
        "{told:?}"
    );
}

#[test]
fn a_test_that_does_not_hold_is_told() {
    let wrong = ACME.replace("text = \"acme\\n\"", "text = \"acme-inference\\n\"");
    let wrong = wrong.replace("value = \"acme-inference\"", "value = \"acme-other\"");
    let tree = Tree::new().file_above("overlay/acme.toml", wrong);
    let library = Library::of_folder(&tree.above().join("overlay")).expect("loads");
    let proof = prove(&library).expect("the readers load");
    assert_eq!((proof.tests, proof.failures.len()), (2, 2), "{:?}", proof.failures);
    assert!(proof.failures.iter().any(|f| f.what.contains("expected silence")));
    assert!(proof.failures.iter().any(|f| f.what.contains("expected package `acme-other`")));
}
