//! SARIF 2.1.0 within the limits of GitHub code scanning: one result for each
//! system, for each component of a system, for each credential and for each
//! setting that gives power to a tool. Levels are `note` unless a gate said no
//! because of the thing. Fingerprints hold no line number, so that an alert
//! stays the same alert when code moves.

mod rules;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::criteria::first;
use super::lookup::{Lookup, address_of, kind_of};
use super::text::place_text;
use super::{Emitter, Style};
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::id::sha256_hex;
use crate::model::inventory::Inventory;
use crate::model::place::Region;
use crate::model::system::AiSystem;
use crate::model::vocabulary::Technique;

/// Results for code scanning.
#[derive(Debug)]
pub struct Sarif;

/// Results that GitHub takes of one run.
pub const MOST_RESULTS: usize = 25_000;
/// Further places of one result.
const FURTHER: usize = 9;
/// Problems told of one run.
const NOTIFICATIONS: usize = 1000;
/// The folder that all paths are relative to.
const ROOT: &str = "%SRCROOT%";

impl Emitter for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn about(&self) -> &'static str {
        "SARIF 2.1.0 for code scanning"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut results = Results::of(inventory);
        let left_out = results.cut(MOST_RESULTS);
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run(inventory, &results, left_out)],
        });
        serde_json::to_writer_pretty(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}

fn run(inventory: &Inventory, results: &Results, left_out: usize) -> Value {
    let names: BTreeSet<&str> = results.0.iter().map(|result| result.rule.as_str()).collect();
    let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let descriptors: Vec<Value> = names.iter().map(|id| rules::descriptor(id)).collect();
    let values: Vec<Value> = results
        .0
        .iter()
        .map(|result| {
            let mut value = result.value.clone();
            value.insert("ruleIndex".to_owned(), json!(index.get(result.rule.as_str())));
            Value::Object(value)
        })
        .collect();
    json!({
        "tool": { "driver": {
            "name": "Daylight",
            "version": inventory.tool.version,
            "semanticVersion": inventory.tool.version,
            "rules": descriptors,
        }},
        "automationDetails": { "id": automation_of(inventory) },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { ROOT: {
            "description": { "text": "The folder that was scanned." },
        }},
        "invocations": [invocation(inventory, left_out)],
        "results": values,
        "properties": {
            "asOf": inventory.as_of,
            "schemaVersion": inventory.schema_version,
            "signaturePacks": packs(inventory, true),
            "rulePacks": packs(inventory, false),
        },
    })
}

/// Up to its last slash, this is what GitHub calls the category.
fn automation_of(inventory: &Inventory) -> String {
    match &inventory.shard {
        Some(shard) => format!("daylight/shard-{}-of-{}/", shard.number, shard.of),
        None => "daylight/inventory/".to_owned(),
    }
}

fn packs(inventory: &Inventory, signatures: bool) -> Vec<String> {
    let packs = if signatures { &inventory.signature_packs } else { &inventory.rule_packs };
    packs.iter().map(|pack| format!("{} {} {}", pack.name, pack.version, pack.sha256)).collect()
}

