//! Every output format: valid by what its publishers say, true to the
//! inventory, the same bytes again, and safe whatever stands in the tree.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use daylight::fail_on::Expression;
use daylight::model::inventory::Inventory;
use daylight::report::EMITTERS;
use daylight::report::markdown::{MARKER, MOST};
use daylight::report::sarif::MOST_RESULTS;
use jsonschema::{Registry, Resource, Validator};
use serde_json::Value;
use tree::{OPENAI, Tree, rendered};

// --- what is rendered ---------------------------------------------------------

/// Something of everything: services, libraries, models, tool servers,
/// credentials, powers, owners, several systems, problems.
fn rich() -> Tree {
    let run = "aB3dE5gH7jK9aB3dE5gH";
    let key = format!("sk-{run}{}{run}", ["T3Blbk", "FJ"].concat());
    Tree::new()
        .file("CODEOWNERS", "* @org/all\n/apps/chat/ @org/chat\n")
        .file(".claude/settings.json", "{\"permissions\": {\"defaultMode\": \"bypassPermissions\"}}")
        .file(".mcp.json", "{\"mcpServers\": {\"files\": {\"command\": \"npx\", \"args\": [\"-y\", \"files\"]}}}")
        .file("apps/chat/package.json", "{\"name\": \"chat\", \"dependencies\": {\"openai\": \"4.1.0\", \"ai\": \"^3\"}}")
        .file("apps/chat/src/app.ts", "import OpenAI from \"openai\";\nconst client = new OpenAI();\nclient.chat.completions.create({ model: \"gpt-4o\" });\n")
        .file("apps/chat/.env", format!("OPENAI_BASE_URL=https://api.openai.com/v1\nOPENAI_API_KEY={key}\n"))
        .file("ml/requirements.txt", "torch==2.4.0\ntransformers>=4\nscikit-learn\nchromadb\ndatasets\n")
        .file("ml/pyproject.toml", "[project]\nname = \"ml\"\n")
        .file("ml/train.py", "import torch\nfrom transformers import AutoModel, Trainer\nmodel = AutoModel.from_pretrained(\"BAAI/bge-m3\")\nTrainer(model=model).train()\n")
        .file("tests/requirements.txt", "anthropic==0.30\n")
        .file("broken/package.json", "{\"dependencies\": {\"openai\"")
        .bytes("logo.png", b"\0\0\0")
}

/// Names and texts that try to be markup, formulas, links and mentions.
fn hostile() -> Tree {
    Tree::new()
        .file(
            "=cmd|' /C calc'!A0/package.json",
            "{\"name\": \"=HYPERLINK(\\\"http://x\\\")\", \"dependencies\": {\"ai\": \"@SUM(1)\"}}",
        )
        .file(
            "a`b|c <img src=x>/pyproject.toml",
            "[project]\nname = \"x` | @everyone [l](http://x) <script>alert(1)</script> **b** <!-- -->\"\ndependencies = [\"openai\"]\n",
        )
        .file(
            ".mcp.json",
            "{\"mcpServers\": {\"]]> </failure> & \\\"q\\\" \\u0001\\uFFFE {0} \\\\ \": {\"command\": \"npx\"}}}",
        )
        .file("sp ace/%41#b?c.py", "import openai\nopenai.OpenAI().create(model=\"gpt-4o\")\n")
        .file("ümlaut/requirements.txt", OPENAI)
}

fn gated(inventory: &Inventory, gates: &[&str]) -> Inventory {
    let mut inventory = inventory.clone();
    let gates: Vec<_> = gates.iter().map(|g| Expression::parse(g).expect("a gate")).collect();
    inventory.gates = gates.iter().map(|gate| gate.judge(&inventory)).collect();
    inventory
}

