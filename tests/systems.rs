//! The synthetic systems: written as teams write them, with the values that a
//! classification must reach. A list of values means that any of them is
//! right; the notation and the values are those of the study's table.
//!
//! False reassurance (an indicator or a system in scope reported as harmless)
//! is counted apart and is none.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::path::Path;

use daylight::model::classification::Classification;
use daylight::model::inventory::Inventory;
use daylight::model::reading::Level;
use daylight::model::system::AiSystem;
use daylight::scan::{Request, Silent};
use tree::{AS_OF, Tree};

fn scanned(name: &str) -> Inventory {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems").join(name);
    daylight::scan(&Request::new(folder, AS_OF), &Silent).expect("an inventory")
}

fn only(inventory: &Inventory) -> &AiSystem {
    assert_eq!(inventory.systems.len(), 1, "{:?}", names(inventory));
    &inventory.systems[0]
}

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory.systems.iter().map(|system| system.name.as_str()).collect()
}

/// A fixture in a tree that a test may change.
fn laid(name: &str, change: impl Fn(&str, String) -> (String, String)) -> Tree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems").join(name);
    let mut tree = Tree::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("text");
                let relative = path.strip_prefix(&root).expect("inside").to_string_lossy();
                let (path, text) = change(&relative, text);
                tree = tree.file(path, text);
            }
        }
    }
    tree
}

/// Everything a row of the table says; empty means not said.
#[derive(Default)]
struct Expected {
    fixture: &'static str,
    presence: &'static [&'static str],
    technique: &'static str,
    autonomy: &'static str,
    learning: &'static str,
    decides: &'static str,
    models: &'static str,
    areas: &'static [(&'static str, Level)],
    no_area: bool,
    personal_data: &'static str,
    surface: &'static str,
    hosts: &'static [&'static str],
    deployment: &'static str,
    roles: Option<&'static [&'static str]>,
    scope: &'static [&'static str],
    risk: &'static str,
    transparency: Option<&'static [&'static str]>,
    codes: &'static [&'static str],
    rules: &'static [&'static str],
}

use Level::{Indicated, Mention, Possible};

