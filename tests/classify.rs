//! The classification as its readers meet it: whole systems in, a provisional
//! classification out. The rules' own examples stand beside the rules.

use daylight::classify::{Given, RuleLibrary, check};
use daylight::model::classification::{Classification, Conclusion};

fn rules() -> RuleLibrary {
    RuleLibrary::built_in().expect("the built-in tables load")
}

fn classified(system: &str) -> Classification {
    let given: Given = toml::from_str(system).expect("a system in short");
    given.judge(&rules())
}

fn values(conclusion: &Conclusion) -> Vec<&str> {
    std::iter::once(&conclusion.value).chain(&conclusion.also).map(String::as_str).collect()
}

fn codes(conclusion: &Conclusion) -> Vec<&str> {
    conclusion.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

const CHAT_SERVICE: &str = r#"
units = ["dockerfile", "package"]
owners = ["@support"]
destinations = [{ host = "api.example.com", provider = "Example" }]
found = [
  { name = "Model API", role = "provider-api", capabilities = ["text-gen", "vision"], egress = "third-party", usage = "declared", ecosystem = "pypi" },
  { name = "Model API", usage = "imported" },
  { name = "Model API", usage = "called", lifecycle = "inference" },
]
"#;

const SPAM_FILTER: &str = r#"
units = ["dockerfile"]
found = [
  { name = "Learner", role = "classical-ml", capabilities = ["tabular-ml"], egress = "local", part = "both", usage = "imported" },
  { name = "Learner", usage = "called", lifecycle = "training" },
]
"#;

const ASSISTANTS: &str = r#"
system = "developer-tools"
found = [
  { name = "Helper", role = "coding-assistant", capabilities = ["code-gen"], egress = "third-party", usage = "configured", technique = "file", at = "CLAUDE.md" },
]
"#;

const TESTS_ONLY: &str = r#"
units = ["dockerfile"]
found = [
  { name = "Learner", role = "classical-ml", egress = "local", usage = "declared" },
  { name = "Learner", usage = "imported", region = "test" },
  { name = "Learner", usage = "called", lifecycle = "training", region = "test" },
]
"#;

#[test]
fn the_built_in_tables_pass_their_own_check() {
    let complaints = check(&rules());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_service_that_calls_a_model_api_is_operated_and_likely_in_scope() {
    let found = classified(CHAT_SERVICE);
    assert_eq!(found.scope.value, "likely-in-scope");
    assert_eq!(found.roles.plain, ["producer"]);
    assert_eq!(found.roles.iso22989, ["ai-provider"]);
    assert_eq!(found.roles.eu_ai_act, ["provider?", "deployer?"]);
    assert_eq!(values(&found.factors["presence"]), ["service_component"]);
    assert_eq!(values(&found.factors["technique"]), ["llm_api"]);
    assert_eq!(values(&found.factors["learning"]), ["remote_api"]);
    assert_eq!(values(&found.factors["egress"]), ["third_party"]);
    assert_eq!(values(&found.factors["deployment"]), ["deployable"]);
    assert_eq!(values(&found.factors["ownership"]), ["owned"]);
}

#[test]
fn training_and_deploying_makes_developer_and_producer() {
    let found = classified(SPAM_FILTER);
    assert_eq!(found.roles.plain, ["developer", "producer"]);
    assert_eq!(found.factors["learning"].value, "trained");
    assert_eq!(found.factors["technique"].value, "classical_ml");
    assert_eq!(found.factors["egress"].value, "local_only");
    assert_eq!(
        values(&found.factors["presence"]),
        ["service_component", "training_pipeline"],
        "the service is shown, the pipeline is kept"
    );
}

#[test]
fn assistants_make_the_organisation_a_user_and_are_in_scope_by_default() {
    let found = classified(ASSISTANTS);
    assert_eq!(found.factors["presence"].value, "dev_assistant_only");
    assert_eq!(found.roles.plain, ["user"]);
    assert_eq!(found.scope.value, "likely-in-scope");
    assert_eq!(codes(&found.scope), ["RC-DEVTOOL"]);
    assert_eq!(found.factors["deployment"].question, None, "assistants are not deployed");
}

#[test]
fn ai_in_tests_only_is_likely_out_of_scope_and_gives_no_role() {
    let found = classified(TESTS_ONLY);
    assert_eq!(values(&found.factors["presence"]), ["test_only"]);
    assert_ne!(found.factors["learning"].value, "trained", "a test that trains is no product");
    assert_eq!(found.scope.value, "likely-out-of-scope");
    assert!(found.roles.plain.is_empty());
    assert_eq!(found.roles.confidence, 0);
}

#[test]
fn the_same_training_in_product_code_turns_the_answer_round() {
    let found = classified(&TESTS_ONLY.replace(r#", region = "test""#, ""));
    assert_eq!(found.factors["learning"].value, "trained");
    assert_eq!(found.scope.value, "likely-in-scope");
    assert_eq!(found.roles.plain, ["developer", "producer"]);
}

#[test]
fn a_package_without_a_deployment_is_an_internal_tool_with_a_question() {
    let found = classified(&CHAT_SERVICE.replace(r#""dockerfile", "#, ""));
    assert_eq!(values(&found.factors["presence"]), ["internal_tool"]);
    assert_eq!(found.roles.plain, ["producer", "user"]);
    assert_eq!(
        found.factors["presence"].question.as_deref(),
        Some("Is this shipped or deployed, and to whom?")
    );
}

#[test]
fn an_ai_service_reached_without_a_library_needs_review() {
    let found = classified(
        r#"
        units = ["chart"]
        destinations = [{ host = "scoring.vendor.example" }]
        found = [{ role = "provider-api", capabilities = ["anomaly"], egress = "third-party", usage = "configured", technique = "host" }]
        "#,
    );
    assert_eq!(found.scope.value, "needs-review");
    assert!(codes(&found.scope).contains(&"RC-HIDDEN-AI"));
    assert_eq!(found.scope.also, ["likely-in-scope"], "nothing is overwritten");
    assert_eq!(found.factors["technique"].value, "external_ai_service");
    assert!(codes(&found.factors["egress"]).contains(&"RC-EGRESS-UNKNOWN"));
}

#[test]
fn a_cut_scan_makes_no_claim_from_absence() {
    for system in [CHAT_SERVICE, SPAM_FILTER, TESTS_ONLY, ASSISTANTS] {
        let found = classified(&format!("partial = true\n{system}"));
        assert_eq!(found.scope.value, "needs-review");
        assert!(codes(&found.scope).contains(&"RC-LOW-COVERAGE"));
        assert_ne!(found.factors["presence"].value, "test_only");
        assert_ne!(found.factors["egress"].value, "local_only");
        assert_ne!(found.factors["ownership"].value, "unowned");
    }
}

#[test]
fn a_dependency_of_a_language_that_is_not_read_is_not_called_unused() {
    let declared = |ecosystem: &str| {
        classified(&format!(
            r#"
            units = ["dockerfile"]
            found = [{{ role = "provider-api", capabilities = ["text-gen"], egress = "third-party", usage = "declared", ecosystem = "{ecosystem}" }}]
            "#
        ))
    };
    assert_eq!(declared("pypi").factors["presence"].value, "declared_unused");
    assert_eq!(declared("pypi").scope.value, "likely-out-of-scope");
    assert_eq!(declared("golang").factors["presence"].value, "undetermined");
    assert_eq!(declared("golang").scope.value, "needs-review");
}

#[test]
fn own_training_beside_a_remote_model_is_mixed_and_keeps_both() {
    let found = classified(
        r#"
        units = ["dockerfile"]
        found = [
          { role = "classical-ml", egress = "local", usage = "called", lifecycle = "training" },
          { role = "provider-api", capabilities = ["text-gen"], egress = "third-party", usage = "called" },
        ]
        "#,
    );
    assert_eq!(values(&found.factors["learning"]), ["mixed", "trained", "remote_api"]);
    assert_eq!(values(&found.factors["technique"]), ["llm_api", "classical_ml"]);
    assert_eq!(found.roles.plain, ["developer", "producer"]);
}

#[test]
fn a_local_model_behind_a_neighbouring_address_is_self_hosted() {
    let found = classified(
        r#"
        units = ["compose-service"]
        destinations = [{ host = "ollama:11434" }]
        found = [{ role = "model-runtime", capabilities = ["text-gen"], egress = "local", usage = "configured", technique = "image" }]
        "#,
    );
    assert_eq!(values(&found.factors["egress"]), ["self_hosted"]);
    assert_eq!(found.factors["learning"].value, "pretrained_local");
    assert_eq!(found.factors["technique"].value, "llm_local");
    assert_eq!(found.factors["deployment"].value, "deployed_config");
}

#[test]
fn no_sign_counts_only_where_everything_was_read() {
    let read = classified(SPAM_FILTER);
    assert_eq!(read.risk.value, "no-indicator-found");
    assert!(read.risk.confidence <= 600, "never more than medium");
    for cut in ["unread = true", "partial = true"] {
        let found = classified(&format!("{cut}\n{SPAM_FILTER}"));
        assert_eq!(found.risk.value, "undetermined", "{cut}");
        assert_eq!(found.risk.confidence, 0);
        assert!(found.risk.question.is_some(), "says what is missing");
    }
}

#[test]
fn a_model_that_writes_for_readers_unknown_has_no_clean_bill() {
    let read = classified(CHAT_SERVICE);
    assert_eq!(read.risk.value, "undetermined");
    assert_eq!(read.risk.reasons[0].rule, "RSK-WRITES");
    assert!(read.risk.question.is_some(), "asks who reads it");
}

#[test]
fn an_area_that_is_only_named_is_no_sign_of_use_and_no_clean_bill() {
    let named = r#"areas = [{ id = "annex1.med", level = "mention", named = true }]"#;
    let found = classified(&format!("{named}\n{SPAM_FILTER}"));
    assert_eq!(found.risk.value, "undetermined");
    assert_eq!(found.risk.reasons[0].rule, "RSK-NAMED");
    let by_chance = named.replace(", named = true", "");
    let found = classified(&format!("{by_chance}\n{SPAM_FILTER}"));
    assert_eq!(found.risk.value, "no-indicator-found");
}

#[test]
fn an_area_makes_an_indicator_and_sends_the_system_to_a_person() {
    let area = r#"areas = [{ id = "annex3.4", level = "indicated" }]"#;
    let found = classified(&format!("{area}\n{CHAT_SERVICE}"));
    assert_eq!(found.risk.value, "high-risk-indicator");
    assert_eq!(found.risk.reasons[0].rule, "RSK-A3-4");
    assert_eq!(found.risk.reasons[0].applies_from.as_deref(), Some("2027-12-02"));
    assert_eq!(found.scope.value, "needs-review");
    assert!(found.risk.iri.is_some(), "a coded value names its public term");
    let possible = area.replace("indicated", "possible");
    let found = classified(&format!("{possible}\n{CHAT_SERVICE}"));
    assert_eq!(found.risk.value, "undetermined", "some signs are neither an indicator nor none");
}

#[test]
fn the_three_questions_come_first_and_in_plain_words() {
    let json = serde_json::to_value(classified(SPAM_FILTER)).unwrap();
    let text = serde_json::to_string(&classified(SPAM_FILTER)).unwrap();
    assert!(text.starts_with("{\"criteria\":{\"decides\":"), "{}", &text[..60]);
    assert_eq!(json["criteria"]["models"], "trained");
    assert_eq!(json["criteria"]["decides"], "unknown");
    let acts = classified(&format!("markers = [\"decides\"]\n{SPAM_FILTER}"));
    assert_eq!(acts.criteria.decides, "independently");
    let gated = classified(&format!(
        "markers = [\"decides\", \"decision-write\", \"gate\"]\n{SPAM_FILTER}"
    ));
    assert_eq!(gated.criteria.decides, "supports");
}

#[test]
fn what_speaks_against_a_value_is_kept_and_makes_it_less_sure() {
    let plain = classified(&format!("markers = [\"decides\"]\n{SPAM_FILTER}"));
    let both = classified(&format!("markers = [\"decides\", \"suggests\"]\n{SPAM_FILTER}"));
    let (plain, both) = (&plain.factors["autonomy"], &both.factors["autonomy"]);
    assert_eq!(both.value, "decides_and_acts");
    assert!(both.confidence < plain.confidence);
    assert!(plain.contrary.is_empty() && !both.contrary.is_empty());
}

#[test]
fn every_reason_of_a_conclusion_leads_back_to_evidence() {
    for system in [CHAT_SERVICE, SPAM_FILTER, ASSISTANTS, TESTS_ONLY] {
        let found = classified(system);
        for reason in found.scope.reasons.iter().chain(&found.roles.reasons) {
            assert!(!reason.evidence.is_empty(), "{} cites nothing", reason.rule);
            assert!(!reason.basis.is_empty(), "{} rests on nothing", reason.rule);
            assert!(reason.code.starts_with("RC-"), "{} has no code", reason.rule);
            assert!(!reason.rationale.contains('{'), "{} is not filled", reason.rationale);
        }
    }
}

#[test]
fn questions_come_once_and_the_scope_first() {
    let found = classified(CHAT_SERVICE);
    assert_eq!(found.questions.first(), found.scope.question.as_ref());
    assert_eq!(found.questions.get(1), found.risk.question.as_ref());
    let mut unique = found.questions.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), found.questions.len());
}

#[test]
fn confidence_stays_below_the_ceilings() {
    let piece = |usage: &str, technique: &str| {
        format!(
            r#"{{ name = "Model API", role = "provider-api", capabilities = ["text-gen"], egress = "third-party", usage = "{usage}", technique = "{technique}" }},"#
        )
    };
    let every = [
        piece("called", "call"),
        piece("imported", "import"),
        piece("declared", "package"),
        piece("configured", "env"),
    ];
    let found = classified(&format!(
        r#"
        units = ["catalog", "chart"]
        owners = ["@support"]
        found = [{}]
        "#,
        every.concat().repeat(50)
    ));
    for (factor, ceiling) in [
        ("presence", 950),
        ("technique", 900),
        ("learning", 900),
        ("egress", 850),
        ("deployment", 800),
        ("ownership", 700),
    ] {
        assert!(found.factors[factor].confidence <= ceiling, "{factor}");
    }
    assert_eq!(found.factors["presence"].confidence, 950, "much evidence reaches the ceiling");
    assert_eq!(found.scope.confidence, 790);
    assert_eq!(found.roles.confidence, 700);
}

#[test]
fn repetition_in_one_channel_is_no_second_witness() {
    let import = r#"{ name = "A", role = "provider-api", capabilities = ["text-gen"], egress = "third-party", usage = "imported" },"#;
    let single = classified(&format!("found = [{import}]"));
    let hundred = classified(&format!("found = [{}]", import.repeat(100)));
    let confidence = |found: &Classification| found.factors["technique"].confidence;
    assert_eq!(confidence(&single), 650, "an import is worth 650 per mille");
    assert_eq!(confidence(&single), confidence(&hundred));
}

#[test]
fn evidence_in_tests_weighs_less_unless_the_rule_is_about_tests() {
    let found = classified(
        r#"found = [{ role = "provider-api", capabilities = ["text-gen"], egress = "third-party", usage = "imported", region = "test" }]"#,
    );
    assert_eq!(found.factors["technique"].confidence, 97);
    assert_eq!(found.factors["presence"].confidence, 650);
}

#[test]
fn the_same_system_is_always_judged_the_same() {
    assert_eq!(classified(CHAT_SERVICE), classified(CHAT_SERVICE));
    let first = serde_json::to_string(&classified(SPAM_FILTER)).unwrap();
    assert_eq!(first, serde_json::to_string(&classified(SPAM_FILTER)).unwrap());
}

#[test]
fn role_words_never_leave_their_vocabulary() {
    let tables = rules();
    let iso: Vec<&str> =
        tables.role_words("iso22989").iter().map(|value| value.word.as_str()).collect();
    assert!(iso.iter().all(|word| word.starts_with("ai-")));
    for system in [CHAT_SERVICE, SPAM_FILTER, ASSISTANTS, TESTS_ONLY] {
        let roles = classified(system).roles;
        assert!(
            roles
                .plain
                .iter()
                .all(|word| ["developer", "producer", "user"].contains(&word.as_str()))
        );
        assert!(roles.iso22989.iter().all(|word| iso.contains(&word.as_str())));
        assert!(roles.eu_ai_act.iter().all(|word| word.ends_with('?')), "only ever a question");
    }
}

#[test]
fn annex_a_has_its_38_controls() {
    let rules = rules();
    let standard = rules.regimes().iter().find(|regime| regime.id == "iso42001").unwrap();
    let mut controls: Vec<&String> =
        standard.provisions.iter().filter(|provision| provision.starts_with("A.")).collect();
    controls.sort();
    controls.dedup();
    assert_eq!(controls.len(), 38);
}