/// Approvals, suppressions and changes, in an inventory as it is saved.
fn governed() -> Inventory {
    let tree = rich().file(
        "approved-ai.toml",
        "[[approved]]\nprovider = \"OpenAI\"\nreason = \"a|`b` @c\"\nowner = \"@org/ai\"\nexpires = \"2027-01-01\"\nwhen.purposes = [\"x\"]\n\
         [[denied]]\nprovider = \"Anthropic\"\nreason = \"no terms\"\nowner = \"@org/ai\"\n",
    );
    let tree = tree.file(
        "daylight.toml",
        "[[suppress]]\nid = \"pytorch.core\"\nreason = \"<b>agreed</b>\"\napprover = \"@org/ai\"\nexpires = \"2027-01-01\"\n\
         [[suppress]]\nid = \"cohere.api\"\nreason = \"none\"\napprover = \"@org/ai\"\nexpires = \"2026-01-01\"\n\
         [[system]]\nroot = \"apps/chat\"\npurposes = [\"y\"]\n",
    );
    let mut old = HOSTILE.clone();
    "0".clone_into(&mut old.tool.version);
    fs::write(tree.above().join("old.json"), rendered(&old, "json")).expect("write");
    let ran = tree.command(&["scan", ".", "--baseline", "../old.json", "--fail-on", "unapproved"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("an inventory");
    assert!(inventory.suppressions.len() == 2 && !inventory.approvals.is_empty());
    inventory
}

/// Scans cost more than everything that is asked of them: once for all tests.
static RICH: LazyLock<Inventory> = LazyLock::new(|| rich().scan());
static HOSTILE: LazyLock<Inventory> = LazyLock::new(|| hostile().scan());
static ALL: LazyLock<Vec<(&'static str, Inventory)>> = LazyLock::new(inventories);

/// Every inventory that every format must stand.
fn inventories() -> Vec<(&'static str, Inventory)> {
    let mut cut_short = RICH.clone();
    cut_short.coverage.complete = false;
    let several = {
        let tree =
            Tree::new().file("one/requirements.txt", OPENAI).file("two/app.py", "import openai\n");
        let targets = vec![tree.path("one"), tree.path("two")];
        tree.scan_with(|request| request.targets = targets)
    };
    vec![
        ("nothing", Tree::new().scan()),
        ("rich", gated(&RICH, &["provider=OpenAI", "kind=low-code"])),
        ("hostile", gated(&HOSTILE, &["any"])),
        ("cut short", cut_short),
        ("several targets", several),
        ("policy", governed()),
    ]
}

fn json(inventory: &Inventory, format: &str) -> Value {
    serde_json::from_str(&rendered(inventory, format)).expect("JSON")
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("no list `{name}`"))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {value}"))
}

// --- published schemas --------------------------------------------------------

fn published(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("a published schema")).expect("JSON")
}

fn with_validator(schema: &Value, check: impl Fn(&Validator)) {
    let mut registry = Registry::new();
    for other in ["spdx", "jsf-0.82", "cryptography-defs"] {
        let file = format!("{other}.SNAPSHOT.schema.json");
        let address = format!("http://cyclonedx.org/schema/{file}");
        registry =
            registry.add(address, Resource::from_contents(published(&file))).expect("a resource");
    }
    let registry = registry.prepare().expect("a registry");
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(schema)
        .expect("a valid schema");
    check(&validator);
}

#[track_caller]
fn assert_valid(validator: &Validator, document: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{what}: {}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn bills_of_materials_keep_to_the_published_schema() {
    for (format, schema) in [
        ("cyclonedx", "bom-1.6.SNAPSHOT.schema.json"),
        ("cyclonedx-1.7", "bom-1.7.SNAPSHOT.schema.json"),
    ] {
        with_validator(&published(schema), |validator| {
            for (what, inventory) in &*ALL {
                let document = json(inventory, format);
                assert_valid(validator, &document, &format!("{format} of {what}"));
                let mut broken = document;
                broken["components"] = serde_json::json!([{ "type": "butler", "name": "x" }]);
                assert!(!validator.is_valid(&broken), "the schema refuses nothing");
            }
        });
    }
}

#[test]
fn sarif_keeps_to_the_published_schema() {
    with_validator(&published("sarif-schema-2.1.0.json"), |validator| {
        for (what, inventory) in &*ALL {
            let document = json(inventory, "sarif");
            assert_valid(validator, &document, what);
            let mut broken = document;
            broken["runs"][0]["results"] = serde_json::json!([{ "level": "bogus" }]);
            assert!(!validator.is_valid(&broken), "the schema refuses nothing");
        }
    });
}

// --- all formats --------------------------------------------------------------

#[test]
fn every_format_is_told_in_one_line_and_has_an_id_of_its_own() {
    let ids: BTreeSet<&str> = EMITTERS.iter().map(|emitter| emitter.id()).collect();
    assert_eq!(ids.len(), EMITTERS.len());
    for emitter in EMITTERS {
        assert!(!emitter.about().is_empty() && !emitter.about().contains('\n'));
    }
}

#[test]
fn render_gives_the_bytes_of_the_scan_in_every_format() {
    let tree = rich();
    let mut scan =
        vec!["scan".to_owned(), ".".to_owned(), "--fail-on".to_owned(), "any".to_owned()];
    let mut render = vec!["render".to_owned(), "--inventory".to_owned(), "../scan.json".to_owned()];
    for emitter in EMITTERS {
        scan.extend(["-o".to_owned(), format!("{0}=../scan.{0}", emitter.id())]);
        render.extend(["-o".to_owned(), format!("{0}=../render.{0}", emitter.id())]);
    }
    assert_eq!(tree.command(&scan).code, 1, "the gate says no");
    let ran = tree.command(&render);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    for emitter in EMITTERS {
        let read = |of: &str| {
            fs::read(tree.above().join(format!("{of}.{}", emitter.id()))).expect("written")
        };
        assert!(read("scan") == read("render"), "{} differs", emitter.id());
        assert!(!read("scan").is_empty());
    }
}

#[test]
fn no_format_shows_a_secret_or_where_the_tree_lies() {
    let tree = rich();
    let above = tree.above().to_string_lossy().into_owned();
    let inventory = tree.scan();
    for emitter in EMITTERS {
        let shown = rendered(&inventory, emitter.id());
        assert!(!shown.contains("aB3dE5gH7jK9"), "{} shows the key", emitter.id());
        assert!(!shown.contains(&above), "{} shows the folder", emitter.id());
    }
}

#[test]
fn no_format_states_what_only_a_court_or_an_auditor_can() {
    for (what, inventory) in &*ALL {
        for emitter in EMITTERS {
            let shown = rendered(inventory, emitter.id()).to_lowercase();
            for word in ["compliant", "is prohibited", "is high-risk", "certified", "violat"] {
                assert!(!shown.contains(word), "{} of {what} says `{word}`", emitter.id());
            }
        }
    }
}

// --- SARIF --------------------------------------------------------------------

fn results(inventory: &Inventory) -> Vec<Value> {
    let log = json(inventory, "sarif");
    assert_eq!(list(&log, "runs").len(), 1);
    list(&log["runs"][0], "results").to_vec()
}

fn prints(inventory: &Inventory) -> BTreeSet<String> {
    let prints: Vec<String> = results(inventory)
        .iter()
        .map(|result| text(&result["partialFingerprints"], "primaryLocationLineHash").to_owned())
        .collect();
    let set: BTreeSet<String> = prints.iter().cloned().collect();
    assert_eq!(set.len(), prints.len(), "two results share a fingerprint");
    set
}

#[test]
fn sarif_has_a_result_for_each_system_and_each_of_its_components() {
    let inventory = RICH.clone();
    let results = results(&inventory);
    let of = |rule: &str| results.iter().filter(|r| text(r, "ruleId").starts_with(rule)).count();
    assert!(inventory.systems.len() > 2);
    assert_eq!(of("daylight.system"), inventory.systems.len());
    let uses: usize = inventory.systems.iter().map(|system| system.components.len()).sum();
    assert!(of("daylight.component.") >= uses, "{} of {uses}", of("daylight.component."));
    assert_eq!(of("daylight.credential"), 1);
    assert_eq!(of("daylight.grant.acts-without-asking"), 1);
}

#[test]
fn every_result_has_a_rule_with_help_and_a_place_in_the_tree() {
    let tree = rich();
    let log = json(&RICH, "sarif");
    let run = &log["runs"][0];
    let rules = list(&run["tool"]["driver"], "rules");
    for rule in rules {
        assert!(
            !text(&rule["help"], "text").is_empty()
                && !text(&rule["fullDescription"], "text").is_empty()
        );
        assert!(list(&rule["properties"], "tags").len() <= 10);
    }
    for result in list(run, "results") {
        let at = usize::try_from(result["ruleIndex"].as_u64().expect("index")).expect("small");
        assert_eq!(rules[at]["id"], result["ruleId"]);
        let location = &list(result, "locations")[0]["physicalLocation"];
        let uri = text(&location["artifactLocation"], "uri");
        assert!(tree.path(uri).is_file(), "{uri} is not there");
        assert!(location["region"]["startLine"].as_u64() > Some(0));
        assert!(location["region"]["startColumn"].as_u64() > Some(0));
    }
}

#[test]
fn a_result_stands_at_the_line_of_its_evidence() {
    let inventory = RICH.clone();
    let called = results(&inventory)
        .into_iter()
        .find(|result| text(&result["message"], "text").contains("uses gpt-4o:"))
        .expect("the model");
    let location = &called["locations"][0]["physicalLocation"];
    assert_eq!(text(&location["artifactLocation"], "uri"), "apps/chat/src/app.ts");
    assert_eq!(location["region"]["startLine"], 3);
}

#[test]
fn an_alert_stays_the_same_alert_when_lines_move() {
    let of = |before: &str| {
        let app = format!("{before}import openai\nopenai.OpenAI().create(model=\"gpt-4o\")\n");
        let tree = Tree::new()
            .file("a/app.py", app)
            .file("a/requirements.txt", format!("{before}{OPENAI}"));
        tree.scan()
    };
    let (first, moved) = (of(""), of("# one\n# two\n\n"));
    assert!(rendered(&first, "sarif") != rendered(&moved, "sarif"), "the lines do show");
    assert_eq!(prints(&first), prints(&moved));
    assert!(prints(&first).len() > 2);
}

#[test]
fn a_result_is_a_note_unless_a_gate_said_no_because_of_it() {
    let levels = |gates: &[&str]| -> BTreeMap<String, BTreeSet<String>> {
        let mut levels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for result in results(&gated(&RICH, gates)) {
            let provider = result["properties"]["provider"].as_str().unwrap_or("-").to_owned();
            levels.entry(text(&result, "level").to_owned()).or_default().insert(provider);
        }
        levels
    };
    assert_eq!(levels(&[]).keys().collect::<Vec<_>>(), ["note"]);
    let refused = levels(&["provider=OpenAI and kind=provider-api"]);
    assert!(refused["error"].contains("OpenAI"), "{refused:?}");
    assert!(!refused["error"].contains("Anthropic") && refused.contains_key("note"), "{refused:?}");
}

#[test]
fn file_names_are_addresses_below_the_root_and_never_leave_it() {
    let names: BTreeSet<String> = results(&HOSTILE)
        .iter()
        .flat_map(|result| list(result, "locations").to_vec())
        .map(|location| {
            let artifact = &location["physicalLocation"]["artifactLocation"];
            assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
            text(artifact, "uri").to_owned()
        })
        .collect();
    assert!(names.contains("sp%20ace/%2541%23b%3Fc.py"), "{names:?}");
    assert!(names.contains("%C3%BCmlaut/requirements.txt"), "{names:?}");
    for name in names {
        assert!(!name.starts_with('/') && !name.contains("..") && !name.contains(' '), "{name}");
        assert!(!name.contains([':', '\\', '|', '<', '`']), "{name}");
    }
}

#[test]
fn more_results_than_code_scanning_takes_are_cut_by_importance_and_said() {
    let mut inventory = gated(&RICH, &["provider=OpenAI"]);
    let template =
        inventory.components.iter().find(|c| c.provider != "OpenAI").expect("one").clone();
    for number in 0..MOST_RESULTS {
        let mut further = template.clone();
        further.id = format!("cmp-{number:08}");
        inventory.components.push(further);
    }
    let log = json(&inventory, "sarif");
    let run = &log["runs"][0];
    let kept = list(run, "results");
    assert_eq!(kept.len(), MOST_RESULTS);
    assert_eq!(text(&kept[0], "level"), "error", "what a gate refused comes first");
    let told = list(&run["invocations"][0], "toolExecutionNotifications");
    assert!(
        told.iter().any(|n| text(&n["message"], "text").contains("results of lesser importance"))
    );
}

#[test]
fn a_suppressed_result_says_who_suppressed_it_and_why() {
    let inventory = &ALL.iter().find(|(what, _)| *what == "policy").expect("policy").1;
    let torch: Vec<Value> = results(inventory)
        .into_iter()
        .filter(|result| result["properties"]["signature"] == "pytorch.core")
        .collect();
    assert_eq!(torch.len(), 1);
    assert_eq!(torch[0]["suppressions"][0]["justification"], "<b>agreed</b>");
    assert_eq!(torch[0]["suppressions"][0]["kind"], "external");
    assert_eq!(torch[0]["level"], "note", "a gate passes by what is suppressed");
    let others = results(inventory).iter().filter(|r| r.get("suppressions").is_some()).count();
    assert_eq!(others, 1);
}

#[test]
fn approvals_suppressions_and_changes_stand_in_the_formats_for_findings() {
    let inventory = &ALL.iter().find(|(what, _)| *what == "policy").expect("policy").1;
    let comment = rendered(inventory, "markdown");
    for said in [
        "### Approved AI",
        "condition broken",
        "### Suppressions",
        "`in-force pytorch.core",
        "### Since 2026-11-22",
        "note `other-tool`",
        "(may not be the code)",
    ] {
        assert!(comment.contains(said), "{said}: {comment}");
    }
    let rows = table(inventory);
    let of = |provider: &str| rows.iter().find(|row| row["provider"] == provider).expect("a row");
    assert_eq!(of("OpenAI")["approval"], "condition-broken");
    assert_eq!(of("Anthropic")["approval"], "denied");
    assert_eq!(of("PyTorch Foundation")["suppressed"], "<b>agreed</b>");
    let bom = json(inventory, "cyclonedx");
    assert_eq!(
        properties(part(&bom, "services", "OpenAI API"))["daylight:approval"],
        "condition-broken"
    );
    let metrics = rendered(inventory, "prometheus");
    assert!(metrics.contains("daylight_suppressions{state=\"expired\"} 1"), "{metrics}");
    assert!(metrics.contains("daylight_changes{subject=\"system\",change=\"gone\"}"), "{metrics}");
}

// --- CycloneDX ----------------------------------------------------------------

#[test]
fn references_of_a_bill_of_materials_are_unique_and_lead_somewhere() {
    for (what, inventory) in &*ALL {
        let bom = json(inventory, "cyclonedx");
        let mut refs = vec![text(&bom["metadata"]["component"], "bom-ref").to_owned()];
        for part in list(&bom, "components").iter().chain(list(&bom, "services")) {
            refs.push(text(part, "bom-ref").to_owned());
        }
        let set: BTreeSet<String> = refs.iter().cloned().collect();
        assert_eq!(set.len(), refs.len(), "{what}: two parts share a reference");
        for edge in list(&bom, "dependencies") {
            assert!(set.contains(text(edge, "ref")), "{what}: {edge}");
            for to in list(edge, "dependsOn") {
                assert!(set.contains(to.as_str().expect("text")), "{what}: {edge}");
            }
        }
    }
}

fn properties(part: &Value) -> BTreeMap<String, String> {
    list(part, "properties")
        .iter()
        .map(|property| (text(property, "name").to_owned(), text(property, "value").to_owned()))
        .collect()
}

fn part<'v>(bom: &'v Value, of: &str, name: &str) -> &'v Value {
    list(bom, of)
        .iter()
        .find(|part| part["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {of}"))
}