const TABLE: &[Expected] = &[
    Expected {
        fixture: "S01-hr-screen-llm",
        presence: &["service_component"],
        technique: "llm_api",
        autonomy: "decides_and_acts",
        learning: "remote_api",
        decides: "independently",
        models: "used",
        areas: &[("annex3.4", Indicated)],
        personal_data: "personal_indicated",
        hosts: &["api.openai.com"],
        deployment: "deployed_config",
        roles: Some(&["producer"]),
        scope: &["needs-review"],
        risk: "high-risk-indicator",
        transparency: Some(&[]),
        ..NOTHING
    },
    Expected {
        fixture: "S02-hr-screen-llm-gated",
        autonomy: "decides_with_gate",
        decides: "supports",
        areas: &[("annex3.4", Indicated)],
        scope: &["needs-review"],
        risk: "high-risk-indicator",
        ..NOTHING
    },
    Expected {
        fixture: "S03-support-chatbot",
        presence: &["shipped_feature"],
        technique: "llm_api",
        autonomy: "informs",
        learning: "remote_api",
        decides: "supports",
        no_area: true,
        surface: "public_ui",
        hosts: &["bedrock-runtime.eu-central-1.amazonaws.com"],
        roles: Some(&["producer"]),
        scope: &["likely-in-scope"],
        risk: "limited-risk-indicator",
        transparency: Some(&["50(1)", "50(2)?"]),
        ..NOTHING
    },
    Expected {
        fixture: "S04-mail-spam-sklearn",
        technique: "classical_ml",
        autonomy: "decides_and_acts",
        learning: "trained",
        models: "trained",
        no_area: true,
        roles: Some(&["developer", "producer"]),
        scope: &["likely-in-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S05-weld-defect-vision",
        technique: "cv",
        autonomy: "decides_and_acts",
        learning: "fine_tuned",
        models: "fine-tuned",
        areas: &[("annex3.2", Mention)],
        roles: Some(&["developer", "producer"]),
        scope: &["likely-in-scope", "needs-review"],
        risk: "no-indicator-found",
        codes: &["RC-ANNEX1-ASK"],
        ..NOTHING
    },
    Expected {
        fixture: "S06-devtool-copilot-only",
        presence: &["dev_assistant_only"],
        autonomy: "unknown",
        learning: "remote_api",
        roles: Some(&["user"]),
        scope: &["likely-in-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S07-vendored-ml-test-only",
        presence: &["test_only", "vendored_only"],
        roles: Some(&[]),
        scope: &["likely-out-of-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S08-ed-triage",
        technique: "classical_ml",
        autonomy: "recommends",
        learning: "trained",
        areas: &[("annex3.5d", Indicated), ("annex1.med", Possible)],
        personal_data: "special_indicated",
        roles: Some(&["developer", "producer"]),
        scope: &["needs-review"],
        risk: "high-risk-indicator",
        codes: &["RC-ANNEX1-ASK"],
        ..NOTHING
    },
    Expected {
        fixture: "S09-credit-score-xgb",
        autonomy: "decides_and_acts",
        learning: "trained",
        areas: &[("annex3.5b", Indicated)],
        scope: &["needs-review"],
        risk: "high-risk-indicator",
        codes: &["RC-PROFILING"],
        ..NOTHING
    },
    Expected {
        fixture: "S10-card-fraud-xgb",
        autonomy: "recommends",
        areas: &[("annex3.5b", Mention)],
        scope: &["likely-in-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S11-exam-proctor",
        autonomy: "decides_and_acts",
        areas: &[("annex3.1", Indicated), ("annex3.3", Indicated)],
        scope: &["needs-review"],
        risk: "prohibited-practice-indicator",
        rules: &["RSK-A5-F"],
        transparency: Some(&["50(3)"]),
        ..NOTHING
    },
    Expected {
        fixture: "S12-rag-intranet-search",
        technique: "llm_local",
        autonomy: "informs",
        learning: "pretrained_local",
        areas: &[("annex3.4", Mention)],
        surface: "auth_ui",
        scope: &["likely-in-scope"],
        risk: "limited-risk-indicator",
        ..NOTHING
    },
    Expected {
        fixture: "S13-log-anomaly",
        technique: "classical_ml",
        autonomy: "recommends",
        learning: "trained",
        no_area: true,
        scope: &["likely-in-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S14-saas-code-completion",
        presence: &["dev_assistant_only"],
        learning: "remote_api",
        roles: Some(&["user"]),
        scope: &["likely-in-scope"],
        risk: "no-indicator-found",
        ..NOTHING
    },
    Expected {
        fixture: "S16-hidden-ai-rest",
        presence: &["service_component"],
        technique: "external_ai_service",
        autonomy: "unknown",
        learning: "remote_api",
        areas: &[("annex3.5c", Possible)],
        scope: &["needs-review"],
        codes: &["RC-HIDDEN-AI", "RC-EGRESS-UNKNOWN"],
        ..NOTHING
    },
];

const NOTHING: Expected = Expected {
    fixture: "",
    presence: &[],
    technique: "",
    autonomy: "",
    learning: "",
    decides: "",
    models: "",
    areas: &[],
    no_area: false,
    personal_data: "",
    surface: "",
    hosts: &[],
    deployment: "",
    roles: None,
    scope: &[],
    risk: "",
    transparency: None,
    codes: &[],
    rules: &[],
};

fn level_of(found: &Classification, area: &str) -> Option<Level> {
    found.areas.iter().find(|finding| finding.area == area).map(|finding| finding.level)
}

fn codes(found: &Classification) -> Vec<&str> {
    let factors = found.factors.values();
    let all = factors.chain(&found.asks).chain([&found.scope, &found.risk, &found.definition]);
    all.flat_map(|conclusion| &conclusion.reasons).map(|reason| reason.code.as_str()).collect()
}

/// What differs from the row, one line each.
fn differences(row: &Expected, system: &AiSystem) -> Vec<String> {
    let found = &system.classification;
    let mut wrong = Vec::new();
    let mut want = |what: &str, wanted: &[&str], got: &str| {
        if !wanted.is_empty() && wanted != [""] && !wanted.contains(&got) {
            wrong.push(format!("{}: {what} is {got}, not {wanted:?}", row.fixture));
        }
    };
    let factor = |name: &str| found.factors[name].value.as_str();
    want("presence", row.presence, factor("presence"));
    want("technique", &[row.technique], factor("technique"));
    want("autonomy", &[row.autonomy], factor("autonomy"));
    want("learning", &[row.learning], factor("learning"));
    want("decides", &[row.decides], &found.criteria.decides);
    want("models", &[row.models], &found.criteria.models);
    want("personal data", &[row.personal_data], factor("personal_data"));
    want("surface", &[row.surface], factor("surface"));
    want("deployment", &[row.deployment], factor("deployment"));
    want("scope", row.scope, &found.scope.value);
    want("risk", &[row.risk], &found.risk.value);
    for (area, level) in row.areas {
        let got = level_of(found, area).map_or("nothing", Level::word);
        want(area, &[level.word()], got);
    }
    let loud: Vec<&str> =
        found.areas.iter().filter(|a| a.level > Mention).map(|a| a.area.as_str()).collect();
    if row.no_area && !loud.is_empty() {
        wrong.push(format!("{}: speaks of {loud:?}", row.fixture));
    }
    let expected_loud =
        |area: &&str| row.areas.iter().any(|(id, level)| id == area && *level > Mention);
    for area in loud.iter().filter(|area| !expected_loud(area)) {
        wrong.push(format!("{}: speaks of {area} besides", row.fixture));
    }
    if let Some(roles) = row.roles
        && found.roles.plain != roles
    {
        wrong.push(format!("{}: roles are {:?}", row.fixture, found.roles.plain));
    }
    let triggers: Vec<&str> = found.transparency.iter().map(|t| t.value.as_str()).collect();
    if row.transparency.is_some_and(|wanted| wanted != triggers) {
        wrong.push(format!("{}: transparency is {triggers:?}", row.fixture));
    }
    let hosts: Vec<&str> = system.destinations.iter().map(|d| d.host.as_str()).collect();
    if !row.hosts.is_empty() && hosts != row.hosts {
        wrong.push(format!("{}: data goes to {hosts:?}", row.fixture));
    }
    for code in row.codes.iter().filter(|code| !codes(found).contains(*code)) {
        wrong.push(format!("{}: no reason {code}", row.fixture));
    }
    for rule in row.rules {
        if !found.risk.reasons.iter().any(|reason| reason.rule == *rule) {
            wrong.push(format!("{}: {rule} did not fire", row.fixture));
        }
    }
    wrong
}

/// What an organisation would be wrongly calmed by.
fn is_false_reassurance(row: &Expected, found: &Classification) -> bool {
    let dangerous = ["prohibited-practice-indicator", "high-risk-indicator"].contains(&row.risk);
    let hides_risk = dangerous && found.risk.value == "no-indicator-found";
    let in_scope = !row.scope.is_empty() && !row.scope.contains(&"likely-out-of-scope");
    hides_risk || (in_scope && found.scope.value == "likely-out-of-scope")
}

#[test]
fn every_synthetic_system_reaches_its_values() {
    let mut wrong = Vec::new();
    let mut reassured = Vec::new();
    for row in TABLE {
        let inventory = scanned(row.fixture);
        let system = only(&inventory);
        wrong.extend(differences(row, system));
        if is_false_reassurance(row, &system.classification) {
            reassured.push(row.fixture);
        }
    }
    assert_eq!(reassured, [""; 0], "false reassurance");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(TABLE.len(), 15, "S15 is its own test");
}

#[test]
fn a_plain_application_with_words_that_trap_is_no_system() {
    let inventory = scanned("S15-plain-crud");
    assert_eq!(names(&inventory), [""; 0]);
}

#[test]
fn every_conclusion_about_a_system_leads_to_a_line() {
    for row in TABLE {
        let inventory = scanned(row.fixture);
        let system = only(&inventory);
        let found = &system.classification;
        let known = |id: &String| {
            inventory.evidence.iter().any(|piece| piece.id == *id)
                || found.reading.signals.iter().any(|signal| signal.id == *id)
        };
        for reason in found.risk.reasons.iter().chain(&found.scope.reasons) {
            assert!(reason.evidence.iter().all(known), "{}: {}", row.fixture, reason.rule);
        }
        for area in &found.areas {
            assert!(!area.evidence.is_empty() && area.evidence.iter().all(known));
        }
    }
}

// ---- minimal pairs: one fact changes, one conclusion changes ----

#[test]
fn a_gate_changes_autonomy_and_nothing_about_the_area() {
    let (free, gated) = (scanned("S01-hr-screen-llm"), scanned("S02-hr-screen-llm-gated"));
    let (free, gated) = (&only(&free).classification, &only(&gated).classification);
    assert_ne!(free.factors["autonomy"].value, gated.factors["autonomy"].value);
    assert_eq!(free.risk.value, gated.risk.value);
    assert_eq!(level_of(free, "annex3.4"), level_of(gated, "annex3.4"));
    assert_eq!(free.scope.value, gated.scope.value);
}

#[test]
fn without_emotion_the_exam_is_no_practice_of_article_5() {
    let tree = laid("S11-exam-proctor", |path, text| {
        let text = text
            .lines()
            .filter(|line| !line.to_lowercase().contains("emotion") && !line.contains("TENSE"))
            .collect::<Vec<_>>()
            .join("\n")
            .replace("            if  in TENSE:\n", "")
            .replace("                cheating_score += 5\n", "");
        (path.to_owned(), text)
    });
    let inventory = tree.scan();
    let found = &only(&inventory).classification;
    assert_eq!(found.risk.value, "high-risk-indicator");
    assert_eq!(level_of(found, "annex3.3"), Some(Indicated));
}

#[test]
fn a_score_that_denies_loans_and_one_that_flags_fraud_differ_in_the_area() {
    let (credit, fraud) = (scanned("S09-credit-score-xgb"), scanned("S10-card-fraud-xgb"));
    let (credit, fraud) = (&only(&credit).classification, &only(&fraud).classification);
    assert_eq!(credit.factors["technique"].value, fraud.factors["technique"].value);
    assert_eq!(credit.factors["learning"].value, fraud.factors["learning"].value);
    assert_ne!(credit.risk.value, fraud.risk.value);
}

#[test]
fn a_line_that_tells_people_changes_what_is_known_about_telling() {
    let tree = laid("S03-support-chatbot", |path, text| {
        (path.to_owned(), text.replace("Ask away.", "You are chatting with an AI."))
    });
    let told = tree.scan();
    let untold = scanned("S03-support-chatbot");
    assert_eq!(only(&told).classification.factors["disclosure"].value, "seen");
    assert_eq!(only(&untold).classification.factors["disclosure"].value, "none_seen");
    assert_eq!(only(&told).classification.risk.value, only(&untold).classification.risk.value);
}

// ---- metamorphic: what must not matter does not matter ----

fn essence(inventory: &Inventory) -> Vec<String> {
    let found = &only(inventory).classification;
    let mut all = vec![
        format!("scope {}", found.scope.value),
        format!("risk {}", found.risk.value),
        format!("decides {}", found.criteria.decides),
        format!("models {}", found.criteria.models),
    ];
    all.extend(
        found
            .areas
            .iter()
            .filter(|area| area.level == Indicated)
            .map(|area| format!("{} {}", area.area, area.level.word())),
    );
    all.sort();
    all
}

#[test]
fn renamed_identifiers_change_no_conclusion() {
    let tree = laid("S01-hr-screen-llm", |path, text| {
        let text = text
            .replace("score_resume", "scoreResume")
            .replace("candidate_score", "candidateScore")
            .replace("job_applications", "JobApplications");
        (path.to_owned(), text)
    });
    assert_eq!(essence(&tree.scan()), essence(&scanned("S01-hr-screen-llm")));
}

#[test]
fn a_moved_system_keeps_its_conclusions() {
    let tree = laid("S09-credit-score-xgb", |path, text| (format!("services/risk/{path}"), text));
    assert_eq!(essence(&tree.scan()), essence(&scanned("S09-credit-score-xgb")));
}

#[test]
fn a_german_interface_speaks_of_the_same_area() {
    let tree = laid("S11-exam-proctor", |path, text| {
        let text = text
            .replace("Exam monitoring", "Prüfungsaufsicht")
            .replace(
                "Your exam is being proctored",
                "Ihre Prüfung wird mit der Kamera beaufsichtigt",
            )
            .replace(
                "Face recognition and emotion detection are on. Please look at the screen.",
                "Die Gesichtserkennung und die Emotionserkennung sind an. Bitte sehen Sie auf \
                 den Bildschirm und nicht zur Seite oder nach unten.",
            );
        (path.to_owned(), text)
    });
    let inventory = tree.scan();
    assert_eq!(essence(&inventory), essence(&scanned("S11-exam-proctor")));
    let reading = &only(&inventory).classification.reading;
    assert_eq!(reading.languages, ["de"]);
    assert!(reading.signals.iter().any(|signal| signal.term == "gesichtserkennung"));
}

#[test]
fn the_order_and_number_of_threads_change_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems");
    let with = |jobs| {
        let mut request = Request::new(&folder, AS_OF);
        request.jobs = jobs;
        serde_json::to_string(&daylight::scan(&request, &Silent).expect("scan")).expect("json")
    };
    assert_eq!(with(1), with(4));
}

// ---- blunders of others that stay impossible ----

#[test]
fn a_cache_is_no_ai_system() {
    let tree = Tree::new()
        .file("requirements.txt", "redis==5.0.0\nflask==3.0.0\n")
        .file("app.py", "import redis\n\ncache = redis.Redis()\nscore = cache.get('score')\n")
        .file("compose.yaml", "services:\n  redis:\n    image: redis:7\n");
    assert_eq!(names(&tree.scan()), [""; 0]);
}

#[test]
fn a_chat_whose_privacy_text_speaks_of_fingerprints_is_not_biometrics() {
    let privacy = "# Privacy\n\nWe use no browser fingerprint and no device fingerprinting. The \
                   fingerprint of our SSH key stands on the status page. The typeface of this \
                   interface is our own.\n";
    let tree = laid("S03-support-chatbot", |path, text| (path.to_owned(), text))
        .file("app/privacy.md", privacy)
        .file(
            "app/privacy/page.tsx",
            "export default function Privacy() {\n  return <p>No browser fingerprint is taken. \
             Your face and voice are none of our business.</p>;\n}\n",
        );
    let inventory = tree.scan();
    let found = &only(&inventory).classification;
    assert_eq!(found.risk.value, "limited-risk-indicator");
    assert!(level_of(found, "annex3.1").is_none_or(|level| level == Mention), "{:?}", found.areas);
}

#[test]
fn the_vocabulary_of_a_compliance_tool_is_not_its_purpose() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("signatures/governance/lexicon");
    let read = |name: &str| std::fs::read_to_string(table.join(name)).expect("table");
    let prompts = "RULES = \"Say whether this repository does CV screening, credit scoring, face \
                   recognition, exam proctoring, predictive policing or border control of people\"\n";
    let tree = Tree::new()
        .file("requirements.txt", "openai==1.54.3\n")
        .file("Dockerfile", "FROM python:3.12\n")
        .file("check/ask.py", format!("from openai import OpenAI\n\nclient = OpenAI()\n{prompts}\nclient.chat.completions.create(model=\"gpt-4o\", messages=RULES)\n"))
        .file("check/words.yaml", read("annex3.toml"))
        .file("check/terms.py", format!("TERMS = '''{}'''\n", read("annex3.toml").replace('\'', "")));
    let inventory = tree.scan();
    let found = &only(&inventory).classification;
    let indicated: Vec<&str> =
        found.areas.iter().filter(|a| a.level == Indicated).map(|a| a.area.as_str()).collect();
    assert_eq!(indicated, [""; 0], "guard G7");
    assert!(found.areas.iter().any(|area| area.guards.contains(&"G7".to_owned())));
    assert_eq!(found.risk.value, "undetermined", "neither an indicator nor a clean bill");
    assert_eq!(found.scope.value, "needs-review");
    assert!(codes(found).contains(&"RC-DOMAIN-BREADTH"));
}

#[test]
fn our_own_repository_is_in_no_sensitive_area() {
    let mut request = Request::new(env!("CARGO_MANIFEST_DIR"), AS_OF);
    request.exclude = vec!["/target".to_owned()];
    let inventory = daylight::scan(&request, &Silent).expect("an inventory");
    for system in &inventory.systems {
        let risk = &system.classification.risk.value;
        assert!(
            !["high-risk-indicator", "prohibited-practice-indicator"].contains(&risk.as_str()),
            "{}: {risk} {:?}",
            system.name,
            system.classification.areas
        );
    }
}

#[test]
fn a_word_that_a_guard_dropped_is_kept_for_the_auditor() {
    let tree = laid("S13-log-anomaly", |path, text| (path.to_owned(), text)).file(
        "watch/grid.py",
        "# the css grid layout of the status page shows the smart grid frequency meter\n\
         grid_search = 1  # grid search over load forecast models\n",
    );
    let inventory = tree.scan();
    let reading = &only(&inventory).classification.reading;
    assert!(!reading.suppressed.is_empty());
    assert!(
        reading.suppressed.iter().all(|dropped| !dropped.because.is_empty() && dropped.line > 0)
    );
}

// ---- every statement has a place ----

/// A picture as a notebook holds it: by chance its letters make words.
fn picture() -> String {
    format!("iVBORw0KGgoSso{}Sso1", "A9xQk7BvN2mZtR4".repeat(40_000))
}

#[test]
fn of_a_notebook_what_people_wrote_is_read_and_no_output() {
    let notebook = format!(
        r##"{{
 "cells": [
  {{"cell_type": "markdown", "source": ["# Rank the candidates\n", "Which applicant to reject."]}},
  {{"cell_type": "code", "source": ["%matplotlib inline\n", "import openai\n"], "outputs": [
    {{"data": {{"image/png": "{}"}}}},
    {{"text": ["patient_id diagnosis blood_pressure\n"]}}
  ]}},
  {{"cell_type": "code", "outputs": [], "source": [
    "score = openai.OpenAI().responses.create(model=m, input=resume)\n",
    "if score < 60:\n",
    "    row.status = \"REJECTED\"\n"
  ]}}
 ],
 "metadata": {{}}, "nbformat": 4
}}
"##,
        picture()
    );
    let inventory = Tree::new().file("screen.ipynb", notebook).scan();
    let reading = &only(&inventory).classification.reading;
    assert!(reading.complete, "a picture is not part of what is read");
    let said = |about: &str| -> Vec<(u32, &str)> {
        let signals = reading.signals.iter().filter(|signal| signal.about == about);
        signals.map(|s| (s.span.expect("a line").line, s.excerpt.as_str())).collect()
    };
    assert_eq!(said("score-threshold"), [(10, "if score < 60:")]);
    assert_eq!(said("decision-write"), [(11, "row.status = \"REJECTED\"")]);
    assert_eq!(said("login"), []);
    assert_eq!(said("special-field"), []);
    assert!(said("annex3.4").iter().any(|(line, _)| *line == 3), "{:?}", said("annex3.4"));
}

#[test]
fn what_a_cell_hands_to_another_program_is_read_too() {
    let cell = |source: &str| {
        format!("{{\"cell_type\": \"code\", \"outputs\": [], \"source\": [{source}]}}")
    };
    let notebook = format!(
        "{{\"cells\": [{}, {}], \"metadata\": {{}}, \"nbformat\": 4}}",
        cell(r#""import openai\n", "openai.OpenAI().responses.create(model=m, input=i)\n""#),
        cell(r#""%%time\n", "if score < 60:\n", "    row.status = \"REJECTED\"\n""#),
    );
    let inventory = Tree::new().file("screen.ipynb", notebook).scan();
    let found = &only(&inventory).classification;
    assert_eq!(found.factors["autonomy"].value, "decides_and_acts");
}

#[test]
fn what_people_say_of_acts_and_faces_beside_other_words_still_counts() {
    let about = |text: &str, subject: &str| {
        let tree = Tree::new().file("app.py", format!("import openai\n{text}\nopenai.OpenAI()\n"));
        let inventory = tree.scan();
        let signals = &only(&inventory).classification.reading.signals;
        signals.iter().any(|signal| signal.about == subject)
    };
    for (text, subject) in [
        ("send_email(customer, chat.invoke(prompt))", "effect"),
        ("issue_refund(order, conversation.id)", "effect"),
        ("if (window.confirm('sure?')): delete_user(id)", "effect"),
        ("if liveness_check(frame) and face_match(selfie, photo): pass", "annex3.1"),
        ("score = resume_match(resume, job_description)", "annex3.4"),
    ] {
        assert!(about(text, subject), "{text}");
    }
    for (text, subject) in [
        ("response = chat.send_message(last)", "effect"),
        ("bot.send_message(chat_id, text)", "effect"),
        ("def approve_or_reject(score): pass", "gate"),
    ] {
        assert!(!about(text, subject), "{text}");
    }
}

#[test]
fn a_broken_notebook_leaves_the_reading_incomplete() {
    let tree = Tree::new()
        .file("app.py", "import openai\nopenai.OpenAI().responses.create(model=m, input=i)\n")
        .file("cut.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"if score");
    let inventory = tree.scan();
    assert!(!only(&inventory).classification.reading.complete);
}

#[test]
fn packed_data_in_a_page_says_nothing() {
    let tree = Tree::new()
        .file("app.py", "import openai\nopenai.OpenAI().responses.create(model=m, input=i)\n")
        .file("page.html", format!("<img src=\"data:image/png;base64,{}\">\n", &picture()[..2000]));
    let inventory = tree.scan();
    let reading = &only(&inventory).classification.reading;
    assert!(reading.signals.iter().any(|signal| signal.about == "ui"));
    assert!(!reading.signals.iter().any(|signal| signal.about == "login"));
}

#[test]
fn explain_follows_every_statement_to_its_line() {
    for name in ["S01-hr-screen-llm", "S03-support-chatbot", "S09-credit-score-xgb"] {
        let inventory = scanned(name);
        let system = only(&inventory);
        let found = &system.classification;
        let told = daylight::cli::command::explain::explain(&inventory, &system.id).expect("told");
        let single = [&found.scope, &found.risk, &found.definition];
        let all = found.factors.values().chain(&found.asks).chain(&found.transparency);
        let mut followed = 0;
        for reason in all.chain(single).flat_map(|conclusion| &conclusion.reasons) {
            assert!(told.contains(&reason.rationale), "{name}: {}", reason.rule);
            let Some(id) = reason.evidence.first() else { continue };
            let evidence = inventory.evidence.iter().find(|piece| piece.id == *id);
            let signal = found.reading.signals.iter().find(|signal| signal.id == *id);
            let (place, span) = evidence
                .map(|piece| (&piece.place, piece.span))
                .or_else(|| signal.map(|signal| (&signal.place, signal.span)))
                .unwrap_or_else(|| {
                    panic!("{name}: {} cites {id}, which is not there", reason.rule)
                });
            let at = match span {
                Some(span) => format!("see {}:{}", place.path, span.line),
                None => format!("see {}", place.path),
            };
            assert!(told.contains(&at), "{name}: {} does not lead to {at}", reason.rule);
            followed += 1;
        }
        assert!(followed > 8, "{name}: only {followed}");
        for first in ["decides", "models", "impact on people", "purpose", "trained on"] {
            assert!(told.contains(&format!("\n{first}")), "{name}: {first}\n{told}");
        }
    }
}
