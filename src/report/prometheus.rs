//! Prometheus text exposition, for the textfile collector of a node exporter:
//! counts by words of closed lists, so that the number of series stays small
//! however large the tree is. No scanned name becomes a label, but for the
//! gates, which the user wrote.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::lookup::kind_of;
use super::{Emitter, Style};
use crate::model::inventory::Inventory;

/// Metrics for a textfile collector.
#[derive(Debug)]
pub struct Prometheus;

/// Label names with their values.
type Labels<'a> = Vec<(&'static str, &'a str)>;

impl Emitter for Prometheus {
    fn id(&self) -> &'static str {
        "prometheus"
    }

    fn about(&self) -> &'static str {
        "metrics for the textfile collector of Prometheus"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        of_scan(inventory, out)?;
        of_findings(inventory, out)?;
        of_coverage(inventory, out)
    }
}

fn of_scan(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let labels = vec![
        ("version", inventory.tool.version.as_str()),
        ("schema_version", inventory.schema_version.as_str()),
    ];
    family(out, "daylight_info", "What made the inventory.", &[(labels, 1)])?;
    let seconds = inventory
        .as_of
        .parse::<jiff::civil::Date>()
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
        .map(|midnight| midnight.timestamp().as_second());
    if let Ok(seconds) = seconds {
        let about = "The date by which dates are judged, as seconds since 1970.";
        family(out, "daylight_as_of_timestamp_seconds", about, &[(vec![], seconds)])?;
    }
    let complete = i64::from(inventory.coverage.complete);
    family(out, "daylight_complete", "Whether everything was looked at.", &[(vec![], complete)])
}

fn of_findings(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let systems = inventory.systems.iter().map(|system| {
        let scope = system.classification.scope.value.as_str();
        vec![("kind", kind_of(system)), ("region", system.region.word()), ("scope", scope)]
    });
    counted(out, "daylight_systems", "AI systems.", systems)?;
    let risks = inventory
        .systems
        .iter()
        .map(|system| vec![("indicator", system.classification.risk.value.as_str())]);
    counted(out, "daylight_risk_indicators", "AI systems by provisional risk indicator.", risks)?;
    let unowned = inventory.systems.iter().filter(|system| !system.is_answered_for()).count();
    let unowned = [(vec![], count_of(unowned))];
    family(out, "daylight_systems_without_owner", "AI systems nobody answers for.", &unowned)?;
    let components = inventory.components.iter().map(|component| {
        vec![
            ("kind", component.kind.word()),
            ("region", component.region.word()),
            ("usage", component.usage.word()),
        ]
    });
    counted(out, "daylight_components", "Components.", components)?;
    let evidence = inventory.evidence.iter().map(|e| vec![("technique", e.technique.word())]);
    counted(out, "daylight_evidence", "Pieces of evidence kept.", evidence)?;
    let approvals = inventory.approvals.iter().map(|approval| {
        let system = approval.subject.starts_with("ais-");
        let subject = if system { "system" } else { "component" };
        vec![("status", approval.status.word()), ("subject", subject)]
    });
    counted(out, "daylight_approvals", "What the list of approved AI says.", approvals)?;
    let suppressions = inventory.suppressions.iter().map(|s| vec![("state", s.state.word())]);
    counted(out, "daylight_suppressions", "Suppressions.", suppressions)?;
    let changes = inventory.changes.iter().flat_map(|changes| &changes.rows);
    let changes = changes.map(|c| vec![("subject", c.subject.word()), ("change", c.change.word())]);
    counted(out, "daylight_changes", "Differences from the baseline.", changes)?;
    let gates: Vec<(Labels<'_>, i64)> = inventory
        .gates
        .iter()
        .map(|gate| (vec![("gate", gate.expression.as_str())], i64::from(gate.failed)))
        .collect();
    family(out, "daylight_gate_failed", "Whether a gate said no.", &gates)
}

fn of_coverage(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let coverage = &inventory.coverage;
    let files = [
        (vec![("state", "read")], clamped(coverage.read.files)),
        (vec![("state", "gated-out")], clamped(coverage.gated_out.files)),
    ];
    family(out, "daylight_files", "Files read, and of these those with no anchor.", &files)?;
    let bytes = [(vec![], clamped(coverage.read.bytes))];
    family(out, "daylight_read_bytes", "Bytes read.", &bytes)?;
    let ignored = [(vec![], count_of(coverage.ignored.len()))];
    family(out, "daylight_ignored_places", "Places cut off by ignore rules.", &ignored)?;
    let mut skipped: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &coverage.skipped {
        let count = skipped.entry(row.reason.as_str()).or_default();
        *count = count.saturating_add(clamped(row.files));
    }
    let skipped: Vec<(Labels<'_>, i64)> =
        skipped.into_iter().map(|(reason, files)| (vec![("reason", reason)], files)).collect();
    family(out, "daylight_skipped_files", "Places not read, by reason.", &skipped)?;
    let problems = coverage.problems.iter().map(|problem| vec![("code", problem.code.as_str())]);
    counted(out, "daylight_problems", "Files not read or understood in full.", problems)
}

/// A metric that counts things by their labels.
fn counted<'a>(
    out: &mut dyn Write,
    name: &str,
    about: &str,
    things: impl Iterator<Item = Labels<'a>>,
) -> io::Result<()> {
    let mut counts: BTreeMap<Labels<'a>, i64> = BTreeMap::new();
    for labels in things {
        *counts.entry(labels).or_default() += 1;
    }
    family(out, name, about, &counts.into_iter().collect::<Vec<_>>())
}

/// One metric. Without a sample, its head stands there all the same: the
/// absence of a thing is zero, not a metric that nobody knows.
fn family(
    out: &mut dyn Write,
    name: &str,
    about: &str,
    samples: &[(Labels<'_>, i64)],
) -> io::Result<()> {
    writeln!(out, "# HELP {name} {about}\n# TYPE {name} gauge")?;
    for (labels, value) in samples {
        let labels: Vec<String> =
            labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        if labels.is_empty() {
            writeln!(out, "{name} {value}")?;
        } else {
            writeln!(out, "{name}{{{}}} {value}", labels.join(","))?;
        }
    }
    Ok(())
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn count_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn clamped(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_can_neither_end_itself_nor_the_line() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