#[test]
fn systems_are_applications_with_a_provisional_classification() {
    let inventory = RICH.clone();
    let bom = json(&inventory, "cyclonedx");
    let chat = part(&bom, "components", "chat");
    assert_eq!(chat["type"], "application");
    let said = properties(chat);
    let system = inventory.systems.iter().find(|s| s.name == "chat").expect("chat");
    assert_eq!(said["daylight:classification:provisional"], "true");
    assert_eq!(said["daylight:classification:scope"], system.classification.scope.value);
    assert_eq!(said["daylight:system:owner"], "@org/chat");
    assert!(said.keys().any(|name| name.starts_with("daylight:classification:factor:")));
    assert!(bom.get("declarations").is_none(), "nothing is attested");
}

#[test]
fn a_remote_service_has_its_endpoint_and_lies_beyond_the_trust_boundary() {
    let bom = json(&RICH, "cyclonedx");
    let service = part(&bom, "services", "OpenAI API");
    assert_eq!(service["x-trust-boundary"], true);
    assert_eq!(service["endpoints"], serde_json::json!(["https://api.openai.com"]));
    assert_eq!(service["provider"]["name"], "OpenAI");
}

#[test]
fn packages_are_libraries_with_purl_version_and_place() {
    let bom = json(&RICH, "cyclonedx");
    let library = part(&bom, "components", "torch");
    assert_eq!(library["purl"], "pkg:pypi/torch@2.4.0");
    assert_eq!(library["version"], "2.4.0");
    assert_eq!(library["evidence"]["occurrences"][0]["location"], "ml/requirements.txt");
    assert_eq!(library["evidence"]["occurrences"][0]["line"], 1);
    let ranged = part(&bom, "components", "transformers");
    assert_eq!((ranged.get("version"), &ranged["purl"]), (None, &"pkg:pypi/transformers".into()));
}