fn invocation(inventory: &Inventory, left_out: usize) -> Value {
    let coverage = &inventory.coverage;
    let mut told: Vec<Value> = Vec::new();
    if left_out > 0 {
        told.push(json!({
            "level": "warning",
            "message": { "text": format!(
                "{left_out} results of lesser importance were left out: code scanning takes \
                 {MOST_RESULTS} of one run. The inventory holds them all."
            )},
        }));
    }
    if !coverage.complete {
        let text = "The scan was cut short: absence means nothing here.";
        told.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    told.extend(coverage.problems.iter().take(NOTIFICATIONS).map(|problem| {
        json!({
            "level": "note",
            "message": { "text": bracketless(&format!("{}: {}", problem.code, problem.detail)) },
            "locations": [{ "physicalLocation": { "artifactLocation": {
                "uri": address_of(&problem.place),
                "uriBaseId": ROOT,
            }}}],
        })
    }));
    json!({
        "executionSuccessful": coverage.complete,
        "toolExecutionNotifications": told,
    })
}

/// What decides which results stay, most important first.
type Importance = (bool, Region, Reverse<u8>, Reverse<u16>, String, String);

struct OneResult {
    importance: Importance,
    rule: String,
    value: Map<String, Value>,
}

struct Results(Vec<OneResult>);

impl Results {
    fn of(inventory: &Inventory) -> Self {
        let lookup = Lookup::new(inventory);
        let mut all = Vec::new();
        for system in &inventory.systems {
            all.push(of_system(system, &lookup));
            for (used, component) in lookup.uses(system) {
                let pieces: Vec<&Evidence> = lookup.pieces(&used.evidence).collect();
                let importance =
                    (used.region, used.usage as u8, used.confidence, &component.id, &system.id);
                let text = format!(
                    "`{}` uses {}: {}, {}{}, in {} code. Provisional; ask `daylight explain {}`.",
                    system.name,
                    component.name,
                    component.kind.word(),
                    used.usage.word(),
                    if used.indicated { " (indicated)" } else { "" },
                    used.region.word(),
                    component.id
                );
                all.push(of_component(
                    component,
                    Some(system),
                    importance,
                    &text,
                    &pieces,
                    &lookup,
                ));
            }
        }
        for component in inventory.components.iter().filter(|c| lookup.is_alone(c)) {
            let pieces: Vec<&Evidence> = lookup.pieces(&component.evidence).collect();
            let nowhere = String::new();
            let importance = (
                component.region,
                component.usage as u8,
                component.confidence,
                &component.id,
                &nowhere,
            );
            let text = format!(
                "{} is indicated, with too little evidence to make a system: {}. Provisional; ask \
                 `daylight explain {}`.",
                component.name,
                component.kind.word(),
                component.id
            );
            all.push(of_component(component, None, importance, &text, &pieces, &lookup));
        }
        all.extend(inventory.evidence.iter().filter_map(|piece| of_evidence(piece, &lookup)));
        all.sort_by(|a, b| (&a.importance, &a.rule).cmp(&(&b.importance, &b.rule)));
        Self(all)
    }

    /// Keeps the most important ones; says how many went.
    fn cut(&mut self, most: usize) -> usize {
        let left_out = self.0.len().saturating_sub(most);
        self.0.truncate(most);
        left_out
    }
}

fn of_system(system: &AiSystem, lookup: &Lookup<'_>) -> OneResult {
    let classification = &system.classification;
    let refused = lookup.refused_by(&system.id);
    let question = classification
        .questions
        .first()
        .map(|question| format!(" To be answered by a person: {question}"))
        .unwrap_or_default();
    let first = first(classification);
    let text = format!(
        "AI system `{}` ({}). Decides: {}; models: {}; purpose: {}. Scope proposal: {}; risk indicator: {}. Provisional.{question}",
        system.name,
        kind_of(system),
        first.decides,
        first.models,
        first.purpose,
        classification.scope.value,
        classification.risk.value
    );
    let pieces: Vec<&Evidence> =
        system.components.iter().filter_map(|used| lookup.pieces(&used.evidence).next()).collect();
    let mut value = body("daylight.system", &text, refused, &pieces, &[&system.id]);
    value.insert(
        "properties".to_owned(),
        json!({
            "system": system.id,
            "decides": classification.criteria.decides,
            "models": classification.criteria.models,
            "impact": classification.criteria.impact,
            "scope": classification.scope.value,
            "riskIndicator": classification.risk.value,
            "roles": classification.roles.plain,
            "inUse": system.adoption,
            "approval": lookup.approval(&system.id),
            "provisional": true,
        }),
    );
    mute(&mut value, &system.id, lookup);
    let importance = (
        refused.is_empty(),
        system.region,
        Reverse(u8::MAX),
        Reverse(u16::MAX),
        system.id.clone(),
        String::new(),
    );
    OneResult { importance, rule: "daylight.system".to_owned(), value }
}

fn of_component(
    component: &Component,
    system: Option<&AiSystem>,
    (region, usage, confidence, id, home): (Region, u8, u16, &String, &String),
    text: &str,
    pieces: &[&Evidence],
    lookup: &Lookup<'_>,
) -> OneResult {
    let rule = format!("daylight.component.{}", component.kind.word());
    let refused = lookup.refused_by(&component.id);
    let mut value = body(&rule, text, refused, pieces, &[home, id]);
    value.insert(
        "properties".to_owned(),
        json!({
            "component": component.id,
            "signature": component.signature,
            "provider": component.provider,
            "system": system.map(|system| &system.id),
            "confidencePerMille": confidence,
            "approval": lookup.approval(&component.id),
            "provisional": true,
        }),
    );
    mute(&mut value, &component.id, lookup);
    value.insert("rank".to_owned(), json!(f64::from(confidence) / 10.0));
    let importance =
        (refused.is_empty(), region, Reverse(usage), Reverse(confidence), id.clone(), home.clone());
    OneResult { importance, rule, value }
}

/// Credentials and powers are results of their own: each place counts.
fn of_evidence(piece: &Evidence, lookup: &Lookup<'_>) -> Option<OneResult> {
    let (rule, text) = if piece.technique == Technique::Key {
        let text = format!(
            "A credential of an AI service stands in a file ({}). Is it still valid? Revoke it, \
             then remove it.",
            piece.value
        );
        ("daylight.credential".to_owned(), text)
    } else {
        let grant = piece.grant?;
        let text =
            format!("The setting `{}` gives power to a tool: {}.", piece.value, grant.word());
        (format!("daylight.grant.{}", grant.word()), text)
    };
    let refused = lookup.refused_by(&piece.component);
    let mut value = body(&rule, &text, refused, &[piece], &[&piece.id]);
    mute(&mut value, &piece.id, lookup);
    let importance = (
        refused.is_empty(),
        piece.region,
        Reverse(u8::MAX),
        Reverse(piece.confidence),
        piece.id.clone(),
        String::new(),
    );
    Some(OneResult { importance, rule, value })
}

/// Says who suppressed a result, and why. A viewer shows it as closed.
fn mute(value: &mut Map<String, Value>, id: &str, lookup: &Lookup<'_>) {
    let Some(suppression) = lookup.muted_by(id) else { return };
    let kind = if suppression.approver.is_some() { "external" } else { "inSource" };
    let said = json!([{
        "kind": kind,
        "status": "accepted",
        "justification": suppression.reason,
        "properties": { "approver": suppression.approver, "expires": suppression.expires },
    }]);
    value.insert("suppressions".to_owned(), said);
}

fn body(
    rule: &str,
    text: &str,
    refused: &[&str],
    pieces: &[&Evidence],
    identity: &[&str],
) -> Map<String, Value> {
    let mut parts = vec![rule];
    parts.extend(identity);
    let print = sha256_hex(parts.join("\0").as_bytes(), 32);
    let mut text = text.to_owned();
    if !refused.is_empty() {
        text = format!("Gate `{}` said no. {text}", refused.join("`, `"));
    }
    let mut value = Map::new();
    let mut put = |key: &str, given: Value| {
        value.insert(key.to_owned(), given);
    };
    put("ruleId", json!(rule));
    put("level", json!(if refused.is_empty() { "note" } else { "error" }));
    put("message", json!({ "text": bracketless(&text) }));
    // GitHub matches alerts by this name only.
    let github = format!("{}:1", print.get(..16).unwrap_or(&print));
    put(
        "partialFingerprints",
        json!({
            "daylightIdentity/v1": print,
            "primaryLocationLineHash": github,
        }),
    );
    let mut seen = BTreeSet::new();
    let mut places = pieces.iter().filter(|piece| seen.insert(place_text(piece)));
    if let Some(first) = places.next() {
        put("locations", json!([{ "physicalLocation": physical(first) }]));
    }
    let related: Vec<Value> = places
        .take(FURTHER)
        .enumerate()
        .map(|(number, piece)| {
            let said = format!("{} `{}`", piece.technique.word(), piece.value);
            json!({
                "id": number + 1,
                "physicalLocation": physical(piece),
                "message": { "text": bracketless(&said) },
            })
        })
        .collect();
    if !related.is_empty() {
        put("relatedLocations", json!(related));
    }
    value
}

/// A file as a whole is shown at its first line.
fn physical(piece: &Evidence) -> Value {
    let (line, column) = piece.span.map_or((1, 1), |span| (span.line.max(1), span.column.max(1)));
    let mut region = json!({ "startLine": line, "startColumn": column });
    if let (Some(region), false) = (region.as_object_mut(), piece.excerpt.is_empty()) {
        region.insert("snippet".to_owned(), json!({ "text": piece.excerpt }));
    }
    json!({
        "artifactLocation": { "uri": address_of(&piece.place), "uriBaseId": ROOT },
        "region": region,
    })
}

/// Text in which nothing is a link: brackets make links in messages.
fn bracketless(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(id: &str, refused: bool, region: Region) -> OneResult {
        let importance = (!refused, region, Reverse(0), Reverse(0), id.to_owned(), String::new());
        OneResult { importance, rule: id.to_owned(), value: Map::new() }
    }

    #[test]
    fn what_is_cut_off_is_what_matters_least() {
        let mut all = vec![
            result("a", false, Region::Vendored),
            result("b", true, Region::Test),
            result("c", false, Region::Product),
        ];
        all.sort_by(|a, b| a.importance.cmp(&b.importance));
        let mut results = Results(all);
        assert_eq!(results.cut(2), 1);
        let left: Vec<&str> = results.0.iter().map(|r| r.rule.as_str()).collect();
        assert_eq!(left, ["b", "c"]);
    }

    #[test]
    fn a_message_holds_no_link() {
        assert_eq!(bracketless("[x](y)"), "\\[x\\](y)");
    }
}
