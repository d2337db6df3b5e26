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
    // two that are written, and two names that are tried
    assert_eq!((proof.tests, proof.failures.len()), (4, 2), "{:?}", proof.failures);
    assert!(proof.failures.iter().any(|f| f.what.contains("expected silence")));
    assert!(proof.failures.iter().any(|f| f.what.contains("expected package `acme-other`")));
}

#[test]
fn a_stranger_in_a_silent_test_is_told_unless_it_is_named() {
    let strange = ACME.replace("text = \"acme\\n\"", "text = \"openai\\n\"");
    let failures = |text: String| {
        let tree = Tree::new().file_above("overlay/acme.toml", text);
        let library = Library::with_overlays(&overlay(&tree)).expect("loads");
        let proof = prove(&library).expect("the readers load");
        proof.failures.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let told = failures(strange.clone());
    assert!(told.len() == 1 && told[0].contains("`openai.api` sees package `openai`"), "{told:?}");
    let named = strange.replace("expect = []", "expect = []\n  others = [\"openai.api\"]");
    assert_eq!(failures(named), Vec::<String>::new());
}

#[test]
fn a_block_that_no_test_needs_is_told() {
    let with = ACME.replace("[[signature.test]]", "[[signature.import]]\n  lang = \"python\"\n  modules = [\"acme_inference\"]\n\n  [[signature.test]]");
    let tree = Tree::new().file_above("overlay/acme.toml", with);
    let mut library = Library::of_folder(&tree.above().join("overlay")).expect("loads");
    let proof = daylight::proof::mutate(&mut library, |_| true).expect("the readers load");
    let told: Vec<String> = proof.failures.iter().map(|f| f.what.clone()).collect();
    assert!(told.iter().any(|what| what.contains("import `python:acme_inference`")), "{told:?}");
    assert!(told.iter().any(|what| what.contains("host `api.acme-inference.example`")), "{told:?}");
    assert!(!told.iter().any(|what| what.contains("package pypi")), "{told:?}");
}

fn overlay_error(files: &[(&str, &str)]) -> String {
    let mut tree = Tree::new();
    for (name, text) in files {
        tree = tree.file_above(format!("overlay/{name}"), *text);
    }
    match Library::with_overlays(&overlay(&tree)) {
        Ok(_) => panic!("{files:?} load"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_list_of_an_overlay_adds_names_and_products() {
    let family = "schema_version = 1\nvendor = \"Ours\"\n[[family]]\nid = \"ours\"\nname = \"Ours\"\n\
                  role = \"sdk\"\negress = \"self-hosted\"\nlifecycle = \"inference\"\n";
    let list = "# block: package pypi\nacme-llm\tours\tA\nacme-gateway\topenai.api\tA\n";
    let tree = Tree::new()
        .file_above("overlay/ours.toml", family)
        .file_above("overlay/lists/pypi.tsv", list)
        .file("requirements.txt", "acme-llm==1\nacme-gateway==2\n");
    let inventory = tree.scan_with(|request| request.signatures = overlay(&tree));
    assert_eq!(names(&inventory), ["OpenAI API", "acme-llm"]);
    let own = &inventory.components[1];
    assert_eq!((own.signature.as_str(), own.provider.as_str()), ("ours.acme-llm", "Ours"));
}

#[test]
fn a_mistake_in_a_list_is_told_with_file_line_column_and_what_was_expected() {
    let told = overlay_error(&[("x.tsv", "# block: host\napi.x.example\topenai.api\tZ\n")]);
    assert!(told.contains("x.tsv`:2:26:") && told.contains("A, B or C"), "{told}");
    let told = overlay_error(&[("x.tsv", "# block: env\nX_KEY\tno.such\tB\n")]);
    assert!(told.contains("x.tsv`:2:7:") && told.contains("`no.such` is no signature"), "{told}");
    let told = overlay_error(&[("x.tsv", "# block: package pypi\nx-y\tno-family\tB\n")]);
    assert!(told.contains("`no-family` is no family"), "{told}");
}

#[test]
fn a_mistake_in_a_signature_is_told_with_file_line_column_and_what_was_expected() {
    let broken = |was: &str, is: &str| {
        let text = ACME.replace(was, is);
        assert_ne!(text, ACME);
        overlay_error(&[("acme.toml", &text)])
    };
    let told = broken("role = \"provider-api\"", "role = \"provider\"");
    assert!(told.contains("acme.toml") && told.contains("line 9, column 8"), "{told}");
    assert!(told.contains("provider-api"), "{told}");
    let told = broken("hosts =", "hots =");
    assert!(told.contains("line 12, column 1") && told.contains("`hosts`"), "{told}");
    let told = broken("pkg:pypi/acme-inference\"", "pypi:acme\"");
    assert!(told.contains("acme.toml`:11:14:") && told.contains("pkg:pypi/name"), "{told}");
    let block = "[[signature.model]]\nregex = ['acme-(a|b']\n\n  [[signature.test]]\n  file = \"requirements.txt\"\n  text = \"acme\\n\"";
    let told =
        broken("[[signature.test]]\n  file = \"requirements.txt\"\n  text = \"acme\\n\"", block);
    assert!(told.contains("acme.toml`:20:11:") && told.contains("does not compile"), "{told}");
    let told = overlay_error(&[("a.toml", ACME), ("b.toml", ACME)]);
    assert!(told.contains("b.toml`:7:7:") && told.contains("stands in"), "{told}");
}

#[test]
fn a_file_for_a_newer_daylight_is_refused() {
    let told = overlay_error(&[("x.toml", "schema_version = 99\nnew_key = 1\n")]);
    assert!(told.contains("schema_version 99") && told.contains("reads up to"), "{told}");
}

#[test]
fn an_older_file_is_read_and_named() {
    let tree =
        Tree::new().file_above("overlay/acme.toml", ACME.replace("version = 1", "version = 0"));
    let library = Library::with_overlays(&overlay(&tree)).expect("loads");
    assert!(library.by_id("acme.inference").is_some());
    let [note] = library.deprecations() else { panic!("{:?}", library.deprecations()) };
    assert!(note.contains("acme.toml") && note.contains("schema_version 0"), "{note}");
}

#[test]
fn a_pack_says_its_name_and_version() {
    let tree = Tree::new()
        .file_above("overlay/acme.toml", ACME)
        .file_above("overlay/pack.toml", "name = \"acme-ai\"\nversion = \"2026.11\"\n")
        .file("requirements.txt", OPENAI);
    let inventory = tree.scan_with(|request| request.signatures = overlay(&tree));
    let pack = &inventory.signature_packs[1];
    assert_eq!((pack.name.as_str(), pack.version.as_str()), ("acme-ai", "2026.11"));
}

#[test]
fn what_is_switched_off_comes_back_after_its_last_day() {
    let off = "schema_version = 1\n[[signature]]\nid = \"openai.api\"\ndisabled = true\n\
               reason = \"being replaced\"\nexpires = \"2026-11-30\"\n";
    let tree = Tree::new().file_above("overlay/off.toml", off).file("requirements.txt", OPENAI);
    let on = |day: &str| {
        let inventory = tree.scan_with(|request| {
            request.signatures = overlay(&tree);
            request.as_of = day.to_owned();
        });
        !inventory.components.is_empty()
    };
    assert!(!on("2026-11-30"));
    assert!(on("2026-12-01"));
}

#[test]
fn what_was_added_for_a_time_is_gone_after_its_last_day() {
    let until = ACME.replace("role =", "expires = \"2026-11-30\"\nrole =");
    let tree = Tree::new()
        .file_above("overlay/acme.toml", until)
        .file("requirements.txt", "acme-inference\n");
    let on = |day: &str| {
        let inventory = tree.scan_with(|request| {
            request.signatures = overlay(&tree);
            request.as_of = day.to_owned();
        });
        !inventory.components.is_empty()
    };
    assert!(on("2026-11-30"));
    assert!(!on("2026-12-01"));
}

/// What lint says of a pack.
fn complaints(files: &[(&str, String)]) -> Vec<String> {
    let mut tree = Tree::new();
    for (name, text) in files {
        tree = tree.file_above(format!("overlay/{name}"), text.clone());
    }
    let library = Library::with_overlays(&overlay(&tree)).expect("loads");
    lint(&library).iter().map(ToString::to_string).collect()
}

#[test]
fn lint_refuses_what_would_match_too_much_with_the_reason() {
    let with = |what: &str| ACME.replace("[[signature]]", &format!("[[signature]]\n{what}"));
    for (what, word) in [
        ("images = [\"x\"]", "one-letter name"),
        ("reason = \"none\"", "`reason` without `disabled`"),
        ("expires = \"tomorrow\"", "is no date"),
        ("env = [\"X\"]", "one-letter name"),
    ] {
        let told = complaints(&[("acme.toml", with(what))]);
        assert!(told.iter().any(|line| line.contains(word)), "{what}: {told:?}");
    }
    for (hosts, word) in [
        ("\"*\"", "hosts of everyone"),
        ("\"*.com\"", "hosts of everyone"),
        ("\"localhost\"", "neither a domain nor a port"),
        ("\"https://x.example\"", "without a scheme"),
    ] {
        let text = ACME.replace("\"api.acme-inference.example\"", hosts);
        let told = complaints(&[("acme.toml", text)]);
        assert!(told.iter().any(|line| line.contains(word)), "{hosts}: {told:?}");
    }
    for (block, word) in [
        ("[[signature.model]]\nregex = ['(?:acme-[a-z]{1,1000}){1,1000}']", "costs too much"),
        (
            "[[signature.package]]\necosystem = \"pypi\"\nnames = [\"acme-y\"]\nexclude = [\"acme-z\"]",
            "no `prefixes`",
        ),
        ("[[signature.model]]", "neither `exact` nor `regex`"),
    ] {
        let text = ACME.replace("[[signature.test]]", &format!("{block}\n[[signature.test]]"));
        let told = complaints(&[("acme.toml", text)]);
        assert!(told.iter().any(|line| line.contains(word)), "{block}: {told:?}");
    }
}

#[test]
fn lint_holds_lists_to_one_owner_per_name_and_to_the_tiers() {
    let of = |list: &str| complaints(&[("x.tsv", list.to_owned())]);
    for (list, word) in [
        ("# block: package pypi\nopenai\tanthropic.api\tA\n", "claimed by `openai.api`"),
        ("# block: package npm\ngroq\tgroq.api\tA\n", "is refused: "),
        ("# block: package npm\nx-unsure\tgroq.api\tA\tknown\n", "tier B at most"),
        ("# block: package pypi\nx-open-*\tgroq.api\tA\n", "anyone may publish"),
        ("# block: host\n*.com\tgroq.api\tA\n", "hosts of everyone"),
        ("# block: env\nX\tgroq.api\tB\n", "one-letter"),
    ] {
        let told = of(list);
        assert!(told.iter().any(|line| line.contains(word)), "{list}: {told:?}");
    }
}

#[test]
fn lint_asks_why_and_until_when_something_is_switched_off() {
    let off = "schema_version = 1\n[[signature]]\nid = \"openai.api\"\ndisabled = true\n";
    let told = complaints(&[("off.toml", off.to_owned())]);
    assert!(told.iter().any(|line| line.contains("without a `reason`")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("without `expires`")), "{told:?}");
}

#[test]
fn coverage_says_why_a_name_matches_or_does_not() {
    use daylight::signature::coverage::{Finding, coverage};
    let library = built_in();
    let claimed_by = |name: &str| -> Vec<String> {
        let claims = coverage(&library, name).into_iter().filter_map(|finding| match finding {
            Finding::Claimed { signature, .. } => Some(signature),
            Finding::Refused { .. } => None,
        });
        claims.collect()
    };
    for (name, signature) in [
        ("pkg:npm/openai", "openai.api"),
        ("pkg:npm/%40anthropic-ai/sdk", "anthropic.api"),
        ("import:python/openai.types", "openai.api"),
        ("host:api.openai.com", "openai.api"),
        ("env:OPENAI_API_KEY", "openai.api"),
        ("model:azure/eu/gpt-4.1", "openai.api"),
        ("pkg:pypi/langchain-nobody-knows", "langchain.framework"),
    ] {
        assert!(
            claimed_by(name).iter().any(|id| id == signature),
            "{name}: {:?}",
            claimed_by(name)
        );
    }
    let groq = coverage(&library, "pkg:npm/groq");
    assert!(
        groq.iter()
            .any(|f| matches!(f, Finding::Refused { reason, .. } if reason.contains("Sanity"))),
        "{groq:?}"
    );
    assert!(claimed_by("pkg:npm/groq").is_empty());
    assert!(coverage(&library, "pkg:npm/left-pad").is_empty());
}

#[test]
fn the_numbers_that_the_project_promises_are_there() {
    let stats = daylight::signature::stats::stats(&built_in());
    let of = |kind: &str| stats.names.get(kind).copied().unwrap_or_default();
    assert!(stats.curated >= 420, "{}", stats.curated);
    assert!(of("package pypi").a >= 2500, "{:?}", of("package pypi"));
    assert!(of("package npm").a >= 1500, "{:?}", of("package npm"));
    assert!(of("package cargo").a >= 300, "{:?}", of("package cargo"));
    assert!(of("host").a + of("host").b >= 900, "{:?}", of("host"));
    assert!(of("env").a + of("env").b >= 800, "{:?}", of("env"));
    assert!(of("file").a + of("file").b >= 370, "{:?}", of("file"));
    assert!(of("model").a + of("model").b >= 1100, "{:?}", of("model"));
    assert!(stats.refused >= 100, "{}", stats.refused);
}

#[test]
fn leaving_out_any_block_exclusion_or_edge_makes_a_test_fail() {
    let mut library = built_in();
    let proof = daylight::proof::mutate(&mut library, |_| true).expect("the readers load");
    let failures: Vec<String> = proof.failures.iter().map(ToString::to_string).collect();
    assert!(proof.tests > 4000, "only {} were left out", proof.tests);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_catalogue_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalogue.md");
    let text = daylight::signature::catalogue::markdown(&built_in());
    if std::env::var_os("DAYLIGHT_BLESS").is_some() {
        std::fs::write(&path, &text).expect("write");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/catalogue.md is stale: run `DAYLIGHT_BLESS=1 cargo test --test signatures`"
    );
}

#[test]
fn every_list_has_a_source() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("signatures");
    let text = std::fs::read_to_string(root.join("SOURCES.toml")).expect("SOURCES.toml");
    let sources: toml::Table = toml::from_str(&text).expect("TOML");
    let sources = sources["source"].as_array().expect("sources");
    let told: Vec<&str> = sources
        .iter()
        .flat_map(|source| source["lists"].as_array().expect("lists"))
        .filter_map(toml::Value::as_str)
        .collect();
    for source in sources {
        for field in ["name", "date", "licence"] {
            assert!(source.get(field).is_some(), "{source} has no {field}");
        }
    }
    for list in built_in().lists() {
        let (folder, file) = list.path.split_once('/').expect("in a folder");
        let name = file.trim_end_matches(".tsv");
        let name = if folder == "lists" { name.to_owned() } else { format!("{name}-{folder}") };
        assert!(told.contains(&name.as_str()), "`{name}` has no source in SOURCES.toml");
    }
}

/// Something that a pattern matches, put together here so that no credential
/// stands in the source: the shortest, with letters by turns.
fn sample_of(hir: &regex_syntax::hir::Hir, turn: &mut usize) -> String {
    use regex_syntax::hir::{Class, HirKind};
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(class) => {
            let letters: Vec<char> = match class {
                Class::Bytes(class) => {
                    class.iter().flat_map(|r| r.start()..=r.end()).map(char::from).collect()
                }
                Class::Unicode(class) => class.iter().flat_map(|r| r.start()..=r.end()).collect(),
            };
            *turn += 7;
            letters[*turn % letters.len()].to_string()
        }
        HirKind::Repetition(repeated) => {
            (0..repeated.min).map(|_| sample_of(&repeated.sub, turn)).collect()
        }
        HirKind::Capture(capture) => sample_of(&capture.sub, turn),
        HirKind::Concat(parts) => parts.iter().map(|part| sample_of(part, turn)).collect(),
        HirKind::Alternation(parts) => sample_of(&parts[0], turn),
        HirKind::Empty | HirKind::Look(_) => String::new(),
    }
}

#[test]
fn every_credential_is_found_by_its_shape_and_never_shown() {
    let library = built_in();
    let mut kinds = 0;
    for entry in library.entries() {
        for block in &entry.signature.key {
            let hir = regex_syntax::ParserBuilder::new()
                .unicode(false)
                .utf8(false)
                .build()
                .parse(&block.regex)
                .expect("a pattern");
            let fake = sample_of(&hir, &mut 3);
            // What is too short to open the gate is looked for beside something else.
            let tree = Tree::new()
                .file("app.py", format!("import openai\n\nkey = \"{fake}\"\nopenai.run(key)\n"));
            let inventory = tree.scan();
            let found = inventory.evidence.iter().any(|e| e.value == block.kind);
            assert!(found, "{}: `{}` is not found", entry.signature.id, block.kind);
            let tail: String =
                fake.chars().rev().take(12).collect::<String>().chars().rev().collect();
            let said = serde_json::to_string(&inventory).expect("JSON");
            assert!(!said.contains(&tail), "{} is shown", block.kind);
            kinds += 1;
        }
    }
    assert!(kinds >= 35, "only {kinds} shapes of credentials");
}