#[test]
fn models_have_a_card_and_occurrences_and_are_external_in_the_newer_version() {
    let inventory = RICH.clone();
    for (format, external) in [("cyclonedx", None), ("cyclonedx-1.7", Some(&Value::Bool(true)))] {
        let bom = json(&inventory, format);
        let model = part(&bom, "components", "gpt-4o");
        assert_eq!(model["type"], "machine-learning-model");
        assert!(model["modelCard"].is_object());
        assert_eq!(model["evidence"]["occurrences"][0]["line"], 3);
        assert_eq!(model["evidence"]["occurrences"][0]["location"], "apps/chat/src/app.ts");
        assert_eq!(model.get("isExternal"), external, "{format}");
    }
}

#[test]
fn a_system_depends_on_what_it_uses() {
    let inventory = RICH.clone();
    let bom = json(&inventory, "cyclonedx");
    for system in &inventory.systems {
        let edge =
            list(&bom, "dependencies").iter().find(|e| e["ref"] == *system.id).expect("edge");
        let on: BTreeSet<&str> =
            list(edge, "dependsOn").iter().map(|v| v.as_str().expect("text")).collect();
        let uses: BTreeSet<&str> = system.components.iter().map(|u| u.component.as_str()).collect();
        assert_eq!(on, uses);
    }
}

