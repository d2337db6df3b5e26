//! Exports of consoles, clouds, devices and networks: one of each kind, files
//! that only look like one, files that say they are not all, and nothing of a
//! person or a secret in any output.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use daylight::extract::export::FAMILIES;
use daylight::extract::export::log::LogReading;
use daylight::extract::export::manifest::Manifest;
use daylight::model::inventory::Inventory;
use daylight::model::system::{AiSystem, SystemKind};
use daylight::model::vocabulary::{Technique, Usage};
use tree::Tree;

/// A file, the kind that it is, its text, and whose evidence it must be.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    (
        "gh-installations.json",
        "github.installations",
        r#"[{"total_count":1,"installations":[{"id":1,"app_id":2,"app_slug":"coderabbitai","permissions":{"contents":"read","pull_requests":"write"},"created_at":"2026-01-05T00:00:00Z","suspended_at":null}]}]"#,
        &["coderabbit.review"],
    ),
    (
        "gh-seats.json",
        "github.copilot-seats",
        r#"{"total_seats":1,"seats":[{"created_at":"2026-01-05T00:00:00Z","last_activity_at":"2026-11-01T00:00:00Z","plan_type":"business","assignee":{"login":"one","id":7}}]}"#,
        &["github.copilot"],
    ),
    (
        "gh-billing.json",
        "github.copilot-billing",
        r#"{"seat_breakdown":{"total":12,"active_this_cycle":9},"seat_management_setting":"assign_selected","plan_type":"business"}"#,
        &["github.copilot"],
    ),
    (
        "gh-secrets.json",
        "github.secrets",
        r#"{"total_count":1,"secrets":[{"name":"ANTHROPIC_API_KEY","created_at":"2026-01-05T00:00:00Z","updated_at":"2026-01-05T00:00:00Z"}]}"#,
        &["anthropic.api"],
    ),
    (
        "gh-audit.json",
        "github.audit-log",
        r#"[{"@timestamp":1793577600000,"action":"integration_installation.create","actor":"one","org":"acme","name":"devin-ai-integration"}]"#,
        &["devin.agent"],
    ),
    (
        "gl-variables.json",
        "gitlab.variables",
        r#"[{"variable_type":"env_var","key":"OPENAI_API_KEY","value":"x","protected":true,"masked":true,"environment_scope":"*"}]"#,
        &["openai.api"],
    ),
    (
        "gl-duo.json",
        "gitlab.duo",
        r#"{"id":1,"duo_features_enabled":true,"lock_duo_features_enabled":false}"#,
        &["gitlab-duo.app"],
    ),
    (
        "google-tokens.json",
        "google.tokens",
        r#"{"kind":"admin#directory#tokenList","items":[{"clientId":"1.apps.example","displayText":"Perplexity","scopes":["https://www.googleapis.com/auth/gmail.readonly"],"userKey":"1"}]}"#,
        &["perplexity.web"],
    ),
    (
        "google-activity.json",
        "google.activity",
        r#"{"items":[{"id":{"time":"2026-11-02T10:00:00Z","applicationName":"token"},"actor":{"profileId":"1"},"events":{"name":"authorize","parameters":[{"name":"app_name","value":"Fireflies.ai"},{"name":"client_id","value":"2.apps.example"},{"name":"scope","multiValue":["https://www.googleapis.com/auth/calendar"]}]}},{"id":{"time":"2026-11-03T10:00:00Z","applicationName":"gemini_in_workspace_apps"},"actor":{"profileId":"1"},"events":[{"name":"feature_utilization"}]}]}"#,
        &["fireflies.service", "gemini-in-google-workspace.app"],
    ),
    (
        "google-accessed.csv",
        "google.accessed-apps",
        "App name,Type,ID,Verified status,Access,Users,Requested services,API Scopes\nOtter.ai,Web,3.apps.example,Verified,Limited,14,\"Calendar, Drive\",https://www.googleapis.com/auth/drive\nAcme Payroll,Web,4.apps.example,Verified,Trusted,80,Drive,https://www.googleapis.com/auth/drive\n",
        &["otter.service"],
    ),
    (
        "chrome.json",
        "google.chrome-apps",
        r#"{"installedApps":[{"appId":"kbfnbcaeplbcioakkpcpgfkobkghlhen","displayName":"Grammarly","appInstallType":"NORMAL","browserDeviceCount":"31","permissions":["tabs"]}]}"#,
        &["grammarly.service"],
    ),
    (
        "entra-sp.json",
        "entra.service-principals",
        r#"{"@odata.context":"x","value":[{"id":"a","appId":"59eca866-2f46-40b8-96ff-63f663121ef9","displayName":"Agent 365","servicePrincipalType":"Application","accountEnabled":true},{"id":"b","appId":"00000000-0000-0000-0000-000000000001","displayName":"ChatGPT","servicePrincipalType":"Application","homepage":"https://chatgpt.com","accountEnabled":true}]}"#,
        &["microsoft-agent-365-and-agent-identities.app", "openai.chatgpt"],
    ),
    (
        "entra-skus.json",
        "entra.licences",
        r#"{"value":[{"skuId":"639dec6b-bb19-468b-871c-c5c441c4b0cb","skuPartNumber":"Microsoft_365_Copilot","capabilityStatus":"Enabled","consumedUnits":40},{"skuId":"x","skuPartNumber":"SPE_E5","capabilityStatus":"Enabled","consumedUnits":900}]}"#,
        &["microsoft-365-copilot.app"],
    ),
    (
        "entra-apps.csv",
        "entra.enterprise-apps",
        "id,displayName,appId,homepage,createdDateTime,applicationType,accountEnabled\n1,Claude for Enterprise,00000000-0000-0000-0000-000000000002,,2026-02-01,Enterprise,true\n",
        &["anthropic.claude-web"],
    ),
    (
        "entra-signins.json",
        "entra.sign-ins",
        r#"{"value":[{"createdDateTime":"2026-11-01T08:00:00Z","appId":"x","appDisplayName":"Gong","userId":"1","status":{"errorCode":0}}]}"#,
        &["gong.service"],
    ),
    (
        "intune.json",
        "intune.detected-apps",
        r#"{"value":[{"displayName":"Cursor","version":"2.0","sizeInByte":1,"deviceCount":6,"publisher":"Anysphere"}]}"#,
        &["cursor.editor"],
    ),
    (
        "intune.csv",
        "intune.detected-apps",
        "ApplicationName,ApplicationVersion,DeviceCount,Platform,Publisher\nLM Studio 0.3.30,0.3.30,4,Windows,Element Labs\n",
        &["lmstudio.runtime"],
    ),
    (
        "okta-apps.json",
        "okta.apps",
        r#"[{"id":"0oa1","name":"glean","label":"Glean","status":"ACTIVE","signOnMode":"SAML_2_0","created":"2026-03-01T00:00:00.000Z","lastUpdated":"2026-04-01T00:00:00.000Z"},{"id":"0oa2","name":"x","label":"Acme Wiki","status":"ACTIVE","signOnMode":"SAML_2_0"}]"#,
        &["glean.service"],
    ),
    (
        "okta-grants.json",
        "okta.grants",
        r#"[{"id":"oag1","status":"ACTIVE","created":"2026-08-05T20:22:03.000Z","createdBy":{"id":"00u1","type":"User"},"issuer":"https://corp.example","clientId":"0oa3","scopeId":"okta.users.read","source":"ADMIN","_links":{"app":{"href":"https://corp.example/api/v1/apps/0oa3","title":"Lindy"}}}]"#,
        &["lindy.service"],
    ),
    (
        "okta-logs.jsonl",
        "okta.logs",
        "{\"published\":\"2026-11-01T08:00:00Z\",\"eventType\":\"user.authentication.sso\",\"actor\":{\"id\":\"u1\"},\"outcome\":{\"result\":\"SUCCESS\"},\"target\":[{\"type\":\"AppInstance\",\"displayName\":\"Harvey\",\"alternateId\":\"Harvey\"}]}\n{\"published\":\"2026-11-02T08:00:00Z\",\"eventType\":\"user.authentication.sso\",\"actor\":{\"id\":\"u2\"},\"outcome\":{\"result\":\"SUCCESS\"},\"target\":[{\"type\":\"AppInstance\",\"displayName\":\"Harvey\",\"alternateId\":\"Harvey\"}]}\n",
        &["harvey.service"],
    ),
    (
        "slack-approved.json",
        "slack.approved-apps",
        r#"{"ok":true,"approved_apps":[{"app":{"id":"A1","name":"Read AI","app_homepage_url":"https://www.read.ai"},"scopes":[{"name":"channels:history","is_sensitive":true,"token_type":"bot"}],"date_updated":1793577600}],"response_metadata":{"next_cursor":""}}"#,
        &["read.service"],
    ),
    (
        "slack-logs.json",
        "slack.integration-logs",
        r#"{"ok":true,"logs":[{"app_id":"A2","app_type":"Claude","user_id":"U1","user_name":"one","date":"1793577600","change_type":"added","scope":"chat:write"}],"paging":{"count":100,"total":1,"page":1,"pages":1}}"#,
        &["anthropic.claude-web"],
    ),
    (
        "slack-audit.json",
        "slack.audit",
        r#"{"entries":[{"id":"1","date_create":1793577600,"action":"slack_ai_channel_summary_viewed","actor":{"type":"user","user":{"id":"U1"}},"entity":{"type":"workspace"}}],"response_metadata":{"next_cursor":""}}"#,
        &["slack-ai.app"],
    ),
    (
        "upm.json",
        "atlassian.plugins",
        r#"{"plugins":[{"enabled":true,"userInstalled":true,"key":"com.example.rovo","name":"Atlassian Rovo","version":"1","vendor":{"name":"Atlassian"}}]}"#,
        &["atlassian-rovo.app"],
    ),
    (
        "sf-tokens.json",
        "salesforce.oauth-tokens",
        r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"OauthToken"},"AppName":"Clari Copilot","UseCount":3,"UserId":"5"}]}"#,
        &["clari-copilot.app"],
    ),
    (
        "zoom-settings.json",
        "zoom.settings",
        r#"{"schedule_meeting":{},"in_meeting":{"meeting_summary_with_ai_companion":{"enable":true},"chat":true}}"#,
        &["zoom-ai-companion.app"],
    ),
    (
        "zoom-apps.json",
        "zoom.apps",
        r#"{"apps":[{"app_id":"Z1","app_name":"Fathom","app_type":"ZoomApp"}],"next_page_token":""}"#,
        &["fathom.service"],
    ),
    (
        "notion-users.json",
        "notion.users",
        r#"{"object":"list","results":[{"object":"user","id":"1","type":"bot","name":"Gumloop","bot":{"workspace_name":"w"}}],"has_more":false}"#,
        &["gumloop.service"],
    ),
    (
        "sn-plugins.json",
        "servicenow.plugins",
        r#"{"result":[{"sys_class_name":"sys_store_app","name":"ServiceNow Now Assist","scope":"sn_gen_ai","active":"true","version":"1"}]}"#,
        &["servicenow.ai"],
    ),
    (
        "zd-installations.json",
        "zendesk.installations",
        r#"{"installations":[{"id":1,"app_id":2,"product":"support","settings":{"name":"Zendesk AI agents","title":"Zendesk AI agents"},"enabled":true,"role_restrictions":[]}]}"#,
        &["zendesk-ai-agents.app"],
    ),
    (
        "intercom-activity.json",
        "intercom.activity",
        r#"{"type":"activity_log.list","activity_logs":[{"id":"1","activity_type":"app_package_installation","metadata":{"name":"Jiminny"},"created_at":1793577600}],"pages":{"next":null}}"#,
        &["jiminny.app"],
    ),
    (
        "bedrock-agents.json",
        "aws.bedrock-agents",
        r#"{"agentSummaries":[{"agentId":"A","agentName":"triage","agentStatus":"PREPARED","updatedAt":"2026-05-01T00:00:00Z"}]}"#,
        &["aws.bedrock"],
    ),
    (
        "sagemaker.json",
        "aws.sagemaker",
        r#"{"Endpoints":[{"EndpointName":"e","EndpointArn":"arn:aws:sagemaker:eu-central-1:1:endpoint/e","CreationTime":"2026-05-01T00:00:00Z"}]}"#,
        &["aws.sagemaker"],
    ),
    (
        "q-apps.json",
        "aws.q-business",
        r#"{"applications":[{"applicationId":"a","displayName":"q","createdAt":"2026-05-01T00:00:00Z"}]}"#,
        &["aws.q-business"],
    ),
    (
        "lambda.json",
        "aws.lambda",
        r#"{"Functions":[{"FunctionName":"f","FunctionArn":"arn:aws:lambda:x","Environment":{"Variables":{"MISTRAL_API_KEY":"v","LOG":"x"}}}]}"#,
        &["mistral.api"],
    ),
    (
        "config.json",
        "aws.config",
        r#"{"fileVersion":"1.0","configurationItems":[{"resourceType":"AWS::Lex::Bot","resourceId":"b","configurationItemCaptureTime":"2026-05-01T00:00:00Z"},{"resourceType":"AWS::S3::Bucket","resourceId":"c"}]}"#,
        &["aws.lex"],
    ),
    (
        "cloudtrail.json",
        "aws.cloudtrail",
        r#"{"Records":[{"eventVersion":"1.11","eventID":"1","eventSource":"textract.amazonaws.com","eventName":"DetectDocumentText","eventTime":"2026-05-01T00:00:00Z","userIdentity":{"principalId":"P"}}]}"#,
        &["aws.textract"],
    ),
    (
        "azure-accounts.json",
        "azure.resources",
        r#"{"value":[{"id":"/subscriptions/1/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a","name":"a","type":"Microsoft.CognitiveServices/accounts","kind":"OpenAI","location":"swedencentral"}]}"#,
        &["azure.openai"],
    ),
    (
        "gcp-services.json",
        "gcp.services",
        r#"[{"config":{"name":"dialogflow.googleapis.com","title":"Dialogflow API"},"name":"projects/1/services/dialogflow.googleapis.com","state":"ENABLED"},{"config":{"name":"storage.googleapis.com"},"name":"projects/1/services/storage.googleapis.com","state":"ENABLED"}]"#,
        &["google.dialogflow"],
    ),
    (
        "gcp-assets.json",
        "gcp.assets",
        r#"[{"assetType":"discoveryengine.googleapis.com/Engine","name":"//discoveryengine.googleapis.com/projects/1/e","project":"projects/1","location":"eu"}]"#,
        &["google.discovery-engine"],
    ),
    (
        "osq-chrome.json",
        "osquery.chrome-extensions",
        r#"[{"browser_type":"chrome","uid":"501","name":"Merlin","identifier":"camppjleccjaphfdbohjdohecfnoikec","version":"1","permissions":"tabs"}]"#,
        &["merlin.web"],
    ),
    (
        "osq-vscode.json",
        "osquery.vscode-extensions",
        r#"[{"name":"saoudrizwan.claude-dev","uuid":"u","version":"3","publisher":"saoudrizwan","installed_at":"1793577600000","vscode_edition":"vscode","uid":"501"}]"#,
        &["cline.extension"],
    ),
    (
        "osq-apps.json",
        "osquery.apps",
        r#"[{"name":"Superwhisper.app","bundle_identifier":"com.superduper.superwhisper","bundle_short_version":"1","last_opened_time":"1793577600.0"}]"#,
        &["superwhisper.app"],
    ),
    (
        "osq-results.log",
        "osquery.results",
        "{\"name\":\"pack_x_processes\",\"hostIdentifier\":\"H1\",\"action\":\"added\",\"columns\":{\"name\":\"ollama\",\"pid\":\"9\",\"path\":\"/usr/bin/ollama\",\"cmdline\":\"ollama serve\"}}\n{\"name\":\"pack_x_processes\",\"hostIdentifier\":\"H2\",\"action\":\"added\",\"columns\":{\"name\":\"ollama\",\"pid\":\"9\",\"path\":\"/usr/bin/ollama\",\"cmdline\":\"ollama serve\"}}\n",
        &["ollama.runtime"],
    ),
    (
        "jamf.json",
        "jamf.computers",
        r#"{"totalCount":1,"results":[{"id":"1","udid":"U","general":{"lastContactTime":"2026-11-01T00:00:00Z"},"applications":[{"name":"Granola.app","bundleId":"com.granola.app","version":"1"}]}]}"#,
        &["granola.service"],
    ),
    (
        "dns-cloudflare.ndjson",
        "log.cloudflare-dns",
        "{\"Datetime\":\"2026-11-01T00:00:00Z\",\"QueryName\":\"chat.deepseek.com\",\"Email\":\"one@corp.example\",\"ResolverDecision\":\"allowedOnNoPolicyMatch\"}\n",
        &["deepseek.web"],
    ),
    (
        "zscaler.json",
        "log.zscaler",
        "{\"version\":\"1\",\"sourcetype\":\"zscalernss-web\",\"event\":{\"time\":\"Mon Nov  2 22:55:48 2026\",\"login\":\"one@corp.example\",\"host\":\"gamma.app\",\"action\":\"Allowed\"}}\n",
        &["gamma.web"],
    ),
    (
        "netskope.csv",
        "log.table",
        "date,time,cs-username,cs-host,x-policy-action\n2026-11-01,10:00:00,one@corp.example,www.midjourney.com,allow\n",
        &["midjourney.service"],
    ),
    (
        "access.log",
        "log.squid",
        "1793577600.123     56 10.0.0.5 TCP_TUNNEL/200 4512 CONNECT api.anthropic.com:443 - HIER_DIRECT/160.79.104.10 -\n1793577601.123     56 10.0.0.5 TCP_TUNNEL/200 4512 CONNECT www.example.com:443 - HIER_DIRECT/1.2.3.4 -\n",
        &["anthropic.api"],
    ),
    (
        "pihole.log",
        "log.dnsmasq",
        "Nov  2 10:00:00 dnsmasq[123]: query[A] api.mistral.ai from 192.168.1.5\nNov  2 10:00:00 dnsmasq[123]: forwarded api.mistral.ai to 9.9.9.9\n",
        &["mistral.api"],
    ),
    (
        "queries.log",
        "log.bind",
        "02-Nov-2026 10:00:00.123 queries: info: client @0x1 10.0.0.5#1234 (api.cohere.com): query: api.cohere.com IN A +E(0)K (10.0.0.1)\n",
        &["cohere.api"],
    ),
    (
        "dns.log",
        "log.zeek",
        "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tquery\tqtype_name\n1793577600.1\tC1\t10.0.0.5\t4000\tapi.groq.com\tA\n",
        &["groq.api"],
    ),
];