#[test]
fn the_serial_number_follows_the_inventory_and_no_clock() {
    let inventory = RICH.clone();
    let serial = |inventory: &Inventory, format: &str| {
        let bom = json(inventory, format);
        assert_eq!(bom["metadata"]["timestamp"], format!("{}T00:00:00Z", inventory.as_of));
        text(&bom, "serialNumber").to_owned()
    };
    assert_eq!(serial(&inventory, "cyclonedx"), serial(&RICH, "cyclonedx"));
    assert_ne!(serial(&inventory, "cyclonedx"), serial(&inventory, "cyclonedx-1.7"));
    assert_ne!(serial(&inventory, "cyclonedx"), serial(&HOSTILE, "cyclonedx"));
}

// --- CSV ----------------------------------------------------------------------

fn table(inventory: &Inventory) -> Vec<BTreeMap<String, String>> {
    let shown = rendered(inventory, "csv");
    let mut reader = csv::Reader::from_reader(shown.as_bytes());
    let head = reader.headers().expect("a head").clone();
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row as long as the head");
            head.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
        })
        .collect()
}

#[test]
fn csv_has_a_row_for_each_use_of_a_component() {
    let inventory = RICH.clone();
    let rows = table(&inventory);
    for system in &inventory.systems {
        for used in &system.components {
            let row = rows
                .iter()
                .find(|row| row["system_id"] == system.id && row["component_id"] == used.component)
                .expect("a row");
            assert_eq!(row["usage"], used.usage.word());
            assert_eq!(row["confidence"], used.confidence.to_string());
        }
    }
    let alone = rows.iter().filter(|row| row["system_id"].is_empty()).count();
    let uses: usize = inventory.systems.iter().map(|system| system.components.len()).sum();
    assert_eq!(rows.len(), uses + alone);
}

#[test]
fn no_cell_is_a_formula_and_lines_end_as_rfc_4180_says() {
    let inventory = HOSTILE.clone();
    let rows = table(&inventory);
    let cells: Vec<&String> = rows.iter().flat_map(BTreeMap::values).collect();
    for cell in &cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(cells.iter().any(|cell| cell.starts_with("'=HYPERLINK")), "{cells:?}");
    assert!(cells.iter().any(|cell| cell.starts_with("'@SUM")), "{cells:?}");
    let shown = rendered(&inventory, "csv");
    assert_eq!(shown.matches('\n').count(), shown.matches("\r\n").count());
}

// --- Markdown -----------------------------------------------------------------

#[test]
fn the_comment_begins_with_its_marker_and_says_that_it_is_provisional() {
    for (what, inventory) in &*ALL {
        let comment = rendered(inventory, "markdown");
        assert!(comment.starts_with(&format!("{MARKER}\n")), "{what}");
        assert!(comment.contains("Provisional, from static evidence"), "{what}");
        assert_eq!(comment.contains("cut short"), !inventory.coverage.complete, "{what}");
    }
    let comment = rendered(&gated(&RICH, &["provider=OpenAI", "kind=low-code"]), "markdown");
    assert!(comment.contains("**`provider=OpenAI` said no**"), "{comment}");
    assert!(comment.contains("`kind=low-code` said yes"), "{comment}");
    assert!(comment.contains("credential of an AI service"), "{comment}");
}