fn every_export() -> Tree {
    TABLE.iter().fold(Tree::new(), |tree, (path, _, text, _)| tree.file(path, text))
}

fn in_use<'i>(inventory: &'i Inventory, signature: &str) -> &'i AiSystem {
    let component = inventory.components.iter().find(|one| one.signature == signature);
    let component = component.unwrap_or_else(|| panic!("no component of {signature}"));
    let system = inventory.systems.iter().find(|system| {
        system.kind == SystemKind::InUse
            && system.components.iter().any(|used| used.component == component.id)
    });
    system.unwrap_or_else(|| panic!("{signature} is not in use"))
}

#[test]
fn one_export_of_each_kind_yields_the_expected_systems() {
    let inventory = every_export().scan();
    assert_eq!(inventory.coverage.problems, []);
    let mut wrong = Vec::new();
    for (path, kind, _, expected) in TABLE {
        let here: Vec<_> =
            inventory.evidence.iter().filter(|piece| piece.place.path == *path).collect();
        let found: BTreeSet<&str> = here.iter().map(|piece| piece.signature.as_str()).collect();
        if found != expected.iter().copied().collect() {
            wrong.push(format!("{path}: {found:?} instead of {expected:?}"));
        }
        for piece in here {
            if piece.captured.get("export").map(String::as_str) != Some(kind) {
                wrong.push(format!("{path}: {:?} instead of {kind}", piece.captured.get("export")));
            }
            assert_eq!(piece.excerpt, "", "{path}");
        }
        for signature in *expected {
            let system = in_use(&inventory, signature);
            assert_eq!(system.classification.roles.plain, ["user"], "{signature}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(inventory.systems.iter().all(|system| system.kind == SystemKind::InUse));
}

#[test]
fn a_system_in_use_tells_how_many_use_it_since_when_and_what_it_reaches() {
    let inventory = every_export().scan();
    let of = |signature: &str| in_use(&inventory, signature).adoption.clone().expect("adoption");
    let harvey = of("harvey.service");
    assert_eq!(harvey.users, Some(2));
    assert_eq!(harvey.first_seen.as_deref(), Some("2026-11-01"));
    assert_eq!(harvey.last_seen.as_deref(), Some("2026-11-02"));
    let perplexity = of("perplexity.web");
    assert_eq!(perplexity.reaches, ["mail"]);
    assert_eq!(perplexity.scopes, ["https://www.googleapis.com/auth/gmail.readonly"]);
    assert_eq!(of("read.service").decided, ["approved"]);
    assert_eq!(of("ollama.runtime").users, Some(2));
    assert_eq!(of("otter.service").users, Some(14));
    assert_eq!(of("github.copilot").exports, ["github.copilot-billing", "github.copilot-seats"]);
    let text = tree::rendered(&inventory, "text");
    for line in ["by 2 persons or devices", "seen 2026-11-01 to 2026-11-02", "reaches mail"] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn what_only_looks_like_an_export_stays_silent() {
    let tree = Tree::new()
        // an ordinary list of apps, a page of a forge's list, a lock of nothing
        .file("apps.json", r#"{"apps":[{"id":1,"name":"ChatGPT"},{"id":2,"name":"Claude"}]}"#)
        .file("installations.json", r#"{"installations":[{"site":"Cursor","app_id":4}]}"#)
        .file("seats.json", r#"{"seats":[{"row":1,"assignee":"Claude"}],"total_seats":1}"#)
        .file("users.json", r#"[{"displayName":"Claude","appId":"x","userPrincipalName":"y"}]"#)
        .file("items.json", r#"{"items":[{"clientId":"1","title":"ChatGPT"}],"displayText":"x"}"#)
        // lists of hosts are lists
        .file("blocklist.csv", "domain,category,added\nchatgpt.com,ai,2026-01-01\nclaude.ai,ai,2026-01-01\n")
        .file("blocklist.txt", "chatgpt.com\nclaude.ai\n")
        .file("hosts.txt", "0.0.0.0 chatgpt.com\n0.0.0.0 claude.ai\n")
        .file("policy.json", r#"{"blocked":["chatgpt.com","claude.ai"],"allowed":[]}"#)
        // an application's own log
        .file("app.log", "2026-11-02 10:00:00 INFO chatgpt.com is not reachable from here\n")
        .file("people.csv", "name,email,team\nClaude,claude@corp.example,a\n")
        // an event of a queue has the shape of an audit record, almost
        .file("event.json", r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","awsRegion":"x"}]}"#);
    let inventory = tree.scan();
    let found: Vec<_> =
        inventory.evidence.iter().filter(|piece| piece.captured.contains_key("export")).collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(inventory.systems.iter().all(|system| system.kind != SystemKind::InUse));
}

#[test]
fn an_export_that_is_not_all_is_told_as_incomplete_and_never_as_none() {
    let cases: &[(&str, &str)] = &[
        ("cut.json", r#"{"approved_apps":[{"app":{"id":"A1","name":"Read AI"},"scopes":["#),
        (
            "more.json",
            r#"{"object":"list","results":[{"object":"user","type":"bot","name":"x","bot":{}}],"has_more":true}"#,
        ),
        (
            "odata.json",
            r#"{"@odata.nextLink":"https://graph.example/next","value":[{"appId":"1","displayName":"x","servicePrincipalType":"Application"}]}"#,
        ),
        (
            "token.json",
            r#"{"nextPageToken":"t","installedApps":[{"appId":"a","displayName":"x"}]}"#,
        ),
        (
            "count.json",
            r#"{"total_seats":9,"seats":[{"created_at":"2026-01-05","last_activity_at":null,"assignee":{"id":1}}]}"#,
        ),
        (
            "cursor.json",
            r#"{"ok":true,"approved_apps":[],"response_metadata":{"next_cursor":"dGVh"}}"#,
        ),
        (
            "paged.json",
            r#"{"ok":true,"logs":[{"app_id":"A","change_type":"added","date":"1"}],"paging":{"count":1,"total":1,"page":1,"pages":3}}"#,
        ),
        (
            "soql.json",
            r#"{"totalSize":2001,"done":false,"records":[{"AppName":"x","UseCount":1}]}"#,
        ),
    ];
    let tree = cases.iter().fold(Tree::new(), |tree, (path, text)| tree.file(path, text));
    let inventory = tree.scan();
    let told: BTreeMap<&str, &str> = inventory
        .coverage
        .problems
        .iter()
        .map(|problem| (problem.place.path.as_str(), problem.code.as_str()))
        .collect();
    for (path, _) in cases {
        assert_eq!(told.get(path), Some(&"incomplete"), "{path}: {told:?}");
    }
    // what stands before the cut still counts
    in_use(&inventory, "read.service");
}

#[test]
fn a_vendor_in_code_in_a_console_and_in_traffic_is_one_with_three_kinds_of_evidence() {
    let inventory = Tree::new()
        .file("app/requirements.txt", tree::OPENAI)
        .file("app/main.py", "import openai\nopenai.OpenAI()\n")
        .file("exports/apps.json", r#"[{"id":"0oa1","name":"chatgpt","label":"ChatGPT","status":"ACTIVE","signOnMode":"SAML_2_0"}]"#)
        .file("exports/dns.csv", "timestamp,client,query\n2026-11-01,10.0.0.1,api.openai.com\n2026-11-01,10.0.0.2,chatgpt.com\n")
        .scan();
    let ours: BTreeSet<&str> = inventory
        .components
        .iter()
        .filter(|one| one.provider == "OpenAI")
        .map(|one| one.id.as_str())
        .collect();
    let kinds: BTreeSet<Technique> = inventory
        .evidence
        .iter()
        .filter(|piece| ours.contains(piece.component.as_str()))
        .map(|piece| piece.technique)
        .collect();
    for kind in [Technique::Package, Technique::App, Technique::Traffic] {
        assert!(kinds.contains(&kind), "{kind:?} is not among {kinds:?}");
    }
    // code has its own system, and what people use has another
    let software = inventory.systems.iter().filter(|one| one.kind == SystemKind::Software);
    assert_eq!(software.count(), 1);
    assert!(in_use(&inventory, "openai.api").adoption.is_some());
}

const PRINCIPALS: &str = r#"{"value":[{"id":"SP-1","appId":"00000000-0000-0000-0000-000000000001","displayName":"ChatGPT","servicePrincipalType":"Application"},{"id":"sp-2","appId":"00000000-0000-0000-0000-000000000002","displayName":"Acme Payroll","servicePrincipalType":"Application"}]}"#;
const GRANTS: &str = r#"{"value":[{"clientId":"sp-1","consentType":"Principal","principalId":"p1","resourceId":"g","scope":" Mail.Read User.Read"},{"clientId":"sp-1","consentType":"Principal","principalId":"p2","resourceId":"g","scope":"Files.Read.All"},{"clientId":"sp-2","consentType":"AllPrincipals","resourceId":"g","scope":"Mail.Send"},{"clientId":"sp-9","consentType":"AllPrincipals","resourceId":"g","scope":"Mail.Send"}]}"#;

#[test]
fn grants_are_joined_with_the_list_of_the_same_folder_and_with_no_other() {
    let tree = Tree::new()
        .file("exports/grants.json", GRANTS)
        .file("exports/principals.json", PRINCIPALS)
        .file("elsewhere/grants.json", GRANTS);
    let inventory = tree.scan();
    let adoption = in_use(&inventory, "openai.chatgpt").adoption.clone().expect("adoption");
    assert_eq!(adoption.scopes, ["Files.Read.All", "Mail.Read", "User.Read"]);
    assert_eq!(adoption.reaches, ["files", "mail", "profile"]);
    assert_eq!(adoption.users, Some(2));
    assert_eq!(adoption.exports, ["entra.grants", "entra.service-principals"]);
    let told: Vec<(&str, &str, &str)> = inventory
        .coverage
        .problems
        .iter()
        .map(|one| (one.place.path.as_str(), one.code.as_str(), one.detail.as_str()))
        .collect();
    let [elsewhere, here] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((elsewhere.0, elsewhere.1), ("elsewhere/grants.json", "broken-reference"));
    assert!(elsewhere.2.contains("grants to 3 apps"), "{told:?}");
    assert_eq!((here.0, here.1), ("exports/grants.json", "broken-reference"));
    assert!(here.2.contains("grants to 1 apps") && !here.2.contains("sp-9"), "{told:?}");
    let text = serde_json::to_string(&inventory).expect("json");
    for id in ["sp-1", "SP-1", "sp-2", "sp-9", "Payroll", "\"p1\""] {
        assert!(!text.contains(id), "{id} is told");
    }
}

#[test]
fn grants_in_parts_of_a_scan_say_what_the_whole_says() {
    let tree = Tree::new().file("grants.json", GRANTS).file("principals.json", PRINCIPALS);
    let root = tree.root().to_string_lossy().into_owned();
    let whole = tree.scan();
    let evidence = |inventory: &Inventory| -> Vec<String> {
        inventory.evidence.iter().map(|one| one.id.clone()).collect()
    };
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for number in 1..=3 {
        let part = format!("{number}/3");
        let ran = tree.command_in(
            &[],
            &["scan", &root, "--shard", &part, "--format", "json", "--as-of", tree::AS_OF],
        );
        assert!(ran.code == 0, "{}", ran.stderr);
        let inventory: Inventory = serde_json::from_str(&ran.stdout).expect("json");
        ids.extend(evidence(&inventory));
    }
    assert_eq!(ids, evidence(&whole).into_iter().collect());
}

#[test]
fn an_app_that_is_turned_off_is_not_in_use_by_grants_that_were_left() {
    let off = r#""displayName":"ChatGPT","accountEnabled":false"#;
    let principals = PRINCIPALS.replace(r#""displayName":"ChatGPT""#, off);
    for consent in ["Principal", "AllPrincipals"] {
        let grants = GRANTS.replace(r#""Principal""#, &format!("\"{consent}\""));
        let tree = Tree::new().file("e/grants.json", grants).file("e/apps.json", &principals);
        let inventory = tree.scan();
        assert!(inventory.components.iter().any(|one| one.signature == "openai.chatgpt"));
        assert_eq!(inventory.systems, [], "{consent}");
    }
}

#[test]
fn columns_in_another_script_are_told_apart() {
    let manifest = "[[export]]\nfile = \"apps.csv\"\nkind = \"entra.enterprise-apps\"\nid = \"\u{756a}\u{53f7}\"\nname = \"\u{540d}\u{79f0}\"\n";
    let inventory = Tree::new()
        .file("e/manifest.toml", manifest)
        .file("e/apps.csv", "\u{756a}\u{53f7};\u{540d}\u{79f0}\n1;Perplexity\n")
        .scan();
    in_use(&inventory, "perplexity.web");
}

#[test]
fn a_log_that_a_manifest_names_is_still_read_to_its_end() {
    let mut log = String::from("timestamp,client,query\n");
    log.push_str(&"2026-11-01T10:00:00Z,10.0.0.1,static.example.com\n".repeat(400));
    log.push_str("2026-11-01T10:00:00Z,10.0.0.1,chatgpt.com\n");
    let codes = |columns: &str| {
        let manifest = format!("[[export]]\nfile = \"dns.csv\"\nkind = \"log.table\"\n{columns}");
        let tree = Tree::new().file("e/manifest.toml", manifest).file("e/dns.csv", &log);
        let inventory = tree.scan_with(|request| {
            (request.limits.text_bytes, request.limits.manifest_bytes) = (4096, 8192);
        });
        let problems = inventory.coverage.problems.iter();
        let told: Vec<String> = problems.map(|one| one.code.clone()).collect();
        (told, inventory.systems.len())
    };
    assert_eq!(codes(""), (vec![], 1));
    // Whose columns it names is read anew, and says that this is not all.
    assert_eq!(codes("host = \"query\"\n"), (vec!["incomplete".to_owned()], 0));
}

#[test]
fn exports_in_utf_16_are_joined_and_forced_as_others_are() {
    let wide = |text: &str| -> Vec<u8> {
        let signs = std::iter::once(0xFEFF).chain(text.encode_utf16());
        signs.flat_map(u16::to_le_bytes).collect()
    };
    let manifest = "[[export]]\nfile = \"apps.csv\"\nkind = \"entra.enterprise-apps\"\nid = \"Kennung\"\nname = \"Anwendung\"\n";
    let inventory = Tree::new()
        .bytes("grants.json", &wide(GRANTS))
        .bytes("principals.json", &wide(PRINCIPALS))
        .bytes("e/manifest.toml", &wide(manifest))
        .bytes("e/apps.csv", &wide("Kennung;Anwendung\r\n1;Perplexity\r\n"))
        .scan();
    let adoption = in_use(&inventory, "openai.chatgpt").adoption.clone().expect("adoption");
    assert_eq!(adoption.users, Some(2));
    in_use(&inventory, "perplexity.web");
}

#[test]
fn of_many_kinds_that_there_are_not_the_first_are_told_and_the_others_counted() {
    let manifest = "[[export]]\nfile = \"a.json\"\nkind = \"okta-app\"\n".repeat(33);
    let inventory = Tree::new().file("e/manifest.toml", manifest).file("e/a.json", "[]").scan();
    let problems = inventory.coverage.problems.iter();
    let told: Vec<&str> = problems
        .filter(|one| one.place.path == "e/manifest.toml")
        .map(|one| &*one.detail)
        .collect();
    assert_eq!(told.len(), 21, "{told:?}");
    for line in ["line 3:", "line 60:", "13 more entries"] {
        assert!(told.iter().any(|detail| detail.starts_with(line)), "{line} {told:?}");
    }
}

#[test]
fn what_was_refused_is_offered_and_makes_no_system() {
    let inventory = Tree::new()
        .file("dns.csv", "timestamp,client,query,action\n2026-11-01,10.0.0.1,chatgpt.com,Blocked\n")
        .file("apps.json", r#"{"ok":true,"restricted_apps":[{"app":{"id":"A","name":"Claude"},"scopes":[]}],"response_metadata":{"next_cursor":""}}"#)
        .scan();
    assert!(inventory.systems.is_empty());
    assert!(inventory.evidence.iter().all(|piece| piece.usage == Usage::Offered));
    assert_eq!(inventory.evidence.len(), 2);
}

#[test]
fn a_tenants_own_label_is_told_of_code_and_never_of_an_export() {
    let tree = Tree::new()
        .file("exports/dns.csv", "timestamp,client,query\n2026-11-01,10.0.0.1,acme-hush.openai.azure.com\n2026-11-01,10.0.0.1,acme-hush.chatgpt.com\n2026-11-01,10.0.0.1,api.anthropic.com\n")
        .file("exports/principals.json", r#"[{"id":"a","appId":"x","displayName":"Helper","servicePrincipalType":"Application","homepage":"https://acme-hush.openai.azure.com/x"}]"#)
        .file("app/main.py", "import openai\nopenai.AzureOpenAI(azure_endpoint=\"https://acme-code.openai.azure.com\")\n");
    let inventory = tree.scan();
    let told: BTreeSet<(&str, &str)> = inventory
        .evidence
        .iter()
        .filter(|one| one.captured.contains_key("export"))
        .map(|one| (one.place.path.as_str(), one.value.as_str()))
        .collect();
    let expected = [
        ("exports/dns.csv", "*.chatgpt.com"),
        ("exports/dns.csv", "*.openai.azure.com"),
        ("exports/dns.csv", "api.anthropic.com"),
        ("exports/principals.json", "*.openai.azure.com"),
    ];
    assert_eq!(told, expected.into_iter().collect());
    let mut written = String::new();
    for format in ["json", "text", "markdown", "csv", "cyclonedx", "sarif"] {
        written.push_str(&tree::rendered(&inventory, format));
    }
    assert!(!written.contains("acme-hush"), "an export's tenant is told");
    assert!(written.contains("acme-code"), "what code says is evidence");
}

#[test]
fn what_exports_say_of_a_product_stands_in_every_table() {
    let inventory = every_export().scan();
    let expected = [
        ("csv", "https://www.googleapis.com/auth/gmail.readonly"),
        ("markdown", "`github.copilot-billing`, `github.copilot-seats`"),
        ("cyclonedx", "daylight:system:in-use:reaches"),
        ("sarif", "\"inUse\""),
    ];
    for (format, words) in expected {
        assert!(tree::rendered(&inventory, format).contains(words), "{format}");
    }
}

#[test]
fn a_sample_in_tests_is_no_use_by_the_organisation() {
    let (_, _, seats, _) = TABLE[1];
    let inventory =
        Tree::new().file("src/app.py", "x = 1\n").file("tests/fixtures/seats.json", seats).scan();
    assert!(inventory.systems.iter().all(|system| system.kind != SystemKind::InUse));
}

#[test]
fn a_log_larger_than_what_is_read_at_once_is_read_line_by_line() {
    let mut log = String::from("timestamp,client,query\n");
    let mut number = 0;
    while log.len() < (9 << 20) {
        number += 1;
        let host = match number % 1000 {
            0 => "api.openai.com",
            500 => "ab.chatgpt.com",
            _ => "static.cdn.example.com",
        };
        let _ = writeln!(
            log,
            "2026-11-{:02}T10:00:00Z,10.0.{}.1,{host}",
            number % 28 + 1,
            number % 3000 / 1000
        );
    }
    let inventory = Tree::new().file("exports/dns.csv", &log).scan();
    let piece =
        inventory.evidence.iter().find(|piece| piece.signature == "openai.api").expect("seen");
    assert_eq!(piece.captured["times"], (number / 1000).to_string());
    assert_eq!(piece.captured["users"], "3");
    assert_eq!(piece.span.map(|span| span.line), Some(1001));
    in_use(&inventory, "openai.chatgpt");
    assert_eq!(inventory.coverage.problems, []);
    assert_eq!(inventory.coverage.read.bytes, log.len() as u64);
}

#[test]
fn a_file_beside_a_manifest_that_is_not_understood_is_told_with_the_nearest_kind() {
    let manifest = "[[export]]\nfile = \"proxy.csv\"\nkind = \"log.table\"\nhost = \"Ziel\"\nwho = \"Konto\"\ntime = \"Datum\"\n";
    let inventory = Tree::new()
        .file("exports/manifest.toml", manifest)
        .file(
            "exports/proxy.csv",
            "Datum;Konto;Ziel\n2026-11-01;k1;claude.ai\n2026-11-02;k2;claude.ai\n",
        )
        .file("exports/apps.json", r#"{"list":[{"label":"x","signOnMode":"SAML"}]}"#)
        .file("elsewhere/apps.json", r#"{"list":[{"label":"x"}]}"#)
        .scan();
    let told: Vec<_> = inventory.coverage.problems.iter().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].place.path.as_str(), told[0].code.as_str()),
        ("exports/apps.json", "not-understood")
    );
    assert!(told[0].detail.contains("okta.apps"), "{}", told[0].detail);
    assert_eq!(
        in_use(&inventory, "anthropic.claude-web").adoption.as_ref().and_then(|it| it.users),
        Some(2)
    );
}

#[test]
fn a_manifest_forces_any_kind() {
    let manifest = r#"
[[export]]
file = "trimmed.json"
kind = "google.tokens"
[[export]]
path = "apps.txt"
kind = "entra.enterprise-apps"
id = "Kennung"
name = "Anwendung"
[[export]]
file = "sign-ins.json"
kind = "okta.apps"
[[export]]
file = "web-app.json"
kind = "github.sbom"
[[export]]
file = "odd.csv"
kind = "log.squid"
"#;
    let bill = r#"{"sbom":{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"a","name":"openai","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:pypi/openai@1.51.0"}]}]}}"#;
    let inventory = Tree::new()
        .file("exports/manifest.toml", manifest)
        // keys that were left out by whoever wrote the file
        .file("exports/trimmed.json", r#"[{"displayText":"Perplexity"},{"displayText":"Acme"}]"#)
        .file("exports/apps.txt", "Kennung;Anwendung\n1;ChatGPT\n2;Acme\n")
        // it has the shape of another kind, and the manifest goes before that
        .file("exports/sign-ins.json", r#"{"value":[{"createdDateTime":"2026-11-01T08:00:00Z","appId":"x","appDisplayName":"Gong","label":"Glean"}]}"#)
        .file("exports/web-app.json", bill)
        .file("exports/other-sbom.json", bill)
        .file("exports/odd.csv", "a;b\nc;d\n")
        .scan();
    let kinds: BTreeMap<&str, Option<&str>> = inventory
        .evidence
        .iter()
        .map(|one| (one.place.path.as_str(), one.captured.get("export").map(String::as_str)))
        .collect();
    let expected = [
        ("exports/apps.txt", Some("entra.enterprise-apps")),
        ("exports/other-sbom.json", None),
        ("exports/trimmed.json", Some("google.tokens")),
        ("exports/web-app.json", None),
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    in_use(&inventory, "openai.chatgpt");
    in_use(&inventory, "perplexity.web");
    let told: Vec<(&str, &str)> = inventory
        .coverage
        .problems
        .iter()
        .map(|one| (one.place.path.as_str(), one.code.as_str()))
        .collect();
    let malformed = [("exports/odd.csv", "malformed"), ("exports/sign-ins.json", "malformed")];
    assert_eq!(told, malformed);
}

#[test]
fn the_page_of_kinds_names_every_kind_and_no_other() {
    let page = include_str!("../docs/exports/kinds.md");
    let told: BTreeSet<&str> =
        page.split('`').skip(1).step_by(2).filter(|word| word.contains('.')).collect();
    let mut missing: BTreeSet<&str> = FAMILIES.iter().flat_map(|of| *of).map(|of| of.id).collect();
    missing.extend(LogReading::ids());
    missing.extend(TABLE.iter().map(|(_, kind, ..)| *kind));
    missing.retain(|kind| !told.contains(kind));
    assert!(missing.is_empty(), "{missing:?}");
    for kind in told.iter().filter(|kind| **kind != "manifest.toml") {
        let text = format!("[[export]]\nfile = \"x\"\nkind = \"{kind}\"\n");
        let manifest = Manifest::parse(&text).expect("a manifest");
        assert!(manifest.export[0].is_known(), "{kind}");
    }
}

#[test]
fn a_manifest_that_names_no_kind_there_is_tells_the_nearest() {
    let inventory = Tree::new()
        .file("e/manifest.toml", "[[export]]\nfile = \"a.json\"\nkind = \"okta-app\"\n[[export]]\nfile = \"b.csv\"\nkind = \"intune.apps\"\n")
        .file("e/a.json", r#"[{"label":"Glean","signOnMode":"SAML_2_0","status":"ACTIVE"}]"#)
        .scan();
    let told: Vec<&str> =
        inventory.coverage.problems.iter().map(|one| one.detail.as_str()).collect();
    let expected = [
        "1 files that the manifest names are not beside it",
        "line 3: there is no such kind of export; nearest is `okta.apps`",
        "line 6: there is no such kind of export; nearest is `intune.detected-apps`",
    ];
    assert_eq!(told, expected);
    // and the file is read for what it is
    in_use(&inventory, "glean.service");
}

#[test]
fn no_secret_and_no_person_of_an_export_is_in_any_output_log_or_error() {
    // assembled here, so that no file of ours holds the shape of one
    let secrets: Vec<String> = vec![
        format!("sk-{}-{}", "proj", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4"),
        format!("sk-ant-{}-{}", "api03", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1"),
        format!("gh{}_{}", "p", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3h"),
        format!("glp{}-{}", "at", "Qw3rTy7uI9oPaS1dFgH2"),
        format!("xox{}-{}", "b", "123456789012-abcdefABCDEF123456"),
        format!("AK{}{}", "IA", "J3K5M7N9P1Q3R5S7"),
        format!("AI{}{}", "za", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"),
        format!("ey{}.{}.{}", "JhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJvbmUifQ", "c2lnbmF0dXJlLXZhbHVl"),
        format!("h{}_{}", "f", "AbCdEfGhIjKlMnOpQrStUvWxYz12345678"),
        format!("{}-{}", "hunter2", "correct-horse-battery"),
        "jane.planted@corp.example".to_owned(),
        "jane-planted-login".to_owned(),
        "LAPTOP-JANE-PLANTED".to_owned(),
        "10.77.66.55".to_owned(),
    ];
    let s = |at: usize| secrets[at].as_str();
    let tree = Tree::new()
        .file("gl.json", format!(r#"[{{"variable_type":"env_var","key":"OPENAI_API_KEY","value":"{}","description":"{}","protected":true}},{{"variable_type":"env_var","key":"ANTHROPIC_API_KEY","value":"{}","masked":true}}]"#, s(0), s(10), s(1)))
        .file("gh.json", format!(r#"{{"total_count":1,"variables":[{{"name":"OPENAI_API_KEY","value":"{}","created_at":"2026-01-01","updated_at":"2026-01-01"}}]}}"#, s(2)))
        .file("lambda.json", format!(r#"{{"Functions":[{{"FunctionName":"{}","FunctionArn":"a","Environment":{{"Variables":{{"OPENAI_API_KEY":"{}"}}}}}}]}}"#, s(11), s(5)))
        .file("osq.log", format!("{{\"name\":\"p\",\"hostIdentifier\":\"{}\",\"action\":\"added\",\"columns\":{{\"name\":\"ollama\",\"path\":\"/home/{}/ollama\",\"cmdline\":\"ollama --key {} {}\"}}}}\n", s(12), s(11), s(8), s(9)))
        .file("tokens.json", format!(r#"{{"items":[{{"clientId":"{}","displayText":"ChatGPT","scopes":["{}"],"userKey":"{}"}}]}}"#, s(4), s(6), s(10)))
        .file("okta.jsonl", format!("{{\"published\":\"2026-11-01\",\"eventType\":\"app.oauth2.token.grant\",\"actor\":{{\"id\":\"{}\",\"alternateId\":\"{}\"}},\"target\":[{{\"type\":\"AppInstance\",\"displayName\":\"Claude\",\"alternateId\":\"{}\"}}],\"debugContext\":{{\"t\":\"{}\"}}}}\n", s(11), s(10), s(10), s(7)))
        .file("squid.log", format!("1793577600.123 56 {} TCP_TUNNEL/200 4512 CONNECT {}:{}@api.openai.com:443 {} HIER_DIRECT/1.2.3.4 -\n", s(13), s(11), s(9), s(10)))
        .file("dns.csv", format!("timestamp,client,query,user\n2026-11-01,{},claude.ai,{}\n", s(13), s(10)))
        .file("seats.json", format!(r#"{{"total_seats":2,"seats":[{{"created_at":"2026-01-05","last_activity_at":"{}","assignee":{{"login":"{}"}}}}]}}"#, s(3), s(11)))
        // broken ones: an error may quote nothing either
        .file("broken.json", format!(r#"{{"approved_apps":[{{"app":{{"id":"{}" "name":"{}"}}}}]}}"#, s(4), s(10)))
        .file("cut.json", format!(r#"{{"approved_apps":[{{"app":{{"id":"A","name":"ChatGPT"}},"by":"{}"#, s(10)))
        .file("manifest.toml", "[[export]]\nfile = \"odd.json\"\nkind = \"unknown\"\n")
        .file("odd.json", format!(r#"{{"list":[{{"label":"{}","signOnMode":"{}"}}]}}"#, s(10), s(9)));
    let mut seen = String::new();
    for format in
        ["json", "ndjson", "text", "markdown", "csv", "cyclonedx", "sarif", "junit", "prometheus"]
    {
        let root = tree.root().to_string_lossy().into_owned();
        let arguments =
            ["scan", &root, "--format", format, "--include-identities", "--as-of", tree::AS_OF];
        let ran = tree.command_in(&[("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")], &arguments);
        assert!(ran.code == 0, "{format}: {}", ran.stderr);
        let _ = write!(seen, "{}{}", ran.stdout, ran.stderr);
    }
    assert!(seen.contains("github.copilot-seats") && seen.contains("ollama"));
    for secret in &secrets {
        assert!(!seen.contains(secret.as_str()), "{secret} is told");
    }
}

#[test]
fn two_runs_over_the_same_exports_say_the_same() {
    let tree = every_export();
    let once = serde_json::to_string(&tree.scan()).expect("json");
    assert_eq!(once, serde_json::to_string(&tree.scan()).expect("json"));
}