#[test]
fn scanned_text_is_no_markup_in_a_comment() {
    let comment = rendered(&HOSTILE, "markdown");
    assert!(comment.contains("@everyone"), "the name is told");
    let outside: String = comment
        .lines()
        .filter(|line| !line.starts_with("<details>") && !line.starts_with("</details>"))
        .skip(1)
        .flat_map(|line| line.split('`').step_by(2).chain(["\n"]))
        .collect();
    for markup in ["<script", "<img", "<!--", "@everyone", "](http", "**b**"] {
        assert!(!outside.contains(markup), "{markup} stands outside of a code span: {comment}");
    }
    for line in comment.lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([13, 7, 4].contains(&bars), "a cell is broken: {line}");
    }
}

#[test]
fn a_comment_never_exceeds_what_github_takes() {
    let mut tree = Tree::new();
    for number in 0..400 {
        let name = format!("system-{number}-{}", "n".repeat(60));
        let package = format!(
            "{{\"name\": \"{name}\", \"dependencies\": {{\"openai\": \"1\", \"ai\": \"1\"}}}}"
        );
        tree = tree.file(format!("apps/{name}/package.json"), package);
    }
    let comment = rendered(&tree.scan(), "markdown");
    assert!(comment.len() <= MOST, "{}", comment.len());
    assert!(comment.len() > MOST / 2 && comment.contains("lines did not fit"), "{}", comment.len());
    assert!(comment.ends_with("no proof of absence.\n"));
}

// --- JUnit, Prometheus, NDJSON --------------------------------------------------

#[test]
fn each_gate_is_a_test_case_that_fails_as_the_gate_does() {
    use quick_xml::events::Event;
    for (what, inventory) in &*ALL {
        let shown = rendered(inventory, "junit");
        let mut reader = quick_xml::Reader::from_str(&shown);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut said = String::new();
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{what}: {error}")) {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.name().as_ref().to_owned();
                    for attribute in tag.attributes() {
                        let attribute = attribute.expect("an attribute");
                        if attribute.key.as_ref() == "failures" {
                            said = attribute.value.into_owned();
                        }
                    }
                    *counts.entry(name).or_default() += 1;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let failed = inventory.gates.iter().filter(|gate| gate.failed).count();
        assert_eq!(counts["testcase"], inventory.gates.len() + 1, "{what}");
        assert_eq!(counts.get("failure").copied().unwrap_or(0), failed, "{what}");
        assert_eq!(counts.contains_key("error"), !inventory.coverage.complete, "{what}");
        assert_eq!(said, failed.to_string(), "{what}");
        let unfit = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        assert!(!shown.contains(unfit), "{what} holds what XML cannot");
    }
}

#[test]
fn metrics_are_well_formed_and_count_what_the_inventory_holds() {
    for (what, inventory) in &*ALL {
        let shown = rendered(inventory, "prometheus");
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        let mut known = "";
        for line in shown.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                known = rest.split(' ').next().expect("name");
            } else if !line.starts_with("# HELP ") {
                let (name, value) = line.rsplit_once(' ').expect("a value");
                let name = name.split('{').next().expect("name");
                assert_eq!(name, known, "{what}: a sample without its head: {line}");
                *sums.entry(name).or_default() += value.parse::<i64>().expect("a number");
            }
        }
        let of = |name: &str| sums.get(name).copied().unwrap_or(0);
        let many = |count: usize| i64::try_from(count).expect("few");
        assert_eq!(of("daylight_systems"), many(inventory.systems.len()), "{what}");
        assert_eq!(of("daylight_components"), many(inventory.components.len()), "{what}");
        assert_eq!(of("daylight_evidence"), many(inventory.evidence.len()), "{what}");
        assert_eq!(of("daylight_problems"), many(inventory.coverage.problems.len()), "{what}");
        assert_eq!(of("daylight_complete"), i64::from(inventory.coverage.complete), "{what}");
    }
    assert!(
        rendered(&RICH, "prometheus").contains("daylight_as_of_timestamp_seconds 1795305600\n")
    );
}

#[test]
fn lines_of_json_add_up_to_the_document() {
    for (what, inventory) in &*ALL {
        let whole = json(inventory, "json");
        let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in rendered(inventory, "ndjson").lines() {
            let mut record: Value = serde_json::from_str(line).expect("an object a line");
            let kind = record.as_object_mut().expect("object").remove("record").expect("record");
            records.entry(kind.as_str().expect("text").to_owned()).or_default().push(record);
        }
        for (list, record) in [
            ("targets", "target"),
            ("systems", "system"),
            ("components", "component"),
            ("evidence", "evidence"),
            ("relations", "relation"),
            ("gates", "gate"),
        ] {
            let lines = records.remove(record).unwrap_or_default();
            assert_eq!(Value::Array(lines), whole[list], "{what}: {list}");
        }
        assert_eq!(records["coverage"], [whole["coverage"].clone()], "{what}");
        for (list, record) in [("suppressions", "suppression"), ("approvals", "approval")] {
            let lines = records.remove(record).unwrap_or_default();
            let whole = whole.get(list).cloned().unwrap_or_else(|| Value::Array(Vec::new()));
            assert_eq!(Value::Array(lines), whole, "{what}: {list}");
        }
        let rows = records.remove("change").map(Value::Array);
        assert_eq!(rows.as_ref(), whole.get("changes").map(|changes| &changes["rows"]), "{what}");
        assert_eq!(records["inventory"][0]["as_of"], whole["as_of"]);
        assert_eq!(records["inventory"][0]["signature_packs"], whole["signature_packs"]);
    }
}
